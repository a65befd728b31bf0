"""Numbers from records against brute force; comparisons that tell a biased run apart; reports that hold together."""

from __future__ import annotations

import itertools
import json
import random
import re
from dataclasses import replace
from html import unescape
from html.parser import HTMLParser
from pathlib import Path
from statistics import fmean
from typing import Any

import pytest
from bench_support import ScriptedSolver, chance, drawn, problem
from hypothesis import given, settings
from hypothesis import strategies as st

from lean_project.errors import UserError
from prover.bench import charts, comparison, manifest, report, tables
from prover.bench.manifest import Entry, Manifest, entry_of
from prover.bench.metrics import RunData, counted, load, pass_rates, results
from prover.bench.problems import Problem
from prover.bench.records import (
    AttemptRecord,
    Gate,
    Outcome,
    Record,
    Records,
    StatementRecord,
    TaskRecord,
    attempt_key,
    statement_key,
)
from prover.bench.run import BenchRun
from prover.bench.settings import BenchSettings
from prover.bench.solving import Attempted

K = 4
SETTINGS = BenchSettings(k=K, calls=30)
MANIFEST = Manifest(SETTINGS.identity(), K, {"sets": {"toy": 1}, "problems": 1, "sha256": "0", "path": "toy"})
OUTCOMES = st.sampled_from(["proved", "open", "limit", "machinery"])


def records(outcomes: list[list[str]]) -> tuple[list[Entry], list[Record]]:
    """A problem for each list: the outcomes of its attempts, or one of the words that need no attempt."""
    entries, found = [], list[Record]()
    for number, attempts in enumerate(outcomes):
        entry = entry_of(problem(f"p{number}", "even" if number % 2 == 0 else "odd"))
        entries.append(entry)
        if attempts == ["not run yet"]:
            continue
        key = statement_key(entry.file_sha256, entry.theorem, SETTINGS.identity())
        base = {"key": key, "set": entry.set, "id": entry.id}
        if attempts == ["not statable"]:
            found.append(StatementRecord(**base, outcome=Outcome.NOT_STATABLE, reason="needs Mathlib"))
            continue
        disproof = "disproofs/x.lean" if attempts == ["disproved"] else ""
        task = TaskRecord(name=entry.id, gate=Gate.PASSED, disproof=disproof)
        found.append(StatementRecord(**base, tasks=(task,)))
        for attempt, outcome in enumerate(attempts if not disproof else [], 1):
            found.append(
                AttemptRecord(
                    key=attempt_key(entry.file_sha256, entry.id, attempt, SETTINGS.identity()),
                    set=entry.set,
                    id=entry.id,
                    task=entry.id,
                    attempt=attempt,
                    outcome=Outcome(outcome),
                    calls=number + attempt,
                    limit="calls" if outcome == "limit" else "",
                    level="L1" if outcome == "proved" else "",
                )
            )
    return entries, found


def run_of(outcomes: list[list[str]]) -> RunData:
    entries, found = records(outcomes)
    return RunData(Path("run"), MANIFEST, tuple(results(entries, Records(found), MANIFEST)))


ATTEMPTS = st.one_of(
    st.lists(OUTCOMES, min_size=K, max_size=K), st.sampled_from([["not statable"], ["disproved"], ["not run yet"]])
)


@settings(max_examples=60, deadline=None)
@given(st.lists(ATTEMPTS, min_size=1, max_size=8))
def test_numbers_are_those_of_brute_force(outcomes: list[list[str]]) -> None:
    data = run_of(outcomes)
    number = counted(data.tasks, MANIFEST)
    special = ("not statable", "disproved", "not run yet")
    words = []
    for each in outcomes:
        best = [word for word in ("proved", "limit", "open", "machinery", *special) if word in each]
        words.append(best[0])
    assert number.tasks == len(outcomes) == sum(number.outcomes.values())
    assert dict(number.outcomes) == {word: words.count(word) for word in set(words)}
    assert number.proved.value == words.count("proved") / len(words)
    statable = [word for word in words if word not in ("not statable", "not run yet")]
    assert number.proved_statable.of == len(statable)
    assert number.limits == ({"calls": n} if (n := sum(each.count("limit") for each in outcomes)) else {})
    rates = pass_rates(data.tasks, MANIFEST)
    for k in (1, 2, 4):
        shares = []
        for each in outcomes:
            telling = [word == "proved" for word in each if word != "machinery"]
            if each == ["disproved"]:
                shares.append(0.0)
            elif each not in (["not statable"], ["not run yet"]) and len(telling) >= k:
                shares.append(fmean(any(some) for some in itertools.combinations(telling, k)))
        rate = rates[k]
        assert rate.of == len(shares)
        assert rate.of + rate.left_out == len(statable)
        if shares:
            assert rate.value == pytest.approx(fmean(shares))
            assert rate.interval.low <= rate.value + 1e-9 and rate.value <= rate.interval.high + 1e-9
    first = [(each[0], number + 1) for number, each in enumerate(outcomes) if each[0] in ("proved", "open", "limit")]
    for ceiling, count in number.within.items():
        assert count == sum(word == "proved" and calls <= ceiling for word, calls in first)


@settings(max_examples=25, deadline=None)
@given(st.lists(ATTEMPTS, min_size=1, max_size=6), st.randoms())
def test_the_order_of_records_changes_no_byte(outcomes: list[list[str]], draw: random.Random) -> None:
    entries, found = records(outcomes)
    shuffled = [*found, *found]
    draw.shuffle(shuffled)
    twice = RunData(Path("run"), MANIFEST, tuple(results(entries, Records(shuffled), MANIFEST)))
    once = run_of(outcomes)
    assert [each.markdown() for each in tables.counted_tables(once)] == [
        each.markdown() for each in tables.counted_tables(twice)
    ]
    assert json.dumps(tables.as_json(once)) == json.dumps(tables.as_json(twice))


def biased(rate: float, name: str) -> Any:
    """A solver that proves each task with this chance, drawn by name."""

    def answer(problem: Problem, task: str, seed: int) -> Attempted:
        proved = chance(name, task) < rate
        return Attempted(Outcome.PROVED if proved else Outcome.OPEN, calls=5, level="L1" if proved else "")

    return answer


def made(folder: Path, answer: Any = drawn, count: int = 150, **changes: Any) -> RunData:
    chosen = replace(BenchSettings(calls=30), **changes)
    problems = [problem(f"{'p' if n % 10 else 'mathlib'}{n}", "left" if n % 2 else "right") for n in range(count)]
    data = {
        "path": "toy",
        "format": "auto",
        "split": "",
        "limit": 0,
        "sets": {"left": count // 2, "right": count // 2},
        "commits": [],
    }
    manifest.begin(folder, problems, chosen, data, "gentzen bench toy", 1)
    BenchRun(folder, problems, chosen, lambda: ScriptedSolver(answer), lambda _line: None, workers=2).run()
    return load(folder)


def test_a_planted_bias_is_told_apart_and_chance_is_not(tmp_path: Path) -> None:
    base = made(tmp_path / "base", biased(0.4, "one"))
    same = made(tmp_path / "same", biased(0.4, "other"), seed=1)
    better = made(tmp_path / "better", biased(0.65, "better"), seed=2)
    found = comparison.compared([base, same, better])
    chance_pair, better_pair = found.pairs
    assert chance_pair.all.paired.p > 0.05 and not chance_pair.is_worse
    assert chance_pair.all.interval.low < 0 < chance_pair.all.interval.high
    assert better_pair.all.paired.p < 0.01 and better_pair.all.interval.low > 0 and not better_pair.is_worse
    (back,) = comparison.compared([better, base]).pairs
    assert back.is_worse
    assert {(t.entry.id, t.name) for t in back.lost} == {(t.entry.id, t.name) for t in better_pair.gained}
    assert [line.name for line in back.lines] == ["left", "right", "all"]
    assert sum(line.paired.gained for line in back.lines[:-1]) == back.all.paired.gained
    text = comparison.as_text(found)
    assert "better against base" in text and "Only the second proves: left/" in text
    assert json.loads(json.dumps(comparison.as_json(found)))["pairs"][1]["sets"][-1]["set"] == "all"


def test_different_things_are_not_compared_without_a_word(tmp_path: Path) -> None:
    base = made(tmp_path / "base", count=20)
    budget = made(tmp_path / "budget", count=20, calls=60)
    fewer = made(tmp_path / "fewer", count=16)
    with pytest.raises(UserError, match="calls 30 in base and 60 in budget"):
        comparison.compared([base, budget])
    with pytest.raises(UserError, match="other problems"):
        comparison.compared([base, fewer])
    found = comparison.compared([base, budget, fewer], allow_different=True)
    assert len(found.differences) == 2 and "**The runs differ: calls 30" in comparison.as_text(found)
    assert found.pairs[1].all.left_out == 4
    with pytest.raises(UserError, match="no bench run"):
        load(tmp_path)


class Page(HTMLParser):
    """Everything in a page that could fetch something, and its ids."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.fetched: list[str] = []
        self.ids: list[str] = []
        self.tags: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        for name, value in attrs:
            if name in ("src", "href", "xlink:href", "data", "action", "poster", "srcset") and value:
                self.fetched.append(value)
            if name == "id" and value:
                self.ids.append(value)


def test_the_page_needs_nothing_else(tmp_path: Path) -> None:
    data = made(tmp_path / "run", count=30, k=2)
    path = report.write(data)
    text = path.read_text(encoding="utf-8")
    page = Page(text)
    assert [link for link in page.fetched if not link.startswith("#")] == []
    assert not re.search(r"https?://|url\((?!#)|@import", text)
    assert "default-src 'none'" in unescape(text)
    assert page.tags.count("details") == len(data.tasks)
    assert report.summary(data).rstrip(".") in text
    for words in (
        "What was measured",
        "How good it is",
        "What failed, and why",
        "Every task",
        "Reproduce",
        "needs Mathlib",
    ):
        assert words in text
    assert "gentzen check proofs/" in text and "--against originals/" in text
    assert (path.with_name("report.md")).read_text().count("\n## ") >= 6
    assert json.loads(path.with_name("report.json").read_text())["tasks"][0]["statement_sha256"]
    if charts.available():
        assert page.tags.count("svg") == 3 and "<metadata" not in text
        assert len(page.ids) == len(set(page.ids))
        targets = {link[1:] for link in page.fetched} | set(re.findall(r"url\(#([^)]+)\)", text))
        assert targets <= set(page.ids)


def test_without_matplotlib_the_page_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    data = made(tmp_path / "run", count=12)
    monkeypatch.setattr(charts, "available", lambda: False)
    text = report.as_html(data)
    assert "gentzen[bench]" in text and "<svg" not in text


def test_what_models_and_files_write_cannot_leave_its_place(tmp_path: Path) -> None:
    evil = '</script><script>alert(1)</script><img src="http://x" onerror=alert(1)>'

    def answer(problem: Problem, task: str, seed: int) -> Attempted:
        return Attempted(Outcome.PROVED, level="L1", proof=evil, lemmas=(evil,), file=evil.encode())

    chosen = BenchSettings(calls=30)
    one = problem("p", text=f"theorem p : True := by sorry -- {evil}", set=f"s {evil[:9]}", category=evil, note=evil)
    data = {"path": evil, "format": "auto", "split": "", "limit": 0, "sets": {one.set: 1}, "commits": [evil]}
    manifest.begin(tmp_path, [one], chosen, data, f"gentzen bench {evil}", 1)
    BenchRun(tmp_path, [one], chosen, lambda: ScriptedSolver(answer), lambda _line: None).run()
    text = report.as_html(load(tmp_path))
    page = Page(text)
    assert page.tags.count("script") == 1 and "img" not in page.tags
    assert not any(link.startswith("http") for link in page.fetched)
    assert "|" not in tables.outcomes(load(tmp_path)).rows[0][0]


def test_equal_records_make_equal_reports(tmp_path: Path) -> None:
    data = made(tmp_path / "run", count=20)
    assert report.as_markdown(data) == report.as_markdown(load(tmp_path / "run"))
    assert report.as_html(data) == report.as_html(load(tmp_path / "run"))


def test_a_page_of_a_comparison(tmp_path: Path) -> None:
    base, better = made(tmp_path / "base", biased(0.3, "a")), made(tmp_path / "better", biased(0.7, "b"), seed=1)
    report.write_comparison(comparison.compared([base, better]), tmp_path / "page.html")
    text = (tmp_path / "page.html").read_text()
    assert "better proves more" in text and not re.search(r"https?://", text)
    (tmp_path / "notes.txt").write_text("mine")
    with pytest.raises(UserError, match="left alone"):
        report.write_comparison(comparison.compared([base, better]), tmp_path / "notes.txt")
    assert (tmp_path / "notes.txt").read_text() == "mine"


def test_published_figures_stand_beside_the_sets_they_are_about(tmp_path: Path) -> None:
    data = made(tmp_path / "run", count=10)
    assert report.against(data) is None
    known = replace(data, manifest=replace(data.manifest, data={**data.manifest.data, "sets": {"verina": 10}}))
    table = report.against(known)
    assert table is not None and any("Goedel-Code-Prover-8B" in row for row in table.rows)
    assert all(row[-1] for row in table.rows)
