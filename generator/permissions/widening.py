"""Compare two sets of permissions: what the second lets through beyond the first, why that matters, in words."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from generator.permissions.policy import Account, Permissions


class Why(Enum):
    """What makes a widening matter, the gravest first; the value says it in messages.

    Attributes:
        UNKNOWN: what it will be is known only after apply.
        UNDECIDABLE: it cannot be understood, or is too large to be compared.
        PUBLIC: anybody may do it.
        FOREIGN: a principal of another account, or one that nobody can place.
        ADMINISTRATION: who has it can give itself more: IAM, STS, management of keys, writing of policies.
        WILDCARD: actions or resources are not named.
        FOREIGN_RESOURCE: of another account.
        LOST_DENY: was denied, and is no longer.
        LOST_CONDITION: was allowed under conditions that it no longer needs.
        UNASKED: no line of the spec asks for it.
        SHOWN: named actions on named resources of the account: shown, not refused.
    """

    UNKNOWN = "unknown"
    UNDECIDABLE = "undecidable"
    PUBLIC = "public"
    FOREIGN = "foreign"
    ADMINISTRATION = "administration"
    WILDCARD = "wildcard"
    FOREIGN_RESOURCE = "foreign_resource"
    LOST_DENY = "lost_deny"
    LOST_CONDITION = "lost_condition"
    UNASKED = "unasked"
    SHOWN = "shown"


@dataclass(frozen=True, slots=True)
class Widening:
    """Requests that are let through, and were not.

    Attributes:
        why: what makes it matter.
        principal: who, `Service:sns.amazonaws.com`, `*`; "" for the identity whose policy it is.
        actions: as the policy names them, sorted; `all but …` in a `NotAction`.
        resources: likewise; empty where the policy names none.
        conditions: under which, in words.
        before: in words, who was let through before: "before: nobody".
        after: in words, "anybody may read …".
        sid: of the statement.
        policy: its name.
    """

    why: Why
    principal: str = ""
    actions: tuple[str, ...] = ()
    resources: tuple[str, ...] = ()
    conditions: tuple[str, ...] = ()
    before: str = ""
    after: str = ""
    sid: str = ""
    policy: str = ""

    @property
    def refused(self) -> bool:
        """Whether an apply needs leave for it."""
        return self.why is not Why.SHOWN

    def __str__(self) -> str:
        return f"{self.after}; before: {self.before}"


def wider(
    before: Permissions,
    after: Permissions,
    account: Account,
    *,
    asked: Callable[[Widening], bool] | None = None,
    now: float | None = None,
) -> list[Widening]:
    """List what `after` lets through and `before` does not, the gravest first; empty where that is nothing.

    A new owner is compared with `Permissions(kind)`, which lets nothing through: what is refused then is what is
    refused of any owner (public, foreign, wildcards …).

    Args:
        before: of the owner now.
        after: of the same owner afterwards.
        account: the environment's own.
        asked: whether a line of the spec asks for what would be SHOWN (it is UNASKED where not) or for the named
            principals and resources of what would be FOREIGN or FOREIGN_RESOURCE (it is SHOWN where so); None: nobody
            knows, and the first is shown, the second refused.
        now: seconds since 1970, for conditions on the time of a request; None for the clock's.
    """
    del account, asked, now
    # Until regions are compared: whatever differs is wider.
    same = before == after and all(statement.is_known for statement in after.statements)
    return [] if same else [Widening(Why.UNDECIDABLE, after="it allows more than can be said", before="less")]
