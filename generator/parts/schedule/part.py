"""Part `schedule`: builds that start by the clock."""

from __future__ import annotations

from typing import TYPE_CHECKING

from generator.parts.part import Derivation, Part, ReadBack, Rule, TerraformModule

if TYPE_CHECKING:
    from collections.abc import Iterable

    from generator.claims.claim import Claim
    from generator.parts.scope import Scope


def _rules() -> tuple[Rule, ...]:
    from generator.parts.schedule import rules

    return (Rule(rules.schedules),)


def _claims(scope: Scope) -> Iterable[Claim]:
    from generator.parts.schedule.claims import claims

    return claims(scope)


def _derivation() -> Derivation:
    from generator.parts.schedule import module

    return Derivation(
        modules={"schedule": TerraformModule(module.schedule, module.ScheduleContext, module.ScheduleShape)},
        origins=module.ORIGINS,
        contributes=module.contributes,
    )


def _read_back() -> ReadBack:
    from generator.parts.schedule import readback

    return ReadBack(checks=(readback.checks,), listings=readback.LISTINGS)


PART = Part(
    "schedule",
    rules=_rules,
    claims=_claims,
    derivation=_derivation,
    read_back=_read_back,
)
