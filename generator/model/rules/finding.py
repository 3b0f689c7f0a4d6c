"""What a rule found."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Path = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Finding:
    """What a rule found.

    Attributes:
        path: keys from the root of the spec to the value to change; empty for the spec as a whole.
        message: what is wrong.
        hint: what to do.
        rule: stable identifier.
        severity: a warning stops nothing.
        risk: word by which `accepted` lets it through; "" where nothing does.
    """

    path: Path
    message: str
    hint: str
    rule: str
    severity: Literal["error", "warning"] = "error"
    risk: str = ""
