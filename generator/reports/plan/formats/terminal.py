"""The document on a terminal: the verdict first, then what happens by risk; addresses stay whole, to be copied."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Final

from generator.display import one_line, plural
from generator.reports.plan.document import COUNTED, Risk, Verdict
from generator.reports.plan.formats.terminal_changes import TerminalChanges
from generator.reports.plan.members import Members, says_itself
from generator.reports.plan.verdicts import heading, nothing_words, verdict_words
from generator.reports.plan.words import (
    EXPIRED,
    KNOWN,
    OUTSIDE,
    billed_words,
    count_words,
    counted_words,
    divergence_words,
    output_words,
    time_words,
    told,
)
from generator.reports.problems.excerpt import width
from generator.reports.style import styled

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from generator.reports.plan.document import Document, Environment, Group, Remark
    from generator.reports.plan.members import WhoSays

NARROWEST: Final = 40
# More environments than these are told as groups; -v shows each.
SHOWN_EACH: Final = 4
_NAMES: Final = 12
_KEYS: Final = 6
_OF_VERDICT: Final = {
    Verdict.FAILED: "red",
    Verdict.REFUSED: "red",
    Verdict.CONSENT: "yellow",
    Verdict.DRIFTED: "yellow",
    Verdict.SAFE: "green",
    Verdict.NOTHING: "green",
}


class Terminal:
    """Writes a document for a terminal.

    Args:
        columns: of the terminal; what is longer is folded between words, but for addresses.
        verbose: leave nothing out.
    """

    def __init__(self, columns: int, *, verbose: bool = False) -> None:
        self._verbose = verbose
        self._write = TerminalChanges(max(columns, NARROWEST), verbose=verbose)

    def lines(self, document: Document) -> Iterator[str]:
        """Write the whole document."""
        planned = [each for each in document.environments if each.verdict is not Verdict.FAILED]
        if self._verbose or (len(planned) <= SHOWN_EACH and all(len(group.names) == 1 for group in document.groups)):
            for environment in planned:
                yield from self.environment(document, environment)
                yield ""
            if len(planned) > 1:
                if document.verb != "drift":
                    yield from self._table(planned)
                yield from self._comparison(document)
            return
        yield from self._fleet(document)

    def environment(
        self, document: Document, environment: Environment, title: str = "", group: Group | None = None
    ) -> Iterator[str]:
        """Write one environment.

        Args:
            document: that it stands in.
            environment: to be written.
            title: what stands above it, in place of its own.
            group: of which it is the first, and for which it stands.
        """
        verb = document.verb
        yield styled(title or _title(document, environment), bold=True)
        if environment.verdict is Verdict.NOTHING and not (environment.outside or environment.excused):
            yield f"  {nothing_words(environment, verb)}"
            yield from self._remarks(environment)
            return
        is_refused = environment.verdict is Verdict.REFUSED
        yield f"  {styled(verdict_words(environment, verb), _OF_VERDICT[environment.verdict], bold=is_refused)}"
        yield from self._remarks(environment)
        if environment.is_first and verb == "drift" and not self._verbose:
            return
        says = Members(document, group).origins if group else says_itself
        if verb == "drift":
            yield from self._outside(environment, says)
        yield from self._changes(document, environment, group, says)
        if verb == "drift":
            yield from self._excused(environment)
        else:
            yield from self._outside(environment, says)
            yield from self._ends(environment)

    def _changes(
        self, document: Document, environment: Environment, group: Group | None, says: WhoSays
    ) -> Iterator[str]:
        like = document.environment(group.compared_with) if group and group.compared_with else None
        for risk in Risk:
            if risk in COUNTED and not self._verbose and document.verb != "drift":
                continue
            found = environment.of_risk(risk)
            is_first = risk is Risk.CREATED and environment.is_first
            # That all of it is new has just been said.
            if found and not (is_first and environment.verdict is Verdict.SAFE):
                yield f"  {styled(heading(risk, document.verb), bold=True)}"
            if is_first and not self._verbose:
                yield from self._write.first(found, like)
            else:
                for change in found:
                    yield from self._write.change(change, says)
        if document.verb == "drift":
            yield from (
                f"  {styled(f'output {one_line(name)}: to {action}', 'yellow')}"
                for name, action in environment.outputs.items()
            )

    def _excused(self, environment: Environment) -> Iterator[str]:
        for is_expired, title in ((True, EXPIRED), (False, KNOWN)):
            found = [each for each in environment.excused if each.is_expired is is_expired]
            if found:
                yield f"  {styled(title, 'red' if is_expired else 'green', bold=True)}"
            for each in found:
                yield from self._write.excused(each)

    def _remarks(self, environment: Environment) -> Iterator[str]:
        if environment.refusals:
            yield styled("  Guards refuse to apply this:", "red")
        yield from self._refusals(environment.refusals)
        listed = {change.address for change in environment.changes}
        for remark in environment.remarks:
            if remark.kind == "allowed" or (remark.kind == "advice" and remark.address not in listed):
                kind = "allowed:" if remark.kind == "allowed" else "advice"
                yield from self._write.folded(f"{kind} {remark.about} {remark.address}: {one_line(remark.reason)}", 2)

    def _refusals(self, refusals: Sequence[Remark]) -> Iterator[str]:
        grouped: dict[tuple[str, str], list[Remark]] = {}
        for remark in refusals:
            grouped.setdefault((remark.about, remark.address), []).append(remark)
        for (about, address), same in grouped.items():
            yield from self._write.addressed(f"! {about}", address, "red", is_refusal=True)
            for remark in same:
                yield from self._write.folded(one_line(remark.reason), 6)
                if remark.before and remark.before not in remark.reason:
                    yield from self._write.folded(f"now: {one_line(remark.before)}; then: {one_line(remark.after)}", 6)
                for origin in remark.origins:
                    yield f"      set at {one_line(origin)}"
            yield f"      {one_line(same[0].flag) or 'nothing allows it'}"

    def _outside(self, environment: Environment, says: WhoSays) -> Iterator[str]:
        if environment.outside:
            yield f"  {styled(OUTSIDE, 'yellow', bold=True)}"
        for change in environment.outside:
            yield from self._write.change(change, says, is_past=True)

    def _ends(self, environment: Environment) -> Iterator[str]:
        outputs = output_words(environment, None if self._verbose else _KEYS)
        yield from self._write.folded("; ".join(filter(None, [f"Plan: {count_words(environment.counts)}", outputs])), 2)
        counted = counted_words(environment)
        if counted:
            yield f"  Besides: {counted}"
        for word, sign in (("Joins", "+"), ("Leaves", "-")):
            billed = billed_words(environment.billed, sign)
            if billed and (self._verbose or not environment.is_first):
                yield from self._write.folded(f"{word} the bill: {'; '.join(billed)}", 2)
        time = time_words(environment)
        if time:
            yield from self._write.folded(f"Takes {time}", 2)

    def _table(self, environments: Sequence[Environment]) -> Iterator[str]:
        longest = max(len("environment"), *(width(each.name) for each in environments))
        actions = ("create", "update", "replace", "delete")
        yield styled("  ".join(["environment".ljust(longest), *(f"{action:>7}" for action in actions)]), bold=True)
        for each in environments:
            cells = [f"{each.counts.get(action, 0):>7}" for action in actions]
            yield "  ".join([each.name.ljust(longest), *cells])
        yield ""

    def _fleet(self, document: Document) -> Iterator[str]:
        """Write each group once, by stack."""
        for stack in dict.fromkeys(group.stack for group in document.groups):
            groups = [group for group in document.groups if group.stack == stack]
            for group in groups:
                first = document.environment(group.names[0])
                yield from self.environment(document, first, _group_title(document, group, first), group)
                yield from self._differing(group)
                yield ""

    def _comparison(self, document: Document) -> Iterator[str]:
        for group in document.groups:
            if group.compared_with:
                yield styled(_names(group.names), bold=True) + f" compared with {group.compared_with}:"
                yield from self._differing(group)

    def _differing(self, group: Group) -> Iterator[str]:
        if not group.compared_with:
            return
        keys = ", ".join(group.because[:_KEYS]) + (" …" if len(group.because) > _KEYS else "")
        because = f" because of {one_line(keys)}" if keys else ""
        count = plural(len(group.differs), "difference") if group.differs else "only guards say something else"
        yield from self._write.folded(f"Not as {group.compared_with}{because}: {count}", 2, dim=True)
        for each in group.differs if self._verbose else ():
            yield from self._write.folded(divergence_words(each), 4)


def _title(document: Document, environment: Environment) -> str:
    note = f", {environment.note}" if environment.note else ""
    place = f"account {environment.account}, {environment.region}"
    at = f", {told(datetime.fromisoformat(environment.refreshed_at))}" if environment.refreshed_at else ""
    return f"{environment.name}: {place} ({document.mode}{note}){at}"


def _group_title(document: Document, group: Group, first: Environment) -> str:
    if len(group.names) == 1:
        return f"{group.stack} · {_title(document, first)}"
    return f"{group.stack} ({document.mode}) · same in {_names(group.names)}"


def _names(names: Sequence[str]) -> str:
    shown = ", ".join(names[:_NAMES])
    more = f" and {len(names) - _NAMES} more" if len(names) > _NAMES else ""
    return f"{len(names)} environments ({shown}{more})" if len(names) > 1 else shown
