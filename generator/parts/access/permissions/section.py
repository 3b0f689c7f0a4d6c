"""What a role may do beyond what its work needs."""

from __future__ import annotations

from typing import Annotated, Final

from pydantic import Field

from generator.model.section import Section
from generator.model.types import KeyArn, PolicyArn, Text

_ARN: Final = r"arn:aws[a-z-]*"

StatementName = Annotated[str, Text(r"[A-Z][A-Za-z0-9]*", "letters and digits, a capital first", longest=64)]
IamAction = Annotated[
    str,
    Text(
        r"\*|[A-Za-z0-9-]+:[A-Za-z0-9*?]+", "an action with its service, such as lambda:UpdateFunctionCode", longest=128
    ),
]
IamResource = Annotated[
    str,
    Text(
        r"\*|arn:(?:aws[a-z-]*|\*):(?:[!-9;-~]*:){3}[!-~]+",
        'an ARN, where * stands for any text, or "*" for everything',
        longest=2048,
    ),
]
ConditionOperator = Annotated[
    str, Text(r"(?:For(?:AllValues|AnyValue):)?[A-Z][A-Za-z]+", "an operator of IAM such as StringEquals", longest=64)
]
ConditionKey = Annotated[
    str, Text(r"[A-Za-z0-9-]+:[!-~]+", "a condition key of AWS such as aws:RequestedRegion", longest=256)
]
ConditionValue = Annotated[str, Field(min_length=1, max_length=512)]
Reason = Annotated[str, Field(min_length=10, max_length=200)]
# A bucket, or a bucket and what the keys of its objects begin with.
BucketPlace = Annotated[
    str,
    Text(
        r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9](?:/[A-Za-z0-9_.!'()-]+)*",
        "a bucket, or a bucket and a folder in it, such as acme-site/docs",
        longest=900,
        shortest=3,
    ),
]
ImageRepository = Annotated[
    str,
    Text(
        rf"{_ARN}:ecr:[a-z0-9-]+:[0-9]{{12}}:repository/[a-z0-9][a-z0-9._/-]*|[a-z0-9][a-z0-9._/-]*",
        "the name or the ARN of a repository in ECR",
        longest=330,
        shortest=2,
    ),
]
FunctionName = Annotated[
    str,
    Text(
        rf"{_ARN}:lambda:[a-z0-9-]+:[0-9]{{12}}:function:[A-Za-z0-9_-]+|[A-Za-z0-9_-]+",
        "the name or the ARN of a Lambda function, without a version",
        longest=170,
    ),
]
DistributionId = Annotated[str, Text(r"[A-Z0-9]+", "the ID of a CloudFront distribution", longest=32, shortest=8)]
TableName = Annotated[
    str,
    Text(
        rf"{_ARN}:dynamodb:[a-z0-9-]+:[0-9]{{12}}:table/[A-Za-z0-9_.-]+|[A-Za-z0-9_.-]+",
        "the name or the ARN of a DynamoDB table",
        longest=350,
        shortest=3,
    ),
]
RoleArn = Annotated[
    str,
    Text(rf"{_ARN}:iam::[0-9]{{12}}:role/[A-Za-z0-9_+=,.@/-]+", "the ARN of an IAM role, written in full", longest=600),
]


class Buckets(Section):
    """Buckets in S3, or folders in them."""

    read: list[BucketPlace] = Field(
        default_factory=list, max_length=50, description="Objects are read and listed.", examples=[["acme-tools/lint"]]
    )
    write: list[BucketPlace] = Field(
        default_factory=list,
        max_length=50,
        description="Objects are written and listed, not read and not deleted.",
        examples=[["acme-releases/shop"]],
    )
    sync: list[BucketPlace] = Field(
        default_factory=list,
        max_length=50,
        description="Objects are written, listed and deleted, as `aws s3 sync --delete` does.",
        examples=[["acme-site"]],
    )


class Repositories(Section):
    """Repositories in ECR that are not in `registry`."""

    pull: list[ImageRepository] = Field(
        default_factory=list, max_length=50, description="Images are pulled.", examples=[["tools/node"]]
    )
    push: list[ImageRepository] = Field(
        default_factory=list, max_length=50, description="Images are pushed and pulled.", examples=[["shop/api"]]
    )


class Tables(Section):
    """Tables in DynamoDB."""

    read: list[TableName] = Field(
        default_factory=list, max_length=50, description="Items and indexes are read.", examples=[["prices"]]
    )
    write: list[TableName] = Field(
        default_factory=list,
        max_length=50,
        description="Items are written and deleted; list the table in `read` as well to read it.",
        examples=[["deployments"]],
    )


class Keys(Section):
    """KMS keys of the user's own."""

    decrypt: list[KeyArn] = Field(
        default_factory=list,
        max_length=20,
        description="What the key encrypts is decrypted.",
        examples=[["arn:aws:kms:us-east-1:111122223333:key/11111111-2222-3333-4444-555555555555"]],
    )
    encrypt: list[KeyArn] = Field(
        default_factory=list,
        max_length=20,
        description="Something is encrypted with the key; uploads of several parts to S3 need it in `decrypt` as well.",
        examples=[["arn:aws:kms:us-east-1:111122223333:key/11111111-2222-3333-4444-555555555555"]],
    )


class OwnStatement(Section):
    """One statement of a policy: it allows actions on resources."""

    actions: list[IamAction] = Field(
        min_length=1,
        max_length=100,
        description="Actions with their service; each must be one that AWS has.",
        examples=[["ssm:GetParameter"]],
    )
    resources: list[IamResource] = Field(
        min_length=1,
        max_length=100,
        description='ARNs; "*" alone for actions that AWS knows no resource for.',
        examples=[["arn:aws:ssm:us-east-1:111122223333:parameter/shop/*"]],
    )
    conditions: dict[ConditionOperator, dict[ConditionKey, list[ConditionValue]]] = Field(
        default_factory=dict,
        max_length=10,
        description="When it holds: values by condition key, by operator.",
        examples=[{"StringEquals": {"aws:ResourceTag/Stack": ["shop"]}}],
    )
    reason: Reason | None = Field(
        default=None,
        description="Why it must be as wide as it is; needed for wildcards, `iam:PassRole` and actions on permissions. "
        "README.md of the environment says it.",
        examples=["the deployment names its functions itself"],
    )


class ManagedPolicy(Section):
    """A managed policy, attached as it is."""

    arn: PolicyArn = Field(
        description="The policy: one of the environment's account, or one of AWS's own.",
        examples=["arn:aws:iam::111122223333:policy/deploy-shop"],
    )
    reason: Reason | None = Field(
        default=None,
        description="Why the role needs it; needed for AWS's own policies, which are made for everybody.",
        examples=["the audit reads every service that the team may use"],
    )


class Permissions(Section):
    """What a role may do beyond what its work needs."""

    buckets: Buckets = Field(default_factory=Buckets, description="What may be done with objects in S3.")
    repositories: Repositories = Field(
        default_factory=Repositories, description="Repositories in ECR that exist; those of `registry` have `push_to`."
    )
    functions: list[FunctionName] = Field(
        default_factory=list,
        max_length=50,
        description="Lambda functions that get new code, versions and aliases.",
        examples=[["shop-api"]],
    )
    distributions: list[DistributionId] = Field(
        default_factory=list,
        max_length=50,
        description="CloudFront distributions whose cache is invalidated.",
        examples=[["E1A2B3C4D5E6F7"]],
    )
    tables: Tables = Field(default_factory=Tables, description="What may be done with items in DynamoDB.")
    keys: Keys = Field(default_factory=Keys, description="What may be done with keys of your own in KMS.")
    assume_roles: list[RoleArn] = Field(
        default_factory=list,
        max_length=20,
        description="Roles that are assumed, also of other accounts; their trust policies must let this role in.",
        examples=[["arn:aws:iam::444455556666:role/deploy"]],
    )
    policies: list[ManagedPolicy] = Field(
        default_factory=list, max_length=10, description="Managed policies, attached as they are."
    )
    statements: dict[StatementName, OwnStatement] = Field(
        default_factory=dict, max_length=40, description="Statements of your own, by name."
    )
