"""Everything that must hold of a search between two steps. For tests: linear in the graph, after every step."""

from __future__ import annotations

from dataclasses import dataclass

from search.budget import Usage
from search.graph import ProofGraph
from search.nodes import GoalNode, SplitNode, State


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What later states of a graph are held against."""

    states: dict[str, tuple[State, int, int | None]]
    finished: frozenset[str]
    splits: tuple[tuple[str, tuple[str, ...]], ...]
    dead: frozenset[int]
    tries: dict[str, int]


def snapshot(graph: ProofGraph) -> Snapshot:
    return Snapshot(
        {key: (node.state, node.order, node.proof) for key, node in graph.goals.items()},
        frozenset(key for key, node in graph.goals.items() if node.finished),
        tuple((split.goal, split.keys) for split in graph.splits),
        frozenset(split.index for split in graph.splits if split.dead),
        {key: node.tries for key, node in graph.goals.items()},
    )


def check(graph: ProofGraph, before: Snapshot | None = None) -> list[str]:
    """What is wrong with the graph, and with how it came from `before`; [] if nothing."""
    faults: list[str] = []
    for key, node in graph.goals.items():
        if key != node.goal.key:
            faults.append(f"{key}: filed under another key")
        faults += (f"{key}: {fault}" for fault in _goal_faults(graph, node))
    for split in graph.splits:
        faults += (f"split {split.index} of {split.goal}: {fault}" for fault in _split_faults(graph, split))
    faults += _edge_faults(graph)
    faults += _need_faults(graph)
    orders = [node.order for node in graph.goals.values() if not node.open]
    if len(set(orders)) != len(orders):
        faults.append("two goals were settled at the same moment")
    if graph.open_roots != sum(node.root and node.open for node in graph.goals.values()):
        faults.append(f"{graph.open_roots} open roots counted wrongly")
    if before is not None:
        faults += _monotone_faults(graph, before)
    return faults


def check_budget(usage: Usage, calls: int, tokens: int, reserved: int = 0) -> list[str]:
    """`calls` and `tokens`: sums over all answers; `reserved`: calls set aside for moves under way."""
    found = (usage.calls, usage.tokens, usage.reserved_calls)
    return [] if found == (calls, tokens, reserved) else [f"budget says {found}, answers say {calls, tokens, reserved}"]


def _goal_faults(graph: ProofGraph, node: GoalNode) -> list[str]:
    faults = []
    splits = list(graph.splits_of(node.key))
    if node.open != (node.order == 0):
        faults.append("open with a place among the settled, or settled without")
    if (node.proof is None) != (node.state is not State.PROVED):
        faults.append(f"{node.state} with proof {node.proof}")
    if node.proof is not None:
        proof = graph.splits[node.proof]
        if proof.goal != node.key:
            faults.append("proved by a split of another goal")
        for key in proof.keys:
            child = graph.goals[key]
            if child.state is not State.PROVED or child.order >= node.order:
                faults.append(f"proof rests on {key}, which was not proved before")
    if node.open and any(not split.missing and not split.dead for split in splits):
        faults.append("open although a split has all children proved")
    if node.live != sum(not split.dead for split in splits):
        faults.append(f"{node.live} live splits counted wrongly")
    if node.state is State.EXHAUSTED and (not node.finished or (node.live and not _all_stuck(graph, node))):
        faults.append("exhausted with something left to try")
    if node.open and node.finished and not node.live:
        faults.append("open with nothing left to try")
    if node.tries < len(node.refusals) or node.limits + node.machinery > len(node.refusals):
        faults.append("answers are missing from its record")
    if len(node.variants) != len(splits):
        faults.append("two splits with the same children, or one forgotten")
    return faults


def _all_stuck(graph: ProofGraph, node: GoalNode) -> bool:
    """Every split has a child that is not to be proved any more."""
    bad = (State.EXHAUSTED, State.REFUTED)
    return all(any(graph.goals[key].state in bad for key in split.keys) for split in graph.splits_of(node.key))


def _split_faults(graph: ProofGraph, split: SplitNode) -> list[str]:
    faults = []
    children = [graph.goals[key] for key in split.keys]
    if split.keys != tuple(dict.fromkeys(goal.key for goal in split.goals)):
        faults.append("its keys are not those of its goals")
    if split.missing != sum(child.state is not State.PROVED for child in children):
        faults.append(f"{split.missing} missing children counted wrongly")
    lost = split.goal in split.keys or any(child.state in (State.REFUTED, State.EXHAUSTED) for child in children)
    if lost != bool(split.dead):
        faults.append(f"dead is {split.dead!r}")
    return faults


def _edge_faults(graph: ProofGraph) -> list[str]:
    expected: set[tuple[object, object]] = {(split.goal, split.index) for split in graph.splits}
    expected |= {(split.index, key) for split in graph.splits for key in split.keys}
    nodes = {*graph.goals, *range(len(graph.splits))}
    same = set(graph.nx.edges) == expected and set(graph.nx.nodes) == nodes
    return [] if same else ["the edges are not those of the splits"]


def _need_faults(graph: ProofGraph) -> list[str]:
    """`needed` is reachability from open roots through live splits of open goals; sources lead back to a root."""
    reached = {node.key for node in graph.goals.values() if node.root and node.open}
    queue = list(reached)
    for key in queue:
        for split in graph.splits_of(key):
            for child in () if split.dead else split.keys:
                if graph.goals[child].open and child not in reached:
                    reached.add(child)
                    queue.append(child)
    needed = {key for key, node in graph.goals.items() if node.needed}
    faults = [f"{key}: needed is wrong" for key in needed ^ reached]
    for key in needed & reached:
        node, seen = graph.goals[key], set[str]()
        while not node.root and node.key not in seen and node.source is not None:
            seen.add(node.key)
            node = graph.goals[graph.splits[node.source].goal]
        if not (node.root and node.open):
            faults.append(f"{key}: its sources lead to no open root")
    return faults


def _monotone_faults(graph: ProofGraph, before: Snapshot) -> list[str]:
    faults = []
    for key, was in before.states.items():
        node = graph.goals.get(key)
        if node is None:
            faults.append(f"{key}: gone")
        elif was[0] is not State.OPEN and (node.state, node.order, node.proof) != was:
            faults.append(f"{key}: was {was}, is {node.state, node.order, node.proof}")
        elif node.tries < before.tries[key] or (key in before.finished and not node.finished):
            faults.append(f"{key}: undone")
    if tuple((split.goal, split.keys) for split in graph.splits[: len(before.splits)]) != before.splits:
        faults.append("splits have changed")
    if any(not graph.splits[index].dead for index in before.dead):
        faults.append("a dead split lives again")
    return faults
