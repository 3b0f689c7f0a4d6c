"""Reads back the bucket of the access logs."""

from __future__ import annotations

import json
from functools import partial
from typing import TYPE_CHECKING

from generator.aws.policy import Call, Verdict, judge
from generator.readback.bucket_policy import privacy
from generator.readback.check import Check

if TYPE_CHECKING:
    from collections.abc import Iterator

    from generator.readback.expectation import Expectation


def checks(expected: Expectation) -> Iterator[Check]:
    """Compare the bucket with the spec, where the spec has one."""
    names, logs, at = expected.names, expected.spec.artifacts.access_logs, "artifacts.access_logs"
    if logs is None:
        return
    name = names.access_log_bucket
    ask, check = partial(expected.clients.ask, "s3", Bucket=name), partial(Check, f"S3 bucket {name}")
    exists = ask(operation="head_bucket") is not None
    yield check("exists", True, exists, f"{at}.bucket")  # noqa: FBT003  # a value like any other
    if not exists:
        return
    policy = json.loads((ask(operation="get_bucket_policy") or {}).get("Policy", "{}"))
    yield from privacy(expected, name, policy, at)
    rules = (ask(operation="get_bucket_lifecycle_configuration") or {}).get("Rules", [])
    days = [rule["Expiration"]["Days"] for rule in rules if "Expiration" in rule]
    yield check("expire after (days)", [logs.expire_after_days], days, f"{at}.expire_after_days")

    def delivered(bucket: str, account: str) -> bool:
        source = {"aws:sourcearn": f"arn:{names.partition}:s3:::{bucket}", "aws:sourceaccount": account}
        context = {"aws:securetransport": "true", **source}
        resource = f"arn:{names.partition}:s3:::{name}/a"
        call = Call("s3:PutObject", resource, service="logging.s3.amazonaws.com", context=context)
        return judge(policy, call) is Verdict.ALLOWED

    sources = [(names.bucket, names.account), ("of-others", names.account), (names.bucket, "of-others")]
    taken = [delivered(bucket, account) for bucket, account in sources]
    yield check("takes the logs of the artifact bucket, and no other", [True, False, False], taken, at)
