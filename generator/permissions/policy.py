"""A policy as the comparison takes it: statements whose every leaf is a text, or unknown."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum
from typing import Final

ALLOW: Final = "Allow"
DENY: Final = "Deny"
# Of what cannot be understood: it may do both.
EITHER: Final = "Either"
EVERYBODY: Final = "*"
# A name that stands for what a plan makes, between two characters that no ARN has.
OPENED: Final = "\ue000"
CLOSED: Final = "\ue001"
_HARMLESS: Final = {ord("*"): "\u2217", ord("?"): "\uff1f", ord("$"): "\uff04"}


class Unknown(Enum):
    """Marks a value that is known only after apply."""

    UNKNOWN = "(known after apply)"


UNKNOWN: Final = Unknown.UNKNOWN


class Kind(Enum):
    """What a list of policies is attached to, and so what its silence and its wildcards mean.

    Attributes:
        IDENTITY: a role, user or group: whatever its policies and those of resources allow, it may do.
        RESOURCE: a bucket, queue, topic, key, secret …: `*` as a resource is that one.
        TRUST: who may assume a role; nobody but whom it names.
        FILTER: a permissions boundary, the policy of a VPC endpoint: it grants nothing, and stops what it
            does not name.
    """

    IDENTITY = "identity"
    RESOURCE = "resource"
    TRUST = "trust"
    FILTER = "filter"


@dataclass(frozen=True, slots=True)
class Element:
    """One of the three elements that name something.

    Attributes:
        texts: as the policy has them; principals with their type in front (`Service:sns.amazonaws.com`).
        is_negated: all but these (`NotAction`).
    """

    texts: frozenset[str | Unknown]
    is_negated: bool = False


@dataclass(frozen=True, slots=True)
class Condition:
    """One test of one key; a request must pass all conditions of a statement.

    Attributes:
        operator: with its prefix and suffix, as it stands there: `ForAllValues:StringLikeIfExists`.
        key: in lower case, `aws:sourcearn`.
        values: one of which is enough.
        name: the key as it stands there.
    """

    operator: str
    key: str
    values: frozenset[str | Unknown]
    name: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement.

    Attributes:
        effect: ALLOW or DENY; EITHER, or UNKNOWN, is as bad as both.
        principals: whom it names; None where it names nobody, as in a policy of an identity.
        actions: what it names.
        resources: which; None in policies whose resource is understood.
        conditions: all of them must hold.
        has_variables: whether `${aws:username}`, say, stands in it, and is a variable and not text.
        sid: its name.
        unreadable: why it cannot be understood; "" where it can.
    """

    effect: str | Unknown
    principals: Element | None = None
    actions: Element | None = None
    resources: Element | None = None
    conditions: frozenset[Condition] = frozenset()
    has_variables: bool = False
    sid: str = field(default="", compare=False)
    unreadable: str = ""

    @property
    def leaves(self) -> frozenset[str | Unknown]:
        """Every text of it that is no key."""
        elements = [each.texts for each in (self.principals, self.actions, self.resources) if each is not None]
        return frozenset().union(*elements, *(condition.values for condition in self.conditions))

    @property
    def is_known(self) -> bool:
        """Whether every leaf of it is known."""
        return self.effect is not UNKNOWN and UNKNOWN not in self.leaves


@dataclass(frozen=True, slots=True)
class Policy:
    """One policy.

    Attributes:
        statements: in their order.
        name: what it is called in messages: an ARN of a managed policy, or "".
    """

    statements: tuple[Statement, ...]
    name: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class Permissions:
    """All that decides what one owner may do, or what may be done to it.

    Attributes:
        kind: what the owner is.
        policies: inline and attached ones alike.
        boundary: what stops a role or user whatever its policies say; None for nothing.
    """

    kind: Kind
    policies: tuple[Policy, ...] = ()
    boundary: Policy | None = None

    @property
    def statements(self) -> tuple[Statement, ...]:
        """The statements of all policies."""
        return tuple(statement for policy in self.policies for statement in policy.statements)


@dataclass(frozen=True, slots=True)
class Account:
    """Whose resources and principals are one's own.

    Attributes:
        number: twelve digits.
        partition: `aws`, `aws-cn` …
    """

    number: str
    partition: str = "aws"


_ANYTHING: Final = Element(frozenset({"*"}))
# What lets everything through: of a VPC endpoint that has no policy of its own, of a role without a boundary.
EVERYTHING: Final = Policy(
    (Statement(ALLOW, principals=Element(frozenset({EVERYBODY})), actions=_ANYTHING, resources=_ANYTHING),),
    "full access",
)
UNBOUNDED: Final = Policy((Statement(ALLOW, actions=_ANYTHING, resources=_ANYTHING),), "no boundary")


def identity(name: str) -> str:
    """Return a text that stands for a thing of this account whose ARN, id or name is known only after apply.

    Args:
        name: what is shown for it, and what it is compared by: the address and attribute of a resource of the plan.
    """
    # An address may hold any key of a map; in a policy these characters would mean something.
    return f"{OPENED}{name.translate(_HARMLESS)}{CLOSED}"


def is_identity(text: str) -> bool:
    """Whether a text begins with what `identity` has made."""
    return text.startswith(OPENED) and CLOSED in text


def plain(text: str) -> str:
    """Return a text as a reader should see it, without the marks of `identity`."""
    return text.replace(OPENED, "").replace(CLOSED, "")
