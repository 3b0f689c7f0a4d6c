"""What the file system refuses: a clear error, and everything as it was."""

from __future__ import annotations

import json
import os
import resource
import shutil
import subprocess
import sys
import threading
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from generator.errors import OutputError
from generator.output.freshness.check import compare
from generator.output.rendered import Inputs, RenderedEnvironment
from generator.output.writing import salvage, swap, writer
from generator.output.writing.lock import exclusive
from generator.output.writing.swap import Method
from generator.output.writing.writer import write_all

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from generator.workspace import Workspace

# Runs in a mount namespace of its own: writes environments and tells what happened.
PROBE = """
import json, sys
from pathlib import Path
from generator.errors import OutputError
from generator.output.rendered import Inputs, RenderedEnvironment
from generator.output.writing.writer import write_all
from generator.workspace import Workspace
root, *sizes = sys.argv[1:]
def render(size):
    inputs = Inputs((), "t", "1")
    return [RenderedEnvironment(name, {"main.tf": "x" * int(size)}, inputs) for name in ("dev", "prod")]
told = []
for size in sizes:
    try:
        write_all(Workspace(Path(root)), render(size))
        told.append("")
    except OutputError as error:
        told.append(f"{error} [{error.hint}]")
files = {str(path.relative_to(root)): path.stat().st_size for path in Path(root, "modules_out").rglob("*")
         if path.is_file() and path.name != ".tfstencil.json"}
print(json.dumps([told, files]))
"""


def rendered(name: str, text: str) -> RenderedEnvironment:
    return RenderedEnvironment(name, {"main.tf": text}, Inputs((), "t", "1"))


def sizes_in(workspace: Workspace) -> dict[str, int]:
    files = (path for path in workspace.modules_out.rglob("*.tf") if path.is_file())
    return {str(path.relative_to(workspace.modules_out)): path.stat().st_size for path in files}


def probe(mounts: str, workspace: Workspace, *sizes: int) -> tuple[list[str], dict[str, int]]:
    """Run PROBE after `mounts`, in a namespace in which these disturb nobody."""
    unshare = shutil.which("unshare")
    if not unshare or os.geteuid() or subprocess.run([unshare, "-m", "true"], check=False).returncode:
        pytest.skip("only root can mount a file system that is full or read-only")
    program = [sys.executable, "-c", PROBE, str(workspace.root), *map(str, sizes)]
    script = f'set -e; cd "$1"; {mounts}; shift; exec "$@"'
    done = subprocess.run(
        [unshare, "-m", "sh", "-c", script, "sh", str(workspace.root), *program],
        env=os.environ | {"PYTHONPATH": str(Path(__file__).parents[3])},
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    told, files = json.loads(done.stdout)
    return told, files


@contextmanager
def file_size_limit(size: int) -> Iterator[None]:
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@pytest.fixture
def workspace(workspace_of: Callable[[Mapping[str, str]], Workspace]) -> Workspace:
    return workspace_of({"dev": "spec", "prod": "spec"})


def test_a_full_disk_leaves_all_environments_as_they_were(workspace: Workspace) -> None:
    workspace.modules_out.mkdir()
    told, files = probe("mount -t tmpfs -o size=96k full modules_out", workspace, 4000, 60_000, 5000)

    assert told[0] == ""
    assert "No space left on device; nothing was changed [free some space" in told[1]
    assert told[2] == "", "the space was not given back"
    assert files == {"modules_out/dev/main.tf": 5000, "modules_out/prod/main.tf": 5000}


def test_a_full_disk_at_the_first_render_leaves_nothing(workspace: Workspace) -> None:
    workspace.modules_out.mkdir()
    told, files = probe("mount -t tmpfs -o size=96k full modules_out", workspace, 60_000)

    assert "No space left on device" in told[0]
    assert files == {}


def test_a_read_only_output_folder_is_told(workspace: Workspace) -> None:
    write_all(workspace, [rendered("dev", "old"), rendered("prod", "old")])
    mounts = "mount --bind modules_out modules_out; mount -o remount,bind,ro modules_out"
    told, files = probe(mounts, workspace, 4000)

    assert told[0].startswith("modules_out: Read-only file system; ")
    assert "nothing was changed" in told[0]
    assert set(files.values()) == {3}


def test_a_read_only_workspace_is_told(workspace: Workspace) -> None:
    told, _ = probe("mount --bind . .; mount -o remount,bind,ro .; cd .", workspace, 4000)

    assert "Read-only file system; nothing was changed [that file system is mounted read-only" in told[0]


def test_output_on_another_file_system_than_the_scratch_folder_works(workspace: Workspace) -> None:
    workspace.modules_out.mkdir()
    told, files = probe("mount -t tmpfs other modules_out", workspace, 10, 20, 30)

    assert told == ["", "", ""]
    assert set(files.values()) == {30}


def test_a_limit_on_file_sizes_leaves_all_environments_as_they_were(workspace: Workspace) -> None:
    write_all(workspace, [rendered("dev", "old"), rendered("prod", "old")])

    with file_size_limit(50_000), pytest.raises(OutputError, match="File too large; nothing was changed") as caught:
        write_all(workspace, [rendered("dev", "new"), rendered("prod", "x" * 60_000)])

    assert "ulimit" in caught.value.hint
    assert sizes_in(workspace) == {"dev/main.tf": 3, "prod/main.tf": 3}
    assert sorted(entry.name for entry in workspace.modules_out.iterdir()) == ["dev", "prod"]
    assert compare(workspace, [rendered("dev", "old"), rendered("prod", "old")]) == []


def _link_to(folder: Path) -> Callable[[Path], None]:
    return lambda place: place.symlink_to(folder)


@pytest.mark.parametrize(
    ("obstruct", "kind"),
    [
        pytest.param(lambda place: place.write_text("mine"), "is a file", id="a file"),
        pytest.param(_link_to(Path("/tmp")), "is a symbolic link", id="a link to a folder"),
        pytest.param(_link_to(Path("/nowhere")), "is a symbolic link", id="a link to nothing"),
    ],
)
@pytest.mark.parametrize("place", ["modules_out", "modules_out/dev"])
def test_what_stands_where_a_folder_belongs_is_told_and_left(
    workspace: Workspace, place: str, obstruct: Callable[[Path], Any], kind: str
) -> None:
    obstacle = workspace.root / place
    obstacle.parent.mkdir(exist_ok=True)
    obstruct(obstacle)
    before = obstacle.lstat()

    for act in (write_all, compare):
        with pytest.raises(OutputError, match=rf"^{place}:? {kind}") as caught:
            act(workspace, [rendered("dev", "new")])
        assert caught.value.hint
    assert obstacle.lstat() == before


def test_an_environment_that_cannot_be_replaced_leaves_each_one_whole(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse_prod(staging: Path, live: Path, *rest: Any) -> None:
        if live.name == "prod":
            raise OSError(16, "Device or resource busy", str(live))
        swap.install(staging, live, *rest)

    write_all(workspace, [rendered("dev", "old"), rendered("prod", "old")])
    monkeypatch.setattr(writer, "install", refuse_prod)
    with pytest.raises(OutputError) as caught:
        write_all(workspace, [rendered("dev", "newer"), rendered("prod", "newer")])

    reason = "Device or resource busy; 1 of 2 environments are new, the others as they were"
    assert str(caught.value) == f"modules_out/prod: {reason}"
    assert sizes_in(workspace) == {"dev/main.tf": 5, "prod/main.tf": 3}


def test_an_interrupt_while_staging_leaves_nothing_behind(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(writer, "install", interrupt)
    with pytest.raises(KeyboardInterrupt):
        write_all(workspace, [rendered("dev", "new")])

    assert list(workspace.modules_out.iterdir()) == []


def test_a_replaced_tree_that_cannot_be_deleted_is_told_and_deleted_next_time(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_: Path) -> None:
        raise OSError(1, "Operation not permitted")

    write_all(workspace, [rendered("dev", "old")])
    with monkeypatch.context() as patch:
        patch.setattr(salvage, "delete", refuse)
        report = write_all(workspace, [rendered("dev", "newer")])

    assert "modules_out/.tfstencil: cannot be cleared (Operation not permitted)" in report.warnings[0]
    assert write_all(workspace, []).healed == ("dev",)
    assert [entry.name for entry in workspace.modules_out.iterdir()] == ["dev"]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        pytest.param("_RENAME_EXCHANGE", 1 << 6, id="the kernel refuses"),
        pytest.param("_library", object, id="the C library has no such call"),
    ],
)
def test_a_system_that_cannot_exchange_falls_back_to_renames(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch, name: str, value: object
) -> None:
    write_all(workspace, [rendered("dev", "old")])
    monkeypatch.setattr(swap, name, value)

    write_all(workspace, [rendered("dev", "newer")], method=Method.EXCHANGE)

    assert sizes_in(workspace) == {"dev/main.tf": 5}


@pytest.mark.parametrize("method", list(Method))
def test_a_folder_that_goes_while_we_write_is_told(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch, method: Method
) -> None:
    def lose_it(staging: Path, live: Path, *rest: Any) -> None:
        shutil.rmtree(staging / "ready-dev")
        swap.install(staging, live, *rest)

    write_all(workspace, [rendered("dev", "old")])
    monkeypatch.setattr(writer, "install", lose_it)
    with pytest.raises(OutputError, match="No such file or directory; 0 of 1 environments are new"):
        write_all(workspace, [rendered("dev", "newer")], method=method)

    assert sizes_in(workspace) == {"dev/main.tf": 3}


def test_a_folder_that_cannot_be_renamed_is_replaced_in_place(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    rename = Path.rename

    def as_on_overlayfs(self: Path, target: Path) -> Path:
        if self == workspace.modules_out / "dev":
            raise OSError(18, "Invalid cross-device link")
        return rename(self, target)

    write_all(workspace, [rendered("dev", "old")])
    (workspace.modules_out / "dev/notes.txt").write_text("mine")
    monkeypatch.setattr(Path, "rename", as_on_overlayfs)

    write_all(workspace, [rendered("dev", "newer")], method=Method.RENAMES)

    assert sizes_in(workspace) == {"dev/main.tf": 5}
    assert (workspace.modules_out / "dev/notes.txt").read_text() == "mine"


def test_a_render_waits_for_another_one(workspace: Workspace) -> None:
    done: list[object] = []
    with exclusive(workspace.scratch / "render.lock"):
        thread = threading.Thread(target=lambda: done.append(write_all(workspace, [rendered("dev", "new")])))
        thread.start()
        thread.join(0.1)
        assert not done
    thread.join(10)
    assert done


def test_a_render_that_waits_too_long_tells_who_writes(tmp_path: Path) -> None:
    lock = tmp_path / "render.lock"
    with (
        exclusive(lock),
        pytest.raises(OutputError, match=rf"another render \(process {os.getpid()}\)"),
        exclusive(lock, patience=0.05),
    ):
        pass
