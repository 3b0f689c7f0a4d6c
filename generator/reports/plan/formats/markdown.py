"""The document as a comment of a pull request: never longer than the host takes, and what weighs most comes first."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from generator.display import one_line, plural
from generator.reports.plan.document import COUNTED, Risk, Verdict
from generator.reports.plan.formats.markdown_changes import (
    LONGEST,
    block,
    change_lines,
    code,
    excused_lines,
    length,
    named,
    pieces,
    prose,
)
from generator.reports.plan.formats.markdown_grave import Grave
from generator.reports.plan.hosts import HOSTS
from generator.reports.plan.members import Members
from generator.reports.plan.verdicts import heading, verdict_words
from generator.reports.plan.words import (
    EXPIRED,
    KNOWN,
    OUTSIDE,
    billed_words,
    count_words,
    counted_words,
    cut,
    divergence_words,
    output_words,
    time_words,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from generator.reports.plan.document import Change, Document, Environment, Group
    from generator.reports.plan.hosts import Host

_RESERVE: Final = 700
_KEYS: Final = 5
_OUTPUTS: Final = 20
_MARKS: Final[Mapping[Verdict, str]] = {
    Verdict.FAILED: "🟥",
    Verdict.REFUSED: "⛔",
    Verdict.CONSENT: "⚠️",
    Verdict.DRIFTED: "⚠️",
    Verdict.SAFE: "✅",
    Verdict.NOTHING: "✅",
}


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


def markdown(document: Document, host: Host = HOSTS["github"]) -> str:
    """Write a document as Markdown.

    Args:
        document: everything.
        host: how long it may be, and what it may use.
    """
    if not document.environments:
        return "## Nothing to plan\n\nNo environment is affected.\n"
    head = _head(document)
    room = host.limit - _RESERVE - length(head)
    grave, missing = next(each for each in Grave(document, host).texts() if length(each[0]) <= room)
    room -= length(grave)
    parts = [*_outcomes(document), *_overview(document), *_details(document, host)]
    shown: set[int] = set()
    for number, part in sorted(enumerate(parts), key=lambda item: item[1].weight):
        if length(part.text) <= room:
            room -= length(part.text)
            shown.add(number)
    left_out = [missing, *(part.what for number, part in enumerate(parts) if number not in shown)]
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
        Verdict.DRIFTED: "with drift",
        Verdict.SAFE: "safe",
        Verdict.NOTHING: "without drift" if document.verb == "drift" else "with nothing to do",
    }
    said = [f"{_MARKS[each]} {verdicts.count(each)} {word}" for each, word in words.items() if each in verdicts]
    return f"## {verb} of {count}{mode}\n\n{' · '.join(said)}\n"


def _outcomes(document: Document) -> Iterator[_Part]:
    """Yield what became of each environment, after a run."""
    rows = [f"- {prose(each.name)}: {prose(each.outcome)}" for each in document.environments if each.outcome]
    for piece in pieces(rows, 40):
        yield _Part("\n" + "\n".join(piece) + "\n", "what became of each environment", 0)


def _overview(document: Document) -> Iterator[_Part]:
    if document.verb == "drift":
        return
    rows: list[str] = []
    for group in document.groups:
        first = document.environment(group.names[0])
        keys = ", ".join(map(code, group.because[:_KEYS])) + (" …" if len(group.because) > _KEYS else "")
        counts = count_words(first.counts)
        because = f"not as {prose(group.compared_with)}: {keys or 'its state'}" if group.compared_with else ""
        rows.append(f"| {_MARKS[first.verdict]} | {prose(group.stack)} | {named(group.names)} | {counts} | {because} |")
    for piece in pieces(rows, 40):
        table = ["\n| | stack | environments | changes | differs because of |", "|---|---|---|---|---|", *piece]
        yield _Part("\n".join(table) + "\n", "rows of the table of environments", 0)


def _details(document: Document, host: Host) -> Iterator[_Part]:
    for group in document.groups:
        first = document.environment(group.names[0])
        if first.verdict is Verdict.NOTHING and not (first.outside or first.excused):
            continue
        names = named(group.names)
        said = prose(verdict_words(first, document.verb))
        yield _Part(f"\n### {names} · {prose(group.stack)}\n\n{said}\n", "", 1)
        yield from _changes(document, group, first, host)
        yield from _outside(document, group, first, host)
        yield from _excused(first, host)
        yield from _rest(group, first, host)


def _changes(document: Document, group: Group, first: Environment, host: Host) -> Iterator[_Part]:
    says = Members(document, group).origins
    for weight, risk in enumerate(Risk, 2):
        # What goes has been told above, with what forces it; of a look for drift, what is counted is drift, too.
        changes = [each for each in first.of_risk(risk) if risk is not Risk.REPLACED or _has_more(each)]
        is_told = risk is Risk.DESTROYED or (risk in COUNTED and document.verb != "drift")
        if not changes or is_told:
            continue
        title = f"{heading(risk, document.verb)}: {len(changes)}"
        is_brief = first.is_first and risk is Risk.CREATED
        lines = [
            line
            for change in changes
            for line in ([f"+ {one_line(change.address)}"] if is_brief else change_lines(change, says))
        ]
        what = f"{heading(risk, document.verb).lower()} of {first.name}"
        yield from _blocks(title, lines, host, what, weight, is_open=risk in _OPEN)


def _has_more(change: Change) -> bool:
    """Whether more of a replaced resource changes than what forces the replacement."""
    return any(not each.replaces for each in change.differences)


def _blocks(  # noqa: PLR0913  # what a block has; each has a name at the call
    title: str, lines: Sequence[str], host: Host, what: str, weight: int, *, is_open: bool = False
) -> Iterator[_Part]:
    for number, piece in enumerate(pieces(lines)):
        text = block(title if number == 0 else f"{title} (continued)", piece, host, is_open=is_open)
        yield _Part(text, what, weight)


def _outside(document: Document, group: Group, first: Environment, host: Host) -> Iterator[_Part]:
    says = Members(document, group).origins
    lines = [line for change in first.outside for line in change_lines(change, says, is_past=True)]
    is_drift = document.verb == "drift"
    yield from _blocks(
        OUTSIDE, lines, host, f"what changed outside in {first.name}", 1 if is_drift else 5, is_open=is_drift
    )


def _excused(first: Environment, host: Host) -> Iterator[_Part]:
    for is_expired, title, weight in ((True, EXPIRED, 2), (False, KNOWN, 8)):
        found = [each for each in first.excused if each.is_expired is is_expired]
        lines = [line for each in found for line in excused_lines(each)]
        what = f"what drift.yaml says of {first.name}"
        yield from _blocks(f"{title}: {len(found)}", lines, host, what, weight, is_open=is_expired)


def _rest(group: Group, first: Environment, host: Host) -> Iterator[_Part]:
    ends = list(_ends(first))
    if ends:
        yield _Part(
            "\n" + "".join(f"{prose(line)}  \n" for line in ends),
            f"warnings, outputs, bill and time of {first.name}",
            9,
        )
    lines = [divergence_words(each, LONGEST) for each in group.differs]
    title = f"In what it is not as {prose(group.compared_with)}: {len(lines)}"
    yield from _blocks(title, lines, host, f"differences of {first.name}", 10)


_OPEN: Final = frozenset({Risk.DESTROYED, Risk.REPLACED, Risk.WIDER, Risk.UNPROTECTED, Risk.UPDATED, Risk.IMPORTED})


def _ends(environment: Environment) -> Iterator[str]:
    yield from (f"Warning: {each}" for each in environment.warnings)
    outputs = output_words(environment, _OUTPUTS)
    if outputs:
        yield f"Besides: {outputs}."
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


def _tail(document: Document, left_out: Sequence[str]) -> str:
    names = list(dict.fromkeys(filter(None, left_out)))
    if not names:
        return ""
    few = ", ".join(map(prose, names[:6])) + (f" and {len(names) - 6} more" if len(names) > 6 else "")  # noqa: PLR2004  # a line
    flag = "" if document.mode == "real" else f" --{document.mode}"
    # A command that changes something is no way to read.
    way = f"tfstencil {document.verb}{flag} -v" if document.verb in {"plan", "drift"} else "--html FILE"
    text = f"\n**Left out, for a comment holds no more:** {few}. All of it: "
    return f"{cut(text, _RESERVE - 100)}`{way}`\n"
