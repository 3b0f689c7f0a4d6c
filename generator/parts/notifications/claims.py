"""What part `notifications` claims."""

from __future__ import annotations

from typing import TYPE_CHECKING

from generator.claims.claim import regional

if TYPE_CHECKING:
    from collections.abc import Iterator

    from generator.claims.claim import Claim
    from generator.parts.scope import Scope


def claims(scope: Scope) -> Iterator[Claim]:
    """Yield the names that it claims."""
    section, names = scope.spec.notifications, scope.names
    if section is None:
        return
    yield regional(names, "topic", names.topic)
    yield regional(names, "queue", names.undelivered)
    yield regional(names, "rule", names.topic)
    if section.phases:
        yield regional(names, "rule", names.phase_rule)
    if scope.spec.pipeline:
        yield regional(names, "rule", names.pipeline_rule)
    if scope.spec.pipeline and "FAILED" in section.statuses:
        yield regional(names, "rule", names.action_rule)
    if section.alarm_on_undelivered:
        yield regional(names, "alarm", names.undelivered)
    for index, function in enumerate(section.functions):
        yield f"permission {function} {names.topic}", ("notifications", "lambda", index)
