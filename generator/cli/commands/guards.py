"""`tfstencil guards`."""

from __future__ import annotations

import click

from generator.cli.group import Command, CommandFamily
from generator.cli.session import Session, with_session
from generator.operations.checks.guards import watched
from generator.reports.checks.guards import guards_report


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
    session.console.report(guards_report(watched(session.folder, target)))
    return 0
