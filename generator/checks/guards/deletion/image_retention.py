"""Which images the rules of a repository delete: asked of one image for each kind that any rule speaks of.

An image that fits the tags of a rule is deleted by no rule of a lower priority, so that a rule also keeps: where it
goes, the next one takes its images (https://docs.aws.amazon.com/AmazonECR/latest/userguide/LifecyclePolicies.html).
"""

from __future__ import annotations

import json
import math
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from generator.permissions.policy import UNKNOWN

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_BY_NUMBER: Final = "imageCountMoreThan"
_ANY: Final = "any"
_TAGGED: Final = "tagged"
_UNTAGGED: Final = "untagged"
# How an image without a rule of its own is tagged; no pattern means it alone.
_OTHER: Final = "\x00other"


class UnreadableError(Exception):
    """A policy is no list of rules."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule.

    Attributes:
        priority: the lower, the sooner it is asked.
        status: `any`, `tagged` or `untagged`.
        patterns: of tags, all of which an image must have; with `*` for anything.
        counted: what is counted: images, or days.
        limit: how many stay.
    """

    priority: float
    status: str
    patterns: tuple[str, ...]
    counted: str
    limit: float

    def speaks_of(self, tags: frozenset[str]) -> bool:
        """Whether the rule decides about an image with these tags."""
        if self.status == _UNTAGGED:
            return not tags
        if self.status == _TAGGED and not tags:
            return False
        return all(any(_fits(tag, pattern) for tag in tags) for pattern in self.patterns)

    def is_sooner(self, old: Rule) -> bool:
        """Whether an image for which this rule stands in for another may go sooner."""
        if self.counted != old.counted or self.limit < old.limit:
            return True
        # Of more images, the same number keeps fewer of each kind.
        is_narrower = old.status in {_ANY, self.status} and set(self.patterns) >= set(old.patterns)
        return self.counted == _BY_NUMBER and not is_narrower

    @property
    def words(self) -> str:
        """The rule for a person."""
        by_age = f"images after {self.limit:g} {'day' if self.limit == 1 else 'days'}"
        what = f"images beyond the newest {self.limit:g}" if self.counted == _BY_NUMBER else by_age
        return f"{what} (rule {self.priority:g})"


def read_rules(policy: Any) -> list[Rule]:  # noqa: ANN401  # any JSON value
    """Read the rules of a lifecycle policy, in the order in which they are asked.

    Raises:
        UnreadableError: nobody can say what it deletes.
    """
    if policy is UNKNOWN:
        raise UnreadableError
    if not policy:
        return []
    try:
        return sorted((_rule(each) for each in json.loads(policy)["rules"]), key=lambda each: each.priority)
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise UnreadableError from error


def sooner(before: Sequence[Rule], after: Sequence[Rule]) -> Iterator[tuple[str, str]]:
    """Yield in words what deletes images sooner than before, and what did before; each rule once."""
    seen: set[str] = set()
    for tags in _images([*before, *after]):
        old, new = _first(before, tags), _first(after, tags)
        if new is None or new.words in seen:
            continue
        if old is None or new.is_sooner(old):
            seen.add(new.words)
            yield new.words, old.words if old else "never"


def _rule(written: Any) -> Rule:  # noqa: ANN401  # any JSON value
    chosen = written["selection"]
    limit, priority = float(chosen["countNumber"]), float(written["rulePriority"])
    status = chosen["tagStatus"]
    prefixes, patterns = chosen.get("tagPrefixList") or [], chosen.get("tagPatternList") or []
    if not (math.isfinite(limit) and limit >= 0 and math.isfinite(priority)) or status not in {
        _ANY,
        _TAGGED,
        _UNTAGGED,
    }:
        raise ValueError
    all_of = tuple(sorted({*(f"{each}*" for each in prefixes), *map(str, patterns)}))
    return Rule(priority, status, all_of, f"{chosen['countType']}", limit)


def _images(rules: Sequence[Rule]) -> Iterator[frozenset[str]]:
    """Yield the tags of one image for each kind that the rules tell apart."""
    yield frozenset()
    yield frozenset({_OTHER})
    for rule in rules:
        if rule.patterns:
            for filling in ("", "x", "-x9"):
                yield frozenset(pattern.replace("*", filling) for pattern in rule.patterns)
            yield from (frozenset({pattern.replace("*", "-x9")}) for pattern in rule.patterns)


def _first(rules: Sequence[Rule], tags: frozenset[str]) -> Rule | None:
    return next((rule for rule in rules if rule.speaks_of(tags)), None)


def _fits(tag: str, pattern: str) -> bool:
    return bool(re.fullmatch(".*".join(map(re.escape, pattern.split("*"))), tag, re.DOTALL))
