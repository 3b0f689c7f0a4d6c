"""The stages and actions of a pipeline, each with the one that stood for it before: by name, then by what it does."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from generator.permissions.policy import UNKNOWN

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from generator.refusal import Path


@dataclass(frozen=True, slots=True, eq=False)
class Step:
    """One action of a pipeline.

    Attributes:
        stage: its stage's name.
        action: its block.
        path: of the block.
    """

    stage: str
    action: Mapping[str, Any]
    path: Path

    @property
    def key(self) -> tuple[str, str]:
        """The names of stage and action."""
        return self.stage, str(self.action.get("name"))

    @property
    def words(self) -> str:
        """The names for a person."""
        return f"{self.key[1]} (stage {self.stage})"

    @property
    def category(self) -> str:
        """What kind of action it is: `Source`, `Build`, `Approval` …."""
        return str(self.action.get("category"))

    @property
    def provider(self) -> str:
        """Who runs it, within its category."""
        return f"{self.category} {self.action.get('owner')} {self.action.get('provider')}"

    @property
    def order(self) -> int:
        """Its place within its stage."""
        order = self.action.get("run_order")
        return order if isinstance(order, int) else 1

    @property
    def configuration(self) -> Any:  # noqa: ANN401  # any JSON value
        """What it works with; `UNKNOWN` where that is not known yet."""
        held = self.action.get("configuration")
        return held if held is UNKNOWN else held or {}


def stages_of(values: Mapping[str, Any]) -> list[Any]:
    """Return the stages of a pipeline that are known."""
    return [stage for stage in values.get("stage") or () if isinstance(stage, dict)]


def steps_of(stages: Sequence[Any]) -> list[Step]:
    """Return the actions of stages, in their order."""
    return [
        Step(str(stage.get("name")), action, ("stage", place, "action", index))
        for place, stage in enumerate(stages)
        for index, action in enumerate(stage.get("action") if isinstance(stage.get("action"), list) else ())
    ]


def paired_steps(before: Sequence[Step], after: Sequence[Step]) -> list[tuple[Step | None, Step]]:
    """Return each action of afterwards with the one that it stands for; None for one more."""
    return _paired(before, after, (lambda step: step.key, lambda step: step.provider, lambda step: step.category))


def paired_stages(before: Sequence[Any], after: Sequence[Any]) -> list[tuple[Any, Any]]:
    """Return each stage of afterwards with the one that it stands for; None for one more."""
    return _paired(before, after, (lambda stage: stage.get("name"), _does))


def _does(stage: Any) -> tuple[str, ...]:  # noqa: ANN401  # any JSON value
    return tuple(step.provider for step in steps_of([stage]))


def _paired(
    before: Sequence[Any], after: Sequence[Any], likenesses: Sequence[Callable[[Any], object]]
) -> list[tuple[Any, Any]]:
    rest = list(before)
    found: dict[int, Any] = {}
    for likeness in likenesses:
        for place, one in enumerate(after):
            same = next((each for each in rest if likeness(each) == likeness(one)), None)
            if place not in found and same is not None:
                found[place] = same
                rest.remove(same)
    return [(found.get(place), one) for place, one in enumerate(after)]
