"""Protection that a plan would take away: encryption, versioning, logging, the block of public access."""

from __future__ import annotations

from typing import TYPE_CHECKING

from generator.guards.deletions import Deletions
from generator.guards.leaves import leaves
from generator.guards.protections import CLOSED, EMPTIED, GUARDIANS, SWITCHED_OFF, SWITCHED_ON
from generator.guards.refusal import UNPROTECT, Refusal

if TYPE_CHECKING:
    from collections.abc import Iterator

    from generator.guards.leaves import Leaf
    from generator.terraform.plan import Plan


def protection(plan: Plan) -> Iterator[Refusal]:
    """Refuse what makes a resource that exists less protected than it is."""
    deletions = Deletions(plan)
    for change in plan.changes:
        if change.mode == "data" or change.before is None:
            continue
        if change.action == "delete":
            if change.type in GUARDIANS and not change.deposed and not deletions.takes_owner(change):
                yield Refusal(
                    UNPROTECT,
                    change.address,
                    f"is deleted, and what it protects stays without {GUARDIANS[change.type]}",
                )
        elif change.after is not None:
            for leaf in leaves(change):
                lost = _lost(change.type, leaf)
                if lost:
                    yield Refusal(UNPROTECT, change.address, f"loses {lost}: {_change(leaf)}", leaf.path)


def _lost(kind: str, leaf: Leaf) -> str:
    if leaf.dotted in CLOSED.get(kind, {}):
        what, closed = CLOSED[kind][leaf.dotted]
        return what if leaf.before in closed and leaf.after not in closed else ""
    if leaf.before is True and leaf.after is not True:
        return SWITCHED_OFF.get(leaf.name, "")
    if leaf.before is not True and (leaf.after is True or leaf.is_unknown):
        return SWITCHED_ON.get(leaf.name, "")
    # What is not known yet is something: a reference to what is about to be made.
    if leaf.before and not leaf.after and not leaf.is_unknown:
        return EMPTIED.get(leaf.name, "")
    return ""


def _change(leaf: Leaf) -> str:
    after = "(known after apply)" if leaf.is_unknown else _word(leaf.after)
    return f"{leaf.dotted} goes from {_word(leaf.before)} to {after}"


def _word(value: object) -> str:
    if value is None or value == "":
        return "nothing"
    return str(value).lower() if isinstance(value, bool) else str(value)
