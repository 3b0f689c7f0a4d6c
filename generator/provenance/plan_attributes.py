"""From an attribute in a plan back to the line of the spec that says it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from generator.parts.framework.origins import origins_of
from generator.provenance.context_keys import places_of
from generator.provenance.lines import locate, trace
from generator.rendering.hcl import encode
from generator.rendering.trace.engine import TracingEngine

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from generator.language.nodes import Node
    from generator.parts.framework.stack import Stack
    from generator.provenance.context_keys import SpecOrigin
    from generator.provenance.lines import LineOrigin
    from generator.rendering.engine import TemplateEngine

_ADDRESS: Final = re.compile(r'module\.([\w-]+)\.(?:data\.)?([\w-]+)\.([\w-]+)(?:\["([^"]+)"\])?')
_LOCAL: Final = re.compile(r"=\s+local\.([\w-]+)$")
_CALL: Final = re.compile(r'^module "([\w-]+)"', re.MULTILINE)


class AttributeOrigins:
    """Tells for one environment where a planned value comes from.

    Args:
        engine: the templates.
        stack: the environment.
        merged: its merged spec.
        files: its rendered text, by path.
        configuration: the configuration in its plan.
    """

    def __init__(
        self,
        engine: TemplateEngine,
        stack: Stack,
        merged: Node,
        files: Mapping[str, str],
        configuration: Mapping[str, Any],
    ) -> None:
        # Compiled once for all files.
        self._tracer = engine if isinstance(engine, TracingEngine) else TracingEngine(engine)
        self._stack = stack
        self._merged = merged
        self._lines = {path: text.splitlines() for path, text in files.items() if "/" not in path}
        self._calls = {
            name: path for path, text in files.items() if path in self._lines for name in _CALL.findall(text)
        }
        self._modules = (configuration.get("root_module") or {}).get("module_calls") or {}
        self._traced: dict[str, list[LineOrigin]] = {}

    def of(self, address: str, path: Sequence[str | int]) -> list[SpecOrigin]:
        """Return where the spec says what a resource has at `path`; empty where a template alone says it."""
        found = _ADDRESS.match(address)
        if found is None:
            return []
        module, kind, name, index = found.groups()
        for argument in self._arguments(module, kind, name, path):
            origins = self._of_argument(module, argument, index, path[1:])
            if origins:
                return origins
        return self._of_entry(module, kind, name, index)

    def of_module(self, module: str) -> list[SpecOrigin]:
        """Return what decides that a module is there."""
        return places_of([(module,)], self._merged, origins_of(self._stack.catalog))

    def _arguments(self, module: str, kind: str, name: str, path: Sequence[str | int]) -> Iterator[str]:
        called = self._modules.get(module, {}).get("module", {})
        for resource in called.get("resources") or ():
            if (resource["type"], resource["name"]) == (kind, name):
                for reference in _references(resource.get("expressions"), path):
                    source, _, rest = reference.partition(".")
                    if source in {"var", "each"}:
                        yield rest.removeprefix("value.").split(".", maxsplit=1)[0]

    def _of_argument(
        self, module: str, argument: str, index: str | None, below: Sequence[str | int]
    ) -> list[SpecOrigin]:
        file = self._calls.get(module)
        if file is None:
            return []
        inside, keyed = False, index is None
        for number, line in enumerate(self._lines[file]):
            if line.startswith("module "):
                inside, keyed = f'"{module}"' in line, index is None
            elif inside and not keyed and re.match(rf'\s+"?{re.escape(str(index))}"?\s*=\s*\{{', line):
                keyed = True
            elif inside and keyed and re.match(rf"\s+{re.escape(argument)}\s*=", line):
                local = _LOCAL.search(line)
                return self._of_local(local[1], below) if local else self._of_line(file, number)
        return [] if index is None else self._of_argument(module, argument, None, below)

    def _of_entry(self, module: str, kind: str, name: str, index: str | None) -> list[SpecOrigin]:
        """Return what decides that there is a resource of a key, where nothing closer is known of a value in it."""
        called = self._modules.get(module, {}).get("module", {})
        file = self._calls.get(module)
        for resource in called.get("resources") or ():
            if index is None or file is None or (resource["type"], resource["name"]) != (kind, name):
                continue
            for reference in (resource.get("for_each_expression") or {}).get("references") or ():
                number = self._entry_line(file, module, str(reference).removeprefix("var."), index)
                origins = self._of_line(file, number) if number is not None else []
                if origins:
                    return origins
        return []

    def _entry_line(self, file: str, module: str, argument: str, index: str) -> int | None:
        inside = listed = False
        for number, line in enumerate(self._lines[file]):
            if line.startswith("module "):
                inside, listed = f'"{module}"' in line, False
            elif inside and re.match(rf"  {re.escape(argument)}\s*=\s*\{{", line):
                listed = True
            elif inside and listed and re.match(rf'\s+"?{re.escape(index)}"?\s*=', line):
                return number
        return None

    def _of_local(self, name: str, below: Sequence[str | int]) -> list[SpecOrigin]:
        start = re.compile(rf"  {re.escape(name)}\s+= ")
        wanted = f"    {encode(str(below[0]))} " if below else None
        for file, lines in self._lines.items():
            inside = False
            for number, line in enumerate(lines):
                inside = bool(start.match(line)) or (inside and line.startswith("    "))
                if inside and (wanted is None or line.startswith(wanted)):
                    return self._of_line(file, number)
        return []

    def _of_line(self, file: str, number: int) -> list[SpecOrigin]:
        return locate(self._trace(file)[number], self._merged, origins_of(self._stack.catalog))

    def _trace(self, file: str) -> list[LineOrigin]:
        if file not in self._traced:
            self._traced[file] = trace(self._tracer, self._stack, file)
        return self._traced[file]


def _references(expressions: object, path: Sequence[str | int]) -> list[str]:
    """Return what the expression at `path` refers to, or the nearest one above it."""
    node = expressions
    for part in path:
        below: object = None
        if isinstance(node, dict) and isinstance(part, str):
            below = node.get(part)
        elif isinstance(node, list) and isinstance(part, int) and part < len(node):
            below = node[part]
        if below is None:
            break
        node = below
    if isinstance(node, dict):
        return [str(reference) for reference in node.get("references") or ()]
    return []
