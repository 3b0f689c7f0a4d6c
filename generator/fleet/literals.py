"""Finds the constants of a root module, which may differ between environments of one shape.

A constant is a whole literal: text without interpolation, a number, true, false, null, or a list or an object of
such. They are looked for where rendered roots hold their values and any expression may stand in their place: in the
arguments of module calls, in local values, and in the values of outputs
(https://developer.hashicorp.com/terraform/language/syntax/configuration).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_TOKEN: Final = re.compile(
    r"""(?P<lead>[ \t\r\n]*)
    (?:(?P<literal>"(?:[^"\\$%]|\\.|\$\$\{|%%\{|[$%](?!\{))*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)
    |(?P<word>[A-Za-z_][\w-]*)
    |(?P<comment>/\*.*?\*/|(?:\#|//)[^\n]*)
    |(?P<heredoc><<-?(?P<end>\w+)\r?\n.*?^[ \t]*(?P=end)[ \t]*$)
    |(?P<sign>==|!=|<=|>=|=>|&&|\|\||\.\.\.|.|$))""",
    re.VERBOSE | re.DOTALL | re.MULTILINE,
)
_IN_TEMPLATE: Final = re.compile(r'\\.|\$\$\{|%%\{|[$%]\{|"', re.DOTALL)
_IN_INTERPOLATION: Final = re.compile(r'["{}]')
_KEYWORDS: Final = frozenset({"true", "false", "null"})
# A literal behind one of these is a value, and neither a key nor a label.
_BEFORE: Final = frozenset({"=", "(", "[", ","})
_ENDS: Final = frozenset({",", ")", "]", "}"})
_CLOSING: Final = {"(": ")", "[": "]", "{": "}"}
# Arguments of a module call that terraform reads before it evaluates anything.
_STATIC: Final = frozenset({"source", "version", "providers", "depends_on"})
_BLOCK: Final = "block"
_INDEX: Final = "index"


class _Token(NamedTuple):
    """A token, and the white space before it."""

    lead: str
    kind: str
    text: str


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
    tokens = list(_tokens(text))
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

    def enter(self, token: _Token) -> None:
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


def _tokens(text: str) -> Iterator[_Token]:
    """Yield all tokens but comments; the last one is empty."""
    lead, position = "", 0
    while found := _TOKEN.match(text, position):
        kind, begin, end = found.lastgroup or "", found.end("lead"), found.end()
        lead += found["lead"]
        if kind == "sign" and text.startswith('"', begin):
            kind, end = "template", _template_end(text, begin + 1)
        if kind != "comment":
            yield _Token(lead, kind, text[begin:end])
            lead = ""
        if begin == len(text):
            return
        position = end


def _template_end(text: str, position: int) -> int:
    """Return the end of quoted text with interpolations, which may hold quoted text themselves."""
    while found := _IN_TEMPLATE.search(text, position):
        position = found.end()
        if found[0] == '"':
            return position
        if found[0] in {"${", "%{"}:
            position = _interpolation_end(text, position)
    return len(text)


def _interpolation_end(text: str, position: int) -> int:
    depth = 1
    while depth and (found := _IN_INTERPOLATION.search(text, position)):
        position = found.end()
        if found[0] == '"':
            position = _template_end(text, position)
        else:
            depth += 1 if found[0] == "{" else -1
    return len(text) if depth else position


def _literal_end(tokens: Sequence[_Token], at: int) -> int:
    """Return where the literal ends that begins at a token; `at` where none does."""
    kind, text = tokens[at][1:]
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


def _is_assignment(tokens: Sequence[_Token], at: int) -> bool:
    return at < len(tokens) and tokens[at].text in {"=", ":"}


def _ends_value(tokens: Sequence[_Token], at: int) -> bool:
    """Whether a value is over, and is not the first operand of something longer."""
    return at < len(tokens) and (tokens[at].text in _ENDS or "\n" in tokens[at].lead)
