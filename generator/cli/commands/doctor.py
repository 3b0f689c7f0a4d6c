"""`tfstencil doctor`."""

from __future__ import annotations

import os
from dataclasses import asdict
from typing import TYPE_CHECKING, Final

import click
from rich.table import Table
from rich.text import Text

from generator import __version__
from generator.cli.group import Command
from generator.cli.session import Session, with_session
from generator.errors import TfstencilError, UsageError
from generator.operations.doctor import Finding, diagnose
from generator.operations.terraform_download import fetch_terraform
from generator.operations.unread import unread_and_foreign

if TYPE_CHECKING:
    from collections.abc import Sequence

_LOOK: Final = {"ok": ("✓", "green"), "missing": ("✗", "red"), "absent": ("-", "yellow"), "note": ("!", "yellow")}


@click.command(
    "doctor",
    cls=Command,
    short_help="Look for terraform, provider and credentials; --install fetches Terraform.",
    example="tfstencil doctor --install",
)
@click.option("--install", is_flag=True, help="Fetch Terraform into the user's cache, checked against its SHA256SUMS.")
@with_session
def command(session: Session, *, install: bool) -> int:
    """Say what tfstencil finds on this machine, what is missing, and how to get it.

    Exit code 1 where something is missing that is needed.
    """
    console = session.console
    if install:
        fetch_terraform(session)
    findings = [*diagnose(os.environ), *_of_workspace(session)]
    missing = [finding.subject for finding in findings if finding.verdict == "missing"]
    data = [asdict(finding) for finding in findings]
    console.document({"ok": not missing, "version": __version__, "findings": data})
    console.show(_table(findings))
    if missing:
        console.error(f"not ready: {', '.join(missing)}")
    return 1 if missing else 0


def _of_workspace(session: Session) -> list[Finding]:
    """Say what lies in the workspace, where there is one, and is passed over."""
    try:
        workspace = session.workspace()
        lines = unread_and_foreign(workspace, workspace.environment_names())
    except TfstencilError as error:
        return [] if isinstance(error, UsageError) else [Finding("workspace", "note", str(error), error.hint)]
    return [Finding("workspace", "note", line) for line in lines]


def _table(findings: Sequence[Finding]) -> Table:
    table = Table(box=None, pad_edge=False, padding=(0, 1), show_header=False)
    table.add_column()
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    for finding in findings:
        sign, color = _LOOK[finding.verdict]
        detail = f"{finding.detail}\n→ {finding.hint}" if finding.hint else finding.detail
        table.add_row(Text(sign, style=color), Text(finding.subject, style="bold"), Text(detail))
    return table
