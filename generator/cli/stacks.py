"""Environments opened for terraform: fresh modules, the tools found once, a sandbox where one is asked for."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from generator.cli.freshness import require_fresh
from generator.cli.pipeline import Pipeline
from generator.errors import OutputError, UsageError
from generator.guards.saved_plan import Binding, modules_digest
from generator.output.staleness import verify
from generator.sandbox.control import start
from generator.terraform import Mode, find_tools, open_stack

if TYPE_CHECKING:
    from collections.abc import Sequence

    from generator.cli.session import Session
    from generator.spec.environment import Environment
    from generator.terraform import TerraformStack
    from generator.workspace import Workspace

_ACCOUNT: Final = re.compile(r'allowed_account_ids\s*=\s*\["(\d{12})"\]')
_REGION: Final = re.compile(r'^\s*region\s*=\s*"([a-z0-9-]+)"', re.MULTILINE)


@dataclass(frozen=True, slots=True)
class OpenStack:
    """An environment, ready to be planned.

    Attributes:
        name: the environment.
        environment_class: dev, staging or prod; of an environment whose spec is gone, prod, as the most careful.
        account: twelve digits.
        region: of its resources.
        endpoint: of the sandbox; "" elsewhere.
        runner: the terraform that works on it.
    """

    name: str
    environment_class: str
    account: str
    region: str
    endpoint: str
    runner: TerraformStack

    @property
    def title(self) -> str:
        """The environment and where it lies, in one line."""
        return f"{self.name}: account {self.account}, {self.region} ({self.runner.mode})"

    def binding(self, workspace: Workspace) -> Binding:
        """Say what a plan that is made now belongs to; asks terraform for the state."""
        state = self.runner.state()
        return Binding(
            environment=self.name,
            mode=self.runner.mode.value,
            account=self.account,
            endpoint=self.endpoint,
            modules=modules_digest(workspace, self.name),
            lineage=str(state.get("lineage", "")),
            serial=int(state.get("serial", 0)),
        )


def mode_of(*, sandbox: bool, offline: bool = False) -> Mode:
    """Return where effects go.

    Raises:
        UsageError: both were asked for.
    """
    if sandbox and offline:
        raise UsageError("--offline and --sandbox exclude each other", hint="choose one of them")
    if offline:
        return Mode.OFFLINE
    return Mode.SANDBOX if sandbox else Mode.REAL


def open_environments(
    session: Session, workspace: Workspace, names: Sequence[str], mode: Mode, *, fresh: bool = True
) -> list[OpenStack]:
    """Open environments for terraform.

    Args:
        session: for what is said about the sandbox.
        workspace: where.
        names: environments that have a spec.
        mode: where effects go.
        fresh: refuse modules that do not match their specs.

    Raises:
        SpecError: a spec is wrong.
        OutputError: modules are stale.
        ToolError: terraform or the provider is missing.
        SandboxError: the sandbox does not start.
    """
    pipeline = Pipeline(workspace)
    environments = pipeline.load(names)
    if fresh:
        require_fresh(pipeline, environments)
    places = [_place(environment) for environment in environments]
    return _open(session, workspace, places, mode)


def open_removed(session: Session, workspace: Workspace, names: Sequence[str], mode: Mode) -> list[OpenStack]:
    """Open environments whose spec is gone, to destroy them; the rendered modules say where they lie.

    Raises:
        OutputError: their modules were edited, or do not say which account they belong to.
    """
    edited = verify(workspace, names)
    if edited:
        raise OutputError("\n".join(map(str, edited)), hint="bring back the modules as they were (from git, say)")
    return _open(session, workspace, [_removed_place(workspace, name) for name in names], mode) if names else []


_Place = tuple[str, str, str, str]


def _place(environment: Environment) -> _Place:
    spec = environment.spec
    return environment.name, spec.environment_class, spec.account, spec.region


def _removed_place(workspace: Workspace, name: str) -> _Place:
    file = workspace.modules_out / name / "providers.tf"
    text = file.read_text("utf-8") if file.is_file() else ""
    account, region = _ACCOUNT.search(text), _REGION.search(text)
    if account is None or region is None:
        raise OutputError(
            f"{workspace.relative(file)} does not say which account and region {name} lies in",
            hint="bring its spec back, run tfstencil render, then destroy it",
        )
    return name, "prod", account[1], region[1]


def _open(session: Session, workspace: Workspace, places: Sequence[_Place], mode: Mode) -> list[OpenStack]:
    tools = find_tools()
    endpoint = _endpoint(session, workspace) if mode is Mode.SANDBOX else None
    verbose = session.options.verbose
    return [
        OpenStack(
            name,
            environment_class,
            account,
            region,
            endpoint or "",
            open_stack(
                workspace,
                name,
                mode,
                account=account,
                region=region,
                endpoint=endpoint,
                tools=tools,
                verbose=verbose,
            ),
        )
        for name, environment_class, account, region in places
    ]


def _endpoint(session: Session, workspace: Workspace) -> str:
    info = start(workspace)
    if info.cleaned:
        session.console.warn(f"cleaned up {info.cleaned}; what was applied in it is gone")
    if info.fresh:
        session.console.note(f"Started the sandbox at {info.endpoint}; it runs until tfstencil sandbox stop")
    return info.endpoint
