"""`tfstencil new`: write the spec of a new environment."""

from __future__ import annotations

import click

from generator.cli.group import Command
from generator.cli.session import Session, with_session
from generator.explain.starter_values import Wishes
from generator.operations.specs.new import Like, new
from generator.reports.specs.new import new_report


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
@click.option(
    "--like",
    metavar="FILE|PROJECT",
    help="Say what exists: the answer of aws codebuild batch-get-projects, a Terraform state, a buildspec (.yml), or "
    "the name of a project in AWS.",
)
@click.option("--project", metavar="NAME", default="", help="With --like FILE: which project, where there are several.")
@with_session
def command(  # noqa: PLR0913, PLR0917  # one parameter an option
    session: Session,
    name: str,
    bases: tuple[str, ...],
    environment_class: str | None,
    account: str | None,
    region: str | None,
    repository: str | None,
    like: str | None,
    project: str,
) -> int:
    """Write environments/ENV.yaml: a valid spec that says what its bases leave open, and nothing else.

    Without --from it extends _base, or the only base there is. What nobody can know, such as the account, gets a value
    that is valid and marked with CHANGE THIS. Nothing is asked, and nothing is overwritten.

    With --like it says what exists, under the names that it has; what no key carries stands in it as comments. Then
    tfstencil adopt finds it, and the plan replaces nothing.
    """
    wishes = Wishes(bases, environment_class, account, region, repository)
    session.console.report(new_report(new(session.workspace(), name, wishes, Like(like, project) if like else None)))
    return 0
