"""`tfstencil docs`: the list of topics, a page in a pipe and in a terminal, and names that are wrong."""

from __future__ import annotations

import json
import os
import pty
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from generator import workspace
from generator.cli.commands import docs
from generator.operations.documentation import page, page_names, topics

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    Runner = Callable[..., subprocess.CompletedProcess[str]]


def test_topics_are_listed_by_subject_with_a_line_each(call: Runner) -> None:
    ended = call("docs")
    assert ended.returncode == 0
    assert [line for line in ended.stdout.splitlines() if line and not line.startswith(" ")] == [
        "Start",
        "How-to",
        "Reference",
        "Explanation",
        "tfstencil docs TOPIC shows one of them.",
    ]
    assert "  tutorial         From an empty folder to a plan of two environments, in ten minutes." in ended.stdout


@pytest.mark.parametrize("name", ["tutorial", "tutorial.md", "docs/tutorial.md", "tutorial#add-production"])
def test_a_page_is_found_by_its_name_and_as_a_link_writes_it(name: str, call: Runner, repository: Path) -> None:
    assert call("docs", name).stdout == (repository / "docs" / "tutorial.md").read_text("utf-8")


def test_a_decision_is_a_page_too(call: Runner) -> None:
    assert call("docs", "decisions").stdout.startswith("# Decisions\n")
    assert call("docs", "decisions/index").stdout.startswith("# Decisions\n")
    assert call("docs", "decisions/0001-modules-from-their-shape").stdout.startswith("# 1. ")


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("tutorail", "did you mean tutorial?"),
        ("Guard", "did you mean guards?"),
        ("exit codes", "did you mean exit-codes?"),
        ("Operate", "did you mean operating?"),
        ("README", "tfstencil docs lists them"),
        ("../README", "tfstencil docs lists them"),
        ("/etc/passwd", "tfstencil docs lists them"),
        ("", "tfstencil docs lists them"),
        ("plan.schema.json", "tfstencil docs lists them"),
        ("index/../tutorial\x1b[31m", "tfstencil docs lists them"),
    ],
)
def test_a_name_that_no_page_has_is_answered_with_a_remedy(name: str, hint: str, call: Runner) -> None:
    ended = call("docs", name)
    assert ended.returncode == 2
    assert ended.stdout == ""
    assert "in the documentation" in ended.stderr
    assert hint in ended.stderr
    assert "\x1b" not in ended.stderr


def test_programs_get_the_list_and_the_text(call: Runner) -> None:
    listed = json.loads(call("docs", "--json").stdout)
    assert listed["topics"][0]["name"] == "tutorial"
    shown = json.loads(call("docs", "tutorial", "--json").stdout)
    assert (shown["ok"], shown["topic"], shown["title"]) == (True, "tutorial", "Tutorial")
    assert shown["text"].startswith("# Tutorial\n")


def test_names_are_completed() -> None:
    (argument,) = (each for each in docs.command.params if each.name == "topic")
    context = docs.command.make_context("docs", [])
    assert [each.value for each in argument.shell_complete(context, "exit")] == ["exit-codes"]


def test_every_topic_has_a_page_and_no_name_is_listed_twice() -> None:
    names = page_names()
    assert names[: len(topics())] == [topic.name for topic in topics()]
    assert len(names) == len(set(names))
    assert all(page(name).text for name in names)


@pytest.mark.parametrize(("columns", "color"), [(60, False), (100, True)])
def test_a_terminal_shows_a_page_in_its_pager(columns: int, tmp_path: Path, *, color: bool) -> None:
    pager = tmp_path / "pager"
    pager.write_text(f'#!/bin/sh\necho "flags $LESS" > {tmp_path}/shown\ncat >> {tmp_path}/shown\n')
    pager.chmod(0o755)
    variables = {
        key: value for key, value in os.environ.items() if key not in {"LESS", "NO_COLOR", "FORCE_COLOR", "CI"}
    }
    variables |= {"PAGER": str(pager), "TERM": "xterm", "COLUMNS": str(columns)} | ({} if color else {"NO_COLOR": "1"})
    ours, theirs = pty.openpty()
    command = [sys.executable, "-m", "generator", "docs", "exit-codes"]
    subprocess.run(command, stdin=theirs, stdout=theirs, env=variables, check=True)
    os.close(theirs)
    os.close(ours)
    flags, _, shown = (tmp_path / "shown").read_text("utf-8").partition("\n")
    assert flags == "flags FRX"
    assert "Exit codes" in shown
    assert "|---|" not in shown, "the table is laid out"
    assert ("\x1b[" in shown) is color
    if not color:
        assert max(map(len, shown.splitlines())) <= columns


def test_the_pages_of_a_wheel_are_those_inside_the_package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "generator" / "bundled_docs").mkdir(parents=True)
    monkeypatch.setattr(workspace, "__file__", str(tmp_path / "generator" / "workspace.py"))
    assert workspace.bundled_docs() == tmp_path / "generator" / "bundled_docs"
    assert workspace.bundled_templates() == tmp_path / "templates"
