"""How terraform is run: nothing that happens to us may make it lose its state."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from generator.errors import InterruptedRunError, ToolError
from generator.terraform.process.interrupts import forwarded
from generator.terraform.process.runner import CommandResult, run
from generator.terraform.process.safe_stop import Calm

if TYPE_CHECKING:
    from collections.abc import Callable

REPOSITORY = Path(__file__).parents[3]
SIGNALS = [signal.SIGINT, signal.SIGTERM, signal.SIGHUP]


def run_python(tmp_path: Path, code: str, on_line: Callable[[bytes], None] | None = None) -> CommandResult:
    return run(
        [sys.executable, "-c", code],
        folder=tmp_path,
        environment={"PATH": os.environ["PATH"]},
        logs=tmp_path / "logs",
        name="child",
        on_line=on_line,
    )


def wait_for(condition: Callable[[], object], *, seconds: float = 60.0) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.02)


def test_code_output_and_error_output_are_kept_apart(tmp_path: Path) -> None:
    result = run_python(tmp_path, "import sys; print('out'); print('err', file=sys.stderr); sys.exit(3)")

    assert (result.code, result.out, result.err) == (3, "out\n", "err\n")


def test_output_larger_than_any_pipe_on_both_streams_does_not_hang(tmp_path: Path) -> None:
    result = run_python(tmp_path, "import sys; sys.stderr.write('e' * 3_000_000); sys.stdout.write('o' * 3_000_000)")

    assert (len(result.out), len(result.err)) == (3_000_000, 3_000_000)


def test_output_that_is_no_utf_8_is_shown_with_replacement_characters(tmp_path: Path) -> None:
    result = run_python(tmp_path, "import sys; sys.stdout.buffer.write(b'a\\xffb')")

    assert result.out == "a\N{REPLACEMENT CHARACTER}b"


def test_the_child_sees_only_its_own_environment(tmp_path: Path) -> None:
    assert "HOME" not in run_python(tmp_path, "import os; print(sorted(os.environ))").out


def test_the_child_reads_from_nowhere_even_if_we_could(tmp_path: Path) -> None:
    ours, typed = os.dup(0), os.memfd_create("typed")
    os.write(typed, b"yes")
    os.lseek(typed, 0, os.SEEK_SET)
    os.dup2(typed, 0)
    try:
        result = run_python(tmp_path, "import sys; print(repr(sys.stdin.read()))")
    finally:
        os.dup2(ours, 0)
        os.close(ours)
        os.close(typed)

    assert result.out == "''\n"


def test_the_child_has_a_session_of_its_own(tmp_path: Path) -> None:
    assert int(run_python(tmp_path, "import os; print(os.getsid(0))").out) != os.getsid(0)


def test_everything_it_writes_is_for_the_owner_alone(tmp_path: Path) -> None:
    result = run_python(tmp_path, "open('made', 'w').close()")

    assert (tmp_path / "made").stat().st_mode & 0o777 == 0o600
    assert result.stdout.stat().st_mode & 0o777 == 0o600
    assert result.stdout.parent.stat().st_mode & 0o777 == 0o700


def test_lines_arrive_while_it_runs(tmp_path: Path) -> None:
    arrived: list[tuple[bytes, bool]] = []
    goon = tmp_path / "go on"
    code = "import os, time\nprint('first', flush=True)\nwhile not os.path.exists('go on'): time.sleep(0.01)\nprint('last')"

    def on_line(line: bytes) -> None:
        arrived.append((line, goon.exists()))
        goon.touch()

    run_python(tmp_path, code, on_line)

    assert arrived == [(b"first", False), (b"last", True)]


def test_a_last_line_without_its_end_arrives_too(tmp_path: Path) -> None:
    lines: list[bytes] = []

    run_python(tmp_path, "print('one'); print('two', end='')", lines.append)

    assert lines == [b"one", b"two"]


def test_a_listener_that_fails_is_heard_only_after_the_child_has_ended(tmp_path: Path) -> None:
    def fail(line: bytes) -> None:
        raise BrokenPipeError(line)

    code = "import time; print('x', flush=True); time.sleep(0.4); open('finished', 'w').close()"
    with pytest.raises(BrokenPipeError):
        run_python(tmp_path, code, fail)

    assert (tmp_path / "finished").exists()


def test_a_program_that_cannot_be_started_is_named(tmp_path: Path) -> None:
    with pytest.raises(ToolError, match="/nowhere/terraform could not be started"):
        run(["/nowhere/terraform"], folder=tmp_path, environment={}, logs=tmp_path / "logs", name="x")


def test_old_logs_go_and_new_ones_stay(tmp_path: Path) -> None:
    for _ in range(40):
        last = run(["/bin/true"], folder=tmp_path, environment={}, logs=tmp_path / "logs", name="x")

    assert last.stdout.exists()
    assert len(list((tmp_path / "logs").iterdir())) <= 62


def test_handlers_are_restored(tmp_path: Path) -> None:
    before = [signal.getsignal(number) for number in SIGNALS]

    run_python(tmp_path, "pass")

    assert [signal.getsignal(number) for number in SIGNALS] == before


COUNTING_CHILD = """
import signal, time
count = 0
def told(*_):
    global count
    count += 1
signal.signal(signal.SIGINT, told)
open('ready', 'w').close()
end = time.monotonic() + 20
while not count and time.monotonic() < end:
    time.sleep(0.01)
time.sleep(0.5)
open('count', 'w').write(str(count))
"""


@pytest.mark.parametrize("number", SIGNALS, ids=lambda number: number.name)
def test_many_signals_become_one_sigint_and_the_child_gets_its_time(tmp_path: Path, number: signal.Signals) -> None:
    if number == signal.SIGHUP:
        signal.signal(number, signal.SIG_DFL)  # nohup, under which the tests may run, has it ignored

    def send() -> None:
        wait_for((tmp_path / "ready").exists)
        for _ in range(5):
            os.kill(os.getpid(), number)
            time.sleep(0.05)

    sender = threading.Thread(target=send)
    sender.start()
    with pytest.raises(InterruptedRunError, match=f"{number.name} came while") as caught:
        run_python(tmp_path, COUNTING_CHILD)
    sender.join()

    assert (tmp_path / "count").read_text() == "1"
    assert caught.value.code == 0


CREATING_CHILD = """
import json, signal, sys, time
told = []
signal.signal(signal.SIGINT, lambda *_: told.append(time.monotonic()))
began = time.monotonic()
for number in range(int(sys.argv[1])):
    if told:
        break
    print(json.dumps({"type": "apply_start", "hook": {"resource": {"addr": f"a_b.c{number}"}, "action": "create"}}), flush=True)
    last = time.monotonic()
    open('ready', 'w').close()
    time.sleep(0.5)
while not told:
    time.sleep(0.01)
open('waited', 'w').write(f"{told[0] - last} {told[0] - began}")
"""


@pytest.mark.parametrize(("creations", "least", "most"), [(1, 1.4, 60.0), (40, -60.0, 15.0)], ids=["soon", "at last"])
def test_nothing_is_stopped_while_something_has_just_begun_to_be_created(
    tmp_path: Path, creations: int, least: float, most: float
) -> None:
    def send() -> None:
        wait_for((tmp_path / "ready").exists)
        os.kill(os.getpid(), signal.SIGTERM)

    sender = threading.Thread(target=send)
    sender.start()
    with pytest.raises(InterruptedRunError) as caught:
        run(
            [sys.executable, "-c", CREATING_CHILD, str(creations)],
            folder=tmp_path,
            environment={"PATH": os.environ["PATH"]},
            logs=tmp_path / "logs",
            name="apply",
            calm=Calm(),
        )
    sender.join()

    since_last, since_began = map(float, (tmp_path / "waited").read_text().split())
    assert since_last >= least
    assert since_began <= most
    assert "may exist already; if so, import them: a_b.c0" in caught.value.hint


def test_children_in_other_threads_are_told_too(tmp_path: Path) -> None:
    folders = [tmp_path / "a", tmp_path / "b"]
    outcomes: list[str] = []

    def work(folder: Path) -> None:
        folder.mkdir()
        try:
            run_python(folder, COUNTING_CHILD)
        except InterruptedRunError as error:
            outcomes.append(str(error))

    with forwarded():
        threads = [threading.Thread(target=work, args=[folder]) for folder in folders]
        for thread in threads:
            thread.start()
        wait_for(lambda: all((folder / "ready").exists() for folder in folders))
        os.kill(os.getpid(), signal.SIGTERM)
        for thread in threads:
            thread.join()

    assert [(folder / "count").read_text() for folder in folders] == ["1", "1"]
    assert len(outcomes) == 2


def test_after_a_signal_nothing_more_is_started(tmp_path: Path) -> None:
    def send() -> None:
        wait_for((tmp_path / "ready").exists)
        os.kill(os.getpid(), signal.SIGTERM)

    sender = threading.Thread(target=send)
    sender.start()
    with forwarded():
        with pytest.raises(InterruptedRunError):
            run_python(tmp_path, COUNTING_CHILD)
        with pytest.raises(InterruptedRunError, match="nothing was done"):
            run_python(tmp_path, "open('second', 'w').close()")
    sender.join()

    assert not (tmp_path / "second").exists()


def test_signals_while_no_child_runs_end_us_as_usual() -> None:
    with forwarded():
        for _ in range(2):
            with pytest.raises(KeyboardInterrupt):
                os.kill(os.getpid(), signal.SIGTERM)


SLOW_ROOT = """
terraform {
  backend "local" {}
}

resource "terraform_data" "first" {
  input = "kept"
}

resource "terraform_data" "slow" {
  depends_on = [terraform_data.first]

  provisioner "local-exec" {
    command = "touch started; sleep 6; touch slept"
  }
}

resource "terraform_data" "last" {
  depends_on = [terraform_data.slow]
}
"""
DRIVER = """
import sys
from pathlib import Path
from generator.errors import InterruptedRunError
from generator.terraform import Mode, open_stack
from generator.workspace import Workspace

stack = open_stack(Workspace.find(Path.cwd()), "dev", Mode.REAL, account="111122223333", region="us-east-1")
planned = stack.plan()
try:
    stack.apply(planned)
except InterruptedRunError as error:
    print(error, error.code)
    sys.exit(42)
"""


def start_slow_apply(root: Path) -> subprocess.Popen[str]:
    """Start an apply in a process of its own, and wait until its slow resource is in flight."""
    (root / "environments").mkdir()
    folder = root / "modules_out" / "dev"
    folder.mkdir(parents=True)
    (folder / "main.tf").write_text(SLOW_ROOT)
    environ = os.environ | {"PYTHONPATH": str(REPOSITORY)}
    driver = subprocess.Popen(
        [sys.executable, "-c", DRIVER],
        cwd=root,
        env=environ,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    wait_for(lambda: (folder / "started").exists() or driver.poll() is not None)
    assert driver.poll() is None, driver.communicate()[0]
    return driver


def terraforms_in(folder: Path) -> list[int]:
    """List the terraform processes there; a provisioner's own grandchildren are not terraform's to end."""
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            if (entry / "cwd").readlink() == folder and "terraform" in (entry / "exe").readlink().name:
                found.append(int(entry.name))
        except OSError:
            continue
    return found


def state_in(folder: Path) -> dict[str, str]:
    document = json.loads((folder / "terraform.tfstate").read_text())
    return {entry["name"]: entry["instances"][0].get("status", "whole") for entry in document["resources"]}


@pytest.mark.terraform
@pytest.mark.parametrize("number", SIGNALS, ids=lambda number: number.name)
def test_an_interrupted_apply_leaves_a_coherent_state_no_lock_and_no_orphan(
    tmp_path: Path, number: signal.Signals
) -> None:
    folder = tmp_path / "modules_out" / "dev"
    driver = start_slow_apply(tmp_path)

    driver.send_signal(number)
    output, _ = driver.communicate(timeout=60)

    assert driver.returncode == 42, output
    assert f"{number.name} came while terraform apply ran" in output
    state = state_in(folder)
    assert state["first"] == "whole"
    assert state["slow"] in {"tainted", "whole"}
    assert "last" not in state
    assert not (folder / ".terraform.tfstate.lock.info").exists()
    assert terraforms_in(folder) == []


@pytest.mark.terraform
def test_terraform_finishes_even_if_we_are_killed(tmp_path: Path) -> None:
    folder = tmp_path / "modules_out" / "dev"
    driver = start_slow_apply(tmp_path)

    driver.kill()
    driver.communicate(timeout=60)
    wait_for(lambda: not terraforms_in(folder))

    assert state_in(folder) == {"first": "whole", "slow": "whole", "last": "whole"}
    assert (folder / "slept").exists()
