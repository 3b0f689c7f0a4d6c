"""Coverage: which branches of templates no environment exercises, and which keys nothing reads."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from generator.model.documents.documentation import documentation
from generator.model.environment import spec_model
from generator.operations.inputs.assembly import Assembly
from generator.parts.framework.origins import origins_of
from generator.parts.framework.stack import derive
from generator.parts.own.catalog import workspace_catalog
from generator.provenance.template_coverage import measure

if TYPE_CHECKING:
    from collections.abc import Sequence

    from generator.operations.run import Run
    from generator.provenance.template_coverage import TemplateCoverage


@dataclass(frozen=True, slots=True)
class CoverageResult:
    """What was exercised.

    Attributes:
        names: environments that were rendered.
        templates: branches that ran, and values that were read.
        unused: keys of a spec that reach no template.
    """

    names: Sequence[str]
    templates: TemplateCoverage
    unused: Sequence[str]


def coverage(run: Run, patterns: Sequence[str] = ()) -> CoverageResult:
    """Render environments with every branch under observation.

    Args:
        run: the call.
        patterns: names and globs of environments; none for all.

    Raises:
        SpecError: a spec is wrong.
        TemplateError: a template is.
    """
    assembly = Assembly(run.workspace)
    names = run.workspace.select(patterns)
    environments = assembly.load(names, alone=True)
    with run.reporter.progress("rendering under observation"):
        found = measure(assembly.engine, map(derive, environments))
    catalog = workspace_catalog(run.workspace)
    keys = [".".join(path) for path in documentation(spec_model(catalog))]
    return CoverageResult(names, found, found.unread_spec_keys(keys, origins_of(catalog)))
