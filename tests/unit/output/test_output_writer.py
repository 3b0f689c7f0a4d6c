"""Writing rendered environments: what is created, kept, replaced, pruned and refused."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from generator.errors import OutputError
from generator.output.rendered import Inputs, RenderedEnvironment, SourceFile
from generator.output.writing import swap, writer
from generator.output.writing.swap import Method
from generator.output.writing.writer import write_all
from generator.rendering.header import header_for

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from generator.workspace import Workspace

HEADER = header_for("main.tf")


def rendered(name: str, files: Mapping[str, str], spec: str = "spec") -> RenderedEnvironment:
    source = SourceFile(f"environments/{name}.yaml", hashlib.sha256(spec.encode()).hexdigest())
    return RenderedEnvironment(name, files, Inputs((source,), "templates", "1.0"))


def texts_below(folder: Path) -> dict[str, str]:
    """Return every file that is no manifest, by its path."""
    files = (path for path in folder.rglob("*") if path.is_file() and path.name != ".tfstencil.json")
    return {str(path.relative_to(folder)): path.read_text() for path in files}


@pytest.fixture
def workspace(workspace_of: Callable[[Mapping[str, str]], Workspace]) -> Workspace:
    return workspace_of({"dev": "spec", "prod": "spec"})


@pytest.fixture(params=list(Method), ids=["by exchange", "by a pair of renames"])
def method(request: pytest.FixtureRequest) -> Method:
    chosen: Method = request.param
    return chosen


def test_the_first_render_writes_every_file_and_a_manifest(workspace: Workspace) -> None:
    report = write_all(workspace, [rendered("dev", {"main.tf": "a\n", "modules/logs/main.tf": "b\n"})])

    dev = workspace.modules_out / "dev"
    assert texts_below(dev) == {"main.tf": "a\n", "modules/logs/main.tf": "b\n"}
    assert json.loads((dev / ".tfstencil.json").read_text())["files"] == {
        "main.tf": hashlib.sha256(b"a\n").hexdigest(),
        "modules/logs/main.tf": hashlib.sha256(b"b\n").hexdigest(),
    }
    assert report.environments[0].created == ("main.tf", "modules/logs/main.tf")


def test_nothing_but_environments_is_left_in_the_output_folder(workspace: Workspace, method: Method) -> None:
    write_all(workspace, [rendered("dev", {"main.tf": "a\n"}), rendered("prod", {"main.tf": "a\n"})])
    write_all(workspace, [rendered("dev", {"main.tf": "b\n"})], method=method)

    assert sorted(entry.name for entry in workspace.modules_out.iterdir()) == ["dev", "prod"]


def test_a_second_render_of_the_same_touches_nothing(workspace: Workspace) -> None:
    environment = rendered("dev", {"main.tf": "a\n", "modules/logs/main.tf": "b\n"})
    write_all(workspace, [environment])
    before = {path: os.lstat(path) for path in [workspace.modules_out, *workspace.modules_out.rglob("*")]}

    report = write_all(workspace, [environment])

    assert {path: os.lstat(path) for path in [workspace.modules_out, *workspace.modules_out.rglob("*")]} == before
    assert report.environments[0].unchanged == ("main.tf", "modules/logs/main.tf")


def test_a_change_is_written_and_what_is_the_same_stays_the_same_file(workspace: Workspace, method: Method) -> None:
    write_all(workspace, [rendered("dev", {"main.tf": "a\n", "outputs.tf": "o\n"})])
    inode = (workspace.modules_out / "dev/outputs.tf").stat().st_ino

    changed = {"main.tf": "b\n", "outputs.tf": "o\n", "new.tf": "n\n"}
    report = write_all(workspace, [rendered("dev", changed)], method=method).environments[0]

    assert texts_below(workspace.modules_out / "dev") == changed
    assert (workspace.modules_out / "dev/outputs.tf").stat().st_ino == inode
    assert (report.created, report.changed, report.unchanged) == (("new.tf",), ("main.tf",), ("outputs.tf",))


def test_the_files_of_a_removed_module_go_with_their_folder(workspace: Workspace, method: Method) -> None:
    write_all(workspace, [rendered("dev", {"main.tf": "a\n", "modules/logs/main.tf": "b\n"})])

    report = write_all(workspace, [rendered("dev", {"main.tf": "a\n"})], method=method)

    assert not (workspace.modules_out / "dev/modules").exists()
    assert report.environments[0].pruned == ("modules/logs/main.tf",)


def test_a_users_file_in_a_removed_module_keeps_its_folder(workspace: Workspace) -> None:
    write_all(workspace, [rendered("dev", {"main.tf": "a\n", "modules/logs/main.tf": "b\n"})])
    (workspace.modules_out / "dev/modules/logs/notes.txt").write_text("mine")

    write_all(workspace, [rendered("dev", {"main.tf": "a\n"})])

    assert texts_below(workspace.modules_out / "dev") == {"main.tf": "a\n", "modules/logs/notes.txt": "mine"}


def test_what_is_not_ours_stays_the_same_file_with_its_mode(workspace: Workspace, method: Method) -> None:
    write_all(workspace, [rendered("dev", {"main.tf": "a\n"})])
    dev = workspace.modules_out / "dev"
    provider = dev / ".terraform/providers/aws"
    provider.mkdir(parents=True)
    (provider / "binary").write_text("large")
    (provider / "link").symlink_to("binary")
    (dev / "empty").mkdir(mode=0o700)
    (dev / ".terraform").chmod(0o500)
    (dev / ".terraform.lock.hcl").write_text("locked")
    (dev / "terraform.tfstate").write_text("{}")
    (dev / "terraform.tfstate").chmod(0o600)
    (dev / "nowhere").symlink_to("does/not/exist")
    kept = [".terraform.lock.hcl", "terraform.tfstate", ".terraform/providers/aws/binary"]
    before = [(dev / path).stat().st_ino for path in kept]

    write_all(workspace, [rendered("dev", {"main.tf": "b\n"})], method=method)

    assert [(dev / path).stat().st_ino for path in kept] == before
    assert (dev / "terraform.tfstate").stat().st_mode & 0o777 == 0o600
    assert (provider / "link").readlink().name == "binary"
    assert str((dev / "nowhere").readlink()) == "does/not/exist"
    assert (dev / "empty").stat().st_mode & 0o777 == 0o700
    assert (dev / ".terraform").stat().st_mode & 0o777 == 0o500


def test_a_folder_that_was_there_before_the_first_render_keeps_its_content(workspace: Workspace) -> None:
    (workspace.modules_out / "dev").mkdir(parents=True)
    (workspace.modules_out / "dev/notes.txt").write_text("mine")

    write_all(workspace, [rendered("dev", {"main.tf": "a\n"})])

    assert texts_below(workspace.modules_out / "dev") == {"main.tf": "a\n", "notes.txt": "mine"}


def test_files_are_copied_where_the_file_system_cannot_link(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(1, "Operation not permitted")

    write_all(workspace, [rendered("dev", {"main.tf": "a\n", "outputs.tf": "o\n"})])
    dev = workspace.modules_out / "dev"
    (dev / ".terraform").mkdir()
    (dev / ".terraform/environment").write_text("default")
    monkeypatch.setattr(os, "link", refuse)

    report = write_all(workspace, [rendered("dev", {"main.tf": "b\n", "outputs.tf": "o\n"})])

    wanted = {"main.tf": "b\n", "outputs.tf": "o\n", ".terraform/environment": "default"}
    assert texts_below(dev) == wanted
    assert report.warnings == ()
    assert not (workspace.scratch / "rescued").exists()


def test_a_file_edited_by_hand_is_refused_and_all_such_files_are_listed(workspace: Workspace) -> None:
    files = {"main.tf": "a\n", "modules/logs/main.tf": "b\n", "outputs.tf": "o\n"}
    write_all(workspace, [rendered("dev", files), rendered("prod", files)])
    (workspace.modules_out / "dev/main.tf").write_text("mine\n")
    (workspace.modules_out / "prod/modules/logs/main.tf").write_text("mine\n")

    with pytest.raises(OutputError) as caught:
        write_all(workspace, [rendered(name, files | {"outputs.tf": "new\n"}) for name in ("dev", "prod")])

    assert str(caught.value).splitlines() == [
        "modules_out/dev/main.tf: edited by hand since it was rendered",
        "modules_out/prod/modules/logs/main.tf: edited by hand since it was rendered",
    ]
    assert "--force" in caught.value.hint
    assert (workspace.modules_out / "dev/outputs.tf").read_text() == "o\n"


def test_an_edit_that_brings_what_would_be_written_is_no_conflict(workspace: Workspace) -> None:
    write_all(workspace, [rendered("dev", {"main.tf": "a\n"})])
    (workspace.modules_out / "dev/main.tf").write_text("b\n")

    report = write_all(workspace, [rendered("dev", {"main.tf": "b\n"})])

    assert report.environments[0].unchanged == ("main.tf",)


def test_force_overwrites_an_edit_and_sets_it_aside(workspace: Workspace) -> None:
    write_all(workspace, [rendered("dev", {"main.tf": "a\n"})])
    (workspace.modules_out / "dev/main.tf").write_text("mine\n")

    report = write_all(workspace, [rendered("dev", {"main.tf": "b\n"})], force=True)

    assert (workspace.modules_out / "dev/main.tf").read_text() == "b\n"
    assert (workspace.scratch / "rescued/dev/main.tf").read_text() == "mine\n"
    assert report.warnings == (
        "modules_out/dev/main.tf: the file that was there is now .tfstencil/rescued/dev/main.tf",
    )


def test_what_was_set_aside_before_is_not_overwritten(workspace: Workspace) -> None:
    for text in ("first\n", "second\n"):
        write_all(workspace, [rendered("dev", {"main.tf": "a\n"})])
        (workspace.modules_out / "dev/main.tf").write_text(text)
        write_all(workspace, [rendered("dev", {"main.tf": "a\n"})], force=True)

    assert texts_below(workspace.scratch / "rescued/dev") == {"main.tf": "first\n", "main.tf.2": "second\n"}


def test_an_edited_file_that_is_no_longer_rendered_is_refused(workspace: Workspace) -> None:
    write_all(workspace, [rendered("dev", {"main.tf": "a\n", "old.tf": "o\n"})])
    (workspace.modules_out / "dev/old.tf").write_text("mine\n")

    with pytest.raises(OutputError, match=r"dev/old\.tf: edited by hand since it was rendered, and no longer rendered"):
        write_all(workspace, [rendered("dev", {"main.tf": "a\n"})])

    write_all(workspace, [rendered("dev", {"main.tf": "a\n"})], force=True)
    assert texts_below(workspace.modules_out / "dev") == {"main.tf": "a\n"}


def test_a_foreign_file_in_the_way_is_refused_and_set_aside_by_force(workspace: Workspace) -> None:
    (workspace.modules_out / "dev").mkdir(parents=True)
    (workspace.modules_out / "dev/main.tf").write_text("mine\n")

    with pytest.raises(OutputError, match=r"modules_out/dev/main\.tf: not written by tfstencil, and in the way"):
        write_all(workspace, [rendered("dev", {"main.tf": "a\n"})])
    assert texts_below(workspace.modules_out / "dev") == {"main.tf": "mine\n"}

    write_all(workspace, [rendered("dev", {"main.tf": "a\n"})], force=True)
    assert (workspace.scratch / "rescued/dev/main.tf").read_text() == "mine\n"


def test_an_unlisted_file_that_bears_our_header_is_ours_from_an_older_render(workspace: Workspace) -> None:
    (workspace.modules_out / "dev").mkdir(parents=True)
    (workspace.modules_out / "dev/main.tf").write_text(HEADER + "old\n")

    write_all(workspace, [rendered("dev", {"main.tf": HEADER + "new\n"})])

    assert (workspace.modules_out / "dev/main.tf").read_text() == HEADER + "new\n"


def test_an_unlisted_file_with_our_header_that_nothing_renders_stays_and_is_told(workspace: Workspace) -> None:
    write_all(workspace, [rendered("dev", {"main.tf": "a\n"})])
    (workspace.modules_out / "dev/copy.tf").write_text(HEADER + "copied\n")

    report = write_all(workspace, [rendered("dev", {"main.tf": "b\n"})])

    assert (workspace.modules_out / "dev/copy.tf").read_text() == HEADER + "copied\n"
    assert report.environments[0].stray == ("copy.tf",)
    assert report.warnings[0].startswith("modules_out/dev/copy.tf: bears our header")


@pytest.mark.parametrize(
    "obstruct",
    [
        pytest.param(lambda dev: (dev / "modules").write_text("mine"), id="a file where a folder of ours belongs"),
        pytest.param(lambda dev: (dev / "modules").symlink_to("/"), id="a link where a folder of ours belongs"),
        pytest.param(lambda dev: (dev / "main.tf").mkdir(), id="a folder where a file of ours belongs"),
        pytest.param(lambda dev: (dev / "main.tf").symlink_to("/etc/hosts"), id="a link where a file of ours belongs"),
    ],
)
def test_what_stands_in_the_way_is_refused_unless_forced(
    workspace: Workspace, obstruct: Callable[[Path], object], method: Method
) -> None:
    dev = workspace.modules_out / "dev"
    dev.mkdir(parents=True)
    obstruct(dev)
    files = {"main.tf": "a\n", "modules/logs/main.tf": "b\n"}

    with pytest.raises(OutputError, match=r"modules_out/dev/(modules|main\.tf): not written by tfstencil"):
        write_all(workspace, [rendered("dev", files)])

    write_all(workspace, [rendered("dev", files)], force=True, method=method)
    assert texts_below(dev) == files
    assert not (dev / "modules").is_symlink()


def test_a_manifest_that_is_a_link_is_refused(workspace: Workspace) -> None:
    (workspace.modules_out / "dev").mkdir(parents=True)
    (workspace.modules_out / "dev/.tfstencil.json").symlink_to("/etc/hosts")

    with pytest.raises(OutputError, match=r"dev/\.tfstencil\.json: is not an ordinary file"):
        write_all(workspace, [rendered("dev", {"main.tf": "a\n"})])


def test_files_in_a_folder_where_a_file_of_ours_belongs_are_set_aside_by_force(workspace: Workspace) -> None:
    (workspace.modules_out / "dev/main.tf").mkdir(parents=True)
    (workspace.modules_out / "dev/main.tf/notes.txt").write_text("mine")

    write_all(workspace, [rendered("dev", {"main.tf": "a\n"})], force=True)

    assert texts_below(workspace.scratch / "rescued/dev") == {"main.tf/notes.txt": "mine"}


def test_a_listed_file_that_became_a_link_counts_as_edited(workspace: Workspace) -> None:
    write_all(workspace, [rendered("dev", {"main.tf": "a\n"})])
    main = workspace.modules_out / "dev/main.tf"
    shutil.move(main, workspace.root / "elsewhere.tf")
    main.symlink_to(workspace.root / "elsewhere.tf")

    with pytest.raises(OutputError, match="edited by hand"):
        write_all(workspace, [rendered("dev", {"main.tf": "b\n"})])


@pytest.mark.parametrize(
    ("damage", "reason"),
    [
        pytest.param(b"{", "is damaged: not JSON", id="cut off"),
        pytest.param(b"[]", "is damaged: not a JSON object", id="another kind of JSON"),
        pytest.param(b"\xff\xfe", "is damaged: not JSON", id="not text"),
        pytest.param(b"[" * 100_000, "is damaged: not JSON", id="nested without end"),
        pytest.param(b'{"format": 99}', "has format 99", id="of a later version"),
        pytest.param(
            b'{"format": 1, "sources": {}, "files": {"main.tf": 3}}', "is damaged: files is not", id="a digest of 3"
        ),
        pytest.param(
            b'{"format": 1, "sources": {}, "files": {}}', "is damaged: environment is not a string", id="incomplete"
        ),
    ],
)
def test_a_damaged_manifest_is_refused_with_its_reason_and_healed_by_force(
    workspace: Workspace, damage: bytes, reason: str
) -> None:
    write_all(workspace, [rendered("dev", {"main.tf": "a\n"})])
    manifest = workspace.modules_out / "dev/.tfstencil.json"
    good = manifest.read_bytes()
    manifest.write_bytes(damage)

    with pytest.raises(OutputError) as caught:
        write_all(workspace, [rendered("dev", {"main.tf": "a\n"})])
    assert str(caught.value).startswith(f"modules_out/dev/.tfstencil.json: {reason}")

    write_all(workspace, [rendered("dev", {"main.tf": "a\n"})], force=True)
    assert manifest.read_bytes() == good


@pytest.mark.parametrize("path", ["../escape.tf", "/tmp/escape.tf", "a//b.tf", ".tfstencil.json", ".hidden/main.tf"])
def test_a_path_that_leads_out_of_the_environment_is_refused(workspace: Workspace, path: str) -> None:
    with pytest.raises(OutputError, match="not a place for a file of ours"):
        write_all(workspace, [rendered("dev", {path: "x"})])
    assert not workspace.modules_out.exists()


@pytest.mark.parametrize("name", ["..", ".tfstencil", "a/b", ""])
def test_a_name_that_is_no_folder_name_is_refused(workspace: Workspace, name: str) -> None:
    with pytest.raises(OutputError, match="cannot be the name"):
        write_all(workspace, [rendered(name, {"main.tf": "x"})])


def test_another_output_folder_gets_the_same_bytes(workspace: Workspace, tmp_path: Path) -> None:
    environment = rendered("dev", {"main.tf": "a\n"})
    write_all(workspace, [environment])
    write_all(workspace, [environment], out=tmp_path / "elsewhere/deep")

    folders = [workspace.modules_out / "dev", tmp_path / "elsewhere/deep/dev"]
    contents = [{path.name: path.read_bytes() for path in folder.iterdir()} for folder in folders]
    assert contents[0] == contents[1]


def test_a_file_saved_while_we_write_is_carried_over(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    write_all(workspace, [rendered("dev", {"main.tf": "a\n", "outputs.tf": "o\n"})])
    dev = workspace.modules_out / "dev"

    def save_first(*arguments: object) -> None:
        (dev / "terraform.tfstate").write_text("precious")
        (dev / "outputs.tf").unlink()
        (dev / "outputs.tf").write_text("edited just now")
        swap.install(*arguments)  # type: ignore[arg-type]  # whatever the writer hands over

    monkeypatch.setattr(writer, "install", save_first)
    report = write_all(workspace, [rendered("dev", {"main.tf": "b\n", "outputs.tf": "o\n"})])

    assert (dev / "terraform.tfstate").read_text() == "precious"
    assert (workspace.scratch / "rescued/dev/outputs.tf").read_text() == "edited just now"
    assert len(report.warnings) == 1


def test_a_folder_whose_state_terraform_has_locked_is_left_alone(workspace: Workspace) -> None:
    write_all(workspace, [rendered("dev", {"main.tf": "a\n"})])
    (workspace.modules_out / "dev/.terraform.tfstate.lock.info").write_text("{}")

    with pytest.raises(OutputError, match="terraform holds the state of this folder"):
        write_all(workspace, [rendered("dev", {"main.tf": "b\n"})], force=True)

    assert texts_below(workspace.modules_out / "dev")["main.tf"] == "a\n"
    write_all(workspace, [rendered("dev", {"main.tf": "a\n"})])


@pytest.mark.skipif(not Path("/proc/self/cwd").exists(), reason="needs /proc to see where processes stand")
def test_a_folder_in_which_terraform_runs_is_left_alone(workspace: Workspace, tmp_path: Path) -> None:
    write_all(workspace, [rendered("dev", {"main.tf": "a\n"}), rendered("prod", {"main.tf": "a\n"})])
    program = tmp_path / "terraform"
    shutil.copy2(shutil.which("sleep") or "sleep", program)
    with subprocess.Popen([program, "60"], cwd=workspace.modules_out / "dev") as process:
        try:
            deadline = time.monotonic() + 10
            while Path(f"/proc/{process.pid}/comm").read_text() != "terraform\n":
                assert time.monotonic() < deadline
            with pytest.raises(OutputError, match=rf"modules_out/dev: terraform is running here .*{process.pid}"):
                write_all(workspace, [rendered("dev", {"main.tf": "b\n"})])
            write_all(workspace, [rendered("prod", {"main.tf": "b\n"})])
        finally:
            process.kill()
    write_all(workspace, [rendered("dev", {"main.tf": "b\n"})])
