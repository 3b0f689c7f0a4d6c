"""What git does to rendered files, by autocrlf or a merge, is known for what it is, and mended by a render alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Callable
    from pathlib import Path

    from generator.workspace import Workspace

    Runner = Callable[..., subprocess.CompletedProcess[str]]

CONFLICT = "<<<<<<< HEAD\na = 1\n=======\na = 2\n>>>>>>> other\n"


@pytest.fixture
def rendered(workspace: Workspace, call: Runner) -> dict[Path, bytes]:
    """Render, and return the bytes of all files of dev."""
    assert call("-C", workspace.root, "render").returncode == 0
    return {path: path.read_bytes() for path in (workspace.modules_out / "dev").rglob("*") if path.is_file()}


def test_line_endings_that_git_changed_are_no_edit_by_hand(
    workspace: Workspace, call: Runner, rendered: dict[Path, bytes]
) -> None:
    for path, data in rendered.items():
        path.write_bytes(data.replace(b"\n", b"\r\n"))
    checked = call("-C", workspace.root, "render", "--check")
    assert checked.returncode == 1
    assert "modules_out/dev/main.tf: its line endings were changed, as git's autocrlf does" in checked.stdout
    assert checked.stdout.count("\n") <= 51
    assert "write 'modules_out/** text eol=lf' into .gitattributes, then run tfstencil render dev" in checked.stderr
    written = call("-C", workspace.root, "render")
    assert (written.returncode, written.stderr) == (0, "")
    assert {path: path.read_bytes() for path in rendered} == rendered
    assert not (workspace.scratch / "rescued").exists()


def test_line_endings_and_an_edit_are_an_edit(workspace: Workspace, call: Runner, rendered: dict[Path, bytes]) -> None:
    file = workspace.modules_out / "dev" / "main.tf"
    file.write_bytes(rendered[file].replace(b"\n", b"\r\n") + b"# mine\r\n")
    assert "edited by hand" in call("-C", workspace.root, "render", "--check").stdout
    assert call("-C", workspace.root, "render").returncode == 1


def test_a_removed_environment_with_other_line_endings_can_be_pruned(
    workspace: Workspace, call: Runner, rendered: dict[Path, bytes]
) -> None:
    for path, data in rendered.items():
        path.write_bytes(data.replace(b"\n", b"\r\n"))
    (workspace.environments / "dev.yaml").unlink()
    assert call("-C", workspace.root, "render", "--prune-removed").returncode == 0
    assert not (workspace.modules_out / "dev").exists()


def test_a_conflict_of_a_merge_is_told_and_rendered_over(
    workspace: Workspace, call: Runner, rendered: dict[Path, bytes]
) -> None:
    folder = workspace.modules_out / "dev"
    for name in ("main.tf", ".tfstencil.json"):
        (folder / name).write_bytes(rendered[folder / name] + CONFLICT.encode())
    (folder / "outputs.tf").write_bytes(rendered[folder / "outputs.tf"] + b"# merged without a conflict\n")
    told = call("-C", workspace.root, "render", "--check").stdout
    for name in ("main.tf", ".tfstencil.json"):
        assert f"modules_out/dev/{name}: holds merge conflict markers" in told
    assert call("-C", workspace.root, "render").returncode == 0
    assert {path: path.read_bytes() for path in rendered} == rendered
    # Nothing that no manifest vouches for is lost.
    aside = workspace.scratch / "rescued" / "dev"
    assert "merged without" in (aside / "outputs.tf").read_text("utf-8")
    assert CONFLICT in (aside / "main.tf").read_text("utf-8")


def test_a_new_workspace_tells_git_to_leave_line_endings_alone(tmp_path: Path, call: Runner) -> None:
    assert call("init", tmp_path / "new").returncode == 0
    assert "modules_out/** text eol=lf\n" in (tmp_path / "new" / ".gitattributes").read_text("utf-8")
