"""S3 bucket policies in the sandbox: conditions and principals count, as in AWS."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from flask import has_request_context, request
from moto.iam.access_control import PermissionResult
from moto.s3.exceptions import S3ClientError
from moto.s3.models import FakeBucket, S3Backend
from moto.s3.utils import bucket_policy_is_public

from generator.aws.policy import Call, Verdict, judge, unknown_operators
from generator.sandbox.seams import wrap

if TYPE_CHECKING:
    from collections.abc import Callable

_RESULTS: Final = {
    Verdict.ALLOWED: PermissionResult.PERMITTED,
    Verdict.DENIED: PermissionResult.DENIED,
    Verdict.SILENT: PermissionResult.NEUTRAL,
}
# moto names the action after the HTTP method.
_ACTIONS: Final = {"s3:HeadObject": "s3:GetObject", "s3:PostObject": "s3:PutObject"}


class _RefusedPolicyError(S3ClientError):
    code = "MalformedPolicy"


class _BlockedPolicyError(S3ClientError):
    code = "AccessDenied"
    status_code = 403


def install() -> None:
    """Judge bucket policies here from now on."""
    wrap(FakeBucket, "get_permission", lambda _: _permission)
    wrap(S3Backend, "put_bucket_policy", _checked)


def _permission(bucket: FakeBucket, action: str, resource: str) -> PermissionResult:
    if bucket.policy is None:
        return PermissionResult.NEUTRAL
    account = ""
    if has_request_context() and "Authorization" in request.headers:
        account = request.headers.get("x-moto-account-id", bucket.account_id)
    call = Call(
        action=_ACTIONS.get(action, action),
        resource=resource,
        account=account,
        caller=f"arn:{bucket.partition}:iam::{account}:user/sandbox" if account else "",
        context=_context(bucket, account),
    )
    return _RESULTS[judge(json.loads(bucket.policy), call)]


def _context(bucket: FakeBucket, account: str) -> dict[str, str]:
    context = {
        # The sandbox speaks plain HTTP, but only over the loopback interface, in place of AWS's TLS endpoint: what
        # reaches it would have travelled encrypted, so TLS-only policies are to let it pass.
        "aws:securetransport": "true",
        "s3:tlsversion": "1.3",
        "aws:sourceip": "127.0.0.1",
        "aws:resourceaccount": bucket.account_id,
        "s3:resourceaccount": bucket.account_id,
    }
    if account:
        context["aws:principalaccount"] = account
    if has_request_context():
        sent = {name.lower(): value for name, value in request.headers.items()}
        context |= {f"s3:{name}": value for name, value in sent.items() if name.startswith("x-amz-")}
    return context


def _checked(put: Callable[[S3Backend, str, bytes], None]) -> Callable[[S3Backend, str, bytes], None]:
    def put_bucket_policy(backend: S3Backend, bucket_name: str, policy: bytes) -> None:
        bucket = backend.get_bucket(bucket_name)
        _check(policy, f"arn:{bucket.partition}:s3:::{bucket_name}")
        block: Any = bucket.public_access_block
        if block and str(block.block_public_policy).lower() == "true" and bucket_policy_is_public(policy):
            raise _BlockedPolicyError("public policies are blocked by the BlockPublicPolicy setting")
        put(backend, bucket_name, policy)

    return put_bucket_policy


def _check(policy: bytes, bucket_arn: str) -> None:
    try:
        document = json.loads(policy)
        statements = document["Statement"]
    except (ValueError, KeyError, TypeError) as error:
        raise _RefusedPolicyError("Policies must be valid JSON and have a Statement") from error
    if unknown := unknown_operators(document):
        raise _RefusedPolicyError(f"Invalid Condition type : {unknown[0]}")
    for statement in statements if isinstance(statements, list) else [statements]:
        resources = statement.get("Resource", statement.get("NotResource"))
        for resource in resources if isinstance(resources, list) else [resources]:
            if resource not in {bucket_arn, "*"} and not str(resource).startswith(f"{bucket_arn}/"):
                raise _RefusedPolicyError("Policy has invalid resource")
        if "Principal" not in statement and "NotPrincipal" not in statement:
            raise _RefusedPolicyError("Missing required field Principal")
