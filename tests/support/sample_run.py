"""Run records as a real search leaves them, for tests and screenshots of `gentzen show`."""

from __future__ import annotations

import random
from typing import Any

from prover.runs import RunRecord

STARTED = 1763724000.0  # 21 November 2025, 11:20 UTC

_LISTS = "α : Type u\n"


def _move(label: str, text: str, *children: str, **values: Any) -> dict[str, Any]:
    kind = values.pop("kind", "split" if children else "complete")
    score = values.pop("score", 1.0 if not children else 0.4)
    return {
        "label": label, "text": text, "kind": kind, "verdict": "justified", "score": score, "children": children,
        "seconds": 0.4, "calls": 1, **values,
    }  # fmt: skip


def _no(label: str, text: str, reason: str, verdict: str = "refused", **values: Any) -> dict[str, Any]:
    return {
        "label": label, "text": text, "kind": "complete", "verdict": verdict, "reason": reason,
        "seconds": 0.2, "calls": 1, **values,
    }  # fmt: skip


def _closed(text: str, difficulty: float, tactic: str, *failed: dict[str, Any]) -> dict[str, Any]:
    moves = [*failed, _move(tactic.split()[0], tactic, chosen=True, seconds=0.31)]
    return _goal(text, "proved", difficulty, *moves)


def _goal(text: str, state: str, difficulty: float, *moves: dict[str, Any], **values: Any) -> dict[str, Any]:
    return {
        "text": text,
        "state": state,
        "difficulty": difficulty,
        "calls": len(moves) + values.pop("more_calls", 0),
        "seconds": round(sum(move["seconds"] for move in moves), 2),
        "moves": moves,
        **values,
    }


_FAILED = (
    _no("rfl", "rfl", "not definitionally equal"),
    _no("simp", "simp", "simp made no progress"),
    _no("simp_all", "simp_all", "simp made no progress"),
    _no("omega", "omega", "omega could not prove the goal: no usable constraints found"),
    _no("grind", "grind", "limit of 10000 heartbeats reached", "limit", seconds=2.6),
    _no("simp+arith", "simp +arith [rev, append]", "unsolved goals after simp"),
    _no("decide", "decide", "failed to synthesize Decidable"),
)

_IH = "ih : rev (rev xs) = xs"
_REV_APPEND = "rev (append xs ys) = append (rev ys) (rev xs)"


def _rev_goals() -> dict[str, Any]:
    """`rev (rev xs) = xs` by induction, with a lemma that a sketch states, and a false start."""
    return {
        "rev-rev": _goal(
            _LISTS + "xs : List α\n⊢ rev (rev xs) = xs", "proved", 14,
            *_FAILED,
            _move("functional induction", "fun_induction rev xs", "fi-nil", "fi-cons", score=0.11),
            _move("cases", "cases xs with\n| nil => rfl\n| cons x xs => ?_", "cases-cons", score=0.04),
            _move("induction xs", "induction xs with\n| nil => ?_\n| cons x xs ih => ?_", "nil", "cons",
                  score=0.31, chosen=True, seconds=0.8),
        ),
        "nil": _closed(_LISTS + "⊢ rev (rev []) = []", 9, "rfl"),
        "cons": _goal(
            _LISTS + f"x : α\nxs : List α\n{_IH}\n⊢ rev (rev (x :: xs)) = x :: xs", "proved", 18,
            *_FAILED[1:],
            _no("sketch", "rw [rev, lemma_1]", "rewrite failed: motive is not type correct", kind="sketch"),
            _no("sketch", "rw [rev, rev_comm, ih]\nsimp [append]", "lemma rev_comm is false: xs := [0], ys := [1]",
                kind="sketch", calls=3,
                lemmas=[{"name": "rev_comm", "goal": "rev-comm",
                         "statement": "theorem rev_comm (xs ys : List α) : rev (append xs ys) = append (rev xs) ys"}]),
            _move("sketch", "rw [rev, rev_append, ih]\nrfl", "rev-append", kind="sketch", score=0.38, chosen=True,
                  seconds=4.2, calls=2,
                  lemmas=[{"name": "rev_append", "goal": "rev-append",
                           "statement": f"theorem rev_append (xs ys : List α) :\n    {_REV_APPEND}"}]),
            more_calls=4,
        ),
        "rev-append": _goal(
            _LISTS + f"xs ys : List α\n⊢ {_REV_APPEND}", "proved", 16,
            *_FAILED[:4],
            _move("induction ys", "induction ys with\n| nil => ?_\n| cons y ys ih => ?_", "ys-nil", "ys-cons",
                  score=0.09),
            _move("induction xs", "induction xs with\n| nil => ?_\n| cons x xs ih => ?_", "ra-nil", "ra-cons",
                  score=0.27, chosen=True),
        ),
        "ra-nil": _goal(
            _LISTS + "ys : List α\n⊢ rev (append [] ys) = append (rev ys) (rev [])", "proved", 12,
            _FAILED[0],
            _move("simp", "simp [append, rev]", "append-nil", chosen=True, score=0.42),
        ),
        "ra-cons": _goal(
            _LISTS + "ys : List α\nx : α\nxs : List α\nih : rev (append xs ys) = append (rev ys) (rev xs)\n"
            "⊢ rev (append (x :: xs) ys) = append (rev ys) (rev (x :: xs))", "proved", 19,
            *_FAILED[:3],
            _move("simp", "simp [append, rev, ih]", "append-assoc", chosen=True, score=0.44),
        ),
        "append-nil": _goal(
            _LISTS + "xs : List α\n⊢ append xs [] = xs", "proved", 8,
            *_FAILED[:2],
            _move("induction xs", "induction xs <;> simp_all [append]", chosen=True, kind="complete"),
        ),
        "append-assoc": _goal(
            _LISTS + "xs ys zs : List α\n⊢ append (append xs ys) zs = append xs (append ys zs)", "proved", 10,
            *_FAILED[:3],
            _move("induction xs", "induction xs <;> simp_all [append]", chosen=True, kind="complete"),
        ),
        "ys-nil": _goal(
            _LISTS + "xs : List α\n⊢ rev (append xs []) = append (rev []) (rev xs)", "open", 13,
            _move("simp", "simp [rev, append]", "append-nil", score=0.21),
        ),
        "ys-cons": _goal(
            _LISTS + "xs : List α\ny : α\nys : List α\nih : rev (append xs ys) = append (rev ys) (rev xs)\n"
            "⊢ rev (append xs (y :: ys)) = append (rev (y :: ys)) (rev xs)", "open", 21, *_FAILED[:2]),
        "cases-cons": _goal(
            _LISTS + "x : α\nxs : List α\n⊢ rev (rev (x :: xs)) = x :: xs", "exhausted", 17, *_FAILED,
            _move("simp", "simp only [rev]", "unfolded", score=0.02)),
        "unfolded": _goal(
            _LISTS + "x : α\nxs : List α\n⊢ rev (append (rev xs) [x]) = x :: xs", "exhausted", 18, *_FAILED,
            _move("back", "show rev (rev (x :: xs)) = x :: xs", "cases-cons", score=0.0)),
        "fi-nil": _closed(_LISTS + "⊢ rev [] = []", 6, "rfl"),
        "fi-cons": _goal(
            _LISTS + "x : α\nxs : List α\nih : rev xs = xs\n⊢ append (rev xs) [x] = x :: xs", "refuted", 12,
            *_FAILED[:3], counterexample="x := 0, xs := [1]"),
        "rev-comm": _goal(
            _LISTS + "xs ys : List α\n⊢ rev (append xs ys) = append (rev xs) ys", "refuted", 13,
            counterexample="xs := [0], ys := [1]", more_calls=2),
    }  # fmt: skip


def _sort_goals() -> dict[str, Any]:
    """A target that stays open: branches that ran dry, one that ran out of time."""
    sorted_cons = "Sorted (insert a (b :: l))"
    return {
        "sorted": _goal(
            "a : Nat\nl : List Nat\nh : Sorted l\n⊢ Sorted (insert a l)", "open", 31,
            *_FAILED,
            _move("induction l", "induction l with\n| nil => ?_\n| cons b l ih => ?_", "s-nil", "s-cons", score=0.18,
                  chosen=True),
            _move("induction h", "induction h", "h-nil", "h-one", "h-more", score=0.07),
        ),
        "s-nil": _closed("a : Nat\nh : Sorted []\n⊢ Sorted (insert a [])", 11, "simp [insert, Sorted]", *_FAILED[:1]),
        "s-cons": _goal(
            f"a b : Nat\nl : List Nat\nih : Sorted l → Sorted (insert a l)\nh : Sorted (b :: l)\n⊢ {sorted_cons}",
            "open", 38,
            *_FAILED,
            _move("split", "simp only [insert]\nsplit", "s-le", "s-gt", score=0.22, chosen=True),
        ),
        "s-le": _closed(
            "a b : Nat\nl : List Nat\nh : Sorted (b :: l)\nh✝ : a ≤ b\n⊢ Sorted (a :: b :: l)", 24,
            "exact ⟨h✝, h⟩", *_FAILED[1:4]),
        "s-gt": _goal(
            "a b : Nat\nl : List Nat\nih : Sorted l → Sorted (insert a l)\nh : Sorted (b :: l)\nh✝ : ¬a ≤ b\n"
            "⊢ Sorted (b :: insert a l)", "open", 29,
            *_FAILED,
            _no("sketch", "refine sorted_cons_of_le ?_ (ih h.tail)", "unknown identifier 'sorted_cons_of_le'",
                kind="sketch", calls=2),
            _no("portfolio", "grind [Sorted, insert]", "limit of 15 seconds reached", "limit", seconds=15.0),
            _no("portfolio", "aesop", "worker lost: it used more than 3000 MB", "machinery"),
            _move("sketch", "exact sorted_cons (le_insert (by omega) h) (ih h.tail)", "le-insert", kind="sketch",
                  score=0.29, calls=3, seconds=5.1,
                  lemmas=[{"name": "le_insert", "goal": "le-insert", "statement":
                           "theorem le_insert {a b : Nat} {l : List Nat} (hab : b < a) (h : Sorted (b :: l)) :\n"
                           "    ∀ x ∈ insert a l, b ≤ x"}]),
            more_calls=9,
        ),
        "le-insert": _goal(
            "a b : Nat\nl : List Nat\nhab : b < a\nh : Sorted (b :: l)\n⊢ ∀ x ∈ insert a l, b ≤ x", "open", 21,
            *_FAILED[:5]),
        "h-nil": _closed("a : Nat\n⊢ Sorted (insert a [])", 10, "simp [insert, Sorted]"),
        "h-one": _goal("a b : Nat\n⊢ Sorted (insert a [b])", "exhausted", 19, *_FAILED),
        "h-more": _goal("a b c : Nat\nl : List Nat\nh : b ≤ c\n⊢ Sorted (insert a (b :: c :: l))", "open", 33),
        "rev-id": _goal(
            "xs : List Nat\n⊢ rev xs = xs", "refuted", 7, *_FAILED[:2], counterexample="xs := [0, 1]"),
        "length": _closed(_LISTS + "xs : List α\n⊢ (rev xs).length = xs.length", 9,
                          "induction xs <;> simp_all [rev, length_append]", *_FAILED[:3]),
    }  # fmt: skip


def sample(run: str = "3f8c0e6d1b7a4f52", file: str = "examples/ListBasics.lean") -> RunRecord:
    """One file with every outcome there is: seven targets, shared goals, a circle, lemmas, counterexamples."""
    rev_append = """induction xs with
| nil =>
  simp [append, rev]
  exact lemma_append_nil ys
| cons x xs ih =>
  simp [append, rev, ih]
  exact lemma_append_assoc ..
"""
    rev_rev = """induction xs with
| nil => rfl
| cons x xs ih =>
  rw [rev, rev_append, ih]
  rfl
"""
    targets: list[dict[str, Any]] = [
        {"name": "ListBasics.rev_append", "line": 47, "status": "proved", "goal": "rev-append", "proof": rev_append,
         "seconds": 6.2, "usage": {"lean_calls": 21}},
        {"name": "ListBasics.rev_rev", "line": 50, "status": "proved", "goal": "rev-rev", "proof": rev_rev,
         "seconds": 14.9, "usage": {"lean_calls": 44, "tokens": 3120}},
        {"name": "ListBasics.length_rev", "line": 53, "status": "proved", "goal": "length",
         "proof": "induction xs <;> simp_all [rev, length_append]", "seconds": 1.4, "usage": {"lean_calls": 4}},
        {"name": "ListBasics.sorted_insert", "line": 71, "status": "limit", "goal": "sorted",
         "reason": "limit of 60 seconds reached after 96 calls", "seconds": 60.1,
         "usage": {"lean_calls": 96, "tokens": 18200}},
        {"name": "ListBasics.rev_id", "line": 78, "status": "disproved", "goal": "rev-id", "reason": "it is false",
         "counterexample": "xs := [0, 1]", "seconds": 0.6, "usage": {"lean_calls": 3}},
        {"name": "ListBasics.lost", "line": 84, "status": "machinery",
         "reason": "the worker died twice (signal 9); run it again", "seconds": 3.0, "usage": {"lean_calls": 2}},
        {"name": "ListBasics.program", "line": 90, "status": "out_of_scope", "reason": "the hole is a program"},
    ]  # fmt: skip
    return RunRecord.model_validate(
        {
            "run": run,
            "file": file,
            "runtime": "embedded",
            "lean_version": "4.28.0",
            "strategy": "hierarchical",
            "started_at": STARTED,
            "seconds": 74.3,
            "usage": {"lean_calls": 170, "tokens": 21320},
            "targets": [{"column": 2, **target} for target in targets],
            "goals": _rev_goals() | _sort_goals(),
        }
    )


HOSTILE = (
    "</script><script>window.pwned = 1</script><!-- <img src=x onerror=\"window.pwned=1\"> & 'q' \u2028 ]]> \x1b[31m"
)


def hostile() -> RunRecord:
    """Text that would break out of HTML, of JSON in a script or of a terminal, in every field that takes text."""
    move = {
        "label": HOSTILE, "text": HOSTILE, "kind": HOSTILE, "reason": HOSTILE, "verdict": "justified", "chosen": True,
        "children": [HOSTILE, "missing"], "score": float("nan"),
        "lemmas": [{"name": HOSTILE, "statement": HOSTILE, "goal": HOSTILE}],
    }  # fmt: skip
    goal = {"text": f"h : a < b && c > d\n⊢ {HOSTILE}", "state": "refuted", "counterexample": HOSTILE}
    target = {
        "name": HOSTILE, "reason": HOSTILE, "proof": HOSTILE, "counterexample": HOSTILE, "goal": "root", "seconds": 1.0,
    }  # fmt: skip
    return RunRecord.model_validate(
        {
            "run": "hostile",
            "file": HOSTILE,
            "runtime": HOSTILE,
            "lean_version": HOSTILE,
            "strategy": HOSTILE,
            "targets": [target],
            "goals": {
                "root": {**goal, "moves": [move, {**move, "verdict": "refused", "chosen": False}]},
                HOSTILE: goal,
            },
        }
    )


def large(goals: int = 5000, seed: int = 7) -> RunRecord:
    """A random graph of `goals` goals, with shared goals, circles and a chain as long as Python's stack is deep."""
    draw = random.Random(seed)
    chain = goals // 4
    table = {}
    for number in range(goals):
        children = [str(number + 1)] if number < chain else []
        if number >= chain:
            children += [str(3 * (number - chain) + chain + i) for i in (1, 2, 3)]
        children = [child for child in children if int(child) < goals]
        circle = str(draw.randrange(goals))
        moves = [draw.choice(_FAILED) for _ in range(draw.randrange(12))]
        if children:
            moves.append(
                _move("induction", f"induction x{number}", *children, score=draw.random(), chosen=number % 3 < 2)
            )
        moves.append(_move("sketch", f"exact lemma_{number} _", circle, score=draw.random() / 2, kind="sketch"))
        text = f"n m : Nat\nh{number} : n + {number} < m\n⊢ f{number} n < g (m + {number}) ∧ {number} ≤ m"
        table[str(number)] = _goal(text, draw.choice(["open", "proved", "exhausted"]), draw.randrange(5, 90), *moves)
    target = {"name": "Large.main", "line": 3, "status": "open", "goal": "0", "reason": "nothing is left to try"}
    return RunRecord.model_validate({"run": "large", "file": "Large.lean", "targets": [target], "goals": table})
