"""The role of each build: what it may reach, whoever made it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from generator.model.builds.caches import s3_path
from generator.model.builds.customer_keys import customer_keys
from generator.model.builds.images import image_of
from generator.model.builds.sign_in import connection_service, sign_in
from generator.model.builds.sources import source_of
from generator.model.builds.starts import needs_sign_in, pipeline_builds, reads_source
from generator.parts.access.permissions.derivation import ReasonContext, StatementContext, by_name, permitted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from generator.model.environment import EnvironmentSpec
    from generator.model.names import Names
    from generator.parts.access.permissions.derivation import Permitted
    from generator.parts.builds.section.build import Build
    from generator.parts.builds.section.package_repository import PackageRepository
    from generator.parts.builds.section.secret import Secret
    from generator.parts.framework.contribution import Contribution
    from generator.parts.framework.scope import Scope

_RANDOM: Final = re.compile(r"-[A-Za-z0-9]{6}$")
_ECR_IMAGE: Final = re.compile(r"([0-9]{12})\.dkr\.ecr\.([a-z0-9-]+)\.amazonaws\.com(?:\.cn)?/([A-Za-z0-9._/-]+)")


@dataclass(frozen=True, slots=True)
class RoleContext:
    """The role of one build: what it may reach beyond its own log streams and artifacts."""

    key: str
    label: str
    name: str
    project_arn: str
    log_group_arn: str
    secret_arns: list[str]
    parameter_arns: list[str]
    repository_arns: list[str]
    object_arns: list[str]
    object_bucket_arns: list[str]
    image_repository_arns: list[str]
    report_group_arns: list[str]
    batch_role_name: str | None
    cache_path: str | None
    connection: bool
    pipeline: bool
    network: bool
    push_arns: list[str]
    customer_key_arns: list[str]
    customer_key_services: list[str]
    package_domain_arns: list[str]
    package_repository_arns: list[str]
    package_arns: list[str]
    statements: dict[str, StatementContext]
    managed_policies: dict[str, dict[str, StatementContext]]
    policy_arns: list[str]
    tags: dict[str, str]


@dataclass(frozen=True, slots=True)
class RolesContext:
    """The roles of the builds, whoever made them.

    Attributes:
        every: all of them.
        arns: ARNs of those that exist, by build.
        batch_arns: the same of those that start the builds of batches.
        permissions_boundary: what bounds every role that the stack makes.
        connection_arn: of the connection by which builds read the repository; None where the stack makes it.
        connection_service: whose permissions a connection needs.
        reasons: what is permitted for a reason.
    """

    every: list[RoleContext]
    arns: dict[str, str]
    batch_arns: dict[str, str]
    permissions_boundary: str | None
    connection_arn: str | None
    connection_service: str
    reasons: list[ReasonContext]

    @property
    def reads_secrets(self) -> bool:
        """Whether some build reads a secret or a parameter, which must exist before its first run."""
        return any(role.secret_arns or role.parameter_arns for role in self.every)


def roles(scope: Scope, asked: Contribution) -> RolesContext | None:
    """Return the roles of the builds; None where there are no builds."""
    spec, names = scope.spec, scope.names
    if spec.backend is not None:
        return None
    connection = spec.source.connection
    return RolesContext(
        every=[role_of(key, scope, asked) for key in sorted(spec.builds)],
        arns=dict(sorted(names.existing_roles.items())),
        batch_arns=dict(sorted(names.existing_batch_roles.items())),
        permissions_boundary=spec.access.permissions_boundary,
        connection_arn=connection.arn if connection else None,
        connection_service=connection_service(spec.source),
        reasons=[each for key in sorted(spec.builds) for each in own(scope, key).reasons],
    )


def role_of(key: str, scope: Scope, asked: Contribution) -> RoleContext:
    """Return what the role of a build must be able to do."""
    spec, names = scope.spec, scope.names
    build = spec.builds[key]
    way = sign_in(spec) if needs_sign_in(spec, key) else None
    objects = sorted(_objects(key, spec, names))
    used = [each for each in customer_keys(spec, key) if each.service]
    return RoleContext(
        key=key,
        label=names.label(key),
        name=names.role(key),
        project_arn=names.project_arn(key),
        log_group_arn=names.log_group_arn(key),
        secret_arns=sorted(_secrets(key, spec, names)),
        parameter_arns=sorted(
            {_parameter_arn(secret, names) for secret in build.secrets.values() if secret.parameter is not None}
        ),
        repository_arns=sorted(_repositories(key, spec, names)),
        object_arns=objects,
        object_bucket_arns=sorted({arn.partition("/")[0] for arn in objects}),
        image_repository_arns=_image_repositories(build, names),
        report_group_arns=[names.report_group_arn(key, report) for report in sorted(build.reports)],
        batch_role_name=names.batch_role(key) if build.batch and build.batch.role_arn is None else None,
        cache_path=s3_path(spec, key),
        connection=way is not None and way.kind == "connection",
        pipeline=key in pipeline_builds(spec),
        network=spec.network is not None and build.network,
        push_arns=[names.repository_arn(each) for each in sorted(build.push_to)],
        customer_key_arns=sorted({each.arn for each in used}),
        customer_key_services=sorted({f"{each.service}.{names.region}.{names.dns_suffix}" for each in used}),
        package_domain_arns=sorted({_package_arn("domain", each, names) for each in build.package_repositories}),
        package_repository_arns=sorted(
            {_package_arn("repository", each, names) for each in build.package_repositories}
        ),
        package_arns=sorted(
            {_package_arn("package", each, names) for each in build.package_repositories if each.publish}
        ),
        statements=by_name(each for each in asked.permissions if each.build == key),
        managed_policies=own(scope, key).managed,
        policy_arns=own(scope, key).attached,
        tags=dict(sorted(build.tags.items())),
    )


def own(scope: Scope, build: str) -> Permitted:
    """Return what the spec permits a build beyond its work."""
    asked, role = scope.spec.builds[build].permissions, scope.names.role(build)
    return permitted(asked, scope.names, ("builds", build, "permissions"), build, role)


def _secrets(key: str, spec: EnvironmentSpec, names: Names) -> Iterator[str]:
    build, credential = spec.builds[key], spec.source.credential
    named = {each.secrets_manager for each in build.secrets.values()} | {build.registry_credential}
    yield from {arn for secret in named if secret for arn in _secret_arns(secret, names)}
    way = sign_in(spec) if needs_sign_in(spec, key) else None
    if way and way.kind != "connection" and credential and credential.secret:
        yield credential.secret


def _repositories(key: str, spec: EnvironmentSpec, names: Names) -> Iterator[str]:
    """Yield the repositories of CodeCommit that a build clones."""
    source = source_of(spec, key)
    if source.type == "codecommit" and reads_source(spec, key):
        yield _codecommit_arn(str(source.location), names)
    for other in spec.builds[key].secondary_sources.values():
        if other.type == "codecommit" and other.repository:
            yield _codecommit_arn(other.repository, names)


def _codecommit_arn(address: str, names: Names) -> str:
    return names.arn("codecommit", urlsplit(address).path.rsplit("/", 1)[-1])


def _objects(key: str, spec: EnvironmentSpec, names: Names) -> Iterator[str]:
    """Yield the objects in S3 that a build reads, other than its own."""
    build, source = spec.builds[key], source_of(spec, key)
    archives = [other.object for other in build.secondary_sources.values()]
    if source.type == "s3" and reads_source(spec, key):
        archives.append(source.location)
    yield from {names.object_arn(path) for path in [*archives, build.certificate] if path}


def _image_repositories(build: Build, names: Names) -> list[str]:
    """Return the repository of ECR that a build's image is pulled from, if it is one of ECR's."""
    found = _ECR_IMAGE.match(image_of(build) or "")
    return [f"arn:{names.partition}:ecr:{found[2]}:{found[1]}:repository/{found[3]}"] if found else []


def _secret_arns(name: str, names: Names) -> list[str]:
    # Secrets Manager appends a hyphen and six random characters to the ARN of a secret that is known by its name.
    # https://docs.aws.amazon.com/secretsmanager/latest/userguide/reference_iam-permissions.html
    if not name.startswith("arn:"):
        return [names.arn("secretsmanager", f"secret:{name}-??????")]
    if not _RANDOM.search(name):
        return [f"{name}-??????"]
    # Of arn:…:secret:npm-secret nobody can tell whether that is all of it.
    return [name, f"{name}-??????"] if name[-6:].isalpha() and name[-6:].islower() else [name]


def _package_arn(kind: str, asked: PackageRepository, names: Names) -> str:
    place = {
        "domain": asked.domain,
        "repository": f"{asked.domain}/{asked.repository}",
        "package": f"{asked.domain}/{asked.repository}/*",
    }[kind]
    return f"arn:{names.partition}:codeartifact:{names.region}:{asked.owner or names.account}:{kind}/{place}"


def _parameter_arn(secret: Secret, names: Names) -> str:
    return names.arn("ssm", f"parameter/{str(secret.parameter).removeprefix('/')}")
