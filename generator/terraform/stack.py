"""One environment's stack, ready to be planned and applied: offline, in the sandbox, or for real."""

from __future__ import annotations

import os
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from generator.errors import TerraformError, TfstencilError, UsageError
from generator.terraform import lockfile, scratch
from generator.terraform.adapter import ApplyRun, Output, PlanOptions, Terraform
from generator.terraform.filelock import held
from generator.terraform.layout import Layout, lay_out
from generator.terraform.mode import Mode
from generator.terraform.tools import Tools, find_tools
from generator.terraform.writing import writing

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path
    from typing import Any

    from generator.terraform.diagnostics import Diagnostic
    from generator.terraform.events import Event
    from generator.terraform.plan import Plan
    from generator.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Planned:
    """A plan that was made.

    Attributes:
        plan: what it would do.
        file: the plan file (0600; it holds every value in plain text).
        has_changes: terraform's own verdict (exit code 2 of `-detailed-exitcode`).
        diagnostics: what terraform warned of.
        seconds: how long terraform planned.
    """

    plan: Plan
    file: Path
    has_changes: bool
    diagnostics: tuple[Diagnostic, ...]
    seconds: float


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
    layout, found = lay_out(workspace, environment, mode, account, region, endpoint), tools or find_tools(own)
    return TerraformStack(environment, layout, found, layout.environment(own, found, verbose=verbose))


class TerraformStack:
    """One environment's rendered modules, and the terraform that runs on them.

    Attributes:
        name: the environment.
        mode: where effects go.
        folder: where terraform runs; for mocked modes a copy of the rendered root.
        terraform: the adapter, for commands that have no method here.
    """

    def __init__(self, name: str, layout: Layout, tools: Tools, environment: Mapping[str, str]) -> None:
        self.name = name
        self.mode = layout.mode
        self.folder = layout.root
        self._layout = layout
        self._tools = tools
        self.terraform = Terraform(
            tools.binary.path, folder=layout.root, environment=environment, logs=layout.run_folder / "logs"
        )

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
            return self._init(force=force)

    def validate(self) -> tuple[Diagnostic, ...]:
        """Let terraform check the configuration; what is wrong is in the answer.

        Raises:
            TerraformError: terraform could not even check it.
        """
        with self._initialised():
            diagnostics = self.terraform.validate()
            if any(diagnostic.asks_for_init for diagnostic in diagnostics):
                self._init(force=True)
                return self.terraform.validate()
            return diagnostics

    def plan(
        self,
        options: PlanOptions | None = None,
        *,
        out: Path | None = None,
        on_event: Callable[[Event], None] | None = None,
    ) -> Planned:
        """Make a plan and read it.

        Args:
            options: what kind of plan.
            out: the plan file; by default one in the run folder that the next plan overwrites.
            on_event: called with terraform's progress.

        Raises:
            TerraformError: it failed.
        """
        file = out or self._layout.run_folder / "plan.tfplan"
        with self._initialised():
            self._refuse_unsaved_state()
            file.unlink(missing_ok=True)
            try:
                run = self.terraform.plan(file, options, on_event=on_event)
            except TerraformError as error:
                if not any(diagnostic.asks_for_init for diagnostic in error.diagnostics):
                    raise
                self._init(force=True)
                run = self.terraform.plan(file, options, on_event=on_event)
            return Planned(self.terraform.show(file), file, run.has_changes, run.diagnostics, run.seconds)

    def apply(self, planned: Planned | Path, *, on_event: Callable[[Event], None] | None = None) -> ApplyRun:
        """Do what a plan says, once; its file is deleted afterwards.

        Raises:
            UsageError: the plan is an offline one.
            TerraformError: it failed, perhaps after some of its changes; it is never tried again.
        """
        self._refuse_offline("applied")
        file = planned.file if isinstance(planned, Planned) else planned
        with self._initialised():
            self._refuse_unsaved_state()
            try:
                return self.terraform.apply(file, on_event=on_event)
            finally:
                file.unlink(missing_ok=True)

    def destroy(self, *, on_event: Callable[[Event], None] | None = None) -> ApplyRun:
        """Destroy everything in the state, without asking.

        Raises:
            UsageError: the stack is an offline one.
            TerraformError: it failed, perhaps after some of its changes.
        """
        self._refuse_offline("destroyed")
        with self._initialised():
            self._refuse_unsaved_state()
            return self.terraform.destroy(on_event=on_event)

    def outputs(self) -> dict[str, Output]:
        """Read the outputs from the state; empty before the first apply."""
        with self._initialised():
            return self.terraform.outputs()

    def state(self) -> dict[str, Any]:
        """Read the state (`lineage`, `serial`, `resources` …); empty before the first apply."""
        with self._initialised():
            return self.terraform.state()

    @contextmanager
    def _prepared(self) -> Iterator[None]:
        with held(self._layout.run_folder / "lock", purpose=f"running terraform for {self.name}"):
            self._layout.update()
            yield

    @contextmanager
    def _initialised(self) -> Iterator[None]:
        with self._prepared():
            self._init()
            yield

    def _init(self, *, force: bool = False) -> bool:
        layout, stamp = self._layout, self._layout.run_folder / "initialised"
        if not force and layout.data.is_dir() and stamp.is_file() and stamp.read_text() == self._digest():
            return False
        stamp.unlink(missing_ok=True)
        readonly = False
        if self.mode.is_mocked:
            scratch.write_lock(layout.root, self._scratch_lock())
        else:
            readonly = (layout.root / lockfile.NAME).is_file()
        with self._tools.initialising():
            try:
                self.terraform.init(readonly_lock=readonly, reconfigure=self.mode.is_mocked)
            except TerraformError as error:
                raise self._tools.explain(error) from error
        # Taken afterwards, because the first init writes the lock file.
        with writing(stamp, "the stamp of the init"):
            stamp.write_text(self._digest())
        return True

    def _scratch_lock(self) -> str:
        return lockfile.scratch_lock(self._layout.source / lockfile.NAME, self._tools.provider, self._tools.binary)

    def _digest(self) -> str:
        lock = self._layout.source / lockfile.NAME
        locked = lock.read_text(encoding="utf-8") if lock.is_file() else ""
        return scratch.init_digest(self.folder, self._tools.identity, locked, str(self._layout.state))

    def _refuse_offline(self, done: str) -> None:
        if self.mode is Mode.OFFLINE:
            raise UsageError(
                f"an offline plan of {self.name} cannot be {done}: it was made without an account and without a state",
                hint="use --sandbox, or credentials for the account",
            )

    def _refuse_unsaved_state(self) -> None:
        left = self.folder / "errored.tfstate"
        if left.exists():
            raise TfstencilError(
                f"{left} holds a state that an earlier apply could not save; nothing may run before it is saved",
                hint="free the disk or restore the backend, run terraform state push errored.tfstate there, and delete "
                "the file",
            )
