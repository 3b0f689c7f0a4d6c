"""Whether a service may take a role: the role must exist, and its trust policy must let the service."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from moto.iam.exceptions import NotFoundException
from moto.iam.models import iam_backends

from generator.sandbox.policy import Call, Verdict, judge

if TYPE_CHECKING:
    from collections.abc import Mapping

    from moto.core.base_backend import BaseBackend


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
