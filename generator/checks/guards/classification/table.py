"""All that is classified, asked by type and by path: tables that several share, those of parts, and own ones."""

from __future__ import annotations

from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

import yaml

from generator.checks.guards.classification.data_types import HOLDINGS
from generator.checks.guards.classification.rows import TypeRow, row_of
from generator.parts.catalog import PARTS

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from generator.checks.guards.classification.rows import Rule

# What several parts render, or none.
_TABLES: Final = Path(__file__).with_name("tables")
_LOADER: Final = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_EVERYWHERE: Final = "everywhere"
_UNKNOWN: Final = TypeRow()


class Table:
    """What each type, and each of its attributes, means to the guards.

    Args:
        rows: by type.
        general: what an attribute means in any resource, by its name at any depth.
    """

    def __init__(self, rows: Mapping[str, TypeRow], general: TypeRow) -> None:
        self.rows = MappingProxyType(dict(rows))
        self.general = general
        self.holdings: Mapping[str, str] = MappingProxyType(
            {**HOLDINGS} | {kind: its.holds for kind, its in rows.items() if its.holds}
        )
        self._rules: dict[tuple[str, str], tuple[Rule, ...]] = {}

    @property
    def types(self) -> Collection[str]:
        """The types that have a row."""
        return self.rows.keys()

    def extended(self, own: Mapping[str, TypeRow]) -> Table:
        """Return a table with rows, or parts of rows, of somebody's own; theirs win where both have an attribute."""
        found = dict(self.rows)
        for kind, its in own.items():
            found[kind] = self.rows[kind].joined(its) if kind in self.rows else its
        return Table(found, self.general)

    def row(self, kind: str) -> TypeRow:
        """Return what is said of a type; of one that nobody knows, nothing."""
        return self.rows.get(kind, _UNKNOWN)

    def is_known(self, kind: str) -> bool:
        """Whether somebody has said what a type is."""
        return kind in self.rows

    def rules_of(self, kind: str, dotted: str) -> tuple[Rule, ...]:
        """Return how an attribute is judged; empty where nobody has said it.

        Args:
            kind: type of the resource.
            dotted: path without positions: `logs_config.cloudwatch_logs.status`.
        """
        key = (kind, dotted)
        if key not in self._rules:
            self._rules[key] = self._found(kind, dotted)
        return self._rules[key]

    def _found(self, kind: str, dotted: str) -> tuple[Rule, ...]:
        own, general = self.row(kind).rules, self.general.rules
        parts = dotted.split(".")
        for end in range(len(parts), 0, -1):
            exact = own.get(".".join(parts[:end]))
            if exact:
                return exact
        last = general.get(parts[-1], ())
        if last and (len(parts) == 1 or last[0].how not in {"identity", "harmless"}):
            return last
        first = general.get(parts[0], ())
        if first and first[0].how == "harmless":
            return first
        globs = [pattern for pattern in own if "*" in pattern and fnmatchcase(dotted, pattern)]
        return own[max(globs, key=len)] if globs else ()

    def rules_below(self, kind: str, dotted: str) -> tuple[Rule, ...]:
        """Return how the attributes inside a block are judged, for a block of which nothing is known."""
        its = self.row(kind).rules
        return tuple(rule for path, rules in its.items() if path.startswith(f"{dotted}.") for rule in rules)

    def is_classified(self, kind: str, dotted: str) -> bool:
        """Whether somebody has decided what an attribute means; so are all of a type that a table knows in part."""
        its, top = self.row(kind), dotted.partition(".")[0]
        names = {*its.names, *(attribute.partition(".")[0] for attribute in its.owners.values())}
        return (its.is_loose and self.is_known(kind)) or top in names or bool(self.rules_of(kind, dotted))


@cache
def table() -> Table:
    """Put together what is said here and what each part of the stack says of the types that it alone renders."""
    written: dict[str, Any] = {}
    for file in sorted(_TABLES.glob("*.yaml")):
        written |= yaml.load(file.read_text("utf-8"), _LOADER)  # noqa: S506  # the safe loader
    for part in PARTS:
        written |= part.guards()
    rows = {kind: row_of(its) for kind, its in written.items()}
    return Table(rows, rows.pop(_EVERYWHERE))
