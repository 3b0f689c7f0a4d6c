"""Reads back the artifact bucket."""

from __future__ import annotations

import json
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from generator.model.builds.caches import S3_PREFIX, s3_path
from generator.readback.bucket_policy import foreign_keys, privacy
from generator.readback.check import Check
from generator.readback.listing import Listing

if TYPE_CHECKING:
    from collections.abc import Iterator

    from generator.readback.expectation import Expectation


def checks(expected: Expectation) -> Iterator[Check]:
    """Compare the artifact bucket with the spec, where the stack makes it."""
    name, spec = expected.names.bucket, expected.spec
    if spec.artifacts.exists:
        return
    ask, check = partial(expected.clients.ask, "s3", Bucket=name), partial(Check, f"S3 bucket {name}")
    exists = ask(operation="head_bucket") is not None
    yield check("exists", True, exists, "artifacts.bucket")  # noqa: FBT003  # a value like any other
    if not exists:
        return
    # S3 calls its first region nothing.
    location = (ask(operation="get_bucket_location") or {}).get("LocationConstraint") or "us-east-1"
    yield check("region", spec.region, location, "region")
    policy = json.loads((ask(operation="get_bucket_policy") or {}).get("Policy", "{}"))
    yield from privacy(expected, name, policy, "artifacts")
    own = expected.key_arn if spec.artifacts.encryption == "kms" else ""
    foreign = foreign_keys(policy, expected, name, own=own)
    yield check("refuses keys that the stack does not own", [True] * 3, foreign, "artifacts")
    yield from _encryption(expected, check, ask(operation="get_bucket_encryption") or {})
    lifecycle = ask(operation="get_bucket_lifecycle_configuration") or {}
    yield from _lifecycle(expected, check, lifecycle.get("Rules", []))
    told = "EventBridgeConfiguration" in (ask(operation="get_bucket_notification_configuration") or {})
    yield check("tells EventBridge", spec.artifacts.eventbridge, told, "artifacts.eventbridge")
    target = (ask(operation="get_bucket_logging") or {}).get("LoggingEnabled", {}).get("TargetBucket")
    wanted = expected.names.access_log_bucket if spec.artifacts.access_logs else None
    yield check("access logs in", wanted, target, "artifacts.access_logs")


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


def _lifecycle(expected: Expectation, check: partial[Check], rules: list[dict[str, Any]]) -> Iterator[Check]:
    artifacts = expected.spec.artifacts
    rules = [rule for rule in rules if rule.get("Status") == "Enabled"]
    active = [rule for rule in rules if _prefix(rule) != S3_PREFIX]

    def days(block: str, key: str) -> list[int]:
        return [rule[block][key] for rule in active if block in rule and key in rule[block]]

    moves = sorted(
        [_prefix(rule), move.get("Days"), move["StorageClass"]]
        for rule in active
        for move in rule.get("Transitions", [])
    )
    days_and_class = [artifacts.archive_after_days, artifacts.archive_storage_class]
    wanted_moves = [[f"{label}/", *days_and_class] for label in sorted(expected.names.labels.values())]
    if artifacts.archive_after_days is None:
        wanted_moves = []
    expire = [] if artifacts.expire_after_days is None else [artifacts.expire_after_days]
    yield check("archived (below, after days, class)", wanted_moves, moves, "artifacts.archive_after_days")
    yield check("expire after (days)", expire, days("Expiration", "Days"), "artifacts.expire_after_days")
    cached = any(s3_path(expected.spec, build) for build in expected.spec.builds)
    caches_end = any(_prefix(rule) == S3_PREFIX and rule.get("Expiration", {}).get("Days") for rule in rules)
    yield check("caches end", cached, caches_end, "builds")
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


def _prefix(rule: dict[str, Any]) -> str:
    return str(rule.get("Filter", {}).get("Prefix", ""))


LISTINGS: Final = (Listing("S3 bucket", "s3", "list_buckets", "Buckets", "Name"),)
