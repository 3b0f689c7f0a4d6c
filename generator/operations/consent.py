"""Whether a change of something real may go ahead: the question, and what answers it without a terminal."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

import click

from generator.errors import UsageError
from generator.terraform import Mode

if TYPE_CHECKING:
    from collections.abc import Sequence

    from generator.cli.session import Session
    from generator.operations.targets import Target

yes_option = click.option(
    "--yes",
    metavar="[ENV]",
    is_flag=False,
    flag_value="",
    multiple=True,
    help="Do not ask; an environment of class prod must be named here: --yes prod.",
)


@dataclass(frozen=True, slots=True)
class Consent:
    """What `--yes` said.

    Attributes:
        given: whether it was given at all.
        names: the environments that it named.
    """

    given: bool
    names: tuple[str, ...] = ()

    @classmethod
    def of(cls, words: Sequence[str]) -> Consent:
        """Read the values of the option."""
        return cls(bool(words), tuple(dict.fromkeys(word for word in words if word)))

    def speaks_for(self, target: Target) -> bool:
        """Whether nobody needs to be asked about an environment."""
        return self.given and (not target.is_prod or target.name in self.names)


def require_way_to_consent(
    session: Session, targets: Sequence[Target], mode: Mode, consent: Consent, *, command: str
) -> None:
    """Refuse early where a question would have to be asked and nobody can answer.

    Args:
        session: with `--json` nobody is asked either.
        targets: the environments concerned.
        mode: in the sandbox there is nothing to ask.
        consent: what `--yes` said.
        command: what to type again, with what is missing.

    Raises:
        UsageError: naming what to add.
    """
    known = [target.name for target in targets]
    for name in consent.names:
        if name not in known:
            raise UsageError(
                f"--yes {name} names none of the environments concerned: {', '.join(known)}",
                hint="it takes one name, in full; give it again for each",
            )
    if mode is Mode.SANDBOX:
        return
    named = " ".join(f"--yes {target.name}" for target in targets if target.is_prod) or "--yes"
    remedy = f"{command} {named}"
    if consent.given:
        unnamed = [target.name for target in targets if not consent.speaks_for(target)]
        if unnamed:
            raise UsageError(
                f"--yes speaks for an environment of class prod only by its name: {', '.join(unnamed)}",
                hint=f"name it after --yes: {remedy}",
            )
    elif session.console.json or not sys.stdin.isatty():
        raise UsageError(
            f"{command.split()[1]} asks before it changes anything, and there is no terminal to ask on",
            hint=f"add --yes: {remedy}",
        )


def consents(session: Session, target: Target, mode: Mode, consent: Consent, *, verb: str) -> bool:
    """Ask whether what was shown may be done; prod wants its name typed.

    Args:
        session: for the answer's echo.
        target: the environment.
        mode: in the sandbox nobody is asked.
        consent: what `--yes` said.
        verb: what is to be done.

    Returns:
        Whether it may be done.
    """
    if mode is Mode.SANDBOX or consent.speaks_for(target):
        return True
    if not target.is_prod:
        return click.confirm(f"{verb.capitalize()} {target.name}?", err=True)
    typed = click.prompt(f"Type the environment's name to {verb} it", default="", show_default=False, err=True)
    if typed.strip() == target.name:
        return True
    session.console.note("that is not its name")
    return False
