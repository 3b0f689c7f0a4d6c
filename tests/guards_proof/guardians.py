"""Guardians that no environment of ours has: identities, secrets, functions. They stand beside an applied one, and change."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from guards_proof import edits
from guards_proof.operators import Case, all_cases

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    Document = dict[str, Any]

_ACCOUNT: Final = "111122223333"
_ARN: Final = f"arn:aws:{{}}:eu-west-1:{_ACCOUNT}:{{}}"
_FUNCTION: Final = _ARN.format("lambda", "function:f")
_SECRET: Final = _ARN.format("secretsmanager", "secret:s-AbCdEf")
_KEY: Final = _ARN.format("kms", "key/k")


def _policy(**statement: Any) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": "Deny", "Action": "*"} | statement]})


# Whose the guardians are.
_OWNERS: Final[Mapping[str, Document]] = {
    "aws_iam_user": {"name": "u", "id": "u", "arn": f"arn:aws:iam::{_ACCOUNT}:user/u", "path": "/"},
    "aws_iam_group": {"name": "g", "id": "g", "arn": f"arn:aws:iam::{_ACCOUNT}:group/g", "path": "/"},
    "aws_iam_role": {
        "name": "guarded",
        "id": "guarded",
        "arn": f"arn:aws:iam::{_ACCOUNT}:role/guarded",
        "assume_role_policy": _policy(
            Effect="Allow", Action="sts:AssumeRole", Principal={"Service": "codebuild.amazonaws.com"}
        ),
    },
    "aws_kms_key": {"key_id": "k", "id": "k", "arn": _KEY, "is_enabled": True, "enable_key_rotation": True},
    "aws_secretsmanager_secret": {"name": "s", "id": _SECRET, "arn": _SECRET, "recovery_window_in_days": 30},
}
GUARDIANS: Final[Mapping[str, Document]] = {
    "aws_iam_access_key": {"user": "u", "id": "AKIA", "status": "Inactive"},
    "aws_iam_account_password_policy": {"minimum_password_length": 20, "require_symbols": True, "max_password_age": 30},
    "aws_iam_group_membership": {"name": "m", "id": "m", "group": "g", "users": ["u"]},
    "aws_iam_group_policy": {"name": "p", "id": "g:p", "group": "g", "policy": _policy(Resource="*")},
    "aws_iam_instance_profile": {"name": "i", "id": "i", "role": "guarded"},
    "aws_iam_openid_connect_provider": {"url": "https://x.example", "client_id_list": ["a"], "id": "x"},
    "aws_iam_role_policies_exclusive": {"role_name": "guarded", "policy_names": ["a", "b"]},
    "aws_iam_role_policy_attachments_exclusive": {
        "role_name": "guarded",
        "policy_arns": ["arn:aws:iam::aws:policy/AWSDenyAll"],
    },
    "aws_iam_saml_provider": {"name": "s", "id": "s", "saml_metadata_document": "<x/>"},
    "aws_iam_user_group_membership": {"user": "u", "id": "u", "groups": ["g"]},
    "aws_iam_user_policy": {"name": "p", "id": "u:p", "user": "u", "policy": _policy(Resource="*")},
    "aws_iam_user_ssh_key": {"username": "u", "id": "K", "public_key": "ssh-rsa A", "status": "Active"},
    "aws_kms_key_policy": {"key_id": "k", "id": "k", "policy": _policy(Principal="*", Resource="*")},
    "aws_lambda_event_source_mapping": {
        "function_name": "f",
        "id": "e",
        "event_source_arn": _ARN.format("sqs", "q"),
        "enabled": True,
    },
    "aws_lambda_function": {
        "function_name": "f",
        "id": "f",
        "arn": _FUNCTION,
        "handler": "main",
        "runtime": "python3.12",
        "role": f"arn:aws:iam::{_ACCOUNT}:role/guarded",
        "s3_bucket": "b",
        "s3_key": "k",
        "layers": ["l"],
        "code_signing_config_arn": _ARN.format("lambda", "code-signing-config:c"),
        "vpc_config": [{"subnet_ids": ["subnet-1"], "security_group_ids": ["sg-1"]}],
        "dead_letter_config": [{"target_arn": _ARN.format("sqs", "q")}],
    },
    "aws_lambda_function_url": {"function_name": "f", "id": "f", "authorization_type": "AWS_IAM"},
    "aws_lambda_permission": {
        "function_name": "f",
        "id": "s",
        "statement_id": "s",
        "action": "lambda:InvokeFunction",
        "principal": "sns.amazonaws.com",
        "source_arn": _ARN.format("sns", "t"),
        "source_account": _ACCOUNT,
    },
    "aws_secretsmanager_secret_policy": {
        "secret_arn": _SECRET,
        "id": _SECRET,
        "policy": _policy(Principal="*", Resource="*"),
        "block_public_policy": True,
    },
    "aws_secretsmanager_secret_rotation": {
        "secret_id": _SECRET,
        "id": _SECRET,
        "rotation_lambda_arn": _FUNCTION,
        "rotation_rules": [{"automatically_after_days": 30}],
    },
}


def guarded_cases(plans: Mapping[str, Document], schemas: Mapping[str, Any]) -> Iterator[tuple[str, Case]]:
    """Yield the changes of such guardians, each beside all of them.

    Args:
        plans: of applied environments, by name; `bare` is the one that gets them.
        schemas: by type, of the guardians too.
    """
    plan = edits.created(
        plans["bare"],
        *(edits.settled_resource(f"{kind}.guarded", values) for kind, values in {**_OWNERS, **GUARDIANS}.items()),
    )
    alone = plan | {"resource_changes": [each for each in plan["resource_changes"] if each["type"] in GUARDIANS]}
    for name, case in all_cases({"bare": alone}, schemas):
        (entry,) = (each for each in case.plan["resource_changes"] if each["address"] == case.address)
        rest = [each for each in plan["resource_changes"] if each["address"] != case.address]
        yield (
            name,
            Case(
                case.operator,
                case.type,
                case.attribute,
                case.address,
                case.before,
                case.after,
                case.plan | {"resource_changes": [*rest, entry]},
            ),
        )
