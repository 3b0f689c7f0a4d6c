"""Plans against a state that are shown once more, for who asked for that: with the time at which they were made.

Nobody can apply them: what is kept is the document that was shown, without what is sensitive, and no plan file. The
last one of an environment is kept, and it goes as soon as the environment is applied or destroyed from here.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from generator.fleet.packed import read_packed, write_packed
from generator.plans.plan import Plan, parse_plan
from generator.plans.sensitive import without_secrets

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
