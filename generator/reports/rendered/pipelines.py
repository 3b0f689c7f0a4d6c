"""The files of an engine of CI: written, or compared."""

from __future__ import annotations

from typing import TYPE_CHECKING

from generator.display import plural
from generator.reports.report import Message, Report

if TYPE_CHECKING:
    from generator.operations.rendered.pipelines import PipelineResult


def generated_report(result: PipelineResult) -> Report:
    """Say what was written."""
    messages = [Message("done", f"wrote {path}") for path in result.differing]
    messages += [Message("done", f"{path} is up to date") for path in result.same]
    return Report({"ok": True, "written": list(result.differing), "unchanged": list(result.same)}, messages)


def pipeline_check_report(result: PipelineResult) -> Report:
    """Say what is missing or out of date."""
    messages = [Message("show", f"{path}: is not what tfstencil would write") for path in result.differing]
    if result.differing:
        what = f"{plural(len(result.differing), 'file')} missing or out of date"
        messages.append(Message("error", what, f"run: tfstencil ci generate {result.engine}"))
    else:
        messages.append(Message("done", f"{plural(len(result.same), 'file')} up to date"))
    return Report({"ok": not result.differing, "stale": list(result.differing), "fresh": list(result.same)}, messages)
