"""What goes with what: whether the thing that a resource belongs to is deleted by the same plan."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

    from generator.terraform.plan import Plan, ResourceChange

# The attribute in which a resource names what it belongs to, and the types that can be meant.
_OWNERS: Final = {
    "arn": ("aws_sns_topic", "aws_sqs_queue"),
    "bucket": ("aws_s3_bucket",),
    "file_system_id": ("aws_efs_file_system",),
    "group": ("aws_iam_group",),
    "key_id": ("aws_kms_key",),
    "queue_url": ("aws_sqs_queue",),
    "repository": ("aws_codeartifact_repository", "aws_ecr_repository"),
    "resource_arn": ("aws_codebuild_project", "aws_codebuild_report_group", "aws_dynamodb_table", "aws_kinesis_stream"),
    "role": ("aws_iam_role",),
    "secret_arn": ("aws_secretsmanager_secret",),
    "topic_arn": ("aws_sns_topic",),
    "user": ("aws_iam_user",),
    "vpc_id": ("aws_vpc",),
}
_NAMES: Final = ("id", "arn", "name", "bucket", "key_id", "url")


class Deletions:
    """What a plan deletes and does not make again.

    Args:
        plan: the plan.
    """

    def __init__(self, plan: Plan) -> None:
        gone = [change for change in plan.resources if change.mode == "managed" and change.action == "delete"]
        self._names = {
            (change.type, value)
            for change in gone
            for name in _NAMES
            if isinstance(value := (change.before or {}).get(name), str)
        }

    def takes_owner(self, change: ResourceChange) -> bool:
        """Whether what `change` belongs to is deleted too."""
        before: Mapping[str, object] = change.before or {}
        return any(
            (kind, before.get(name)) in self._names
            for name, kinds in _OWNERS.items()
            for kind in kinds
            if kind != change.type
        )
