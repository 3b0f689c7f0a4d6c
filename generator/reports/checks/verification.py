"""What exists beside what a spec says, and whether it is ready to build: for a person and as JSON data."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from rich.table import Table
from rich.text import Text

from generator.display import plural, visible
from generator.reports.checks.read_back import checks_view
from generator.reports.report import Message, Report, shown
from generator.reports.style import styled

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from generator.operations.checks.verify import VerifyResult
    from generator.readback.need import Need

_LOOK: Final = {"ready": ("✓", "green"), "missing": ("✗", "red"), "unknown": ("?", "yellow")}


def verify_report(result: VerifyResult, *, verbose: bool) -> Report:
    """Show what exists.

    Args:
        result: of a verification.
        verbose: show the facts that are as the spec says, too.
    """
    document = {
        "ok": not result.wrong,
        "environment": result.target.name,
        "mode": result.mode.value,
        "checks": [check.as_dict() for check in result.checks],
        "ready": result.ready,
        "needs": [need.as_dict() for need in result.needs],
    }
    return Report(document, _messages(result, verbose=verbose))


def _messages(result: VerifyResult, *, verbose: bool) -> Iterator[Message]:
    name, total = result.target.name, plural(len(result.checks), "fact")
    yield Message("show", styled(f"{name}: {result.target.where} ({result.mode})", bold=True))
    yield from shown(checks_view(result.checks if verbose else result.wrong))
    if result.needs:
        yield from shown(["\nWhat the builds need", _needs(result.needs)])
    if result.wrong:
        hint = f"tfstencil drift {name}{' --sandbox' if result.mode.is_mocked else ''} tells what changed outside"
        yield Message("error", f"{len(result.wrong)} of {total} of {name} are not as the spec says", hint)
    else:
        yield Message("done", f"{total} read back, all as the spec says" + ("" if verbose else " (-v shows them)"))
    words = {"yes": "Ready to build", "no": "Not ready to build", "unknown": "Whether it is ready to build is unknown"}
    if result.needs or result.wrong:
        yield Message("show", words[result.ready])


def _needs(needs: Sequence[Need]) -> Table:
    table = Table(box=None, pad_edge=False, padding=(0, 1), show_header=False)
    for _ in range(3):
        table.add_column(overflow="fold")
    for need in needs:
        sign, color = _LOOK[need.state]
        found = f"{need.found}\n→ {need.remedy}" if need.remedy else need.found
        table.add_row(Text(f"  {sign}", style=color), visible(need.subject), Text(visible(found)))
    return table
