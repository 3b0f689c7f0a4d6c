r"""The patterns of a webhook: names, regular expressions, and what may not count.

`main` is the name itself, `/release\/.+/` a regular expression, and `!` in front of either excludes. CodeBuild looks
for a match anywhere in the text, so everything is anchored here. A regular expression must mean the same in Java, in
RE2 (which checks it again in the rendered module) and in Python: what only one of them knows is refused.
"""

from __future__ import annotations

import re
import string
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_SPECIAL: Final = re.compile(r"[\\.^$*+?()\[\]{}|]")
# A regular expression, token by token: a class, a group's opening, an escape, a quantifier, or one character.
_TOKEN: Final = re.compile(
    r"(?P<set>\[\^?\]?(?:\\.|[^\]\\])*\])"
    r"|(?P<group>\(\?(?:P?<[^>=!]*>|<?[=!]|[^:()]*:?))"
    r"|(?P<escape>\\(?:.|$))"
    r"|(?P<repeat>(?:[*+?]|\{[0-9]+(?:,[0-9]*)?\})(?P<mode>[?+]?))"
    r"|(?P<char>.)",
    re.DOTALL,
)
_ODD_SET: Final = re.compile(r"(?<!\\)(?:\[|&&|--|~~|\|\|)")
_ESCAPE: Final = re.compile(r"\\(.)", re.DOTALL)
# All engines know these letters, and every ASCII sign that is escaped; the edges of words are none of a set.
_IN_SET: Final = frozenset(f"dDwWsStnrf {string.punctuation}")
_OUTSIDE: Final = _IN_SET | {"b", "B"}
_PLAIN_GROUPS: Final = frozenset({"(?:", "(?i:", "(?s:", "(?is:", "(?si:"})
_MOST_REPEATS: Final = 1000  # of RE2


@dataclass(frozen=True, slots=True)
class Pattern:
    """One pattern of a spec.

    Attributes:
        text: the name, or the regular expression without its slashes.
        is_regex: which of the two.
        excludes: whether what matches must not count.
    """

    text: str
    is_regex: bool
    excludes: bool

    @classmethod
    def read(cls, written: str) -> Pattern:
        """Take apart what stands in a spec."""
        excludes = written.startswith("!")
        text = written[1:] if excludes else written
        is_regex = len(text) > 1 and text[0] == text[-1] == "/"
        return cls(text[1:-1] if is_regex else text, is_regex, excludes)

    @property
    def is_folder(self) -> bool:
        """Whether it names a folder, and so all that lies below it."""
        return not self.is_regex and self.text.endswith("/")

    @property
    def path_expression(self) -> str:
        """The regular expression of the paths that it stands for."""
        return self.expression + (".+" if self.is_folder else "")

    @property
    def expression(self) -> str:
        """The regular expression, such that nothing beside it changes its meaning."""
        return f"(?:{self.text})" if self.is_regex else literal(self.text)

    def fault(self) -> str:
        """Say what is wrong with a regular expression; "" where nothing is."""
        if not self.is_regex:
            return ""
        if not self.text:
            return "is empty between its slashes"
        refused = next(_refused(self.text), "")
        if refused:
            return refused
        try:
            re.compile(self.text)
        except re.error as error:
            return f"is not a regular expression: {error.msg}" + (f" at {self.text[error.pos :]}" if error.pos else "")
        return ""


def literal(text: str) -> str:
    """Return the regular expression that matches just `text`."""
    return _SPECIAL.sub(r"\\\g<0>", text)


def anchored(alternatives: Iterable[str]) -> str:
    """Return the regular expression that matches a whole text, in one of the ways given."""
    ways = list(alternatives)
    return f"^{ways[0]}$" if len(ways) == 1 else f"^(?:{'|'.join(ways)})$"


def _refused(text: str) -> Iterator[str]:
    """Say what of an expression is not understood everywhere, or would undo the anchors."""
    for token in _TOKEN.finditer(text):
        match token.lastgroup:
            case "set" if _ODD_SET.search(token[0][1:]):
                yield f"has {token[0]}, which not every engine reads alike; put a \\ before [ & - ~ | in a set"
            case "group" if token[0] not in _PLAIN_GROUPS:
                yield f"has {token[0]}…, which not every engine knows; groups are (…), (?:…) and (?i:…)"
            case "set" | "escape":
                known = _IN_SET if token.lastgroup == "set" else _OUTSIDE
                yield from (
                    f"has \\{sign}, which not every engine knows"
                    for sign in _ESCAPE.findall(token[0])
                    if sign not in known
                )
            case "mode" | "repeat":
                yield from _repeat_fault(token)
            case "char" if token[0] == "[":
                yield "has a [ that is never closed"
            case "char" if token[0] in "^$":
                yield f"has {token[0]}: it is anchored for you, and must match as a whole"
            case "char" if token[0] in "{}":
                yield f"has {token[0]}, which repeats nothing; write \\{token[0]} for the character"
            case _:
                pass


def _repeat_fault(token: re.Match[str]) -> Iterator[str]:
    if token["mode"] == "+":
        yield f"has {token[0]}, a possessive repetition, which RE2 does not know"
    elif any(int(count) > _MOST_REPEATS for count in re.findall(r"[0-9]+", token[0])):
        yield f"has {token[0]}: RE2 repeats {_MOST_REPEATS} times at most"
