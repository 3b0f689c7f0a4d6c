"""From a line of HCL that terraform complains about to the line of the template, and to that of the spec."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from generator.errors import TfstencilError
from generator.parts.framework.origins import origins_of
from generator.parts.framework.stack import derive
from generator.provenance.context_keys import together
from generator.provenance.lines import locate, span, trace
from generator.rendering.trace.engine import TracingEngine

if TYPE_CHECKING:
    from generator.diagnostics import Diagnostic
    from generator.errors import TerraformError
    from generator.language.nodes import Node
    from generator.operations.inputs.assembly import Assembly
    from generator.parts.framework.stack import Stack
    from generator.provenance.context_keys import SpecOrigin
    from generator.provenance.lines import LineOrigin

_MOST_SHOWN: Final = 5


def led_back(error: TerraformError, assembly: Assembly, name: str) -> TerraformError:
    """Return the error with the template and the spec line of each place in it.

    Args:
        error: what terraform said, with diagnostics.
        assembly: of the workspace.
        name: the environment that terraform worked on.
    """
    head, *_ = str(error).split("\n", 1)
    found = _places(error.diagnostics, assembly, name)
    return error.retold("\n".join([head, *map(str, found)]), found)


def _places(diagnostics: tuple[Diagnostic, ...], assembly: Assembly, name: str) -> list[Diagnostic]:
    try:
        (environment,) = assembly.load([name], alone=True)
    except TfstencilError:
        # The spec is gone (an environment that is being destroyed): what terraform said is all there is.
        return list(diagnostics)
    stack, engine = derive(environment), TracingEngine(assembly.engine)
    folder = assembly.workspace.relative(assembly.workspace.modules_out / name)
    found: list[Diagnostic] = []
    for diagnostic in diagnostics:
        try:
            lines = trace(engine, stack, diagnostic.file)[
                diagnostic.line - 1 : max(diagnostic.last_line, diagnostic.line)
            ]
        except TfstencilError:
            lines = []
        if not lines or not diagnostic.line:
            # In no file of ours: an override, or no file at all.
            found.append(diagnostic)
            continue
        specs = [f"spec      {place.place}  {place.key}" for place in _specs(lines, environment.merged, stack)]
        template = lines[0].template
        origins = (f"template  {template.file}:{template.line}", *specs)
        found.append(replace(diagnostic, file=f"{folder}/{diagnostic.file}", origins=origins))
    return found


def _specs(lines: list[LineOrigin], merged: Node, stack: Stack) -> list[SpecOrigin]:
    """Locate what the lines of one diagnostic show: each value, or of many the one that holds them all."""
    places = locate(span(lines), merged, origins_of(stack.catalog))
    whole = together(places, merged) if len(places) > _MOST_SHOWN else None
    return [whole] if whole else places[:_MOST_SHOWN]
