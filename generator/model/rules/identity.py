"""Rules of what an environment is called: its name, and the names that AWS will see."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from generator.aws.limits import BUCKET_NAME, BUCKET_PREFIXES, PROJECT_NAME, ROLE_NAME
from generator.language.nodes import dotted
from generator.model.name_patterns import BUILD
from generator.model.names import ALARMS, Names
from generator.model.rules.finding import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from generator.model.environment import EnvironmentSpec
    from generator.model.rules.finding import Path

_ENVIRONMENT: Final = re.compile(r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*")
_ENVIRONMENT_LIMIT: Final = 32
# Which pattern makes the names of a kind.
_PATTERN_OF: Final = {"IAM role": "role", "CodeBuild project": "project"}


def environment_name(environment: str, _: EnvironmentSpec) -> Iterator[Finding]:
    """The environment's name can become part of names in AWS."""
    if not _ENVIRONMENT.fullmatch(environment) or len(environment) > _ENVIRONMENT_LIMIT:
        yield Finding(
            (),
            f"{environment!r} cannot be an environment's name: it becomes part of names in AWS",
            f"use lower-case letters, digits and single hyphens, {_ENVIRONMENT_LIMIT} characters at most",
            "environment-name",
        )


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
    given = spec.names.model_fields_set if spec.names else set()
    prefix: Path = ("names", "prefix") if "prefix" in given else ("stack",)
    computed = [
        (names.bucket, BUCKET_NAME.most, "S3 bucket", f"{shorter}, or set artifacts.bucket"),
        *((names.role(build), ROLE_NAME.most, "IAM role", f"{shorter}, or the build's") for build in names.projects),
        *((project, PROJECT_NAME.most, "CodeBuild project", shorter) for project in names.projects.values()),
    ]
    if spec.artifacts.access_logs:
        hint = f"{shorter}, or set artifacts.access_logs.bucket"
        computed.append((names.access_log_bucket, BUCKET_NAME.most, "S3 bucket of access logs", hint))
    managed = spec.network.managed if spec.network else None
    roles = [
        *([names.flow_log_role] if managed and managed.flow_logs.traffic != "NONE" else ()),
        *([names.schedule_role] if any(build.schedule for build in spec.builds.values()) else ()),
        *([names.pipeline_role, names.pipeline_start_role] if spec.pipeline else ()),
    ]
    computed += [(role, ROLE_NAME.most, "IAM role", shorter) for role in roles]
    for name, limit, kind, hint in computed:
        if len(name) > limit:
            message = f"makes the name of the {kind} {len(name)} characters long ({name}); AWS allows {limit}"
            of_pattern = _PATTERN_OF.get(kind, "") in given
            at: Path = ("names", _PATTERN_OF[kind]) if of_pattern else prefix
            yield Finding(at, message, "shorten it" if of_pattern else hint, "name-too-long")


def given_names(environment: str, spec: EnvironmentSpec) -> Iterator[Finding]:
    """Names that the spec gives differ where their resources do."""
    names = Names.of(environment, spec)
    own = [] if spec.pipeline is None else [names.pipeline_role, names.pipeline_start_role]
    own += [names.schedule_role] if any(build.schedule for build in spec.builds.values()) else []
    roles: dict[str, Path] = {name.lower(): ("names", "pipeline_role") for name in own}
    for kind, made in (("project", names.projects), ("role", names.roles), ("batch_role", names.batch_roles)):
        # IAM knows roles whatever the case of their letters.
        seen: dict[str, Path] = {} if kind == "project" else roles
        for build, name in made.items():
            if kind == "batch_role" and spec.builds[build].batch is None:
                continue
            is_own = getattr(spec.builds[build].names, kind, None) is not None
            is_pattern = getattr(spec.names, kind, None) is not None
            at: Path = ("builds", build, "names", kind) if is_own else ("names", kind) if is_pattern else ("stack",)
            other = seen.setdefault(name.lower() if kind != "project" else name, ("builds", build))
            if other != ("builds", build):
                message = f"gives {name} to build {build}, and {dotted(other)} has that name as well"
                hint = f"put {BUILD} into the pattern, or name one with builds.{build}.names"
                yield Finding(at, message, hint, "given-name-twice")


def bucket_names(environment: str, spec: EnvironmentSpec) -> Iterator[Finding]:
    """The names of buckets that begin with the stack's name begin with nothing that S3 keeps for itself."""
    names = Names.of(environment, spec)
    if not f"{spec.stack}-".startswith(BUCKET_PREFIXES) and not f"{names.prefix}-".startswith(BUCKET_PREFIXES):
        return
    is_given = spec.names is not None and spec.names.prefix is not None
    logs = spec.artifacts.access_logs
    composed = [
        *([names.state_bucket] if spec.backend and not spec.backend.bucket else ()),
        *([names.bucket] if spec.builds and not spec.artifacts.bucket else ()),
        *([names.access_log_bucket] if spec.builds and logs and not logs.bucket else ()),
    ]
    for prefix in BUCKET_PREFIXES:
        found = next((name for name in composed if name.startswith(prefix)), "")
        if found:
            message = f"makes the name of the S3 bucket {found}, and S3 keeps names that begin with {prefix} for itself"
            at: Path = ("names", "prefix") if is_given and found != names.state_bucket else ("stack",)
            yield Finding(at, message, f"choose another {at[-1]}, or another name for the bucket", "bucket-prefix")


def joined_names(environment: str, spec: EnvironmentSpec) -> Iterator[Finding]:
    """No two names of resources become one when their parts are joined by a hyphen."""
    if len(spec.builds) == 1:
        return
    names = Names.of(environment, spec)
    if len(set(names.projects.values())) < len(names.projects):
        return  # told of the projects themselves, and true of all that is called after them
    groups: dict[Path, str] = {
        ("builds", build, "reports", report): names.report_group(build, report)
        for build, each in spec.builds.items()
        for report in each.reports
    }
    yield from _same(groups, "report group", "rename one of the reports, or one of the builds")
    watched = (spec.alarms.builds or list(spec.builds)) if spec.alarms else []
    alarms: dict[Path, str] = {
        ("alarms", kind, build): names.alarm(build, kind)
        for build in watched
        for kind in ALARMS
        if build in names.projects and getattr(spec.alarms, kind) is not None
    }
    yield from _same(alarms, "alarm", "rename one of the builds, or watch one of them only (alarms.builds)")


def _same(made: Mapping[Path, str], kind: str, hint: str) -> Iterator[Finding]:
    seen: dict[str, Path] = {}
    for path, name in made.items():
        other = seen.setdefault(name, path)
        if other != path:
            at = path if path[0] == "builds" else ("builds", path[-1])
            message = f"makes the {kind} {name}, and so does {dotted(other)}"
            yield Finding(at, message, hint, "same-name")
