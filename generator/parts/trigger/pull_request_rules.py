"""Rules of builds of pull requests: they run code that nobody has reviewed, and so have nothing that it could take.

https://docs.aws.amazon.com/codebuild/latest/userguide/webhooks.html#webhook-best-practices
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from generator.aws.webhook_patterns import Pattern
from generator.model.accepted import PRIVILEGED_PULL_REQUESTS, PULL_REQUESTS_OF_STRANGERS
from generator.model.builds.starts import asked_trigger, filters, trigger_path
from generator.model.rules.finding import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from generator.model.environment import EnvironmentSpec
    from generator.model.rules.finding import Path
    from generator.parts.builds.section.build import Build
    from generator.parts.trigger.section import Filters, PullRequests


def pull_requests(_: str, spec: EnvironmentSpec) -> Iterator[Finding]:
    """A build of pull requests is a build of its own, without privileges and secrets."""
    for name, build in spec.builds.items():
        trigger = asked_trigger(spec, name)
        ways = filters(trigger) if trigger else {}
        if any(each.pull_requests for each in ways.values()):
            yield from _alone(name, build, ways)
            yield from _strangers(name, build, ways)
            yield from _privileged(name, build, ways)
            yield from _harmless(("builds", name), build)
            yield from _token(spec)
            yield from _buildspec(name, build, ways)


def _alone(build_name: str, build: Build, ways: Mapping[str, Filters]) -> Iterator[Finding]:
    # Role, cache and artifacts belong to a build: a pull request could change what trusted code finds there.
    hint = "give pull requests a build of their own, under another name"
    for name, each in ways.items():
        for kind in ("push", "releases"):
            if getattr(each, kind):
                message = "would share role, cache and artifacts with pull requests, which are untrusted code"
                yield Finding((*trigger_path(build_name, name), kind), message, hint, "pull-request-shared")
    if build.schedule:
        message = "would share role, cache and artifacts with pull requests, which are untrusted code"
        yield Finding(("builds", build_name, "schedule"), message, hint, "pull-request-shared")


def _strangers(build_name: str, build: Build, ways: Mapping[str, Filters]) -> Iterator[Finding]:
    """Code of people whom nobody named runs only where that is accepted, and never with permissions."""
    for name, each in ways.items():
        if each.pull_requests and not each.pull_requests.actors:
            path = (*trigger_path(build_name, name), "pull_requests", "actors")
            message = "would run the code of anybody who opens a pull request"
            hint = f"list the accounts that may, or accept it: {_accepting(PULL_REQUESTS_OF_STRANGERS, build_name)}"
            yield Finding(path, message, hint, "pull-request-strangers", risk=PULL_REQUESTS_OF_STRANGERS)
    if build.permissions and _is_open(ways):
        message = "would be given to the code of anybody who opens a pull request"
        hint = "remove it from this build, or list actors"
        yield Finding(("builds", build_name, "permissions"), message, hint, "pull-request-permissions")


def _privileged(name: str, build: Build, ways: Mapping[str, Filters]) -> Iterator[Finding]:
    if build.privileged:
        message = "would make code of pull requests root on the build machine"
        hint, risk = "remove it from this build", ""
        if _is_open(ways):
            hint = "remove it from this build; it can be accepted for listed actors, or for events: [merged]"
        else:
            risk = PRIVILEGED_PULL_REQUESTS
            hint = f"remove it from this build, or accept it: {_accepting(risk, name)}"
        yield Finding(("builds", name, "privileged"), message, hint, "pull-request-privileged", risk=risk)


def _is_open(ways: Mapping[str, Filters]) -> bool:
    """Whether code runs that neither a person who is listed has written, nor anybody has merged."""
    asked = [each.pull_requests for each in ways.values() if each.pull_requests]
    return any(not each.actors and set(each.events) != {"merged"} for each in asked)


def _accepting(risk: str, build: str) -> str:
    return f'accepted: {{NAME: {{risk: {risk}, at: builds.{build}, reason: …, until: "YYYY-MM-DD"}}}}'


def _harmless(at: Path, build: Build) -> Iterator[Finding]:
    secrets = [("secrets", name) for name in build.secrets]
    for below in [*secrets, *([("registry_credential",)] if build.registry_credential else ())]:
        message = "could be read by code of pull requests"
        yield Finding((*at, *below), message, "remove it from this build", "pull-request-secret")
    for key, kept in (("fleet", "a machine of a fleet keeps"), ("file_systems", "a file system keeps")):
        if getattr(build, key):
            message = f"{kept} what code of pull requests leaves there, for whoever comes next"
            yield Finding((*at, key), message, "remove it from this build", "pull-request-kept")
    published = [
        ("package_repositories", index) for index, each in enumerate(build.package_repositories) if each.publish
    ]
    for below in [*published, *([("push_to",)] if build.push_to else ())]:
        message = "would let code of pull requests publish what others take for yours"
        yield Finding((*at, *below), message, "remove it from this build", "pull-request-publish")
    if not build.artifact.per_build and build.artifact.type != "none":
        message = "would let each pull request replace the artifact of the last build"
        yield Finding((*at, "artifact", "per_build"), message, "remove it from this build", "pull-request-kept")


def _token(spec: EnvironmentSpec) -> Iterator[Finding]:
    if spec.source.credential and spec.source.credential.secret:
        message = "could be read by code of pull requests: a build's role must be able to read the token"
        hint = "use a connection, or a credential that the account has already"
        yield Finding(("source", "credential", "secret"), message, hint, "pull-request-token")


def _buildspec(build_name: str, build: Build, ways: Mapping[str, Filters]) -> Iterator[Finding]:
    if build.phases is not None:
        return
    buildspec = build.buildspec or "buildspec.yml"
    for name, each in ways.items():
        if each.pull_requests and not _excludes(each.pull_requests, buildspec):
            path = (*trigger_path(build_name, name), "pull_requests", "paths")
            message = f"a pull request could bring its own {buildspec}, and so its own commands"
            hint = f'write the commands here as phases, or exclude the file: paths: ["!{buildspec}"]'
            yield Finding(path, message, hint, "pull-request-buildspec")


def _excludes(asked: PullRequests, buildspec: str) -> bool:
    patterns = [Pattern.read(text) for text in asked.paths]
    sound = [pattern for pattern in patterns if pattern.excludes and not pattern.fault()]
    return any(re.fullmatch(pattern.path_expression, buildspec) for pattern in sound)
