"""Module `registry`: the container repositories."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from generator.aws.documents import json_text
from generator.parts.framework.contribution import BuildVariable, Contribution
from generator.parts.framework.module import Module
from generator.parts.registry.variables import REGISTRY_VARIABLE, repository_variable

if TYPE_CHECKING:
    from collections.abc import Iterable

    from generator.model.names import Names
    from generator.parts.framework.scope import Scope


@dataclass(frozen=True, slots=True)
class RegistryContext:
    """Arguments of module `registry`."""

    repositories: dict[str, str]
    kms: bool
    tag_mutability: str
    scan_on_push: bool
    keep_images: int
    expire_untagged_after_days: int
    pull_account_arns: list[str]
    force_delete: bool


@dataclass(frozen=True, slots=True)
class RegistryShape:
    """Features of module `registry`."""

    kms: bool
    pull: bool


def registry(scope: Scope, _: Contribution) -> Module | None:
    """Derive module `registry`; None where the stack makes no repository."""
    spec, names = scope.spec, scope.names
    found = spec.registry
    if found is None or not found.repositories:
        return None
    by_default = "kms" if spec.encryption else "aes256"
    arguments = RegistryContext(
        repositories={name: names.repository(name) for name in sorted(found.repositories)},
        kms=(found.encryption or by_default) == "kms",
        tag_mutability="IMMUTABLE" if found.immutable_tags else "MUTABLE",
        scan_on_push=found.scan_on_push,
        keep_images=found.keep_images,
        expire_untagged_after_days=found.expire_untagged_after_days,
        pull_account_arns=_roots(found.pull_accounts, names),
        force_delete=found.force_delete,
    )
    return Module(arguments, RegistryShape(kms=arguments.kms, pull=bool(arguments.pull_account_arns)))


def makes_repositories(scope: Scope) -> bool:
    """Tell whether the stack makes a repository."""
    return scope.spec.registry is not None and bool(scope.spec.registry.repositories)


def contributes(scope: Scope) -> Contribution:
    """Give each build that pushes images the registry, and the address of each repository."""
    names = scope.names
    pushing = {key: build.push_to for key, build in sorted(scope.spec.builds.items()) if build.push_to}
    addresses = [
        BuildVariable(build, name, value)
        for build, repositories in pushing.items()
        for name, value in [
            (REGISTRY_VARIABLE, names.registry_of(repositories[0])),
            *((repository_variable(each), names.repository_url(each)) for each in repositories),
        ]
    ]
    inside = any(scope.spec.builds[key].network for key in pushing)
    return Contribution(endpoints=("ecr.api", "ecr.dkr") if inside else (), variables=tuple(addresses))


def pull_policy(accounts: Iterable[str], names: Names) -> str:
    """Return the policy that lets other accounts pull, as it is sent: to be measured, since it names each of them."""
    statement = {
        "Sid": "PullFromOtherAccounts",
        "Effect": "Allow",
        "Action": ["ecr:GetDownloadUrlForLayer", "ecr:BatchGetImage", "ecr:BatchCheckLayerAvailability"],
        "Principal": {"AWS": _roots(accounts, names)},
    }
    return json_text({"Version": "2012-10-17", "Statement": [statement]})


def _roots(accounts: Iterable[str], names: Names) -> list[str]:
    return [f"arn:{names.partition}:iam::{account}:root" for account in sorted(accounts)]


ORIGINS: Final[dict[str, tuple[str, ...]]] = {
    "registry": ("registry",),
    "registry.repositories": ("registry.repositories", "stack"),
    "registry.repositories.*": ("registry.repositories", "stack"),
    "registry.kms": ("registry.encryption", "encryption"),
    "registry.tag_mutability": ("registry.immutable_tags",),
    "registry.scan_on_push": ("registry.scan_on_push",),
    "registry.keep_images": ("registry.keep_images",),
    "registry.expire_untagged_after_days": ("registry.expire_untagged_after_days",),
    "registry.pull_account_arns": ("registry.pull_accounts", "region"),
    "registry.force_delete": ("registry.force_delete",),
    "shapes.registry.kms": ("registry.encryption", "encryption"),
    "shapes.registry.pull": ("registry.pull_accounts",),
}
