"""What goes wrong in a template, told with the template's file and line."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from jinja2 import TemplateNotFound, TemplateSyntaxError, UndefinedError
from jinja2.tests import TESTS

from generator.errors import TemplateError
from generator.problems import Place
from generator.rendering.hcl import EncodingError
from generator.rendering.jail import FILTERS
from generator.rendering.language import language_of
from generator.rendering.limits import MEMORY
from generator.rendering.unknown import remedy

if TYPE_CHECKING:
    from collections.abc import Mapping
    from types import TracebackType

    from generator.rendering.library import Library, TemplateFile

_UNKNOWN: Final = re.compile(r"No (filter|test) named '(.*)'")


def template_error(
    error: BaseException, source: TemplateFile, library: Library, context: Mapping[str, object]
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
        return TemplateError(
            str(error.message), Place(failed.display, error.lineno), hint=_remedy(str(error.message), failed)
        )
    name, line = _template_line(error.__traceback__) or (source.name, 1)
    hint = _hint(error, library, context) or _remedy(str(error), library.sources[name])
    return TemplateError(_message(error), Place(library.sources[name].display, line), hint=hint)


def _message(error: BaseException) -> str:
    match error:
        case EncodingError():
            return str(error)
        case TemplateNotFound():
            return str(error.message)
        case RecursionError():
            return "templates or macros call each other without end, or it is nested too deeply"
        case MemoryError():
            return f"needs more than {MEMORY // 1024**2} MiB of memory to render"
    return str(error) or type(error).__name__


def _hint(error: BaseException, library: Library, context: Mapping[str, object]) -> str:
    message = str(error)
    if isinstance(error, UndefinedError) and message.endswith("is undefined"):
        return f"the template can use: {', '.join(sorted(context)) or 'nothing'}"
    if isinstance(error, TemplateNotFound):
        return remedy(str(error.name), [source.name for source in library.sources.values() if source.is_template])
    return ""


def _remedy(message: str, source: TemplateFile) -> str:
    """Say what there is instead of a filter or test that does not exist."""
    named = _UNKNOWN.match(message)
    if not named:
        return ""
    own = language_of(source.output).filters
    return remedy(named[2], sorted({*FILTERS, *own}) if named[1] == "filter" else sorted(TESTS))


def _template_line(traceback: TracebackType | None) -> tuple[str, int] | None:
    """Find the innermost template line in a traceback; Jinja keeps the template in the globals of its code."""
    found: tuple[str, int] | None = None
    while traceback is not None:
        template = traceback.tb_frame.f_globals.get("__jinja_template__")
        if template is not None:
            found = (template.name, template.get_corresponding_lineno(traceback.tb_lineno))
        traceback = traceback.tb_next
    return found
