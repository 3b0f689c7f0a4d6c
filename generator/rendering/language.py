"""The languages that templates are written in: how each encodes values, and what it lets through."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from jinja2 import Undefined

from generator.rendering import hcl, markdown
from generator.rendering.encoded import Encoded
from generator.rendering.hcl import EncodingError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


@dataclass(frozen=True, slots=True)
class Language:
    """How values are printed in one kind of file.

    Attributes:
        name: for messages.
        suffixes: of the rendered files.
        filters: what turns a value into encoded text.
        finalize: what every output passes through at last.
    """

    name: str
    suffixes: tuple[str, ...]
    filters: Mapping[str, Callable[..., Encoded]]
    finalize: Callable[[object], Encoded]


def hcl_filter(value: object, indent: int | None = None) -> Encoded:
    """Encode `value` as HCL: on one line, or from a line on that is indented by `indent` columns."""
    return Encoded(hcl.encode(_defined(value), indent=indent))


def identifier_filter(value: object) -> Encoded:
    """Let `value` stand bare as a label or name, or refuse it."""
    return Encoded(hcl.identifier(_defined(value)))


def code_filter(value: object) -> Encoded:
    """Print `value` as a Markdown code span."""
    return markdown.code(_defined(value))


def _only_encoded(value: object) -> Encoded:
    if isinstance(_defined(value), Encoded):
        return value  # type: ignore[return-value]  # _defined returns what it is given
    raise EncodingError("is printed without an encoder; end the expression with | hcl or | identifier")


def _prose(value: object) -> Encoded:
    return markdown.prose(_defined(value))


def _nothing(value: object) -> Encoded:
    if isinstance(_defined(value), Encoded):
        return value  # type: ignore[return-value]  # _defined returns what it is given
    raise EncodingError("cannot be printed here: values can be encoded for .tf, .hcl and .md files only")


def _defined(value: object) -> object:
    if isinstance(value, Undefined):
        str(value)  # StrictUndefined raises what is undefined, and where
    return value


HCL: Final = Language("HCL", (".tf", ".hcl"), {"hcl": hcl_filter, "identifier": identifier_filter}, _only_encoded)
MARKDOWN: Final = Language("Markdown", (".md",), {"code": code_filter}, _prose)
CONSTANT: Final = Language("constant text", ("",), {}, _nothing)
LANGUAGES: Final = (HCL, MARKDOWN, CONSTANT)


def language_of(path: str) -> Language:
    """Return the language of the file that is rendered to `path`."""
    return next(language for language in LANGUAGES if path.endswith(language.suffixes))
