"""What terraform complains about, as it says it itself in JSON."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One error or warning of terraform.

    Attributes:
        severity: warnings never stop anything.
        summary: one line.
        detail: more lines, or "".
        file: relative to the folder that terraform ran in; "" where it names none.
        line: 1-based; 0 where it names none.
        column: 1-based; 0 where it names none.
        last_line: 1-based line on which what is concerned ends; 0 where it names none.
        snippet: the source line or lines concerned, or "".
        context: the block concerned (`resource "aws_s3_bucket" "this"`), or "".
        address: the resource or provider concerned, or "".
        origins: where the line comes from: its template line and the values of the spec, a line of text each.
    """

    severity: Literal["error", "warning"]
    summary: str
    detail: str = ""
    file: str = ""
    line: int = 0
    column: int = 0
    snippet: str = ""
    context: str = ""
    address: str = ""
    origins: tuple[str, ...] = ()
    last_line: int = 0

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}:{self.column}: " if self.file else ""
        subject = f"{self.address}: " if self.address and self.address not in self.summary else ""
        below = [f"  {origin}" for origin in self.origins] + ([self.detail] if self.detail else [])
        return "\n".join([f"{place}{subject}{self.summary}", *below])

    @property
    def is_error(self) -> bool:
        """Whether it stops the command."""
        return self.severity == "error"

    @property
    def asks_for_init(self) -> bool:
        """Whether terraform wants the folder initialised (again)."""
        text = f"{self.summary} {self.detail}"
        return "terraform init" in text or "tofu init" in text or self.summary == "Module not installed"


def parse_diagnostic(raw: Mapping[str, Any]) -> Diagnostic:
    """Read one diagnostic object of `validate -json` or of an event."""
    where = raw.get("range") or {}
    start = where.get("start") or {}
    snippet = raw.get("snippet") or {}
    return Diagnostic(
        severity="warning" if raw.get("severity") == "warning" else "error",
        summary=str(raw.get("summary") or "").strip(),
        detail=str(raw.get("detail") or "").strip(),
        file=str(where.get("filename") or ""),
        line=int(start.get("line") or 0),
        column=int(start.get("column") or 0),
        snippet=str(snippet.get("code") or ""),
        context=str(snippet.get("context") or ""),
        address=str(raw.get("address") or ""),
        last_line=int((where.get("end") or {}).get("line") or 0),
    )


def parse_validation(text: str) -> tuple[Diagnostic, ...] | None:
    """Read the output of `validate -json`.

    Returns:
        The diagnostics, in terraform's order; None where the text is not that output.
    """
    try:
        document = json.loads(text)
    except ValueError:
        return None
    if not isinstance(document, dict) or "valid" not in document:
        return None
    return tuple(parse_diagnostic(raw) for raw in document.get("diagnostics") or ())


def errors_in(diagnostics: Iterable[Diagnostic]) -> tuple[Diagnostic, ...]:
    """Keep what stops the command."""
    return tuple(diagnostic for diagnostic in diagnostics if diagnostic.is_error)
