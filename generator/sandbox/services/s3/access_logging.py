"""S3 server access logging in the sandbox: the target's policy is judged, and no log is ever written.

moto breaks off at a policy with a statement for everybody, and looks at no condition. AWS writes the logs hours later;
moto does so with each request, terraform's among them, so that no bucket of logs could be emptied and destroyed.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from moto.s3.exceptions import CrossLocationLoggingProhibited, InvalidTargetBucketForLogging
from moto.s3.models import FakeBucket, S3Backend

from generator.aws.policy import Call, Verdict, judge
from generator.sandbox.seams import wrap

if TYPE_CHECKING:
    from collections.abc import Mapping

_SERVICE: Final = "logging.s3.amazonaws.com"


def install() -> None:
    """Check access logging here from now on."""
    wrap(FakeBucket, "set_logging", lambda _: _set)
    wrap(S3Backend, "log_incoming_request", lambda _: _unwritten)


def _unwritten(_backend: S3Backend, _request: object, _bucket: str) -> None:
    """Write no log."""


def _set(bucket: FakeBucket, logging: Mapping[str, Any] | None, backend: S3Backend) -> None:
    if not logging:
        bucket.logging = {}
        return
    target = backend.buckets.get(logging["TargetBucket"])
    if target is None:
        raise InvalidTargetBucketForLogging("The target bucket for logging does not exist.")
    if target.region_name != bucket.region_name:
        raise CrossLocationLoggingProhibited
    source = {"aws:sourcearn": f"arn:{bucket.partition}:s3:::{bucket.name}", "aws:sourceaccount": bucket.account_id}
    resource = f"arn:{target.partition}:s3:::{target.name}/{logging.get('TargetPrefix') or ''}a"
    call = Call("s3:PutObject", resource, service=_SERVICE, context={"aws:securetransport": "true", **source})
    if judge(json.loads(target.policy or "{}"), call) is not Verdict.ALLOWED:
        raise InvalidTargetBucketForLogging(
            "You must give the log-delivery service permission to write to the target bucket"
        )
    bucket.logging = dict(logging)
