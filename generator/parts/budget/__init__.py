"""Part `budget`: what a month may cost, and who hears of it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from generator.parts.budget.section import Budget
from generator.parts.framework.claim import account_wide
from generator.parts.framework.classification import beside
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
    from generator.parts.budget import rules

    return (Rule(rules.budget),)


def _claims(scope: Scope) -> Iterator[Claim]:
    """Yield the names that it claims."""
    if scope.spec.budget is not None:
        yield account_wide(scope.names, "budget", scope.names.prefix)


def _derivation() -> Derivation:
    from generator.parts.budget import module

    return Derivation(
        modules={"budget": TerraformModule(module.budget, module.BudgetContext, module.BudgetShape)},
        origins=module.ORIGINS,
        outputs={"budget_name": Output(("budget",), lambda scope: scope.spec.budget is not None)},
        runbook=(RunbookSection("first_deployment", 30),),
        contributes=module.contributes,
    )


def _read_back() -> ReadBack:
    from generator.parts.budget import readback

    return ReadBack(checks=(readback.checks,), listings=readback.LISTINGS)


def _imports() -> Imports:
    from generator.parts.budget import imports

    return imports.IMPORTS


PART = Part(
    "budget",
    key=Key(Budget, "The monthly budget."),
    classes=Path(__file__).parent / "classes",
    rules=_rules,
    claims=_claims,
    derivation=_derivation,
    read_back=_read_back,
    guards=beside(__file__),
    imports=_imports,
)
