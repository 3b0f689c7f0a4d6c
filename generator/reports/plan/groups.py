"""The same change in several environments of a stack, said once; never across stacks."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from generator.plans.comparable import Divergence, OwnWords, divergences
from generator.reports.plan.document import Group

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from generator.plans.comparable import Facts
    from generator.reports.plan.document import Environment
    from generator.reports.plan.values.masks import Masks

    Because = Callable[[str, str], Sequence[str]]


@dataclass(frozen=True, slots=True)
class Member:
    """An environment to be grouped.

    Attributes:
        name: of the environment.
        stack: of which it is one environment.
        facts: what happens in it, by address, without what is its own in every text.
        remarks: what guards say of it, in a form that can be compared.
    """

    name: str
    stack: str
    facts: Mapping[str, Facts]
    remarks: tuple[str, ...]


def identity_of(about: Environment) -> OwnWords:
    """Return what is an environment's own in every text."""
    return OwnWords(about.name, about.account, about.region)


def grouped(members: Sequence[Member], masks: Masks, because: Because) -> tuple[Group, ...]:
    """Group environments by what would happen in them, names, accounts and regions aside.

    Args:
        members: in the order in which they were asked for.
        masks: what is sensitive anywhere.
        because: names the keys of the spec in which one environment is not like another.

    Returns:
        By stack, in the order of their first environments; in each the largest first.
    """
    stacks: dict[str, list[Member]] = {}
    for member in members:
        stacks.setdefault(member.stack, []).append(member)
    return tuple(group for stack, its in stacks.items() for group in _of_stack(stack, its, masks, because))


def _of_stack(stack: str, members: Sequence[Member], masks: Masks, because: Because) -> Iterator[Group]:
    facts = {member.name: member.facts for member in members}
    alike: dict[str, list[str]] = {}
    for member in members:
        key = json.dumps([facts[member.name], member.remarks], sort_keys=True, default=str)
        alike.setdefault(key, []).append(member.name)
    first, *others = sorted(alike.values(), key=len, reverse=True)
    yield Group(stack, tuple(first))
    for names in others:
        differs = tuple(_differing(facts[first[0]], facts[names[0]], masks))
        yield Group(stack, tuple(names), first[0], differs, tuple(because(first[0], names[0])))


def _differing(left: Mapping[str, Facts], right: Mapping[str, Facts], masks: Masks) -> Iterator[Divergence]:
    for each in divergences(left, right):
        yield Divergence(each.address, each.path, masks.cleaned(each.left), masks.cleaned(each.right))
