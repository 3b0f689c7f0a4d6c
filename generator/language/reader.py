"""Read one spec: bytes to nodes with their places, or all that is wrong with them.

Nothing is guessed and nothing is resolved by type names or references: no tags, no anchors, no merge keys, no
duplicate keys, no ambiguous words. Sizes are bounded, so that no file of a megabyte takes more than a moment.
"""

from __future__ import annotations

import errno
import os
import re
import stat
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from generator.errors import SpecError, UsageError
from generator.language.construction import Construction
from generator.language.nodes import SpecText
from generator.text import conflicts, name_of

if TYPE_CHECKING:
    from pathlib import Path

    from generator.language.nodes import Node
    from generator.problems import Problem

LARGEST_FILE: Final = 1 << 20

_MARKS: Final = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")
# A lone carriage return and the line ends of Unicode would make our line numbers differ from an editor's.
_UNWANTED: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]|\r(?!\n)")
_UNWANTED_CATEGORIES: Final = frozenset({"Cc", "Cf", "Zl", "Zp"})
_UNWANTED_OTHERS: Final = frozenset("\ufffe\uffff")


@dataclass(frozen=True, slots=True)
class Reading:
    """What came of reading a file.

    Attributes:
        root: the top-level mapping, without the values that are wrong (`Gap` stands for those in lists); None where
            there is none to speak of.
        problems: all that is wrong.
    """

    root: Node | None
    problems: tuple[Problem, ...]


def read_spec(path: Path, display: str) -> Node:
    """Read a spec from a file.

    Args:
        path: the file.
        display: the file as a person would type it, for messages.

    Raises:
        UsageError: there is no such file.
        SpecError: it cannot be read, or something is wrong with it; holds all problems that can be told.
    """
    return _root(load(path, display))


def read_text(data: bytes, display: str) -> Node:
    """Read a spec from bytes.

    Args:
        data: the content of a file.
        display: its name, for messages.

    Raises:
        SpecError: something is wrong with it; holds all problems that can be told.
    """
    return _root(parse(data, display))


def load(path: Path, display: str, layer: str = "") -> Reading:
    """Read a file and report what is wrong beside what is right.

    Raises:
        UsageError: there is no such file.
    """
    source = SpecText(display)
    try:
        # Opening a pipe or a device would wait for ever.
        if not stat.S_ISREG(path.stat().st_mode):
            return _unreadable(source, "is not a file", "a spec is a YAML file in environments/")
        with path.open("rb") as file:
            data = file.read(LARGEST_FILE + 1)
    except FileNotFoundError as error:
        if os.path.islink(path):  # noqa: PTH114  # Path.is_symlink raises where the name is too long
            message = "is a link to a file that does not exist"
            return _unreadable(source, message, "correct the link, or put the file itself there")
        raise UsageError(f"{display} does not exist", hint="run tfstencil new, or correct the name") from error
    except OSError as error:
        if error.errno == errno.ELOOP:
            message = "is a link that leads round to itself, and to no file"
            return _unreadable(source, message, "correct the link, or put the file itself there")
        return _unreadable(source, f"cannot be read: {error.strerror}", "check the file and its permissions")
    return parse(data, display, layer)


def parse(data: bytes, display: str, layer: str = "") -> Reading:
    """Parse bytes and report what is wrong beside what is right.

    Args:
        data: the content of a file.
        display: its name, for messages.
        layer: what it is among the layers of an environment, its name by default.
    """
    source = SpecText(display, data.decode("utf-8", "replace"), layer)
    if len(data) > LARGEST_FILE:
        return _unreadable(source, "is larger than 1 MiB", "split it into bases and name them under extends")
    if data.startswith(_MARKS):
        return _unreadable(source, "begins with a byte order mark", "save the file as UTF-8 without BOM")
    problems = _undecodable(data, source) or _unwanted(source) or _conflicts(source)
    if problems:
        return Reading(None, tuple(problems))
    construction = Construction(source)
    return Reading(construction.document(data), tuple(construction.problems))


def _root(reading: Reading) -> Node:
    if reading.problems or reading.root is None:
        raise SpecError(reading.problems)
    return reading.root


def _unreadable(source: SpecText, message: str, hint: str) -> Reading:
    return Reading(None, (source.problem(1, 1, "", message, hint=hint, rule="unreadable"),))


def _undecodable(data: bytes, source: SpecText) -> list[Problem]:
    try:
        data.decode("utf-8")
    except UnicodeDecodeError as error:
        before = data[: error.start].decode("utf-8")
        message = f"byte {data[error.start]:#04x} is not UTF-8"
        return [_at(source, before, message, "save the file as UTF-8", "encoding")]
    return []


def _unwanted(source: SpecText) -> list[Problem]:
    text = source.text
    pattern = _UNWANTED
    if not text.isascii():
        odd = [char for char in set(text) - {"\n", "\t", "\r"} if _is_unwanted(char)]
        if odd:
            pattern = re.compile(f"{_UNWANTED.pattern}|[{re.escape(''.join(odd))}]")
    hint = r"remove it, or write it as an escape in double quotes where it may stand"
    return [
        _at(source, text[: found.start()], f"holds {name_of(found[0])}, which nobody can see", hint, "invisible-text")
        for found in pattern.finditer(text)
    ]


def _conflicts(source: SpecText) -> list[Problem]:
    hint = "keep one of the two versions, and remove the lines of <, = and >"
    message = "a merge has left a conflict here"
    return [source.problem(line, 1, "", message, hint=hint, rule="merge-conflict") for line in conflicts(source.text)]


def _is_unwanted(char: str) -> bool:
    return unicodedata.category(char) in _UNWANTED_CATEGORIES or char in _UNWANTED_OTHERS


def _at(source: SpecText, before: str, message: str, hint: str, rule: str) -> Problem:
    line = before.count("\n") + 1
    return source.problem(line, len(before) - before.rfind("\n"), "", message, hint=hint, rule=rule)
