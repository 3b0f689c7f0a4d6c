"""Reads back the monthly budget."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, Final

from generator.readback.check import Check
from generator.readback.listing import ACCOUNT, Listing

if TYPE_CHECKING:
    from collections.abc import Iterator

    from generator.parts.budget.section import Budget
    from generator.readback.expectation import Expectation


def checks(expected: Expectation) -> Iterator[Check]:
    """Compare the budget with the spec; nothing where the spec has none."""
    section, names = expected.spec.budget, expected.names
    if section is None:
        return
    check = partial(Check, f"budget {names.prefix}")
    at = {"AccountId": names.account, "BudgetName": names.prefix}
    found = (expected.clients.ask("budgets", "describe_budget", **at) or {}).get("Budget")
    yield check("exists", True, found is not None, "budget")  # noqa: FBT003  # a value like any other
    if found is None:
        return
    limit = found["BudgetLimit"]
    yield check("amount", section.amount, float(limit["Amount"]), "budget.amount")
    yield check("currency", section.currency, limit["Unit"], "budget.currency")
    yield check("time", "MONTHLY", found["TimeUnit"], "budget")
    yield check("counts", _scope(expected, section), found.get("CostFilters", {}), "budget.scope")
    alerts = expected.clients.ask_all("budgets", "describe_notifications_for_budget", "Notifications", **at)
    for kind, key in (("ACTUAL", "actual"), ("FORECASTED", "forecasted")):
        told = sorted(alert["Threshold"] for alert in alerts if alert["NotificationType"] == kind)
        yield check(f"alerts, {key} (%)", sorted(getattr(section, key)), told, f"budget.{key}")
    yield from _subscribers(expected, check, section, alerts, at)


def _scope(expected: Expectation, section: Budget) -> dict[str, list[str]]:
    tags = [f"user:Environment${expected.names.environment}", f"user:Stack${expected.spec.stack}"]
    return {"stack": {"TagKeyValue": tags}, "codebuild": {"Service": ["CodeBuild"]}}.get(section.scope, {})


def _subscribers(
    expected: Expectation, check: partial[Check], section: Budget, alerts: list[dict[str, Any]], at: dict[str, str]
) -> Iterator[Check]:
    wanted = {*section.email}
    if section.topic and expected.spec.notifications is not None:
        wanted.add(expected.names.topic_arn)
    for alert in alerts:
        told = expected.clients.ask_all(
            "budgets", "describe_subscribers_for_notification", "Subscribers", **at, Notification=alert
        )
        subject = f"{alert['NotificationType'].lower()} {alert['Threshold']:g} % tells"
        yield check(subject, sorted(wanted), sorted(one["Address"] for one in told), "budget.email")


LISTINGS: Final = (Listing("budget", "budgets", "describe_budgets", "Budgets", "BudgetName", {"AccountId": ACCOUNT}),)
