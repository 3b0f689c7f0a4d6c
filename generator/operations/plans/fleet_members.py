"""From the names of environments to members of a fleet: rendered in memory, nothing is written."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from generator.assembled import Assembled, assemble
from generator.fleet.member import member_of
from generator.operations.inputs.assembly import Assembly

if TYPE_CHECKING:
    from collections.abc import Sequence

    from generator.fleet.member import Member
    from generator.rendering.engine import TemplateEngine
    from generator.workspace import Workspace


@dataclass(frozen=True, slots=True)
class PreparedMember(Assembled):
    """One environment, and what is planned of it.

    Attributes:
        member: what is planned.
    """

    member: Member


@dataclass(frozen=True, slots=True)
class PreparedFleet:
    """Environments that were rendered with the same templates.

    Attributes:
        engine: the templates.
        environments: in the order of their names as given.
    """

    engine: TemplateEngine
    environments: list[PreparedMember]

    @property
    def members(self) -> list[Member]:
        """What is planned."""
        return [prepared.member for prepared in self.environments]


def prepare(workspace: Workspace, names: Sequence[str], *, alone: bool = False) -> PreparedFleet:
    """Load, derive and render environments.

    Args:
        workspace: where.
        names: environments that have a spec.
        alone: do not judge what they claim against all others of the workspace.

    Raises:
        SpecError: with the problems of all specs.
        TemplateError: a template is wrong.
    """
    assembly = Assembly(workspace)
    environments = assembly.load(names, alone=alone)
    return PreparedFleet(
        assembly.engine, [_prepared(workspace, assemble(assembly.engine, each)) for each in environments]
    )


def _prepared(workspace: Workspace, made: Assembled) -> PreparedMember:
    spec = made.environment.spec
    member = member_of(workspace, made.name, account=spec.account, region=spec.region, files=made.files)
    return PreparedMember(made.environment, made.stack, made.files, member)
