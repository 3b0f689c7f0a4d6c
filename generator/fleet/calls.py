"""The module calls of a batch's scratch root: one an environment, or one for all that have the same shape.

Environments of the same shape differ in nothing but constants of their roots. They are planned as instances of one
module: the constants that differ become its variables, and `for_each` gives each environment its own. Terraform then
builds its graphs and checks the configuration once a shape, and evaluates once an environment.
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
VARIABLE: Final = "tfstencil_"
_VARIABLES: Final = f"{VARIABLE}variables.tf"


@dataclass(frozen=True, slots=True)
class Call:
    """A module call of the scratch root.

    Attributes:
        name: of the call.
        members: the environments that it plans; all of them use the modules of the first.
        files: text of the called module by path, without the modules below it.
        values: HCL of each variable that the module was given, by environment; empty where it plans only one.
        whole: the variables that stand for all of an argument.
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


def calls_of(members: Sequence[Member], *, shared: bool = True) -> list[Call]:
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


def _own(member: Member) -> Call:
    return Call(member.call, (member,), member.root)


def _shared(members: tuple[Member, ...]) -> Call:
    first = members[0]
    files = {path: text for path, text in first.root.items() if path not in first.parted}
    values: dict[str, dict[str, str]] = {member.name: {} for member in members}
    whole: set[str] = set()
    variables: list[str] = []
    for path, parted in first.parted.items():
        text = parted.around[0]
        for number, after in enumerate(parted.around[1:]):
            written = {member.name: member.parted[path].constants[number] for member in members}
            if len(set(written.values())) == 1:
                text += parted.constants[number] + after
                continue
            variable = f"{VARIABLE}{len(variables)}"
            variables.append(variable)
            text += f"var.{variable}{after}"
            for name, constant in written.items():
                values[name][variable] = constant
            if parted.whole[number]:
                whole.add(variable)
        files[path] = text
    files[_VARIABLES] = "".join(f'variable "{variable}" {{\n  type = any\n}}\n' for variable in variables)
    return Call(f"{first.call}{_SEVERAL}", members, files, values, frozenset(whole))
