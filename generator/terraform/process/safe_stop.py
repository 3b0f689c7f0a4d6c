"""A good moment to have terraform stop: one at which nothing has just begun to be created.

Told to stop, terraform has the provider drop the calls that are in flight. Where such a call creates something, AWS may
have created it already, and nobody has learnt of it: it exists, and no state knows it. The call stands at the beginning
of a resource's creation; what comes after it is waiting and reading, which may be dropped.
"""

from __future__ import annotations

from time import monotonic
from typing import Final

from generator.terraform.process.events import parse_event

# A call that creates something takes AWS some tenths of a second.
_CALM_SECONDS: Final = 1.5
# Who ends us will not wait for ever: GitHub's runners kill ten seconds after the first signal.
_LONGEST_SECONDS: Final = 5.0


class Calm:
    """Watches what terraform says while it works."""

    def __init__(self) -> None:
        self._last_begun = 0.0
        self._asked = 0.0

    def take(self, line: bytes) -> None:
        """Take one line of terraform's output."""
        if b'"apply_start"' not in line:
            return
        event = parse_event(line)
        if event and event.action == "create":
            self._last_begun = monotonic()

    def is_now(self) -> bool:
        """Whether terraform may be told to stop now; from the first time that it is asked, it is soon."""
        now = monotonic()
        self._asked = self._asked or now
        return now - self._last_begun >= _CALM_SECONDS or now - self._asked >= _LONGEST_SECONDS
