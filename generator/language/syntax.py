"""What a YAML parser complains about, in the words of the person who made the mistake."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from generator.language.nodes import SpecText
    from generator.problems import Problem

RULE: Final = "syntax"


@dataclass(frozen=True, slots=True)
class _Advice:
    """A complaint that people really cause.

    Attributes:
        complaints: parts of what a parser says, in libyaml's wording and in the pure Python parser's.
        message: what is wrong.
        hint: what to do about it.
        at_start: whether the mistake lies where the parser began the construct, not where it gave up.
    """

    complaints: tuple[str, ...]
    message: str
    hint: str
    at_start: bool = False


_TAB: Final = _Advice((), "a tab stands where only spaces can", "indent with spaces, two per level")
_RESERVED: Final = _Advice((), "text cannot begin with this character", "put the whole value in quotes")
_TRAILING: Final = _Advice(
    (), "text follows a value that has ended", "put the whole value in quotes; a ' inside single quotes is written ''"
)
_ADVICE: Final = (
    _Advice(
        ("mapping values are not allowed",),
        "a colon stands where no key can be",
        'quote text that holds ": ", begin each key on a line of its own, and put a space after the colon of a key',
    ),
    _Advice(
        ("could not find expected ':'",),
        "a key without its colon",
        "write key: value, with a space after the colon",
        at_start=True,
    ),
    _Advice(
        ("found unexpected end of stream", "found unexpected document"),
        "the quote that opens here is never closed",
        "close it with the same quote",
        at_start=True,
    ),
    _Advice(
        ("expected ',' or '}'",),
        "the { that opens here is never closed, or a comma is missing",
        "separate entries by commas and close with }",
        at_start=True,
    ),
    _Advice(
        ("expected ',' or ']'",),
        "the [ that opens here is never closed, or a comma is missing",
        "separate items by commas and close with ]",
        at_start=True,
    ),
    _Advice(
        ("expected '-' indicator", "but found '?'"),
        "a key stands among the items of a list",
        "begin every item with -, or indent the list below its key",
    ),
    _Advice(
        ("expected key", "expected <block end>"),
        "the indentation fits nothing above",
        "align it with the key or item that it belongs to",
    ),
    _Advice(
        ("expected alphabetic or numeric character",),
        "text cannot begin with * or &",
        "put the whole value in quotes",
        at_start=True,
    ),
    _Advice(
        ("undefined tag handle", "while scanning a tag", "while parsing a tag"),
        "tags are not supported",
        "quote text that begins with !",
        at_start=True,
    ),
    _Advice(
        ("while parsing a quoted scalar", "while scanning a double-quoted scalar", "chr() arg"),
        "double quotes hold an escape that YAML does not know",
        r"write a backslash as \\, or use single quotes",
    ),
    _Advice(
        ("sequence entries are not allowed",),
        "a list cannot begin on the line of its key",
        "begin each item with - on a line of its own, or write [a, b]",
    ),
    _Advice(
        ("while scanning a block scalar",),
        "text follows the | or > that opens a block",
        "begin the text on the next line, indented",
    ),
    _Advice(
        ("node content",),
        "a bracket or comma stands where a value should be",
        "put text that holds brackets or commas in quotes",
    ),
    _Advice(
        ("<document start>",),
        "text follows the end of the spec",
        "align every top-level key at column 1; quote text that holds quotes or brackets",
    ),
)


def explain(error: Exception, source: SpecText) -> Problem:
    """Turn what the parser says into a problem with its place.

    Args:
        error: from PyYAML, with marks in most cases.
        source: the text that was parsed.
    """
    context = getattr(error, "context", None) or ""
    complaint = f"{context}: {getattr(error, 'problem', None) or error}"
    gave_up = getattr(error, "problem_mark", None)
    line, column = (gave_up.line + 1, gave_up.column + 1) if gave_up else (1, 1)
    advice = _advice(complaint, source, line, column)
    began = getattr(error, "context_mark", None)
    if advice.at_start and began:
        line, column = began.line + 1, began.column + 1
    return source.problem(line, column, "", advice.message, hint=advice.hint, rule=RULE)


def _advice(complaint: str, source: SpecText, line: int, column: int) -> _Advice:
    text = source.lines[line - 1] if line <= len(source.lines) else ""
    if text[column - 1 : column] == "\t":
        return _TAB
    if "cannot start any token" in complaint:
        return _RESERVED
    for advice in _ADVICE:
        if any(part in complaint for part in advice.complaints):
            misaligned = advice.message.startswith("the indentation")
            return _TRAILING if misaligned and text[: column - 1].strip() else advice
    return _Advice((), f"this is not valid YAML ({complaint.removeprefix(': ')})", "correct it, or quote the value")
