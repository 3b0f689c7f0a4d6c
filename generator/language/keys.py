"""What a key of a spec says: a name, and how its value goes with what is inherited."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from generator.language.scalars import Ambiguity, resolve, shorten
from generator.text import check_text

APPEND: Final = "+"
REPLACE: Final = "="
_OPERATORS: Final = (APPEND, REPLACE)


@dataclass(frozen=True, slots=True)
class WrittenKey:
    """A key as it was written.

    Attributes:
        name: the name without the operator.
        operator: `+`, `=` or "".
        message: why the key is refused; "" where it is not.
        hint: how to write it instead.
        rule: identifier for machine-readable output.
    """

    name: str
    operator: str = ""
    message: str = ""
    hint: str = ""
    rule: str = ""


def read_key(text: str, *, quoted: bool) -> WrittenKey:
    """Read a key.

    Args:
        text: the scalar as YAML hands it over.
        quoted: whether it stood in quotes: then it is a name, whatever it looks like.
    """
    refusal = check_text(text)
    if refusal:
        return WrittenKey(text, "", f"the key {refusal}", "retype it without that character", "refused-text")
    if quoted:
        return WrittenKey(text)
    if not text:
        return WrittenKey(text, "", "a key is missing before this colon", "write key: value", "key")
    value = resolve(text)
    if isinstance(value, Ambiguity):
        message = f"the key {shorten(text)} {value.message}"
        return WrittenKey(text, "", message, f"quote it: {value.quoted}", "ambiguous-scalar")
    if not isinstance(value, str):
        return WrittenKey(text, "", f"the key {text} is not text", f'quote it: "{text}"', "ambiguous-scalar")
    return _split(text)


def _split(text: str) -> WrittenKey:
    if len(text) == 1 or not text.endswith(_OPERATORS):
        return WrittenKey(text)
    name, operator = text[:-1], text[-1]
    if name.rstrip() != name:
        hint = f"write {shorten(name.rstrip())}{operator}"
        return WrittenKey(text, "", f"the key {shorten(text)} has a space before its {operator}", hint, "operator")
    if name.endswith(_OPERATORS):
        hint = f'end it in one + or =, or quote the whole key: "{shorten(text)}"'
        return WrittenKey(text, "", f"the key {shorten(text)} has two operators", hint, "operator")
    return WrittenKey(name, operator)
