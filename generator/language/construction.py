"""Nodes from the events of a YAML parser, in one pass, with everything refused that could be misread."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final, NoReturn, TypeAlias

import yaml
from yaml import (
    AliasEvent,
    DocumentEndEvent,
    DocumentStartEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    StreamEndEvent,
)

from generator.errors import SpecError
from generator.language import syntax
from generator.language.keys import APPEND, REPLACE, read_key
from generator.language.nodes import Gap, Node, dotted
from generator.language.scalars import Ambiguity, resolve, shorten
from generator.text import check_text

if TYPE_CHECKING:
    from collections.abc import Callable

    from generator.language.keys import WrittenKey
    from generator.language.nodes import SpecText
    from generator.problems import Problem

DEEPEST: Final = 32
MOST_NODES: Final = 50_000

_SHARE: Final = "share values through a base named under extends, or repeat them"
LOADER: Final = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
# The words and keys of a thousand specs are few, and looked up a hundred thousand times.
_meaning = lru_cache(maxsize=4096)(resolve)
_key_of = lru_cache(maxsize=4096)(read_key)
_FITTING: Final = {
    APPEND: (list, "appends to a list, and this is none"),
    REPLACE: (dict, "replaces a mapping, and this is none"),
}

_Path: TypeAlias = tuple[str | int, ...]
_Event: TypeAlias = Any  # PyYAML's parsers hand over events and marks without types
_Mark: TypeAlias = Any


class Construction:
    """The making of one tree of nodes.

    It goes on after a problem wherever the parser can: what is wrong is left out of the tree.

    Attributes:
        problems: what was found wrong so far.
    """

    def __init__(self, source: SpecText, loader: Callable[[bytes], Any] = LOADER) -> None:
        self.problems: list[Problem] = []
        self._source = source
        self._loader = loader
        self._nodes = 0

    def document(self, data: bytes) -> Node | None:
        """Return the top-level mapping; None where the text holds none.

        Args:
            data: the text of the source, as UTF-8.
        """
        try:
            self._next = self._loader(data).get_event
            return self._document()
        except SpecError as error:
            self.problems.extend(error.problems)
        # The pure Python parser lets chr() complain about an escape beyond Unicode.
        except (yaml.YAMLError, ValueError, OverflowError) as error:
            self.problems.append(syntax.explain(error, self._source))
        return None

    def _document(self) -> Node | None:
        self._next()  # the start of the stream
        start = self._next()
        if type(start) is StreamEndEvent:
            self._report(start, (), "is empty", hint="run tfstencil new to see what a spec looks like")
            return None
        if start.version or start.tags:
            self._report(start, (), "directives are not supported", hint="remove the lines that begin with %")
        event = self._next()
        root: Node | None = self._value(event, (), 1)
        if type(event) is not MappingStartEvent:
            hint = "write key: value, with a space after the colon"
            self._report(event, (), "must be a mapping of keys to values", hint=hint, rule="not-a-mapping")
            root = None
        after = self._next()
        while type(after) is DocumentEndEvent:
            after = self._next()
        if type(after) is DocumentStartEvent:
            self._report(after, (), "a second document begins here", hint="write each spec to a file of its own")
        return root

    def _value(self, event: _Event, path: _Path, depth: int) -> Node:
        kind = type(event)
        self._nodes += 1
        if self._nodes > MOST_NODES:
            self._stop(event, path, f"more than {MOST_NODES:,} values", "split the spec into bases")
        mark = event.start_mark
        if kind is ScalarEvent:
            found = len(self.problems)
            value = self._scalar(event, path)
            made = Node if found == len(self.problems) else Gap
            return made(value, self._source, mark.line + 1, mark.column + 1)
        if kind is AliasEvent:
            self._report(event, path, f"aliases are not supported: *{event.anchor}", hint=_SHARE, rule="alias")
            return Gap(None, self._source)
        if depth > DEEPEST:
            self._stop(event, path, f"nested more than {DEEPEST} levels deep", "flatten it; no spec needs this")
        if event.anchor is not None or event.tag is not None:
            self._decorated(event, path)
        collect = self._mapping if kind is MappingStartEvent else self._sequence
        return Node(collect(path, depth + 1), self._source, mark.line + 1, mark.column + 1)

    def _mapping(self, path: _Path, depth: int) -> dict[str, Node]:
        value: dict[str, Node] = {}
        before = len(self.problems)
        next_event = self._next
        while type(event := next_event()) is not MappingEndEvent:
            if type(event) is not ScalarEvent:
                self._odd_entry(event, path, depth)
                continue
            key = self._key(event, path)
            if key is None:
                self._value(next_event(), path, depth)
                continue
            name = key.name
            below = (*path, name)
            mark: _Mark = event.start_mark
            found = len(self.problems)
            node = self._value(next_event(), below, depth)
            node.key_line, node.key_column, node.operator = mark.line + 1, mark.column + 1, key.operator
            if key.operator and found == len(self.problems):
                self._check_operator(node, below)
            if name in value:
                self._duplicate(value[name], node, below)
            else:
                value[name] = node
        if before == len(self.problems):
            return value
        return {name: node for name, node in value.items() if type(node) is Node}

    def _sequence(self, path: _Path, depth: int) -> list[Node]:
        value: list[Node] = []
        next_event = self._next
        while type(event := next_event()) is not SequenceEndEvent:
            value.append(self._value(event, (*path, len(value)), depth))
        return value

    def _scalar(self, event: _Event, path: _Path) -> str | int | bool | None:
        text: str = event.value
        if event.anchor is not None or event.tag is not None:
            self._decorated(event, path)
            return None
        if not event.style:
            if not text:
                hint = "give a value, or write null to remove what is inherited"
                self._report(event, path, "has no value", hint=hint, rule="no-value")
                return None
            value = _meaning(text)
            if isinstance(value, Ambiguity):
                message = f"{shorten(text)} {value.message}"
                self._report(event, path, message, hint=value.hint, rule="ambiguous-scalar")
                return None
            if value is None and path and isinstance(path[-1], int):
                hint = 'leave the item out, or quote it: "null"'
                self._report(event, path, "null means nothing in a list", hint=hint, rule="null-item")
                return None
            if not isinstance(value, str):
                return value
        return text if self._is_clean(event, text, path) else None

    def _key(self, event: _Event, path: _Path) -> WrittenKey | None:
        self._nodes += 1
        if event.anchor is not None or event.tag is not None:
            self._decorated(event, path)
            return None
        key = _key_of(event.value, quoted=bool(event.style))
        if key.message:
            self._report(event, path, key.message, hint=key.hint, rule=key.rule)
            return None
        return key

    def _odd_entry(self, event: _Event, path: _Path, depth: int) -> None:
        line, column = event.start_mark.line, event.start_mark.column
        if self._source.lines[line][max(column - 1, 0) : column + 1] == "{{":
            message = "Jinja does not work in a spec"
            hint = 'quote text that holds {{, or write a variable such as "@{stack}"'
        else:
            message, hint = "a key must be text", 'write a word before the colon, or quote it: "…"'
        self._report(event, path, message, hint=hint, rule="key")
        found = len(self.problems)
        self._value(event, path, depth)
        self._value(self._next(), path, depth)
        del self.problems[found:]  # what follows from the first mistake would only distract

    def _check_operator(self, node: Node, path: _Path) -> None:
        kind, message = _FITTING[node.operator]
        if not isinstance(node.value, kind):
            hint = f"write {path[-1]}: without the {node.operator}, scalars and lists replace what is inherited"
            message = f"{path[-1]}{node.operator} {message}"
            self.problems.append(node.problem(dotted(path), message, hint=hint, rule="operator", at_key=True))

    def _duplicate(self, first: Node, second: Node, path: _Path) -> None:
        message = f"is given twice, first at {first.key_place}"
        hint = "keep one of them"
        self.problems.append(second.problem(dotted(path), message, hint=hint, rule="duplicate-key", at_key=True))

    def _decorated(self, event: _Event, path: _Path) -> None:
        if event.anchor is not None:
            self._report(event, path, f"anchors are not supported: &{event.anchor}", hint=_SHARE, rule="anchor")
        if event.tag is not None:
            hint = "remove it; a value in quotes is text, and one without is read as it looks"
            self._report(event, path, f"tags are not supported: {shorten(event.tag)}", hint=hint, rule="tag")

    def _is_clean(self, event: _Event, text: str, path: _Path) -> bool:
        if text.isascii() and text.isprintable():
            return True
        refusal = check_text(text)
        if refusal:
            self._report(event, path, refusal, hint="retype it without that character", rule="refused-text")
        return refusal is None

    def _report(self, event: _Event, path: _Path, message: str, *, hint: str, rule: str = "document") -> None:
        mark = event.start_mark
        key = dotted(path)
        self.problems.append(self._source.problem(mark.line + 1, mark.column + 1, key, message, hint=hint, rule=rule))

    def _stop(self, event: _Event, path: _Path, message: str, hint: str) -> NoReturn:
        mark = event.start_mark
        where = (mark.line + 1, mark.column + 1, dotted(path))
        raise SpecError([self._source.problem(*where, message, hint=hint, rule="too-large")])
