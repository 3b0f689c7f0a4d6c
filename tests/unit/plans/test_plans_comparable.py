"""Plans without what is one environment's own, so that they can be compared."""

from __future__ import annotations

from typing import Any

import pytest

from generator.plans.comparable import OwnWords, changes_of, divergences
from generator.plans.plan import Plan, parse_plan
from generator.reports.plan.words import divergence_words


def plan(*changes: dict[str, Any]) -> Plan:
    return parse_plan({"resource_changes": list(changes)})


def change(
    address: str, after: dict[str, Any] | None, *, before: dict[str, Any] | None = None, **more: Any
) -> dict[str, Any]:
    actions = ["create"] if before is None else ["delete"] if after is None else ["update"]
    kind = address.split(".")[-2]
    return {
        "address": address,
        "type": kind,
        "name": "this",
        "change": {"actions": actions, "before": before, "after": after, **more},
    }


def identity(name: str, account: str = "111122223333", region: str = "us-east-1") -> OwnWords:
    return OwnWords(name, account, region)


@pytest.mark.parametrize("text", ["npm prune --omit=dev", "developer", "a dev b"], ids=str)
def test_a_name_within_other_words_stays(text: str) -> None:
    assert identity("dev").neutral(text) == text


@pytest.mark.parametrize(
    ("text", "neutral"),
    [
        ("dev", "<environment>"),
        ("/aws/codebuild/shop-dev", "/aws/codebuild/shop-<environment>"),
        ("shop-dev-artifacts-111122223333", "shop-<environment>-artifacts-<account>"),
        ("arn:aws:logs:us-east-1:x", "arn:aws:logs:<region>:x"),
    ],
    ids=["alone", "at the end", "within", "region"],
)
def test_a_name_that_is_a_part_is_taken_out(text: str, neutral: str) -> None:
    assert identity("dev").neutral(text) == neutral


def test_json_in_a_text_is_compared_by_what_it_says() -> None:
    one = plan(change("m.aws_x.this", {"policy": '{"a": 1, "b": [{"Sid": "X", "c": 2}]}'}))
    same = plan(change("m.aws_x.this", {"policy": '{"b":[{"c":2,"Sid":"X"}],"a":1}'}))
    other = plan(change("m.aws_x.this", {"policy": '{"b":[{"c":3,"Sid":"X"}],"a":1}'}))
    facts = [changes_of(item, identity("dev")) for item in (one, same, other)]
    assert divergences(facts[0], facts[1]) == []
    assert [item.path for item in divergences(facts[0], facts[2])] == ["policy.b.X.c"]


def test_one_more_item_in_a_list_of_named_items_is_one_difference() -> None:
    def variables(*names: str) -> dict[str, Any]:
        return {"variable": [{"name": name} for name in names]}

    left = changes_of(plan(change("m.aws_x.this", variables("B", "C"))), identity("dev"))
    right = changes_of(plan(change("m.aws_x.this", variables("A", "B", "C"))), identity("dev"))
    assert [item.path for item in divergences(left, right)] == ["variable.A.name"]


def test_a_resource_on_one_side_alone_is_said_once() -> None:
    left = changes_of(plan(), identity("dev"))
    right = changes_of(plan(change("m.aws_kms_key.this", {"a": 1, "b": 2})), identity("dev"))
    assert [divergence_words(item) for item in divergences(left, right)] == ["m.aws_kms_key.this: is there"]
    assert [divergence_words(item) for item in divergences(right, left)] == ["m.aws_kms_key.this: is not there"]


def test_an_address_keeps_the_names_of_its_modules() -> None:
    address = 'module.pipeline.aws_x.this["shop-pipeline"]'
    assert identity("pipeline").neutral_address(address) == 'module.pipeline.aws_x.this["shop-<environment>"]'
