"""One environment's stack, ready to be planned and applied: offline, in the sandbox, or for real."""

from __future__ import annotations

import os
from contextlib import contextmanager
from functools import cached_property
from typing import TYPE_CHECKING

from generator.errors import TerraformError, UsageError
from generator.failure_explanation import FailedRun
from generator.plans.sensitive import sensitive_values
from generator.terraform.adapter import Terraform
from generator.terraform.initialisation import Initialisation
from generator.terraform.layout import Layout, lay_out
from generator.terraform.mode import Mode, StateAt
from generator.terraform.process import memory
from generator.terraform.process.logs import newest_change
from generator.terraform.process.run_lock import held
from generator.terraform.results import Planned
from generator.terraform.state.place import require_same_place
from generator.terraform.state.rescue import Rescued, abandon, rescue
from generator.terraform.state.unsaved import find, find_lost, require_place, write_down
from generator.terraform.tools.programs import Tools, find_tools

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path
    from typing import Any

    from generator.diagnostics import Diagnostic
    from generator.redaction import Redactor
    from generator.terraform.plan_options import PlanOptions
    from generator.terraform.process.events import ProgressEvent
    from generator.terraform.results import ApplyRun, OutputValue
    from generator.workspace import Workspace


def open_stack(  # noqa: PLR0913  # the facts of a stack; all but the first three have names at the call
    workspace: Workspace,
    environment: str,
    mode: Mode,
    *,
    account: str,
    region: str,
    endpoint: str | None = None,
    tools: Tools | None = None,
    environ: Mapping[str, str] | None = None,
    verbose: bool = False,
    redactor: Redactor | None = None,
    state_at: StateAt = StateAt.USUAL,
    judge_state: Callable[[Layout, Mapping[str, Any]], None] | None = None,
) -> TerraformStack:
    """Prepare to run terraform on one environment's rendered modules.

    Args:
        workspace: where they are rendered.
        environment: whose.
        mode: where effects go.
        account: the account of the stack, twelve digits.
        region: the region of the stack.
        endpoint: URL of the sandbox, for `Mode.SANDBOX`.
        tools: terraform and provider, where they have been found already.
        environ: our environment, by default this process's.
        verbose: let TF_LOG through.
        redactor: knows what is secret, and learns of what is sensitive in plans; logs are kept without it.
        state_at: where the state lies.
        judge_state: refuses a state that nothing shall be planned on, in modes that have one.

    Raises:
        UsageError: the environment is not rendered.
        ToolError: terraform or the provider is missing or does not fit.
        OutputError: the run folder cannot be written.
    """
    own = dict(os.environ if environ is None else environ)
    source = workspace.modules_out / environment
    if not source.is_dir():
        raise UsageError(
            f"{workspace.relative(source)} does not exist", hint=f"run tfstencil render {environment} first"
        )
    if mode is Mode.SANDBOX and not endpoint:
        raise UsageError("the sandbox is not running", hint="run tfstencil sandbox start")
    layout = lay_out(workspace, environment, mode, account, region, endpoint, state_at)
    found = tools or find_tools(own)
    child = layout.environment(own, found, verbose=verbose)
    return TerraformStack(environment, layout, found, child, redactor, judge_state)


class TerraformStack:
    """One environment's rendered modules, and the terraform that runs on them.

    Attributes:
        name: the environment.
        mode: where effects go.
        folder: where terraform runs; for mocked modes a copy of the rendered root.
        layout: where everything of its runs lies.
        terraform: the adapter, for commands that have no method here.
    """

    def __init__(  # noqa: PLR0913, PLR0917  # the parts that `open_stack` puts together
        self,
        name: str,
        layout: Layout,
        tools: Tools,
        environment: Mapping[str, str],
        redactor: Redactor | None = None,
        judge_state: Callable[[Layout, Mapping[str, Any]], None] | None = None,
    ) -> None:
        self.name = name
        self.mode = layout.mode
        self.folder = layout.root
        self.layout = layout
        self._flag = " --sandbox" if layout.mode is Mode.SANDBOX else ""
        self.terraform = Terraform(
            tools.binary.path,
            folder=layout.root,
            environment=environment,
            logs=layout.run_folder / "logs",
            subject=FailedRun(name, layout.source, self._flag),
            clean=redactor.clean if redactor else None,
        )
        self._redactor = redactor
        self._judge_state = judge_state
        self._initialisation = Initialisation(layout, tools, self.terraform)

    @cached_property
    def _own_plan(self) -> Path:
        # Open until this process ends: a plan may be wanted for longer than what made it.
        return memory.file_in_memory(f"plan of {self.name}", self.layout.run_folder / "plan.tfplan")

    def init(self, *, force: bool = False) -> bool:
        """Initialise the folder, unless it is initialised for just these files and programs.

        Args:
            force: do it in any case.

        Returns:
            Whether terraform had to run.

        Raises:
            ToolError: the provider cannot be had.
            TerraformError: it failed otherwise.
        """
        with self._prepared():
            return self._initialisation.ensure(force=force)

    def validate(self) -> tuple[Diagnostic, ...]:
        """Let terraform check the configuration; what is wrong is in the answer.

        Raises:
            TerraformError: terraform could not even check it.
        """
        with self._initialised():
            diagnostics = self.terraform.validate()
            if any(diagnostic.asks_for_init for diagnostic in diagnostics):
                self._initialisation.ensure(force=True)
                return self.terraform.validate()
            return diagnostics

    def plan(
        self,
        options: PlanOptions | None = None,
        *,
        out: Path | None = None,
        on_event: Callable[[ProgressEvent], None] | None = None,
    ) -> Planned:
        """Make a plan and read it.

        Args:
            options: what kind of plan.
            out: the plan file; by default one of this stack that the next plan overwrites.
            on_event: called with terraform's progress.

        Raises:
            TerraformError: it failed.
            StatePlaceError: what is applied lies elsewhere, or its state does.
        """
        file = out or self._own_plan
        with self._initialised():
            self._require_usable_state()
            memory.empty(file)
            try:
                run = self.terraform.plan(file, options, on_event=on_event)
            except TerraformError as error:
                if not any(diagnostic.asks_for_init for diagnostic in error.diagnostics):
                    raise
                self._initialisation.ensure(force=True)
                run = self.terraform.plan(file, options, on_event=on_event)
            plan = self.terraform.show(file)
            if self._redactor:
                # Only now it is known what was sensitive in what terraform has said (TF_LOG says everything).
                self._redactor.add(sensitive_values(plan))
                run.result.clean(self._redactor.clean)
            return Planned(plan, file, run.has_changes, run.diagnostics, run.seconds)

    def apply(self, planned: Planned | Path, *, on_event: Callable[[ProgressEvent], None] | None = None) -> ApplyRun:
        """Do what a plan says, once; its file is emptied or deleted afterwards.

        Raises:
            UsageError: the plan is an offline one.
            TerraformError: it failed, perhaps after some of its changes; it is never tried again.
        """
        self._refuse_offline("applied")
        file = planned.file if isinstance(planned, Planned) else planned
        with self._initialised(), self._state_written_down():
            try:
                return self.terraform.apply(file, on_event=on_event)
            finally:
                memory.empty(file)

    def destroy(self, *, on_event: Callable[[ProgressEvent], None] | None = None) -> ApplyRun:
        """Destroy everything in the state, without asking.

        Raises:
            UsageError: the stack is an offline one.
            TerraformError: it failed, perhaps after some of its changes.
            StatePlaceError: it lies elsewhere, or its state does.
        """
        self._refuse_offline("destroyed")
        with self._initialised(), self._state_written_down():
            self._require_usable_state()
            return self.terraform.destroy(on_event=on_event)

    def outputs(self) -> dict[str, OutputValue]:
        """Read the outputs from the state; empty before the first apply."""
        with self._initialised():
            return self.terraform.outputs()

    def state(self) -> dict[str, Any]:
        """Read the state (`lineage`, `serial`, `resources` …); empty before the first apply."""
        with self._initialised():
            return self.terraform.state()

    def rescue(self, keep: Path, *, give_up: bool = False) -> Rescued | list[Path] | None:
        """Save a state that an apply could not save.

        Args:
            keep: folder for a copy of it.
            give_up: put it there without saving it, so that terraform may run again.

        Returns:
            What was saved, or where what was given up lies; None where every state is saved.

        Raises:
            TfstencilError: it is not whole, or does not belong there.
            TerraformError: it cannot be pushed.
        """
        with self._prepared():
            logs = self.terraform.logs
            unsaved = find(self.folder, logs) or find_lost(self.folder, logs)
            if unsaved is None:
                return None
            if give_up:
                return abandon(unsaved, keep=keep)
            self._initialisation.ensure()
            return rescue(self.terraform, unsaved, keep=keep, local=self.layout.local_state)

    def push(self, state: Path) -> None:
        """Put a state where the stack's is kept; terraform refuses an older one and that of another stack.

        Raises:
            TerraformError: it failed.
        """
        with self._initialised():
            self.terraform.push(state)

    def forget_backend(self) -> None:
        """Forget where the state lay at the last init, so that it may be looked for elsewhere.

        Terraform asks at each init whether it shall take that state along, and nobody answers.
        """
        with self._prepared():
            (self.layout.data / "terraform.tfstate").unlink(missing_ok=True)
            self._initialisation.forget()

    def unlock(self, lock: str) -> None:
        """Take away the lock with that ID, which somebody holds or has left behind.

        Raises:
            TerraformError: there is none, or it has another ID.
        """
        with self._prepared():
            self._initialisation.ensure()
            self.terraform.unlock(lock)

    def require_saved(self) -> None:
        """Refuse to go on where an earlier apply could not save the state.

        Raises:
            TfstencilError: it waits to be rescued.
        """
        unsaved = find(self.folder, self.terraform.logs)
        if unsaved:
            unsaved.refuse(f"tfstencil state rescue {self.name}{self._flag}")

    def migrate(self) -> None:
        """Copy the state from its file to where the rendered backend says, over whatever is there.

        Raises:
            TerraformError: it failed; the file is as it was.
        """
        with self._initialised():
            self._initialisation.migrate()

    @contextmanager
    def _prepared(self) -> Iterator[None]:
        with held(self.layout.run_folder / "lock", purpose=f"running terraform for {self.name}"):
            self.layout.update()
            yield

    @contextmanager
    def _initialised(self) -> Iterator[None]:
        with self._prepared():
            self.require_saved()
            self._initialisation.ensure()
            yield

    @contextmanager
    def _state_written_down(self) -> Iterator[None]:
        """Where a state ends up on terraform's output alone, write it down as soon as there is room again."""
        require_place(self.folder)
        try:
            yield
        except TerraformError:
            newest = newest_change(self.terraform.logs)
            if newest:
                write_down(self.folder, newest)
            raise

    def _require_usable_state(self) -> None:
        # An offline plan knows no state.
        if self.mode is not Mode.OFFLINE:
            layout, state = self.layout, self.terraform.state()
            require_same_place(state, self.name, region=layout.region, account=layout.account)
            if self._judge_state:
                self._judge_state(layout, state)

    def _refuse_offline(self, done: str) -> None:
        if self.mode is Mode.OFFLINE:
            raise UsageError(
                f"an offline plan of {self.name} cannot be {done}: it was made without an account and without a state",
                hint="use --sandbox, or credentials for the account",
            )
