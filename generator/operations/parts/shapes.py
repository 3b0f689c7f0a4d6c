"""A part's module in every shape that it can take, and the branches of its templates that none of them runs."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any, Final

from generator.problems import Problem
from generator.rendering.render import module_jobs, require_harmless
from generator.rendering.trace.engine import TracingEngine

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from generator.parts.framework.part import Part
    from generator.rendering.engine import TemplateEngine

# So many features are tried in every combination; of more, each alone on and each alone off.
_ALL: Final = 4


@dataclass(frozen=True, slots=True)
class Shapes:
    """A module in its shapes.

    Attributes:
        texts: its files by path below the module, by the features that are on.
        missed: branches that no shape runs.
    """

    texts: Mapping[tuple[str, ...], Mapping[str, str]]
    missed: tuple[Problem, ...]


def every_shape(engine: TemplateEngine, part: Part) -> Shapes:
    """Render a part's module in its shapes.

    Raises:
        TemplateError: a template is wrong.
    """
    module = part.derivation().modules[part.name]
    features = [field.name for field in fields(module.shape)]  # type: ignore[arg-type]  # a dataclass
    tracer = TracingEngine(engine)
    texts: dict[tuple[str, ...], dict[str, str]] = {}
    for switches in _combinations(len(features)):
        kind: Any = module.shape
        shape = kind(*switches)
        on = tuple(name for name, switch in zip(features, switches, strict=True) if switch)
        texts[on] = {}
        for job in module_jobs(engine, part.name, shape):
            is_template = job.source.is_template
            text = str.__str__(tracer.trace(job.source.name, job.context)) if is_template else job.source.text
            if not job.source.may_all:
                require_harmless(job.source, text)
            if text.strip() or not is_template:
                texts[on][job.source.output.removeprefix(f"modules/{part.name}/")] = job.header + text
    return Shapes(texts, tuple(_missed(tracer)))


def _combinations(count: int) -> Iterator[tuple[bool, ...]]:
    if count <= _ALL:
        yield from itertools.product((False, True), repeat=count)
        return
    yield from ((False,) * count, (True,) * count)
    for at in range(count):
        yield tuple(index == at for index in range(count))
        yield tuple(index != at for index in range(count))


def _missed(tracer: TracingEngine) -> Iterator[Problem]:
    for number, branch in enumerate(tracer.survey.branches):
        if number not in tracer.branches_run:
            depends = f", which depends on {', '.join(branch.condition)}" if branch.condition else ""
            message = f"no shape of the module runs this {branch.kind}{depends}"
            yield Problem(
                branch.place, "", message, "remove the branch, or add a feature to shape:", rule="part-branch"
            )
