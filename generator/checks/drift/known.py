"""Read `drift.yaml`: which drift is known, why, and until when (`generator.checks.allowance`).

allow:
  - address: module.logs.aws_cloudwatch_log_group.this
    path: retention_in_days
    environments: [prod, "staging-*"]
    reason: raised during the incident of 20 November
    until: "2026-12-31"
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from generator.checks.allowance import Allowance, ListShape, matches_any, names_problem, read_list

if TYPE_CHECKING:
    from generator.checks.drift.difference import DriftedValue
    from generator.workspace import Workspace

FILE: Final = "drift.yaml"
_SHAPE: Final = ListShape(FILE, "environments", names_problem)


def read_known(workspace: Workspace) -> list[Allowance]:
    """Read the list of a workspace; empty where there is none.

    Raises:
        SpecError: with everything that is wrong with it.
    """
    return read_list(workspace, _SHAPE)


def covers(allowance: Allowance, difference: DriftedValue, environment: str) -> bool:
    """Whether an entry knows of a difference, be it expired or not."""
    return matches_any(environment, allowance.environments) and allowance.fits(difference.address, difference.path)
