"""`tfstencil explain`: the merged value of a key, where it came from, what it overrode, what it means."""

from __future__ import annotations

import click

from generator.cli.group import Command
from generator.cli.session import Session, environment_argument, one_environment, with_session
from generator.explain.explain import explain, find_key
from generator.model.loading.load import load_environments
from generator.reports.columns import aligned, terminal_width
from generator.reports.specs.explanation import about, layer_text, tree
from generator.reports.specs.explanation_data import as_data
from generator.reports.style import styled


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
    (environment,) = load_environments(workspace, [one_environment(workspace, name)])
    whole = explain(workspace, environment)
    found = whole if key is None else find_key(whole, key, type(environment.spec))
    console = session.console
    console.document({"ok": True, "environment": name, "explanation": as_data(found)})
    for line in aligned(list(tree(found)), terminal_width()):
        console.show(line)
    if key is not None:
        console.show("")
        if found.origin.place:
            console.show(styled(layer_text(found.origin), bold=True))
        for line in about(found):
            console.show(line)
    return 0
