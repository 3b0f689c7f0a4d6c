"""The order of many environments: what is tried out in dev goes first, and what others need comes before them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from generator.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

CLASSES: Final = ("dev", "staging", "prod")


@dataclass(frozen=True, slots=True)
class Wave:
    """Environments that may be worked on side by side.

    Attributes:
        title: what they have in common; "" where all go together.
        names: its environments, sorted.
    """

    title: str
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Member:
    """What decides when an environment's turn is.

    Attributes:
        environment_class: dev, staging or prod.
        needs: environments that come before it; those that are not worked on are passed over.
    """

    environment_class: str
    needs: Sequence[str] = ()


def waves(members: Mapping[str, Member], *, by_class: bool, destroying: bool = False) -> list[Wave]:
    """Part environments into those that may go together; a wave without environments is none.

    Args:
        members: by name.
        by_class: class after class.
        destroying: the other way round: what was built last goes first.

    Raises:
        UsageError: an environment needs one of a later class, or no order satisfies all needs.
    """
    found: list[Wave] = []
    for title in CLASSES if by_class else ("",):
        names = {name for name, member in members.items() if not title or member.environment_class == title}
        found += _in_steps(title, names, members)
    if by_class:
        _require_earlier(members)
    return found[::-1] if destroying else found


def _in_steps(title: str, names: set[str], members: Mapping[str, Member]) -> list[Wave]:
    """Part environments so that each comes after all of them that it needs."""
    steps: list[tuple[str, ...]] = []
    left = set(names)
    while left:
        ready = {name for name in left if not left.intersection(members[name].needs)}
        if not ready:
            circle = ", ".join(sorted(left))
            message = f"no order satisfies what these need of each other: {circle}"
            raise UsageError(message, hint="run tfstencil validate, which names the places")
        steps.append(tuple(sorted(ready)))
        left -= ready
    if len(steps) < 2:  # noqa: PLR2004  # one step needs no number
        return [Wave(title, step) for step in steps]
    return [Wave(f"{title}, step {number}".removeprefix(", "), step) for number, step in enumerate(steps, 1)]


def _require_earlier(members: Mapping[str, Member]) -> None:
    """Refuse an environment that needs one of a class that comes later."""
    for name, member in sorted(members.items()):
        for need in member.needs:
            other = members.get(need)
            if other and CLASSES.index(other.environment_class) > CLASSES.index(member.environment_class):
                message = f"{name} ({member.environment_class}) needs {need} ({other.environment_class}), a later class"
                hint = f"apply {need} first, or leave --wave out: what is needed comes first in any case"
                raise UsageError(message, hint=hint)
