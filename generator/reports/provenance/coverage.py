"""What environments exercise of the templates: for a person, and as JSON data."""

from __future__ import annotations

from typing import TYPE_CHECKING

from generator.reports.report import Report, shown

if TYPE_CHECKING:
    from collections.abc import Iterator

    from generator.operations.provenance.coverage import CoverageResult
    from generator.rendering.trace.instrument import Branch


def coverage_report(result: CoverageResult) -> Report:
    """Show branches that never ran, and keys that nothing reads."""
    found = result.templates
    document = {
        "ok": True,
        "environments": list(result.names),
        "branches": len(found.branches),
        "covered": len(found.branches) - len(found.missed),
        "missed": [_as_data(branch) for branch in found.missed],
        "unread": found.unread,
        "unused": list(result.unused),
    }
    return Report(document, shown(_shown(result)))


def _shown(result: CoverageResult) -> Iterator[str]:
    found = result.templates
    yield f"{len(found.branches) - len(found.missed)} of {len(found.branches)} template branches run"
    for branch in found.missed:
        depends = f" (depends on {', '.join(branch.condition)})" if branch.condition else ""
        yield f"  {branch.place.file}:{branch.place.line}: {branch.kind} never runs{depends}"
    for title, keys in (("derived and read by no template", found.unread), ("in no template", result.unused)):
        if keys:
            yield f"\n{len(keys)} {title}:"
        for key in keys:
            yield f"  {key}"


def _as_data(branch: Branch) -> dict[str, object]:
    place = branch.place
    return {"file": place.file, "line": place.line, "kind": branch.kind, "condition": list(branch.condition)}
