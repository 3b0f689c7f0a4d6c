"""Where a value comes from: an expression followed through variables, locals, outputs and `each` to a resource.

Only what is certain is followed. A function, an operator or a condition on the way makes a value that nobody knows
before the apply, and it is answered with None.
"""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

from generator.hcl.structure import Block, UnreadableError, entries, items, read

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

_TRAVERSAL: Final = re.compile(
    r'([A-Za-z_][\w-]*)((?:\.(?:[\w-]+|\*)|\[(?:"[^"\\]*"|\d+|\*|each(?:\.\w+)+|[a-z]\w*\.key)\])*)'
)
_STEP: Final = re.compile(r'\.([\w-]+)|\["([^"]*)"\]|\[(\d+)\]|(\[\*\]|\.\*)|\[(each(?:\.\w+)+|[a-z]\w*\.key)\]')
_EVERY: Final = re.compile(r"\[\s*for\s+(?:\w+\s*,\s*)?(\w+)\s+in\s+(.+?)\s*:\s*\1\.(\w+)\s*\]", re.DOTALL)
_BY_KEY: Final = re.compile(
    r"\{\s*for\s+(\w+)\s*,\s*(\w+)\s+in\s+([\w.\-]+)\s*:\s*\1\s*=>\s*\2\.(\w+)(?:\s+if\s.+)?\s*\}",
    re.DOTALL,
)
# Some of a map, each as it is.
_CHOSEN: Final = re.compile(
    r"\{\s*for\s+(\w+)\s*,\s*(\w+)\s+in\s+([\w.\-]+)\s*:\s*\1\s*=>\s*\2(?:\s+if\s.+)?\s*\}", re.DOTALL
)
_SAME_VALUES: Final = re.compile(r"(?:toset|tolist|sort|values|distinct|compact)\((.+)\)", re.DOTALL)
_MERGED: Final = re.compile(r"merge\((.+)\)", re.DOTALL)
_JOINED: Final = re.compile(r"concat\((.+)\)", re.DOTALL)
_WHERE_ANY: Final = re.compile(r"length\((.+)\) > 0 \? (?:\[\1\]|\1) : \[\]", re.DOTALL)
_WHERE: Final = re.compile(r"[^?]+ \? (\[.+\]) : \[\]", re.DOTALL)
_TEMPLATE: Final = re.compile(r'"(?:\$\{([^{}"]+)\})?((?:[^"\\$]|\$\{[\w.\-]+\})*)"')
_PLACEHOLDER: Final = re.compile(r"\$\{[\w.\-]+\}")
_MODULE: Final = re.compile(r'module\.([\w-]+)(?:\["([^"]*)"\]|\[(\d+)\])?')
_DEEPEST: Final = 24
_NOTHING: Final = Block("", 0, {})


@dataclass(frozen=True, slots=True)
class Target:
    """What an expression stands for.

    Attributes:
        module: of the resource, with its keys (`module.encryption`); "" for the root.
        type: of the resource; "" where the expression is a constant.
        name: of the resource.
        index: its key, where the expression names one.
        attribute: of the resource.
        suffix: what follows it; begins with a slash or a colon.
        text: the constant.
    """

    module: str = ""
    type: str = ""
    name: str = ""
    index: str | None = None
    attribute: str = ""
    suffix: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True)
class Scope:
    """Where an expression stands: its module, and what `each` and iterators mean there."""

    module: tuple[tuple[str, str | None], ...] = ()
    key: str | None = None
    for_each: str = ""
    iterators: Mapping[str, tuple[str, Scope]] = field(default_factory=dict)

    @property
    def address(self) -> str:
        """The module's address."""
        return ".".join(f"module.{name}" + (f'["{key}"]' if key is not None else "") for name, key in self.module)


Found = tuple[str, Scope]


class Rendered:
    """The HCL of one root module and of the local modules that it calls.

    Args:
        folder: the root module.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._bodies: dict[Path, Block] = {}

    def block(
        self, module: str, mode: str, kind: str, name: str, index: str | int | None
    ) -> tuple[Block, Scope] | None:
        """Return the block of a resource or a data source, and where it stands; None where there is none."""
        path = tuple((each[1], each[2] or each[3]) for each in _MODULE.finditer(module))
        body = self._module(path)
        word = "data" if mode == "data" else "resource"
        found = next(body.of(word, kind, name), None) if body else None
        if found is None:
            return None
        key = None if index is None else str(index)
        return found, Scope(path, key, found.source("for_each"))

    def targets(self, expression: str, scope: Scope) -> list[Target] | None:
        """Follow an expression to what it stands for; None where that is not certain."""
        return self._targets(expression, scope, 0)

    def _targets(self, expression: str, scope: Scope, depth: int) -> list[Target] | None:
        expression, scope = self._reduced(expression, scope, depth)
        listed = items(expression)
        if listed is not None:
            each = [self._targets(one, scope, depth + 1) for one in listed]
            return None if any(one is None for one in each) else [target for one in each if one for target in one]
        joined = _JOINED.fullmatch(expression)
        if joined and items(f"[{joined[1]}]") is not None:
            return self._targets(f"[{joined[1]}]", scope, depth + 1)
        same = _SAME_VALUES.fullmatch(expression)
        if same and depth < _DEEPEST:
            return self._targets(same[1], scope, depth + 1)
        template = _TEMPLATE.fullmatch(expression)
        if template:
            return self._of_template(template[1], template[2], scope, depth)
        every = _EVERY.fullmatch(expression)
        if every:
            inner = _SAME_VALUES.fullmatch(every[2])
            return self._resource(f"{inner[1] if inner else every[2]}.{every[3]}", scope)
        splat = re.sub(r"^values\(([\w.\-]+)\)", r"\1", expression)
        return self._resource(splat.replace("[*]", ""), scope)

    def _of_template(self, inner: str | None, rest: str, scope: Scope, depth: int) -> list[Target] | None:
        rest = rest.replace("${each.key}", scope.key or "*")
        if inner is None:
            return [Target(text=rest)] if "${" not in rest else None
        # What follows may be anything, as long as it is below what stands in front.
        rest = _PLACEHOLDER.sub("*", rest)
        found = self._targets(inner, scope, depth + 1) if depth < _DEEPEST else None
        if not found or (rest and rest[0] not in "/:"):
            return None
        return [
            replace(one, text=one.text + rest) if one.text else replace(one, suffix=one.suffix + rest) for one in found
        ]

    def _resource(self, expression: str, scope: Scope) -> list[Target] | None:
        found = _TRAVERSAL.fullmatch(expression)
        steps = list(_steps(found[2], scope)) if found else []
        least = 2
        if found is None or len(steps) < least or "_" not in found[1]:
            return None
        body = self._module(scope.module)
        if body is None or next(body.of("resource", found[1], steps[0]), None) is None:
            return None
        index = steps[1] if len(steps) > least else None
        attribute = steps[-1]
        return [Target(scope.address, found[1], steps[0], index, attribute)]

    def _reduced(self, expression: str, scope: Scope, depth: int) -> Found:
        """Follow what only passes a value on, as far as it goes."""
        expression = expression.strip()
        while depth < _DEEPEST:
            depth += 1
            found = _TRAVERSAL.fullmatch(expression)
            step = self._followed(found[1], list(_steps(found[2], scope)), scope) if found else None
            if step is None:
                return expression, scope
            expression, scope = step[0].strip(), step[1]
        return "", scope

    def _followed(self, root: str, steps: Sequence[str], scope: Scope) -> Found | None:  # noqa: PLR0911  # one a root
        if root in scope.iterators and steps[:1] == ["value"]:
            inner, where = scope.iterators[root]
            return self._selected(inner, where, steps[1:])
        if root == "each" and steps[:1] == ["value"] and scope.key is not None:
            return self._selected(scope.for_each, scope, [scope.key, *steps[1:]])
        if root == "each" and steps == ["key"] and scope.key is not None:
            return f'"{scope.key}"', scope
        if root == "var" and steps:
            return self._argument(steps, scope)
        body = self._module(scope.module)
        if root == "local" and steps and body:
            given = next((found for each in body.of("locals") if (found := each.source(steps[0]))), None)
            return self._selected(given, Scope(scope.module), steps[1:]) if given else None
        if root == "module" and len(steps) > 1:
            return self._output(steps, scope)
        return None

    def _argument(self, steps: Sequence[str], scope: Scope) -> Found | None:
        if not scope.module:
            return None
        *above, (name, key) = scope.module
        body = self._module(tuple(above))
        call = next(body.of("module", name), _NOTHING) if body else _NOTHING
        where = Scope(tuple(above), key, call.source("for_each"))
        given = call.source(steps[0])
        return self._selected(given, where, steps[1:]) if given else None

    def _output(self, steps: Sequence[str], scope: Scope) -> Found | None:
        for inner in ((*scope.module, (steps[0], None)), (*scope.module, (steps[0], steps[1]))):
            name = steps[1] if inner[-1][1] is None else (steps[2] if len(steps) > 2 else "")  # noqa: PLR2004  # module, key, output
            body = self._module(inner)
            output = next(body.of("output", name), None) if body else None
            if output and "value" in output.attributes:
                rest = steps[2:] if inner[-1][1] is None else steps[3:]
                return self._selected(output.source("value"), Scope(inner), rest)
        return None

    def _selected(self, expression: str, scope: Scope, steps: Sequence[str]) -> Found | None:  # noqa: PLR0911  # one a form
        """Return what `.a["b"]` selects of an expression; None where that is not certain."""
        if not steps:
            return expression, scope
        expression, scope = self._reduced(expression, scope, 1)
        held = entries(expression)
        if held is not None:
            return self._selected(held[steps[0]], scope, steps[1:]) if steps[0] in held else None
        listed = items(expression)
        if listed is not None and steps[0].isdigit() and int(steps[0]) < len(listed):
            return self._selected(listed[int(steps[0])], scope, steps[1:])
        merged = _MERGED.fullmatch(expression)
        if merged:
            return self._of_merged(items(f"[{merged[1]}]") or [], scope, steps)
        chosen = _CHOSEN.fullmatch(expression)
        if chosen:
            return self._selected(chosen[3], scope, steps)
        by_key = _BY_KEY.fullmatch(expression)
        if by_key:
            return self._selected(f'{by_key[3]}["{steps[0]}"].{by_key[4]}', scope, steps[1:])
        if _TRAVERSAL.fullmatch(expression):
            return expression + "".join(
                f'["{step}"]' if not step.isidentifier() else f".{step}" for step in steps
            ), scope
        return None

    def _of_merged(self, maps: Sequence[str], scope: Scope, steps: Sequence[str]) -> Found | None:
        """Return what a key selects of several maps, the last of which that has it counts.

        Only objects that are written out tell whether they have it; of what is no such object, only the first can be
        asked, once none behind it has the key.
        """
        for number in range(len(maps) - 1, -1, -1):
            held = entries(maps[number])
            if held is None:
                return self._selected(maps[number], scope, steps) if number == 0 else None
            if steps[0] in held:
                return self._selected(held[steps[0]], scope, steps[1:])
        return None

    def inside(self, scope: Scope, iterator: str, for_each: str) -> Scope:
        """Return the scope inside a dynamic block."""
        any_of = _WHERE_ANY.fullmatch(for_each.strip())
        where = _WHERE.fullmatch(for_each.strip())
        one = items(where[1]) if where else None
        # `length(x) > 0 ? [x] : []` makes one block of the whole, where there is any; so does `condition ? [x] : []`.
        whole = any_of[1] if any_of else one[0] if one and len(one) == 1 else None
        return scope if whole is None else replace(scope, iterators={**scope.iterators, iterator: (whole, scope)})

    def _module(self, path: Sequence[tuple[str, str | None]]) -> Block | None:
        folder = self._folder
        body = self._read(folder)
        for name, _ in path:
            call = next(body.of("module", name), None) if body else None
            source = call.source("source").strip('"') if call else ""
            if not source.startswith("."):
                return None
            folder = folder / source
            body = self._read(folder)
        return body

    def _read(self, folder: Path) -> Block | None:
        if folder not in self._bodies:
            blocks: list[Block] = []
            for file in sorted(folder.glob("*.tf")):
                # What cannot be read is not followed.
                with suppress(OSError, UnicodeDecodeError, UnreadableError):
                    blocks += read(file.read_text("utf-8")).blocks
            self._bodies[folder] = replace(_NOTHING, blocks=tuple(blocks))
        return self._bodies[folder]


def _steps(text: str, scope: Scope) -> Iterator[str]:
    for found in _STEP.finditer(text):
        name, key, number, _, each = found.groups()
        if each:
            yield scope.key if each == "each.key" and scope.key is not None else each
        elif name is not None or key is not None or number is not None:
            yield name or key or number
