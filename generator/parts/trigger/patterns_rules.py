"""Rules of the patterns that a webhook filters by: every one compiles, and can match something."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from generator.aws.webhook_patterns import Pattern
from generator.model.builds.starts import filters, trigger_path
from generator.model.rules.finding import Finding

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from generator.model.environment import EnvironmentSpec
    from generator.model.rules.finding import Path
    from generator.parts.builds.section.build import Build
    from generator.parts.trigger.section import Filters, Organization

# https://git-scm.com/docs/git-check-ref-format
_NO_REF: Final = re.compile(r"refs/.*|[-/].*|.*(?:\.\.|//|@\{|[ ~^:?*\[\\]).*|.*(?:\.lock|/|\.)")
_REF: Final = re.compile(r"refs/(?:heads|tags)/(?=.)")
_NO_PATH: Final = re.compile(r"\.{0,2}/.*|.*[?*].*")
_NO_REPOSITORY: Final = re.compile(r".*[^A-Za-z0-9_.-].*")
# What a plain name cannot be, by the key that it stands below.
_IMPOSSIBLE: Final = {
    "branches": (_NO_REF, "is not a valid branch name"),
    "targets": (_NO_REF, "is not a valid branch name"),
    "tags": (_NO_REF, "is not a valid tag name"),
    "paths": (_NO_PATH, "is not a path from the root of the repository"),
    "repositories": (_NO_REPOSITORY, "is not a valid repository name, without its owner"),
    "organizations": (_NO_REPOSITORY, "is not a valid organisation name"),
}
_KEYS: Final = ("branches", "tags", "targets", "paths", "messages", "names")


def patterns(_: str, spec: EnvironmentSpec) -> Iterator[Finding]:
    """Each pattern of a trigger or a runner is a possible name, or a regular expression that compiles."""
    for name, build in spec.builds.items():
        for path, written in _of_build(name, build):
            yield from _faults(path, written)


def _of_build(build_name: str, build: Build) -> Iterator[tuple[Path, list[str]]]:
    at = ("builds", build_name)
    if trigger := build.trigger:
        for name, each in filters(trigger).items():
            yield from _of_filters(trigger_path(build_name, name), each)
        yield from _of_scope((*at, "trigger", "organization"), trigger.organization)
    if runner := build.runner:
        yield (*at, "runner", "workflows"), runner.workflows
        yield from _of_scope((*at, "runner", "organization"), runner.organization)
        yield from _of_scope((*at, "runner", "enterprise"), runner.enterprise)
        if runner.enterprise:
            yield (*at, "runner", "enterprise", "organizations"), runner.enterprise.organizations


def _of_filters(at: Path, each: Filters) -> Iterator[tuple[Path, list[str]]]:
    for kind in ("push", "pull_requests", "releases"):
        section = getattr(each, kind)
        yield from (((*at, kind, key), getattr(section, key)) for key in _KEYS if hasattr(section, key))


def _of_scope(at: Path, scope: Organization | None) -> Iterator[tuple[Path, list[str]]]:
    if scope:
        yield (*at, "repositories"), scope.repositories


def _faults(path: Path, written: Iterable[str]) -> Iterator[Finding]:
    for index, text in enumerate(written):
        pattern = Pattern.read(text)
        if fault := pattern.fault():
            yield Finding((*path, index), fault, "correct it; it must match the whole, from start to end", "pattern")
        elif not pattern.is_regex and (reason := _impossible(str(path[-1]), pattern.text)):
            hint = "write it as at the server, or between slashes as a regular expression: /…/"
            if ref := _REF.match(pattern.text):
                hint = f"drop {ref[0]}: write {pattern.text[ref.end() :]}"
            yield Finding((*path, index), f"{reason}, and so matches nothing", hint, "pattern-name")


def _impossible(key: str, text: str) -> str:
    if not text:
        return "is empty"
    expression, reason = _IMPOSSIBLE.get(key, (None, ""))
    return reason if expression and expression.fullmatch(text) else ""
