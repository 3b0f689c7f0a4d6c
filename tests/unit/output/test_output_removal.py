"""Environments without a spec: marked, kept, and deleted only on request and with nothing left in their state."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from generator.errors import OutputError
from generator.output.freshness.check import StaleReason, compare, verify
from generator.output.rendered import Inputs, RenderedEnvironment, SourceFile
from generator.output.writing.prune import prune_removed
from generator.output.writing.writer import write_all

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from generator.workspace import Workspace

FILES = {"main.tf": "a\n", "modules/logs/main.tf": "b\n"}


def rendered(name: str, files: Mapping[str, str] | None = None) -> RenderedEnvironment:
    source = SourceFile(f"environments/{name}.yaml", "0" * 64)
    return RenderedEnvironment(name, FILES if files is None else files, Inputs((source,), "t", "1"))


@pytest.fixture
def workspace(workspace_of: Callable[[Mapping[str, str]], Workspace]) -> Workspace:
    """Return a workspace in which dev and old are rendered, and old has lost its spec."""
    made = workspace_of({"dev": "spec", "old": "spec"})
    write_all(made, [rendered("dev"), rendered("old")])
    made.spec_path("old").unlink()
    return made


@pytest.fixture
def old(workspace: Workspace) -> Path:
    return workspace.modules_out / "old"


def test_a_removed_environment_is_marked_and_its_terraform_stays(workspace: Workspace, old: Path) -> None:
    inodes = [(old / path).stat().st_ino for path in FILES]

    report = write_all(workspace, [rendered("dev")])

    assert report.removed == ("old",)
    assert "tfstencil destroy old" in report.warnings[0]
    assert "tfstencil destroy old" in (old / "REMOVED.md").read_text()
    assert json.loads((old / ".tfstencil.json").read_text())["removed"] is True
    assert [(old / path).stat().st_ino for path in FILES] == inodes


def test_the_mark_is_set_once_and_the_warning_comes_each_time(workspace: Workspace, old: Path) -> None:
    write_all(workspace, [])
    stats = [path.lstat() for path in sorted(old.rglob("*"))]

    report = write_all(workspace, [])

    assert [path.lstat() for path in sorted(old.rglob("*"))] == stats
    assert len(report.warnings) == 1


def test_a_check_asks_for_the_mark_and_is_content_with_it(workspace: Workspace) -> None:
    assert [(item.path, item.reason) for item in compare(workspace, [rendered("dev")])] == [
        ("modules_out/old", StaleReason.REMOVED)
    ]
    write_all(workspace, [rendered("dev")])

    assert compare(workspace, [rendered("dev")]) == []
    assert verify(workspace, ["old"]) == []


def test_an_edit_in_a_removed_environment_is_still_noticed(workspace: Workspace, old: Path) -> None:
    write_all(workspace, [])
    (old / "main.tf").write_text("mine\n")

    assert [str(item) for item in compare(workspace, [])] == [
        "modules_out/old/main.tf: edited by hand since it was rendered"
    ]


def test_an_environment_whose_spec_comes_back_is_as_if_it_had_never_gone(workspace: Workspace, old: Path) -> None:
    before = {path.name: path.read_bytes() for path in old.iterdir() if path.is_file()}
    write_all(workspace, [])
    workspace.spec_path("old").write_text("spec")

    assert any(item.detail == "its spec is back" for item in compare(workspace, [rendered("old")]))
    write_all(workspace, [rendered("old")])

    assert {path.name: path.read_bytes() for path in old.iterdir() if path.is_file()} == before


def test_a_note_of_the_users_that_has_the_tombstones_name_stays(workspace: Workspace, old: Path) -> None:
    (old / "REMOVED.md").write_text("my own words")

    write_all(workspace, [])

    assert (old / "REMOVED.md").read_text() == "my own words"
    assert json.loads((old / ".tfstencil.json").read_text())["removed"] is True


def test_a_folder_that_we_never_wrote_is_no_removed_environment(workspace: Workspace) -> None:
    (workspace.modules_out / "theirs").mkdir()
    (workspace.modules_out / "theirs/main.tf").write_text("mine")

    assert write_all(workspace, []).removed == ("old",)
    assert prune_removed(workspace).deleted == ("old",)
    assert (workspace.modules_out / "theirs/main.tf").exists()


def test_another_output_folder_knows_no_removed_environments(workspace: Workspace, tmp_path: Path) -> None:
    write_all(workspace, [rendered("old")], out=tmp_path / "out")

    assert write_all(workspace, [rendered("dev")], out=tmp_path / "out").removed == ()


def test_a_damaged_manifest_of_a_removed_environment_is_told_and_left(workspace: Workspace, old: Path) -> None:
    (old / ".tfstencil.json").write_text("{")

    write_all(workspace, [])

    assert (old / ".tfstencil.json").read_text() == "{"
    assert [item.reason for item in compare(workspace, [])] == [StaleReason.DAMAGED]
    with pytest.raises(OutputError, match=r"modules_out/old/\.tfstencil\.json: is damaged"):
        prune_removed(workspace)


def test_pruning_deletes_the_folder_and_terraforms_by_products(workspace: Workspace, old: Path) -> None:
    (old / ".terraform/providers").mkdir(parents=True)
    (old / ".terraform/providers/aws").write_text("binary")
    (old / ".terraform.lock.hcl").write_text("locked")
    write_all(workspace, [])

    report = prune_removed(workspace)

    assert (report.deleted, report.kept, report.warnings) == (("old",), (), ())
    assert [entry.name for entry in workspace.modules_out.iterdir()] == ["dev"]
    assert not (workspace.scratch / "rescued").exists()


def test_pruning_keeps_what_is_not_ours_and_says_so(workspace: Workspace, old: Path) -> None:
    (old / "docs").mkdir()
    (old / "docs/notes.txt").write_text("mine")
    write_all(workspace, [])

    report = prune_removed(workspace)

    assert report.kept == ("modules_out/old/docs/notes.txt",)
    assert [str(path.relative_to(old)) for path in sorted(old.rglob("*"))] == ["docs", "docs/notes.txt"]
    assert write_all(workspace, []).removed == ()


@pytest.mark.parametrize(
    ("state", "held"),
    [
        ('{"resources": [{}, {}]}', "2 resources"),
        ("", "a state that cannot be read"),
        ("[]", "a state that cannot be read"),
    ],
)
@pytest.mark.parametrize("name", ["terraform.tfstate", "errored.tfstate"])
def test_pruning_refuses_while_a_local_state_holds_something(
    workspace: Workspace, old: Path, name: str, state: str, held: str
) -> None:
    (old / name).write_text(state)

    with pytest.raises(OutputError, match=rf"modules_out/old/{name}: holds {held}; run tfstencil destroy old first"):
        prune_removed(workspace)

    assert (old / "main.tf").exists()
    prune_removed(workspace, force=True)
    assert [entry.name for entry in old.iterdir()] == [name]


def test_pruning_lets_an_empty_state_pass_and_keeps_it(workspace: Workspace, old: Path) -> None:
    (old / "terraform.tfstate").write_text('{"resources": []}')

    prune_removed(workspace)

    assert [entry.name for entry in old.iterdir()] == ["terraform.tfstate"]


def test_pruning_refuses_an_edited_file_and_force_sets_it_aside(workspace: Workspace, old: Path) -> None:
    (old / "main.tf").write_text("mine\n")

    with pytest.raises(OutputError, match=r"modules_out/old/main\.tf: edited by hand"):
        prune_removed(workspace)

    prune_removed(workspace, force=True)
    assert not old.exists()
    assert (workspace.scratch / "rescued/old/main.tf").read_text() == "mine\n"


def test_pruning_refuses_while_terraform_is_at_work(workspace: Workspace, old: Path) -> None:
    (old / ".terraform.tfstate.lock.info").write_text("{}")

    with pytest.raises(OutputError, match="terraform holds the state"):
        prune_removed(workspace, force=True)
    assert (old / "main.tf").exists()


def test_pruning_deletes_only_what_was_named(workspace: Workspace, old: Path) -> None:
    assert prune_removed(workspace, ["dev"]).deleted == ()
    assert old.exists()
    assert prune_removed(workspace, ["old"]).deleted == ("old",)
