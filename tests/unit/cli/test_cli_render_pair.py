"""`tfstencil render` of many environments, by two processes: nothing that a user sees tells it from one."""

from __future__ import annotations

import os
import pty
import signal
import subprocess
import sys
import threading
import time
from typing import TYPE_CHECKING, Any

import pytest

from generator.model.loading.load import load_environment
from generator.output.parallel import two_processes
from generator.output.parallel.prepared import prepare

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from generator.output.parallel.prepared import Prepared
    from generator.workspace import Workspace

    Runner = Callable[..., subprocess.CompletedProcess[str]]

BASE = """\
stack: shop
class: dev
region: us-east-1
account: "111122223333"
tags: {Owner: platform-team, CostCenter: "1234"}
source: {type: github, repository: https://github.com/acme-platform/shop, branch: main}
builds:
  main: {runtime: {nodejs: 22}, timeout: 15m}
"""
NAMES = [f"e{number:02}" for number in range(12)]
# From Python 3.12 on a fork warns of threads, and pytest's workers have some.
pytestmark = [pytest.mark.slow, pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")]


@pytest.fixture
def workspace(workspace_of: Callable[[Mapping[str, str]], Workspace]) -> Workspace:
    specs = {name: f"extends: _base\ndescription: Number {name}\n" for name in NAMES}
    return workspace_of({"_base": BASE, **specs})


class Pair:
    """Makes two processes render a few environments, and notes which did which.

    Attributes:
        child: environments of the child.
        parent: those of this process, which lets the child begin.
    """

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self._folder, self._owner = folder, os.getpid()
        self.fault: Callable[[str], None] = lambda _: None
        monkeypatch.setattr(threading, "active_count", lambda: 1)
        monkeypatch.setattr(os, "sched_getaffinity", lambda _: {0, 1}, raising=False)
        monkeypatch.setattr(two_processes, "WORTH_TWO", 2)
        monkeypatch.setattr(two_processes, "prepare", self._noted)

    def _noted(self, change: Any, staging: Path) -> Prepared:
        deadline = time.monotonic() + 10
        while self._is_parent() and not self.child and time.monotonic() < deadline:
            time.sleep(0.001)
        who = "parent" if self._is_parent() else "child"
        with (self._folder / who).open("a") as log:
            log.write(f"{change.name}\n")
        if who == "child":
            self.fault(change.name)
        return prepare(change, staging)

    def _is_parent(self) -> bool:
        return os.getpid() == self._owner

    def _of(self, who: str) -> list[str]:
        file = self._folder / who
        return file.read_text().split() if file.exists() else []

    @property
    def child(self) -> list[str]:
        return self._of("child")

    @property
    def parent(self) -> list[str]:
        return self._of("parent")


@pytest.fixture
def two(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Pair:
    return Pair(tmp_path, monkeypatch)


def contents(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def told(ended: subprocess.CompletedProcess[str]) -> tuple[int, str, str]:
    return ended.returncode, ended.stdout, ended.stderr


@pytest.fixture
def alone(call: Runner, workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Any]:
    """Return what renders in one process, and returns what it says."""

    def run(*options: str) -> tuple[int, str, str]:
        with monkeypatch.context() as patch:
            patch.setattr(two_processes, "WORTH_TWO", 1 << 30)
            return told(call("-C", workspace.root, "render", *options))

    return run


def by_two(call: Runner, workspace: Workspace, *options: str) -> tuple[int, str, str]:
    return told(call("-C", workspace.root, "render", *options))


def forget(workspace: Workspace) -> None:
    subprocess.run(["rm", "-rf", workspace.modules_out, workspace.scratch / "index.json"], check=True)


@pytest.mark.parametrize("options", [(), ("--json",), ("-v",), ("--force",)])
def test_the_files_and_all_that_is_said_are_those_of_one_process(
    call: Runner, workspace: Workspace, two: Pair, alone: Callable[..., Any], options: tuple[str, ...]
) -> None:
    expected = alone(*options)
    files = contents(workspace.modules_out)
    forget(workspace)

    assert by_two(call, workspace, *options) == expected
    assert two.child
    assert sorted(two.child + two.parent) == NAMES
    assert contents(workspace.modules_out) == files
    assert alone("--check")[0] == 0
    assert "12 environments up to date, nothing written" in by_two(call, workspace)[1]


def test_a_change_of_the_base_is_rendered_by_two_as_by_one(
    call: Runner, workspace: Workspace, two: Pair, alone: Callable[..., Any]
) -> None:
    by_two(call, workspace)
    workspace.spec_path("_base").write_text(BASE.replace("15m", "20m"))
    assert by_two(call, workspace)[0] == 0
    assert (workspace.modules_out / NAMES[-1]).stat().st_mode == (workspace.modules_out / NAMES[0]).stat().st_mode
    assert len(two.child) + len(two.parent) == 2 * len(NAMES)
    assert alone("--check")[0] == 0


def test_problems_in_all_specs_are_told_at_once_and_in_order(
    call: Runner, workspace: Workspace, two: Pair, alone: Callable[..., Any]
) -> None:
    wrong = [NAMES[0], NAMES[1], NAMES[5], NAMES[-1]]
    for name in wrong:
        workspace.spec_path(name).write_text(f"extends: _base\ndescription: Number {name}\nnonsense: 1\n")
    found = by_two(call, workspace)
    assert found == alone()
    assert found[0] == 1
    assert [name for name in NAMES if f"environments/{name}.yaml:3" in found[2]] == wrong
    assert not workspace.modules_out.exists()


@pytest.mark.parametrize("name", [NAMES[0], NAMES[6], NAMES[-1]])
def test_a_template_error_names_template_and_spec_whichever_process_met_it(
    call: Runner, workspace: Workspace, two: Pair, alone: Callable[..., Any], name: str
) -> None:
    own = workspace.root / "templates"
    own.mkdir()
    (own / "versions.tf.j2").write_text(
        f'{{% if environment.name == "{name}" %}}\nx = {{{{ environment.region.nonsense | hcl }}}}\n{{% endif %}}\n'
    )
    found = by_two(call, workspace)
    assert found == alone()
    assert found[0] == 1
    assert "templates/versions.tf.j2:2" in found[2]
    assert "environments/_base.yaml:3" in found[2]
    assert not workspace.modules_out.exists()


def test_a_template_that_cannot_be_compiled_is_told_as_by_one(
    call: Runner, workspace: Workspace, two: Pair, alone: Callable[..., Any]
) -> None:
    own = workspace.root / "templates"
    own.mkdir()
    (own / "versions.tf.j2").write_text("{% if %}\n")
    found = by_two(call, workspace)
    assert found == alone()
    assert found[0] == 1
    assert not two.child


def test_edited_files_are_all_told_and_kept(
    call: Runner, workspace: Workspace, two: Pair, alone: Callable[..., Any]
) -> None:
    by_two(call, workspace)
    workspace.spec_path("_base").write_text(BASE.replace("15m", "20m"))
    for name in NAMES[::3]:
        (workspace.modules_out / name / "main.tf").write_text("mine\n")
    files = contents(workspace.modules_out)
    found = by_two(call, workspace)
    assert found == alone()
    assert found[2].count("edited by hand") == len(NAMES[::3])
    assert contents(workspace.modules_out) == files
    assert two.child


def test_a_child_that_is_killed_is_made_up_for(
    call: Runner, workspace: Workspace, two: Pair, alone: Callable[..., Any]
) -> None:
    two.fault = lambda _: os.kill(os.getpid(), signal.SIGKILL)
    assert by_two(call, workspace)[:2] == (0, f"12 environments rendered: {len(_ours(workspace))} files written\n")
    assert two.child
    assert alone("--check")[0] == 0


def _ours(workspace: Workspace) -> list[str]:
    return [path for path in contents(workspace.modules_out) if not path.endswith(".tfstencil.json")]


def test_a_spec_that_is_saved_meanwhile_is_read_again(
    call: Runner, workspace: Workspace, two: Pair, alone: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    spec = workspace.spec_path(NAMES[0])

    def load_while_somebody_saves(*arguments: Any) -> object:
        loaded = load_environment(*arguments)
        if "Another" not in spec.read_text():
            spec.write_text("extends: _base\ndescription: Another text\n")
        return loaded

    monkeypatch.setattr("generator.model.loading.load.load_environment", load_while_somebody_saves)
    assert by_two(call, workspace)[0] == 0
    assert two.child
    assert "Another text" in (workspace.modules_out / NAMES[0] / "README.md").read_text()
    assert alone("--check")[0] == 0


@pytest.mark.parametrize("options", [("--check",), ("--diff",), ("--check", "--diff"), (NAMES[0],)])
def test_what_shows_or_checks_or_is_little_is_done_by_one(
    call: Runner, workspace: Workspace, two: Pair, monkeypatch: pytest.MonkeyPatch, options: tuple[str, ...]
) -> None:
    monkeypatch.setattr(os, "fork", lambda: pytest.fail("a process was started"))
    assert by_two(call, workspace, *options)[0] == int("--check" in options)
    assert not two.child


def test_progress_on_a_terminal_begins_after_the_fork_and_ends_well(workspace: Workspace, repository: Path) -> None:
    """The display has a thread, which a process that forks must not have."""
    code = (
        "import os, sys, threading\nfrom generator.cli.main import run\n"
        "from generator.output.parallel import two_processes as pair\n"
        "pair.WORTH_TWO, pair.processors = 2, lambda: 2\n"
        "fork, forks = os.fork, []\nos.fork = lambda: forks.append(threading.active_count()) or fork()\n"
        "code = run(['-C', sys.argv[1], 'render'])\n"
        "print(code, forks, threading.active_count())"
    )
    leader, follower = pty.openpty()
    variables = {name: value for name, value in os.environ.items() if name != "CI"} | {"TERM": "xterm"}
    ended = subprocess.run(
        [sys.executable, "-W", "error", "-c", code, str(workspace.root)],
        cwd=repository,
        env=variables,
        stdout=subprocess.PIPE,
        stderr=follower,
        check=True,
        timeout=60,
    )
    os.close(follower)
    shown = os.read(leader, 1 << 16).decode()
    os.close(leader)
    assert ended.stdout.endswith(b"0 [1] 1\n")
    assert "rendering" in shown


@pytest.mark.parametrize(
    ("number", "to_all"),
    [
        (signal.SIGINT, True),
        (signal.SIGINT, False),
        (signal.SIGTERM, False),
        (signal.SIGTERM, True),
        (signal.SIGHUP, True),
    ],
)
def test_a_signal_ends_both_processes_as_it_ended_one(
    workspace: Workspace, repository: Path, number: int, *, to_all: bool
) -> None:
    specs = {f"more-{count:03}": "extends: _base\n" for count in range(200)}
    for name, text in specs.items():
        workspace.spec_path(name).write_text(text)
    with subprocess.Popen(
        [sys.executable, "-m", "generator", "-C", str(workspace.root), "render"],
        cwd=repository,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        start_new_session=True,
        text=True,
    ) as process:
        staging, deadline = workspace.modules_out / ".tfstencil", time.monotonic() + 30
        while not list(staging.glob("build-*")) and time.monotonic() < deadline:
            time.sleep(0.001)
        (os.killpg if to_all else os.kill)(process.pid, number)
        # The child has the same stderr, so that this ends when both have ended.
        said = process.stderr.read() if process.stderr else ""
        assert process.wait(30) == 130
    assert said.strip() == "error: interrupted"
    assert list(workspace.modules_out.glob("[a-z]*")) == []
    assert not staging.exists()
