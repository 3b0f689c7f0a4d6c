"""The monthly budget."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from generator.model.endpoints import Email
from generator.model.section import Section

Percent = Annotated[int, Field(ge=1, le=1000)]


class Budget(Section):
    """A monthly cost budget with alerts; it stops nothing."""

    amount: Annotated[int, Field(ge=1, le=10_000_000)] = Field(description="Amount for a month.", examples=[200])
    currency: Literal["USD", "CNY"] = Field(default="USD", description="Currency of the account's bill.")
    scope: Literal["stack", "codebuild", "account"] = Field(
        default="stack",
        description="What counts: costs with this environment's tags Stack and Environment (which must be activated as "
        "cost allocation tags, or nothing is ever counted), all of CodeBuild, or the whole account.",
    )
    actual: list[Percent] = Field(
        default=[80],
        description="Percentages of the amount that the cost so far passes when somebody is told.",
        examples=[[50, 80, 100]],
    )
    forecasted: list[Percent] = Field(
        default=[100],
        description="Percentages that the cost passes which AWS expects by the end of the month.",
        examples=[[100]],
    )
    topic: bool = Field(default=True, description="Whether the topic of `notifications` is told, where there is one.")
    email: list[Email] = Field(
        default_factory=list,
        max_length=10,
        description="Addresses that are told, without any confirmation.",
        examples=[["finance@acme.example"]],
    )
