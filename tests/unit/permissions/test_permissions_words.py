"""Statements and their changes in English, as a report shows them."""

from __future__ import annotations

from typing import Any

import pytest

from generator.permissions.comparison import Action, Change, Detail, Direction, compare
from generator.permissions.document import policy
from generator.permissions.policy import UNKNOWN, Kind, Permissions, Statement, identity
from generator.permissions.words import describe

OBJECTS = "arn:aws:s3:::builds/*"


def statement(
    effect: Any = "Allow", actions: Any = "s3:GetObject", resources: Any = OBJECTS, **more: Any
) -> dict[str, Any]:
    return {"Effect": effect, "Action": actions, "Resource": resources, **more}


def read(raw: Any) -> Statement:
    (found,) = policy({"Version": "2012-10-17", "Statement": [raw]}).statements
    return found


def when(operator: str, key: str, *values: Any) -> dict[str, Any]:
    return {"Condition": {operator: {key: list(values)}}}


@pytest.mark.parametrize(
    ("raw", "sentence"),
    [
        (statement(), "it may call s3:GetObject on arn:aws:s3:::builds/*"),
        (statement(resources=f"{identity('b.arn')}/*"), "it may call s3:GetObject on b.arn/*"),
        (statement("Deny", "*", "*", Principal="*"), "anybody may not do anything on anything"),
        (statement(UNKNOWN), "it may or may not call s3:GetObject on arn:aws:s3:::builds/*"),
        (
            statement(actions=["b:C", UNKNOWN, "a:B"]),
            "it may call (known after apply), a:B and b:C on arn:aws:s3:::builds/*",
        ),
        (
            {
                "Effect": "Allow",
                "NotAction": ["iam:*"],
                "NotResource": ["x", "y"],
                "NotPrincipal": {"AWS": "111122223333"},
            },
            "anybody but account 111122223333 may do anything but iam:* on anything but x and y",
        ),
        (
            {
                "Effect": "Allow",
                "Action": "sts:AssumeRole",
                "Principal": {"AWS": "*", "Service": "x.amazonaws.com", "Federated": "idp"},
            },
            "any AWS account, idp (Federated) and x.amazonaws.com may call sts:AssumeRole",
        ),
        (statement(actions=list("fedcba")), "it may call a, b, c, d and 2 more on arn:aws:s3:::builds/*"),
        (statement(actions=list("edcba")), "it may call a, b, c, d and e on arn:aws:s3:::builds/*"),
        ({"Effect": "Allow"}, "it may do anything"),
        ("x", "a policy may say anything: a statement is not an object"),
    ],
)
def test_a_statement_is_one_sentence(raw: Any, sentence: str) -> None:
    assert describe(read(raw)) == sentence


@pytest.mark.parametrize(
    ("condition", "words"),
    [
        (when("StringEquals", "aws:SourceAccount", "1"), "aws:SourceAccount is 1"),
        (when("StringLike", "a:b", "x", "y"), "a:b is like one of x and y"),
        (
            when("ForAllValues:StringNotLikeIfExists", "aws:TagKeys", "x"),
            "every value of aws:TagKeys, where it is there, is not like x",
        ),
        (when("ForAnyValue:StringEquals", "aws:TagKeys", "x"), "a value of aws:TagKeys is x"),
        (when("Null", "a:b", "true"), "a:b is absent"),
        (when("Null", "a:b", "false"), "a:b is present"),
        (when("NumericLessThanEquals", "a:b", 5), "a:b is at most 5"),
        (when("DateGreaterThan", "a:b", "2030-01-01"), "a:b is after 2030-01-01"),
        (when("IpAddress", "aws:SourceIp", "10.0.0.0/8"), "aws:SourceIp is in 10.0.0.0/8"),
        (when("Strange", "a:b", UNKNOWN), "a:b Strange (known after apply)"),
        ({"Condition": UNKNOWN}, "a condition (known after apply)"),
        (
            {"Condition": {"Bool": {"b:b": "true"}, "StringEquals": {"a:a": "1"}}},
            "a:a is 1 and b:b is true",
        ),
    ],
)
def test_conditions_are_said_as_one_would_say_them(condition: dict[str, Any], words: str) -> None:
    assert describe(read(statement(**condition))) == f"it may call s3:GetObject on {OBJECTS}, if {words}"


def of(*statements: Any) -> Permissions:
    return Permissions(Kind.IDENTITY, (policy({"Version": "2012-10-17", "Statement": list(statements)}, "p"),))


def test_equal_statements_are_no_change_whatever_the_order() -> None:
    one, other = statement(actions=["a:B", "c:D"]), statement("Deny")
    assert compare(of(one, other), of(other, statement(actions=["c:D", "a:B"], Sid="X"))) == []


def test_statements_that_come_and_go_are_told() -> None:
    before, after = statement(resources="x", Sid="Old"), statement("Deny", Sid="")
    assert compare(of(before), of(after)) == [
        Change(Action.ADDED, "", "p", after=f"it may not call s3:GetObject on {OBJECTS}"),
        Change(Action.REMOVED, "Old", "p", before="it may call s3:GetObject on x"),
    ]


def details(before: Any, after: Any) -> list[str]:
    (change,) = compare(of(before), of(after))
    assert change.action is Action.CHANGED
    assert (change.before, change.after) == (describe(read(before)), describe(read(after)))
    return list(map(str, change.details))


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        (statement(), statement(actions=["s3:GetObject", "s3:PutObject"]), ["actions wider: adds s3:PutObject"]),
        (statement(actions=["s3:GetObject", "a:B"]), statement(), ["actions narrower: drops a:B"]),
        (statement(), statement(actions="s3:Get*"), ["actions wider: adds s3:Get*, drops s3:GetObject"]),
        (statement(), statement(resources="x", Sid=""), ["resources: adds x, drops arn:aws:s3:::builds/*"]),
        (statement(resources="*"), statement(), ["resources narrower: adds arn:aws:s3:::builds/*, drops *"]),
        (
            statement(Principal={"AWS": "AIDA1"}),
            statement(Principal="*"),
            ["principals wider: adds *, drops AWS:AIDA1"],
        ),
        (statement(Principal={"AWS": "AIDA1"}), statement(), ["principals wider: drops AWS:AIDA1"]),
        (
            statement(),
            {"Effect": "Allow", "Action": "s3:GetObject", "NotResource": "x"},
            ["resources wider: adds all but x, drops arn:aws:s3:::builds/*"],
        ),
        (
            statement(**when("StringEquals", "a:b", "x")),
            statement(),
            ["conditions wider: drops a:b is x"],
        ),
        (
            statement(**when("StringEquals", "a:b", "x")),
            statement(**when("StringEquals", "a:b", "x", "y")),
            ["conditions wider: adds a:b is one of x and y, drops a:b is x"],
        ),
        (statement(Sid="S"), statement("Deny", Sid="S"), ["effect: adds Deny, drops Allow"]),
        (statement(Sid="S"), statement(UNKNOWN, Sid="S"), ["effect: adds (known after apply), drops Allow"]),
        (statement(), statement(resources=[OBJECTS, UNKNOWN]), ["resources wider: adds (known after apply)"]),
        (
            statement(Sid="S"),
            statement(actions="a:B", resources="x", Sid="S"),
            ["actions: adds a:B, drops s3:GetObject", f"resources: adds x, drops {OBJECTS}"],
        ),
    ],
)
def test_what_changes_in_a_statement_is_told_element_by_element(before: Any, after: Any, told: list[str]) -> None:
    assert details(before, after) == told


def test_a_statement_without_a_name_is_paired_with_the_one_most_like_it() -> None:
    before = of(statement(actions="a:B", resources=["x", "y"]), statement(actions="a:B", resources="z", Sid="Named"))
    after = of(statement(actions="a:B", resources=["x", "y", "v"]), statement(actions="c:D", resources="w"))
    changes = compare(before, after)
    assert [(each.action, each.sid) for each in changes] == [
        (Action.CHANGED, ""),
        (Action.ADDED, ""),
        (Action.REMOVED, "Named"),
    ]
    assert changes[0].details == (Detail("resources", Direction.WIDER, added=("v",)),)


def test_what_is_too_intricate_to_be_compared_is_no_part_of_the_other(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("generator.permissions.sets.region._MOST_STEPS", 0)
    told = ["actions wider: adds a:B"]
    assert details(statement(actions=["s3:GetObject"]), statement(actions=["s3:GetObject", "a:B"])) == told
