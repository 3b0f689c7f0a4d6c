"""Plans for the guards, written by hand: one resource change a line."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from generator.checks.guards.judge import judge
from generator.checks.guards.settings import Settings
from generator.plans.plan import parse_plan

if TYPE_CHECKING:
    from generator.refusal import Refusal

ACCOUNT = "111122223333"
ROOT_ARN = f"arn:aws:iam::{ACCOUNT}:root"
OTHER_ARN = "arn:aws:iam::999988887777:role/x"


def resource(address: str, before: Any, after: Any, *, unknown: Any = None, **more: Any) -> dict[str, Any]:
    """Write one resource change of a plan; the actions follow from what there is before and after."""
    _, _, rest = address.rpartition("module.x.")
    kind, name = (rest or address).removeprefix("data.").split(".")[:2]
    actions = ["delete"] if after is None else ["create"] if before is None else ["update"]
    change = {"actions": actions, "before": before, "after": after, "after_unknown": unknown or {}}
    change |= {key: more.pop(key) for key in ("actions", "replace_paths") if key in more}
    in_module = {"module_address": "module.x"} if address.startswith("module.") else {}
    return {"address": address, "type": kind, "name": name.split("[")[0], "change": change, **in_module, **more}


def judged(*resources: dict[str, Any], account: str = ACCOUNT, **raw: Any) -> list[tuple[str, str, str]]:
    """Judge a plan of an environment that exists; return kind, address and reason."""
    there = resource("aws_iam_role.there", {"name": "there"}, {"name": "there"}, actions=["no-op"])
    plan = parse_plan({"resource_changes": [there, *resources], **raw})
    return [(each.kind, each.address, each.reason) for each in judge(plan, Settings(), account=account)]


def refused(*resources: dict[str, Any], surroundings: Any = None, **raw: Any) -> list[Refusal]:
    """Judge a plan of an environment that exists; return all of each refusal."""
    there = resource("aws_iam_role.there", {"name": "there"}, {"name": "there"}, actions=["no-op"])
    plan = parse_plan({"resource_changes": [there, *resources], **raw})
    return judge(plan, Settings(), account=ACCOUNT, **(surroundings or {}))


def same(address: str, values: Any) -> dict[str, Any]:
    """Write a resource that stays as it is."""
    return resource(address, values, values, actions=["no-op"])


def consents(*resources: dict[str, Any], **more: Any) -> list[str]:
    """Judge a plan; return what would allow each refusal, each once."""
    return list(dict.fromkeys(each.consent for each in refused(*resources, **more)))


def policy(*statements: dict[str, Any]) -> dict[str, Any]:
    return {"policy": json.dumps({"Version": "2012-10-17", "Statement": list(statements)})}


def allow(action: Any, on: Any = "arn:aws:s3:::some/*", **more: Any) -> dict[str, Any]:
    return {"Effect": "Allow", "Action": action, "Resource": on, **more}
