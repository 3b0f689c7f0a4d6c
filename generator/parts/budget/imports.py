"""What exists of part `budget`, and how it is taken over: budgets."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from generator.adoption.importable import Importable

if TYPE_CHECKING:
    from generator.adoption.importable import Imports

IMPORTS: Final[Imports] = {
    "aws_budgets_budget": Importable(
        "{account}:{name}", "budgets", "describe_budget", {"AccountId": "{account}", "BudgetName": "{name}"}
    ),
}
