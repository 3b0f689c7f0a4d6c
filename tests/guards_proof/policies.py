"""The policies of applied environments, each with its owner, in plans of their own that hold no more than both."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from guards_proof import edits
from guards_proof.judging import ACCOUNTS
from guards_proof.requests import IDENTITY, RESOURCE, TRUST, Owner

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    Document = dict[str, Any]

# By type: the attribute that holds the policy, its kind, the attribute that names the owner, and the owner's type.
_HELD: Final = {
    "aws_iam_role": ("assume_role_policy", TRUST, "name", "aws_iam_role"),
    "aws_iam_role_policy": ("policy", IDENTITY, "role", "aws_iam_role"),
    "aws_s3_bucket_policy": ("policy", RESOURCE, "bucket", "aws_s3_bucket"),
    "aws_sns_topic_policy": ("policy", RESOURCE, "arn", "aws_sns_topic"),
    "aws_sqs_queue_policy": ("policy", RESOURCE, "queue_url", "aws_sqs_queue"),
    "aws_kms_key": ("policy", RESOURCE, "key_id", "aws_kms_key"),
    "aws_ecr_repository_policy": ("policy", RESOURCE, "repository", "aws_ecr_repository"),
    "aws_vpc_endpoint": ("policy", RESOURCE, "id", "aws_vpc_endpoint"),
    "aws_secretsmanager_secret_policy": ("policy", RESOURCE, "secret_arn", "aws_secretsmanager_secret"),
}
_SECRET: Final = "arn:aws:secretsmanager:us-east-1:111122223333:secret:shop/token-AbCdEf"
# Of what no environment makes, and usual templates of users do.
_MADE: Final = (
    edits.settled_resource(
        "aws_secretsmanager_secret.token",
        {"name": "shop/token", "id": _SECRET, "arn": _SECRET, "recovery_window_in_days": 30},
    ),
    edits.settled_resource(
        "aws_secretsmanager_secret_policy.token",
        {
            "secret_arn": _SECRET,
            "id": _SECRET,
            "policy": json.dumps(
                {
                    "Version": "2012-10-17",
                    "Statement": [
                        {
                            "Sid": "Read",
                            "Effect": "Allow",
                            "Principal": {"AWS": "arn:aws:iam::111122223333:role/builder"},
                            "Action": ["secretsmanager:GetSecretValue", "secretsmanager:DescribeSecret"],
                            "Resource": "*",
                            "Condition": {"StringEquals": {"aws:SourceVpce": "vpce-1"}},
                        },
                        {
                            "Sid": "NobodyElse",
                            "Effect": "Deny",
                            "NotPrincipal": {"AWS": ["arn:aws:iam::111122223333:role/builder"]},
                            "Action": "secretsmanager:*",
                            "Resource": "*",
                        },
                        {
                            "Sid": "Inside",
                            "Effect": "Deny",
                            "Principal": "*",
                            "Action": ["secretsmanager:GetSecretValue", "secretsmanager:PutSecretValue"],
                            "Resource": "*",
                            "Condition": {"StringNotEquals": {"aws:SourceVpc": "vpc-1"}},
                        },
                    ],
                }
            ),
        },
    ),
)


@dataclass(frozen=True)
class Held:
    """One policy.

    Attributes:
        owner: whose it is.
        document: what it says.
        address: of the resource that holds it.
        attribute: in which it does.
        plan: with the owner and all that belongs to it; nothing is to be done.
        beside: statements of the owner's other policies.
    """

    owner: Owner
    document: Document
    address: str
    attribute: str
    plan: Document
    beside: tuple[Document, ...] = ()

    def changed(self, document: Document) -> Document:
        """Return the plan that changes it."""
        values = edits.entry_at(self.plan, self.address)["change"]["before"]
        return edits.changed(self.plan, self.address, values | {self.attribute: json.dumps(document)})

    def all_of(self, document: Document) -> Document:
        """Return all that is said of the owner, with this policy as given."""
        return {"Version": "2012-10-17", "Statement": [*document["Statement"], *self.beside]}


def held(plans: Mapping[str, Document], *names: str) -> Iterator[tuple[str, Held]]:
    """Yield the policies of environments, with the environment's name."""
    for name in names:
        entries = [*plans[name]["resource_changes"], *(_MADE if ACCOUNTS[name] == "111122223333" else ())]
        for entry in entries:
            if entry["type"] in _HELD:
                found = _held(entries, entry, ACCOUNTS[name])
                if found:
                    yield name, found


def _held(entries: list[Document], entry: Document, account: str) -> Held | None:
    attribute, kind, names, owner_type = _HELD[entry["type"]]
    values = entry["change"]["before"]
    if not values.get(attribute):
        return None
    owner = next(
        (
            each
            for each in entries
            if each["type"] == owner_type
            and values[names]
            in {each["change"]["before"].get(key) for key in ("id", "name", "arn", "url", "bucket", "key_id")}
        ),
        None,
    )
    if owner is None:
        return None
    identity = {owner["change"]["before"].get(key) for key in ("id", "name", "arn")}
    belongs = [each for each in entries if each is owner or each["change"]["before"].get(names) in identity]
    others = [
        statement
        for each in belongs
        if each["type"] == "aws_iam_role_policy" and each is not entry and kind == IDENTITY
        for statement in json.loads(each["change"]["before"]["policy"])["Statement"]
    ]
    document = json.loads(values[attribute])
    if not isinstance(document["Statement"], list):
        document["Statement"] = [document["Statement"]]
    arn = owner["change"]["before"]["arn"]
    plan = {"format_version": "1.2", "terraform_version": "1.11.4", "resource_changes": belongs}
    return Held(Owner(kind, account, arn), document, entry["address"], attribute, plan, tuple(others))
