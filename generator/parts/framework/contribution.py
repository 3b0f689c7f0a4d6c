"""What a part asks of its neighbours: each kind of thing once, added up by the catalog.

All contributions are made first, from specs and names alone; modules receive the sum. So the policy of the key and the
log groups that need the key make no circle.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Final, Literal, TypeAlias

from generator.errors import TfstencilError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from generator.hcl.reference import Reference
    from generator.model.rules.finding import Path

# The services that publish to topics.
BUDGETS: Final = "budgets.amazonaws.com"
CLOUDWATCH: Final = "cloudwatch.amazonaws.com"
EVENTS: Final = "events.amazonaws.com"

Phase: TypeAlias = Literal["install", "pre_build", "build", "post_build"]


@dataclass(frozen=True, slots=True)
class BuildVariable:
    """A plain-text variable that a build gets; where the user sets one of that name, the user's counts.

    Attributes:
        build: key of the build.
        name: of the variable.
        value: as the build sees it.
    """

    build: str
    name: str
    value: str


@dataclass(frozen=True, slots=True)
class BuildCommands:
    """Commands around those of a build whose commands stand in the spec.

    Attributes:
        build: key of the build.
        phase: where they run.
        commands: one line each.
        at_end: whether they run after those of the build, rather than before.
    """

    build: str
    phase: Phase
    commands: tuple[str, ...]
    at_end: bool = False


@dataclass(frozen=True, slots=True)
class Permission:
    """What the role of a build may do beyond the core's statements.

    Attributes:
        build: key of the build.
        sid: of the statement; unique in the role.
        actions: in IAM's words.
        resources: ARNs; a reference where only AWS knows it.
        key: the key of the spec that it comes from.
        conditions: values by test and variable.
    """

    build: str
    sid: str
    actions: tuple[str, ...]
    resources: tuple[str | Reference, ...]
    key: Path
    conditions: Mapping[str, Mapping[str, tuple[str, ...]]] | None = None


@dataclass(frozen=True, slots=True)
class Contribution:
    """What one part asks of its neighbours, or all parts together.

    Attributes:
        log_groups: ARNs of log groups that the stack's key encrypts.
        services: service principals that use the stack's key by themselves, besides the publishers.
        topics: ARNs of the topics that messages go to.
        publishers: service principals that publish to these topics.
        endpoints: AWS services that builds in the network call: short names, as in `com.amazonaws.<region>.<name>`.
        variables: variables of builds.
        commands: commands of builds.
        permissions: what roles of builds may do.
    """

    log_groups: tuple[str, ...] = ()
    services: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    publishers: tuple[str, ...] = ()
    endpoints: tuple[str, ...] = ()
    variables: tuple[BuildVariable, ...] = ()
    commands: tuple[BuildCommands, ...] = ()
    permissions: tuple[Permission, ...] = ()


NOTHING = Contribution()


def total(contributions: Iterable[Contribution]) -> Contribution:
    """Add contributions up, in their order.

    Raises:
        TfstencilError: two of them set the same variable, or make statements of the same name, in one build.
    """
    every = list(contributions)
    _require_once("variable", [{(each.build, each.name) for each in one.variables} for one in every])
    _require_once("statement", [{(each.build, each.sid) for each in one.permissions} for one in every])
    return Contribution(
        **{each.name: tuple(item for one in every for item in getattr(one, each.name)) for each in fields(Contribution)}
    )


def _require_once(kind: str, named: Iterable[set[tuple[str, str]]]) -> None:
    seen: set[tuple[str, str]] = set()
    for pairs in named:
        for build, name in sorted(pairs & seen):
            message = f"two parts give build {build} the {kind} {name}"
            raise TfstencilError(message, hint="rename it in one of the parts")
        seen |= pairs
