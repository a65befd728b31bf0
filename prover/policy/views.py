"""A goal of a spec file as a policy sees it: the file above it, and the goal as a theorem to be proved.

Text for prompts. What Lean is asked is the goal's own problem (`decompose.problem`), whatever stands here.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from decompose.context import GoalContext
from decompose.reading import Local, last_part, parse_goal
from decompose.spec import SpecFile, Target, plain_name
from prover.policy.contract import Names
from prover.policy.extract import read
from prover.policy.requests import View

PREAMBLE = 12_000
"""Characters of the file that a prompt shows at most."""
_SCOPES = re.compile(r"^(?:@\[[^\]]*\]\s*)?(?:open|namespace|section|end|variable|universe|set_option|import|local)\b")


def view_of(spec: SpecFile, target: Target, goal: str, context: GoalContext) -> View:
    """The view of `goal` (as Lean prints it, every hypothesis accessible) in `target`'s command."""
    own = bool(target.goals) and target.goals[0].text == goal
    plain = last_part(plain_name(target.declaration))
    name = plain if re.fullmatch(r"[^\W\d][\w'!?]*", plain) and not plain.startswith("_") else "goal"
    locals_, statement = parse_goal(goal)
    return View(
        name=name if own else f"{name}_part",
        binders=" ".join(binder(each) for each in locals_),
        target=statement,
        goal=goal,
        preamble=preamble(spec, target, context),
        premises=context.lemmas,
        stated=_stated(spec, target) if own else "",
    )


def _stated(spec: SpecFile, target: Target) -> str:
    """The file's own words for a theorem that is nothing but a statement and `sorry`, "" for anything else."""
    found = read(spec.command_text(target.command)).theorems
    plain = len(found) == 1 and found[0].proof in ("sorry", "exact (sorry)")
    return found[0].statement if plain else ""


def preamble(spec: SpecFile, target: Target, context: GoalContext, limit: int = PREAMBLE) -> str:
    """The file above the target's command. Where that is longer than `limit` characters: the commands that open scopes,
    the programs and types that the goal is about, and the theorems about them, as many as fit; the rest is left out."""
    whole = spec.slice(0, spec.commands[target.command].start).rstrip()
    if len(whole) <= limit:
        return whole
    header = spec.slice(0, spec.header_end).rstrip()
    texts = {number: spec.command_text(number).rstrip() for number in range(target.command)}
    known = {each.name: each.command for each in spec.declarations}
    named = {
        command
        for name, command in known.items()
        if any(name == each or name.endswith("." + each) for each in (*context.definitions, *context.predicates))
    }
    lemmas = [known[full] for _, full in context.full_names if full in known]
    scopes = {number for number, text in texts.items() if _SCOPES.match(text)}
    chosen: set[int] = set()
    room = limit - len(header)
    for number in (*sorted(scopes), *sorted(named), *lemmas):
        if number in texts and number not in chosen and len(texts[number]) + 2 <= room:
            chosen.add(number)
            room -= len(texts[number]) + 2
    pieces = [header] if header else []
    return "\n\n".join((*pieces, *(texts[number] for number in sorted(chosen))))


def names_of(spec: SpecFile, target: Target, context: GoalContext) -> Names:
    """What names in an answer can mean at the target."""
    theorems = (each.name for each in spec.declarations if each.is_proof and each.command < target.command)
    return Names(context.taken, frozenset(theorems))


def binder(local: Local) -> str:
    """The local as it is written in a statement: instances and types without being asked for."""
    if local.name.startswith("inst"):
        return f"[{local.name} : {local.type}]"
    if re.match(r"(?:Type|Sort)\b", local.type):
        return f"{{{local.name} : {local.type}}}"
    return f"({local.name} : {local.type})"


def representatives(lemmas: Iterable[str], most: int = 6) -> tuple[str, ...]:
    """The latest `most` lemmas, each statement once (CodeChain shows one of each kind)."""
    seen = dict.fromkeys(reversed(list(lemmas)))
    return tuple(reversed(list(seen)[:most]))
