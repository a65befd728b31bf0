"""A run in the terminal: for each target its proof tree, the proof first. It fits the console, 80 columns included.

States have a symbol as well as a colour. What came from Lean or a model is data: cleaned, never read as markup.
"""

from __future__ import annotations

import time
from collections.abc import Sequence

from rich.cells import cell_len
from rich.console import Console, RenderableType
from rich.text import Text
from rich.tree import Tree

from prover import render
from prover.report import Status
from prover.runs import GoalRecord, GoalState, MoveRecord, RunRecord, Summary, TargetRecord
from prover.show import tree as shape
from search.domain import Verdict

GOALS_SHOWN = 200
"""Goals of one target that are drawn; the page (`--html`) has them all."""
_ROOM = 34
"""Columns that a line needs to say anything: deeper goals are counted, not drawn."""
_REASONS_SHOWN = 3
_REASON_WIDTH = 32
_INDENT = 2

SYMBOLS = {GoalState.PROVED: "✓", GoalState.OPEN: "○", GoalState.REFUTED: "✗", GoalState.EXHAUSTED: "∅"}
_COLOURS = {
    GoalState.PROVED: "green",
    GoalState.OPEN: "yellow",
    GoalState.REFUTED: "red",
    GoalState.EXHAUSTED: "bright_black",
}
_STATUS_COLOURS = {
    Status.PROVED: "green",
    Status.DISPROVED: "red",
    Status.OPEN: "yellow",
    Status.LIMIT: "yellow",
    Status.MACHINERY: "red",
    Status.OUT_OF_SCOPE: "dim",
}
_FAILED = {Verdict.REFUSED: "refused", Verdict.LIMIT: "limit", Verdict.MACHINERY: "lost by the machinery"}


def print_run(console: Console, records: Sequence[RunRecord], *, whole_proofs: bool = False) -> None:
    """Every file of a run. `whole_proofs`: proof scripts in full below the trees, not only where there is no tree."""
    for number, record in enumerate(records):
        if number:
            console.print()
        console.print(Text(render.clean(record.file), style="bold"), soft_wrap=True)
        _print(console, Text(" · ".join(facts(record)), style="dim"))
        for target in record.targets:
            console.print()
            _print_target(console, record, target, whole_proofs)
        console.print()
        counts = [(status, sum(target.status is status for target in record.targets)) for status in Status]
        _print(console, render.summary(counts))
    if any(target.goal for record in records for target in record.targets):
        states = "  ".join(f"{symbol} {state.value}" for state, symbol in SYMBOLS.items())
        marks = "▸ chosen move  ▹ other move  S score  d difficulty  ↑ drawn elsewhere"
        for legend in (states, marks):
            _print(console, Text(legend, style="dim"))


def print_list(console: Console, runs: Sequence[Summary]) -> None:
    """The recent runs, one line per file."""
    heads = ("run", "started", "seconds", "targets", "file")
    rows = [_listed(summary) for summary in runs]
    widths = [max(len(head), *(len(row[i]) for row in rows)) for i, head in enumerate(heads[:-1])]
    console.print(Text("  ".join((*map(str.ljust, heads, widths), heads[-1])), style="dim"), no_wrap=True)
    for row in rows:
        front = "  ".join(map(str.ljust, row, widths))
        file = render.shorten(row[-1], max(12, console.width - len(front) - 2), keep_end=True)
        console.print(Text(f"{front}  {file}"), no_wrap=True)


def _listed(summary: Summary) -> tuple[str, str, str, str, str]:
    name = render.shorten(render.clean(summary.run), 12)
    record = summary.record
    if record is None:
        return name, "", "", "damaged", render.clean(str(summary.path))
    proved = sum(target.status is Status.PROVED for target in record.targets)
    result = f"{proved}/{len(record.targets)} proved{', interrupted' if record.interrupted else ''}"
    return name, moment(record.started_at), f"{record.seconds:.1f}", result, render.clean(record.file)


def moment(started_at: float) -> str:
    """Local date and time, "" for 0 (not known)."""
    try:
        return time.strftime("%Y-%m-%d %H:%M", time.localtime(started_at)) if started_at else ""
    except (OverflowError, ValueError, OSError):
        return ""


def facts(record: RunRecord) -> list[str]:
    """What there is to say about a run in a line."""
    lean = f"Lean {record.lean_version}" if record.lean_version else ""
    parts = [
        f"run {record.run[:12]}",
        moment(record.started_at),
        " ".join(part for part in (lean, f"({record.runtime})" if record.runtime else "") if part),
        record.strategy,
        render.seconds(record.seconds) if record.seconds else "",
        plural(record.usage.lean_calls, "Lean call") if record.usage.lean_calls else "",
        plural(record.usage.tokens, "token") if record.usage.tokens else "",
        "interrupted" if record.interrupted else "",
    ]
    return [render.clean(part) for part in parts if part]


def plural(count: int, noun: str) -> str:
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


def _print_target(console: Console, record: RunRecord, target: TargetRecord, whole_proofs: bool) -> None:
    status = (render.label(target.status), _STATUS_COLOURS[target.status])
    line = Text.assemble((render.clean(target.name), "bold"), f" (line {target.line}), ", status)
    if target.reason:
        line.append(f": {_flat(target.reason)}")
    elif seconds := shape.spent(record, target)[0]:
        line.append(f" in {render.seconds(seconds)}")
    _print(console, line)
    if target.counterexample:
        _print(console, Text(f"counterexample: {_flat(target.counterexample)}", style="red"))
    if target.goal is not None:
        drawing = _Drawing(record, target.goal, console.width - _INDENT)
        _print(console, drawing.tree())
        if drawing.left_out:
            more = f"… {plural(drawing.left_out, 'more goal')} (gentzen show --html FILE has them all)"
            _print(console, Text(more, style="dim"))
    if target.proof and (whole_proofs or target.goal is None):
        _print(console, Text("by", style="cyan"))
        for text in render.clean(target.proof.rstrip()).split("\n"):
            console.print(Text(f"{' ' * (_INDENT + 2)}{text}", style="cyan"), soft_wrap=True)


def _print(console: Console, what: RenderableType) -> None:
    """`what`, indented, without the blanks that rich puts at the ends of lines."""
    options = console.options.update(width=max(console.width - _INDENT, 1))
    for line in console.render_lines(what, options, pad=False):
        text = Text.assemble(" " * _INDENT, *((segment.text, segment.style or "") for segment in line))
        text.rstrip()
        console.print(text, no_wrap=True)


def _flat(text: str) -> str:
    return render.clean(" ".join(text.split()))


class _Drawing:
    """The tree of one target within `width` columns. `left_out`: goals that found no room."""

    def __init__(self, record: RunRecord, root: str, width: int) -> None:
        self._record, self._root, self._width = record, root, width
        self._homes = shape.homes(record, root)
        self._drawn = 0

    def tree(self) -> Tree:
        found = Tree(self._goal_line(self._root, None, 0), guide_style="dim")
        self._grow(found, self._root, 0)
        return found

    @property
    def left_out(self) -> int:
        return len(self._homes) - self._drawn

    def _grow(self, tree: Tree, key: str, depth: int) -> None:
        """Put the moves of a goal, and what they leave open, below it. `depth`: that of the goal in the drawing."""
        self._drawn += 1
        goal = shape.goal_of(self._record, key)
        alone = _closing(goal)
        for index in shape.shown_moves(goal):
            if index == alone:
                continue
            move = goal.moves[index]
            branch = tree.add(self._move_line(move, depth + 1))
            for child in move.goals():
                if self._homes[child] != shape.Home(key, index, self._depth(key) + 1):
                    branch.add(self._goal_line(child, move, depth + 2, elsewhere=True))
                elif self._drawn >= GOALS_SHOWN or self._width - 4 * (depth + 2) < _ROOM:
                    branch.add(Text("…", style="dim"))
                    break
                else:
                    self._grow(branch.add(self._goal_line(child, move, depth + 2)), child, depth + 2)
        if alone is None and (folded := _folded(goal)):
            tree.add(_one_line(Text(folded, style="dim")))

    def _depth(self, key: str) -> int:
        home = self._homes[key]
        return 0 if home is None else home.depth

    def _goal_line(self, key: str, above: MoveRecord | None, depth: int, *, elsewhere: bool = False) -> Text:
        goal = shape.goal_of(self._record, key)
        lemma = shape.lemma_for(above, key) if above is not None else None
        front = f"{'↑ ' if elsewhere else ''}{SYMBOLS[goal.state]} "
        name = f"{_flat(lemma.name)}: " if lemma else ""
        alone = None if elsewhere else _closing(goal)
        ending, ending_style = _ending(goal, alone)
        about = "" if elsewhere else _about(goal, "" if alone is None else _count(goal))
        room = self._width - 4 * depth - len(front)
        claim = f"{name}{_flat(shape.conclusion(goal.text))}"
        # The claim comes first, then how it was proved, then the numbers: what has no room is shortened in that order.
        about = about if room - cell_len(about) >= _ROOM else ""
        claim_room = max(room - cell_len(about) - min(cell_len(ending), room // 3), 1)
        claim = render.shorten(claim, claim_room)
        ending = render.shorten(ending, max(room - cell_len(claim) - cell_len(about), 1)) if ending else ""
        colour = _COLOURS[goal.state]
        return _one_line(
            Text.assemble((front, colour), (claim, "dim" if elsewhere else ""), (ending, ending_style), (about, "dim"))
        )

    def _move_line(self, move: MoveRecord, depth: int) -> Text:
        about = f"  S {move.score:.2f}" if move.justified else f"  {_FAILED[move.verdict]}"
        if move.kind == "sketch":
            about += " sketch"
        text = _flat(render.one_line(move.text)) or _flat(move.label)
        text = render.shorten(text, max(self._width - 4 * depth - 2 - cell_len(about), 8))
        mark, style = ("▸ ", "bold") if move.chosen else ("▹ ", "")
        return _one_line(Text.assemble((mark + text, style), (about, "dim")))


def _one_line(text: Text) -> Text:
    text.no_wrap, text.overflow = True, "ellipsis"
    return text


def _ending(goal: GoalRecord, alone: int | None) -> tuple[str, str]:
    """What settled a goal, and its style: the move that closed it, the assignment that refutes it."""
    if alone is not None:
        return f"  by {_flat(render.one_line(goal.moves[alone].text))}", "cyan"
    return (f"  false for {_flat(goal.counterexample)}", "red") if goal.counterexample else ("", "")


def _closing(goal: GoalRecord) -> int | None:
    """The chosen move of a proved goal if it left nothing open: it stands on the goal's own line."""
    shown = shape.shown_moves(goal)
    if goal.state is not GoalState.PROVED or not shown:
        return None
    first = goal.moves[shown[0]]
    return shown[0] if len(shown) == 1 and first.justified and not first.goals() else None


def _about(goal: GoalRecord, tries: str) -> str:
    parts = (f"d {goal.difficulty:g}" if goal.difficulty else "", tries, render.seconds(goal.seconds))
    return f"  {' · '.join(part for part in parts if part)}"


def _count(goal: GoalRecord) -> str:
    failed = sum(len(fold.moves) for fold in shape.folded_moves(goal))
    return f"{failed} failed" if failed else ""


def _folded(goal: GoalRecord) -> str:
    """`7 moves failed: 3 × simp made no progress, not definitionally equal, … 2 more reasons`."""
    folds = shape.folded_moves(goal)
    if not folds:
        return ""
    reasons = [render.shorten(fold.reason, _REASON_WIDTH) for fold in folds]
    said = [f"{len(f.moves)} × {text}" if len(f.moves) > 1 else text for f, text in zip(folds, reasons, strict=True)]
    more = len(said) - _REASONS_SHOWN
    kept = said[:_REASONS_SHOWN] + ([f"{more} more reason{'s' if more > 1 else ''}"] if more > 0 else [])
    total = sum(len(fold.moves) for fold in folds)
    return f"{plural(total, 'move')} failed: {render.clean(', '.join(kept))}"
