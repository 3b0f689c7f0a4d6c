"""Where a resource of a plan comes from: lines of the spec, of the template, and of the rendered module."""

from __future__ import annotations

import re
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

from generator.contracts.origin import Origins
from generator.errors import TfstencilError
from generator.rendering.sourcemap import trace
from generator.rendering.tracing import TracingEngine
from generator.reports.plan.document import Origin

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from generator.derivation.stack import Stack
    from generator.rendering.engine import TemplateEngine
    from generator.rendering.sourcemap import LineOrigin
    from generator.rendering.speckeys import SpecOrigin
    from generator.spec.nodes import Node

_RESOURCE: Final = re.compile(r'^(?:resource|data) "([\w-]+)" "([\w-]+)"')
_MODULE: Final = re.compile(r"module\.([\w-]+)")
_SHOWN: Final = 3


class Templates:
    """The template line of each resource; modules of one text share what was found.

    Args:
        engine: the templates.
    """

    def __init__(self, engine: TemplateEngine) -> None:
        self.engine = engine
        self._found: dict[str, list[LineOrigin]] = {}

    @cached_property
    def tracer(self) -> TracingEngine:
        """The templates, compiled to tell their lines."""
        return TracingEngine(self.engine)

    def line(self, stack: Stack, path: str, text: str, number: int) -> str:
        """Return file and line of the template that wrote a line; "" where the file is not of ours.

        Args:
            stack: the environment.
            path: of the rendered file.
            text: of the rendered file.
            number: of the line, from 1.
        """
        key = f"{path}\0{text}"
        if key not in self._found:
            try:
                self._found[key] = trace(self.tracer, stack, path)
            except TfstencilError:
                self._found[key] = []
        lines = self._found[key]
        place = lines[number - 1].template if number <= len(lines) else None
        return f"{place.file}:{place.line}" if place else ""


class Places:
    """Answers for one environment.

    Args:
        templates: of the workspace.
        stack: the environment.
        merged: its merged spec.
        folder: its rendered root module.
        shown: what that folder is called.
        configuration: the configuration in its plan.
    """

    def __init__(  # noqa: PLR0913, PLR0917  # the facts of one environment
        self,
        templates: Templates,
        stack: Stack,
        merged: Node,
        folder: Path,
        shown: str,
        configuration: Mapping[str, Any],
    ) -> None:
        self._templates = templates
        self._stack = stack
        self._folder = folder
        self._shown = shown
        files = {file.name: file.read_text("utf-8") for file in folder.glob("*.tf")}
        self._origins = Origins(templates.engine, stack, merged, files, configuration)
        self._texts: dict[str, str] = {}

    def of_value(self, address: str, path: Sequence[str | int]) -> tuple[Origin, ...]:
        """Return the lines of the spec that say a value."""
        return _shown(self._origins.of(address, path))

    def of_resource(self, address: str) -> tuple[Origin, ...]:
        """Return the line of the spec that asks for a resource, else for its module."""
        found = self._origins.of(address, ())
        module = _MODULE.match(address)
        return _shown(found or (self._origins.of_module(module[1]) if module else []))

    def of_block(self, module: str, kind: str, name: str) -> tuple[str, str]:
        """Return the template's line and the rendered line of a resource; "" for what is not known."""
        found = _MODULE.match(module)
        folder = self._folder / "modules" / found[1] if found else self._folder
        for file in sorted(folder.glob("*.tf")):
            path = file.relative_to(self._folder).as_posix()
            if path not in self._texts:
                self._texts[path] = file.read_text("utf-8")
            for number, line in enumerate(self._texts[path].splitlines(), 1):
                match = _RESOURCE.match(line)
                if match and match.groups() == (kind, name):
                    template = self._templates.line(self._stack, path, self._texts[path], number)
                    return template, f"{self._shown}/{path}:{number}"
        return "", ""


def _shown(found: Sequence[SpecOrigin]) -> tuple[Origin, ...]:
    exact = [each for each in found if each.exact] or list(found)
    return tuple(dict.fromkeys(Origin(str(each.place), each.key) for each in exact))[:_SHOWN]
