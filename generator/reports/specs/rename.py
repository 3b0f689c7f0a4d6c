"""What a renaming came to: for a person and as JSON data."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Final

from generator.display import plural
from generator.reports.report import Message, Report

if TYPE_CHECKING:
    from collections.abc import Iterator

    from generator.operations.specs.rename import RenameResult

_SHOWN: Final = 10


def rename_report(result: RenameResult) -> Report:
    """Say which files changed, what follows the new name, and what is to be done next."""
    asked = result.asked
    document = {
        "ok": result.status == "renamed",
        "status": result.status,
        "kind": asked.kind,
        "before": asked.before,
        "after": asked.after,
        "environments": list(result.environments),
        "files": list(result.files),
        "replaced": [asdict(each) for each in result.replaced],
        "follows": [
            {"environment": name, "key": key, "before": was, "after": now}
            for name, values in result.follows.items()
            for key, was, now in values
        ],
        "mentions": list(result.mentions),
        "moves_state": result.moves_state,
    }
    return Report(document, list(_messages(result)))


def _messages(result: RenameResult) -> Iterator[Message]:
    asked = result.asked
    if result.status == "declined":
        yield Message("note", "Nothing was changed")
        return
    what = "" if asked.kind == "entry" else f"{asked.kind} "
    where = f" in {', '.join(result.environments)}" if asked.kind != "environment" else ""
    yield Message("done", f"renamed {what}{asked.before} to {asked.after}{where}: {', '.join(result.files)}")
    if result.replaced:
        yield Message("show", f"{plural(len(result.replaced), 'name')} in AWS will change; what has them is replaced")
    else:
        yield Message("show", "What exists keeps its name: the next plan moves it in the state, and replaces nothing")
    for name, values in result.follows.items():
        for key, was, now in values[:_SHOWN]:
            yield Message("note", f"{name}: {key} follows the new name: {was} → {now}")
        if len(values) > _SHOWN:
            yield Message("note", f"{name}: … and {len(values) - _SHOWN} more values")
    for place in result.mentions[:_SHOWN]:
        yield Message("note", f"{place} may mean it; look at it, and change it if it does")
    if len(result.mentions) > _SHOWN:
        yield Message("note", f"… and {len(result.mentions) - _SHOWN} more lines")
    yield Message("note", f"Next: {'; '.join(_next(result))}")


def _next(result: RenameResult) -> Iterator[str]:
    names = " ".join(result.environments)
    yield f"tfstencil render {names}"
    if result.moves_state:
        yield from (f"tfstencil state move {name}" for name in result.environments)
    yield f"tfstencil plan {names}"
    if result.asked.kind == "environment":
        yield "tfstencil render --prune-removed"
