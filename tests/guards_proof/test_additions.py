"""Whatever harms an applied environment by being added to it is refused; so is what weakens guardians that we do not render."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from guards_proof.additions import DOORS, additions
from guards_proof.guardians import GUARDIANS, guarded_cases
from guards_proof.judging import ACCOUNTS, refusals
from guards_proof.review import rows

if TYPE_CHECKING:
    from guards_proof.applied import Applied

pytestmark = [pytest.mark.terraform, pytest.mark.fleet]

ENOUGH = 600
_TABLE = "reviewed_guardians.yaml"


@pytest.mark.thorough
def test_every_twin_stranger_takeover_and_new_way_in_is_refused(estate: Applied) -> None:
    found = list(additions(estate.plans, estate.schemas, ACCOUNTS))
    assert len(found) > ENOUGH
    assert {case.type for _, case in found} >= DOORS
    assert [case.title for base, case in found if not refusals(case.plan, base)] == []


@pytest.mark.thorough
def test_every_change_of_a_guardian_is_refused_or_stands_in_its_reviewed_table(estate: Applied) -> None:
    found = list(guarded_cases(estate.plans, estate.schemas))
    assert {case.type for _, case in found} == set(GUARDIANS)
    passed = [case for base, case in found if not refusals(case.plan, base, is_rendered="unknown" not in case.operator)]
    table = rows(_TABLE)
    assert [case.title for case in passed if not any(row.speaks_of(case) for row in table)] == []
    assert [row.reason for row in table if not any(row.speaks_of(case) for case in passed)] == []
