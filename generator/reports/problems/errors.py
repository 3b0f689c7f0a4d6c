"""Errors as JSON data."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

from generator.errors import RefusedError, TemplateError, TerraformError
from generator.reports.problems.refusals import as_data as refusal_data

if TYPE_CHECKING:
    from collections.abc import Mapping

    from generator.errors import TfstencilError


def error_data(error: TfstencilError) -> dict[str, object]:
    """Write an error as JSON data."""
    details: dict[str, object] = {"kind": type(error).__name__, "message": str(error), "hint": error.hint}
    if isinstance(error, TemplateError):
        details |= {"file": error.place.file, "line": error.place.line, "column": error.place.column}
    if isinstance(error, RefusedError):
        details["refusals"] = [refusal_data(refusal) for refusal in error.refusals]
    if isinstance(error, TerraformError):
        details |= {"command": list(error.command), "folder": str(error.folder), "exit_code": error.code}
        details["stderr"] = error.stderr
        details["diagnostics"] = [asdict(diagnostic) for diagnostic in error.diagnostics]
        details["explanations"] = [asdict(explanation) for explanation in error.explanations]
    return details


def failures_data(failures: Mapping[str, TfstencilError]) -> dict[str, object]:
    """Write why environments failed as JSON data, the first error in full; nothing where none did."""
    if not failures:
        return {}
    return {
        "failures": {name: str(error) for name, error in failures.items()},
        "error": error_data(next(iter(failures.values()))),
    }
