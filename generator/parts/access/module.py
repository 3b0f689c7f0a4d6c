"""Module `access`: the roles of the builds, one each."""

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
from generator.parts.access.permissions.endpoints import endpoints
from generator.parts.framework.contribution import Contribution
from generator.parts.framework.module import Module

if TYPE_CHECKING:
    from collections.abc import Iterator

    from generator.model.environment import EnvironmentSpec
    from generator.model.names import Names
    from generator.parts.access.permissions.derivation import Permitted
    from generator.parts.builds.section.build import Build
    from generator.parts.builds.section.package_repository import PackageRepository
    from generator.parts.builds.section.secret import Secret
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


@dataclass(frozen=True, slots=True)
class AccessContext:
    """Arguments of module `access`."""

    roles: list[RoleContext]
    permissions_boundary: str | None
    connection_arn: str | None
    connection_service: str
    pipeline_prefix: str
    reasons: list[ReasonContext]

    @property
    def uses_connection(self) -> bool:
        """Whether some build reads the repository through a connection."""
        return any(role.connection for role in self.roles)

    @property
    def reads_secrets(self) -> bool:
        """Whether some build reads a secret or a parameter, which must exist before its first run."""
        return any(role.secret_arns or role.parameter_arns for role in self.roles)


@dataclass(frozen=True, slots=True)
class AccessShape:
    """Features of module `access`: what some build may reach."""

    kms: bool
    boundary: bool
    secrets: bool
    parameters: bool
    codecommit: bool
    tracing: bool
    objects: bool
    images: bool
    reports: bool
    batch: bool
    cache: bool
    connection: bool
    pipeline: bool
    network: bool
    push: bool
    customer_keys: bool
    packages: bool
    statements: bool
    managed: bool
    attached: bool


def access(scope: Scope, asked: Contribution) -> Module:
    """Derive module `access`."""
    spec, names = scope.spec, scope.names
    roles = [_role(key, scope, asked) for key in sorted(spec.builds)]
    shape = AccessShape(
        kms=spec.encryption is not None,
        boundary=spec.access.permissions_boundary is not None,
        secrets=any(role.secret_arns for role in roles),
        parameters=any(role.parameter_arns for role in roles),
        codecommit=any(role.repository_arns for role in roles),
        tracing=spec.tracing is not None,
        objects=any(role.object_arns for role in roles),
        images=any(role.image_repository_arns for role in roles),
        reports=any(role.report_group_arns for role in roles),
        batch=any(role.batch_role_name for role in roles),
        cache=any(role.cache_path for role in roles),
        connection=any(role.connection for role in roles),
        pipeline=any(role.pipeline for role in roles),
        network=spec.network is not None,
        push=any(role.push_arns for role in roles),
        customer_keys=any(role.customer_key_arns for role in roles),
        packages=any(role.package_domain_arns for role in roles),
        statements=any(role.statements for role in roles),
        managed=any(role.managed_policies for role in roles),
        attached=any(role.policy_arns for role in roles),
    )
    connection = spec.source.connection
    arguments = AccessContext(
        roles=roles,
        permissions_boundary=spec.access.permissions_boundary,
        connection_arn=connection.arn if connection else None,
        connection_service=connection_service(spec.source),
        pipeline_prefix=names.pipeline_prefix,
        reasons=[each for key in sorted(spec.builds) for each in own(scope, key).reasons],
    )
    return Module(arguments, shape)


def _role(key: str, scope: Scope, asked: Contribution) -> RoleContext:
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
        secret_arns=sorted(_secrets(key, spec, names)),
        parameter_arns=sorted(
            {_parameter_arn(secret, names) for secret in build.secrets.values() if secret.parameter is not None}
        ),
        repository_arns=sorted(_repositories(key, spec, names)),
        object_arns=objects,
        object_bucket_arns=sorted({arn.partition("/")[0] for arn in objects}),
        image_repository_arns=_image_repositories(build, names),
        report_group_arns=[names.report_group_arn(key, report) for report in sorted(build.reports)],
        batch_role_name=names.batch_role(key) if build.batch else None,
        cache_path=s3_path(spec, key),
        connection=way is not None and way.kind == "connection",
        pipeline=key in pipeline_builds(spec),
        network=spec.network is not None and build.network,
        push_arns=[names.arn("ecr", f"repository/{names.repository(each)}") for each in sorted(build.push_to)],
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
    )


def own(scope: Scope, build: str) -> Permitted:
    """Return what the spec permits a build beyond its work."""
    asked, role = scope.spec.builds[build].permissions, scope.names.role(build)
    return permitted(asked, scope.names, ("builds", build, "permissions"), build, role)


def contributes(scope: Scope) -> Contribution:
    """Ask for what the spec permits builds, as far as it stays inside their roles, and for the ways there."""
    spec = scope.spec
    inside = {key: build.permissions for key, build in spec.builds.items() if build.network and build.permissions}
    called = sorted({service for each in inside.values() for service in endpoints(each)})
    return Contribution(
        permissions=tuple(each for build in sorted(spec.builds) for each in own(scope, build).inside),
        endpoints=tuple(called),
    )


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


_PERMISSIONS: Final = "builds.*.permissions"
_PACKAGES: Final = "builds.*.package_repositories"
_KEYS: Final = (
    "builds.*.secrets",
    "builds.*.registry_credential_kms_key",
    "builds.*.certificate_kms_key",
    "builds.*.source.kms_key",
    "builds.*.secondary_sources",
    "source.credential.kms_key",
)
ORIGINS: Final[dict[str, tuple[str, ...]]] = {
    "access.roles": ("builds",),
    "access.roles.*": ("builds.*",),
    "access.roles.*.key": ("builds.*",),
    "access.roles.*.label": ("builds.*", "builds.*.names.label"),
    "access.roles.*.name": ("builds.*", "stack", "names.role"),
    "access.roles.*.project_arn": ("builds.*", "stack", "names.project", "region", "account"),
    "access.roles.*.secret_arns": ("builds.*.secrets", "builds.*.registry_credential", "source.credential.secret"),
    "access.roles.*.parameter_arns": ("builds.*.secrets",),
    "access.roles.*.repository_arns": ("source.repository", "builds.*.source", "builds.*.secondary_sources"),
    "access.roles.*.object_arns": ("builds.*.certificate", "builds.*.source.object", "builds.*.secondary_sources"),
    "access.roles.*.object_bucket_arns": (
        *("builds.*.certificate", "builds.*.source.object", "builds.*.secondary_sources"),
    ),
    "access.roles.*.image_repository_arns": ("builds.*.image",),
    "access.roles.*.report_group_arns": ("builds.*.reports",),
    "access.roles.*.batch_role_name": ("builds.*.batch", "names.batch_role"),
    "access.roles.*.cache_path": ("builds.*.cache",),
    "access.roles.*.connection": ("source.connection", "builds.*.secondary_sources"),
    "access.roles.*.pipeline": ("pipeline.builds",),
    "access.roles.*.network": ("builds.*.network", "network"),
    "access.roles.*.push_arns": ("builds.*.push_to", "stack", "region", "account"),
    "access.roles.*.customer_key_arns": _KEYS,
    "access.roles.*.customer_key_services": (*_KEYS, "region"),
    "access.roles.*.package_domain_arns": (_PACKAGES, "region", "account"),
    "access.roles.*.package_repository_arns": (_PACKAGES, "region", "account"),
    "access.roles.*.package_arns": (_PACKAGES, "region", "account"),
    "access.roles.*.statements": ("builds.*",),
    "access.roles.*.statements.*": ("builds.*",),
    "access.roles.*.managed_policies": (_PERMISSIONS, "stack"),
    "access.roles.*.managed_policies.*": (_PERMISSIONS, "stack"),
    "access.roles.*.policy_arns": (f"{_PERMISSIONS}.policies",),
    "access.reasons": (_PERMISSIONS,),
    "access.reasons.*": (_PERMISSIONS,),
    "access.connection_arn": ("source.connection.arn",),
    "access.connection_service": ("source.connection.arn",),
    "access.pipeline_prefix": ("stack", "names.pipeline"),
    "access.permissions_boundary": ("access.permissions_boundary",),
    "shapes.access.boundary": ("access.permissions_boundary",),
    "shapes.access.codecommit": ("source.type",),
    "shapes.access.objects": ("builds.*.certificate", "builds.*.source.object", "builds.*.secondary_sources"),
    "shapes.access.images": ("builds.*.image",),
    "shapes.access.reports": ("builds.*.reports",),
    "shapes.access.batch": ("builds.*.batch",),
    "shapes.access.cache": ("builds.*.cache",),
    "shapes.access.connection": ("source.connection",),
    "shapes.access.pipeline": ("pipeline",),
    "shapes.access.network": ("network",),
    "shapes.access.push": ("builds.*.push_to",),
    "shapes.access.customer_keys": _KEYS,
    "shapes.access.packages": (_PACKAGES,),
    "shapes.access.statements": ("builds.*",),
    "shapes.access.managed": (_PERMISSIONS,),
    "shapes.access.attached": (f"{_PERMISSIONS}.policies",),
    "shapes.access.kms": ("encryption",),
    "shapes.access.parameters": ("builds.*.secrets",),
    "shapes.access.secrets": ("builds.*.secrets",),
    "shapes.access.tracing": ("tracing",),
}
