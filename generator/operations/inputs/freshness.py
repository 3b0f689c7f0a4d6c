"""What runs terraform looks at the modules first: they must be what a render would write."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from generator.errors import OutputError
from generator.output.freshness.check import StaleReason, compare

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from generator.model.loading.load import Environment
    from generator.operations.inputs.assembly import Assembly
    from generator.output.freshness.check import Stale

_BY_HAND: Final = {StaleReason.EDITED, StaleReason.FOREIGN, StaleReason.DAMAGED}
_SHOWN: Final = 10
_NAMED: Final = 8
GIT_ATTRIBUTE: Final = "modules_out/** text eol=lf"


def remedy(stale: Sequence[Stale]) -> str:
    """Say how to make stale modules fresh."""
    names = some(dict.fromkeys(item.environment for item in stale))
    reasons = {item.reason for item in stale}
    if reasons & _BY_HAND:
        return (
            f"move edits into the spec or a template (tfstencil render {names} --check --diff shows them), then run "
            f"tfstencil render {names} --force"
        )
    if StaleReason.LINE_ENDINGS in reasons:
        return f"write {GIT_ATTRIBUTE!r} into .gitattributes, then run tfstencil render {names}"
    return f"run tfstencil render {names}"


def some(names: Iterable[str]) -> str:
    """Return the environments for a command line; nothing, which means all of them, where they are many."""
    listed = list(names)
    return " ".join(listed) if len(listed) <= _NAMED else ""


def require_fresh(assembly: Assembly, environments: Sequence[Environment]) -> None:
    """Refuse to work with modules that do not match their specs.

    Raises:
        OutputError: some are stale or were edited by hand; up to ten files are named.
        TemplateError: a template is wrong.
    """
    names = set(assembly.changed([environment.name for environment in environments]))
    if not names:
        return
    rendered = assembly.render([environment for environment in environments if environment.name in names])
    stale = [item for item in compare(assembly.workspace, rendered) if item.environment in names]
    if stale:
        lines = [f"{item.path}: {item.detail}" for item in stale[:_SHOWN]]
        lines += [f"… and {len(stale) - _SHOWN} more files"] if len(stale) > _SHOWN else []
        raise OutputError("the modules are not what their specs say:\n" + "\n".join(lines), hint=remedy(stale))
