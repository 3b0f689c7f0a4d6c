"""Resources of statements: whether a pattern names one of the account's, or leaves open which."""

from __future__ import annotations

import re
from enum import Enum
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from generator.aws import actions
from generator.permissions.policy import CLOSED, is_identity
from generator.permissions.sets.pattern import ARN_FIELDS

if TYPE_CHECKING:
    from generator.permissions.policy import Account

_WILD: Final = re.compile(r"[*?]|\$\{")
_PLACEHOLDER: Final = re.compile(r"\$\{[^}]*\}|\*")
# Of what AWS adds to a name, or puts below it: a group of reports has that of its project in front, a secret six
# characters behind.
_SUFFIXED: Final = {
    # Whoever expands a macro runs what its owner has put there, AWS or the account: all of them are named as one.
    "cloudformation": re.compile(r"transform/\*"),
    # Packages are parts of their repository, whatever their format and namespace.
    "codeartifact": re.compile(r"package/[^*?$/]+/[^*?$/]+/\*"),
    "codebuild": re.compile(r"report-group/[^*?$]+-\*"),
    # A group of logs is meant with and without it.
    "logs": re.compile(r"log-group:[^*?$]+:\*"),
    "secretsmanager": re.compile(r"secret:[^*?$]+-\?{6}"),
}
_CREATED: Final = re.compile(r"([a-z-]+)/\*")
_AWS: Final = "aws"


class Naming(Enum):
    """What a pattern of resources says.

    Attributes:
        NAMED: one resource of the account, or parts of it.
        CREATED: all of a kind, since AWS chooses the name of what the action makes.
        OPEN: it leaves open which.
        FOREIGN: a resource of another account.
    """

    NAMED = "named"
    CREATED = "created"
    OPEN = "open"
    FOREIGN = "foreign"


@lru_cache(maxsize=16384)
def naming(resource: str, action: str, account: Account) -> Naming:
    """Say what a pattern of resources says, under one action.

    Args:
        resource: as a policy has it.
        action: without wildcards.
        account: the own one.
    """
    if is_identity(resource):
        rest = resource.partition(CLOSED)[2]
        # An ARN that goes on without a separator is another resource's.
        return Naming.NAMED if not rest or rest[0] in "/:" else Naming.OPEN
    fields = resource.split(":", ARN_FIELDS - 1)
    if len(fields) < ARN_FIELDS or fields[0] != "arn":
        return _of_all(resource, action)
    _, partition, service, region, owner, name = fields
    if _WILD.search(service + region + owner) or (_WILD.search(partition) and partition != "*"):
        return Naming.OPEN
    if (owner and owner not in {account.number, _AWS}) or partition not in {"*", account.partition}:
        return Naming.FOREIGN
    if not _WILD.search(name) or _is_part(service, name, action):
        return Naming.NAMED
    return Naming.CREATED if service == "ec2" and _is_created(name, action) else Naming.OPEN


def _is_created(name: str, action: str) -> bool:
    """Whether an action of EC2 makes what is named, whose identifier EC2 chooses: nobody can name it before."""
    found = _CREATED.fullmatch(name)
    return found is not None and action.lower() == f"ec2:create{found[1].replace('-', '')}"


def _of_all(resource: str, action: str) -> Naming:
    """Judge `*`: it is the only way to say it where an action takes no resource."""
    found = actions.action(action)
    takes_none = found is not None and not found.resources
    return Naming.NAMED if resource == "*" and takes_none else Naming.OPEN


def _is_part(service: str, name: str, action: str) -> bool:
    """Whether a name with wildcards is of one resource, whose parts alone are open."""
    suffixed = _SUFFIXED.get(service)
    if suffixed and suffixed.fullmatch(name):
        return True
    found, of_service = actions.action(action), actions.service(action.partition(":")[0])
    shapes = of_service.arns_of(found) if found and of_service else ()
    return any(_has_fixed_owner(shape.split(":", ARN_FIELDS - 1)[-1], name) for shape in shapes)


@lru_cache(maxsize=16384)
def _has_fixed_owner(shape: str, name: str) -> bool:
    """Whether a name fits an ARN that has a name in front of another, and leaves open the last one alone."""
    if len(_PLACEHOLDER.findall(shape)) < 2:  # noqa: PLR2004  # an owner and its part
        return False
    expression = "(.+?)".join(re.escape(piece) for piece in _PLACEHOLDER.split(shape))
    found = re.fullmatch(expression, name, re.DOTALL)
    return found is not None and not any(_WILD.search(group) for group in found.groups()[:-1])
