"""ENV…, and what selects environments beside their names."""

from __future__ import annotations

import re
from functools import update_wrapper
from typing import TYPE_CHECKING, Any

import click

from generator.cli.console import Console
from generator.cli.options import GlobalOptions
from generator.cli.session import Session, complete_environment
from generator.display import plural
from generator.rollout.shards import dealt

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
    def wrapped(
        *,
        patterns: tuple[str, ...],
        labels: tuple[str, ...],
        affected: bool,
        since: str | None,
        shard: tuple[int, int] | None,
        **options: Any,  # noqa: ANN401  # a command's own
    ) -> int:
        chosen = click.get_current_context().ensure_object(GlobalOptions)
        if labels:
            patterns = _labelled(Session(chosen, Console(chosen)), patterns, labels)
        if affected or since is not None:
            patterns = _affected(Session(chosen, Console(chosen)), patterns, since)
            if not patterns:
                return 0
        if shard is not None:
            patterns = _dealt(Session(chosen, Console(chosen)), patterns, shard)
            if not patterns:
                return 0
        return function(patterns=patterns, **options)

    update_wrapper(wrapped, function)
    label = click.option(
        "--label",
        "labels",
        metavar="NAME[=VALUE]",
        multiple=True,
        help="Only environments whose spec has this label; of several, all.",
    )
    shard = click.option(
        "--shard",
        metavar="K/N",
        callback=_shard,
        help="Only the K-th of N equal parts, by names: for machines side by side.",
    )
    since = click.option("--since", metavar="REV", help="The same, compared with this commit.")
    return click.option(
        "--affected", is_flag=True, help="Only environments that mean something else than on the base branch."
    )(since(label(shard(wrapped))))


def _shard(_context: click.Context, _parameter: click.Parameter, value: str | None) -> tuple[int, int] | None:
    if value is None:
        return None
    found = re.fullmatch(r"([1-9]\d{0,3})/([1-9]\d{0,3})", value)
    if found is None or int(found[1]) > int(found[2]):
        raise click.BadParameter(f"{value!r} is not a part such as 2/5, from 1/5 to 5/5")
    return int(found[1]), int(found[2])


def _dealt(session: Session, patterns: tuple[str, ...], shard: tuple[int, int]) -> tuple[str, ...]:
    names = dealt(session.workspace().select(patterns), *shard)
    if not names:
        session.console.note(f"part {shard[0]} of {shard[1]} holds no environment")
        session.console.document({"ok": True, "shard": list(shard), "environments": []})
    return tuple(names)


def _labelled(session: Session, patterns: tuple[str, ...], labels: tuple[str, ...]) -> tuple[str, ...]:
    from generator.operations.inputs.labels import labelled  # noqa: PLC0415  # few calls select so

    return tuple(labelled(session.workspace(), patterns, labels))


def _affected(session: Session, patterns: tuple[str, ...], since: str | None) -> tuple[str, ...]:
    from generator.operations.rendered.affected import AffectedRequest, affected  # noqa: PLC0415  # few calls select so

    console = session.console
    result = affected(session.run(), AffectedRequest(patterns, since, origins=False))
    for warning in result.warnings:
        console.warn(warning)
    base = f"since {result.base.commit[:12]} ({result.base.reason})"
    console.note(f"{plural(len(result.names), 'environment')} affected {base}")
    if not result.names:
        console.document({"ok": True, "affected": [], "base": result.base.commit})
    return tuple(result.names)
