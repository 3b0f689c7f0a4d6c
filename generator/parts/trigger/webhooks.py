"""The filter groups of a webhook, in CodeBuild's words, from the trigger or the runner of a build."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, get_args

from generator.aws.webhook_patterns import Pattern, anchored, literal
from generator.model.builds.starts import filters
from generator.parts.trigger.section import PullRequestEvent, Push

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from generator.parts.trigger.runner_section import Runner
    from generator.parts.trigger.section import Filters, Organization, PullRequests, Releases, Trigger

_HEADS: Final = "refs/heads/"
_TAGS: Final = "refs/tags/"
_ANYTHING: Final = r"[\s\S]*"


@dataclass(frozen=True, slots=True)
class FilterGroup:
    """One way to start a build: an event passes that matches all of `match`, and none of `exclude`.

    Attributes:
        match: regular expression by filter type; of EVENT a list of events.
        exclude: the same.
    """

    match: dict[str, str]
    exclude: dict[str, str]


def trigger_groups(trigger: Trigger, branch: str) -> list[FilterGroup]:
    """Return the filter groups of a trigger; a push of `branch` where it names no event."""
    where = _repositories(trigger.organization)
    groups = [group for each in filters(trigger).values() for group in _groups(each, branch, where)]
    return groups or [_push(Push(), branch, where)]


def runner_group(runner: Runner) -> FilterGroup:
    """Return the filter group of a runner: the jobs that wait for one."""
    scope = runner.enterprise or runner.organization
    organizations = runner.enterprise.organizations if runner.enterprise else []
    return _group(
        "WORKFLOW_JOB_QUEUED",
        WORKFLOW_NAME=_names(runner.workflows),
        ORGANIZATION_NAME=_names(organizations),
        REPOSITORY_NAME=_repositories(scope),
    )


@dataclass(frozen=True, slots=True)
class _Filter:
    """What one filter type is to match and not to match, as regular expressions."""

    match: list[str]
    exclude: list[str]

    @classmethod
    def of(cls, written: Iterable[str], express: Callable[[Pattern], str]) -> _Filter:
        patterns = [Pattern.read(text) for text in written]
        return cls(
            [express(pattern) for pattern in patterns if not pattern.excludes],
            [express(pattern) for pattern in patterns if pattern.excludes],
        )


def _groups(each: Filters, branch: str, where: _Filter) -> Iterator[FilterGroup]:
    if each.push:
        yield _push(each.push, branch, where)
    if each.pull_requests:
        yield _pull_requests(each.pull_requests, where)
    if each.releases:
        yield _releases(each.releases, where)


def _push(push: Push, branch: str, where: _Filter) -> FilterGroup:
    heads, tags = _names(push.branches, _HEADS), _names(push.tags, _TAGS)
    # Where only some are excluded, all others are meant.
    match = [
        *(heads.match or ([f"{_HEADS}.+"] if heads.exclude else [])),
        *(tags.match or ([f"{_TAGS}.+"] if tags.exclude else [])),
    ]
    return _group(
        "PUSH",
        HEAD_REF=_Filter(match or [literal(f"{_HEADS}{branch}")], [*heads.exclude, *tags.exclude]),
        FILE_PATH=_paths(push.paths),
        COMMIT_MESSAGE=_messages(push.messages),
        ACTOR_ACCOUNT_ID=_actors(push.actors),
        REPOSITORY_NAME=where,
    )


def _pull_requests(asked: PullRequests, where: _Filter) -> FilterGroup:
    events = [event for event in get_args(PullRequestEvent) if event in asked.events]
    return _group(
        ", ".join(f"PULL_REQUEST_{event.upper()}" for event in events),
        HEAD_REF=_names(asked.branches, _HEADS),
        BASE_REF=_names(asked.targets, _HEADS),
        FILE_PATH=_paths(asked.paths),
        COMMIT_MESSAGE=_messages(asked.messages),
        ACTOR_ACCOUNT_ID=_actors(asked.actors),
        REPOSITORY_NAME=where,
    )


def _releases(asked: Releases, where: _Filter) -> FilterGroup:
    return _group(
        ", ".join(event.upper() for event in sorted(set(asked.events), reverse=True)),
        TAG_NAME=_names(asked.tags),
        RELEASE_NAME=_names(asked.names),
        ACTOR_ACCOUNT_ID=_actors(asked.actors),
        REPOSITORY_NAME=where,
    )


def _group(events: str, **by_type: _Filter) -> FilterGroup:
    match = {name: anchored(each.match) for name, each in by_type.items() if each.match}
    exclude = {name: anchored(each.exclude) for name, each in by_type.items() if each.exclude}
    return FilterGroup({"EVENT": events, **match}, exclude)


def _names(written: Iterable[str], prefix: str = "") -> _Filter:
    return _Filter.of(written, lambda pattern: prefix + pattern.expression)


def _paths(written: Iterable[str]) -> _Filter:
    return _Filter.of(written, lambda pattern: pattern.path_expression)


def _messages(written: Iterable[str]) -> _Filter:
    def express(pattern: Pattern) -> str:
        return pattern.expression if pattern.is_regex else f"{_ANYTHING}{pattern.expression}{_ANYTHING}"

    return _Filter.of(written, express)


def _actors(written: Iterable[str]) -> _Filter:
    return _Filter([literal(actor) for actor in written], [])


def _repositories(scope: Organization | None) -> _Filter:
    return _names(scope.repositories if scope else ())
