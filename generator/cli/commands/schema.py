"""`tfstencil schema`: what a spec may say, for editors and for people."""

from __future__ import annotations

import click

from generator.cli.group import Command
from generator.cli.session import Session, with_session
from generator.errors import UsageError
from generator.model.documents.reference import reference
from generator.model.documents.schema import SCHEMA_FILE, file_schema, merged_schema, schema_text
from generator.model.environment import EnvironmentSpec, spec_model
from generator.parts.own.catalog import workspace_catalog
from generator.text_files import replace_file


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
    if part or part_reference:
        return _of_parts(session, as_reference=part_reference)
    model = _model(session)
    if write:
        path = session.workspace().root / SCHEMA_FILE
        changed = replace_file(path, schema_text(file_schema(model)))
        console.document({"ok": True, "path": SCHEMA_FILE, "changed": changed})
        console.done(f"wrote {SCHEMA_FILE}" if changed else f"{SCHEMA_FILE} is up to date")
        return 0
    if as_reference:
        text = reference(model)
        console.document({"ok": True, "reference": text})
        console.show(text.removesuffix("\n"))
        return 0
    # The schema is a JSON document already, and the same with and without --json.
    console.raw(schema_text(merged_schema(model) if merged else file_schema(model)).removesuffix("\n"))
    return 0


def _model(session: Session) -> type[EnvironmentSpec]:
    """Return the model of a spec: of the workspace that we are in, with its own parts, or of none."""
    try:
        workspace = session.workspace()
    except UsageError:
        return EnvironmentSpec
    return spec_model(workspace_catalog(workspace))


def _of_parts(session: Session, *, as_reference: bool) -> int:
    from generator.parts.own.documents import part_reference, part_schema  # noqa: PLC0415  # Jinja's parser

    if as_reference:
        text = part_reference()
        session.console.document({"ok": True, "reference": text})
        session.console.show(text.removesuffix("\n"))
    else:
        session.console.raw(schema_text(part_schema()).removesuffix("\n"))
    return 0
