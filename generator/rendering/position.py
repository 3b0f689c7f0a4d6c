"""Where in HCL a template prints a value: only between tokens is an encoded value what it says."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from jinja2 import nodes

if TYPE_CHECKING:
    from collections.abc import Iterator

_IN_CODE: Final = re.compile(r'"|#|//|/\*|<<-?([A-Za-z_][A-Za-z0-9_-]*)\n|[{}]')
_IN_STRING: Final = re.compile(r'\\.|[$%][$%]\{|[$%]\{|"')
_COMMENTS: Final = {"#": "\n", "//": "\n", "/*": "*/"}


class Position:
    """What a point in HCL text lies in, while the text is read piece by piece.

    Attributes:
        inside: `a string`, `a comment` or `a heredoc`; "" between tokens.
    """

    def __init__(self) -> None:
        self.inside = ""
        self._end = ""
        # One entry for each open string whose interpolation we are in: the braces that are open there.
        self._braces: list[int] = [0]

    def feed(self, text: str) -> None:
        """Read on."""
        at = 0
        while at < len(text):
            at = {"": self._code, "a string": self._string}.get(self.inside, self._skipped)(text, at)

    def _code(self, text: str, at: int) -> int:
        found = _IN_CODE.search(text, at)
        if not found:
            return len(text)
        mark = found[0]
        if mark == '"':
            self.inside = "a string"
        elif mark in _COMMENTS:
            self.inside, self._end = "a comment", _COMMENTS[mark]
        elif mark == "{":
            self._braces[-1] += 1
        elif mark == "}":
            self._close_brace()
        else:
            self.inside, self._end = "a heredoc", found[1]
        return found.end()

    def _close_brace(self) -> None:
        if self._braces[-1] or len(self._braces) == 1:
            self._braces[-1] -= 1
        else:
            self._braces.pop()
            self.inside = "a string"

    def _string(self, text: str, at: int) -> int:
        found = _IN_STRING.search(text, at)
        if not found:
            return len(text)
        if found[0] == '"':
            self.inside = ""
        elif found[0] in {"${", "%{"}:
            self._braces.append(0)
            self.inside = ""
        return found.end()

    def _skipped(self, text: str, at: int) -> int:
        pattern = rf"^[ \t]*{re.escape(self._end)}$" if self.inside == "a heredoc" else re.escape(self._end)
        found = re.compile(pattern, re.MULTILINE).search(text, at)
        if not found:
            return len(text)
        self.inside = ""
        return found.end()


def misplaced_outputs(tree: nodes.Template) -> Iterator[tuple[int, str]]:
    """Yield line and reason of every output of an HCL template that stands inside of a string, comment or heredoc.

    The text is read in the order of the template, branch after branch: branches are expected to close what they open.
    """
    position = Position()
    for output in tree.find_all(nodes.Output):
        for child in output.nodes:
            if isinstance(child, nodes.TemplateData):
                position.feed(child.data)
            elif position.inside:
                yield (
                    child.lineno,
                    f"prints a value inside of {position.inside}; let the value be an expression of its own",
                )
