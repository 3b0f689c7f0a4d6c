"""Rules of events: what would not be passed on any more, and which new event would start something."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from generator.checks.guards.owners.inventory import AFTER, BEFORE, unknown_of, values_of
from generator.checks.guards.protection.alarms import loses
from generator.checks.guards.protection.values import KNOWN_LATER, shown
from generator.checks.guards.starts.targets import TELLING, service_of
from generator.refusal import WIDEN, Refusal

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from generator.checks.guards.owners.pairs import Pair
    from generator.checks.guards.subject import Subject
    from generator.plans.plan import ResourceChange
    from generator.refusal import Path

_RULE: Final = "aws_cloudwatch_event_rule"
_TARGET: Final = "aws_cloudwatch_event_target"
_UNREADABLE: Final = ""


def events(subject: Subject) -> Iterator[Refusal]:
    """Refuse patterns that pass on less, or that start more."""
    for pair in subject.pairs:
        if pair.type == _RULE and not pair.is_unchanged and pair.before is not None and pair.after is not None:
            yield from _pattern(pair, subject)


def _pattern(pair: Pair, subject: Subject) -> Iterator[Refusal]:
    assert pair.before  # noqa: S101  # who calls has looked
    assert pair.after  # noqa: S101  # likewise
    name = "event_pattern"
    before, after = (values_of(pair.before, BEFORE) or {}).get(name), (values_of(pair.after, AFTER) or {}).get(name)
    path: Path = (name,)
    if unknown_of(pair.after, AFTER).get(name):
        yield loses(pair, path, "changes which events it passes on", before, KNOWN_LATER)
        return
    old, new = _members(before), _members(after)
    if not old or old == new:
        return
    if _UNREADABLE in old or _UNREADABLE in new:
        yield loses(pair, path, "changes which events it passes on, in a pattern that cannot be read", before, after)
        return
    if not new:
        yield loses(pair, path, "passes on no events any more", before, after)
        return
    lost = sorted(
        one for path, members in old.items() if path in new for one in members - new[path] if not _is_gone(subject, one)
    )
    if lost:
        yield loses(pair, path, f"no longer passes on {', '.join(lost)}", before, after)
    come = sorted(one for path, members in new.items() if path in old for one in members - old[path])
    come += [f"any {path}" for path in sorted(old.keys() - new.keys())]
    narrower = sorted(new.keys() - old.keys())
    if narrower:
        yield loses(pair, path, f"passes on only some of the events, by {', '.join(narrower)}", before, after)
    if come and _starts_something(pair, subject):
        yield Refusal(
            WIDEN, pair.address, f"starts on {', '.join(come)} too", path, before=shown(before), after=shown(after)
        )


def _is_gone(subject: Subject, member: str) -> bool:
    return any(member == name or member in name for name in subject.inventory.gone) and bool(member)


def _starts_something(pair: Pair, subject: Subject) -> bool:
    """Whether a target of the rule does more than tell somebody."""
    targets = [each for each in subject.pairs if each.type == _TARGET and each.owner is pair.owner and each.after]
    return any(each.after is not None and not _tells(each.after) for each in targets)


def _tells(target: ResourceChange) -> bool:
    arn = (target.after or {}).get("arn") or (target.before or {}).get("arn")
    return service_of(arn) in TELLING


def _members(text: Any) -> Mapping[str, set[str]]:  # noqa: ANN401  # any JSON value
    """Return the members of each list of a pattern, by path."""
    try:
        tree = json.loads(text) if isinstance(text, str) else {}
    except ValueError:
        return {_UNREADABLE: {str(text)}}
    found: dict[str, set[str]] = {}
    _collect(tree, "", found)
    return found


def _collect(node: Any, path: str, found: dict[str, set[str]]) -> None:  # noqa: ANN401  # any JSON value
    if isinstance(node, dict):
        for key, value in node.items():
            _collect(value, f"{path}.{key}" if path else key, found)
    else:
        listed = node if isinstance(node, list) else [node]
        found[path] = {each if each and isinstance(each, str) else json.dumps(each, sort_keys=True) for each in listed}
