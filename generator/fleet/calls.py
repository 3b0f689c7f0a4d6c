"""The module calls of a batch's scratch root: one per environment, or one for all that have the same shape.

Environments of the same shape differ in nothing but constants of their roots. They are planned as instances of one
module: what differs becomes a variable, and `for_each` gives each environment its own. Terraform then builds its graphs
and checks the configuration once per shape, and evaluates once per environment.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from itertools import groupby
from operator import attrgetter
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from generator.fleet.member import Member

STACKS: Final = "stacks"
# No environment can be called so: names hold no underscore.
_SEVERAL: Final = "_and_others"
_INSTANCE: Final = re.compile(r'module\.[^.\[]+(?:\["[^"]*"\])?')
# The one variable that a shared module is given: an object of what its instances do not have in common.
VARIABLE: Final = "tfstencil"
_DECLARED: Final = f'variable "{VARIABLE}" {{\n  type = any\n}}\n'
_DECLARATION: Final = f"{VARIABLE}_variable.tf"


@dataclass(frozen=True, slots=True)
class ModuleCall:
    """A module call of the scratch root.

    Attributes:
        name: of the call.
        members: the environments that it plans; all of them use the modules of the first.
        files: text of the called module by path, without the modules below it.
        values: HCL of each constant that differs, by environment and by its name; empty where there is only one.
        whole: names of the constants that are all of an argument.
    """

    name: str
    members: tuple[Member, ...]
    files: Mapping[str, str]
    values: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    whole: frozenset[str] = frozenset()

    @property
    def folder(self) -> str:
        """Where the called module lies, seen from the root."""
        return f"{STACKS}/{self.name}"

    @property
    def is_shared(self) -> bool:
        """Whether several environments are instances of it."""
        return len(self.members) > 1

    def address(self, member: Member) -> str:
        """Return the address of the module that is an environment: `module.dev`, or `module.dev_and_others["dev"]`."""
        return f'module.{self.name}["{member.name}"]' if self.is_shared else f"module.{self.name}"


def calls_of(members: Sequence[Member], *, shared: bool = True) -> list[ModuleCall]:
    """Return the module calls that plan environments together.

    Args:
        members: the environments.
        shared: whether those of the same shape share a call.
    """
    if not shared:
        return [_own(member) for member in members]
    groups = (tuple(group) for _, group in groupby(sorted(members, key=attrgetter("shape")), attrgetter("shape")))
    return [_shared(group) if len(group) > 1 else _own(group[0]) for group in groups]


def instance_of(address: str) -> str:
    """Return the address of the module below the root that something lies in, "" for what lies in the root."""
    found = _INSTANCE.match(address)
    return found[0] if found else ""


def _own(member: Member) -> ModuleCall:
    return ModuleCall(member.call, (member,), member.root)


def _shared(members: tuple[Member, ...]) -> ModuleCall:
    first = members[0]
    files = {path: text for path, text in first.root.items() if path not in first.parted}
    values: dict[str, dict[str, str]] = {member.name: {} for member in members}
    whole: set[str] = set()
    count = 0
    for path, parted in first.parted.items():
        text = parted.around[0]
        for number, after in enumerate(parted.around[1:]):
            written = {member.name: member.parted[path].constants[number] for member in members}
            if len(set(written.values())) == 1:
                text += parted.constants[number] + after
                continue
            name = f"value_{count}"
            count += 1
            text += f"var.{VARIABLE}.{name}{after}"
            for environment, constant in written.items():
                values[environment][name] = constant
            if parted.whole[number]:
                whole.add(name)
        files[path] = text
    files[_DECLARATION] = _DECLARED
    return ModuleCall(f"{first.call}{_SEVERAL}", members, files, values, frozenset(whole))
