"""Part `builds`: the builds: one CodeBuild project each."""

from __future__ import annotations

from typing import TYPE_CHECKING

from generator.parts.part import Derivation, Part, ReadBack, Rule, TerraformModule

if TYPE_CHECKING:
    from collections.abc import Iterable

    from generator.claims.claim import Claim
    from generator.parts.scope import Scope


def _rules() -> tuple[Rule, ...]:
    from generator.parts.builds.rules import build_sources, builds, customer_keys, effects, machines

    return (
        Rule(builds.builds),
        Rule(machines.machines),
        Rule(build_sources.build_sources),
        Rule(effects.effects),
        Rule(customer_keys.keys),
        Rule(customer_keys.secrets),
    )


def _claims(scope: Scope) -> Iterable[Claim]:
    from generator.parts.builds.claims import claims

    return claims(scope)


def _derivation() -> Derivation:
    from generator.parts.builds import module

    return Derivation(
        modules={"builds": TerraformModule(module.builds, module.BuildsContext, module.BuildsShape)},
        origins=module.ORIGINS,
        contributes=module.contributes,
    )


def _read_back() -> ReadBack:
    from generator.parts.builds import readback

    return ReadBack(checks=(readback.checks,), listings=readback.LISTINGS)


PART = Part(
    "builds",
    rules=_rules,
    claims=_claims,
    derivation=_derivation,
    read_back=_read_back,
)
