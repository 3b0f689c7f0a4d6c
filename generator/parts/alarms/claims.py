"""What part `alarms` claims."""

from __future__ import annotations

from typing import TYPE_CHECKING

from generator.claims.claim import account_wide, regional
from generator.spec.names import ALARMS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from generator.claims.claim import Claim
    from generator.parts.scope import Scope


def claims(scope: Scope) -> Iterator[Claim]:
    """Yield the names that it claims."""
    section, names = scope.spec.alarms, scope.names
    if section is None:
        return
    kinds = [kind for kind in ALARMS if getattr(section, kind) is not None]
    for build in section.builds or scope.spec.builds:
        for kind in kinds:
            yield regional(names, "alarm", names.alarm(build, kind), ("builds", build))
    if section.composite and kinds:
        yield regional(names, "alarm", names.any_alarm)
    if section.dashboard:
        yield account_wide(names, "dashboard", names.dashboard)
