"""Principals: which callers one stands for, and whose they are."""

from __future__ import annotations

import re
from enum import Enum
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from generator.permissions.policy import EVERYBODY, is_identity, plain
from generator.permissions.sets.pattern import EVERYTHING, arn, glob, literal

if TYPE_CHECKING:
    from generator.permissions.policy import Account
    from generator.permissions.sets.pattern import Pattern

ANY_AWS: Final = "AWS:*"
_ARN: Final = re.compile(
    r"AWS:arn:(?P<partition>[^:]*):(?P<service>iam|sts)::(?P<account>[^:]*):(?P<name>.*)", re.DOTALL
)
_ROLE: Final = re.compile(r"role/(?:.*/)?([^/]+)", re.DOTALL)


class Origin(Enum):
    """Whose a principal is.

    Attributes:
        ANYBODY: everybody is meant.
        OWN: of the own account.
        SERVICE: a service of AWS, which acts for whomever its conditions say.
        FEDERATED: whoever another identity provider says.
        FOREIGN: of another account, or nobody can say of which.
    """

    ANYBODY = "anybody"
    OWN = "own"
    SERVICE = "service"
    FEDERATED = "federated"
    FOREIGN = "foreign"


@lru_cache(maxsize=4096)
def callers(principal: str) -> frozenset[Pattern]:
    """Return the callers that a principal stands for.

    An account stands for everyone in it, a role for its sessions too.
    """
    if principal == EVERYBODY:
        return frozenset({EVERYTHING})
    found = _ARN.fullmatch(principal)
    if found is None or is_identity(principal.partition(":")[2]):
        return frozenset({glob(principal, has_variables=False)})
    if is_root(principal):
        # A number of an account has no partition.
        everyone = (arn(f"AWS:arn:*:{service}::{found['account']}:*") for service in ("iam", "sts"))
        return frozenset(each for each in everyone if each)
    role = _ROLE.fullmatch(found["name"])
    sessions = [f"AWS:arn:{found['partition']}:sts::{found['account']}:assumed-role/{role[1]}/*"] if role else []
    return frozenset(glob(each, has_variables=False) for each in (principal, *sessions))


@lru_cache(maxsize=4096)
def grantees(principal: str, account: str) -> frozenset[Pattern]:
    """Return the callers that need nothing else where a statement allows a principal something.

    The own account as a whole is a leave for its own policies to let somebody do it; whom the statement names himself
    needs none of these. In another account both must agree.

    Args:
        principal: as a policy has it.
        account: the number of the own account.
    """
    found = _ARN.fullmatch(principal)
    if found and is_root(principal) and found["account"] == account:
        return frozenset(each for each in (arn(f"AWS:arn:*:iam::{account}:root"),) if each)
    return callers(principal)


@lru_cache(maxsize=4096)
def exempted(principal: str) -> frozenset[Pattern]:
    """Return the callers that a NotPrincipal leaves out: who is named, not an account's users nor a role's sessions."""
    found = _ARN.fullmatch(principal)
    if found is None:
        return callers(principal)
    if is_root(principal):
        return frozenset(each for each in (arn(f"AWS:arn:*:iam::{found['account']}:root"),) if each)
    return frozenset({literal(principal, has_variables=False)})


def is_root(principal: str) -> bool:
    """Whether a principal is an account as a whole."""
    found = _ARN.fullmatch(principal)
    return found is not None and found["service"] == "iam" and found["name"] == "root"


def origin(principal: str, account: Account) -> Origin:
    """Say whose a principal is, by the account field of its ARN."""
    kind, _, name = principal.partition(":")
    if principal in {EVERYBODY, ANY_AWS}:
        return Origin.ANYBODY
    if kind in {"Service", "Federated"}:
        return Origin.SERVICE if kind == "Service" else Origin.FEDERATED
    if is_identity(name):
        return Origin.OWN
    found = _ARN.fullmatch(principal)
    if found and found["account"] == account.number and found["partition"] in {"*", account.partition}:
        return Origin.OWN
    return Origin.FOREIGN


def name_of(principal: str) -> str:
    """Name a principal for a reader."""
    kind, _, name = principal.partition(":")
    if principal == EVERYBODY:
        return "anybody"
    if principal == ANY_AWS:
        return "any AWS account"
    if is_root(principal):
        return f"account {principal.split(':')[5]}"
    return plain(name) if kind in {"AWS", "Service"} else f"{plain(name)} ({kind})"
