"""Events as a server sends them, and whether the filters of a webhook let them start a build, as CodeBuild decides it.

https://docs.aws.amazon.com/codebuild/latest/userguide/github-webhook.html
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from generator.aws.webhook_patterns import Pattern
from generator.model.builds.sources import source_of
from generator.model.builds.starts import asked_trigger, filters

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from generator.model.environment import EnvironmentSpec
    from generator.parts.trigger.runner_section import Runner
    from generator.parts.trigger.section import Filters, Organization, PullRequests, Push, Releases

# What an event says where nothing is asked of it.
_ORDINARY: Final = {
    "HEAD_REF": "refs/heads/somewhere",
    "BASE_REF": "refs/heads/somewhere",
    "FILE_PATH": "some/file",
    "COMMIT_MESSAGE": "Some change",
    "ACTOR_ACCOUNT_ID": "99",
    "TAG_NAME": "some-tag",
    "RELEASE_NAME": "Some release",
    "REPOSITORY_NAME": "some-repository",
    "ORGANIZATION_NAME": "some-organization",
    "WORKFLOW_NAME": "Some workflow",
}
_MORE: Final = "55555"
# A folder's files and a message's other words may be anything.
_LOOSE: Final = frozenset({"FILE_PATH", "COMMIT_MESSAGE"})


class Event:
    """Something that happens at the server.

    Attributes:
        values: by filter type, EVENT among them.
        exact: filter types whose values the spec names, one by one.
        told: False where the spec asks for a regular expression alone, for which no value is known.
    """

    def __init__(self, name: str) -> None:
        self.values = {"EVENT": name, **_ORDINARY}
        self.exact: set[str] = set()
        self.told = True

    def ask(self, key: str, written: Iterable[str], prefix: str = "") -> Event:
        """Give `key` a value that passes what is asked of it."""
        return self.ask_one_of(key, [(prefix, text) for text in written])

    def ask_one_of(self, key: str, written: Iterable[tuple[str, str]]) -> Event:
        """Give `key` a value that passes one of several patterns, each with its prefix."""
        read = [(prefix, Pattern.read(text)) for prefix, text in written]
        asked = [(prefix, pattern) for prefix, pattern in read if not pattern.excludes]
        names = [prefix + pattern.text for prefix, pattern in asked if not pattern.is_regex]
        if names:
            self.values[key] = names[0] + ("a" if names[0].endswith("/") else "")
        elif asked:
            self.told = False
        if asked and len(names) == len(asked) and key not in _LOOSE:
            self.exact.add(key)
        return self

    def near_misses(self) -> Iterator[dict[str, str]]:
        """Yield events that have more before or behind a value than the spec names: what anchors are for."""
        for key in sorted(self.exact):
            yield {**self.values, key: self.values[key] + _MORE}
            yield {**self.values, key: _MORE + self.values[key]}


def starts(groups: Iterable[Iterable[dict[str, Any]]], values: dict[str, str]) -> bool:
    """Tell whether an event starts a build: it passes all filters of one group.

    Args:
        groups: `filterGroups` as CodeBuild answers them.
        values: what happened, by filter type.
    """
    return any(all(_passes(one, values) for one in group) for group in groups)


def _passes(one: dict[str, Any], values: dict[str, str]) -> bool:
    if one["type"] == "EVENT":
        return values["EVENT"] in {name.strip() for name in one["pattern"].split(",")}
    matched = re.search(one["pattern"], values[one["type"]]) is not None
    return matched is not bool(one.get("excludeMatchedPattern", False))


def expected_events(spec: EnvironmentSpec, name: str) -> list[Event]:
    """List one event for each way that the spec gives to start a build, as far as it is told by names."""
    runner, branch = spec.builds[name].runner, source_of(spec, name).version or ""
    found = [_job(runner)] if runner else []
    if trigger := asked_trigger(spec, name):
        asked = [event for each in filters(trigger).values() for event in _events(each, branch)]
        asked = asked or [Event("PUSH").ask("HEAD_REF", [branch], "refs/heads/")]
        found += [_at(event, trigger.organization) for event in asked]
    return [event for event in found if event.told]


def _events(each: Filters, branch: str) -> Iterator[Event]:
    if each.push:
        yield _push(each.push, branch)
    if each.pull_requests:
        yield _pull_request(each.pull_requests)
    if each.releases:
        yield _release(each.releases)


def _push(push: Push, branch: str) -> Event:
    refs = [("refs/heads/", text) for text in push.branches] + [("refs/tags/", text) for text in push.tags]
    return _content(Event("PUSH").ask_one_of("HEAD_REF", refs or [("refs/heads/", branch)]), push)


def _pull_request(asked: PullRequests) -> Event:
    event = Event(f"PULL_REQUEST_{asked.events[0].upper()}")
    event.ask("HEAD_REF", asked.branches, "refs/heads/").ask("BASE_REF", asked.targets, "refs/heads/")
    return _content(event, asked)


def _content(event: Event, asked: Push | PullRequests) -> Event:
    event.ask("FILE_PATH", asked.paths).ask("COMMIT_MESSAGE", asked.messages)
    return event.ask("ACTOR_ACCOUNT_ID", asked.actors)


def _release(asked: Releases) -> Event:
    event = Event(asked.events[0].upper()).ask("TAG_NAME", asked.tags).ask("RELEASE_NAME", asked.names)
    return event.ask("ACTOR_ACCOUNT_ID", asked.actors)


def _job(runner: Runner) -> Event:
    event = Event("WORKFLOW_JOB_QUEUED").ask("WORKFLOW_NAME", runner.workflows)
    if runner.enterprise:
        event.ask("ORGANIZATION_NAME", runner.enterprise.organizations)
    return _at(event, runner.enterprise or runner.organization)


def _at(event: Event, scope: Organization | None) -> Event:
    return event.ask("REPOSITORY_NAME", scope.repositories) if scope else event
