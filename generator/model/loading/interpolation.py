"""Variables in the strings of a spec: `@{stack}`, `@{environment}`, `@{class}`, `@{region}`, `@{account}`.

A variable is replaced by a text and nothing else: there are no expressions, and what was put in is not looked at
again. Before a brace, two @ stand for one, so `@@{` is the literal `@{`.
"""

from __future__ import annotations

import itertools
import operator
import re
from dataclasses import replace
from itertools import islice
from typing import TYPE_CHECKING, Final

from generator.language.nodes import dotted, find
from generator.model.loading.layers import follows
from generator.suggestion import closest
from generator.text import check_text

if TYPE_CHECKING:
    from generator.language.nodes import Node
    from generator.model.loading.layers import Merged
    from generator.problems import Place, Problem

VARIABLES: Final = ("account", "class", "environment", "region", "stack")

# In patterns of names one more variable stands for each build.
_PATTERNS: Final = (("names",), ("logs", "existing", "group"))
_OF_PATTERNS: Final = "build"
_SIGN: Final = "@{"
_REFERENCE: Final = re.compile(r"(@+)\{(?:([^{}\n]*)\})?")
_RULE: Final = "variable"
_LITERAL: Final = "write @@{ for the text @{"


def interpolate(merged: Merged, environment: str) -> Merged:
    """Replace the variables in all string values.

    Args:
        merged: an environment; stays as it is.
        environment: its name.

    Returns:
        The environment with other nodes where variables were, at the same places, and with more problems where a
        variable is unknown, not set, not closed, or stands where none can.
    """
    work = _Interpolation(merged, environment)
    root = work.node(merged.root, ())
    return replace(merged, root=root, problems=(*merged.problems, *work.problems), written=work.written)


class _Interpolation:
    def __init__(self, merged: Merged, environment: str) -> None:
        self.problems: list[Problem] = []
        self.written: dict[Place, str] = {}
        self._nodes = {name: node for name in VARIABLES if (node := find(merged.root, (name,))) is not None}
        self._texts = {name: node.value for name, node in self._nodes.items() if isinstance(node.value, str)}
        self._texts["environment"] = environment
        self._refused = {name for name in VARIABLES if follows(name, merged.problems)}

    def node(self, node: Node, path: tuple[str | int, ...]) -> Node:
        """Return the node with variables replaced; the same node where there are none."""
        value = node.value
        if isinstance(value, str):
            return node.copy(self._text(node, value, path), node.overrides) if _SIGN in value else node
        replaced: dict[str, Node] | list[Node]
        if isinstance(value, dict):
            replaced = {key: self._entry(key, child, path) for key, child in value.items()}
            same = all(map(operator.is_, replaced.values(), value.values()))
        elif isinstance(value, list):
            replaced = [self.node(child, (*path, index)) for index, child in enumerate(value)]
            same = all(map(operator.is_, replaced, value))
        else:
            return node
        return node if same else node.copy(replaced, node.overrides)

    def _entry(self, key: str, node: Node, path: tuple[str | int, ...]) -> Node:
        if _SIGN in key:
            message = "variables work in values, not in keys"
            self.problems.append(node.problem(dotted((*path, key)), message, hint=_LITERAL, rule=_RULE, at_key=True))
        return self.node(node, (*path, key))

    def _text(self, node: Node, text: str, path: tuple[str | int, ...]) -> str:
        if len(path) == 1 and path[0] in VARIABLES:
            message = f"a variable cannot stand in {path[0]}, which is one itself"
            self._report(node, path, message, "write it out")
            return text
        self.written[node.place] = text
        index = itertools.count()
        result = _REFERENCE.sub(lambda found: self._replacement(node, next(index), found, path), text)
        refusal = check_text(result)
        if refusal:
            self._report(node, path, f"{refusal}, once its variables are replaced", "put other text around them")
        return result

    def _replacement(self, node: Node, index: int, found: re.Match[str], path: tuple[str | int, ...]) -> str:
        """Return what stands for the reference `found`, the `index`-th of the value."""
        signs, name = found[1], found[2]
        kept = "@" * (len(signs) // 2)
        if len(signs) % 2 == 0:
            return kept + found[0].removeprefix(signs)
        if name == _OF_PATTERNS and any(path[: len(each)] == each for each in _PATTERNS):
            return found[0]  # replaced for each build, when names are made
        if name is None:
            hint = f"close it with }}, or {_LITERAL}"
            self._report(node, path, "@{ opens a variable that is not closed", hint, index)
        elif name in self._texts:
            return kept + self._texts[name]
        elif name not in VARIABLES:
            close = closest(name.strip().lower(), VARIABLES)
            hint = f"did you mean @{{{close}}}?" if close else f"there are: {', '.join(VARIABLES)}"
            self._report(node, path, f"there is no variable @{{{name}}}", f"{hint} ({_LITERAL})", index)
        elif name not in self._nodes and name not in self._refused:
            message = f"uses @{{{name}}}, but {name} is not set"
            self._report(node, path, message, f"set {name}, or {_LITERAL}", index)
        return found[0]

    def _report(self, node: Node, path: tuple[str | int, ...], message: str, hint: str, index: int = 0) -> None:
        line, column = _position(node, index)
        self.problems.append(node.source.problem(line, column, dotted(path), message, hint=hint, rule=_RULE))


def _position(node: Node, index: int) -> tuple[int, int]:
    """Find the `index`-th reference of a value in its source text.

    Where the text is written with escapes that hide references, the place of the value has to do.
    """
    lines = node.source.lines[node.line - 1 :]
    first = lines[0][node.column - 1 :]
    # What follows | or > on its line is no part of the value.
    tail = "" if first.startswith(("|", ">")) else first
    written = "\n".join([tail, *lines[1:]])
    wanted = next(islice(_REFERENCE.finditer(str(node.value)), index, None))
    found = next(islice(_REFERENCE.finditer(written), index, None), None)
    if found is None or found[0] != wanted[0]:
        return node.line, node.column
    before = written[: found.start() + len(found[1]) - 1]
    down = before.count("\n")
    return node.line + down, len(before) - before.rfind("\n") + (0 if down else node.column - 1)
