"""What a goal offers to whoever thinks about it: its locals and target, and what the file declares before it.

Heuristic reading of text. It decides what is tried, never what is believed.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property, lru_cache, partial

from decompose.fields import unabbreviated, written_out
from decompose.reading import (
    RELATIONS,
    Application,
    Local,
    applications,
    components,
    first_word,
    introduce,
    is_application,
    last_part,
    parse_goal,
    parts,
)
from decompose.signatures import Function, conclusion, read_function, read_variables
from decompose.spec import PROGRAM_KEYWORDS, Declaration, SpecFile, Target, plain_name
from decompose.text import tokens

_RELEVANT_LEMMAS = 6
_VARIABLE_KIND = "Lean.Parser.Command.variable"
_DATA_TYPES = frozenset({"Nat", "List", "Option", "Bool", "Prod", "Sum", "Fin", "Array", "String", "Int", "Except"})
_INDUCTIVE_KEYWORDS = frozenset({"inductive", "structure", "class"})


@dataclass(frozen=True)
class GoalContext:
    """A goal and what the file offers for it. Names are short: the target's own namespaces are left out.

    `stage`: tactics that lead to this goal, to be put before every proposal, and `intro`: the names that have to be
    introduced before a proposal can use them. `definitions`: programs that the goal mentions, directly (`direct`) or
    through other programs; `recursive`: those of them that mention themselves. `predicates`: the file's inductive
    propositions that the goal mentions. `lemmas`: earlier theorems about the same things, nearest first; `full_names`:
    their declarations' names. `inductives`: the file's inductive types. `goals`: how many goals the hole has.
    `functions`: what the text of `definitions` says, as far as it can be read; `conclusions`: what each of `lemmas`
    says after its binders. `taken`: every word of the file.
    """

    locals: tuple[Local, ...]
    target: str
    definitions: tuple[str, ...] = ()
    direct: tuple[str, ...] = ()
    recursive: tuple[str, ...] = ()
    predicates: tuple[str, ...] = ()
    lemmas: tuple[str, ...] = ()
    full_names: tuple[tuple[str, str], ...] = ()
    inductives: frozenset[str] = frozenset()
    goals: int = 1
    intro: tuple[str, ...] = ()
    stage: str = ""
    functions: tuple[Function, ...] = ()
    conclusions: tuple[tuple[str, str], ...] = ()
    taken: frozenset[str] = frozenset()

    @cached_property
    def data(self) -> tuple[Local, ...]:
        """Locals that can be taken apart by cases."""
        return tuple(each for each in self.locals if each.is_accessible and self._is_data(each.type))

    @cached_property
    def hypotheses(self) -> tuple[Local, ...]:
        """Named locals that nothing else mentions and that are no data: propositions for the most part."""
        known = {each.name for each in self.data}
        used = " ".join((*(each.type for each in self.locals), self.target))
        known |= {token.text for token in tokens(used)}
        return tuple(
            each
            for each in self.locals
            if each.is_accessible and each.name not in known and not each.type.startswith(("Type", "Sort", "Prop"))
        )

    @cached_property
    def grindable(self) -> tuple[str, ...]:
        """Definitions that `grind` takes as parameters: it refuses reducible ones, which it unfolds by itself."""
        reducible = {each.name for each in self.functions if each.reducible}
        return tuple(name for name in self.definitions if name not in reducible)

    @cached_property
    def applications(self) -> tuple[Application, ...]:
        """Calls of the file's recursive functions in the target and the hypotheses, each once."""
        texts = (self.target, *(each.type for each in self.locals))
        found = (
            call
            for text in texts
            for call in applications(text, self.recursive)
            if not _bound(text) & components(" ".join(call.arguments))
        )
        return tuple(dict.fromkeys(found))

    def _is_data(self, type_text: str) -> bool:
        found = list(tokens(type_text))
        if any(token.text in RELATIONS for token in found):
            return False
        if any(token.text == "×" for token in found):
            return True
        first = first_word(type_text)
        return first in _DATA_TYPES or any(first == name or name.endswith("." + first) for name in self.inductives)


def goal_context(spec: SpecFile, target: Target, goal: str | None = None, stage: str = "") -> GoalContext:
    """The context of a goal in `target`'s command: its first one, or any other (`goal`, as Lean prints it).

    `stage`: tactics that lead to it from the goal that a proposal is put into, "" where it is that goal.
    """
    text = goal or (target.goals[0].text if target.goals else "⊢ True")
    found, statement = parse_goal(text)
    bound, rest = introduce(statement)
    if not {each.name for each in bound} & {each.name for each in found}:
        found, statement = found + bound, rest
    else:
        bound = ()
    earlier = [each for each in spec.declarations if each.command < target.command]
    namespaces = _namespaces(target.name.partition("#")[0])
    taken = {local.name for local in found}
    short = {each.name: _short(plain_name(each.name), namespaces, taken) for each in earlier}
    mentioned = components(text)
    programs = [each for each in earlier if each.keyword in PROGRAM_KEYWORDS]
    inductives = [each for each in earlier if each.keyword in _INDUCTIVE_KEYWORDS]
    direct = [each for each in programs if last_part(each.name) in mentioned]
    reached = _closure(direct, programs)
    predicates = [each for each in inductives if "Prop" in each.names and last_part(each.name) in mentioned]
    about = {last_part(each.name) for each in (*reached, *predicates)} or mentioned
    proofs = reversed([each for each in earlier if each.is_proof])
    relevant = [each for each in proofs if about & parts(each.names)][:_RELEVANT_LEMMAS]
    functions = tuple(_function(spec, each, short[each.name]) for each in reached if each.keyword != "instance")
    variables = frozenset(each.name for each in found)
    plain = partial(written_out, functions=functions, variables=variables)
    return GoalContext(
        locals=tuple(Local(each.name, unabbreviated(plain(each.type), functions)) for each in found),
        target=plain(statement),
        definitions=tuple(short[each.name] for each in reached),
        direct=tuple(short[each.name] for each in direct),
        recursive=tuple(short[each.name] for each in reached if each.recursive),
        predicates=tuple(short[each.name] for each in predicates),
        lemmas=tuple(short[each.name] for each in relevant),
        full_names=tuple((short[each.name], each.name) for each in relevant),
        inductives=frozenset(each.name for each in inductives),
        goals=1 if goal else len(target.goals),
        intro=tuple(each.name for each in bound),
        stage=stage,
        functions=functions,
        conclusions=tuple(
            (short[each.name], conclusion(spec.command_text(each.command), plain_name(each.name))) for each in relevant
        ),
        taken=_words(spec.text),
    )


def _function(spec: SpecFile, declaration: Declaration, short: str) -> Function:
    """What the text of `declaration` says."""
    variables = tuple(
        each
        for number in range(declaration.command)
        if spec.commands[number].kind == _VARIABLE_KIND
        for each in read_variables(spec.command_text(number))
    )
    text = spec.command_text(declaration.command)
    owner = declaration.name.rpartition(".")[0]
    around = [each for each in spec.declarations if each.name == owner and each.command == declaration.command]
    for each in around:
        variables += read_function(text, plain_name(each.name), "", False, variables).parameters
    return read_function(
        text, plain_name(declaration.name), short, declaration.recursive, variables, owner if around else ""
    )


@lru_cache(maxsize=64)
def _words(text: str) -> frozenset[str]:
    return components(text)


def _bound(text: str) -> frozenset[str]:
    """Names that `fun`, `∀` and `∃` bind in the text; calls about them cannot be named from outside."""
    groups = re.findall(r"(?:fun |λ ?|∀ |∃ )(.*?)(?:=>|,)", text)
    return frozenset(
        word for group in groups for word in re.findall(r"[^\W\d][\w'✝]*", re.sub(r":[^)\]}]*", "", group))
    )


def stage_of(context: GoalContext) -> str:
    """Tactics that bring out what a goal says when it is a call of one of the file's own non-recursive definitions
    (`correct : Spec program`); "" when it is not."""
    word = first_word(context.target)
    if word not in context.direct or word in context.recursive or not is_application(context.target):
        return ""
    intro = f"intro {' '.join(context.intro)}; " if context.intro else ""
    return f"{intro}unfold {word}"


def _closure(direct: list[Declaration], programs: list[Declaration]) -> list[Declaration]:
    reached = list(direct)
    for each in reached:
        named = parts(each.names)
        reached += [other for other in programs if other not in reached and last_part(other.name) in named]
    return reached


def _namespaces(declaration: str) -> tuple[str, ...]:
    split = declaration.split(".")[:-1]
    return tuple(".".join(split[:count]) + "." for count in range(len(split), 0, -1))


def _short(name: str, namespaces: tuple[str, ...], taken: set[str]) -> str:
    for namespace in namespaces:
        rest = name.removeprefix(namespace)
        if rest != name and rest.split(".")[0] not in taken:
            return rest
    return name
