"""Where the state of an environment with a backend is, for a person and as JSON data."""

from __future__ import annotations

from typing import TYPE_CHECKING

from generator.display import plural
from generator.reports.report import Message, Report, shown

if TYPE_CHECKING:
    from collections.abc import Iterator

    from generator.operations.changes.bootstrap import BootstrapResult, Bucket
    from generator.workspace import Workspace


def bootstrap_report(result: BootstrapResult, workspace: Workspace) -> Report:
    """Say where the state is now, and what other specs say to keep theirs there."""
    name, bucket = result.target.name, result.bucket
    if not result.ok:
        document = {"ok": False, "environment": name, "status": result.status}
        return Report(document, [Message("error", f"not bootstrapped: {name} was {result.status}")])
    kept = workspace.relative(result.copy) if result.copy else None
    document = {
        "ok": True,
        "environment": name,
        "mode": result.mode.value,
        "status": result.status,
        "bucket": bucket.name,
        "key": bucket.key,
        "serial": result.serial,
        "resources": result.resources,
        "copy": kept,
        "state": bucket.section,
    }
    return Report(document, _messages(result, kept))


def bucket_report(name: str, bucket: Bucket) -> Report:
    """Say what other specs say to keep their state in a bucket."""
    return Report({"ok": True, "environment": name, "state": bucket.section}, shown(bucket.lines))


def _messages(result: BootstrapResult, kept: str | None) -> Iterator[Message]:
    name, bucket = result.target.name, result.bucket
    where = f"s3://{bucket.name}/{bucket.key} (serial {result.serial}, {plural(result.resources, 'resource')})"
    is_new = result.status == "bootstrapped"
    yield Message(
        "show", f"The state of {name} is in {where}" if is_new else f"{name} is bootstrapped: its state is in {where}"
    )
    if kept:
        yield Message("note", f"What was in a file until now is kept in {kept}")
    yield Message("show", "\nOther environments of the account keep their state there with:\n")
    yield from shown(f"    {line}" for line in bucket.lines)
