"""Broken contracts for a person, and as JSON data."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from generator.checks.contracts.check import MISSING
from generator.checks.contracts.draft import flow
from generator.display import plural, visible
from generator.reports.rendered.diff import colored
from generator.reports.report import Message, Report, shown
from generator.reports.style import styled

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from generator.checks.contracts.check import Mismatch
    from generator.checks.contracts.judge import ContractVerdict
    from generator.fleet.plan import FleetPlan
    from generator.operations.checks.test import ContractResult, ContractUpdate
    from generator.provenance.context_keys import SpecOrigin

_LONGEST: Final = 400


def contracts_report(result: ContractResult) -> Report:
    """Show what plans break of their contracts."""
    document = {
        "ok": result.ok,
        "environments": [as_data(verdict) for verdict in result.verdicts],
        "failures": {name: str(error) for name, error in result.planned.failures.items()},
        "without_contract": list(result.without),
        "cached": sorted(result.planned.cached),
        "seconds": round(result.planned.seconds, 3),
    }
    return Report(document, _messages(result))


def update_report(update: ContractUpdate) -> Report:
    """Show which contracts were written, and how they differ from before."""
    document = {"ok": update.ok, "written": list(update.written), "diff": list(update.diff)}
    messages = [*shown(colored(update.diff)), *_failures(update.planned)]
    said = f"{plural(len(update.written), 'contract')} written; review the diff before you commit it"
    return Report(document, [*messages, Message("done", said)])


def _messages(result: ContractResult) -> Iterator[Message]:
    for verdict in result.failed:
        yield from shown(mismatch_lines(verdict))
    yield from _failures(result.planned)
    if result.without:
        yield Message("note", f"without a contract: {', '.join(result.without)}")
    kept = sum(not verdict.mismatches for verdict in result.verdicts)
    checked = sum(verdict.expectations for verdict in result.verdicts)
    planned = result.planned
    cached = f", {len(planned.cached)} from the cache" if planned.cached else ""
    contracts = plural(len(result.verdicts) + len(planned.failures), "contract")
    took = f"{plural(checked, 'expectation')} checked in {planned.seconds:.1f} s{cached}"
    yield Message("show", f"{kept} of {contracts} kept, {took}")


def _failures(planned: FleetPlan) -> Iterator[Message]:
    return (Message("error", str(error), error.hint) for error in planned.failures.values())


def mismatch_lines(verdict: ContractVerdict) -> Iterator[str]:
    """Show all that a plan breaks of its contract: address, path, got, expected, origin, and what regenerates it."""
    name = verdict.contract.environment
    for mismatch, origins in verdict.mismatches:
        yield styled(f"{name}: {visible(mismatch.address)}", bold=True)
        rows = {
            "path": mismatch.where or f"({mismatch.section})",
            "got": _said(mismatch.got),
            "expected": _said(mismatch.expected, wanted=True),
            "set at": _origin(origins),
            "contract": str(mismatch.node.place),
        }
        for label, text in rows.items():
            yield f"  {label:<9} {visible(text)}"
        yield f"  if that is right: tfstencil test {name} --update"
        yield ""


def as_data(verdict: ContractVerdict) -> dict[str, object]:
    """Write what came of one environment as JSON data."""
    return {
        "name": verdict.contract.environment,
        "contract": verdict.contract.file,
        "expectations": verdict.expectations,
        "mismatches": [_mismatch_data(mismatch, origins) for mismatch, origins in verdict.mismatches],
    }


def _mismatch_data(mismatch: Mismatch, origins: Sequence[SpecOrigin]) -> dict[str, object]:
    return {
        "section": mismatch.section,
        "address": mismatch.address,
        "path": list(mismatch.path),
        "got": None if mismatch.got is MISSING else mismatch.got,
        "expected": None if mismatch.expected is MISSING else mismatch.expected,
        "place": str(mismatch.node.place),
        "origins": [{"key": origin.key, "place": str(origin.place)} for origin in origins],
    }


def _said(value: Any, *, wanted: bool = False) -> str:  # noqa: ANN401  # any JSON value
    if value is MISSING:
        return "nothing of that kind" if wanted else "nothing"
    text = flow(value)
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"


def _origin(origins: Sequence[SpecOrigin]) -> str:
    if not origins:
        return "a template, not the spec"
    return ", ".join(f"{origin.place} ({origin.key})" for origin in origins[:3])
