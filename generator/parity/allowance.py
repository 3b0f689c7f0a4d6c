"""Read `parity.yaml`: what may differ between two environments, why, and until when.

    allow:
      - address: module.encryption.aws_kms_key.this
        path: deletion_window_in_days
        between: [staging, prod]
        reason: a key of prod can be brought back for longer
        until: "2027-06-30"

`address` and `path` are globs; without `path` the whole resource may differ, or be on one side alone. Without `between`
it is allowed for any two environments.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Final

from generator.errors import SpecError
from generator.spec.nodes import Node, mapping, plain
from generator.spec.reader import read_spec

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from generator.fleet.normal import Divergence
    from generator.problems import Place, Problem
    from generator.workspace import Workspace

FILE: Final = "parity.yaml"
_TEXTS: Final = ("address", "path", "reason", "until")
_NEEDED: Final = ("address", "reason", "until")


@dataclass(frozen=True, slots=True)
class Allowance:
    """One thing that may differ.

    Attributes:
        address: glob of addresses.
        path: glob of paths below it.
        between: the two environments; empty for any.
        reason: why.
        until: the last day on which it is allowed.
        place: where it is written.
    """

    address: str
    path: str
    between: frozenset[str]
    reason: str
    until: dt.date
    place: Place

    def covers(self, divergence: Divergence, environments: Sequence[str]) -> bool:
        """Whether it allows a divergence, be it expired or not."""
        return (
            (not self.between or self.between == frozenset(environments))
            and _fits(divergence.address, self.address)
            and _fits(divergence.path, self.path)
        )

    def is_expired(self, today: dt.date) -> bool:
        """Whether its last day is over."""
        return today > self.until


def _fits(text: str, pattern: str) -> bool:
    # Addresses hold brackets (`this["main"]`), which mean themselves here.
    return fnmatchcase(text, pattern.replace("[", "[[]"))


def read_allowances(workspace: Workspace) -> list[Allowance]:
    """Read the list of a workspace; empty where there is none.

    Raises:
        SpecError: with everything that is wrong with it.
    """
    path = workspace.root / FILE
    if not path.is_file():
        return []
    root = read_spec(path, FILE)
    problems = [
        node.problem(
            key, "parity.yaml has no such key", hint="it holds the list allow", rule="unknown-key", at_key=True
        )
        for key, node in mapping(root).items()
        if key != "allow"
    ]
    listed = mapping(root).get("allow")
    entries = listed.value if listed and isinstance(listed.value, list) else []
    if listed and not isinstance(listed.value, list):
        problems.append(listed.problem("allow", "must be a list", rule="parity"))
    for index, entry in enumerate(entries):
        problems += _problems(f"allow[{index}]", entry)
    if problems:
        raise SpecError(problems)
    return [_allowance(entry) for entry in entries]


def _problems(key: str, entry: Node) -> Iterator[Problem]:
    fields = mapping(entry)
    for name in _NEEDED:
        if name not in fields:
            hint = f"say {', '.join(_NEEDED)}"
            yield entry.problem(f"{key}.{name}", "is missing", hint=hint, rule="parity")
    for name, node in fields.items():
        where = f"{key}.{name}"
        if name == "between":
            names = plain(node)
            if not isinstance(names, list) or len(names) != 2 or not all(isinstance(one, str) for one in names):  # noqa: PLR2004  # two sides
                yield node.problem(where, "must be a list of two environments", rule="parity")
        elif name not in _TEXTS:
            hint = f"an entry has {', '.join(_TEXTS)} and between"
            yield node.problem(where, "an entry has no such key", hint=hint, rule="unknown-key", at_key=True)
        elif not isinstance(node.value, str) or not node.value.strip():
            yield node.problem(where, "must be a text", rule="parity")
        elif name == "until" and _date(node) is None:
            yield node.problem(where, "must be a date", hint='write it as "2027-06-30", in quotes', rule="parity")


def _date(node: Node) -> dt.date | None:
    try:
        return dt.date.fromisoformat(str(node.value))
    except ValueError:
        return None


def _allowance(entry: Node) -> Allowance:
    fields = {key: plain(node) for key, node in mapping(entry).items()}
    between = fields.get("between")
    return Allowance(
        address=str(fields["address"]),
        path=str(fields.get("path", "*")),
        between=frozenset(map(str, between)) if isinstance(between, list) else frozenset(),
        reason=str(fields["reason"]),
        until=dt.date.fromisoformat(str(fields["until"])),
        place=entry.place,
    )
