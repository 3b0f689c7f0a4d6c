"""The values of a resource that change: by path, blocks by name, lists by member, texts by line."""

from __future__ import annotations

import difflib
import json
import re
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from generator.reports.plan.values.difference import ABSENT, SENSITIVE, Difference, Value
from generator.reports.plan.values.pairing import is_blocks, paired
from generator.reports.plan.values.tree import Later, Secret, holds, is_empty

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from generator.refusal import Path
    from generator.reports.plan.values.masks import Masks

_PLAIN: Final = re.compile(r"[A-Za-z_][\w-]*")
_NEIGHBOURS: Final = 1


@dataclass(frozen=True, slots=True)
class Found:
    """A difference, and where it stands for a program.

    Attributes:
        path: with positions of the plan.
        difference: for a reader.
    """

    path: Path
    difference: Difference


@dataclass(frozen=True, slots=True)
class _At:
    """A place in both trees: its path, and the same for a reader."""

    path: Path = ()
    shown: str = ""

    def key(self, key: str) -> _At:
        if not _PLAIN.fullmatch(key):
            return _At((*self.path, key), f"{self.shown}[{json.dumps(key, ensure_ascii=False)}]")
        return _At((*self.path, key), f"{self.shown}.{key}" if self.shown else key)

    def item(self, label: str, place: int) -> _At:
        return _At((*self.path, place), f"{self.shown}[{label}]" if label else self.shown)


class Comparison:
    """Compares two trees.

    Args:
        masks: what is sensitive anywhere.
        source: says what an unknown value will be.
    """

    def __init__(self, masks: Masks, source: Callable[[Path], str]) -> None:
        self._masks = masks
        self._source = source

    def differences(self, before: Any, after: Any) -> Iterator[Found]:  # noqa: ANN401  # any tree
        """Yield what is not the same; where there is nothing before, every value of what comes."""
        yield from self._walk(_At(), before, after, is_whole=before is None or after is None)

    @staticmethod
    def shown(path: Path) -> str:
        """Write a path for a reader."""
        at = _At()
        for part in path:
            at = at.key(part) if isinstance(part, str) else at.item(str(part), part)
        return at.shown

    def _walk(self, at: _At, before: Any, after: Any, *, is_whole: bool) -> Iterator[Found]:  # noqa: ANN401  # any tree
        if before == after or (_says_nothing(before) and _says_nothing(after)):
            return
        sides = [each for each in (before, after) if each is not None]
        if all(isinstance(each, dict) for each in sides):
            mine, theirs = _mapping(before), _mapping(after)
            for key in dict.fromkeys([*mine, *theirs]):
                yield from self._walk(at.key(str(key)), mine.get(key), theirs.get(key), is_whole=is_whole)
        elif is_blocks(before) or is_blocks(after):
            if self._is_list_of_blocks(before) and self._is_list_of_blocks(after):
                yield from self._blocks(at, before or [], after or [], is_whole=is_whole)
            else:
                yield self._replaced(at, before, after)
        elif isinstance(before, list) and isinstance(after, list) and (len(before) > 1 or len(after) > 1):
            yield self._members(at, before, after)
        elif isinstance(before, str) and isinstance(after, str) and "\n" in f"{before}{after}":
            yield Found(at.path, Difference(at.shown, lines=tuple(self._lines(before, after))))
        else:
            yield self._replaced(at, before, after)

    @staticmethod
    def _is_list_of_blocks(value: object) -> bool:
        return is_blocks(value) or value in (None, [])

    def _blocks(self, at: _At, before: Sequence[Any], after: Sequence[Any], *, is_whole: bool) -> Iterator[Found]:
        for item in paired(before, after):
            inner = at.item(item.label, item.place)
            if is_whole or (item.before is not None and item.after is not None):
                yield from self._walk(inner, item.before, item.after, is_whole=is_whole)
            elif not (is_empty(item.before) and is_empty(item.after)):
                yield self._replaced(inner, item.before, item.after)

    def _members(self, at: _At, before: list[Any], after: list[Any]) -> Found:
        if any(holds(each, kind) for each in (before, after) for kind in (Later, Secret)):
            return self._replaced(at, before, after)
        old, new = Counter(map(_text, before)), Counter(map(_text, after))
        if old == new:
            return self._replaced(at, before, after)
        added = tuple(self._data(item) for item in _beyond(after, old))
        removed = tuple(self._data(item) for item in _beyond(before, new))
        return Found(at.path, Difference(at.shown, added=added, removed=removed))

    def _replaced(self, at: _At, before: Any, after: Any) -> Found:  # noqa: ANN401  # any tree
        return Found(at.path, Difference(at.shown, self.value(before), self.value(after)))

    def value(self, tree: Any) -> Value:  # noqa: ANN401  # any tree
        """Return a tree as one side of a difference."""
        if tree is None:
            return ABSENT
        if isinstance(tree, Secret) or self._masks.is_secret(tree):
            return SENSITIVE
        if isinstance(tree, Later):
            return Value("unknown", source=self._source(tree.path))
        if isinstance(tree, list) and holds(tree, Later) and not any(isinstance(item, dict) for item in tree):
            sources = [self._source(item.path) for item in tree if isinstance(item, Later)]
            return Value("unknown", source=", ".join(dict.fromkeys(filter(None, sources))))
        return Value("known", self._data(tree))

    def _data(self, tree: Any) -> object:  # noqa: ANN401  # any tree
        if isinstance(tree, Secret):
            return "(sensitive)"
        if isinstance(tree, Later):
            source = self._source(tree.path)
            return f"(known after apply: {source})" if source else "(known after apply)"
        if isinstance(tree, dict):
            return {self._masks.clean(str(key)): self._data(item) for key, item in tree.items() if not is_empty(item)}
        if isinstance(tree, list):
            return [self._data(item) for item in tree]
        return self._masks.cleaned(tree)

    def _lines(self, before: str, after: str) -> Iterator[str]:
        found = difflib.unified_diff(before.split("\n"), after.split("\n"), n=_NEIGHBOURS, lineterm="")
        for number, line in enumerate(found):
            if number < 2:  # noqa: PLR2004  # the names of two files, which there are not
                continue
            if not line.startswith("@@"):
                yield line[0] + self._masks.clean(line[1:])
            elif number > 2:  # noqa: PLR2004  # between two places
                yield " …"


def _says_nothing(tree: object) -> bool:
    """Whether a tree is empty, or false: providers write nothing and false for the same."""
    return tree is False or is_empty(tree)


def _mapping(value: object) -> dict[Any, Any]:
    return value if isinstance(value, dict) else {}


def _text(value: object) -> str:
    return json.dumps(value, sort_keys=True, default=str)


def _beyond(items: Sequence[Any], known: Counter[str]) -> Iterator[Any]:
    """Yield the items of which there are more than known."""
    left = Counter(known)
    for item in items:
        text = _text(item)
        if left[text]:
            left[text] -= 1
        else:
            yield item
