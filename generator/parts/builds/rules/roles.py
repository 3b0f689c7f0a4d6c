"""Rules of roles that exist: whose they are, and that a spec says nothing of them that is about roles of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from generator.model.names import Names
from generator.model.rules.finding import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from generator.model.environment import EnvironmentSpec
    from generator.model.rules.finding import Path
    from generator.parts.builds.section.build import Build


def roles(environment: str, spec: EnvironmentSpec) -> Iterator[Finding]:
    """A role that exists is of the environment's account, and a spec names it and says no more."""
    at: Path
    if any(build.role_arn or (build.batch and build.batch.role_arn) for build in spec.builds.values()):
        made = Names.of(environment, spec)
        for name, build in spec.builds.items():
            at = ("builds", name)
            yield from made_before((*at, "role_arn"), build.role_arn, made.roles[name])
            if build.batch:
                yield from made_before((*at, "batch", "role_arn"), build.batch.role_arn, made.batch_roles[name])
    for name, build in spec.builds.items():
        at = ("builds", name)
        batch_role = build.batch.role_arn if build.batch else None
        yield from foreign_role((*at, "role_arn"), build.role_arn, spec)
        yield from foreign_role((*at, "batch", "role_arn"), batch_role, spec)
        yield from _said_of_build(at, build, batch_role)
        if build.role_arn and build.batch and batch_role is None:
            message = "starts builds whose role exists, and does not say which role starts them"
            yield Finding((*at, "batch"), message, "add role_arn to batch as well", "batch-without-role")


def foreign_role(at: Path, arn: str | None, spec: EnvironmentSpec) -> Iterator[Finding]:
    """Refuse a role of another account: a service takes only those of the account that it works for."""
    account = arn.split(":")[4] if arn else spec.account
    if account != spec.account:
        message = f"is a role of account {account}, and AWS lets a service take only roles of {spec.account}"
        hint = "name a role of the environment's account; what it assumes elsewhere is in permissions.assume_roles"
        yield Finding(at, message, hint, "foreign-role")


def made_before(at: Path, arn: str | None, name: str) -> Iterator[Finding]:
    """Warn of a role that exists under the name which the stack gives to its own: it may have been the stack's."""
    if arn is not None and arn.rpartition("/")[2].lower() == name.lower():
        message = (
            "has the name of the role that the stack makes without it: if the state has that role, an apply deletes it"
        )
        hint = "release it first (terraform state rm), or leave the role to the stack"
        yield Finding(at, message, hint, "role-made-before", "warning")


def _said_of_build(at: Path, build: Build, batch_role: str | None) -> Iterator[Finding]:
    names = build.names
    said: list[tuple[Path, object, str | None, str]] = [
        ((*at, "permissions"), build.permissions, build.role_arn, "role_arn"),
        ((*at, "names", "role"), names and names.role, build.role_arn, "role_arn"),
        ((*at, "names", "batch_role"), names and names.batch_role, batch_role, "batch.role_arn"),
    ]
    for path, value, arn, key in said:
        if arn is not None:
            yield from said_of_others(path, value, key)


def said_of_others(at: Path, value: object, key: str) -> Iterator[Finding]:
    """Refuse what is said of a role of the stack's own where `key` names one that exists."""
    if value is not None:
        message = f"is about a role that the stack makes, and {key} names one that exists"
        yield Finding(at, message, f"remove it, or {key}", "role-of-others")
