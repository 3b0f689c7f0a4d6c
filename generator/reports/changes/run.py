"""What became of environments that were applied or destroyed: for a terminal, and as JSON data."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any, Final

from rich.table import Table
from rich.text import Text

from generator.display import plural
from generator.reports.plan.formats.as_json import as_data
from generator.reports.plan.formats.terminal import Terminal
from generator.reports.problems.errors import error_data
from generator.reports.report import Failure, Message, Report, shown

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from generator.operations.changes.run_result import Outcome, RunResult
    from generator.reports.plan.document import Document

# The status of an environment, and how it looks.
_LOOK: Final = {
    "applied": "green",
    "destroyed": "green",
    "unchanged": "green",
    "finished before": "green",
    "declined": "yellow",
    "refused": "red",
    "not begun": "yellow",
    "failed": "red",
    "interrupted": "red",
}
_COUNTED: Final = {"create": "created", "update": "updated", "delete": "destroyed"}


def reviewed_messages(document: Document, *, columns: int, verbose: bool) -> Iterator[Message]:
    """Show plans that are to be carried out, and what guards say of them."""
    terminal = Terminal(columns, verbose=verbose)
    for environment in document.environments:
        yield from shown(terminal.environment(document, environment))
        for warning in environment.warnings:
            yield Message("warn", warning)


def run_report(result: RunResult, document: Document | None = None) -> Report:
    """Say what became of all environments.

    Args:
        result: of the run.
        document: of the plans that were shown; None where nobody reads it.
    """
    return Report(_data(result, document), _messages(result))


def ended_report(result: RunResult, document: Document | None = None) -> Report:
    """Say what became of the environments of a run that is ended early; why, is said elsewhere."""
    return Report(_data(result, document), shown(_summary(result)))


def _data(result: RunResult, document: Document | None) -> dict[str, Any]:
    data: dict[str, Any] = {
        "ok": result.ok,
        "mode": result.mode.value,
        "environments": [_as_data(outcome) for outcome in result.outcomes],
        "seconds": round(result.seconds, 2),
    }
    data |= {"plan": as_data(document)} if document else {}
    failed = next((outcome.error for outcome in result.outcomes if outcome.error), result.ended_by)
    return data | ({"error": error_data(failed)} if failed else {})


def _messages(result: RunResult) -> Iterator[Message | Failure]:
    yield from shown(_summary(result))
    if result.ok:
        return
    several = len(result.outcomes) > 1
    for outcome in result.outcomes:
        if outcome.error:
            yield Failure(outcome.error, about=outcome.name if several else "")
    declined = [outcome.name for outcome in result.outcomes if outcome.status == "declined"]
    if declined:
        past = "applied" if result.verb == "apply" else "destroyed"
        yield Message("error", f"not {past}: {', '.join(declined)}")
    if several:
        flag = " --sandbox" if result.mode.is_mocked else ""
        yield Message("note", f"Go on where it stopped: tfstencil {result.verb}{flag} --resume")


def _summary(result: RunResult) -> Iterator[str | Table]:
    if len(result.outcomes) > 1:
        yield ""
        yield _table(result.outcomes)
        took = f" in {result.seconds:.0f} s" if result.seconds else ""
        yield f"{plural(len(result.outcomes), 'environment')}: {_count_line(result.outcomes)}{took}"


def _as_data(outcome: Outcome) -> dict[str, object]:
    data: dict[str, object] = {
        "name": outcome.name,
        "class": outcome.environment_class,
        "status": outcome.status,
        "done": dict(outcome.done),
        "seconds": round(outcome.seconds, 2),
    }
    if outcome.log:
        data["log"] = outcome.log
    if outcome.error:
        data["error"] = str(outcome.error)
    return data


def _table(outcomes: Sequence[Outcome]) -> Table:
    """Sum up several environments, one line each."""
    table = Table(box=None, pad_edge=False, padding=(0, 2), header_style="bold")
    for title in ("environment", "class", "status"):
        table.add_column(title)
    for title in (*_COUNTED.values(), "seconds"):
        table.add_column(title, justify="right")
    for outcome in outcomes:
        counts = [str(outcome.done.get(action, 0)) for action in _COUNTED]
        status = Text(outcome.status, style=_LOOK[outcome.status])
        table.add_row(outcome.name, outcome.environment_class, status, *counts, f"{outcome.seconds:.0f}")
    return table


def _count_line(outcomes: Sequence[Outcome]) -> str:
    """Count what became of the environments: `3 applied, 1 failed, 2 not begun`."""
    counts = Counter(outcome.status for outcome in outcomes)
    return ", ".join(f"{counts[status]} {status}" for status in _LOOK if counts[status])
