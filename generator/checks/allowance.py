"""Lists of what may be otherwise than it should, each entry with a reason and a last day.

    allow:
      - address: module.encryption.aws_kms_key.this
        path: deletion_window_in_days
        reason: a key of prod can be brought back for longer
        until: "2027-06-30"

`address` and `path` are globs; without `path` the whole resource is meant. Which environments are meant is said by a
key that each list names itself (`between`, `environments`); without it, all are.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Final

from generator.errors import SpecError
from generator.language.nodes import Node, mapping, plain
from generator.language.reader import read_spec

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from generator.problems import Place, Problem
    from generator.workspace import Workspace

_TEXTS: Final = ("address", "path", "reason", "until")
_NEEDED: Final = ("address", "reason", "until")


@dataclass(frozen=True, slots=True)
class Allowance:
    """One thing that may be otherwise.

    Attributes:
        address: glob of addresses.
        path: glob of paths below it.
        environments: those that are meant; empty for all.
        reason: why.
        until: the last day on which it is allowed.
        place: where it is written.
    """

    address: str
    path: str
    environments: tuple[str, ...]
    reason: str
    until: dt.date
    place: Place

    def fits(self, address: str, path: str) -> bool:
        """Whether it speaks of a value, be it expired or not."""
        return _fits(address, self.address) and _fits(path, self.path)

    def is_expired(self, today: dt.date) -> bool:
        """Whether its last day is over."""
        return today > self.until


@dataclass(frozen=True, slots=True)
class ListShape:
    """What is particular to one list.

    Attributes:
        file: its name, in the root of the workspace.
        scope: the key of an entry that names environments.
        scope_problem: says what is wrong with the value of that key; "" for nothing.
    """

    file: str
    scope: str
    scope_problem: Callable[[object], str]


def read_list(workspace: Workspace, shape: ListShape) -> list[Allowance]:
    """Read the list of a workspace; empty where there is none.

    Raises:
        SpecError: with everything that is wrong with it.
    """
    path = workspace.root / shape.file
    if not path.is_file():
        return []
    root = read_spec(path, shape.file)
    hint = "it holds the list allow"
    problems = [
        node.problem(key, f"{shape.file} has no such key", hint=hint, rule="unknown-key", at_key=True)
        for key, node in mapping(root).items()
        if key != "allow"
    ]
    listed = mapping(root).get("allow")
    entries = listed.value if listed and isinstance(listed.value, list) else []
    if listed and not isinstance(listed.value, list):
        problems.append(listed.problem("allow", "must be a list", rule="allowance"))
    for index, entry in enumerate(entries):
        problems += _problems(f"allow[{index}]", entry, shape)
    if problems:
        raise SpecError(problems)
    return [_allowance(entry, shape) for entry in entries]


def names_problem(value: object) -> str:
    """Say what is wrong with a list of environments; "" for nothing."""
    if not isinstance(value, list) or not value or not all(isinstance(one, str) and one for one in value):
        return "must be a list of environments"
    return ""


def matches_any(name: str, patterns: Sequence[str]) -> bool:
    """Whether an environment is among names and globs; no patterns mean all."""
    return not patterns or any(fnmatchcase(name, pattern) for pattern in patterns)


def _fits(text: str, pattern: str) -> bool:
    # Addresses hold brackets (`this["main"]`), which mean themselves here.
    return fnmatchcase(text, pattern.replace("[", "[[]"))


def _problems(key: str, entry: Node, shape: ListShape) -> Iterator[Problem]:
    fields = mapping(entry)
    for name in _NEEDED:
        if name not in fields:
            hint = f"say {', '.join(_NEEDED)}"
            yield entry.problem(f"{key}.{name}", "is missing", hint=hint, rule="allowance")
    for name, node in fields.items():
        where = f"{key}.{name}"
        if name == shape.scope:
            message = shape.scope_problem(plain(node))
            if message:
                yield node.problem(where, message, rule="allowance")
        elif name not in _TEXTS:
            hint = f"an entry has {', '.join(_TEXTS)} and {shape.scope}"
            yield node.problem(where, "an entry has no such key", hint=hint, rule="unknown-key", at_key=True)
        elif not isinstance(node.value, str) or not node.value.strip():
            yield node.problem(where, "must be a text", rule="allowance")
        elif name == "until" and _date(node) is None:
            yield node.problem(where, "must be a date", hint='write it as "2027-06-30", in quotes', rule="allowance")


def _date(node: Node) -> dt.date | None:
    try:
        return dt.date.fromisoformat(str(node.value))
    except ValueError:
        return None


def _allowance(entry: Node, shape: ListShape) -> Allowance:
    fields = {key: plain(node) for key, node in mapping(entry).items()}
    environments = fields.get(shape.scope)
    return Allowance(
        address=str(fields["address"]),
        path=str(fields.get("path", "*")),
        environments=tuple(map(str, environments)) if isinstance(environments, list) else (),
        reason=str(fields["reason"]),
        until=dt.date.fromisoformat(str(fields["until"])),
        place=entry.place,
    )
