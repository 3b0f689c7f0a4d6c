"""Environments by the labels in their specs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from generator.errors import UsageError
from generator.operations.inputs.assembly import Assembly
from generator.operations.inputs.unread import selected
from generator.suggestion import closest

if TYPE_CHECKING:
    from collections.abc import Sequence

    from generator.workspace import Workspace


def labelled(workspace: Workspace, patterns: Sequence[str], labels: Sequence[str]) -> list[str]:
    """Return the environments that bear all of the labels, sorted.

    Args:
        workspace: where.
        patterns: names and globs of environments; none for all.
        labels: each a name, or a name and a value: `team=payments`.

    Raises:
        SpecError: a spec is wrong, so that its labels are not known.
        UsageError: no environment bears them, or one of them is none.
    """
    wanted = [label.partition("=") for label in labels]
    for label, (name, sign, value) in zip(labels, wanted, strict=True):
        if not name or (sign and not value):
            raise UsageError(f"{label!r} is not a label", hint="write --label NAME or --label NAME=VALUE")
    environments = Assembly(workspace).load(selected(workspace, patterns), alone=True)
    found = [
        each.name
        for each in environments
        if all(
            name in each.spec.labels and (not sign or each.spec.labels[name] == value) for name, sign, value in wanted
        )
    ]
    if not found:
        known = sorted({f"{name}={value}" for each in environments for name, value in each.spec.labels.items()})
        close = closest(labels[0], known)
        hint = f"did you mean {close}?" if close else f"there are: {', '.join(known[:20]) or 'no labels at all'}"
        raise UsageError(f"no environment bears {' and '.join(labels)}", hint=hint)
    return found
