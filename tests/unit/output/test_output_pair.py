"""Writing in two processes: what one process would write, or nothing at all, whoever fails or is killed."""

from __future__ import annotations

import json
import os
import random
import resource
import signal
import subprocess
import sys
import threading
import time
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from processes import children_now

from generator.errors import OutputError
from generator.output.freshness.up_to_date import unchanged
from generator.output.manifest import MANIFEST, parse
from generator.output.parallel.two_processes import pays, write_in_pair
from generator.output.rendered import Inputs, RenderedEnvironment, SourceFile, digest
from generator.output.writing import swap, writer
from generator.output.writing.lock import exclusive
from generator.output.writing.terraform_running import STATE_LOCK
from generator.output.writing.writer import write_all

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterable, Iterator, Mapping

    from generator.output.parallel.two_processes import Render
    from generator.output.report import WriteReport
    from generator.workspace import Workspace

NAMES = [f"env-{number:02}" for number in range(24)]
KILLED = NAMES[:8]
ALWAYS = {"same.tf": "always the same\n"}
# From Python 3.12 on a fork warns of threads, and pytest's workers have some.
pytestmark = pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")


@pytest.fixture(autouse=True)
def _alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(threading, "active_count", lambda: 1)


@pytest.fixture(autouse=True)
def _nothing_is_left_open() -> Iterator[None]:
    children = children_now()
    before = len(list(Path("/dev/fd").iterdir()))
    yield
    assert len(list(Path("/dev/fd").iterdir())) == before
    assert children_now() <= children


@pytest.fixture
def workspace(workspace_of: Callable[[Mapping[str, str]], Workspace]) -> Workspace:
    return workspace_of(dict.fromkeys(NAMES, "spec"))


def rendered(name: str, text: str) -> RenderedEnvironment:
    files = {"main.tf": f"{name} {text}\n", f"modules/{text}/main.tf": f"{text}\n"} | ALWAYS
    return RenderedEnvironment(
        name, files, Inputs((SourceFile(f"environments/{name}.yaml", digest(b"spec")),), text, "1")
    )


def render(text: str) -> Render:
    def each(names: Iterable[str]) -> Generator[RenderedEnvironment]:
        for name in names:
            yield rendered(name, text)

    return each


class Halves:
    """Two ways to render of which each gets its share: this process waits until the child has begun with its own.

    `failing` is who goes wrong at its second environment, and `fault` what it does there.
    """

    def __init__(
        self, folder: Path, text: str = "new", *, failing: str = "", fault: Callable[[], None] | None = None
    ) -> None:
        self._text, self._failing, self._fault = text, failing, fault
        self._parent, self._log = os.getpid(), folder / "halves"

    def taken(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {"child": [], "parent": []}
        for line in self._log.read_text().splitlines():
            who, name = line.split()
            found[who].append(name)
        return found

    def render(self, names: Iterable[str]) -> Generator[RenderedEnvironment]:
        who = "parent" if os.getpid() == self._parent else "child"
        deadline = time.monotonic() + 10
        while who == "parent" and not self._log.exists() and time.monotonic() < deadline:
            time.sleep(0.001)
        for count, name in enumerate(names):
            with self._log.open("a") as log:
                log.write(f"{who} {name}\n")
            if who == self._failing and count == 1 and self._fault:
                self._fault()
            yield rendered(name, self._text)
            time.sleep(0.005)


def contents(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def index(workspace: Workspace) -> object:
    """Return the index without what tells when and where files were written."""
    found = json.loads((workspace.scratch / "index.json").read_text())
    found["sources"] = [source[:2] for source in found["sources"]]
    for environment in found["environments"]:
        environment[4] = ""
    return found


def current(workspace: Workspace, text: str) -> set[str]:
    return unchanged(workspace, NAMES, templates=text, generator="1", refresh=False)


def by_two(workspace: Workspace, halves: Halves, **options: Any) -> WriteReport | None:
    return write_in_pair(workspace, NAMES, halves.render, halves.render, **options)


def test_both_processes_write_what_one_would_and_say_the_same(workspace: Workspace, tmp_path: Path) -> None:
    # A file of somebody else's in one of them; below, another one is as it shall be.
    (workspace.modules_out / NAMES[4]).mkdir(parents=True)
    (workspace.modules_out / NAMES[4] / "notes.txt").write_text("mine")
    for text in ("old", "new"):
        alone = write_all(workspace, [rendered(name, text) for name in NAMES])
    expected, known = contents(workspace.modules_out), index(workspace)
    assert alone.environments[4].foreign == ("notes.txt",)

    write_all(workspace, [rendered(name, "old") for name in NAMES], force=True)
    write_all(workspace, [rendered(NAMES[3], "new")])
    halves = Halves(tmp_path)
    together = by_two(workspace, halves)

    assert together
    assert all(halves.taken().values())
    assert sorted([*chain(*halves.taken().values())]) == NAMES
    assert [item.name for item in together.environments] == NAMES
    assert together.environments[3].unchanged == ("main.tf", "modules/new/main.tf", "same.tf")
    assert together.environments[:3] + together.environments[4:] == alone.environments[:3] + alone.environments[4:]
    assert together.warnings == alone.warnings == ()
    assert contents(workspace.modules_out) == expected
    assert index(workspace) == known
    assert not list(workspace.modules_out.glob(".*"))


def test_a_first_render_by_two_is_known_to_be_current_from_looks_alone(
    workspace: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("generator.output.freshness.up_to_date.clock", lambda _: 1 << 62)
    assert by_two(workspace, Halves(tmp_path))
    monkeypatch.setattr(
        "generator.output.freshness.up_to_date.examine", lambda *_: pytest.fail("a folder was digested")
    )
    assert current(workspace, "new") == set(NAMES)
    (workspace.modules_out / NAMES[7] / "main.tf").write_text("mine\n")
    monkeypatch.undo()
    assert current(workspace, "new") == set(NAMES) - {NAMES[7]}


def test_elsewhere_and_by_force_as_well(workspace: Workspace, tmp_path: Path) -> None:
    out = tmp_path / "out"
    write_all(workspace, [rendered(name, "old") for name in NAMES], out=out)
    (out / NAMES[0] / "main.tf").write_text("mine\n")
    assert by_two(workspace, Halves(tmp_path, "newer"), force=True, out=out)
    assert (out / NAMES[0] / "main.tf").read_text() == f"{NAMES[0]} newer\n"
    assert not workspace.modules_out.exists()


@pytest.mark.parametrize("edited", [NAMES[:1], NAMES[-1:], [NAMES[0], NAMES[12], NAMES[-1]]], ids=len)
def test_conflicts_of_either_half_change_nothing_and_are_all_told_by_one_process(
    workspace: Workspace, tmp_path: Path, edited: list[str]
) -> None:
    write_all(workspace, [rendered(name, "old") for name in NAMES])
    for name in edited:
        (workspace.modules_out / name / "main.tf").write_text("mine\n")
    before = contents(workspace.modules_out)

    assert by_two(workspace, Halves(tmp_path)) is None
    assert contents(workspace.modules_out) == before
    assert not (workspace.modules_out / ".tfstencil").exists()
    with pytest.raises(OutputError) as caught:
        write_all(workspace, [rendered(name, "new") for name in NAMES])
    assert str(caught.value).count("edited by hand") == len(edited)


def kill_oneself() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def allow_no_file() -> None:
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, resource.getrlimit(resource.RLIMIT_FSIZE)[1]))


def break_down() -> None:
    raise RuntimeError("a template is wrong")


def exit_early() -> None:
    os._exit(0)


@pytest.mark.parametrize(
    ("failing", "fault"),
    [
        pytest.param("child", kill_oneself, id="the child is killed"),
        pytest.param("child", exit_early, id="the child ends"),
        pytest.param("child", allow_no_file, id="the disk takes nothing from the child"),
        pytest.param("child", break_down, id="the child cannot render"),
        pytest.param("parent", break_down, id="the parent cannot render"),
    ],
)
@pytest.mark.parametrize("before", ["nothing", "old"])
def test_whatever_fails_before_the_first_folder_is_replaced_changes_nothing(
    workspace: Workspace, tmp_path: Path, failing: str, fault: Callable[[], None], before: str
) -> None:
    if before == "old":
        write_all(workspace, [rendered(name, "old") for name in NAMES])
    files = contents(workspace.modules_out)
    halves = Halves(tmp_path, failing=failing, fault=fault)

    assert by_two(workspace, halves) is None
    assert contents(workspace.modules_out) == files
    assert not (workspace.modules_out / ".tfstencil").exists()
    assert workspace.modules_out.exists() is (before == "old")
    # After a fault of its own nobody goes on for long.
    if fault is break_down:
        assert len([*chain(*halves.taken().values())]) < len(NAMES)
    assert len(write_all(workspace, [rendered(name, "new") for name in NAMES]).environments) == len(NAMES)


def test_ctrl_c_leaves_no_process_no_file_and_no_change(workspace: Workspace, tmp_path: Path) -> None:
    write_all(workspace, [rendered(name, "old") for name in NAMES])
    files = contents(workspace.modules_out)

    def interrupt() -> None:
        os.kill(os.getpid(), signal.SIGINT)

    with pytest.raises(KeyboardInterrupt):
        by_two(workspace, Halves(tmp_path, failing="parent", fault=interrupt))
    assert contents(workspace.modules_out) == files
    assert not (workspace.modules_out / ".tfstencil").exists()


def test_ctrl_c_does_not_reach_the_child_which_its_parent_looks_after(workspace: Workspace, tmp_path: Path) -> None:
    def interrupt() -> None:
        os.kill(os.getpid(), signal.SIGINT)

    halves = Halves(tmp_path, failing="child", fault=interrupt)
    assert by_two(workspace, halves)
    assert len(halves.taken()["child"]) > 1


def test_a_folder_that_cannot_be_replaced_is_told_with_how_far_it_came(
    workspace: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse_the_third(staging: Path, live: Path, *rest: Any) -> None:
        if live.name == NAMES[2]:
            raise OSError(16, "Device or resource busy", str(live))
        swap.install(staging, live, *rest)

    write_all(workspace, [rendered(name, "old") for name in NAMES])
    monkeypatch.setattr(writer, "install", refuse_the_third)
    with pytest.raises(OutputError, match="2 of 24 environments are new, the others as they were"):
        by_two(workspace, Halves(tmp_path))
    texts = [(workspace.modules_out / name / "main.tf").read_text().split()[1] for name in NAMES]
    assert texts == ["new", "new", *["old"] * 22]
    assert not (workspace.modules_out / ".tfstencil").exists()


def _hold_the_state(workspace: Workspace) -> None:
    (workspace.modules_out / NAMES[-1] / STATE_LOCK).write_text("{}")


def _leave_a_tree(workspace: Workspace) -> None:
    (workspace.modules_out / ".tfstencil/build-other").mkdir(parents=True)


def _put_a_link_there(workspace: Workspace) -> None:
    workspace.modules_out.rename(workspace.root / "real")
    workspace.modules_out.symlink_to(workspace.root / "real")


@pytest.mark.parametrize("obstruct", [_hold_the_state, _leave_a_tree, _put_a_link_there])
def test_what_one_process_must_tell_is_left_to_it(
    workspace: Workspace, tmp_path: Path, obstruct: Callable[[Workspace], None]
) -> None:
    write_all(workspace, [rendered(name, "old") for name in NAMES])
    obstruct(workspace)
    files = contents(workspace.modules_out)
    assert by_two(workspace, Halves(tmp_path)) is None
    assert contents(workspace.modules_out) == files


def test_where_another_render_writes_nobody_waits_twice(workspace: Workspace, tmp_path: Path) -> None:
    with exclusive(workspace.scratch / "render.lock"):
        assert by_two(workspace, Halves(tmp_path)) is None


def test_without_a_child_nothing_is_begun(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse() -> int:
        raise BlockingIOError

    monkeypatch.setattr(os, "fork", refuse)
    assert write_in_pair(workspace, NAMES, render("new"), render("new")) is None
    monkeypatch.undo()
    monkeypatch.setattr(threading, "active_count", lambda: 2)
    assert write_in_pair(workspace, NAMES, render("new"), render("new")) is None
    assert not contents(workspace.modules_out)


@pytest.mark.parametrize(
    ("count", "processors", "threads", "expected"),
    [(100, {0, 1}, 1, True), (99, {0, 1}, 1, False), (100, {0}, 1, False), (100, {0, 1}, 2, False)],
)
def test_two_processes_are_for_many_environments_two_processors_and_one_thread(
    monkeypatch: pytest.MonkeyPatch, count: int, processors: set[int], threads: int, *, expected: bool
) -> None:
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: processors, raising=False)
    monkeypatch.setattr(threading, "active_count", lambda: threads)
    assert pays(count) is expected


def test_where_nobody_says_which_processors_may_be_used_all_count(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(os, "sched_getaffinity", raising=False)
    for processors, expected in ((2, True), (1, False), (None, False)):
        monkeypatch.setattr(os, "cpu_count", lambda known=processors: known)
        assert pays(1000) is expected


WRITER = """
import ctypes, os, signal, sys, time
from pathlib import Path
from generator.output.parallel.two_processes import write_in_pair
from generator.output.rendered import Inputs, RenderedEnvironment
from generator.output.writing.writer import write_all
from generator.workspace import Workspace

workspace, names = Workspace(Path(sys.argv[1])), sys.argv[2:]

def files_of(version):
    paths = ["main.tf", "odd/main.tf" if version % 2 else "even/main.tf"]
    return {path: f"{version}\\n" * 50 for path in paths} | {"same.tf": "always the same"}

def of(version, pause):
    def render(names):
        for name in names:
            time.sleep(pause)
            yield RenderedEnvironment(name, files_of(version), Inputs((), "t", str(version)))
    return render

def write_for_ever(version, pause):
    while True:
        render = of(version, pause)
        if write_in_pair(workspace, names, render, render) is None:
            write_all(workspace, list(render(names)))
        version += 1

# PR_SET_CHILD_SUBREAPER: a child whose parent was killed becomes ours, so that its end is seen.
ctypes.CDLL(None).prctl(36, 1, 0, 0, 0)
for line in sys.stdin:
    if not (leader := os.fork()):
        write_for_ever(int(line.split()[0]), float(line.split()[1]))
    print(leader, flush=True)
    signal.alarm(20)
    ended = 0
    try:
        while os.waitpid(-1, 0):
            ended += 1
    except ChildProcessError:
        print(ended, flush=True)
    signal.alarm(0)
"""


def version_of(folder: Path) -> int:
    """Return of which version an environment is, having made sure that all of it is of that version."""
    version = int(parse((folder / MANIFEST).read_bytes()).generator)
    paths = {"main.tf", "odd/main.tf" if version % 2 else "even/main.tf"}
    found = {str(path.relative_to(folder)): path.read_text() for path in folder.rglob("*.tf")}
    assert found == dict.fromkeys(paths, f"{version}\n" * 50) | {"same.tf": "always the same"}
    return version


@pytest.fixture
def kill(workspace: Workspace) -> Iterator[Callable[[int, float, float], int]]:
    """Return what starts a writer, kills it, and returns how many processes have ended then: `(version, pause, when)`.

    The writer writes one version after the other from the given one on, and pauses before each environment.
    """
    with subprocess.Popen(
        [sys.executable, "-c", WRITER, str(workspace.root), *KILLED],
        env=os.environ | {"PYTHONPATH": str(Path(__file__).parents[3])},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as server:
        assert server.stdin
        assert server.stdout

        def run(version: int, pause: float, when: float) -> int:
            assert server.stdin
            assert server.stdout
            server.stdin.write(f"{version} {pause}\n")
            server.stdin.flush()
            leader = int(server.stdout.readline())
            time.sleep(when)
            os.kill(leader, signal.SIGKILL)
            return int(server.stdout.readline() or 0)

        yield run


@pytest.mark.slow
def test_a_parent_that_is_killed_at_any_moment_leaves_every_environment_whole(
    workspace: Workspace, kill: Callable[[int, float, float], int]
) -> None:
    chance = random.Random(11)  # noqa: S311  # where to kill is no secret
    folders = [workspace.modules_out / name for name in KILLED]
    interrupted = moved = pairs = 0
    before: list[int] = []
    # Forty kills do on a quiet machine; a busy one is later with everything, and is given more of them, later ones too.
    for number in range(200):
        if number >= 40 and min(interrupted, moved, pairs) > 4:
            break
        ended = kill(100 * (number + 1), 0, chance.uniform(0, 0.06 * (1 + number // 40)))
        assert ended, "the child did not end"
        pairs += ended == 2
        interrupted += (workspace.modules_out / ".tfstencil").exists()
        found = [version_of(folder) for folder in folders if folder.exists()]
        moved += found != before
        write_all(workspace, [])
        assert not (workspace.modules_out / ".tfstencil").exists()
        before = [version_of(folder) for folder in folders if folder.exists()]
    assert not (workspace.scratch / "rescued").exists()
    # Were the kills too early or too late, all of the above would prove nothing.
    assert min(interrupted, moved, pairs) > 4


@pytest.mark.slow
def test_a_child_whose_parent_is_killed_ends_and_keeps_the_lock_until_then(
    workspace: Workspace, kill: Callable[[int, float, float], int]
) -> None:
    workspace.scratch.mkdir()
    # Eight environments of a second each: without its parent a child that went on would take seven.
    thread = threading.Thread(target=kill, args=(1, 1, 0.5))
    thread.start()
    staging = workspace.modules_out / ".tfstencil"
    while not staging.exists():
        time.sleep(0.001)
    start = time.monotonic()
    with exclusive(workspace.scratch / "render.lock"):
        assert time.monotonic() - start < 4
        staged = sorted(staging.iterdir())
        thread.join(10)
        assert sorted(staging.iterdir()) == staged
    assert not list(workspace.modules_out.glob("env-*"))
