"""What a command gets from the command line besides its own options."""

from __future__ import annotations

from dataclasses import dataclass
from functools import update_wrapper
from typing import TYPE_CHECKING, Concatenate, ParamSpec

import click

from generator.cli.console import Console
from generator.cli.options import GlobalOptions
from generator.cli.reporter import ConsoleReporter
from generator.errors import TfstencilError
from generator.operations.run import Run
from generator.workspace import Workspace

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from click.shell_completion import CompletionItem

Arguments = ParamSpec("Arguments")


@dataclass(frozen=True, slots=True)
class Session:
    """One call of the command line.

    Attributes:
        options: what the global options said.
        console: where to print.
    """

    options: GlobalOptions
    console: Console

    @property
    def folder(self) -> Path:
        """The folder named by `-C`, else the current one."""
        return self.options.folder

    def workspace(self) -> Workspace:
        """Open the workspace.

        Raises:
            UsageError: the folder is none.
        """
        return Workspace.find(self.folder)

    def run(self, reporter: ConsoleReporter | None = None) -> Run:
        """Open the workspace for an operation.

        Args:
            reporter: who hears of it; by default it is only printed.

        Raises:
            UsageError: the folder is none.
        """
        heard = reporter or ConsoleReporter(self.console)
        return Run(self.workspace(), heard, self.options.redactor, self.options.verbose)


def with_session(
    function: Callable[Concatenate[Session, Arguments], int],
) -> Callable[Arguments, int]:
    """Give a command its session as the first argument; what it returns is the exit code."""

    def wrapped(*arguments: Arguments.args, **options: Arguments.kwargs) -> int:
        chosen = click.get_current_context().ensure_object(GlobalOptions)
        return function(Session(chosen, Console(chosen)), *arguments, **options)

    return update_wrapper(wrapped, function)


def complete_environment(
    context: click.Context, _parameter: click.Parameter, incomplete: str
) -> list[CompletionItem | str]:
    """Return the names of environments that begin as what was typed so far."""
    try:
        names = Workspace.find(context.ensure_object(GlobalOptions).folder).environment_names()
    except TfstencilError:
        return []
    return [name for name in names if name.startswith(incomplete)]


def environment_argument() -> Callable[[Callable[Arguments, int]], Callable[Arguments, int]]:
    """Declare the argument ENV: exactly one name."""
    return click.argument("name", metavar="ENV", shell_complete=complete_environment)
