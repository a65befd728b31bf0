"""Bad input is refused before any work starts, in one paragraph that says what to do."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from privileges import without_privileges

from lean_project.errors import UserError
from prover.inputs import MAX_BYTES, InputFile, expand, prepare_outputs, read_source, unknown_theorems

SOURCE = "theorem x : True := sorry\n"


def write(path: Path, text: str = SOURCE) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return path


class TestExpand:
    def test_a_file_goes_beside_itself(self, tmp_path: Path) -> None:
        file = write(tmp_path / "Queue.lean")
        assert expand([file]) == [InputFile(file, tmp_path / "Queue.proved.lean")]

    def test_a_file_goes_to_out(self, tmp_path: Path) -> None:
        file = write(tmp_path / "a" / "Queue.lean")
        assert expand([file], tmp_path / "out") == [InputFile(file, tmp_path / "out" / "Queue.proved.lean")]

    def test_a_folder_is_searched_in_order_and_keeps_its_structure(self, tmp_path: Path) -> None:
        root = tmp_path / "specs"
        for name in ("b.lean", "a.lean", "sub/c.lean", "sub/deep/d.lean"):
            write(root / name)
        found = expand([root], tmp_path / "out")
        assert [str(file.path.relative_to(root)) for file in found] == [
            "a.lean",
            "b.lean",
            "sub/c.lean",
            "sub/deep/d.lean",
        ]
        assert found[3].output == tmp_path / "out" / "sub" / "deep" / "d.proved.lean"

    def test_what_a_folder_search_leaves_out(self, tmp_path: Path) -> None:
        for name in (
            ".lake/packages/x.lean",
            "build/y.lean",
            "lake-packages/z.lean",
            ".hidden.lean",
            "lakefile.lean",
            "a.proved.lean",
            "notes.txt",
        ):
            write(tmp_path / name)
        wanted = write(tmp_path / "a.lean")
        assert [file.path for file in expand([tmp_path])] == [wanted]

    def test_a_file_named_twice_is_proved_once(self, tmp_path: Path) -> None:
        file = write(tmp_path / "a.lean")
        (tmp_path / "link.lean").symlink_to(file)
        assert [each.path for each in expand([file, tmp_path, tmp_path / "." / "a.lean"])] == [file]

    def test_unicode_names(self, tmp_path: Path) -> None:
        file = write(tmp_path / "Σ spec ⊢.lean")
        assert expand([file])[0].output.name == "Σ spec ⊢.proved.lean"


class TestRefusedPaths:
    def refusal(self, *paths: Path, out: Path | None = None) -> str:
        with pytest.raises(UserError) as error:
            expand(list(paths), out)
        assert "\n" not in str(error.value)
        return str(error.value)

    def test_missing_with_a_near_name(self, tmp_path: Path) -> None:
        write(tmp_path / "Queue.lean")
        assert f"Did you mean {tmp_path / 'Queue.lean'}?" in self.refusal(tmp_path / "Queu.lean")

    def test_missing_folder(self, tmp_path: Path) -> None:
        assert "no folder" in self.refusal(tmp_path / "nowhere" / "x.lean")

    def test_folder_without_lean(self, tmp_path: Path) -> None:
        write(tmp_path / "x.txt")
        assert "no Lean file in the folder" in self.refusal(tmp_path)

    def test_another_kind_of_file(self, tmp_path: Path) -> None:
        assert ".lean" in self.refusal(write(tmp_path / "x.txt"))

    def test_not_a_regular_file(self, tmp_path: Path) -> None:
        os.mkfifo(tmp_path / "pipe.lean")
        assert "not a regular file" in self.refusal(tmp_path / "pipe.lean")
        assert "not a regular file" in self.refusal(tmp_path)

    def test_dangling_link(self, tmp_path: Path) -> None:
        (tmp_path / "link.lean").symlink_to(tmp_path / "gone.lean")
        assert "no file" in self.refusal(tmp_path)

    def test_a_name_that_no_disk_can_have(self, tmp_path: Path) -> None:
        assert "cannot be read" in self.refusal(tmp_path / ("x" * 300 + ".lean"))

    def test_a_path_through_a_file(self, tmp_path: Path) -> None:
        assert "cannot be read" in self.refusal(write(tmp_path / "a.lean") / "b.lean")

    def test_two_inputs_with_one_output(self, tmp_path: Path) -> None:
        one, two = write(tmp_path / "a" / "x.lean"), write(tmp_path / "b" / "x.lean")
        assert "two runs" in self.refusal(one, two, out=tmp_path / "out")

    def test_an_output_that_is_an_input(self, tmp_path: Path) -> None:
        one, two = write(tmp_path / "x.lean"), write(tmp_path / "x.proved.lean")
        assert "is an input of the same run" in self.refusal(one, two)

    def test_an_unreadable_folder(self) -> None:
        with without_privileges() as folder:
            closed = folder / "closed"
            write(closed / "x.lean")
            closed.chmod(0)
            assert "permissions" in self.refusal(folder)
            assert "permissions" in self.refusal(closed / "x.lean")
            closed.chmod(0o755)


class TestReadSource:
    def refusal(self, path: Path) -> str:
        with pytest.raises(UserError) as error:
            read_source(path)
        assert str(path) in str(error.value)
        return str(error.value)

    def test_text(self, tmp_path: Path) -> None:
        assert read_source(write(tmp_path / "a.lean")).text == SOURCE

    def test_binary(self, tmp_path: Path) -> None:
        path = tmp_path / "a.lean"
        path.write_bytes(b"abc\0\xff")
        assert "byte 3 is NUL" in self.refusal(path)

    def test_not_utf8(self, tmp_path: Path) -> None:
        path = tmp_path / "a.lean"
        path.write_bytes(b"theorem \xff")
        assert "byte 8" in self.refusal(path)

    def test_too_large(self, tmp_path: Path) -> None:
        path = tmp_path / "a.lean"
        with path.open("wb") as file:
            file.truncate(MAX_BYTES)
        assert "10.0 MB" in self.refusal(path)

    def test_gone_meanwhile(self, tmp_path: Path) -> None:
        assert "cannot be read" in self.refusal(tmp_path / "a.lean")

    def test_no_permission(self) -> None:
        with without_privileges() as folder:
            path = write(folder / "a.lean")
            path.chmod(0)
            assert "Permission denied" in self.refusal(path)


class TestPrepareOutputs:
    def test_folders_are_made_and_left_empty(self, tmp_path: Path) -> None:
        file = InputFile(tmp_path / "a.lean", tmp_path / "out" / "deep" / "a.proved.lean")
        prepare_outputs([file])
        assert list((tmp_path / "out" / "deep").iterdir()) == []

    def test_no_permission(self) -> None:
        with without_privileges() as folder:
            folder.chmod(0o555)
            for output in (folder / "a.proved.lean", folder / "out" / "a.proved.lean"):
                with pytest.raises(UserError, match="--out DIR"):
                    prepare_outputs([InputFile(folder / "a.lean", output)])
            folder.chmod(0o755)

    def test_out_is_a_file(self, tmp_path: Path) -> None:
        write(tmp_path / "out")
        with pytest.raises(UserError, match="--out DIR"):
            prepare_outputs([InputFile(tmp_path / "a.lean", tmp_path / "out" / "a.proved.lean")])

    def test_the_output_is_a_folder(self, tmp_path: Path) -> None:
        (tmp_path / "a.proved.lean").mkdir()
        with pytest.raises(UserError, match="is a folder"):
            prepare_outputs([InputFile(tmp_path / "a.lean", tmp_path / "a.proved.lean")])


class TestUnknownTheorems:
    NAMES = ("Queue.toList_push", "Queue.pop_push", "example@12")

    @pytest.mark.parametrize(
        ("wanted", "expected"),
        [
            ("pop_pusj", "Did you mean Queue.pop_push?"),
            ("Queue.topush", "Queue.pop_push"),
            ("queue.tolist_push", "Did you mean Queue.toList_push"),
            ("zzz", "Its targets are Queue.toList_push, Queue.pop_push and example@12."),
        ],
    )
    def test_near_names_or_all(self, wanted: str, expected: str) -> None:
        message = str(unknown_theorems([wanted], self.NAMES, "Queue.lean"))
        assert f"No target is called {wanted} in Queue.lean." in message
        assert expected in message

    def test_several(self) -> None:
        message = str(unknown_theorems(["zzz", "yyy", "zzz"], [f"t{n}" for n in range(20)], "Queue.lean"))
        assert "No targets are called zzz or yyy" in message
        assert "t7, and 12 more." in message

    def test_one_target(self) -> None:
        assert "Its only target is example@3." in str(unknown_theorems(["zzz"], ["example@3"], "Queue.lean"))

    def test_nothing_to_prove(self) -> None:
        assert "no sorry to prove" in str(unknown_theorems(["x"], [], "Queue.lean"))
