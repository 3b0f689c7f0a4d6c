"""What an apply shows while it works."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from generator.cli.progress import Progress
from generator.operations.changes.apply_events import Applied, following
from generator.terraform.process.events import ProgressEvent

if TYPE_CHECKING:
    import pytest


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
    applied.on_event(ProgressEvent("apply_start", "", "a_b.a", "create"))
    applied.on_event(ProgressEvent("apply_progress", "", "a_b.a", "create", 10))
    applied.on_event(ProgressEvent("apply_complete", "", "a_b.a", "create", 12))
    applied.on_event(ProgressEvent("apply_complete", "", "a_b.b", "delete"))
    applied.on_event(ProgressEvent("apply_errored", "", "a_b.c", "update"))
    assert shown.phases == ["dev: create a_b.a", "dev: create a_b.a (10 s)"]
    assert shown.lines == ["  created a_b.a (12 s)", "  destroyed a_b.b", "  FAILED update a_b.c"]
    assert shown.steps == 2
    assert applied.done == Counter(create=1, delete=1)
    assert applied.words == "1 created, 1 destroyed"
    assert applied.slowest == {"create a_b": 12.0, "delete a_b": 0.0}


def test_a_plan_in_progress_shows_the_resource_at_work() -> None:
    shown = _Recorder()
    on_event = following(shown, "dev")  # type: ignore[arg-type]  # the same methods
    on_event(ProgressEvent("refresh_start", "", "a_b.a"))
    on_event(ProgressEvent("version", ""))
    assert shown.phases == ["dev: a_b.a"]


def test_progress_without_a_terminal_says_only_what_is_done(capsys: pytest.CaptureFixture[str]) -> None:
    said: list[str] = []
    shown = Progress(said.append)
    shown.phase("x")
    shown.line("y")
    shown.advance()
    assert said == ["y"]
    assert capsys.readouterr() == ("", "")
