"""The reviewed table of changes that do no harm: which of its rows speaks of a change."""

from __future__ import annotations

from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from typing import TYPE_CHECKING

import yaml

if TYPE_CHECKING:
    from guards_proof.operators import Case

WHOLE = "(all)"


@dataclass(frozen=True)
class Row:
    """One row.

    Attributes:
        reason: why the change does no harm.
        types: of resources; none for any.
        attributes: patterns of dotted paths.
        operators: none for any.
    """

    reason: str
    attributes: tuple[str, ...]
    types: tuple[str, ...] = ()
    operators: tuple[str, ...] = ()

    def speaks_of(self, case: Case) -> bool:
        """Whether a change is one of these."""
        attribute = case.attribute or WHOLE
        # A whole resource is meant by its own word alone.
        named = any(fnmatchcase(attribute, each) and (each == WHOLE or case.attribute) for each in self.attributes)
        of_type = not self.types or case.type in self.types
        return named and of_type and (not self.operators or case.operator in self.operators)


def rows(table: str = "reviewed.yaml") -> list[Row]:
    """Read a table."""
    found = yaml.safe_load(Path(__file__).with_name(table).read_text(encoding="utf-8"))
    return [
        Row(
            each["reason"],
            tuple(each["attributes"]),
            types=tuple(each.get("types") or ()),
            operators=tuple(each.get("operators") or ()),
        )
        for each in found
    ]
