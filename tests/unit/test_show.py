"""`gentzen show` in the terminal, and the tree that both views draw."""

from __future__ import annotations

import io
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest
from rich.cells import cell_len
from rich.console import Console
from sample_run import hostile, large, sample
from typer.testing import CliRunner

from lean_project.errors import UserError
from prover import runs
from prover.cli import app
from prover.runs import RunRecord
from prover.show import terminal, tree

runner = CliRunner()


def drawn(record: RunRecord, width: int = 80, *, colour: bool = False, whole_proofs: bool = False) -> str:
    file = io.StringIO()
    console = Console(
        file=file, width=width, markup=False, highlight=False, emoji=False, force_terminal=colour,
        color_system="standard" if colour else None,
    )  # fmt: skip
    terminal.print_run(console, [record], whole_proofs=whole_proofs)
    return file.getvalue()


def only(record: RunRecord, target: str) -> RunRecord:
    return tree.select([record], target)[0]


class TestTree:
    def test_every_reachable_goal_has_one_home_below_its_parents(self) -> None:
        record = large(2000)
        homes = tree.homes(record, "0")
        seen: set[str] = set()
        for key, home in homes.items():
            if home is not None:
                assert home.parent in seen
                assert key in record.goals[home.parent].moves[home.move].goals()
            seen.add(key)
        assert next(iter(homes.values())) is None
        assert len(seen) == 2000

    def test_the_proof_stands_in_one_piece(self) -> None:
        record = sample()
        homes = tree.homes(record, "rev-rev")
        home = homes["append-nil"]
        assert home is not None and home.parent == "ra-nil"  # and not below the split that came to nothing

    def test_circles_end(self) -> None:
        record = sample()
        assert "cases-cons" in tree.homes(record, "unfolded")
        assert "unfolded" in tree.homes(record, "cases-cons")

    def test_chosen_first_then_by_score(self) -> None:
        goal = sample().goals["rev-rev"]
        labels = [goal.moves[index].label for index in tree.shown_moves(goal)]
        assert labels == ["induction xs", "functional induction", "cases"]

    def test_failures_are_counted_by_reason(self) -> None:
        folds = tree.folded_moves(sample().goals["s-gt"])
        assert folds[0].reason == "simp made no progress" and len(folds[0].moves) == 2
        assert sum(len(fold.moves) for fold in folds) == 10

    def test_spent_is_the_sum_below_where_the_target_has_none(self) -> None:
        record = sample()
        target = record.targets[2].model_copy(update={"seconds": 0.0, "usage": runs.Usage()})
        assert tree.spent(record, target) == (pytest.approx(0.91), 4)

    @pytest.mark.parametrize("name", ["ListBasics.rev_rev", "rev_rev"])
    def test_select(self, name: str) -> None:
        assert [target.name for target in only(sample(), name).targets] == ["ListBasics.rev_rev"]

    def test_select_unknown(self) -> None:
        with pytest.raises(UserError, match=r"no target 'rev'. Its targets: ListBasics.rev_append"):
            tree.select([sample()], "rev")


class TestTerminal:
    @pytest.mark.parametrize("width", [30, 80, 120])
    @pytest.mark.parametrize("make", [sample, large])
    def test_fits(self, make: type[RunRecord], width: int) -> None:
        for line in drawn(make(), width).splitlines():
            assert cell_len(line) <= width
            assert line == line.rstrip()

    def test_shows_states_without_colour(self) -> None:
        text = drawn(only(sample(), "rev_rev"))
        assert "✓ rev (rev xs) = xs" in text
        assert "▸ induction xs with" in text
        assert "✓ rev (rev []) = []  by rfl" in text
        assert "∅ rev (rev (x :: xs)) = x :: xs" in text
        assert "\x1b" not in text

    def test_proof_first_then_alternatives_then_failures(self) -> None:
        text = drawn(only(sample(), "rev_rev"), 120)
        order = ["▸ induction xs with", "rev_append:", "▹ fun_induction rev xs  S 0.11", "└── 7 moves failed: 2 × simp"]
        places = [text.index(each) for each in order[:-1]] + [text.rindex(order[-1])]
        assert places == sorted(places)

    def test_counterexamples(self) -> None:
        text = drawn(sample(), 120)
        assert "✗ append (rev xs) [x] = x :: xs  false for x := 0, xs := [1]" in text
        assert "counterexample: xs := [0, 1]" in text

    def test_shared_goals_are_drawn_once(self) -> None:
        lines = [line for line in drawn(only(sample(), "rev_rev"), 200).splitlines() if "append xs [] = xs" in line]
        assert len(lines) == 2
        assert sum("↑" in line for line in lines) == 1

    def test_says_how_many_goals_are_left_out(self) -> None:
        text = drawn(large())
        assert text.count("\n") < 3 * terminal.GOALS_SHOWN
        assert "more goals (gentzen show --html FILE has them all)" in text

    def test_data_steers_no_terminal(self) -> None:
        assert "\x1b[31m" not in drawn(hostile(), whole_proofs=True)

    def test_colours(self) -> None:
        assert "\x1b[32m✓" in drawn(only(sample(), "rev_rev"), colour=True)

    def test_a_record_of_nothing(self) -> None:
        assert "nothing to prove" in drawn(RunRecord(run="r", file="A.lean"))


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("GENTZEN_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


def show(*words: str | Path) -> SimpleNamespace:
    result = runner.invoke(app, ["show", *map(str, words)])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return SimpleNamespace(code=result.exit_code, out=result.stdout, err=result.stderr)


class TestCommand:
    def test_nothing_to_show(self, home: Path) -> None:
        for words in ((), ("--list",)):
            done = show(*words)
            assert (done.code, done.out) == (2, "")
            assert done.err == "gentzen: There is no run yet to show: `gentzen prove FILE` makes one.\n"

    def test_latest_run(self, home: Path) -> None:
        runs.save(sample(), home)
        done = show()
        assert (done.code, done.err) == (0, "")
        assert "ListBasics.sorted_insert (line 71), limit" in done.out

    def test_target_with_its_proof(self, home: Path) -> None:
        runs.save(sample(), home)
        done = show("3f8c", "--target", "rev_rev")
        assert "    | cons x xs ih =>\n      rw [rev, rev_append, ih]\n" in done.out
        assert "rev_append (line" not in done.out

    def test_list(self, home: Path) -> None:
        runs.save(sample(), home)
        broken = runs.save(sample("broken"), home)
        broken.write_text("{")
        done = show("--list")
        assert done.code == 0
        lines = done.out.splitlines()
        assert len(lines) == 3 and lines[0].startswith("run ")
        assert any("3f8c0e6d1b7" in line and "3/7 proved" in line and "ListBasics.lean" in line for line in lines)
        assert any("broken" in line and "damaged" in line for line in lines)

    def test_list_stands_alone(self, home: Path) -> None:
        assert show("--list", "--target", "x").code == 2

    def test_html(self, home: Path, tmp_path: Path) -> None:
        runs.save(sample(), home)
        runs.save(sample(file="B.lean"), home)
        page = tmp_path / "page.html"
        done = show("--html", page)
        assert (done.code, done.out, done.err) == (0, f"{page}\n", "")
        assert page.read_text(encoding="utf-8").startswith("<!doctype html>")
        assert show("--html", page).code == 0

    def test_html_overwrites_nothing_else(self, home: Path, tmp_path: Path) -> None:
        runs.save(sample(), home)
        spec = tmp_path / "Spec.lean"
        spec.write_text("theorem")
        done = show("--html", spec)
        assert done.code == 2 and "left alone" in done.err
        assert spec.read_text() == "theorem"
        assert show("--html", tmp_path / "no" / "page.html").code == 2

    def test_help_loads_neither_pages_nor_records(self) -> None:
        code = "import sys, prover.cli; print([m for m in sys.modules if m.startswith(('prover.show', 'prover.runs'))])"
        done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
        assert done.stdout == "[]\n"
