"""The reference of the command line, as Markdown: every command and option, read from the commands themselves.

`python -m generator.cli.reference` prints it; docs/commands.md holds it, and a test compares the two.
"""

from __future__ import annotations

import inspect
import re
from typing import TYPE_CHECKING, Final

import click

from generator.cli.group import Command
from generator.cli.index import SECTIONS
from generator.cli.main import tfstencil
from generator.cli.options import global_options

if TYPE_CHECKING:
    from collections.abc import Iterator

_NOTICE: Final = "<!-- Written by make render; edit the commands in generator/cli/commands/ instead. -->"
_OPENING: Final = """\
# Commands

`tfstencil COMMAND --help` says the same in a terminal. ENV is the name of an environment, or a pattern such as
`'prod-*'`.
[Exit codes](exit-codes.md), [JSON documents](json.md) and [settings](settings.md) have pages of their own.
"""
_GLOBAL: Final = "Options of every command"


def command_reference() -> str:
    """Return the reference of all commands."""
    return "\n".join(_lines())


def _lines() -> Iterator[str]:
    yield f"{_NOTICE}\n\n{_OPENING}"
    yield from _contents()
    yield f"## {_GLOBAL}\n\nThey are understood before and after the command's name.\n"
    root = _context(tfstencil, "tfstencil")
    yield from _options(root, [*global_options(), *(each for each in tfstencil.params if each.name == "version")])
    for commands in SECTIONS.values():
        for name in commands:
            yield from _command(root, name, level=2)


def _contents() -> Iterator[str]:
    yield "| subject | commands |\n|---|---|"
    for title, commands in SECTIONS.items():
        yield f"| {title} | {', '.join(f'[{name}](#{name})' for name in commands)} |"
    yield ""


def _command(parent: click.Context, name: str, *, level: int) -> Iterator[str]:
    group = parent.command
    command = group.get_command(parent, name) if isinstance(group, click.Group) else None
    if command is None:
        raise LookupError(f"{parent.command_path} has no command {name}")
    context = _context(command, name, parent)
    # The anchor of a heading is its text; commands of families share their last words.
    yield f"{'#' * level} {context.command_path.removeprefix('tfstencil ')}\n"
    yield f"    {' '.join([context.command_path, *command.collect_usage_pieces(context)])}\n"
    yield f"{_prose(command.help or '')}\n"
    yield from _options(context, _own(command))
    if isinstance(command, Command):
        yield f"Example:\n\n    {command.example}\n"
    for below in command.list_commands(context) if isinstance(command, click.Group) else ():
        yield from _command(context, below, level=level + 1)


def _context(command: click.Command, name: str, parent: click.Context | None = None) -> click.Context:
    # With the settings of the command, as in a call: click keeps the option for help of the first context that it sees.
    return click.Context(command, parent=parent, info_name=name, **command.context_settings)


def _own(command: click.Command) -> list[click.Option]:
    everywhere = {option.name for option in global_options()}
    return [each for each in command.params if isinstance(each, click.Option) and each.name not in everywhere]


def _options(context: click.Context, options: list[click.Option] | list[click.Parameter]) -> Iterator[str]:
    records = [record for option in options if (record := option.get_help_record(context))]
    if records:
        yield "| option | meaning |\n|---|---|"
        yield from (f"| `{_cell(names)}` | {_cell(_literal(meaning))} |" for names, meaning in records)
        yield ""


def _prose(text: str) -> str:
    """Join the lines of a paragraph; those behind click's mark stay as they are."""
    paragraphs = inspect.cleandoc(text.partition("\f")[0]).split("\n\n")
    return "\n\n".join(
        "\n".join(f"    {line}" for line in each.splitlines()[1:])
        if each.startswith("\b")
        else _literal(" ".join(each.split()))
        for each in paragraphs
    )


def _literal(text: str) -> str:
    """Let what could be markup of Markdown or HTML stay text, outside of `code`."""
    parts = re.split(r"(`[^`]*`)", text)
    return "".join(
        part if part.startswith("`") else re.sub(r"([*<\[]|(?<!\w)_|_(?!\w))", r"\\\1", part) for part in parts
    )


def _cell(text: str) -> str:
    return text.replace("|", r"\|")


if __name__ == "__main__":
    click.echo(command_reference(), nl=False)
