"""Texts of a part with `@{…}` for what differs between environments: names, ARNs, commands, messages."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from generator.parts.own.file.expression import Expression, ExpressionError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from generator.parts.own.file.expression import Vocabulary

# As in a spec: `@@{` stands for the text `@{`.
_VARIABLE: Final = re.compile(r"@@\{|@\{([^{}]*)\}|@\{")


@dataclass(frozen=True)
class TextPattern:
    """A text that has been judged.

    Attributes:
        pieces: literal text, and what stands between it.
    """

    pieces: tuple[str | Expression, ...]

    @classmethod
    def read(cls, text: str, vocabulary: Vocabulary) -> TextPattern:
        """Read a text.

        Raises:
            ExpressionError: a variable in it is not known, or not closed.
        """
        pieces: list[str | Expression] = []
        end = 0
        for found in _VARIABLE.finditer(text):
            pieces.append(text[end : found.start()])
            end = found.end()
            if found[0] == "@@{":
                pieces.append("@{")
            elif found[1] is None:
                raise ExpressionError("has @{ without a }", "close it, or write @@{ for the text @{")
            else:
                pieces.append(Expression.read(found[1].strip(), vocabulary))
        pieces.append(text[end:])
        return cls(tuple(piece for piece in pieces if piece != ""))

    @property
    def paths(self) -> tuple[tuple[str, ...], ...]:
        """What it names."""
        found = (path for piece in self.pieces if isinstance(piece, Expression) for path in piece.paths)
        return tuple(dict.fromkeys(found))

    def value(self, context: Mapping[str, object]) -> str:
        """Return the text.

        Raises:
            ExpressionError: a variable has no value, or one that no text can hold.
        """
        return "".join(piece if isinstance(piece, str) else _shown(piece, context) for piece in self.pieces)


def _shown(piece: Expression, context: Mapping[str, object]) -> str:
    value = piece.value(context)
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str | int):
        return str(value)
    what = "nothing" if value is None else "a list or a mapping"
    raise ExpressionError(f"{piece.text} is {what}, which no text can hold", "ask whether it is there with if:")
