"""What starts a pipeline: the pushes and pull requests that its triggers let through, compared as sets."""

from __future__ import annotations

from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any, Final

from generator.checks.guards.protection.values import meaning
from generator.checks.guards.starts.actions import stages_of, steps_of
from generator.checks.guards.starts.refusals import said, widened
from generator.permissions.policy import UNKNOWN

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from generator.checks.guards.owners.pairs import Pair
    from generator.refusal import Refusal

_WATCHING: Final = ("DetectChanges", "PollForSourceChanges")
_FILTERS: Final = ("branches", "tags", "file_paths")
# One kind of event of one source, with its filters by name: what is included and what is not; None for anything.
Start = tuple[str, str, dict[str, tuple[frozenset[str] | None, frozenset[str]]], frozenset[str] | None]


def triggers(pair: Pair, before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[Refusal]:
    """Refuse a pipeline that starts on more than before."""
    old, new = _all(before), _all(after)
    if meaning(before.get("trigger")) != meaning(after.get("trigger")) or old != new:
        is_known = old is not None and new is not None
        if not is_known or not all(any(_covers(wide, one) for wide in old or ()) for one in new or ()):
            was, then = _words(before, old), _words(after, new)
            yield widened(pair, f"starts on {then}", ("trigger",), was, then)
    if (before.get("pipeline_type"), after.get("pipeline_type")) == ("V2", "V1"):
        yield widened(pair, "becomes of type V1, which starts on every push", ("pipeline_type",), "V2", "V1")


def _all(values: Mapping[str, Any]) -> list[Start] | None:
    """Return all that starts a pipeline; None where it is not known, or may be anything."""
    blocks = values.get("trigger")
    return _starts(blocks) if blocks else _of_branches(values)


def _of_branches(values: Mapping[str, Any]) -> list[Start]:
    """Return what starts a pipeline without a trigger: pushes to the branches that its sources watch by themselves."""
    sources = [step for step in steps_of(stages_of(values)) if step.category == "Source"]
    held = [step.configuration for step in sources if isinstance(step.configuration, dict)]
    watching = [each for each in held if "false" not in {each.get(name) for name in _WATCHING}]
    branches = {str(each.get("BranchName") or each.get("Branch")) for each in watching}
    return [("push", "", {"branches": (frozenset({branch}), frozenset())}, None) for branch in sorted(branches)]


def _starts(blocks: Any) -> list[Start] | None:  # noqa: ANN401  # any JSON value
    """Return the events of triggers; None where something in them is not known, or where one starts on anything."""
    if not isinstance(blocks, list):
        return None
    found: list[Start] = []
    for one in blocks:
        gits = UNKNOWN if one is UNKNOWN else one.get("git_configuration")
        for git in gits if isinstance(gits, list) and gits else [UNKNOWN]:
            if git is UNKNOWN or _holds_unknown(git):
                return None
            events = [(kind, each) for kind in ("push", "pull_request") for each in git.get(kind) or ()]
            if not events:
                return None
            found += [_start(kind, str(git.get("source_action_name")), each) for kind, each in events]
    return found


def _start(kind: str, source: str, block: Any) -> Start:  # noqa: ANN401  # any JSON value
    filters: dict[str, tuple[frozenset[str] | None, frozenset[str]]] = {}
    for name in _FILTERS:
        held = (block.get(name) or [None])[0]
        if held:
            included, excluded = held.get("includes"), held.get("excludes")
            filters[name] = (frozenset(included) if included else None, frozenset(excluded or ()))
    events = block.get("events")
    return kind, source, filters, frozenset(events) if events else None


def _covers(wide: Start, narrow: Start) -> bool:
    if wide[0] != narrow[0] or wide[1] not in {"", narrow[1]}:
        return False
    if wide[3] is not None and not (narrow[3] or frozenset({""})) <= wide[3]:
        return False
    # A push of a tag is another push than that of a branch.
    if ("tags" in narrow[2]) != ("tags" in wide[2]):
        return False
    return all(_is_within(narrow[2].get(name), its) for name, its in wide[2].items())


def _is_within(
    narrow: tuple[frozenset[str] | None, frozenset[str]] | None, wide: tuple[frozenset[str] | None, frozenset[str]]
) -> bool:
    if narrow is None:
        return False
    included, excluded = wide
    is_in = included is None or (
        narrow[0] is not None and all(any(_matches(each, glob) for glob in included) for each in narrow[0])
    )
    return is_in and excluded <= narrow[1]


def _matches(pattern: str, glob: str) -> bool:
    return pattern == glob or (not set("*?[{") & set(pattern) and "**" not in glob and _is_literal(pattern, glob))


def _is_literal(name: str, glob: str) -> bool:
    # A star stands for what is between two slashes only.
    return name.count("/") == glob.count("/") and not set("?[{") & set(glob) and fnmatchcase(name, glob)


def _words(values: Mapping[str, Any], found: list[Start] | None) -> str:
    """Write for a person what starts a pipeline."""
    if found is None:
        return f"what its triggers say: {said(values.get('trigger'))}"
    return " or ".join(map(_one, found)) or "nothing by itself"


def _one(start: Start) -> str:
    kind, _, filters, events = start
    parts = [kind.replace("_", " ")]
    parts += [", ".join(sorted(events))] if events else []
    for name, (included, excluded) in filters.items():
        parts.append(f"{name.replace('_', ' ')} {', '.join(sorted(included)) if included is not None else 'all'}")
        parts += [f"but not {', '.join(sorted(excluded))}"] if excluded else []
    return " ".join(parts)


def _holds_unknown(value: Any) -> bool:  # noqa: ANN401  # any JSON value
    if isinstance(value, dict | list):
        return any(_holds_unknown(each) for each in (value.values() if isinstance(value, dict) else value))
    return value is UNKNOWN
