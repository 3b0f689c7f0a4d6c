"""`tfstencil schema`: what a spec may say, for editors and for people."""

from __future__ import annotations

import click

from generator.cli.group import Command
from generator.cli.session import Session, with_session
from generator.errors import UsageError
from generator.model.documents.schema import SCHEMA_FILE
from generator.operations.specs.schema import (
    key_reference,
    reference_of_parts,
    schema,
    schema_of_parts,
    write_schema,
)
from generator.reports.specs.schema import reference_report, schema_message, written_schema_report


@click.command(
    "schema",
    cls=Command,
    short_help="Print the JSON Schema of a spec, or its reference.",
    example="tfstencil schema --write",
)
@click.option("--merged", is_flag=True, help="The schema of an environment after all its layers are merged.")
@click.option("--reference", "as_reference", is_flag=True, help="The reference of all keys, as Markdown.")
@click.option("--part", is_flag=True, help="The schema of part.yaml, of a part of your own.")
@click.option("--part-reference", is_flag=True, help="The reference of part.yaml, as Markdown.")
@click.option("--write", is_flag=True, help=f"Write {SCHEMA_FILE} into the workspace, where specs look for it.")
@with_session
def command(  # noqa: PLR0913  # one argument per option
    session: Session, *, merged: bool, as_reference: bool, part: bool, part_reference: bool, write: bool
) -> int:
    """Print the JSON Schema (2020-12) of a file in environments/.

    Editors with a YAML language server use it for completion and checks; the first line of a spec names it. It knows
    every rule that concerns one value. `validate` knows the rest: rules across keys and across layers.
    """
    if merged + as_reference + write + part + part_reference > 1:
        message = "--merged, --reference, --part, --part-reference and --write do not go together"
        raise UsageError(message, hint="choose one of them")
    console = session.console
    if write:
        console.report(written_schema_report(changed=write_schema(session.workspace())))
    elif as_reference:
        console.report(reference_report(key_reference(session.folder)))
    elif part_reference:
        console.report(reference_report(reference_of_parts()))
    else:
        text = schema_of_parts() if part else schema(session.folder, merged=merged)
        console.tell([schema_message(text)])
    return 0
