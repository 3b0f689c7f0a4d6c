"""EventBridge Scheduler: the role of a target must let it start the target, and a group is made once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from moto.core.exceptions import JsonRESTError
from moto.scheduler.exceptions import ValidationException
from moto.scheduler.models import EventBridgeSchedulerBackend

from generator.sandbox.roles import may_take
from generator.sandbox.seams import wrap

if TYPE_CHECKING:
    from collections.abc import Callable


def install() -> None:
    """Check roles from here on."""
    for call in ("create_schedule", "update_schedule"):
        wrap(EventBridgeSchedulerBackend, call, _checked)
    wrap(EventBridgeSchedulerBackend, "create_schedule_group", _once)


def _once(otherwise: Callable[..., Any]) -> Callable[..., Any]:
    # moto puts an empty group in the place of the first one, whose schedules are lost.
    def create_schedule_group(backend: EventBridgeSchedulerBackend, name: str, tags: Any) -> Any:  # noqa: ANN401  # moto's
        if name in backend.schedule_groups:
            raise JsonRESTError("ConflictException", f"Schedule group {name} already exists.")
        return otherwise(backend, name=name, tags=tags)

    return create_schedule_group


def _checked(otherwise: Callable[..., Any]) -> Callable[..., Any]:
    def keep(backend: EventBridgeSchedulerBackend, **settings: Any) -> Any:  # noqa: ANN401  # moto's settings
        owner = f"arn:{backend.partition}:scheduler:{backend.region_name}:{backend.account_id}"
        group = settings.get("group_name") or "default"
        context = {
            "aws:sourceaccount": backend.account_id,
            "aws:sourcearn": f"{owner}:schedule-group/{group}",
        }
        if not may_take(backend, settings["target"]["RoleArn"], "scheduler.amazonaws.com", context):
            raise ValidationException(
                "The execution role you provide must allow AWS EventBridge Scheduler to assume the role."
            )
        return otherwise(backend, **settings)

    return keep
