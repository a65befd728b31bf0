"""Which theorems of a file are tasks, and which of them no proof could count for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from decompose.problem import Script
from decompose.spec import Exclusion, SpecFile, Target, TargetKind


def groups_of(spec: SpecFile, theorem: str) -> dict[str, list[Target]]:
    """The open holes of each declaration that is asked for, in the order of the file."""
    found: dict[str, list[Target]] = {}
    for target in spec.targets:
        if not theorem or target.is_called(theorem):
            found.setdefault(target.declaration, []).append(target)
    return found


def task_name(target: Target, targets: Sequence[Target]) -> str:
    return target.name if len(targets) == 1 else target.name.partition("#")[0]


def unprovable(spec: SpecFile, declaration: str, targets: Sequence[Target]) -> str:
    """Why no proof could count: a value is missing in the theorem, or a program that it speaks of is. "" otherwise."""
    if any(target.kind is TargetKind.WITNESS for target in targets):
        return "a value is missing in it, not a proof"
    own = [each.name for each in spec.excluded if each.declaration == declaration]
    if own:
        return f"a part of it cannot be reached: {own[0]}"
    missing = {each.declaration for each in spec.excluded if each.exclusion is Exclusion.PROGRAM}
    names = {each.name: each.names for each in spec.declarations}
    waiting, seen = [declaration], {declaration}
    while waiting:
        mentioned = names.get(waiting.pop(), frozenset())
        for name in names:
            if name not in seen and (name in mentioned or name.rpartition(".")[2] in mentioned):
                if name in missing:
                    return f"the program {name} is missing (its value is `sorry`)"
                seen.add(name)
                waiting.append(name)
    return ""


def still_open(spec: SpecFile, scripts: Mapping[str, Script]) -> frozenset[str]:
    """Declarations that have a hole which nothing was found for."""
    holes = {target.declaration for target in spec.targets if target.name not in scripts}
    return frozenset(holes | {excluded.declaration for excluded in spec.excluded})
