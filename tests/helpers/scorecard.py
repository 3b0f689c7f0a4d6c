"""What is promised to whoever operates Terraform with this, and how often each promise was put to the test and held."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable

    import pytest

_PROPERTY: Final = "scorecard"
PROMISES: Final = {
    "An interrupt keeps state": "4 signals x 10 moments: coherent state, no orphan",
    "State is never lost": "backend PUT 500, disk full or read-only: recovered to an empty plan",
    "A partial apply resumes": "every API call failed once: re-apply, then an empty plan",
    "One writer": "two applies at once; a stale lock needs its ID",
    "Only what was reviewed is applied": "bytes flipped, environment swapped, source edited, used twice: all refused",
    "Ambient variables change nothing": "each TF_* set: same plan JSON",
    "No secret leaves": "canaries looked for everywhere: found 0 times; files 0600",
    "Failures are explained": "each provoked for real: cause, remedy, place in the guide",
}


class Scorecard:
    """Adds up what the tests of a session have tried, from all processes that run them."""

    def __init__(self) -> None:
        self.held: Counter[str] = Counter()
        self.broken: Counter[str] = Counter()

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Count what a test has tried; of a test that failed nothing counts as held."""
        if report.when != "call":
            return
        for name, value in report.user_properties:
            if name == _PROPERTY and isinstance(value, (list, tuple)):
                (self.held if report.passed else self.broken)[str(value[0])] += int(value[1])

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Print the card, where there is anything on it."""
        if not self.held and not self.broken:
            return
        terminalreporter.section("scorecard")
        for promise, how in PROMISES.items():
            held, broken = self.held[promise], self.broken[promise]
            verdict = f"{held} of {held + broken}" if broken else f"{held} held"
            terminalreporter.write_line(f"{promise:36}{verdict:>12}   {how}")


def counting(record_property: Callable[[str, object], None]) -> Callable[[str, int], None]:
    """Return what a test calls with a promise and the number of times that it has tried it."""

    def count(promise: str, times: int = 1) -> None:
        assert promise in PROMISES
        record_property(_PROPERTY, [promise, times])

    return count
