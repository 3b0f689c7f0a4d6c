"""What a plan would take away for good: data, its management by Terraform, or simply too much at once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from generator.refusal import DELETE, DELETIONS, FORGET, REPLACE, Refusal

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from generator.plans.plan import Plan, ResourceChange

# Terraform's words for why something goes.
_REASONS: Final = {
    "delete_because_no_resource_config": "its block is gone from the configuration",
    "delete_because_no_module": "its module is gone from the configuration",
    "delete_because_wrong_repetition": "it has for_each or count now, or has not any more",
    "delete_because_count_index": "count is lower now",
    "delete_because_each_key": "its key is gone from for_each",
    "delete_because_no_move_target": "it was moved to where nothing is",
    "replace_because_tainted": "an apply left it half made, or somebody marked it as tainted",
    "replace_by_request": "-replace names it",
    "replace_by_triggers": "replace_triggered_by names what changes",
}


TAINTED: Final = "replace_because_tainted"


def destruction(plan: Plan, holdings: Mapping[str, str], half_made: Collection[str] = ()) -> Iterator[Refusal]:
    """Refuse what deletes, replaces or forgets.

    Args:
        plan: to be judged.
        holdings: what each type of resource holds.
        half_made: addresses that an apply began to make and did not finish: nothing of theirs is worth keeping.
    """
    for change in plan.resources:
        if change.mode == "data":
            continue
        if "forget" in change.actions:
            yield Refusal(FORGET, change.address, "is forgotten: it stays in AWS, and nothing manages it any more")
        elif change.type in holdings and change.destroys and not is_debris(change, half_made):
            yield _refusal(change, holdings[change.type])


def too_many(plan: Plan, most: int) -> Iterator[Refusal]:
    """Refuse a plan that deletes or replaces more than `most` resources."""
    number = sum(change.destroys for change in plan.resources)
    if number > most:
        reason = f"resources would be deleted or replaced by one apply, and {most} are allowed"
        yield Refusal(DELETIONS, str(number), reason)


def is_debris(change: ResourceChange, half_made: Collection[str]) -> bool:
    """Whether a resource is what an apply of ours left that broke off while it made it."""
    return change.address in half_made and change.reason == TAINTED


def _refusal(change: ResourceChange, holds: str) -> Refusal:
    path = change.replace_paths[0] if change.replace_paths else ()
    if change.replace_paths:
        why = f"because of {', '.join('.'.join(map(str, each)) for each in change.replace_paths)}"
    else:
        why = _REASONS.get(change.reason, "")
    what = "an old object that an earlier replacement left" if change.deposed else "it"
    if change.action == REPLACE:
        reason, is_then = _joined(f"holds {holds}; {what} would be replaced", why), "a new and empty one"
        return Refusal(REPLACE, change.address, reason, path, before=f"holds {holds}", after=is_then)
    reason = _joined(f"holds {holds}; {what} would be deleted", why)
    return Refusal(DELETE, change.address, reason, path, before=f"holds {holds}", after="nothing")


def _joined(sentence: str, why: str) -> str:
    return f"{sentence}: {why}" if why and not why.startswith("because") else f"{sentence} {why}".rstrip()
