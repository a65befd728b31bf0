"""What every splitter shares: placing tactics at a goal, names that tactics introduce, statements of lemmas."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import chain

from decompose.context import GoalContext
from decompose.reading import Local, components, last_part
from decompose.signatures import Parameter
from decompose.sketch import Lemma, Split
from decompose.splitters.terms import fresh, substitute, words

Splitter = Callable[[GoalContext], Iterator[Split]]

HEARTBEATS = 20_000
"""Lean's `maxHeartbeats` for a split that calls automation: two to four seconds on the embedded runtime."""

_ACCESSIBLE = "set_option tactic.hygienic false in"
"""Lets Lean choose unused names that can be written: steps that come later refer to them."""


def block(context: GoalContext, *lines: str, names: bool = True) -> str:
    """The lines as a tactic block at the goal of `context`: after its stage, and, with `names`, after the introductions
    that the context has read past."""
    intro = f"intro {' '.join(context.intro)}" if context.intro and names else ""
    return "\n".join(line for line in (context.stage, intro, *lines) if line)


def named(*lines: str) -> str:
    """The tactics with accessible names for whatever they introduce, fresh ones where a name is taken."""
    inner = "\n".join(lines)
    return f"{_ACCESSIBLE}\n  " + inner.replace("\n", "\n  ")


def listed(*groups: Iterable[str]) -> str:
    """` [a, b]`, each name once, or nothing when there are none."""
    found = list(dict.fromkeys(chain.from_iterable(groups)))
    return f" [{', '.join(found)}]" if found else ""


def grind(context: GoalContext, *lemmas: str) -> str:
    return "grind" + listed(context.grindable, context.predicates, lemmas)


def unfoldable(context: GoalContext) -> tuple[str, ...]:
    """Definitions that a simplifier may unfold as often as it can; loops that take nothing apart are left out."""
    endless = {each.name for each in context.functions if not each.is_structural}
    return tuple(name for name in context.definitions if name not in endless)


def visible(context: GoalContext) -> tuple[str, ...]:
    """The file's definitions that the target itself mentions."""
    inside = components(context.target)
    return tuple(name for name in context.direct if last_part(name) in inside)


def simp_all(context: GoalContext, *lemmas: str) -> str:
    return "simp_all" + listed(unfoldable(context), lemmas)


def full(context: GoalContext, names: Iterable[str]) -> frozenset[str]:
    """The declarations' names of the file's theorems that `names` are short for."""
    known = dict(context.full_names)
    return frozenset(known.get(name, name) for name in names)


def binder_names(context: GoalContext) -> dict[str, str]:
    """A name that can be written for every local that a statement may bind; inaccessible ones get a fresh one."""
    taken = set(context.taken) | {each.name for each in context.locals}
    result: dict[str, str] = {}
    for each in context.locals:
        if each.is_accessible:
            result[each.name] = each.name
        else:
            stem = re.sub(r"✝.*", "", each.name) or "x"
            stem = stem if re.fullmatch(r"[^\W\d][\w']*", stem) else "x"
            result[each.name] = fresh(stem, taken)
            taken.add(result[each.name])
    return result


def unused(context: GoalContext) -> frozenset[str]:
    """Names that a new variable must not have: those of the goal and of the functions that it is about."""
    return frozenset(each.name for each in context.locals) | {
        word for name in (*context.definitions, *context.predicates) for word in name.split(".")
    }


def is_instance(local: Local) -> bool:
    """By its name: Lean's own, or the one that a goal on its own gives it."""
    return re.fullmatch(r"inst(✝.*|_\d+)", local.name) is not None


def is_sort(local: Local) -> bool:
    return bool(re.match(r"(Type|Sort)\b", local.type))


def closure(context: GoalContext, text: str, hypotheses: Iterable[str] = ()) -> tuple[str, ...]:
    """Names of the locals that a statement of `text` needs, in order: those it mentions, `hypotheses`, what their types
    mention, and instances about them."""
    needed = set(words(text)) | set(hypotheses)
    types = {each.name: words(each.type) for each in context.locals}
    while True:
        more = {word for name, found in types.items() if name in needed for word in found}
        if more <= needed:
            break
        needed |= more
    known = set(types)
    for each in context.locals:
        mentioned = types[each.name] & known
        if is_instance(each) and mentioned and mentioned <= needed:
            needed.add(each.name)
    return tuple(each.name for each in context.locals if each.name in needed)


def statement(
    context: GoalContext, text: str, hypotheses: Iterable[str] = (), extra: Iterable[Parameter] = ()
) -> tuple[str, tuple[str, ...]]:
    """`text` with the locals it needs as binders, `extra` ones after them, and the names of the explicit ones."""
    names = binder_names(context)
    locals_ = {each.name: each for each in context.locals}
    renamed = {old: new for old, new in names.items() if old != new}
    shadowed = {each.name for each in extra}
    wanted = hypotheses if isinstance(hypotheses, tuple) else tuple(hypotheses)
    parts: list[str] = []
    explicit: list[str] = []
    everything = " ".join((text, *(each.type for each in extra)))
    for name in closure(context, everything, wanted):
        if name in shadowed:
            continue
        local = locals_[name]
        type_text = substitute(local.type, renamed)
        if is_instance(local):
            parts.append(Parameter("", type_text, "instance").binder)
        elif is_sort(local):
            parts.append(Parameter(names[name], type_text, "implicit").binder)
        else:
            parts.append(Parameter(names[name], type_text).binder)
            explicit.append(name)
    parts += [Parameter(each.name, substitute(each.type, renamed), each.kind).binder for each in extra]
    body = substitute(text, renamed)
    return f"{' '.join(parts)} : {body}".strip(), tuple(explicit)


def lemma(context: GoalContext, stem: str, text: str) -> Lemma:
    """A lemma whose name follows from its statement, and occurs nowhere in the file."""
    text = " ".join(text.split())
    digest = hashlib.sha256(text.encode()).hexdigest()
    length = 6
    while (name := f"{stem}_{digest[:length]}") in context.taken:
        length += 2
    return Lemma(name, text)


def once(found: Iterable[Split]) -> Iterator[Split]:
    """Each split once: equal tactics and equal lemmas are the same split."""
    seen: set[tuple[str, tuple[Lemma, ...]]] = set()
    for split in found:
        key = (split.tactics, split.lemmas)
        if key not in seen:
            seen.add(key)
            yield split


def typical_name(type_text: str, taken: set[str]) -> str:
    """A usual, unused variable name for the type; it is taken from then on."""
    first = type_text.split()[0].strip("([") if type_text.split() else ""
    choices: Mapping[str, tuple[str, ...]] = {
        "List": ("xs", "ys", "zs"),
        "Array": ("arr", "brr"),
        "Nat": ("n", "m", "k"),
        "Int": ("i", "j", "k"),
        "Bool": ("b", "c"),
        "String": ("s", "t"),
        "Option": ("o", "p"),
    }
    for name in (*choices.get(first, ("x", "y", "z")), "v", "w"):
        if name not in taken:
            taken.add(name)
            return name
    name = fresh("v", taken)
    taken.add(name)
    return name
