"""The lines of specs and templates behind what an environment says otherwise."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from generator.assembled import assemble
from generator.errors import TfstencilError
from generator.parts.framework.origins import origins_of
from generator.provenance.lines import locate, trace
from generator.rendering.trace.engine import TracingEngine

if TYPE_CHECKING:
    from collections.abc import Sequence

    from generator.affected.repository import ChangedLines
    from generator.assembled import Assembled
    from generator.operations.inputs.assembly import Assembly
    from generator.operations.rendered.affected import Affected, Because
    from generator.provenance.lines import LineOrigin


def with_origins(assembly: Assembly, found: Sequence[Affected], changed: ChangedLines) -> list[Affected]:
    """Add to each reason the changed line of the spec, or else of the template, that is behind it.

    Args:
        assembly: of the workspace.
        found: what is affected.
        changed: the changed lines of files, relative to the workspace.
    """
    known = [each for each in found if any(because.difference for because in each.because)]
    environments = {each.name: each for each in assembly.load([each.name for each in known], alone=True)}
    tracer = TracingEngine(assembly.engine)
    result = []
    for each in found:
        if each.name not in environments:
            result.append(each)
            continue
        source = _Source(tracer, assemble(assembly.engine, environments[each.name]), changed, assembly)
        result.append(replace(each, because=tuple(source.of(because) for because in each.because)))
    return result


class _Source:
    """Where the lines of one environment come from."""

    def __init__(self, tracer: TracingEngine, made: Assembled, changed: ChangedLines, assembly: Assembly) -> None:
        self._tracer = tracer
        self._made = made
        self._known = origins_of(made.stack.catalog)
        self._changed = changed
        self._relative = assembly.workspace.relative
        self._traced: dict[str, list[LineOrigin]] = {}

    def of(self, because: Because) -> Because:
        difference = because.difference
        if difference is None or because.files:
            return because
        origin = self._line(difference.file, difference.line)
        if origin is None:
            return replace(because, files=self._sources())
        places = [(each.place, each.key) for each in locate(origin, self._made.environment.merged, self._known)]
        ours = tuple((place, key) for place, key in places if self._changed.holds(place.file, place.line))
        if ours:
            return replace(because, places=ours, files=tuple(dict.fromkeys(place.file for place, _ in ours)))
        template = origin.template
        if self._changed.holds(template.file, template.line):
            return replace(because, template=template, files=(template.file,))
        return replace(because, files=self._sources(), template=template, places=tuple(places))

    def _line(self, file: str, line: int) -> LineOrigin | None:
        """Return the origin of a line that is rendered now; None where the line or the file is not."""
        if not line or file not in self._made.files:
            return None
        if file not in self._traced:
            try:
                self._traced[file] = trace(self._tracer, self._made.stack, file)
            except TfstencilError:
                return None
        lines = self._traced[file]
        return lines[line - 1] if line <= len(lines) else None

    def _sources(self) -> tuple[str, ...]:
        """Return the changed specs that the environment is made of."""
        names = (self._relative(path) for path in self._made.environment.sources)
        return tuple(name for name in names if name in self._changed.files)
