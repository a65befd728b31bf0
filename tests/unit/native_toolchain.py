"""A Lean toolchain made of shell scripts, and projects that use it: enough of elan, lake and lean for the native
runtime.
"""

from __future__ import annotations

import json
import os
from pathlib import Path

TOOLCHAIN = "leanprover/lean4:v4.28.0"
FOLDER = "leanprover--lean4---v4.28.0"

_LEAN = """#!/bin/sh
case "$1" in
  --version) echo "Lean (version @VERSION@, x86_64-unknown-linux-gnu, commit 0123456789abcdef0123456789abcdef01234567,
  Release)"; exit 0 ;; --print-prefix) cd "$(dirname "$0")/.." && pwd; exit 0 ;;
  --root=*) echo "$@" >> "@LOG@"
    [ -z "@BROKEN@" ] || { echo "$4:1:0: error: @BROKEN@"; exit 1; }
    echo "$LEAN_PATH" > "$3"; exit 0 ;;
  --tstack=*)
    read -r hello
    nonce=$(printf '%s' "$hello" | sed 's/.*"hello": *"\\([^"]*\\)".*/\\1/')
    echo "$nonce {\\"id\\": 0, \\"ok\\": true, \\"pid\\": $$, \\"lean_path\\": \\"$LEAN_PATH\\", \\"arguments\\": $#}"
    while read -r _; do :; done
    exit 0 ;;
esac
echo "unexpected arguments: $*" >&2
exit 1
"""

_LAKE = """#!/bin/sh
case "$1" in
  env) shift; LEAN_PATH="@PATH@" exec "$@" ;;
  translate-config) echo '[leanOptions]
autoImplicit = false
pp.unicode.fun = true' > "$3"; exit 0 ;;
esac
echo "unexpected arguments: $*" >&2
exit 1
"""


def install_program(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    path.chmod(0o755)
    return path


def install_toolchain(elan_home: Path, *, version: str = "4.28.0", lean_path: str = "", broken: str = "") -> Path:
    """A toolchain in elan's folder. `broken`: the error with which its `lean` refuses to compile. Its sysroot."""
    sysroot = elan_home / "toolchains" / FOLDER
    lean = _LEAN.replace("@VERSION@", version).replace("@BROKEN@", broken).replace("@LOG@", str(sysroot / "compiled"))
    install_program(sysroot / "bin" / "lean", lean)
    install_program(sysroot / "bin" / "lake", _LAKE.replace("@PATH@", lean_path))
    return sysroot


def make_project(
    root: Path, *, lakefile: str = "lakefile.toml", packages: tuple[str, ...] = (), built: bool = True
) -> Path:
    """A Lake project with dependencies in `.lake/packages`, each with one compiled module when `built`."""
    root.mkdir(parents=True, exist_ok=True)
    (root / lakefile).write_text('name = "demo"\n' if lakefile.endswith(".toml") else "import Lake\n")
    (root / "lean-toolchain").write_text(f"{TOOLCHAIN}\n")
    if packages:
        manifest = {"packagesDir": ".lake/packages", "packages": [{"type": "git", "name": name} for name in packages]}
        (root / "lake-manifest.json").write_text(json.dumps(manifest))
    for name in packages:
        library = library_folder(root, name)
        library.parent.mkdir(parents=True, exist_ok=True)
        if built:
            library.mkdir()
            (library / "Module.olean").write_bytes(b"olean")
    return root


def library_folder(root: Path, package: str) -> Path:
    return root / ".lake" / "packages" / package / ".lake" / "build" / "lib" / "lean"


def lean_path(root: Path, *packages: str) -> str:
    return os.pathsep.join(str(library_folder(root, name)) for name in packages)
