"""What an unknown value of a plan will be: the resource that its expression stands for, where that is certain."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from generator.checks.guards.rendered.traversal import Rendered, Target

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from generator.checks.guards.rendered.traversal import Scope
    from generator.hcl.structure import Block
    from generator.plans.plan import Plan, ResourceChange
    from generator.refusal import Path as AttributePath

_INDEX: Final = re.compile(r'\[(?:"(?:[^"\\]|\\.)*"|\d+)\]')
_DOCUMENT: Final = re.compile(r"data\.aws_iam_policy_document\.([\w-]+)(?:\[[^]]*\])?(?:\.(?:json|minified_json))?")
# What an expression may refer to besides: which of several documents is meant.
_WHICH: Final = re.compile(r"(?:each|count)(?:\.\w+)*")
# What names a block of a policy document.
_NAMED_BY: Final = {"statement": ("sid",), "condition": ("test", "variable"), "principals": ("type",)}
# Blocks whose order in a plan is not that of the text.
_SETS: Final = ("condition", "principals", "not_principals")
_REFERENCE: Final = re.compile(r"(aws_\w+)\.([\w-]+)(?:\[[^]]*\])?\.(\w+)")


class Expressions:
    """Answers for one plan.

    Args:
        plan: the plan.
        folder: the rendered root module that it was made from; None where it is not at hand, so that only what the plan
            itself says of plain references is known.
    """

    def __init__(self, plan: Plan, folder: Path | None = None) -> None:
        self._root: Mapping[str, Any] = (plan.raw.get("configuration") or {}).get("root_module") or {}
        self._rendered = Rendered(folder) if folder else None

    def is_configured(self, change: ResourceChange, name: str) -> bool:
        """Whether the configuration says something of an attribute; what it leaves to AWS is not ours.

        Where the plan holds no configuration, everything counts as said.
        """
        if not self._root:
            return True
        found = self._configured(change)
        return found is None or name in (found.get("expressions") or {})

    def targets(self, change: ResourceChange, path: AttributePath) -> list[Target] | None:
        """Return what the value at `path` stands for; None where that is not certain."""
        if self._rendered is None:
            return None
        found = self._rendered.block(change.module, change.mode, change.type, change.name, change.index)
        if found is None:
            return None
        body, scope = found
        return self._below(body, scope, path, change)

    def document(self, change: ResourceChange, path: AttributePath) -> str | None:
        """Return the name of the data source that writes a policy as it stands; None where it is changed on the way."""
        if self._rendered is not None:
            found = self._rendered.block(change.module, change.mode, change.type, change.name, change.index)
            read = _DOCUMENT.fullmatch(found[0].source(str(path[0]))) if found and len(path) == 1 else None
            return read[1] if read else None
        said = (self._configured(change) or {}).get("expressions", {}).get(path[0], {})
        references = said.get("references", ()) if isinstance(said, dict) else ()
        names = {match[1] for each in references if (match := _DOCUMENT.fullmatch(each))}
        others = [each for each in references if not (_DOCUMENT.fullmatch(each) or _WHICH.fullmatch(each))]
        return names.pop() if len(names) == 1 and not others else None

    def owner(self, change: ResourceChange, name: str) -> Target | None:
        """Return the resource that an attribute names, for which a plain reference in the plan will do."""
        found = self.targets(change, (name,))
        if found is not None:
            return found[0] if len(found) == 1 and found[0].type else None
        return self._referenced(change, name) if self._rendered is None else None

    def _below(
        self, body: Block, scope: Scope, path: AttributePath, change: ResourceChange, above: AttributePath = ()
    ) -> list[Target] | None:
        assert self._rendered is not None  # noqa: S101  # who calls has looked
        name = str(path[0]) if path else ""
        if name in body.attributes:
            return self._of_attribute(body.source(name), scope, path[1:])
        number = path[1] if len(path) > 1 else None
        if not isinstance(number, int):
            return None
        static, dynamic = list(body.of(name)), list(body.of("dynamic", name))
        if not dynamic and number < len(static) and (len(static) == 1 or name not in _SETS):
            return self._below(static[number], scope, path[2:], change, (*above, name, number))
        inner_body = _by_name(change, body, path, above) if name in _NAMED_BY else None
        if inner_body is None and len(dynamic) == 1 and not static:
            inner_body = dynamic[0]
        if inner_body is None:
            return None
        content = next(inner_body.of("content"), None)
        if content is None:
            return self._below(inner_body, scope, path[2:], change, (*above, name, number))
        iterator = inner_body.source("iterator") or name
        inside = self._rendered.inside(scope, iterator, inner_body.source("for_each"))
        return self._below(content, inside, path[2:], change, (*above, name, number))

    def _of_attribute(self, expression: str, scope: Scope, path: AttributePath) -> list[Target] | None:
        assert self._rendered is not None  # noqa: S101  # who calls has looked
        if len(path) > 1 or (path and not isinstance(path[0], int)):
            return None
        # A list is asked for as a whole: a set is sorted by what its members are, which nobody knows yet.
        return self._rendered.targets(expression, scope)

    def _configured(self, change: ResourceChange) -> Mapping[str, Any] | None:
        module = self._module(change)
        wanted = (change.mode, change.type, change.name)
        for resource in (module or {}).get("resources") or ():
            if (resource["mode"], resource["type"], resource["name"]) == wanted:
                return dict(resource)
        return None

    def _module(self, change: ResourceChange) -> Mapping[str, Any] | None:
        module: Mapping[str, Any] = self._root
        for name in _INDEX.sub("", change.module).split(".")[1::2]:
            module = (module.get("module_calls") or {}).get(name, {}).get("module") or {}
        return module

    def _referenced(self, change: ResourceChange, name: str) -> Target | None:
        found = self._configured(change)
        expression = (found or {}).get("expressions", {}).get(name)
        path = _INDEX.sub("", change.module).split(".")[1::2]
        for _ in range(8):
            references = [str(each) for each in (expression or {}).get("references", ())]
            plain = [each for each in references if (match := _REFERENCE.fullmatch(each)) and match[1]]
            if plain:
                matched = _REFERENCE.fullmatch(plain[0])
                assert matched is not None  # noqa: S101  # it matched above
                address = ".".join(f"module.{each}" for each in path)
                return Target(address, matched[1], matched[2], None, matched[3])
            variable = next((each for each in references if each.startswith("var.")), None)
            output = next((each for each in references if each.startswith("module.")), None)
            if variable and path:
                call = self._called(path)
                expression = (call or {}).get("expressions", {}).get(variable.split(".")[1])
                path = path[:-1]
            elif output and len(output.split(".")) > 2:  # noqa: PLR2004  # module, name, output
                _, inner, value = _INDEX.sub("", output).split(".")[:3]
                path = [*path, inner]
                module = (self._called(path) or {}).get("module") or {}
                expression = (module.get("outputs") or {}).get(value, {}).get("expression")
            else:
                return None
        return None

    def _called(self, path: list[str]) -> Mapping[str, Any] | None:
        module: Mapping[str, Any] = self._root
        call: Mapping[str, Any] | None = None
        for name in path:
            call = (module.get("module_calls") or {}).get(name)
            module = (call or {}).get("module") or {}
        return call


def _by_name(change: ResourceChange, body: Block, path: AttributePath, above: AttributePath) -> Block | None:
    """Find a block by what names it, where its position says nothing: in a set, or beside dynamic blocks."""
    kind, number = str(path[0]), path[1]
    planned: Any = change.after or {}
    for part in (*above, kind, number):
        is_there = isinstance(planned, dict) or (isinstance(planned, list) and int(part) < len(planned))
        planned = (planned.get(part) if isinstance(planned, dict) else planned[int(part)]) if is_there else None
    if not isinstance(planned, dict):
        return None
    wanted = {name: f'"{planned.get(name)}"' for name in _NAMED_BY[kind] if isinstance(planned.get(name), str)}
    found = [
        inner
        for inner in (*body.of(kind), *body.of("dynamic", kind))
        if all(next(inner.of("content"), inner).source(name) == text for name, text in wanted.items())
    ]
    return found[0] if wanted and len(found) == 1 else None
