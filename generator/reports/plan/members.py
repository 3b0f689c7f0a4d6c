"""Where each environment of a group says what is told of all of them once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from generator.reports.plan.groups import identity_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from generator.plans.comparable import OwnWords
    from generator.reports.plan.document import Change, Document, Environment, Group
    from generator.reports.plan.values.difference import Difference, Origin

    # Of a change, and of a difference in it where that is meant: every place that says it.
    WhoSays = Callable[[Change, Difference | None], Sequence[Origin]]


def says_itself(change: Change, difference: Difference | None) -> Sequence[Origin]:
    """Return where one environment says it: what is told is told of that one alone."""
    return (difference or change).origins


class Members:
    """Answers for one group.

    Args:
        document: that the group stands in.
        group: environments in which the same would happen.
    """

    def __init__(self, document: Document, group: Group) -> None:
        self._first = identity_of(document.environment(group.names[0]))
        self._others = [_Member(document.environment(name)) for name in group.names[1:]]

    def origins(self, change: Change, difference: Difference | None = None) -> Sequence[Origin]:
        """Return every place that says it, each once, those of the first environment first.

        Args:
            change: of the first environment.
            difference: one of it; None for the change as a whole.
        """
        found = dict.fromkeys(says_itself(change, difference))
        address = self._first.neutral_address(change.address)
        path = self._first.neutral(difference.path) if difference else ""
        for member in self._others:
            found |= dict.fromkeys(member.origins(address, path))
        return tuple(found)


class _Member:
    def __init__(self, environment: Environment) -> None:
        self._identity: OwnWords = identity_of(environment)
        every = (*environment.changes, *environment.outside)
        self._changes = {self._identity.neutral_address(each.address): each for each in every}

    def origins(self, address: str, path: str) -> Iterator[Origin]:
        change = self._changes.get(address)
        if change and not path:
            yield from change.origins
        elif change:
            for each in change.differences:
                if self._identity.neutral(each.path) == path:
                    yield from each.origins
