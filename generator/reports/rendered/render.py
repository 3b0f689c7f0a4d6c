"""What a render wrote, would write otherwise, or deleted: for a person and as JSON data."""

from __future__ import annotations

from typing import TYPE_CHECKING

from generator.display import one_line, plural
from generator.operations.inputs.freshness import remedy
from generator.reports.problems.lines import CAP
from generator.reports.rendered.diff import colored
from generator.reports.report import Message, Report, shown

if TYPE_CHECKING:
    from collections.abc import Iterator

    from generator.operations.rendered.render import FreshnessResult, RenderResult
    from generator.output.report import WriteReport
    from generator.output.writing.prune import PruneReport
    from generator.workspace import Workspace

_MORE = "more (all of them with -v or --json)"


def render_report(result: RenderResult, workspace: Workspace, *, verbose: bool) -> Report:
    """Say what was written."""
    document = {"ok": True, **_as_data(result.report), "skipped": list(result.skipped), "diff": list(result.diff)}
    return Report(document, _messages(result, workspace, verbose=verbose))


def check_report(result: FreshnessResult, *, verbose: bool) -> Report:
    """Say what is not as a render would write it."""
    found = [
        {"environment": item.environment, "path": item.path, "reason": item.reason.value, "detail": item.detail}
        for item in result.stale
    ]
    document = {
        "ok": not result.stale,
        "environments": list(result.names),
        "stale": found,
        "diff": list(result.diff),
    }
    return Report(document, _check_messages(result, verbose=verbose))


def prune_report(report: PruneReport, workspace: Workspace) -> Report:
    """Say which environments were deleted whose specs are gone."""
    messages = [Message("warn", warning) for warning in report.warnings]
    messages += [
        Message("done", f"deleted {workspace.relative(workspace.modules_out / name)}") for name in report.deleted
    ]
    messages += [Message("done", f"kept {path}, which is not ours") for path in report.kept]
    if not report.deleted:
        messages.append(Message("done", "no environment was removed, nothing deleted"))
    return Report({"ok": True, "deleted": list(report.deleted), "kept": list(report.kept)}, messages)


def _messages(result: RenderResult, workspace: Workspace, *, verbose: bool) -> Iterator[Message]:
    report, cap = result.report, None if verbose else CAP
    for warning in report.warnings[:cap]:
        yield Message("warn", one_line(warning))
    if cap and len(report.warnings) > cap:
        yield Message("warn", f"and {len(report.warnings) - cap} {_MORE}")
    yield from shown(colored(result.diff))
    if verbose:
        yield from (Message("detail", line) for line in _details(report, workspace.relative(result.folder)))
    yield Message("done", _summary(report, len(result.skipped)))


def _check_messages(result: FreshnessResult, *, verbose: bool) -> Iterator[Message]:
    stale, cap = result.stale, None if verbose else CAP
    yield from shown(colored(result.diff))
    yield from shown(f"{item.path}: {item.detail}" for item in stale[:cap])
    if cap and len(stale) > cap:
        yield Message("show", f"… and {len(stale) - cap} {_MORE}")
    if stale:
        yield Message("error", f"{plural(len(stale), 'file')} out of date", remedy(stale))
    else:
        yield Message("done", f"{plural(len(result.names), 'environment')} up to date")


def _details(report: WriteReport, folder: str) -> Iterator[str]:
    for item in report.environments:
        for verb, paths in (("created", item.created), ("changed", item.changed), ("pruned", item.pruned)):
            yield from (f"{verb} {folder}/{item.name}/{path}" for path in paths)


def _summary(report: WriteReport, current: int) -> str:
    touched = [item for item in report.environments if item.created or item.changed or item.pruned]
    same = current + len(report.environments) - len(touched)
    noted = sum(item.is_noted for item in report.environments)
    if not touched and noted:
        return f"{plural(same, 'environment')} up to date, only {plural(noted, 'file')} .tfstencil.json written"
    if not touched:
        return f"{plural(same, 'environment')} up to date, nothing written"
    written = sum(len(item.created) + len(item.changed) for item in touched)
    pruned = sum(len(item.pruned) for item in touched)
    parts = [f"{plural(len(touched), 'environment')} rendered: {plural(written, 'file')} written"]
    parts += [f"{plural(pruned, 'file')} deleted"] if pruned else []
    parts += [f"{plural(same, 'environment')} up to date"] if same else []
    return ", ".join(parts)


def _as_data(report: WriteReport) -> dict[str, object]:
    environments = [
        {
            "name": item.name,
            "created": list(item.created),
            "changed": list(item.changed),
            "unchanged": list(item.unchanged),
            "pruned": list(item.pruned),
        }
        for item in report.environments
    ]
    return {"environments": environments, "removed": list(report.removed), "warnings": list(report.warnings)}
