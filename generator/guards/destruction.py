"""What a plan would take away for good: data, its management by Terraform, or simply too much at once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from generator.guards.refusal import DELETE, DELETIONS, FORGET, REPLACE, Refusal

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from generator.terraform.plan import Plan, ResourceChange

# Terraform's words for why something goes.
_REASONS: Final = {
    "delete_because_no_resource_config": "its block is gone from the configuration",
    "delete_because_no_module": "its module is gone from the configuration",
    "delete_because_wrong_repetition": "it has for_each or count now, or has not any more",
    "delete_because_count_index": "count is lower now",
    "delete_because_each_key": "its key is gone from for_each",
    "delete_because_no_move_target": "it was moved to where nothing is",
    "replace_because_tainted": "an apply left it half made",
    "replace_by_request": "-replace names it",
    "replace_by_triggers": "replace_triggered_by names what changes",
}


def destruction(plan: Plan, holdings: Mapping[str, str]) -> Iterator[Refusal]:
    """Refuse what deletes, replaces or forgets.

    Args:
        plan: to be judged.
        holdings: what each type of resource holds.
    """
    for change in plan.resources:
        if change.mode == "data":
            continue
        if "forget" in change.actions:
            yield Refusal(FORGET, change.address, "is forgotten: it stays in AWS, and nothing manages it any more")
        elif change.type in holdings and change.destroys:
            yield _refusal(change, holdings[change.type])


def too_many(plan: Plan, most: int) -> Iterator[Refusal]:
    """Refuse a plan that deletes or replaces more than `most` resources."""
    number = sum(change.destroys for change in plan.resources)
    if number > most:
        reason = f"resources would be deleted or replaced by one apply, and {most} are allowed"
        yield Refusal(DELETIONS, str(number), reason)


def _refusal(change: ResourceChange, holds: str) -> Refusal:
    path = change.replace_paths[0] if change.replace_paths else ()
    if change.replace_paths:
        why = f"because of {', '.join('.'.join(map(str, each)) for each in change.replace_paths)}"
    else:
        why = _REASONS.get(change.reason, "")
    what = "an old object that an earlier replacement left" if change.deposed else "it"
    if change.action == REPLACE:
        return Refusal(REPLACE, change.address, _joined(f"holds {holds}; {what} would be replaced", why), path)
    return Refusal(DELETE, change.address, _joined(f"holds {holds}; {what} would be deleted", why), path)


def _joined(sentence: str, why: str) -> str:
    return f"{sentence}: {why}" if why and not why.startswith("because") else f"{sentence} {why}".rstrip()
