"""Whatever a changed policy newly lets through was refused: asked of the sandbox's evaluator, request by request.

The evaluator and the guards have nothing in common. No spec line asks for any of these changes, so that each request that
would be let through and was not is one too many.
"""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

import pytest

from guards_proof.judging import refusals
from guards_proof.mutations import mutated, narrowed, reworded
from guards_proof.policies import held
from guards_proof.requests import newly_allowed

if TYPE_CHECKING:
    from guards_proof.applied import Applied

pytestmark = [pytest.mark.terraform, pytest.mark.fleet]

ENVIRONMENTS = ("full", "prod", "pipeline", "monorepo")
# Changes of each policy, and requests that are asked about each.
CHANGES = 24
REQUESTS = 40
SEED = 20261130


def _drawn() -> random.Random:
    return random.Random(SEED)  # noqa: S311  # nothing here is a secret


@pytest.mark.thorough
def test_what_a_changed_policy_newly_lets_through_is_refused(estate: Applied) -> None:
    drawn = _drawn()
    escaped, number, wider = [], 0, 0
    for base, policy in held(estate.plans, *ENVIRONMENTS):
        for _ in range(CHANGES):
            document = mutated(policy.document, policy.owner.kind, drawn)
            before, after = policy.all_of(policy.document), policy.all_of(document)
            calls = list(newly_allowed(policy.owner, before, after, drawn, REQUESTS))
            number += 1
            wider += bool(calls)
            if calls and not refusals(policy.changed(document), base, is_rendered=False):
                escaped.append((policy.address, calls[0], document))
    assert number > 1000
    assert wider > number / 8
    assert escaped == []


@pytest.mark.thorough
def test_a_policy_that_is_narrowed_or_written_otherwise_is_not_refused(estate: Applied) -> None:
    drawn = _drawn()
    refused = []
    for base, policy in held(estate.plans, *ENVIRONMENTS):
        for _ in range(CHANGES // 2):
            fewer = narrowed(policy.document, policy.owner.kind, drawn)
            same = reworded(policy.document, drawn)
            refused += [
                (policy.address, found[0].reason, document)
                for document in (fewer, same)
                if (found := refusals(policy.changed(document), base, is_rendered=False))
            ]
    assert refused == []


@pytest.mark.thorough
def test_the_oracle_knows_what_is_let_through(estate: Applied) -> None:
    everybody = {"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"}
    kinds = set()
    for _, policy in held(estate.plans, "full"):
        document = {"Statement": [*policy.document["Statement"], everybody]}
        denied = any(each["Effect"] == "Deny" and "Condition" not in each for each in policy.document["Statement"])
        calls = list(newly_allowed(policy.owner, policy.all_of(policy.document), document, _drawn(), 400))
        kinds.add(policy.owner.kind)
        assert calls or denied, policy.address
    assert kinds == {"identity", "resource", "trust"}
