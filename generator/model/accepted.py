"""A risk that is taken knowingly: what is refused otherwise, with a reason and a last day."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Final, Literal

from pydantic import AfterValidator, Field, WithJsonSchema
from pydantic_core import PydanticCustomError

from generator.model.section import Section
from generator.model.types import Text

# What can be accepted: each word is the `risk` of a finding.
PULL_REQUESTS_OF_STRANGERS: Final = "pull-requests-of-strangers"
PRIVILEGED_PULL_REQUESTS: Final = "privileged-pull-requests"
RiskName = Literal["pull-requests-of-strangers", "privileged-pull-requests"]


def _a_day(text: str) -> str:
    try:
        dt.date.fromisoformat(text)
    except ValueError:
        raise PydanticCustomError("day", "is not a day of the calendar") from None
    return text


_DAY: Final = r"[0-9]{4}-[0-9]{2}-[0-9]{2}"
Day = Annotated[
    str,
    Text(_DAY, 'a day in quotes, such as "2027-06-30"', longest=10, shortest=10),
    AfterValidator(_a_day),
    WithJsonSchema({"type": "string", "pattern": f"^{_DAY}$"}),
]
KeyOfSpec = Annotated[str, Text(r"[a-z0-9_-]+(?:\.[a-z0-9_-]+)*", "a key of the spec, such as builds.review")]


class Acceptance(Section):
    """One risk that is taken."""

    risk: RiskName = Field(
        description="Which risk: builds of pull requests of people who are not listed, or with root on the build "
        "machine."
    )
    at: KeyOfSpec = Field(
        description="Key of the spec at which it is taken, or a key above it.", examples=["builds.review"]
    )
    reason: str = Field(
        min_length=10,
        max_length=300,
        description="Why; stands in the README.",
        examples=["strangers write most of this project"],
    )
    until: Day = Field(
        description="Last day on which it is taken; afterwards it is refused in class prod, and told in others.",
        examples=["2027-06-30"],
    )

    def is_over(self, today: dt.date) -> bool:
        """Whether its last day is over."""
        return today > dt.date.fromisoformat(self.until)
