"""Write the first contract of an environment: all that its plan knows, for a person to cut down."""

from __future__ import annotations

import json
import re
from collections import Counter
from typing import TYPE_CHECKING, Any, Final

from generator.plans.iam_statements import statements
from generator.plans.planned import SENSITIVE, UNKNOWN, structured

if TYPE_CHECKING:
    from collections.abc import Iterator

from generator.plans.planned import PlannedStack

_PLAIN_KEY: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_./:-]*")
_OPEN: Final[tuple[object, ...]] = (None, UNKNOWN, SENSITIVE, "", [], {})
_TOO_LONG: Final = 10**11  # twelve digits are an account's, and text
# Said elsewhere: policies in a section of their own.
_REPEATED: Final = frozenset({"tags_all", "policy", "assume_role_policy"})
_HEAD: Final = """\
# What must hold of the plan of {name}: tfstencil test {name}
# Drafted from a plan. Keep what the environment is about; an attribute that is not named may have any value.
"""


def draft(environment: str, stack: PlannedStack) -> str:
    """Return the text of a contract that `stack` fulfils."""
    managed = {address: resource for address, resource in stack.resources.items() if not resource.is_data}
    document = {
        "values": {address: _known(resource.values) or {} for address, resource in managed.items()},
        "counts": dict(sorted(Counter(resource.type for resource in managed.values()).items())),
        "outputs": _known(stack.outputs),
        "policies": _policies(stack),
    }
    body = "\n".join(line for key, value in document.items() if value for line in _block(key, value, 0))
    return f"{_HEAD.format(name=environment)}{body}\n"


def _policies(stack: PlannedStack) -> dict[str, list[dict[str, Any]]]:
    found: dict[str, list[dict[str, Any]]] = {}
    # A document that a resource holds is the same policy twice.
    for address, resource in sorted(stack.resources.items(), key=lambda item: item[1].is_data):
        policy = statements(resource)
        if policy and policy not in found.values():
            found[address] = policy
    return found


def flow(value: Any) -> str:  # noqa: ANN401  # any JSON value
    """Return `value` on one line, as YAML that is JSON."""
    return json.dumps(value, ensure_ascii=False)


def _known(value: Any) -> Any:  # noqa: ANN401  # any JSON value
    """Return `value` without what is open, which a contract does not speak of; None for nothing."""
    if isinstance(value, dict):
        kept = {key: _known(item) for key, item in value.items() if key not in _REPEATED}
        return {key: item for key, item in kept.items() if not _is_open(item)} or None
    if isinstance(value, list):
        # Items are told by their position: with one left out, the others would not be in theirs.
        return None if any(map(_is_open, value)) else [_known(item) or {} for item in value]
    if isinstance(value, str) and "\n" in value:
        tree = structured(value)
        return tree if isinstance(tree, (dict, list)) and _is_writable(tree) else value
    return value


def _is_writable(tree: object) -> bool:
    """Tell whether a contract can say what was read out of a text; it is read strictly, without dates and the like."""
    if isinstance(tree, dict):
        return all(isinstance(key, str) and _is_writable(item) for key, item in tree.items())
    if isinstance(tree, list):
        return all(map(_is_writable, tree))
    return isinstance(tree, (str, bool)) or (isinstance(tree, int) and abs(tree) < _TOO_LONG)


def _is_open(value: object) -> bool:
    # A contract is read strictly, and fractions are not among its numbers.
    return value in _OPEN if isinstance(value, (str, list, dict, type(None))) else isinstance(value, float)


def _block(key: str, value: Any, depth: int) -> Iterator[str]:  # noqa: ANN401  # any JSON value
    margin = "  " * depth
    name = key if _PLAIN_KEY.fullmatch(key) else flow(key)
    nested = isinstance(value, dict) and value and (depth < 2 or len(flow(value)) > 80)  # noqa: PLR2004  # two levels and a line
    if nested:
        yield f"{margin}{name}:"
        for below, item in value.items():
            yield from _block(below, item, depth + 1)
    elif isinstance(value, list) and len(flow(value)) > 80:  # noqa: PLR2004  # a line
        yield f"{margin}{name}:"
        for item in value:
            yield f"{margin}  - {flow(item)}"
    else:
        yield f"{margin}{name}: {flow(value)}"
