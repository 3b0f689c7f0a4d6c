"""What exists of part `alarms`, and how it is taken over: composite alarms and dashboards."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from generator.adoption.importable import Importable, has

if TYPE_CHECKING:
    from generator.adoption.importable import Imports

IMPORTS: Final[Imports] = {
    "aws_cloudwatch_composite_alarm": Importable(
        "{alarm_name}",
        "cloudwatch",
        "describe_alarms",
        {"AlarmNames": ["{alarm_name}"], "AlarmTypes": ["CompositeAlarm"]},
        has("CompositeAlarms"),
    ),
    "aws_cloudwatch_dashboard": Importable(
        "{dashboard_name}", "cloudwatch", "get_dashboard", {"DashboardName": "{dashboard_name}"}
    ),
}
