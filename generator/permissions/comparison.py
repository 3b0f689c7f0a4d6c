"""Two versions of the policies of one owner, statement by statement, for a report."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from generator.permissions.words import describe

if TYPE_CHECKING:
    from generator.permissions.policy import Permissions


@dataclass(frozen=True, slots=True)
class Change:
    """What becomes of one statement.

    Attributes:
        action: `added`, `removed`, or `changed`.
        sid: of the statement.
        details: for a changed one, each difference in words: "actions: adds s3:PutObject".
        before: the statement as it was, in words; "" for an added one.
        after: as it will be; "" for a removed one.
    """

    action: str
    sid: str
    details: tuple[str, ...] = ()
    before: str = ""
    after: str = ""


def compare(before: Permissions, after: Permissions) -> list[Change]:
    """List the statements that differ; statements are paired by name, then by likeness."""
    old, new = before.statements, after.statements
    removed = [Change("removed", each.sid, before=describe(each)) for each in old if each not in new]
    return removed + [Change("added", each.sid, after=describe(each)) for each in new if each not in old]
