"""What a change of policies lets through, why that matters, and in which words it is told."""

from __future__ import annotations

from typing import Any

import pytest

from generator.permissions.document import policy
from generator.permissions.finding import Why, Widening
from generator.permissions.managed import managed_policy
from generator.permissions.policy import EVERYTHING, UNKNOWN, Account, Kind, Permissions, identity
from generator.permissions.widening import wider

OWN, OTHER = "111122223333", "999999999999"
ACCOUNT = Account(OWN)
NOW = 1_800_000_000.0
OBJECTS = "arn:aws:s3:::builds/*"
QUEUE = f"arn:aws:sqs:eu-west-1:{OWN}:undelivered"
TOPIC = f"arn:aws:sns:eu-west-1:{OWN}:builds"
RULE = f"arn:aws:events:eu-west-1:{OWN}:rule/builds"
GITHUB = "token.actions.githubusercontent.com"
INSECURE = {"Bool": {"aws:SecureTransport": "false"}}


def allow(actions: Any, resources: Any = None, who: Any = None, when: Any = None, **more: Any) -> dict[str, Any]:
    parts = {"Action": actions, "Resource": resources, "Principal": who, "Condition": when}
    return {"Effect": "Allow", **{name: value for name, value in parts.items() if value is not None}, **more}


def deny(actions: Any, resources: Any = "*", who: Any = "*", when: Any = None, **more: Any) -> dict[str, Any]:
    return allow(actions, resources, who, when, **more) | {"Effect": "Deny"}


def of(kind: Kind, *statements: dict[str, Any], boundary: Any = None) -> Permissions:
    document = {"Version": "2012-10-17", "Statement": list(statements)}
    return Permissions(kind, (policy(document, "p"),) if statements else (), boundary)


def found(before: Permissions, after: Permissions, **more: Any) -> list[Widening]:
    return wider(before, after, ACCOUNT, now=NOW, **more)


def whys(before: Permissions, after: Permissions, **more: Any) -> list[str]:
    return sorted({each.why.value for each in found(before, after, **more)})


def new(kind: Kind, statement: dict[str, Any]) -> list[str]:
    return whys(Permissions(kind), of(kind, statement))


SERVICE = {"Service": "sns.amazonaws.com"}
SOURCE = {"ArnEquals": {"aws:SourceArn": TOPIC}}


@pytest.mark.parametrize(
    ("statement", "why"),
    [
        (allow("s3:GetObject", OBJECTS, "*"), "public"),
        (allow("s3:GetObject", OBJECTS, {"AWS": "*"}), "public"),
        (allow("s3:GetObject", OBJECTS), "public"),
        (allow("s3:GetObject", OBJECTS, NotPrincipal={"AWS": OTHER}), "public"),
        (allow("s3:GetObject", OBJECTS, "*", {"Bool": {"aws:SecureTransport": True}}), "public"),
        (allow("s3:GetObject", OBJECTS, "*", {"Null": {"aws:PrincipalArn": "false"}}), "public"),
        (allow("s3:GetObject", OBJECTS, "*", {"StringLike": {"aws:PrincipalArn": "*"}}), "public"),
        (allow("s3:GetObject", OBJECTS, "*", {"StringLike": {"aws:PrincipalOrgID": "*"}}), "public"),
        (allow("s3:GetObject", OBJECTS, "*", {"StringNotEquals": {"aws:PrincipalAccount": OTHER}}), "public"),
        (allow("s3:GetObject", OBJECTS, "*", {"StringEqualsIfExists": {"aws:PrincipalAccount": OWN}}), "public"),
        (allow("s3:GetObject", OBJECTS, "*", {"ForAllValues:StringEquals": {"aws:PrincipalAccount": OWN}}), "public"),
        (allow("s3:GetObject", OBJECTS, "*", {"IpAddress": {"aws:SourceIp": "0.0.0.0/0"}}), "public"),
        (allow("s3:GetObject", OBJECTS, "*", {"IpAddress": {"aws:SourceIp": "203.0.113.0/24"}}), "public"),
        (allow("s3:GetObject", OBJECTS, "*", {"DateGreaterThan": {"aws:CurrentTime": "2020-01-01"}}), "public"),
        (allow("s3:GetObject", OBJECTS, "*", {"NumericLessThan": {"s3:max-keys": "999999999"}}), "public"),
        (allow("s3:GetObject", OBJECTS, "*", {"StringEquals": {"aws:Referer": "https://x"}}), "public"),
        (allow("s3:GetObject", OBJECTS, "*", {"StringLike": {"aws:SourceArn": f"arn:aws:s3:*:{OWN}:*"}}), "public"),
        (allow("s3:GetObject", OBJECTS, "*", {"ArnLike": {"aws:SourceArn": "arn:aws:s3:*:*:*"}}), "public"),
        (allow("s3:GetObject", OBJECTS, "*", {"ArnLike": {"aws:SourceArn": f"arn:aws:s3:*:{OWN}:*"}}), "shown"),
        (allow("s3:GetObject", OBJECTS, "*", {"StringEquals": {"aws:PrincipalAccount": OWN}}), "shown"),
        (allow("s3:GetObject", OBJECTS, "*", {"StringEquals": {"aws:PrincipalAccount": [OWN, OTHER]}}), "foreign"),
        (allow("s3:GetObject", OBJECTS, "*", {"StringEquals": {"aws:PrincipalOrgID": "o-abc123"}}), "foreign"),
        (
            allow(
                "s3:GetObject", OBJECTS, "*", {"ForAnyValue:StringLike": {"aws:PrincipalOrgPaths": "o-abc123/r-1/*"}}
            ),
            "foreign",
        ),
        (allow("s3:GetObject", OBJECTS, "*", {"StringEquals": {"aws:SourceVpce": "vpce-1a2b3c"}}), "foreign"),
        (allow("s3:GetObject", OBJECTS, "*", {"StringEquals": {"aws:SourceVpce": identity("e.id")}}), "shown"),
        (allow("s3:GetObject", OBJECTS, {"AWS": OTHER}), "foreign"),
        (allow("s3:GetObject", OBJECTS, {"AWS": f"arn:aws:iam::{OTHER}:role/x-{OWN}"}), "foreign"),
        (allow("s3:GetObject", OBJECTS, {"AWS": f"arn:aws-cn:iam::{OWN}:root"}), "foreign"),
        (allow("s3:GetObject", OBJECTS, {"AWS": "AIDAEXAMPLE"}), "foreign"),
        (allow("s3:GetObject", OBJECTS, {"CanonicalUser": "0123abc"}), "foreign"),
        (allow("s3:GetObject", OBJECTS, {"CanonicalUser": identity("u.id")}), "shown"),
        (allow("s3:GetObject", OBJECTS, {"AWS": OWN}), "shown"),
        (allow("s3:GetObject", OBJECTS, {"AWS": f"arn:aws:iam::{OWN}:role/build"}), "shown"),
        (allow("s3:GetObject", OBJECTS, {"AWS": identity("aws_iam_role.build.arn")}), "shown"),
        (allow("s3:GetObject", OBJECTS, {"Federated": f"arn:aws:iam::{OWN}:saml-provider/x"}), "foreign"),
        (allow("sqs:SendMessage", QUEUE, SERVICE), "foreign"),
        (allow("sqs:SendMessage", QUEUE, {"Service": "events.amazonaws.com"}), "foreign"),
        (allow("sns:Publish", TOPIC, {"Service": "s3.amazonaws.com"}), "foreign"),
        (allow("sns:Publish", TOPIC, {"Service": "events.amazonaws.com"}), "shown"),
        (allow("sqs:SendMessage", QUEUE, SERVICE, {"StringEquals": {"aws:SourceAccount": OTHER}}), "foreign"),
        (allow("sqs:SendMessage", QUEUE, SERVICE, SOURCE), "shown"),
        (allow("sqs:SendMessage", QUEUE, SERVICE, {"StringEquals": {"aws:SourceAccount": OWN}}), "shown"),
        (allow("kms:Decrypt", "*", SERVICE, {"ArnEquals": {"kms:EncryptionContext:aws:sns:topicArn": TOPIC}}), "shown"),
        (allow("kms:Decrypt", "*", "*", {"ArnEquals": {"kms:EncryptionContext:aws:sns:topicArn": TOPIC}}), "public"),
        (
            allow(
                "kms:Decrypt",
                "*",
                {"Service": "ec2.amazonaws.com"},
                {"ArnEquals": {"kms:EncryptionContext:aws:logs:arn": f"arn:aws:logs:eu-west-1:{OWN}:log-group:/x"}},
            ),
            "foreign",
        ),
        (allow("kms:*", "*", {"AWS": f"arn:aws:iam::{OWN}:root"}), "shown"),
        (allow("kms:*", "*", {"AWS": f"arn:aws:iam::{OWN}:role/build"}), "wildcard"),
        (allow("kms:PutKeyPolicy", "*", {"AWS": f"arn:aws:iam::{OWN}:role/build"}), "administration"),
        (allow("s3:*", OBJECTS, {"AWS": OWN}), "wildcard"),
        (allow("s3:PutBucketPolicy", OBJECTS, {"AWS": OWN}), "administration"),
        (allow("s3:GetObjekt", OBJECTS, {"AWS": OWN}), "undecidable"),
        (allow("s3:GetObject", OBJECTS, {"AWS": OWN}, {"StringMatches": {"a:b": "c"}}), "undecidable"),
        (allow("s3:GetObject", OBJECTS, {"AWS": OWN}, {"IpAddress": {"aws:SourceIp": "here"}}), "undecidable"),
        (allow("s3:GetObject", OBJECTS, {"AWS": OWN}, {"Bool": {"aws:ViaAWSService": "maybe"}}), "undecidable"),
    ],
)
def test_a_new_grant_on_a_resource_is_judged_by_whom_it_lets_in(statement: dict[str, Any], why: str) -> None:
    assert new(Kind.RESOURCE, statement) == [why]


WEB = "sts:AssumeRoleWithWebIdentity"
HUB = {"Federated": f"arn:aws:iam::{OWN}:oidc-provider/{GITHUB}"}


@pytest.mark.parametrize(
    ("statement", "why"),
    [
        (allow("sts:AssumeRole", who={"Service": "codebuild.amazonaws.com"}), "shown"),
        (allow("sts:AssumeRole", who="*"), "public"),
        (allow("sts:AssumeRole", who={"AWS": "*"}, when={"Bool": {"aws:SecureTransport": "true"}}), "public"),
        (allow("sts:AssumeRole", who={"AWS": OTHER}, when={"StringEquals": {"sts:ExternalId": "x"}}), "foreign"),
        (allow("sts:AssumeRole", who={"AWS": OWN}), "shown"),
        (allow(WEB, who=HUB), "foreign"),
        (allow(WEB, who=HUB, when={"StringEquals": {f"{GITHUB}:aud": "sts.amazonaws.com"}}), "foreign"),
        (allow(WEB, who=HUB, when={"StringLike": {f"{GITHUB}:sub": "repo:acme/*"}}), "foreign"),
        (allow(WEB, who=HUB, when={"StringEqualsIfExists": {f"{GITHUB}:sub": "repo:acme/app:ref:main"}}), "foreign"),
        (allow(WEB, who=HUB, when={"StringEquals": {f"{GITHUB}:sub": "repo:acme/app:ref:main"}}), "shown"),
        (
            allow(
                WEB,
                who={"Federated": f"arn:aws:iam::{OTHER}:oidc-provider/{GITHUB}"},
                when={"StringEquals": {f"{GITHUB}:sub": "repo:acme/app:ref:main"}},
            ),
            "foreign",
        ),
        (
            allow(
                WEB, who={"Federated": "accounts.google.com"}, when={"StringEquals": {"accounts.google.com:aud": "1"}}
            ),
            "foreign",
        ),
        (
            allow(
                WEB, who={"Federated": "accounts.google.com"}, when={"StringEquals": {"accounts.google.com:sub": "1"}}
            ),
            "shown",
        ),
        (
            allow(
                WEB,
                who={"Federated": "cognito-identity.amazonaws.com"},
                when={"StringEquals": {"cognito-identity.amazonaws.com:aud": "eu-west-1:1"}},
            ),
            "shown",
        ),
        (
            allow(
                "sts:AssumeRoleWithSAML",
                who={"Federated": f"arn:aws:iam::{OWN}:saml-provider/acme"},
                when={"StringEquals": {"SAML:aud": "https://signin.aws.amazon.com/saml"}},
            ),
            "shown",
        ),
        (allow(WEB, who={"Federated": identity("p.arn")}, when={"StringEquals": {f"{GITHUB}:sub": "x"}}), "shown"),
    ],
)
def test_a_new_trust_is_judged_by_who_may_assume_the_role(statement: dict[str, Any], why: str) -> None:
    assert new(Kind.TRUST, statement) == [why]


SECRET = f"arn:aws:secretsmanager:eu-west-1:{OWN}:secret"
LOGS = f"arn:aws:logs:eu-west-1:{OWN}:log-group"
PACKAGES = f"arn:aws:codeartifact:eu-west-1:{OWN}:package"
INTERFACE = f"arn:aws:ec2:eu-west-1:{OWN}:network-interface/*"
SUBNET = {"ArnEquals": {"ec2:Subnet": f"arn:aws:ec2:eu-west-1:{OWN}:subnet/subnet-1"}}


@pytest.mark.parametrize(
    ("actions", "resources", "when", "why"),
    [
        ("*", "*", None, "wildcard"),
        ("s3:*", OBJECTS, None, "wildcard"),
        ("s3:Get?bject", OBJECTS, None, "wildcard"),
        ("s3:GetObject", "*", None, "wildcard"),
        ("s3:GetObject", "arn:aws:s3:::?*", None, "wildcard"),
        ("s3:GetObject", "arn:aws:s3:::b*", None, "wildcard"),
        ("s3:GetObject", "arn:aws:s3:::b*/x", None, "wildcard"),
        ("s3:GetObject", "arn:aws:s3:::${aws:PrincipalTag/bucket}/x", None, "wildcard"),
        ("s3:GetObject", "arn:aws:s3:::b/${aws:username}/*", None, "shown"),
        ("s3:GetObject", OBJECTS, None, "shown"),
        ("s3:GetObject", f"{identity('b.arn')}/*", None, "shown"),
        ("s3:GetObject", identity("b.arn"), None, "shown"),
        ("s3:GetObject", f"{identity('b.arn')}*", None, "wildcard"),
        ("s3:GetObject", "arn:aws-cn:s3:::b/x", None, "foreign_resource"),
        ("s3:GetObject", "arn:*:s3:::b/x", None, "shown"),
        ("s3:GetObject", "arn:aws*:s3:::b/x", None, "wildcard"),
        ("s3:GetObject", "b/x", None, "wildcard"),
        ("secretsmanager:GetSecretValue", f"{SECRET}:prod/*", None, "wildcard"),
        ("secretsmanager:GetSecretValue", f"{SECRET}:prod/token-??????", None, "shown"),
        ("secretsmanager:GetSecretValue", f"{SECRET}:prod/token*", None, "wildcard"),
        ("secretsmanager:GetSecretValue", SECRET.replace(OWN, OTHER) + ":token-a1b2c3", None, "foreign_resource"),
        ("secretsmanager:GetSecretValue", SECRET.replace(OWN, "*") + ":token-a1b2c3", None, "wildcard"),
        ("secretsmanager:GetSecretValue", SECRET.replace("eu-west-1", "*") + ":token-a1b2c3", None, "wildcard"),
        ("ssm:GetParameters", f"arn:aws:ssm:eu-west-1:{OWN}:parameter/a*", None, "wildcard"),
        ("logs:PutLogEvents", f"{LOGS}:/builds:log-stream:main/*", None, "shown"),
        ("logs:PutLogEvents", f"{LOGS}:/builds:*", None, "shown"),
        ("logs:PutLogEvents", f"{LOGS}:/b*:log-stream:main/x", None, "wildcard"),
        ("logs:PutLogEvents", f"{LOGS}:*", None, "wildcard"),
        ("codebuild:CreateReport", f"arn:aws:codebuild:eu-west-1:{OWN}:report-group/main-*", None, "shown"),
        ("codebuild:StartBuild", f"arn:aws:codebuild:eu-west-1:{OWN}:project/main-*", None, "wildcard"),
        ("codeartifact:PublishPackageVersion", f"{PACKAGES}/acme/own/*", None, "shown"),
        ("codeartifact:PublishPackageVersion", f"{PACKAGES}/acme/*", None, "wildcard"),
        ("cloudformation:CreateChangeSet", "arn:aws:cloudformation:eu-west-1:aws:transform/*", None, "shown"),
        ("cloudformation:CreateChangeSet", "arn:aws:cloudformation:eu-west-1:*:transform/*", None, "wildcard"),
        ("cloudformation:SetStackPolicy", f"arn:aws:cloudformation:eu-west-1:{OWN}:stack/shop/*", None, "shown"),
        ("ec2:DescribeSubnets", "*", None, "shown"),
        ("ec2:CreateNetworkInterface", INTERFACE, None, "shown"),
        ("ec2:DeleteNetworkInterface", INTERFACE, None, "wildcard"),
        ("ec2:DeleteNetworkInterface", INTERFACE, SUBNET, "shown"),
        ("ec2:DeleteNetworkInterface", INTERFACE, {"StringEquals": {"aws:PrincipalAccount": OWN}}, "wildcard"),
        ("ec2:DeleteNetworkInterface", INTERFACE, {"StringNotEquals": {"ec2:Subnet": "x"}}, "wildcard"),
        ("ec2:CreateNetworkInterfacePermission", INTERFACE, SUBNET, "shown"),
        ("ecr:GetAuthorizationToken", "*", None, "shown"),
        ("xray:PutTraceSegments", "*", None, "shown"),
        ("iam:PassRole", f"arn:aws:iam::{OWN}:role/build", None, "administration"),
        ("iam:GetRole", f"arn:aws:iam::{OWN}:role/build", None, "shown"),
        ("sts:AssumeRole", f"arn:aws:iam::{OTHER}:role/admin", None, "administration"),
        ("sts:AssumeRole", "arn:aws:iam::*:role/admin", None, "administration"),
        ("sts:GetCallerIdentity", "*", None, "shown"),
        ("kms:Decrypt", f"arn:aws:kms:eu-west-1:{OWN}:key/1", None, "shown"),
        ("kms:Decrypt", f"arn:aws:kms:eu-west-1:{OWN}:key/*", None, "wildcard"),
        ("kms:ScheduleKeyDeletion", f"arn:aws:kms:eu-west-1:{OWN}:key/1", None, "administration"),
        ("kms:CreateGrant", f"arn:aws:kms:eu-west-1:{OWN}:key/1", None, "administration"),
        ("sqs:SetQueueAttributes", QUEUE, None, "administration"),
        ("s3:PutObjectAcl", OBJECTS, None, "shown"),
        ("new:Action", "arn:aws:new:::x", None, "undecidable"),
    ],
)
def test_a_new_grant_to_a_role_is_judged_by_what_it_names(actions: str, resources: str, when: Any, why: str) -> None:
    assert new(Kind.IDENTITY, allow(actions, resources, when=when)) == [why]


@pytest.mark.parametrize(
    "element", [{"NotAction": "iam:*", "Resource": OBJECTS}, {"Action": "s3:GetObject", "NotResource": "x"}]
)
def test_whatever_is_not_named_is_a_wildcard(element: dict[str, Any]) -> None:
    assert new(Kind.IDENTITY, {"Effect": "Allow", **element}) == ["wildcard"]
    assert new(Kind.IDENTITY, {"Effect": "Allow", "Action": "s3:GetObject"}) == ["wildcard"]


SECURE = deny("sqs:*", QUEUE, when=INSECURE)
SEND = allow("sqs:SendMessage", QUEUE, SERVICE, SOURCE)


@pytest.mark.parametrize(
    ("after", "why"),
    [
        ([SEND, SECURE], []),
        ([SECURE, SEND], []),
        ([SEND | {"Sid": "Send"}, SECURE], []),
        ([SEND, deny("*", when={"BoolIfExists": {"aws:SecureTransport": ["false"]}})], []),
        ([SEND, deny("sqs:*", QUEUE)], []),
        ([SEND, deny("sqs:*", QUEUE, when={"Bool": {"aws:SecureTransport": [True, False]}})], []),
        ([SEND, deny("sqs:S*", QUEUE, when=INSECURE), deny(None, QUEUE, when=INSECURE, NotAction="sqs:S*")], []),
        ([SEND, SECURE, deny("sqs:DeleteQueue")], []),
        ([SECURE], []),
        ([SEND], ["lost_deny"]),
        ([SEND, deny("sqs:SendMessage", QUEUE, when=INSECURE)], ["lost_deny"]),
        ([SEND, deny("sqs:*", f"{QUEUE}-2", when=INSECURE)], ["lost_deny"]),
        ([SEND, deny("sqs:*", QUEUE, {"AWS": "*"}, INSECURE)], ["lost_deny"]),
        ([SEND, deny("sqs:*", QUEUE, None, INSECURE, NotPrincipal={"AWS": OWN})], ["lost_deny"]),
        ([SEND, deny("sqs:*", QUEUE, when={"Bool": {"aws:SecureTransport": "true"}})], ["lost_deny"]),
        ([SEND, deny("sqs:*", QUEUE, when={**INSECURE, "StringEquals": {"a:b": "c"}})], ["lost_deny"]),
        ([SEND, deny("sqs:*", QUEUE, when={**INSECURE, "Null": {"aws:SecureTransport": "true"}})], ["lost_deny"]),
        ([SEND, deny("sqs:*", QUEUE, when={**INSECURE, "Strange": {"a:b": "c"}})], ["lost_deny"]),
        ([SEND, deny("sqs:*", QUEUE, when={"Bool": {"aws:SecureTransport": UNKNOWN}})], ["lost_deny"]),
        ([SEND, deny("sqs:*", UNKNOWN, when=INSECURE)], ["lost_deny"]),
        ([SEND, {**SECURE, "Effect": UNKNOWN}], ["lost_deny", "unknown"]),
        ([allow("sqs:SendMessage", QUEUE, SERVICE), SECURE], ["foreign"]),
        (
            [allow("sqs:SendMessage", QUEUE, SERVICE, {"ArnLike": {"aws:SourceArn": [TOPIC, f"{TOPIC}-2"]}}), SECURE],
            ["shown"],
        ),
        (
            [allow("sqs:SendMessage", QUEUE, SERVICE, {"ArnLike": {"aws:SourceArn": f"{TOPIC}*"}}), SECURE],
            ["lost_condition"],
        ),
        (
            [allow("sqs:SendMessage", QUEUE, SERVICE, {"StringEquals": {"aws:SourceAccount": OWN}}), SECURE],
            ["lost_condition"],
        ),
        ([allow("sqs:SendMessage", QUEUE, SERVICE, SOURCE | {"Null": {"aws:SourceAccount": "true"}}), SECURE], []),
        ([allow(["sqs:SendMessage", "sqs:ReceiveMessage"], QUEUE, SERVICE, SOURCE), SECURE], ["shown"]),
        ([allow("sqs:SendMessage", QUEUE, "*", SOURCE), SECURE], ["shown"]),
    ],
)
def test_a_queue_with_another_policy_lets_through_no_more_or_why(after: list[dict[str, Any]], why: list[str]) -> None:
    assert whys(of(Kind.RESOURCE, SEND, SECURE), of(Kind.RESOURCE, *after)) == why


EXEMPT = deny("s3:*", OBJECTS, None, NotPrincipal={"AWS": [f"arn:aws:iam::{OWN}:role/a", OWN]})


@pytest.mark.parametrize(
    ("exempted", "why"),
    [
        ([f"arn:aws:iam::{OWN}:root", f"arn:aws:iam::{OWN}:role/a"], []),
        ([OWN], []),
        ([f"arn:aws:iam::{OWN}:role/a", f"arn:aws:iam::{OWN}:role/b", OWN], ["lost_deny"]),
        ([f"arn:aws:iam::{OWN}:role/a", OWN, OTHER], ["lost_deny"]),
        ([f"arn:aws:sts::{OWN}:assumed-role/a/me", OWN], ["lost_deny"]),
        (["*"], ["lost_deny"]),
        ([UNKNOWN], ["lost_deny"]),
    ],
)
def test_one_more_who_is_left_out_of_a_denial_is_a_lost_denial(exempted: list[Any], why: list[str]) -> None:
    after = deny("s3:*", OBJECTS, None, NotPrincipal={"AWS": exempted})
    assert whys(of(Kind.RESOURCE, EXEMPT), of(Kind.RESOURCE, after)) == why


def test_another_account_covers_its_roles_and_a_role_its_sessions() -> None:
    account = of(Kind.TRUST, allow("sts:AssumeRole", who={"AWS": OTHER}))
    role = of(Kind.TRUST, allow("sts:AssumeRole", who={"AWS": f"arn:aws:iam::{OTHER}:role/team/a"}))
    session = of(Kind.TRUST, allow("sts:AssumeRole", who={"AWS": f"arn:aws:sts::{OTHER}:assumed-role/a/me"}))
    user = of(Kind.TRUST, allow("sts:AssumeRole", who={"AWS": f"arn:aws:iam::{OTHER}:user/me"}))
    assert whys(account, role) == whys(role, session) == whys(account, user) == []
    assert whys(role, account) == whys(session, role) == whys(role, user) == ["foreign"]


@pytest.mark.parametrize("name", ["role/a", "user/me", "role/team/b"])
def test_the_own_account_lets_its_policies_decide_and_whom_it_names_needs_none(name: str) -> None:
    account, one = ({"AWS": who} for who in (f"arn:aws:iam::{OWN}:root", f"arn:aws:iam::{OWN}:{name}"))
    trusting, trusted = (of(Kind.TRUST, allow("sts:AssumeRole", who=who)) for who in (account, one))
    assert whys(trusting, trusted) == whys(trusted, trusting) == ["new_principal"]
    managed = allow("kms:*", "*", who=account)
    assert whys(of(Kind.RESOURCE, managed), of(Kind.RESOURCE, managed, allow("kms:Decrypt", "*", who=one))) == ["shown"]
    less = of(Kind.RESOURCE, allow(["kms:Decrypt", "kms:Encrypt"], "*", who=account))
    assert whys(of(Kind.RESOURCE, managed), less) == []
    # Everybody of the account may have a policy that allows what is denied no longer.
    denied = of(Kind.TRUST, allow("sts:AssumeRole", who=account), deny("sts:AssumeRole", None, who=one))
    assert whys(denied, trusting) == ["lost_deny"]
    # A filter grants nothing, and an account is everybody in it.
    filters = [of(Kind.FILTER, allow("s3:GetObject", "arn:aws:s3:::b/*", who=who)) for who in (account, one)]
    assert whys(*filters) == []


BUILD = allow(
    "sts:AssumeRole", who={"Service": "codebuild.amazonaws.com"}, when={"StringEquals": {"aws:SourceAccount": OWN}}
)


@pytest.mark.parametrize(
    ("after", "why"),
    [
        (BUILD | {"Principal": {"Service": ["codebuild.amazonaws.com", "ec2.amazonaws.com"]}}, ["new_principal"]),
        (BUILD | {"Principal": {"Service": ["codebuild.amazonaws.com"], "AWS": OWN}}, ["new_principal"]),
        (BUILD | {"Principal": "*"}, ["wildcard"]),
        (allow("sts:AssumeRole", who={"Service": "ec2.amazonaws.com"}), ["new_principal"]),
        (allow("sts:AssumeRole", who={"Service": "codebuild.amazonaws.com"}), ["lost_condition"]),
        (allow(["sts:AssumeRole", "sts:TagSession"], who=BUILD["Principal"], when=BUILD["Condition"]), ["shown"]),
    ],
)
def test_a_role_that_somebody_else_may_assume_is_another_role(after: dict[str, Any], why: list[str]) -> None:
    assert whys(of(Kind.TRUST, BUILD), of(Kind.TRUST, after)) == why
    assert whys(of(Kind.TRUST, BUILD), of(Kind.TRUST, BUILD, after)) == why


def test_a_denial_turns_everybody_into_the_own_account() -> None:
    only_own = deny("s3:*", when={"StringNotEquals": {"aws:PrincipalAccount": OWN}})
    assert new(Kind.RESOURCE, allow("s3:GetObject", OBJECTS, "*")) == ["public"]
    assert whys(Permissions(Kind.RESOURCE), of(Kind.RESOURCE, allow("s3:GetObject", OBJECTS, "*"), only_own)) == [
        "shown"
    ]


def test_a_trust_that_denies_less_matters_only_where_somebody_is_trusted() -> None:
    nobody = deny("sts:AssumeRole", None, {"AWS": OTHER})
    trust = allow("sts:AssumeRole", who={"AWS": OWN})
    assert whys(of(Kind.TRUST, trust, nobody), of(Kind.TRUST, trust)) == []
    assert whys(of(Kind.TRUST, trust, deny("sts:AssumeRole", None)), of(Kind.TRUST, trust)) == ["lost_deny"]
    unknown = allow("sts:AssumeRole", who=UNKNOWN)
    assert whys(of(Kind.TRUST, unknown, nobody), of(Kind.TRUST, unknown)) == ["lost_deny", "unknown"]
    impossible = allow("sts:AssumeRole", who={"AWS": OTHER}, when={"Null": {"aws:SecureTransport": "true"}})
    assert whys(of(Kind.TRUST, nobody), of(Kind.TRUST, impossible)) == []


READ = allow(["s3:GetObject", "s3:GetObjectVersion"], [OBJECTS, "arn:aws:s3:::cache/*"])


@pytest.mark.parametrize(
    ("after", "why"),
    [
        ([allow("s3:GetObject", OBJECTS)], []),
        ([allow("S3:getobject", "arn:aws:s3:::builds/x")], []),
        ([allow("s3:GetObject", f"{OBJECTS}"), allow("s3:GetObject", "arn:aws:s3:::cache/*")], []),
        ([allow("s3:GetObject", "arn:aws:s3:::Builds/x")], ["shown"]),
        ([allow(["s3:GetObject", "s3:PutObject"], OBJECTS)], ["shown"]),
        ([allow("s3:GetObject*", OBJECTS)], ["wildcard"]),
        ([allow("s3:GetObject", "arn:aws:s3:::other/*")], ["shown"]),
        ([allow("s3:GetObject", [OBJECTS, "arn:aws:s3:::builds/x/*"])], []),
        ([allow("s3:GetObject", "arn:aws:s3:::builds*")], ["wildcard"]),
        ([allow(UNKNOWN, OBJECTS)], ["unknown"]),
        ([allow("s3:GetObject", [OBJECTS, UNKNOWN])], ["unknown"]),
        ([allow("s3:*", OBJECTS), deny(None, OBJECTS, None, NotAction=["s3:GetObject", "s3:GetObjectVersion"])], []),
        ([allow("s3:*", OBJECTS), deny("s3:Put*", OBJECTS, None)], ["wildcard"]),
    ],
)
def test_a_role_with_other_statements_may_do_no_more_or_why(after: list[dict[str, Any]], why: list[str]) -> None:
    assert whys(of(Kind.IDENTITY, READ), of(Kind.IDENTITY, *after)) == why


@pytest.mark.parametrize("kind", [Kind.IDENTITY, Kind.RESOURCE])
def test_a_pattern_of_resources_that_grows_is_a_wildcard(kind: Kind) -> None:
    before = of(kind, allow("s3:GetObject", ["arn:aws:s3:::builds/main/*"], {"AWS": OWN}))
    for more in ([OBJECTS], [OBJECTS, "arn:aws:s3:::builds/main/*"]):
        assert whys(before, of(kind, allow("s3:GetObject", more, {"AWS": OWN}))) == ["wildcard"]
    assert whys(before, of(kind, allow("s3:PutObject", OBJECTS, {"AWS": OWN}))) == ["shown"]
    assert whys(before, of(kind, allow("s3:GetObject", "arn:aws:s3:::builds/other/*", {"AWS": OWN}))) == ["shown"]
    negated = of(kind, allow("s3:GetObject", None, {"AWS": OWN}, NotResource=OBJECTS))
    assert whys(negated, of(kind, allow("s3:GetObject", OBJECTS, {"AWS": OWN}))) == ["shown"]


def test_policies_are_one_whichever_statement_stands_in_which() -> None:
    one, other = allow("s3:GetObject", OBJECTS), allow("s3:PutObject", OBJECTS)
    apart = Permissions(Kind.IDENTITY, (of(Kind.IDENTITY, one).policies[0], of(Kind.IDENTITY, other).policies[0]))
    together = of(Kind.IDENTITY, allow(["s3:GetObject", "s3:PutObject"], OBJECTS))
    assert whys(apart, together) == whys(together, apart) == []


def test_a_variable_is_wider_than_any_text_and_narrower_than_any_text_at_all() -> None:
    fixed = of(Kind.IDENTITY, allow("s3:GetObject", "arn:aws:s3:::b/me/*"))
    variable = of(Kind.IDENTITY, allow("s3:GetObject", "arn:aws:s3:::b/${aws:username}/*"))
    every = of(Kind.IDENTITY, allow("s3:GetObject", "arn:aws:s3:::b/*"))
    assert whys(fixed, variable) == whys(variable, fixed) == ["shown"]
    assert whys(variable, every) == whys(fixed, every) == ["wildcard"]
    assert whys(every, variable) == []


TAGGED = {"StringNotEquals": {"aws:ResourceTag/owner": "${aws:username}"}}


@pytest.mark.parametrize("kind", [Kind.IDENTITY, Kind.TRUST, Kind.FILTER])
def test_what_a_variable_leaves_out_stays_left_out(kind: Kind) -> None:
    every, own = allow("s3:*", "*", "*"), deny("s3:*", "*", when=TAGGED)
    rest = deny("s3:*", None, when=TAGGED, NotResource="arn:aws:s3:::b/${aws:username}")
    assert whys(of(kind, every, own), of(kind, every, own, rest)) == []
    assert whys(of(kind, every, own), of(kind, every, rest)) == ["lost_deny"]
    both = [deny(actions, "*", when=TAGGED) for actions in ("s3:G*", ["s3:*"])]
    assert whys(of(kind, every, own), of(kind, every, *both)) == []


@pytest.mark.parametrize(
    ("before", "after", "why"),
    [
        ({"DateLessThan": {"aws:CurrentTime": "2020-01-01"}}, None, ["shown"]),
        ({"DateGreaterThan": {"aws:CurrentTime": "2020-01-01"}}, None, []),
        ({"NumericGreaterThan": {"aws:EpochTime": "1000"}}, None, []),
        (
            {"NumericLessThan": {"aws:MultiFactorAuthAge": "3600"}},
            {"NumericLessThan": {"aws:MultiFactorAuthAge": "99999"}},
            ["lost_condition"],
        ),
        (
            {"NumericLessThan": {"aws:MultiFactorAuthAge": "3600"}},
            {"NumericLessThan": {"aws:MultiFactorAuthAge": "60"}},
            [],
        ),
        (
            {"NumericLessThan": {"aws:MultiFactorAuthAge": "nan"}},
            {"NumericLessThan": {"aws:MultiFactorAuthAge": "60"}},
            ["shown"],
        ),
        (
            {"Bool": {"aws:MultiFactorAuthPresent": "true"}},
            {"BoolIfExists": {"aws:MultiFactorAuthPresent": "true"}},
            ["lost_condition"],
        ),
        ({"Bool": {"aws:MultiFactorAuthPresent": "true"}}, None, ["lost_condition"]),
        ({"Null": {"aws:SecureTransport": "false"}}, None, []),
        ({"Null": {"aws:MultiFactorAuthAge": "false"}}, {"NumericLessThan": {"aws:MultiFactorAuthAge": "60"}}, []),
        (
            {"StringEquals": {"aws:TagKeys": "a"}},
            {"ForAllValues:StringEquals": {"aws:TagKeys": "a"}},
            ["lost_condition"],
        ),
        ({"ForAnyValue:StringEqualsIfExists": {"aws:TagKeys": "a"}}, {"StringEquals": {"aws:TagKeys": "a"}}, ["shown"]),
        ({"StringEqualsIgnoreCase": {"aws:UserAgent": "X"}}, {"StringEquals": {"aws:UserAgent": ["x", "X"]}}, []),
        (
            {"StringEquals": {"aws:UserAgent": "X"}},
            {"StringEqualsIgnoreCase": {"aws:UserAgent": "x"}},
            ["lost_condition"],
        ),
        ({"StringEquals": {"aws:UserAgent": ["x", "y"]}}, {"StringEquals": {"aws:userAGENT": "y"}}, []),
        (
            {"IpAddress": {"aws:SourceIp": "10.0.0.0/8"}},
            {"IpAddress": {"aws:SourceIp": ["10.0.0.0/9", "10.128.0.0/9"]}},
            [],
        ),
        (
            {"ArnLike": {"aws:PrincipalArn": "arn:aws:iam::*:role/x"}},
            {"ArnLike": {"aws:PrincipalArn": "x"}},
            ["undecidable"],
        ),
        (
            {"ArnNotLike": {"aws:PrincipalArn": "x"}},
            {"ArnNotLike": {"aws:PrincipalArn": "arn:aws:iam::1:role/x"}},
            ["lost_condition"],
        ),
        ({"Null": {"a:b": "maybe"}}, None, ["shown"]),
        ({"ForAllValues:Null": {"a:b": "true"}}, None, ["shown"]),
        (
            {"StringEquals": {"kms:ViaService": "s3.eu-west-1.amazonaws.com"}},
            {"StringEquals": {"kms:ViaService": ["s3.eu-west-1.amazonaws.com", "ssm.eu-west-1.amazonaws.com"]}},
            ["shown"],
        ),
        (
            {"StringEquals": {"kms:EncryptionContextKeys": "a"}},
            {"StringEquals": {"kms:EncryptionContextKeys": ["a", "b"]}},
            ["lost_condition"],
        ),
    ],
)
def test_a_condition_that_goes_or_is_loosened_lets_more_through_or_not(before: Any, after: Any, why: list[str]) -> None:
    old, then = (of(Kind.IDENTITY, allow("s3:GetObject", OBJECTS, when=when)) for when in (before, after))
    assert whys(old, then) == why


class TestFilters:
    FULL = Permissions(Kind.FILTER, (EVERYTHING,))
    CREDENTIALS = of(Kind.FILTER, allow("s3:*", "*", "*", {"StringEquals": {"aws:PrincipalAccount": OWN}}))

    def test_a_new_filter_stops_and_lets_nothing_through(self) -> None:
        assert found(self.FULL, self.CREDENTIALS) == []

    def test_a_filter_that_goes_stops_nobody(self) -> None:
        (widening,) = found(self.CREDENTIALS, self.FULL)
        assert widening.why is Why.PUBLIC
        assert str(widening) == (
            "anybody may do anything on anything; before: anybody may call s3:* on anything, "
            f"if aws:PrincipalAccount is {OWN}"
        )

    def test_a_boundary_that_goes_or_grows_no_longer_stops(self) -> None:
        bound, more = (of(Kind.FILTER, allow(what, "*")).policies[0] for what in ("s3:*", ["s3:*", "sns:Publish"]))
        role = allow("s3:GetObject", OBJECTS)
        before = of(Kind.IDENTITY, role, boundary=bound)
        for after in (of(Kind.IDENTITY, role), of(Kind.IDENTITY, role, boundary=more)):
            (widening,) = found(before, after)
            assert widening.why is Why.LOST_BOUNDARY
            assert widening.after.startswith("the permissions boundary no longer stops it: it may ")
        assert found(of(Kind.IDENTITY, role), before) == []

    def test_what_the_boundary_stops_is_not_let_through(self) -> None:
        bound = of(Kind.FILTER, allow("s3:*", "arn:aws:s3:::${aws:username}/*"), deny("s3:GetX")).policies[0]
        before = of(Kind.IDENTITY, allow("s3:GetObject", OBJECTS), boundary=bound)
        after = of(Kind.IDENTITY, allow(["s3:GetObject", "s3:PutObject", "sns:Publish"], [OBJECTS]), boundary=bound)
        assert [each.actions for each in found(before, after)] == [("s3:PutObject",)]

    def test_a_boundary_that_nobody_can_read_stops_nothing(self) -> None:
        role = allow("s3:GetObject", OBJECTS)
        before = of(Kind.IDENTITY, role, boundary=policy({"Statement": []}))
        after = of(Kind.IDENTITY, role, boundary=policy(UNKNOWN))
        assert whys(before, after) == ["unknown"]
        named = of(Kind.IDENTITY, role, boundary=managed_policy(f"arn:aws:iam::{OWN}:policy/bound"))
        assert whys(named, named) == []
        assert whys(before, named) == ["undecidable"]
        assert whys(named, of(Kind.IDENTITY, role)) == ["lost_boundary", "undecidable"]


def test_a_policy_that_nobody_can_read_may_have_denied_something() -> None:
    named = Permissions(Kind.IDENTITY, (managed_policy(f"arn:aws:iam::{OWN}:policy/x"),))
    (widening,) = found(named, Permissions(Kind.IDENTITY))
    assert (widening.why, widening.policy) == (Why.UNDECIDABLE, f"arn:aws:iam::{OWN}:policy/x")
    assert widening.after == (
        "nobody can say what is denied no longer: a policy may say anything: "
        f"nobody knows here what arn:aws:iam::{OWN}:policy/x allows"
    )


def test_what_a_spec_asks_for_is_shown_and_what_it_does_not_ask_for_is_refused() -> None:
    nothing = Permissions(Kind.RESOURCE)
    named = of(Kind.RESOURCE, allow("s3:GetObject", OBJECTS, {"AWS": [OWN, OTHER]}))
    public = of(Kind.RESOURCE, allow("s3:GetObject", OBJECTS, "*"))
    assert whys(nothing, named) == ["foreign", "shown"]
    assert whys(nothing, named, asked=lambda each: OTHER in str(each.principals)) == ["shown", "unasked"]
    assert whys(nothing, named, asked=lambda _: False) == ["foreign", "unasked"]
    assert whys(nothing, public, asked=lambda _: True) == ["public"]


def test_widenings_say_who_may_do_what_beyond_before_the_gravest_first() -> None:
    before = of(Kind.RESOURCE, allow("s3:GetObject", OBJECTS, {"AWS": OWN}))
    after = of(
        Kind.RESOURCE,
        allow(["s3:PutObject", "s3:GetObject"], OBJECTS, {"AWS": [OWN, OTHER]}, Sid="Share"),
        allow("s3:ListBucket", "arn:aws:s3:::builds", "*"),
    )
    widenings = found(before, after)
    own = f"account {OWN} may call s3:GetObject on {OBJECTS}"
    assert list(map(str, widenings)) == [
        "anybody may call s3:ListBucket on arn:aws:s3:::builds; before: nobody",
        f"account {OTHER} may call s3:GetObject and s3:PutObject on {OBJECTS}; before: {own}",
        f"account {OWN} may call s3:PutObject on {OBJECTS}; before: nobody",
    ]
    assert [each.why for each in widenings] == [Why.PUBLIC, Why.FOREIGN, Why.SHOWN]
    assert [each.refused for each in widenings] == [True, True, False]
    assert widenings[1] == Widening(
        Why.FOREIGN,
        principals=(f"AWS:arn:*:iam::{OTHER}:root",),
        actions=("s3:GetObject", "s3:PutObject"),
        resources=(OBJECTS,),
        before=own,
        after=f"account {OTHER} may call s3:GetObject and s3:PutObject on {OBJECTS}",
        sid="Share",
        policy="p",
    )


def test_a_lost_denial_says_what_it_denied() -> None:
    before = of(Kind.RESOURCE, deny("s3:*", [OBJECTS, "arn:aws:s3:::builds"], when=INSECURE))
    (widening,) = found(before, Permissions(Kind.RESOURCE))
    assert str(widening) == (
        f"nothing denies any longer: anybody may call s3:* on arn:aws:s3:::builds and {OBJECTS}, "
        "if aws:SecureTransport is false; before: denied"
    )


def test_what_is_too_intricate_to_be_compared_counts_as_wider(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("generator.permissions.sets.region._MOST_STEPS", 0)
    before = of(
        Kind.IDENTITY,
        allow("s3:GetObject", f"{OBJECTS}a"),
        allow("s3:GetObject", f"{OBJECTS}b"),
        deny("s3:X", who=None),
    )
    after = of(Kind.IDENTITY, allow("s3:GetObject", OBJECTS))
    assert "undecidable" in whys(before, after)


def test_a_grant_that_is_left_in_many_parts_is_judged_as_a_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("generator.permissions.widening._MOST_PARTS", 0)
    only_own = deny("s3:*", when={"StringNotEquals": {"aws:PrincipalAccount": OWN}})
    after = of(Kind.RESOURCE, allow("s3:GetObject", OBJECTS, "*"), only_own)
    assert whys(Permissions(Kind.RESOURCE), after) == ["public"]


def test_the_clock_tells_what_is_over() -> None:
    before = of(Kind.IDENTITY, allow("s3:GetObject", OBJECTS, when={"DateLessThan": {"aws:CurrentTime": "2020-01-01"}}))
    assert [each.why for each in wider(before, of(Kind.IDENTITY, allow("s3:GetObject", OBJECTS)), ACCOUNT)] == [
        Why.SHOWN
    ]
