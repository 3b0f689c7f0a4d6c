"""What roles are good for: who may take one, by its trust policy, and what may be done with it, by its others."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from moto.iam.exceptions import NotFoundException
from moto.iam.models import iam_backends

from generator.aws.policy import Call, Verdict, judge

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from moto.core.base_backend import BaseBackend
    from moto.iam.models import IAMBackend, ManagedPolicy, Role


def may_take(backend: BaseBackend, arn: str, service: str, context: Mapping[str, str]) -> bool:
    """Tell whether a service may take the role of an ARN.

    Args:
        backend: of the service, in the account of the role.
        arn: of the role.
        service: such as `codebuild.amazonaws.com`.
        context: condition keys (lower case) and values.
    """
    try:
        role = iam_backends[backend.account_id][backend.partition].get_role_by_arn(arn)
    except NotFoundException:
        return False
    call = Call(action="sts:AssumeRole", service=service, context=context)
    return judge(json.loads(role.assume_role_policy_document), call) is Verdict.ALLOWED


def may_do(backend: BaseBackend, arn: str, action: str, resource: str) -> bool:
    """Tell whether a role may make a call: its own policies allow it, its boundary too, and nothing denies it.

    Args:
        backend: of the service, in the account of the role.
        arn: of the role.
        action: such as `s3:PutObject`.
        resource: ARN of what the call is about.
    """
    iam: IAMBackend = iam_backends[backend.account_id][backend.partition]
    try:
        role = iam.get_role_by_arn(arn)
    except NotFoundException:
        return False
    call = Call(action=action, resource=resource, account=backend.account_id, caller=arn, context=_context(action))
    own = {judge(document, call) for document in _policies(iam, role)}
    bounds = [iam.managed_policies[role.permissions_boundary_arn]] if role.permissions_boundary_arn else []
    allowed = all(judge(_document(bound), call) is Verdict.ALLOWED for bound in bounds)
    return allowed and Verdict.ALLOWED in own and Verdict.DENIED not in own


def _context(action: str) -> dict[str, str]:
    # Who is let pass a role on, passes it to the service that the role is for.
    passed = {"iam:passedtoservice": "cloudformation.amazonaws.com"} if action == "iam:PassRole" else {}
    return {"aws:securetransport": "true", **passed}


def _policies(iam: IAMBackend, role: Role) -> Iterator[dict[str, Any]]:
    for text in role.policies.values():
        yield json.loads(text) if isinstance(text, str) else text
    for arn in role.managed_policies:
        yield _document(iam.managed_policies[arn])


def _document(policy: ManagedPolicy) -> dict[str, Any]:
    version = next(each for each in policy.versions if each.version_id == policy.default_version_id)
    document: dict[str, Any] = json.loads(version.document)
    return document
