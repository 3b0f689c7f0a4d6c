"""Resources that AWS bills by themselves, with what it counts, by the public names of its price list; no prices."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal

from generator.reports.plan.document import Billed

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from generator.plans.plan import ResourceChange

# By type: the service, and what it counts: the usage type of the price list without the prefix of its region, where it
# has one for all regions, and the unit.
_UNITS: Final[Mapping[str, tuple[str, tuple[str, ...]]]] = {
    "aws_budgets_budget": ("AWS Budgets", ("Budgets",)),
    "aws_cloudwatch_composite_alarm": ("Amazon CloudWatch", ("Alarms",)),
    "aws_cloudwatch_dashboard": ("Amazon CloudWatch", ("DashboardsUsageHour (Dashboards)",)),
    "aws_cloudwatch_log_group": (
        "Amazon CloudWatch Logs",
        ("DataProcessing-Bytes (GB)", "TimedStorage-ByteHrs (GB-Mo)"),
    ),
    "aws_cloudwatch_metric_alarm": ("Amazon CloudWatch", ("CW:AlarmMonitorUsage (Alarms)",)),
    "aws_codeartifact_repository": ("AWS CodeArtifact", ("GB-Mo", "Requests")),
    "aws_codebuild_fleet": ("AWS CodeBuild", ("Minutes",)),
    "aws_codebuild_project": ("AWS CodeBuild", ("Build-Min (Minutes)",)),
    "aws_codepipeline": ("AWS CodePipeline", ("Minutes",)),
    "aws_ecr_repository": ("Amazon ECR", ("TimedStorage-ByteHrs (GB-Mo)",)),
    "aws_efs_file_system": ("Amazon EFS", ("TimedStorage-ByteHrs (GB-Mo)",)),
    "aws_eip": ("Amazon VPC", ("PublicIPv4:InUseAddress (Hrs)",)),
    "aws_flow_log": ("Amazon CloudWatch Logs", ("VendedLog-Bytes (GB)",)),
    "aws_kms_key": ("AWS KMS", ("KMS-Keys (Keys)", "KMS-Requests (Requests)")),
    "aws_nat_gateway": ("Amazon EC2", ("NatGateway-Hours (Hrs)", "NatGateway-Bytes (GB)")),
    "aws_s3_bucket": ("Amazon S3", ("TimedStorage-ByteHrs (GB-Mo)", "Requests-Tier1 (Requests)")),
    "aws_secretsmanager_secret": ("AWS Secrets Manager", ("AWSSecretsManager-Secrets (Secrets)",)),
    "aws_sns_topic": ("Amazon SNS", ("Requests",)),
    "aws_sqs_queue": ("Amazon SQS", ("Requests",)),
    "aws_vpc_endpoint": ("Amazon VPC", ("VpcEndpoint-Hours (Hrs)", "VpcEndpoint-Bytes (GB)")),
    "aws_xray_sampling_rule": ("AWS X-Ray", ("Traces",)),
}
_FREE_ENDPOINT: Final = "Gateway"


def billed(change: ResourceChange) -> Iterator[Billed]:
    """Yield what joins the bill with a change, or leaves it; a replacement does neither."""
    if change.mode != "managed" or change.type not in _UNITS or change.action not in {"create", "delete"}:
        return
    sign: Literal["+", "-"] = "+" if change.action == "create" else "-"
    values = (change.after if sign == "+" else change.before) or {}
    if change.type == "aws_vpc_endpoint" and values.get("vpc_endpoint_type") == _FREE_ENDPOINT:
        return
    service, units = _UNITS[change.type]
    yield Billed(change.address, service, units, sign)
