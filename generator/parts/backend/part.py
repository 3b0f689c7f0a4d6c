"""Part `backend`: the bucket that keeps Terraform's states."""

from __future__ import annotations

from typing import TYPE_CHECKING

from generator.parts.backend.section import Backend
from generator.parts.part import Derivation, Key, Part, ReadBack, Rule, TerraformModule

if TYPE_CHECKING:
    from collections.abc import Iterable

    from generator.claims.claim import Claim
    from generator.parts.scope import Scope


def _rules() -> tuple[Rule, ...]:
    from generator.parts.backend import rules

    return (
        Rule(rules.kind, "always"),
        Rule(rules.encryption, "backend"),
        Rule(rules.bucket, "backend"),
    )


def _claims(scope: Scope) -> Iterable[Claim]:
    from generator.parts.backend.claims import claims

    return claims(scope)


def _derivation() -> Derivation:
    from generator.parts.backend import module

    return Derivation(
        modules={"backend": TerraformModule(module.backend, module.BackendContext, module.BackendShape)},
        origins=module.ORIGINS,
    )


def _read_back() -> ReadBack:
    from generator.parts.backend import readback

    return ReadBack(checks=(readback.checks,))


PART = Part(
    "backend",
    key=Key(Backend, "The bucket that keeps states; it takes an environment of its own, without builds."),
    kinds=frozenset({"backend"}),
    rules=_rules,
    claims=_claims,
    derivation=_derivation,
    read_back=_read_back,
)
