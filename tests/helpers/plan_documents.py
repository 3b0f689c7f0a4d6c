"""Documents of plans that are written by hand."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from guard_plans import ACCOUNT, resource

from generator.plans.plan import parse_plan
from generator.reports.plan.assembly import Knowledge, Planned, document
from generator.reports.plan.document import Environment, Verdict

if TYPE_CHECKING:
    from generator.refusal import Refusal
    from generator.reports.plan.document import Change, Difference, Document

THERE = resource("aws_iam_role.there", {"name": "there"}, {"name": "there"}, actions=["no-op"])


def planned(
    name: str,
    *resources: dict[str, Any],
    stack: str = "shop",
    environment_class: str = "dev",
    refusals: tuple[Refusal, ...] = (),
    **raw: Any,
) -> Planned:
    """Plan an environment that exists."""
    plan = parse_plan({"resource_changes": [THERE, *resources], **raw})
    about = Environment(name, stack, environment_class, ACCOUNT, "us-east-1", Verdict.NOTHING)
    return Planned(about, plan, not plan.is_empty, refusals)


def document_of(*environments: Planned, mode: str = "offline", seconds: dict[str, float] | None = None) -> Document:
    return document(environments, Knowledge(seconds=seconds or {}), mode=mode)


def only(*resources: dict[str, Any], **more: Any) -> Change:
    """Return the one change of one environment."""
    (environment,) = document_of(planned("dev", *resources, **more)).environments
    (change,) = environment.changes
    return change


def differences(before: Any, after: Any, **more: Any) -> tuple[Difference, ...]:
    return only(resource("module.x.aws_thing.this", before, after, **more)).differences
