"""From Terraform's plan to the one that rules see."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from generator.checks.policies.model import Change, Origin, Plan, frozen
from generator.plans.planned import SENSITIVE, shown

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from generator.plans.plan import Plan as TerraformPlan
    from generator.plans.plan import ResourceChange
    from generator.provenance.context_keys import SpecOrigin

    Locate = Callable[[str, Sequence[str | int]], Sequence[SpecOrigin]]


class _Origins(Mapping[str, tuple[Origin, ...]]):
    """Where the spec says each attribute, looked up when it is asked for: most rules never ask."""

    def __init__(self, attributes: Sequence[str], locate: Callable[[str], tuple[Origin, ...]]) -> None:
        self._attributes = tuple(attributes)
        self._locate = lru_cache(maxsize=None)(locate)

    def __getitem__(self, attribute: str) -> tuple[Origin, ...]:
        found = self._locate(attribute) if attribute in self._attributes else ()
        if not found:
            raise KeyError(attribute)
        return found

    def __iter__(self) -> Iterator[str]:
        return (attribute for attribute in self._attributes if self._locate(attribute))

    def __len__(self) -> int:
        return sum(1 for _ in self)


def build_plan(plan: TerraformPlan, locate: Locate | None = None, **facts: Any) -> Plan:  # noqa: ANN401  # fields of the model
    """Make the plan that rules see.

    Args:
        plan: Terraform's.
        locate: tells where the spec says what a resource has at a path; None where there is no spec.
        facts: the other fields of the model: `environment`, `account` …
    """
    outputs = {
        name: output.after for name, output in plan.outputs.items() if output.is_known and not output.is_sensitive
    }
    managed = (change for change in plan.resources if change.mode == "managed" and not change.deposed)
    resources = tuple(_change(change, locate) for change in managed)
    return Plan(**facts, resources=resources, outputs=frozen(outputs))


def _change(change: ResourceChange, locate: Locate | None) -> Change:
    origins: Mapping[str, tuple[Origin, ...]] = {}
    if locate is not None:
        origins = _Origins(sorted(change.after or {}), lambda attribute: _located(locate, change.address, attribute))
    return Change(
        address=change.address,
        type=change.type,
        action=change.action,
        actions=change.actions,
        module=change.module,
        name=change.name,
        index=change.index,
        before=_hidden(change.before, change.before_sensitive),
        after=_hidden(change.after, change.after_sensitive),
        unknown=frozen(change.after_unknown),
        replace_paths=change.replace_paths,
        previous_address=change.previous_address,
        origins=origins,
    )


def _hidden(values: Mapping[str, Any] | None, sensitive: Any) -> Mapping[str, Any] | None:  # noqa: ANN401  # any JSON value
    if values is None:
        return None
    found = shown(values, unknown=False, sensitive=sensitive)
    # A resource whose every value is sensitive is a mapping all the same.
    hidden: Mapping[str, Any] = frozen(found if isinstance(found, dict) else dict.fromkeys(values, SENSITIVE))
    return hidden


def _located(locate: Locate, address: str, attribute: str) -> tuple[Origin, ...]:
    return tuple(
        Origin(found.key, found.place.file, found.place.line, found.place.column)
        for found in locate(address, (attribute,))
    )
