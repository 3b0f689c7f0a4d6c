"""Where resources go in the state when what keys them in the spec is called something else.

A part says which of its resources are keyed by what; the spec says what each of these was called before (`formerly`).
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from generator.model.environment import EnvironmentSpec

# What the spec names and resources are keyed by: a build, a report of a build, a policy that a build's role gets, a
# repository.
By = Literal["build", "report", "policy", "repository"]


@dataclass(frozen=True, slots=True)
class Keyed:
    """A resource of a module that has one instance for each of something that the spec names.

    Attributes:
        resource: its type and name: `aws_codebuild_project.this`.
        by: what its instances are keyed by.
        feature: of the module's shape, without which it is not there; "" where it always is.
    """

    resource: str
    by: By = "build"
    feature: str = ""

    @property
    def type(self) -> str:
        """Type of the resource."""
        return self.resource.partition(".")[0]

    @property
    def name(self) -> str:
        """Name of the resource in its module."""
        return self.resource.partition(".")[2]


@dataclass(frozen=True, slots=True)
class MoveContext:
    """One instance that a state may hold under an earlier key."""

    module: str
    type: str
    name: str
    before: str
    after: str


def moves(
    spec: EnvironmentSpec, keyed: Mapping[str, Sequence[Keyed]], shapes: Mapping[str, object]
) -> list[MoveContext]:
    """List the moves of an environment.

    Args:
        spec: the whole of the spec.
        keyed: the resources of each module that have keys.
        shapes: of the modules that the environment has.
    """
    steps = {
        by: list(itertools.chain.from_iterable(map(itertools.pairwise, chains(spec)))) for by, chains in CHAINS.items()
    }
    return [
        MoveContext(module, each.type, each.name, before, after)
        for module, resources in keyed.items()
        if module in shapes
        for each in resources
        if not each.feature or getattr(shapes[module], each.feature)
        for before, after in steps[each.by]
    ]


def _builds(spec: EnvironmentSpec) -> Iterator[list[str]]:
    for key, build in sorted(spec.builds.items()):
        yield [*build.formerly, key]


def _policies(spec: EnvironmentSpec) -> Iterator[list[str]]:
    for key, build in sorted(spec.builds.items()):
        for policy in build.permissions.policies if build.permissions else ():
            yield [f"{name} {policy.arn}" for name in (*build.formerly, key)]


def _repositories(spec: EnvironmentSpec) -> Iterator[list[str]]:
    if spec.registry:
        for name in sorted(spec.registry.repositories):
            yield [*spec.registry.formerly.get(name, ()), name]


def _reports(spec: EnvironmentSpec) -> Iterator[list[str]]:
    for key, build in sorted(spec.builds.items()):
        for name, report in sorted(build.reports.items()):
            yield report_chain([*build.formerly, key], report.formerly, name)


def report_chain(builds: Sequence[str], formerly: Iterable[str], name: str) -> list[str]:
    """Return the keys of a report in the order in which it had them.

    Args:
        builds: what its build was called, the present name last.
        formerly: what the report was called: `unit`, or `main/unit` where the build was called otherwise then.
        name: what it is called.
    """
    given = [(build or builds[-1], report) for build, _, report in (each.rpartition("/") for each in formerly)]
    keys: list[str] = []
    for position, build in enumerate(builds):
        here = [report for of, report in given if of == build]
        later = [report for of, report in given if of in builds[position + 1 :]]
        keys += [f"{build}/{report}" for report in (*here, later[0] if later else name)]
    return keys


CHAINS: Final[Mapping[By, Callable[[EnvironmentSpec], Iterator[list[str]]]]] = {
    "build": _builds,
    "report": _reports,
    "policy": _policies,
    "repository": _repositories,
}
