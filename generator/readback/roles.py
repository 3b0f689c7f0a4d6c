"""Judges roles as they exist: who may take one, and what its policies allow."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

from generator.aws.policy import Call, Verdict, judge

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from generator.readback.clients import Clients

Policy: TypeAlias = dict[str, Any]  # an IAM policy document


def may_assume(trust: Policy, service: str, source_arn: str, account: str) -> bool:
    """Tell whether an AWS service may take a role on behalf of a resource.

    Args:
        trust: trust policy of the role.
        service: principal, such as codebuild.amazonaws.com.
        source_arn: resource that the service works for.
        account: of that resource.
    """
    context = {"aws:sourcearn": source_arn, "aws:sourceaccount": account}
    return judge(trust, Call("sts:AssumeRole", service=service, context=context)) is Verdict.ALLOWED


def policies(clients: Clients, role: str) -> Iterator[Policy]:
    """Yield the policies of a role, its own and those that are attached to it."""
    for name in clients.ask_all("iam", "list_role_policies", "PolicyNames", RoleName=role):
        yield (clients.ask("iam", "get_role_policy", RoleName=role, PolicyName=name) or {})["PolicyDocument"]
    for policy in clients.ask_all("iam", "list_attached_role_policies", "AttachedPolicies", RoleName=role):
        arn = policy["PolicyArn"]
        version = (clients.ask("iam", "get_policy", PolicyArn=arn) or {})["Policy"]["DefaultVersionId"]
        found = clients.ask("iam", "get_policy_version", PolicyArn=arn, VersionId=version) or {}
        yield found["PolicyVersion"]["Document"]


def allowed(documents: Iterable[Policy], calls: Iterable[str]) -> list[str]:
    """Return the calls that the policies allow, and none denies.

    Args:
        documents: policies of one role.
        calls: each `action resource`.
    """
    known = list(documents)
    return [call for call in calls if _allows(known, *call.split(" ", 1))]


def _allows(documents: list[Policy], action: str, resource: str) -> bool:
    verdicts = [judge(document, Call(action, resource)) for document in documents]
    return Verdict.ALLOWED in verdicts and Verdict.DENIED not in verdicts
