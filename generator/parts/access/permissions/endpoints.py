"""Which services a build calls with what it is permitted, for a network without internet."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from generator.parts.access.permissions.section import Permissions


def endpoints(own: Permissions) -> Iterator[str]:
    """Yield the short names of the interface endpoints that short words need; statements say nothing of their calls."""
    if own.repositories.pull or own.repositories.push:
        yield from ("ecr.api", "ecr.dkr")
    if own.functions:
        yield "lambda"
    if own.keys.decrypt or own.keys.encrypt:
        yield "kms"
    if own.assume_roles:
        yield "sts"
