"""Levels L2 and L3: the Lean project's own checkers, run on compiled modules of the user's project.

Which of them a toolchain has, newest first:

- `lake comparator --config FILE` (Lean 4.35; `lake challenge` in the releases just before). It builds a challenge and a
  solution module inside its own sandbox, exports both, compares statements and axioms, and replays the solution through
  the kernel. Exit code 0: accepted; 1: rejected; 2: it could not run (no sandbox, no configuration). With `--paranoid`
  all kernels that the toolchain brings have to agree: level L3.
- `leanchecker MODULE` (Lean 4.28): replays one compiled module through the kernel in a fresh process. It knows nothing
  of statements or axioms, so alone it certifies only what the gate has accepted.

Only exit codes are read. What the tools print is kept for people.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from lean_project.check.axioms import STANDARD
from lean_project.check.verdict import Level
from lean_project.errors import LimitHit, MachineryError, UserError

_ACCEPTED, _REJECTED, _CANNOT_RUN = 0, 1, 2
_TAIL = 4000


@dataclass(frozen=True, slots=True)
class Toolchain:
    """Where Lean's programs are. `sysroot` is the toolchain's own folder (elan's proxies would download), `project` the
    folder with the lakefile, `environment` everything that the programs get to see of the environment."""

    sysroot: Path
    project: Path
    version: str
    environment: Mapping[str, str]

    def program(self, name: str) -> Path | None:
        """A program of the toolchain, None where it ships none of that name."""
        path = self.sysroot / "bin" / name
        return path if os.access(path, os.X_OK) and path.is_file() else None


@dataclass(frozen=True, slots=True)
class Certificate:
    """What one tool said. `tool` names it with its toolchain's version; `output` is the end of what it printed."""

    tool: str
    accepted: bool
    level: Level
    output: str


def comparator(toolchain: Toolchain, seconds: float) -> str | None:
    """The toolchain's comparator command, `comparator` or `challenge`; None when lake has neither.

    Asked without a configuration the command answers "cannot run"; one that lake does not know is an ordinary failure.
    """
    lake = toolchain.program("lake")
    if lake is None or toolchain.program("leanexport") is None:
        return None
    for command in ("comparator", "challenge"):
        if _run([str(lake), command], toolchain, seconds)[0] == _CANNOT_RUN:
            return command
    return None


def compare(
    toolchain: Toolchain,
    challenge: str,
    solution: str,
    theorems: Sequence[str],
    *,
    allowed_axioms: Sequence[str] = (),
    every_kernel: bool = False,
    seconds: float = 3600.0,
) -> Certificate:
    """Let the toolchain's comparator judge module `solution` against module `challenge`.

    Raises UserError when the toolchain has none or it cannot run here, LimitHit, MachineryError.
    """
    command = comparator(toolchain, seconds)
    if command is None:
        raise UserError(
            f"The toolchain {toolchain.version} has no `lake comparator` (Lean 4.35 and newer have). Use a newer "
            "toolchain, or do without a certificate."
        )
    config = {
        "challenge_module": challenge,
        "solution_module": solution,
        "theorem_names": list(theorems),
        "permitted_axioms": sorted(STANDARD | set(allowed_axioms)),
    }
    with tempfile.TemporaryDirectory(prefix="gentzen-certify-") as folder:
        path = Path(folder) / "config.json"
        path.write_text(json.dumps(config), encoding="utf-8")
        argv = [str(toolchain.program("lake")), command, "--config", str(path)]
        code, output = _run(argv + ["--paranoid"] * every_kernel, toolchain, seconds)
    if code not in (_ACCEPTED, _REJECTED):
        raise UserError(f"`lake {command}` could not run. Mend this, then repeat: {output.strip() or 'nothing'}")
    tool = f"lake {command}{' --paranoid' * every_kernel} {toolchain.version}"
    return Certificate(tool, code == _ACCEPTED, Level.L3 if every_kernel else Level.L2, output)


def replay(toolchain: Toolchain, module: str, *, seconds: float = 3600.0) -> Certificate:
    """Replay the compiled `module` with `leanchecker`. The gate must have accepted the module's source.

    Raises UserError when the toolchain has none, LimitHit, MachineryError.
    """
    checker, lake = toolchain.program("leanchecker"), toolchain.program("lake")
    if checker is None or lake is None:
        raise UserError(
            f"The toolchain {toolchain.version} has no `leanchecker` (Lean 4.28 and newer have). Use a newer one, "
            "or do without a certificate."
        )
    code, output = _run([str(lake), "env", str(checker), module], toolchain, seconds)
    return Certificate(f"leanchecker {toolchain.version}", code == _ACCEPTED, Level.L2, output)


def _run(argv: Sequence[str], toolchain: Toolchain, seconds: float) -> tuple[int, str]:
    """The exit code, and the end of what was printed. Nothing that the program started outlives this call."""
    with tempfile.TemporaryFile() as output:
        try:
            process = subprocess.Popen(
                argv,
                cwd=toolchain.project,
                env=dict(toolchain.environment),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        except OSError as error:
            raise MachineryError(f"{argv[0]} could not be started: {error}") from error
        try:
            code = process.wait(seconds)
        except subprocess.TimeoutExpired:
            raise LimitHit("seconds", seconds, " ".join(argv[:2])) from None
        finally:
            # lake leaves its children behind: the group goes, not only its leader.
            try:
                os.killpg(process.pid, signal.SIGKILL)
            except ProcessLookupError:
                pass
            process.wait()
        output.seek(max(0, output.seek(0, os.SEEK_END) - _TAIL))
        text = output.read().decode("utf-8", "replace")
    if code < 0:
        raise MachineryError(f"{argv[0]} was ended by signal {-code}", stderr_tail=text)
    return code, text
