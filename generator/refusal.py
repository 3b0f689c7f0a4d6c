"""One reason not to apply a plan, and the flag that permits it."""

from __future__ import annotations

import shlex
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable

DELETE: Final = "delete"
REPLACE: Final = "replace"
FORGET: Final = "forget"
UNPROTECT: Final = "unprotect"
EXPIRE: Final = "expire"
WIDEN: Final = "widen"
FOREIGN: Final = "foreign"
UNCLASSIFIED: Final = "unclassified"
DELETIONS: Final = "deletions"
# Told, not refused: the spec takes a risk knowingly.
ACCEPTED: Final = "accepted"
KINDS: Final = (DELETE, REPLACE, FORGET, UNPROTECT, EXPIRE, WIDEN, FOREIGN, UNCLASSIFIED, DELETIONS)

Path = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Refusal:
    """One reason not to apply a plan.

    Attributes:
        kind: one of `KINDS`, or the name of a rule in `policies/`.
        address: of the resource; for `deletions` their number, for a rule that speaks of no resource the environment.
        reason: what would happen, as the rest of a sentence that begins with the address.
        path: the attribute concerned; empty for the resource as a whole.
        can_be_allowed: whether `--allow` lets it through.
        before: how it is now, in a few words; "" where the reason says it.
        after: how it would be, likewise.
        origins: where the spec says it, as `file:line:column (key)`; empty where nobody has looked, or none does.
    """

    kind: str
    address: str
    reason: str
    path: Path = ()
    can_be_allowed: bool = True
    before: str = field(default="", compare=False)
    after: str = field(default="", compare=False)
    origins: tuple[str, ...] = field(default=(), compare=False)

    @property
    def consent(self) -> str:
        """What `--allow` has to say: `delete:module.artifacts.aws_s3_bucket.this`."""
        return f"{self.kind}:{self.address}"

    @property
    def flag(self) -> str:
        """The option that allows just this, quoted for a shell; "" where nothing does."""
        return f"--allow {shlex.quote(self.consent)}" if self.can_be_allowed else ""


def flags(refusals: Iterable[Refusal], reason: str = "") -> str:
    """Return the options that allow all of `refusals`, each once.

    Args:
        refusals: what is refused.
        reason: to be said with each; "" for none.
    """
    end = f"={reason}" if reason else ""
    consents = [refusal.consent for refusal in refusals if refusal.can_be_allowed]
    return " ".join(dict.fromkeys(f"--allow {shlex.quote(f'{consent}{end}')}" for consent in consents))
