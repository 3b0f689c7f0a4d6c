"""The limits of AWS that a spec can meet, each with its source. Rules measure against them; the sandbox enforces them.

What grows with a spec stands here, and what AWS's own description of its calls leaves out. The lengths and patterns of
single fields stand in that description, which botocore carries and the sandbox checks as well.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class Limit:
    """One limit.

    Attributes:
        of: what is limited, for people.
        most: the highest value that AWS takes.
        unit: what is counted, in the plural.
        source: where AWS says so.
    """

    of: str
    most: int
    unit: str
    source: str


# Names.
BUCKET_NAME: Final = Limit(
    "name of an S3 bucket",
    63,
    "characters",
    "https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html",
)
# By the kind of claim, whose table says where AWS writes it down (`parts.framework.claim_kinds`): characters at most.
NAME_LENGTHS: Final[Mapping[str, int]] = {
    "@bucket": BUCKET_NAME.most,
    "alarm": 255,
    "alias": 256,
    "budget": 100,
    "dashboard": 255,
    "fleet": 128,
    "function": 64,
    "log-group": 512,
    "permission": 100,
    "pipeline": 100,
    "policy": 128,
    "project": 150,
    "queue": 80,
    "report-group": 128,
    "repository": 256,
    "role": 64,
    "rule": 64,
    "schedule": 64,
    "schedule-group": 64,
    "security-group": 255,
    "secret": 512,
    "table": 255,
    "topic": 256,
}
CONNECTION_NAME: Final = Limit(
    "name of a connection",
    32,
    "characters",
    "https://docs.aws.amazon.com/codeconnections/latest/APIReference/API_CreateConnection.html",
)
TRACE_NAME: Final = Limit(
    "name of an X-Ray group or sampling rule",
    32,
    "characters",
    "https://docs.aws.amazon.com/xray/latest/api/API_CreateGroup.html",
)
PIPELINE_VARIABLE_NAME: Final = Limit(
    "name of a pipeline's variable",
    128,
    "characters",
    "https://docs.aws.amazon.com/codepipeline/latest/APIReference/API_PipelineVariableDeclaration.html",
)

# Policies. IAM counts no white space; the other services count what they are sent.
ROLE_POLICIES: Final = Limit(
    "inline policies of an IAM role, all together",
    10_240,
    "characters",
    "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html",
)
MANAGED_POLICY: Final = Limit(
    "managed policy of IAM",
    6_144,
    "characters",
    "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html",
)
ATTACHED_POLICIES: Final = Limit(
    "managed policies of an IAM role",
    10,
    "policies",
    "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html",
)
TRUST_POLICY: Final = Limit(
    "trust policy of an IAM role",
    2_048,
    "characters",
    "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html",
)
REPOSITORY_POLICY: Final = Limit(
    "policy of an ECR repository",
    10_240,
    "characters",
    "https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_SetRepositoryPolicy.html",
)
KEY_POLICY: Final = Limit(
    "policy of a KMS key", 32_768, "bytes", "https://docs.aws.amazon.com/kms/latest/developerguide/resource-limits.html"
)
BUCKET_POLICY: Final = Limit(
    "policy of an S3 bucket",
    20_480,
    "bytes",
    "https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucket-policies.html",
)
ENDPOINT_POLICY: Final = Limit(
    "policy of a VPC endpoint",
    20_480,
    "characters",
    "https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-access.html",
)
_SNS_QUOTAS: Final = (
    "https://docs.aws.amazon.com/sns/latest/dg/sns-access-policy-language-api-permissions-reference.html"
)
TOPIC_POLICY: Final = Limit("policy of an SNS topic", 30_720, "bytes", _SNS_QUOTAS)
TOPIC_STATEMENTS: Final = Limit("policy of an SNS topic", 100, "statements", _SNS_QUOTAS)
TOPIC_PRINCIPALS: Final = Limit("a statement of an SNS topic's policy", 200, "principals", _SNS_QUOTAS)
_SQS_QUOTAS: Final = "https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-policies.html"
QUEUE_POLICY: Final = Limit("policy of an SQS queue", 8_192, "bytes", _SQS_QUOTAS)
QUEUE_STATEMENTS: Final = Limit("policy of an SQS queue", 20, "statements", _SQS_QUOTAS)

# Documents that are no policies.
BUILDSPEC: Final = Limit(
    # Nowhere in the guide: CreateProject's own words are that the buildspec must have "length less than or equal to".
    "buildspec that stands in a project",
    25_600,
    "bytes",
    "https://github.com/aws/aws-cdk/pull/14974",
)
ACTION_CONFIGURATION: Final = Limit(
    "value in the configuration of a pipeline's action",
    1_000,
    "characters",
    "https://docs.aws.amazon.com/codepipeline/latest/userguide/limits.html",
)
EVENT_PATTERN: Final = Limit(
    "pattern of an EventBridge rule",
    2_048,
    "characters",
    "https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-quota.html",
)
_COMPOSITE_ALARM: Final = "https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutCompositeAlarm.html"
ALARM_RULE: Final = Limit("rule of a composite alarm", 10_240, "characters", _COMPOSITE_ALARM)
ALARM_CHILDREN: Final = Limit("rule of a composite alarm", 100, "alarms", _COMPOSITE_ALARM)

# Tags. Most resources take keys of 128 and values of 256 characters; CodeBuild, which every stack has, takes less.
TAGS: Final = Limit(
    "tags of a resource",
    50,
    "tags",
    "https://docs.aws.amazon.com/tag-editor/latest/userguide/best-practices-and-strats.html",
)
_PROJECT_TAG: Final = "https://docs.aws.amazon.com/codebuild/latest/APIReference/API_Tag.html"
PROJECT_TAG_KEY: Final = Limit("key of a CodeBuild project's tag", 127, "characters", _PROJECT_TAG)
PROJECT_TAG_VALUE: Final = Limit("value of a CodeBuild project's tag", 255, "characters", _PROJECT_TAG)

# What S3 keeps for itself; .mrap and names with a dot are left out, since no name of a spec has one.
# https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html
BUCKET_PREFIXES: Final = ("xn--", "sthree-", "amzn-s3-demo-")
BUCKET_SUFFIXES: Final = ("-s3alias", "--ol-s3", "--x-s3", "--table-s3")
# The signs of a tag beside letters, digits and spaces of all scripts.
# https://docs.aws.amazon.com/tag-editor/latest/userguide/best-practices-and-strats.html
TAG_SIGNS: Final = "_.:/=+@-"
# Not AWS's: so many characters of what a spec permits a role stay inside it; more goes into managed policies.
KEPT_INSIDE_ROLE: Final = 2_048
