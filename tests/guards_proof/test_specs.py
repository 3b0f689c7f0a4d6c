"""Changes of specs, as the real terraform plans them: what does no harm is never refused, and what weakens is by name."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from guards_proof.judging import refusals
from guards_proof.variants import HARMLESS, WEAKER

if TYPE_CHECKING:
    from guards_proof.applied import Applied

pytestmark = [pytest.mark.terraform, pytest.mark.fleet]


@pytest.mark.parametrize("name", HARMLESS)
def test_a_change_of_a_spec_that_does_no_harm_is_not_refused(name: str, estate: Applied) -> None:
    found = refusals(estate.changes[name], HARMLESS[name].base, variant=name)
    assert [(each.consent, each.reason) for each in found] == []


@pytest.mark.parametrize(("name", "address"), [(name, each) for name in WEAKER for each in WEAKER[name].refused])
def test_a_change_of_a_spec_that_weakens_is_refused_by_name(name: str, address: str, estate: Applied) -> None:
    found = refusals(estate.changes[name], WEAKER[name].base, variant=name)
    assert address in {each.address for each in found}


@pytest.mark.parametrize("name", ["nothing", "nothing-full"])
def test_what_counts_as_applied_is_what_terraform_would_leave_alone(name: str, estate: Applied) -> None:
    # The provider cannot be told the secret of a webhook, and so plans an update without a difference.
    changes = [
        entry["address"]
        for entry in estate.changes[name]["resource_changes"]
        if entry["change"]["actions"] not in (["no-op"], ["read"]) and entry["type"] != "aws_codebuild_webhook"
    ]
    assert changes == []
