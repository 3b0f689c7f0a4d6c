"""Rules of the container registry, and of the builds that push to it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from generator.model.names import Names
from generator.model.rules.finding import Finding
from generator.parts.network.rules import repeated
from generator.parts.registry.variables import repository_variable, variables

if TYPE_CHECKING:
    from collections.abc import Iterator

    from generator.model.environment import EnvironmentSpec
    from generator.model.rules.finding import Path
    from generator.parts.registry.section import Registry


def registry(_: str, spec: EnvironmentSpec) -> Iterator[Finding]:
    """The repositories can be made, encrypted, shared and destroyed as the spec says."""
    found = spec.registry
    if found is None:
        return
    yield from _repositories(found)
    yield from _existing(found)
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
    registry = spec.registry
    known = [*registry.repositories, *registry.existing] if registry else []
    for name, build in spec.builds.items():
        at = ("builds", name)
        yield from repeated((*at, "push_to"), build.push_to)
        for index, repository in enumerate(build.push_to):
            if repository not in known:
                message = f"{repository} is not a repository of the registry: {', '.join(known) or 'there is none'}"
                hint = "add it to registry.repositories, or correct the name"
                yield Finding((*at, "push_to", index), message, hint, "unknown-repository")
        registries = {tuple(arn.split(":")[3:5]) for arn in map(Names.of("", spec).repository_arn, build.push_to)}
        if len(registries) > 1:
            message = "names repositories of several registries, and a build signs in to the one in ECR_REGISTRY"
            hint = "push to those of one account and region, and let another build push to the others"
            yield Finding((*at, "push_to"), message, hint, "several-registries")
        for kind in ("variables", "secrets"):
            for variable in sorted(variables(build.push_to) & set(getattr(build, kind))):
                message = "is set for you, since the build pushes images"
                yield Finding((*at, kind, variable), message, "remove it, or rename it", "registry-variable")


def _repositories(found: Registry) -> Iterator[Finding]:
    yield from repeated(("registry", "repositories"), found.repositories)
    seen: dict[str, str] = {}
    for index, repository in enumerate([*found.repositories, *found.existing]):
        variable = repository_variable(repository)
        other = seen.setdefault(variable, repository)
        if other != repository:
            message = f"{repository} and {other} would both be {variable} to a build"
            is_made = index < len(found.repositories)
            at: Path = ("registry", "repositories", index) if is_made else ("registry", "existing", repository)
            yield Finding(at, message, "rename one", "repository-variable-twice")


def _existing(found: Registry) -> Iterator[Finding]:
    """Of repositories that exist a spec says which they are, and how it calls them."""
    if not found.repositories and not found.existing:
        message = "names no repository"
        yield Finding(("registry",), message, "add repositories, or existing, or remove it", "too-short")
    for key in sorted(found.model_fields_set - {"repositories", "existing"}) if not found.repositories else ():
        message = "is about repositories that the stack makes, and there are none: nothing of existing ones is changed"
        yield Finding(("registry", key), message, f"remove {key}, or add repositories", "key-of-existing")
    for name in sorted(set(found.repositories) & found.existing.keys()):
        message = "is the name of a repository that the stack makes as well"
        yield Finding(("registry", "existing", name), message, "rename one", "repository-twice")
