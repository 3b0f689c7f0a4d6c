"""One change on a terminal: what happens, its values from old to new, and where the spec says them."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final

from generator.display import one_line, plural
from generator.reports.plan.document import Risk
from generator.reports.plan.members import says_itself
from generator.reports.plan.words import SIGNS, action_word, difference_lines, origin_words, reason_words
from generator.reports.problems.excerpt import width
from generator.reports.style import styled

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from generator.reports.plan.document import Change, Environment, Excused
    from generator.reports.plan.members import WhoSays
    from generator.reports.plan.values.difference import Difference
    from generator.reports.plan.words import Line

_LONGEST: Final = 300
_DIFFERENCES: Final = 8
_OF_NEW: Final = 6
_OF_FIRST: Final = 30
_FEW: Final = 8
_COLORS: Final[Mapping[str, str]] = {"+": "green", "-": "red", "~": "yellow", "!": "red"}
_OF_ACTION: Final = {"create": "green", "update": "yellow", "replace": "magenta", "delete": "red", "forget": "red"}
_PLAIN: Final = ("tags", "tags_all")


class TerminalChanges:
    """Writes changes for a terminal.

    Args:
        columns: of the terminal; what is longer is folded between words, but for addresses.
        verbose: leave nothing out.
    """

    def __init__(self, columns: int, *, verbose: bool) -> None:
        self._columns = columns
        self._verbose = verbose

    def change(self, change: Change, says: WhoSays = says_itself, *, is_past: bool = False) -> Iterator[str]:
        """Write one change.

        Args:
            change: to be written.
            says: tells where the spec asks for it.
            is_past: it has happened, past Terraform.
        """
        word = action_word(change, is_past=is_past)
        yield from self.addressed(f"{SIGNS[change.action]} {word}", change.address, _OF_ACTION.get(change.action))
        reason = reason_words(change)
        if reason:
            yield from self.folded(reason, 6, dim=True)
        yield from self._differences(change, says)
        yield from self._notes(change)
        origins = says(change, None) if change.action in {"delete", "forget", "replace"} and not is_past else ()
        if origins:
            key = f" ({one_line(origins[0].key)})"
            yield f"      {styled(f'spec {origin_words(origins, self._most)}{key}', dim=True)}"
        if change.template and (self._verbose or change.risk in {Risk.DESTROYED, Risk.REPLACED}):
            yield f"      {styled(f'template {change.template}', dim=True)}"

    def first(self, created: Sequence[Change], like: Environment | None) -> Iterator[str]:
        """List what a first plan creates; of the second environment of a stack, what the first has not, or lacks."""
        known = {change.address for change in like.changes if change.action == "create"} if like else set()
        own = [change for change in created if change.address not in known]
        most = len(own) if len(own) <= _OF_FIRST + _FEW else _OF_FIRST
        for change in own[:most]:
            yield from self.addressed("+ create", change.address, "green")
        if len(own) > most:
            modules = Counter(change.module.removeprefix("module.") or "root" for change in own[most:])
            listed = ", ".join(f"{number} in {module}" for module, number in modules.items())
            yield from self.folded(f"… and {len(own) - most} more: {listed} (-v shows all)", 4, dim=True)
        if like:
            missing = sorted(known - {change.address for change in created})
            yield from self.folded(f"and {len(created) - len(own)} as in {like.name}", 4, dim=True)
            for address in missing[:_FEW]:
                yield f"    {styled(f'not {one_line(address)}', dim=True)}"
            if len(missing) > _FEW:
                yield f"    {styled(f'… and {len(missing) - _FEW} others not', dim=True)}"

    def excused(self, excused: Excused) -> Iterator[str]:
        """Write a change of which the list of known drift speaks."""
        yield from self.change(excused.change, is_past=excused.kind == "outside")
        yield from self.folded(f"until {excused.until} ({excused.place}): {one_line(excused.reason)}", 6, dim=True)

    def addressed(self, words: str, address: str, color: str | None, *, is_refusal: bool = False) -> Iterator[str]:
        """Write words and an address behind them; below them where both do not fit, for an address is never broken."""
        shown = one_line(address)
        gap = " " if is_refusal else "  "
        head = f"  {styled(words, color, bold=is_refusal)}"
        if width(f"  {words}{gap}{shown}") <= self._columns:
            yield f"{head}{gap}{shown}"
        else:
            yield head
            yield f"{' ' * 4 if 4 + width(shown) <= self._columns else ''}{shown}"  # the indent

    @property
    def _most(self) -> int | None:
        """How many places are told of one thing."""
        return None if self._verbose else 1

    def _differences(self, change: Change, says: WhoSays) -> Iterator[str]:
        shown = [each for each in change.differences if self._verbose or not self._is_noise(change, each)]
        most = len(shown) if self._verbose else _OF_NEW if change.action == "create" else _DIFFERENCES
        for difference in shown[:most]:
            yield from self._difference(difference, origin_words(says(change, difference), self._most))
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

    def _difference(self, difference: Difference, where: str) -> Iterator[str]:
        lines = list(difference_lines(difference, None if self._verbose else _LONGEST))
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

    def _notes(self, change: Change) -> Iterator[str]:
        says = {statement.words for each in change.differences for statement in each.statements}
        for remark in change.remarks:
            # What a statement says need not be said twice.
            if remark.kind == "advice" and remark.after not in says:
                yield from self.folded(f"{remark.kind} {remark.about}: {one_line(remark.reason)}", 6)

    def folded(self, text: str, indent: int, *, dim: bool = False) -> Iterator[str]:
        """Fold a text between its words."""
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


def _is_unasked(difference: Difference) -> bool:
    """Whether a replacement merely gives a value again that AWS decides."""
    return difference.after.kind == "unknown" and not difference.after.source
