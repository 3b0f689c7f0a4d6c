"""How long objects cannot be deleted by anybody: the lock of a bucket, in whichever unit it is written."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from generator.checks.guards.owners.inventory import AFTER, BEFORE, unknown_of, values_of
from generator.permissions.document import marked
from generator.permissions.policy import UNKNOWN
from generator.refusal import UNPROTECT, Refusal

if TYPE_CHECKING:
    from collections.abc import Iterator

    from generator.checks.guards.subject import Subject

# By type: the blocks down to the default retention.
_BLOCKS: Final = {
    "aws_s3_bucket_object_lock_configuration": ("rule", "default_retention"),
    "aws_s3_bucket": ("object_lock_configuration", "rule", "default_retention"),
}
_YEAR: Final = 365
_COMPLIANCE: Final = "COMPLIANCE"


def object_lock(subject: Subject) -> Iterator[Refusal]:
    """Refuse a lock on objects that holds for a shorter time, or that more people may lift."""
    for pair in subject.pairs:
        blocks = _BLOCKS.get(pair.type)
        if not blocks or pair.is_unchanged or pair.before is None or pair.after is None:
            continue
        before = _lock(marked(values_of(pair.before, BEFORE), {}), blocks)
        after = _lock(marked(values_of(pair.after, AFTER), dict(unknown_of(pair.after, AFTER))), blocks)
        is_ours = subject.expressions.is_configured(pair.after, blocks[0])
        if before == after or before is None or not before[1] or (after is None and not is_ours):
            continue
        if after is None or after[1] < before[1] or before[0] == _COMPLIANCE != after[0]:
            was, then = _words(before), _words(after)
            reason = f"loses the lock on objects: it goes from {was} to {then}"
            yield Refusal(UNPROTECT, pair.address, reason, (blocks[0],), before=was, after=then)


def _lock(values: Any, blocks: tuple[str, ...]) -> tuple[str, float] | None:  # noqa: ANN401  # any JSON value
    """Return the mode and the days of a lock; no days where there is none, None where it is not known."""
    at = values
    for name in blocks:
        held = at.get(name)
        if held is UNKNOWN or (held and held[0] is UNKNOWN):
            return None
        if not held:
            return "", 0
        at = held[0]
    mode, days, years = at.get("mode"), at.get("days"), at.get("years")
    if UNKNOWN in (mode, days, years):
        return None
    return str(mode), float(days or 0) + _YEAR * float(years or 0)


def _words(lock: tuple[str, float] | None) -> str:
    if lock is None:
        return "what is known only after apply"
    return f"{lock[1]:g} days ({lock[0]})" if lock[1] else "none"
