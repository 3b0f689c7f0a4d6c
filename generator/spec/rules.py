"""Rules that no single field can hold, and rules that Terraform and the provider do not know.

Each rule looks at a whole spec and yields findings; `RULES` is the list of all of them. A finding names the key that a
person should change, which is not always the key where the damage would show.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal
from urllib.parse import urlsplit

from generator.spec.images import END_OF_LIFE, IMAGES, default_image, missing_runtimes
from generator.spec.names import BUCKET_LIMIT, PROJECT_LIMIT, ROLE_LIMIT, Names
from generator.spec.secrets import looks_secret

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from generator.spec.model import Build, EnvironmentSpec

OWN_TAGS: Final = ("Environment", "Stack", "ManagedBy")
HOSTS: Final = {"github": "github.com", "gitlab": "gitlab.com", "bitbucket": "bitbucket.org"}
_ENVIRONMENT: Final = re.compile(r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*")
_ENVIRONMENT_LIMIT: Final = 32
_PLACEHOLDER: Final = re.compile(
    r"(?:your|my|some)[-_]?(?:org|organi[sz]ation|user|username|account|company|repo|repository|project|service|app)"
    r"|example|examples|placeholder|change-?me|todo|tbd|owner|org|organization|username|repo|repository|foo|bar|xxx+",
    re.IGNORECASE,
)
_EXAMPLE_HOST: Final = re.compile(r"(?:.*\.)?(?:example(?:\.com|\.org|\.net)?|test|invalid|localhost)", re.IGNORECASE)

Path = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Finding:
    """What a rule found.

    Attributes:
        path: keys from the root of the spec to the value to change; empty for the spec as a whole.
        message: what is wrong.
        hint: what to do.
        rule: stable identifier.
        severity: a warning stops nothing.
    """

    path: Path
    message: str
    hint: str
    rule: str
    severity: Literal["error", "warning"] = "error"


def check(environment: str, spec: EnvironmentSpec) -> list[Finding]:
    """Apply every rule to the spec of `environment`."""
    return [finding for rule in RULES for finding in rule(environment, spec)]


def _environment_name(environment: str, _: EnvironmentSpec) -> Iterator[Finding]:
    if not _ENVIRONMENT.fullmatch(environment) or len(environment) > _ENVIRONMENT_LIMIT:
        yield Finding(
            (),
            f"{environment!r} cannot be an environment's name: it becomes part of names in AWS",
            f"use lower-case letters, digits and single hyphens, {_ENVIRONMENT_LIMIT} characters at most",
            "environment-name",
        )


def _tags(_: str, spec: EnvironmentSpec) -> Iterator[Finding]:
    own = {tag.lower(): tag for tag in OWN_TAGS}
    for key in spec.tags:
        if key.lower() in own:
            yield Finding(
                ("tags", key),
                f"{own[key.lower()]} is set for you on every resource",
                "remove it, so that it can never be wrong",
                "reserved-tag",
            )
    for key in spec.required_tags:
        if not spec.tags.get(key, "").strip() and key not in OWN_TAGS:
            yield Finding(("tags",), f"the required tag {key} is missing", f"add {key}: … to tags", "required-tag")


def _repository(_: str, spec: EnvironmentSpec) -> Iterator[Finding]:
    path: Path = ("source", "repository")
    form = "write it as https://host/owner/name"
    try:
        url = urlsplit(spec.source.repository)
        host = url.hostname or ""
    except ValueError:
        yield Finding(path, "is no address", form, "repository-url")
        return
    if "@" in url.netloc:
        yield Finding(
            path,
            "holds credentials, which would stand in the plan and in the state",
            "remove the part before @ and give CodeBuild a connection instead",
            "repository-credentials",
        )
    elif url.scheme != "https" or not host or not url.path.strip("/") or url.query or url.fragment:
        yield Finding(path, "must be an https address of a repository", form, "repository-url")
    elif (wanted := HOSTS.get(spec.source.type)) and host != wanted:
        yield Finding(
            path,
            f"is on {host}, but source.type {spec.source.type} means {wanted}",
            "change source.type, or the address",
            "repository-host",
        )
    elif spec.environment_class != "dev" and _is_placeholder(host, url.path):
        yield Finding(
            path,
            f"looks like an example, and {spec.environment_class} must build the real thing",
            "put in the address of your repository (examples are accepted in class dev only)",
            "repository-placeholder",
        )


def _is_placeholder(host: str, path: str) -> bool:
    parts = [part.removesuffix(".git") for part in path.split("/") if part]
    return bool(_EXAMPLE_HOST.fullmatch(host)) or any(_PLACEHOLDER.fullmatch(part) for part in parts)


def _artifacts(_: str, spec: EnvironmentSpec) -> Iterator[Finding]:
    artifacts = spec.artifacts
    if artifacts.encryption == "kms" and not spec.encryption.enabled:
        yield Finding(
            ("artifacts", "encryption"),
            "kms needs the stack's key, and encryption.enabled is false",
            "set encryption.enabled: true, or artifacts.encryption: aes256",
            "kms-without-key",
        )
    if artifacts.bucket_key and artifacts.encryption != "kms":
        yield Finding(
            ("artifacts", "bucket_key"),
            "S3 Bucket Keys exist only with kms encryption",
            "set bucket_key: false, or encryption: kms",
            "bucket-key-without-kms",
        )
    archive, expire = artifacts.archive_after_days, artifacts.expire_after_days
    if archive is not None and expire is not None and expire <= archive:
        yield Finding(
            ("artifacts", "expire_after_days"),
            f"objects would expire after {expire} days, before they are archived after {archive}",
            "expire later than archive_after_days, or set archive_after_days: null",
            "expire-before-archive",
        )
    if artifacts.force_destroy and spec.environment_class != "dev":
        yield Finding(
            ("artifacts", "force_destroy"),
            f"would let a destroy delete every artifact of a {spec.environment_class} environment",
            "remove it; empty the bucket by hand before you destroy the environment",
            "force-destroy",
        )


def _builds(_: str, spec: EnvironmentSpec) -> Iterator[Finding]:
    for name, build in spec.builds.items():
        yield from _image(("builds", name), build)
        yield from _buildspec(("builds", name), build)
        yield from _variables(("builds", name), build)


def _image(at: Path, build: Build) -> Iterator[Finding]:
    image = build.image or default_image(build.runtime, build.architecture)
    wanted = ", ".join(f"{name} {version}" for name, version in build.runtime.items())
    if image is None:
        yield Finding(
            (*at, "runtime"),
            f"no AWS image for {build.architecture} carries {wanted}",
            "change the versions, or name an image of your own with image:",
            "runtime-unavailable",
        )
        return
    for name, carried in missing_runtimes(image, build.runtime).items():
        better = default_image(build.runtime, build.architecture)
        choose = f"remove image: to get {better}" if better else "use another image"
        has = f"it has {', '.join(carried)}" if carried else f"it has no {name}"
        message = f"{image} does not carry {name} {build.runtime[name]}; {has}"
        yield Finding((*at, "image"), message, choose, "image-runtime")
    if image in IMAGES and IMAGES[image][0] != build.architecture:
        yield Finding(
            (*at, "image"),
            f"{image} is built for {IMAGES[image][0]}, but architecture is {build.architecture}",
            "remove image: to get the right one, or change architecture",
            "image-architecture",
        )
    for name, version in build.runtime.items():
        if ended := END_OF_LIFE.get((name, version)):
            yield Finding(
                (*at, "runtime", name),
                f"{name} {version} reached its end of life on {ended}",
                "plan to move to a maintained version",
                "runtime-end-of-life",
                "warning",
            )


def _buildspec(at: Path, build: Build) -> Iterator[Finding]:
    if build.buildspec is not None and build.phases is not None:
        message = "the commands come either from a buildspec in the repository or from phases"
        yield Finding((*at, "phases"), message, "keep one of the two (null removes an inherited one)", "two-buildspecs")
    if build.artifact_files is not None and build.phases is None:
        message = "only a build with phases says here what goes into the artifact"
        yield Finding((*at, "artifact_files"), message, "say it in the buildspec of the repository", "artifact-files")


def _variables(at: Path, build: Build) -> Iterator[Finding]:
    for kind in ("variables", "secrets"):
        for name in getattr(build, kind):
            if name.upper().startswith("CODEBUILD_"):
                yield Finding((*at, kind, name), "CODEBUILD_… belongs to CodeBuild", "rename it", "reserved-variable")
    for name, value in build.variables.items():
        if reason := looks_secret(name, value):
            yield Finding(
                (*at, "variables", name),
                f"{reason}; a plain-text variable stands readable in plan, state and console",
                f"store the value in Secrets Manager or SSM and refer to it: secrets: {{{name}: {{parameter: /…}}}}",
                "plain-text-secret",
            )
        if name in build.secrets:
            yield Finding((*at, "secrets", name), "is set in variables too", "keep one of the two", "variable-twice")
    for name, secret in build.secrets.items():
        if (secret.secrets_manager is None) == (secret.parameter is None):
            message = "must name exactly one source"
            hint = "write {secrets_manager: NAME} or {parameter: NAME}"
            yield Finding((*at, "secrets", name), message, hint, "secret-source")
        if secret.json_key and secret.secrets_manager is None:
            message = "only a secret of Secrets Manager has keys"
            yield Finding((*at, "secrets", name, "json_key"), message, "remove json_key", "secret-json-key")


def _limits(environment: str, spec: EnvironmentSpec) -> Iterator[Finding]:
    names = Names.of(environment, spec)
    shorter = "shorten stack or the environment's name"
    computed = [
        (names.bucket, BUCKET_LIMIT, "S3 bucket", f"{shorter}, or set artifacts.bucket"),
        (names.role, ROLE_LIMIT, "IAM role", shorter),
        *((project, PROJECT_LIMIT, "CodeBuild project", shorter) for project in names.projects.values()),
    ]
    for name, limit, kind, hint in computed:
        if len(name) > limit:
            message = f"makes the name of the {kind} {len(name)} characters long ({name}); AWS allows {limit}"
            yield Finding(("stack",), message, hint, "name-too-long")


def _boundary(_: str, spec: EnvironmentSpec) -> Iterator[Finding]:
    boundary = spec.access.permissions_boundary
    if boundary and boundary.split(":")[4] not in (spec.account, "aws"):
        yield Finding(
            ("access", "permissions_boundary"),
            f"is a policy of account {boundary.split(':')[4]}, but the role lives in {spec.account}",
            "name a policy of the environment's own account",
            "boundary-account",
        )


RULES: Final[tuple[Callable[[str, EnvironmentSpec], Iterator[Finding]], ...]] = (
    _environment_name,
    _tags,
    _repository,
    _artifacts,
    _builds,
    _limits,
    _boundary,
)
