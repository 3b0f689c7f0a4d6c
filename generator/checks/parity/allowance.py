"""Read `parity.yaml`: what may differ between two environments, why, and for how long.

    allow:
      - address: module.encryption.aws_kms_key.this
        path: deletion_window_in_days
        between: [staging, prod]
        reason: a key of prod can be brought back for longer
        until: "2027-06-30"

Without `path` the whole resource may differ, or be on one side alone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from generator.checks.allowance import Allowance, ListShape, names_problem, read_list

if TYPE_CHECKING:
    from collections.abc import Sequence

    from generator.plans.comparable import Divergence
    from generator.workspace import Workspace

FILE: Final = "parity.yaml"
_SIDES: Final = 2


def _between_problem(value: object) -> str:
    wrong = names_problem(value) or (isinstance(value, list) and len(value) != _SIDES)
    return "must be a list of two environments" if wrong else ""


_SHAPE: Final = ListShape(FILE, "between", _between_problem)


def read_allowances(workspace: Workspace) -> list[Allowance]:
    """Read the list of a workspace; empty where there is none.

    Raises:
        SpecError: with everything that is wrong with it.
    """
    return read_list(workspace, _SHAPE)


def is_meant(allowance: Allowance, environments: Sequence[str]) -> bool:
    """Whether an entry speaks of two environments, in whatever order."""
    return not allowance.environments or set(allowance.environments) == set(environments)


def covers(allowance: Allowance, divergence: Divergence, environments: Sequence[str]) -> bool:
    """Whether an entry allows a divergence, be it expired or not."""
    return is_meant(allowance, environments) and allowance.fits(divergence.address, divergence.path)
