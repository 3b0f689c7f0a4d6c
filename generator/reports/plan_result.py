"""Plans of one or many environments, offline or against states: for a terminal, as Markdown, as JSON data."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from generator.display import plural
from generator.reports.errors import failures_data
from generator.reports.groups import group_lines, groups_data
from generator.reports.groups_markdown import roll_up
from generator.reports.judgement import as_data as judgement_data
from generator.reports.judgement import judgement_lines
from generator.reports.plan import as_data, plan_view, summary_table, warnings_of
from generator.reports.report import Failure, Part, Report, shown
from generator.terraform.mode import Mode

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rich.console import RenderableType

    from generator.operations.plan import PlanResult

# More than these are shown as groups, with the plan of one of each; -v shows each.
SHOWN_EACH: Final = 4


def plan_report(result: PlanResult, *, verbose: bool) -> Report:
    """Show what would change.

    Args:
        result: of a plan.
        verbose: leave nothing out.
    """
    if result.mode is Mode.OFFLINE:
        return Report(_offline_document(result), _offline_parts(result, verbose=verbose))
    return Report(_document(result), _parts(result, verbose=verbose))


def plan_markdown(result: PlanResult) -> str:
    """Write what would change as Markdown, fit for a comment."""
    against = "" if result.mode is Mode.OFFLINE else f" ({result.mode})"
    title = f"Plan of {plural(len(result.targets), 'environment')}{against}"
    return roll_up(title, result.groups.groups, result.groups.because, result.plans.failures)


def _parts(result: PlanResult, *, verbose: bool) -> Iterator[Part | Failure]:
    made, failures, known = result.plans.made, result.plans.failures, result.plans.refreshed_at
    yield from shown(_plans(result, verbose=verbose))
    if len(made) > 1:
        yield from shown([summary_table(made), ""])
        yield from shown(group_lines(result.groups.groups, result.groups.because, verbose=verbose))
    if known:
        oldest = told(min(known.values()))
        yield Part("note", f"{len(known)} of {plural(len(made), 'plan')} not made anew; the oldest {oldest}")
    for warning in dict.fromkeys(warning for planned in made.values() for warning in warnings_of(planned)):
        yield Part("warn", warning)
    for name, error in failures.items():
        yield Failure(error, about=name if len(made) + len(failures) > 1 else "")


def _plans(result: PlanResult, *, verbose: bool) -> Iterator[RenderableType]:
    """Show each plan, or of many the first of each group of equal ones; what guards say, of all."""
    made, known = result.plans.made, result.plans.refreshed_at
    each = verbose or len(made) <= SHOWN_EACH
    others = {group.environments[0]: 0 if each else len(group.environments) - 1 for group in result.groups.groups}
    for name, planned in made.items():
        is_shown = each or name in others
        if is_shown:
            more = f", and {plural(others[name], 'environment')} like it" if others.get(name) else ""
            at = f", {told(known[name])}" if name in known else ""
            yield from plan_view(f"{name}: {result.targets[name].where} ({result.mode}){at}{more}", planned)
        yield from judgement_lines(result.judgements[name], about="" if is_shown else name)
        if is_shown:
            yield ""


def _document(result: PlanResult) -> dict[str, object]:
    known = result.plans.refreshed_at
    return {
        "ok": result.ok,
        "mode": result.mode.value,
        "environments": [
            as_data(name, planned)
            | {"refreshed_at": known[name].isoformat() if name in known else None}
            | judgement_data(result.judgements[name])
            for name, planned in result.plans.made.items()
        ],
        "groups": groups_data(result.groups.groups, result.groups.because),
        **failures_data(result.plans.failures),
    }


def _offline_parts(result: PlanResult, *, verbose: bool) -> Iterator[Part | Failure]:
    made = result.plans.made
    if len(made) <= SHOWN_EACH or verbose:
        for name, planned in made.items():
            cached = ", cached" if name in result.plans.cached else ""
            yield from shown(plan_view(f"{name}: {result.targets[name].where} (offline{cached})", planned))
            yield Part("show", "")
    if len(made) > 1:
        yield Part("show", summary_table(made) if len(made) <= SHOWN_EACH else "")
        yield from shown(group_lines(result.groups.groups, result.groups.because, verbose=verbose))
    for name, judgement in result.judgements.items():
        yield from shown(judgement_lines(judgement, about=name))
    for error in result.plans.failures.values():
        yield Part("error", str(error), error.hint)
    for warning in result.plans.warnings:
        yield Part("warn", warning)
    yield Part("note", _offline_summary(result))


def _offline_document(result: PlanResult) -> dict[str, object]:
    plans = result.plans
    return {
        "ok": result.ok,
        "mode": "offline",
        "environments": [
            as_data(name, planned) | {"cached": name in plans.cached} | judgement_data(result.judgements[name])
            for name, planned in plans.made.items()
        ],
        "groups": groups_data(result.groups.groups, result.groups.because),
        "failures": {name: str(error) for name, error in plans.failures.items()},
        "seconds": round(plans.seconds, 3),
    }


def _offline_summary(result: PlanResult) -> str:
    plans = result.plans
    how = f", {len(plans.cached)} from the cache" if plans.cached else ""
    failed = f", {len(plans.failures)} failed" if plans.failures else ""
    runs = f" by {plural(plans.runs, 'terraform run')}" if plans.runs else ""
    total = plural(len(plans.made) + len(plans.failures), "environment")
    return f"{total} planned in {plans.seconds:.1f} s{runs}{how}{failed}"


def told(at: datetime) -> str:
    """Say when a state was refreshed: `last refreshed at 2026-11-24 13:05:12 UTC, 12 minutes ago`."""
    minutes = int((datetime.now(UTC) - at).total_seconds() // 60)
    ago = f"{minutes // 60} h {minutes % 60} min" if minutes >= 60 else f"{minutes} min"  # noqa: PLR2004  # an hour
    return f"last refreshed at {at:%Y-%m-%d %H:%M:%S} UTC, {ago if minutes else 'less than a minute'} ago"
