"""What exists of part `tracing`, and how it is taken over: groups and sampling rules of X-Ray."""

from __future__ import annotations

from operator import itemgetter
from typing import TYPE_CHECKING, Final

from generator.adoption.importable import Importable

if TYPE_CHECKING:
    from generator.adoption.importable import Imports, Values
    from generator.readback.clients import Clients


def _trace_group(clients: Clients, values: Values) -> str | None:
    groups = clients.ask_all("xray", "get_groups", "Groups")
    return next((each["GroupARN"] for each in groups if each["GroupName"] == values["group_name"]), None)


def _trace_rule(clients: Clients, values: Values) -> str | None:
    records = map(itemgetter("SamplingRule"), clients.ask_all("xray", "get_sampling_rules", "SamplingRuleRecords"))
    return next((each["RuleName"] for each in records if each["RuleName"] == values["rule_name"]), None)


IMPORTS: Final[Imports] = {
    "aws_xray_group": Importable("{arn}", "xray", "get_group", {"GroupARN": "{arn}"}, find=_trace_group),
    "aws_xray_sampling_rule": Importable(
        "{rule_name}",
        "xray",
        "get_sampling_rules",
        holds=lambda answer, values: any(
            each["SamplingRule"]["RuleName"] == values["rule_name"] for each in answer["SamplingRuleRecords"]
        ),
        find=_trace_rule,
    ),
}
