"""What every benchmark shares: where results go, what machine they were made on, how they are printed."""

from __future__ import annotations

import json
import os
import platform
import statistics
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

import psutil
from rich.console import Console
from rich.table import Table

RESULTS = Path(__file__).parent / "results"


def machine() -> dict[str, Any]:
    """What the figures depend on. The load says how busy the machine was with other work when this began."""
    return {
        "gentzen": version("gentzen"),
        "python": platform.python_version(),
        "system": f"{platform.system()} {platform.machine()}",
        "cores": len(os.sched_getaffinity(0)),
        "memory_gib": round(psutil.virtual_memory().total / 2**30, 1),
        "load_at_start": round(os.getloadavg()[0], 1),
    }


def summary(values: Sequence[float]) -> dict[str, float]:
    """Minimum, median and maximum, and how many there were."""
    return {"min": min(values), "median": statistics.median(values), "max": max(values), "n": len(values)}


def report(
    name: str,
    title: str,
    columns: Sequence[str],
    rows: Sequence[Sequence[Any]],
    data: dict[str, Any],
    *,
    markdown: bool = False,
) -> None:
    """Print the rows as a table (`markdown`: for a document), and write them with `data` to results/NAME.json."""
    shown = [[f"{cell:.3g}" if isinstance(cell, float) else str(cell) for cell in row] for row in rows]
    if markdown:
        lines = [list(columns), ["---", *["---:"] * (len(columns) - 1)], *shown]
        print("\n".join(f"| {' | '.join(line)} |" for line in lines) + "\n")
    else:
        table = Table(title=title, title_justify="left")
        for i, column in enumerate(columns):
            table.add_column(column, justify="left" if i == 0 else "right")
        for row in shown:
            table.add_row(*row)
        console = Console(markup=False)
        (console if console.is_terminal else Console(markup=False, width=140)).print(table)
    RESULTS.mkdir(exist_ok=True)
    content = {"benchmark": name, "machine": machine(), "columns": columns, "rows": rows, **data}
    path = RESULTS / f"{name}.json"
    temporary = path.with_suffix(".tmp")
    temporary.write_text(json.dumps(content, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    temporary.replace(path)
