"""From a resource change in a plan to a change in the document: its values, its risk, its places."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from generator.refusal import EXPIRE, UNPROTECT, WIDEN
from generator.reports.plan.document import Change, Risk
from generator.reports.plan.values.changed import Comparison, Found
from generator.reports.plan.values.difference import Difference, Origin
from generator.reports.plan.values.tree import Later, holds, marked
from generator.reports.plan.values.unknowns import source_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from generator.checks.guards.rendered.expressions import Expressions
    from generator.plans.plan import ResourceChange
    from generator.refusal import Path
    from generator.reports.plan.document import Remark
    from generator.reports.plan.places import Places
    from generator.reports.plan.statements import Statements
    from generator.reports.plan.values.difference import Statement
    from generator.reports.plan.values.masks import Masks

_TAGS: Final = ("tags", "tags_all")
_PROTECTION: Final = frozenset({UNPROTECT, EXPIRE})
# Of what a guard says of a value, whatever becomes of the resource.
_OPENED: Final = frozenset({WIDEN})


class Changes:
    """Makes the changes of one environment's document.

    Args:
        expressions: of the plan.
        statements: of its policies.
        masks: what is sensitive anywhere.
        places: where things come from; None where nobody asks.
        seconds: how long a change of a type took the last time, by `create aws_s3_bucket`.
        is_detailed: look up where new resources come from, too.
        is_brief: tell no values of new resources: nobody sees them.
    """

    def __init__(  # noqa: PLR0913  # what may be asked; each has a name at the call
        self,
        expressions: Expressions,
        statements: Statements,
        masks: Masks,
        places: Places | None,
        seconds: Mapping[str, float],
        *,
        is_detailed: bool = False,
        is_brief: bool = False,
    ) -> None:
        self._expressions = expressions
        self._statements = statements
        self._masks = masks
        self._places = places
        self._seconds = seconds
        self._is_detailed = is_detailed
        self._is_brief = is_brief

    def of(self, change: ResourceChange, remarks: Sequence[Remark] = (), *, is_outside: bool = False) -> Change:
        """Return what happens to one resource.

        Args:
            change: as the plan has it.
            remarks: what is said of it.
            is_outside: it has happened, past Terraform.
        """
        found, computed = self._found(change, is_outside=is_outside)
        differences = tuple(self._placed(change, each, is_outside=is_outside) for each in found)
        is_new = change.action in {"create", "read"} or is_outside
        places = self._places if change.mode == "managed" and (self._is_detailed or not is_new) else None
        template, rendered = places.of_block(change.module, change.type, change.name) if places else ("", "")
        return Change(
            address=change.address,
            type=change.type,
            module=change.module,
            action=change.action,
            actions=change.actions,
            risk=_risk(change, differences, remarks),
            # What forces a replacement comes first.
            differences=tuple(sorted(differences, key=lambda each: not each.replaces)),
            replaced_because_of=change.replace_paths,
            reason=change.reason,
            previous_address=change.previous_address,
            import_id=self._masks.clean(change.import_id),
            deposed=change.deposed,
            computed=computed,
            origins=places.of_resource(change.address) if places else (),
            template=template,
            rendered=rendered,
            remarks=tuple(remarks),
            seconds=self._seconds.get(f"{change.action} {change.type}"),
        )

    def _found(self, change: ResourceChange, *, is_outside: bool) -> tuple[list[Found], int]:
        """Return the differences worth telling, and how many values only AWS can tell."""
        is_unseen = self._is_brief and change.action == "create"
        if is_unseen or change.mode == "data" or change.action in {"delete", "forget"}:
            return [], 0
        policies = {
            path: statements
            for path, statements in self._statements.of(change).items()
            # What the configuration leaves open, another resource writes: there its statements are told.
            if change.action == "no-op" or is_outside or self._expressions.is_configured(change, str(path[0]))
        }
        before = marked(change.before, unknown=False, sensitive=change.before_sensitive)
        after = marked(change.after, change.after_unknown, change.after_sensitive)
        comparison = Comparison(self._masks, lambda path: source_of(self._expressions, change, path))
        kept: list[Found] = []
        computed = 0
        for found in comparison.differences(before, after):
            if any(_is_below(found.path, path) for path in policies) or self._repeats_tags(change, found.path):
                continue
            if found.difference.after.kind == "unknown" and not self._is_configured(change, after, found.path):
                computed += 1
                continue
            kept.append(found)
        return [*_of_policies(policies, comparison), *kept], computed

    def _is_configured(self, change: ResourceChange, after: object, path: Path) -> bool:
        """Whether a line of ours says an unknown value; what only AWS decides is no change that anybody asked for."""
        if not path or not isinstance(path[0], str):
            return True
        top = after.get(path[0]) if isinstance(after, dict) else None
        # A block in which something is unknown is written by us; a whole attribute may be AWS's alone.
        return (holds(top, Later) and not isinstance(top, Later)) or self._expressions.is_configured(change, path[0])

    @staticmethod
    def _repeats_tags(change: ResourceChange, path: Path) -> bool:
        return bool(path) and path[0] == _TAGS[1] and _TAGS[0] in {**(change.before or {}), **(change.after or {})}

    def _placed(self, change: ResourceChange, found: Found, *, is_outside: bool) -> Difference:
        origins: tuple[Origin, ...] = ()
        if self._places and change.action != "create" and (not is_outside or self._says(change, found.path)):
            origins = self._places.of_value(change.address, found.path, _words(found.difference))
        replaces = any(_is_below(found.path, path) or _is_below(path, found.path) for path in change.replace_paths)
        return replace(found.difference, replaces=replaces, origins=origins, at=found.path)

    def _says(self, change: ResourceChange, path: Path) -> bool:
        """Whether the code says what somebody changed; what it says, an apply puts back."""
        return bool(path) and self._expressions.is_configured(change, str(path[0]))


def _words(difference: Difference) -> str:
    """Return what a difference says, to be looked up in a spec."""
    after = difference.after.data if difference.after.data is not None else difference.before.data
    said = [difference.path, json.dumps(after, ensure_ascii=False, default=str)]
    said += [f"{each.words} {' '.join(each.details)}" for each in difference.statements]
    said += [str(each) for each in (*difference.added, *difference.removed)]
    return " ".join(said)


def _of_policies(policies: Mapping[Path, Sequence[Statement]], comparison: Comparison) -> Iterator[Found]:
    for path, statements in policies.items():
        if statements:
            yield Found(path, Difference(comparison.shown(path), statements=tuple(statements)))


def _risk(change: ResourceChange, differences: Sequence[Difference], remarks: Sequence[Remark]) -> Risk:
    if change.action in {"delete", "forget"}:
        return Risk.DESTROYED
    if change.action == "replace":
        return Risk.REPLACED
    if change.mode == "data" or change.action == "read":
        return Risk.READ
    about = {remark.about for remark in remarks}
    is_there = change.action != "create"
    if about & _OPENED or (is_there and any(each.is_wider for one in differences for each in one.statements)):
        return Risk.WIDER
    return Risk.UNPROTECTED if about & _PROTECTION else _harmless_risk(change, differences, remarks)


def _harmless_risk(change: ResourceChange, differences: Sequence[Difference], remarks: Sequence[Remark]) -> Risk:
    if change.action == "create":
        return Risk.CREATED
    if change.action == "no-op":
        return Risk.IMPORTED if change.import_id else Risk.MOVED
    is_of_tags = all(re.split(r"[.\[]", each.path, maxsplit=1)[0] in _TAGS for each in differences)
    return Risk.TAGS if is_of_tags and differences and not remarks else Risk.UPDATED


def _is_below(path: Path, above: Path) -> bool:
    return path[: len(above)] == tuple(above)
