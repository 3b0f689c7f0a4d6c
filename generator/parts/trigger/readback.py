"""Reads back the webhooks, and tries them with events that should start a build and with some that should not."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from generator.model.builds.sources import source_of
from generator.model.builds.starts import webhook_builds
from generator.parts.trigger.webhook_events import expected_events, starts
from generator.readback.check import Check

if TYPE_CHECKING:
    from collections.abc import Iterator

    from generator.parts.builds.section.build import Build
    from generator.readback.expectation import Expectation


def checks(expected: Expectation) -> Iterator[Check]:
    """Compare every build's webhook with the spec."""
    names, wanted = expected.names.projects, webhook_builds(expected.spec)
    answer = expected.clients.ask("codebuild", "batch_get_projects", names=sorted(names.values())) or {}
    found = {project["name"]: project.get("webhook") for project in answer.get("projects", [])}
    for key, name in sorted(names.items()):
        check, webhook = partial(Check, f"CodeBuild webhook of {name}"), found.get(name)
        if key in wanted or webhook is not None:
            yield check("exists", key in wanted, webhook is not None, f"builds.{key}")
        if key in wanted and webhook is not None:
            yield from _webhook(check, key, expected, webhook)


def _webhook(check: partial[Check], key: str, expected: Expectation, webhook: dict[str, Any]) -> Iterator[Check]:
    build = expected.spec.builds[key]
    at, groups = f"builds.{key}", webhook.get("filterGroups", [])
    kind = build.trigger.build_type if build.trigger else "build"
    yield check("starts a", {"build": "BUILD", "batch": "BUILD_BATCH"}[kind], webhook.get("buildType", "BUILD"), at)
    patterns = [one["pattern"] for group in groups for one in group if one["type"] != "EVENT"]
    loose = [pattern for pattern in patterns if not (pattern.startswith("^") and pattern.endswith("$"))]
    yield check("patterns without anchors", [], loose, at)
    yield check("listens to", _scope(build), _found_scope(webhook), at)
    if "url" in webhook and _scope(build) == "the repository":
        # The address is kept from the webhook's making: one of another repository was left behind there.
        path = urlsplit(source_of(expected.spec, key).location or "").path.strip("/").removesuffix(".git")
        yield check("is at", path, path if f"/{path}/hooks/" in webhook["url"] else webhook["url"], at)
    events = expected_events(expected.spec, key)
    started = [event.values for event in events if starts(groups, event.values)]
    yield check("starts for", [event.values for event in events], started, at)
    missed = [values for event in events for values in event.near_misses()]
    yield check("starts for what is only similar", [], [values for values in missed if starts(groups, values)], at)


def _scope(build: Build) -> str:
    if build.runner and build.runner.enterprise:
        return f"enterprise {build.runner.enterprise.name}"
    holder = build.runner or build.trigger
    return f"organization {holder.organization.name}" if holder and holder.organization else "the repository"


def _found_scope(webhook: dict[str, Any]) -> str:
    scope = webhook.get("scopeConfiguration")
    if not scope:
        return "the repository"
    words = {"GITHUB_GLOBAL": "enterprise", "GITHUB_ORGANIZATION": "organization", "GITLAB_GROUP": "organization"}
    return f"{words[scope['scope']]} {scope['name']}"
