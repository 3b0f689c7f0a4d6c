"""Guards: what they watch of a resource, and why."""

from __future__ import annotations

from generator.checks.guards.classification.explanation import WatchedType, close_type, explained, type_of
from generator.errors import UsageError


def watched(target: str) -> WatchedType:
    """Say what the guards watch of a resource.

    Args:
        target: its address (`module.artifacts.aws_s3_bucket.this`), or its type.

    Raises:
        UsageError: it is neither.
    """
    kind = type_of(target)
    if not kind:
        close = close_type(target)
        hint = f"did you mean {close}?" if close else "write aws_s3_bucket, or module.artifacts.aws_s3_bucket.this"
        raise UsageError(f"{target} is neither the address of a resource nor a type of resources", hint=hint)
    return explained(kind)
