"""Canonical form of a small labelled hypergraph, up to isomorphism: colour refinement, then individualisation.

The method is that of McKay and Piperno, "Practical graph isomorphism, II" (2014), with the simplest of its prunings: a
vertex whose first leaf repeats one that was seen is in the orbit of an explored one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256

MAX_LEAVES = 2000
"""Past this the form still stands for the graph, but isomorphic graphs may get different ones."""

Certificate = tuple[tuple[int, ...], ...]


@dataclass(frozen=True, slots=True)
class Edge:
    """`args`: vertices, each at most once."""

    label: bytes
    args: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Graph:
    """Vertex i carries `vertices[i]`, a label and the vertices that it points to in order; `root` belongs to none."""

    vertices: tuple[Edge, ...]
    root: Edge


def canonical(graph: Graph, version: bytes = b"") -> bytes:
    """32 bytes: equal for isomorphic graphs, and different for others as far as SHA-256 tells them apart."""
    search = _Search(graph)
    order = search.run()
    position = {vertex: i for i, vertex in enumerate(order)}
    digest = sha256(b"%d " % len(version) + version)
    for edge in (graph.root, *(graph.vertices[vertex] for vertex in order)):
        digest.update(b"%d %d " % (len(edge.label), len(edge.args)) + edge.label)
        digest.update(b"".join(b"%d " % position[arg] for arg in edge.args))
    return digest.digest()


class _Search:
    def __init__(self, graph: Graph) -> None:
        self._size = len(graph.vertices)
        ranks = {label: rank for rank, label in enumerate(sorted({edge.label for edge in graph.vertices}))}
        self._labels = [ranks[edge.label] for edge in graph.vertices]
        self._args = [edge.args for edge in graph.vertices]
        self._root = graph.root.args
        self._uses: list[list[tuple[int, int]]] = [[] for _ in graph.vertices]
        """For each vertex, who points to it (-1: the root) and at which place."""
        for user, args in [(-1, self._root), *enumerate(self._args)]:
            for place, arg in enumerate(args):
                self._uses[arg].append((user, place))
        self._leaves = 0
        self._best: tuple[Certificate, list[int]] | None = None

    def run(self) -> list[int]:
        """The vertices in canonical order."""
        self._explore(self._refine(self._labels), ())
        assert self._best is not None
        return self._best[1]

    def _refine(self, colours: Sequence[int]) -> list[int]:
        """The coarsest finer colouring in which equal colours have equal neighbourhoods. Colours are ranks."""
        count, current = -1, list(colours)
        while True:
            around = [tuple([current[arg] for arg in args]) for args in self._args]
            signatures = [
                (
                    current[v],
                    around[v],
                    tuple(
                        sorted(
                            (-1, place, ()) if user < 0 else (current[user], place, around[user])
                            for user, place in self._uses[v]
                        )
                    ),
                )
                for v in range(self._size)
            ]
            ranks = {signature: rank for rank, signature in enumerate(sorted(set(signatures)))}
            current = [ranks[signature] for signature in signatures]
            if len(ranks) == count or len(ranks) == self._size:
                return current
            count = len(ranks)

    def _cell(self, colours: Sequence[int]) -> list[int]:
        """The vertices of the first colour that several have; [] when there is none."""
        cells: dict[int, list[int]] = {}
        for vertex, colour in enumerate(colours):
            cells.setdefault(colour, []).append(vertex)
        return next((cells[colour] for colour in sorted(cells) if len(cells[colour]) > 1), [])

    def _single_out(self, colours: Sequence[int], vertex: int) -> list[int]:
        doubled = [2 * colour + 1 for colour in colours]
        doubled[vertex] -= 1
        return self._refine(doubled)

    def _leaf(self, colours: Sequence[int], path: tuple[int, ...]) -> Certificate:
        """What the graph looks like in this order, and which vertices were singled out (so that leaves that are alike
        are so by an automorphism that maps the one path to the other)."""
        self._leaves += 1
        order = sorted(range(self._size), key=colours.__getitem__)
        rows = [(self._labels[v], *(colours[arg] for arg in self._args[v])) for v in order]
        root = tuple(colours[arg] for arg in self._root)
        found: Certificate = (root, *rows, tuple(colours[v] for v in path))
        if self._best is None or found < self._best[0]:
            self._best = found, order
        return found

    def _first_leaf(self, colours: Sequence[int], path: tuple[int, ...]) -> Certificate:
        while cell := self._cell(colours):
            colours, path = self._single_out(colours, cell[0]), (*path, cell[0])
        return self._leaf(colours, path)

    def _explore(self, colours: Sequence[int], path: tuple[int, ...]) -> set[Certificate]:
        """Visit the leaves below this node, as far as they may differ; gives those visited."""
        cell = self._cell(colours)
        if not cell:
            return {self._leaf(colours, path)}
        seen: set[Certificate] = set()
        for vertex in cell:
            if seen and self._leaves > MAX_LEAVES:
                break
            below, longer = self._single_out(colours, vertex), (*path, vertex)
            if seen and self._first_leaf(below, longer) in seen:
                continue
            seen |= self._explore(below, longer)
        return seen
