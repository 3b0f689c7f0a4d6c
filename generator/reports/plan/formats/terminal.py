"""The document on a terminal: the verdict first, then what happens by risk; addresses stay whole, to be copied."""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from typing import TYPE_CHECKING, Final

from generator.display import one_line, plural
from generator.reports.plan.document import COUNTED, Risk, Verdict
from generator.reports.plan.words import (
    HEADINGS,
    SIGNS,
    billed_words,
    count_words,
    counted_words,
    difference_lines,
    reason_words,
    time_words,
    told,
    verdict_words,
)
from generator.reports.problems.excerpt import width
from generator.reports.style import styled

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from generator.reports.plan.document import Change, Difference, Document, Environment, Group, Remark
    from generator.reports.plan.words import Line

NARROWEST: Final = 40
# More environments than these are told as groups; -v shows each.
SHOWN_EACH: Final = 4
_LONGEST: Final = 300
_DIFFERENCES: Final = 8
_OF_NEW: Final = 6
_OF_FIRST: Final = 30
_FEW: Final = 8
_NAMES: Final = 12
_KEYS: Final = 6
_COLORS: Final[Mapping[str, str]] = {"+": "green", "-": "red", "~": "yellow", "!": "red"}
_OF_VERDICT: Final = {
    Verdict.FAILED: "red",
    Verdict.REFUSED: "red",
    Verdict.CONSENT: "yellow",
    Verdict.SAFE: "green",
    Verdict.NOTHING: "green",
}
_OF_ACTION: Final = {"create": "green", "update": "yellow", "replace": "magenta", "delete": "red", "forget": "red"}
_PLAIN: Final = ("tags", "tags_all")


class Terminal:
    """Writes a document for a terminal.

    Args:
        columns: of the terminal; what is longer is folded between words, but for addresses.
        verbose: leave nothing out.
    """

    def __init__(self, columns: int, *, verbose: bool = False) -> None:
        self._columns = max(columns, NARROWEST)
        self._verbose = verbose

    def lines(self, document: Document) -> Iterator[str]:
        """Write the whole document."""
        planned = [each for each in document.environments if each.verdict is not Verdict.FAILED]
        if self._verbose or (len(planned) <= SHOWN_EACH and all(len(group.names) == 1 for group in document.groups)):
            for environment in planned:
                yield from self.environment(document, environment)
                yield ""
            if len(planned) > 1:
                yield from self._table(planned)
                yield from self._comparison(document)
            return
        yield from self._fleet(document)

    def environment(
        self, document: Document, environment: Environment, title: str = "", like: Environment | None = None
    ) -> Iterator[str]:
        """Write one environment.

        Args:
            document: that it stands in.
            environment: to be written.
            title: what stands above it, in place of its own.
            like: another one of its stack, of whose resources a first plan needs no second list.
        """
        yield styled(title or _title(document, environment), bold=True)
        color = _OF_VERDICT[environment.verdict]
        if environment.verdict is Verdict.NOTHING and not environment.outside:
            yield f"  {_nothing(document)}"
            yield from self._remarks(environment)
            return
        yield f"  {styled(verdict_words(environment), color, bold=environment.verdict is Verdict.REFUSED)}"
        yield from self._remarks(environment)
        yield from self._changes(environment, like)
        yield from self._outside(environment)
        yield from self._ends(environment)

    def _changes(self, environment: Environment, like: Environment | None) -> Iterator[str]:
        for risk in Risk:
            if risk in COUNTED and not self._verbose:
                continue
            found = environment.of_risk(risk)
            if found:
                yield f"  {styled(HEADINGS[risk], bold=True)}"
            if risk is Risk.CREATED and environment.is_first and not self._verbose:
                yield from self._first(found, like)
            else:
                for change in found:
                    yield from self._change(change)

    def _first(self, created: Sequence[Change], like: Environment | None) -> Iterator[str]:
        """List what a first plan creates; of the second environment of a stack, what the first has not, or lacks."""
        known = {change.address for change in like.changes if change.action == "create"} if like else set()
        own = [change for change in created if change.address not in known]
        most = len(own) if len(own) <= _OF_FIRST + _FEW else _OF_FIRST
        for change in own[:most]:
            yield f"  {styled('+ create', 'green')}  {one_line(change.address)}"
        if len(own) > most:
            modules = Counter(change.module.removeprefix("module.") or "root" for change in own[most:])
            listed = ", ".join(f"{number} in {module}" for module, number in modules.items())
            yield from self._folded(f"… and {len(own) - most} more: {listed} (-v shows all)", 4, dim=True)
        if like:
            missing = sorted(known - {change.address for change in created})
            yield from self._folded(f"and {len(created) - len(own)} as in {like.name}", 4, dim=True)
            for address in missing[:_FEW]:
                yield f"    {styled(f'not {one_line(address)}', dim=True)}"
            if len(missing) > _FEW:
                yield f"    {styled(f'… and {len(missing) - _FEW} others not', dim=True)}"

    def _change(self, change: Change) -> Iterator[str]:
        color = _OF_ACTION.get(change.action)
        yield f"  {styled(f'{SIGNS[change.action]} {change.action}', color)}  {one_line(change.address)}"
        reason = reason_words(change)
        if reason:
            yield from self._folded(reason, 6, dim=True)
        yield from self._differences(change)
        yield from self._notes(change)
        for origin in change.origins[:1] if change.action in {"delete", "forget", "replace"} else ():
            yield f"      {styled(f'spec {origin.place} ({one_line(origin.key)})', dim=True)}"
        if change.template and (self._verbose or change.risk in {Risk.DESTROYED, Risk.REPLACED}):
            yield f"      {styled(f'template {change.template}', dim=True)}"

    def _differences(self, change: Change) -> Iterator[str]:
        shown = [each for each in change.differences if self._verbose or not self._is_noise(change, each)]
        most = len(shown) if self._verbose else _OF_NEW if change.action == "create" else _DIFFERENCES
        for difference in shown[:most]:
            yield from self._difference(difference)
        left = len(shown) - most
        if left > 0:
            more = f"… and {plural(left, 'value')} more (-v shows all)"
            yield f"      {styled(more, dim=True)}"
        if change.computed and self._verbose:
            computed = f"{plural(change.computed, 'value')} of AWS known after apply"
            yield f"      {styled(computed, dim=True)}"

    @staticmethod
    def _is_noise(change: Change, difference: Difference) -> bool:
        """Whether a value of a new resource says little: its tags, and what is off."""
        is_tag = difference.path.split(".")[0] in _PLAIN
        return (
            change.action in {"create", "replace"}
            and not difference.replaces
            and (
                is_tag
                or difference.after.data in (False, 0)
                or (change.action == "replace" and _is_unasked(difference))
            )
        )

    def _difference(self, difference: Difference) -> Iterator[str]:
        lines = list(difference_lines(difference, None if self._verbose else _LONGEST))
        where = ", ".join(f"{each.place}" for each in difference.origins[: None if self._verbose else 1])
        forces = " forces replacement" if difference.replaces else ""
        for number, line in enumerate(lines):
            yield from self._line(line, f"{where}{forces}".strip() if number == 0 else "")

    def _line(self, line: Line, remark: str = "") -> Iterator[str]:
        sign, text = line
        color = _COLORS.get(sign)
        pieces = self._pieces(text, 8)
        room = self._columns - 8 - width(pieces[-1]) - 2
        is_beside = bool(remark) and len(pieces) == 1 and width(remark) <= room
        for number, piece in enumerate(pieces):
            head = f"      {styled(sign, color) if number == 0 and sign.strip() else ' '} "
            end = f"  {styled(remark, dim=True)}" if is_beside else ""
            yield f"{head}{styled(piece, color) if sign in '+-' else piece}{end}"
        if remark and not is_beside:
            yield f"          {styled(remark, dim=True)}"

    def _folded(self, text: str, indent: int, *, dim: bool = False) -> Iterator[str]:
        for piece in self._pieces(text, indent):
            yield " " * indent + (styled(piece, dim=True) if dim else piece)

    def _pieces(self, text: str, indent: int) -> list[str]:
        """Fold between words; a word that is longer than a line stays whole, so that it can be copied."""
        room = self._columns - indent
        margin = " " * (len(text) - len(text.lstrip()))
        pieces: list[str] = []
        line = ""
        for word in text.split(" "):
            joined = f"{line} {word}" if line else word
            if line.strip() and width(joined) > room:
                pieces.append(line)
                line = f"{margin}  {word}"
            else:
                line = joined
        return [*pieces, line]

    def _remarks(self, environment: Environment) -> Iterator[str]:
        if environment.refusals:
            yield styled("  Guards refuse to apply this:", "red")
        yield from self._refusals(environment.refusals)
        listed = {change.address for change in environment.changes}
        for remark in environment.remarks:
            if remark.kind == "allowed" or (remark.kind == "advice" and remark.address not in listed):
                kind = "allowed:" if remark.kind == "allowed" else "advice"
                yield from self._folded(f"{kind} {remark.about} {remark.address}: {one_line(remark.reason)}", 2)

    def _notes(self, change: Change) -> Iterator[str]:
        says = {statement.words for each in change.differences for statement in each.statements}
        for remark in change.remarks:
            # What a statement says need not be said twice.
            if remark.kind == "advice" and remark.after not in says:
                yield from self._folded(f"{remark.kind} {remark.about}: {one_line(remark.reason)}", 6)

    def _refusals(self, refusals: Sequence[Remark]) -> Iterator[str]:
        grouped: dict[tuple[str, str], list[Remark]] = {}
        for remark in refusals:
            grouped.setdefault((remark.about, remark.address), []).append(remark)
        for (about, address), same in grouped.items():
            yield f"  {styled(f'! {about}', 'red', bold=True)} {one_line(address)}"
            for remark in same:
                yield from self._folded(one_line(remark.reason), 6)
                if remark.before and remark.before not in remark.reason:
                    yield from self._folded(f"now: {one_line(remark.before)}; then: {one_line(remark.after)}", 6)
                for origin in remark.origins:
                    yield f"      set at {one_line(origin)}"
            yield f"      {one_line(same[0].flag) or 'nothing allows it'}"

    def _outside(self, environment: Environment) -> Iterator[str]:
        if environment.outside:
            yield f"  {styled('Changed outside since the last apply', 'yellow', bold=True)}"
        for change in environment.outside:
            yield from self._change(change)

    def _ends(self, environment: Environment) -> Iterator[str]:
        changed = len(environment.outputs)
        outputs = f"; {changed} of {environment.output_count} outputs change" if changed else ""
        yield f"  Plan: {count_words(environment.counts)}{outputs}"
        counted = counted_words(environment)
        if counted:
            yield f"  Besides: {counted}"
        for word, sign in (("Joins", "+"), ("Leaves", "-")):
            billed = billed_words(environment.billed, sign)
            if billed and (self._verbose or not environment.is_first):
                yield from self._folded(f"{word} the bill: {'; '.join(billed)}", 2)
        time = time_words(environment)
        if time:
            yield from self._folded(f"Takes {time}", 2)

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
                like = document.environment(group.compared_with) if group.compared_with else None
                yield from self.environment(document, first, _group_title(document, group, first), like)
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
        yield from self._folded(f"Not as {group.compared_with}{because}: {count}", 2, dim=True)
        for each in group.differs if self._verbose else ():
            what = f"{each.address}: {each.path}: {each.right} instead of {each.left}" if each.path else each.address
            yield from self._folded(one_line(what), 4)


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


def _nothing(document: Document) -> str:
    if document.verb == "destroy":
        return "Nothing is applied, so there is nothing to destroy"
    return "No changes: what is applied is what the modules say"


def _is_unasked(difference: Difference) -> bool:
    """Whether a replacement merely gives a value again that AWS decides."""
    return difference.after.kind == "unknown" and not difference.after.source
