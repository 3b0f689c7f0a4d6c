"""The kinds of names that AWS, or Terraform, has once: where each must be unique, and why.

A claim is written as one line of text, `<kind> <scope> <name>`, since it is kept in manifests and compared a hundred
thousand times. A kind that begins with `@` has uses (`@bucket:state`), some of which can stand beside each other.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

# A claim, as it is written.
ClaimText = str


@dataclass(frozen=True, slots=True)
class ClaimKind:
    """A kind of names.

    Attributes:
        noun: what a person calls it.
        reason: why no two can have the same, as a sentence.
        source: where AWS, or Terraform, says so.
    """

    noun: str
    reason: str
    source: str


_API: Final = "https://docs.aws.amazon.com"


def _of_place(noun: str, source: str) -> ClaimKind:
    return ClaimKind(noun, f"{noun} names are unique in an account and region", f"{_API}/{source}")


def _of_account(noun: str, source: str, *, folded: bool = False) -> ClaimKind:
    reason = f"{noun} names are unique in an account, whatever the region"
    return ClaimKind(noun, f"{reason}, upper and lower case alike" if folded else reason, f"{_API}/{source}")


KINDS: Final[dict[str, ClaimKind]] = {
    "@bucket": ClaimKind(
        "S3 bucket",
        "S3 bucket names are unique in the world, whatever the account",
        f"{_API}/AmazonS3/latest/userguide/bucketnamingrules.html",
    ),
    "@environment": ClaimKind("identity", "an identity belongs to one environment", ""),
    "adopted": ClaimKind(
        "existing resource",
        "what exists is managed by one state, and destroyed by whichever environment goes first",
        "https://developer.hashicorp.com/terraform/language/import",
    ),
    "alarm": _of_place("alarm", "AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html"),
    "alias": _of_place("key alias", "kms/latest/APIReference/API_CreateAlias.html"),
    "budget": _of_account("budget", "aws-cost-management/latest/APIReference/API_budgets_Budget.html"),
    "connection": _of_account("connection", "codeconnections/latest/APIReference/API_Connection.html"),
    "dashboard": _of_account("dashboard", "AmazonCloudWatch/latest/APIReference/API_PutDashboard.html"),
    "fleet": _of_place("fleet", "codebuild/latest/APIReference/API_CreateFleet.html"),
    "folder": ClaimKind(
        "folder",
        "what lies in one folder of a shared bucket belongs to one environment",
        f"{_API}/AmazonS3/latest/userguide/using-prefixes.html",
    ),
    # A creation token makes a file system once: https://docs.aws.amazon.com/efs/latest/ug/API_CreateFileSystem.html
    "file-system": _of_place("file system", "efs/latest/ug/API_CreateFileSystem.html"),
    "function": _of_place("Lambda function", "lambda/latest/api/API_CreateFunction.html"),
    "log-group": _of_place("log group", "AmazonCloudWatchLogs/latest/APIReference/API_CreateLogGroup.html"),
    "origin-access-control": _of_account(
        "origin access control", "cloudfront/latest/APIReference/API_CreateOriginAccessControl.html"
    ),
    "parameter": _of_place("parameter", "systems-manager/latest/APIReference/API_PutParameter.html"),
    "permission": ClaimKind(
        "statement of permission",
        "statements are unique in the policy of a Lambda function",
        f"{_API}/lambda/latest/api/API_AddPermission.html",
    ),
    "pipeline": _of_place("pipeline", "codepipeline/latest/APIReference/API_PipelineDeclaration.html"),
    "policy": _of_account("IAM policy", "IAM/latest/UserGuide/reference_iam-quotas.html", folded=True),
    "project": _of_place("CodeBuild project", "codebuild/latest/APIReference/API_CreateProject.html"),
    "queue": _of_place("queue", "AWSSimpleQueueService/latest/APIReference/API_CreateQueue.html"),
    "report-group": _of_place("report group", "codebuild/latest/APIReference/API_CreateReportGroup.html"),
    "repository": _of_place("ECR repository", "AmazonECR/latest/APIReference/API_CreateRepository.html"),
    "role": _of_account("IAM role", "IAM/latest/UserGuide/reference_iam-quotas.html", folded=True),
    "rule": _of_place("EventBridge rule", "eventbridge/latest/APIReference/API_PutRule.html"),
    "schedule-group": _of_place("schedule group", "scheduler/latest/APIReference/API_CreateScheduleGroup.html"),
    "schedule": _of_place("schedule", "scheduler/latest/APIReference/API_CreateSchedule.html"),
    "secret": _of_place("secret", "secretsmanager/latest/apireference/API_CreateSecret.html"),
    "security-group": ClaimKind(
        "security group",
        "security group names are unique in a VPC, upper and lower case alike",
        f"{_API}/AWSEC2/latest/APIReference/API_CreateSecurityGroup.html",
    ),
    "source-credential": ClaimKind(
        "source credential of the account for",
        "an account has one source credential per type of server in each region",
        f"{_API}/codebuild/latest/APIReference/API_ImportSourceCredentials.html",
    ),
    "state": ClaimKind(
        "state",
        "a state belongs to one environment, and whoever else uses it destroys what that one has",
        "https://developer.hashicorp.com/terraform/language/backend/s3",
    ),
    "table": _of_place("DynamoDB table", "amazondynamodb/latest/APIReference/API_CreateTable.html"),
    "topic": _of_place("SNS topic", "sns/latest/api/API_CreateTopic.html"),
    "trace-group": _of_place("X-Ray group", "xray/latest/api/API_CreateGroup.html"),
    "trace-rule": _of_place("X-Ray sampling rule", "xray/latest/api/API_SamplingRule.html"),
}

# What lies beside a state: Terraform's lock (https://developer.hashicorp.com/terraform/language/backend/s3#use_lockfile)
# and our record of what was applied.
LOCK: Final = ".tflock"
APPLIED: Final = ".applied.jsonl"
BESIDE_STATE: Final = (LOCK, APPLIED)

# Uses of a bucket. Only `artifacts`, `backend` and parts make it; the others need one that is there.
ARTIFACTS: Final = "artifacts"
BACKEND: Final = "backend"
STATE: Final = "state"
ACCESS_LOGS: Final = "access-logs"
DEPLOYMENT: Final = "deployment"
SHARED: Final = "shared"
# What a part of the workspace's own makes.
OF_PART: Final = "part"
# Identities: what an environment is, and what it was.
PRESENT: Final = "present"
FORMER: Final = "former"

# Two claims to one name that do no harm: pairs of uses. All others do.
COMPATIBLE: Final[frozenset[frozenset[str]]] = frozenset(
    {
        frozenset({STATE}),
        frozenset({STATE, BACKEND}),
        frozenset({ACCESS_LOGS}),
        frozenset({DEPLOYMENT}),
        frozenset({ACCESS_LOGS, ARTIFACTS}),
        frozenset({ACCESS_LOGS, DEPLOYMENT}),
        frozenset({DEPLOYMENT, ARTIFACTS}),
        frozenset({SHARED}),
        frozenset({SHARED, ARTIFACTS}),
        frozenset({SHARED, DEPLOYMENT}),
        frozenset({DEPLOYMENT, OF_PART}),
        frozenset({ACCESS_LOGS, OF_PART}),
    }
)

_NOUNS: Final[dict[str, str]] = {
    ARTIFACTS: "S3 bucket",
    OF_PART: "S3 bucket",
    DEPLOYMENT: "bucket of a deployment",
    SHARED: "bucket that exists",
    ACCESS_LOGS: "bucket of access logs",
    BACKEND: "state bucket",
    STATE: "state bucket",
    FORMER: "former identity",
    PRESENT: "identity",
}
USES: Final = tuple(_NOUNS)


@dataclass(frozen=True, slots=True)
class Parts:
    """A claim, taken apart.

    Attributes:
        kind: one of `KINDS`.
        use: for kinds with uses, else "".
        scope: where the name is unique.
        name: the name itself.
    """

    kind: str
    use: str
    scope: str
    name: str

    @classmethod
    def of(cls, text: ClaimText) -> Parts:
        """Take a claim apart."""
        kind, scope, name = text.split(" ", 2)
        kind, _, use = kind.partition(":")
        return cls(kind, use, scope, name)

    @property
    def noun(self) -> str:
        """What a person calls what is claimed."""
        if self.use:
            return _NOUNS.get(self.use, self.kind)
        known = KINDS.get(self.kind)
        return known.noun if known else self.kind

    def __str__(self) -> str:
        if self.kind == "state":
            return f"state s3://{self.scope.partition('/')[2]}/{self.name}"
        return f"{self.noun} {self.name}"


def has_uses(text: ClaimText) -> bool:
    """Tell whether a claim is of a kind with uses."""
    return text[0] == "@"
