"""How the embedded runtime's worker program is started."""

from __future__ import annotations

from lean_project.embedded.install import EmbeddedInstall, ensure_installed
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
    argv = (
        str(install.node),
        "--permission",
        f"--allow-fs-read={install.root}",
        f"--allow-fs-read={install.driver.parent}",
        "--allow-worker",
        "--disable-warning=SecurityWarning",
        # The module's hash was checked when it was installed; validating 145,000 functions at each start buys nothing,
        # since V8 still validates each one when it is first compiled.
        "--wasm-lazy-validation",
        str(install.driver),
        str(install.loader),
        str(install.sysroot),
    )
    return RuntimeProgram(
        name="embedded",
        argv=argv,
        env=child_environment(),
        memory=EXPECTED_MEMORY,
        identity=install.root.name,
    )
