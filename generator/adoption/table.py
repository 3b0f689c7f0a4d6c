"""Types of resources that several parts render: how one that exists is taken over.

Those of one part stand in its own `imports.py`, and `Catalog.imports` has all. The identifiers are those of the
provider's documentation, in the section "Import" of each resource; a test takes over resources of these types in the
sandbox.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from generator.adoption.importable import ARN, Importable, has, named, of_bucket

if TYPE_CHECKING:
    from generator.adoption.importable import Imports

SHARED: Final[Imports] = {
    "aws_cloudwatch_event_rule": Importable("{name}", "events", "describe_rule", {"Name": "{name}"}),
    "aws_cloudwatch_event_target": Importable(
        "{rule}/{target_id}",
        "events",
        "list_targets_by_rule",
        {"Rule": "{rule}"},
        named("Targets", "Id", "target_id"),
    ),
    "aws_cloudwatch_log_group": Importable(
        "{name}",
        "logs",
        "describe_log_groups",
        {"logGroupNamePrefix": "{name}"},
        named("logGroups", "logGroupName", "name"),
    ),
    "aws_cloudwatch_metric_alarm": Importable(
        "{alarm_name}", "cloudwatch", "describe_alarms", {"AlarmNames": ["{alarm_name}"]}, has("MetricAlarms")
    ),
    "aws_iam_policy": Importable(
        f"{ARN}iam::{{account}}:policy/{{name}}",
        "iam",
        "get_policy",
        {"PolicyArn": f"{ARN}iam::{{account}}:policy/{{name}}"},
    ),
    "aws_iam_role": Importable("{name}", "iam", "get_role", {"RoleName": "{name}"}),
    "aws_iam_role_policy": Importable(
        "{role}:{name}", "iam", "get_role_policy", {"RoleName": "{role}", "PolicyName": "{name}"}
    ),
    "aws_iam_role_policy_attachment": Importable(
        "{role}/{policy_arn}",
        "iam",
        "list_attached_role_policies",
        {"RoleName": "{role}"},
        named("AttachedPolicies", "PolicyArn", "policy_arn"),
    ),
    "aws_s3_bucket": of_bucket("get_bucket_location"),
    "aws_s3_bucket_lifecycle_configuration": of_bucket("get_bucket_lifecycle_configuration"),
    "aws_s3_bucket_logging": of_bucket("get_bucket_logging", has("LoggingEnabled")),
    "aws_s3_bucket_ownership_controls": of_bucket("get_bucket_ownership_controls"),
    "aws_s3_bucket_policy": of_bucket("get_bucket_policy"),
    "aws_s3_bucket_public_access_block": of_bucket("get_public_access_block"),
    "aws_s3_bucket_server_side_encryption_configuration": of_bucket("get_bucket_encryption"),
    "aws_s3_bucket_versioning": of_bucket("get_bucket_versioning", has("Status")),
}
