"""Reads back the artifact bucket."""

from __future__ import annotations

import json
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from generator.sandbox.policy import Call, Verdict, judge
from generator.verification.check import Check
from generator.verification.expectation import tag_map

if TYPE_CHECKING:
    from collections.abc import Iterator

    from generator.verification.expectation import Expectation

_BLOCKS: Final = ("BlockPublicAcls", "BlockPublicPolicy", "IgnorePublicAcls", "RestrictPublicBuckets")


def checks(expected: Expectation) -> Iterator[Check]:
    """Compare the artifact bucket with the spec."""
    name, spec, ask = (
        expected.names.bucket,
        expected.spec,
        partial(expected.clients.ask, "s3", Bucket=expected.names.bucket),
    )
    check = partial(Check, f"S3 bucket {name}")
    exists = ask(operation="head_bucket") is not None
    yield check("exists", True, exists, "artifacts.bucket")  # noqa: FBT003  # a value like any other
    if not exists:
        return
    # S3 calls its first region nothing.
    location = (ask(operation="get_bucket_location") or {}).get("LocationConstraint") or "us-east-1"
    yield check("region", spec.region, location, "region")
    yield check("versioning", "Enabled", (ask(operation="get_bucket_versioning") or {}).get("Status"), "artifacts")
    yield from _encryption(expected, check, ask(operation="get_bucket_encryption") or {})
    block = (ask(operation="get_public_access_block") or {}).get("PublicAccessBlockConfiguration", {})
    yield check("public access blocked", True, all(block.get(key) is True for key in _BLOCKS), "artifacts")  # noqa: FBT003  # as above
    ownership = (ask(operation="get_bucket_ownership_controls") or {}).get("OwnershipControls", {}).get("Rules", [])
    yield check(
        "object ownership", ["BucketOwnerEnforced"], [rule["ObjectOwnership"] for rule in ownership], "artifacts"
    )
    policy = json.loads((ask(operation="get_bucket_policy") or {}).get("Policy", "{}"))
    yield check("refuses plain HTTP, allows TLS", [True, True], _transport(policy, expected), "artifacts")
    lifecycle = ask(operation="get_bucket_lifecycle_configuration") or {}
    yield from _lifecycle(expected, check, lifecycle.get("Rules", []))
    yield check("tags", expected.tags, tag_map((ask(operation="get_bucket_tagging") or {}).get("TagSet")), "tags")


def _encryption(expected: Expectation, check: partial[Check], found: dict[str, Any]) -> Iterator[Check]:
    rules = found.get("ServerSideEncryptionConfiguration", {}).get("Rules", [{}])
    default = rules[0].get("ApplyServerSideEncryptionByDefault", {})
    artifacts = expected.spec.artifacts
    kms = artifacts.encryption == "kms"
    yield check("encryption", "aws:kms" if kms else "AES256", default.get("SSEAlgorithm"), "artifacts.encryption")
    if kms:
        yield check("encryption key", expected.key_arn, default.get("KMSMasterKeyID"), "artifacts.encryption")
        used = rules[0].get("BucketKeyEnabled", False)
        yield check("bucket key", artifacts.bucket_key, used, "artifacts.bucket_key")


def _transport(policy: dict[str, Any], expected: Expectation) -> list[bool]:
    """Tell whether plain HTTP is denied for the bucket and its objects, and whether TLS is not."""
    bucket = f"arn:{expected.names.partition}:s3:::{expected.names.bucket}"
    targets = (("s3:ListBucket", bucket), ("s3:GetObject", f"{bucket}/a"), ("s3:PutObject", f"{bucket}/a"))

    def verdicts(secure: str) -> list[Verdict]:
        context = {"aws:securetransport": secure}
        account = expected.names.account
        return [judge(policy, Call(action, resource, account=account, context=context)) for action, resource in targets]

    return [
        all(verdict is Verdict.DENIED for verdict in verdicts("false")),
        all(verdict is not Verdict.DENIED for verdict in verdicts("true")),
    ]


def _lifecycle(expected: Expectation, check: partial[Check], rules: list[dict[str, Any]]) -> Iterator[Check]:
    artifacts = expected.spec.artifacts
    active = [rule for rule in rules if rule.get("Status") == "Enabled"]

    def days(block: str, key: str) -> list[int]:
        return [rule[block][key] for rule in active if block in rule and key in rule[block]]

    moves = [[move.get("Days"), move["StorageClass"]] for rule in active for move in rule.get("Transitions", [])]
    archive = artifacts.archive_after_days
    wanted_moves = [] if archive is None else [[archive, artifacts.archive_storage_class]]
    expire = [] if artifacts.expire_after_days is None else [artifacts.expire_after_days]
    yield check("archived after (days, class)", wanted_moves, moves, "artifacts.archive_after_days")
    yield check("expire after (days)", expire, days("Expiration", "Days"), "artifacts.expire_after_days")
    yield check(
        "old versions expire after (days)",
        [artifacts.expire_noncurrent_after_days],
        days("NoncurrentVersionExpiration", "NoncurrentDays"),
        "artifacts.expire_noncurrent_after_days",
    )
    yield check(
        "unfinished uploads end after (days)",
        [artifacts.abort_uploads_after_days],
        days("AbortIncompleteMultipartUpload", "DaysAfterInitiation"),
        "artifacts.abort_uploads_after_days",
    )
