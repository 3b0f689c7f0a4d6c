"""What the templates can do that no environment makes them do, and what they are given that none of them reads."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, is_dataclass, replace
from typing import TYPE_CHECKING

from generator.provenance.context_keys import ANY, fits
from generator.rendering.render import module_jobs, root_jobs
from generator.rendering.trace.engine import TracingEngine

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from generator.parts.framework.stack import Stack
    from generator.rendering.engine import TemplateEngine
    from generator.rendering.trace.engine import Keys
    from generator.rendering.trace.instrument import Branch


@dataclass(frozen=True, slots=True)
class TemplateCoverage:
    """Coverage of the templates by a set of environments.

    Attributes:
        branches: every branch of every template, in the order of the files.
        missed: those that no environment runs.
        printed: context paths that templates print, with all that is below them; `*` stands for any key.
        tested: context paths that conditions and loops look at.
        unread: context paths that no template reads; those of a module begin with `shapes.<module>`.
    """

    branches: tuple[Branch, ...]
    missed: tuple[Branch, ...]
    printed: frozenset[str]
    tested: frozenset[str]
    unread: tuple[str, ...]

    def reads(self, path: str) -> bool:
        """Say whether a template reads the context path, or something that it is a part of."""
        keys = path.split(".")
        above = any(fits(keys[: len(names)], names) for names in (read.split(".") for read in self.printed))
        return above or any(fits(keys, read.split(".")) for read in self.tested)

    def unread_spec_keys(self, keys: Iterable[str], origins: Mapping[str, Sequence[str]]) -> list[str]:
        """Return those of the spec's keys that reach no template.

        Args:
            keys: dotted keys of the spec, `*` for any key.
            origins: spec keys by context path, as `generator.parts.framework.origins.origins_of`.
        """
        live = {key for path, sources in origins.items() if self._is_live(path) for key in sources}
        used = [key.split(".") for key in live]
        return [key for key in keys if not any(_related(key.split("."), other) for other in used)]

    def _is_live(self, path: str) -> bool:
        below = [read for read in (*self.printed, *self.tested) if read.startswith(f"{path}.")]
        return self.reads(path) or bool(below)


def measure(engine: TemplateEngine, stacks: Iterable[Stack]) -> TemplateCoverage:
    """Render every environment with every branch under observation.

    Raises:
        TemplateError: a template is wrong.
    """
    tracer = TracingEngine(engine)
    for name in tracer.templates():
        tracer.template(name)
    given: dict[str, None] = {}
    seen: set[tuple[str, object]] = set()
    for stack in stacks:
        jobs = list(root_jobs(tracer, stack))
        given |= dict.fromkeys(_leaves(stack.root, ()))
        for item in stack.shapes.items():
            if item not in seen:
                seen.add(item)
                given |= dict.fromkeys(_leaves(item[1], ("shapes", item[0])))
                jobs += module_jobs(tracer, *item)
        for job in jobs:
            if job.source.is_template:
                tracer.trace(job.source.name, job.context)
    return _coverage(tracer, given)


def _coverage(tracer: TracingEngine, given: Iterable[str]) -> TemplateCoverage:
    survey = tracer.survey
    order = sorted(range(len(survey.branches)), key=lambda number: survey.branches[number].place)
    coverage = TemplateCoverage(
        branches=tuple(survey.branches[number] for number in order),
        missed=tuple(survey.branches[number] for number in order if number not in tracer.branches_run),
        printed=_prefixed(tracer, survey.printed),
        tested=_prefixed(tracer, survey.tested),
        unread=(),
    )
    return replace(coverage, unread=tuple(path for path in given if not coverage.reads(path)))


def _prefixed(tracer: TracingEngine, reads: Mapping[str, set[str]]) -> frozenset[str]:
    return frozenset(
        f"shapes.{module}.{path}" if (module := tracer.source(name).module) else path
        for name, paths in reads.items()
        for path in paths
    )


def _leaves(value: object, above: Keys) -> Iterator[str]:
    """Yield the paths of the scalars in a context, with `*` for keys of mappings and indexes of lists."""
    below: list[tuple[str, object]] = []
    if isinstance(value, Mapping):
        # The context itself is a mapping whose keys are names; mappings inside it hold what users name.
        below = [(key if not above else ANY, item) for key, item in value.items()]
    elif is_dataclass(value) and not isinstance(value, type):
        below = [(field.name, getattr(value, field.name)) for field in fields(value)]
    elif isinstance(value, list | tuple):
        below = [(ANY, item) for item in value]
    for key, item in below:
        yield from _leaves(item, (*above, key))
    if not below and not is_dataclass(value):
        yield ".".join(above)


def _related(key: Sequence[str], used: Sequence[str]) -> bool:
    length = min(len(key), len(used))
    return fits(key[:length], used[:length])
