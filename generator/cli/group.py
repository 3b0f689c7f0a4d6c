"""Click commands with the global options, and the group that imports a command only when it is called."""

from __future__ import annotations

from importlib import import_module
from typing import Any, Final

import click

from generator.cli.index import SECTIONS, SUMMARIES
from generator.cli.options import global_options
from generator.suggestion import closest

# Each says it of itself: click keeps the option of whoever was asked for help first.
_HELP: Final = {"help_option_names": ["-h", "--help"]}


class Command(click.Command):
    """A command that understands the global options and shows an example in its help."""

    def __init__(self, *arguments: Any, example: str, **settings: Any) -> None:  # noqa: ANN401  # click's own signature
        settings["context_settings"] = _HELP | settings.get("context_settings", {})
        super().__init__(*arguments, **settings)
        self.example = example
        self.params.extend(global_options())

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the example below the options."""
        super().format_epilog(ctx, formatter)
        with formatter.section("Example"):
            formatter.write_text(self.example)


class CommandFamily(click.Group):
    """A command with commands of its own (`sandbox start`)."""

    def __init__(self, *arguments: Any, **settings: Any) -> None:  # noqa: ANN401  # click's own signature
        settings["context_settings"] = _HELP | settings.get("context_settings", {})
        super().__init__(*arguments, **settings)
        self.params.extend(global_options())

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command named first in `args`, or say which name is close.

        Raises:
            click.UsageError: there is none of that name.
        """
        name = args[0]
        if not name.startswith("-") and self.get_command(ctx, name) is None:
            raise click.UsageError(f"no command {name!r}{self._remedy(ctx, name)}", ctx)
        return super().resolve_command(ctx, args)

    def _remedy(self, ctx: click.Context, name: str) -> str:
        close = closest(name, self.list_commands(ctx))
        return f"; did you mean {close}?" if close else f"; there are: {', '.join(self.list_commands(ctx))}"


class LazyGroup(CommandFamily):
    """The root: knows its commands by name and imports the module of the one that is called.

    A stage costs up to half a second to import (pydantic, Jinja, rich, the AWS client), and no command needs all of
    them.
    """

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002  # click's signature
        """List the commands in the order of a working day."""
        return list(SUMMARIES)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002  # click's signature
        """Import the module of a command."""
        if cmd_name not in SUMMARIES:
            return None
        command = import_module(f"generator.cli.commands.{cmd_name}").command
        if not isinstance(command, click.Command):
            raise TypeError(f"generator.cli.commands.{cmd_name}.command is not a click command")
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002  # click's signature
        """Write the commands by subject, without importing any of them."""
        width = max(map(len, SUMMARIES))
        for title, summaries in SECTIONS.items():
            with formatter.section(title):
                formatter.write_dl([(name.ljust(width), line) for name, line in summaries.items()])
