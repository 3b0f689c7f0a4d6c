"""`tfstencil schema`: what a spec may say, for editors and for people."""

from __future__ import annotations

import click

from generator.cli.group import Command
from generator.cli.session import Session, with_session
from generator.errors import UsageError
from generator.model.documents.schema import SCHEMA_FILE
from generator.operations.specs.schema import key_reference, schema, write_schema
from generator.reports.specs.schema import reference_report, schema_message, written_schema_report


@click.command(
    "schema",
    cls=Command,
    short_help="Print the JSON Schema of a spec, or its reference.",
    example="tfstencil schema --write",
)
@click.option("--merged", is_flag=True, help="The schema of an environment after all its layers are merged.")
@click.option("--reference", "as_reference", is_flag=True, help="The reference of all keys, as Markdown.")
@click.option("--write", is_flag=True, help=f"Write {SCHEMA_FILE} into the workspace, where specs look for it.")
@with_session
def command(session: Session, *, merged: bool, as_reference: bool, write: bool) -> int:
    """Print the JSON Schema (2020-12) of a file in environments/.

    Editors with a YAML language server use it for completion and checks; the first line of a spec names it. It knows
    every rule that concerns one value. `validate` knows the rest: rules across keys and across layers.
    """
    if merged + as_reference + write > 1:
        raise UsageError("--merged, --reference and --write do not go together", hint="choose one of them")
    console = session.console
    if write:
        console.report(written_schema_report(changed=write_schema(session.workspace())))
    elif as_reference:
        console.report(reference_report(key_reference()))
    else:
        console.tell([schema_message(schema(merged=merged))])
    return 0
