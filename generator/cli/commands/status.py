"""`tfstencil status`."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

import click
from rich.table import Table

from generator.cli.excerpt import one_line
from generator.cli.group import Command
from generator.cli.pipeline import Pipeline
from generator.cli.problem_view import count_line, plural
from generator.cli.progress import Progress
from generator.cli.session import Session, environments_argument, with_session
from generator.cli.unread import unread_and_foreign
from generator.errors import SpecError
from generator.json_files import read_json
from generator.output.destination import Destination
from generator.output.removal import removed_environments
from generator.output.staleness import compare
from generator.sandbox.control import status
from generator.spec.environment import load_environment

if TYPE_CHECKING:
    from collections.abc import Sequence

    from generator.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Line:
    """What there is to say of one environment.

    Attributes:
        name: the environment.
        environment_class: dev, staging or prod; "" where the spec is wrong or gone.
        account: twelve digits.
        region: of its resources.
        modules: `fresh`, `not rendered`, `stale (3 files)`, or why nothing can be said.
        sandbox: how much of it is applied in the sandbox; "" for nothing.
    """

    name: str
    environment_class: str
    account: str
    region: str
    modules: str
    sandbox: str


@click.command(
    "status",
    cls=Command,
    short_help="Show each environment in one line: place, modules, sandbox.",
    example="tfstencil status",
)
@environments_argument()
@with_session
def command(session: Session, patterns: tuple[str, ...]) -> int:
    """Show ENV... (by default all), one line each: class, account, region, modules, what is applied in the sandbox.

    It never asks AWS.
    """
    workspace, console = session.workspace(), session.console
    names = workspace.select(patterns)
    running = status(workspace)
    pipeline = Pipeline(workspace)
    lines = [_line(pipeline, name, running=running.info is not None) for name in names]
    gone = removed_environments(Destination.of(workspace)) if not patterns else []
    lines += [Line(name, "", "", "", "its spec is gone: destroy it", "") for name in gone]
    sandbox = asdict(running.info) if running.info else None
    console.document({"ok": True, "environments": [asdict(line) for line in lines], "sandbox": sandbox})
    console.show(_table(lines))
    console.show(f"\nSandbox: {running.info.endpoint if running.info else 'not running'}")
    for line in unread_and_foreign(workspace, names):
        console.note(one_line(line))
    if running.problem:
        console.warn(running.problem)
    return 0


def _line(pipeline: Pipeline, name: str, *, running: bool) -> Line:
    workspace = pipeline.workspace
    try:
        environments = [load_environment(workspace, name)]
    except SpecError as error:
        return Line(name, "", "", "", f"wrong spec: {count_line(error.problems)}", "")
    spec = environments[0].spec
    if (workspace.modules_out / name).is_dir():
        stale = compare(workspace, pipeline.render(environments, Progress()))
        mine = sum(item.environment == name for item in stale)
        modules = f"stale ({plural(mine, 'file')})" if mine else "fresh"
    else:
        modules = "not rendered"
    applied = _applied(workspace, name) if running else ""
    return Line(name, spec.environment_class, spec.account, spec.region, modules, applied)


def _applied(workspace: Workspace, name: str) -> str:
    file = workspace.scratch / "sandbox" / "state" / f"{name}.tfstate"
    try:
        resources = read_json(file)["resources"]
        managed = sum(len(item["instances"]) for item in resources if item["mode"] == "managed")
    except FileNotFoundError:
        return "state in its bucket" if any(file.parent.glob(f"{file.name}.migrated-*")) else ""
    except (OSError, ValueError, LookupError, TypeError):
        return "unreadable state"
    return plural(managed, "resource") if managed else ""


def _table(lines: Sequence[Line]) -> Table:
    table = Table(box=None, pad_edge=False, padding=(0, 2), header_style="bold")
    for title in ("environment", "class", "account", "region", "modules", "in the sandbox"):
        table.add_column(title)
    for line in lines:
        table.add_row(
            line.name, line.environment_class, line.account, line.region, line.modules, line.sandbox or "nothing"
        )
    return table
