"""`tfstencil guards`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from generator.cli.group import Command, CommandFamily
from generator.cli.session import Session, with_session
from generator.display import visible
from generator.errors import UsageError
from generator.reports.style import styled

if TYPE_CHECKING:
    from generator.checks.guards.classification.explanation import WatchedType
    from generator.checks.guards.classification.table import Table


@click.group("guards", cls=CommandFamily, short_help="Tell what the guards watch of a resource, and why.")
def command() -> None:
    """What stands between a plan and its apply; docs/guards.md says it in full."""


@command.command("explain", cls=Command, example="tfstencil guards explain aws_s3_bucket_versioning")
@click.argument("target", metavar="ADDRESS|TYPE")
@with_session
def _explain(session: Session, target: str) -> int:
    """Tell which attributes of a resource are watched, how each is judged, and why; which are harmless.

    A resource is named by its address (module.artifacts.aws_s3_bucket.this) or by its type (aws_s3_bucket).
    """
    # The tables take a moment to read, which no other command should wait for.
    from generator.checks.guards.classification.explanation import close_type, explained, type_of  # noqa: PLC0415  # see above

    known = _known(session)
    kind = type_of(target)
    if not kind:
        close = close_type(target, known)
        hint = f"did you mean {close}?" if close else "write aws_s3_bucket, or module.artifacts.aws_s3_bucket.this"
        raise UsageError(f"{target} is neither the address of a resource nor a type of resources", hint=hint)
    found = explained(kind, known)
    session.console.document({"ok": True} | found.as_data())
    _show(session, found)
    return 0


def _known(session: Session) -> Table:
    """Return what is classified, by the workspace too; the tables say the same of their types where there is none."""
    from generator.checks.guards.classification.table import table  # noqa: PLC0415  # see above
    from generator.checks.guards.settings import read_settings  # noqa: PLC0415  # see above

    try:
        workspace = session.workspace()
    except UsageError:
        return table()
    return read_settings(workspace).table


def _show(session: Session, found: WatchedType) -> None:
    console = session.console
    console.show(styled(visible(found.type), bold=True))
    for fact in found.facts:
        console.show(f"  {fact}")
    width = max((len(each.path) for each in found.watched), default=0)
    console.show("")
    for each in found.watched:
        console.show(f"  {each.path:<{width}}  {each.how:<10}  {each.why}")
