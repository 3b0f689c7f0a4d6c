"""Whatever opens a way is refused on the environment with every feature; what a living environment needs is not."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from guards_proof.judging import refusals
from guards_proof.openings import CALM, OPENINGS, opened

if TYPE_CHECKING:
    from guards_proof.applied import Applied

pytestmark = [pytest.mark.terraform, pytest.mark.fleet]


@pytest.mark.thorough
@pytest.mark.parametrize("title", OPENINGS)
def test_an_opening_is_refused(title: str, estate: Applied) -> None:
    changed = opened(OPENINGS[title], estate.plans["full"])
    touched = {
        each["address"]
        for each in changed["resource_changes"]
        if each["change"]["actions"] not in (["no-op"], ["read"])
    }
    found = {each.address for each in refusals(changed, "full", is_rendered=False)}
    assert touched & found, (touched, found)


@pytest.mark.parametrize("title", CALM)
def test_what_a_living_environment_needs_is_not_refused(title: str, estate: Applied) -> None:
    changed = opened(CALM[title], estate.plans["full"])
    found = refusals(changed, "full", is_rendered=False)
    assert [(each.consent, each.reason) for each in found] == []
