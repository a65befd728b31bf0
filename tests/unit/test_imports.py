"""The rooms of docs/architecture.md: imports point one way, there is no cycle, and the trusted check stands apart."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import networkx as nx
import pytest

ROOT = Path(__file__).resolve().parents[2]
ROOMS = ["lean_project", "decompose", "search", "prover", "rl"]
ROOF = "prover.cli"
TRUSTED_MAY_IMPORT = {"lean_project.model", "lean_project.errors", "lean_project.session"}


def _modules() -> dict[str, Path]:
    found = {}
    for room in ROOMS:
        for path in (ROOT / room).rglob("*.py"):
            parts = path.relative_to(ROOT).with_suffix("").parts
            found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return found


MODULES = _modules()


def _imports(module: str, path: Path, *, top_level_only: bool = False) -> Iterator[str]:
    """Modules that `module` imports; those inside functions too, unless `top_level_only`."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for node in tree.body if top_level_only else ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
            for alias in node.names:
                submodule = f"{node.module}.{alias.name}"
                yield submodule if submodule in MODULES else node.module


@pytest.mark.parametrize("module", sorted(MODULES))
def test_imports_point_one_way(module: str) -> None:
    room = module.split(".")[0]
    allowed = set(ROOMS) if module.startswith(ROOF) else set(ROOMS[: ROOMS.index(room) + 1])
    for name in _imports(module, MODULES[module]):
        if name.split(".")[0] in ROOMS:
            assert name.split(".")[0] in allowed, f"{module} imports {name}"
        assert name != ROOF or module.startswith(ROOF), f"{module} imports the roof"


def test_no_cycles() -> None:
    graph: nx.DiGraph[str] = nx.DiGraph()
    for module, path in MODULES.items():
        graph.add_edges_from((module, name) for name in _imports(module, path) if name in MODULES and name != module)
    cycles = list(nx.simple_cycles(graph))
    assert not cycles, cycles[:3]


def test_the_trusted_check_imports_nothing_large() -> None:
    for module, path in MODULES.items():
        if not module.startswith("lean_project.check.") or module.endswith(".certify"):
            continue
        for name in _imports(module, path):
            inside = name.startswith("lean_project.check.") or name in TRUSTED_MAY_IMPORT
            assert inside or name.split(".")[0] in sys.stdlib_module_names, f"{module} imports {name}"


def test_one_module_reads_the_environment() -> None:
    for module, path in MODULES.items():
        if module == "lean_project.environ":
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "os":
                assert node.attr not in {"environ", "getenv", "environb", "putenv"}, module


def test_files_are_of_one_subject() -> None:
    long = {m: n for m, p in MODULES.items() if (n := len(p.read_text(encoding="utf-8").splitlines())) > 420}
    assert not long, long
