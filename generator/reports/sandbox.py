"""The sandbox that was started, stopped or looked at: for a person, and as JSON data."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

from generator.reports.report import Message, Report

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from generator.sandbox.control import SandboxInfo, SandboxStatus, Stopped


def started_report(info: SandboxInfo, environments: Sequence[str]) -> Report:
    """Say where the sandbox runs.

    Args:
        info: of the sandbox.
        environments: those of the workspace, of which one can be applied next.
    """
    return Report({"ok": True, **asdict(info)}, _started(info, environments))


def stopped_report(stopped: Stopped) -> Report:
    """Say what went with the sandbox."""
    messages = [Message("done", "The sandbox is stopped" if stopped.was_running else "No sandbox was running")]
    if stopped.forgotten:
        text = f"Its resources are gone, and with them the state of: {', '.join(stopped.forgotten)}"
        messages.append(Message("note", text))
    return Report({"ok": True, **asdict(stopped)}, messages)


def status_report(found: SandboxStatus) -> Report:
    """Say whether the sandbox runs, and where."""
    info = found.info
    if info:
        message = Message("show", f"The sandbox runs at {info.endpoint} (process {info.pid})")
    elif found.problem:
        message = Message("error", found.problem, hint="run tfstencil sandbox start for a new one")
    else:
        message = Message("show", "No sandbox runs in this workspace")
    document = {"ok": not found.problem, "running": info is not None, "sandbox": info and asdict(info)}
    return Report(document, [message])


def _started(info: SandboxInfo, environments: Sequence[str]) -> Iterator[Message]:
    if info.cleaned:
        yield Message("warn", f"cleaned up {info.cleaned}; what was applied in it is gone")
    yield Message("done", f"The sandbox {'runs' if info.fresh else 'was running already'} at {info.endpoint}")
    if environments:
        name = next((name for name in environments if name.startswith("dev")), environments[0])
        yield Message("note", f"Next: tfstencil apply {name} --sandbox. End it with tfstencil sandbox stop.")
    else:
        yield Message(
            "note", "Next: tfstencil new ENV writes a first spec. End the sandbox with tfstencil sandbox stop."
        )
