"""For each line of a rendered file: the template line that made it, and the values of the spec that it shows."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from generator.errors import TemplateError, UsageError
from generator.problems import Place
from generator.provenance.context_keys import places_of
from generator.rendering.module_reference import BEGIN, README
from generator.rendering.render import module_jobs, module_texts, root_jobs
from generator.rendering.trace.engine import Piece, Traced, TracingEngine
from generator.rendering.trace.instrument import split_lines

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from generator.language.nodes import Node
    from generator.parts.framework.stack import Stack
    from generator.provenance.context_keys import SpecOrigin
    from generator.rendering.engine import TemplateEngine
    from generator.rendering.render import Job
    from generator.rendering.trace.engine import Keys


@dataclass(frozen=True, slots=True)
class LineOrigin:
    """Where one line of a rendered file comes from.

    Attributes:
        line: 1-based.
        template: template file and line.
        values: context paths of the values on the line; those of a module begin with `shapes.<module>`.
        conditions: context paths of what decided that the line is there.
    """

    line: int
    template: Place
    values: tuple[Keys, ...] = ()
    conditions: tuple[Keys, ...] = ()


def trace(engine: TemplateEngine, stack: Stack, path: str) -> list[LineOrigin]:
    """Tell where each line of a rendered file comes from.

    Args:
        engine: the templates; a `TracingEngine` serves several calls without compiling anew.
        stack: the environment.
        path: the file, as `render_stack` names it.

    Returns:
        One origin a line, in order.

    Raises:
        UsageError: the environment has no such file.
        TemplateError: it cannot be rendered.
    """
    tracer = engine if isinstance(engine, TracingEngine) else TracingEngine(engine)
    job = _job(tracer, stack, path)
    place = Place(job.source.display)
    if not job.source.is_template:
        return [LineOrigin(line, Place(place.file, line)) for line, _ in enumerate(split_lines(job.source.text), 1)]
    text = tracer.trace(job.source.name, job.context)
    prefix = ("shapes", job.module) if job.module else ()
    header = [LineOrigin(line, place) for line, _ in enumerate(split_lines(job.header), 1)]
    found = enumerate(_lines(text), len(header) + 1)
    lines = header + [_line_origin(line, pieces, place, prefix) for line, pieces in found]
    if PurePosixPath(path).name == README and job.module:
        return _with_reference(lines, text, module_texts(tracer, job.module, stack.shapes[job.module])[path])
    return lines


def _with_reference(lines: list[LineOrigin], text: str, whole: str) -> list[LineOrigin]:
    """Let each line of a module's reference come from the mark at which it stands."""
    shown, added = len(split_lines(text)), len(split_lines(whole)) - len(lines)
    marks = (line for line, each in enumerate(split_lines(text), len(lines) - shown + 1) if each.strip() == BEGIN)
    mark = next(marks, 0)
    if not mark or not added:
        return lines
    reference = [replace(lines[mark - 1], line=line) for line in range(mark + 1, mark + 1 + added)]
    return [*lines[:mark], *reference, *(replace(each, line=each.line + added) for each in lines[mark:])]


def span(origins: Sequence[LineOrigin]) -> LineOrigin:
    """Return the first of several lines with what all of them show."""
    values = dict.fromkeys(path for origin in origins for path in origin.values)
    conditions = dict.fromkeys(path for origin in origins for path in origin.conditions)
    return replace(origins[0], values=tuple(values), conditions=tuple(conditions))


def locate(origin: LineOrigin, merged: Node, origins: Mapping[str, Sequence[str]]) -> list[SpecOrigin]:
    """Return where the spec says what a line shows; where it shows nothing of it, what decided that it is there.

    Args:
        origin: of one line.
        merged: the environment's merged spec.
        origins: spec keys by context path, as `generator.parts.framework.origins.origins_of`.
    """
    return places_of(origin.values, merged, origins) or places_of(origin.conditions, merged, origins)


def with_origins(
    error: TemplateError, engine: TemplateEngine, merged: Node, origins: Mapping[str, Sequence[str]]
) -> TemplateError:
    """Add to an error of rendering the spec places of the values that its template line uses."""
    tracer = TracingEngine(engine)
    name = next((source.name for source in engine.library.sources.values() if source.display == error.place.file), "")
    if not name.endswith(".j2") or error.origins:
        return error
    try:
        tracer.template(name)
    except TemplateError:
        return error
    sites = [site for site in tracer.survey.sites if site.place == error.place]
    paths = [tuple(part if isinstance(part, str) else "*" for part in path) for site in sites for path in site.values]
    places = [found.place for found in places_of(paths, merged, origins)]
    return TemplateError(str(error.args[0]), error.place, origins=tuple(dict.fromkeys(places)), hint=error.hint)


def _job(engine: TemplateEngine, stack: Stack, path: str) -> Job:
    jobs = [*root_jobs(engine, stack)]
    for name, shape in stack.shapes.items():
        jobs += module_jobs(engine, name, shape)
    for job in jobs:
        if job.source.output == path:
            return job
    raise UsageError(f"{stack.environment} has no file {path}", hint="name a file that tfstencil renders")


def _lines(text: Traced) -> Iterable[list[Piece]]:
    line: list[Piece] = []
    for piece in text.pieces:
        line.append(piece)
        if piece.text.endswith("\n"):
            yield line
            line = []
    if line:
        yield line


def _line_origin(line: int, pieces: Sequence[Piece], fallback: Place, prefix: Keys) -> LineOrigin:
    def paths(groups: Iterable[tuple[Keys, ...]]) -> tuple[Keys, ...]:
        return tuple(dict.fromkeys((*prefix, *path) for group in groups for path in group))

    showing = [piece for piece in pieces if piece.origin.values]
    saying = [piece for piece in pieces if piece.text.strip()]
    place = next((piece.origin.template for piece in [*showing, *saying, *pieces]), None)
    values = paths(piece.origin.values for piece in pieces)
    return LineOrigin(line, place or fallback, values, paths(piece.origin.conditions for piece in pieces))
