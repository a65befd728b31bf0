"""The proof tree of a target as a small SVG: goals are discs, moves are diamonds, the proof is drawn in bold.

A tidy tree from top to bottom: leaves stand side by side, whatever has children above their middle. Pure.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from html import escape

from prover.runs import GoalState, RunRecord
from prover.show import tree

GOALS_DRAWN = 300
_STEP, _LEVEL, _MARGIN = 30.0, 30.0, 18.0
"""Pixels between leaves, between a goal and its moves, and around the whole."""
_TITLE = 160
_SYMBOLS = {GoalState.PROVED: "✓", GoalState.OPEN: "", GoalState.REFUTED: "×", GoalState.EXHAUSTED: "∕"}


@dataclass(slots=True)
class _Node:
    """`goal`: its key for a disc, None for a diamond. `bold`: part of the proof, or of the best hope."""

    goal: str | None
    title: str
    level: int
    bold: bool
    below: list[_Node] = field(default_factory=list)
    x: float = 0.0

    @property
    def y(self) -> float:
        return _MARGIN + self.level * _LEVEL


def svg(record: RunRecord, root: str, numbers: dict[str, int], label: str) -> str:
    """The picture, as one `<svg>` element; "" for a goal alone. Discs carry `data-goal`: their place in `numbers`."""
    nodes, drawn = _nodes(record, root)
    if drawn < 2:
        return ""
    leaves = _place(nodes)
    width = max(leaves - 1, 0) * _STEP + 2 * _MARGIN
    height = max(node.y for node in nodes) + _MARGIN
    parts = [
        f'<svg class="picture" viewBox="0 0 {width:g} {height:g}" width="{width:g}" height="{height:g}" '
        f'role="img" aria-label="{escape(label)}: {drawn} goals">'
    ]
    edges = [(node, below) for node in nodes for below in node.below]
    for upper, lower in sorted(edges, key=lambda edge: edge[1].bold):  # the proof on top
        middle = (upper.y + lower.y) / 2
        curve = f"M{upper.x:g} {upper.y:g}C{upper.x:g} {middle:g} {lower.x:g} {middle:g} {lower.x:g} {lower.y:g}"
        parts.append(f'<path class="edge{" bold" if lower.bold else ""}" d="{curve}"/>')
    parts += [_disc(record, node, numbers) if node.goal is not None else _diamond(node) for node in nodes]
    return "".join((*parts, "</svg>"))


def _disc(record: RunRecord, node: _Node, numbers: dict[str, int]) -> str:
    assert node.goal is not None
    state = tree.goal_of(record, node.goal).state
    return (
        f'<g class="disc {state.value}" data-goal="{numbers[node.goal]}"><title>{escape(node.title)}</title>'
        f'<circle cx="{node.x:g}" cy="{node.y:g}" r="10"/>'
        f'<text x="{node.x:g}" y="{node.y:g}">{_SYMBOLS[state]}</text></g>'
    )


def _diamond(node: _Node) -> str:
    x, y, r = node.x, node.y, 5
    corners = f"{x:g},{y - r:g} {x + r:g},{y:g} {x:g},{y + r:g} {x - r:g},{y:g}"
    kind = "diamond bold" if node.bold else "diamond"
    return f'<g class="{kind}"><title>{escape(node.title)}</title><polygon points="{corners}"/></g>'


def _nodes(record: RunRecord, root: str) -> tuple[list[_Node], int]:
    """Discs and diamonds, upper ones first, and the number of discs; at most `GOALS_DRAWN` of them."""
    top = _Node(root, _title(record, root), 0, True)
    discs, nodes = {root: top}, [top]
    diamonds: dict[tuple[str, int], _Node] = {}
    for key, home in tree.homes(record, root).items():
        if home is None or home.parent not in discs:
            continue
        if len(discs) >= GOALS_DRAWN:
            break
        upper = discs[home.parent]
        move = tree.goal_of(record, home.parent).moves[home.move]
        between = diamonds.get((home.parent, home.move))
        if between is None:
            between = _Node(None, _short(move.text or move.label), upper.level + 1, upper.bold and move.chosen)
            diamonds[home.parent, home.move] = between
            upper.below.append(between)
            nodes.append(between)
        disc = _Node(key, _title(record, key), upper.level + 2, between.bold)
        between.below.append(disc)
        discs[key] = disc
        nodes.append(disc)
    return nodes, len(discs)


def _place(nodes: list[_Node]) -> int:
    """Give every node its `x`; returns the number of leaves. `nodes[0]` is the root, upper nodes come first."""
    leaves, stack = 0, [nodes[0]]
    while stack:
        node = stack.pop()
        if not node.below:
            node.x = _MARGIN + leaves * _STEP
            leaves += 1
        stack.extend(reversed(node.below))
    for node in sorted(nodes, key=lambda node: -node.level):
        if node.below:
            node.x = (node.below[0].x + node.below[-1].x) / 2
    return leaves


def _title(record: RunRecord, key: str) -> str:
    goal = tree.goal_of(record, key)
    return f"{goal.state.value}: {_short(tree.conclusion(goal.text))}"


def _short(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= _TITLE else text[: _TITLE - 1] + "…"
