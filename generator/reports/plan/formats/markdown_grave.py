"""What a comment never leaves out: what has no plan, is refused, destroyed or replaced; shorter where it must be."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final

from generator.display import plural
from generator.reports.plan.document import Risk, Verdict
from generator.reports.plan.formats.markdown_changes import change_lines, code, fenced, named, prose
from generator.reports.plan.members import Members
from generator.reports.plan.words import cut

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from generator.reports.plan.document import Change, Document, Remark
    from generator.reports.plan.hosts import Host

# How much of an error is told; of none but its environment at last.
_ERRORS: Final = (1_500, 375, 80, 0)
# How short errors, what goes, and refusals are, step by step: refusals are the last to lose anything.
_STEPS: Final = (
    *((0, 0, 0), (1, 0, 0), (1, 1, 0), (1, 1, 1), (2, 1, 1), (2, 2, 1), (2, 2, 2), (3, 2, 2), (3, 3, 2), (3, 3, 3)),
)
_COUNTED: Final = 3
_WHY_REFUSED: Final = "the reasons of refusals"
_WHY_GONE: Final = "why resources go"
_TYPES: Final = 20
_KEPT: Final = (Risk.DESTROYED, Risk.REPLACED)


class Grave:
    """Writes the parts of one document that weigh most.

    Args:
        document: everything.
        host: what the comment may use.
    """

    def __init__(self, document: Document, host: Host) -> None:
        self._document = document
        self._host = host

    def texts(self) -> Iterator[tuple[str, str]]:
        """Yield it at length, then ever shorter, each with what is not told in it.

        The last one is short, whatever there is: kinds, counts, and the names of up to twenty environments.
        """
        for errors, gone, refused in _STEPS:
            parts = [
                (self._failed(_ERRORS[errors]), ("", "", "", "the errors of environments without a plan")[errors]),
                (self._refused(refused), ("", _WHY_REFUSED, _WHY_REFUSED, "each refusal")[refused]),
                (self._gone(gone), ("", _WHY_GONE, _WHY_GONE, "each resource that goes")[gone]),
            ]
            yield "".join(text for text, _ in parts), ", ".join(what for text, what in parts if text and what)

    def _failed(self, longest: int) -> str:
        failed = [each for each in self._document.environments if each.verdict is Verdict.FAILED]
        if not longest:
            count = "has" if len(failed) == 1 else "have"
            return f"\n**{named([each.name for each in failed])} {count} no plan**\n" if failed else ""
        return "".join(
            f"\n**{prose(each.name)} has no plan**\n\n{fenced([cut(each.error, longest)], '')}" for each in failed
        )

    def _refused(self, step: int) -> str:
        found: dict[tuple[str, ...], tuple[Remark, list[str]]] = {}
        for environment in self._document.environments:
            for remark in environment.refusals:
                # At length, what is the same in every word is told once; in short, what is the same refusal.
                words = (remark.reason, *remark.origins) if step == 0 else ()
                found.setdefault((remark.about, remark.address, *words), (remark, []))[1].append(environment.name)
        if not found:
            return ""
        if step <= 1:
            entries = [_entry(remark, names, is_full=step == 0) for remark, names in found.values()]
        else:
            entries = list(_by_kind(found.values(), is_counted=step == _COUNTED))
        return "\n### ⛔ Refused\n\n" + "\n".join(entries) + "\n"

    def _gone(self, step: int) -> str:
        """List everything that is destroyed or replaced; at length with its reason and the line that causes it."""
        goes = list(self._goes())
        if not goes:
            return ""
        verb = self._document.verb
        title = f"{'Not applied yet: d' if verb == 'drift' else 'D'}estroyed or replaced"
        return f"\n### {title}\n{_counted(goes) if step == _COUNTED else _listed(goes, is_full=step == 0)}"

    def _goes(self) -> Iterator[tuple[Change, list[str], tuple[str, ...]]]:
        """Yield each change, its lines at length, and the environments in which it happens."""
        for group in self._document.groups:
            says = Members(self._document, group).origins
            for change in self._document.environment(group.names[0]).changes:
                if change.risk in _KEPT:
                    yield change, list(change_lines(change, says, is_grave=True)), group.names


def _entry(remark: Remark, names: Sequence[str], *, is_full: bool) -> str:
    lines = [f"- **{prose(remark.about)}** {code(remark.address)} in {named(list(dict.fromkeys(names)))}"]
    if is_full:
        lines.append(prose(remark.reason))
        if remark.before and remark.before not in remark.reason:
            lines.append(f"now {code(remark.before)}, then {code(remark.after)}")
        lines += [f"set at {code(origin)}" for origin in remark.origins]
    lines.append(code(remark.flag) if remark.flag else "nothing allows it")
    # Two blanks at the end of a line break it.
    return "  \n  ".join(lines)


def _by_kind(found: Iterable[tuple[Remark, Sequence[str]]], *, is_counted: bool) -> Iterator[str]:
    """Yield a line per kind of refusal, with its addresses, or with how many there are."""
    kinds: dict[str, tuple[list[str], list[str]]] = {}
    for remark, names in found:
        addresses, where = kinds.setdefault(remark.about, ([], []))
        addresses.append(remark.address)
        where += names
    for kind, (addresses, where) in kinds.items():
        count = plural(len(where), "time")
        what = count if is_counted else f"{', '.join(map(code, addresses))}, {count}"
        yield f"- **{prose(kind)}** {what} in {named(list(dict.fromkeys(where)))}"


def _listed(goes: Iterable[tuple[Change, list[str], tuple[str, ...]]], *, is_full: bool) -> str:
    names_of: dict[tuple[str, ...], list[str]] = {}
    for _, lines, names in goes:
        names_of.setdefault(tuple(lines if is_full else lines[:1]), []).extend(names)
    # What happens in the same environments stands in one block.
    blocks: dict[tuple[str, ...], list[str]] = {}
    for told, where in names_of.items():
        blocks.setdefault(tuple(where), []).extend(told)
    return "".join(f"\n{named(where)}\n\n{fenced(told)}" for where, told in blocks.items())


def _counted(goes: Sequence[tuple[Change, list[str], tuple[str, ...]]]) -> str:
    counts: Counter[str] = Counter()
    for change, _, names in goes:
        counts[f"{change.action} {change.type}"] += len(names)
    said = [f"{number} × {prose(what)}" for what, number in counts.most_common(_TYPES)]  # noqa: RUF001  # a sign for times
    more = sum(counts.values()) - sum(number for _, number in counts.most_common(_TYPES))
    where = named(list(dict.fromkeys(name for _, _, names in goes for name in names)))
    return f"\n{', '.join(said)}{f' and {more} more' if more else ''} in {where}\n"
