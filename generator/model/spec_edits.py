"""Change the text of a spec and nothing else in it: comments, order and layout stay as their author left them.

Each edit is made at the place where YAML finds the key or the value, so that it works in blocks and in braces alike,
and leaves every other byte alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

import yaml

from generator.language.construction import LOADER
from generator.language.keys import read_key
from generator.model.notation import key_of, lines_of, text_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    Entries: TypeAlias = list[tuple[yaml.ScalarNode, yaml.Node]]


@dataclass(frozen=True, slots=True)
class SpecEdits:
    """The text of a spec, and what is changed in it.

    Attributes:
        text: as it is now.
    """

    text: str

    def has(self, path: Sequence[str | int]) -> bool:
        """Tell whether something stands at a path."""
        return self._find(path) is not None

    def value(self, path: Sequence[str | int]) -> object:
        """Return the plain value at a path, as YAML reads it; None where there is none."""
        found = self._find(path)
        return None if found is None else yaml.SafeLoader("").construct_document(found[1])

    def renamed(self, path: Sequence[str], name: str) -> SpecEdits:
        """Give the key at a path another name; its operator stays."""
        key = self._at(path)[0]
        operator = "" if key.style else read_key(key.value, quoted=False).operator
        return self._with(key, key_of(name) + operator)

    def with_value(self, path: Sequence[str | int], value: str) -> SpecEdits:
        """Put another text in place of the one at a path."""
        return self._with(self._at(path)[1], text_of(value))

    def without(self, path: Sequence[str]) -> SpecEdits:
        """Take out the key at a path, with its value and the comments inside it; an emptied mapping goes as well."""
        parent = self._at(path[:-1])[1] if path[:-1] else self._root()
        entries = _entries(parent)
        if len(entries) == 1 and path[:-1]:
            return self.without(path[:-1])
        at = next(index for index, (key, _) in enumerate(entries) if _name(key) == path[-1])
        key, value = entries[at]
        begin, end = key.start_mark.index, _end(value)
        if isinstance(parent, yaml.MappingNode) and parent.flow_style:
            last = at == len(entries) - 1
            begin = _end(entries[at - 1][1]) if last and at else begin
            end = end if last else entries[at + 1][0].start_mark.index
        else:
            begin, end = self.text.rfind("\n", 0, begin) + 1, self._line_end(end)
        return SpecEdits(self.text[:begin] + self.text[end:])

    def with_key(self, path: Sequence[str], value: object) -> SpecEdits:
        """Add a key that is not there yet, with the mappings around it, behind what stands there.

        Args:
            path: of the key.
            value: text, a list of texts, or a mapping of texts.
        """
        known = max(length for length in range(len(path)) if not length or self._find(path[:length]))
        parent = self._at(path[:known])[1] if known else self._root()
        name, rest = path[known], path[known + 1 :]
        for key in reversed(rest):
            value = {key: value}
        if isinstance(parent, yaml.MappingNode) and parent.value and not parent.flow_style:
            return self._with_lines(parent, _block(name, value, parent.start_mark.column))
        entry = f"{key_of(name)}: {text_of(value)}"
        if isinstance(parent, yaml.MappingNode) and parent.value:
            return self._inserted(_end(_entries(parent)[-1][1]), f", {entry}")
        # `{}`, or nothing at all behind the colon.
        return self._with(parent, f"{{{entry}}}")

    def with_items(self, path: Sequence[str], items: Sequence[str]) -> SpecEdits:
        """Add texts to the end of a list, which is made where there is none."""
        found = self._find(path)
        if found is None:
            return self.with_key(path, list(items))
        node = found[1]
        if not isinstance(node, yaml.SequenceNode) or not node.value:
            return self._with(node, text_of(list(items)))
        if node.flow_style:
            return self._inserted(_end(node.value[-1]), "".join(f", {text_of(item)}" for item in items))
        return self._with_lines(node, "".join(f"{' ' * node.start_mark.column}- {text_of(item)}\n" for item in items))

    def _root(self) -> yaml.MappingNode:
        root = yaml.compose(self.text, Loader=LOADER)
        if not isinstance(root, yaml.MappingNode):
            raise LookupError("a spec is a mapping")  # noqa: TRY004  # one kind of error for what is not there
        return root

    def _find(self, path: Sequence[str | int]) -> tuple[yaml.ScalarNode, yaml.Node] | None:
        found: tuple[yaml.ScalarNode, yaml.Node] | None = None
        node: yaml.Node = self._root()
        for part in path:
            found = _below(node, part)
            if found is None:
                return None
            node = found[1]
        return found

    def _at(self, path: Sequence[str | int]) -> tuple[yaml.ScalarNode, yaml.Node]:
        found = self._find(path)
        if found is None:
            raise LookupError(f"nothing stands at {'.'.join(map(str, path))}")
        return found

    def _with(self, node: yaml.Node, text: str) -> SpecEdits:
        begin, end = node.start_mark.index, node.end_mark.index
        # A key may have nothing behind its colon, not even a space.
        return SpecEdits(self.text[:begin] + (" " if begin == end else "") + text + self.text[end:])

    def _inserted(self, at: int, text: str) -> SpecEdits:
        return SpecEdits(self.text[:at] + text + self.text[at:])

    def _with_lines(self, node: yaml.CollectionNode, lines: str) -> SpecEdits:
        """Insert lines behind the last one of a block."""
        at = self._line_end(_end(node))
        ended = self.text[:at].endswith("\n")
        return self._inserted(at, lines if ended else "\n" + lines.removesuffix("\n"))

    def _line_end(self, at: int) -> int:
        """Return where the line ends that something ends on; a block of text ends where the next line begins."""
        if at and self.text[at - 1] == "\n":
            return at
        found = self.text.find("\n", at)
        return len(self.text) if found < 0 else found + 1


def _entries(node: yaml.Node) -> Entries:
    return node.value if isinstance(node, yaml.MappingNode) else []


def _below(node: yaml.Node, part: str | int) -> tuple[yaml.ScalarNode, yaml.Node] | None:
    if isinstance(part, int):
        items = node.value if isinstance(node, yaml.SequenceNode) else []
        return (items[part], items[part]) if part < len(items) else None
    return next(((key, value) for key, value in _entries(node) if _name(key) == part), None)


def _name(key: yaml.ScalarNode) -> str:
    return str(key.value) if key.style else read_key(key.value, quoted=False).name


def _end(node: yaml.Node) -> int:
    """Return where the text of a node ends: a block's own mark lies behind the comments that follow it."""
    if isinstance(node, yaml.CollectionNode) and not node.flow_style and node.value:
        last = node.value[-1]
        return _end(last[1] if isinstance(last, tuple) else last)
    return int(node.end_mark.index)


def _block(key: str, value: object, column: int) -> str:
    return "".join(f"{' ' * column}{line}\n" for line in lines_of(key, value))
