"""Expressions of Terraform that refer to something, as values of their own."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

_TRAVERSAL: Final = re.compile(
    r"[A-Za-z_][A-Za-z0-9_-]*"
    r'(?:\.(?:[A-Za-z_][A-Za-z0-9_-]*|\*)|\[(?:[0-9]+|\*|"[A-Za-z0-9_./:-]+"|each\.(?:key|value))\])*'
)


@dataclass(frozen=True, slots=True)
class Reference:
    """A Terraform expression that refers to something: `module.logs.group_name`. Printed bare.

    Only templates and the derivation make one; it is never decided by looking at a string.
    """

    expression: str

    def __post_init__(self) -> None:
        if not _TRAVERSAL.fullmatch(self.expression):
            raise ValueError(f"{self.expression!a} is not a reference such as module.logs.group_name")

    def __str__(self) -> str:
        """Return the expression."""
        return self.expression
