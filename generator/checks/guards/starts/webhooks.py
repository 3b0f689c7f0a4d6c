"""Which events at a repository start a build: the filters of webhooks, compared group by group."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from generator.checks.guards.protection.values import meaning
from generator.checks.guards.starts.refusals import LATER, both, said, widened
from generator.permissions.policy import UNKNOWN

if TYPE_CHECKING:
    from collections.abc import Iterator

    from generator.checks.guards.owners.pairs import Pair
    from generator.refusal import Refusal

_ACTORS: Final = ("ACTOR_ACCOUNT_ID", "GITHUB_ACTOR_ACCOUNT_ID")
_ALTERNATIVES: Final = re.compile(r"\^\((?:\?:)?((?:[\w/@.:\\-]|\|)+)\)\$|\^([\w/@.:\\-]+)\$")

Group = tuple[tuple[str, str, bool], ...]


def webhook(pair: Pair) -> Iterator[Refusal]:
    """Refuse a webhook that starts builds on more than before."""
    before, after = both(pair)
    if pair.before is None and (pair.owner is None or not pair.owner.is_there):
        return
    new = _groups(after.get("filter_group"))
    if new is None:
        yield widened(pair, f"starts a build on events that are {LATER}", ("filter_group",), "other events", LATER)
        return
    if pair.before is None:
        open_ones = [group for group in new or [()] if not _is_closed(group)]
        if open_ones or after.get("scope_configuration"):
            who = "starts builds for others than people whom its filters name, or on pull requests"
            yield widened(pair, who, ("filter_group",), "on no event", _words((open_ones or new)[0]))
        return
    old = _groups(before.get("filter_group")) or []
    for index, group in enumerate(new or [()]):
        if not any(_is_narrower(group, other) for other in old or [()]):
            was = " or ".join(map(_words, old)) or "every event"
            reason = f"starts a build on {_words(group)}"
            yield widened(pair, reason, ("filter_group", index) if new else ("filter_group",), was, _words(group))
    for name, words in (
        ("branch_filter", "branches"),
        ("build_type", "builds"),
        ("scope_configuration", "repositories"),
    ):
        one, other = meaning(before.get(name)), meaning(after.get(name))
        if one != other and (one is not None or name != "build_type"):
            yield widened(pair, f"starts other {words}: {said(other)}", (name,), said(one), said(other))


def _groups(blocks: Any) -> list[Group] | None:  # noqa: ANN401  # any JSON value
    """Return the groups of filters, of which one is enough; None where something in them is not known."""
    if blocks is UNKNOWN:
        return None
    found: list[Group] = []
    for block in blocks or ():
        filters = block if block is UNKNOWN else block.get("filter")
        if filters is UNKNOWN:
            return None
        group: list[tuple[str, str, bool]] = []
        for one in filters or ():
            if one is UNKNOWN or UNKNOWN in one.values():
                return None
            is_excluded = one.get("exclude_matched_pattern") is True
            group.append((str(one.get("type")), str(one.get("pattern")), is_excluded))
        found.append(tuple(group))
    return found


def _is_narrower(group: Group, other: Group) -> bool:
    """Whether each filter of another group holds here too."""
    return all(any(_holds(mine, its) for mine in group) for its in other)


def _holds(mine: tuple[str, str, bool], its: tuple[str, str, bool]) -> bool:
    if (mine[0], mine[2]) != (its[0], its[2]):
        return False
    if mine[1] == its[1]:
        return True
    one, other = _alternatives(mine), _alternatives(its)
    if not one or not other:
        return False
    return one >= other if mine[2] else one <= other


def _alternatives(one: tuple[str, str, bool]) -> frozenset[str]:
    """Return what a pattern stands for, where it is a list of words; nothing where it says more."""
    if one[0] == "EVENT":
        return frozenset(part.strip() for part in one[1].split(","))
    found = _ALTERNATIVES.fullmatch(one[1])
    # A dot that stands for any sign is the same in both; a bracket more would say something else.
    return frozenset((found[1] or found[2]).split("|")) if found else frozenset()


def _is_closed(group: Group) -> bool:
    """Whether only people whom a group names start a build, and none by a pull request."""
    events = [_alternatives(one) for one in group if one[0] == "EVENT" and not one[2]]
    is_pull = not events or any(event.startswith("PULL_REQUEST") for each in events for event in each)
    return not is_pull and any(one[0] in _ACTORS and not one[2] and _alternatives(one) for one in group)


def _words(group: Group) -> str:
    return " and ".join(f"{kind} {'not ' if no else ''}{text}" for kind, text, no in group) or "every event"
