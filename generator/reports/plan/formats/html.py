"""The document as one HTML file: no network, no build step; what is read first is in the page, the rest is data."""

from __future__ import annotations

import base64
import hashlib
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from generator.display import plural, visible
from generator.reports.plan.document import Risk, Verdict
from generator.reports.plan.members import Members, says_itself
from generator.reports.plan.verdicts import heading, verdict_words
from generator.reports.plan.words import (
    COUNTED_ACTIONS,
    EXPIRED,
    KNOWN,
    OUTSIDE,
    SIGNS,
    action_word,
    billed_words,
    counted_words,
    difference_lines,
    output_words,
    reason_words,
    side_text,
    time_words,
    value_text,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from generator.reports.plan.document import Change, Document, Environment, Excused, Group, Remark
    from generator.reports.plan.members import WhoSays
    from generator.reports.plan.values.difference import Difference, Origin

_FOLDER: Final = Path(__file__).with_name("page")
_LONGEST: Final = 4_000
_NAMES: Final = 6
_PLACES: Final = 20
_VERDICTS: Final = {
    Verdict.FAILED: "without a plan",
    Verdict.REFUSED: "refused",
    Verdict.CONSENT: "to be looked at",
    Verdict.DRIFTED: "with drift",
    Verdict.SAFE: "safe",
    Verdict.NOTHING: "nothing to do",
}
_ORDER: Final = list(Verdict)


def html(document: Document, graphs: Mapping[str, str] | None = None, fleet: str = "") -> str:
    """Write a document as a page.

    Args:
        document: everything.
        graphs: an SVG of the stack, by environment.
        fleet: an SVG of all environments; "" for none.
    """
    from jinja2 import Environment as Jinja  # noqa: PLC0415  # a quarter of a second, for who asks for a page
    from markupsafe import Markup  # noqa: PLC0415  # likewise

    style, script = ((_FOLDER / name).read_text("utf-8") for name in ("page.css", "page.js"))
    groups = sorted(document.groups, key=lambda group: _ORDER.index(_first(document, group).verdict))
    texts = _Texts()
    data: dict[str, Any] = {"headings": [[risk.value, heading(risk, document.verb)] for risk in Risk]}
    data |= {"is_drift": document.verb == "drift", "outside": OUTSIDE, "known": KNOWN, "expired": EXPIRED}
    data |= {"groups": [_group_data(document, group, texts) for group in groups], "texts": texts.found}
    jinja = Jinja(autoescape=True, trim_blocks=True, lstrip_blocks=True, finalize=_seen)
    template = jinja.from_string((_FOLDER / "page.html.j2").read_text("utf-8"))
    drawn = graphs or {}
    return template.render(
        title=_title(document),
        verdict=document.verdict.value,
        verdicts=_counted_verdicts(document),
        classes=sorted({each.environment_class for each in document.environments}),
        risks=_counted_risks(document),
        failures=[{"name": each.name, "text": each.error} for each in document.environments if each.error],
        # What draws escapes every text that it puts into a drawing.
        groups=[_summary(document, group) | {"graph": Markup(drawn.get(group.names[0], ""))} for group in groups],  # noqa: S704
        fleet=Markup(fleet),  # noqa: S704  # likewise
        style=Markup(style),  # noqa: S704  # our own
        script=Markup(script),  # noqa: S704  # our own
        script_hash=f"sha256-{base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()}",
        data=Markup(_inert(data)),  # noqa: S704  # nothing in it can end the element
    )


class _Texts:
    """Texts, each once: most are the same in many environments."""

    def __init__(self) -> None:
        self.found: list[str] = []
        self._numbers: dict[str, int] = {}

    def number(self, text: str) -> int:
        """Return the place of a text in the list."""
        if text not in self._numbers:
            self._numbers[text] = len(self.found)
            self.found.append(text)
        return self._numbers[text]


def _seen(value: object) -> object:
    """Let a reader see characters that would turn a text around, or hide in it; what we wrote ourselves has none."""
    if isinstance(value, dict):
        return {key: _seen(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_seen(item) for item in value]
    return visible(value) if type(value) is str else value


def _inert(data: object) -> str:
    """Write JSON that is nothing but text to a parser of HTML."""
    text = json.dumps(_seen(data), ensure_ascii=False, separators=(",", ":"))
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026").replace("\u2028", "\\u2028")


def _title(document: Document) -> str:
    count = plural(len(document.environments), "environment")
    mode = "" if document.mode == "real" else f" ({document.mode})"
    return f"{document.verb.capitalize()} of {count}{mode}"


def _first(document: Document, group: Group) -> Environment:
    return document.environment(group.names[0])


def _counted_verdicts(document: Document) -> list[tuple[str, str, int]]:
    found = [each.verdict for each in document.environments]
    return [(each.value, word, found.count(each)) for each, word in _VERDICTS.items() if each in found]


def _counted_risks(document: Document) -> list[tuple[str, str, int]]:
    counts = {
        risk: sum(len(_first(document, group).of_risk(risk)) * len(group.names) for group in document.groups)
        for risk in Risk
    }
    return [(risk.value, heading(risk, document.verb), number) for risk, number in counts.items() if number]


def _summary(document: Document, group: Group) -> dict[str, Any]:
    first = _first(document, group)
    names = ", ".join(group.names[:_NAMES])
    more = f" and {len(group.names) - _NAMES} more" if len(group.names) > _NAMES else ""
    return {
        "names": names + more,
        "stack": group.stack,
        "words": verdict_words(first, document.verb),
        "verdict": first.verdict.value,
        "classes": " ".join(sorted({document.environment(name).environment_class for name in group.names})),
        "risks": " ".join(risk.value for risk in Risk if first.of_risk(risk)),
        "counts": [
            (action, f"{SIGNS[action]}{first.counts[action]}") for action in COUNTED_ACTIONS if first.counts.get(action)
        ],
    }


def _group_data(document: Document, group: Group, texts: _Texts) -> dict[str, Any]:
    first = _first(document, group)
    listed = {change.address for change in first.changes}
    says = Members(document, group).origins
    return {
        "facts": list(_facts(document, group, first)),
        "refusals": [_refusal(each) for each in first.refusals],
        "notes": [f"warning: {each}" for each in first.warnings]
        + [
            f"{each.kind}: {each.about} {each.address}: {each.reason}"
            for each in first.remarks
            if each.kind != "refused" and each.address not in listed
        ],
        "changes": [_change(each, texts, says) for each in first.changes],
        "outside": [_change(each, texts, says, is_past=True) for each in first.outside],
        "excused": [_excused(each, texts) for each in first.excused],
        "outputs": [f"{name}: to {action}" for name, action in first.outputs.items()],
        "compared_with": group.compared_with,
        "differs": [
            [
                texts.number(part)
                for part in (each.address, each.path, side_text(each.left, _LONGEST), side_text(each.right, _LONGEST))
            ]
            for each in group.differs
        ],
    }


def _facts(document: Document, group: Group, first: Environment) -> Iterator[str]:
    for name in group.names[:20]:
        each = document.environment(name)
        note = f" · {each.note}" if each.note else ""
        files = f" · {', '.join(each.files)}" if each.files else ""
        outcome = f" · {each.outcome}" if each.outcome else ""
        yield f"{name}: {each.environment_class}, account {each.account}, {each.region}{note}{files}{outcome}"
    if len(group.names) > 20:  # noqa: PLR2004  # a screen
        yield f"and {len(group.names) - 20} more: {', '.join(group.names[20:])}"
    if group.compared_with:
        yield f"Not as {group.compared_with}" + (f" because of {', '.join(group.because)}" if group.because else "")
    for words in (counted_words(first), output_words(first)):
        if words:
            yield f"Besides: {words}"
    for word, sign in (("Joins", "+"), ("Leaves", "-")):
        billed = billed_words(first.billed, sign)
        if billed:
            yield f"{word} the bill: {'; '.join(billed)}"
    time = time_words(first)
    if time:
        yield f"Takes {time}"


def _refusal(remark: Remark) -> dict[str, Any]:
    shows = bool(remark.before) and remark.before not in remark.reason
    return {
        "kind": remark.about,
        "address": remark.address,
        "reason": remark.reason,
        "before": remark.before if shows else "",
        "after": remark.after if shows else "",
        "origins": list(remark.origins),
        "flag": remark.flag,
    }


def _change(change: Change, texts: _Texts, says: WhoSays = says_itself, *, is_past: bool = False) -> dict[str, Any]:
    origins = says(change, None)
    places = [f"spec {each.place} ({each.key})" for each in origins[:_PLACES]]
    places += [f"and {len(origins) - _PLACES} more places"] if len(origins) > _PLACES else []
    places += [f"template {change.template}"] if change.template else []
    places += [change.rendered] if change.rendered else []
    return {
        "address": texts.number(change.address),
        "action": change.action,
        "label": f"{SIGNS[change.action]} {action_word(change, is_past=is_past)}",
        "risk": change.risk.value,
        "why": reason_words(change),
        "notes": [f"{each.kind}: {each.about}: {each.reason}" for each in change.remarks if not _is_said(each, change)],
        "values": [_difference(each, texts, says(change, each)) for each in change.differences],
        "places": [texts.number(each) for each in places],
    }


def _excused(excused: Excused, texts: _Texts) -> dict[str, Any]:
    change = _change(excused.change, texts, is_past=excused.kind == "outside")
    change["notes"].append(f"until {excused.until} ({excused.place}): {excused.reason}")
    return change | {"expired": excused.is_expired}


def _is_said(remark: Remark, change: Change) -> bool:
    """Whether a remark says what a statement of the change says already."""
    says = {statement.words for each in change.differences for statement in each.statements}
    return remark.kind == "advice" and remark.after in says


def _difference(difference: Difference, texts: _Texts, origins: Sequence[Origin]) -> dict[str, Any]:
    places = [f"{each.place} ({each.key})" for each in origins[:_PLACES]]
    places += [f"and {len(origins) - _PLACES} more"] if len(origins) > _PLACES else []
    found: dict[str, Any] = {"path": texts.number(difference.path), "origins": [*map(texts.number, places)]}
    if difference.replaces:
        found["replaces"] = True
    if difference.statements or difference.lines or difference.added or difference.removed:
        _, *lines = difference_lines(difference, _LONGEST)
        return found | {"lines": [[sign, texts.number(text)] for sign, text in lines]}
    sides = {"before": difference.before, "after": difference.after}
    return found | {side: [value.kind, texts.number(value_text(value, _LONGEST))] for side, value in sides.items()}
