"""Compare a plan with a contract: what the contract names must be so, whatever else there is."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from generator.language.nodes import Node, dotted, mapping, plain
from generator.plans.iam_statements import statements
from generator.plans.planned import structured

if TYPE_CHECKING:
    from collections.abc import Iterator

    from generator.checks.contracts.contract import Contract
    from generator.plans.planned import PlannedStack

    Path = tuple[str | int, ...]


class _Missing:
    def __repr__(self) -> str:
        return "nothing"


MISSING: Final = _Missing()


@dataclass(frozen=True, slots=True)
class Mismatch:
    """One expectation that does not hold.

    Attributes:
        section: of the contract.
        address: the resource, type or output concerned.
        path: below it, to the value.
        got: what the plan has; `MISSING` for nothing.
        expected: what the contract says; `MISSING` where it wants nothing.
        node: the expectation in the contract.
    """

    section: str
    address: str
    path: Path
    got: Any
    expected: Any
    node: Node

    @property
    def where(self) -> str:
        """The path as people write it."""
        return dotted(self.path)


def check(contract: Contract, stack: PlannedStack) -> list[Mismatch]:
    """Return everything in which a plan is not what its contract says, in the contract's order."""
    return [
        *_values(contract, stack),
        *_counts(contract, stack),
        *_outputs(contract, stack),
        *_absent(contract, stack),
        *_policies(contract, stack),
    ]


def holds(expected: Node, got: Any, path: Path = ()) -> Iterator[tuple[Path, Any, Node]]:  # noqa: ANN401  # any JSON value
    """Yield the path, the value and the expectation wherever `got` is not what is expected.

    A mapping may hold more than is expected; a list has the expected length. Where a mapping or list is expected of a
    text, the text is read as JSON or YAML.
    """
    value = expected.value
    if isinstance(value, (dict, list)) and isinstance(got, str):
        got = structured(got)
    if isinstance(value, dict) and isinstance(got, dict):
        for key, child in value.items():
            yield from holds(child, got.get(key, MISSING), (*path, key))
    elif isinstance(value, list) and isinstance(got, list) and len(value) == len(got):
        for index, child in enumerate(value):
            yield from holds(child, got[index], (*path, index))
    elif isinstance(value, (dict, list)) or type(got) is not type(value) or got != value:
        yield path, got, expected


def _values(contract: Contract, stack: PlannedStack) -> Iterator[Mismatch]:
    for address, node in contract.section("values").items():
        resource = stack.resources.get(address)
        if resource is None:
            yield Mismatch("values", address, (), MISSING, plain(node), node)
            continue
        for path, got, expected in holds(node, resource.values):
            yield Mismatch("values", address, path, got, plain(expected), expected)


def _counts(contract: Contract, stack: PlannedStack) -> Iterator[Mismatch]:
    there = Counter(resource.type for resource in stack.resources.values() if not resource.is_data)
    for kind, node in contract.section("counts").items():
        if there[kind] != node.value:
            yield Mismatch("counts", kind, (), there[kind], node.value, node)


def _outputs(contract: Contract, stack: PlannedStack) -> Iterator[Mismatch]:
    for name, node in contract.section("outputs").items():
        for path, got, expected in holds(node, stack.outputs.get(name, MISSING)):
            yield Mismatch("outputs", name, path, got, plain(expected), expected)


def _absent(contract: Contract, stack: PlannedStack) -> Iterator[Mismatch]:
    for node in contract.absent:
        unwanted = str(node.value)
        found = [
            resource.address
            for resource in stack.resources.values()
            if unwanted in {resource.address, resource.type}
            or resource.address.startswith((f"{unwanted}.", f"{unwanted}["))
        ]
        if found:
            yield Mismatch("absent", unwanted, (), found, MISSING, node)


def _policies(contract: Contract, stack: PlannedStack) -> Iterator[Mismatch]:
    """A policy has the statements that are named and no other: one too many is how privileges grow."""
    for address, node in contract.section("policies").items():
        resource = stack.resources.get(address)
        there = statements(resource) if resource else None
        if there is None or not isinstance(node.value, list):
            yield Mismatch("policies", address, (), MISSING, plain(node), node)
            continue
        left = list(there)
        for index, expected in enumerate(node.value):
            found = _fitting(expected, left)
            if found is None:
                yield Mismatch("policies", address, (_label(expected, index),), MISSING, plain(expected), expected)
                continue
            left.remove(found)
            for path, got, part in holds(expected, found):
                label = (_label(expected, index), *path)
                yield Mismatch("policies", address, label, got, plain(part), part)
        for extra in left:
            yield Mismatch("policies", address, (str(extra.get("sid") or "statement"),), extra, MISSING, node)


def _fitting(expected: Node, left: list[dict[str, Any]]) -> dict[str, Any] | None:
    sid = mapping(expected).get("sid")
    if sid is not None:
        return next((statement for statement in left if statement.get("sid") == sid.value), None)
    exact = next((statement for statement in left if not list(holds(expected, statement))), None)
    nameless = [statement for statement in left if "sid" not in statement]
    return exact or next(iter(nameless), None)


def _label(expected: Node, index: int) -> str | int:
    sid = mapping(expected).get("sid")
    return str(sid.value) if sid is not None else index
