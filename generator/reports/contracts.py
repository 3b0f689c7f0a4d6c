"""Broken contracts for a person, and as JSON data."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from generator.contracts.check import MISSING
from generator.contracts.draft import flow
from generator.display import visible
from generator.reports.style import styled

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from generator.contracts.check import Mismatch
    from generator.contracts.judge import Verdict
    from generator.rendering.speckeys import SpecOrigin

_LONGEST: Final = 400


def mismatch_lines(verdict: Verdict) -> Iterator[str]:
    """Show all that a plan breaks of its contract: address, path, got, expected, origin, and what regenerates it."""
    name = verdict.contract.environment
    for mismatch, origins in verdict.mismatches:
        yield styled(f"{name}: {visible(mismatch.address)}", bold=True)
        rows = {
            "path": mismatch.where or f"({mismatch.section})",
            "got": _said(mismatch.got),
            "expected": _said(mismatch.expected, wanted=True),
            "set at": _origin(origins),
            "contract": str(mismatch.node.place),
        }
        for label, text in rows.items():
            yield f"  {label:<9} {visible(text)}"
        yield f"  if that is right: tfstencil test {name} --update"
        yield ""


def as_data(verdict: Verdict) -> dict[str, object]:
    """Write what came of one environment as JSON data."""
    return {
        "name": verdict.contract.environment,
        "contract": verdict.contract.file,
        "expectations": verdict.expectations,
        "mismatches": [_mismatch_data(mismatch, origins) for mismatch, origins in verdict.mismatches],
    }


def _mismatch_data(mismatch: Mismatch, origins: Sequence[SpecOrigin]) -> dict[str, object]:
    return {
        "section": mismatch.section,
        "address": mismatch.address,
        "path": list(mismatch.path),
        "got": None if mismatch.got is MISSING else mismatch.got,
        "expected": None if mismatch.expected is MISSING else mismatch.expected,
        "place": str(mismatch.node.place),
        "origins": [{"key": origin.key, "place": str(origin.place)} for origin in origins],
    }


def _said(value: Any, *, wanted: bool = False) -> str:  # noqa: ANN401  # any JSON value
    if value is MISSING:
        return "nothing of that kind" if wanted else "nothing"
    text = flow(value)
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"


def _origin(origins: Sequence[SpecOrigin]) -> str:
    if not origins:
        return "a template, not the spec"
    return ", ".join(f"{origin.place} ({origin.key})" for origin in origins[:3])
