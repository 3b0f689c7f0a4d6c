"""Rules of the container registry, and of the builds that push to it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from generator.model.rules.finding import Finding
from generator.parts.network.rules import repeated
from generator.parts.registry.variables import repository_variable, variables

if TYPE_CHECKING:
    from collections.abc import Iterator

    from generator.model.environment import EnvironmentSpec
    from generator.parts.registry.section import Registry


def registry(_: str, spec: EnvironmentSpec) -> Iterator[Finding]:
    """The repositories can be made, encrypted, shared and destroyed as the spec says."""
    found = spec.registry
    if found is None:
        return
    yield from _repositories(found)
    yield from repeated(("registry", "pull_accounts"), found.pull_accounts)
    if found.encryption == "kms" and spec.encryption is None:
        yield Finding(
            ("registry", "encryption"),
            "kms needs the stack's key, and the stack has none",
            "add encryption: {}, or set registry.encryption: aes256",
            "registry-kms-without-key",
        )
    if spec.account in found.pull_accounts:
        yield Finding(
            ("registry", "pull_accounts", found.pull_accounts.index(spec.account)),
            "is the environment's own account, where IAM policies alone decide who may pull",
            "remove it",
            "pull-own-account",
        )
    if found.force_delete and spec.environment_class != "dev":
        yield Finding(
            ("registry", "force_delete"),
            f"would let a destroy delete every image of a {spec.environment_class} environment",
            "remove it; delete the images by hand before you destroy the environment",
            "registry-force-delete",
        )


def pushes(_: str, spec: EnvironmentSpec) -> Iterator[Finding]:
    """The builds push to repositories that exist, and leave the variables alone that they get for it."""
    known = spec.registry.repositories if spec.registry else []
    for name, build in spec.builds.items():
        at = ("builds", name)
        yield from repeated((*at, "push_to"), build.push_to)
        for index, repository in enumerate(build.push_to):
            if repository not in known:
                message = f"{repository} is no repository of the registry: {', '.join(known) or 'there is none'}"
                hint = "add it to registry.repositories, or correct the name"
                yield Finding((*at, "push_to", index), message, hint, "unknown-repository")
        for kind in ("variables", "secrets"):
            for variable in sorted(variables(build.push_to) & set(getattr(build, kind))):
                message = "is set for you, since the build pushes images"
                yield Finding((*at, kind, variable), message, "remove it, or rename it", "registry-variable")


def _repositories(found: Registry) -> Iterator[Finding]:
    yield from repeated(("registry", "repositories"), found.repositories)
    seen: dict[str, str] = {}
    for index, repository in enumerate(found.repositories):
        variable = repository_variable(repository)
        other = seen.setdefault(variable, repository)
        if other != repository:
            message = f"{repository} and {other} would both be {variable} to a build"
            yield Finding(("registry", "repositories", index), message, "rename one", "repository-variable-twice")
