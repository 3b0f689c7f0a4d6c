"""Who starts a build or a pipeline, with what, and what stands between a start and a deployment."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from generator.guards.comparison import meaning, shown
from generator.guards.owners.inventory import AFTER, BEFORE, unknown_of, values_of
from generator.guards.refusal import UNPROTECT, WIDEN, Refusal
from generator.permissions.document import marked
from generator.permissions.policy import UNKNOWN

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from generator.guards.owners.pairs import Pair
    from generator.guards.refusal import Path
    from generator.guards.subject import Subject

_WEBHOOK: Final = "aws_codebuild_webhook"
_PIPELINE: Final = "aws_codepipeline"
_ACTORS: Final = ("ACTOR_ACCOUNT_ID", "GITHUB_ACTOR_ACCOUNT_ID")
_LATER: Final = "known only after apply"
_ALTERNATIVES: Final = re.compile(r"\^\((?:\?:)?((?:[\w/@.:\\-]|\|)+)\)\$|\^([\w/@.:\\-]+)\$")
# What of an action's configuration changes neither what it runs nor with what.
_HARMLESS: Final = frozenset(
    {
        *("BatchEnabled", "CombineArtifacts", "CustomData", "DetectChanges", "EnvironmentVariables"),
        *("ExternalEntityLink", "NotificationArn", "OutputArtifactFormat", "PollForSourceChanges"),
    }
)
_WATCHED: Final = ("category", "owner", "provider", "version", "role_arn", "region", "input_artifacts")

Group = tuple[tuple[str, str, bool], ...]
Action = tuple[str, str]


def starts(subject: Subject) -> Iterator[Refusal]:
    """Refuse what lets more start a build, or a pipeline run something else, or go on without approval."""
    for pair in subject.pairs:
        if pair.after is None or pair.is_unchanged:
            continue
        if pair.type == _WEBHOOK:
            yield from _webhook(pair)
        elif pair.type == _PIPELINE and pair.before is not None:
            yield from _pipeline(pair)


def _both(pair: Pair) -> tuple[Any, Any]:
    before = marked(values_of(pair.before, BEFORE), {}) if pair.before else {}
    after = marked(values_of(pair.after, AFTER), dict(unknown_of(pair.after, AFTER))) if pair.after else {}
    return before, after


def _widened(pair: Pair, reason: str, path: Path, before: str, after: str) -> Refusal:
    return Refusal(WIDEN, pair.address, f"{reason}; before: {before}", path, before=before, after=after)


# Webhooks


def _webhook(pair: Pair) -> Iterator[Refusal]:
    before, after = _both(pair)
    if pair.before is None and (pair.owner is None or not pair.owner.is_there):
        return
    new = _groups(after.get("filter_group"))
    if new is None:
        yield _widened(pair, f"starts a build on events that are {_LATER}", ("filter_group",), "other events", _LATER)
        return
    if pair.before is None:
        open_ones = [group for group in new if not _is_closed(group)] if new else [()]
        if open_ones and not after.get("branch_filter"):
            who = "lets anybody start a build who opens a pull request"
            yield _widened(pair, who, ("filter_group",), "nobody", _words(open_ones[0]))
        return
    old = _groups(before.get("filter_group")) or []
    for index, group in enumerate(new or [()]):
        if not any(_is_narrower(group, other) for other in old or [()]):
            was = " or ".join(map(_words, old)) or "every event"
            reason = f"starts a build on {_words(group)}"
            yield _widened(pair, reason, ("filter_group", index) if new else ("filter_group",), was, _words(group))
    for name, words in (
        ("branch_filter", "branches"),
        ("build_type", "builds"),
        ("scope_configuration", "repositories"),
    ):
        one, other = meaning(before.get(name)), meaning(after.get(name))
        if one != other and (one is not None or name != "build_type"):
            yield _widened(pair, f"starts other {words}: {_shown(other)}", (name,), _shown(one), _shown(other))


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
    events = [_alternatives(one) for one in group if one[0] == "EVENT" and not one[2]]
    is_pull = not events or any(event.startswith("PULL_REQUEST") for each in events for event in each)
    return not is_pull or any(one[0] in _ACTORS and not one[2] for one in group)


def _words(group: Group) -> str:
    return " and ".join(f"{kind} {'not ' if no else ''}{text}" for kind, text, no in group) or "every event"


# Pipelines


def _pipeline(pair: Pair) -> Iterator[Refusal]:
    before, after = _both(pair)
    if _is_open(after.get("stage")):
        yield _widened(pair, f"runs stages that are {_LATER}", ("stage",), "others", _LATER)
        return
    yield from _triggers(pair, before, after)
    yield from _approvals(pair, _stages(before), _stages(after))
    yield from _conditions(pair, _stages(before), _stages(after))
    old = {key: action for key, action, _ in _actions(_stages(before))}
    for key, action, path in _actions(_stages(after)):
        if key in old:
            yield from _action(pair, key, (old[key], action), path)


def _is_open(stages: Any) -> bool:  # noqa: ANN401  # any JSON value
    """Whether it is not known which actions there will be."""
    if stages is UNKNOWN or UNKNOWN in (stages or ()):
        return True
    held = [stage.get("action") for stage in stages or ()]
    return any(actions is UNKNOWN or UNKNOWN in (actions or ()) for actions in held)


def _stages(values: Mapping[str, Any]) -> list[Any]:
    return [stage for stage in values.get("stage") or () if isinstance(stage, dict)]


def _actions(stages: Sequence[Any]) -> Iterator[tuple[Action, Any, Path]]:
    for place, stage in enumerate(stages):
        held = stage.get("action")
        for index, action in enumerate(held if isinstance(held, list) else ()):
            yield (str(stage.get("name")), str(action.get("name"))), action, ("stage", place, "action", index)


def _action(pair: Pair, key: Action, both: tuple[Any, Any], path: Path) -> Iterator[Refusal]:
    before, after = both
    named = f"{key[0]} {key[1]}"
    for name in _WATCHED:
        one, other = meaning(before.get(name)), meaning(after.get(name))
        if one != other:
            yield _widened(
                pair, f"changes {name} of {named}: {_shown(other)}", (*path, name), _shown(one), _shown(other)
            )
    old, new = before.get("configuration") or {}, after.get("configuration")
    if new is UNKNOWN:
        yield _widened(pair, f"changes what {named} does", (*path, "configuration"), shown(old), _LATER)
        return
    for name in sorted({*old, *(new or {})} - _HARMLESS):
        one, other = meaning(old.get(name)), meaning((new or {}).get(name))
        if one != other:
            reason = f"changes {name} of {named}: {_shown(other)}"
            yield _widened(pair, reason, (*path, "configuration", name), _shown(one), _shown(other))


def _approvals(pair: Pair, before: Sequence[Any], after: Sequence[Any]) -> Iterator[Refusal]:
    old, new = _guarded(before), _guarded(after)
    had_any = any(old.values())
    for key, is_guarded in new.items():
        was_guarded = old.get(key, had_any and _category(after, key) in {"Deploy", "Invoke"})
        if was_guarded and not is_guarded:
            reason = f"loses the approval before {key[0]} {key[1]}: it goes on without asking anybody"
            yield Refusal(
                UNPROTECT, pair.address, reason, ("stage",), before="somebody approves it", after="nobody approves it"
            )
    if had_any and not _approving(after) and not any(was and not new.get(key, True) for key, was in old.items()):
        reason = "loses its approval: nothing waits for anybody"
        yield Refusal(UNPROTECT, pair.address, reason, ("stage",), before="somebody approves", after="nobody approves")


def _category(stages: Sequence[Any], key: Action) -> str:
    return next((str(action.get("category")) for one, action, _ in _actions(stages) if one == key), "")


def _approving(stages: Sequence[Any]) -> list[Action]:
    return [key for key, action, _ in _actions(stages) if action.get("category") == "Approval"]


def _guarded(stages: Sequence[Any]) -> dict[Action, bool]:
    """Return of each action whether somebody approves before it."""
    found: dict[Action, bool] = {}
    is_after = False
    for stage in stages:
        its = [(key, action) for key, action, _ in _actions([stage])]
        first = min((_order(action) for _, action in its if action.get("category") == "Approval"), default=None)
        for key, action in its:
            if action.get("category") != "Approval":
                found[key] = is_after or (first is not None and _order(action) > first)
        is_after = is_after or first is not None
    return found


def _order(action: Any) -> int:  # noqa: ANN401  # any JSON value
    order = action.get("run_order")
    return order if isinstance(order, int) else 1


def _conditions(pair: Pair, before: Sequence[Any], after: Sequence[Any]) -> Iterator[Refusal]:
    new = {stage.get("name"): stage for stage in after}
    for stage in before:
        for name in ("before_entry", "on_success", "on_failure"):
            one = meaning(stage.get(name))
            other = meaning(new.get(stage.get("name"), {}).get(name))
            # From nothing, a condition may come that only stops; not a role that we do not know, nor one that skips.
            is_new_harm = one is None and other is not None and not _only_stops(other)
            if one != other and (one is not None or is_new_harm):
                reason = f"changes the conditions of {stage.get('name')} ({name})"
                yield Refusal(UNPROTECT, pair.address, reason, ("stage",), before=_shown(one), after=_shown(other))


def _only_stops(blocks: Any) -> bool:  # noqa: ANN401  # any JSON value
    if blocks is UNKNOWN or any(block is UNKNOWN for block in blocks):
        return False
    return all(
        block.get("result") in {None, "FAIL", "ROLLBACK", "RETRY"} and not block.get("condition") for block in blocks
    )


def _triggers(pair: Pair, before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[Refusal]:
    one, other = meaning(before.get("trigger")), meaning(after.get("trigger"))
    if one is None and other is not None and other is not UNKNOWN and _is_of_branch(other, _branches(after)):
        return
    if one != other:
        yield _widened(pair, f"starts on {_shown(other)}", ("trigger",), _shown(one), _shown(other))
    if (before.get("pipeline_type"), after.get("pipeline_type")) == ("V2", "V1"):
        yield _widened(pair, "becomes of type V1, which starts on every push", ("pipeline_type",), "V2", "V1")


def _branches(values: Mapping[str, Any]) -> set[str]:
    """Return the branches that the sources of a pipeline name: what starts it where it has no trigger."""
    sources = [action for _, action, _ in _actions(_stages(values)) if action.get("category") == "Source"]
    held = [source.get("configuration") for source in sources]
    return {str(each.get("BranchName") or each.get("Branch")) for each in held if isinstance(each, dict)}


def _is_of_branch(triggers: Any, branches: set[str]) -> bool:  # noqa: ANN401  # any JSON value
    """Whether triggers start a pipeline on no more than pushes to the branches of its sources."""
    if any(one is UNKNOWN or one.get("git_configuration") is UNKNOWN for one in triggers):
        return False
    if not all(one.get("git_configuration") for one in triggers):
        return False
    for git in [each for one in triggers for each in one.get("git_configuration") or ()]:
        pushes = UNKNOWN if git is UNKNOWN or git.get("pull_request") else git.get("push")
        if pushes is UNKNOWN or not pushes:
            return False
        for push in pushes:
            included = [] if push is UNKNOWN else [each.get("includes") for each in push.get("branches") or ()]
            if push is UNKNOWN or push.get("tags") or not included or not _are_among(included, branches):
                return False
    return True


def _are_among(included: Sequence[Any], branches: set[str]) -> bool:
    return all(isinstance(each, list) and {str(name) for name in each} <= branches for each in included)


def _shown(value: object) -> str:
    return _LATER if value is UNKNOWN else shown(value)
