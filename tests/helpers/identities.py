"""What names each resource that we render bears, by its plan; everything that is unique somewhere must be claimed."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from generator.claims.catalog import claims
from generator.parts.framework.claim_kinds import ACCESS_LOGS, DEPLOYMENT, SHARED, STATE, Parts

if TYPE_CHECKING:
    from pathlib import Path

    from generator.model.loading.load import Environment
    from generator.plans.planned import PlannedStack

# The kind of claim that a resource needs, and the argument that holds its name.
CLAIMED: Final = {
    "aws_budgets_budget": ("budget", "name"),
    "aws_cloudwatch_composite_alarm": ("alarm", "alarm_name"),
    "aws_cloudwatch_dashboard": ("dashboard", "dashboard_name"),
    "aws_cloudwatch_event_rule": ("rule", "name"),
    "aws_cloudwatch_log_group": ("log-group", "name"),
    "aws_cloudwatch_metric_alarm": ("alarm", "alarm_name"),
    "aws_codebuild_fleet": ("fleet", "name"),
    "aws_codebuild_project": ("project", "name"),
    "aws_codebuild_report_group": ("report-group", "name"),
    "aws_codebuild_source_credential": ("source-credential", "server_type"),
    "aws_codeconnections_connection": ("connection", "name"),
    "aws_codepipeline": ("pipeline", "name"),
    "aws_ecr_repository": ("repository", "name"),
    "aws_iam_policy": ("policy", "name"),
    "aws_iam_role": ("role", "name"),
    "aws_kms_alias": ("alias", "name"),
    "aws_lambda_permission": ("permission", "statement_id"),
    "aws_s3_bucket": ("@bucket", "bucket"),
    "aws_scheduler_schedule_group": ("schedule-group", "name"),
    "aws_sns_topic": ("topic", "name"),
    "aws_sqs_queue": ("queue", "name"),
    "aws_xray_group": ("trace-group", "group_name"),
    "aws_xray_sampling_rule": ("trace-rule", "rule_name"),
}
_PART: Final = "is a part of what is claimed"
_UNNAMED: Final = "AWS numbers them; names are tags"
_OWN_VPC: Final = "lies in a VPC of the environment's own"
FREE: Final = {
    "aws_cloudwatch_event_target": _PART,
    "aws_cloudwatch_log_data_protection_policy": _PART,
    "aws_codebuild_webhook": _PART,
    "aws_default_security_group": _OWN_VPC,
    "aws_ecr_lifecycle_policy": _PART,
    "aws_ecr_repository_policy": _PART,
    "aws_eip": _UNNAMED,
    "aws_flow_log": _UNNAMED,
    "aws_iam_role_policy": _PART,
    "aws_iam_role_policy_attachment": _PART,
    "aws_internet_gateway": _UNNAMED,
    "aws_kms_key": _UNNAMED,
    "aws_nat_gateway": _UNNAMED,
    "aws_route": _OWN_VPC,
    "aws_route_table": _OWN_VPC,
    "aws_route_table_association": _OWN_VPC,
    "aws_s3_bucket_lifecycle_configuration": _PART,
    "aws_s3_bucket_logging": _PART,
    "aws_s3_bucket_notification": _PART,
    "aws_s3_bucket_ownership_controls": _PART,
    "aws_s3_bucket_policy": _PART,
    "aws_s3_bucket_public_access_block": _PART,
    "aws_s3_bucket_server_side_encryption_configuration": _PART,
    "aws_s3_bucket_versioning": _PART,
    "aws_scheduler_schedule": "lies in a group that is claimed",
    "aws_sns_topic_policy": _PART,
    "aws_sns_topic_subscription": _PART,
    "aws_sqs_queue_policy": _PART,
    "aws_subnet": _OWN_VPC,
    "aws_vpc": _UNNAMED,
    "aws_vpc_endpoint": _OWN_VPC,
    "aws_vpc_security_group_egress_rule": _PART,
    "aws_vpc_security_group_ingress_rule": _PART,
    "terraform_data": "exists in the state alone",
}
# In a VPC that is there already its name is claimed, in one of the environment's own it needs no claim.
GROUP: Final = "aws_security_group"
_RESOURCE: Final = re.compile(r'^resource "([a-z0-9_]+)"', re.MULTILINE)
# What needs no resource of the environment's: states and identities, buckets that are there already, and that something is taken over.
_NO_RESOURCE: Final = {"state", "folder", "adopted"}
_WITHOUT: Final = {STATE, ACCESS_LOGS, DEPLOYMENT, SHARED}


def rendered_types(templates: Path) -> set[str]:
    """Return every type of resource that a template can render."""
    return {found for file in templates.rglob("*.tf.j2") for found in _RESOURCE.findall(file.read_text())}


def borne(stack: PlannedStack) -> set[tuple[str, str]]:
    """Return the names that a plan's resources bear: kind of claim and name."""
    found = set()
    for resource in stack.resources.values():
        if resource.type in CLAIMED and not resource.is_data:
            kind, argument = CLAIMED[resource.type]
            name = str(resource.values[argument])
            found.add((kind, name.lower() if kind in {"policy", "role"} else name))
        elif resource.type == GROUP and str(resource.values["vpc_id"]).startswith("vpc-"):
            found.add(("security-group", str(resource.values["name"])))
    return found


def claimed(environment: Environment) -> set[tuple[str, str]]:
    """Return what an environment claims for resources of its own: kind and name."""
    parts = [Parts.of(text) for text, _ in claims(environment.name, environment.spec) if not text.startswith("@env")]
    return {(part.kind, part.name) for part in parts if part.kind not in _NO_RESOURCE and part.use not in _WITHOUT}
