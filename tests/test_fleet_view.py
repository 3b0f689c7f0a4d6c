"""The same change in many environments, said once; and a summary that always fits a comment."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from generator.errors import TerraformError
from generator.fleet.groups import grouped
from generator.plans.comparable import Identity, changes_of, divergences
from generator.plans.plan import Plan, parse_plan
from generator.reports.groups import group_lines, groups_data, named
from generator.reports.groups_markdown import LIMIT, roll_up


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


def bucket(name: str, account: str, **more: Any) -> dict[str, Any]:
    values = {"bucket": f"shop-{name}-{account}", "tags": {"Environment": name, "Owner": "team"}, **more}
    return change("module.artifacts.aws_s3_bucket.this", values)


def identity(name: str, account: str = "111122223333", region: str = "us-east-1") -> Identity:
    return Identity(name, account, region)


def test_names_accounts_and_regions_do_not_make_a_difference() -> None:
    identities = {"dev": identity("dev", "1" * 12), "prod-eu": identity("prod-eu", "2" * 12, "eu-west-1")}
    plans = {name: plan(bucket(name, item.account, arn=f"arn:{item.region}")) for name, item in identities.items()}
    (group,) = grouped(plans, identities)
    assert group.environments == ("dev", "prod-eu")
    assert group.differs == ()


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


def test_the_largest_group_comes_first_and_the_others_say_how_they_differ() -> None:
    names = ["a1", "b1", "c1", "d1"]
    plans = {name: plan(bucket(name, "1" * 12, force_destroy=name != "c1")) for name in names}
    groups = grouped(plans, {name: identity(name, "1" * 12) for name in names})
    assert [group.environments for group in groups] == [("a1", "b1", "d1"), ("c1",)]
    assert [str(item) for item in groups[1].differs] == [
        "module.artifacts.aws_s3_bucket.this: force_destroy: false instead of true"
    ]


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
    assert [str(item) for item in divergences(left, right)] == ["m.aws_kms_key.this: is there"]
    assert [str(item) for item in divergences(right, left)] == ["m.aws_kms_key.this: is not there"]


def test_an_update_counts_by_what_changes_alone() -> None:
    def update(name: str, days: int) -> Plan:
        before, after = {"name": name, "other": len(name), "days": 7}, {"name": name, "other": len(name), "days": days}
        return plan(change("m.aws_log.this", after, before=before))

    identities = {name: identity(name) for name in ("dev", "staging", "prod")}
    groups = grouped({"dev": update("dev", 9), "staging": update("staging", 9), "prod": update("prod", 8)}, identities)
    assert [group.environments for group in groups] == [("dev", "staging"), ("prod",)]


def test_a_sensitive_value_is_never_shown() -> None:
    secret = plan(change("m.aws_x.this", {"password": "hunter2-hunter2"}, after_sensitive={"password": True}))
    groups = grouped({"dev": plan(), "prod": secret}, {"dev": identity("dev"), "prod": identity("prod")})
    shown = "".join(group_lines(groups, {}, verbose=True)) + str(groups_data(groups, {})) + roll_up("t", groups, {}, {})
    assert "hunter2" not in shown


def test_the_reason_names_the_keys_of_the_spec() -> None:
    plans = {"dev": plan(bucket("dev", "1" * 12)), "prod": plan(bucket("prod", "1" * 12, x=1))}
    groups = grouped(plans, {name: identity(name, "1" * 12) for name in plans})
    lines = "\n".join(group_lines(groups, {"prod": ["artifacts.encryption"]}))
    assert "prod differs because of artifacts.encryption" in lines


def test_many_names_are_cut() -> None:
    assert named([f"e{number}" for number in range(5)], 2) == "5 environments (e0, e1 and 3 more)"


@pytest.mark.parametrize("count", [1, 300, 3000], ids=str)
def test_a_summary_fits_a_comment_whatever_there_is(count: int) -> None:
    names = [f"environment-{number}" for number in range(count)]
    plans = {name: plan(bucket(name, "1" * 12, number=name.split("-")[1], text="ü" * 300)) for name in names}
    groups = grouped(plans, {name: identity(name, "1" * 12) for name in names})
    failure = TerraformError("x" * 9000 + "```", command=["terraform"], folder=Path(), code=1)
    text = roll_up("Plan", groups, {name: ["a.key"] for name in names}, {"broken": failure})
    assert len(text) <= LIMIT
    assert "broken does not plan" in text
    assert text.count("```") % 2 == 0
    assert text.count("<details>") == text.count("</details>")
    assert (count > 1000) == ("cut here" in text)


def test_a_summary_is_whole_where_it_fits() -> None:
    text = roll_up("Plan", grouped({"dev": plan(bucket("dev", "1" * 12))}, {"dev": identity("dev", "1" * 12)}), {}, {})
    assert re.search(r"^\| dev \| 1 to create \|", text, re.MULTILINE)
    assert "+ module.artifacts.aws_s3_bucket.this" in text
