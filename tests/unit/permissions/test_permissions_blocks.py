"""Policies in blocks of Terraform say what they say in JSON; a name, a moment and an account are what they are."""

from __future__ import annotations

from typing import Any

import pytest

from generator.permissions.comparison import compare
from generator.permissions.document import marked, policy, policy_of_blocks
from generator.permissions.judgement.binding import is_named, is_own
from generator.permissions.judgement.resource import Naming, naming
from generator.permissions.managed import managed_policy
from generator.permissions.policy import EITHER, UNKNOWN, Account, Kind, Permissions
from generator.permissions.sets.interval import moment, since
from generator.permissions.sets.language import Texts
from generator.permissions.sets.pattern import glob
from generator.permissions.widening import wider

ACCOUNT = Account("111122223333")
LATER = "it is known only after apply"
BLOCK: dict[str, Any] = {
    "sid": "One",
    "effect": "Deny",
    "actions": ["s3:GetObject", "s3:PutObject"],
    "resources": ["arn:aws:s3:::b/&{aws:username}"],
    "principals": [{"type": "AWS", "identifiers": ["111122223333"]}, {"type": "Service", "identifiers": ["sns.amazonaws.com"]}],
    "condition": [{"test": "StringEquals", "variable": "aws:SourceAccount", "values": ["111122223333"]}],
}  # fmt: skip
JSON: dict[str, Any] = {
    "Sid": "One",
    "Effect": "Deny",
    "Action": ["s3:GetObject", "s3:PutObject"],
    "Resource": "arn:aws:s3:::b/${aws:username}",
    "Principal": {"AWS": "111122223333", "Service": "sns.amazonaws.com"},
    "Condition": {"StringEquals": {"aws:SourceAccount": "111122223333"}},
}


def documented(*statements: dict[str, Any]) -> Any:
    return policy({"Version": "2012-10-17", "Statement": list(statements)}, "p")


def blocks(*statements: Any, **more: Any) -> Any:
    return policy_of_blocks({"statement": list(statements), **more}, "p")


@pytest.mark.parametrize(
    ("block", "statement"),
    [
        (BLOCK, JSON),
        ({**BLOCK, "effect": None, "sid": None}, {key: value for key, value in JSON.items() if key != "Sid"} | {"Effect": "Allow"}),
        ({"not_actions": ["s3:*"], "not_resources": ["*"], "not_principals": [{"type": "AWS", "identifiers": ["*"]}]}, {"Effect": "Allow", "NotAction": "s3:*", "NotResource": "*", "NotPrincipal": {"AWS": "*"}}),
        ({"actions": ["s3:*"], "resources": [], "not_actions": []}, {"Effect": "Allow", "Action": "s3:*"}),
    ],
)  # fmt: skip
def test_blocks_say_what_the_same_json_says(block: Any, statement: Any) -> None:
    assert blocks(block) == documented(statement)


def test_an_effect_that_is_known_later_is_neither() -> None:
    assert blocks({**BLOCK, "effect": UNKNOWN}).statements[0].effect is UNKNOWN


def test_other_documents_come_along_and_are_called_what_they_are() -> None:
    found = blocks(source_policy_documents=UNKNOWN)
    assert [(each.effect, each.unreadable) for each in found.statements] == [(UNKNOWN, LATER)]
    assert (found.name, policy_of_blocks({}).name) == ("p", "")
    assert blocks(UNKNOWN).statements[0].unreadable == LATER


def test_a_mark_is_set_where_something_is_unknown_and_nowhere_else() -> None:
    assert marked({"a": 1, "b": None}, {"b": True, "c": True}) == {"a": 1, "b": UNKNOWN, "c": UNKNOWN}
    assert marked({"a": {"b": 1}}, {"a": {}}) == {"a": {"b": 1}}


def test_a_managed_policy_is_called_by_its_arn() -> None:
    later = managed_policy(UNKNOWN)
    assert (later.name, later.statements[0].unreadable) == ("a policy", "which policy it is, is known only after apply")
    read = "arn:aws:iam::aws:policy/ReadOnlyAccess"
    assert managed_policy(read).name == read
    own = managed_policy("arn:aws:iam::111122223333:policy/mine")
    assert own.name == "arn:aws:iam::111122223333:policy/mine"
    assert [each.effect for each in own.statements] == [EITHER]


@pytest.mark.parametrize(
    ("text", "is_ours"),
    [
        ("111122223333", True),
        ("arn:aws:sns:eu-west-1:111122223333:t", True),
        ("arn:aws:sns:eu-west-1:999999999999:t", False),
        ("arn:aws-cn:sns:eu-west-1:111122223333:t", False),
        ("x:aws:sns:eu-west-1:111122223333:t", False),
        ("arn:aws:sns:eu-west-1", False),
        ("999999999999", False),
        ("arn:aws:sns:*", False),
    ],
)
def test_a_value_is_of_the_account_by_the_field_of_its_arn(text: str, is_ours: bool) -> None:  # noqa: FBT001  # a case
    texts = Texts(frozenset({glob(text, has_variables=False)}))
    assert is_own(texts, ACCOUNT) is is_named(texts, ACCOUNT) is is_ours
    assert not is_own(Texts(texts.patterns, is_negated=True), ACCOUNT), "all others are not ours"
    assert not is_own(Texts(texts.patterns | {glob("arn:aws:sns:*:9*", has_variables=False)}), ACCOUNT)


@pytest.mark.parametrize(
    ("resource", "action", "said"),
    [
        ("*", "s3:ListAllMyBuckets", Naming.NAMED),
        ("*", "s3:GetObject", Naming.OPEN),
        ("*", "s3:NeverHeardOf", Naming.OPEN),
        ("?*", "s3:ListAllMyBuckets", Naming.OPEN),
        ("arn:aws:s3:::b/*", "s3:GetObject", Naming.NAMED),
        ("arn:aws:never:us-east-1:111122223333:x/y*", "never:Heard", Naming.OPEN),
        ("arn:aws:dynamodb:us-east-1:111122223333:table/t/index/*", "dynamodb:Query", Naming.NAMED),
        ("arn:aws:dynamodb:us-east-1:111122223333:table/*", "dynamodb:Query", Naming.OPEN),
        ("arn:aws:dynamodb:us-east-1:111122223333:table/t/index/*", "dynamodb:NeverHeardOf", Naming.OPEN),
    ],
)
def test_a_resource_is_named_or_left_open(resource: str, action: str, said: Naming) -> None:
    assert naming(resource, action, ACCOUNT) is said


def test_a_moment_has_a_time_zone_or_is_in_utc() -> None:
    assert moment("2027-01-01T00:00:00") == moment("2027-01-01T00:00:00+00:00") == moment("2027-01-01T02:00:00+02:00")
    assert moment("1798761600") == 1798761600.0
    assert since(5).intervals[0][0] == (5, 0)


def test_what_a_boundary_stopped_is_said() -> None:
    grant = documented({"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::b/x"})
    bound = Permissions(
        Kind.IDENTITY, (grant,), boundary=documented({"Effect": "Allow", "Action": "sns:Publish", "Resource": "*"})
    )
    found = wider(bound, Permissions(Kind.IDENTITY, (grant,)), ACCOUNT)
    assert "stopped by the permissions boundary" in {each.before for each in found}


def test_statements_are_paired_by_their_names_first() -> None:
    def one(sid: str, action: str) -> dict[str, Any]:
        return {"Sid": sid, "Effect": "Allow", "Action": action, "Resource": "arn:aws:s3:::b/x"}

    before = Permissions(Kind.IDENTITY, (documented(one("A", "s3:GetObject"), one("B", "s3:PutObject")),))
    after = Permissions(
        Kind.IDENTITY, (documented(one("B", "s3:DeleteObject"), one("C", "sns:Publish"), one("A", "s3:GetObject")),)
    )
    found = compare(before, after)
    assert {(each.action.value, each.sid, each.policy) for each in found} == {
        ("changed", "B", "p"),
        ("added", "C", "p"),
    }
