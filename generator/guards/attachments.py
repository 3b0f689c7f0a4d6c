"""Permissions that are given without a policy's text: an attached policy, a boundary, a permission of its own kind."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from generator.terraform.plan import ResourceChange

_BOUNDARY: Final = "permissions_boundary"
# Attributes that name policies to attach.
_POLICIES: Final = ("policy_arn", "policy_arns", "managed_policy_arns")
_AWS_OWNED: Final = ":iam::aws:policy/"
# What nobody means to give to a build.
_ALL: Final = ("AdministratorAccess", "IAMFullAccess", "PowerUserAccess")
# By type: the attribute that names who is let in.
_PRINCIPALS: Final = {
    "aws_ami_launch_permission": ("account_id", "group", "organization_arn"),
    "aws_cloudwatch_event_permission": ("principal",),
    "aws_kms_grant": ("grantee_principal",),
    "aws_lakeformation_permissions": ("principal",),
    "aws_lambda_permission": ("principal",),
    "aws_ram_principal_association": ("principal",),
    "aws_snapshot_create_volume_permission": ("account_id",),
}
_CONDITIONS: Final = ("source_arn", "source_account", "principal_org_id")


def attached(change: ResourceChange, *, is_new: bool) -> Iterator[str]:
    """Say what a resource lets in besides policies.

    Args:
        change: one resource.
        is_new: the stack does not exist yet.
    """
    if change.after is None:
        return
    before, after = change.before or {}, change.after
    if before.get(_BOUNDARY) and before.get(_BOUNDARY) != after.get(_BOUNDARY):
        to = after.get(_BOUNDARY) or ("another" if change.after_unknown.get(_BOUNDARY) else "none")
        yield f"changes the permissions boundary from {before[_BOUNDARY]} to {to}"
    for arn in sorted(_policies(after) - _policies(before)):
        if arn.rpartition("/")[2] in _ALL or (not is_new and _AWS_OWNED in arn):
            yield f"attaches {arn}, whose permissions AWS decides"
    yield from _principals(change, before, is_new=is_new)


def _policies(values: Mapping[str, Any]) -> set[str]:
    found = [values[name] for name in _POLICIES if values.get(name)]
    return {arn for value in found for arn in ([value] if isinstance(value, str) else map(str, value))}


def _principals(change: ResourceChange, before: Mapping[str, Any], *, is_new: bool) -> Iterator[str]:
    after = change.after or {}
    for name in _PRINCIPALS.get(change.type, ()):
        who = after.get(name) or ("somebody who is known only after apply" if change.after_unknown.get(name) else "")
        is_service = who.endswith(".amazonaws.com")
        if who and who != before.get(name) and (who in {"*", "all"} or not (is_new or (is_service and not before))):
            yield f"lets in {'everyone' if who in {'*', 'all'} else who}"
    if change.type in _PRINCIPALS and before:
        dropped = [name for name in _CONDITIONS if before.get(name) and not after.get(name)]
        dropped = [name for name in dropped if not change.after_unknown.get(name)]
        if dropped:
            yield f"drops the condition {' and '.join(dropped)}"
