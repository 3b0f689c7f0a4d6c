"""`tfstencil init`: make a workspace."""

from __future__ import annotations

from pathlib import Path

import click

from generator.cli.group import Command
from generator.cli.session import Session, with_session
from generator.cli.starter import make_workspace
from generator.model.documents.schema import SCHEMA_FILE


@click.command(
    "init",
    cls=Command,
    short_help="Make a workspace: example environments, .gitignore, hooks and CI.",
    example="tfstencil init build-stacks",
)
@click.argument("folder", metavar="[DIR]", required=False, type=click.Path(path_type=Path))
@with_session
def command(session: Session, folder: Path | None) -> int:
    """Make a workspace in DIR (by default the current folder, or that of -C).

    It gets the environments dev, staging and prod over a shared _base, a .gitignore, a pre-commit configuration and a
    GitHub workflow. Nothing that exists is overwritten.
    """
    root = session.folder / folder if folder else session.folder
    made = make_workspace(root)
    console = session.console
    console.document({"ok": True, "workspace": str(root), "written": list(made.written), "kept": list(made.kept)})
    for path in made.written:
        console.done(f"wrote {root / path}")
    for path, text in made.kept.items():
        # The schema is long, and tfstencil schema prints it.
        wanted = "" if path == SCHEMA_FILE else f"; tfstencil would have written:\n{text}"
        console.note(f"{root / path} was there and is unchanged{wanted}")
    console.note(
        f"Next: edit {root / 'environments' / '_base.yaml'}, then run tfstencil validate and tfstencil render."
    )
    return 0
