"""What a build waits for that Terraform does not make: a connection to approve, a secret, an image, an address."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Literal

from generator.errors import SandboxError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any


@dataclass(frozen=True, slots=True)
class Need:
    """One thing that must be there before a build can work.

    Attributes:
        subject: what, for people: `Parameter /shop/npm-token`.
        state: `unknown` where it could not be found out.
        found: what was found, in words.
        remedy: what to do; "" where it is ready.
        spec_key: dotted key of the spec that asks for it.
    """

    subject: str
    state: Literal["ready", "missing", "unknown"]
    found: str
    remedy: str = ""
    spec_key: str = ""

    def as_dict(self) -> dict[str, object]:
        """Return it for machine-readable output."""
        return asdict(self)


def looked_up(
    subject: str,
    spec_key: str,
    ask: Callable[[], Mapping[str, Any] | None],
    judge: Callable[[Mapping[str, Any]], str],
    remedy: str,
) -> Need:
    """Ask AWS for something.

    Args:
        subject: what, for people.
        spec_key: dotted key of the spec that asks for it.
        ask: asks; None where AWS says that there is no such thing.
        judge: says what is wrong with the answer; "" where nothing is.
        remedy: what to do where it is missing or wrong.
    """
    try:
        answer = ask()
    except SandboxError as error:
        return Need(
            subject, "unknown", str(error), "allow your credentials to read it, or look in the console", spec_key
        )
    if answer is None:
        return Need(subject, "missing", "there is none", remedy, spec_key)
    wrong = judge(answer)
    return Need(subject, "missing" if wrong else "ready", wrong or "is there", remedy if wrong else "", spec_key)
