"""A kept plan is applied only where everything is as it was when it was made."""

from __future__ import annotations

import json
import time
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from generator.errors import OutputError
from generator.guards.saved_plan import OLDEST_SECONDS, Binding, SavedPlan, modules_digest

if TYPE_CHECKING:
    from generator.workspace import Workspace

BINDING = Binding("dev", "sandbox", "111122223333", "http://127.0.0.1:1", "digest", "lineage", 3)


def _kept(workspace: Workspace) -> SavedPlan:
    saved = SavedPlan(workspace, "dev", "sandbox")
    saved.make_room()
    saved.file.write_bytes(b"a plan")
    saved.bind(BINDING)
    return saved


def test_a_plan_that_fits_is_accepted(workspace: Workspace) -> None:
    saved = _kept(workspace)
    saved.require(BINDING)
    assert saved.exists


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"environment": "prod"}, "another environment"),
        ({"mode": "real"}, "another target"),
        ({"account": "999988887777"}, "another account"),
        ({"endpoint": "http://127.0.0.1:2"}, "another sandbox"),
        ({"modules": "other"}, "the modules have changed"),
        ({"lineage": "other"}, "the state is another one"),
        ({"serial": 4}, "the state has changed"),
        ({"generator": "9.9.9"}, "another version of tfstencil"),
    ],
    ids=lambda value: next(iter(value)) if isinstance(value, dict) else "",
)
def test_a_plan_that_was_made_for_something_else_is_refused(
    change: dict[str, object], reason: str, workspace: Workspace
) -> None:
    saved = _kept(workspace)
    with pytest.raises(OutputError, match=reason):
        saved.require(replace(BINDING, **change))  # type: ignore[arg-type]  # one field each, of its own type


def test_a_plan_in_which_one_byte_changed_is_refused(workspace: Workspace) -> None:
    saved = _kept(workspace)
    saved.file.write_bytes(b"a plaN")
    with pytest.raises(OutputError, match="its content has changed"):
        saved.require(BINDING)


@pytest.mark.parametrize("age", [OLDEST_SECONDS + 60, -60], ids=["too old", "from the future"])
def test_a_plan_of_another_day_is_refused(age: int, workspace: Workspace) -> None:
    saved = _kept(workspace)
    sidecar = saved.file.with_suffix(".json")
    content = json.loads(sidecar.read_text())
    sidecar.write_text(json.dumps(content | {"made": int(time.time()) - age}))
    with pytest.raises(OutputError, match="older than 24 hours"):
        saved.require(BINDING)


@pytest.mark.parametrize("text", ["", "[]", '{"binding": 3}', None], ids=["empty", "list", "wrong type", "missing"])
def test_a_plan_without_a_readable_sidecar_is_refused(text: str | None, workspace: Workspace) -> None:
    saved = _kept(workspace)
    sidecar = saved.file.with_suffix(".json")
    if text is None:
        sidecar.unlink()
    else:
        sidecar.write_text(text)
    with pytest.raises(OutputError, match="nothing tells what it was made from"):
        saved.require(BINDING)


def test_every_reason_is_told_at_once(workspace: Workspace) -> None:
    with pytest.raises(OutputError) as caught:
        _kept(workspace).require(replace(BINDING, serial=4, account="999988887777"))
    assert "another account" in str(caught.value)
    assert "the state has changed" in str(caught.value)
    assert "tfstencil plan dev --sandbox --save" in caught.value.hint


def test_a_plan_and_its_sidecar_are_for_their_owner_alone(workspace: Workspace) -> None:
    saved = _kept(workspace)
    assert saved.file.parent.stat().st_mode & 0o077 == 0
    assert saved.file.with_suffix(".json").stat().st_mode & 0o077 == 0


def test_making_room_drops_an_older_plan(workspace: Workspace) -> None:
    saved = _kept(workspace)
    saved.make_room()
    assert list(saved.file.parent.iterdir()) == []


def test_a_folder_that_cannot_be_made_is_an_error(workspace: Workspace) -> None:
    workspace.scratch.write_text("a file")
    with pytest.raises(OutputError, match="cannot be made"):
        SavedPlan(workspace, "dev", "real").make_room()


@pytest.mark.parametrize("name", [".tfstencil.json", ".terraform.lock.hcl"])
def test_the_digest_of_the_modules_changes_with_manifest_and_lock_file(name: str, workspace: Workspace) -> None:
    folder = workspace.modules_out / "dev"
    folder.mkdir(parents=True)
    before = modules_digest(workspace, "dev")
    (folder / name).write_text("x")
    assert modules_digest(workspace, "dev") != before
