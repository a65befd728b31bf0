"""Lemmas of Lean's library that automation needs and does not use by itself, by what a goal is about.

A table from words (names of library functions, symbols) to lemmas. Equivalences that say what a boolean test or a
search means go to both `simp` and `grind`; facts that only instantiate go to `grind`. docs/portfolio.md says more.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from decompose.context import GoalContext
from decompose.reading import parts
from decompose.text import TokenKind, tokens


@dataclass(frozen=True, slots=True)
class Entry:
    """What to know about any of `words`. `rewrites`: equations and equivalences; `facts`: for `grind` alone.
    `backward`: facts for chaining backwards from the goal too. `all_of`: words that have to occur beside it. `normal`:
    rewriting that says the same with functions which the library has lemmas about."""

    words: frozenset[str]
    rewrites: tuple[str, ...] = ()
    facts: tuple[str, ...] = ()
    all_of: frozenset[str] = frozenset()
    normal: tuple[str, ...] = ()
    backward: tuple[str, ...] = ()


def _entry(
    words: str,
    rewrites: str = "",
    facts: str = "",
    beside: str = "",
    *,
    normal: tuple[str, ...] = (),
    backward: str = "",
) -> Entry:
    said, known, needed = tuple(rewrites.split()), tuple(facts.split()), frozenset(beside.split())
    return Entry(frozenset(words.split()), said, known, needed, normal, tuple(backward.split()))


_INDEX = re.compile(r"[\w)]\[")
INDEXED = "xs[i]"
"""Stands for any access to an element by its index."""

TABLE = (
    _entry("Pairwise", "List.pairwise_cons List.pairwise_append", "List.Pairwise.nil List.pairwise_of_forall_mem_list"),
    _entry("Perm isPerm ~", "List.isPerm_iff", "List.Perm.mem_iff List.perm_cons List.perm_middle", ""),
    _entry("Nodup nodup", "List.nodup_cons List.nodup_append", "List.nodup_nil"),
    _entry("min?", "List.min?_eq_some_iff List.min?_eq_none_iff"),
    _entry("max?", "List.max?_eq_some_iff List.max?_eq_none_iff"),
    _entry("find?", "List.find?_eq_none", "List.find?_some List.mem_of_find?_eq_some"),
    _entry("findIdx?", "List.findIdx?_eq_some_iff_getElem List.findIdx?_eq_none_iff"),
    _entry("idxOf?", "List.findIdx?_eq_some_iff_getElem List.findIdx?_eq_none_iff", normal=("List.idxOf?",)),
    _entry("idxOf", "", "List.idxOf_lt_length_iff"),
    _entry("partition", normal=("List.partition_eq_filter_filter",)),
    _entry("eraseDups", "List.eraseDups_append List.removeAll"),
    _entry("merge", "", "List.merge_perm_append List.pairwise_merge"),
    _entry("mergeSort", "", "List.mergeSort_perm List.pairwise_mergeSort"),
    _entry("take", "", "List.take_add_one"),
    _entry("drop", "", "List.drop_eq_getElem_cons"),
    _entry("all any", "Array.all_eq_true Array.any_eq_true", "", "Array"),
    _entry("contains elem", "List.contains_iff_mem"),
    _entry("contains", "Array.contains_iff_mem", "", "Array"),
    _entry("isPrefixOf", "List.isPrefixOf_iff_prefix"),
    _entry("isSuffixOf", "List.isSuffixOf_iff_suffix"),
    _entry("isSublist", "List.isSublist_iff_sublist"),
    _entry("countP", "List.countP_eq_length_filter"),
    _entry("zipIdx", "List.mem_zipIdx_iff_getElem?"),
    _entry("getLast!", "List.getLast!_eq_getLast?_getD"),
    _entry("toList", "", "String.length_toList", "String"),
    _entry("String", "String.toList_ofList", "String.length_toList", "length"),
    _entry("gcd", "", "Nat.gcd_comm Nat.gcd_rec", backward="Nat.gcd_dvd_left Nat.gcd_dvd_right Nat.dvd_gcd"),
    _entry("lcm", backward="Nat.dvd_lcm_left Nat.dvd_lcm_right Nat.lcm_dvd Nat.lcm_pos Nat.le_of_dvd"),
    _entry("%", normal=("← Nat.dvd_iff_mod_eq_zero",), beside="lcm"),
    _entry("%", normal=("← Nat.dvd_iff_mod_eq_zero",), beside="gcd"),
    _entry("^ pow", "", "Nat.pow_succ Nat.pow_add Nat.mul_pow"),
    _entry("⊆", "List.subset_def"),
)

BY_INDEX = {"Pairwise": "List.pairwise_iff_getElem", "Nodup": "List.nodup_iff_pairwise_ne"}
"""What says the same in terms of indices, instead of element by element, for goals that speak of indices."""

RENAMED = {
    "String.mk": "show String.mk = String.ofList from rfl",
    "String.data": "show String.data = String.toList from rfl",
    "List.asString": "show List.asString = String.ofList from rfl",
}
"""Old names of functions that the library has no lemmas about, and the equation with the name that it uses."""

BY_LENGTH = {"eraseDups": "List.eraseDups_cons"}
"""Functions of the library that call themselves on shorter lists which are no tails, and the equation that says so:
what holds of them needs an induction on the length."""


@dataclass(frozen=True, slots=True)
class Hints:
    """Lemmas for a goal, each once, most specific first. `facts`: the `backward` ones too. `renamed`: rewriting to
    functions with lemmas. `by_length`: equations by which functions call themselves on shorter lists."""

    rewrites: tuple[str, ...] = ()
    facts: tuple[str, ...] = ()
    renamed: tuple[str, ...] = ()
    by_length: tuple[str, ...] = ()
    backward: tuple[str, ...] = ()
    by_index: tuple[str, ...] = ()

    @property
    def everything(self) -> tuple[str, ...]:
        """What `grind` may be given."""
        return tuple(dict.fromkeys((*self.rewrites, *self.facts)))

    @property
    def choices(self) -> tuple[tuple[str, ...], ...]:
        """Sets of lemmas for `grind` to try in turn."""
        return (self.by_index, self.everything) if self.by_index else (self.everything,)

    def __bool__(self) -> bool:
        return bool(self.rewrites or self.facts or self.renamed)


def hints(context: GoalContext) -> Hints:
    """What the library knows about the goal's words, and those of the file's definitions that it mentions."""
    texts = (context.target, *(each.type for each in context.locals), *(each.body for each in context.functions))
    found = frozenset(token.text for text in texts for token in tokens(text) if token.kind is not TokenKind.COMMENT)
    found |= parts(found)
    if any(_INDEX.search(text) for text in texts):
        found |= {INDEXED}
    entries = [each for each in TABLE if each.words & found and each.all_of <= found]
    renamed = [equation for name, equation in RENAMED.items() if name in found or f"{_last(name)}" in found]
    renamed += (equation for each in entries for equation in each.normal)
    return Hints(
        tuple(dict.fromkeys(lemma for each in entries for lemma in each.rewrites)),
        tuple(dict.fromkeys(lemma for each in entries for lemma in (*each.facts, *each.backward))),
        tuple(dict.fromkeys(renamed)),
        tuple(equation for name, equation in BY_LENGTH.items() if name in found),
        tuple(dict.fromkeys(lemma for each in entries for lemma in each.backward)),
        tuple(lemma for word, lemma in BY_INDEX.items() if word in found and INDEXED in found),
    )


def _last(name: str) -> str:
    return name.rpartition(".")[2]
