"""ENV…, and what selects environments beside their names."""

from __future__ import annotations

from functools import update_wrapper
from typing import TYPE_CHECKING, Any

import click

from generator.cli.console import Console
from generator.cli.options import GlobalOptions
from generator.cli.session import Session, complete_environment
from generator.display import plural

if TYPE_CHECKING:
    from collections.abc import Callable


def environments_argument(
    *, required: bool = False, affected: bool = True
) -> Callable[[Callable[..., int]], Callable[..., int]]:
    """Declare the argument ENV…: names and globs, none means all.

    Args:
        required: at least one must be named.
        affected: declare `--affected` and `--since` as well, which keep those of them that a change concerns.
    """
    argument = click.argument(
        "patterns", metavar="[ENV]...", nargs=-1, required=required, shell_complete=complete_environment
    )

    def declare(function: Callable[..., int]) -> Callable[..., int]:
        return argument(_selecting(function) if affected else function)

    return declare


def _selecting(function: Callable[..., int]) -> Callable[..., int]:
    def wrapped(*, patterns: tuple[str, ...], affected: bool, since: str | None, **options: Any) -> int:  # noqa: ANN401  # a command's own
        if affected or since is not None:
            chosen = click.get_current_context().ensure_object(GlobalOptions)
            patterns = _affected(Session(chosen, Console(chosen)), patterns, since)
            if not patterns:
                return 0
        return function(patterns=patterns, **options)

    update_wrapper(wrapped, function)
    since = click.option("--since", metavar="REV", help="The same, compared with this commit.")
    return click.option(
        "--affected", is_flag=True, help="Only environments that mean something else than on the base branch."
    )(since(wrapped))


def _affected(session: Session, patterns: tuple[str, ...], since: str | None) -> tuple[str, ...]:
    from generator.operations.affected import AffectedRequest, affected  # noqa: PLC0415  # few calls select so

    console = session.console
    result = affected(session.run(), AffectedRequest(patterns, since, origins=False))
    for warning in result.warnings:
        console.warn(warning)
    base = f"since {result.base.commit[:12]} ({result.base.reason})"
    console.note(f"{plural(len(result.names), 'environment')} affected {base}")
    if not result.names:
        console.document({"ok": True, "affected": [], "base": result.base.commit})
    return tuple(result.names)
