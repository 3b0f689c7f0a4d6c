"""Files that commands write a plan to: refused before anything is done, written before each question and at the end."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING

import jsonschema_rs
import pytest

from generator.cli.console import Console
from generator.cli.options import GlobalOptions
from generator.cli.plan_outputs import outputs_of
from generator.cli.run_reporter import RunReporter
from generator.cli.session import Session
from generator.errors import UsageError

if TYPE_CHECKING:
    from noted_terraform import Stand

SCHEMA = json.loads((Path(__file__).parents[3] / "docs" / "plan.schema.json").read_text("utf-8"))


@pytest.mark.parametrize(
    ("markdown", "html", "said"),
    [
        ("folder", None, "--markdown folder is a folder"),
        (None, "pipe", "--html pipe is not an ordinary file"),
        (None, "/dev/null", "--html /dev/null is not an ordinary file"),
        ("file/plan.md", None, "file is not a folder that you may write to"),
        ("same", "same", "--markdown and --html both name same"),
        ("same", "./same", "--markdown and --html both name same"),
    ],
)
def test_a_place_that_cannot_be_written_is_refused_before_anything_is_done(
    markdown: str | None, html: str | None, said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "folder").mkdir()
    (tmp_path / "file").write_text("")
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(UsageError, match=said):
        outputs_of(Path(markdown) if markdown else None, Path(html) if html else None, None)


def test_a_new_folder_is_made_and_a_file_replaced(tmp_path: Path) -> None:
    assert outputs_of(tmp_path / "new" / "below" / "plan.md", None, "gitlab").is_wanted
    assert not outputs_of(None, None, None).is_wanted
    with pytest.raises(UsageError, match="--host goes with --markdown"):
        outputs_of(None, tmp_path / "plan.html", "github")


@pytest.mark.parametrize("verb", ["apply", "destroy"])
def test_a_run_writes_its_plans_with_what_became_of_them(verb: str, stand: Stand, tmp_path: Path) -> None:
    comment, page = tmp_path / "run.md", tmp_path / "run.html"
    ended = stand.run([verb, "dev", "--yes", "--json", "--markdown", str(comment), "--html", str(page)])
    assert ended.returncode == 0, ended.stderr
    data = json.loads(ended.stdout)
    run = SCHEMA["$defs"]["run"]
    assert {*run["required"]} <= data.keys() <= run["properties"].keys()
    jsonschema_rs.validator_for(SCHEMA).validate(data["plan"])
    assert data["plan"]["verb"] == verb
    (dev,) = data["plan"]["environments"]
    outcome = {"apply": "applied", "destroy": "destroyed"}[verb]
    assert dev["outcome"].startswith(outcome)
    assert comment.read_text().startswith(f"## {verb.capitalize()} of 1 environment")
    assert f"- dev: {outcome}" in comment.read_text()
    assert f"· {outcome}" in page.read_text()


def test_a_run_that_fails_says_so_in_its_files(stand: Stand, tmp_path: Path) -> None:
    stand.write(apply_code=1)
    page = tmp_path / "run.html"
    assert stand.run(["apply", "dev", "--yes", "--html", str(page)]).returncode == 1
    assert "· failed" in page.read_text()


def test_what_was_not_begun_has_no_plan_in_the_files(stand: Stand, tmp_path: Path) -> None:
    stand.write(plan_fails_in="dev")
    comment = tmp_path / "run.md"
    ended = stand.run(["apply", "--yes", "prod", "--yes", "dev", "--json", "--markdown", str(comment)])
    assert ended.returncode == 1
    data = json.loads(ended.stdout)
    assert {each["name"]: each["status"] for each in data["environments"]} == {"dev": "failed", "prod": "not begun"}
    assert data["plan"]["verdict"] == "failed"
    text = comment.read_text()
    assert "**dev has no plan**" in text
    assert "- prod: not begun" in text


def test_drift_writes_the_files_of_a_plan(stand: Stand, tmp_path: Path) -> None:
    comment, page = tmp_path / "drift.md", tmp_path / "drift.html"
    ended = stand.run(["drift", "dev", "--json", "--markdown", str(comment), "--html", str(page)])
    data = json.loads(ended.stdout)
    jsonschema_rs.validator_for(SCHEMA).validate(data)
    assert data["verb"] == "drift"
    assert comment.read_text().startswith("## Drift of 1 environment")
    assert "Not applied yet" in page.read_text()


def test_the_files_are_there_before_the_question(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    order: list[str] = []
    session = Session(GlobalOptions(), Console(GlobalOptions()))
    outputs = outputs_of(tmp_path / "plan.md", None, None)
    monkeypatch.setattr(type(outputs), "documents", lambda _self, _session: _Documents())
    monkeypatch.setattr(type(outputs), "write_files", lambda *_: order.append("written"))

    def agrees(*_: object) -> bool:
        order.append("asked")
        return True

    monkeypatch.setattr("generator.cli.reporter.ConsoleReporter.agrees", agrees)
    assert RunReporter(session, outputs).agrees(None, "apply")  # type: ignore[arg-type]  # nobody looks at it
    assert order == ["written", "asked"]


class _Documents:
    def of_reviewed(self, _reviewed: object) -> None:
        return None
