"""Permissions that a plan would widen: policies compared statement by statement, never as text."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from generator.fleet.planned import UNKNOWN
from generator.guards.attachments import attached
from generator.guards.deletions import Deletions
from generator.guards.documents import documents
from generator.guards.grants import (
    EVERYONE,
    covers,
    covers_but_for_conditions,
    covers_principal,
    grants,
    missing_conditions,
)
from generator.guards.refusal import WIDEN, Refusal

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from generator.guards.documents import Document
    from generator.guards.grants import Grant
    from generator.terraform.plan import Plan, ResourceChange

_SHOWN: Final = 3
_OPEN: Final = "has a policy that is known only after apply, so that nobody can say now whom it lets do what"


@dataclass(frozen=True, slots=True)
class Situation:
    """What counts as wider here.

    Attributes:
        account: the environment's own, twelve digits.
        is_new: the stack does not exist yet, so that only what is open to everyone, or to everything, is refused.
    """

    account: str
    is_new: bool


def widening(plan: Plan, account: str) -> Iterator[Refusal]:
    """Refuse what lets anybody do more than now: a new wildcard, a new principal, a condition or a denial less.

    Args:
        plan: to be judged.
        account: of the environment.
    """
    managed = [change for change in plan.resources if change.mode == "managed"]
    situation = Situation(account, all(change.before is None for change in managed))
    deletions = Deletions(plan)
    for change in managed:
        goes_along = change.action == "delete" and deletions.takes_owner(change)
        if not change.is_change or change.deposed or goes_along:
            continue
        for reason in dict.fromkeys(attached(change, is_new=situation.is_new)):
            yield Refusal(WIDEN, change.address, reason)
        for document in documents(plan, change):
            for reason in dict.fromkeys(_reasons(change, document, situation)):
                yield Refusal(WIDEN, change.address, reason, document.path)


def _reasons(change: ResourceChange, document: Document, situation: Situation) -> Iterator[str]:
    if document.is_open:
        if not situation.is_new:
            yield _OPEN
        return
    before, after = document.before or (), document.after or ()
    is_made = document.before is None
    allowed = grants(before, "Allow")
    uncovered = [
        each for each in grants(after, "Allow") if not any(covers(one, each, situation.account) for one in allowed)
    ]
    found: dict[str, list[Grant]] = {}
    for grant in uncovered:
        reason = _made(change, grant, situation) if is_made else _wider(change, grant, allowed, situation)
        if reason:
            found.setdefault(reason, []).append(grant)
    yield from (f"{reason}: {_what(which)}" for reason, which in found.items())
    denied = grants(after, "Deny")
    if change.action == "replace":
        # It comes anew along with what it is about, whose name is not known yet.
        denied = [replace(each, resource=each.resource.replace(UNKNOWN, EVERYONE)) for each in denied]
    lost = [each for each in grants(before, "Deny") if not any(covers(one, each) for one in denied)]
    if lost:
        yield f"no longer denies {_what(lost)}"


def _wider(change: ResourceChange, grant: Grant, allowed: Sequence[Grant], situation: Situation) -> str:
    """Say how a grant goes beyond all that there were; "" where it does not in a way that counts."""
    same = [one for one in allowed if covers_but_for_conditions(one, grant)]
    if same:
        missing = min((missing_conditions(one, grant, situation.account) for one in same), key=len)
        return "drops or loosens the condition " + " and ".join(f"{test} {key}" for test, key, _ in missing)
    if grant.principal and not any(covers_principal(one.principal, grant.principal) for one in allowed):
        return f"lets in {_who(grant.principal)}"
    return _wildcard(change, grant)


def _made(change: ResourceChange, grant: Grant, situation: Situation) -> str:
    """Say what is wrong with a grant of a policy that did not exist; "" for nothing."""
    if grant.principal == EVERYONE:
        return "" if grant.conditions else "lets in everyone"
    if situation.is_new:
        is_all = grant.action == EVERYONE and grant.resource == EVERYONE and not grant.principal
        return "gains everything" if is_all else ""
    is_own = situation.account in grant.principal
    if grant.principal.startswith("AWS:") and not is_own:
        return f"lets in {_who(grant.principal)}"
    # Without its own account nobody could manage a key: that hands the decision to IAM.
    is_managed = change.type.startswith("aws_kms_") and is_own and grant.principal.endswith(":root")
    return "" if is_managed else _wildcard(change, grant)


def _wildcard(change: ResourceChange, grant: Grant) -> str:
    gives = f"gives {_who(grant.principal)}" if grant.principal else "gains"
    if grant.is_wide_action:
        return f"{gives} a wildcard action"
    if grant.is_wide_resource and not _is_of_resource(change, grant):
        return f"{gives} access to every resource"
    return ""


def _is_of_resource(change: ResourceChange, grant: Grant) -> bool:
    """Whether `*` means the resource itself, as it does in a policy that is attached to one."""
    return bool(grant.principal) and not change.type.startswith("aws_iam_")


def _who(principal: str) -> str:
    if principal == EVERYONE:
        return "everyone"
    return principal.split(":", 1)[1]


def _what(which: Sequence[Grant]) -> str:
    parts = list(dict.fromkeys(_one(grant) for grant in which))
    more = f" and {len(parts) - _SHOWN} more" if len(parts) > _SHOWN else ""
    sid = f" ({which[0].sid})" if which[0].sid else ""
    return ", ".join(parts[:_SHOWN]) + more + sid


def _one(grant: Grant) -> str:
    return f"{grant.action} on {grant.resource}" if grant.resource else grant.action
