"""What is found when permissions are compared: who may do more than before, why it matters, in words."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class Why(Enum):
    """What makes a widening matter, the gravest first; the value says it in messages.

    Attributes:
        UNKNOWN: what it will be is known only after apply.
        UNDECIDABLE: it cannot be understood, or is too large to be compared.
        PUBLIC: anybody may do it.
        FOREIGN: a principal of another account, or one that nobody can place.
        ADMINISTRATION: who has it can give itself more: IAM, STS, management of keys, writing of policies.
        WILDCARD: actions, resources or principals are not named, or a pattern of resources grows.
        FOREIGN_RESOURCE: of another account.
        LOST_BOUNDARY: the permissions boundary stopped it, and does no longer.
        LOST_DENY: was denied, and is no longer.
        LOST_CONDITION: was allowed under conditions that it no longer needs.
        TAKEOVER: it changes what the stack runs, whom it tells or what it keeps, if only of a named resource.
        NEW_PRINCIPAL: somebody may assume a role who could not.
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
    LOST_BOUNDARY = "lost_boundary"
    LOST_DENY = "lost_deny"
    LOST_CONDITION = "lost_condition"
    TAKEOVER = "takeover"
    NEW_PRINCIPAL = "new_principal"
    UNASKED = "unasked"
    SHOWN = "shown"


@dataclass(frozen=True, slots=True)
class Widening:
    """Requests that are let through, and were not.

    Attributes:
        why: what makes it matter.
        principals: who, `Service:sns.amazonaws.com`, `*`; empty for the identity whose policy it is.
        actions: as the policy names them, sorted; `all but …` in a negated element.
        resources: likewise; empty where the policy names none.
        conditions: under which, in words.
        before: in words, who was let through before: "nobody".
        after: in words, "anybody may s3:GetObject on …".
        sid: of the statement.
        policy: its name.
    """

    why: Why
    principals: tuple[str, ...] = ()
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
