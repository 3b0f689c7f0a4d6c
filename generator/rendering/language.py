"""The languages that templates are written in: how each encodes values, and what it lets through."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from jinja2 import Undefined

from generator.rendering import hcl, markdown
from generator.rendering.encoded import EncodedText
from generator.rendering.hcl import EncodingError
from generator.rendering.position import misplaced_outputs

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from jinja2 import nodes


@dataclass(frozen=True, slots=True)
class Language:
    """How values are printed in one kind of file.

    Attributes:
        name: for messages.
        suffixes: of the rendered files.
        filters: what turns a value into encoded text.
        finalize: what every output passes through at last.
        misplaced: finds outputs where even encoded values are not safe, as line and reason.
    """

    name: str
    suffixes: tuple[str, ...]
    filters: Mapping[str, Callable[..., EncodedText]]
    finalize: Callable[[object], EncodedText]
    misplaced: Callable[[nodes.Template], Iterable[tuple[int, str]]] = field(default=lambda _: ())


def hcl_filter(value: object, indent: int | None = None) -> EncodedText:
    """Encode `value` as HCL: on one line, or from a line on that is indented by `indent` columns."""
    try:
        return EncodedText(hcl.encode(value, indent=indent))
    except EncodingError as error:
        _refuse_undefined(value, error.path)
        raise


def identifier_filter(value: object) -> EncodedText:
    """Let `value` stand bare as a label or name, or refuse it."""
    _refuse_undefined(value)
    return EncodedText(hcl.identifier(value))


def code_filter(value: object) -> EncodedText:
    """Print `value` as a Markdown code span."""
    _refuse_undefined(value)
    return markdown.code(value)


def shell_filter(value: object) -> EncodedText:
    """Print `value` as one word of a shell command."""
    _refuse_undefined(value)
    return markdown.shell(value)


def line_filter(value: object) -> EncodedText:
    """Print `value` as one line of a fenced block."""
    _refuse_undefined(value)
    return markdown.line(value)


def label_filter(value: object) -> EncodedText:
    """Print `value` as the quoted label of a Mermaid node."""
    _refuse_undefined(value)
    return markdown.label(value)


def _only_encoded(value: object) -> EncodedText:
    if isinstance(value, EncodedText):
        return value
    _refuse_undefined(value)
    raise EncodingError("is printed without an encoder; end the expression with | hcl or | identifier")


def _prose(value: object) -> EncodedText:
    if isinstance(value, EncodedText):
        return value
    _refuse_undefined(value)
    return markdown.prose(value)


def _nothing(value: object) -> EncodedText:
    if isinstance(value, EncodedText):
        return value
    _refuse_undefined(value)
    raise EncodingError("cannot be printed here: values can be encoded for .tf, .hcl and .md files only")


def _refuse_undefined(value: object, path: Sequence[str] = ()) -> None:
    """Let Jinja say what is undefined, where that is why the value at `path` cannot be encoded."""
    for key in path:
        if isinstance(value, list | tuple):
            value = value[int(key)]
        elif isinstance(value, dict):
            value = value.get(key)
    if isinstance(value, Undefined):
        str(value)


HCL: Final = Language(
    "HCL", (".tf", ".hcl"), {"hcl": hcl_filter, "identifier": identifier_filter}, _only_encoded, misplaced_outputs
)
MARKDOWN: Final = Language(
    "Markdown",
    (".md",),
    {"code": code_filter, "label": label_filter, "line": line_filter, "shell": shell_filter},
    _prose,
)
CONSTANT: Final = Language("constant text", ("",), {}, _nothing)
LANGUAGES: Final = (HCL, MARKDOWN, CONSTANT)


def language_of(path: str) -> Language:
    """Return the language of the file that is rendered to `path`."""
    return next(language for language in LANGUAGES if path.endswith(language.suffixes))
