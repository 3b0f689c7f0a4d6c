"""For tests of rules: what each rule of a workspace says of a plan that the test writes."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from generator.checks.policies.as_data import plan_of
from generator.checks.policies.run import load_rules, run_rules
from generator.workspace import Workspace

if TYPE_CHECKING:
    from collections.abc import Mapping

    from generator.refusal import Refusal


def findings(folder: Path | str, plan: Mapping[str, Any]) -> dict[str, list[Refusal]]:
    """Ask every rule in `policies/` about a plan.

    Args:
        folder: of the workspace.
        plan: as data; only what the rules look at needs to be there, and a resource needs its `address` alone.

    Returns:
        By the name of the rule what it finds, advice too; an empty list where it finds nothing.

    Raises:
        SpecError: a rule is wrong.
        AssertionError: a rule failed on this plan.
    """
    workspace = Workspace.find(Path(folder))
    rules = load_rules(workspace)
    verdict = run_rules(workspace, rules, plan_of(plan))
    failed = [item.reason for item in verdict.refusals if "the rule failed" in item.reason]
    if failed:
        raise AssertionError("\n".join(failed))
    found = [*verdict.refusals, *verdict.advice]
    return {rule.name: [item for item in found if item.kind == rule.name] for rule in rules}
