"""Rules of what an environment is called: its name, its tags, and the names that AWS will see."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from generator.spec.names import BUCKET_LIMIT, PROJECT_LIMIT, ROLE_LIMIT, Names
from generator.spec.rules.finding import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from generator.spec.model.environment import EnvironmentSpec

OWN_TAGS: Final = ("Environment", "Stack", "ManagedBy")
_ENVIRONMENT: Final = re.compile(r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*")
_ENVIRONMENT_LIMIT: Final = 32


def environment_name(environment: str, _: EnvironmentSpec) -> Iterator[Finding]:
    """The environment's name can become part of names in AWS."""
    if not _ENVIRONMENT.fullmatch(environment) or len(environment) > _ENVIRONMENT_LIMIT:
        yield Finding(
            (),
            f"{environment!r} cannot be an environment's name: it becomes part of names in AWS",
            f"use lower-case letters, digits and single hyphens, {_ENVIRONMENT_LIMIT} characters at most",
            "environment-name",
        )


def tags(_: str, spec: EnvironmentSpec) -> Iterator[Finding]:
    """The required tags are there, and ours are not overwritten."""
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


def formerly(environment: str, spec: EnvironmentSpec) -> Iterator[Finding]:
    """What the environment was called before is something else than it is called now, said once."""
    for index, identity in enumerate(spec.formerly):
        if identity == f"{spec.stack}/{environment}":
            message, hint = "is what the environment is called now", "name what it was called before, or remove it"
            yield Finding(("formerly", index), message, hint, "formerly-itself")
        elif identity in spec.formerly[:index]:
            yield Finding(("formerly", index), f"{identity} is there twice", "keep one of them", "formerly-twice")


def limits(environment: str, spec: EnvironmentSpec) -> Iterator[Finding]:
    """The names that follow from the spec are short enough for AWS."""
    names = Names.of(environment, spec)
    shorter = "shorten stack or the environment's name"
    computed = [
        (names.bucket, BUCKET_LIMIT, "S3 bucket", f"{shorter}, or set artifacts.bucket"),
        *((names.role(build), ROLE_LIMIT, "IAM role", f"{shorter}, or the build's") for build in names.projects),
        *((project, PROJECT_LIMIT, "CodeBuild project", shorter) for project in names.projects.values()),
    ]
    if spec.artifacts.access_logs:
        hint = f"{shorter}, or set artifacts.access_logs.bucket"
        computed.append((names.access_log_bucket, BUCKET_LIMIT, "S3 bucket of access logs", hint))
    managed = spec.network.managed if spec.network else None
    roles = [
        *([names.flow_log_role] if managed and managed.flow_logs.traffic != "NONE" else ()),
        *([names.schedule_role] if any(build.schedule for build in spec.builds.values()) else ()),
        *([names.pipeline_role, names.pipeline_start_role] if spec.pipeline else ()),
    ]
    computed += [(role, ROLE_LIMIT, "IAM role", shorter) for role in roles]
    for name, limit, kind, hint in computed:
        if len(name) > limit:
            message = f"makes the name of the {kind} {len(name)} characters long ({name}); AWS allows {limit}"
            yield Finding(("stack",), message, hint, "name-too-long")
