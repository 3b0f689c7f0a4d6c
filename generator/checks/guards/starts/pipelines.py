"""What a pipeline does: its actions, paired by what they do and by their place, its approvals and its conditions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from generator.checks.guards.protection.values import meaning, shown
from generator.checks.guards.starts.actions import Step, paired_stages, paired_steps, stages_of, steps_of
from generator.checks.guards.starts.refusals import LATER, both, said, widened
from generator.checks.guards.starts.triggers import triggers
from generator.permissions.policy import UNKNOWN
from generator.refusal import UNPROTECT, Refusal

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from generator.checks.guards.owners.pairs import Pair
    from generator.checks.guards.subject import Subject

# What of an action changes neither what it runs nor with what.
_NAMES: Final = frozenset(
    {"name", "namespace", "run_order", "timeout_in_minutes", "output_artifacts", "output_variables", "configuration"}
)
_HARMLESS: Final = frozenset(
    {
        *("BatchEnabled", "CombineArtifacts", "CustomData", "DetectChanges", "EnvironmentVariables"),
        *("ExternalEntityLink", "NotificationArn", "OutputArtifactFormat", "PollForSourceChanges"),
    }
)
_DEPLOYING: Final = frozenset({"Deploy", "Invoke"})
_CONDITIONS: Final = ("before_entry", "on_success", "on_failure")
# Rules of conditions that look at something and run nothing.
_LOOKING: Final = frozenset({"CloudWatchAlarm", "DeploymentWindow", "VariableCheck"})


def pipeline(pair: Pair, subject: Subject) -> Iterator[Refusal]:
    """Refuse a pipeline that runs something else than before, or goes on without approval."""
    before, after = both(pair)
    if _is_open(after.get("stage")):
        yield widened(pair, f"runs stages that are {LATER}", ("stage",), "others", LATER)
        return
    if pair.before is None:
        for step in steps_of(stages_of(after)):
            yield from _added(pair, step, (), subject)
        return
    yield from triggers(pair, before, after)
    old, new = steps_of(stages_of(before)), steps_of(stages_of(after))
    pairs = paired_steps(old, new)
    yield from _approvals(pair, pairs, (stages_of(before), stages_of(after)))
    yield from _conditions(pair, stages_of(before), stages_of(after), subject)
    for one, other in pairs:
        if one is None:
            yield from _added(pair, other, old, subject)
        else:
            yield from _changed(pair, one, other)


def _is_open(stages: Any) -> bool:  # noqa: ANN401  # any JSON value
    """Whether it is not known which actions there will be."""
    if stages is UNKNOWN or UNKNOWN in (stages or ()):
        return True
    held = [stage.get("action") for stage in stages or ()]
    return any(actions is UNKNOWN or UNKNOWN in (actions or ()) for actions in held)


def _changed(pair: Pair, one: Step, other: Step) -> Iterator[Refusal]:
    for name in sorted({*one.action, *other.action} - _NAMES):
        # Commands run in their order, and the first of several artifacts is where they run.
        was, then = one.action.get(name) or None, other.action.get(name) or None
        if was != then:
            reason = f"changes {name} of {other.words}: {said(then)}"
            yield widened(pair, reason, (*other.path, name), said(was), said(then))
    old, new = one.configuration, other.configuration
    if new is UNKNOWN:
        yield widened(pair, f"changes what {other.words} does", (*other.path, "configuration"), shown(old), LATER)
        return
    for name in sorted({*old, *new} - _HARMLESS):
        was, then = meaning(old.get(name)), meaning(new.get(name))
        if was != then:
            reason = f"changes {name} of {other.words}: {said(then)}"
            yield widened(pair, reason, (*other.path, "configuration", name), said(was), said(then))


def _added(pair: Pair, step: Step, old: Sequence[Step], subject: Subject) -> Iterator[Refusal]:
    """Refuse one more action that acts as a role of its own, or works with what neither stack nor spec knows."""
    role = step.action.get("role_arn")
    # A role that nobody knows is told with all that acts as such.
    if role is UNKNOWN and role not in {each.action.get("role_arn") for each in old}:
        yield widened(
            pair, f"adds {step.words}, which acts as {said(role)}", (*step.path, "role_arn"), "nobody", said(role)
        )
    held = step.configuration
    if held is UNKNOWN:
        yield widened(pair, f"adds {step.words}, which does something {LATER}", step.path, "nothing", LATER)
        return
    if step.category == "Approval":
        return
    if old and step.category == "Source" and not any(each.configuration == held for each in old):
        yield widened(pair, f"adds {step.words}, which brings in other code", step.path, "no such source", shown(held))
        return
    if step.category == "Compute" or step.action.get("commands") or "Commands" in held:
        yield widened(pair, f"adds {step.words}, which runs commands", step.path, "no such commands", shown(held))
    strange = [each for name, each in held.items() if name not in _HARMLESS and not _is_known(each, subject)]
    if strange and old:
        what = ", ".join(map(said, strange))
        reason = f"adds {step.words}, of which neither the stack nor the spec knows {what}"
        yield widened(pair, reason, step.path, "no such action", shown(step.provider))


def _is_known(value: Any, subject: Subject) -> bool:  # noqa: ANN401  # any JSON value
    if not isinstance(value, str) or not value:
        return value in (None, "")
    return value in {"true", "false"} or subject.is_of_stack(value)


# Approvals


def _approvals(
    pair: Pair, pairs: Sequence[tuple[Step | None, Step]], both_stages: tuple[Sequence[Any], Sequence[Any]]
) -> Iterator[Refusal]:
    old, new = (_guarded(stages) for stages in both_stages)
    had_any = any(old.values())
    is_told = False
    for one, other in pairs:
        if other.category == "Approval":
            continue
        was = (
            old[one.key] if one is not None and one.category != "Approval" else had_any and other.category in _DEPLOYING
        )
        if was and not new[other.key]:
            is_told = True
            reason = f"loses the approval before {other.words}: it goes on without asking anybody"
            yield Refusal(
                UNPROTECT, pair.address, reason, ("stage",), before="somebody approves it", after="nobody approves it"
            )
    if had_any and not is_told and not any(step.category == "Approval" for _, step in pairs):
        reason = "loses its approval: nothing waits for anybody"
        yield Refusal(UNPROTECT, pair.address, reason, ("stage",), before="somebody approves", after="nobody approves")


def _guarded(stages: Sequence[Any]) -> dict[tuple[str, str], bool]:
    """Return of each action whether somebody approves before it."""
    found: dict[tuple[str, str], bool] = {}
    is_after = False
    for stage in stages:
        its = steps_of([stage])
        first = min((step.order for step in its if step.category == "Approval"), default=None)
        for step in its:
            if step.category != "Approval":
                found[step.key] = is_after or (first is not None and step.order > first)
        is_after = is_after or first is not None
    return found


# Conditions


def _conditions(pair: Pair, before: Sequence[Any], after: Sequence[Any], subject: Subject) -> Iterator[Refusal]:
    for old, stage in paired_stages(before, after):
        for name in _CONDITIONS:
            was, then = meaning((old or {}).get(name)), meaning((stage or {}).get(name))
            # From nothing, a condition may come that only stops: neither one that skips, nor one that runs something.
            is_harm = was is not None or (then is not None and not _only_stops(then, subject))
            if was != then and is_harm and (stage is not None or was is None):
                reason = f"changes the conditions of {(stage or {}).get('name')} ({name})"
                yield Refusal(UNPROTECT, pair.address, reason, ("stage",), before=said(was), after=said(then))


def _only_stops(blocks: Any, subject: Subject) -> bool:  # noqa: ANN401  # any JSON value
    if blocks is UNKNOWN or any(block is UNKNOWN for block in blocks):
        return False
    return all(
        block.get("result") in {None, "FAIL", "ROLLBACK", "RETRY"}
        and all(_is_stop(each, subject) for each in _inner(block, "condition"))
        for block in blocks
    )


def _is_stop(condition: Any, subject: Subject) -> bool:  # noqa: ANN401  # any JSON value
    if condition is UNKNOWN or condition.get("result") not in {None, "FAIL", "ROLLBACK"}:
        return False
    return all(_only_looks(rule, subject) for rule in _inner(condition, "rule"))


def _only_looks(rule: Any, subject: Subject) -> bool:  # noqa: ANN401  # any JSON value
    if rule is UNKNOWN or UNKNOWN in rule.values() or rule.get("commands"):
        return False
    kinds = [each.get("provider") if each is not UNKNOWN else "" for each in _inner(rule, "rule_type_id")]
    role = rule.get("role_arn")
    return all(kind in _LOOKING for kind in kinds) and (not role or subject.is_of_stack(str(role)))


def _inner(block: Any, name: str) -> list[Any]:  # noqa: ANN401  # any JSON value
    held = block.get(name)
    return [UNKNOWN] if held is UNKNOWN else list(held or ())
