"""Recorded attempts as arrays: one example for each tried move of a goal, and one for each goal."""

from __future__ import annotations

import gzip
import hashlib
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from decompose.context import GoalContext
from decompose.reading import Local
from decompose.signatures import Function, Parameter, Role
from prover.learned.features import Candidate, GoalView, move_features
from prover.learned.provability import term_features

Row = Mapping[str, Any]


@dataclass(frozen=True)
class Moves:
    """One row for each tried move: features `x` (n, goal + move), whether it `proved`, Lean's `seconds`, `goal`: the
    index of its goal, `place` in the fixed order, `price` there, and whether its goal's first move had failed."""

    x: np.ndarray
    proved: np.ndarray
    seconds: np.ndarray
    goal: np.ndarray
    place: np.ndarray
    price: np.ndarray
    candidates: list[Candidate]


def read(path: Path) -> tuple[list[Row], str]:
    """The rows of a file made by `python -m benchmarks.embedded.attempts --pack`, and the SHA-256 of its content."""
    data = gzip.decompress(path.read_bytes())
    return [json.loads(line) for line in data.decode().splitlines()], hashlib.sha256(data).hexdigest()


def context_of(made: Mapping[str, Any]) -> GoalContext:
    """A goal's context from its record."""
    locals_ = tuple(Local(each["name"], each["type"]) for each in made["locals"])
    functions = tuple(
        Function(
            name=each["name"],
            parameters=tuple(Parameter(**parameter) for parameter in each["parameters"]),
            result=each["result"],
            body=each["body"],
            recursive=each["recursive"],
            roles=tuple(Role(role) for role in each["roles"]),
            owner=each["owner"],
            reducible=each["reducible"],
        )
        for each in made["functions"]
    )
    return GoalContext(
        locals=locals_,
        target=made["target"],
        functions=functions,
        stage=made["stage"],
        goals=made["goals"],
        inductives=frozenset(made["inductives"]),
        definitions=tuple(made["definitions"]),
        direct=tuple(made["direct"]),
        recursive=tuple(made["recursive"]),
        predicates=tuple(made["predicates"]),
        lemmas=tuple(made["lemmas"]),
        intro=tuple(made["intro"]),
    )


def candidate_of(made: Mapping[str, Any]) -> Candidate:
    return Candidate(
        label=made["label"],
        tactics=made["tactics"],
        place=made["place"],
        cost=made["cost"],
        success=made["success"],
        heartbeats=made["heartbeats"],
        kind=made["kind"],
        uses=len(made["uses"]),
        lemmas=made["lemmas"],
    )


def moves(rows: Iterable[Row]) -> Moves:
    """Examples for the ranking: finishing moves that Lean had an answer to."""
    return _examples(rows, telling, lambda each: each["verdict"] == "justified")


def splits(rows: Iterable[Row]) -> Moves:
    """Examples for the ranking of splits, as far as it is known what each led to: `proved` is that it led to a proof.
    `seconds` are its own.

    A split that Lean refused led to none. One that was not followed at once (`led`) is judged by the goal of it that
    was attempted as a goal of its own, where there is one."""
    kept = list(rows)
    below = {(row["source"], row["target"], *row["trail"]): row for row in kept if row["depth"]}

    def followed(row: Row) -> list[Mapping[str, Any]]:
        found: list[Mapping[str, Any]] = []
        for each in row["tried"]:
            led = each.get("led") if "led" in each else _led(row, each, below)
            if not is_finishing(each) and not _is_lost(each) and led is not None:
                found.append({**each, "led": led})
        return found

    return _examples(kept, followed, lambda each: bool(each["led"]))


def _led(row: Row, split: Mapping[str, Any], below: Mapping[tuple[str, ...], Row]) -> bool | None:
    if split["verdict"] != "justified":
        return False
    child = below.get((row["source"], row["target"], *row["trail"], split["label"]))
    if child is None or not telling(child):
        return None
    return any(each["verdict"] == "justified" for each in telling(child))


def _examples(
    rows: Iterable[Row], chosen: Callable[[Row], list[Mapping[str, Any]]], good: Callable[[Mapping[str, Any]], bool]
) -> Moves:
    x, proved, seconds, goal, place, price, candidates = [], [], [], [], [], [], list[Candidate]()
    for index, row in enumerate(rows):
        tried = chosen(row)
        if not tried:
            continue
        view = GoalView(context_of(row["context"]))
        about = view.features
        made = [candidate_of(each) for each in tried]
        candidates += made
        for each, numbers in zip(tried, move_features(view, made), strict=True):
            x.append([*about, *numbers.tolist()])
            proved.append(good(each))
            seconds.append(each["seconds"])
            goal.append(index)
            place.append(each["place"])
            price.append(each["cost"] / each["success"])
    return Moves(
        np.asarray(x, np.float32),
        np.asarray(proved),
        np.asarray(seconds),
        np.asarray(goal),
        np.asarray(place),
        np.asarray(price),
        candidates,
    )


def telling(row: Row) -> list[Mapping[str, Any]]:
    """The tried finishing moves that say something: not those that wall clock or machinery ended."""
    return [each for each in row["tried"] if is_finishing(each) and not _is_lost(each)]


def _is_lost(tried: Mapping[str, Any]) -> bool:
    return tried["verdict"] == "machinery" or (tried["verdict"] == "limit" and "heartbeats" not in tried["reason"])


def is_finishing(tried: Mapping[str, Any]) -> bool:
    return tried["kind"] == "complete" and not tried["lemmas"]


def goals(rows: Iterable[Row]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Features (n, k) of each goal's terms, whether any of its tried moves proved it, and its footprint."""
    kept = [row for row in rows if telling(row)]
    x = np.asarray([term_features(row["terms"]) for row in kept], np.float32)
    proved = np.asarray([any(e["verdict"] == "justified" and is_finishing(e) for e in row["tried"]) for row in kept])
    return x, proved, np.asarray([row["footprint"] for row in kept])
