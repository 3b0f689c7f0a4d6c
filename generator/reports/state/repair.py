"""A state that was saved or brought back, and what it could be brought back to: for a person and as JSON data."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from rich.table import Table

from generator.display import plural
from generator.reports.report import Message, Report
from generator.terraform.state.rescue import Rescued

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from generator.operations.state.move import MoveResult
    from generator.operations.state.repair import RestoreResult, StateChange
    from generator.terraform import Mode
    from generator.terraform.state.versions import StateVersion
    from generator.workspace import Workspace

_SHOWN: Final = 10


def versions_report(name: str, mode: Mode, versions: Sequence[StateVersion]) -> Report:
    """Show what a state can be brought back to."""
    noted = [_as_data(version) for version in versions]
    document = {"ok": True, "environment": name, "mode": mode.value, "versions": noted}
    if not versions:
        said = f"No earlier state of {name} was noted here ({mode.value}): nothing was changed from this workspace"
        return Report(document, [Message("show", said)])
    table = Table(box=None, pad_edge=False, padding=(0, 2), header_style="bold")
    for title in ("version", "noted", "before", "resources", "kept"):
        table.add_column(title)
    for version in versions:
        kept = f"in the bucket, version {version.object_version}" if version.object_version else "as a copy"
        table.add_row(version.name, _instant(version), version.verb, str(version.resources), kept)
    bring = f"\nBring one back: tfstencil state restore {name} {versions[0].name}{_flag(mode)}"
    return Report(document, [Message("show", table), Message("show", bring)])


def change_messages(change: StateChange) -> Iterator[Message]:
    """Say what a state forgets and what it knows again."""
    version = change.version
    yield Message("show", f"{change.stack.title}: the state goes back to {version.name}, noted {_instant(version)}")
    for title, addresses in (
        ("would exist and not be managed any more", change.forgotten),
        ("would be managed again, and made again where they are gone", change.known_again),
    ):
        if addresses:
            yield Message("show", f"  {plural(len(addresses), 'resource')} {title}:")
            for address, identifier in addresses[:_SHOWN]:
                yield Message("show", f"    {address} ({identifier})")
            if len(addresses) > _SHOWN:
                yield Message("show", f"    … and {len(addresses) - _SHOWN} more")


def move_report(result: MoveResult) -> Report:
    """Say what became of a state that was to be taken along."""
    name, status = result.target.name, result.status
    where = result.now if result.now.startswith("s3:") else "a file beside its modules"
    document: dict[str, object] = {
        "ok": status != "declined",
        "environment": name,
        "mode": result.mode.value,
        "status": status,
        "from": result.before or None,
        "to": result.now,
    }
    if status == "declined":
        return Report(document, [Message("error", f"not moved: {name}")])
    said = {
        "none": f"There is nothing to move: no earlier state of {name} is known",
        "unchanged": f"The state of {name} is in {where} already",
        "abandoned": f"{name} starts from what is in {where}",
        "moved": f"The state of {name} is in {where}",
    }
    messages = [Message("show", said[status])]
    if status == "abandoned":
        messages.append(Message("warn", "what only the earlier state knows exists and is not managed any more"))
    if status == "moved":
        messages.append(Message("note", f"What lies in {result.before} is not looked at any more"))
    return Report(document, [*messages, Message("note", f"Next: tfstencil plan {name}{_flag(result.mode)}")])


def restore_report(result: RestoreResult) -> Report:
    """Say what a state came to that was to be brought back."""
    name, version = result.target.name, result.version.name
    document: dict[str, object] = {
        "ok": result.status != "declined",
        "environment": name,
        "mode": result.mode.value,
        "version": version,
        "status": result.status,
    }
    if result.status == "declined":
        return Report(document, [Message("error", f"not restored: {name}")])
    document["serial"] = result.serial
    if result.status == "unchanged":
        return Report(document, [Message("show", f"The state of {name} already is what {version} was")])
    document |= {"resources": result.resources, "replaced": result.replaced}
    counted = f"serial {result.serial}, {plural(result.resources, 'resource')}"
    back = f"What was there is noted as {result.replaced}. " if result.replaced else ""
    messages = [
        Message("show", f"The state of {name} is what {version} was: {counted}"),
        Message("note", f"{back}Next: tfstencil plan {name}{_flag(result.mode)}"),
    ]
    return Report(document, messages)


def rescue_report(name: str, mode: Mode, rescued: Rescued | Sequence[Path] | None, workspace: Workspace) -> Report:
    """Say what became of a state that could not be saved."""
    document: dict[str, object] = {"ok": True, "environment": name, "mode": mode.value}
    if isinstance(rescued, Rescued):
        copy = workspace.relative(rescued.copy) if rescued.copy else None
        document |= {"rescued": True, "serial": rescued.serial, "resources": rescued.resources, "copy": copy}
        described = f"serial {rescued.serial}, {plural(rescued.resources, 'resource')}"
        kept = f"A copy is in {copy}. " if copy else ""
        messages = [
            Message("done", f"The state of {name} is saved: {described}, from {workspace.relative(rescued.found_in)}"),
            Message("note", f"{kept}Next: tfstencil plan {name}{_flag(mode)}"),
        ]
    elif rescued:
        folders = [workspace.relative(folder) for folder in rescued]
        document |= {"rescued": False, "abandoned": folders}
        gone = "what only that state knows exists and is not managed any more: import it, or remove it by hand"
        messages = [
            Message("done", f"The state of {name} that was not saved is put aside: {', '.join(folders)}"),
            Message("warn", gone),
        ]
    else:
        document |= {"rescued": False}
        messages = [Message("done", f"There is nothing to rescue: the state of {name} is saved")]
    return Report(document, messages)


def unlock_report(name: str, mode: Mode, lock: str) -> Report:
    """Say that a lock is taken away."""
    document = {"ok": True, "environment": name, "mode": mode.value, "lock": lock}
    return Report(document, [Message("done", f"The lock {lock} of {name} is taken away")])


def _flag(mode: Mode) -> str:
    return " --sandbox" if mode.is_mocked else ""


def _instant(version: StateVersion) -> str:
    return datetime.fromtimestamp(version.noted, UTC).strftime("%Y-%m-%d %H:%M:%SZ")


def _as_data(version: StateVersion) -> dict[str, object]:
    return {
        "version": version.name,
        "noted": datetime.fromtimestamp(version.noted, UTC).isoformat(),
        "before": version.verb,
        "serial": version.serial,
        "lineage": version.lineage,
        "resources": version.resources,
        "object_version": version.object_version or None,
    }
