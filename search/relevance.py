"""Which goals still matter: needed by an open root, and not doomed by going in circles.

Both relations live on graphs with cycles, so counting references is not enough. Need keeps, as clasp does for unfounded
sets, one *source* per goal: a live split of a needed goal; following sources leads to an open root.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable

from search.nodes import GoalNode, SplitNode, Structure


def need(structure: Structure, key: str, source: SplitNode | None) -> list[str]:
    """Mark an open goal, and all below it through live splits, as needed. Returns the keys that were not before."""
    found: list[str] = []
    queue: deque[tuple[str, SplitNode | None]] = deque([(key, source)])
    while queue:
        key, source = queue.popleft()
        node = structure.goals[key]
        if node.needed or not node.open:
            continue
        node.needed, node.source = True, None if source is None else source.index
        found.append(key)
        for split in structure.splits_of(key):
            if not split.dead:
                queue.extend((child, split) for child in split.keys)
    return found


def drop(structure: Structure, orphans: Iterable[str]) -> list[str]:
    """Goals in `orphans` may have lost their source: find them another, or take need from them and what hangs on them.

    Returns the keys that are needed no more.
    """
    queue, dropped = deque(orphans), []
    while queue:
        node = structure.goals[queue.popleft()]
        if not node.needed or (node.open and (node.root or _holds(structure, node))):
            continue
        other = _another_source(structure, node) if node.open else None
        if other is not None:
            node.source = other.index
            continue
        node.needed, node.source = False, None
        dropped.append(node.key)
        for split in structure.splits_of(node.key):
            queue.extend(child for child in split.keys if structure.goals[child].source == split.index)
    for key in dropped:  # a source found later in the loop may carry goals that were dropped before it
        if structure.goals[key].open:
            parents = structure.parents_of(key)
            rescue = next((split for split in parents if _needs(structure, split)), None)
            if rescue is not None:
                need(structure, key, rescue)
    return [key for key in dropped if not structure.goals[key].needed]


def _needs(structure: Structure, split: SplitNode) -> bool:
    parent = structure.goals[split.goal]
    return not split.dead and parent.needed and parent.open


def _holds(structure: Structure, node: GoalNode) -> bool:
    """The goal's source is itself still needed. (What is above it on the way is queued before it if that falls.)"""
    return node.source is not None and _needs(structure, structure.splits[node.source])


def _another_source(structure: Structure, node: GoalNode) -> SplitNode | None:
    return next(
        (s for s in structure.parents_of(node.key) if _needs(structure, s) and not _hangs_on(structure, s.goal, node)),
        None,
    )


def _hangs_on(structure: Structure, key: str, node: GoalNode) -> bool:
    """Whether the way from `key` up along the sources meets `node`, or ends anywhere but at an open root."""
    while True:
        structure.work += 1
        above = structure.goals[key]
        if above is node or not above.needed or not above.open:
            return True
        if above.root:
            return False
        if above.source is None or structure.splits[above.source].dead:
            return True
        key = structure.splits[above.source].goal


def unfounded(structure: Structure, start: Iterable[str], bound: int | None = None) -> set[str] | None:
    """Open goals at or below `start` that can never be proved, since each rests on others of the set only.

    Looks at finished goals only: an open goal that is not finished has hope of its own. None if there are more than
    `bound` of them.
    """
    region: set[str] = set()
    queue = deque(start)
    while queue:
        key = queue.popleft()
        node = structure.goals[key]
        if key in region or not node.open or not node.finished:
            continue
        region.add(key)
        if bound is not None and len(region) > bound:
            return None
        for split in structure.splits_of(key):
            if not split.dead:
                queue.extend(split.keys)
    waiting: dict[int, int] = {}
    founded: deque[str] = deque()
    for key in region:
        for split in structure.splits_of(key):
            if not split.dead:
                waiting[split.index] = sum(child in region for child in split.keys)
                if not waiting[split.index]:
                    founded.append(key)
    hopeless = set(region)
    while founded:
        key = founded.popleft()
        if key not in hopeless:
            continue
        hopeless.discard(key)
        for split in structure.parents_of(key):
            if split.index in waiting:
                waiting[split.index] -= 1
                if not waiting[split.index]:
                    founded.append(split.goal)
    return hopeless
