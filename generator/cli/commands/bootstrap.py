"""`tfstencil bootstrap`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from generator.cli.group import Command
from generator.cli.request import Request
from generator.cli.session import Session, environment_argument, one_environment, with_session
from generator.errors import UsageError
from generator.operations.assembly import Assembly
from generator.operations.bootstrap import Bucket, bootstrap
from generator.operations.consent import Consent, yes_option
from generator.operations.freshness import require_fresh
from generator.operations.review import allow_option
from generator.operations.targets import mode_of, target_of
from generator.operations.unread import warn_of_foreign
from generator.spec.names import Names

if TYPE_CHECKING:
    from generator.spec.environment import Environment


@click.command(
    "bootstrap",
    cls=Command,
    short_help="Make the bucket that keeps states, and move its own state into it.",
    example="tfstencil bootstrap state",
)
@environment_argument()
@click.option("--sandbox", is_flag=True, help="In the sandbox, without asking; it is started where none runs.")
@click.option("--print", "only_print", is_flag=True, help="Only print what other specs say to keep their state there.")
@yes_option
@allow_option
@with_session
def command(  # noqa: PLR0913  # one parameter an option
    session: Session, name: str, *, sandbox: bool, only_print: bool, yes: tuple[str, ...], allowed: tuple[str, ...]
) -> int:
    """Make the state bucket of ENV, an environment with a backend in its spec.

    Its own state cannot lie in a bucket that does not exist. So it is applied with the state in a file first, through
    the guards and questions of an apply; then the state is copied into the bucket, read back and compared, and only
    then the file is put aside. Where it was stopped, the same command goes on from there; a state that is in the bucket
    already is never overwritten.
    """
    assembly = Assembly(session.workspace())
    (environment,) = assembly.load([one_environment(assembly.workspace, name)])
    bucket = _bucket_of(environment)
    if only_print:
        session.console.document({"ok": True, "environment": name, "state": bucket.section})
        for line in bucket.lines:
            session.console.show(line)
        return 0
    require_fresh(assembly, [environment])
    warn_of_foreign(session, assembly.workspace, [name])
    request = Request("bootstrap", mode_of(sandbox=sandbox), (name,), Consent.of(yes), allowed)
    return bootstrap(session, assembly.workspace, request, target_of(environment), bucket)


def _bucket_of(environment: Environment) -> Bucket:
    spec = environment.spec
    if spec.backend is None:
        raise UsageError(
            f"{environment.name} makes no state bucket: its spec has no backend",
            hint="name the environment that has one, or write its spec: docs/cookbook.md, Keep the state",
        )
    names = Names.of(environment.name, spec)
    return Bucket(names.state_bucket, names.state_key, spec.region)
