"""`tfstencil explain`: the merged value of a key, where it came from, what it overrode, what it means."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from generator.cli.explanation_data import as_data
from generator.cli.explanation_view import about, layer_text, tree
from generator.cli.group import Command
from generator.cli.session import Session, environment_argument, with_session
from generator.errors import UsageError
from generator.spec.environment import load_environments
from generator.spec.explain import explain, find_key

if TYPE_CHECKING:
    from generator.workspace import Workspace


@click.command(
    "explain",
    cls=Command,
    short_help="Show where each value of an environment comes from.",
    example="tfstencil explain prod builds.main.timeout",
)
@environment_argument()
@click.argument("key", metavar="[KEY]", required=False)
@with_session
def command(session: Session, name: str, key: str | None) -> int:
    """Show KEY of environment ENV, or all of it: value, place, layer, and what the value overrode.

    Left stands the environment as YAML, all layers merged and defaults filled in; right the file, line and column of
    each value, or the layer that has no file in the workspace (`class prod`, `default`, `computed`).
    """
    workspace = session.workspace()
    only(workspace, name)
    (environment,) = load_environments(workspace, [name])
    whole = explain(workspace, environment)
    found = find_key(whole, key) if key else whole
    console = session.console
    console.document({"ok": True, "environment": name, "explanation": as_data(found)})
    console.show(tree(found))
    if key:
        console.show(f"\n{console.style(layer_text(found.origin), bold=True)}")
        console.show(about(found))
    return 0


def only(workspace: Workspace, name: str) -> None:
    """Make sure that `name` is one environment.

    Raises:
        UsageError: there is none of that name, or it is a pattern.
    """
    names = workspace.select([name])
    if names != [name]:
        raise UsageError(f"{name} is a pattern, and one environment is wanted", hint=f"it fits {', '.join(names)}")
