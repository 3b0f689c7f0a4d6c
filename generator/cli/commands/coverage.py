"""`tfstencil coverage`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from generator.cli.group import Command
from generator.cli.progress import progress
from generator.cli.selection import environments_argument
from generator.cli.session import Session, with_session
from generator.model.documents.documentation import documentation
from generator.model.environment import spec_model
from generator.operations.inputs.assembly import Assembly
from generator.parts.framework.origins import origins_of
from generator.parts.framework.stack import derive
from generator.parts.own.catalog import workspace_catalog
from generator.provenance.template_coverage import TemplateCoverage, measure

if TYPE_CHECKING:
    from generator.rendering.trace.instrument import Branch


@click.command(
    "coverage",
    cls=Command,
    short_help="Tell which template branches no environment exercises, and which keys nothing reads.",
    example="tfstencil coverage",
)
@environments_argument(affected=False)
@with_session
def command(session: Session, patterns: tuple[str, ...]) -> int:
    """Render ENV... (by default all) with every template branch under observation.

    Reported are the branches that none of them runs, the derived values that no template reads, and the keys of the
    spec that reach no template.
    """
    workspace, console = session.workspace(), session.console
    assembly = Assembly(workspace)
    names = workspace.select(patterns)
    environments = assembly.load(names, alone=True)
    with progress(console, "rendering under observation"):
        coverage = measure(assembly.engine, map(derive, environments))
    catalog = workspace_catalog(workspace)
    keys = [".".join(path) for path in documentation(spec_model(catalog))]
    unused = coverage.unread_spec_keys(keys, origins_of(catalog))
    missed = [_as_data(branch) for branch in coverage.missed]
    counts = {"branches": len(coverage.branches), "covered": len(coverage.branches) - len(coverage.missed)}
    console.document(
        {"ok": True, "environments": names, **counts, "missed": missed, "unread": coverage.unread, "unused": unused}
    )
    _show(session, coverage, unused)
    return 0


def _as_data(branch: Branch) -> dict[str, object]:
    place = branch.place
    return {"file": place.file, "line": place.line, "kind": branch.kind, "condition": list(branch.condition)}


def _show(session: Session, coverage: TemplateCoverage, unused: list[str]) -> None:
    show = session.console.show
    covered = len(coverage.branches) - len(coverage.missed)
    show(f"{covered} of {len(coverage.branches)} template branches run")
    for branch in coverage.missed:
        depends = f" (depends on {', '.join(branch.condition)})" if branch.condition else ""
        show(f"  {branch.place.file}:{branch.place.line}: {branch.kind} never runs{depends}")
    for title, keys in (("derived and read by no template", coverage.unread), ("in no template", unused)):
        if keys:
            show(f"\n{len(keys)} {title}:")
        for key in keys:
            show(f"  {key}")
