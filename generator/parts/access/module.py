"""Module `access`: the roles of the builds that the stack makes, one each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from generator.parts.access.permissions.endpoints import endpoints
from generator.parts.access.roles import own, role_of
from generator.parts.framework.contribution import Contribution
from generator.parts.framework.module import Module
from generator.parts.logs.module import has_several

if TYPE_CHECKING:
    from generator.parts.access.roles import RoleContext
    from generator.parts.framework.scope import Scope


@dataclass(frozen=True, slots=True)
class AccessContext:
    """Arguments of module `access`."""

    roles: list[RoleContext]
    pipeline_prefix: str

    @property
    def uses_connection(self) -> bool:
        """Whether some build reads the repository through a connection."""
        return any(role.connection for role in self.roles)

    @property
    def has_batches(self) -> bool:
        """Whether it makes a role that starts builds of batches."""
        return any(role.batch_role_name for role in self.roles)


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
    artifact_prefix: bool
    log_groups: bool
    tags: bool


def access(scope: Scope, asked: Contribution) -> Module | None:
    """Derive module `access`; None where every role exists."""
    spec, names = scope.spec, scope.names
    roles = [role_of(key, scope, asked) for key in sorted(spec.builds.keys() - names.existing_roles.keys())]
    if not roles:
        return None
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
        artifact_prefix=bool(names.prefix_in_bucket),
        log_groups=has_several(scope),
        tags=any(role.tags for role in roles),
    )
    return Module(AccessContext(roles, names.pipeline_prefix), shape)


def contributes(scope: Scope) -> Contribution:
    """Ask for what the spec permits builds, as far as it stays inside their roles, and for the ways there."""
    spec = scope.spec
    inside = {key: build.permissions for key, build in spec.builds.items() if build.network and build.permissions}
    called = sorted({service for each in inside.values() for service in endpoints(each)})
    return Contribution(
        permissions=tuple(each for build in sorted(spec.builds) for each in own(scope, build).inside),
        endpoints=tuple(called),
    )


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
_LOG_GROUP: Final = ("logs.group", "logs.existing", "names.log_group", "names.project", "builds.*.names", "stack")
ORIGINS: Final[dict[str, tuple[str, ...]]] = {
    "access": ("builds.*.role_arn",),
    "access.roles": ("builds",),
    "access.roles.*": ("builds.*",),
    "access.roles.*.key": ("builds.*",),
    "access.roles.*.label": ("builds.*", "builds.*.names.label"),
    "access.roles.*.name": ("builds.*", "stack", "names.role"),
    "access.roles.*.project_arn": ("builds.*", "stack", "names.project", "region", "account"),
    "access.roles.*.log_group_arn": (*_LOG_GROUP, "region", "account"),
    "access.roles.*.tags": ("builds.*.tags",),
    "access.roles.*.tags.*": ("builds.*.tags.*",),
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
    "access.roles.*.cache_path": ("builds.*.cache", "artifacts.existing.prefix"),
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
    "access.pipeline_prefix": ("stack", "names.pipeline"),
    "roles": ("builds", "backend"),
    "roles.every": ("builds",),
    "roles.every.*": ("builds.*",),
    "roles.arns": ("builds.*.role_arn",),
    "roles.arns.*": ("builds.*.role_arn",),
    "roles.batch_arns": ("builds.*.batch.role_arn",),
    "roles.batch_arns.*": ("builds.*.batch.role_arn",),
    "roles.reasons": (_PERMISSIONS,),
    "roles.reasons.*": (_PERMISSIONS,),
    "roles.connection_arn": ("source.connection.arn",),
    "roles.connection_service": ("source.connection.arn",),
    "roles.permissions_boundary": ("access.permissions_boundary",),
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
    "shapes.access.tags": ("builds.*.tags",),
    "shapes.access.log_groups": ("logs.group", "logs.existing"),
    "shapes.access.artifact_prefix": ("artifacts.existing.prefix",),
    "shapes.access.kms": ("encryption",),
    "shapes.access.parameters": ("builds.*.secrets",),
    "shapes.access.secrets": ("builds.*.secrets",),
    "shapes.access.tracing": ("tracing",),
}
