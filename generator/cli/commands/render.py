"""`tfstencil render`: specs to modules_out."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from generator.cli.group import Command
from generator.cli.progress import progress
from generator.cli.session import Session, environments_argument, with_session
from generator.display import one_line, plural
from generator.errors import TfstencilError, UsageError
from generator.operations.assembly import Assembly
from generator.operations.freshness import remedy
from generator.operations.unread import selected, warn_of_foreign, warn_of_unread
from generator.output.beside import foreign_files
from generator.output.destination import Destination
from generator.output.difference import unified_diff
from generator.output.freshness import known_foreign
from generator.output.pair import pays, write_in_pair
from generator.output.prune import prune_removed
from generator.output.staleness import compare
from generator.output.writer import write_all
from generator.reports.diff import colored
from generator.reports.problems import CAP

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable, Iterator, Sequence

    from generator.output.rendered import RenderedEnvironment
    from generator.output.report import WriteReport


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
    assembly = Assembly(session.workspace(), out)
    Destination.of(assembly.workspace, out).require_room(force=force)
    if prune_removed:
        return _prune(session, assembly, patterns, force=force)
    names = selected(assembly.workspace, patterns)
    warn_of_unread(session, assembly.workspace, names)
    if check:
        return _check(session, assembly, names, diff=diff)
    return _write(session, assembly, names, force=force, diff=diff)


def _rendered(
    session: Session, assembly: Assembly, names: Sequence[str], chosen: Sequence[str]
) -> list[RenderedEnvironment]:
    if not names:
        return []
    with progress(session.options, "rendering", total=len(names)) as steps:
        return assembly.render(assembly.load(names, beside=chosen), steps)


def _check(session: Session, assembly: Assembly, names: Sequence[str], *, diff: bool) -> int:
    console = session.console
    rendered = _rendered(session, assembly, names, names)
    warn_of_foreign(session, assembly.workspace, names, assembly.out)
    stale = compare(assembly.workspace, rendered, out=assembly.out)
    lines = list(unified_diff(assembly.workspace, rendered, out=assembly.out)) if diff else []
    found = [
        {"environment": item.environment, "path": item.path, "reason": item.reason.value, "detail": item.detail}
        for item in stale
    ]
    console.document({"ok": not stale, "environments": list(names), "stale": found, "diff": lines})
    for line in colored(lines):
        console.show(line)
    for item in stale[: None if session.options.verbose else CAP]:
        console.show(f"{item.path}: {item.detail}")
    if len(stale) > CAP and not session.options.verbose:
        console.show(f"… and {len(stale) - CAP} more (all of them with -v or --json)")
    if stale:
        console.error(f"{plural(len(stale), 'file')} not as a render would write", hint=remedy(stale))
        return 1
    console.done(f"{plural(len(names), 'environment')} up to date")
    return 0


def _write(session: Session, assembly: Assembly, names: Sequence[str], *, force: bool, diff: bool) -> int:
    console, workspace, out = session.console, assembly.workspace, assembly.out
    changed = assembly.changed(names)
    if not changed:
        assembly.require_unclaimed(names)
    report, lines = None if diff else _write_in_pair(session, assembly, changed, names, force=force), []
    if report is None:
        rendered = _rendered(session, assembly, changed, names)
        lines = list(unified_diff(workspace, rendered, out=out)) if diff else []
        report = write_all(workspace, rendered, force=force, out=out)
    report = replace(report, warnings=(*report.warnings, *_foreign(assembly, names, report)))
    for warning in report.warnings[: None if session.options.verbose else CAP]:
        console.warn(one_line(warning))
    if len(report.warnings) > CAP and not session.options.verbose:
        console.warn(f"and {len(report.warnings) - CAP} more (all of them with -v or --json)")
    console.document({"ok": True, **_as_data(report), "skipped": sorted(set(names) - set(changed)), "diff": lines})
    for line in colored(lines):
        console.show(line)
    if session.options.verbose:
        for line in _details(report, workspace.relative(_folder(assembly))):
            console.detail(line)
    console.done(_summary(report, len(names) - len(changed)))
    return 0


def _foreign(assembly: Assembly, names: Sequence[str], report: WriteReport) -> Iterator[str]:
    # The render has looked at every folder: none is listed once more for this.
    destination = Destination.of(assembly.workspace, assembly.out)
    found = {item.name: item.foreign for item in report.environments}
    return foreign_files(destination, names, known_foreign(destination) | found)


def _write_in_pair(
    session: Session, assembly: Assembly, names: Sequence[str], chosen: Sequence[str], *, force: bool
) -> WriteReport | None:
    """Render and write in two processes; None where one has to do it, or to say what is wrong."""
    if not pays(len(names)):
        return None
    try:
        render = assembly.stream()
    except TfstencilError:
        return None

    def shown(taken: Iterable[str]) -> Generator[RenderedEnvironment]:
        places, done = {name: place for place, name in enumerate(names, 1)}, 0
        with progress(session.options, "rendering", total=len(names)) as steps:
            for environment in render(taken):
                # Both processes take names in their order: what stands before this one is done, or nearly so.
                steps.advance(places[environment.name] - done)
                done = places[environment.name]
                yield environment

    agree = partial(assembly.agree, beside=chosen)
    return write_in_pair(assembly.workspace, names, render, shown, agree=agree, force=force, out=assembly.out)


def _details(report: WriteReport, folder: str) -> Iterator[str]:
    for item in report.environments:
        for verb, paths in (("created", item.created), ("changed", item.changed), ("pruned", item.pruned)):
            yield from (f"{verb} {folder}/{item.name}/{path}" for path in paths)


def _folder(assembly: Assembly) -> Path:
    return assembly.out.absolute() if assembly.out else assembly.workspace.modules_out


def _summary(report: WriteReport, current: int) -> str:
    touched = [item for item in report.environments if item.created or item.changed or item.pruned]
    same = current + len(report.environments) - len(touched)
    if not touched:
        return f"{plural(same, 'environment')} up to date, nothing written"
    written = sum(len(item.created) + len(item.changed) for item in touched)
    pruned = sum(len(item.pruned) for item in touched)
    parts = [f"{plural(len(touched), 'environment')} rendered: {plural(written, 'file')} written"]
    parts += [f"{plural(pruned, 'file')} deleted"] if pruned else []
    parts += [f"{plural(same, 'environment')} up to date"] if same else []
    return ", ".join(parts)


def _as_data(report: WriteReport) -> dict[str, object]:
    environments = [
        {
            "name": item.name,
            "created": list(item.created),
            "changed": list(item.changed),
            "unchanged": list(item.unchanged),
            "pruned": list(item.pruned),
        }
        for item in report.environments
    ]
    return {"environments": environments, "removed": list(report.removed), "warnings": list(report.warnings)}


def _prune(session: Session, assembly: Assembly, patterns: Sequence[str], *, force: bool) -> int:
    console = session.console
    # Their specs are gone, so that the names cannot be those of environments.
    report = prune_removed(assembly.workspace, list(patterns) or None, force=force)
    for warning in report.warnings:
        console.warn(warning)
    console.document({"ok": True, "deleted": list(report.deleted), "kept": list(report.kept)})
    for name in report.deleted:
        console.done(f"deleted {assembly.workspace.relative(assembly.workspace.modules_out / name)}")
    for path in report.kept:
        console.done(f"kept {path}, which is not ours")
    if not report.deleted:
        console.done("no environment was removed, nothing deleted")
    return 0
