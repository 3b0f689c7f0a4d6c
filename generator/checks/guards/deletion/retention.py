"""Rules that a plan gives or changes, by which data expires sooner: nothing is deleted by the apply, and then it is."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

from generator.checks.guards.deletion.image_retention import UnreadableError, read_rules, sooner
from generator.checks.guards.owners.inventory import AFTER, BEFORE, unknown_of, values_of
from generator.model.builds.caches import S3_PREFIX
from generator.permissions.document import marked
from generator.permissions.policy import UNKNOWN
from generator.refusal import EXPIRE, Refusal

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from generator.checks.guards.owners.pairs import Pair
    from generator.checks.guards.subject import Subject
    from generator.refusal import Path

_LIFECYCLE: Final = "aws_s3_bucket_lifecycle_configuration"
_BUCKET: Final = "aws_s3_bucket"
_IMAGES: Final = "aws_ecr_lifecycle_policy"
# By type: the attribute that holds the rules.
_RULES: Final = {_LIFECYCLE: "rule", _BUCKET: "lifecycle_rule", _IMAGES: "policy"}
_OLD: Final = "noncurrent_version_expiration"
_LATER: Final = "known after apply only"


@dataclass(frozen=True, slots=True)
class Expiry:
    """One thing that a rule deletes.

    Attributes:
        prefix: of the objects; "" for all.
        others: what else chooses them, as text; "" for nothing.
        what: objects, or old versions of objects.
        limit: days; 0 where it is not known, or on a day that is written down.
        words: the same for a person.
        path: of the rule.
        kept: how many old versions stay however old they are.
        day: the day on which all of it goes, as seconds; None for a rule by age.
    """

    prefix: str
    others: str
    what: str
    limit: float
    words: str
    path: Path
    kept: float = 0
    day: float | None = None

    def covers(self, other: Expiry) -> bool:
        """Whether all that `other` deletes was chosen by this one already."""
        is_wider = other.prefix.startswith(self.prefix) and self.others in {"", other.others}
        return self.what == other.what and is_wider

    def is_sooner(self, others: Sequence[Expiry]) -> bool:
        """Whether this one deletes what none of the others, which chose it already, has deleted by then."""
        by_day = [each.day for each in others if each.day is not None]
        by_age = [each.limit for each in others if each.day is None]
        if self.day is not None:
            # What exists on that day goes, however new it is: only an earlier day took it.
            return not any(day <= self.day for day in by_day)
        return not any(limit <= self.limit for limit in by_age)


def retention(subject: Subject) -> Iterator[Refusal]:
    """Refuse rules that let existing data expire sooner than it does now."""
    for pair in subject.pairs:
        if pair.type not in _RULES or pair.after is None or pair.is_unchanged:
            continue
        owner = pair.owner
        if pair.before is None and (pair.type == _BUCKET or owner is None or not owner.is_there):
            # Rules of what is made along with them have nothing to let expire.
            continue
        attribute = _RULES[pair.type]
        is_unknown = bool(unknown_of(pair.after, AFTER).get(attribute))
        if is_unknown and not subject.expressions.is_configured(pair.after, attribute):
            continue
        if pair.type == _IMAGES:
            yield from _images(pair)
        else:
            yield from _sooner(pair, _expiries(pair, BEFORE), _expiries(pair, AFTER))


def _sooner(pair: Pair, before: Sequence[Expiry], after: Sequence[Expiry]) -> Iterator[Refusal]:
    seen: set[str] = set()
    for one in after:
        same = [each for each in before if each.covers(one)]
        kept = max((each.kept for each in same), default=0)
        was = min(same, key=lambda each: each.limit).words if same else "never"
        if one in same or one.words in seen:
            continue
        if one.is_sooner(same):
            seen.add(one.words)
            reason = f"deletes {one.words}, which is sooner than now"
            yield Refusal(EXPIRE, pair.address, reason, one.path, before=was, after=one.words)
        elif one.kept < kept:
            reason = f"keeps {one.kept:g} old versions whatever their age, and no longer {kept:g}"
            yield Refusal(EXPIRE, pair.address, reason, one.path, before=f"{kept:g}", after=f"{one.kept:g}")


def _images(pair: Pair) -> Iterator[Refusal]:
    texts = [_held(pair, side) for side in (BEFORE, AFTER)]
    path: Path = (_RULES[_IMAGES],)
    try:
        after = read_rules(texts[1])
    except UnreadableError:
        if texts[0] != texts[1] or texts[1] is UNKNOWN:
            words = (
                "images by rules that cannot be read"
                if texts[1] is not UNKNOWN
                else f"images by rules that are {_LATER}"
            )
            yield Refusal(EXPIRE, pair.address, f"deletes {words}", path, before="by other rules", after=words)
        return
    try:
        before = read_rules(texts[0])
    except UnreadableError:
        before = []
    for words, was in sooner(before, after):
        yield Refusal(EXPIRE, pair.address, f"deletes {words}, which is sooner than now", path, before=was, after=words)


def _held(pair: Pair, side: str) -> Any:  # noqa: ANN401  # any JSON value
    change = pair.before if side == BEFORE else pair.after
    values = marked(values_of(change, side), dict(unknown_of(change, side))) if change else {}
    return values.get(_RULES[pair.type])


def _expiries(pair: Pair, side: str) -> list[Expiry]:
    held = _held(pair, side)
    if held is UNKNOWN:
        return [Expiry("", "", "anything", 0, f"what its rules choose, which is {_LATER}", (_RULES[pair.type],))]
    return [each for index, rule in enumerate(held or ()) for each in _objects(rule, _RULES[pair.type], index)]


def _objects(rule: Any, attribute: str, index: int) -> Iterator[Expiry]:  # noqa: ANN401  # any JSON value
    if rule is UNKNOWN:
        yield Expiry("", "", "anything", 0, f"what a rule chooses that is {_LATER}", (attribute, index))
        return
    if rule.get("status") == "Disabled" or rule.get("enabled") is False:
        return
    prefix, others = _chosen(rule)
    if prefix.startswith(S3_PREFIX):
        # What lies there are the builds' caches: copies, which a build makes again.
        return
    name = f"rule {rule.get('id') or index}"
    for block, what in (("expiration", "objects"), (_OLD, "old versions of objects")):
        for each in [rule.get(block)] if rule.get(block) is UNKNOWN else rule.get(block) or ():
            limit, when, day = _limit({} if each is UNKNOWN else each, is_unknown=each is UNKNOWN)
            if when:
                kept = 0 if each is UNKNOWN else _kept(each.get("newer_noncurrent_versions"))
                words = f"{what} {when} ({name})"
                yield Expiry(prefix, others, what, limit, words, (attribute, index, block), kept, day)


def _limit(block: Any, *, is_unknown: bool) -> tuple[float, str, float | None]:  # noqa: ANN401  # any JSON value
    """Return the days, the same in words, and the day that is written down; no words where nothing is deleted."""
    days = block.get("days") or block.get("noncurrent_days")
    if is_unknown or days is UNKNOWN or block.get("date") is UNKNOWN:
        return 0, f"after a time that is {_LATER}", None
    if block.get("date"):
        return 0, f"on {str(block['date'])[:10]}, however new they are", _day(block["date"])
    number = _number(days) if days else math.inf
    return number, f"after {days} days" if days else "", None


def _day(text: Any) -> float:  # noqa: ANN401  # any JSON value
    """Return a day as seconds; of one that cannot be read, one that is past for ever."""
    try:
        found = datetime.fromisoformat(str(text))
    except ValueError:
        return -math.inf
    return (found if found.tzinfo else found.replace(tzinfo=UTC)).timestamp()


def _number(value: Any) -> float:  # noqa: ANN401  # any JSON value
    """Return days; of what is no number, none."""
    try:
        found = float(value)
    except (TypeError, ValueError):
        return 0
    return found if math.isfinite(found) and found > 0 else 0


def _kept(value: Any) -> float:  # noqa: ANN401  # any JSON value
    return _number(value or 0)


def _chosen(rule: Any) -> tuple[str, str]:  # noqa: ANN401  # any JSON value
    """Return by which prefix, and by what else, a rule chooses its objects; what is not known chooses all."""
    prefix, others = rule.get("prefix"), {"tags": rule.get("tags")} if rule.get("tags") else {}
    blocks = rule.get("filter")
    for each in blocks if isinstance(blocks, list) else ():
        if each is UNKNOWN:
            return "", ""
        inner = each.get("and") if isinstance(each.get("and"), list) else []
        for one in [each, *(inner or [])]:
            found = {key: value for key, value in one.items() if value and key not in {"prefix", "and"}}
            others |= {} if any(value is UNKNOWN for value in found.values()) else found
            prefix = one.get("prefix") or prefix
    text = json.dumps(others, sort_keys=True, default=str) if others else ""
    return ("" if prefix is UNKNOWN or not prefix else str(prefix)), text
