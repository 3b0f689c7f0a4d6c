"""Environments opened for terraform: fresh modules, the tools found once, a sandbox where one is asked for."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from generator.claims.holders import last_identity, names_claimed
from generator.claims.judge import require_unclaimed
from generator.derivation.facts import SOURCE_TYPES
from generator.errors import OutputError, UsageError
from generator.guards.binding import Binding, backend_of, lock_digest, source_digest
from generator.guards.ownership import Owner
from generator.operations.account_credential import give_credential
from generator.operations.assembly import Assembly
from generator.operations.freshness import require_fresh
from generator.output.staleness import verify
from generator.spec.sign_in import sign_in
from generator.terraform import Mode, StateAt, find_tools, open_stack
from generator.terraform.lockfile import provider_versions

if TYPE_CHECKING:
    from collections.abc import Sequence

    from generator.cli.session import Session
    from generator.spec.environment import Environment
    from generator.terraform import TerraformStack, Tools
    from generator.workspace import Workspace

_ACCOUNT: Final = re.compile(r'allowed_account_ids\s*=\s*\["(\d{12})"\]')
_REGION: Final = re.compile(r'^\s*region\s*=\s*"([a-z0-9-]+)"', re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Target:
    """An environment, and where it lies.

    Attributes:
        name: the environment.
        environment_class: dev, staging or prod; of an environment whose spec is gone, prod, as the most careful.
        account: twelve digits.
        region: of its resources.
        stack: the stack that it is an environment of; "" where nothing tells it any more.
        former: identities that it had before.
        account_signs_in: CodeBuild's word for the server that the account has a credential for, as the spec says.
    """

    name: str
    environment_class: str
    account: str
    region: str
    account_signs_in: str | None = None
    stack: str = ""
    former: tuple[str, ...] = ()

    @property
    def is_prod(self) -> bool:
        """Whether it is of class prod."""
        return self.environment_class == "prod"


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
        return f"{self.name}: account {self.target.account}, {self.target.region} ({self.runner.mode})"

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


def targets_of(workspace: Workspace, names: Sequence[str], *, fresh: bool = True) -> list[Target]:
    """Load environments to work on their modules.

    Args:
        workspace: where.
        names: environments that have a spec.
        fresh: refuse modules that do not match their specs, and environments that claim what another one claims.

    Raises:
        SpecError: a spec is wrong.
        OutputError: modules are stale.
    """
    assembly = Assembly(workspace)
    environments = assembly.load(names, alone=not fresh)
    if fresh:
        require_fresh(assembly, environments)
    return [target_of(environment) for environment in environments]


def target_of(environment: Environment) -> Target:
    """Say where an environment lies."""
    spec = environment.spec
    way = sign_in(spec) if spec.given_source else None
    server = SOURCE_TYPES[spec.source.type] if way and way.kind == "account" else None
    return Target(
        environment.name,
        spec.environment_class,
        spec.account,
        spec.region,
        server,
        stack=spec.stack,
        former=tuple(spec.formerly),
    )


def targets_of_removed(workspace: Workspace, names: Sequence[str]) -> list[Target]:
    """Find out from their modules where environments lie whose spec is gone.

    Raises:
        OutputError: the modules were edited, or do not say it.
        TfstencilError: an environment that has a spec may have taken over what they made.
    """
    edited = verify(workspace, names)
    if edited:
        raise OutputError("\n".join(map(str, edited)), hint="bring back the modules as they were (from git, say)")
    require_unclaimed(workspace, names)
    return [target_of_removed(workspace, name) for name in names]


def target_of_removed(workspace: Workspace, name: str) -> Target:
    """Find out from its modules where an environment lies whose spec is gone.

    Raises:
        OutputError: they do not say it.
    """
    file = workspace.modules_out / name / "providers.tf"
    text = file.read_text("utf-8") if file.is_file() else ""
    account, region = _ACCOUNT.search(text), _REGION.search(text)
    if account is None or region is None:
        raise OutputError(
            f"{workspace.relative(file)} does not say which account and region {name} lies in",
            hint="bring its spec back, run tfstencil render, then destroy it",
        )
    stack, former = last_identity(workspace, name)
    return Target(name, "prod", account[1], region[1], stack=stack, former=former)


def owner_of(workspace: Workspace, target: Target) -> Owner:
    """Say by what an environment's resources are known."""
    return Owner(target.name, target.stack, target.former, lambda: names_claimed(workspace))


def open_targets(
    session: Session,
    workspace: Workspace,
    targets: Sequence[Target],
    mode: Mode,
    *,
    state_at: StateAt = StateAt.USUAL,
) -> list[OpenStack]:
    """Make environments ready for terraform; the tools are found once, and a sandbox is started where one is needed.

    Args:
        session: the call.
        workspace: where.
        targets: the environments.
        mode: where effects go.
        state_at: where their states lie.

    Raises:
        ToolError: terraform or the provider is missing.
        SandboxError: the sandbox does not start.
    """
    tools = find_tools()
    endpoint = _endpoint(session, workspace) if mode is Mode.SANDBOX else None
    if endpoint:
        _give_credentials(session, endpoint, targets)
    return [
        OpenStack(
            target,
            endpoint or "",
            open_stack(
                workspace,
                target.name,
                mode,
                account=target.account,
                region=target.region,
                endpoint=endpoint,
                tools=tools,
                verbose=session.options.verbose,
                redactor=session.options.redactor,
                state_at=state_at,
            ),
            tools,
        )
        for target in targets
    ]


def _endpoint(session: Session, workspace: Workspace) -> str:
    from generator.sandbox.control import start  # noqa: PLC0415  # HTTP: offline plans need none

    info = start(workspace)
    if info.cleaned:
        session.console.warn(f"cleaned up {info.cleaned}; what was applied in it is gone")
    if info.fresh:
        session.console.note(f"Started the sandbox at {info.endpoint}; it runs until tfstencil sandbox stop")
    return info.endpoint


def _give_credentials(session: Session, endpoint: str, targets: Sequence[Target]) -> None:
    for target in targets:
        if target.account_signs_in and give_credential(
            endpoint, target.account, target.region, target.account_signs_in
        ):
            session.console.note(
                f"Gave the sandbox's account {target.account} a source credential for {target.account_signs_in} in "
                f"{target.region}: the spec of {target.name} says that the account has one"
            )
