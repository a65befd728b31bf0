"""Whether a constant rests on something that is not proved. A look at a worker's export: good for hints only."""

from __future__ import annotations

from collections.abc import Collection

from lean_project.check.terms import Constant, TermDocument, parse_name
from lean_project.model import Document

SORRY = "sorryAx"


def rests_on(document: Document, name: str, forbidden: Collection[str]) -> bool:
    """Whether the constant `name` of an export rests on one of the `forbidden` ones (as Lean prints them), through
    whatever the file declares; a `name` that is not there does.

    Raises DocumentError on a malformed document."""
    read = TermDocument(document)
    constant = read.find(parse_name(name))
    if constant is None:
        return True
    never = {parse_name(each) for each in forbidden}
    seen = {constant.name}
    stack: list[Constant] = [constant]
    while stack:
        for each in read.uses(stack.pop()) - seen:
            if read.names[each] in never:
                return True
            seen.add(each)
            if (below := read.constants.get(each)) is not None:
                stack.append(below)
    return False
