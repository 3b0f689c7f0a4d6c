"""What a spec accepts knowingly, laid over what the rules refuse."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import TYPE_CHECKING, Final, Literal

from generator.language.nodes import dotted
from generator.model.rules.finding import Finding

if TYPE_CHECKING:
    from collections.abc import Sequence

    from generator.model.accepted import Acceptance
    from generator.model.environment import EnvironmentSpec

# Findings of these are told wherever a plan is shown.
RISK: Final = "accepted-risk"
OVER: Final = "acceptance-over"


def with_acceptances(spec: EnvironmentSpec, found: Sequence[Finding]) -> list[Finding]:
    """Return findings as warnings where a spec accepts them; tell of what it accepts in vain.

    Args:
        spec: the spec.
        found: what its rules found.
    """
    today, used, judged = dt.datetime.now(dt.UTC).date(), set[str](), []
    for finding in found:
        names = [name for name, each in spec.accepted.items() if _is_about(each, finding)]
        used.update(names)
        judged.append(_judged(spec, finding, spec.accepted[names[0]], today) if names else finding)
    for name, each in spec.accepted.items():
        if name not in used:
            message = f"accepts nothing: there is no such risk at {each.at}"
            hint = "remove it, or name the key at which the risk is"
            judged.append(Finding(("accepted", name), message, hint, "acceptance-of-nothing"))
    return judged


def _is_about(each: Acceptance, finding: Finding) -> bool:
    return each.risk == finding.risk and f"{dotted(finding.path)}.".startswith(f"{each.at}.")


def _judged(spec: EnvironmentSpec, finding: Finding, each: Acceptance, today: dt.date) -> Finding:
    if not each.is_over(today):
        message = f"{finding.message}; accepted until {each.until}: {each.reason}"
        return replace(finding, message=message, rule=RISK, severity="warning")
    message = f"{finding.message}; that was accepted until {each.until}, which is over"
    hint = f"decide again: {finding.hint}"
    severity: Literal["error", "warning"] = "error" if spec.environment_class == "prod" else "warning"
    return replace(finding, message=message, hint=hint, rule=OVER, severity=severity)
