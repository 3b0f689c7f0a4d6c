"""Whatever weakens an applied environment is refused, or stands with its reason in `reviewed.yaml`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from guards_proof.judging import refusals
from guards_proof.operators import all_cases
from guards_proof.review import rows

if TYPE_CHECKING:
    from guards_proof.applied import Applied
    from guards_proof.operators import Case

pytestmark = [pytest.mark.terraform, pytest.mark.fleet]

# How a change is refused that no table knows, and in what words a reviewer reads of it.
ENOUGH = 2000


@pytest.fixture(scope="module")
def passed(estate: Applied) -> tuple[int, list[Case]]:
    """Return how many changes there are, and those that no guard refuses."""
    found = list(all_cases(estate.plans, estate.schemas))
    let_through = [
        case for base, case in found if not refusals(case.plan, base, is_rendered="unknown" not in case.operator)
    ]
    return len(found), let_through


@pytest.mark.thorough
def test_every_generated_change_is_refused_or_stands_in_the_reviewed_table(passed: tuple[int, list[Case]]) -> None:
    number, let_through = passed
    table = rows()
    assert number > ENOUGH
    assert [case.title for case in let_through if not any(row.speaks_of(case) for row in table)] == []


@pytest.mark.thorough
def test_every_row_of_the_reviewed_table_is_needed(passed: tuple[int, list[Case]]) -> None:
    _, let_through = passed
    assert [row.reason for row in rows() if not any(row.speaks_of(case) for case in let_through)] == []
