"""The explicit AND/OR proof graph: what is known about every goal, and what follows from it.

States are monotone (`search.nodes.State`). A goal is proved when one of its splits has all children proved; the split
that proved it first is kept, so proofs are well-founded even where goals refer to each other in circles: a split's
children are always settled before its goal. Not thread-safe: one driver owns it.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from search import export, partial, relevance
from search.domain import Answer, Goal, Move, Verdict
from search.nodes import GoalNode, Refusal, SplitNode, State, Structure
from search.partial import ProofTree

LOOK_AROUND = 64
"""Finished goals to look at for a circle whenever a goal is finished; larger circles are left to `sweep`."""


@dataclass(slots=True)
class Changes:
    """What happened to the graph since the last `drain`. Keys, in order of events; `splits` are new AND nodes.

    A key in `needed` or `dropped` may have changed again since: the node's own flag is what holds.
    """

    added: list[str] = field(default_factory=list)
    settled: list[str] = field(default_factory=list)
    needed: list[str] = field(default_factory=list)
    dropped: list[str] = field(default_factory=list)
    splits: list[int] = field(default_factory=list)
    died: list[int] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.added or self.settled or self.needed or self.dropped or self.splits or self.died)

    def extend(self, other: Changes) -> None:
        self.added += other.added
        self.settled += other.settled
        self.needed += other.needed
        self.dropped += other.dropped
        self.splits += other.splits
        self.died += other.died


class ProofGraph(Structure):
    """Goals by key (equal keys are one node), justified moves, and their consequences.

    `conflicts`: keys that were both proved and refuted; the state that came first stays. That is a bug of whatever
    answered, since both are hints that the trusted check has yet to see.
    """

    def __init__(self) -> None:
        super().__init__()
        self.open_roots = 0
        self.conflicts: list[str] = []
        self._refuted: set[str] = set()
        self._settled = 0
        self._unswept = 0
        self._changes = Changes()

    def add_root(self, goal: Goal) -> GoalNode:
        node = self._node(goal, 0)
        if not node.root:
            node.root, node.depth = True, 0
            if node.open:
                self.open_roots += 1
                if node.needed:
                    node.source = None
                self._changes.needed += relevance.need(self, goal.key, None)
        return node

    def hear(self, key: str, move: Move, answer: Answer) -> SplitNode | None:
        """Take in what came of `move`. Returns the split that it became, None where it did not become one."""
        node = self.goals[key]
        node.tries += 1
        node.calls += answer.lean_calls
        node.tokens += answer.tokens
        node.seconds += answer.seconds
        for refuted in sorted(answer.refuted):
            self.refute(refuted)
        if answer.verdict is Verdict.JUSTIFIED:
            return self._justify(node, move, answer)
        node.limits += answer.verdict is Verdict.LIMIT
        node.machinery += answer.verdict is Verdict.MACHINERY
        node.refusals.append(
            Refusal(move.label, move.text, answer.verdict, answer.reason, answer.seconds, answer.lean_calls)
        )
        return None

    def refute(self, key: str) -> None:
        """The goal with this key, in the graph or yet to come, is false. Splits that rest on it are dead."""
        self._refuted.add(key)
        node = self.goals.get(key)
        if node is not None and node.state is State.PROVED:
            self._conflict(key)
        elif node is not None:
            self._settle([(key, State.REFUTED, None)])

    def finish(self, key: str, gave_up: str = "") -> None:
        """Nothing more will be tried on this goal itself; `gave_up` says why where it was not for want of moves.

        Exhausts it, and what rests on it, as soon as nothing else can prove it.
        """
        node = self.goals[key]
        node.gave_up = node.gave_up or gave_up
        if node.finished:
            return
        node.finished = True
        if not node.open:
            return
        if node.live == 0:
            self._settle([(key, State.EXHAUSTED, None)])
            return
        self._settle([(each, State.EXHAUSTED, None) for each in self._doomed([key])])

    def sweep(self) -> None:
        """Exhaust every goal that can be proved by nothing but itself. Linear in the graph."""
        self._settle([(each, State.EXHAUSTED, None) for each in self._doomed(list(self.goals), bound=None)])

    def drain(self) -> Changes:
        changes, self._changes = self._changes, Changes()
        return changes

    def extract(self, key: str) -> ProofTree:
        """The proof of a proved goal: each goal once, children before what rests on them.

        Raises ValueError for a goal that is not proved.
        """
        return partial.extract(self, key)

    def best_partial(self, key: str) -> ProofTree:
        """The best state so far: the proof if there is one, else splits down to the cheapest open frontier by d̄."""
        return partial.best_partial(self, key)

    def distances(self, keys: Iterable[str]) -> dict[str, float]:
        """d̄ of the cheapest open frontier of each goal at or below `keys`: 0 if proved, infinite if refuted."""
        return partial.distances(self, keys)

    def pointless(self) -> set[str]:
        """Open goals on which no open root rests any more: all ways that needed them are settled."""
        return {key for key, node in self.goals.items() if node.open and not node.needed}

    def to_json(self) -> dict[str, Any]:
        """The whole graph as JSON values (see `search.export`)."""
        return export.to_json(self)

    def _node(self, goal: Goal, depth: int) -> GoalNode:
        node = self.goals.get(goal.key)
        if node is None:
            node = GoalNode(goal, len(self.goals), depth)
            self.goals[goal.key] = node
            self.nx.add_node(goal.key)
            self._changes.added.append(goal.key)
            if goal.key in self._refuted:
                self._settle([(goal.key, State.REFUTED, None)])
        node.depth = min(node.depth, depth)
        return node

    def _conflict(self, key: str) -> None:
        if key not in self.conflicts:
            self.conflicts.append(key)

    def _justify(self, node: GoalNode, move: Move, answer: Answer) -> SplitNode | None:
        if not node.open:  # too late to matter: others were faster
            if node.state is State.REFUTED and all(
                (child := self.goals.get(goal.key)) is not None and child.state is State.PROVED
                for goal in answer.children
            ):
                self._conflict(node.key)
            return None
        keys = tuple(dict.fromkeys(goal.key for goal in answer.children))
        known = node.variants.get(frozenset(keys))
        if known is not None:
            split = self.splits[known]
            split.merged.append(move.label)
            return split
        for goal in answer.children:
            self._node(goal, node.depth + 1)
        index = len(self.splits)
        split = SplitNode(
            index, node.key, move, answer.children, keys,
            answer.score, answer.seconds, answer.lean_calls, answer.tokens, answer.record,
        )  # fmt: skip
        split.missing = sum(self.goals[key].state is not State.PROVED for key in keys)
        split.dead = self._hopeless(split)
        self.splits.append(split)
        node.variants[frozenset(keys)] = index
        self.nx.add_edge(node.key, index)
        self.nx.add_edges_from((index, key) for key in keys)
        self._changes.splits.append(index)
        if split.dead:
            self._changes.died.append(index)
            return split
        node.live += 1
        if not split.missing:
            self._settle([(node.key, State.PROVED, index)])
        elif node.needed:
            for key in keys:
                self._changes.needed += relevance.need(self, key, split)
        return split

    def _hopeless(self, split: SplitNode) -> str:
        if split.goal in split.keys:
            return "leaves its own goal open"
        states = {key: self.goals[key].state for key in split.keys}
        return next((f"{s} child" for s in states.values() if s in (State.REFUTED, State.EXHAUSTED)), "")

    def _doomed(self, start: Iterable[str], bound: int | None = LOOK_AROUND) -> list[str]:
        """Goals at or below `start` that only circles could prove. Where there is too much to look at, nothing for now,
        and everything each time the graph has grown by half."""
        doomed = relevance.unfounded(self, start, bound)
        if doomed is None:
            self._unswept += 1
            if self._unswept <= max(LOOK_AROUND, len(self.goals) // 2):
                return []
            doomed = relevance.unfounded(self, list(self.goals)) or set()
            self._unswept = 0
        return sorted(doomed, key=lambda key: self.goals[key].index)

    def _settle(self, start: Iterable[tuple[str, State, int | None]]) -> None:
        """Settle goals and all that follows upwards; then see what is needed no more downwards."""
        queue, orphans, shaken = deque(start), list[str](), list[str]()
        while queue or shaken:
            if not queue:  # goals that lost a split and will try nothing more may be left with circles
                queue.extend((key, State.EXHAUSTED, None) for key in self._doomed(shaken))
                shaken = []
                continue
            key, state, proof = queue.popleft()
            node = self.goals[key]
            if not node.open:
                continue
            self._settled += 1
            node.state, node.order, node.proof = state, self._settled, proof
            self.open_roots -= node.root
            self._changes.settled.append(key)
            orphans.append(key)
            for split in self.parents_of(key):
                if state is State.PROVED:
                    split.missing -= 1
                    if not split.missing and not split.dead:
                        queue.append((split.goal, State.PROVED, split.index))
                elif not split.dead:
                    split.dead = f"{state} child"
                    self._changes.died.append(split.index)
                    orphans.extend(child for child in split.keys if self.goals[child].source == split.index)
                    parent = self.goals[split.goal]
                    parent.live -= 1
                    if parent.finished and parent.live:
                        shaken.append(parent.key)
                    elif parent.finished:
                        queue.append((parent.key, State.EXHAUSTED, None))
        self._changes.dropped += relevance.drop(self, orphans)
