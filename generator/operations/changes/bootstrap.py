"""The way of `bootstrap`: the bucket is made with its state in a file, and then takes that state in."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from generator.checks.guards.ownership import recorded_in_state, require_own
from generator.errors import TfstencilError, UsageError
from generator.model.names import Names
from generator.operations.changes.consent import require_way_to_consent
from generator.operations.changes.execution import Execution
from generator.operations.changes.review import Review
from generator.operations.changes.rollout import Rollout
from generator.operations.inputs.assembly import Assembly
from generator.operations.inputs.freshness import require_fresh
from generator.operations.inputs.unread import warn_of_foreign
from generator.operations.targets.stacks import open_stacks
from generator.operations.targets.targets import owner_of, target_of
from generator.rollout.waves import Wave
from generator.terraform import Mode, StateAt
from generator.terraform.layout import sandbox_bucket
from generator.terraform.process.run_lock import held
from generator.terraform.state.migration import (
    BootstrapStep,
    count,
    next_step,
    read_bucket,
    read_file,
    require_same,
    set_aside,
)

if TYPE_CHECKING:
    from pathlib import Path

    from generator.model.loading.load import Environment
    from generator.operations.requests import ChangeRequest
    from generator.operations.run import Run
    from generator.operations.targets.stacks import OpenStack
    from generator.operations.targets.targets import Target
    from generator.terraform.state.migration import State


_GOOD: Final = frozenset({"applied", "unchanged"})


@dataclass(frozen=True, slots=True)
class Bucket:
    """Where the state of an environment with a backend belongs.

    Attributes:
        name: of the bucket.
        key: of the environment's own state in it.
        region: of the bucket.
    """

    name: str
    key: str
    region: str

    @property
    def section(self) -> dict[str, str]:
        """What other environments say under `state`."""
        return {"bucket": self.name, "region": self.region}

    @property
    def lines(self) -> list[str]:
        """The same, as they write it."""
        return ["state:", *(f"  {key}: {value}" for key, value in self.section.items())]


@dataclass(frozen=True, slots=True)
class BootstrapResult:
    """What a bootstrap came to.

    Attributes:
        target: the environment.
        mode: where its effects went.
        bucket: where its state belongs.
        status: `bootstrapped`, `unchanged` (it was before), or what the apply came to that was not done.
        serial: of the state in the bucket; None where it is not there.
        resources: number of resources in it.
        copy: what was in a file until now, put aside; None where there was none.
    """

    target: Target
    mode: Mode
    bucket: Bucket
    status: str
    serial: int | None = None
    resources: int = 0
    copy: Path | None = None

    @property
    def ok(self) -> bool:
        """Whether the state is in the bucket."""
        return self.status in {"bootstrapped", "unchanged"}


def bucket_of(environment: Environment) -> Bucket:
    """Say which bucket an environment makes.

    Raises:
        UsageError: it makes none.
    """
    spec = environment.spec
    if spec.backend is None:
        raise UsageError(
            f"{environment.name} makes no state bucket: its spec has no backend",
            hint="name the environment that has one, or write its spec: tfstencil docs cookbook, Keep the state",
        )
    names = Names.of(environment.name, spec)
    return Bucket(names.state_bucket, names.state_key, spec.region)


def bootstrap(run: Run, request: ChangeRequest, environment: Environment) -> BootstrapResult:
    """Take an environment from nothing, or from wherever it was stopped, to a state that lies in its own bucket.

    Args:
        run: the call.
        request: what was asked for.
        environment: which has a backend.

    Raises:
        TfstencilError: a step failed, or what is there must not be overwritten.
    """
    workspace, target, bucket = run.workspace, target_of(environment), bucket_of(environment)
    require_fresh(Assembly(workspace), [environment])
    warn_of_foreign(run.reporter, workspace, [target.name])
    command = f"tfstencil bootstrap {target.name}{' --sandbox' if request.mode.is_mocked else ''}"
    require_way_to_consent(run, [target], request.mode, request.consent, command=command)
    guards = Review(workspace, request.mode, allowed=request.allowed)
    (first,) = open_stacks(run, [target], request.mode, state_at=StateAt.FILE)
    (usual,) = open_stacks(run, [target], request.mode, state_at=StateAt.BUCKET)
    lock = workspace.scratch / "run" / request.mode / target.name / "bootstrap.lock"
    with held(lock, purpose=f"bootstrapping {target.name}"):
        return _Bootstrap(Execution(run, request, guards), first, usual, bucket).run()


class _Bootstrap:
    """One bootstrap.

    Args:
        execution: plans, shows, asks and applies.
        first: the environment with its state in a file.
        usual: the same with its state in the bucket.
        bucket: which.
    """

    def __init__(self, execution: Execution, first: OpenStack, usual: OpenStack, bucket: Bucket) -> None:
        self._execution = execution
        self._reporter = execution.run.reporter
        self._workspace = execution.workspace
        self._first = first
        self._usual = usual
        self._bucket = bucket

    def run(self) -> BootstrapResult:
        """Do what is left to be done."""
        self._first.runner.require_saved()
        there, step = self._look()
        if step is BootstrapStep.APPLY:
            status = self._applied()
            if status not in _GOOD:
                return self._result(status)
            there = self._migrate()
        copy = self._finish()
        state = there or {}
        status = "unchanged" if step is BootstrapStep.DONE else "bootstrapped"
        return replace(self._result(status), serial=state.get("serial"), resources=count(state), copy=copy)

    def _result(self, status: str) -> BootstrapResult:
        return BootstrapResult(self._first.target, self._first.runner.mode, self._bucket, status)

    @property
    def _file(self) -> Path:
        file = self._first.runner.layout.state
        if file is None:
            raise AssertionError("a bootstrap begins with a file")
        return file

    def _look(self) -> tuple[State | None, BootstrapStep]:
        with self._reporter.progress(f"{self._first.name}: looking for its state"):
            there, here = read_bucket(self._usual.runner), read_file(self._file)
        for state in (there, here):
            require_own(recorded_in_state(state or {}), owner_of(self._workspace, self._first.target))
        return there, next_step(here, there, bucket=self._bucket.name)

    def _applied(self) -> str:
        """Apply what is missing, with all that an apply asks and refuses; return what that came to."""
        name = self._first.name
        rollout = Rollout(self._execution, {name: self._first}, parallelism=1, on_finished=lambda _: None)
        try:
            rollout.run([Wave("", (name,))])
        finally:
            self._execution.close()
        outcome = rollout.outcomes[name]
        if outcome.error:
            raise outcome.error
        return outcome.status

    def _migrate(self) -> State:
        """Copy the state into the bucket, and prove it by reading it back as every later command will."""
        # Somebody else may have been faster while this one was reviewed.
        there, step = self._look()
        here = read_file(self._file)
        if there is None:
            raise TfstencilError(
                f"the bucket {self._bucket.name} was applied, and is not found",
                hint="AWS may need a moment: run the same command again, it goes on from here",
            )
        if step is BootstrapStep.APPLY:
            with self._reporter.progress(f"{self._first.name}: moving its state"):
                self._first.runner.migrate()
                there = self._usual.runner.state()
            require_same(here, there)
        return there

    def _finish(self) -> Path | None:
        """Have all later commands look into the bucket."""
        target = self._first.target
        if self._first.runner.mode is Mode.SANDBOX:
            mark = sandbox_bucket(self._workspace, target.name, target.account)
            mark.parent.mkdir(parents=True, exist_ok=True)
            mark.touch()
        return set_aside(self._file)
