"""What exists of part `schedule`, and how it is taken over: schedules and their groups."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from generator.adoption.importable import Importable

if TYPE_CHECKING:
    from generator.adoption.importable import Imports

IMPORTS: Final[Imports] = {
    "aws_scheduler_schedule": Importable(
        "{group_name}/{name}", "scheduler", "get_schedule", {"GroupName": "{group_name}", "Name": "{name}"}
    ),
    "aws_scheduler_schedule_group": Importable("{name}", "scheduler", "get_schedule_group", {"Name": "{name}"}),
}
