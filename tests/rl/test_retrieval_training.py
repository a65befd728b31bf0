"""Training of the embedding of premises on a library that fits on a page. Needs torch."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import numpy as np
import pytest

from prover.learned.retrieval import read_embedding
from prover.premises import PremiseIndex
from rl.embedded import retrieval
from rl.embedded.retrieval import Example, part_of, recall

COLOURS = ("red", "green", "blue", "grey", "pink", "teal", "lime", "gold")
LIBRARY = [[f"Lib.{colour}_{number}", ["Eq", f"Lib.{colour}", "Nat"]] for colour in COLOURS for number in range(6)]


def data(folder: Path) -> Path:
    """Goals about a colour that need the theorem whose number is 3, which constants cannot know."""
    constants = sorted({each for _, row in LIBRARY for each in row})
    table = {name: at for at, name in enumerate(constants)}
    index = {"constants": constants, "theorems": [[name, [table[each] for each in row]] for name, row in LIBRARY]}
    rows = [{"index": index}]
    for colour in COLOURS:
        for number in range(6):
            used = [f"Lib.{colour}_3"]
            rows.append({"theorem": f"Lib.{colour}_{number}", "used": used, "helped": [], "tried": []})
        about = {"constants": {f"Lib.{colour}": 1.0, "Eq": 1.0}, "family": colour, "held_out": colour < "h"}
        rows.append({"theorem": f"file {colour}", "used": [f"Lib.{colour}_3"], **about})
    path = folder / "proofs.jsonl.gz"
    path.write_bytes(gzip.compress("".join(f"{json.dumps(row)}\n" for row in rows).encode()))
    return path


def test_recall_counts_positives_among_the_first_and_not_the_goal_itself() -> None:
    scores = np.arange(40, 0, -1).astype(float)
    example = Example({}, (1, 30), 0, "train")
    assert recall([scores], [example]) == {"recall@8": 0.5, "recall@16": 0.5, "recall@24": 0.5, "mrr": 1.0}


def test_names_of_one_thing_are_in_one_part() -> None:
    assert part_of("List.map_map") == part_of("Array.map_map")
    assert {part_of(f"Lib.t{number}") for number in range(60)} == {"train", "validation", "held_out"}


def test_weak_labels_stand_around_a_theorem() -> None:
    index = PremiseIndex([(f"t_{number}", ("Nat",)) for number in range(30)])
    for each in retrieval.weak(index, "neighbours"):
        assert part_of(index.names[each.itself]) == "train" and each.itself not in each.positives
        assert all(0 < abs(at - each.itself) <= retrieval.AROUND for at in each.positives)
    assert {each.positives for each in retrieval.weak(index, "instances")} == {
        (each.itself,) for each in retrieval.weak(index, "neighbours")
    }
    assert retrieval.weak(index, "none") == []


@pytest.mark.train
def test_it_learns_what_constants_do_not_say_and_the_weights_can_be_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("torch")
    monkeypatch.setattr(retrieval, "CUTS", (1, 16))
    retrieval.main(["--data", str(data(tmp_path)), "--out", str(tmp_path), "--weak", "none", "--rate", "0.05"])
    card = json.loads((tmp_path / retrieval.CARD).read_text())
    found = card["metrics"]["corpus_held_out"]
    assert found["both"]["recall@1"] > found["constants"]["recall@1"]
    if card["blend"] is not None:
        assert read_embedding(tmp_path).blend == card["blend"]
