"""One attribute before and after: whether a protection is lost, by the rule that its table gives it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from generator.checks.guards.protection.values import (
    KNOWN_LATER,
    alarms_of,
    is_foreign,
    is_own,
    meaning,
    members,
    shown,
)
from generator.refusal import EXPIRE, UNPROTECT, WIDEN

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from generator.checks.guards.classification.rows import Rule
    from generator.plans.value_pairs import Leaf

_FOR_EVER: Final = float("inf")
_NO_NUMBER: Final = float("nan")


@dataclass(frozen=True, slots=True)
class Loss:
    """What a change of one attribute takes away, or gives.

    Attributes:
        kind: of the refusal.
        reason: as the rest of a sentence that begins with the address.
        before: in a few words.
        after: in a few words.
    """

    kind: str
    reason: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Setting:
    """What an attribute's value is compared with.

    Attributes:
        account: of the environment.
        is_new: the resource is the first to say it of an owner that exists.
        stands_for: whether an unknown value is certain to be that of a resource of this plan, of one of some types
            where they are named; a value that was before is given where it must be the same thing.
        is_same: whether two names are those of one thing, which goes by another name from now on.
        is_gone: whether a name is that of what the plan deletes.
        is_of_stack: whether a name is that of something that the plan makes or keeps, or that the spec names.
    """

    account: str
    is_new: bool
    stands_for: Callable[[tuple[str, ...], object], bool]
    is_same: Callable[[object, object], bool]
    is_gone: Callable[[str], bool]
    is_of_stack: Callable[[str], bool]


def loss(rule: Rule, leaf: Leaf, setting: Setting) -> Loss | None:
    """Return what is lost by the change of an attribute; None where nothing is."""
    before, after = meaning(leaf.before), meaning(leaf.after)
    if setting.is_new:
        before = _assumed(rule)
    elif before == after and not leaf.is_unknown and not (rule.how == "same" and _is_moved(leaf)):
        return None
    judge = _JUDGES.get(rule.how)
    return judge(rule, leaf, before, after, setting) if judge else None


def _assumed(rule: Rule) -> Any:  # noqa: ANN401  # any JSON value
    """Return what an attribute is worth where nothing said it yet: the best, so that nothing worse comes in unseen."""
    if rule.start is not None:
        return rule.start
    return {"on": True, "off": False, "best": rule.order[0] if rule.order else None, "longer": None}.get(rule.how)


def _said(kind: str, sentence: str, leaf: Leaf, before: object, after: object) -> Loss:
    then = KNOWN_LATER if leaf.is_unknown else shown(after)
    if leaf.before is None:
        # What it is worth where nothing was said, nobody has read anywhere.
        return Loss(kind, f"{sentence}: {leaf.dotted} becomes {then}", shown(None), then)
    return Loss(kind, f"{sentence}: {leaf.dotted} goes from {shown(before)} to {then}", shown(before), then)


def _on(rule: Rule, leaf: Leaf, before: Any, after: Any, _: Setting) -> Loss | None:  # noqa: ANN401  # any JSON value
    # What the provider takes for nothing may be true.
    is_lost = leaf.is_unknown or (before is True and after is not True and not (after is None and rule.start is True))
    return _said(UNPROTECT, f"loses {rule.what}", leaf, before, after) if is_lost else None


def _off(rule: Rule, leaf: Leaf, before: Any, after: Any, _: Setting) -> Loss | None:  # noqa: ANN401  # any JSON value
    is_lost = before is not True and (after is True or leaf.is_unknown)
    return _said(UNPROTECT, f"loses {rule.what}", leaf, before, after) if is_lost else None


def _best(rule: Rule, leaf: Leaf, before: Any, after: Any, setting: Setting) -> Loss | None:  # noqa: ANN401  # any JSON value
    places = {value or None: place for place, value in enumerate(rule.order)}
    worst = len(rule.order)
    if before is None:
        # Nothing was said of it: what AWS takes for it is the best, or as the table has it.
        before = rule.start
        was = places.get(before, worst) if before is not None else 0
    else:
        was = places.get(before, worst)
    if leaf.is_unknown and before is None and rule.order[-1:] == ("",):
        # Nothing is the worst of all that there is.
        return None
    then = worst if leaf.is_unknown else places.get(after, worst)
    if setting.is_new and after is None and not leaf.is_unknown:
        return None
    return _said(UNPROTECT, f"loses {rule.what}", leaf, before, after) if then > was else None


def _set(rule: Rule, leaf: Leaf, before: Any, after: Any, setting: Setting) -> Loss | None:  # noqa: ANN401  # any JSON value
    if leaf.is_unknown and setting.stands_for((), None):
        return None
    is_foreign_one = any(is_foreign(each, setting.account) for each in members(after))
    is_lost = leaf.is_unknown or (before is not None and after is None)
    return _said(UNPROTECT, f"loses {rule.what}", leaf, before, after) if is_lost or is_foreign_one else None


def _key(rule: Rule, leaf: Leaf, before: Any, after: Any, setting: Setting) -> Loss | None:  # noqa: ANN401  # any JSON value
    if leaf.is_unknown:
        if setting.stands_for(("aws_kms_key", "aws_kms_alias"), None):
            return None
        return _said(UNPROTECT, f"loses {rule.what}", leaf, before, after)
    if is_foreign(after, setting.account):
        return _said(UNPROTECT, f"loses {rule.what} with a key of its own account", leaf, before, after)
    if before and not _is_of_aws(before) and _is_of_aws(after):
        return _said(UNPROTECT, f"loses {rule.what} with a key of its own", leaf, before, after)
    return _said(UNPROTECT, f"loses {rule.what}", leaf, before, after) if before and not after else None


def _is_of_aws(key: Any) -> bool:  # noqa: ANN401  # any JSON value
    """Whether a key is one that AWS keeps for a service, and whose policy nobody else writes."""
    return isinstance(key, str) and bool(re.search(r"(?:^|:)alias/aws/", key))


def _longer(rule: Rule, leaf: Leaf, before: Any, after: Any, setting: Setting) -> Loss | None:  # noqa: ANN401  # any JSON value
    is_endless = rule.how == "forever"
    if setting.is_new and not is_endless:
        return None
    then = 0.0 if leaf.is_unknown else _time(after, is_endless=is_endless)
    if then >= _time(before, is_endless=is_endless):
        return None
    was = f"{before} {rule.what}" if before else "ever"
    will = "a time that is known after apply only" if leaf.is_unknown else f"{after or 0} {rule.what}"
    reason = f"keeps its data for {will} and no longer {f'for {was}' if before else 'for ever'}"
    return Loss(EXPIRE, reason, was, will)


def _time(value: Any, *, is_endless: bool) -> float:  # noqa: ANN401  # any JSON value
    return _number(value) if value else (_FOR_EVER if is_endless else 0.0)


def _number(value: Any) -> float:  # noqa: ANN401  # any JSON value
    """Read a number; what is none compares with nothing, so that no limit is kept by it."""
    try:
        return float(value)
    except (TypeError, ValueError):
        return _NO_NUMBER


def _amount(rule: Rule, leaf: Leaf, before: Any, after: Any, _: Setting) -> Loss | None:  # noqa: ANN401  # any JSON value
    if before is None:
        # Nothing was said: no amount that is written down is worse than none.
        return _said(UNPROTECT, f"loosens {rule.what}", leaf, before, after) if leaf.is_unknown else None
    was, then = _number(before), _number(after)
    is_kept = not leaf.is_unknown and (then <= was if rule.how == "atmost" else then >= was)
    return None if is_kept else _said(UNPROTECT, f"loosens {rule.what}", leaf, before, after)


def _kept(rule: Rule, leaf: Leaf, before: Any, after: Any, setting: Setting) -> Loss | None:  # noqa: ANN401  # any JSON value
    lost = [one for one in members(before) if one not in members(after) and not setting.is_gone(one)]
    lost = [one for one in lost if not any(setting.is_same(one, other) for other in members(after))]
    if not lost or (leaf.is_unknown and setting.stands_for((), lost)):
        return None
    return _said(UNPROTECT, f"loses {', '.join(lost)} ({rule.what})", leaf, before, after)


def _only(rule: Rule, leaf: Leaf, before: Any, after: Any, setting: Setting) -> Loss | None:  # noqa: ANN401  # any JSON value
    come = [one for one in members(after) if one not in members(before) and not is_own(one, setting.account)]
    if leaf.is_unknown and not setting.stands_for((), None):
        come.append("somebody who is known only after apply")
    if not come:
        return None
    return _said(WIDEN, f"adds {', '.join(come)} to {rule.what}", leaf, before, after)


def _is_moved(leaf: Leaf) -> bool:
    """Whether a list holds the same in another order: the later one of two layers wins. A plan sorts what is a set."""
    both = (leaf.before, leaf.after)
    return (
        leaf.before != leaf.after
        and all(isinstance(each, list) for each in both)
        and meaning(leaf.before) == meaning(leaf.after)
    )


def _same(rule: Rule, leaf: Leaf, before: Any, after: Any, setting: Setting) -> Loss | None:  # noqa: ANN401  # any JSON value
    if leaf.is_unknown:
        is_known = setting.stands_for((), before)
        return None if is_known else _said(WIDEN, f"changes {rule.what}", leaf, before, after)
    if (setting.is_same(before, after) and not _is_moved(leaf)) or (after is None and leaf.is_of_gone_block):
        return None
    if before is None and not any(is_foreign(each, setting.account) for each in members(after)):
        return None
    if _is_moved(leaf):
        return _said(WIDEN, f"changes the order of {rule.what}", leaf, leaf.before, leaf.after)
    return _said(WIDEN, f"changes {rule.what}", leaf, before, after)


def _bound(rule: Rule, leaf: Leaf, before: Any, after: Any, setting: Setting) -> Loss | None:  # noqa: ANN401  # any JSON value
    if before is None or setting.is_same(before, after) or (leaf.is_unknown and setting.stands_for((), None)):
        return None
    if (
        isinstance(after, str)
        and not leaf.is_unknown
        and is_own(after, setting.account)
        and not re.search("[*?]", after)
    ):
        return None
    verb = "drops" if after is None and not leaf.is_unknown else "changes"
    return _said(WIDEN, f"{verb} {rule.what}, {leaf.name}", leaf, before, after)


def _unchanged(rule: Rule, leaf: Leaf, before: Any, after: Any, setting: Setting) -> Loss | None:  # noqa: ANN401  # any JSON value
    if leaf.is_unknown and setting.stands_for((), before):
        return None
    if setting.is_new and rule.what != "privacy":
        return None
    if setting.is_same(before, after) and not leaf.is_unknown:
        return None
    return _said(UNPROTECT, f"changes {rule.what}", leaf, before, after)


def _terms(rule: Rule, leaf: Leaf, before: Any, after: Any, setting: Setting) -> Loss | None:  # noqa: ANN401  # any JSON value
    old, new = alarms_of(before), alarms_of(after)
    are_known = not leaf.is_unknown and old is not None and new is not None
    if are_known and all(name in (new or ()) or setting.is_gone(name) for name in old or ()):
        return None
    return _said(UNPROTECT, f"changes {rule.what}", leaf, before, after)


_JUDGES: Final[Mapping[str, Callable[[Any, Any, Any, Any, Setting], Loss | None]]] = {
    "on": _on,
    "off": _off,
    "best": _best,
    "set": _set,
    "key": _key,
    "longer": _longer,
    "forever": _longer,
    "atleast": _amount,
    "atmost": _amount,
    "kept": _kept,
    "only": _only,
    "same": _same,
    "bound": _bound,
    "unchanged": _unchanged,
    "terms": _terms,
}
