"""Status: each environment in one line; AWS is never asked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from generator.display import plural
from generator.errors import OutputError, SpecError, TfstencilError
from generator.model.loading.load import load_environment
from generator.operations.inputs.assembly import Assembly
from generator.operations.inputs.unread import unread_and_foreign
from generator.operations.rendered.adoption import adoption_line
from generator.operations.targets.targets import target_of, target_of_removed
from generator.output.destination import Destination
from generator.output.freshness.check import compare
from generator.output.writing.removal import removed_environments, successors
from generator.problems import count_line
from generator.sandbox.control import status as sandbox_status
from generator.terraform.layout import lay_out
from generator.terraform.mode import Mode
from generator.terraform.state.migration import count
from generator.terraform.state.place import places_in
from generator.terraform.state.unsaved import parse_state

if TYPE_CHECKING:
    from collections.abc import Sequence

    from generator.model.loading.load import Environment
    from generator.operations.targets.targets import Target
    from generator.sandbox.control import SandboxStatus
    from generator.terraform.layout import Layout
    from generator.workspace import Workspace


@dataclass(frozen=True, slots=True)
class EnvironmentStatus:
    """What there is to say of one environment.

    Attributes:
        name: the environment.
        environment_class: dev, staging or prod; "" where the spec is wrong or gone.
        account: twelve digits.
        region: of its resources.
        modules: `fresh`, `not rendered`, `stale (3 files)`, or why nothing can be said.
        sandbox: how much of it is applied in the sandbox; "" for nothing.
        adopted: how far it has taken over what its spec adopts; "" where that is nothing.
    """

    name: str
    environment_class: str
    account: str
    region: str
    modules: str
    sandbox: str
    adopted: str = ""


@dataclass(frozen=True, slots=True)
class StatusResult:
    """What there is to say of a workspace.

    Attributes:
        lines: one per environment.
        sandbox: of the workspace.
        unread: what lies in the workspace and is not read, a sentence each.
    """

    lines: Sequence[EnvironmentStatus]
    sandbox: SandboxStatus
    unread: Sequence[str]


def status(workspace: Workspace, patterns: Sequence[str] = ()) -> StatusResult:
    """Look at environments: place, modules, and what is applied in the sandbox.

    Args:
        workspace: where.
        patterns: names and globs of environments; none for all, and for those whose spec is gone.
    """
    names = workspace.select(patterns)
    running = sandbox_status(workspace)
    assembly = Assembly(workspace)
    endpoint = running.info.endpoint if running.info else ""
    lines = [_line(assembly, name, endpoint) for name in names]
    gone = removed_environments(Destination.of(workspace)) if not patterns else []
    now = successors(Destination.of(workspace), gone)
    lines += [_line_of_removed(workspace, name, endpoint, now[name]) for name in gone]
    return StatusResult(lines, running, unread_and_foreign(workspace, names))


def _line(assembly: Assembly, name: str, endpoint: str) -> EnvironmentStatus:
    workspace = assembly.workspace
    try:
        environments = [load_environment(workspace, name)]
    except SpecError as error:
        return EnvironmentStatus(name, "", "", "", f"wrong spec: {count_line(error.problems)}", "")
    spec = environments[0].spec
    modules = _modules(assembly, environments[0])
    applied = _applied(workspace, target_of(environments[0]), endpoint)
    adopted = adoption_line(workspace, environments[0], endpoint)
    return EnvironmentStatus(name, spec.environment_class, spec.account, spec.region, modules, applied, adopted)


def _modules(assembly: Assembly, environment: Environment) -> str:
    """Say whether what is rendered is as the spec says."""
    if not (assembly.workspace.modules_out / environment.name).is_dir():
        return "not rendered"
    try:
        stale = compare(assembly.workspace, assembly.render([environment]))
    except SpecError as error:
        return f"wrong spec: {count_line(error.problems)}"
    mine = sum(item.environment == environment.name for item in stale)
    return f"stale ({plural(mine, 'file')})" if mine else "fresh"


def _line_of_removed(workspace: Workspace, name: str, endpoint: str, successor: str) -> EnvironmentStatus:
    modules = f"is called {successor} now" if successor else "its spec is gone: destroy it"
    try:
        target = target_of_removed(workspace, name)
    except OutputError:
        return EnvironmentStatus(
            name, "", "", "", modules, "unknown: the modules do not say the account" if endpoint else ""
        )
    account, region = _place_of_state(workspace, target, endpoint)
    return EnvironmentStatus(name, "", account, region, modules, _applied(workspace, target, endpoint))


def _place_of_state(workspace: Workspace, target: Target, endpoint: str) -> tuple[str, str]:
    """Say where lies what a state describes, of a removed environment; where its modules say, if that tells nothing."""
    layout = lay_out(workspace, target.name, Mode.SANDBOX, target.account, target.region, endpoint)
    try:
        state = parse_state(_state(layout) or b"") if endpoint else None
    except (OSError, TfstencilError):
        state = None
    places = list(places_in(state or {}))
    regions, accounts = (sorted({place[part] for place in places} - {""}) for part in (0, 1))
    return ", ".join(accounts) or target.account, ", ".join(regions) or target.region


def _applied(workspace: Workspace, target: Target, endpoint: str) -> str:
    """Say how much of an environment is applied in the sandbox, wherever its state lies there."""
    if not endpoint:
        return ""
    layout = lay_out(workspace, target.name, Mode.SANDBOX, target.account, target.region, endpoint)
    try:
        content = _state(layout)
    except (OSError, TfstencilError):
        return "unreadable state"
    if content is None:
        return ""
    state = parse_state(content)
    if state is None:
        return "unreadable state"
    return plural(count(state), "resource") if count(state) else ""


def _state(layout: Layout) -> bytes | None:
    if layout.state is not None:
        return layout.state.read_bytes() if layout.state.exists() else None
    found = layout.state_object.read() if layout.state_object else None
    return found[0] if found else None
