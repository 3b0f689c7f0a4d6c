"""What an unquoted word of a spec means: text, a whole number, true, false, null; or nothing, because it is ambiguous.

YAML 1.1 and 1.2 read `no`, `012`, `22:30`, `1.10`, `2026-01-31` each in ways of their own, and rarely as meant. None
of these is guessed at: they are refused, with the spellings to choose from.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final, TypeAlias

Scalar: TypeAlias = str | int | bool | None

LARGEST_INTEGER: Final = 10**30
_LONGEST_SHOWN: Final = 60

_CONSTANTS: Final[dict[str, bool | None]] = {"true": True, "false": False, "null": None}
# What YAML 1.1 makes of these words, whatever their case: https://yaml.org/type/bool.html
_WORDS: Final = {
    "y": "true", "yes": "true", "on": "true", "true": "true",
    "n": "false", "no": "false", "off": "false", "false": "false",
    "null": "null", "~": "null",
}  # fmt: skip
_INTEGER: Final = re.compile(r"0|-?[1-9][0-9]*")
_ACCOUNT: Final = re.compile(r"[0-9]{12}")
_ODD_INTEGER: Final = re.compile(r"[-+]?[0-9][0-9_]*")
_BASED: Final = re.compile(r"[-+]?0[xXoObB][0-9a-fA-F_]+")
_FRACTION: Final = re.compile(r"[-+]?(?:\.[0-9][0-9_]*|[0-9][0-9_]*\.?[0-9_]*)(?:[eE][-+]?[0-9]+)?")
_SPECIAL: Final = re.compile(r"[-+]?\.(?:inf|nan)", re.IGNORECASE)
_CLOCK: Final = re.compile(r"[-+]?[0-9][0-9_]*(?::[0-9_]+)+(?:\.[0-9_]*)?")
_DATE: Final = re.compile(r"[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}(?:[Tt\s].*)?", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Ambiguity:
    """Why an unquoted word is refused.

    Attributes:
        message: what is wrong, without a full stop.
        quoted: the word in quotes: how to write it as text.
        instead: another way to write what may be meant; "" where there is none.
    """

    message: str
    quoted: str
    instead: str = ""

    @property
    def hint(self) -> str:
        """Both spellings to choose from."""
        return f"quote it: {self.quoted}" + (f", or write {self.instead}" if self.instead else "")


def resolve(word: str) -> Scalar | Ambiguity:
    """Return the value of an unquoted word, or the reason why it has none.

    Args:
        word: the scalar as YAML hands it over, not empty.
    """
    if word in _CONSTANTS:
        return _CONSTANTS[word]
    meaning = _WORDS.get(word.lower())
    if meaning:
        return _refuse(word, f"is ambiguous: some YAML readers take it as {meaning}", meaning)
    if word[0].isalpha():
        return word
    if word[0] in "0123456789+-.":
        return _number(word)
    if word in {"=", "<<"}:
        return _refuse(word, "is ambiguous: it has a meaning of its own in YAML")
    return word


def _number(word: str) -> int | str | Ambiguity:
    if _ACCOUNT.fullmatch(word):
        return _refuse(word, "is twelve digits: an account id is text, and would lose its leading zeros as a number")
    if _INTEGER.fullmatch(word):
        # Counted before it is converted: Python refuses to convert more than 4,300 digits.
        if len(word) > len(str(LARGEST_INTEGER)) + 1 or abs(int(word)) > LARGEST_INTEGER:
            return _refuse(word, "is too large for a number, the largest is 10^30")
        return int(word)
    return _odd_number(word)


def _odd_number(word: str) -> str | Ambiguity:
    if _ODD_INTEGER.fullmatch(word):
        digits = word.lstrip("+-").replace("_", "").lstrip("0") or "0"
        sign = "-" if word[0] == "-" and digits != "0" else ""
        return _refuse(
            word, "is ambiguous: YAML readers differ over signs, leading zeros and underscores", sign + digits
        )
    if _BASED.fullmatch(word):
        return _refuse(word, "is ambiguous: some YAML readers take it as a number in another base")
    if _FRACTION.fullmatch(word) or _SPECIAL.fullmatch(word):
        return _refuse(word, "is ambiguous: YAML readers take it as a number with a fraction, and lose its spelling")
    if _CLOCK.fullmatch(word):
        return _refuse(word, "is ambiguous: some YAML readers take it as a number to the base 60")
    if _DATE.fullmatch(word):
        return _refuse(word, "is ambiguous: some YAML readers take it as a date")
    return word


def _refuse(word: str, message: str, instead: str = "") -> Ambiguity:
    return Ambiguity(message, f'"{shorten(word)}"', shorten(instead))


def shorten(text: str) -> str:
    """Cut text that would make a message unreadable."""
    return text if len(text) <= _LONGEST_SHOWN else f"{text[:_LONGEST_SHOWN]}…"
