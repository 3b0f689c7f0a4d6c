"""Judge whether two environments are the same but for what is allowed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from generator.checks.parity.allowance import covers, is_meant
from generator.plans.comparable import divergences

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping, Sequence

    from generator.checks.allowance import Allowance
    from generator.plans.comparable import Divergence, Facts


@dataclass(frozen=True, slots=True)
class Parity:
    """What came of comparing two environments.

    Attributes:
        refused: what differs and is not allowed.
        allowed: what differs and is, each with what allows it.
        expired: what differs and was allowed once.
        unused: what is allowed and does not differ any more.
    """

    refused: tuple[Divergence, ...]
    allowed: tuple[tuple[Divergence, Allowance], ...]
    expired: tuple[tuple[Divergence, Allowance], ...]
    unused: tuple[Allowance, ...]

    @property
    def holds(self) -> bool:
        """Whether the gate is open."""
        return not self.refused and not self.expired


def compare(
    left: Mapping[str, Facts],
    right: Mapping[str, Facts],
    environments: Sequence[str],
    allowances: Sequence[Allowance],
    today: dt.date,
) -> Parity:
    """Compare two environments by what their plans would make.

    Args:
        left: the first one's plan, see `changes_of`.
        right: the second's.
        environments: their two names.
        allowances: what may differ.
        today: the date that decides what has expired.
    """
    refused: list[Divergence] = []
    allowed: list[tuple[Divergence, Allowance]] = []
    expired: list[tuple[Divergence, Allowance]] = []
    for divergence in divergences(left, right):
        covering = [allowance for allowance in allowances if covers(allowance, divergence, environments)]
        valid = [allowance for allowance in covering if not allowance.is_expired(today)]
        if valid:
            allowed.append((divergence, valid[0]))
        elif covering:
            expired.append((divergence, covering[0]))
        else:
            refused.append(divergence)
    used = {id(allowance) for _, allowance in (*allowed, *expired)}
    meant = (item for item in allowances if is_meant(item, environments))
    unused = tuple(allowance for allowance in meant if id(allowance) not in used)
    return Parity(tuple(refused), tuple(allowed), tuple(expired), unused)
