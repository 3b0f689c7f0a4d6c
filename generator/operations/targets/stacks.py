"""Environments opened for terraform: the tools found once, a sandbox started where one is asked for."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

from generator.kept.binding import Binding, backend_of, lock_digest, source_digest
from generator.kept.former_state import FormerStates
from generator.operations.targets.account_credential import give_credential
from generator.operations.targets.assumed_roles import make_roles
from generator.operations.targets.required import require_profiles
from generator.terraform import Mode, StateAt, find_tools, open_stack
from generator.terraform.imports import not_looked_for
from generator.terraform.lockfile import provider_versions

if TYPE_CHECKING:
    from collections.abc import Sequence

    from generator.operations.run import Run
    from generator.operations.targets.targets import Target
    from generator.terraform import TerraformStack, Tools
    from generator.workspace import Workspace


@dataclass(frozen=True, slots=True)
class OpenStack:
    """An environment, ready to be planned.

    Attributes:
        target: the environment.
        endpoint: of the sandbox; "" elsewhere.
        runner: the terraform that works on it.
        tools: the programs that the runner uses.
    """

    target: Target
    endpoint: str
    runner: TerraformStack
    tools: Tools

    @property
    def name(self) -> str:
        """The environment's name."""
        return self.target.name

    @property
    def title(self) -> str:
        """The environment and where it lies, in one line."""
        return f"{self.name}: {self.target.where} ({self.runner.mode})"

    def state(self) -> tuple[str, int]:
        """Ask terraform which state there is: lineage and serial."""
        state = self.runner.state()
        return str(state.get("lineage", "")), int(state.get("serial", 0))

    def binding(self, workspace: Workspace, state: tuple[str, int]) -> Binding:
        """Say what a plan belongs to.

        Args:
            workspace: where.
            state: what it is planned on. Asked for before the plan is made: a state that moves meanwhile makes the plan
                stale, and never one that looks right.
        """
        source = workspace.modules_out / self.name
        return Binding(
            environment=self.name,
            mode=self.runner.mode.value,
            account=self.target.account,
            region=self.target.region,
            backend=backend_of(source) if self.runner.mode is Mode.REAL else "local",
            endpoint=self.endpoint,
            source=source_digest(workspace, self.name),
            lock=lock_digest(workspace, self.name),
            lineage=state[0],
            serial=state[1],
            terraform=str(self.tools.binary.version),
            provider=provider_versions(self.runner.folder),
        )


def former_states(workspace: Workspace, target: Target, mode: Mode) -> FormerStates:
    """Say where an environment's state may have lain before."""
    return FormerStates(workspace, target.name, mode, target.former)


def open_stacks(
    run: Run,
    targets: Sequence[Target],
    mode: Mode,
    *,
    state_at: StateAt = StateAt.USUAL,
) -> list[OpenStack]:
    """Make environments ready for terraform; the tools are found once, and a sandbox is started where one is needed.

    Args:
        run: the call.
        targets: the environments.
        mode: where effects go.
        state_at: where their states lie.

    Raises:
        ToolError: terraform or the provider is missing.
        SandboxError: the sandbox does not start.
        SpecError: this machine lacks an AWS profile.
    """
    if mode is Mode.REAL:
        require_profiles(targets, os.environ)
    tools = find_tools()
    endpoint = _endpoint(run) if mode is Mode.SANDBOX else None
    if endpoint:
        _give_credentials(run, endpoint, targets)
        _tell_imports(run, targets)
    return [
        OpenStack(
            target,
            endpoint or "",
            open_stack(
                run.workspace,
                target.name,
                mode,
                account=target.account,
                region=target.region,
                endpoint=endpoint,
                tools=tools,
                verbose=run.verbose,
                redactor=run.redactor,
                state_at=state_at,
                judge_state=former_states(run.workspace, target, mode),
            ),
            tools,
        )
        for target in targets
    ]


def _endpoint(run: Run) -> str:
    from generator.sandbox.control import start  # noqa: PLC0415  # HTTP: offline plans need none

    info = start(run.workspace)
    if info.cleaned:
        run.reporter.warn(f"cleaned up {info.cleaned}; what was applied in it is gone")
    if info.fresh:
        run.reporter.note(f"Started the sandbox at {info.endpoint}; it runs until tfstencil sandbox stop")
    return info.endpoint


def _give_credentials(run: Run, endpoint: str, targets: Sequence[Target]) -> None:
    for target in targets:
        for each in target.credentials:
            for arn in make_roles(endpoint, each, account=target.account, region=target.region):
                run.reporter.note(f"Made the role {arn} in the sandbox: the spec of {target.name} assumes it")
        if target.account_signs_in and give_credential(
            endpoint, target.account, target.region, target.account_signs_in
        ):
            run.reporter.note(
                f"Gave the sandbox's account {target.account} a source credential for {target.account_signs_in} in "
                f"{target.region}: the spec of {target.name} says that the account has one"
            )


def _tell_imports(run: Run, targets: Sequence[Target]) -> None:
    """Say what is not taken over in the sandbox, since nobody can ask it whether it has that."""
    for target in targets:
        for address, reason in not_looked_for(run.workspace, target.name):
            run.reporter.warn(f"{target.name}: the sandbox does not take over {address}: {reason}")
