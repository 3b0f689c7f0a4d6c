"""What a file of HCL says, apart from how it is written.

Comments, white space, the order of arguments, of top-level blocks and of an object's keys, quotes around a key and a
last comma say nothing to Terraform. The order of a list and of nested blocks does.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from generator.hcl.tokens import tokens_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from generator.hcl.tokens import Token

_CLOSING: Final = {"(": ")", "[": "]", "{": "}"}
_ENDS: Final = frozenset(_CLOSING.values())
_ASSIGNS: Final = frozenset({"=", ":"})


class UnreadableError(ValueError):
    """The text is not HCL as far as we read it."""


@dataclass(frozen=True, slots=True)
class Group:
    """What stands in brackets.

    Attributes:
        opening: `(`, `[` or `{`.
        items: the expressions between commas.
        keys: of an object, the key of each item, as it is compared; empty for everything else.
    """

    opening: str
    items: tuple[Expression, ...]
    keys: tuple[str, ...] = ()

    def by_key(self) -> dict[str, Expression] | None:
        """Return the items of an object; None where this is none, or where it sets a key twice."""
        found = dict(zip(self.keys, self.items, strict=False))
        return found if self.opening == "{" and len(found) == len(self.items) else None


@dataclass(frozen=True, slots=True)
class Expression:
    """An expression: tokens, and what stands in brackets between them.

    Attributes:
        atoms: texts of tokens, and groups.
        line: where it begins, 1-based; says nothing of its meaning.
        source: its text as it is written.
        meaning: what is equal where two expressions say the same.
    """

    atoms: tuple[str | Group, ...]
    line: int = field(compare=False)
    source: str = field(compare=False)
    meaning: object = field(compare=False)

    @classmethod
    def of(cls, atoms: Sequence[str | Group], line: int, source: str) -> Expression:
        """Join atoms to an expression."""
        meaning = tuple(atom if isinstance(atom, str) else _meaning(atom) for atom in atoms)
        return cls(tuple(atoms), line, source, meaning)

    @property
    def text(self) -> str:
        """The expression on one line, as a person may read it."""
        return _joined(self.atoms)


@dataclass(frozen=True, slots=True)
class Block:
    """A block, or a whole file.

    Attributes:
        name: its type and its labels, with dots between them; "" for a file.
        line: of its type, 1-based.
        attributes: expressions by name.
        blocks: nested blocks, in their order.
    """

    name: str
    line: int = field(compare=False)
    attributes: dict[str, Expression]
    blocks: tuple[Block, ...] = ()

    def of(self, *name: str) -> Iterator[Block]:
        """Yield the nested blocks of a type, and of labels where some are named, in their order."""
        for block in self.blocks:
            if tuple(block.name.split(".")[: len(name)]) == name:
                yield block

    def source(self, attribute: str) -> str:
        """Return the text of an argument as it is written; "" where it is not set."""
        return self.attributes[attribute].source if attribute in self.attributes else ""

    @property
    def meaning(self) -> object:
        """What is equal where two blocks say the same."""
        named: dict[str, list[object]] = {}
        for block in self.blocks:
            named.setdefault(block.name, []).append(block.meaning)
        attributes = sorted((name, each.meaning) for name, each in self.attributes.items())
        return tuple(attributes), tuple(sorted((name, tuple(each)) for name, each in named.items()))


def read(text: str) -> Block:
    """Read a file.

    Raises:
        UnreadableError: it is no HCL, or sets an argument twice.
    """
    reader = _Reader(text)
    block = reader.body("", 1)
    if reader.at != len(reader.tokens) - 1:
        raise UnreadableError(f"line {reader.line}: a bracket that opens nowhere")
    return block


def items(text: str) -> list[str] | None:
    """Take a list that is written out apart; None where the text is none."""
    group = _only_group(text)
    is_list = group is not None and group.opening == "[" and not (group.items and group.items[0].atoms[0] == "for")
    return [each.source for each in group.items] if group and is_list else None


def entries(text: str) -> dict[str, str] | None:
    """Take an object that is written out apart; None where the text is none, or a key is not plain."""
    group = _only_group(text)
    held = group.by_key() if group else None
    if group is None or held is None or (group.items and not group.keys) or not all(map(_is_plain, group.keys)):
        return None
    return {key.strip('"'): each.source for key, each in held.items()}


def _is_plain(key: str) -> bool:
    return key.startswith('"') and "${" not in key and "%{" not in key


def _only_group(text: str) -> Group | None:
    try:
        (atom,) = _Reader(text).whole().atoms
    except ValueError:  # unreadable, or more than one
        return None
    return atom if isinstance(atom, Group) else None


class _Reader:
    """Goes over the tokens of a text once."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.tokens = list(tokens_of(text))
        self.at = 0
        self._lines = [position for position, sign in enumerate(text) if sign == "\n"]

    @property
    def token(self) -> Token:
        return self.tokens[self.at]

    @property
    def line(self) -> int:
        return bisect_right(self._lines, self.token.offset) + 1

    def whole(self) -> Expression:
        """Read a text that is one expression."""
        return self.expression(frozenset(), lines=False)

    def body(self, name: str, line: int) -> Block:
        """Read arguments and blocks up to the brace that closes them, or to the end."""
        attributes: dict[str, Expression] = {}
        blocks: list[Block] = []
        while self.token.text not in {"", "}"}:
            begin, word = self.line, self.token
            if word.kind != "word":
                raise UnreadableError(f"line {begin}: neither an argument nor a block")
            self.at += 1
            if self.token.text != "=":
                blocks.append(self._block(word.text, begin))
                continue
            if word.text in attributes:
                raise UnreadableError(f"line {begin}: {word.text} is set twice")
            self.at += 1
            attributes[word.text] = self.expression(frozenset({"}"}))
        return Block(name, line, attributes, tuple(blocks))

    def _block(self, kind: str, line: int) -> Block:
        names = [kind]
        while self.token.kind in {"word", "literal"}:
            names.append(self.token.text.strip('"'))
            self.at += 1
        if self.token.text != "{":
            raise UnreadableError(f"line {line}: a block without a brace")
        self.at += 1
        block = self.body(".".join(names), line)
        if self.token.text != "}":
            raise UnreadableError(f"line {line}: a block that does not end")
        self.at += 1
        return block

    def expression(self, ends: frozenset[str], *, lines: bool = True) -> Expression:
        """Read an expression up to a line's end (where `lines`), to one of `ends`, or to the end."""
        begin, first, atoms = self.line, self.at, list[str | Group]()
        while self.token.text and self.token.text not in ends:
            if lines and self.at > first and "\n" in self.token.lead:
                break
            if self.token.text in _ENDS:
                raise UnreadableError(f"line {self.line}: a bracket that opens nowhere")
            atoms.append(self._group() if self.token.text in _CLOSING else self._atom())
        if not atoms:
            raise UnreadableError(f"line {begin}: an expression is missing")
        last = self.tokens[self.at - 1]
        return Expression.of(atoms, begin, self.text[self.tokens[first].offset : last.offset + len(last.text)])

    def _atom(self) -> str:
        text = self.token.text
        if self.token.kind == "open":
            raise UnreadableError(f"line {self.line}: a text that does not end")
        self.at += 1
        return text

    def _group(self) -> Group:
        line, opening = self.line, self._atom()
        closing = _CLOSING[opening]
        is_object = opening == "{" and self.token.text != "for"
        keys: list[str] = []
        items: list[Expression] = []
        while self.token.text != closing:
            if not self.token.text:
                raise UnreadableError(f"line {line}: a bracket that nothing closes")
            if self.token.text == ",":
                self.at += 1
                continue
            if is_object:
                keys.append(self._key())
            items.append(self.expression(frozenset({closing, ","}), lines=is_object))
        self.at += 1
        return Group(opening, tuple(items), tuple(keys))

    def _key(self) -> str:
        key = self.expression(_ASSIGNS)
        if self.token.text not in _ASSIGNS:
            raise UnreadableError(f"line {self.line}: a key without a value")
        self.at += 1
        only = key.atoms[0] if len(key.atoms) == 1 and isinstance(key.atoms[0], str) else ""
        # A bare word is the key itself; an expression stands in parentheses.
        return f'"{only}"' if only and not only.startswith('"') else key.text


def _meaning(group: Group) -> object:
    by_key = group.by_key()
    if by_key is None or not group.keys:
        return group.opening, tuple(item.meaning for item in group.items), group.keys
    return group.opening, tuple(sorted((key, item.meaning) for key, item in by_key.items()))


def _joined(atoms: Sequence[str | Group]) -> str:
    parts = [atom if isinstance(atom, str) else "".join(_shown(atom)) for atom in atoms]
    if not parts:
        return ""
    return parts[0] + "".join(("" if _touch(one, other) else " ") + other for one, other in pairwise(parts))


def _touch(one: str, other: str) -> bool:
    return one[-1] in ".!" or other[0] in ".[(," or other == "..."


def _shown(group: Group) -> Iterator[str]:
    yield group.opening
    names = [key.strip('"') for key in group.keys]
    texts = [item.text for item in group.items]
    yield ", ".join(f"{name} = {text}" for name, text in zip(names, texts, strict=True)) if names else ", ".join(texts)
    yield _CLOSING[group.opening]
