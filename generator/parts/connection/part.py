"""Part `connection`: the source of the builds, and how CodeBuild signs in there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from generator.parts.part import Derivation, Part, ReadBack, Rule, TerraformModule

if TYPE_CHECKING:
    from collections.abc import Iterable

    from generator.claims.claim import Claim
    from generator.parts.scope import Scope


def _rules() -> tuple[Rule, ...]:
    from generator.parts.connection import rules, source_rules

    return (
        Rule(source_rules.repository),
        Rule(rules.sign_in),
        Rule(rules.approval),
    )


def _claims(scope: Scope) -> Iterable[Claim]:
    from generator.parts.connection.claims import claims

    return claims(scope)


def _derivation() -> Derivation:
    from generator.parts.connection import module

    return Derivation(
        modules={"connection": TerraformModule(module.connection, module.ConnectionContext, module.ConnectionShape)},
        origins=module.ORIGINS,
    )


def _read_back() -> ReadBack:
    from generator.parts.connection import readback

    return ReadBack(checks=(readback.checks,), listings=readback.LISTINGS)


PART = Part(
    "connection",
    rules=_rules,
    claims=_claims,
    derivation=_derivation,
    read_back=_read_back,
)
