"""What goes wrong in a template, told with the template's file and line."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jinja2 import TemplateNotFound, TemplateSyntaxError, UndefinedError

from generator.errors import TemplateError
from generator.problems import Place
from generator.rendering.hcl import EncodingError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from types import TracebackType

    from generator.rendering.library import Library, Source


def template_error(
    error: BaseException, source: Source, library: Library, context: Mapping[str, object]
) -> TemplateError:
    """Turn whatever rendering raised into an error for the user.

    Args:
        error: as caught, with its traceback.
        source: the template that was asked for.
        library: to name the template that failed, which may be one that was imported.
        context: what the template could name.
    """
    if isinstance(error, TemplateError):
        return error
    if isinstance(error, TemplateSyntaxError):
        failed = library.sources.get(error.name or "", source)
        return TemplateError(str(error.message), Place(failed.display, error.lineno))
    name, line = _template_line(error.__traceback__) or (source.name, 1)
    return TemplateError(_message(error), Place(library.sources[name].display, line), hint=_hint(error, context))


def _message(error: BaseException) -> str:
    match error:
        case EncodingError():
            return str(error)
        case TemplateNotFound():
            return str(error.message)
        case RecursionError():
            return "templates or macros call each other without end"
    return str(error) or type(error).__name__


def _hint(error: BaseException, context: Mapping[str, object]) -> str:
    if isinstance(error, UndefinedError):
        return f"the template can use: {', '.join(sorted(context)) or 'nothing'}"
    return ""


def _template_line(traceback: TracebackType | None) -> tuple[str, int] | None:
    """Find the innermost template line in a traceback; Jinja keeps the template in the globals of its code."""
    found: tuple[str, int] | None = None
    while traceback is not None:
        template = traceback.tb_frame.f_globals.get("__jinja_template__")
        if template is not None:
            found = (template.name, template.get_corresponding_lineno(traceback.tb_lineno))
        traceback = traceback.tb_next
    return found
