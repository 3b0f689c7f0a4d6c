"""Reads back the stack's KMS key."""

from __future__ import annotations

import json
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from generator.aws.policy import Call, Verdict, judge
from generator.readback.check import Check
from generator.readback.expectation import tag_map
from generator.readback.listing import Listing

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from generator.readback.expectation import Expectation


def checks(expected: Expectation) -> Iterator[Check]:
    """Compare the key with the spec; nothing where the stack makes none."""
    if expected.spec.encryption is None or expected.spec.encryption.exists:
        return
    clients, key_arn = expected.clients, expected.key_arn
    check = partial(Check, f"KMS key {expected.names.key_alias}")
    yield check("exists", True, expected.key_exists, "encryption")  # noqa: FBT003  # a value like any other
    if not expected.key_exists:
        return
    metadata = (clients.ask("kms", "describe_key", KeyId=key_arn) or {})["KeyMetadata"]
    yield check("state", "Enabled", metadata["KeyState"], "encryption")
    rotation = clients.ask("kms", "get_key_rotation_status", KeyId=key_arn) or {}
    days = rotation.get("RotationPeriodInDays") if rotation.get("KeyRotationEnabled") else None
    yield check("rotated every (days)", expected.spec.encryption.rotation_days, days, "encryption.rotation_days")
    policy = json.loads((clients.ask("kms", "get_key_policy", KeyId=key_arn, PolicyName="default") or {})["Policy"])
    names = expected.names

    def logs_may_use(group: str) -> bool:
        context = {"kms:encryptioncontext:aws:logs:arn": names.arn("logs", f"log-group:{group}")}
        service = f"logs.{names.region}.amazonaws.com"
        call = Call("kms:GenerateDataKey", key_arn, service=service, context=context)
        return judge(policy, call) is Verdict.ALLOWED

    groups = [] if expected.spec.logs.exists else sorted(set(names.log_groups.values()))
    asked = [*groups, f"/aws/codebuild/{names.prefix}-of-others"]
    served = [group for group in asked if logs_may_use(group)]
    yield check("serves the log groups of the builds, and no other", groups, served, "encryption")
    tags = clients.ask_all("kms", "list_resource_tags", "Tags", KeyId=key_arn)
    yield check("tags", expected.tags, tag_map(tags), "tags")


def _not_aws_alias(alias: Mapping[str, Any]) -> bool:
    return not alias["AliasName"].startswith("alias/aws/")


LISTINGS: Final = (Listing("KMS alias", "kms", "list_aliases", "Aliases", "AliasName", counts=_not_aws_alias),)
