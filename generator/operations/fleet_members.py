"""From the names of environments to members of a fleet: rendered in memory, nothing is written."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from generator.derivation.stack import derive
from generator.fleet.member import member_of
from generator.rendering.engine import TemplateEngine
from generator.rendering.render import render_stack
from generator.spec.environment import load_environments

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from generator.derivation.stack import Stack
    from generator.fleet.member import Member
    from generator.spec.environment import Environment
    from generator.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Prepared:
    """One environment, from its spec to what terraform will read.

    Attributes:
        environment: the checked spec.
        stack: what was derived from it.
        files: rendered text by path.
        member: what is planned.
    """

    environment: Environment
    stack: Stack
    files: Mapping[str, str]
    member: Member

    @property
    def name(self) -> str:
        """Name of the environment."""
        return self.environment.name


@dataclass(frozen=True, slots=True)
class PreparedFleet:
    """Environments that were rendered with the same templates.

    Attributes:
        engine: the templates.
        environments: in the order of their names as given.
    """

    engine: TemplateEngine
    environments: list[Prepared]

    @property
    def members(self) -> list[Member]:
        """What is planned."""
        return [prepared.member for prepared in self.environments]


def prepare(workspace: Workspace, names: Sequence[str]) -> PreparedFleet:
    """Load, derive and render environments.

    Raises:
        SpecError: with the problems of all specs.
        TemplateError: a template is wrong.
    """
    environments = load_environments(workspace, names)
    engine = TemplateEngine.of(workspace)
    prepared: list[Prepared] = []
    for environment in environments:
        stack = derive(environment)
        files = render_stack(engine, stack)
        spec = environment.spec
        member = member_of(workspace, environment.name, account=spec.account, region=spec.region, files=files)
        prepared.append(Prepared(environment, stack, files, member))
    return PreparedFleet(engine, prepared)
