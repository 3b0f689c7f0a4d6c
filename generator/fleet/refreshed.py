"""Plans against a state that are shown once more, for who asked for that: with the time at which they were made.

Nobody can apply them: what is kept is the document that was shown, without what is sensitive, and no plan file. The
last one of an environment is kept, and it goes as soon as the environment is applied or destroyed from here.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from generator.fleet.packed import read_packed, write_packed
from generator.fleet.planned import SENSITIVE
from generator.terraform.plan import Plan, parse_plan

if TYPE_CHECKING:
    from pathlib import Path

    from generator.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Refreshed:
    """A plan that was made before.

    Attributes:
        plan: without what is sensitive.
        at: when the state was refreshed for it.
        has_changes: terraform's own verdict.
    """

    plan: Plan
    at: datetime
    has_changes: bool


class RefreshedPlans:
    """The last plans of one workspace in one mode; they lie in `.tfstencil/cache/refreshed/`, 0600.

    Args:
        workspace: where.
        mode: where effects would go.
    """

    def __init__(self, workspace: Workspace, mode: str) -> None:
        self._folder = workspace.scratch / "cache" / "refreshed" / mode

    def get(self, environment: str, made_for: str, *, oldest: timedelta) -> Refreshed | None:
        """Return the last plan of an environment.

        Args:
            environment: its name.
            made_for: text that changes with modules, lock file, backend and programs.
            oldest: how old it may be.

        Returns:
            None where there is none, where it was made for something else, or where it is too old.
        """
        found = read_packed(self._file(environment))
        if found is None or found.get("made_for") != made_for:
            return None
        at = datetime.fromtimestamp(found["at"], UTC)
        # One from the future tells nothing of its age.
        if not timedelta(0) <= datetime.now(UTC) - at <= oldest:
            return None
        return Refreshed(parse_plan(found["plan"]), at, bool(found["has_changes"]))

    def put(self, environment: str, made_for: str, made: Refreshed) -> None:
        """Keep a plan in the place of the last one."""
        document = {
            "made_for": made_for,
            "at": made.at.timestamp(),
            "has_changes": made.has_changes,
            "plan": without_secrets(made.plan.raw),
        }
        write_packed(self._file(environment), document)

    def forget(self, environment: str) -> None:
        """Drop the plan of an environment: its state is about to change."""
        self._file(environment).unlink(missing_ok=True)

    def _file(self, environment: str) -> Path:
        return self._folder / f"{environment}.plan"


def without_secrets(raw: Any) -> dict[str, Any]:  # noqa: ANN401  # any plan JSON
    """Return plan JSON with a word in place of every sensitive value.

    What only a state or a configuration holds is left out, but for the data sources that were read.
    """
    result = {key: value for key, value in raw.items() if key not in {"planned_values", "prior_state", "variables"}}
    for key in ("resource_changes", "resource_drift"):
        if key in raw:
            result[key] = [entry | {"change": _clean(entry["change"])} for entry in raw[key]]
    outputs = raw.get("output_changes") or {}
    result["output_changes"] = {name: _clean(change) for name, change in outputs.items()}
    values = (raw.get("prior_state") or {}).get("values")
    if values and values.get("root_module"):
        result["prior_state"] = {"values": {"root_module": _module(values["root_module"])}}
    return result


def _clean(change: dict[str, Any]) -> dict[str, Any]:
    cleaned = dict(change)
    for side in ("before", "after"):
        if side in change:
            cleaned[side] = _masked(change[side], change.get(f"{side}_sensitive", False))
    return cleaned


def _module(module: dict[str, Any]) -> dict[str, Any]:
    resources = [item for item in module.get("resources") or () if item["mode"] == "data"]
    return {
        "resources": [
            item | {"values": _masked(item["values"], item.get("sensitive_values", False))} for item in resources
        ],
        "child_modules": [_module(child) for child in module.get("child_modules") or ()],
    }


def _masked(value: Any, mark: Any) -> Any:  # noqa: ANN401  # any JSON value
    if mark is True:
        return value if value is None else SENSITIVE
    if isinstance(value, dict) and isinstance(mark, dict):
        return {key: _masked(item, mark.get(key, False)) for key, item in value.items()}
    if isinstance(value, list) and isinstance(mark, list):
        marks = [*mark, *[False] * (len(value) - len(mark))]
        return [_masked(item, inner) for item, inner in zip(value, marks, strict=False)]
    return value
