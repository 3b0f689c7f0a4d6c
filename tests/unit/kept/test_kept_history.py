"""Who applied an environment, and what was allowed for which reason, is recorded beside its state."""

from __future__ import annotations

import json
import os
import sys
from typing import TYPE_CHECKING, Any

import pytest

from generator.kept import history as module
from generator.kept.bucket_shelf import BucketShelf, history_of, shelf_of
from generator.kept.history import BEGUN, DONE, FAILED, MOVE, History, HistoryEntry
from generator.terraform.mode import Mode

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from generator.workspace import Workspace

ALLOWED = ({"refusal": "widen:a.b", "says": "anybody may read", "reason": "the audit"},)


def test_a_line_says_who_did_what_and_why(workspace: Workspace) -> None:
    history = History.of(workspace, "dev", "real")
    history.add(HistoryEntry("apply", BEGUN, ("a.b",), ALLOWED))
    history.add(HistoryEntry("apply", DONE))
    first, last = history.entries()
    assert (first.verb, first.outcome, first.makes, first.allowed) == ("apply", BEGUN, ("a.b",), ALLOWED)
    assert "@" in first.by
    assert first.when.endswith("Z")
    assert last.outcome == DONE
    assert history.file.stat().st_mode & 0o777 == 0o600
    assert history.problems == []


@pytest.mark.parametrize(
    ("entries", "half_made"),
    [
        ([], set()),
        ([(BEGUN, ("a", "b"))], set()),
        ([(BEGUN, ("a", "b")), (FAILED, ("b",))], {"b"}),
        ([(BEGUN, ("a", "b")), (FAILED, ("a", "b")), (BEGUN, ("a", "b")), (FAILED, ("b",))], {"b"}),
        ([(BEGUN, ("a", "b")), (FAILED, ("a", "b")), (BEGUN, ("c",)), (FAILED, ("c",))], {"a", "b", "c"}),
        ([(BEGUN, ("a",)), (FAILED, ("a",)), (BEGUN, ("a",)), (DONE, ())], set()),
    ],
)
def test_what_an_apply_did_not_finish_is_known(entries: Any, half_made: set[str], workspace: Workspace) -> None:
    history = History.of(workspace, "dev", "real")
    for outcome, makes in entries:
        history.add(HistoryEntry("apply", outcome, makes))
    assert history.half_made() == half_made


def test_a_state_that_was_moved_makes_nothing_whole(workspace: Workspace) -> None:
    history = History.of(workspace, "dev", "real")
    for verb, outcome in (("apply", BEGUN), ("apply", FAILED), (MOVE, DONE)):
        history.add(HistoryEntry(verb, outcome, ("a",)))
    assert history.half_made() == {"a"}


def test_without_boto3_the_record_is_kept_on_this_machine_and_says_so(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "boto3", None)
    folder = workspace.modules_out / "dev"
    folder.mkdir(parents=True)
    backend = 'terraform {\n  backend "s3" {\n    bucket = "b"\n    key    = "k"\n    region = "us-east-1"\n  }\n}\n'
    (folder / "backend.tf").write_text(backend)
    found = history_of(workspace, "dev", Mode.REAL)
    assert found.shelf is None
    assert "boto3 is not installed" in found.problems[0]
    assert history_of(workspace, "dev", Mode.SANDBOX).problems == []


def test_a_line_that_was_cut_short_says_nothing(workspace: Workspace) -> None:
    history = History.of(workspace, "dev", "real")
    history.add(HistoryEntry("apply", DONE))
    history.file.write_text(history.file.read_text() + '{"verb": "ap\n[]\n{}\n')
    assert [entry.outcome for entry in history.entries()] == [DONE]


def test_what_cannot_be_written_is_told_and_keeps_nobody_from_applying(workspace: Workspace) -> None:
    history = History.of(workspace, "dev", "real")
    history.file.mkdir(parents=True)
    history.add(HistoryEntry("apply", DONE))
    assert history.problems == ["dev.jsonl cannot be written: Is a directory"]


def test_a_user_without_a_name_has_a_number(monkeypatch: pytest.MonkeyPatch) -> None:
    def nobody() -> str:
        raise KeyError("uid not found")

    monkeypatch.setattr("getpass.getuser", nobody)
    assert module._who().startswith(f"{os.getuid()}@")


class Broken:
    def read(self) -> str:
        raise OSError("no way")

    def add(self, line: str) -> None:
        raise OSError(f"no way for {len(line)}")


def test_a_shelf_that_cannot_be_reached_is_told(workspace: Workspace) -> None:
    history = History.of(workspace, "dev", "real", Broken())
    history.add(HistoryEntry("apply", DONE))
    assert [entry.outcome for entry in history.entries()] == [DONE], "what is kept here is read"
    assert [problem.partition(":")[0] for problem in history.problems] == [
        "the record beside the state cannot be written",
        "the record beside the state cannot be read",
    ]


# In S3


@pytest.fixture
def s3() -> Iterator[Any]:
    from moto import mock_aws

    with mock_aws():
        import boto3

        client = boto3.client("s3", region_name="us-east-1", aws_access_key_id="x", aws_secret_access_key="x")
        client.create_bucket(Bucket="states")
        yield client


def test_lines_lie_beside_the_state_for_the_team(s3: Any, workspace: Workspace, tmp_path: Path) -> None:
    shelf = BucketShelf(s3, "states", "app/prod/terraform.tfstate")
    mine = History.of(workspace, "prod", "real", shelf)
    theirs = History(tmp_path / "theirs.jsonl", tmp_path, shelf)
    mine.add(HistoryEntry("apply", BEGUN, ("a",)))
    theirs.add(HistoryEntry("apply", FAILED, ("a",), ALLOWED))
    held = s3.get_object(Bucket="states", Key="app/prod/terraform.tfstate.applied.jsonl")["Body"].read().decode()
    assert [json.loads(line)["outcome"] for line in held.splitlines()] == [BEGUN, FAILED]
    assert mine.half_made() == {"a"}
    assert mine.problems == theirs.problems == []


@pytest.mark.thorough
def test_no_line_is_lost_where_two_write_at_once(s3: Any) -> None:
    shelf = BucketShelf(s3, "states", "k")
    shelf.add("one")
    read, meanwhile = shelf._read, iter(["two"])

    def overtaken() -> tuple[str, str]:
        found = read()
        for line in meanwhile:
            BucketShelf(s3, "states", "k").add(line)
        return found

    shelf._read = overtaken  # type: ignore[method-assign]  # somebody is faster
    shelf.add("three")
    assert BucketShelf(s3, "states", "k").read() == "one\ntwo\nthree\n"


def test_what_s3_says_otherwise_is_an_error(s3: Any) -> None:
    shelf = BucketShelf(s3, "nowhere", "k")
    with pytest.raises(s3.exceptions.ClientError):
        shelf.add("one")


def test_who_is_always_overtaken_gives_up(s3: Any) -> None:
    shelf = BucketShelf(s3, "states", "k")
    shelf._read = lambda: ("", '"another"')  # type: ignore[method-assign]  # never what is there
    with pytest.raises(s3.exceptions.ClientError):
        shelf.add("one")


def test_the_shelf_is_the_bucket_of_the_state(monkeypatch: pytest.MonkeyPatch) -> None:
    assert shelf_of("local") is None
    assert shelf_of("s3 region=us-east-1") is None
    assert isinstance(shelf_of("s3 bucket=b key=k region=us-east-1"), BucketShelf)
    monkeypatch.setitem(sys.modules, "boto3", None)
    with pytest.raises(ImportError):
        shelf_of("s3 bucket=b key=k region=us-east-1")


def test_without_the_profile_of_the_state_the_record_is_kept_on_this_machine_and_says_so(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"):
        monkeypatch.setenv(name, "/dev/null")
    folder = workspace.modules_out / "dev"
    folder.mkdir(parents=True)
    settings = {"bucket": "b", "key": "k", "region": "us-east-1", "profile": "states"}
    lines = "".join(f'    {name} = "{value}"\n' for name, value in settings.items())
    (folder / "backend.tf").write_text(f'terraform {{\n  backend "s3" {{\n{lines}  }}\n}}\n')
    found = history_of(workspace, "dev", Mode.REAL)
    assert found.shelf is None
    assert "this machine has no AWS profile states" in found.problems[0]
