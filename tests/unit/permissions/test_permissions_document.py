"""Policies are read from whatever holds them; what cannot be understood says so, and counts as the worst."""

from __future__ import annotations

import json
from typing import Any

import pytest

from generator.permissions.document import marked, policy, policy_of_blocks
from generator.permissions.managed import managed_policy
from generator.permissions.policy import (
    UNKNOWN,
    Account,
    Condition,
    Element,
    Kind,
    Permissions,
    Statement,
    identity,
    is_identity,
    plain,
)
from generator.permissions.widening import wider

ACCOUNT = Account("111122223333")
VERSION = "2012-10-17"


def only(document: Any) -> Statement:
    (statement,) = policy(document).statements
    return statement


def test_a_statement_is_read_from_json() -> None:
    text = json.dumps(
        {
            "Version": VERSION,
            "Statement": {
                "Sid": "Read",
                "Effect": "Allow",
                "Principal": {"AWS": ["111122223333", "*"], "Service": "SNS.amazonaws.com"},
                "NotAction": "s3:GetObject",
                "NotResource": ["b", "a"],
                "Condition": {"Bool": {"aws:SecureTransport": True}, "NumericLessThan": {"s3:max-keys": 10}},
            },
        }
    )
    assert only(text) == Statement(
        "Allow",
        principals=Element(frozenset({"AWS:arn:*:iam::111122223333:root", "AWS:*", "Service:sns.amazonaws.com"})),
        actions=Element(frozenset({"s3:GetObject"}), is_negated=True),
        resources=Element(frozenset({"a", "b"}), is_negated=True),
        conditions=frozenset(
            {
                Condition("Bool", "aws:securetransport", frozenset({"true"})),
                Condition("NumericLessThan", "s3:max-keys", frozenset({"10"})),
            }
        ),
    )


def test_names_of_elements_are_read_in_any_case_of_their_letters() -> None:
    assert only({"statement": [{"EFFECT": "Deny", "principal": "*", "action": "*"}]}) == Statement(
        "Deny", principals=Element(frozenset({"*"})), actions=Element(frozenset({"*"}))
    )


@pytest.mark.parametrize(("version", "is_variable"), [(VERSION, True), (UNKNOWN, True), ("2008-10-17", False)])
def test_variables_are_text_in_the_old_version(version: Any, *, is_variable: bool) -> None:
    statement = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "${aws:username}"}
    assert only({"Version": version, "Statement": statement}).has_variables is is_variable
    assert not only({"Version": version, "Statement": statement | {"Resource": "x"}}).has_variables


def test_false_is_read_as_a_policy_writes_it() -> None:
    document = {"Statement": [{"Effect": "Allow", "Action": "*", "Condition": {"Bool": {"k": [False]}}}]}
    assert next(iter(only(document).conditions)).values == {"false"}


@pytest.mark.parametrize(
    ("document", "reason"),
    [
        ("{", "it is not JSON"),
        ('{"Statement": [], "Statement": []}', "it has Statement twice in one place"),
        ("[]", "it is not a JSON object"),
        ("{}", "it has no statement, or has an element twice"),
        ({"Statement": [], "statement": []}, "it has no statement, or has an element twice"),
        ({"Statement": ["x"]}, "a statement is not an object"),
        (
            {"Statement": [{"Effect": "Allow", "Actions": "*"}]},
            "it has an element that is not known, or twice: Actions",
        ),
        (
            {"Statement": [{"Effect": "Allow", "effect": "Deny"}]},
            "it has an element that is not known, or twice: Effect, effect",
        ),
        ({"Statement": [{"Action": "*"}]}, "its effect is neither Allow nor Deny: None"),
        ({"Statement": [{"Effect": ["Allow"]}]}, "its effect is neither Allow nor Deny: ['Allow']"),
        ({"Statement": [{"Effect": "Allow", "Action": "*", "NotAction": "x"}]}, "it has both action and notaction"),
        ({"Statement": [{"Effect": "Allow", "Action": {"x": "y"}}]}, "it has {'x': 'y'} where a text belongs"),
        ({"Statement": [{"Effect": "Allow", "Principal": "me"}]}, "its principal is 'me'"),
        ({"Statement": [{"Effect": "Allow", "Condition": []}]}, "its condition is []"),
        ({"Statement": [{"Effect": "Allow", "Condition": {"Bool": "x"}}]}, "its condition Bool is 'x'"),
    ],
)
def test_what_cannot_be_understood_says_why_and_counts_as_the_worst(document: Any, reason: str) -> None:
    assert only(document).unreadable == reason
    after = Permissions(Kind.RESOURCE, (policy(document),))
    (found,) = wider(Permissions(Kind.RESOURCE), after, ACCOUNT)
    assert (found.why.value, found.refused) == ("undecidable", True)
    assert found.after == f"a policy may say anything: {reason}"


def test_a_policy_too_deep_to_be_read_is_no_policy() -> None:
    assert only("[" * 100_000).unreadable == "it is not JSON"


@pytest.mark.parametrize(
    "document",
    [
        UNKNOWN,
        {"Statement": UNKNOWN},
        {"Statement": [UNKNOWN]},
        {"Statement": [{"Effect": UNKNOWN, "Action": "s3:GetObject", "Resource": "arn:aws:s3:::b/x"}]},
        {"Statement": [{"Effect": "Allow", "Action": UNKNOWN, "Resource": "arn:aws:s3:::b/x"}]},
        {"Statement": [{"Effect": "Allow", "NotAction": ["iam:*", UNKNOWN], "Resource": "arn:aws:s3:::b/x"}]},
        {"Statement": [{"Effect": "Allow", "Action": "s3:GetObject", "Resource": [UNKNOWN]}]},
        {"Statement": [{"Effect": "Allow", "Action": "s3:GetObject", "Principal": UNKNOWN}]},
        {"Statement": [{"Effect": "Allow", "Action": "s3:GetObject", "Principal": {"AWS": UNKNOWN}}]},
        {"Statement": [{"Effect": "Allow", "Action": "s3:GetObject", "Condition": UNKNOWN}]},
        {"Statement": [{"Effect": "Allow", "Action": "s3:GetObject", "Condition": {"Bool": UNKNOWN}}]},
        {"Statement": [{"Effect": "Allow", "Action": "s3:GetObject", "Condition": {"Bool": {"a": [UNKNOWN]}}}]},
    ],
)
def test_whatever_is_known_only_after_apply_is_refused(document: Any) -> None:
    after = Permissions(Kind.IDENTITY, (policy(document),))
    assert [each.why.value for each in wider(Permissions(Kind.IDENTITY), after, ACCOUNT)] == ["unknown"]
    # Not even what is as unknown as it was is the same.
    assert wider(after, after, ACCOUNT)[0].why.value == "unknown"


BLOCKS = {
    "statement": [
        {
            "sid": "Use",
            "effect": None,
            "actions": ["kms:Decrypt"],
            "not_actions": None,
            "resources": ["arn:aws:kms:eu-west-1:111122223333:key/&{aws:username}"],
            "principals": [
                {"type": "AWS", "identifiers": ["111122223333"]},
                {"type": "AWS", "identifiers": ["AIDA1"]},
            ],
            "condition": [
                {"test": "StringEquals", "variable": "kms:ViaService", "values": ["a"]},
                {"test": "StringEquals", "variable": "kms:ViaService", "values": ["b"]},
                {"test": "Bool", "variable": "aws:SecureTransport", "values": ["true"]},
            ],
        },
    ]
}


def test_a_statement_is_read_from_blocks_of_terraform() -> None:
    (found,) = policy_of_blocks(BLOCKS).statements
    assert found == only(
        {
            "Version": VERSION,
            "Statement": {
                "Effect": "Allow",
                "Action": "kms:Decrypt",
                "Resource": "arn:aws:kms:eu-west-1:111122223333:key/${aws:username}",
                "Principal": {"AWS": ["111122223333", "AIDA1"]},
                "Condition": {
                    "StringEquals": {"kms:ViaService": ["a", "b"]},
                    "Bool": {"aws:SecureTransport": "true"},
                },
            },
        }
    )
    assert found.sid == "Use"


def test_everybody_in_a_block_is_everybody() -> None:
    block = {"actions": ["s3:GetObject"], "not_principals": [{"type": "*", "identifiers": ["*"]}]}
    (found,) = policy_of_blocks({"statement": [block]}).statements
    assert found.principals == Element(frozenset({"*"}), is_negated=True)


@pytest.mark.parametrize(
    "blocks",
    [
        {"statement": UNKNOWN},
        {"statement": [UNKNOWN]},
        {"statement": [{"actions": ["s3:GetObject"], "resources": UNKNOWN}]},
        {"statement": [{"actions": ["s3:GetObject"], "resources": ["arn:aws:s3:::b/x"], "principals": UNKNOWN}]},
        {
            "statement": [
                {
                    "actions": ["s3:GetObject"],
                    "resources": ["arn:aws:s3:::b/x"],
                    "principals": [{"type": UNKNOWN, "identifiers": ["x"]}],
                }
            ]
        },
        {"statement": [{"actions": ["s3:GetObject"], "resources": ["arn:aws:s3:::b/x"], "condition": [UNKNOWN]}]},
        {
            "statement": [
                {
                    "actions": ["s3:GetObject"],
                    "resources": ["arn:aws:s3:::b/x"],
                    "condition": [{"test": "Bool", "variable": UNKNOWN, "values": ["x"]}],
                }
            ]
        },
        {
            "statement": [
                {
                    "actions": ["s3:GetObject"],
                    "resources": ["arn:aws:s3:::b/x"],
                    "condition": [{"test": "Bool", "variable": "x", "values": UNKNOWN}],
                }
            ]
        },
        {"source_policy_documents": UNKNOWN},
        {"override_policy_documents": [UNKNOWN]},
    ],
)
def test_a_block_that_is_unknown_in_part_is_refused(blocks: Any) -> None:
    after = Permissions(Kind.IDENTITY, (policy_of_blocks(blocks),))
    assert [each.why.value for each in wider(Permissions(Kind.IDENTITY), after, ACCOUNT)] == ["unknown"]


def test_documents_that_blocks_are_merged_with_are_read_too() -> None:
    def document(sid: str, action: str) -> str:
        return json.dumps({"Statement": [{"Sid": sid, "Effect": "Allow", "Action": action, "Resource": "*"}]})

    found = policy_of_blocks(
        {
            "source_policy_documents": [document("A", "s3:A"), document("B", "s3:B")],
            "statement": [{"sid": "C", "actions": ["s3:C"], "resources": ["*"]}],
            "override_policy_documents": [document("B", "s3:D"), document("", "s3:E")],
        }
    )
    named = [(each.sid, sorted(map(str, each.actions.texts))) for each in found.statements if each.actions]
    assert named == [("A", ["s3:A"]), ("C", ["s3:C"]), ("B", ["s3:D"]), ("", ["s3:E"])]
    assert policy_of_blocks({}).statements == ()


@pytest.mark.parametrize(
    ("value", "unknown", "expected"),
    [
        ("a", True, UNKNOWN),
        ({"a": 1}, {"a": False, "b": True}, {"a": 1, "b": UNKNOWN}),
        ({"a": {}}, {"a": {"b": [True]}}, {"a": {"b": [UNKNOWN]}}),
        (None, {"a": True}, {"a": UNKNOWN}),
        (["a", None], [False, True], ["a", UNKNOWN]),
        (["a", "b"], [True], [UNKNOWN, "b"]),
        ("a", False, "a"),
    ],
)
def test_unknown_leaves_are_marked(value: Any, unknown: Any, expected: Any) -> None:
    assert marked(value, unknown) == expected


def test_a_name_of_the_plan_stands_for_what_is_not_known_yet() -> None:
    name = identity("aws_s3_bucket.this.arn")
    assert is_identity(f"{name}/*")
    assert not is_identity("aws_s3_bucket.this.arn")
    assert not set("*?$") & set(identity('module.x["a*?${b}"].arn'))
    assert plain(f"{name}/*") == "aws_s3_bucket.this.arn/*"


def test_a_managed_policy_of_aws_is_known_by_its_content() -> None:
    found = managed_policy("arn:aws:iam::aws:policy/AdministratorAccess")
    assert (
        found.statements
        == policy({"Version": VERSION, "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}).statements
    )


@pytest.mark.parametrize(
    "arn",
    [
        "arn:aws:iam::aws:policy/NoSuchPolicy",
        "arn:aws:iam::aws:policy/elsewhere/AdministratorAccess",
        "arn:aws:iam::111122223333:policy/AdministratorAccess",
    ],
)
def test_a_managed_policy_that_nobody_carries_is_known_by_its_name_alone(arn: str) -> None:
    (statement,) = managed_policy(arn).statements
    assert statement.unreadable == f"nobody knows here what {arn} allows"
    assert managed_policy(arn) != managed_policy(f"{arn}2")
    after = Permissions(Kind.IDENTITY, (managed_policy(arn),))
    assert wider(after, after, ACCOUNT) == []
    assert [each.why.value for each in wider(Permissions(Kind.IDENTITY), after, ACCOUNT)] == ["undecidable"]


def test_a_managed_policy_whose_name_is_unknown_is_refused() -> None:
    after = Permissions(Kind.IDENTITY, (managed_policy(UNKNOWN),))
    assert [each.why.value for each in wider(Permissions(Kind.IDENTITY), after, ACCOUNT)] == ["unknown"]


@pytest.mark.parametrize("found", [None, "elsewhere"])
def test_without_moto_every_managed_policy_is_known_by_its_name_alone(
    found: str | None, monkeypatch: pytest.MonkeyPatch, tmp_path: Any
) -> None:
    from generator.permissions import managed

    class Spec:
        submodule_search_locations = (str(tmp_path),)

    monkeypatch.setattr("importlib.util.find_spec", lambda _: None if found is None else Spec())
    managed._known.cache_clear()
    try:
        (statement,) = managed_policy("arn:aws:iam::aws:policy/AdministratorAccess").statements
    finally:
        managed._known.cache_clear()
    assert statement.unreadable
