"""`tfstencil graph`."""

from __future__ import annotations

from pathlib import Path

import click

from generator.cli.group import Command
from generator.cli.selection import environments_argument
from generator.cli.session import Session, with_session
from generator.operations.inputs.assembly import Assembly
from generator.reports.graph.fleet import fleet_drawing
from generator.reports.graph.mermaid import mermaid
from generator.reports.graph.stack import stack_drawing
from generator.reports.graph.svg import svg
from generator.text_files import replace_file


@click.command(
    "graph",
    cls=Command,
    short_help="Draw one environment, or all of them, as SVG or Mermaid.",
    example="tfstencil graph prod --output prod.svg",
)
@environments_argument(affected=False)
@click.option("--format", "form", type=click.Choice(["svg", "mermaid"]), default="svg", help="By default svg.")
@click.option("--output", metavar="FILE", type=click.Path(path_type=Path), help="Write to a file instead of stdout.")
@with_session
def command(session: Session, patterns: tuple[str, ...], *, form: str, output: Path | None) -> int:
    """Draw ENV, from source to builds, artifacts, alarms and people; or several (by default all) as a fleet.

    It is drawn from the specs: nothing needs to be rendered or planned.
    """
    workspace = session.workspace()
    environments = Assembly(workspace).load(workspace.select(patterns), alone=True)
    drawing = stack_drawing(environments[0]) if len(environments) == 1 else fleet_drawing(environments)
    text = svg(drawing) + "\n" if form == "svg" else mermaid(drawing)
    names = [each.name for each in environments]
    session.console.document({"ok": True, "environments": names, "format": form, "text": text})
    if output is not None:
        replace_file(output.absolute(), text)
        session.console.done(f"Wrote {output}")
    else:
        session.console.show(text.rstrip("\n"))
    return 0
