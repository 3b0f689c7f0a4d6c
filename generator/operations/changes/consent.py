"""Whether a change of something real may go ahead: the question, and what answers it without a terminal."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from generator.errors import UsageError
from generator.terraform import Mode

if TYPE_CHECKING:
    from collections.abc import Sequence

    from generator.operations.run import Run
    from generator.operations.targets.targets import Target


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


def require_way_to_consent(run: Run, targets: Sequence[Target], mode: Mode, consent: Consent, *, command: str) -> None:
    """Refuse early where a question would have to be asked and nobody can answer.

    Args:
        run: whose reporter may have nobody to ask.
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
    elif not run.reporter.can_ask:
        raise UsageError(
            f"{command.split()[1]} asks before it changes anything, and there is no terminal to ask on",
            hint=f"add --yes: {remedy}",
        )


def consents(run: Run, target: Target, mode: Mode, consent: Consent, *, verb: str) -> bool:
    """Tell whether what was shown may be done; where nothing says so beforehand, ask.

    Args:
        run: whose reporter asks.
        target: the environment.
        mode: in the sandbox nobody is asked.
        consent: what was agreed to beforehand.
        verb: what is to be done.
    """
    return mode is Mode.SANDBOX or consent.speaks_for(target) or run.reporter.agrees(target, verb)
