"""Plans against a state that were made before: kept and shown again for who asks for it with `--cached`."""

from __future__ import annotations

import json
from dataclasses import asdict, replace
from typing import TYPE_CHECKING

from generator.fleet.refreshed import Refreshed, RefreshedPlans
from generator.kept.sensitive import lacks_watched
from generator.terraform import Planned

if TYPE_CHECKING:
    from datetime import datetime, timedelta

    from generator.checks.guards.classification.table import Table
    from generator.operations.targets.stacks import OpenStack
    from generator.terraform import Mode
    from generator.workspace import Workspace


class CachedPlans:
    """The plans of one command.

    Args:
        workspace: where they are kept.
        mode: against which states.
        oldest: how old a plan may be that is shown again; None shows none again, and keeps none.
        known: what is classified: what guards must see is not shown from a plan that lacks it.
    """

    def __init__(self, workspace: Workspace, mode: Mode, oldest: timedelta | None, known: Table) -> None:
        self._workspace = workspace
        self._plans = RefreshedPlans(workspace, mode.value)
        self._oldest = oldest
        self._known = known

    def recall(self, stack: OpenStack) -> Refreshed | None:
        """Return the plan of an environment that was made before, for the same modules and programs."""
        if self._oldest is None:
            return None
        found = self._plans.get(stack.name, self._made_for(stack), oldest=self._oldest)
        # What is kept lacks what is sensitive: a plan of which guards must see that is made again.
        return None if found is None or lacks_watched(found.plan, self._known) else found

    def keep(self, stack: OpenStack, planned: Planned, begin: datetime) -> None:
        """Keep a plan that was begun at `begin`, which is when the state was refreshed at the earliest."""
        if self._oldest is not None:
            made = Refreshed(planned.plan, begin, planned.has_changes)
            self._plans.put(stack.name, self._made_for(stack), made)

    def shown(self, refreshed: Refreshed) -> Planned:
        """Return a plan to be shown; it has no plan file, and cannot be applied."""
        nowhere = self._workspace.scratch / "cached.tfplan"
        return Planned(refreshed.plan, nowhere, refreshed.has_changes, diagnostics=(), seconds=0.0)

    def _made_for(self, stack: OpenStack) -> str:
        # The state may have moved since: that is why the time is told. Which provider there is, the tools know, and an
        # environment that was never initialised does not.
        binding = replace(stack.binding(self._workspace, ("", 0)), provider=stack.tools.identity)
        return json.dumps(asdict(binding), sort_keys=True)
