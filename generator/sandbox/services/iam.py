"""IAM roles in the sandbox: an update leaves what it does not name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from moto.core.responses import EmptyResult
from moto.iam.responses import IamResponse

from generator.sandbox.seams import extend

if TYPE_CHECKING:
    from moto.core.responses import ActionResult


def install() -> None:
    """Answer UpdateRole from here on."""
    extend(IamResponse, update_role=_update_role)


def _update_role(response: IamResponse) -> ActionResult:
    role = response.backend.get_role(response._get_param("RoleName"))  # noqa: SLF001  # moto's way to parameters
    role.description = response._get_param("Description", role.description)  # noqa: SLF001  # the same
    role.max_session_duration = response._get_param("MaxSessionDuration", role.max_session_duration)  # noqa: SLF001  # the same
    return EmptyResult()
