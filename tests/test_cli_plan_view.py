"""A plan as a person sees it."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from generator.cli.console import Console
from generator.cli.options import GlobalOptions
from generator.cli.progress import Progress
from generator.operations.apply_events import Applied, following
from generator.plans.plan import parse_plan
from generator.reports.plan import as_data, plan_view, summary_table
from generator.terraform import Planned
from generator.terraform.diagnostics import Diagnostic
from generator.terraform.events import Event

if TYPE_CHECKING:
    import pytest


def _change(address: str, actions: list[str], **change: Any) -> dict[str, Any]:
    kind, name = address.split(".")[-2:]
    return {"address": address, "type": kind, "name": name, "change": {"actions": actions, **change}}


def _planned(*changes: dict[str, Any], outputs: dict[str, Any] | None = None) -> Planned:
    plan = parse_plan({"resource_changes": list(changes), "output_changes": outputs or {}})
    warning = Diagnostic("warning", "Deprecated", "use something else")
    return Planned(plan, Path("plan"), has_changes=not plan.is_empty, diagnostics=(warning, warning), seconds=1.234)


def _shown(planned: Planned, capsys: pytest.CaptureFixture[str]) -> str:
    console = Console(GlobalOptions())
    for part in plan_view("dev: title", planned):
        console.show(part)
    return click.unstyle(capsys.readouterr().out)


def test_each_change_stands_on_a_line_with_its_action(capsys: pytest.CaptureFixture[str]) -> None:
    shown = _shown(
        _planned(
            _change("aws_s3_bucket.a", ["create"]),
            _change("aws_s3_bucket.b", ["update"], before={"x": 1, "y": 2}, after={"x": 2, "y": 2}),
            _change("aws_s3_bucket.c", ["delete", "create"], replace_paths=[["bucket"], ["rule", 0]]),
            _change("aws_s3_bucket.d", ["delete"]),
            _change("aws_s3_bucket.e", ["no-op"]),
        ),
        capsys,
    )
    assert [line.split() for line in shown.splitlines()] == [
        ["dev:", "title"],
        ["+", "create", "aws_s3_bucket.a"],
        ["~", "update", "aws_s3_bucket.b", "x"],
        ["±", "replace", "aws_s3_bucket.c", "because", "of", "bucket,", "rule.0"],
        ["-", "delete", "aws_s3_bucket.d"],
        ["Plan:", "1", "to", "create,", "1", "to", "update,", "1", "to", "replace,", "1", "to", "delete"],
    ]


def test_no_line_ends_in_blanks(capsys: pytest.CaptureFixture[str]) -> None:
    shown = _shown(_planned(_change("a_b.a", ["create"]), _change("a_b.longer", ["create"])), capsys)
    assert not any(line.endswith(" ") for line in shown.splitlines())


def test_an_empty_plan_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    assert "No changes" in _shown(_planned(_change("a_b.a", ["no-op"])), capsys)


def test_a_change_of_outputs_alone_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    shown = _shown(_planned(outputs={"x": {"actions": ["create"]}, "y": {"actions": ["no-op"]}}), capsys)
    assert "no resource changes; 1 of 2 outputs change" in shown


def test_a_moved_resource_says_where_from(capsys: pytest.CaptureFixture[str]) -> None:
    moved = _change("a_b.new", ["no-op"]) | {"previous_address": "a_b.old"}
    assert "moved from a_b.old" in _shown(_planned(moved), capsys)


def test_an_address_that_looks_like_markup_is_shown_as_it_is(capsys: pytest.CaptureFixture[str]) -> None:
    address = 'aws_s3_bucket.this["[red]"]'
    assert address in _shown(_planned(_change(address, ["create"])), capsys)


def test_data_has_no_values_of_attributes() -> None:
    secret = _change("a_b.a", ["update"], before={"token": "old-canary"}, after={"token": "new-canary"})
    data = as_data("dev", _planned(secret, outputs={"x": {"actions": ["create"], "after": "out-canary"}}))
    assert "canary" not in str(data)
    assert data["changes"][0]["changed"] == ["token"]  # type: ignore[index]
    assert data["warnings"] == ["Deprecated\nuse something else"]


def test_a_summary_counts_by_environment(capsys: pytest.CaptureFixture[str]) -> None:
    plans = {"dev": _planned(_change("a_b.a", ["create"])), "prod": _planned(_change("a_b.a", ["delete"]))}
    Console(GlobalOptions()).show(summary_table(plans))
    rows = [line.split() for line in capsys.readouterr().out.splitlines()]
    assert rows == [
        ["environment", "create", "update", "replace", "delete"],
        ["dev", "1", "0", "0", "0"],
        ["prod", "0", "0", "0", "1"],
    ]


class _Recorder:
    def __init__(self) -> None:
        self.phases: list[str] = []
        self.lines: list[str] = []
        self.steps = 0

    def phase(self, text: str) -> None:
        self.phases.append(text)

    def line(self, text: str) -> None:
        self.lines.append(text)

    def advance(self) -> None:
        self.steps += 1


def test_an_apply_shows_what_is_at_work_and_what_is_done() -> None:
    shown = _Recorder()
    applied = Applied(shown, "dev", shown.line)  # type: ignore[arg-type]  # the same methods
    applied.on_event(Event("apply_start", "", "a_b.a", "create"))
    applied.on_event(Event("apply_progress", "", "a_b.a", "create", 10))
    applied.on_event(Event("apply_complete", "", "a_b.a", "create", 12))
    applied.on_event(Event("apply_complete", "", "a_b.b", "delete"))
    applied.on_event(Event("apply_errored", "", "a_b.c", "update"))
    assert shown.phases == ["dev: create a_b.a", "dev: create a_b.a (10 s)"]
    assert shown.lines == ["  created a_b.a (12 s)", "  destroyed a_b.b", "  FAILED update a_b.c"]
    assert shown.steps == 2
    assert applied.done == Counter(create=1, delete=1)
    assert applied.words == "1 created, 1 destroyed"


def test_a_plan_in_progress_shows_the_resource_at_work() -> None:
    shown = _Recorder()
    on_event = following(shown, "dev")  # type: ignore[arg-type]  # the same methods
    on_event(Event("refresh_start", "", "a_b.a"))
    on_event(Event("version", ""))
    assert shown.phases == ["dev: a_b.a"]


def test_progress_without_a_terminal_says_only_what_is_done(capsys: pytest.CaptureFixture[str]) -> None:
    said: list[str] = []
    shown = Progress(said.append)
    shown.phase("x")
    shown.line("y")
    shown.advance()
    assert said == ["y"]
    assert capsys.readouterr() == ("", "")
