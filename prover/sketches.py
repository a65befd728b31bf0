"""The best ways to take a target apart, one step deep: what `gentzen decompose` shows.

Every split that the splitters think of is put to Lean, gated and scored, without any attempt to prove what it leaves.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from concurrent.futures import FIRST_COMPLETED, Future, wait
from dataclasses import dataclass

from decompose.score import LeftOpen, to_json
from decompose.spec import Target
from lean_project.errors import LimitHit
from prover.engine import Justified, LeanDomain
from prover.report import DecompositionReport, SketchChild, SketchReport, SourcePosition
from search.budget import Budget
from search.domain import Answer, Kind, Move, Verdict

_SECONDS = 15.0


@dataclass(frozen=True, slots=True)
class Tried:
    """A split that was put to Lean; `order`: its place among those that the splitters thought of."""

    move: Move
    answer: Answer
    order: int

    @property
    def rank(self) -> tuple[float, float, int]:
        """Best first: by S; among equals the smaller d̄; then the splitters' own order."""
        result = self.answer.record.score if isinstance(self.answer.record, Justified) else None
        smooth = result.smooth_max if isinstance(result, LeftOpen) else 0.0
        return (-self.answer.score, smooth, self.order)


def decompose_target(
    domain: LeanDomain, target: Target, budget: Budget, *, keep: int, on_try: Callable[[str], None]
) -> DecompositionReport:
    """The `keep` best splits of `target`, and how many were refused for which reason. Ends when `budget` does."""
    position = SourcePosition(line=target.position.line, column=target.position.column)
    root = domain.root(target)
    if isinstance(root, str):
        return DecompositionReport(name=target.name, position=position, reason=root)
    moves = [move for move in domain.moves(root) if move.kind is not Kind.COMPLETE]
    tried: list[Tried] = []
    limit = ""
    running: dict[Future[Answer], tuple[Move, int]] = {}
    coming = iter(enumerate(moves))
    try:
        while True:
            while len(running) <= domain.workers and not limit:
                number, move = next(coming, (0, None))
                if move is None:
                    break
                try:
                    budget.reserve().commit()
                except LimitHit as hit:
                    limit = str(hit)
                    break
                on_try(move.label)
                running[domain.submit(root, move, _SECONDS)] = (move, number)
            if not running:
                break
            for future in wait(running, return_when=FIRST_COMPLETED).done:
                done, number = running.pop(future)
                tried.append(Tried(done, future.result(), number))
    except BaseException:
        for future in running:
            domain.cancel(future)
        raise
    accepted = sorted((each for each in tried if each.answer.verdict is Verdict.JUSTIFIED), key=lambda each: each.rank)
    return DecompositionReport(
        name=target.name,
        position=position,
        goal=root.text,
        difficulty=root.difficulty,
        tried=len(tried),
        accepted=len(accepted),
        refused=_counts(tried),
        sketches=tuple(_report(each) for each in accepted[:keep]),
        reason=f"{limit}: not everything was tried" if limit else "",
    )


def _counts(tried: Iterable[Tried]) -> dict[str, int]:
    counts: dict[str, int] = {}
    for each in tried:
        if each.answer.verdict is not Verdict.JUSTIFIED:
            reason = each.answer.reason.partition(":")[0].partition("\n")[0]
            counts[reason] = counts.get(reason, 0) + 1
    return dict(sorted(counts.items(), key=lambda item: -item[1]))


def _report(tried: Tried) -> SketchReport:
    made = tried.answer.record
    assert isinstance(made, Justified)
    rated = {each.name: each for each in made.score.provenance.children}
    children = []
    for name, goal in made.named():
        each = rated[name]
        children.append(
            SketchChild(
                name=name,
                goal=goal.text,
                difficulty=each.difficulty,
                counterexample=each.counterexample.value,
                statement=next((lemma.statement for lemma in made.split.lemmas if lemma.name == name), None),
            )
        )
    return SketchReport(
        label=tried.move.label,
        tactics=made.split.tactics,
        score=tried.answer.score,
        provenance=to_json(made.score),
        children=tuple(children),
        seconds=round(tried.answer.seconds, 3),
    )
