"""`tfstencil render`: specs to modules_out."""

from __future__ import annotations

from pathlib import Path

import click

from generator.cli.group import Command
from generator.cli.selection import environments_argument
from generator.cli.session import Session, with_session
from generator.errors import UsageError
from generator.operations.rendered.render import RenderRequest, check_freshness, prune, render
from generator.reports.rendered.render import check_report, prune_report, render_report


@click.command(
    "render",
    cls=Command,
    short_help="Turn specs into Terraform, in modules_out/.",
    example="tfstencil render --check --diff",
)
@environments_argument()
@click.option("--check", is_flag=True, help="Write nothing; exit code 1 where modules_out is not what a render writes.")
@click.option("--diff", is_flag=True, help="Show what changes, or with --check would change, as a unified diff.")
@click.option("--out", metavar="DIR", type=click.Path(path_type=Path), help="Another folder than modules_out.")
@click.option("--force", is_flag=True, help="Overwrite files that were edited by hand or are not ours.")
@click.option(
    "--prune-removed", is_flag=True, help="Delete the modules of environments whose spec is gone; destroy them first."
)
@with_session
def command(  # noqa: PLR0913  # one parameter an option
    session: Session,
    patterns: tuple[str, ...],
    out: Path | None,
    *,
    check: bool,
    diff: bool,
    force: bool,
    prune_removed: bool,
) -> int:
    """Render ENV... (by default all) into modules_out/, each as a folder of plain Terraform.

    Everything is rendered before the first environment is replaced; an environment's folder is old or new at every
    moment, never a mixture. Files that tfstencil did not write stay.
    """
    if check and (force or prune_removed):
        raise UsageError("--check writes nothing and does not go with --force or --prune-removed")
    run, verbose = session.run(), session.options.verbose
    request = RenderRequest(patterns, out, force=force, diff=diff)
    if prune_removed:
        session.console.report(prune_report(prune(run.workspace, request), run.workspace))
        return 0
    if check:
        found = check_freshness(run, request)
        session.console.report(check_report(found, verbose=verbose))
        return 1 if found.stale else 0
    session.console.report(render_report(render(run, request), run.workspace, verbose=verbose))
    return 0
