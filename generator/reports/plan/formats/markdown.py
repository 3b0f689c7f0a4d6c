"""The document as a comment of a pull request: never longer than the host takes, and what weighs most comes first."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from generator.display import one_line, plural, visible
from generator.rendering import markdown as encoding
from generator.reports.plan.document import COUNTED, Risk, Verdict
from generator.reports.plan.hosts import HOSTS
from generator.reports.plan.words import (
    HEADINGS,
    billed_words,
    count_words,
    counted_words,
    cut,
    difference_lines,
    reason_words,
    time_words,
    verdict_words,
)
from generator.text import check_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from generator.reports.plan.document import Change, Document, Environment, Group, Remark
    from generator.reports.plan.hosts import Host

_RESERVE: Final = 700
_NAMES: Final = 20
_KEYS: Final = 5
_LONGEST: Final = 300
_ERROR: Final = 1_500
_SIGNS: Final[Mapping[str, str]] = {"create": "+", "delete": "-", "forget": "-", "replace": "!", "update": "!"}
_MARKS: Final[Mapping[Verdict, str]] = {
    Verdict.FAILED: "🟥",
    Verdict.REFUSED: "⛔",
    Verdict.CONSENT: "⚠️",
    Verdict.SAFE: "✅",
    Verdict.NOTHING: "✅",
}
_TICKS: Final = re.compile(r"`{3,}")
# What is told of every environment, whatever the room.
_KEPT: Final = (Risk.DESTROYED, Risk.REPLACED)


@dataclass(frozen=True, slots=True)
class _Part:
    """A piece that is shown as a whole or not at all.

    Attributes:
        text: the piece.
        what: what is missing without it.
        weight: the smaller, the sooner it gets its room.
    """

    text: str
    what: str
    weight: int


def prose(text: str) -> str:
    """Return any text as running text."""
    return str(encoding.prose(_legible(text)))


def code(text: str) -> str:
    """Return any text as a code span."""
    return str(encoding.code(_legible(text)))


def _legible(text: str) -> str:
    """Return a text that Markdown takes: what is in a state may be anything."""
    found = unicodedata.normalize("NFC", one_line(text))
    return found.encode("ascii", "backslashreplace").decode() if check_text(found) else found


def markdown(document: Document, host: Host = HOSTS["github"]) -> str:
    """Write a document as Markdown.

    Args:
        document: everything.
        host: how long it may be, and what it may use.
    """
    head = _head(document)
    room = host.limit - _RESERVE - len(head)
    grave = next(text for text in _grave(document, host) if len(text) <= room or not text)
    room -= len(grave)
    parts = [*_overview(document), *_details(document, host)]
    shown: set[int] = set()
    for number, part in sorted(enumerate(parts), key=lambda item: item[1].weight):
        if len(part.text) <= room:
            room -= len(part.text)
            shown.add(number)
    left_out = [part.what for number, part in enumerate(parts) if number not in shown]
    body = "".join(part.text for number, part in enumerate(parts) if number in shown)
    return head + grave + body + _tail(document, left_out)


def _head(document: Document) -> str:
    count = plural(len(document.environments), "environment")
    mode = "" if document.mode == "real" else f" ({document.mode})"
    verb = document.verb.capitalize()
    verdicts = [each.verdict for each in document.environments]
    words = {
        Verdict.FAILED: "without a plan",
        Verdict.REFUSED: "refused",
        Verdict.CONSENT: "to be looked at",
        Verdict.SAFE: "safe",
        Verdict.NOTHING: "with nothing to do",
    }
    said = [f"{_MARKS[each]} {verdicts.count(each)} {word}" for each, word in words.items() if each in verdicts]
    return f"## {verb} of {count}{mode}\n\n{' · '.join(said)}\n"


def _grave(document: Document, host: Host) -> Iterator[str]:
    """Yield what is never left out, at length, then ever shorter; an empty text at last."""
    failed = [each for each in document.environments if each.verdict is Verdict.FAILED]
    for longest, is_full in ((_ERROR, True), (_ERROR // 4, False), (80, False)):
        errors = "".join(
            f"\n**{prose(each.name)} has no plan**\n\n{_fenced([cut(each.error, longest)], '')}" for each in failed
        )
        yield errors + _refused(document, host, is_full=is_full) + _gone(document)
    yield _counted_refusals(document) + _gone(document, most=20)
    yield _counted_refusals(document)
    yield ""


def _refused(document: Document, host: Host, *, is_full: bool) -> str:
    by_remark: dict[tuple[str, str, str], tuple[Remark, list[str]]] = {}
    for environment in document.environments:
        for remark in environment.refusals:
            key = (remark.about, remark.address, remark.reason if is_full and host.folds else "")
            by_remark.setdefault(key, (remark, []))[1].append(environment.name)
    if not by_remark:
        return ""
    entries: list[str] = []
    for remark, names in by_remark.values():
        where = _named(list(dict.fromkeys(names)))
        lines = [f"- **{prose(remark.about)}** {code(remark.address)} in {where}"]
        if is_full:
            lines.append(prose(remark.reason))
            if remark.before and remark.before not in remark.reason:
                lines.append(f"now {code(remark.before)}, then {code(remark.after)}")
            lines += [f"set at {code(origin)}" for origin in remark.origins]
        lines.append(code(remark.flag) if remark.flag else "nothing allows it")
        # Two blanks at the end of a line break it.
        entries.append("  \n  ".join(lines))
    return "\n### ⛔ Refused\n\n" + "\n".join(entries) + "\n"


def _counted_refusals(document: Document) -> str:
    counts: dict[str, int] = {}
    for environment in document.environments:
        for remark in environment.refusals:
            counts[remark.about] = counts.get(remark.about, 0) + 1
    names = [each.name for each in document.environments if each.refusals]
    said = ", ".join(f"{number} × {prose(kind)}" for kind, number in counts.items())  # noqa: RUF001  # a sign for times
    return f"\n### ⛔ Refused\n\n{said} in {_named(names)}\n" if counts else ""


def _gone(document: Document, most: int | None = None) -> str:
    """List everything that is destroyed or replaced, each with its reason and the line that causes it."""
    names_of: dict[tuple[str, ...], list[str]] = {}
    for group in document.groups:
        for change in document.environment(group.names[0]).changes:
            if change.risk in _KEPT:
                names_of.setdefault(tuple(_change_lines(change, of_grave=True)), []).extend(group.names)
    # What happens in the same environments stands in one block.
    blocks: dict[tuple[str, ...], list[str]] = {}
    for lines, names in list(names_of.items())[:most]:
        blocks.setdefault(tuple(names), []).extend(lines)
    if not blocks:
        return ""
    text = "".join(f"\n{_named(names)}\n\n{_fenced(lines)}" for names, lines in blocks.items())
    more = f"\n… and {len(names_of) - most} more\n" if most is not None and len(names_of) > most else ""
    return f"\n### Destroyed or replaced\n{text}{more}"


def _overview(document: Document) -> Iterator[_Part]:
    rows: list[str] = []
    for group in document.groups:
        first = document.environment(group.names[0])
        keys = ", ".join(map(code, group.because[:_KEYS])) + (" …" if len(group.because) > _KEYS else "")
        counts = count_words(first.counts)
        because = f"not as {prose(group.compared_with)}: {keys or 'its state'}" if group.compared_with else ""
        rows.append(
            f"| {_MARKS[first.verdict]} | {prose(group.stack)} | {_named(group.names)} | {counts} | {because} |"
        )
    for piece in _pieces(rows, 40):
        table = ["\n| | stack | environments | changes | differs because of |", "|---|---|---|---|---|", *piece]
        yield _Part("\n".join(table) + "\n", "rows of the table of environments", 0)


def _details(document: Document, host: Host) -> Iterator[_Part]:
    for group in document.groups:
        first = document.environment(group.names[0])
        if first.verdict is Verdict.NOTHING and not first.outside:
            continue
        names = _named(group.names)
        yield _Part(f"\n### {names} · {prose(group.stack)}\n\n{prose(verdict_words(first))}\n", "", 1)
        yield from _of_environment(group, first, host)


def _of_environment(group: Group, environment: Environment, host: Host) -> Iterator[_Part]:
    name = environment.name
    for weight, risk in enumerate(Risk, 2):
        changes = environment.of_risk(risk)
        # All that there is to say of what goes has been said above.
        if not changes or risk in COUNTED or risk is Risk.DESTROYED:
            continue
        title = f"{HEADINGS[risk]}: {len(changes)}"
        lines = [
            line
            for change in changes
            for line in (
                [f"+ {one_line(change.address)}"]
                if environment.is_first and risk is Risk.CREATED
                else _change_lines(change)
            )
        ]
        what = f"{HEADINGS[risk].lower()} of {name}"
        for number, piece in enumerate(_pieces(lines)):
            text = _block(title if number == 0 else f"{title} (continued)", piece, host, is_open=risk in _OPEN)
            yield _Part(text, what, weight)
    outside = [line for change in environment.outside for line in _change_lines(change)]
    if outside:
        yield _Part(_block("Changed outside since the last apply", outside, host), f"what changed outside in {name}", 5)
    ends = list(_ends(environment))
    if ends:
        yield _Part("\n" + "".join(f"{prose(line)}  \n" for line in ends), f"bill and time of {name}", 9)
    if group.differs:
        lines = [
            one_line(f"{each.address}: {each.path}: {each.right} instead of {each.left}") for each in group.differs
        ]
        title = f"In what it is not as {prose(group.compared_with)}: {len(lines)}"
        for piece in _pieces([cut(line, _LONGEST) for line in lines]):
            yield _Part(_block(title, piece, host), f"differences of {name}", 10)


_OPEN: Final = frozenset({Risk.DESTROYED, Risk.REPLACED, Risk.WIDER, Risk.UNPROTECTED, Risk.UPDATED})


def _change_lines(change: Change, *, of_grave: bool = False) -> Iterator[str]:
    sign = _SIGNS.get(change.action, "#")
    yield f"{sign} {change.action} {one_line(change.address)}"
    reason = reason_words(change)
    if reason:
        yield f"#     {reason}"
    differences = [each for each in change.differences if each.replaces or not of_grave]
    for difference in differences:
        origin = f"  # {difference.origins[0].place}" if difference.origins else ""
        for number, (mark, text) in enumerate(difference_lines(difference, _LONGEST)):
            yield f"{_mark(mark)}     {text}{origin if number == 0 else ''}"
    if change.action != "update" and not any(each.origins for each in differences):
        for each in change.origins[:1]:
            yield f"#     {one_line(f'{each.place} ({each.key})')}"


def _mark(sign: str) -> str:
    return "!" if sign == "~" else sign


def _ends(environment: Environment) -> Iterator[str]:
    counted = counted_words(environment)
    if counted:
        yield f"Besides: {counted}."
    for word, sign in (("Joins", "+"), ("Leaves", "-")):
        billed = billed_words(environment.billed, sign)
        if billed:
            yield f"{word} the bill: {'; '.join(billed)}."
    time = time_words(environment)
    if time:
        yield f"Takes {time}."


def _pieces(lines: Sequence[str], size: int = 60) -> Iterator[Sequence[str]]:
    for start in range(0, len(lines), size):
        yield lines[start : start + size]


def _block(title: str, lines: Sequence[str], host: Host, *, is_open: bool = False) -> str:
    if is_open or not host.folds:
        return f"\n**{title}**\n\n{_fenced(lines)}"
    return f"\n<details><summary>{title}</summary>\n\n{_fenced(lines)}\n</details>\n"


def _fenced(lines: Iterable[str], language: str = "diff") -> str:
    text = "\n".join(visible(line) for line in lines)
    fence = "`" * max([3, *(len(found) + 1 for found in _TICKS.findall(text))])
    return f"{fence}{language}\n{text}\n{fence}\n"


def _named(names: Sequence[str]) -> str:
    shown = ", ".join(map(prose, names[:_NAMES]))
    more = f" and {len(names) - _NAMES} more" if len(names) > _NAMES else ""
    return f"{len(names)} environments ({shown}{more})" if len(names) > 1 else shown


def _tail(document: Document, left_out: Sequence[str]) -> str:
    names = list(dict.fromkeys(filter(None, left_out)))
    if not names:
        return ""
    few = ", ".join(map(prose, names[:6])) + (f" and {len(names) - 6} more" if len(names) > 6 else "")  # noqa: PLR2004  # a line
    flag = "" if document.mode == "real" else f" --{document.mode}"
    text = f"\n**Left out, for a comment holds no more:** {few}. All of it: "
    return f"{cut(text, _RESERVE - 100)}`tfstencil {document.verb}{flag} -v`\n"
