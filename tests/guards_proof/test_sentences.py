"""Each weakening that somebody thought of is refused on the environment with every feature."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from guards_proof.judging import refusals
from guards_proof.sentences import SENTENCES, plan_of

if TYPE_CHECKING:
    from guards_proof.applied import Applied

pytestmark = [pytest.mark.terraform, pytest.mark.fleet]


@pytest.mark.thorough
@pytest.mark.parametrize("title", SENTENCES)
def test_a_weakening_is_refused(title: str, estate: Applied) -> None:
    plan = estate.plans["full"]
    changed = plan_of(title, plan)
    touched = {
        after["address"]
        for after in changed["resource_changes"]
        if after["change"]["actions"] not in (["no-op"], ["read"])
    }
    found = {each.address for each in refusals(changed, "full", is_rendered=False)}
    assert touched & found, (touched, found)


def test_there_are_as_many_as_were_let_through_once() -> None:
    assert len(SENTENCES) >= 80
