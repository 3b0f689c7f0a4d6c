"""Calls that permissions let a role make, for the read-back of what exists."""

from __future__ import annotations

from typing import TYPE_CHECKING

from generator.aws.actions import wildcard
from generator.parts.access.permissions.statements import statements

if TYPE_CHECKING:
    from collections.abc import Iterable

    from generator.model.names import Names
    from generator.parts.access.permissions.section import Permissions


def permitted_calls(own: Permissions | None, names: Names) -> list[str]:
    """List a call of each statement that holds whatever the request, as `action resource`."""
    made = statements(own, names, (), "")
    return [
        f"{action} {str(each.resources[0]).replace('*', 'x')}"
        for each in made
        if not each.conditions
        for action in each.actions
        if "*" not in action and "?" not in action
    ]


def beyond(calls: Iterable[str], own: Permissions | None, names: Names) -> list[str]:
    """Return the calls that no permission could allow; of a policy that exists, nobody knows here what it allows."""
    if own is None:
        return list(calls)
    if own.policies:
        return []
    made = statements(own, names, (), "")
    return [
        call
        for call in calls
        if not any(
            any(wildcard(one.lower()).fullmatch(call.partition(" ")[0].lower()) for one in each.actions)
            and any(wildcard(one).fullmatch(call.partition(" ")[2]) for one in each.resources)
            for each in made
        )
    ]
