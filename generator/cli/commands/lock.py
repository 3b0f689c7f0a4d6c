"""`tfstencil lock`."""

from __future__ import annotations

import click

from generator.cli.group import Command
from generator.cli.selection import environments_argument
from generator.cli.session import Session, with_session
from generator.operations.rendered.lock import lock
from generator.reports.rendered.lock import lock_report


@click.command(
    "lock",
    cls=Command,
    short_help="Write the lock files of providers, for one platform or several.",
    example="tfstencil lock --platform linux_amd64 --platform darwin_arm64",
)
@environments_argument(affected=False)
@click.option("--platform", "platforms", multiple=True, metavar="OS_ARCH", help="Add checksums of this platform too.")
@click.option("--upgrade", is_flag=True, help="Take the newest versions that provider_version admits.")
@with_session
def command(session: Session, patterns: tuple[str, ...], *, platforms: tuple[str, ...], upgrade: bool) -> int:
    """Write .terraform.lock.hcl beside the modules: which version of each provider Terraform takes, and its checksums.

    What is locked stays locked without --upgrade. With a mirror, its files are read; otherwise the registry is asked. A
    mirror has checksums of the platforms that it holds.
    """
    session.console.report(lock_report(lock(session.run(), patterns, platforms=platforms, upgrade=upgrade)))
    return 0
