"""What `--allow` lets through: exactly what was refused, by its name, and nothing that was not."""

from __future__ import annotations

from typing import TYPE_CHECKING

from generator.errors import UsageError
from generator.guards.refusal import KINDS
from generator.suggestion import closest

if TYPE_CHECKING:
    from collections.abc import Sequence

    from generator.guards.refusal import Refusal


def require_form(allowed: Sequence[str]) -> None:
    """Refuse an `--allow` that cannot mean anything, before a plan is made.

    Raises:
        UsageError: it is not `KIND:ADDRESS`.
    """
    for consent in allowed:
        kind, colon, address = consent.partition(":")
        if not (kind and colon and address):
            raise UsageError(
                f"--allow {consent!r} is not KIND:ADDRESS",
                hint=f"write --allow {closest(kind, KINDS) or 'delete'}:ADDRESS, as the refusal does",
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
