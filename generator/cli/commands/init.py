"""`tfstencil init`: make a workspace."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import click

from generator.cli.group import Command
from generator.cli.reporter import ConsoleReporter
from generator.cli.session import Session, with_session
from generator.engines.pipeline import ENGINES
from generator.errors import UsageError
from generator.explain.starter_values import stack_name
from generator.explain.starter_workspace import (
    CLASSES,
    LANGUAGES,
    REGION,
    SOURCES,
    WorkspaceWishes,
)
from generator.operations.specs.init import init
from generator.reports.specs.init import init_report

_NO_ENGINE: Final = "none"
_LANGUAGE: Final = "nodejs"


@click.command(
    "init",
    cls=Command,
    short_help="Make a workspace: specs for dev, staging and prod, .gitignore, hooks and CI.",
    example="tfstencil init build-stacks --language python --source gitlab",
)
@click.argument("folder", metavar="[DIR]", required=False, type=click.Path(path_type=Path))
@click.option("--language", type=click.Choice(LANGUAGES), help=f"What the build tests. Default: {_LANGUAGE}.")
@click.option("--source", type=click.Choice(SOURCES), help=f"Where the code lies. Default: {SOURCES[0]}.")
@click.option("--stack", metavar="NAME", help="Name of the stack, part of every name. Default: that of the folder.")
@click.option("--repository", metavar="URL", default="", help="HTTPS address of the repository that is built.")
@click.option(
    "--classes", metavar="LIST", default=",".join(CLASSES), show_default=True, help="Environments, with commas between."
)
@click.option(
    "--account", "accounts", metavar="ENV=ID", multiple=True, help="AWS account of an environment; once for each."
)
@click.option("--region", metavar="REGION", default=REGION, show_default=True, help="AWS region.")
@click.option(
    "--engine",
    type=click.Choice([*ENGINES, _NO_ENGINE]),
    help="Whose CI files to write. Default: those of the server where the code lies, if tfstencil has them.",
)
@click.option("--bare", is_flag=True, help="Write the specs alone: no .gitignore, hooks, schema, CI or modules.")
@click.option("--yes", is_flag=True, help="Ask nothing: take the defaults for what is not said.")
@with_session
def command(  # noqa: PLR0913, PLR0917  # one parameter an option
    session: Session,
    folder: Path | None,
    language: str | None,
    source: str | None,
    stack: str | None,
    repository: str,
    classes: str,
    accounts: tuple[str, ...],
    region: str,
    engine: str | None,
    *,
    bare: bool,
    yes: bool,
) -> int:
    """Make a workspace in DIR (by default the current folder, or that of -C).

    It gets an environment for each class over a shared _base, a .gitignore, a pre-commit configuration, the files of
    your CI, and the rendered modules. What nobody can know, such as an account, gets a value that is valid and marked
    with CHANGE THIS. In a terminal, language, source and stack are asked for where they are not given. Nothing that
    exists is overwritten.
    """
    root = session.folder / folder if folder else session.folder
    asks = ConsoleReporter(session.console).can_ask and not yes
    language = language or _answer("Language", LANGUAGES, _LANGUAGE, asks=asks)
    source = source or _answer("Source", SOURCES, SOURCES[0], asks=asks)
    usual = stack_name(root.resolve().name, max(CLASSES, key=len))
    stack = stack or (click.prompt("Stack", default=usual, err=True) if asks else usual)
    names = _classes(classes)
    wishes = WorkspaceWishes(language, source, stack, names, _accounts(accounts, names), region, repository)
    chosen = (source if source in ENGINES else None) if engine is None else engine
    made = init(root, wishes, engine=None if chosen == _NO_ENGINE else chosen, bare=bare)
    session.console.report(init_report(made))
    return 0


def _answer(question: str, choices: tuple[str, ...], usual: str, *, asks: bool) -> str:
    return click.prompt(question, type=click.Choice(choices), default=usual, err=True) if asks else usual


def _classes(text: str) -> tuple[str, ...]:
    names = tuple(dict.fromkeys(name.strip() for name in text.split(",")))
    if wrong := [name for name in names if name not in CLASSES]:
        hint = f"write one or more of {', '.join(CLASSES)}, with commas between"
        raise UsageError(f"--classes: {', '.join(map(repr, wrong))}: not a class", hint=hint)
    return names


def _accounts(given: tuple[str, ...], names: tuple[str, ...]) -> dict[str, str]:
    found: dict[str, str] = {}
    for text in given:
        name, equals, account = text.partition("=")
        if not equals or name not in names:
            hint = f"write it as ENV=ID, with ENV one of {', '.join(names)}"
            raise UsageError(f"--account {text}: names no environment of --classes", hint=hint)
        found[name] = account
    return found
