"""Which environments claim the same."""

from __future__ import annotations

import itertools
from collections import Counter, defaultdict
from dataclasses import dataclass
from enum import Enum, auto
from typing import TYPE_CHECKING

from generator.parts.framework.claim_kinds import COMPATIBLE, FORMER, PRESENT, USES, Parts, has_uses

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from generator.parts.framework.claim_kinds import ClaimText

    _Use = tuple["Holder", ClaimText]


class ClaimOrigin(Enum):
    """Where it is known from what an environment claims.

    Attributes:
        SPEC: from its spec.
        RENDER: from its last render, since its spec cannot be read.
        REMOVED: from its last render, since its spec is gone and its modules are still there.
    """

    SPEC = auto()
    RENDER = auto()
    REMOVED = auto()


@dataclass(frozen=True, slots=True)
class Holder:
    """An environment and what it claims."""

    name: str
    origin: ClaimOrigin
    claims: tuple[ClaimText, ...]


@dataclass(frozen=True, slots=True)
class Conflict:
    """A claim of one environment that another one, or the same once more, does not allow."""

    holder: Holder
    claim: ClaimText
    other: Holder
    others_claim: ClaimText

    @property
    def turned(self) -> Conflict:
        """The same, seen from the other environment."""
        return Conflict(self.other, self.others_claim, self.holder, self.claim)


def conflicts(holders: Sequence[Holder]) -> list[Conflict]:
    """List each pair of claims that exclude each other, once; the holder that comes first in `holders` is `other`.

    An environment that was another before is not in conflict with what is left of that one.
    """
    found = [*_exclusive(holders), *_with_uses(holders)]
    return [conflict for conflict in found if not _succeeds(conflict.holder, conflict.other)] if found else []


def _exclusive(holders: Sequence[Holder]) -> Iterator[Conflict]:
    counted = Counter(itertools.chain.from_iterable(holder.claims for holder in holders))
    several = {text for text, count in counted.items() if count > 1 and not has_uses(text)}
    if not several:
        return
    claimants: dict[ClaimText, list[Holder]] = defaultdict(list)
    for holder in holders:
        if not several.isdisjoint(holder.claims):
            for text in holder.claims:
                if text in several:
                    claimants[text].append(holder)
    for text, claiming in claimants.items():
        first = claiming[0]
        yield from (Conflict(holder, text, first, text) for holder in claiming[1:])


def _with_uses(holders: Sequence[Holder]) -> Iterator[Conflict]:
    names: dict[tuple[str, str, str], dict[str, list[_Use]]] = defaultdict(lambda: defaultdict(list))
    for holder in holders:
        for text in holder.claims:
            if text[0] == "@":
                parts = Parts.of(text)
                names[parts.kind, parts.scope, parts.name][parts.use].append((holder, text))
    for uses in names.values():
        # Whoever makes the name is told before whoever needs it.
        ordered = sorted(uses, key=USES.index)
        for use, other in itertools.combinations_with_replacement(ordered, 2):
            if frozenset({use, other}) not in COMPATIBLE:
                yield from _of_two_uses(uses[use], None if use == other else uses[other])


def _of_two_uses(claiming: Sequence[_Use], others: Sequence[_Use] | None) -> Iterator[Conflict]:
    """Set each against the first of the other use: thousands may keep their states in one bucket."""
    if others is None:
        pairs = [(each, claiming[0]) for each in claiming[1:]]
    else:
        pairs = [*((each, others[0]) for each in claiming), *((claiming[0], each) for each in others[1:])]
    for (holder, text), (other, others_text) in pairs:
        # What an environment is and was: a rule of the spec says it better.
        if not (holder is other and text.startswith("@environment")):
            yield Conflict(holder, text, other, others_text)


def _succeeds(one: Holder, other: Holder) -> bool:
    """Tell whether one of two is what the other, whose spec is gone, has become."""
    return any(
        old.origin is ClaimOrigin.REMOVED and not _identities(old, PRESENT).isdisjoint(_identities(new, FORMER))
        for old, new in ((one, other), (other, one))
    )


def _identities(holder: Holder, use: str) -> set[str]:
    start = f"@environment:{use} "
    return {Parts.of(text).name for text in holder.claims if text.startswith(start)}


def between(conflict: Conflict, names: Iterable[str]) -> bool:
    """Tell whether a conflict concerns one of the environments."""
    return not {conflict.holder.name, conflict.other.name}.isdisjoint(names)
