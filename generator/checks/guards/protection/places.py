"""Where something goes to or comes from, who it acts as, who is let in by a word: judged for what is new as well."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from generator.checks.guards.protection.comparison import Loss
from generator.checks.guards.protection.values import KNOWN_LATER, is_foreign, meaning, shown
from generator.checks.guards.starts.images import is_of_account
from generator.refusal import UNPROTECT, WIDEN

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from generator.checks.guards.classification.rows import Rule
    from generator.checks.guards.protection.comparison import Setting
    from generator.plans.value_pairs import Leaf

    Judge = Callable[[Rule, Leaf, Any, Any, Setting], Loss | None]

_STRANGE: Final = "which neither the stack nor the spec knows"


def place_loss(rule: Rule, leaf: Leaf, setting: Setting) -> Loss | None:
    """Return what an attribute opens that names a place, a role or a closed choice; None where it opens nothing."""
    judge = _JUDGES.get(rule.how)
    before, after = meaning(leaf.before), meaning(leaf.after)
    if judge is None or (before == after and not leaf.is_unknown):
        return None
    return judge(rule, leaf, before, after, setting)


def _place(rule: Rule, leaf: Leaf, before: Any, after: Any, setting: Setting) -> Loss | None:  # noqa: ANN401  # any JSON value
    if leaf.is_unknown:
        return None if setting.stands_for((), None) else _widened(rule, leaf, before, "")
    was = _listed(before)
    come = [each for each in _listed(after) if not any(setting.is_same(one, each) for one in was)]
    strange = [each for each in come if not setting.is_of_stack(each)]
    return _widened(rule, leaf, before, _STRANGE) if strange else None


def _role(rule: Rule, leaf: Leaf, before: Any, after: Any, setting: Setting) -> Loss | None:  # noqa: ANN401  # any JSON value
    if leaf.is_unknown:
        return None if setting.stands_for(("aws_iam_role",), before) else _widened(rule, leaf, before, "")
    if before is None or after is None or setting.is_same(before, after):
        # A first one, which nobody knows, is told with all that acts as such a role.
        return None
    return _widened(rule, leaf, before, "which is another")


def _access(rule: Rule, leaf: Leaf, before: Any, after: Any, setting: Setting) -> Loss | None:  # noqa: ANN401  # any JSON value
    if leaf.is_unknown:
        return None if setting.stands_for((), before) else _widened(rule, leaf, before, "")
    if setting.is_new:
        # What is new acts as, or lets in, whomever the stack or the spec knows; a number says nothing of it.
        texts = [each for each in _listed(after) if isinstance(after, str | list)]
        strange = [each for each in texts if not setting.is_of_stack(each)]
        return _widened(rule, leaf, before, _STRANGE) if strange else None
    return None if setting.is_same(before, after) else _widened(rule, leaf, before, "")


def _fixed(rule: Rule, leaf: Leaf, before: Any, _: Any, __: Setting) -> Loss | None:  # noqa: ANN401  # any JSON value
    return _widened(rule, leaf, before, "")


def _image(rule: Rule, leaf: Leaf, before: Any, after: Any, setting: Setting) -> Loss | None:  # noqa: ANN401  # any JSON value
    is_own = not leaf.is_unknown and is_of_account(after, setting.account)
    return None if is_own else _widened(rule, leaf, before, "")


def _within(rule: Rule, leaf: Leaf, before: Any, after: Any, _: Setting) -> Loss | None:  # noqa: ANN401  # any JSON value
    if before is None or (not leaf.is_unknown and after is not None and set(_listed(after)) <= set(_listed(before))):
        return None
    return _widened(rule, leaf, before, "which is more than before")


def _closed(rule: Rule, leaf: Leaf, _: Any, after: Any, __: Setting) -> Loss | None:  # noqa: ANN401  # any JSON value
    if not leaf.is_unknown and (after is None or after in rule.order):
        return None
    then = KNOWN_LATER if leaf.is_unknown else shown(after)
    before = meaning(leaf.before)
    return Loss(UNPROTECT, f"loses {rule.what}: {leaf.dotted} becomes {then}", shown(before), then)


def _redrive(rule: Rule, leaf: Leaf, before: Any, after: Any, setting: Setting) -> Loss | None:  # noqa: ANN401  # any JSON value
    queue = _queue(after)
    is_kept = queue and not is_foreign(queue, setting.account)
    if not leaf.is_unknown and is_kept and (setting.is_same(_queue(before), queue) or setting.is_of_stack(queue)):
        return None
    if before is None:
        return _widened(rule, leaf, before, "" if leaf.is_unknown else _STRANGE)
    then = KNOWN_LATER if leaf.is_unknown else shown(after)
    return Loss(UNPROTECT, f"loses {rule.what}: {leaf.dotted} becomes {then}", shown(before), then)


def _queue(policy: Any) -> str:  # noqa: ANN401  # any JSON value
    """Return the queue of a redrive policy; "" where there is none that could be read."""
    queue = policy.get("deadLetterTargetArn") if isinstance(policy, dict) else None
    return queue if isinstance(queue, str) else ""


def _listed(value: Any) -> list[str]:  # noqa: ANN401  # any JSON value
    return [str(each) for each in value] if isinstance(value, list) else [] if value is None else [str(value)]


def _widened(rule: Rule, leaf: Leaf, before: object, why: str) -> Loss:
    then = KNOWN_LATER if leaf.is_unknown else shown(leaf.after)
    moved = f"goes from {shown(before)} to {then}" if before is not None else f"becomes {then}"
    verb = "changes" if before is not None else "sets"
    reason = f"{verb} {rule.what}: {leaf.dotted} {moved}{f', {why}' if why else ''}"
    return Loss(WIDEN, reason, shown(before), then)


_JUDGES: Final[Mapping[str, Judge]] = {
    "place": _place,
    "role": _role,
    "access": _access,
    "fixed": _fixed,
    "image": _image,
    "within": _within,
    "closed": _closed,
    "redrive": _redrive,
}
