"""Writers that are killed and writers that meet: every environment's folder is wholly old or wholly new.

The writers are real processes, killed with SIGKILL. A server imports the package once and forks them, so that two hundred
kills take seconds.
"""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from generator.output.freshness.index import FORMAT
from generator.output.manifest import MANIFEST, parse
from generator.output.rendered import Inputs, RenderedEnvironment, digest
from generator.output.writing.swap import Method
from generator.output.writing.writer import write_all

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from generator.workspace import Workspace

NAMES = ("dev", "prod")

# Every file says of which version it is, and odd versions have another folder than even ones.
FILES = """
def files_of(version):
    paths = ["main.tf", "outputs.tf", "odd/main.tf" if version % 2 else "even/main.tf"]
    return {path: f"{version}\\n" * 50 for path in paths} | {"same.tf": "always the same"}
"""

SERVER = (
    FILES
    + """
import os, random, signal, sys, time
from pathlib import Path
from generator.output.rendered import Inputs, RenderedEnvironment
from generator.output.writing.swap import Method
from generator.output.writing.writer import write_all
from generator.workspace import Workspace

workspace, method = Workspace(Path(sys.argv[1])), Method(sys.argv[2])

def write(version):
    inputs = Inputs((), "t", str(version))
    write_all(workspace, [RenderedEnvironment(name, files_of(version), inputs) for name in sys.argv[3:]], method=method)

def fork(work):
    pid = os.fork()
    if pid == 0:
        code = 1
        try:
            work()
            code = 0
        finally:
            os._exit(code)
    return pid

def write_for_ever(version):
    while True:
        write(version)
        version += 1

for line in sys.stdin:
    order, version, delay = line.split()
    version = int(version)
    if order == "kill":
        pid = fork(lambda: write_for_ever(version))
        time.sleep(float(delay))
        os.kill(pid, signal.SIGKILL)
        codes = [os.waitpid(pid, 0)[1]]
    else:
        pids = [fork(lambda each=each: write(version + each)) for each in range(3)]
        codes = [os.waitpid(pid, 0)[1] for pid in pids]
    print(*codes, flush=True)
"""
)


def files_of(version: int) -> dict[str, str]:
    scope: dict[str, Callable[[int], dict[str, str]]] = {}
    exec(FILES, scope)  # noqa: S102  # the same text that the writers run
    return scope["files_of"](version)


def write(workspace: Workspace, version: int, method: Method) -> None:
    inputs = Inputs((), "t", str(version))
    write_all(workspace, [RenderedEnvironment(name, files_of(version), inputs) for name in NAMES], method=method)


def seconds_to_write(workspace: Workspace, version: int, method: Method) -> float:
    start = time.perf_counter()
    write(workspace, version, method)
    return time.perf_counter() - start


def version_of(folder: Path) -> int:
    """Return of which version an environment is, having made sure that all of it is of that version."""
    manifest = parse((folder / MANIFEST).read_bytes())
    version = int(manifest.generator)
    found = {str(path.relative_to(folder)): path.read_text() for path in folder.rglob("*.tf")}
    assert found == files_of(version)
    assert manifest.files == {path: digest(text.encode()) for path, text in found.items()}
    return version


def whole_versions(workspace: Workspace, method: Method) -> set[int]:
    """Return the versions that the environments are of; renames may leave one out until the next render."""
    folders = [workspace.modules_out / name for name in NAMES]
    return {version_of(folder) for folder in folders if method is Method.EXCHANGE or folder.exists()}


class Writers:
    """Talks to the server that forks and kills writers."""

    def __init__(self, workspace: Workspace, method: Method) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-c", SERVER, str(workspace.root), method.value, *NAMES],
            env=os.environ | {"PYTHONPATH": str(Path(__file__).parents[3])},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def order(self, order: str, version: int, delay: float = 0) -> list[int]:
        """Have the server do something, and return how its writers ended."""
        assert self.process.stdin
        assert self.process.stdout
        self.process.stdin.write(f"{order} {version} {delay:.6f}\n")
        self.process.stdin.flush()
        return [int(code) for code in self.process.stdout.readline().split()]

    def close(self) -> None:
        assert self.process.stdin
        assert self.process.stdout
        self.process.stdin.close()
        self.process.wait(10)
        self.process.stdout.close()


@pytest.fixture(params=list(Method), ids=["by exchange", "by a pair of renames"])
def method(request: pytest.FixtureRequest) -> Method:
    chosen: Method = request.param
    return chosen


@pytest.fixture
def workspace(workspace_of: Callable[[Mapping[str, str]], Workspace], method: Method) -> Workspace:
    """Return a workspace in which version 0 is rendered, with a state file of the user's in each environment."""
    made = workspace_of(dict.fromkeys(NAMES, "spec"))
    write(made, 0, method)
    for name in NAMES:
        (made.modules_out / name / "terraform.tfstate").write_text("precious")
        (made.modules_out / name / ".terraform").mkdir()
        (made.modules_out / name / ".terraform/environment").write_text("default")
    return made


@pytest.fixture
def writers(workspace: Workspace, method: Method) -> Iterator[Writers]:
    made = Writers(workspace, method)
    yield made
    made.close()


@pytest.mark.slow
def test_kills_at_any_moment_leave_every_environment_whole_and_the_next_render_heals(
    workspace: Workspace, writers: Writers, method: Method
) -> None:
    chance = random.Random(20)  # noqa: S311  # where to kill is no secret
    # How long one render takes here, at its quickest, decides where the kills fall.
    span = 3 * min(seconds_to_write(workspace, version, method) for version in range(1, 6))

    kills = 200 if method is Method.EXCHANGE else 60
    interrupted = moved = 0
    for version in range(6, 6 + kills):
        before = whole_versions(workspace, method)
        codes = writers.order("kill", version, chance.uniform(0, span))
        assert codes == [signal.SIGKILL]
        interrupted += (workspace.modules_out / ".tfstencil").exists()
        moved += whole_versions(workspace, method) != before
        write(workspace, version, method)
        assert whole_versions(workspace, method) == {version}

    assert sorted(entry.name for entry in workspace.modules_out.iterdir()) == list(NAMES)
    for name in NAMES:
        assert (workspace.modules_out / name / "terraform.tfstate").read_text() == "precious"
        assert (workspace.modules_out / name / ".terraform/environment").read_text() == "default"
    assert not (workspace.scratch / "rescued").exists()
    # Were the kills too early or too late, all of the above would prove nothing.
    assert interrupted > kills // 10
    assert moved > kills // 10


@pytest.mark.slow
def test_fifty_trios_of_writers_never_mix(workspace: Workspace, writers: Writers, method: Method) -> None:
    for version in range(10, 210, 4):
        assert writers.order("meet", version) == [0, 0, 0]
        assert len(whole_versions(workspace, method)) == 1
    assert json.loads((workspace.scratch / "index.json").read_text())["format"] == FORMAT


@pytest.mark.parametrize(
    ("left", "live", "wanted"),
    [
        pytest.param({"build": "new"}, "old", "old", id="while it was built"),
        pytest.param({"build": "new"}, None, None, id="while it was built for the first time"),
        pytest.param({"ready": "new"}, "old", "old", id="before or after an exchange"),
        pytest.param({"ready": "new"}, None, "new", id="before the first tree was put in place"),
        pytest.param({"ready": "new", "old": "old"}, None, "new", id="between two renames"),
        pytest.param({"old": "old"}, "new", "new", id="after two renames"),
        pytest.param({"old": "old"}, None, "old", id="while a removed environment was deleted"),
        pytest.param({"replace": "new"}, "old", "new", id="while the live tree was deleted"),
        pytest.param({"replace": "new"}, None, "new", id="after the live tree was deleted"),
    ],
)
def test_what_an_interrupted_render_left_is_settled_by_where_it_got_to(
    workspace_of: Callable[[Mapping[str, str]], Workspace],
    left: dict[str, str],
    live: str | None,
    wanted: str | None,
) -> None:
    workspace = workspace_of({"dev": "spec"})
    staging = workspace.modules_out / ".tfstencil"
    dev = workspace.modules_out / "dev"
    for stage, text in left.items():
        write_all(workspace, [RenderedEnvironment("dev", {"main.tf": text}, Inputs((), text, "1"))])
        staging.mkdir(exist_ok=True)
        dev.rename(workspace.root / stage)
    if live:
        write_all(workspace, [RenderedEnvironment("dev", {"main.tf": live}, Inputs((), live, "1"))])
    staging.mkdir(exist_ok=True)
    for stage in left:
        (workspace.root / stage).rename(staging / f"{stage}-dev")

    report = write_all(workspace, [])

    assert report.healed == ("dev",)
    assert not staging.exists()
    assert ((dev / "main.tf").read_text() if dev.exists() else None) == wanted


def test_a_file_that_exists_only_in_what_was_left_is_carried_over(
    workspace_of: Callable[[Mapping[str, str]], Workspace],
) -> None:
    workspace = workspace_of({"dev": "spec"})
    environment = RenderedEnvironment("dev", {"main.tf": "a"}, Inputs((), "t", "1"))
    write_all(workspace, [environment])
    left = workspace.modules_out / ".tfstencil/ready-dev"
    left.mkdir(parents=True)
    (left / "terraform.tfstate").write_text("written by a terraform that stood in the replaced folder")
    (left / "main.tf").write_text("an edit that no manifest vouches for")

    write_all(workspace, [environment])

    assert (workspace.modules_out / "dev/terraform.tfstate").read_text().startswith("written by a terraform")
    assert (workspace.modules_out / "dev/main.tf").read_text() == "a"
    assert (workspace.scratch / "rescued/dev/main.tf").read_text() == "an edit that no manifest vouches for"


def test_what_somebody_else_keeps_in_the_staging_folder_stays(
    workspace_of: Callable[[Mapping[str, str]], Workspace],
) -> None:
    workspace = workspace_of({"dev": "spec"})
    (workspace.modules_out / ".tfstencil").mkdir(parents=True)
    (workspace.modules_out / ".tfstencil/notes-mine").write_text("mine")

    write_all(workspace, [RenderedEnvironment("dev", {"main.tf": "a"}, Inputs((), "t", "1"))])

    assert (workspace.modules_out / ".tfstencil/notes-mine").read_text() == "mine"
