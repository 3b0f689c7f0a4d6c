"""The evaluation of policies that the sandbox and the read-back rely on."""

from __future__ import annotations

from typing import Any

import pytest

from generator.aws.policy import Call, Verdict, judge, unknown_operators

BUCKET = "arn:aws:s3:::logs"


def policy(**statement: Any) -> dict[str, Any]:
    return {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*", **statement}]}


def verdict(document: dict[str, Any], **call: Any) -> Verdict:
    return judge(document, Call(**{"action": "s3:GetObject", "resource": f"{BUCKET}/a", **call}))


def test_a_denial_wins_over_an_allowance_in_whatever_order() -> None:
    allow = {"Effect": "Allow", "Action": "s3:*", "Resource": "*"}
    deny = {"Effect": "Deny", "Action": "s3:GetObject", "Resource": "*"}
    assert verdict({"Statement": [allow, deny]}) is Verdict.DENIED
    assert verdict({"Statement": [deny, allow]}) is Verdict.DENIED


def test_a_policy_that_does_not_concern_the_call_is_silent() -> None:
    assert verdict(policy(Action="s3:PutObject")) is Verdict.SILENT
    assert verdict(policy(Resource="arn:aws:s3:::other/*")) is Verdict.SILENT


def test_a_single_statement_need_not_be_in_a_list() -> None:
    assert verdict({"Statement": {"Effect": "Deny", "Action": "*", "Resource": "*"}}) is Verdict.DENIED


def test_a_denial_whose_condition_does_not_hold_denies_nothing() -> None:
    document = policy(Effect="Deny", Principal="*", Condition={"Bool": {"aws:SecureTransport": "false"}})
    assert verdict(document, context={"aws:securetransport": "true"}) is Verdict.SILENT
    assert verdict(document, context={"aws:securetransport": "false"}) is Verdict.DENIED


@pytest.mark.parametrize(
    ("pattern", "holds"),
    [
        ("s3:Get*", True),
        ("S3:getobject", True),
        ("s3:G?tObject", True),
        ("s3:Get", False),
        ("s3:GetObject.", False),
    ],
    ids=["a star", "letters of any case", "a question mark", "a mere beginning", "a dot is a dot"],
)
def test_actions_match_as_aws_matches_them(pattern: str, *, holds: bool) -> None:
    assert (verdict(policy(Action=[pattern])) is Verdict.ALLOWED) is holds


def test_everything_but_the_named_action_and_resource_is_concerned_by_not_action_and_not_resource() -> None:
    document = {"Statement": [{"Effect": "Deny", "NotAction": "s3:GetObject", "NotResource": f"{BUCKET}/open/*"}]}
    assert verdict(document) is Verdict.SILENT
    assert verdict(document, action="s3:PutObject") is Verdict.DENIED
    assert verdict(document, action="s3:PutObject", resource=f"{BUCKET}/open/a") is Verdict.SILENT


@pytest.mark.parametrize(
    ("principal", "call", "holds"),
    [
        ("*", {}, True),
        ({"AWS": "*"}, {"account": "1" * 12}, True),
        ({"AWS": "1" * 12}, {"account": "1" * 12}, True),
        ({"AWS": [f"arn:aws:iam::{'1' * 12}:root"]}, {"account": "1" * 12}, True),
        ({"AWS": f"arn:aws:iam::{'1' * 12}:root"}, {"account": "2" * 12}, False),
        ({"AWS": "arn:aws:iam::1:user/a"}, {"account": "1", "caller": "arn:aws:iam::1:user/a"}, True),
        ({"AWS": "arn:aws:iam::1:user/a"}, {"account": "1", "caller": "arn:aws:iam::1:user/b"}, False),
        ({"Service": "logging.s3.amazonaws.com"}, {"account": "1" * 12}, False),
        ({"Service": ["a.amazonaws.com", "b.amazonaws.com"]}, {"service": "b.amazonaws.com"}, True),
        ({"AWS": "*"}, {"service": "b.amazonaws.com"}, False),
        ({"AWS": "1" * 12}, {}, False),
    ],
    ids=[
        "anybody, for an anonymous caller",
        "any account",
        "an account by its number",
        "an account by its root",
        "another account",
        "a user",
        "another user",
        "a service is no account",
        "one of two services",
        "an account is no service",
        "an anonymous caller is in no account",
    ],
)
def test_a_statement_concerns_its_principals_only(principal: Any, call: dict[str, str], *, holds: bool) -> None:
    assert (verdict(policy(Principal=principal), **call) is Verdict.ALLOWED) is holds
    document = policy(NotPrincipal=principal)
    assert (verdict(document, **call) is Verdict.ALLOWED) is not holds


@pytest.mark.parametrize(
    ("condition", "holds"),
    [
        ({"StringEquals": {"k": ["x", "value"]}}, True),
        ({"StringEquals": {"k": "VALUE"}}, False),
        ({"StringEqualsIgnoreCase": {"K": "VALUE"}}, True),
        ({"StringNotEquals": {"k": ["x", "value"]}}, False),
        ({"StringNotEquals": {"k": ["x", "y"]}}, True),
        ({"StringLike": {"k": "v*e"}}, True),
        ({"StringNotLike": {"k": "v*e"}}, False),
        ({"ArnLike": {"arn": "arn:aws:codebuild:*:*:project/a-*"}}, True),
        ({"ArnNotEquals": {"arn": "arn:aws:codebuild:*:*:project/a-*"}}, False),
        ({"NumericLessThan": {"n": "1.3"}}, True),
        ({"NumericGreaterThanEquals": {"n": 1.2}}, True),
        ({"NumericGreaterThan": {"n": 1.2}}, False),
        ({"NumericNotEquals": {"n": "1.2"}}, False),
        ({"DateLessThan": {"date": "2030-01-01T00:00:00Z"}}, True),
        ({"DateGreaterThan": {"date": "1893456000"}}, False),
        ({"Bool": {"flag": True}}, True),
        ({"Bool": {"flag": "false"}}, False),
        ({"IpAddress": {"ip": ["10.0.0.0/8", "192.168.0.0/16"]}}, True),
        ({"NotIpAddress": {"ip": "10.0.0.0/8"}}, False),
        ({"Null": {"absent": "true", "k": "false"}}, True),
        ({"Null": {"absent": "false"}}, False),
        ({"StringEquals": {"absent": "x"}}, False),
        ({"StringNotEquals": {"absent": "x"}}, True),
        ({"StringEqualsIfExists": {"absent": "x"}}, True),
        ({"StringEqualsIfExists": {"k": "x"}}, False),
        ({"ForAllValues:StringEquals": {"absent": "x"}}, True),
        ({"ForAnyValue:StringEquals": {"absent": "x"}}, False),
        ({"ForAnyValue:StringEquals": {"k": "value"}}, True),
        ({"StringEquals": {"k": "value"}, "Bool": {"flag": "false"}}, False),
        ({"StringEquals": {"k": "value", "arn": "x"}}, False),
        ({"StringSortOf": {"k": "value"}}, False),
    ],
    ids=lambda value: str(value) if isinstance(value, dict) else "",
)
def test_conditions_hold_as_aws_documents_it(condition: dict[str, Any], *, holds: bool) -> None:
    context = {
        "k": "value",
        "arn": "arn:aws:codebuild:us-east-1:111122223333:project/a-b",
        "n": "1.2",
        "date": "2026-01-01T00:00:00Z",
        "flag": "true",
        "ip": "10.1.2.3",
    }
    assert (verdict(policy(Condition=condition), context=context) is Verdict.ALLOWED) is holds


def test_operators_that_aws_does_not_know_are_found() -> None:
    known: dict[str, Any] = {"ForAnyValue:StringLikeIfExists": {}, "Null": {}, "NotIpAddress": {}}
    assert unknown_operators(policy(Condition={**known, "Boool": {}})) == ["Boool"]
