"""Reads back the log group."""

from __future__ import annotations

import json
from functools import partial
from typing import TYPE_CHECKING, Final

from generator.parts.logs.section import CREDENTIALS
from generator.readback.check import Check
from generator.readback.listing import Listing

if TYPE_CHECKING:
    from collections.abc import Iterator

    from generator.readback.expectation import Expectation


def checks(expected: Expectation) -> Iterator[Check]:
    """Compare the builds' log groups with the spec, where the stack makes them."""
    if not expected.spec.logs.exists:
        for name in sorted(set(expected.names.log_groups.values())):
            yield from _group(expected, name)


def _group(expected: Expectation, name: str) -> Iterator[Check]:
    clients = expected.clients
    check = partial(Check, f"Log group {name}")
    groups = clients.ask_all("logs", "describe_log_groups", "logGroups", logGroupNamePrefix=name)
    group = next((group for group in groups if group["logGroupName"] == name), None)
    yield check("exists", True, group is not None, "logs")  # noqa: FBT003  # a value like any other
    if group is None:
        return
    yield check(
        "retention (days)", expected.spec.logs.retention_days, group.get("retentionInDays"), "logs.retention_days"
    )
    yield check("encryption key", expected.key_arn, group.get("kmsKeyId", ""), "encryption")
    arn = expected.names.arn("logs", f"log-group:{name}")
    tags = (clients.ask("logs", "list_tags_for_resource", resourceArn=arn) or {}).get("tags", {})
    writers = [build for build, group in expected.names.log_groups.items() if group == name]
    own = len(writers) == 1 and expected.spec.logs.group == "project"
    yield check("tags", expected.tags_of(writers[0]) if own else expected.tags, tags, "tags")
    yield check("class", expected.spec.logs.log_class, group.get("logGroupClass", "STANDARD"), "logs.log_class")
    if expected.spec.logs.mask_credentials:
        answer = clients.ask("logs", "get_data_protection_policy", logGroupIdentifier=name) or {}
        masked = _masked(answer.get("policyDocument", ""))
        yield check("masks", list(CREDENTIALS), masked, "logs.mask_credentials")


def _masked(document: str) -> list[str]:
    statements = json.loads(document)["Statement"] if document else []
    masking = [statement for statement in statements if "Deidentify" in statement["Operation"]]
    return sorted({arn.rpartition("/")[2] for statement in masking for arn in statement["DataIdentifier"]})


LISTINGS: Final = (
    Listing("log group", "logs", "describe_log_groups", "logGroups", "logGroupName"),
    Listing("log query", "logs", "describe_query_definitions", "queryDefinitions", "name"),
    Listing("log resource policy", "logs", "describe_resource_policies", "resourcePolicies", "policyName"),
)
