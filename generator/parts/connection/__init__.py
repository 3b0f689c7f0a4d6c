"""Part `connection`: the source of the builds, and how CodeBuild signs in there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from generator.parts.framework.claim import STACK, account_wide, regional
from generator.parts.framework.classification import beside
from generator.parts.framework.part import Derivation, Output, Part, ReadBack, Rule, RunbookSection, TerraformModule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from generator.adoption.importable import Imports
    from generator.parts.framework.claim import Claim
    from generator.parts.framework.scope import Scope


def _rules() -> tuple[Rule, ...]:
    from generator.parts.connection import rules, source_rules

    return (
        Rule(source_rules.repository),
        Rule(rules.sign_in),
        Rule(rules.approval),
    )


def _claims(scope: Scope) -> Iterator[Claim]:
    """Yield the names that it claims."""
    from generator.model.builds.sign_in import PROVIDERS, makes_connection
    from generator.parts.framework.facts import SOURCE_TYPES

    source, names = scope.spec.source, scope.names
    made, credential = source.connection, source.credential
    if made is not None and makes_connection(source) and source.type in PROVIDERS:
        path = ("source", "connection", "name") if made.name else STACK
        yield account_wide(names, "connection", made.name or names.prefix, path)
    if made is None and credential is not None and credential.scope == "account" and credential.secret:
        yield regional(names, "source-credential", SOURCE_TYPES[source.type], ("source", "credential"))


def _derivation() -> Derivation:
    from generator.parts.connection import module

    return Derivation(
        modules={"connection": TerraformModule(module.connection, module.ConnectionContext, module.ConnectionShape)},
        origins=module.ORIGINS,
        outputs={
            "connection_arn": Output(("source.connection",), module.is_made),
            "connection_status": Output(("source.connection",), module.is_made),
        },
        runbook=(RunbookSection("first_deployment", 10),),
    )


def _read_back() -> ReadBack:
    from generator.parts.connection import readback, readiness

    return ReadBack(checks=(readback.checks,), listings=readback.LISTINGS, needs=(readiness.needs,))


def _imports() -> Imports:
    from generator.parts.connection import imports

    return imports.IMPORTS


PART = Part(
    "connection",
    rules=_rules,
    claims=_claims,
    derivation=_derivation,
    read_back=_read_back,
    guards=beside(__file__),
    imports=_imports,
)
