"""Part `notifications`: messages about the builds."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from generator.parts.framework.claim import given, regional
from generator.parts.framework.classification import beside
from generator.parts.framework.part import (
    Derivation,
    Key,
    Output,
    Part,
    ReadBack,
    Rule,
    RunbookSection,
    TerraformModule,
)
from generator.parts.notifications.section import Notifications

if TYPE_CHECKING:
    from collections.abc import Iterator

    from generator.adoption.importable import Imports
    from generator.parts.framework.claim import Claim
    from generator.parts.framework.scope import Scope


def _rules() -> tuple[Rule, ...]:
    from generator.parts.notifications import rules

    return (Rule(rules.notifications),)


def _claims(scope: Scope) -> Iterator[Claim]:
    """Yield the names that it claims."""
    section, names = scope.spec.notifications, scope.names
    if section is None:
        return
    if not section.exists:
        yield regional(names, "topic", names.topic, given(scope, "topic"))
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


def _derivation() -> Derivation:
    from generator.parts.notifications import existing, module

    return Derivation(
        existing=existing.existing,
        modules={
            "notifications": TerraformModule(
                module.notifications, module.NotificationsContext, module.NotificationsShape
            )
        },
        origins=module.ORIGINS,
        outputs={
            "notification_topic_arn": Output(("notifications",), module.has_topic),
            "undelivered_queue_url": Output(("notifications",), module.has_topic),
        },
        runbook=(
            RunbookSection("first_deployment", 20),
            RunbookSection("every_day", 40),
        ),
        contributes=module.contributes,
    )


def _read_back() -> ReadBack:
    from generator.parts.notifications import events_readback, readback, readiness

    return ReadBack(
        checks=(
            readback.checks,
            events_readback.checks,
        ),
        listings=readback.LISTINGS,
        needs=(readiness.needs,),
    )


def _imports() -> Imports:
    from generator.parts.notifications import imports

    return imports.IMPORTS


PART = Part(
    "notifications",
    key=Key(Notifications, "Messages about the builds; without it nobody is told."),
    classes=Path(__file__).parent / "classes",
    rules=_rules,
    claims=_claims,
    derivation=_derivation,
    read_back=_read_back,
    guards=beside(__file__),
    imports=_imports,
)
