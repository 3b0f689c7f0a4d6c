"""`tfstencil outputs`."""

from __future__ import annotations

import json

import click
from rich.table import Table

from generator.cli.group import Command
from generator.cli.progress import progress
from generator.cli.session import Session, environment_argument, only, with_session
from generator.display import visible
from generator.operations.targets import mode_of, open_targets, targets_of
from generator.sandbox.control import runs

_HIDDEN = "(sensitive)"


@click.command(
    "outputs",
    cls=Command,
    short_help="Show the outputs of an applied environment.",
    example="tfstencil outputs dev --sandbox --json",
)
@environment_argument()
@click.option("--sandbox", is_flag=True, help="Of what was applied in the sandbox.")
@with_session
def command(session: Session, name: str, *, sandbox: bool) -> int:
    """Show the outputs of ENV as the last apply left them; sensitive values are hidden."""
    workspace = session.workspace()
    mode = mode_of(sandbox=sandbox)
    targets = targets_of(workspace, [only(workspace, name)], fresh=False)
    outputs = {}
    # What was applied in a sandbox goes with it: to say that there is nothing, none needs to be started.
    if not sandbox or runs(workspace):
        (stack,) = open_targets(session, workspace, targets, mode)
        with progress(session.options, f"{name}: reading the state"):
            outputs = stack.runner.outputs()
    console = session.console
    values = {key: _HIDDEN if output.is_sensitive else output.value for key, output in outputs.items()}
    console.document({"ok": True, "environment": name, "mode": mode.value, "outputs": values})
    if not outputs:
        console.show(f"{name} has no outputs: nothing is applied ({mode.value})")
        return 0
    table = Table(box=None, pad_edge=False, padding=(0, 2), show_header=False)
    for key, value in values.items():
        table.add_row(key, visible(value if isinstance(value, str) else json.dumps(value)))
    console.show(table)
    return 0
