"""Options that several commands have, said once: `name: Option = default` in a command's signature."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from prover.settings import DifficultyChoice, OrderChoice, RuntimeChoice

Workers = Annotated[
    int | None, typer.Option(metavar="N", min=1, help="Lean processes. Default: one per core that memory allows.")
]
Runtime = Annotated[
    RuntimeChoice,
    typer.Option(
        help="Which Lean: the project's own (native), the one that comes with gentzen, or the first that fits."
    ),
]
Project = Annotated[
    Path | None,
    typer.Option(metavar="DIR", help="The Lake project of the native runtime. Default: found upward from the file."),
]
Order = Annotated[OrderChoice, typer.Option(help="Which finishing move comes first: learned for each goal, or fixed.")]
Difficulty = Annotated[
    DifficultyChoice, typer.Option(help="How hard a goal is: by what it is about, as learned, or as --policy says.")
]
Model = Annotated[
    str | None, typer.Option(metavar="NAME", help="The policy's name on its server. Default: its only model.")
]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="No progress on stderr.")]
