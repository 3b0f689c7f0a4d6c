"""A state brought back to what it was before a change: what there is to choose from, and the way there."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from rich.table import Table

from generator.cli.progress import progress
from generator.display import plural
from generator.errors import UsageError
from generator.fleet.refreshed import RefreshedPlans
from generator.guards.ownership import Recorded, recorded_in_state, require_own
from generator.operations.consent import consents, require_way_to_consent
from generator.operations.targets import open_targets, owner_of, targets_of
from generator.terraform.layout import version_folder
from generator.terraform.migration import count
from generator.terraform.rescue import differ
from generator.terraform.state_versions import StateVersions, require_same_lineage, restored

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any

    from generator.cli.session import Session
    from generator.operations.consent import Consent
    from generator.operations.targets import OpenStack
    from generator.terraform import Mode
    from generator.terraform.state_versions import StateVersion
    from generator.workspace import Workspace

_SHOWN = 10


def list_versions(session: Session, workspace: Workspace, name: str, mode: Mode) -> int:
    """Show which versions of a state were noted."""
    console = session.console
    versions = StateVersions(version_folder(workspace, name, mode)).all()
    console.document(
        {"ok": True, "environment": name, "mode": mode.value, "versions": [_as_data(version) for version in versions]}
    )
    if not versions:
        console.show(
            f"No earlier state of {name} was noted here ({mode.value}): nothing was changed from this workspace"
        )
        return 0
    table = Table(box=None, pad_edge=False, padding=(0, 2), header_style="bold")
    for title in ("version", "noted", "before", "resources", "kept"):
        table.add_column(title)
    for version in versions:
        kept = f"in the bucket, version {version.object_version}" if version.object_version else "as a copy"
        table.add_row(version.name, _instant(version), version.verb, str(version.resources), kept)
    console.show(table)
    flag = " --sandbox" if mode.is_mocked else ""
    console.show(f"\nBring one back: tfstencil state restore {name} {versions[0].name}{flag}")
    return 0


def restore(  # noqa: PLR0913, PLR0917  # what the command line says, and where
    session: Session, workspace: Workspace, name: str, wanted: str, mode: Mode, consent: Consent
) -> int:
    """Put a state back, after showing what that means and asking.

    Returns:
        The exit code.

    Raises:
        UsageError: no such version was noted.
        TfstencilError: it is gone, or does not belong there.
    """
    versions = StateVersions(version_folder(workspace, name, mode))
    version = _chosen(versions.all(), name, wanted, mode)
    targets = targets_of(workspace, [name], fresh=False)
    command = f"tfstencil state restore {name} {wanted}"
    require_way_to_consent(session, targets, mode, consent, command=command)
    (stack,) = open_targets(session, workspace, targets, mode)
    with progress(session.options, f"{name}: reading the state"):
        was, now = versions.content(version, stack.runner.layout.state_object), stack.runner.state()
    # What is there now may be another environment's: then this is the way to put it right.
    require_own(recorded_in_state(was), owner_of(workspace, stack.target))
    require_same_lineage(now, was)
    console = session.console
    document: dict[str, object] = {"ok": True, "environment": name, "mode": mode.value, "version": version.name}
    if not differ(now, was):
        console.document(document | {"status": "unchanged", "serial": now.get("serial")})
        console.show(f"The state of {name} already is what {version.name} was")
        return 0
    _show(session, stack, version, now, was)
    if not consents(session, stack.target, mode, consent, verb="restore"):
        console.document(document | {"ok": False, "status": "declined"})
        console.error(f"not restored: {name}")
        return 1
    _put_back(session, workspace, stack, was, document)
    return 0


def _put_back(
    session: Session, workspace: Workspace, stack: OpenStack, was: dict[str, Any], document: dict[str, object]
) -> None:
    """Note what is there, put the state in its target, and say so."""
    name, mode, console = stack.name, stack.runner.mode, session.console
    folder = version_folder(workspace, name, mode)
    with progress(session.options, f"{name}: bringing the state back"):
        noted = StateVersions(folder).note(stack.runner, "restore")
        RefreshedPlans(workspace, mode.value).forget(name)
        there = restored(stack.runner, was, folder=folder)
    serial, resources = there.get("serial"), count(there)
    replaced = noted.name if noted else None
    console.document(document | {"status": "restored", "serial": serial, "resources": resources, "replaced": replaced})
    console.show(
        f"The state of {name} is what {document['version']} was: serial {serial}, {plural(resources, 'resource')}"
    )
    back = f"What was there is noted as {replaced}. " if replaced else ""
    console.note(f"{back}Next: tfstencil plan {name}{' --sandbox' if mode.is_mocked else ''}")


def _chosen(versions: Sequence[StateVersion], name: str, wanted: str, mode: Mode) -> StateVersion:
    found = next((version for version in versions if version.name == wanted), None)
    if found is None:
        there = ", ".join(version.name for version in versions)
        flag = " --sandbox" if mode.is_mocked else ""
        hint = f"there are: {there}" if there else f"none was noted; see tfstencil state restore {name}{flag}"
        raise UsageError(f"no version {wanted!r} of the state of {name} was noted", hint=hint)
    return found


def _show(
    session: Session, stack: OpenStack, version: StateVersion, now: Mapping[str, Any], was: Mapping[str, Any]
) -> None:
    """Say what the state forgets and what it knows again."""
    before, after = ({_key(each) for each in recorded_in_state(state)} for state in (now, was))
    console = session.console
    console.show(f"{stack.title}: the state goes back to {version.name}, noted {_instant(version)}")
    for title, addresses in (
        ("would exist and not be managed any more", sorted(before - after)),
        ("would be managed again, and made again where they are gone", sorted(after - before)),
    ):
        if addresses:
            console.show(f"  {plural(len(addresses), 'resource')} {title}:")
            for address, identifier in addresses[:_SHOWN]:
                console.show(f"    {address} ({identifier})")
            if len(addresses) > _SHOWN:
                console.show(f"    … and {len(addresses) - _SHOWN} more")


def _key(resource: Recorded) -> tuple[str, str]:
    return resource.address, str(resource.attributes.get("id", ""))


def _instant(version: StateVersion) -> str:
    return datetime.fromtimestamp(version.noted, UTC).strftime("%Y-%m-%d %H:%M:%SZ")


def _as_data(version: StateVersion) -> dict[str, object]:
    return {
        "version": version.name,
        "noted": datetime.fromtimestamp(version.noted, UTC).isoformat(),
        "before": version.verb,
        "serial": version.serial,
        "lineage": version.lineage,
        "resources": version.resources,
        "object_version": version.object_version or None,
    }
