"""An interrupt keeps state: whatever signal comes, at whatever moment, what exists is what the state knows."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from typing import TYPE_CHECKING

import pytest
from estate import SMALL, Estate, terraforms_below

from generator.terraform import find_tools

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from fault_proxy import Call, FaultProxy

    from generator.terraform import Tools

pytestmark = [pytest.mark.faults, pytest.mark.terraform]

PROMISE = "An interrupt keeps state"
SIGNALS = [signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGKILL]
MOMENTS = 10
_LATE = 0.8
# Roles, then a while in which nothing begins, then the log groups: so that there is something to stop.
PAUSED = (
    SMALL.replace(
        "for_each = aws_iam_role.these", "for_each   = aws_iam_role.these\n  depends_on = [terraform_data.pause]"
    )
    + """
resource "terraform_data" "pause" {
  depends_on = [aws_iam_role.these]

  provisioner "local-exec" {
    command = "sleep 2.5"
  }
}
"""
)
# What tfstencil does once a plan is agreed to, without making the plan each time: it is the same from the same state.
DRIVER = """
import os, sys
from pathlib import Path
from generator.errors import InterruptedRunError
from generator.terraform import Mode, open_stack
from generator.workspace import Workspace

root, account, plan = sys.argv[1:]
stack = open_stack(Workspace.find(Path(root)), "dev", Mode.REAL, account=account, region="us-east-1")
try:
    stack.apply(Path(plan))
except InterruptedRunError:
    sys.exit(42)
except KeyboardInterrupt:
    sys.exit(43)
"""


@pytest.fixture(scope="module")
def tools() -> Tools:
    return find_tools()


class Stage:
    """A planned environment, and the calls that its apply makes from beginning to end."""

    def __init__(self, estate: Estate, tools: Tools) -> None:
        self.estate = estate
        self.plan = estate.workspace.root / "dev.tfplan"
        estate.stack(tools).plan(out=self.plan)
        estate.proxy.calls.clear()
        self.apply(lambda _: None)
        self.calls = [call.name for call in estate.proxy.calls]
        assert len(estate.exists()) == 6
        estate.remove_all()

    def apply(self, on_call: Callable[[subprocess.Popen[bytes]], object]) -> int:
        """Apply the plan in a process of its own; `on_call` gets that process at each call that terraform makes."""
        used = self.estate.workspace.root / "used.tfplan"
        used.write_bytes(self.plan.read_bytes())
        process = subprocess.Popen(
            [sys.executable, "-c", DRIVER, str(self.estate.workspace.root), self.estate.account, str(used)],
            env=self.estate.variables(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
        )

        def judge(_: Call) -> None:
            on_call(process)

        self.estate.proxy.judge = judge
        _, said = process.communicate(timeout=300)
        deadline = time.monotonic() + 120
        while terraforms_below(self.estate.workspace.root) and time.monotonic() < deadline:
            time.sleep(0.05)
        assert b"Traceback" not in said, said.decode()
        return process.returncode

    def interrupted_at(self, number: int, sent: signal.Signals) -> int:
        """Apply, and send a signal when the call of that number comes; AWS does what it is asked, and is slow to answer."""
        seen, slow = [0], list[object]()

        def on_call(process: subprocess.Popen[bytes]) -> None:
            seen[0] += 1
            if seen[0] == number:
                process.send_signal(sent)
                slow.append(threading.current_thread())

        def answer_late(_: Call) -> None:
            if threading.current_thread() in slow:
                slow.clear()
                time.sleep(_LATE)

        self.estate.proxy.after = answer_late
        return self.apply(on_call)


@pytest.fixture(scope="module")
def stage(sandbox_proxy: FaultProxy, tools: Tools, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    account = f"{os.getpid() % 10**6:06}765432"
    yield Stage(Estate(tmp_path_factory.mktemp("signals") / "w", sandbox_proxy, account, main=PAUSED), tools)
    sandbox_proxy.heal()


@pytest.fixture(scope="module")
def sandbox_proxy(request: pytest.FixtureRequest) -> Iterator[FaultProxy]:
    from fault_proxy import FaultProxy

    with FaultProxy(request.getfixturevalue("sandbox").endpoint) as started:
        yield started


@pytest.mark.parametrize("moment", range(MOMENTS), ids=lambda moment: f"moment {moment + 1}")
@pytest.mark.parametrize("sent", SIGNALS, ids=lambda number: number.name)
def test_after_a_signal_the_state_knows_all_that_exists(
    sent: signal.Signals, moment: int, stage: Stage, score: Callable[..., None]
) -> None:
    estate = stage.estate
    try:
        # From the first call of the apply to the last, in equal steps.
        code = stage.interrupted_at(1 + moment * (len(stage.calls) - 1) // (MOMENTS - 1), sent)
        assert terraforms_below(estate.workspace.root) == [], "a terraform is left behind"
        assert estate.known() == estate.exists()
        assert not estate.is_locked()
        assert code in {0, 42, -signal.SIGKILL} if sent is signal.SIGKILL else code in {0, 42}
        if sent is signal.SIGKILL:
            # Nobody told terraform to stop, so it has finished.
            assert len(estate.exists()) == 6
        score(PROMISE)
    finally:
        estate.proxy.heal()
        estate.remove_all()


def test_an_apply_that_was_stopped_goes_on_where_it_was(stage: Stage, tools: Tools, score: Callable[..., None]) -> None:
    estate = stage.estate
    try:
        first = next(number for number, name in enumerate(stage.calls, 1) if name == "iam:CreateRole")
        assert stage.interrupted_at(first, signal.SIGTERM) == 42
        made = estate.exists()
        assert 0 < len(made) < 6
        assert estate.known() == made
        stack = estate.stack(tools)
        stack.apply(stack.plan())
        assert len(estate.exists()) == 6
        assert stack.plan().plan.is_empty
        score(PROMISE)
    finally:
        estate.proxy.heal()
        estate.remove_all()
