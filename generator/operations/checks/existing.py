"""Whether what specs say exists is there, and lets their stacks in: asked of AWS or the sandbox, before an apply."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal

from generator.errors import SandboxError, TfstencilError
from generator.operations.checks.verify import require_account
from generator.operations.doctor import Prerequisite
from generator.operations.targets.targets import target_of
from generator.parts.credentials.derivation import credentials_of
from generator.parts.framework.scope import Scope
from generator.parts.framework.stack import contributions, existing
from generator.readback.readiness import used
from generator.sandbox.control import running
from generator.terraform.mode import Mode

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from generator.model.loading.load import Environment
    from generator.readback.need import Need
    from generator.workspace import Workspace

_SHOWN: Final = 5
_VERDICTS: Final[Mapping[str, Literal["ok", "missing", "absent"]]] = {
    "ready": "ok",
    "missing": "missing",
    "unknown": "absent",
}


def what_exists(workspace: Workspace, environments: Sequence[Environment], mode: Mode | None) -> Iterator[Prerequisite]:
    """Look for what specs say exists, or tell that nobody did; nothing is changed.

    Where AWS does not answer, no other environment is tried: each would wait as long.

    Args:
        workspace: whose sandbox.
        environments: whose specs.
        mode: the sandbox, which must run, or AWS, with the credentials that boto3 finds; None asks nobody.

    Raises:
        SandboxError: no sandbox runs, and it was to be asked.
    """
    using = [environment for environment in environments if _uses(environment)]
    if mode is None and using:
        more = f" and {len(using) - _SHOWN} more" if len(using) > _SHOWN else ""
        names = ", ".join(each.name for each in using[:_SHOWN])
        detail = f"what specs say exists was not looked for: {names}{more}"
        yield Prerequisite("existing", "note", detail, "ask AWS for it: tfstencil doctor --existing")
    if mode is not None:
        yield from _asked(using, running(workspace).endpoint if mode is Mode.SANDBOX else None)


def _uses(environment: Environment) -> bool:
    scope = Scope.of(environment.name, environment.spec)
    return bool(existing(scope, contributions(scope)))


def _asked(environments: Sequence[Environment], endpoint: str | None) -> Iterator[Prerequisite]:
    for environment in environments:
        if endpoint is None:
            try:
                require_account(target_of(environment), credentials_of(environment.name, environment.spec))
            except SandboxError as error:
                yield _unanswered(environment, error, "; no other environment was tried")
                return
            except TfstencilError as error:
                yield _unanswered(environment, error)
                continue
        try:
            yield from _findings(environment, used(endpoint, environment))
        except TfstencilError as error:
            yield _unanswered(environment, error)


def _unanswered(environment: Environment, error: TfstencilError, more: str = "") -> Prerequisite:
    detail = f"what its spec says exists could not be looked for{more}: {error}"
    return Prerequisite(environment.name, "missing", detail, error.hint)


def _findings(environment: Environment, needs: Sequence[Need]) -> Iterator[Prerequisite]:
    for need in needs:
        detail = f"{need.subject} ({need.spec_key}): {need.found}"
        yield Prerequisite(environment.name, _VERDICTS[need.state], detail, need.remedy)
