"""The policies in a plan, wherever they stand: any text that is one, also one whose text is known only after apply."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from generator.contracts.policies import from_block, from_json
from generator.fleet.planned import UNKNOWN, shown

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from generator.contracts.policies import Statement
    from generator.guards.refusal import Path
    from generator.terraform.plan import Plan, ResourceChange

_DATA: Final = re.compile(r"data\.aws_iam_policy_document\.([\w-]+)(?:\[[^]]*\])?(?:\.(?:json|minified_json))?")
# What an expression may refer to besides: which of several documents is meant.
_WHICH: Final = re.compile(r"(?:each|count)(?:\.\w+)*")
_INDEX: Final = re.compile(r'\[(?:"(?:[^"\\]|\\.)*"|\d+)\]')
# What may hold a policy that is not known yet.
_ATTRIBUTES: Final = (
    *("access_policies", "access_policy", "assume_role_policy", "policy", "policy_document", "resource_policy"),
    *("inline_policy", "policy_text"),
)
_SOURCES: Final = ("source_policy_documents", "override_policy_documents")


@dataclass(frozen=True, slots=True)
class Document:
    """One policy of a resource.

    Attributes:
        path: of the attribute that holds it.
        before: its statements now; None where there is no policy.
        after: its statements afterwards; None likewise.
        is_open: what it will say is known only after apply, or cannot be read.
    """

    path: Path
    before: tuple[Statement, ...] | None
    after: tuple[Statement, ...] | None
    is_open: bool = False


def documents(plan: Plan, change: ResourceChange) -> Iterator[Document]:
    """Yield the policies of a resource, before and after."""
    before, after = dict(_texts(change.before, ())), dict(_texts(change.after, ()))
    configured = _configuration(plan, change)
    open_ones = {name for name, value in change.after_unknown.items() if value is True}
    # What AWS fills in is not ours: a bucket shows the policy that another resource writes.
    computed = set() if configured is None else open_ones - configured.keys()
    unknown = open_ones.intersection(_ATTRIBUTES) - computed
    for path in dict.fromkeys([*before, *after]):
        if path[0] not in open_ones:
            yield _document(path, before.get(path), after.get(path))
    for name in sorted(unknown):
        now = _statements(before[name,]) if (name,) in before else None
        resolved = _resolved(plan, change, (configured or {}).get(name))
        yield Document((name,), now, resolved, is_open=resolved is None)


def _document(path: Path, before: str | None, after: str | None) -> Document:
    now, then = (None if text is None else _statements(text) for text in (before, after))
    is_open = after is not None and then is None
    return Document(path, now, then, is_open=is_open)


def _texts(values: Any, path: Path) -> Iterator[tuple[Path, str]]:  # noqa: ANN401  # any JSON value
    # Every value of every resource of a fleet comes by here: only what holds others is looked into.
    for key, item in values.items() if isinstance(values, dict) else enumerate(values or ()):
        if isinstance(item, str):
            if '"Statement"' in item and item.lstrip().startswith("{"):
                yield (*path, key), item
        elif isinstance(item, (dict, list)):
            yield from _texts(item, (*path, key))


def _statements(text: str) -> tuple[Statement, ...] | None:
    try:
        found = json.loads(text)["Statement"]
        return tuple(from_json(each) for each in (found if isinstance(found, list) else [found]))
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return None


def _configuration(plan: Plan, change: ResourceChange) -> Mapping[str, Any] | None:
    """Return the expressions that the configuration gives a resource, by attribute; None where it has it no more."""
    module: Mapping[str, Any] = (plan.raw.get("configuration") or {}).get("root_module") or {}
    for name in _INDEX.sub("", change.module).split(".")[1::2]:
        module = (module.get("module_calls") or {}).get(name, {}).get("module") or {}
    for resource in module.get("resources") or ():
        if (resource["mode"], resource["type"], resource["name"]) == (change.mode, change.type, change.name):
            return dict(resource.get("expressions") or {})
    return None


def _resolved(plan: Plan, change: ResourceChange, expression: object) -> tuple[Statement, ...] | None:
    """Read a policy from the data source that writes it: its text is not known yet, and most of its parts are."""
    references = expression.get("references", ()) if isinstance(expression, dict) else ()
    names = {found[1] for reference in references if (found := _DATA.fullmatch(reference))}
    others = [item for item in references if not (_DATA.fullmatch(item) or _WHICH.fullmatch(item))]
    if len(names) != 1 or others:
        return None
    prefix = f"{change.module}." if change.module else ""
    address = f"{prefix}data.aws_iam_policy_document.{names.pop()}"
    read = {each.address: each for each in plan.resources if each.mode == "data"}
    source = read.get(address) or read.get(f"{address}[{json.dumps(change.index)}]")
    if source is None:
        return None
    values = shown(source.after, source.after_unknown, sensitive=False)
    blocks = values.get("statement")
    if not isinstance(blocks, list) or any(values.get(name) for name in _SOURCES):
        return None
    try:
        statements = tuple(from_block(block) for block in blocks)
    except (TypeError, KeyError, AttributeError):
        # A block that is wholly unknown has no parts to read.
        return None
    return statements if all(each["effect"] != UNKNOWN for each in statements) else None
