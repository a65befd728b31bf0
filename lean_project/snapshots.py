"""Which snapshots a worker holds, under which of its own numbers; the least recently used go first."""

from __future__ import annotations

from collections import OrderedDict

from lean_project.model import Definition, Snapshot

Recipe = tuple[str | Definition, ...]
"""The header (text), then the pieces of code. Blank pieces change nothing and are left out."""

HEADER_STEPS = 10
"""What importing a header counts for when steps to rebuild a snapshot are compared."""


def recipe(snapshot: Snapshot) -> Recipe:
    return (snapshot.header, *(piece for piece in snapshot.code if isinstance(piece, Definition) or piece.strip()))


class SnapshotTable:
    """Recipes to numbers, at most `capacity` of them. Not thread-safe.

    Using a snapshot also marks what it was built from as used, so that a header, which is the dearest to rebuild, stays
    as long as anything on top of it is in use.
    """

    def __init__(self, capacity: int) -> None:
        self._capacity = capacity
        self._numbers: OrderedDict[Recipe, int] = OrderedDict()

    def __len__(self) -> int:
        return len(self._numbers)

    def numbers(self) -> set[int]:
        return set(self._numbers.values())

    def get(self, of: Recipe) -> int | None:
        return self._numbers.get(of)

    def longest_prefix(self, of: Recipe) -> int:
        """How many parts of the recipe are already built here: 0 when not even the header is."""
        for length in range(len(of), 0, -1):
            if of[:length] in self._numbers:
                return length
        return 0

    def missing(self, of: Recipe) -> int:
        """Steps to rebuild the snapshot here, 0 when it is held."""
        held = self.longest_prefix(of)
        return len(of) - held if held else len(of) - 1 + HEADER_STEPS

    def use(self, of: Recipe) -> None:
        for length in range(len(of), 0, -1):
            if of[:length] in self._numbers:
                self._numbers.move_to_end(of[:length])

    def add(self, of: Recipe, number: int) -> list[int]:
        """Hold a snapshot. Returns the numbers to release: the older ones beyond the capacity, never this one."""
        dropped = []
        if (old := self._numbers.pop(of, None)) is not None:
            dropped.append(old)
        self._numbers[of] = number
        while len(self._numbers) > self._capacity:
            dropped.append(self._numbers.popitem(last=False)[1])
        return [each for each in dropped if each != number]
