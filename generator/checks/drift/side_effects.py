"""What a refresh finds changed though nobody changed it: one resource shows what another one does to it.

A bucket shows its policy, which `aws_s3_bucket_policy` wrote after the bucket was recorded. So the first refresh after
an apply finds the bucket changed. Such a change is an echo where a managed resource accounts for it, and that resource
tells if somebody else changed the thing. What no managed resource accounts for is reported.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from generator.plans.plan import Plan, ResourceChange

_BUCKET: Final = {
    "acceleration_status": ("aws_s3_bucket_accelerate_configuration",),
    "acl": ("aws_s3_bucket_acl",),
    "cors_rule": ("aws_s3_bucket_cors_configuration",),
    "grant": ("aws_s3_bucket_acl", "aws_s3_bucket_ownership_controls"),
    "lifecycle_rule": ("aws_s3_bucket_lifecycle_configuration",),
    "logging": ("aws_s3_bucket_logging",),
    "object_lock_configuration": ("aws_s3_bucket_object_lock_configuration",),
    "policy": ("aws_s3_bucket_policy",),
    "replication_configuration": ("aws_s3_bucket_replication_configuration",),
    "request_payer": ("aws_s3_bucket_request_payment_configuration",),
    "server_side_encryption_configuration": ("aws_s3_bucket_server_side_encryption_configuration",),
    "versioning": ("aws_s3_bucket_versioning",),
    "website": ("aws_s3_bucket_website_configuration",),
    "website_domain": ("aws_s3_bucket_website_configuration",),
    "website_endpoint": ("aws_s3_bucket_website_configuration",),
}
# By type and attribute: the types that write it, and how they name what they write to.
_WRITERS: Final[dict[str, dict[str, tuple[tuple[str, ...], str]]]] = {
    "aws_kms_key": {"policy": (("aws_kms_key_policy",), "key_id")},
    "aws_s3_bucket": {attribute: (kinds, "bucket") for attribute, kinds in _BUCKET.items()},
    "aws_secretsmanager_secret": {"policy": (("aws_secretsmanager_secret_policy",), "secret_arn")},
    "aws_sns_topic": {"policy": (("aws_sns_topic_policy",), "arn")},
    "aws_sqs_queue": {
        "policy": (("aws_sqs_queue_policy",), "queue_url"),
        "redrive_allow_policy": (("aws_sqs_queue_redrive_allow_policy",), "queue_url"),
        "redrive_policy": (("aws_sqs_queue_redrive_policy",), "queue_url"),
    },
}
# What AWS or a person in it moves on by design, at any time.
_VOLATILE: Final[dict[str, frozenset[str]]] = {
    "aws_codeconnections_connection": frozenset({"connection_status"}),
    "aws_codestarconnections_connection": frozenset({"connection_status"}),
    "aws_eip": frozenset({"association_id", "instance", "network_interface", "private_dns", "private_ip"}),
    "aws_iam_policy": frozenset({"attachment_count"}),
    "aws_sns_topic_subscription": frozenset({"arn", "confirmation_was_authenticated", "id", "pending_confirmation"}),
}
_ANYWHERE: Final = frozenset({"etag", "last_modified", "last_modified_date", "last_updated_date", "version_id"})
_NAMES: Final = ("id", "arn", "name", "url", "key_id", "bucket")


@dataclass(frozen=True, slots=True)
class _Managed:
    type: str
    values: Mapping[str, Any]


class SideEffects:
    """Knows what is managed in an environment.

    Args:
        plan: its refresh-only plan.
    """

    def __init__(self, plan: Plan) -> None:
        self._managed = list(_managed(plan))

    def explains(self, change: ResourceChange, attribute: str) -> bool:
        """Whether the change of an attribute of the first level is one that nobody made."""
        if attribute in _ANYWHERE or attribute in _VOLATILE.get(change.type, ()):
            return True
        if change.type == "aws_iam_role" and attribute in {"inline_policy", "managed_policy_arns"}:
            return self._is_of_role(change, attribute)
        if change.type == "aws_security_group" and attribute in {"ingress", "egress"}:
            return self._is_of_group(change, attribute)
        if change.type == "aws_route_table" and attribute == "route":
            return self._is_of_table(change)
        kinds, link = _WRITERS.get(change.type, {}).get(attribute, ((), ""))
        return any(item.type in kinds for item in self._writers(change, link))

    def _writers(self, change: ResourceChange, link: str) -> list[_Managed]:
        values = change.after or change.before or {}
        names = {values[name] for name in _NAMES if isinstance(values.get(name), str)}
        return [item for item in self._managed if item.values.get(link) in names]

    def _is_of_role(self, change: ResourceChange, attribute: str) -> bool:
        own = self._writers(change, "role")
        if attribute == "inline_policy":
            wanted = {item.values.get("name") for item in own if item.type == "aws_iam_role_policy"}
            return {each.get("name") for each in (change.after or {}).get(attribute) or ()} <= wanted
        attached = {item.values.get("policy_arn") for item in own if item.type == "aws_iam_role_policy_attachment"}
        return set((change.after or {}).get(attribute) or ()) <= attached

    def _is_of_group(self, change: ResourceChange, attribute: str) -> bool:
        kinds = {f"aws_vpc_security_group_{attribute}_rule", "aws_security_group_rule"}
        rules = [item.values for item in self._writers(change, "security_group_id") if item.type in kinds]
        wanted = {one for rule in rules if rule.get("type", attribute) == attribute for one in _traffic(rule)}
        found = {one for rule in (change.after or {}).get(attribute) or () for one in _traffic(rule)}
        return found <= wanted

    def _is_of_table(self, change: ResourceChange) -> bool:
        own = [item.values for item in self._writers(change, "route_table_id") if item.type == "aws_route"]
        wanted = {rule.get("destination_cidr_block") or rule.get("destination_ipv6_cidr_block") for rule in own}
        found = (change.after or {}).get("route") or ()
        return {rule.get("cidr_block") or rule.get("ipv6_cidr_block") for rule in found} <= wanted


def _managed(plan: Plan) -> Iterator[_Managed]:
    # What was deleted outside still accounts for what its deletion does to others.
    for change in plan.drift:
        if change.before is not None:
            yield _Managed(change.type, change.before)
    for resource in plan.state():
        if resource.mode == "managed":
            yield _Managed(resource.type, resource.values)


def _traffic(rule: Mapping[str, Any]) -> Iterator[tuple[object, ...]]:
    """Yield what a rule lets through, however its type writes it: protocol, ports, the other side."""
    protocol = str(rule.get("ip_protocol") or rule.get("protocol") or "-1")
    ports = (None, None) if protocol == "-1" else (rule.get("from_port"), rule.get("to_port"))
    for name in (
        "cidr_ipv4",
        "cidr_ipv6",
        "prefix_list_id",
        "referenced_security_group_id",
        "source_security_group_id",
    ):
        if rule.get(name):
            yield (protocol, *ports, rule[name])
    for name in ("cidr_blocks", "ipv6_cidr_blocks", "prefix_list_ids", "security_groups"):
        for other in rule.get(name) or ():
            yield (protocol, *ports, other)
    if rule.get("self"):
        yield (protocol, *ports, "self")
