"""Part `schedule`: builds that start by the clock."""

from __future__ import annotations

from typing import TYPE_CHECKING

from generator.parts.framework.claim import regional, role
from generator.parts.framework.classification import beside
from generator.parts.framework.moves import Keyed
from generator.parts.framework.part import Derivation, Output, Part, ReadBack, Rule, TerraformModule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from generator.adoption.importable import Imports
    from generator.parts.framework.claim import Claim
    from generator.parts.framework.scope import Scope


def _rules() -> tuple[Rule, ...]:
    from generator.parts.schedule import rules

    return (Rule(rules.schedules),)


def _claims(scope: Scope) -> Iterator[Claim]:
    """Yield the names that it claims."""
    spec, names = scope.spec, scope.names
    if any(build.schedule for build in spec.builds.values()):
        yield regional(names, "schedule-group", names.schedule_group)
        yield role(names, names.schedule_role)
        if spec.notifications is not None:
            yield regional(names, "alarm", names.missed_schedules)


def _derivation() -> Derivation:
    from generator.parts.schedule import module

    return Derivation(
        modules={"schedule": TerraformModule(module.schedule, module.ScheduleContext, module.ScheduleShape)},
        origins=module.ORIGINS,
        keyed={"schedule": (Keyed("aws_scheduler_schedule.this"),)},
        outputs={"schedule_arns": Output(("builds.*.schedule",), module.is_scheduled)},
        contributes=module.contributes,
    )


def _read_back() -> ReadBack:
    from generator.parts.schedule import readback

    return ReadBack(checks=(readback.checks,), listings=readback.LISTINGS)


def _imports() -> Imports:
    from generator.parts.schedule import imports

    return imports.IMPORTS


PART = Part(
    "schedule",
    rules=_rules,
    claims=_claims,
    derivation=_derivation,
    read_back=_read_back,
    guards=beside(__file__),
    imports=_imports,
)
