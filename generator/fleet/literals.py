"""Finds the constants of a root module, which may differ between environments of one shape.

A constant is a whole literal: text without interpolation, a number, true, false, null, or a list or an object of
such. They are looked for where rendered roots hold their values and any expression may stand in their place: in the
arguments of module calls, in local values, and in the values of outputs
(https://developer.hashicorp.com/terraform/language/syntax/configuration).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from generator.hcl.tokens import tokens_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from generator.hcl.tokens import Token

_KEYWORDS: Final = frozenset({"true", "false", "null"})
# A literal behind one of these is a value, and neither a key nor a label.
_BEFORE: Final = frozenset({"=", "(", "[", ","})
_ENDS: Final = frozenset({",", ")", "]", "}"})
_CLOSING: Final = {"(": ")", "[": "]", "{": "}"}
# Arguments of a module call that terraform reads before it evaluates anything.
_STATIC: Final = frozenset({"source", "version", "providers", "depends_on"})
_BLOCK: Final = "block"
_INDEX: Final = "index"


@dataclass(frozen=True, slots=True)
class Parted:
    """HCL, parted at its constants: `around[0] constants[0] around[1] … around[-1]`.

    Attributes:
        around: what stands before, between and behind the constants, without comments.
        constants: as they are written.
        whole: of each constant, whether it is all there is of its argument.
    """

    around: tuple[str, ...]
    constants: tuple[str, ...]
    whole: tuple[bool, ...]


def part(text: str) -> Parted:
    """Part HCL at its constants; of what is no HCL nothing is promised but that no character of it is lost."""
    tokens = list(tokens_of(text))
    around: list[str] = [""]
    constants: list[str] = []
    whole: list[bool] = []
    place = _Place()
    at = 0
    while at < len(tokens):
        token = tokens[at]
        around[-1] += token.lead
        end = _literal_end(tokens, at) if place.takes_any_expression else at
        if end == at or not _ends_value(tokens, end):
            around[-1] += token.text
            place.enter(token)
            at += 1
            continue
        constants.append(token.text + "".join(item.lead + item.text for item in tokens[at + 1 : end]))
        whole.append(place.at_argument)
        around.append("")
        place.before = token.kind
        at = end
    return Parted(tuple(around), tuple(constants), tuple(whole))


@dataclass(slots=True)
class _Place:
    """Where among the blocks and brackets of a text the next token stands.

    Attributes:
        brackets: how each that is open will close; blocks are told from objects.
        block: type of the outermost block.
        argument: name of the argument of that block.
        before: the last token.
    """

    brackets: list[str] = field(default_factory=list)
    block: str = ""
    argument: str = ""
    before: str = ""

    @property
    def in_body(self) -> bool:
        """Whether arguments and blocks stand here, and not the items of an expression."""
        return not self.brackets or self.brackets[-1] == _BLOCK

    @property
    def at_argument(self) -> bool:
        """Whether the value of an argument begins here."""
        return self.before == "=" and self.in_body

    @property
    def takes_any_expression(self) -> bool:
        """Whether a literal that stands here may be replaced by any expression of its value."""
        inside = self.brackets[-1:]
        if self.before not in _BEFORE or inside == [_INDEX] or (self.before == "," and inside == ["}"]):
            return False
        if self.block == "module":
            return self.argument not in _STATIC
        return self.block == "locals" or (self.block == "output" and self.argument == "value")

    def enter(self, token: Token) -> None:
        """Go past a token."""
        if not self.brackets and token.kind == "word":
            self.block = token.text
        elif token.text == "=" and len(self.brackets) == 1 and self.in_body:
            self.argument = self.before
        if token.kind == "sign":
            if token.text in _CLOSING:
                self.brackets.append(self._kind(token.text))
            elif token.text in _CLOSING.values() and self.brackets:
                self.brackets.pop()
                self.block = self.block if self.brackets else ""
        self.before = token.text

    def _kind(self, opening: str) -> str:
        if opening == "{" and self.in_body and self.before != "=":
            return _BLOCK
        return _INDEX if opening == "[" and self.before not in _BEFORE else _CLOSING[opening]


def _literal_end(tokens: Sequence[Token], at: int) -> int:
    """Return where the literal ends that begins at a token; `at` where none does."""
    _, kind, text, _ = tokens[at]
    if kind == "literal" or (kind == "word" and text in _KEYWORDS):
        return at + 1
    if kind != "sign" or text not in {"[", "{"}:
        return at
    item = at + 1
    while item < len(tokens) and tokens[item].text != _CLOSING[text]:
        if tokens[item].text == ",":
            item += 1
            continue
        if text == "{":
            if tokens[item].kind not in {"literal", "word"} or not _is_assignment(tokens, item + 1):
                return at
            item += 2
        end = _literal_end(tokens, item) if item < len(tokens) else item
        if end == item or not _ends_value(tokens, end):
            return at
        item = end
    return item + 1 if item < len(tokens) else at


def _is_assignment(tokens: Sequence[Token], at: int) -> bool:
    return at < len(tokens) and tokens[at].text in {"=", ":"}


def _ends_value(tokens: Sequence[Token], at: int) -> bool:
    """Whether a value is over, and is not the first operand of something longer."""
    return at < len(tokens) and (tokens[at].text in _ENDS or "\n" in tokens[at].lead)
