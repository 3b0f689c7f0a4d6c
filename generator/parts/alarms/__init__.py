"""Part `alarms`: the alarms of each build, and the dashboard."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from generator.model.names import ALARMS
from generator.parts.alarms.section import Alarms
from generator.parts.framework.claim import account_wide, regional
from generator.parts.framework.classification import beside
from generator.parts.framework.moves import Keyed
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

if TYPE_CHECKING:
    from collections.abc import Iterator

    from generator.adoption.importable import Imports
    from generator.parts.framework.claim import Claim
    from generator.parts.framework.scope import Scope


def _rules() -> tuple[Rule, ...]:
    from generator.parts.alarms import rules

    return (Rule(rules.alarms),)


def _claims(scope: Scope) -> Iterator[Claim]:
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


def _derivation() -> Derivation:
    from generator.parts.alarms import module

    return Derivation(
        modules={"alarms": TerraformModule(module.alarms, module.AlarmsContext, module.AlarmsShape)},
        origins=module.ORIGINS,
        keyed={
            "alarms": tuple(
                Keyed(f"aws_cloudwatch_metric_alarm.{kind}", feature=kind)
                for kind in ("failed_builds", "failure_rate", "duration", "queued_duration")
            )
        },
        outputs={
            "alarm_names": Output(("alarms",), module.has_any),
            "dashboard_name": Output(("alarms.dashboard",), module.has_dashboard),
        },
        runbook=(RunbookSection("every_day", 30),),
        contributes=module.contributes,
    )


def _read_back() -> ReadBack:
    from generator.parts.alarms import readback

    return ReadBack(checks=(readback.checks,), listings=readback.LISTINGS)


def _imports() -> Imports:
    from generator.parts.alarms import imports

    return imports.IMPORTS


PART = Part(
    "alarms",
    key=Key(Alarms, "Alarms on the builds' metrics, and the dashboard."),
    classes=Path(__file__).parent / "classes",
    rules=_rules,
    claims=_claims,
    derivation=_derivation,
    read_back=_read_back,
    guards=beside(__file__),
    imports=_imports,
)
