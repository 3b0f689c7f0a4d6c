"""Rules that a plan gives or changes, by which data expires sooner: nothing is deleted by the apply, and then it is."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from generator.guards.owners.inventory import AFTER, BEFORE, unknown_of, values_of
from generator.guards.refusal import EXPIRE, Refusal
from generator.permissions.document import marked
from generator.permissions.policy import UNKNOWN
from generator.spec.caches import S3_PREFIX

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from generator.guards.owners.pairs import Pair
    from generator.guards.refusal import Path
    from generator.guards.subject import Subject

_LIFECYCLE: Final = "aws_s3_bucket_lifecycle_configuration"
_BUCKET: Final = "aws_s3_bucket"
_IMAGES: Final = "aws_ecr_lifecycle_policy"
# By type: the attribute that holds the rules.
_RULES: Final = {_LIFECYCLE: "rule", _BUCKET: "lifecycle_rule", _IMAGES: "policy"}
_OLD: Final = "noncurrent_version_expiration"
_FOR_EVER: Final = float("inf")
_LATER: Final = "known after apply only"


@dataclass(frozen=True, slots=True)
class Expiry:
    """One thing that a rule deletes.

    Attributes:
        prefix: of the objects; "" for all, and for images.
        others: what else chooses them, as text; "" for nothing.
        what: objects, old versions of objects, or images.
        limit: days, or a number of images; 0 where it is not known, or on a day that is written down.
        words: the same for a person.
        path: of the rule.
        kept: how many old versions stay however old they are.
    """

    prefix: str
    others: str
    what: str
    limit: float
    words: str
    path: Path
    kept: float = 0

    def covers(self, other: Expiry) -> bool:
        """Whether all that `other` deletes was chosen by this one already."""
        is_wider = other.prefix.startswith(self.prefix) and self.others in {"", other.others}
        return self.what == other.what and is_wider


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
        before, after = _expiries(pair, BEFORE), _expiries(pair, AFTER)
        yield from _sooner(pair, before, after)


def _sooner(pair: Pair, before: Sequence[Expiry], after: Sequence[Expiry]) -> Iterator[Refusal]:
    seen: set[str] = set()
    for one in after:
        same = [each for each in before if each.covers(one)]
        limit = min((each.limit for each in same), default=_FOR_EVER)
        kept = max((each.kept for each in same), default=0)
        was = min(same, key=lambda each: each.limit).words if same else "never"
        if one in same or one.words in seen:
            continue
        if one.limit < limit:
            seen.add(one.words)
            reason = f"deletes {one.words}, which is sooner than now"
            yield Refusal(EXPIRE, pair.address, reason, one.path, before=was, after=one.words)
        elif one.kept < kept:
            reason = f"keeps {one.kept:g} old versions whatever their age, and no longer {kept:g}"
            yield Refusal(EXPIRE, pair.address, reason, one.path, before=f"{kept:g}", after=f"{one.kept:g}")


def _expiries(pair: Pair, side: str) -> list[Expiry]:
    change = pair.before if side == BEFORE else pair.after
    if change is None:
        return []
    values = marked(values_of(change, side), dict(unknown_of(change, side)))
    held = values.get(_RULES[pair.type])
    if held is UNKNOWN:
        return [Expiry("", "", "anything", 0, f"what its rules choose, which is {_LATER}", (_RULES[pair.type],))]
    if pair.type == _IMAGES:
        return list(_images(held))
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
            limit, when = _limit({} if each is UNKNOWN else each, is_unknown=each is UNKNOWN)
            if when:
                kept = 0 if each is UNKNOWN else _kept(each.get("newer_noncurrent_versions"))
                yield Expiry(prefix, others, what, limit, f"{what} {when} ({name})", (attribute, index, block), kept)


def _limit(block: Any, *, is_unknown: bool) -> tuple[float, str]:  # noqa: ANN401  # any JSON value
    days = block.get("days") or block.get("noncurrent_days")
    if is_unknown or days is UNKNOWN or block.get("date") is UNKNOWN:
        return 0, f"after a time that is {_LATER}"
    if block.get("date"):
        # What exists on that day goes, however new it is.
        return 0, f"on {str(block['date'])[:10]}, however new they are"
    return (float(days), f"after {days} days") if days else (_FOR_EVER, "")


def _kept(value: Any) -> float:  # noqa: ANN401  # any JSON value
    try:
        return float(value or 0)
    except (TypeError, ValueError):
        return 0


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


def _images(policy: Any) -> list[Expiry]:  # noqa: ANN401  # any JSON value
    found: list[Expiry] = []
    if not policy:
        return found
    try:
        for rule in json.loads(policy)["rules"]:
            chosen = dict(rule["selection"])
            number = float(chosen.pop("countNumber"))
            words = f"images beyond {number:g} ({chosen.get('countType')}, rule {rule['rulePriority']})"
            found.append(Expiry("", json.dumps(chosen, sort_keys=True), "images", number, words, ("policy",)))
    except (ValueError, TypeError, KeyError, AttributeError):
        # Whatever it means, nobody can say that it deletes nothing.
        return [Expiry("", "", "images", 0, "images by rules that cannot be read", ("policy",))]
    return found
