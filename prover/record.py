"""The record of a run for `gentzen show`: what the report says of each target, and the goals that were searched."""

from __future__ import annotations

import time
from pathlib import Path

from decompose.graft import aligned
from lean_project.model import RuntimeInfo
from prover.engine import Justified
from prover.report import FileReport
from prover.runs import GoalRecord, GoalState, LemmaRecord, MoveRecord, RunRecord, TargetRecord, Usage, save
from prover.tree import Tree
from search.domain import Verdict
from search.graph import ProofGraph
from search.nodes import GoalNode, SplitNode
from search.outcome import Outcome
from search.partial import ProofTree


def run_record(report: FileReport, tree: Tree | None, run_id: str, info: RuntimeInfo, started_at: float) -> RunRecord:
    """Everything that is known about one file of a run."""
    goals: dict[str, GoalRecord] = {}
    targets = []
    for target in report.targets:
        outcome = tree.outcomes.get(target.name) if tree is not None else None
        root = tree.roots.get(target.name) if tree is not None else None
        if outcome is not None:
            goals |= {key: each for key, each in _goals(outcome).items() if key not in goals or each.moves}
        proof = target.proof
        if proof is not None:
            proof = "\n\n".join((*target.lemmas, aligned(proof, target.position.column)))
        targets.append(
            TargetRecord(
                name=target.name,
                line=target.position.line,
                column=target.position.column,
                status=target.status,
                reason=target.reason,
                goal=root if root in goals else None,
                proof=proof,
                counterexample=target.counterexample,
                seconds=target.seconds,
                usage=Usage(
                    lean_calls=target.lean_calls, tokens=0 if tree is None else tree.tokens.get(target.name, 0)
                ),
            )
        )
    return RunRecord(
        run=run_id,
        file=report.file,
        runtime=info.runtime,
        lean_version=info.lean_version,
        strategy=tree.settings.strategy if tree is not None else "portfolio",
        started_at=started_at,
        seconds=time.time() - started_at,
        interrupted=report.interrupted,
        usage=Usage(
            lean_calls=sum(target.lean_calls for target in report.targets),
            tokens=0 if tree is None else sum(tree.tokens.values()),
        ),
        targets=tuple(targets),
        goals=goals,
    )


def keep(report: FileReport, tree: Tree | None, run_id: str, info: RuntimeInfo, started_at: float, home: Path) -> Path:
    """Write the record where `gentzen show` finds it. Raises UserError when the disk refuses."""
    return save(run_record(report, tree, run_id, info, started_at), home)


def _goals(outcome: Outcome) -> dict[str, GoalRecord]:
    graph = outcome.graph
    chosen: set[int] = set()
    for tree in (*outcome.proofs.values(), *outcome.partial.values()):
        chosen |= _chosen(graph, tree)
    return {key: _goal(graph, node, chosen) for key, node in graph.goals.items()}


def _chosen(graph: ProofGraph, tree: ProofTree) -> set[int]:
    """The numbers of the splits that the tree is made of."""
    found: set[int] = set()
    for step in tree.steps:
        found |= {split.index for split in graph.splits_of(step.goal.key) if split.record is step.record}
    return found


def _goal(graph: ProofGraph, node: GoalNode, chosen: set[int]) -> GoalRecord:
    moves = [_split(split, split.index in chosen) for split in graph.splits_of(node.key)]
    moves += [
        MoveRecord(
            label=each.label,
            text=each.text,
            verdict=each.verdict,
            reason=each.reason,
            seconds=each.seconds,
            calls=each.calls,
        )
        for each in node.refusals
        if each.verdict is not Verdict.JUSTIFIED
    ]
    return GoalRecord(
        text=node.goal.text,
        state=GoalState(node.state.value),
        difficulty=node.goal.difficulty,
        calls=node.calls,
        seconds=node.seconds,
        moves=tuple(sorted(moves, key=lambda move: not move.chosen)),
    )


def _split(split: SplitNode, chosen: bool) -> MoveRecord:
    made = split.record
    lemmas: tuple[LemmaRecord, ...] = ()
    if isinstance(made, Justified):
        pairs = zip(made.split.lemmas, made.lemmas, strict=True)
        lemmas = tuple(LemmaRecord(name=lemma.name, statement=lemma.statement, goal=goal.key) for lemma, goal in pairs)
    return MoveRecord(
        label=split.move.label,
        text=made.split.tactics if isinstance(made, Justified) else split.move.text,
        kind=split.move.kind.value,
        verdict=Verdict.JUSTIFIED,
        score=split.score,
        children=tuple(goal.key for goal in split.goals),
        lemmas=lemmas,
        seconds=split.seconds,
        calls=split.calls,
        reason=split.dead,
        chosen=chosen,
    )
