"""What a build reads, as ARNs for its role: secrets, repositories, objects, images, packages."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from generator.model.builds.images import image_of
from generator.model.builds.sign_in import sign_in
from generator.model.builds.sources import source_of
from generator.model.builds.starts import needs_sign_in, reads_source

if TYPE_CHECKING:
    from collections.abc import Iterator

    from generator.model.environment import EnvironmentSpec
    from generator.model.names import Names
    from generator.parts.builds.section.build import Build
    from generator.parts.builds.section.package_repository import PackageRepository
    from generator.parts.builds.section.secret import Secret

_RANDOM: Final = re.compile(r"-[A-Za-z0-9]{6}$")
_ECR_IMAGE: Final = re.compile(r"([0-9]{12})\.dkr\.ecr\.([a-z0-9-]+)\.amazonaws\.com(?:\.cn)?/([A-Za-z0-9._/-]+)")


def secret_arns(key: str, spec: EnvironmentSpec, names: Names) -> Iterator[str]:
    """Yield the secrets that a build's variables, image and source are read with."""
    build, credential = spec.builds[key], spec.source.credential
    named = {each.secrets_manager for each in build.secrets.values()} | {build.registry_credential}
    yield from {arn for secret in named if secret for arn in _secret_arns(secret, names)}
    way = sign_in(spec) if needs_sign_in(spec, key) else None
    if way and way.kind != "connection" and credential and credential.secret:
        yield credential.secret


def repository_arns(key: str, spec: EnvironmentSpec, names: Names) -> Iterator[str]:
    """Yield the repositories of CodeCommit that a build clones."""
    source = source_of(spec, key)
    if source.type == "codecommit" and reads_source(spec, key):
        yield _codecommit_arn(str(source.location), names)
    for other in spec.builds[key].secondary_sources.values():
        if other.type == "codecommit" and other.repository:
            yield _codecommit_arn(other.repository, names)


def _codecommit_arn(address: str, names: Names) -> str:
    return names.arn("codecommit", urlsplit(address).path.rsplit("/", 1)[-1])


def object_arns(key: str, spec: EnvironmentSpec, names: Names) -> Iterator[str]:
    """Yield the objects in S3 that a build reads, other than its own."""
    build, source = spec.builds[key], source_of(spec, key)
    archives = [other.object for other in build.secondary_sources.values()]
    if source.type == "s3" and reads_source(spec, key):
        archives.append(source.location)
    yield from {names.object_arn(path) for path in [*archives, build.certificate] if path}


def image_repository_arns(build: Build, names: Names) -> list[str]:
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


def package_arn(kind: str, asked: PackageRepository, names: Names) -> str:
    """Return the ARN of a domain, a repository or the packages of CodeArtifact; `kind` says of which."""
    place = {
        "domain": asked.domain,
        "repository": f"{asked.domain}/{asked.repository}",
        "package": f"{asked.domain}/{asked.repository}/*",
    }[kind]
    return f"arn:{names.partition}:codeartifact:{names.region}:{asked.owner or names.account}:{kind}/{place}"


def parameter_arn(secret: Secret, names: Names) -> str:
    """Return the ARN of the parameter of SSM that a secret is."""
    return names.arn("ssm", f"parameter/{str(secret.parameter).removeprefix('/')}")
