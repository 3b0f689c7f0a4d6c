"""Part `tracing`: traces of the builds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from generator.parts.framework.claim import STACK, regional
from generator.parts.framework.classification import beside
from generator.parts.framework.part import Derivation, Key, Part, ReadBack, Rule, TerraformModule
from generator.parts.tracing.section import Tracing

if TYPE_CHECKING:
    from collections.abc import Iterator

    from generator.adoption.importable import Imports
    from generator.parts.framework.claim import Claim
    from generator.parts.framework.scope import Scope


def _rules() -> tuple[Rule, ...]:
    from generator.parts.tracing import rules

    return (Rule(rules.tracing),)


def _claims(scope: Scope) -> Iterator[Claim]:
    """Yield the names that it claims."""
    section, names = scope.spec.tracing, scope.names
    if section is not None:
        for kind in ("trace-group", "trace-rule"):
            yield regional(names, kind, section.name or names.prefix, ("tracing", "name") if section.name else STACK)


def _derivation() -> Derivation:
    from generator.parts.tracing import module

    return Derivation(
        modules={"tracing": TerraformModule(module.tracing, module.TracingContext, module.TracingShape)},
        origins=module.ORIGINS,
        contributes=module.contributes,
    )


def _read_back() -> ReadBack:
    from generator.parts.tracing import readback

    return ReadBack(checks=(readback.checks,), listings=readback.LISTINGS)


def _imports() -> Imports:
    from generator.parts.tracing import imports

    return imports.IMPORTS


PART = Part(
    "tracing",
    key=Key(Tracing, "Traces of the builds; opt-in."),
    rules=_rules,
    claims=_claims,
    derivation=_derivation,
    read_back=_read_back,
    guards=beside(__file__),
    imports=_imports,
)
