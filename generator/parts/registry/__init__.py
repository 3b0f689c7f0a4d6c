"""Part `registry`: the container repositories."""

from __future__ import annotations

from typing import TYPE_CHECKING

from generator.parts.framework.claim import regional
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
from generator.parts.registry.section import Registry

if TYPE_CHECKING:
    from collections.abc import Iterator

    from generator.adoption.importable import Imports
    from generator.parts.framework.claim import Claim
    from generator.parts.framework.scope import Scope


def _rules() -> tuple[Rule, ...]:
    from generator.parts.registry import rules

    return (
        Rule(rules.registry),
        Rule(rules.pushes),
    )


def _claims(scope: Scope) -> Iterator[Claim]:
    """Yield the names that it claims."""
    section = scope.spec.registry
    for name in section.repositories if section else ():
        yield regional(scope.names, "repository", scope.names.repository(name), ("registry", "repositories", name))


def _derivation() -> Derivation:
    from generator.parts.registry import existing, module

    return Derivation(
        existing=existing.existing,
        modules={"registry": TerraformModule(module.registry, module.RegistryContext, module.RegistryShape)},
        origins=module.ORIGINS,
        keyed={
            "registry": (
                Keyed("aws_ecr_repository.this", "repository"),
                Keyed("aws_ecr_lifecycle_policy.this", "repository"),
                Keyed("aws_ecr_repository_policy.this", "repository", "pull"),
            )
        },
        outputs={"repository_urls": Output(("registry",), module.makes_repositories)},
        runbook=(RunbookSection("every_day", 60),),
        contributes=module.contributes,
    )


def _read_back() -> ReadBack:
    from generator.parts.registry import readback

    return ReadBack(checks=(readback.checks,), listings=readback.LISTINGS)


def _imports() -> Imports:
    from generator.parts.registry import imports

    return imports.IMPORTS


PART = Part(
    "registry",
    key=Key(Registry, "Container repositories in ECR, for what the builds make."),
    rules=_rules,
    claims=_claims,
    derivation=_derivation,
    read_back=_read_back,
    guards=beside(__file__),
    imports=_imports,
)
