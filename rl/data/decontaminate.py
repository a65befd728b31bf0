"""Decontamination: training items and conjectures against evaluation sets.

Three looks, after the practice that methods.md calls RL contamination: the goal key of the elaborated statement (equal
up to names, order of hypotheses, and names of definitions with equal bodies), the text up to names of variables, and
the share of an item's n-grams that one evaluation item holds. Evaluation data are read in place. What is kept of them
are hashes; they are never copied, and never trained on.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from enum import StrEnum
from pathlib import Path

from pydantic import Field

from decompose.definitions import Definitions
from decompose.goalkey import goal_key
from lean_project.check.terms import DocumentError
from lean_project.errors import LimitHit, UserError
from lean_project.session import Session
from prover.bench.loading import load, set_sha256
from prover.bench.problems import Problem
from rl.data.files import Journal, Record, read_json, sha256, write_json
from rl.data.rows import Theorem
from rl.data.statements import LIMITS, spec_of
from rl.data.text import grams, text_key

VERSION = "overlap 1"
"""Of everything that a kept index holds."""
Say = Callable[[str], None]


class Overlap(Record):
    """When an item counts as an evaluation item. `n`: tokens of an n-gram. `share`: of the item's n-grams that one
    evaluation item holds, from which on the item is refused; `least`: n-grams that an item has at least to be judged by
    them (the other looks remain). Eight tokens and four fifths are the project's own choice: thirteen, as for
    prose, is longer than many whole statements, and half of them is what binders and a common left side share."""

    n: int = Field(default=8, ge=2)
    share: float = Field(default=0.8, gt=0.0, le=1.0)
    least: int = Field(default=4, ge=1)


class Why(StrEnum):
    """Why an item was refused; the first of these that holds."""

    GOAL = "goal"
    """Its goal key is that of an evaluation item."""
    TEXT = "text"
    """Its text is, up to names of variables and layout."""
    GRAMS = "n-grams"


class Hit(Record):
    """An item that is an evaluation item, or too close to one. `item`: the evaluation item as its set calls it;
    `share`: of n-grams, 1 for the exact looks."""

    why: Why
    set: str
    item: str
    share: float = 1.0


class Entry(Record):
    """An evaluation item, as hashes. `keys`: goal keys, strict and plain; empty where Lean could not elaborate it, and
    `unread` then says why. `again`: a limit that depends on the machine ended that, so Lean is asked once more in the
    next run."""

    set: str
    item: str
    texts: tuple[str, ...]
    keys: tuple[str, ...] = ()
    grams: tuple[str, ...] = ()
    unread: str = ""
    again: bool = False


class Index(Record):
    """A set of evaluation items. `sets`: name to content hash of each set. `lean`: of the runtime that elaborated."""

    version: str = VERSION
    overlap: Overlap = Overlap()
    sets: dict[str, str] = Field(default_factory=dict)
    lean: str = ""
    entries: tuple[Entry, ...] = ()


class Contamination(Record):
    """The report on one collection of items. `unread`: evaluation items that only their texts could be compared of."""

    checked: int
    refused: dict[str, Hit]
    by_reason: dict[str, int]
    by_set: dict[str, int]
    sets: dict[str, str]
    evaluation_items: int
    unread: int


class Decontaminator:
    """Answers for one index. Threads may share it."""

    def __init__(self, index: Index) -> None:
        self.index = index
        self._keys: dict[str, Entry] = {}
        self._texts: dict[str, Entry] = {}
        self._holders: dict[str, list[int]] = defaultdict(list)
        for number, entry in enumerate(index.entries):
            for key in entry.keys:
                self._keys.setdefault(key, entry)
            for text in entry.texts:
                self._texts.setdefault(text, entry)
            for gram in entry.grams:
                self._holders[gram].append(number)

    def by_key(self, *keys: str) -> Hit | None:
        """By goal keys of an elaborated item."""
        entry = next((self._keys[key] for key in keys if key in self._keys), None)
        return None if entry is None else Hit(why=Why.GOAL, set=entry.set, item=entry.item)

    def by_text(self, theorem: str, preamble: str = "") -> Hit | None:
        """By text alone: no Lean is asked. `theorem`: from its keyword on."""
        for key in _text_keys(theorem, preamble):
            if (entry := self._texts.get(key)) is not None:
                return Hit(why=Why.TEXT, set=entry.set, item=entry.item)
        own = grams(theorem, self.index.overlap.n)
        if len(own) < self.index.overlap.least:
            return None
        shared = Counter(number for gram in own for number in self._holders.get(gram, ()))
        if not shared:
            return None
        number, count = min(shared.items(), key=lambda pair: (-pair[1], pair[0]))
        share = count / len(own)
        if share < self.index.overlap.share:
            return None
        entry = self.index.entries[number]
        return Hit(why=Why.GRAMS, set=entry.set, item=entry.item, share=round(share, 4))

    def theorem(self, theorem: Theorem) -> Hit | None:
        """All looks at a row's theorem."""
        return self.by_key(theorem.strict_key, theorem.key) or self.by_text(theorem.command, theorem.preamble)

    def report(self, items: Iterable[tuple[str, Theorem]]) -> Contamination:
        """Every item (id, theorem) once."""
        refused: dict[str, Hit] = {}
        checked = 0
        for name, theorem in items:
            checked += 1
            hit = self.theorem(theorem)
            if hit is not None:
                refused[name] = hit
        return Contamination(
            checked=checked,
            refused=refused,
            by_reason=dict(sorted(Counter(str(hit.why) for hit in refused.values()).items())),
            by_set=dict(sorted(Counter(hit.set for hit in refused.values()).items())),
            sets=self.index.sets,
            evaluation_items=len(self.index.entries),
            unread=sum(not entry.keys for entry in self.index.entries),
        )


def _text_keys(theorem: str, preamble: str) -> tuple[str, ...]:
    """The statement in its own words, and together with its definitions, whatever those are called."""
    own = text_key(theorem)
    return (own, text_key(theorem, preamble)) if preamble.strip() else (own,)


def build_index(
    paths: Sequence[Path],
    session: Session | None,
    *,
    overlap: Overlap | None = None,
    folder: Path | None = None,
    say: Say = lambda text: None,
) -> Index:
    """The index of the evaluation sets at `paths` (what `gentzen bench` reads). `session`: a Lean to elaborate them,
    None for texts alone. `folder`: where the hashes are kept between runs, by content of set and version of Lean; a
    build that was interrupted goes on where it was.

    Raises UserError for a path without problems, and MachineryError.
    """
    overlap = overlap or Overlap()
    sets: dict[str, str] = {}
    entries: list[Entry] = []
    lean = "" if session is None else f"{session.info.runtime} {session.info.lean_version} {session.info.lean_commit}"
    for path in paths:
        problems = load(path)
        name = f"{problems[0].set} ({path.name})"
        while name in sets:
            name += "'"
        sets[name] = set_sha256(problems)
        entries += _kept(name, problems, session, overlap, folder, sets[name], lean, say)
    return Index(overlap=overlap, sets=sets, lean=lean, entries=tuple(entries))


def _kept(
    name: str,
    problems: list[Problem],
    session: Session | None,
    overlap: Overlap,
    folder: Path | None,
    content: str,
    lean: str,
    say: Say,
) -> list[Entry]:
    digest = sha256(VERSION, name, content, lean, str(overlap.n))[:24]
    path = None if folder is None else folder / f"evaluation-{digest}.json"
    made: dict[str, Entry] = {}
    if path is not None and path.exists():
        say(f"{name}: {len(problems)} evaluation items, kept from an earlier run")
        made = {entry.item: entry for entry in Index.model_validate(read_json(path)).entries if not entry.again}
    journal = None if path is None else Journal(path.with_suffix(".journal"))
    made |= {entry.item: entry for entry in journal.read(Entry)} if journal is not None else {}
    left = [problem for problem in problems if problem.id not in made]
    if not left:
        return [made[problem.id] for problem in problems]
    with ThreadPoolExecutor(1 if session is None else session.workers, "gentzen-index") as threads:
        futures = [threads.submit(entry_of, name, problem, session, overlap) for problem in left]
        try:
            for future in as_completed(futures):
                entry = future.result()
                made[entry.item] = entry
                if journal is not None:
                    journal.append(entry)
                if len(made) % 25 == 0:
                    say(f"{name}: {len(made)} of {len(problems)} evaluation items read")
        except BaseException:
            threads.shutdown(cancel_futures=True)
            raise
    entries = [made[problem.id] for problem in problems]
    if path is not None and journal is not None:
        write_json(path, Index(overlap=overlap, sets={name: content}, lean=lean, entries=tuple(entries)))
        journal.remove()
    return entries


def entry_of(name: str, problem: Problem, session: Session | None, overlap: Overlap) -> Entry:
    """One evaluation item as hashes. Raises MachineryError."""
    at = problem.text.rfind(problem.statement.strip())
    preamble = problem.text[:at] if at > 0 else ""
    imports = [line for line in preamble.splitlines() if line.startswith("import ")]
    above = "\n".join(line for line in preamble.splitlines() if line not in imports)
    keys: tuple[str, ...] = ()
    unread, again = "no Lean was asked", False
    if session is not None:
        keys, unread, again = _elaborated(problem, session)
    texts = tuple(dict.fromkeys((*_text_keys(problem.statement, above), *_text_keys(problem.statement, preamble))))
    return Entry(
        set=name,
        item=problem.id,
        texts=texts,
        keys=keys,
        grams=tuple(sorted(grams(problem.statement, overlap.n))),
        unread="" if keys else unread,
        again=again and not keys,
    )


def _elaborated(problem: Problem, session: Session) -> tuple[tuple[str, ...], str, bool]:
    """Goal keys of all that is open in the problem's file, why there are none, and whether that may be otherwise on a
    machine with more time or memory."""
    try:
        spec = spec_of(session, problem.text, problem.id)
    except (UserError, LimitHit) as error:
        return (), str(error).partition("\n")[0][:200], _by_machine(error)
    found: dict[str, None] = {}
    why, again = "it has no hole whose goal can stand alone", False
    for target in spec.targets:
        for goal in target.goals:
            if goal.closed is None or not goal.is_prop:
                continue
            try:
                definitions = Definitions(session.export(spec.before(target.command), LIMITS))
                for strict in (True, False):
                    found[goal_key(goal.closed, definitions, strict=strict)] = None
            except (DocumentError, LimitHit) as error:
                why, again = str(error), _by_machine(error)
    return tuple(found), why, again


def _by_machine(error: Exception) -> bool:
    """Whether a limit other than heartbeats is behind it, so that another machine may say otherwise. Raises
    LimitHit("cancelled")."""
    hit = error if isinstance(error, LimitHit) else error.__cause__
    if not isinstance(hit, LimitHit):
        return False
    if hit.kind == "cancelled":
        raise hit
    return hit.kind != "heartbeats"
