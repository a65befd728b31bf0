"""A run as one HTML file that needs nothing else: no network, no library; styles, script and data are inside.

Facts, targets, proofs and pictures are there without the script too; it draws the trees and does the search.
Every string of a record is data: escaped here, `textContent` in the script; the page's policy runs no other script.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Sequence
from html import escape
from importlib import resources

from prover.render import label
from prover.render import seconds as in_words
from prover.report import Status
from prover.runs import RunRecord, TargetRecord
from prover.show import payload, picture, terminal, tree

_SYMBOLS = {
    Status.PROVED: "✓",
    Status.DISPROVED: "✗",
    Status.OPEN: "○",
    Status.LIMIT: "◷",
    Status.MACHINERY: "⚠",
    Status.OUT_OF_SCOPE: "–",
}
_SCRIPTS = ("text.js", "tree.js", "page.js")
_OPENED = 6
"""With more targets than so many only those that are not proved begin unfolded."""


def render(records: Sequence[RunRecord]) -> str:
    """The whole page."""
    script = "".join(map(_asset, _SCRIPTS))
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    title = ", ".join(record.file for record in records[:3]) + (" …" if len(records) > 3 else "")
    values = {
        "title": escape(title),
        "policy": f"default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-{digest}'; base-uri 'none'",
        "style": _asset("style.css"),
        "files": "\n".join(_file(record, number, len(records) > 1) for number, record in enumerate(records)),
        "data": payload.dump(payload.payload(records)),
        "script": script,
    }
    return re.sub(r"\{\{(\w+)\}\}", lambda found: values[found[1]], _asset("page.html"))


def _asset(name: str) -> str:
    return resources.files("prover.show").joinpath(name).read_text(encoding="utf-8")


def _file(record: RunRecord, file: int, several: bool) -> str:
    facts = "".join(f"<li>{escape(fact)}</li>" for fact in terminal.facts(record))
    opened = len(record.targets) <= _OPENED and not several
    numbers = payload.numbers_of(record)
    costs = [tree.spent(record, target) for target in record.targets]
    sections = "\n".join(
        _target(record, target, f"{file}-{number}", numbers, cost, opened)
        for number, (target, cost) in enumerate(zip(record.targets, costs, strict=True))
    )
    return f"""<section class="file">
<header class="run"><h1>{escape(record.file)}</h1><ul class="facts">{facts}</ul>{_outcomes(record)}</header>
{_table(record, file, costs)}
{sections}
</section>"""


def _outcomes(record: RunRecord) -> str:
    """All targets as one bar, a piece for each outcome."""
    counts = {status: sum(target.status is status for target in record.targets) for status in Status}
    if not record.targets:
        return '<p class="none">The file had nothing to prove.</p>'
    pieces = "".join(
        f'<span class="{status.value}" style="flex-grow:{count}"></span>' for status, count in counts.items() if count
    )
    words = "".join(
        f'<li class="{status.value}"><b>{count}</b> {label(status)}</li>' for status, count in counts.items() if count
    )
    return f'<div class="outcomes"><div class="bar" aria-hidden="true">{pieces}</div><ul>{words}</ul></div>'


def _table(record: RunRecord, file: int, costs: Sequence[tuple[float, int]]) -> str:
    if not record.targets:
        return ""
    most = [max(values) or 1 for values in zip(*costs, strict=True)]
    rows = []
    for number, (target, (seconds, calls)) in enumerate(zip(record.targets, costs, strict=True)):
        status = f'<span class="status {target.status.value}">{_SYMBOLS[target.status]} {label(target.status)}</span>'
        rows.append(
            f"<tr><td>{status}</td>"
            f'<td class="name"><a href="#t{file}-{number}">{escape(target.name)}</a>'
            f'<small>{escape(_why(target))}</small></td><td class="line">{target.line}</td>'
            f"{_cost(seconds / most[0], _seconds(seconds))}{_cost(calls / most[1], f'{calls:,}')}</tr>"
        )
    return (
        '<div class="scroll"><table class="targets"><thead><tr><th>status</th><th>target</th><th class="line">line</th>'
        f"<th>time</th><th>Lean calls</th></tr></thead><tbody>{''.join(rows)}</tbody></table></div>"
    )


def _why(target: TargetRecord) -> str:
    return f"false for {target.counterexample}" if target.counterexample else target.reason


def _cost(share: float, words: str) -> str:
    return f'<td class="cost"><span class="meter" style="--share:{payload.number(share)}"></span>{words}</td>'


def _seconds(value: float) -> str:
    return in_words(payload.number(value))


def _target(
    record: RunRecord, target: TargetRecord, name: str, numbers: dict[str, int], cost: tuple[float, int], opened: bool
) -> str:
    """`name`: FILE-TARGET, as in the page's anchors."""
    unfolded = " open" if opened or target.status not in (Status.PROVED, Status.OUT_OF_SCOPE) else ""
    side, drawing = [], ""
    if target.goal is not None:
        drawing = picture.svg(record, target.goal, numbers, target.name)
    if drawing:
        side.append(f'<figure><figcaption>Map</figcaption><div class="map">{drawing}</div></figure>')
    if target.proof:
        side.append(
            '<figure class="proof"><figcaption>Proof<button type="button" class="copy" hidden>Copy</button>'
            f'</figcaption><pre tabindex="0"><code class="lean">{escape(target.proof.strip())}</code></pre></figure>'
        )
    why = _why(target)
    if why:
        why = f'<p class="why {target.status.value}">{escape(why)}</p>'
    body = f'<div class="tree" data-tree="{name}"></div>' if target.goal is not None else ""
    inside = f'<div class="columns"><div class="main">{why}{body}</div><div class="side">{"".join(side)}</div></div>'
    seconds, calls = cost
    spent = f"{_seconds(seconds)} · {terminal.plural(calls, 'call')}" if calls or seconds else ""
    return f"""<details class="target {target.status.value}" id="t{name}"{unfolded}>
<summary><span class="status {target.status.value}">{_SYMBOLS[target.status]} {label(target.status)}</span>
<h2>{escape(target.name)}</h2><span class="where">line {target.line}</span><span class="spent">{spent}</span></summary>
{inside}
</details>"""
