"""The page of a training run: what was held out and how much of it is proved, round by round, and the gauges."""

from __future__ import annotations

from html import escape
from pathlib import Path

from lean_project.errors import UserError
from rl.data.files import read_json, write_bytes
from rl.probe import Finding, Verdict
from rl.run.probing import findings
from rl.run.run import UNTRAINED, scores
from rl.selfplay.round import Score
from rl.selfplay.run import Summary

_STYLE = """
body { font: 16px/1.5 system-ui, sans-serif; max-width: 52rem; margin: 2rem auto; padding: 0 1rem; color: #1b1f24 }
h1 { font-size: 1.5rem } h2 { font-size: 1.1rem; margin-top: 2rem }
table { border-collapse: collapse; width: 100% }
th, td { padding: .3rem .6rem; border-bottom: 1px solid #d8dee4; text-align: right }
th:first-child, td:first-child { text-align: left }
figure { margin: 1rem 0 } svg { max-width: 100%; height: auto; background: #fff }
p.note { color: #57606a } li.warning { color: #cf222e; font-weight: 600 }
@media (prefers-color-scheme: dark) {
  body { background: #0d1117; color: #e6edf3 }
  th, td { border-color: #30363d }
}
"""


def write(out: Path) -> Path:
    """Write report.html into the run's folder. Raises UserError for a folder without a run."""
    if not (out / "summary.json").exists():
        raise UserError(f"{out} holds no run of gentzen train that has come to the end of a round.")
    summary = Summary.model_validate(read_json(out / "summary.json"))
    known = scores(out)
    parts = [f"<h1>{escape(out.resolve().name)}: training by self-play</h1>", _lead(summary, known)]
    if known:
        parts += ["<h2>Held-out statements</h2>", _figure(known), _held_out(known)]
    parts += ["<h2>Rounds</h2>", _rounds(summary)]
    probed = findings(out)
    if probed:
        parts += ["<h2>Contamination probe</h2>", _probed(probed)]
    page = (
        "<!doctype html><html lang=en><meta charset=utf-8><meta name=viewport content='width=device-width'>"
        f"<title>{escape(out.resolve().name)}</title><style>{_STYLE}</style>{''.join(parts)}</html>\n"
    )
    path = out / "report.html"
    write_bytes(path, page.encode())
    return path


def _lead(summary: Summary, known: list[Score]) -> str:
    text = f"{len(summary.rounds)} rounds."
    if known:
        first, last = known[0], known[-1]
        text += (
            f" Of {last.statements} held-out statements, which no round trains on, the model proves {last.solved} at "
            f"{_name(last)}; at {_name(first)} {first.solved}. Every proof was accepted by the trusted check."
        )
    if summary.stopped:
        text += f" The run was stopped: {escape(summary.stopped)}."
    return f"<p>{text}</p>"


def _name(score: Score) -> str:
    return "the start" if score.round == UNTRAINED else f"round {score.round}"


def _held_out(known: list[Score]) -> str:
    rows = [
        [
            _name(each),
            f"{each.solved} of {each.answered}",
            f"{100 * each.solved / each.answered:.0f} % ({100 * each.low:.0f} to {100 * each.high:.0f})"
            if each.answered
            else "-",
            f"{each.attempts:,}",
            str(each.attempts_lost),
        ]
        for each in known
    ]
    return _table(["", "proved", "95 % interval", "attempts", "lost by the machinery"], rows)


def _rounds(summary: Summary) -> str:
    names = list(dict.fromkeys(name for gauges in summary.rounds for name in gauges.model_dump(mode="json")))
    plain = [
        name
        for name in names
        if name != "round" and all(isinstance(_value(g, name), int | float) for g in summary.rounds)
    ]
    rows = [[name.replace("_", " "), *(_number(_value(g, name)) for g in summary.rounds)] for name in plain]
    return _table(["gauge", *(f"round {number}" for number in range(len(summary.rounds)))], rows)


def _probed(found: list[tuple[int, Finding]]) -> str:
    style = {Verdict.SUSPECT: " class=warning"}
    lines = "".join(
        f"<li{style.get(each.verdict, '')}>round {number}: {escape(each.line)}.</li>" for number, each in found
    )
    note = (
        "AUC of trained items after training against before (power), the same for evaluation items (rise), and of the"
    )
    rows = [
        [f"round {number}", str(each.verdict), *(_share(value) for value in (each.power, each.rise, each.separation))]
        for number, each in found
    ]
    table = _table(["", "verdict", "power", "rise", "separation"], rows)
    return (
        f"<ul>{lines}</ul>{table}<p class=note>{note} rises of both (separation); 0.5 is chance. docs/training.md.</p>"
    )


def _share(value: float | None) -> str:
    return "-" if value is None else f"{value:.2f}"


def _value(gauges: object, name: str) -> object:
    return getattr(gauges, name, None)


def _number(value: object) -> str:
    return f"{value:.3g}" if isinstance(value, float) else str(value)


def _table(head: list[str], rows: list[list[str]]) -> str:
    cells = "".join(f"<th>{escape(cell)}</th>" for cell in head)
    body = "".join("<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>" for row in rows)
    return f"<table><thead><tr>{cells}</tr></thead><tbody>{body}</tbody></table>"


def _figure(known: list[Score]) -> str:
    """Proved share by round with its interval; a note where matplotlib is not installed."""
    try:
        import matplotlib
    except ImportError:
        return "<p class=note>The curve needs matplotlib: pip install 'gentzen[bench]'.</p>"
    from io import StringIO

    matplotlib.use("svg")
    from matplotlib import pyplot

    answered = [each for each in known if each.answered]
    places = list(range(len(answered)))
    middle = [100 * each.solved / each.answered for each in answered]
    below = [m - 100 * each.low for m, each in zip(middle, answered, strict=True)]
    above = [100 * each.high - m for m, each in zip(middle, answered, strict=True)]
    figure, axes = pyplot.subplots(figsize=(7, 3))
    axes.errorbar(places, middle, yerr=[below, above], marker="o", capsize=4, linewidth=2)
    axes.set_xticks(places, [_name(each) for each in answered])
    axes.set_ylabel("held-out proved (%)")
    axes.set_ylim(0, 100)
    axes.grid(alpha=0.25)
    figure.tight_layout()
    text = StringIO()
    figure.savefig(text, format="svg", metadata={"Date": None})
    pyplot.close(figure)
    return f"<figure>{text.getvalue().partition('?>')[2].partition('>')[2]}</figure>"
