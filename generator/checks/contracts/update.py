"""Bring a contract up to date with a plan: what no longer holds is replaced, and not a byte else."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import yaml

from generator.checks.contracts.check import MISSING
from generator.checks.contracts.draft import flow
from generator.plans.iam_statements import statements

if TYPE_CHECKING:
    from collections.abc import Sequence

    from generator.checks.contracts.check import Mismatch
    from generator.plans.planned import PlannedStack

Edit = tuple[int, int, str]


def updated(text: str, mismatches: Sequence[Mismatch], stack: PlannedStack) -> str:
    """Return the text of a contract with the expectations replaced that do not hold; comments stay.

    Args:
        text: of the contract.
        mismatches: what does not hold.
        stack: what the plan has.
    """
    root = yaml.compose(text, Loader=yaml.SafeLoader)
    if root is None:
        return text
    edits: dict[tuple[int, int], str] = {}
    for mismatch in mismatches:
        start, end, new = _edit(text, root, mismatch, stack)
        edits[start, end] = new
    # From the end, so that positions before stay true; an edit within another that replaces all of it is not needed.
    whole = sorted(edits, key=lambda span: (span[0], -span[1]))
    outer = [span for index, span in enumerate(whole) if not any(_within(span, other) for other in whole[:index])]
    for start, end in reversed(outer):
        text = text[:start] + edits[start, end] + text[end:]
    return text


def _within(span: tuple[int, int], other: tuple[int, int]) -> bool:
    return other[0] <= span[0] and span[1] <= other[1]


def _edit(text: str, root: yaml.Node, mismatch: Mismatch, stack: PlannedStack) -> Edit:
    if mismatch.section == "absent":
        return _rewritten(text, _child(root, "absent")[1], _without(root, mismatch.address))
    key, value = _child(_child(root, mismatch.section)[1], mismatch.address)
    if mismatch.section == "policies":
        resource = stack.resources.get(mismatch.address)
        found = statements(resource) if resource else None
        return _rewritten(text, value, found) if found else _removed(text, key, value)
    if mismatch.got is MISSING and not mismatch.path:
        return _removed(text, key, value)
    node = _at(value, mismatch)
    return _rewritten(text, node, None if mismatch.got is MISSING else mismatch.got)


def _at(node: yaml.Node, mismatch: Mismatch) -> yaml.Node:
    for part in mismatch.path:
        if isinstance(node, yaml.SequenceNode) and isinstance(part, int):
            node = node.value[part]
        else:
            node = _child(node, str(part))[1]
    return node


def _child(node: yaml.Node, name: str) -> tuple[yaml.Node, yaml.Node]:
    found: tuple[yaml.Node, yaml.Node] = next(pair for pair in node.value if pair[0].value == name)
    return found


def _without(root: yaml.Node, address: str) -> list[str]:
    return [item.value for item in _child(root, "absent")[1].value if item.value != address]


def _rewritten(text: str, node: yaml.Node, value: Any) -> Edit:  # noqa: ANN401  # any JSON value
    start, end = node.start_mark.index, node.end_mark.index
    # A block ends where the next thing begins: the blank lines and comments between them are not its own.
    body = re.sub(r"(?:\s|\n[ \t]*#[^\n]*)*\Z", "", text[start:end])
    end = start + len(body)
    is_block = "\n" in body and text[start] not in "[{\"'"
    if is_block and isinstance(value, list) and value:
        margin = " " * node.start_mark.column
        return start, end, f"\n{margin}".join(f"- {flow(item)}" for item in value)
    if is_block:
        start = len(text[:start].rstrip())
        return start, end, f" {flow(value)}"
    return start, end, flow(value)


def _removed(text: str, key: yaml.Node, value: yaml.Node) -> Edit:
    start = text.rfind("\n", 0, key.start_mark.index) + 1
    end = _rewritten(text, value, None)[1]
    return start, min(text.find("\n", end) + 1 or len(text), len(text)), ""
