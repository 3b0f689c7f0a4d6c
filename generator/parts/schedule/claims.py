"""What part `schedule` claims."""

from __future__ import annotations

from typing import TYPE_CHECKING

from generator.claims.claim import regional, role

if TYPE_CHECKING:
    from collections.abc import Iterator

    from generator.claims.claim import Claim
    from generator.parts.scope import Scope


def claims(scope: Scope) -> Iterator[Claim]:
    """Yield the names that it claims."""
    spec, names = scope.spec, scope.names
    if any(build.schedule for build in spec.builds.values()):
        yield regional(names, "schedule-group", names.schedule_group)
        yield role(names, names.schedule_role)
        if spec.notifications is not None:
            yield regional(names, "alarm", names.missed_schedules)
