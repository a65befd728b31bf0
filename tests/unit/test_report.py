"""The JSON of `gentzen prove --json` is a promise: docs/json-schema.md holds its schema and an example, pinned here."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel, ValidationError

from prover.report import CheckReport, FileReport, Level, SourcePosition, Status, TargetReport, exit_code

PAGE = Path(__file__).parents[2] / "docs" / "json-schema.md"


def blocks() -> list[Any]:
    return [json.loads(text) for text in re.findall(r"```json\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)]


def bare(schema: Any) -> Any:
    """A schema without the titles and descriptions, which are prose."""
    if isinstance(schema, dict):
        kept = {key: bare(value) for key, value in schema.items() if key not in ("title", "description")}
        properties = schema.get("properties")
        return kept | ({"properties": {name: bare(each) for name, each in properties.items()}} if properties else {})
    return [bare(each) for each in schema] if isinstance(schema, list) else schema


def target(status: Status = Status.PROVED, **changes: Any) -> TargetReport:
    return TargetReport(name="t", position=SourcePosition(line=3, column=2), status=status, **changes)


def report(*targets: TargetReport, **changes: Any) -> FileReport:
    level: Level | None = "L1" if any(each.status is Status.PROVED for each in targets) else None
    values = {"file": "a.lean", "runtime": "embedded", "lean_version": "4.28.0", "level": level, "targets": targets}
    return FileReport(**{**values, **changes})


@pytest.mark.parametrize(("model", "example", "schema"), [(FileReport, 0, 1), (CheckReport, 2, 3)])
def test_the_page_has_the_schema_and_a_complete_example(model: type[BaseModel], example: int, schema: int) -> None:
    documented = blocks()
    assert bare(model.model_json_schema(mode="serialization")) == documented[schema]
    parsed = model.model_validate(documented[example])
    assert json.loads(parsed.model_dump_json()) == documented[example]


def test_the_fields_that_the_issue_promised_come_with_these_names() -> None:
    printed = json.loads(report(target()).model_dump_json())
    assert {"file", "runtime", "lean_version", "level", "targets", "output"} <= set(printed)
    promised = {"name", "position", "status", "proof", "axioms", "seconds", "lean_calls", "reason", "open_goals"}
    assert promised <= set(printed["targets"][0])
    assert set(printed["targets"][0]["position"]) == {"line", "column"}
    assert {str(status) for status in Status} == {"proved", "disproved", "open", "limit", "machinery", "out_of_scope"}


def test_a_report_is_one_line_of_json() -> None:
    assert "\n" not in report(target(proof="by\n  simp")).model_dump_json()


def test_reports_of_a_later_version_can_be_read() -> None:
    later = json.loads(report(target()).model_dump_json()) | {"one_more_field": 1}
    assert FileReport.model_validate(later) == report(target())


def test_reports_are_immutable_and_hints_are_no_level() -> None:
    with pytest.raises(ValidationError):
        report(target()).file = "other"
    with pytest.raises(ValidationError):
        report(target(), level="L0")


@pytest.mark.parametrize(
    ("reports", "code"),
    [
        ([report(target())], 0),
        ([report()], 0),
        ([report(target()), report(target(), target(Status.OPEN))], 1),
        *(([report(target(), target(status))], 1) for status in Status if status is not Status.PROVED),
        ([report(target()), report(error="no such import")], 2),
        ([report(target(Status.OPEN), interrupted=True), report(error="x")], 130),
    ],
)
def test_exit_codes(reports: list[FileReport], code: int) -> None:
    assert exit_code(reports) == code
