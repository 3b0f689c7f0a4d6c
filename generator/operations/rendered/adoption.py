"""How far an environment has taken over what its spec adopts, as far as that can be told without asking AWS."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from generator.adoption.declared import addresses
from generator.display import plural
from generator.errors import TfstencilError
from generator.operations.targets.targets import target_of
from generator.terraform.layout import lay_out
from generator.terraform.mode import Mode
from generator.terraform.state.unsaved import parse_state

if TYPE_CHECKING:
    from collections.abc import Iterator

    from generator.model.loading.load import Environment
    from generator.terraform.layout import Layout
    from generator.workspace import Workspace

_FILE: Final = "the state file"
_SANDBOX: Final = "the sandbox's state"


def adoption_line(workspace: Workspace, environment: Environment, endpoint: str) -> str:
    """Say whether the keys below `adopted` may go; "" where there are none.

    Args:
        workspace: where.
        environment: of which.
        endpoint: of the sandbox; "" where it does not run.
    """
    adopted = environment.spec.adopted
    if not adopted:
        return ""
    said = [
        _said(adopted.keys() & known, len(adopted), environment.name, where)
        for where, known in _states(workspace, environment, endpoint)
    ]
    number = plural(len(adopted), "resource")
    after = f"once they are applied, tfstencil adopt {environment.name} --done takes the keys out of the spec"
    return f"{environment.name} adopts {number}: {'; '.join(said) or after}."


def _said(there: set[str], number: int, name: str, where: str) -> str:
    if len(there) < number:
        return f"{len(there) or 'none'} of them {'are' if len(there) > 1 else 'is'} in {where}"
    option = " --sandbox" if where == _SANDBOX else ""
    return f"all are in {where}, and tfstencil adopt {name} --done{option} takes the keys out of the spec"


def _states(workspace: Workspace, environment: Environment, endpoint: str) -> Iterator[tuple[str, set[str]]]:
    """Yield the states that can be read without AWS: where they lie, and the addresses in them."""
    target = target_of(environment)
    for where, mode in ((_FILE, Mode.REAL), *(((_SANDBOX, Mode.SANDBOX),) if endpoint else ())):
        layout = lay_out(workspace, target.name, mode, target.account, target.region, endpoint)
        content = _content(layout)
        state = parse_state(content) if content else None
        if state is not None:
            yield where, set(addresses(state))


def _content(layout: Layout) -> bytes | None:
    file, in_bucket = layout.local_state, layout.state_object
    try:
        if in_bucket is not None:
            # A bucket in AWS is not asked.
            found = in_bucket.read() if layout.mode is Mode.SANDBOX else None
            return found[0] if found else None
        return file.read_bytes() if file is not None and file.exists() else None
    except (OSError, TfstencilError):
        return None
