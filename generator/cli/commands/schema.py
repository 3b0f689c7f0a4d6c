"""`tfstencil schema`: what a spec may say, for editors and for people."""

from __future__ import annotations

import click

from generator.cli.group import Command
from generator.cli.session import Session, with_session
from generator.errors import UsageError
from generator.model.documents.reference import reference
from generator.model.documents.schema import SCHEMA_FILE, file_schema, merged_schema, schema_text
from generator.text_files import replace_file


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
        path = session.workspace().root / SCHEMA_FILE
        changed = replace_file(path, schema_text(file_schema()))
        console.document({"ok": True, "path": SCHEMA_FILE, "changed": changed})
        console.done(f"wrote {SCHEMA_FILE}" if changed else f"{SCHEMA_FILE} is up to date")
        return 0
    if as_reference:
        text = reference()
        console.document({"ok": True, "reference": text})
        console.show(text.removesuffix("\n"))
        return 0
    # The schema is a JSON document already, and the same with and without --json.
    console.raw(schema_text(merged_schema() if merged else file_schema()).removesuffix("\n"))
    return 0
