"""The way of `bootstrap`: the bucket is made with its state in a file, and then takes that state in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from generator.cli.progress import progress
from generator.display import plural
from generator.errors import TfstencilError
from generator.guards.ownership import recorded_in_state, require_own
from generator.operations.consent import require_way_to_consent
from generator.operations.execution import Execution
from generator.operations.review import Review
from generator.operations.rollout import Rollout
from generator.operations.targets import open_targets, owner_of
from generator.rollout.waves import one_wave
from generator.terraform import Mode, StateAt
from generator.terraform.filelock import held
from generator.terraform.layout import sandbox_bucket
from generator.terraform.migration import Step, count, next_step, read_bucket, read_file, require_same, set_aside

if TYPE_CHECKING:
    from pathlib import Path

    from generator.cli.request import Request
    from generator.cli.session import Session
    from generator.operations.targets import OpenStack, Target
    from generator.terraform.migration import State
    from generator.workspace import Workspace


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


def bootstrap(session: Session, workspace: Workspace, request: Request, target: Target, bucket: Bucket) -> int:
    """Take an environment from nothing, or from wherever it was stopped, to a state that lies in its own bucket.

    Args:
        session: the call.
        workspace: where.
        request: what was asked for.
        target: the environment.
        bucket: where its state belongs.

    Returns:
        The exit code.

    Raises:
        TfstencilError: a step failed, or what is there must not be overwritten.
    """
    command = f"tfstencil bootstrap {target.name}{' --sandbox' if request.mode.is_mocked else ''}"
    require_way_to_consent(session, [target], request.mode, request.consent, command=command)
    gate = Review(workspace, request.mode, allowed=request.allowed)
    (first,) = open_targets(session, workspace, [target], request.mode, state_at=StateAt.FILE)
    (usual,) = open_targets(session, workspace, [target], request.mode, state_at=StateAt.BUCKET)
    lock = workspace.scratch / "run" / request.mode / target.name / "bootstrap.lock"
    with held(lock, purpose=f"bootstrapping {target.name}"):
        return _Bootstrap(Execution(session, workspace, request, gate), first, usual, bucket).run()


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
        self._console = execution.session.console
        self._workspace = execution.workspace
        self._first = first
        self._usual = usual
        self._bucket = bucket

    def run(self) -> int:
        """Do what is left to be done."""
        self._first.runner.require_saved()
        there, step = self._look()
        if step is Step.APPLY:
            if not self._is_applied():
                return 1
            there = self._migrate()
        copy = self._finish()
        self._conclude(there or {}, copy, is_new=step is not Step.DONE)
        return 0

    @property
    def _file(self) -> Path:
        file = self._first.runner.layout.state
        if file is None:
            raise AssertionError("a bootstrap begins with a file")
        return file

    def _look(self) -> tuple[State | None, Step]:
        with progress(self._execution.session.options, f"{self._first.name}: looking for its state"):
            there, here = read_bucket(self._usual.runner), read_file(self._file)
        for state in (there, here):
            require_own(recorded_in_state(state or {}), owner_of(self._workspace, self._first.target))
        return there, next_step(here, there, bucket=self._bucket.name)

    def _is_applied(self) -> bool:
        """Apply what is missing, with all that an apply asks and refuses."""
        name = self._first.name
        rollout = Rollout(self._execution, {name: self._first}, parallelism=1, on_finished=lambda _: None)
        try:
            rollout.run(one_wave({name: self._first.target.environment_class}))
        finally:
            self._execution.close()
        outcome = rollout.outcomes[name]
        if outcome.error:
            raise outcome.error
        if not outcome.is_good:
            self._console.document({"ok": False, "environment": name, "status": outcome.status})
            self._console.error(f"not bootstrapped: {name} was {outcome.status}")
        return outcome.is_good

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
        if step is Step.APPLY:
            with progress(self._execution.session.options, f"{self._first.name}: moving its state"):
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

    def _conclude(self, state: State, copy: Path | None, *, is_new: bool) -> None:
        name, bucket, console = self._first.name, self._bucket, self._console
        kept = self._workspace.relative(copy) if copy else None
        facts: dict[str, Any] = {"serial": state.get("serial"), "resources": count(state)}
        console.document(
            {
                "ok": True,
                "environment": name,
                "mode": self._first.runner.mode.value,
                "status": "bootstrapped" if is_new else "unchanged",
                "bucket": bucket.name,
                "key": bucket.key,
                **facts,
                "copy": kept,
                "state": bucket.section,
            }
        )
        where = f"s3://{bucket.name}/{bucket.key} (serial {facts['serial']}, {plural(facts['resources'], 'resource')})"
        console.show(
            f"The state of {name} is in {where}" if is_new else f"{name} is bootstrapped: its state is in {where}"
        )
        if kept:
            console.note(f"What was in a file until now is kept in {kept}")
        console.show("\nOther environments of the account keep their state there with:\n")
        for line in bucket.lines:
            console.show(f"    {line}")
