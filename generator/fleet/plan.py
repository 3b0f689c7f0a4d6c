"""Plans of many environments: from the cache where nothing changed, the others together."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from queue import SimpleQueue
from time import monotonic
from typing import TYPE_CHECKING, Final

from generator.diagnostics import errors_in
from generator.fleet.batch import BatchFailed, Slot
from generator.fleet.batches import batched, side_by_side
from generator.fleet.cache import PlanCache
from generator.fleet.failed_environments import culprits, own_error, suspects
from generator.plans.plan import parse_plan
from generator.terraform.process.interrupts import forwarded
from generator.terraform.process.run_lock import held
from generator.terraform.tools.programs import find_tools

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from generator.diagnostics import Diagnostic
    from generator.errors import TerraformError
    from generator.fleet.member import Member
    from generator.plans.plan import Plan
    from generator.terraform.tools.programs import Tools
    from generator.workspace import Workspace

# How often a batch may be taken apart to find out which environment an error belongs to.
_SEARCHES: Final = 12
_PATIENCE: Final = 1800.0


@dataclass(slots=True)
class FleetPlan:
    """Plans of many environments.

    Attributes:
        plans: by environment, in the order in which they were asked for.
        cached: the environments whose plan was made before.
        failures: why the others have none.
        warnings: what terraform warned of.
        runs: how many times terraform planned.
        seconds: how long all of it took.
    """

    plans: dict[str, Plan] = field(default_factory=dict)
    cached: set[str] = field(default_factory=set)
    failures: dict[str, TerraformError] = field(default_factory=dict)
    warnings: list[Diagnostic] = field(default_factory=list)
    runs: int = 0
    seconds: float = 0.0


def plan_fleet(  # noqa: PLR0913  # what and where; the rest have names at the call
    workspace: Workspace,
    members: Sequence[Member],
    *,
    tools: Tools | None = None,
    cache: bool = True,
    environ: Mapping[str, str] | None = None,
    verbose: bool = False,
    on_done: Callable[[int], None] | None = None,
) -> FleetPlan:
    """Plan environments offline, many in one terraform; the same plans as each alone would get.

    Args:
        workspace: where scratch folders and the cache lie.
        members: what was rendered.
        tools: terraform and provider, where they have been found already.
        cache: answer from plans that were made before, and keep the new ones.
        environ: our environment, by default this process's.
        verbose: let TF_LOG through.
        on_done: called with a number of environments whenever so many more are done.

    Raises:
        ToolError: terraform or the provider is missing or does not fit.
        OutputError: a scratch folder cannot be written.
    """
    begin = monotonic()
    own = dict(os.environ if environ is None else environ)
    found = tools or find_tools(own)
    store = PlanCache(workspace, found.identity) if cache and found.provider.version else None
    job = _Job(workspace.modules_out, store, on_done or (lambda _: None))
    # One at a time: whoever waited finds in the cache what the other has just planned.
    missing = job.answer(members)
    if missing:
        with held(workspace.scratch / "fleet" / "lock", purpose="planning a fleet", patience=_PATIENCE):
            missing = job.answer(missing)
            job.slots = [
                Slot(workspace.scratch / "fleet" / str(number), found, own, verbose=verbose)
                for number in range(side_by_side())
            ]
            job.run(missing)
    result = job.result
    result.plans = {member.name: result.plans[member.name] for member in members if member.name in result.plans}
    result.seconds = monotonic() - begin
    return result


class _Job:
    """One call of `plan_fleet`."""

    def __init__(self, modules: Path, store: PlanCache | None, on_done: Callable[[int], None]) -> None:
        self.result = FleetPlan()
        self.slots: list[Slot] = []
        self._modules = modules
        self._store = store
        self._on_done = on_done
        self._searches = 0

    def answer(self, members: Sequence[Member]) -> list[Member]:
        """Answer from the cache; return what it does not know."""
        if self._store is None:
            return list(members)
        missing: list[Member] = []
        for member in members:
            raw = self._store.get(member)
            if raw is None:
                missing.append(member)
                continue
            self.result.plans[member.name] = parse_plan(raw)
            self.result.cached.add(member.name)
            self._on_done(1)
        return missing

    def run(self, members: Sequence[Member]) -> None:
        """Plan in batches, side by side."""
        free: SimpleQueue[Slot] = SimpleQueue()
        for slot in self.slots:
            free.put(slot)

        def plan(batch: list[Member]) -> None:
            slot = free.get()
            try:
                self._plan(slot, batch)
            finally:
                free.put(slot)

        # Handlers can be installed by the main thread alone; the others find these.
        with forwarded(), ThreadPoolExecutor(len(self.slots)) as pool:
            futures = [pool.submit(plan, batch) for batch in batched(members, len(self.slots))]
            for future in futures:
                future.result()
        if self._store:
            self._store.trim()

    def _plan(self, slot: Slot, members: list[Member], *, shared: bool = True) -> None:
        try:
            self.result.runs += 1
            batch = slot.plan(members, shared=shared)
        except BatchFailed as failed:
            self._take_apart(slot, members, failed)
            return
        for member in members:
            raw = batch.plans[member.name]
            if self._store:
                self._store.put(member, raw)
            self.result.plans[member.name] = parse_plan(raw)
        self.result.warnings += batch.warnings
        self._on_done(len(members))

    def _take_apart(self, slot: Slot, members: list[Member], failed: BatchFailed) -> None:
        """Plan the others without those that the errors are about."""
        diagnostics = failed.error.diagnostics
        blamed = culprits(diagnostics, failed.calls)
        if any(call.is_shared for call in failed.calls):
            # What terraform says of instances is not yet what it would say of the environment alone.
            accused = [member for member in members if member.name in blamed] or members
            others = [member for member in members if member not in accused]
            self._plan(slot, accused, shared=False)
            if others:
                self._plan(slot, others)
            return
        if not blamed and (len(members) == 1 or self._searches >= _SEARCHES):
            blamed = {member.name: list(errors_in(diagnostics)) for member in members}
        if blamed:
            remark = f"\n(one of {len(blamed)} that share it)" if self._searches >= _SEARCHES else ""
            for member in members:
                if member.name in blamed:
                    self._fail(member, failed.error, blamed[member.name], remark)
            parts = [[member for member in members if member.name not in blamed]]
        else:
            self._searches += 1
            parts = _split(members, suspects(diagnostics, failed.users))
        for part in filter(None, parts):
            self._plan(slot, part)

    def _fail(self, member: Member, error: TerraformError, diagnostics: list[Diagnostic], remark: str) -> None:
        self.result.failures[member.name] = own_error(
            member, error, diagnostics, self._modules / member.name, remark=remark
        )
        self._on_done(1)


def _split(members: list[Member], suspected: set[str]) -> list[list[Member]]:
    """Part the suspects from the others; where that parts nothing, halve."""
    accused = [member for member in members if member.name in suspected]
    others = [member for member in members if member.name not in suspected]
    if accused and others:
        return [others, accused]
    middle = len(members) // 2
    return [members[:middle], members[middle:]]
