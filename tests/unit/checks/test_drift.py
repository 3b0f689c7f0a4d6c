"""Drift is told apart: changed outside, not applied yet, known; and what nobody changed is left out."""

from __future__ import annotations

import datetime as dt
import json
from typing import TYPE_CHECKING, Any

import pytest

from generator.checks.drift.classify import Drift, classify
from generator.checks.drift.known import read_known
from generator.plans.plan import Plan, parse_plan

if TYPE_CHECKING:
    from generator.workspace import Workspace

TODAY = dt.date(2026, 11, 24)
THERE = {
    "address": "aws_x.there",
    "type": "aws_x",
    "name": "there",
    "change": {"actions": ["no-op"], "before": {}, "after": {}},
}


def change(address: str, before: Any, after: Any, **more: Any) -> dict[str, Any]:
    kind, name = address.split(".")[-2:]
    actions = ["delete"] if after is None else ["create"] if before is None else ["update"]
    made = {"actions": actions, "before": before, "after": after}
    made |= {
        key: more.pop(key)
        for key in tuple(more)
        if key in {"after_unknown", "before_sensitive", "after_sensitive", "actions"}
    }
    return {"address": address, "type": kind, "name": name, "change": made, **more}


def refreshed(*drift: dict[str, Any], managed: tuple[tuple[str, dict[str, Any]], ...] = ()) -> Plan:
    """Write a refresh-only plan; `managed` are other resources in the state, in a module."""
    held = [
        {"address": f"module.m.{kind}.this", "mode": "managed", "type": kind, "values": values}
        for kind, values in managed
    ]
    root = {
        "resources": [{"address": "data.aws_y.this", "mode": "data", "type": "aws_y", "values": {}}],
        "child_modules": [{"resources": held}],
    }
    return parse_plan({"resource_drift": list(drift), "prior_state": {"values": {"root_module": root}}})


def code(*changes: dict[str, Any], **raw: Any) -> Plan:
    return parse_plan({"resource_changes": [THERE, *changes], **raw})


def outside(*drift: dict[str, Any], managed: tuple[tuple[str, dict[str, Any]], ...] = ()) -> list[tuple[str, Any, Any]]:
    found = classify(refreshed(*drift, managed=managed), code(), "dev", [], TODAY).outside
    return [(item.path, item.before, item.after) for item in found]


def test_without_any_difference_there_is_no_drift() -> None:
    drift = classify(refreshed(), code(), "dev", [], TODAY)
    assert drift == Drift((), ())
    assert drift.holds()


def test_a_value_that_changed_outside_is_told_with_both_sides() -> None:
    assert outside(change("aws_x.y", {"a": 1, "b": 2}, {"a": 3, "b": 2})) == [("a", 1, 3)]


def test_what_was_deleted_outside_is_told_as_a_whole() -> None:
    drift = classify(refreshed(change("aws_x.y", {"a": 1}, None)), code(), "dev", [], TODAY)
    assert [(item.action, item.path) for item in drift.outside] == [("delete", "")]


@pytest.mark.parametrize(
    ("one", "other"),
    [(None, {}), (None, ""), ("", None), (None, False), ([], None), (0, None), ({"a": []}, {"a": None})],
)
def test_nothing_in_one_way_or_another_is_the_same(one: object, other: object) -> None:
    assert outside(change("aws_x.y", {"a": one}, {"a": other})) == []


@pytest.mark.parametrize(("one", "other"), [(True, False), (True, None), ("x", ""), (["x"], []), (1, 0)])
def test_something_that_became_nothing_is_drift(one: object, other: object) -> None:
    assert outside(change("aws_x.y", {"a": one}, {"a": other})) == [("a", one, other)]


def test_tags_are_told_once() -> None:
    before, after = {"tags": {"a": "1"}, "tags_all": {"a": "1"}}, {"tags": {"a": "2"}, "tags_all": {"a": "2"}}
    assert outside(change("aws_x.y", before, after)) == [("tags.a", "1", "2")]
    assert outside(change("aws_x.y", {"tags_all": {"a": "1"}}, {"tags_all": {"a": "2"}})) == [("tags_all.a", "1", "2")]


def test_policies_are_compared_by_what_they_say() -> None:
    def policy(action: Any, version: str = "2012-10-17") -> dict[str, Any]:
        return {
            "policy": json.dumps({"Version": version, "Statement": [{"Sid": "S", "Effect": "Allow", "Action": action}]})
        }

    assert outside(change("aws_x.y", policy(["a:B", "c:D"]), policy(["c:D", "a:B"]))) == []
    assert outside(change("aws_x.y", policy(["a:B"]), policy("a:B"))) == []
    assert outside(change("aws_x.y", policy("a:B"), policy("a:*"))) == [("policy.Statement.0.Action", "a:B", "a:*")]


def test_other_texts_that_are_json_are_compared_in_order_and_the_rest_as_texts() -> None:
    assert outside(change("aws_x.y", {"t": '{"a": [1, 2]}'}, {"t": '{"a": [2, 1]}'})) == [("t.a", [1, 2], [2, 1])]
    assert outside(change("aws_x.y", {"t": '{"a":1}'}, {"t": '{ "a": 1 }'})) == []
    assert outside(change("aws_x.y", {"t": "{no json"}, {"t": "[no json"})) == [("t", "{no json", "[no json")]


def test_sensitive_values_are_told_without_them() -> None:
    marks = {"before_sensitive": {"a": True, "l": [{"x": True}]}, "after_sensitive": {"a": True, "l": [{"x": True}]}}
    found = outside(
        change(
            "aws_x.y",
            {"a": "canary", "l": [{"x": "canary", "y": 1}]},
            {"a": "other", "l": [{"x": "more", "y": 2}]},
            **marks,
        )
    )
    assert found == [("a", "(sensitive)", "(sensitive)"), ("l.0.x", "(sensitive)", "(sensitive)"), ("l.0.y", 1, 2)]
    whole = outside(
        change(
            "aws_x.y", {"a": {"b": "canary"}}, {"a": {"b": "other"}}, before_sensitive={"a": True}, after_sensitive=True
        )
    )
    assert whole == [("a.b", "(sensitive)", "(sensitive)")]


# Echoes

POLICY = '{"Statement": [{"Effect": "Deny"}]}'


@pytest.mark.parametrize(
    ("address", "before", "after", "writer"),
    [
        ("aws_s3_bucket.b", {"bucket": "b", "policy": ""}, {"bucket": "b", "policy": POLICY}, ("aws_s3_bucket_policy", {"bucket": "b"})),
        ("aws_s3_bucket.b", {"id": "b", "versioning": [{"enabled": False}]}, {"id": "b", "versioning": [{"enabled": True}]}, ("aws_s3_bucket_versioning", {"bucket": "b"})),
        ("aws_sns_topic.t", {"arn": "a", "policy": "x"}, {"arn": "a", "policy": "y"}, ("aws_sns_topic_policy", {"arn": "a"})),
        ("aws_sqs_queue.q", {"url": "u", "policy": "x"}, {"url": "u", "policy": "y"}, ("aws_sqs_queue_policy", {"queue_url": "u"})),
        ("aws_iam_role.r", {"name": "r", "inline_policy": []}, {"name": "r", "inline_policy": [{"name": "p", "policy": "{}"}]}, ("aws_iam_role_policy", {"role": "r", "name": "p"})),
        ("aws_iam_role.r", {"name": "r", "managed_policy_arns": []}, {"name": "r", "managed_policy_arns": ["arn:p"]}, ("aws_iam_role_policy_attachment", {"role": "r", "policy_arn": "arn:p"})),
        ("aws_route_table.t", {"id": "t", "route": []}, {"id": "t", "route": [{"cidr_block": "0.0.0.0/0"}]}, ("aws_route", {"route_table_id": "t", "destination_cidr_block": "0.0.0.0/0"})),
        (
            "aws_security_group.g",
            {"id": "g", "egress": []},
            {"id": "g", "egress": [{"protocol": "tcp", "from_port": 443, "to_port": 443, "cidr_blocks": ["0.0.0.0/0"]}]},
            ("aws_vpc_security_group_egress_rule", {"security_group_id": "g", "ip_protocol": "tcp", "from_port": 443, "to_port": 443, "cidr_ipv4": "0.0.0.0/0"}),
        ),
        (
            "aws_security_group.g",
            {"id": "g", "ingress": []},
            {"id": "g", "ingress": [{"protocol": "-1", "from_port": 0, "to_port": 0, "self": True}]},
            ("aws_security_group_rule", {"security_group_id": "g", "type": "ingress", "protocol": "-1", "self": True}),
        ),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)  # fmt: skip
def test_what_one_managed_resource_does_to_another_is_no_drift(
    address: str, before: Any, after: Any, writer: Any
) -> None:
    assert outside(change(address, before, after), managed=(writer,)) == []
    assert outside(change(address, before, after)) != [], "nothing managed accounts for it"
    foreign = (writer[0], dict.fromkeys(writer[1], "somebody else's"))
    assert outside(change(address, before, after), managed=(foreign,)) != []


def test_a_policy_that_was_added_to_a_role_beside_ours_is_drift() -> None:
    after = {"name": "r", "inline_policy": [{"name": "p", "policy": "{}"}, {"name": "backdoor", "policy": "{}"}]}
    found = outside(
        change("aws_iam_role.r", {"name": "r", "inline_policy": []}, after),
        managed=(("aws_iam_role_policy", {"role": "r", "name": "p"}),),
    )
    assert any("backdoor" in str(value) for value in found)


def test_a_rule_that_was_added_to_a_group_beside_ours_is_drift() -> None:
    def rule(other: str) -> dict[str, Any]:
        return {"protocol": "tcp", "from_port": 22, "to_port": 22, "cidr_blocks": [other]}

    own = ("aws_security_group_rule", {"security_group_id": "g", "type": "egress", **rule("10.0.0.0/8")})
    assert outside(
        change("aws_security_group.g", {"id": "g", "ingress": []}, {"id": "g", "ingress": [rule("10.0.0.0/8")]}),
        managed=(own,),
    )


def test_what_deletes_a_policy_outside_is_told_once() -> None:
    gone = change("aws_s3_bucket_policy.b", {"bucket": "b", "policy": POLICY}, None)
    shows = change("aws_s3_bucket.b", {"bucket": "b", "policy": POLICY}, {"bucket": "b", "policy": ""})
    assert outside(gone, shows) == [("", None, None)]


@pytest.mark.parametrize(
    ("address", "attribute"),
    [
        ("aws_codeconnections_connection.c", "connection_status"),
        ("aws_sns_topic_subscription.s", "pending_confirmation"),
        ("aws_any.x", "last_modified"),
    ],
)
def test_what_moves_by_design_is_no_drift(address: str, attribute: str) -> None:
    assert outside(change(address, {attribute: "PENDING"}, {attribute: "AVAILABLE"})) == []


# Classes


def test_unapplied_code_is_told_apart_where_both_meet_in_one_value() -> None:
    drift = classify(
        refreshed(change("aws_x.y", {"a": 7}, {"a": 30})),
        code(change("aws_x.y", {"a": 7}, {"a": 14})),
        "dev",
        [],
        TODAY,
    )
    assert [(item.path, item.before, item.after) for item in drift.outside] == [("a", 7, 30)]
    assert [(item.path, item.before, item.after) for item in drift.unapplied] == [("a", 7, 14)]
    assert not drift.holds()
    assert not drift.holds(outside_only=True)


def test_code_that_is_not_applied_can_be_let_pass() -> None:
    drift = classify(refreshed(), code(change("aws_x.y", {"a": 7}, {"a": 14})), "dev", [], TODAY)
    assert not drift.holds()
    assert drift.holds(outside_only=True)


def test_what_the_code_makes_moves_and_does_not_know_yet_is_told() -> None:
    moved = change("aws_x.new", {"a": 1}, {"a": 1}, actions=["no-op"], previous_address="aws_x.old")
    made = change("aws_x.made", None, {"a": 1})
    later = change("aws_x.later", {"a": 1}, {}, after_unknown={"a": True})
    outputs = {"o": {"actions": ["update"], "before": 1, "after": 2}, "p": {"actions": ["no-op"]}}
    drift = classify(refreshed(), code(moved, made, later, output_changes=outputs), "dev", [], TODAY)
    assert [(item.address, item.action, item.path, item.before, item.after) for item in drift.unapplied] == [
        ("aws_x.new", "move", "", "aws_x.old", "aws_x.new"),
        ("aws_x.made", "create", "", None, None),
        ("aws_x.later", "update", "a", 1, "(known after apply)"),
        ("output.o", "update", "", None, None),
    ]


def test_an_environment_without_anything_in_its_state_is_not_applied() -> None:
    plan = parse_plan({"resource_changes": [change("aws_x.y", None, {"a": 1})]})
    drift = classify(refreshed(), plan, "dev", [], TODAY)
    assert not drift.is_applied
    assert drift.counts == {"create": 1}


def known(workspace: Workspace, **entry: str) -> Drift:
    fields = {"address": '"aws_x.*"', "path": "a", "reason": "because", "until": '"2026-11-24"'} | entry
    text = "\n    ".join(f"{key}: {value}" for key, value in fields.items())
    (workspace.root / "drift.yaml").write_text(f"allow:\n  - {text}\n")
    plans = refreshed(change("aws_x.y", {"a": 7}, {"a": 30})), code(change("aws_x.y", {"a": 7}, {"a": 14}))
    return classify(*plans, "dev", read_known(workspace), TODAY)


def test_what_is_known_is_no_drift_to_the_end_of_its_last_day(workspace: Workspace) -> None:
    drift = known(workspace)
    assert [item.kind for item in drift.known] == ["outside", "unapplied"]
    assert drift.holds()


def test_from_the_day_after_it_is_drift_again(workspace: Workspace) -> None:
    drift = known(workspace, until='"2026-11-23"')
    assert [item.kind for item in drift.expired] == ["outside", "unapplied"]
    assert not drift.holds()
    assert not drift.holds(outside_only=True)


@pytest.mark.parametrize(("environments", "holds"), [("[dev]", True), ('["de*"]', True), ("[prod]", False)])
def test_an_entry_speaks_of_the_environments_it_names(environments: str, holds: bool, workspace: Workspace) -> None:  # noqa: FBT001  # a case of the table
    assert known(workspace, environments=environments).holds() is holds


def test_an_entry_of_another_path_or_address_does_not_help(workspace: Workspace) -> None:
    assert not known(workspace, path="b").holds()
    assert not known(workspace, address='"aws_y.*"').holds()


def test_without_a_list_nothing_is_known(workspace: Workspace) -> None:
    assert read_known(workspace) == []
