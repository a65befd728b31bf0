"""The live view of `gentzen train` on a terminal: the round with its stages, what is tried, the held-out curve, losses.

What the run says goes above it as plain lines. Where stderr is no terminal there are the plain lines alone.
"""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Iterable, Sequence
from itertools import pairwise
from pathlib import Path

from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.spinner import Spinner
from rich.table import Table
from rich.text import Text

from rl.run.progress import Progress, Watched
from rl.selfplay.round import STAGES

_BARS = "▁▂▃▄▅▆▇█"
_WIDTH = 24
REFRESH = 1.0
"""Seconds between two looks at the run's folder."""


def sparkline(values: Iterable[float], width: int = _WIDTH, low: float | None = None, high: float | None = None) -> str:
    """The values as bars, the first on the left; of more than `width` values, means of neighbours. `low`, `high`: what
    the lowest and the highest bar stand for, by default the extremes of the values."""
    known = list(values)
    if not known:
        return ""
    if len(known) > width:
        cuts = [round(number * len(known) / width) for number in range(width + 1)]
        parts = [known[start:end] for start, end in pairwise(cuts)]
        known = [sum(part) / len(part) for part in parts]
    least = min(known) if low is None else low
    span = (max(known) if high is None else high) - least
    places = [(value - least) / span if span else 0.0 for value in known]
    return "".join(_BARS[min(len(_BARS) - 1, max(0, int(place * len(_BARS))))] for place in places)


def view(now: Progress, name: str, rounds: int, updates: int, elapsed: float) -> RenderableType:
    """The state as rich shows it. `rounds`, `updates`: how many the settings ask for. `elapsed`: seconds."""
    table = Table.grid(padding=(0, 2))
    table.add_column(style="dim", justify="right")
    table.add_column()
    for label, value in _rows(now, rounds, updates):
        table.add_row(label, value)
    head = Spinner("dots", Text.assemble((name, "bold"), f"  {_where(now, rounds)}  ", (_clock(elapsed), "dim")))
    return Group(head, table)


def _where(now: Progress, rounds: int) -> str:
    if now.round is None:
        return now.stage or "beginning"
    return f"round of rules {now.round}" if now.rules else f"round {now.round} ({now.round + 1} of {rounds})"


def _rows(now: Progress, rounds: int, updates: int) -> Iterable[tuple[str, Text]]:
    if now.round is not None:
        yield "stages", _stages(now)
    if now.tried is not None:
        of = "" if now.tried.of is None else f" of {now.tried.of}"
        yield "statements", Text.assemble(f"{now.tried.tried}{of} tried, ", (f"{now.tried.proved} proved", "green"))
    for fit in now.fits:
        yield fit.name, _fit(fit.losses, fit.rewards, fit.update, updates if fit.name == "reinforced" else 0)
    if now.gauges is not None:
        each = now.gauges
        said = (
            f"{each.kept} of {each.proposals} conjectures kept, {each.conjectures_proved} proved, "
            f"{each.selected} to learn from; {each.dataset_solved} of {each.dataset} given statements proved"
        )
        yield f"round {each.round}", Text(said)
    if now.scores:
        yield "held out", _curve(now)


def _stages(now: Progress) -> Text:
    line = Text()
    for stage in STAGES:
        name = stage.partition("-")[2]
        style = "green" if stage in now.done else "bold" if stage == now.stage else "dim"
        mark = "✓" if stage in now.done else "▸" if stage == now.stage else "·"
        line.append(f"{mark} {name}  ", style)
    line.rstrip()
    return line


def _fit(losses: Sequence[float], rewards: Sequence[float], update: int, of: int) -> Text:
    line = Text(f"update {update}" + (f" of {of}" if of else ""))
    if losses:
        line.append(f"  loss {losses[0]:.3g} to {losses[-1]:.3g} ")
        line.append(sparkline(losses), "cyan")
    if rewards:
        line.append(f"  reward {rewards[-1]:.2f} ")
        line.append(sparkline(rewards, low=0.0, high=1.0), "green")
    return line


def _curve(now: Progress) -> Text:
    known = [score for score in now.scores if score.answered]
    if not known:
        return Text("no answer yet")
    last = known[-1]
    line = Text()
    line.append(sparkline((score.solved / score.answered for score in known), low=0.0, high=1.0), "green")
    line.append("  " + " ".join(str(score.solved) for score in known[-8:]))
    share = f" of {last.answered}  ({100 * last.solved / last.answered:.0f} %, "
    line.append(share + f"95 % interval {100 * last.low:.0f} to {100 * last.high:.0f})")
    return line


def _clock(seconds: float) -> str:
    minutes, rest = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


class LiveView:
    """A context manager that shows the run in `out` until it is left; nothing of the view stays on the screen. `say`
    prints a line above it. Where the console is no terminal, `say` is all there is."""

    def __init__(self, out: Path, rounds: int, updates: int, *, console: Console | None = None) -> None:
        self.watched, self.rounds, self.updates = Watched(out), rounds, updates
        self.console = console or Console(file=sys.stderr)
        self._begun = time.monotonic()
        self._live: Live | None = None
        self._over = threading.Event()
        self._thread: threading.Thread | None = None

    def __enter__(self) -> LiveView:
        if self.console.is_terminal:
            self._live = Live(self._view(), console=self.console, transient=True, refresh_per_second=4)
            self._live.start()
            self._thread = threading.Thread(target=self._refresh, name="gentzen-live", daemon=True)
            self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        if self._thread is not None:
            self._thread.join()
        live, self._live = self._live, None
        if live is not None:
            live.stop()

    def say(self, text: str) -> None:
        """One line of what the run says."""
        if self._live is not None:
            self.console.print(Text(text))
        else:
            print(text, file=self.console.file, flush=True)

    def _view(self) -> RenderableType:
        name = self.watched.out.name
        return view(self.watched.look(), name, self.rounds, self.updates, time.monotonic() - self._begun)

    def _refresh(self) -> None:
        while not self._over.wait(REFRESH):
            try:
                shown = self._view()
            except Exception:  # What cannot be read this second must not end a run of hours.
                continue
            if self._live is not None:
                self._live.update(shown)
