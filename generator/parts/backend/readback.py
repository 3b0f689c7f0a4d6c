"""Reads back the bucket that keeps states."""

from __future__ import annotations

import json
from functools import partial
from typing import TYPE_CHECKING

from generator.aws.policy import Call, Verdict, judge
from generator.readback.bucket_policy import foreign_keys, privacy
from generator.readback.check import Check

if TYPE_CHECKING:
    from collections.abc import Iterator

    from generator.readback.expectation import Expectation


def checks(expected: Expectation) -> Iterator[Check]:
    """Compare the state bucket with the spec; nothing where the spec has none."""
    name, backend = expected.names.state_bucket, expected.spec.backend
    if backend is None:
        return
    ask, check = partial(expected.clients.ask, "s3", Bucket=name), partial(Check, f"S3 bucket {name}")
    exists = ask(operation="head_bucket") is not None
    yield check("exists", True, exists, "backend.bucket")  # noqa: FBT003  # a value like any other
    if not exists:
        return
    policy = json.loads((ask(operation="get_bucket_policy") or {}).get("Policy", "{}"))
    yield from privacy(expected, name, policy, "backend")
    key = backend.kms_key or expected.key_arn
    found = ask(operation="get_bucket_encryption") or {}
    (rule,) = found.get("ServerSideEncryptionConfiguration", {}).get("Rules") or [{}]
    default = rule.get("ApplyServerSideEncryptionByDefault", {})
    yield check("encryption", "aws:kms", default.get("SSEAlgorithm"), "backend")
    yield check("encryption key", key, default.get("KMSMasterKeyID"), "backend.kms_key")
    yield check("bucket key", True, rule.get("BucketKeyEnabled", False), "backend")  # noqa: FBT003  # as above
    foreign = foreign_keys(policy, expected, name, own=key)
    yield check("refuses keys that are not the bucket's", [True] * 3, foreign, "backend.kms_key")
    denied = _deletion(policy, expected, name) is Verdict.DENIED
    yield check("lets nobody delete old versions", True, denied, "backend")  # noqa: FBT003  # as above
    rules = (ask(operation="get_bucket_lifecycle_configuration") or {}).get("Rules", [])
    kept = [rule["NoncurrentVersionExpiration"] for rule in rules if "NoncurrentVersionExpiration" in rule]
    for aspect, wanted, word in (
        ("old versions expire after (days)", backend.expire_noncurrent_after_days, "NoncurrentDays"),
        ("old versions that stay", backend.keep_versions, "NewerNoncurrentVersions"),
    ):
        at = "backend.keep_versions" if word.startswith("Newer") else "backend.expire_noncurrent_after_days"
        yield check(aspect, [wanted], [each.get(word) for each in kept], at)
    ends = [rule["Expiration"]["Days"] for rule in rules if "Days" in rule.get("Expiration", {})]
    yield check("current states expire after (days)", [], ends, "backend")
    target = (ask(operation="get_bucket_logging") or {}).get("LoggingEnabled", {}).get("TargetBucket")
    logged = backend.access_logs.bucket if backend.access_logs else None
    yield check("access logs in", logged, target, "backend.access_logs")


def _deletion(policy: dict[str, object], expected: Expectation, name: str) -> Verdict:
    resource = f"arn:{expected.names.partition}:s3:::{name}/a"
    context = {"aws:securetransport": "true"}
    return judge(policy, Call("s3:DeleteObjectVersion", resource, account=expected.names.account, context=context))
