"""What `--allow` lets through: exactly what was refused, by its name, and nothing that was not."""

from __future__ import annotations

import re
import shlex
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from generator.errors import UsageError
from generator.refusal import KINDS
from generator.suggestion import closest

if TYPE_CHECKING:
    from collections.abc import Sequence

    from generator.refusal import Refusal


# An address may hold an equals sign in the key of a `for_each`.
_FORM: Final = re.compile(r'([^:=\s]+:(?:[^=\["]|\["(?:[^"\\]|\\.)*"\]|\[\d+\])+)(?:=(.*))?', re.DOTALL)


@dataclass(frozen=True, slots=True)
class Leave:
    """What one `--allow` says.

    Attributes:
        consent: which refusal it lets through: `delete:module.artifacts.aws_s3_bucket.this`.
        reason: why; "" where none is given.
    """

    consent: str
    reason: str = ""


def read_leaves(allowed: Sequence[str]) -> tuple[Leave, ...]:
    """Read what `--allow` says, before a plan is made.

    Raises:
        UsageError: it is not `KIND:ADDRESS`, or `KIND:ADDRESS=REASON`.
    """
    found = []
    for text in allowed:
        form = _FORM.fullmatch(text)
        if form is None:
            kind = closest(text.partition(":")[0], KINDS) or "delete"
            raise UsageError(
                f"--allow {text!r} is not KIND:ADDRESS",
                hint=f"write --allow {kind}:ADDRESS, as the refusal does, or --allow '{kind}:ADDRESS=the reason'",
            )
        found.append(Leave(form[1], (form[2] or "").strip()))
    return tuple(found)


def require_reasons(leaves: Sequence[Leave]) -> None:
    """Refuse to allow something of prod without a reason.

    Raises:
        UsageError: a reason is missing.
    """
    for leave in leaves:
        if not leave.reason:
            raise UsageError(
                f"--allow {leave.consent} gives no reason, and the environment is of class prod",
                hint=f"say why, for those who look it up later: --allow {shlex.quote(f'{leave.consent}=the reason')}",
            )


def remaining(refusals: Sequence[Refusal], allowed: Sequence[str]) -> list[Refusal]:
    """Return what is refused though some is allowed.

    Raises:
        UsageError: something is allowed that is not refused; it is likely misspelt, or left from another day.
    """
    known = {refusal.consent: refusal for refusal in refusals}
    for consent in allowed:
        if consent not in known:
            raise UsageError(f"--allow {consent}: nothing of that name is refused", hint=_remedy(consent, list(known)))
        if not known[consent].can_be_allowed:
            raise UsageError(f"--allow {consent}: nothing can allow that", hint=known[consent].reason)
    return [refusal for refusal in refusals if refusal.consent not in allowed]


def _remedy(consent: str, known: Sequence[str]) -> str:
    if not known:
        return "nothing is refused: leave it out"
    close = closest(consent, known, cutoff=0.5)
    return f"did you mean {close}?" if close else f"refused are: {', '.join(known)}"
