"""The curves of a report as inline SVG: share proved against Lean calls and seconds, pass@k. Needs matplotlib.

Equal numbers give equal bytes for one version of matplotlib. Text is text in the page's own colour, and nothing in an
SVG refers to anything outside of it.
"""

from __future__ import annotations

import importlib
import io
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from prover.bench import metrics
from prover.bench.metrics import Group, RunData, TaskResult
from prover.bench.statistics import wilson

HOW_TO_INSTALL = "Curves need matplotlib: install gentzen with its extra, `pip install 'gentzen[bench]'`."
_COLOURS = ("#2f6fde", "#d9822b", "#2a9d6f", "#b0479a", "#7a6ad8", "#8a8a3a", "#c8473f", "#4a9ab5")
_DROPPED = re.compile(r"<\?xml.*?\?>|<!DOCTYPE.*?>|<metadata>.*?</metadata>|\s+xmlns(?::\w+)?=\"[^\"]*\"", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Chart:
    """`svg`: an `<svg>` element; `title`, `caption`: what it shows, in words."""

    title: str
    caption: str
    svg: str


def available() -> bool:
    """Whether charts can be drawn here."""
    try:
        importlib.import_module("matplotlib")
    except ImportError:
        return False
    return True


def charts(data: RunData) -> list[Chart]:
    """The charts that the run has numbers for; empty without matplotlib or without an attempt."""
    if not available() or not any(task.attempts for task in data.tasks):
        return []
    found = [
        _curve(
            data,
            "calls",
            "Proved against Lean calls",
            "Share of the tasks that can be stated here which the first attempt proves within so many Lean calls. "
            "Band: 95 % Wilson interval.",
            "Lean calls of an attempt",
            lambda attempt: float(attempt.calls),
        ),
        _curve(
            data,
            "seconds",
            "Proved against seconds of Lean",
            "The same against Lean's own seconds, which depend on the machine.",
            "seconds in Lean",
            lambda attempt: attempt.lean_seconds,
        ),
    ]
    if any(attempt.tokens for task in data.tasks for attempt in task.attempts):
        found.append(
            _curve(
                data,
                "tokens",
                "Proved against tokens",
                "The same against tokens of language models.",
                "tokens of an attempt",
                lambda attempt: float(attempt.tokens),
            )
        )
    if data.manifest.k > 1:
        found.append(_passes(data))
    return found


def _curve(data: RunData, name: str, title: str, caption: str, axis: str, cost: Callable[[Any], float]) -> Chart:
    def draw(panel: Any) -> None:
        groups = [group for group in metrics.by_set(data.tasks) if _attempted(group.tasks)]
        several = len(groups) > 1
        for colour, group in zip(_COLOURS, groups, strict=False):
            _steps(panel, group, cost, colour, band=not several)
        panel.set_xscale("log")
        ticker = importlib.import_module("matplotlib.ticker")
        panel.xaxis.set_major_locator(ticker.LogLocator(subs=(1.0, 2.0, 5.0)))
        panel.xaxis.set_major_formatter(ticker.FuncFormatter(lambda value, _place: f"{value:g}"))
        panel.xaxis.set_minor_formatter(ticker.NullFormatter())
        panel.set_xlabel(axis)
        panel.set_ylabel("proved (%)")
        panel.set_ylim(0, 100)
        if several:
            panel.legend(frameon=False, fontsize=8, loc="upper left")

    return Chart(title, caption, _svg(name, draw, f"{title}: {caption}"))


def _attempted(tasks: Sequence[TaskResult]) -> list[TaskResult]:
    return [task for task in tasks if task.is_statable]


def _steps(panel: Any, group: Group, cost: Callable[[Any], float], colour: str, *, band: bool) -> None:
    tasks = _attempted(group.tasks)
    firsts = [task.first for task in tasks if task.first is not None]
    costs = sorted(max(cost(each), 1e-2) for each in firsts if str(each.outcome) == "proved")
    spent = [max(cost(each), 1e-2) for each in firsts]
    end = max(spent, default=1.0)
    xs = [min([*costs, end]), *costs, end]
    counts = [0, *range(1, len(costs) + 1), len(costs)]
    shares = [100 * count / len(tasks) for count in counts]
    label = f"{group.name} ({len(costs)} of {len(tasks)})"
    panel.step(xs, shares, where="post", color=colour, linewidth=1.8, label=label)
    if band:
        intervals = [wilson(count, len(tasks)) for count in counts]
        panel.fill_between(
            xs,
            [100 * each.low for each in intervals],
            [100 * each.high for each in intervals],
            step="post",
            color=colour,
            alpha=0.15,
            linewidth=0,
        )


def _passes(data: RunData) -> Chart:
    caption = "Unbiased estimates over the tasks that can be stated here, with 95 % intervals."

    def draw(panel: Any) -> None:
        groups = [group for group in metrics.by_set(data.tasks) if _attempted(group.tasks)]
        for colour, group in zip(_COLOURS, groups, strict=False):
            rates = metrics.pass_rates(group.tasks, data.manifest)
            ks = sorted(k for k in rates if rates[k].of)
            values = [100 * rates[k].value for k in ks]
            down = [100 * (rates[k].value - rates[k].interval.low) for k in ks]
            up = [100 * (rates[k].interval.high - rates[k].value) for k in ks]
            panel.errorbar(ks, values, yerr=[down, up], color=colour, marker="o", capsize=3, label=group.name)
        panel.set_xlabel("k")
        panel.set_xticks(metrics.ks(data.manifest.k))
        panel.set_ylabel("pass@k (%)")
        panel.set_ylim(0, 100)
        if len(groups) > 1:
            panel.legend(frameon=False, fontsize=8)

    return Chart("pass@k", caption, _svg("passes", draw, f"pass@k: {caption}"))


def _svg(name: str, draw: Callable[[Any], None], label: str) -> str:
    matplotlib = importlib.import_module("matplotlib")
    figures = importlib.import_module("matplotlib.figure")
    with matplotlib.rc_context({"svg.hashsalt": f"gentzen {name}", "svg.fonttype": "none", "font.size": 9}):
        figure = figures.Figure(figsize=(5.6, 3.3))
        panel = figure.add_subplot()
        for side in ("top", "right"):
            panel.spines[side].set_visible(False)
        panel.grid(alpha=0.2)
        draw(panel)
        figure.tight_layout()
        buffer = io.StringIO()
        figure.savefig(buffer, format="svg", transparent=True, metadata={"Date": None, "Creator": None})
    text = _DROPPED.sub("", buffer.getvalue()).strip()
    text = re.sub(r'\b(id="|url\(#|xlink:href="#)', rf"\g<1>{name}-", text)
    text = text.replace("#000000", "currentColor")
    opening = f'<svg role="img" aria-label="{_escaped(label)}" class="chart" '
    return re.sub(r"^<svg ", opening, text, count=1)


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace('"', "&quot;").replace("<", "&lt;")
