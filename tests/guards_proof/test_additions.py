"""Whatever harms an applied environment by being added to it is refused."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from guards_proof.additions import DOORS, additions
from guards_proof.judging import ACCOUNTS, refusals

if TYPE_CHECKING:
    from guards_proof.applied import Applied

pytestmark = [pytest.mark.terraform, pytest.mark.fleet]

ENOUGH = 600


def test_every_twin_stranger_takeover_and_new_way_in_is_refused(estate: Applied) -> None:
    found = list(additions(estate.plans, estate.schemas, ACCOUNTS))
    assert len(found) > ENOUGH
    assert {case.type for _, case in found} >= DOORS
    assert [case.title for base, case in found if not refusals(case.plan, base)] == []
