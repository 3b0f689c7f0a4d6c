"""Rules of triggers: what the server can tell CodeBuild, and what would never start a build."""

from __future__ import annotations

from typing import TYPE_CHECKING

from generator.model.builds.sign_in import GITHUB, PROVIDERS, sign_in
from generator.model.builds.sources import source_of
from generator.model.builds.starts import filters, trigger_path
from generator.model.rules.finding import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from generator.model.environment import EnvironmentSpec
    from generator.model.rules.finding import Path
    from generator.parts.trigger.section import Filters, Trigger


def triggers(_: str, spec: EnvironmentSpec) -> Iterator[Finding]:
    """Each trigger asks for what the source's server can do."""
    for name, build in spec.builds.items():
        trigger, path = build.trigger, ("builds", name, "trigger")
        if trigger is None:
            continue
        if trigger.manual:
            yield from _manual(path, trigger)
        elif (server := source_of(spec, name).type) not in PROVIDERS:
            message = f"a source of type {server} sends no events to CodeBuild"
            hint = "remove it; start the build by schedule, pipeline or hand"
            yield Finding(path, message, hint, "trigger-source")
        else:
            yield from _webhook(path, trigger, server, spec)
            if trigger.build_type == "batch" and build.batch is None:
                yield Finding((*path, "build_type"), "the build has no batch", "add batch: {} to it", "trigger-batch")
            for group, each in filters(trigger).items():
                yield from _filters(trigger_path(name, group), each, server, named=bool(group))


def _manual(path: Path, trigger: Trigger) -> Iterator[Finding]:
    for key in ("push", "pull_requests", "releases", "also", "organization", "by_hand"):
        if getattr(trigger, key):
            message = "the build is started by hand alone, so this would never count"
            yield Finding((*path, key), message, f"remove {key}, or manual", "trigger-manual")


def _webhook(path: Path, trigger: Trigger, server: str, spec: EnvironmentSpec) -> Iterator[Finding]:
    if sign_in(spec) is None and spec.source.connection is None:
        yield Finding(
            path,
            "no webhook is rendered: CodeBuild cannot sign in at the server",
            "name a connection: source: {connection: {arn: …}}, or let the stack make one: source: {connection: {}}",
            "trigger-without-sign-in",
            "warning",
        )
    for key, able, what in (
        ("organization", server != "bitbucket", "webhooks of a whole organisation"),
        ("by_hand", server in GITHUB, "webhooks that are entered by hand"),
    ):
        if getattr(trigger, key) and not able:
            message = f"a server of type {server} has no {what}"
            yield Finding((*path, key), message, f"remove {key}", "trigger-server")


def _filters(path: Path, each: Filters, server: str, *, named: bool) -> Iterator[Finding]:
    if named and not (each.push or each.pull_requests or each.releases):
        message = "filters no event, so every event would start the build"
        yield Finding(path, message, "say push, pull_requests or releases, or remove it", "no-filter")
    if each.releases and server != "github":
        message = "only github.com tells CodeBuild of releases"
        yield Finding((*path, "releases"), message, "build pushes of tags: push: {tags: […]}", "trigger-server")
    if each.pull_requests and "reopened" in each.pull_requests.events and server not in GITHUB:
        message = "only GitHub tells CodeBuild of pull requests that are opened again"
        at = (*path, "pull_requests", "events", each.pull_requests.events.index("reopened"))
        yield Finding(at, message, "remove reopened", "trigger-server")
    if server != "bitbucket":
        for kind in ("push", "pull_requests", "releases"):
            actors = getattr(getattr(each, kind), "actors", ())
            for index, actor in enumerate(actors):
                if not actor.isdigit():
                    message = f"is not the ID of an account: a server of type {server} numbers them"
                    hint = "look it up, for example https://api.github.com/users/NAME, and write the number"
                    yield Finding((*path, kind, "actors", index), message, hint, "actor-id")
