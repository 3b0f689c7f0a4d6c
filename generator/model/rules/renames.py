"""Rules of what builds, reports and repositories were called before, and of labels: one owner for each name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from generator.language.nodes import dotted
from generator.model.names import Names
from generator.model.rules.finding import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from generator.model.environment import EnvironmentSpec
    from generator.model.rules.finding import Path


def builds(_: str, spec: EnvironmentSpec) -> Iterator[Finding]:
    """What a build or a report was called before is nothing that there is now, and belongs to one of them."""
    former: dict[Path, Sequence[str]] = {("builds", key): build.formerly for key, build in spec.builds.items()}
    yield from _former(former, {key: ("builds", key) for key in spec.builds}, "build")
    for key, build in spec.builds.items():
        at: Path = ("builds", key, "reports")
        given = {(*at, name): [_whole(key, each) for each in report.formerly] for name, report in build.reports.items()}
        yield from _former(given, {f"{key}/{name}": (*at, name) for name in build.reports}, "report")
        for name, report in build.reports.items():
            yield from _reports(spec, (*at, name), key, report.formerly)
            if report.name is not None and build.phases is None:
                message = "a buildspec in the repository finds its report group by <project>-<report> alone"
                yield Finding((*at, name, "name"), message, "remove name, or give phases", "report-name")


def labels(environment: str, spec: EnvironmentSpec) -> Iterator[Finding]:
    """No two builds share folders and log streams."""
    seen: dict[str, str] = {}
    for key, label in sorted(Names.of(environment, spec).labels.items(), key=lambda item: item[0] != item[1]):
        other = seen.setdefault(label, key)
        if other != key:
            message = f"{label} is what the folders and log streams of build {other} are called"
            yield Finding(("builds", key, "names", "label"), message, "give it a label of its own", "same-label")


def registry(environment: str, spec: EnvironmentSpec) -> Iterator[Finding]:
    """Names of repositories, and what they were called before, are about repositories that there are."""
    section = spec.registry
    if section is None:
        return
    at: Path = ("registry", "formerly")
    for where in ("names", "formerly"):
        for name in getattr(section, where):
            if name not in section.repositories:
                hint = f"repositories: {', '.join(section.repositories)}"
                yield Finding(("registry", where, name), f"there is no repository {name}", hint, "unknown-repository")
    present: dict[str, Path] = dict.fromkeys(section.repositories, ("registry", "repositories"))
    yield from _former({(*at, name): former for name, former in section.formerly.items()}, present, "repository", "")
    names, seen = Names.of(environment, spec), dict[str, str]()
    for name in sorted(section.repositories, key=lambda each: each in section.names):
        other = seen.setdefault(names.repository(name), name)
        if other != name:
            message = f"{names.repository(name)} is what ECR knows repository {other} by"
            yield Finding(("registry", "names", name), message, "give it a name of its own", "given-name-twice")


def _whole(build: str, former: str) -> str:
    return former if "/" in former else f"{build}/{former}"


def _reports(spec: EnvironmentSpec, at: Path, build: str, formerly: Sequence[str]) -> Iterator[Finding]:
    for index, former in enumerate(formerly):
        of = former.rpartition("/")[0]
        if of and of not in (build, *spec.builds[build].formerly):
            hint = f"name one of: {', '.join([*spec.builds[build].formerly, build])}"
            yield Finding((*at, "formerly", index), f"the build was never called {of}", hint, "formerly-of-another")


def _former(
    given: Mapping[Path, Sequence[str]], present: Mapping[str, Path], noun: str, key: str = "formerly"
) -> Iterator[Finding]:
    owners: dict[str, Path] = {}
    for path, formerly in given.items():
        for index, name in enumerate(formerly):
            at = (*path, *([key] if key else ()), index)
            if name in present:
                message = f"{name} is a {noun} that there is now, so nothing of it can become another's"
                hint = "remove it here, once every state has moved; or rename that one"
                yield Finding(at, message, hint, "formerly-present")
            elif name in owners:
                message = f"{name} is said of {dotted(owners[name])} as well, and can become only one of them"
                yield Finding(at, message, "keep one of them", "formerly-twice")
            owners.setdefault(name, path)
