"""How the embedded runtime's worker program is started."""

from __future__ import annotations

from lean_project.embedded.install import NODE_FLAGS, EmbeddedInstall, ensure_installed
from lean_project.environ import child_environment
from lean_project.runtime import MEBIBYTE, RuntimeProgram

EXPECTED_MEMORY = 900 * MEBIBYTE
"""What a busy worker takes; `benchmarks/memory.py` measures it."""


def program(install: EmbeddedInstall | None = None) -> RuntimeProgram:
    """The worker program over `install` (installed now, quietly, when None).

    Node's permission model closes the host side: the process may read the runtime and this project's driver, and may
    neither write, nor start processes, nor load native code. Elaborated Lean code sees less: one read-only folder.

    Raises UserError when the runtime cannot be installed.
    """
    install = install or ensure_installed()
    # Without symbolic links: Node grants the path as it is written, but its threads open the loader by its real one.
    root, driver = install.root.resolve(), install.driver.resolve()
    argv = (
        str(install.node),
        "--permission",
        f"--allow-fs-read={root}",
        f"--allow-fs-read={driver.parent}",
        "--allow-worker",
        "--disable-warning=SecurityWarning",
        *NODE_FLAGS,
        str(driver),
        str(install.loader.resolve()),
        str(install.sysroot.resolve()),
    )
    return RuntimeProgram(
        name="embedded",
        argv=argv,
        env=child_environment(),
        memory=EXPECTED_MEMORY,
        identity=install.root.name,
    )
