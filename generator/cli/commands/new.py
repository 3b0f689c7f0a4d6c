"""`tfstencil new`: write the spec of a new environment."""

from __future__ import annotations

import click

from generator.cli.group import Command
from generator.cli.session import Session, with_session
from generator.errors import UsageError
from generator.explain.scaffold import new_spec
from generator.explain.starter_values import Wishes
from generator.model.documents.schema import SCHEMA_FILE
from generator.text_files import create_file


@click.command(
    "new",
    cls=Command,
    short_help="Write the spec of a new environment: valid, commented, minimal.",
    example="tfstencil new prod-eu --region eu-central-1 --account 444455556666",
)
@click.argument("name", metavar="ENV")
@click.option("--from", "bases", metavar="BASE", multiple=True, help="Spec to extend; may be given several times.")
@click.option(
    "--class", "environment_class", type=click.Choice(["dev", "staging", "prod"]), help="Decides the defaults."
)
@click.option("--account", metavar="ID", help="AWS account, twelve digits.")
@click.option("--region", metavar="REGION", help="AWS region.")
@click.option("--repository", metavar="URL", help="HTTPS address of the repository that is built.")
@with_session
def command(  # noqa: PLR0913, PLR0917  # one parameter an option
    session: Session,
    name: str,
    bases: tuple[str, ...],
    environment_class: str | None,
    account: str | None,
    region: str | None,
    repository: str | None,
) -> int:
    """Write environments/ENV.yaml: a valid spec that says what its bases leave open, and nothing else.

    Without --from it extends _base, or the only base there is. What nobody can know, such as the account, gets a value
    that is valid and marked with CHANGE THIS. Nothing is asked, and nothing is overwritten.
    """
    workspace = session.workspace()
    wishes = Wishes(bases, environment_class, account, region, repository)
    made = new_spec(workspace, name, wishes)
    path = workspace.spec_path(name)
    shown = workspace.relative(path)
    try:
        create_file(path, made.text)
    except FileExistsError as error:
        raise UsageError(f"{shown} exists", hint="edit it, or choose another name") from error
    console = session.console
    facts = {"environment": name, "path": shown, "class": made.environment_class, "bases": list(made.bases)}
    console.document({"ok": True, **facts, "to_change": dict(made.to_change)})
    console.done(f"wrote {shown}, an environment of class {made.environment_class}")
    for key, change in made.to_change.items():
        console.show(f"  change {key}: {change}")
    if not (workspace.root / SCHEMA_FILE).is_file():
        console.note(f"For completion in editors: tfstencil schema --write makes {SCHEMA_FILE}")
    console.note(f"Next: tfstencil explain {name}, then tfstencil render {name}")
    return 0
