"""Reads back the builds' role: who may take it, and what it may and may not do, by judging its policies."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from generator.sandbox.policy import Call, Verdict, judge
from generator.verification.check import Check
from generator.verification.expectation import tag_map

if TYPE_CHECKING:
    from collections.abc import Iterator

    from generator.verification.clients import Clients
    from generator.verification.expectation import Expectation

    Policy = dict[str, Any]


def checks(expected: Expectation) -> Iterator[Check]:
    """Compare the role with the spec."""
    clients, names = expected.clients, expected.names
    check = partial(Check, f"IAM role {names.role}")
    role = (clients.ask("iam", "get_role", RoleName=names.role) or {}).get("Role")
    yield check("exists", True, role is not None, "builds")  # noqa: FBT003  # a value like any other
    if role is None:
        return
    trust = role["AssumeRolePolicyDocument"]
    projects = [names.project_arn(build) for build in sorted(names.projects)]
    trusted = [_may_assume(trust, project, names.account) for project in projects]
    yield check("taken by the builds", [True] * len(projects), trusted, "builds")
    strangers = [
        _may_assume(trust, names.arn("codebuild", "project/of-others"), names.account),
        _may_assume(trust, projects[0], "000000000000"),
    ]
    yield check("taken by other projects or accounts", [False, False], strangers, "builds")
    boundary = role.get("PermissionsBoundary", {}).get("PermissionsBoundaryArn")
    yield check(
        "permissions boundary", expected.spec.access.permissions_boundary, boundary, "access.permissions_boundary"
    )
    policies = list(_policies(clients, names.role))
    needed, foreign = _needed(expected), _foreign(expected)
    yield check("may", needed, _allowed(policies, needed), "builds")
    yield check("may not", [], _allowed(policies, foreign), "builds")
    yield check("tags", expected.tags, tag_map(role.get("Tags")), "tags")


def _may_assume(trust: Policy, project_arn: str, account: str) -> bool:
    context = {"aws:sourcearn": project_arn, "aws:sourceaccount": account}
    call = Call("sts:AssumeRole", service="codebuild.amazonaws.com", context=context)
    return judge(trust, call) is Verdict.ALLOWED


def _policies(clients: Clients, role: str) -> Iterator[Policy]:
    for name in clients.ask_all("iam", "list_role_policies", "PolicyNames", RoleName=role):
        yield (clients.ask("iam", "get_role_policy", RoleName=role, PolicyName=name) or {})["PolicyDocument"]
    for policy in clients.ask_all("iam", "list_attached_role_policies", "AttachedPolicies", RoleName=role):
        arn = policy["PolicyArn"]
        version = (clients.ask("iam", "get_policy", PolicyArn=arn) or {})["Policy"]["DefaultVersionId"]
        found = clients.ask("iam", "get_policy_version", PolicyArn=arn, VersionId=version) or {}
        yield found["PolicyVersion"]["Document"]


def _needed(expected: Expectation) -> list[str]:
    """List the calls that the builds need, as `action resource`."""
    names, spec = expected.names, expected.spec
    bucket = f"arn:{names.partition}:s3:::{names.bucket}"
    stream = names.arn("logs", f"log-group:{names.log_group}:log-stream:main/1")
    calls = [f"s3:PutObject {bucket}/a", f"s3:GetObject {bucket}/a", f"logs:PutLogEvents {stream}"]
    calls.append(f"logs:CreateLogStream {stream}")
    if expected.key_arn:
        calls += [f"kms:GenerateDataKey {expected.key_arn}", f"kms:Decrypt {expected.key_arn}"]
    for secret in (secret for build in spec.builds.values() for secret in build.secrets.values()):
        if secret.parameter:
            parameter = names.arn("ssm", f"parameter/{secret.parameter.removeprefix('/')}")
            calls.append(f"ssm:GetParameters {parameter}")
        else:
            name = str(secret.secrets_manager)
            arn = name if name.startswith("arn:") else names.arn("secretsmanager", f"secret:{name}-AbCdEf")
            calls.append(f"secretsmanager:GetSecretValue {arn}")
    return sorted(set(calls))


def _foreign(expected: Expectation) -> list[str]:
    """List calls that no build needs, and that a role too wide would allow."""
    names = expected.names
    bucket = f"arn:{names.partition}:s3:::{names.bucket}"
    return [
        f"iam:PassRole {names.global_arn('iam', f'role/{names.role}')}",
        f"kms:Decrypt {names.arn('kms', 'key/of-others')}",
        f"logs:DeleteLogGroup {names.arn('logs', f'log-group:{names.log_group}')}",
        f"logs:PutLogEvents {names.arn('logs', 'log-group:of-others:log-stream:a')}",
        f"s3:DeleteBucket {bucket}",
        f"s3:GetObject arn:{names.partition}:s3:::bucket-of-others/a",
        f"s3:PutBucketPolicy {bucket}",
        f"secretsmanager:GetSecretValue {names.arn('secretsmanager', 'secret:of-others-AbCdEf')}",
        f"ssm:GetParameters {names.arn('ssm', 'parameter/of-others')}",
    ]


def _allowed(policies: list[Policy], calls: list[str]) -> list[str]:
    return [call for call in calls if _allows(policies, *call.split(" ", 1))]


def _allows(policies: list[Policy], action: str, resource: str) -> bool:
    verdicts = [judge(policy, Call(action, resource)) for policy in policies]
    return Verdict.ALLOWED in verdicts and Verdict.DENIED not in verdicts
