"""Where a resource of a plan comes from: lines of the spec, of the template, and of the rendered module."""

from __future__ import annotations

import re
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

from generator.errors import TfstencilError
from generator.language.nodes import find
from generator.provenance.lines import trace
from generator.provenance.plan_attributes import AttributeOrigins
from generator.rendering.trace.engine import TracingEngine
from generator.reports.plan.values.difference import Origin

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from generator.language.nodes import Node
    from generator.parts.framework.stack import Stack
    from generator.problems import Place
    from generator.provenance.context_keys import SpecOrigin
    from generator.provenance.lines import LineOrigin
    from generator.rendering.engine import TemplateEngine

_RESOURCE: Final = re.compile(r'^(?:resource|data) "([\w-]+)" "([\w-]+)"')
_MODULE: Final = re.compile(r"module\.([\w-]+)")
_SHOWN: Final = 3
# A shorter text may stand anywhere.
_TELLING: Final = 4


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
        self._origins = AttributeOrigins(templates.tracer, stack, merged, files, configuration)
        self._merged = merged

    def of_value(self, address: str, path: Sequence[str | int], words: str = "") -> tuple[Origin, ...]:
        """Return the lines of the spec that say a value.

        Args:
            address: of the resource.
            path: of the value.
            words: what the value says and what names it, to find the line among several below one key.
        """
        return tuple(dict.fromkeys(self._narrowed(each, words) for each in _shown(self._origins.of(address, path))))

    def _narrowed(self, origin: Origin, words: str) -> Origin:
        """Return the one value below a key that is named in `words`, or whose text stands in them; else the key."""
        node = find(self._merged, origin.key.split("."))
        if node is None or not words:
            return origin
        inner = list(_below(node, origin.key))
        named = [each for each in inner if re.search(rf"(?<![\w-]){re.escape(each[0])}(?![\w-])", words)]
        said = [each for each in inner if len(each[3]) >= _TELLING and each[3] in words]
        for found in (named, said):
            if len(found) == 1:
                return Origin(str(found[0][2]), found[0][1])
        return origin

    def of_resource(self, address: str) -> tuple[Origin, ...]:
        """Return the line of the spec that asks for a resource, else for its module."""
        found = self._origins.of(address, ())
        module = _MODULE.match(address)
        return _shown(found or (self._origins.of_module(module[1]) if module else []))

    @cached_property
    def _blocks(self) -> dict[tuple[str, str, str], tuple[str, str, int]]:
        """Path, text and line of each resource, by the folder of its module, its type and its name."""
        found: dict[tuple[str, str, str], tuple[str, str, int]] = {}
        for file in sorted(self._folder.rglob("*.tf")):
            path = file.relative_to(self._folder).as_posix()
            text = file.read_text("utf-8")
            for number, line in enumerate(text.splitlines(), 1):
                match = _RESOURCE.match(line)
                if match:
                    found[path.rpartition("/")[0], match[1], match[2]] = (path, text, number)
        return found

    def of_block(self, module: str, kind: str, name: str) -> tuple[str, str]:
        """Return the template's line and the rendered line of a resource; "" for what is not known."""
        match = _MODULE.match(module)
        found = self._blocks.get((f"modules/{match[1]}" if match else "", kind, name))
        if found is None:
            return "", ""
        path, text, number = found
        return self._templates.line(self._stack, path, text, number), f"{self._shown}/{path}:{number}"


def _below(node: Node, key: str) -> Iterator[tuple[str, str, Place, str]]:
    """Yield name, key, place and text of everything below a node."""
    items = node.value.items() if isinstance(node.value, dict) else ()
    for name, inner in items:
        text = "" if isinstance(inner.value, dict | list) else str(inner.value)
        yield name, f"{key}.{name}", inner.key_place, text
        yield from _below(inner, f"{key}.{name}")


def _shown(found: Sequence[SpecOrigin]) -> tuple[Origin, ...]:
    exact = [each for each in found if each.exact] or list(found)
    return tuple(dict.fromkeys(Origin(str(each.place), each.key) for each in exact))[:_SHOWN]
