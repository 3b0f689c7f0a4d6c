"""Lead what terraform complains about back to the template and to the spec."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

from generator.derivation.origins import ORIGINS
from generator.derivation.stack import derive
from generator.errors import TerraformError, TfstencilError
from generator.rendering.sourcemap import locate, trace
from generator.rendering.tracing import TracingEngine

if TYPE_CHECKING:
    from collections.abc import Iterator

    from generator.cli.pipeline import Pipeline
    from generator.terraform.diagnostics import Diagnostic


@contextmanager
def traced(pipeline: Pipeline, name: str) -> Iterator[None]:
    """Give each diagnostic of a terraform that fails all three places: HCL line, template line, spec line.

    Args:
        pipeline: of the workspace.
        name: the environment that terraform works on.
    """
    try:
        yield
    except TerraformError as error:
        if not error.diagnostics:
            raise
        raise _with_origins(error, pipeline, name) from error


def _with_origins(error: TerraformError, pipeline: Pipeline, name: str) -> TerraformError:
    head, *_ = str(error).split("\n", 1)
    found = _places(error.diagnostics, pipeline, name)
    return type(error)(
        "\n".join([head, *map(str, found)]),
        command=error.command,
        folder=error.folder,
        code=error.code,
        stderr=error.stderr,
        hint=error.hint,
        diagnostics=found,
    )


def _places(diagnostics: tuple[Diagnostic, ...], pipeline: Pipeline, name: str) -> list[Diagnostic]:
    try:
        (environment,) = pipeline.load([name])
    except TfstencilError:
        # The spec is gone (an environment that is being destroyed): what terraform said is all there is.
        return list(diagnostics)
    stack, engine = derive(environment), TracingEngine(pipeline.engine)
    folder = pipeline.workspace.relative(pipeline.workspace.modules_out / name)
    found: list[Diagnostic] = []
    for diagnostic in diagnostics:
        try:
            origin = trace(engine, stack, diagnostic.file)[diagnostic.line - 1]
        except (TfstencilError, IndexError):
            # In no file of ours: an override, or no file at all.
            found.append(diagnostic)
            continue
        specs = [f"spec      {place.place}  {place.key}" for place in locate(origin, environment.merged, ORIGINS)]
        origins = (f"template  {origin.template.file}:{origin.template.line}", *specs)
        found.append(replace(diagnostic, file=f"{folder}/{diagnostic.file}", origins=origins))
    return found
