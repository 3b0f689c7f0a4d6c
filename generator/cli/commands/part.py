"""`tfstencil part`: parts of a workspace's own."""

from __future__ import annotations

import click

from generator.cli.group import Command, CommandFamily
from generator.cli.index import SUMMARIES
from generator.cli.session import Session, with_session
from generator.operations.parts import added
from generator.operations.parts.check import check
from generator.operations.parts.new import new
from generator.reports.parts.added import added_report
from generator.reports.parts.proof import proof_report


@click.group("part", cls=CommandFamily, short_help=SUMMARIES["part"])
def command() -> None:
    """Parts that a workspace brings itself: keys of a spec, rules and a Terraform module, in parts/NAME/.

    `tfstencil docs parts` leads through the first one.
    """


@command.command("new", cls=Command, example="tfstencil part new alert-bot")
@click.argument("name")
@with_session
def _new(session: Session, name: str) -> int:
    """Write a part to start from into parts/NAME/: small, and whole."""
    written = new(session.workspace(), name)
    session.console.document({"ok": True, "written": written})
    for path in written:
        session.console.done(f"wrote {path}")
    return 0


@command.command("check", cls=Command, example="tfstencil part check alert-bot")
@click.argument("names", metavar="[NAME]...", nargs=-1)
@click.option("--update", is_flag=True, help="Write contracts that are missing, and what does not hold in the others.")
@with_session
def _check(session: Session, names: tuple[str, ...], *, update: bool) -> int:
    """Prove the parts NAME... (by default all) before anybody uses them.

    Every branch of their templates is rendered; terraform formats, validates and tests the module in each of its
    shapes; each example is planned offline and compared with its contract.
    """
    proofs = check(session.run(), names, update=update)
    session.console.report(proof_report(proofs))
    return 0 if all(proof.ok for proof in proofs) else 1


@command.command("add", cls=Command, example="tfstencil part add ../shared/parts/alert-bot")
@click.argument("source")
@with_session
def _add(session: Session, source: str) -> int:
    """Copy the part at SOURCE to parts/, and note its digest in parts.lock.yaml.

    SOURCE is a folder, git+https://HOST/REPOSITORY[//FOLDER]@TAG, or package:NAME for an installed package.
    """
    session.console.report(added_report([added.add(session.workspace(), source)]))
    return 0


@command.command("verify", cls=Command, example="tfstencil part verify")
@with_session
def _verify(session: Session) -> int:
    """Compare the parts that were added with the digests in parts.lock.yaml; asks nobody."""
    found = added.verify(session.workspace())
    session.console.report(added_report(found))
    return 0 if all(each.ok for each in found) else 1


@command.command("diff", cls=Command, example="tfstencil part diff alert-bot")
@click.argument("names", metavar="[NAME]...", nargs=-1)
@with_session
def _diff(session: Session, names: tuple[str, ...]) -> int:
    """Show what was changed here in the parts NAME... (by default all) since they were added."""
    session.console.report(added_report(added.diff(session.workspace(), names)))
    return 0


@command.command("update", cls=Command, example="tfstencil part update alert-bot")
@click.argument("names", metavar="[NAME]...", nargs=-1)
@click.option("--from", "source", default="", metavar="SOURCE", help="Another source than before, such as a later tag.")
@with_session
def _update(session: Session, names: tuple[str, ...], source: str) -> int:
    """Bring the parts NAME... (by default all that were added) to what their source has now.

    What was changed here is merged; a conflict stays visible in the file, and the exit code is 1.
    """
    found = added.update(session.workspace(), names, source)
    session.console.report(added_report(found))
    return 1 if any(each.conflicts for each in found) else 0
