"""The command `tfstencil`: from the arguments to the exit code."""

from __future__ import annotations

import gc
import os
import signal
import sys
from typing import TYPE_CHECKING, Final, NoReturn

import click

from generator import __version__
from generator.cli.console import Console
from generator.cli.group import LazyGroup
from generator.cli.options import INTERRUPTED, GlobalOptions
from generator.cli.streams import prepare_streams

if TYPE_CHECKING:
    from collections.abc import Sequence

PROGRAM = "tfstencil"
# Importing makes many objects and no garbage; looking for some after every 700th, as Python does, takes 20 ms of it.
_OBJECTS_BEFORE_A_LOOK: Final = 100_000

tfstencil = LazyGroup(
    PROGRAM,
    help="Short YAML specs in, complete and readable Terraform out: rendered, checked, planned, applied, read back.",
    context_settings={"max_content_width": 110},
    subcommand_metavar="COMMAND [ARGUMENT]...",
)
click.version_option(__version__, "--version", prog_name=PROGRAM, message="%(prog)s %(version)s")(tfstencil)


def main() -> NoReturn:
    """Run the command line of this process and end it."""
    gc.set_threshold(_OBJECTS_BEFORE_A_LOOK)
    prepare_streams()
    _end_in_good_order()
    code = run(sys.argv[1:])
    # Python looks through all objects several times as it ends, which takes up to 50 ms and frees what the end frees.
    gc.freeze()
    sys.exit(code)


def _end_in_good_order() -> None:
    """Let SIGTERM and SIGHUP end us as Ctrl-C does, so that what is temporary goes; ignored ones stay so (nohup)."""
    for number in (signal.SIGTERM, signal.SIGHUP):
        if signal.getsignal(number) is signal.SIG_DFL:
            signal.signal(number, signal.default_int_handler)


def run(arguments: Sequence[str]) -> int:
    """Run one command line.

    Args:
        arguments: what follows the program's name.

    Returns:
        The exit code; no exception leaves this function.
    """
    interrupts = sys.modules.get("generator.terraform.process.interrupts")
    if interrupts:
        interrupts.forget()
    return _interrupted_or(_run(arguments))


def _run(arguments: Sequence[str]) -> int:
    options = GlobalOptions()
    try:
        code = tfstencil.main(list(arguments), PROGRAM, standalone_mode=False, obj=options)
        sys.stdout.flush()
    except BrokenPipeError:
        return _reader_left()
    except SystemExit as end:
        # Click's way out when the reader of our output has gone.
        return end.code if isinstance(end.code, int) else 1
    except BaseException as error:  # noqa: BLE001  # no traceback may reach a user; the report names a defect as one
        # Click stops at the first wrong option and may not have come to these.
        options.json = options.json or "--json" in arguments
        options.verbose = options.verbose or not {"-v", "--verbose"}.isdisjoint(arguments)
        return _reported(_cause(error), Console(options))
    return code if isinstance(code, int) else 0


def _interrupted_or(code: int) -> int:
    """Return 130 where a run failed since it was interrupted: of several environments, one may have told us alone."""
    # Imported by what runs terraform, and by nothing else.
    interrupts = sys.modules.get("generator.terraform.process.interrupts")
    return INTERRUPTED if code and interrupts and interrupts.interrupted() else code


def _cause(error: BaseException) -> BaseException:
    # Click turns Ctrl-C into Abort, which would hide where it happened.
    return error.__cause__ if isinstance(error, click.Abort) and error.__cause__ else error


def _reported(error: BaseException, console: Console) -> int:
    from generator.cli.failure import report  # noqa: PLC0415  # a fifth of the start-up, and only failures need it

    try:
        return report(error, console)
    except BrokenPipeError:
        return _reader_left()


def _reader_left() -> int:
    """End quietly when the reader of our output has gone (`tfstencil … | head`)."""
    # Python flushes stdout once more at exit; without a reader that would print an error.
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    return 1
