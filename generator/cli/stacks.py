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
    from generator.terraform import TerraformStack
    from generator.workspace import Workspace

_ACCOUNT: Final = re.compile(r'allowed_account_ids\s*=\s*\["(\d{12})"\]')
_REGION: Final = re.compile(r'^\s*region\s*=\s*"([a-z0-9-]+)"', re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Place:
    """An environment, and where it lies.

    Attributes:
        name: the environment.
        environment_class: dev, staging or prod; of an environment whose spec is gone, prod, as the most careful.
        account: twelve digits.
        region: of its resources.
    """

    name: str
    environment_class: str
    account: str
    region: str

    @property
    def is_prod(self) -> bool:
        """Whether it is of class prod."""
        return self.environment_class == "prod"


@dataclass(frozen=True, slots=True)
class OpenStack:
    """An environment, ready to be planned.

    Attributes:
        place: the environment.
        endpoint: of the sandbox; "" elsewhere.
        runner: the terraform that works on it.
    """

    place: Place
    endpoint: str
    runner: TerraformStack

    @property
    def name(self) -> str:
        """The environment's name."""
        return self.place.name

    @property
    def title(self) -> str:
        """The environment and where it lies, in one line."""
        return f"{self.name}: account {self.place.account}, {self.place.region} ({self.runner.mode})"

    def binding(self, workspace: Workspace) -> Binding:
        """Say what a plan that is made now belongs to; asks terraform for the state."""
        state = self.runner.state()
        return Binding(
            environment=self.name,
            mode=self.runner.mode.value,
            account=self.place.account,
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


def places_of(workspace: Workspace, names: Sequence[str], *, fresh: bool = True) -> list[Place]:
    """Load environments to work on their modules.

    Args:
        workspace: where.
        names: environments that have a spec.
        fresh: refuse modules that do not match their specs.

    Raises:
        SpecError: a spec is wrong.
        OutputError: modules are stale.
    """
    pipeline = Pipeline(workspace)
    environments = pipeline.load(names)
    if fresh:
        require_fresh(pipeline, environments)
    specs = {environment.name: environment.spec for environment in environments}
    return [Place(name, spec.environment_class, spec.account, spec.region) for name, spec in specs.items()]


def places_of_removed(workspace: Workspace, names: Sequence[str]) -> list[Place]:
    """Find out from their modules where environments lie whose spec is gone.

    Raises:
        OutputError: the modules were edited, or do not say it.
    """
    edited = verify(workspace, names)
    if edited:
        raise OutputError("\n".join(map(str, edited)), hint="bring back the modules as they were (from git, say)")
    return [_removed_place(workspace, name) for name in names]


def _removed_place(workspace: Workspace, name: str) -> Place:
    file = workspace.modules_out / name / "providers.tf"
    text = file.read_text("utf-8") if file.is_file() else ""
    account, region = _ACCOUNT.search(text), _REGION.search(text)
    if account is None or region is None:
        raise OutputError(
            f"{workspace.relative(file)} does not say which account and region {name} lies in",
            hint="bring its spec back, run tfstencil render, then destroy it",
        )
    return Place(name, "prod", account[1], region[1])


def open_places(session: Session, workspace: Workspace, places: Sequence[Place], mode: Mode) -> list[OpenStack]:
    """Make environments ready for terraform; the tools are found once, and a sandbox is started where one is needed.

    Raises:
        ToolError: terraform or the provider is missing.
        SandboxError: the sandbox does not start.
    """
    tools = find_tools()
    endpoint = _endpoint(session, workspace) if mode is Mode.SANDBOX else None
    return [
        OpenStack(
            place,
            endpoint or "",
            open_stack(
                workspace,
                place.name,
                mode,
                account=place.account,
                region=place.region,
                endpoint=endpoint,
                tools=tools,
                verbose=session.options.verbose,
            ),
        )
        for place in places
    ]


def _endpoint(session: Session, workspace: Workspace) -> str:
    info = start(workspace)
    if info.cleaned:
        session.console.warn(f"cleaned up {info.cleaned}; what was applied in it is gone")
    if info.fresh:
        session.console.note(f"Started the sandbox at {info.endpoint}; it runs until tfstencil sandbox stop")
    return info.endpoint
