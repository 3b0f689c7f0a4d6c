"""One environment's text: the root templates with its values, and each module that it has, by the module's shape."""

from __future__ import annotations

from dataclasses import dataclass, fields
from functools import partial
from time import monotonic
from typing import TYPE_CHECKING, Final

from generator.errors import TemplateError
from generator.problems import Place
from generator.rendering.header import header_for
from generator.rendering.library import MODULES
from generator.rendering.module_reference import README, with_reference

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from generator.parts.framework.stack import Stack
    from generator.rendering.engine import TemplateEngine
    from generator.rendering.library import TemplateFile


# Seconds in which more mistakes are looked for, once there is one.
PATIENCE: Final = 20.0


@dataclass(frozen=True, slots=True)
class Job:
    """One file to make.

    Attributes:
        source: the template, or the file that is copied.
        module: name of the module that it belongs to; "" for the root.
        context: what the template can name.
        header: what the file begins with; "" for a copy.
    """

    source: TemplateFile
    module: str
    context: Mapping[str, object]
    header: str


def render_stack(engine: TemplateEngine, stack: Stack) -> dict[str, str]:
    """Render one environment, in memory.

    `x.j2` becomes `x`; other files are copied. Below `modules/<name>/` only the modules that the stack has are
    rendered, from their shape alone, so environments of one shape share the text. A template that comes to nothing but
    blanks makes no file: that is how a module has an optional one.

    Returns:
        Text by path, sorted by path.

    Raises:
        TemplateError: with the template's file and line.
    """
    texts: dict[str, str] = {}
    for name, shape in stack.shapes.items():
        key = (name, shape)
        if key not in engine.module_texts:
            engine.module_texts[key] = module_texts(engine, name, shape)
        texts |= engine.module_texts[key]
    texts |= _texts(engine, root_jobs(engine, stack))
    return dict(sorted(texts.items()))


def faults_of(engine: TemplateEngine, stack: Stack) -> list[TemplateError]:
    """Render each file of an environment by itself, and return all that is wrong with its templates.

    Templates that it does not use are compiled.
    """
    begin = monotonic()
    jobs = [*root_jobs(engine, stack)]
    for name, shape in stack.shapes.items():
        if engine.library.by_module.get(name):
            jobs += module_jobs(engine, name, shape)
    steps: list[Callable[[], object]] = [
        *(partial(engine.compile, source.name) for source in engine.library.sources.values() if source.is_template),
        *(partial(engine.render, job.source.name, job.context) for job in jobs if job.source.is_template),
    ]
    found: list[TemplateError] = []
    for step in steps:
        if monotonic() - begin > PATIENCE:
            break
        try:
            step()
        except TemplateError as error:
            found.append(error)
            if error.is_limit:
                break
    return found


def root_jobs(engine: TemplateEngine, stack: Stack) -> list[Job]:
    """List what could become a file of the root module."""
    sources = engine.library.by_module[""]
    return [_job(source, "", stack.root, stack.environment) for source in sources]


def module_jobs(engine: TemplateEngine, name: str, shape: object) -> list[Job]:
    """List what could become a file of one module.

    Args:
        engine: the templates.
        name: the module.
        shape: frozen dataclass whose fields the templates can name.

    Raises:
        TemplateError: there is no template of such a module.
    """
    sources = engine.library.by_module.get(name, [])
    if not sources:
        raise TemplateError(
            f"there is no template for module {name}", Place(f"templates/{MODULES}/{name}"), hint="add its templates"
        )
    context = {field.name: getattr(shape, field.name) for field in fields(shape)}  # type: ignore[arg-type]  # a dataclass, see above
    on = [feature for feature, value in context.items() if value]
    return [_job(source, name, context, "", on) for source in sources]


def module_texts(engine: TemplateEngine, name: str, shape: object) -> dict[str, str]:
    """Render one module from its shape, with the reference of what it takes and gives in its README.

    Raises:
        TemplateError: with the template's file and line.
    """
    texts = _texts(engine, module_jobs(engine, name, shape))
    folder = f"{MODULES}/{name}/"
    readme = folder + README
    if readme in texts:
        own = {path.removeprefix(folder): text for path, text in texts.items()}
        texts[readme] = with_reference(texts[readme], {path: text for path, text in own.items() if "/" not in path})
    return texts


def _job(
    source: TemplateFile,
    module: str,
    context: Mapping[str, object],
    environment: str,
    features: Iterable[str] | None = None,
) -> Job:
    header = header_for(source.output, environment, features) if source.is_template else ""
    return Job(source, module, context, header)


def require_harmless(source: TemplateFile, text: str) -> None:
    """Refuse what the text of a part that nobody installed may not hold.

    Raises:
        TemplateError: it runs programs, reads elsewhere or brings providers.
    """
    from generator.rendering.untrusted_hcl import findings  # noqa: PLC0415  # only where there are such parts

    found = list(findings(source.output, text))
    if found:
        hint = "take it out, or allow just this text of the part: tfstencil part check says how"
        place = Place(source.display)
        raise TemplateError.joined(
            TemplateError(f"{reason} (line {line} of what it renders to)", place, hint=hint) for line, reason in found
        )


def _texts(engine: TemplateEngine, jobs: Iterable[Job]) -> dict[str, str]:
    texts: dict[str, str] = {}
    for job in jobs:
        source = job.source
        text = engine.render(source.name, job.context) if source.is_template else source.text
        if not source.may_all:
            require_harmless(source, text)
        if text.strip() or not source.is_template:
            texts[source.output] = job.header + text
    return texts
