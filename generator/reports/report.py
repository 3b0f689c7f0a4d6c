"""A result as it is shown: one JSON document, or messages for a person, in order."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from rich.console import RenderableType

    from generator.errors import TfstencilError

Tone = Literal["show", "done", "note", "detail", "warn", "error", "raw", "page"]


@dataclass(frozen=True, slots=True)
class Message:
    """One thing that is said.

    Attributes:
        tone: how: a result, a confirmation, a remark, a detail, a warning, an error, text in a format of its own,
            or a page, which a terminal shows in a pager.
        content: a line of a terminal, or a table.
        hint: after an error, what to do.
    """

    tone: Tone
    content: RenderableType
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Failure:
    """An error that ended one environment, and not the command.

    Attributes:
        error: what went wrong.
        about: the environment; "" where there is but one.
    """

    error: TfstencilError
    about: str = ""


@dataclass(frozen=True, slots=True)
class Report:
    """A result as it is shown.

    Attributes:
        document: as JSON data; by convention it opens with `ok`.
        messages: for a person.
    """

    document: Mapping[str, object]
    messages: Iterable[Message | Failure]


def shown(contents: Iterable[RenderableType]) -> Iterator[Message]:
    """Make results of lines and tables."""
    return (Message("show", content) for content in contents)
