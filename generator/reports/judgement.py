"""What guards and rules say of a plan, for a person and as JSON data."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from generator.reports.refusals import as_data as refusal_data
from generator.reports.refusals import refusal_lines
from generator.reports.style import styled

if TYPE_CHECKING:
    from collections.abc import Iterator

    from generator.operations.review import Judgement


def judgement_lines(judgement: Judgement, about: str = "") -> Iterator[str]:
    """Show what is refused, allowed and advised.

    Args:
        judgement: of one plan.
        about: the environment, where the lines do not stand below its plan.
    """
    if about and (judgement.refusals or judgement.advice):
        yield styled(about, bold=True)
    if judgement.refusals:
        yield styled("  Guards refuse to apply this:", "red")
        yield from refusal_lines(judgement.refusals)
    for refusal in judgement.allowed:
        yield f"  allowed: {refusal.kind} {refusal.address}: {refusal.reason}"
    for refusal in judgement.advice:
        yield f"  {styled('advice', 'yellow')} {refusal.kind} {refusal.address}: {refusal.reason}"


def as_data(judgement: Judgement) -> dict[str, Any]:
    """Write it as JSON data."""
    return {
        "refusals": [refusal_data(refusal) for refusal in judgement.refusals],
        "allowed": [refusal_data(refusal) for refusal in judgement.allowed],
        "advice": [refusal_data(refusal) for refusal in judgement.advice],
    }
