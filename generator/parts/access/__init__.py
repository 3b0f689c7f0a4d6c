"""Part `access`: the roles of the builds, one each."""

from __future__ import annotations

from generator.parts.access.section import Access
from generator.parts.part import Derivation, Key, Output, Part, ReadBack, Rule, TerraformModule


def _rules() -> tuple[Rule, ...]:
    from generator.parts.access import rules

    return (Rule(rules.boundary),)


def _derivation() -> Derivation:
    from generator.parts.access import module

    return Derivation(
        modules={"access": TerraformModule(module.access, module.AccessContext, module.AccessShape)},
        origins=module.ORIGINS,
        outputs={"build_role_arns": Output()},
    )


def _read_back() -> ReadBack:
    from generator.parts.access import readback

    return ReadBack(checks=(readback.checks,), listings=readback.LISTINGS)


PART = Part(
    "access",
    key=Key(Access, "The IAM role.", Access),
    rules=_rules,
    derivation=_derivation,
    read_back=_read_back,
)
