"""Resources that AWS bills by themselves, with what it counts, by the usage types of its bills; no prices.

A usage type stands in a bill behind the code of its region: `USE1-KMS-Requests`. The names are those of AWS's own
documents: the list of trackable services in "Tracking your AWS Free Tier usage" (Billing user guide), "Analyzing,
optimizing, and reducing CloudWatch costs" (CloudWatch user guide) and "Understand codes for Amazon VPC in billing and
usage reports" (VPC user guide), read in November 2026. A name that stands in none of them says that it is not verified.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, Literal

from generator.reports.plan.document import Billed

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from generator.plans.plan import ResourceChange

_UNSURE: Final = " (not verified)"
# By type: the service, and the usage types.
_COUNTED: Final[Mapping[str, tuple[str, tuple[str, ...]]]] = {
    # A budget that only tells costs nothing; one that acts does.
    "aws_budgets_budget_action": ("AWS Budgets", ("ActionEnabledBudgetsUsage",)),
    "aws_cloudwatch_composite_alarm": ("Amazon CloudWatch", ("CW:CompositeAlarmMonitorUsage",)),
    "aws_cloudwatch_dashboard": ("Amazon CloudWatch", ("DashboardsUsageHour-Basic, or DashboardsUsageHour",)),
    "aws_cloudwatch_log_group": ("Amazon CloudWatch", ("DataProcessing-Bytes", "TimedStorage-ByteHrs")),
    "aws_cloudwatch_metric_alarm": ("Amazon CloudWatch", ("CW:AlarmMonitorUsage",)),
    "aws_codeartifact_repository": ("AWS CodeArtifact", ("Requests", "TimedStorage-ByteHrs")),
    "aws_codebuild_fleet": ("AWS CodeBuild", (f"Build-Min, reserved{_UNSURE}",)),
    "aws_codebuild_project": ("AWS CodeBuild", ("Build-Min",)),
    "aws_codepipeline": ("AWS CodePipeline", ("activePipeline",)),
    "aws_ecr_repository": ("Amazon ECR", ("TimedStorage-ByteHrs",)),
    "aws_efs_file_system": ("Amazon EFS", ("TimedStorage-ByteHrs",)),
    "aws_eip": ("Amazon VPC", ("PublicIPv4:InUseAddress",)),
    "aws_flow_log": ("Amazon CloudWatch", (f"VendedLog-Bytes{_UNSURE}",)),
    "aws_kms_key": ("AWS KMS", (f"KMS-Keys{_UNSURE}", "KMS-Requests")),
    "aws_nat_gateway": ("Amazon EC2", (f"NatGateway-Hours{_UNSURE}", f"NatGateway-Bytes{_UNSURE}")),
    "aws_s3_bucket": ("Amazon S3", ("Requests-Tier1", "Requests-Tier2", "TimedStorage-ByteHrs")),
    "aws_secretsmanager_secret": ("AWS Secrets Manager", (f"AWSSecretsManager-Secrets{_UNSURE}",)),
    "aws_sns_topic": ("Amazon SNS", ("Requests-Tier1",)),
    "aws_sqs_queue": ("Amazon SQS", ("Requests",)),
    "aws_vpc_endpoint": ("Amazon VPC", ("VpcEndpoint-Hours", "VpcEndpoint-Bytes")),
    "aws_xray_sampling_rule": ("AWS X-Ray", ("XRay-TracesStored",)),
}
_FREE_ENDPOINT: Final = "Gateway"
# Alarms that look more often than once a minute are another item.
_OFTEN: Final = 60


def billed(change: ResourceChange) -> Iterator[Billed]:
    """Yield what joins the bill with a change, or leaves it; a replacement does neither."""
    if change.mode != "managed" or change.type not in _COUNTED or change.action not in {"create", "delete"}:
        return
    sign: Literal["+", "-"] = "+" if change.action == "create" else "-"
    values = (change.after if sign == "+" else change.before) or {}
    service, usual = _COUNTED[change.type]
    counted = _of_kind(change.type, values, usual)
    if counted:
        yield Billed(change.address, service, counted, sign)


def _of_kind(kind: str, values: Mapping[str, Any], usual: tuple[str, ...]) -> tuple[str, ...]:
    """Return the usage types of a resource whose settings decide them."""
    match kind:
        case "aws_vpc_endpoint" if values.get("vpc_endpoint_type") == _FREE_ENDPOINT:
            return ()
        case "aws_codepipeline" if values.get("pipeline_type") == "V2":
            return ("actionExecutionMinute",)
        case "aws_codebuild_project" if _is_lambda(values):
            return ("Build-Sec:Lambda",)
        case "aws_cloudwatch_metric_alarm" if 0 < (values.get("period") or 0) < _OFTEN:
            return ("CW:HighResAlarmMonitorUsage",)
    return usual


def _is_lambda(values: Mapping[str, Any]) -> bool:
    blocks = values.get("environment") or []
    return any("LAMBDA" in str(each.get("type")) for each in blocks if isinstance(each, dict))
