"""The table of what can go wrong with terraform and AWS: how it is recognised, why it happens, what to do.

The patterns are terraform's, the provider's and AWS's own words; `tests/faults/test_faults_explained.py` provokes them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from generator.failure_explanation import Diagnosis, FailedRun, distinct, flattened
from generator.terraform.failures.denial import explain_denial
from generator.terraform.state.lock_info import explain_lock

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable


@dataclass(frozen=True, slots=True)
class Symptom:
    """One row.

    Attributes:
        name: stable.
        pattern: what terraform says; searched in its text with all white space made one blank.
        cause: may name {environment}, and the groups of the pattern.
        remedy: the same, {target}: the environment with the flags that mean the same target, and {address}.
        heading: anchor in the environment's guide, where it is another than the name.
    """

    name: str
    pattern: re.Pattern[str]
    cause: str
    remedy: str
    heading: str = ""


def _row(name: str, pattern: str, cause: str, remedy: str, heading: str = "") -> Symptom:
    return Symptom(name, re.compile(pattern), cause, remedy, heading or name)


# The first row that matches explains the text, so what is special stands above what is general; and of several errors
# the one that stands first is told first.
SYMPTOMS: Final = (
    _row(
        "errored-state",
        r"Failed to persist state to backend|errored\.tfstate",
        "the state could not be saved after the apply; what terraform kept of it is the only record of what was made",
        "run tfstencil state rescue {target}; everything else is refused until that is done",
    ),
    # Only this form names a holder; other failures to lock have causes of their own, which stand below.
    _row("state-locked", r"Lock Info: ID: \S", "", ""),
    _row(
        "stale-plan",
        r"Saved plan is stale|Saved plan does not match the given state",
        "the state has changed since the plan was made",
        "plan again and read the new plan: tfstencil plan {target}",
    ),
    _row(
        "expired-credentials",
        r"ExpiredToken|RequestExpired|token included in the request is expired"
        r"|SSO session (?:has |associated .*)?expired|refresh cached SSO token failed|token has expired",
        "the session of your AWS credentials is over",
        "sign in again; after an apply that broke off, plan again: tfstencil plan {target}",
    ),
    _row(
        "invalid-credentials",
        r"InvalidClientTokenId|UnrecognizedClientException|InvalidAccessKeyId|SignatureDoesNotMatch|InvalidSignature",
        "AWS does not know these credentials, or they were cut when they were copied",
        "sign in again, and see with aws sts get-caller-identity who you are",
        "expired-credentials",
    ),
    _row(
        "no-profile",
        r"failed to get shared config profile, (?P<profile>[^\s:]+)",
        "this machine has no AWS profile {profile}, which credentials.profile names",
        "make it: aws configure sso --profile {profile}, or change credentials in the spec of {environment}",
        "expired-credentials",
    ),
    _row(
        "role-refused",
        r"(?:Cannot assume IAM Role|IAM Role) \(?(?P<role>arn:[^\s)]+)\)? cannot be assumed",
        "the role {role} does not let you assume it, or is not there",
        "compare its trust policy, and the external id that it asks for, with credentials in the spec of {environment}",
        "wrong-account",
    ),
    _row(
        "no-credentials",
        r"No valid credential sources|failed to retrieve credentials|no EC2 IMDS role found"
        r"|failed to get shared config",
        "there are no AWS credentials that terraform could use",
        "sign in to AWS (AWS_PROFILE, or aws sso login), or work without: --offline, --sandbox",
        "expired-credentials",
    ),
    _row(
        "wrong-account",
        r"AWS account ID not allowed: (?P<account>\d*)",
        "these credentials belong to another account ({account}) than the spec names",
        "use credentials of the account that the spec of {environment} names, or correct the spec",
    ),
    _row("access-denied", r"AccessDenied|UnauthorizedOperation|is not authorized to perform|StatusCode: 403", "", ""),
    _row(
        "access-token-not-found",
        r"(?i:could not find access token|access token not found|no access token)",
        "CodeBuild has no credential for the repository's server in this account and region",
        "connect the account once (a CodeConnections connection, or aws codebuild import-source-credentials), "
        "then plan again",
    ),
    _row(
        "throttled",
        r"Throttl|Rate exceeded|TooManyRequests|RequestLimitExceeded|SlowDown|Too Many Requests",
        "AWS refused so many calls at once; the provider has tried again by itself for a while",
        "wait a little, then plan again: tfstencil plan {target}; a lower --parallelism makes fewer calls at once",
    ),
    _row(
        "quota-exceeded",
        r"LimitExceeded|QuotaExceeded|TooManyBuckets|Cannot exceed quota|exceeded your (?:\w+ )?(?:limit|quota)",
        "the account has no more room for this kind of resource",
        "ask for more in Service Quotas, or remove what is not needed; then plan again: tfstencil plan {target}",
    ),
    _row(
        "name-taken",
        r"BucketAlreadyExists|BucketAlreadyOwnedByYou|EntityAlreadyExists|\w*AlreadyExists(?:Exception|Fault)?\b"
        r"|already exists\b",
        "something of that name exists already, and not in this state",
        "if it is yours, import it (terraform import '{address}' ITS-NAME in modules_out/{environment}) or remove it; "
        "otherwise choose another name in the spec of {environment}",
    ),
    _row(
        "conflict",
        r"OperationAborted|ConcurrentModification|ConflictException|ResourceConflict|DeleteConflict",
        "AWS is still busy with an earlier change of the same resource, or something else holds on to it",
        "wait a minute, then plan again: tfstencil plan {target}",
    ),
    _row(
        "state-bucket-missing",
        r"S3 bucket \"(?P<bucket>[^\"]+)\" does not exist|state.{0,80}NoSuchBucket",
        "the bucket that is to hold the state does not exist",
        "make it with tfstencil bootstrap, from the environment that has a backend in its spec, or correct "
        "state.bucket in the spec of {environment}",
    ),
    _row(
        "state-unreadable",
        r"Unsupported state file format|state snapshot was created by Terraform|state file could not be parsed",
        "the state is cut off, or was written by a newer Terraform",
        "if an apply was cut off, run tfstencil state rescue {target}; otherwise restore the last good version of the "
        "state (the bucket keeps versions, a local state has a .backup), or use the newer Terraform",
    ),
    _row(
        "lock-file",
        r"doesn't match any of the checksums|dependency lock file|Provider dependency changes detected",
        "the lock file .terraform.lock.hcl does not allow the provider that is installed here",
        "run terraform providers lock in modules_out/{environment} for this platform, and review and commit the change",
    ),
    _row(
        "backend-changed",
        r"Backend configuration changed|Backend initialization required|approval for state migration",
        "the state's place in backend.tf is another one than at the last init; nothing was touched",
        "see what changed in backend.tf, and move the state on purpose: tfstencil state move {target}, or tfstencil "
        "bootstrap for the bucket itself",
    ),
    _row(
        "provider-missing",
        r"Failed to query available provider packages|Failed to install provider|Required plugins are not installed"
        r"|could not find executable|Could not retrieve the list of available versions",
        "the AWS provider is not installed, and cannot be had from where terraform looks for it",
        "run tfstencil doctor: it says where it looks, and how to get the provider",
    ),
    _row(
        "disk-full",
        r"no space left on device|disk quota exceeded",
        "the disk is full",
        "free some of it, then plan again: tfstencil plan {target}",
    ),
    _row(
        "read-only",
        r"read-only file system",
        "terraform may not write where it has to",
        "see why that file system is read-only, then plan again: tfstencil plan {target}",
        "disk-full",
    ),
    _row(
        "unreachable",
        r"connection refused|no such host|i/o timeout|network is unreachable|TLS handshake timeout|proxyconnect"
        r"|connection reset by peer",
        "AWS, or the proxy on the way to it, does not answer",
        "see whether this machine reaches the network, then try again",
        "aws-does-not-answer",
    ),
    _row(
        "aws-failed",
        r"StatusCode: 5\d\d|InternalError|InternalFailure|InternalServerError|ServiceUnavailable",
        "AWS failed by itself, and went on failing when the provider tried again",
        "wait, see https://health.aws.amazon.com, then plan again: tfstencil plan {target}",
        "aws-does-not-answer",
    ),
    _row("state-locked", r"Error acquiring the state lock|state already locked", "", ""),
)
# What cannot be told by a fixed text: which action and whose statement, who holds a lock.
_DETAILED: Final[dict[str, Callable[[str, FailedRun], tuple[str, str]]]] = {
    "access-denied": explain_denial,
    "state-locked": explain_lock,
}


def explain(texts: Iterable[tuple[str, str]], subject: FailedRun) -> tuple[Diagnosis, ...]:
    """Explain errors, each by the first row of the table that fits.

    Args:
        texts: what terraform said, and the address of the resource that it speaks of, "" for none; a pair an error.
        subject: what it worked on.

    Returns:
        Each explanation once, in the order of the table; nothing for an error that the table does not know.
    """
    found = (_explained(flattened(text), address, subject) for text, address in texts)
    ranks = {row.name: rank for rank, row in enumerate(SYMPTOMS)}
    return distinct(sorted(filter(None, found), key=lambda explanation: ranks[explanation.symptom]))


def _explained(text: str, address: str, subject: FailedRun) -> Diagnosis | None:
    for row in SYMPTOMS:
        match = row.pattern.search(text)
        if match is None:
            continue
        see = subject.guide(row.heading)
        if row.name in _DETAILED:
            return Diagnosis(row.name, *_DETAILED[row.name](text, subject), see)
        words = subject.words | {key: value or "" for key, value in match.groupdict().items()}
        words["address"] = address or "ADDRESS"
        return Diagnosis(row.name, row.cause.format_map(words), row.remedy.format_map(words), see)
    return None
