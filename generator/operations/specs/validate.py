"""Validate: every problem of specs and of what lies beside them, at once; no terraform."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from generator.errors import SpecError, TemplateError
from generator.model.folder import judge_folder, judge_root
from generator.operations.inputs.assembly import Assembly
from generator.operations.inputs.unread import selected
from generator.parts.catalog import OURS
from generator.parts.own.catalog import workspace_catalog
from generator.problems import Problem
from generator.rendering.overrides import additions, judge_templates
from generator.workspace import bundled_templates

if TYPE_CHECKING:
    from collections.abc import Sequence

    from generator.model.loading.load import Environment
    from generator.workspace import Workspace

# Of more, a render tells.
_RENDERED: Final = 10


@dataclass(frozen=True, slots=True)
class ValidationResult:
    """What is wrong.

    Attributes:
        names: environments that were checked.
        problems: errors and warnings, each once.
    """

    names: Sequence[str]
    problems: Sequence[Problem]

    @property
    def ok(self) -> bool:
        """Whether there is no error."""
        return not any(problem.severity == "error" for problem in self.problems)


def validate(workspace: Workspace, patterns: Sequence[str] = ()) -> ValidationResult:
    """Check the specs of environments, against those of all others too.

    Args:
        workspace: where.
        patterns: names and globs of environments; none for all.
    """
    names = selected(workspace, patterns)
    try:
        environments = Assembly(workspace).load(names)
    except SpecError as error:
        problems: Sequence[Problem] = error.problems
    else:
        from generator.claims.moved_states import moved_states  # noqa: PLC0415  # the model, which is loaded by now

        warnings = [warning for environment in environments for warning in environment.warnings]
        problems = [*warnings, *moved_states(workspace, environments)]
        problems += _of_render(workspace, environments)
    # A selection was checked without the rest of the folder, which may hold what was meant by it.
    lying = (*judge_root(workspace), *judge_folder(workspace), *judge_templates(workspace), *additions(workspace))
    # What a base says is warned of once, however many environments extend it.
    return ValidationResult(names, list(dict.fromkeys([*problems, *lying])))


def _of_render(workspace: Workspace, environments: Sequence[Environment]) -> Sequence[Problem]:
    """Render some environments where that can go wrong: templates are not ours, or something is taken over."""
    is_ours = workspace.template_folders == (bundled_templates(),) and workspace_catalog(workspace) is OURS
    chosen = [each for each in environments if each.spec.adopted or not is_ours][:_RENDERED]
    if not chosen:
        return []
    try:
        Assembly(workspace).render(chosen)
    except SpecError as error:
        return error.problems
    except TemplateError as error:
        return [
            Problem(each.place, "", str(each.args[0]), each.hint, rule="template") for each in (error, *error.others)
        ]
    return []
