"""Rules of what an environment is called: its name, and the names that AWS will see."""

from __future__ import annotations

import contextlib
import re
from typing import TYPE_CHECKING, Final

from generator.aws.limits import BUCKET_PREFIXES, NAME_LENGTHS
from generator.language.nodes import dotted
from generator.model.name_patterns import BUILD
from generator.model.names import ALARMS, Names
from generator.model.rules.finding import Finding
from generator.parts.catalog import catalog_of
from generator.parts.framework.claim import STACK
from generator.parts.framework.claim_kinds import Parts
from generator.parts.framework.scope import Scope

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from generator.model.environment import EnvironmentSpec
    from generator.model.rules.finding import Path

_ENVIRONMENT: Final = re.compile(r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*")
_ENVIRONMENT_LIMIT: Final = 32
_SHORTEST: Final = min(NAME_LENGTHS.values())
# `builds.<name>`
_OF_A_BUILD: Final = 2


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
    """The names that follow from the spec are short enough for AWS: of all that its parts claim."""
    scope = Scope.of(environment, spec)
    for part in catalog_of(spec).parts_of(spec):
        # A name that stands for nothing is the business of another rule, and cannot be claimed.
        with contextlib.suppress(LookupError):
            for text, path in part.claims(scope):
                # A claim that is shorter as a whole than any limit needs no closer look, and most are.
                if len(text) > _SHORTEST:
                    yield from _too_long(scope, Parts.of(text), path)


def _too_long(scope: Scope, claim: Parts, path: Path) -> Iterator[Finding]:
    most = NAME_LENGTHS.get(claim.kind)
    if most is not None and len(claim.name) > most:
        at = _deciding(scope, claim, path)
        long = f"makes the name of the {claim.noun} {len(claim.name)} characters long ({claim.name})"
        yield Finding(at, f"{long}; AWS allows {most}", _shorter(claim, at, path), "name-too-long")


def _deciding(scope: Scope, claim: Parts, path: Path) -> Path:
    """Return the key that makes a name as long as it is: what a build is called by, where a build claims it."""
    if path[:1] != ("builds",) or len(path) != _OF_A_BUILD:
        return path
    build = str(path[1])
    is_batch = claim.kind == "role" and claim.name != scope.names.role(build).lower()
    key = "project" if claim.kind == "fleet" else "batch_role" if is_batch else claim.kind
    if getattr(scope.spec.builds[build].names, key, None) is not None:
        return (*path, "names", key)
    return ("names", key) if getattr(scope.spec.names, key, None) is not None else STACK


def _shorter(claim: Parts, at: Path, path: Path) -> str:
    if at != STACK:
        return "shorten it"
    if claim.kind == "@bucket":
        return "shorten stack or the environment's name, or name the bucket yourself"
    more = ", or the build's" if path != STACK else ""
    return f"shorten stack or the environment's name{more}"


def given_names(environment: str, spec: EnvironmentSpec) -> Iterator[Finding]:
    """Names that the spec gives differ where their resources do."""
    names = Names.of(environment, spec)
    own = [] if spec.pipeline is None else [names.pipeline_start_role]
    own += [names.pipeline_role] if spec.pipeline and spec.pipeline.role_arn is None else []
    own += [names.schedule_role] if any(build.schedule for build in spec.builds.values()) else []
    roles: dict[str, Path] = {name.lower(): ("names", "pipeline_role") for name in own}
    exist = {"project": {}, "role": names.existing_roles, "batch_role": names.existing_batch_roles}
    for kind, made in (("project", names.projects), ("role", names.roles), ("batch_role", names.batch_roles)):
        # IAM knows roles whatever the case of their letters.
        seen: dict[str, Path] = {} if kind == "project" else roles
        for build, name in made.items():
            if build in exist[kind] or (kind == "batch_role" and spec.builds[build].batch is None):
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
        *([names.bucket] if spec.builds and not (spec.artifacts.bucket or spec.artifacts.exists) else ()),
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
