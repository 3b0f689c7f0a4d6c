"""A plan with all that names one environment taken out, so that plans of different environments can be compared."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

from generator.plans.planned import shown, structured

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from generator.plans.plan import Plan, ResourceChange

ACTION: Final = "(action)"
Facts = dict[str, object]
_BEFORE: Final = "(before)"
_REPEATED: Final = "tags_all"
_NAMES: Final = ("name", "sid", "Sid", "id")
_KEY: Final = re.compile(r'\["((?:[^"\\]|\\.)*)"\]')


@dataclass(frozen=True, slots=True)
class OwnWords:
    """What is an environment's own in every text: its name, its account, its region."""

    name: str
    account: str
    region: str

    def neutral(self, text: str) -> str:
        """Return `text` with words in place of name, account and region."""
        text = text.replace(self.account, "<account>").replace(self.region, "<region>")
        if self.name not in text:
            return text
        return "<environment>" if text == self.name else _part(self.name).sub("<environment>", text)

    def neutral_address(self, address: str) -> str:
        """Return an address with words in its keys alone: a module may be called as an environment is."""
        return _KEY.sub(lambda match: f'["{self.neutral(match[1])}"]', address) if '["' in address else address


@lru_cache(maxsize=1024)
def _part(name: str) -> re.Pattern[str]:
    """Match a name that is part of a longer one, or of a path: `dev` is none in `developer`, nor in `--omit=dev`."""
    own = re.escape(name)
    return re.compile(rf"(?<=[-/_:.]){own}(?![A-Za-z0-9])|(?<![A-Za-z0-9]){own}(?=[-/_:.])")


def changes_of(plan: Plan, identity: OwnWords) -> dict[str, Facts]:
    """Return what happens in a plan: by address the action, and each value by its path.

    Texts that are JSON or YAML are compared by what they say. Values that stay as they are do not count.
    """
    found: dict[str, Facts] = {}
    for change in plan.resources:
        # What is read may be the text of a policy, which is not known before it is read.
        if not change.is_change and change.action != "read":
            continue
        facts = dict(_facts(change, identity))
        found[identity.neutral_address(change.address)] = {ACTION: change.action, **facts}
    return dict(sorted(found.items()))


def _facts(change: ResourceChange, identity: OwnWords) -> Iterator[tuple[str, object]]:
    after: dict[str, object] = {}
    _gather(shown(change.after, change.after_unknown, change.after_sensitive), "", identity, after)
    before: dict[str, object] = {}
    _gather(shown(change.before, unknown=False, sensitive=change.before_sensitive), "", identity, before)
    if not before:
        yield from after.items()
        return
    for path in dict.fromkeys([*before, *after]):
        if before.get(path) != after.get(path):
            yield f"{path} {_BEFORE}", before.get(path)
            yield path, after.get(path)


def _gather(value: Any, path: str, identity: OwnWords, into: dict[str, object]) -> None:  # noqa: ANN401  # any JSON value
    """Put each value below `value` into `into`, by its path."""
    if isinstance(value, str) and value[:1] in {"{", "[", '"'}:
        value = structured(value)
    if isinstance(value, list) and value and not any(isinstance(item, (dict, list)) for item in value):
        value = "[" + ", ".join(map(str, value)) + "]"
    elif isinstance(value, list):
        value = _keyed(value)
    if isinstance(value, dict):
        before = f"{path}." if path else ""
        for key, item in value.items():
            if key != _REPEATED and item is not None:
                _gather(item, before + identity.neutral(str(key)), identity, into)
    elif value is not None:
        into[path] = identity.neutral(value) if isinstance(value, str) else value


def _keyed(items: list[Any]) -> dict[str, Any]:
    """Return items by their name where all have one, else by position: one more in front does not change the others."""
    for name in _NAMES:
        named = {str(item[name]): item for item in items if isinstance(item, dict) and item.get(name)}
        if items and len(named) == len(items):
            return named
    return {str(index): item for index, item in enumerate(items)}


@dataclass(frozen=True, slots=True)
class Divergence:
    """One thing that is not the same in two plans.

    Attributes:
        address: of the resource, without names of its environment.
        path: of the value; "" where only one side has the resource.
        left: the first plan's value; None where it has none.
        right: the second's.
    """

    address: str
    path: str
    left: object
    right: object


def divergences(left: Mapping[str, Facts], right: Mapping[str, Facts]) -> list[Divergence]:
    """List what is not the same in two plans, in the order of addresses."""
    found: list[Divergence] = []
    for address in sorted({*left, *right}):
        mine, theirs = left.get(address), right.get(address)
        if mine is None or theirs is None:
            found.append(Divergence(address, "", mine and mine[ACTION], theirs and theirs[ACTION]))
            continue
        for path in dict.fromkeys([*mine, *theirs]):
            one, other = mine.get(path), theirs.get(path)
            if one != other:
                found.append(Divergence(address, path, one, other))
    return found
