"""HCL as tokens: texts, numbers, words, heredocs and signs, each with the white space before it.

What is no HCL is taken apart as well, and no character of it is lost
(https://github.com/hashicorp/hcl/blob/main/hclsyntax/spec.md).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

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


class Token(NamedTuple):
    """A token, and the white space before it.

    Attributes:
        lead: white space, and comments' line ends.
        kind: literal, template, word, heredoc or sign; open for a quoted text that nothing closes.
        text: as it is written.
        offset: of its first character in the whole text.
    """

    lead: str
    kind: str
    text: str
    offset: int


def tokens_of(text: str) -> Iterator[Token]:
    """Yield all tokens but comments; the last one is empty."""
    lead, position = "", 0
    while found := _TOKEN.match(text, position):
        kind, begin, end = found.lastgroup or "", found.end("lead"), found.end()
        lead += found["lead"]
        if kind == "sign" and text.startswith('"', begin):
            closed = _template_end(text, begin + 1)
            kind, end = ("template", closed) if closed else ("open", len(text))
        if kind != "comment":
            yield Token(lead, kind, text[begin:end], begin)
            lead = ""
        if begin == len(text):
            return
        position = end


def _template_end(text: str, position: int) -> int:
    """Return the end of quoted text with interpolations, which may hold quoted text themselves; 0 where it has none."""
    while position and (found := _IN_TEMPLATE.search(text, position)):
        position = found.end()
        if found[0] == '"':
            return position
        if found[0] in {"${", "%{"}:
            position = _interpolation_end(text, position)
    return 0


def _interpolation_end(text: str, position: int) -> int:
    depth = 1
    while depth and position and (found := _IN_INTERPOLATION.search(text, position)):
        position = found.end()
        if found[0] == '"':
            position = _template_end(text, position)
        else:
            depth += 1 if found[0] == "{" else -1
    return 0 if depth else position
