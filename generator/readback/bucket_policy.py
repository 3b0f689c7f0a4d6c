"""What a bucket lets nobody do: read it in public, over plain HTTP, or write to it with keys of others."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, Final

from generator.aws.policy import Call, Verdict, judge
from generator.readback.check import Check
from generator.readback.expectation import tag_map

if TYPE_CHECKING:
    from collections.abc import Iterator

    from generator.readback.expectation import Expectation

    Policy = dict[str, Any]

_BLOCKS: Final = ("BlockPublicAcls", "BlockPublicPolicy", "IgnorePublicAcls", "RestrictPublicBuckets")


def privacy(expected: Expectation, name: str, policy: Policy, at: str) -> Iterator[Check]:
    """Compare what every bucket of the stack must be.

    Args:
        expected: the environment.
        name: of the bucket.
        policy: its policy.
        at: dotted key of the spec that the bucket comes from.
    """
    ask, check = partial(expected.clients.ask, "s3", Bucket=name), partial(Check, f"S3 bucket {name}")
    yield check("versioning", "Enabled", (ask(operation="get_bucket_versioning") or {}).get("Status"), at)
    block = (ask(operation="get_public_access_block") or {}).get("PublicAccessBlockConfiguration", {})
    yield check("public access blocked", True, all(block.get(key) is True for key in _BLOCKS), at)  # noqa: FBT003  # a value like any other
    ownership = (ask(operation="get_bucket_ownership_controls") or {}).get("OwnershipControls", {}).get("Rules", [])
    yield check("object ownership", ["BucketOwnerEnforced"], [rule["ObjectOwnership"] for rule in ownership], at)
    yield check("refuses plain HTTP, allows TLS", [True, True], _transport(policy, expected, name), at)
    yield check("tags", expected.tags, tag_map((ask(operation="get_bucket_tagging") or {}).get("TagSet")), "tags")


def foreign_keys(policy: Policy, expected: Expectation, name: str, *, own: str) -> list[bool]:
    """Tell whether a bucket's policy refuses uploads with keys of others, and takes those that are meant.

    Args:
        policy: of the bucket.
        expected: the environment.
        name: of the bucket.
        own: ARN of the key that must be used; "" where S3's own keys are.

    Returns:
        Whether a key in the request is refused; whether other keys and weaker encryption are, just where there is a
        key; whether uploads that say nothing, or name the key, are not.
    """
    kms = bool(own)
    resource = f"arn:{expected.names.partition}:s3:::{name}/a"

    def refused(**headers: str) -> bool:
        sent = {f"s3:x-amz-server-side-encryption{name}": value for name, value in headers.items()}
        context = {"aws:securetransport": "true", **sent}
        return (
            judge(policy, Call("s3:PutObject", resource, account=expected.names.account, context=context))
            is Verdict.DENIED
        )

    other = expected.names.arn("kms", "key/of-others")
    foreign = [refused(**{"": "AES256"}), refused(**{"": "aws:kms", "-aws-kms-key-id": other})]
    return [
        refused(**{"-customer-algorithm": "AES256"}),
        foreign == [kms, kms],
        not refused() and not refused(**{"": "aws:kms", "-aws-kms-key-id": own}),
    ]


def _transport(policy: Policy, expected: Expectation, name: str) -> list[bool]:
    """Tell whether plain HTTP is denied for the bucket and its objects, and whether TLS is not."""
    bucket = f"arn:{expected.names.partition}:s3:::{name}"
    targets = (("s3:ListBucket", bucket), ("s3:GetObject", f"{bucket}/a"), ("s3:PutObject", f"{bucket}/a"))

    def verdicts(secure: str) -> list[Verdict]:
        context = {"aws:securetransport": secure}
        account = expected.names.account
        return [judge(policy, Call(action, resource, account=account, context=context)) for action, resource in targets]

    return [
        all(verdict is Verdict.DENIED for verdict in verdicts("false")),
        all(verdict is not Verdict.DENIED for verdict in verdicts("true")),
    ]
