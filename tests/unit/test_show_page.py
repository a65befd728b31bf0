"""The page of `gentzen show --html`: whole, offline, and nothing in a record can break out of it.

The last class runs it in a browser, where the machine has one.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
import shutil
import subprocess
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from sample_run import HOSTILE, hostile, large, sample

from prover.runs import RunRecord
from prover.show import page, payload, picture

VOID = {"meta", "input", "br", "img", "link", "hr"}


class Reader(HTMLParser):
    """Elements with their attributes and text; checks that what is opened is closed."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.texts: dict[str, list[str]] = {}
        self.feed(text)
        self.close()
        assert not self.open, self.open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open and self.open.pop() == tag, tag

    def handle_data(self, data: str) -> None:
        if self.open:
            self.texts.setdefault(self.open[-1], []).append(data)

    def named(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.elements if name == tag]


def data_of(text: str) -> Any:
    found = re.search(r'<script type="application/json" id="data">(.*?)</script>', text, re.DOTALL)
    assert found
    return json.loads(found[1])


@pytest.mark.parametrize("record", [sample(), hostile(), large(300), RunRecord(run="r", file="A.lean")])
def test_is_whole_and_offline(record: RunRecord) -> None:
    text = page.render([record])
    read = Reader(text)
    assert "{{" not in text
    assert not read.named("img") and not read.named("link") and not read.named("iframe")
    assert all("src" not in attributes for attributes in read.named("script"))
    assert not re.search(r"https?://|@import|url\(", text)
    assert not any(name.startswith("on") for _, attributes in read.elements for name in attributes)
    identifiers = [attributes["id"] for _, attributes in read.elements if "id" in attributes]
    assert len(identifiers) == len(set(identifiers))


def test_the_policy_names_the_script() -> None:
    text = page.render([sample()])
    script = text.rpartition("<script>")[2].partition("</script>")[0]
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    assert f"script-src 'sha256-{digest}'" in text
    assert "default-src 'none'" in text


def test_hostile_text_stays_text() -> None:
    text = page.render([hostile()])
    read = Reader(text)
    assert len(read.named("script")) == 2
    assert HOSTILE in "".join(read.texts["h1"]) and HOSTILE in "".join(read.texts["h2"])
    assert text.count("<script>window") == text.count("<!--") == 0
    data = data_of(text)["files"][0]
    assert data["targets"][0]["name"] == HOSTILE
    assert data["goals"][0]["moves"][0]["lemmas"][0]["statement"] == HOSTILE


def test_template_marks_in_a_record_are_not_filled_in() -> None:
    assert "<h1>{{data}}{{script}}</h1>" in page.render([RunRecord(run="r", file="{{data}}{{script}}")])


def test_without_the_script_there_are_targets_proofs_and_maps() -> None:
    read = Reader(page.render([sample()]))
    assert [text for text in read.texts["h2"] if text.strip()] == [target.name for target in sample().targets]
    assert sum("induction xs with" in text for text in read.texts["code"]) == 2
    assert len(read.named("svg")) == 3  # of more than one goal: rev_append, rev_rev, sorted_insert


def test_data_says_where_every_goal_stands() -> None:
    data = data_of(page.render([large(1000)]))["files"][0]
    homes = {goal: rest for goal, *rest in data["targets"][0]["homes"]}
    assert len(homes) == len(data["goals"]) == 1000
    for goal, rest in homes.items():
        if rest:
            assert goal in data["goals"][rest[0]]["moves"][rest[1]]["goals"]


def test_numbers_are_finite() -> None:
    def refuse(name: str) -> None:
        raise AssertionError(name)

    record = hostile().model_copy(update={"seconds": float("inf")})
    json.loads(payload.dump(payload.payload([record])), parse_constant=refuse)


def test_goals_that_are_only_named_have_a_number() -> None:
    numbers = payload.numbers_of(hostile())
    assert set(numbers) == {"root", HOSTILE, "missing"}


class TestPicture:
    def test_nodes_do_not_overlap(self) -> None:
        record = large(400)
        text = picture.svg(record, "0", payload.numbers_of(record), "Large.main")
        places = re.findall(r'<circle cx="([\d.]+)" cy="([\d.]+)"', text)
        assert len(places) == len(set(places)) == picture.GOALS_DRAWN
        rows: dict[str, list[float]] = {}
        for x, y in places:
            rows.setdefault(y, []).append(float(x))
        for row in rows.values():
            row.sort()
            assert all(after - before >= 20 for before, after in pairwise(row))

    def test_a_goal_alone_needs_none(self) -> None:
        record = sample()
        assert picture.svg(record, "length", payload.numbers_of(record), "x") == ""

    def test_the_proof_is_bold(self) -> None:
        record = sample()
        text = picture.svg(record, "rev-rev", payload.numbers_of(record), "x")
        assert text.count('class="edge bold"') == 12


CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


@pytest.mark.skipif(CHROMIUM is None, reason="no browser on this machine")
class TestInABrowser:
    def dom(self, records: list[RunRecord], folder: Path) -> str:
        assert CHROMIUM is not None
        path = folder / "page.html"
        path.write_text(page.render(records), encoding="utf-8")
        options = ["--headless", "--no-sandbox", "--disable-gpu", f"--user-data-dir={folder / 'profile'}", "--dump-dom"]
        command = [CHROMIUM, *options, path.as_uri()]
        done = subprocess.run(command, capture_output=True, encoding="utf-8", timeout=240, check=True)
        return done.stdout

    def test_draws_the_trees(self, tmp_path: Path) -> None:
        text = self.dom([sample()], tmp_path)
        assert 'class="goal open"' in text and "aria-expanded" in text
        assert "le_insert" in text and "limit of 10000 heartbeats reached" in text

    def test_hostile_text_runs_nothing(self, tmp_path: Path) -> None:
        read = Reader(self.dom([hostile()], tmp_path))
        assert len(read.named("script")) == 2 and not read.named("img")
        assert any(HOSTILE[:40] in text for text in read.texts["code"] + read.texts["span"])

    def test_large_graphs_with_circles_are_drawn_lazily(self, tmp_path: Path) -> None:
        text = self.dom([large()], tmp_path)
        assert "5,000 goals" in text
        assert 1 < text.count('class="goal ') < 400
