"""What AWS would have told of a resource when it was made: its ARN, its ID, and names that follow from both."""

from __future__ import annotations

import hashlib
import uuid
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

    from generator.fleet.member import Member

# After `arn:aws:`; {name}, {key} and {id} are the resource's own.
_ARNS: Final = {
    "aws_budgets_budget": "budgets::{account}:budget/{name}",
    "aws_cloudwatch_composite_alarm": "cloudwatch:{region}:{account}:alarm:{name}",
    "aws_cloudwatch_dashboard": "cloudwatch::{account}:dashboard/{name}",
    "aws_cloudwatch_event_rule": "events:{region}:{account}:rule/{name}",
    "aws_cloudwatch_log_group": "logs:{region}:{account}:log-group:{name}",
    "aws_cloudwatch_metric_alarm": "cloudwatch:{region}:{account}:alarm:{name}",
    "aws_codebuild_fleet": "codebuild:{region}:{account}:fleet/{name}:{uuid}",
    "aws_codebuild_project": "codebuild:{region}:{account}:project/{name}",
    "aws_codebuild_report_group": "codebuild:{region}:{account}:report-group/{name}",
    "aws_codepipeline": "codepipeline:{region}:{account}:{name}",
    "aws_ecr_repository": "ecr:{region}:{account}:repository/{name}",
    "aws_iam_policy": "iam::{account}:policy/{name}",
    "aws_iam_role": "iam::{account}:role/{name}",
    "aws_iam_user": "iam::{account}:user/{name}",
    "aws_kms_alias": "kms:{region}:{account}:{name}",
    "aws_kms_key": "kms:{region}:{account}:key/{uuid}",
    "aws_s3_bucket": "s3:::{name}",
    "aws_scheduler_schedule": "scheduler:{region}:{account}:schedule/{group}/{name}",
    "aws_scheduler_schedule_group": "scheduler:{region}:{account}:schedule-group/{name}",
    "aws_secretsmanager_secret": "secretsmanager:{region}:{account}:secret:{name}-AbCdEf",
    "aws_sns_topic": "sns:{region}:{account}:{name}",
    "aws_sns_topic_subscription": "sns:{region}:{account}:subscription/{uuid}",
    "aws_sqs_queue": "sqs:{region}:{account}:{name}",
    "aws_xray_group": "xray:{region}:{account}:group/{name}/{uuid}",
    "aws_xray_sampling_rule": "xray:{region}:{account}:sampling-rule/{name}",
}
_OTHER_ARN: Final = "ec2:{region}:{account}:{kind}/{id}"
_ID_IS_ARN: Final = (
    *("aws_codebuild_fleet", "aws_codebuild_project", "aws_codebuild_report_group", "aws_secretsmanager_secret"),
    *("aws_sns_topic", "aws_sns_topic_subscription", "aws_xray_group"),
)
_ID_IS_UUID: Final = ("aws_kms_key",)
_NAMES: Final = (
    "name",
    "bucket",
    "dashboard_name",
    "alarm_name",
    "group_name",
    "repository",
    "project_name",
    "rule_name",
)


def filled(entry: Mapping[str, Any], member: Member, schema: Mapping[str, Any]) -> dict[str, Any]:
    """Return the attributes of a planned resource as they are once it is applied.

    Args:
        entry: of `resource_changes`.
        member: the environment that it belongs to.
        schema: of its type.
    """
    change = entry["change"]
    types = {name: each.get("type") for name, each in schema["block"]["attributes"].items()}
    known = dict(_known(change["after"], change.get("after_unknown") or {}))
    before = change.get("before") or {}
    own = _own(entry["type"], f"{member.name}.{entry['address']}", known, member)
    for key, unknown in (change.get("after_unknown") or {}).items():
        if unknown is True:
            # It keeps its identity though a wrong neighbour's name made terraform replace it.
            empty: Any = {"list": [], "set": [], "map": {}}.get(types.get(key, ["list"])[0])
            known[key] = next((value for value in (before.get(key), own.get(key)) if value is not None), empty)
    if entry["type"] == "terraform_data":
        known["output"] = known.get("input")
    return known


def _own(kind: str, address: str, known: Mapping[str, Any], member: Member) -> dict[str, Any]:
    digest = hashlib.sha256(address.encode()).hexdigest()
    name = next((str(known[each]) for each in _NAMES if known.get(each)), digest[:8])
    if not kind.startswith("aws_"):
        return {"id": str(uuid.UUID(digest[:32]))}
    short = kind.removeprefix("aws_").replace("_", "-")
    identity = f"{short}-{digest[:17]}" if kind.split("_")[1] in {"vpc", "subnet", "eip", "nat", "route"} else name
    words = {
        "account": member.account,
        "region": member.region,
        "name": name,
        "uuid": str(uuid.UUID(digest[:32])),
        "kind": short,
        "id": identity,
        "group": known.get("group_name") or "default",
    }
    arn = "arn:aws:" + _ARNS.get(kind, _OTHER_ARN).format(**words)
    if kind in _ID_IS_ARN:
        identity = arn
    if kind in _ID_IS_UUID:
        identity = words["uuid"]
    url = f"https://sqs.{member.region}.amazonaws.com/{member.account}/{name}"
    if kind == "aws_sqs_queue":
        identity = url
    return {
        "id": identity,
        "arn": arn,
        "dashboard_arn": arn,
        "key_id": identity,
        "url": url,
        "owner": member.account,
        "owner_id": member.account,
        "registry_id": member.account,
        "account_id": member.account,
        "unique_id": f"AROA{digest[:16].upper()}",
        "repository_url": f"{member.account}.dkr.ecr.{member.region}.amazonaws.com/{name}",
        "allocation_id": identity,
        "security_group_rule_id": identity,
        "multi_region": False,
        "default_security_group_id": f"sg-{digest[:17]}",
        "main_route_table_id": f"rtb-{digest[:17]}",
        "secret": f"made-for-a-test-{digest[:8]}",
        "payload_url": f"https://codebuild.{member.region}.amazonaws.com/webhooks?t={digest[:8]}",
    }


def _known(value: Any, unknown: Any) -> Any:  # any JSON value
    """Put null where a value inside a block is not known yet."""
    if isinstance(value, dict):
        below = unknown if isinstance(unknown, dict) else {}
        missing = {key: None for key, is_unknown in below.items() if is_unknown is True}
        return missing | {key: _known(item, below.get(key)) for key, item in value.items()}
    if isinstance(value, list):
        below_ = unknown if isinstance(unknown, list) else []
        return [_known(item, below_[index] if index < len(below_) else None) for index, item in enumerate(value)]
    return value
