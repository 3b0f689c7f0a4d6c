"""Reads back the builds' roles: who may take each, and what it may and may not do, by judging its policies."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

from generator.model.builds.caches import S3_PREFIX, s3_path
from generator.model.builds.sign_in import connection_service, sign_in
from generator.model.builds.starts import pipeline_builds, reads_source
from generator.parts.access.permissions.calls import beyond, permitted_calls
from generator.readback.check import Check
from generator.readback.expectation import tag_map
from generator.readback.listing import Listing
from generator.readback.roles import allowed, may_assume, policies

if TYPE_CHECKING:
    from collections.abc import Iterator

    from generator.model.names import Names
    from generator.readback.expectation import Expectation

_SERVICE: Final = "codebuild.amazonaws.com"


def checks(expected: Expectation) -> Iterator[Check]:
    """Compare the role of every build with the spec, where the stack makes it."""
    for build in sorted(expected.spec.builds.keys() - expected.names.existing_roles.keys()):
        yield from _role(expected, build)


def _role(expected: Expectation, build: str) -> Iterator[Check]:
    clients, names, at = expected.clients, expected.names, f"builds.{build}"
    check = partial(Check, f"IAM role {names.role(build)}")
    role = (clients.ask("iam", "get_role", RoleName=names.role(build)) or {}).get("Role")
    yield check("exists", True, role is not None, at)  # noqa: FBT003  # a value like any other
    if role is None:
        return
    trust, project = role["AssumeRolePolicyDocument"], names.project_arn(build)
    yield check("taken by its build", True, may_assume(trust, _SERVICE, project, names.account), at)  # noqa: FBT003  # as above
    strangers = [
        *((names.project_arn(other), names.account) for other in sorted(names.projects) if other != build),
        (names.arn("codebuild", "project/of-others"), names.account),
        (project, "000000000000"),
    ]
    yield check("taken by others", [], [one for one in strangers if may_assume(trust, _SERVICE, *one)], at)
    boundary = role.get("PermissionsBoundary", {}).get("PermissionsBoundaryArn")
    yield check(
        "permissions boundary", expected.spec.access.permissions_boundary, boundary, "access.permissions_boundary"
    )
    documents = list(policies(clients, names.role(build)))
    permissions = expected.spec.builds[build].permissions
    needed = [*_needed(expected, build), *permitted_calls(permissions, names)]
    foreign = beyond(_foreign(expected, build), permissions, names)
    yield check("may", needed, allowed(documents, needed), at)
    yield check("may not", [], allowed(documents, foreign), at)
    yield check("tags", expected.tags_of(build), tag_map(role.get("Tags")), "tags")
    if permissions and permissions.policies:
        attached = clients.ask_all("iam", "list_attached_role_policies", "AttachedPolicies", RoleName=names.role(build))
        wanted = {each.arn for each in permissions.policies}
        found = {policy["PolicyArn"] for policy in attached}
        yield check("attached policies", sorted(wanted), sorted(wanted & found), f"{at}.permissions.policies")


def _needed(expected: Expectation, build: str) -> list[str]:
    """List the calls that a build needs, as `action resource`."""
    names = expected.names
    artifact = f"{_bucket(names)}/{names.folder(build)}/a"
    stream = f"{names.log_group_arn(build)}:log-stream:{names.label(build)}/1"
    calls = [f"s3:PutObject {artifact}", f"s3:GetObject {artifact}", f"logs:PutLogEvents {stream}"]
    calls += [f"logs:CreateLogStream {stream}", *_reads(expected, build)]
    if path := s3_path(expected.spec, build):
        calls += [f"{action} {_bucket(names)}/{path}/a" for action in ("s3:GetObject", "s3:PutObject")]
    if build in pipeline_builds(expected.spec):
        passed = f"{_bucket(names)}/{names.pipeline_prefix}/source/a"
        calls += [f"s3:GetObject {passed}", f"s3:PutObject {passed}"]
    calls += _connects(expected, build)
    if expected.key_arn:
        calls += [f"kms:GenerateDataKey {expected.key_arn}", f"kms:Decrypt {expected.key_arn}"]
    return sorted(set(calls))


def _connects(expected: Expectation, build: str) -> list[str]:
    way = sign_in(expected.spec) if reads_source(expected.spec, build) else None
    if way is None or way.kind != "connection" or way.arn is None:
        return []
    service = connection_service(expected.spec.source)
    return [f"{service}:{action} {way.arn}" for action in ("GetConnectionToken", "UseConnection")]


def _reads(expected: Expectation, build: str) -> Iterator[str]:
    names = expected.names
    for secret in expected.spec.builds[build].secrets.values():
        if secret.parameter:
            parameter = secret.parameter.removeprefix("/")
            yield f"ssm:GetParameters {names.arn('ssm', f'parameter/{parameter}')}"
        else:
            name = str(secret.secrets_manager)
            arn = name if name.startswith("arn:") else names.arn("secretsmanager", f"secret:{name}-AbCdEf")
            yield f"secretsmanager:GetSecretValue {arn}"
    for each in expected.spec.builds[build].package_repositories:
        owner = each.owner or names.account
        place = f"{owner}:repository/{each.domain}/{each.repository}"
        yield f"codeartifact:ReadFromRepository arn:{names.partition}:codeartifact:{names.region}:{place}"


def _foreign(expected: Expectation, build: str) -> list[str]:
    """List calls that the build does not need, and that a role too wide would allow."""
    names, bucket, prefix = expected.names, _bucket(expected.names), expected.names.prefix_in_bucket
    others = sorted(set(expected.spec.builds) - {build})
    labels = [names.label(other) for other in others]
    own = set(_reads(expected, build))
    return [
        f"codeconnections:UseConnection {names.arn('codeconnections', 'connection/of-others')}",
        f"iam:PassRole {names.global_arn('iam', f'role/{names.role(build)}')}",
        f"kms:Decrypt {names.arn('kms', 'key/of-others')}",
        f"logs:DeleteLogGroup {names.log_group_arn(build)}",
        f"logs:PutLogEvents {names.arn('logs', 'log-group:of-others:log-stream:a')}",
        f"s3:DeleteBucket {bucket}",
        f"s3:GetObject arn:{names.partition}:s3:::bucket-of-others/a",
        f"s3:PutBucketPolicy {bucket}",
        f"secretsmanager:GetSecretValue {names.arn('secretsmanager', 'secret:of-others-AbCdEf')}",
        f"ssm:GetParameters {names.arn('ssm', 'parameter/of-others')}",
        *(f"s3:PutObject {bucket}/{prefix}{place}{label}/a" for label in labels for place in ("", S3_PREFIX)),
        *(f"logs:PutLogEvents {names.log_group_arn(each)}:log-stream:{names.label(each)}/1" for each in others),
        *(call for other in others for call in _reads(expected, other) if call not in own),
    ]


def _bucket(names: Names) -> str:
    return f"arn:{names.partition}:s3:::{names.bucket}"


LISTINGS: Final = (
    Listing("IAM role", "iam", "list_roles", "Roles", "RoleName"),
    Listing("IAM policy", "iam", "list_policies", "Policies", "PolicyName", {"Scope": "Local"}),
)
