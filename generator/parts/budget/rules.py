"""Rules of the monthly budget."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from generator.model.rules.finding import Finding
from generator.model.rules.references import twice

if TYPE_CHECKING:
    from collections.abc import Iterator

    from generator.model.environment import EnvironmentSpec

# https://docs.aws.amazon.com/aws-cost-management/latest/APIReference/API_budgets_Notification.html
_ALERTS: Final = 10


def budget(_: str, spec: EnvironmentSpec) -> Iterator[Finding]:
    """AWS can keep the budget, and somebody hears of it."""
    section = spec.budget
    if section is None:
        return
    if spec.region.startswith("us-gov-"):
        yield Finding(
            ("budget",),
            "AWS has no budgets in GovCloud: its costs are on the bill of the account that it belongs to",
            "set budget: null, and make the budget there",
            "budget-region",
        )
    china = spec.region.startswith("cn-")
    if china != (section.currency == "CNY"):
        wanted = "CNY" if china else "USD"
        message = f"bills in {spec.region} are in {wanted}"
        yield Finding(("budget", "currency"), message, f"set currency: {wanted}", "budget-currency")
    if not section.email and (spec.notifications is None or not section.topic):
        yield Finding(
            ("budget",),
            "nobody would be told, and AWS wants at least one subscriber for each alert",
            "add budget.email: [address], or notifications, or set budget: null",
            "budget-unheard",
        )
    yield from twice(("budget", "email"), section.email)
    for key in ("actual", "forecasted"):
        yield from twice(("budget", key), getattr(section, key))
    alerts = len(section.actual) + len(section.forecasted)
    if not 1 <= alerts <= _ALERTS:
        yield Finding(
            ("budget", "actual" if section.actual else "forecasted"),
            f"makes {alerts} alerts together; a budget has 1 to {_ALERTS}",
            "add a percentage" if not alerts else "keep those that somebody would act on",
            "budget-alerts",
        )
