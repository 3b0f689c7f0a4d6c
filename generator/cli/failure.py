"""How the process ends when something went wrong: what is said, to whom, and the exit code."""

from __future__ import annotations

import traceback
from typing import TYPE_CHECKING, Final

import click

from generator.cli.options import INTERRUPTED
from generator.display import visible
from generator.errors import SpecError, TerraformError, TfstencilError
from generator.problems import count_line
from generator.reports.problems.errors import error_data
from generator.reports.problems.formats import as_data, ordered
from generator.reports.problems.lines import CAP, problem_lines

if TYPE_CHECKING:
    from generator.cli.console import Console

WRONG_USAGE: Final = 2
# A person reads no more; --json has all of them.
_EXPLAINED: Final = 4


def report(error: BaseException, console: Console) -> int:
    """Say what went wrong.

    Args:
        error: what ended the command.
        console: where to say it; with `--json` the document too, unless one is out already.

    Returns:
        The exit code.
    """
    if not isinstance(error, click.ClickException):
        say_trace(error, console)
    if isinstance(error, SpecError):
        return _spec_error(error, console)
    if isinstance(error, TfstencilError):
        return _known_error(error, console)
    if isinstance(error, click.ClickException):
        return _usage_error(error, console)
    if isinstance(error, (KeyboardInterrupt, EOFError, click.Abort)):
        console.document({"ok": False, "error": {"kind": "interrupted", "message": "interrupted"}})
        console.error("interrupted")
        return INTERRUPTED
    if isinstance(error, OSError) and error.errno:
        return _system_error(error, console)
    return _defect(error, console)


def _spec_error(error: SpecError, console: Console) -> int:
    found = ordered(error.problems)
    console.document({"ok": False, "problems": [as_data(problem) for problem in found]})
    if not console.json:
        cap = None if console.options.verbose else CAP
        for line in problem_lines(found, cap=cap):
            console.plain_error(line)
    console.error(count_line(found))
    return error.exit_code


def say(error: TfstencilError, console: Console, *, about: str = "") -> None:
    """Say what failed and what to do.

    Args:
        error: what failed.
        console: where to say it.
        about: the environment concerned, where there are several.
    """
    subject = f"{about}: " if about else ""
    explanations = error.explanations if isinstance(error, TerraformError) else ()
    console.error(f"{subject}{visible(str(error))}", hint="" if explanations else visible(error.hint))
    for explanation in explanations[:_EXPLAINED]:
        console.explain(visible(explanation.cause), hint=visible(explanation.remedy), see=explanation.see)


def say_trace(error: BaseException, console: Console) -> None:
    """Show the traceback of an error; nothing without `-v`."""
    if console.options.verbose:
        console.detail("".join(traceback.format_exception(error)).rstrip())


def _known_error(error: TfstencilError, console: Console) -> int:
    console.document({"ok": False, "error": error_data(error)})
    say(error, console)
    return error.exit_code


def _usage_error(error: click.ClickException, console: Console) -> int:
    message = error.format_message()
    console.document({"ok": False, "error": {"kind": "UsageError", "message": message, "hint": ""}})
    context = error.ctx if isinstance(error, click.UsageError) else None
    console.error(message, hint=f"{context.command_path} --help" if context else "")
    return WRONG_USAGE


def _system_error(error: OSError, console: Console) -> int:
    """Say what the operating system refused: a full disk or a missing permission is no defect of ours."""
    where = f"{error.filename}: " if error.filename else ""
    message = visible(f"{where}{error.strerror}")
    console.document({"ok": False, "error": {"kind": "OSError", "message": message, "hint": ""}})
    console.error(message)
    return 1


def _defect(error: BaseException, console: Console) -> int:
    summary = visible(" ".join(f"{type(error).__name__}: {error}".split()))
    console.document({"ok": False, "error": {"kind": "defect", "message": summary, "hint": "run with -v"}})
    remedy = "please report it with the traceback above" if console.options.verbose else "run with -v"
    console.error(f"this is a defect in tfstencil: {summary}; {remedy}")
    return 1
