"""Roles are assumed as AWS lets them be: by whom their trust policies name, with the external id that they ask for."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Any

from moto.core.exceptions import ServiceException
from moto.iam.exceptions import NotFoundException
from moto.iam.models import iam_backends
from moto.sts.models import STSBackend

from generator.aws.policy import Call, Verdict, judge
from generator.sandbox.seams import wrap

if TYPE_CHECKING:
    from collections.abc import Callable

    from moto.sts.models import AssumedRole


class AccessDeniedError(ServiceException):
    """STS's answer to whom a trust policy does not name; it does not tell whether there is such a role."""

    code = "AccessDenied"


def install() -> None:
    """Ask trust policies from here on."""
    wrap(STSBackend, "assume_role", _asking)
    # moto's own goes through assume_role, which would look for a caller where there is a token.
    wrap(STSBackend, "assume_role_with_web_identity", lambda _: _with_token)


def _asking(otherwise: Callable[..., AssumedRole]) -> Callable[..., AssumedRole]:
    def assume_role(backend: STSBackend, role_arn: str, external_id: str | None, **facts: Any) -> AssumedRole:  # noqa: ANN401  # as moto passes them
        context = {"sts:externalid": external_id} if external_id else {}
        call = Call("sts:AssumeRole", account=backend.account_id, context=context)
        if _TOKEN not in facts and judge(_trust(backend, role_arn), call) is not Verdict.ALLOWED:
            raise _denied(backend, "AssumeRole", role_arn)
        facts.pop(_TOKEN, None)
        taken = otherwise(backend, role_arn=role_arn, external_id=external_id, **facts)
        # As CloudTrail would: who acts under which name.
        print(f"{taken.arn} is assumed by account {backend.account_id}", file=sys.stderr, flush=True)  # noqa: T201  # the log
        return taken

    return assume_role


_TOKEN = "with_token"  # noqa: S105  # a word between two functions


def _with_token(backend: STSBackend, role_arn: str, **facts: Any) -> AssumedRole:  # noqa: ANN401  # as moto passes them
    statements = _trust(backend, role_arn).get("Statement", [])
    # What the token says is the identity provider's business: that one is trusted at all is the role's.
    is_trusted = any(
        one.get("Effect") == "Allow"
        and one.get("Action") == "sts:AssumeRoleWithWebIdentity"
        and "Federated" in one.get("Principal", {})
        for one in statements
    )
    if not is_trusted:
        raise _denied(backend, "AssumeRoleWithWebIdentity", role_arn)
    given: dict[str, Any] = {**facts, _TOKEN: True}
    taken: AssumedRole = backend.assume_role(role_arn=role_arn, **given)
    return taken


def _trust(backend: STSBackend, role_arn: str) -> dict[str, Any]:
    try:
        role = iam_backends[role_arn.split(":")[4]][backend.partition].get_role_by_arn(role_arn)
    except NotFoundException:
        return {}
    document: dict[str, Any] = json.loads(role.assume_role_policy_document)
    return document


def _denied(backend: STSBackend, action: str, role_arn: str) -> AccessDeniedError:
    who = f"arn:{backend.partition}:iam::{backend.account_id}:root"
    return AccessDeniedError(f"User: {who} is not authorized to perform: sts:{action} on resource: {role_arn}")
