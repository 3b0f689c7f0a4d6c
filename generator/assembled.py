"""One environment, all the way from its checked spec to the text of its modules."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from generator.adoption.declared import undeclared
from generator.errors import SpecError, TemplateError
from generator.parts.framework.stack import derive
from generator.rendering.render import faults_of, render_stack

if TYPE_CHECKING:
    from collections.abc import Mapping

    from generator.model.loading.load import Environment
    from generator.parts.framework.stack import Stack
    from generator.rendering.engine import TemplateEngine


@dataclass(frozen=True, slots=True)
class Assembled:
    """One environment, from its spec to what terraform will read.

    Attributes:
        environment: the checked spec.
        stack: what was derived from it.
        files: rendered text by path.
    """

    environment: Environment
    stack: Stack
    files: Mapping[str, str]

    @property
    def name(self) -> str:
        """Name of the environment."""
        return self.environment.name


def assemble(engine: TemplateEngine, environment: Environment) -> Assembled:
    """Derive and render one environment.

    Raises:
        SpecError: it takes over what its modules do not have.
        TemplateError: a template is wrong; it names the places in the spec that the template line uses.
    """
    stack = derive(environment)
    try:
        made = Assembled(environment, stack, render_stack(engine, stack))
    except TemplateError as error:
        from generator.parts.framework.origins import origins_of  # noqa: PLC0415  # for errors only
        from generator.provenance.lines import with_origins  # noqa: PLC0415  # for errors only

        found = [error, *(() if error.is_limit else faults_of(engine, stack))]
        origins = origins_of(stack.catalog)
        raise TemplateError.joined(with_origins(each, engine, environment.merged, origins) for each in found) from error
    if environment.spec.adopted and (problems := list(undeclared(environment.merged, made.files))):
        raise SpecError(problems)
    return made
