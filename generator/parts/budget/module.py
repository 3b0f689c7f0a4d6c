"""Module `budget`: what a month may cost, and who hears of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from generator.parts.framework.contribution import BUDGETS, NOTHING, Contribution
from generator.parts.framework.module import Module

if TYPE_CHECKING:
    from generator.parts.framework.scope import Scope


@dataclass(frozen=True, slots=True)
class AlertContext:
    """One alert, in the words of AWS Budgets."""

    notification_type: str
    percent: int


@dataclass(frozen=True, slots=True)
class BudgetContext:
    """Arguments of module `budget`."""

    name: str
    amount: int
    currency: str
    cost_tags: dict[str, str] | None
    alerts: list[AlertContext]
    email: list[str]
    topic: bool


@dataclass(frozen=True, slots=True)
class BudgetShape:
    """Features of module `budget`: what counts, and whether the topic is told."""

    stack: bool
    codebuild: bool
    topic: bool


def budget(scope: Scope, _: Contribution) -> Module | None:
    """Derive module `budget`; None where there is none."""
    spec, names = scope.spec, scope.names
    section = spec.budget
    if section is None:
        return None
    wanted = {"ACTUAL": section.actual, "FORECASTED": section.forecasted}
    arguments = BudgetContext(
        name=names.prefix,
        amount=section.amount,
        currency=section.currency,
        cost_tags={"Environment": names.environment, "Stack": spec.stack} if section.scope == "stack" else None,
        alerts=[AlertContext(kind, percent) for kind, alerts in wanted.items() for percent in sorted(alerts)],
        email=sorted(section.email),
        topic=section.topic and spec.notifications is not None,
    )
    shape = BudgetShape(
        stack=arguments.cost_tags is not None,
        codebuild=section.scope == "codebuild",
        topic=arguments.topic,
    )
    return Module(arguments, shape)


def contributes(scope: Scope) -> Contribution:
    """Publish to the topic where the budget tells it."""
    section = scope.spec.budget
    return Contribution(publishers=(BUDGETS,)) if section is not None and section.topic else NOTHING


ORIGINS: Final[dict[str, tuple[str, ...]]] = {
    "budget": ("budget",),
    "budget.name": ("stack",),
    "budget.amount": ("budget.amount",),
    "budget.currency": ("budget.currency",),
    "budget.cost_tags": ("budget.scope", "stack"),
    "budget.cost_tags.*": ("stack",),
    "budget.alerts": ("budget.actual", "budget.forecasted"),
    "budget.alerts.*": ("budget.actual", "budget.forecasted"),
    "budget.alerts.*.notification_type": ("budget.actual", "budget.forecasted"),
    "budget.alerts.*.percent": ("budget.actual", "budget.forecasted"),
    "budget.email": ("budget.email",),
    "budget.topic": ("budget.topic", "notifications"),
    "shapes.budget.codebuild": ("budget.scope",),
    "shapes.budget.stack": ("budget.scope",),
    "shapes.budget.topic": ("budget.topic", "notifications"),
}
