"""What of a statement is wider than named actions on named resources."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from generator.aws import actions as known
from generator.aws.actions import AccessLevel

if TYPE_CHECKING:
    from collections.abc import Iterator

    from generator.parts.access.permissions.section import OwnStatement

_PASS_ROLE: Final = "iam:PassRole".lower()
_FIELDS: Final = 6
# What a resource is, before its name: `function:`, `table/`, `/restapis/`; in S3 it has only its name.
_KIND: Final = re.compile(r"/?[a-z-]+[:/]")
_WILD: Final = re.compile(r"[*?]")


def wide(statement: OwnStatement) -> Iterator[tuple[str, int, str]]:
    """Yield what is wide: `actions` or `resources`, the index there, and why."""
    for index, name in enumerate(statement.actions):
        if why := _action(name):
            yield "actions", index, why
    for index, resource in enumerate(statement.resources):
        if why := _resource(resource, statement.actions):
            yield "resources", index, why


def takes_no_resource(name: str) -> bool:
    """Whether AWS knows no resource for an action, so that its statement must say `*`."""
    found = known.action(name)
    return found is not None and not found.resources


def _action(name: str) -> str:
    matched = known.matching(name)
    if name == "*":
        return "allows every action of AWS"
    if _WILD.search(name):
        return f"names {len(matched)} actions of today, and those that AWS adds"
    if name.lower() == _PASS_ROLE:
        return "hands a role to a service, which may then do all that this role may"
    if any(each.level is AccessLevel.PERMISSIONS for each in matched):
        return "changes who may do what"
    return ""


def _resource(resource: str, actions: list[str]) -> str:
    if resource == "*":
        narrower = [name for name in actions if not takes_no_resource(name)]
        return f"is everything, and {narrower[0]} can name what it acts on" if narrower else ""
    *fields, own = resource.split(":", _FIELDS - 1)
    if any(_WILD.search(field) for field in fields):
        return "leaves open the service, the region or the account"
    name = own if fields[2] == "s3" else re.sub(rf"^{_KIND.pattern}", "", own)
    return "names no resource before its wildcard" if _WILD.match(name) else ""
