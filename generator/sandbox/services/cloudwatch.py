"""CloudWatch alarms: composite ones, which moto lacks, and what AWS demands of every alarm."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from moto.cloudwatch.exceptions import ValidationError
from moto.cloudwatch.models import Alarm, CloudWatchBackend
from moto.cloudwatch.responses import CloudWatchResponse
from moto.core.responses import ActionResult

from generator.sandbox.seams import extend, wrap

if TYPE_CHECKING:
    from collections.abc import Callable

    from moto.core.responses import EmptyResult

# https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutCompositeAlarm.html
_STATE: Final = re.compile(r"(?:ALARM|OK|INSUFFICIENT_DATA)\s*\(\s*(?:\"([^\"]+)\"|'([^']+)'|([^\s()\"']+))\s*\)")
_WORD: Final = re.compile(r"\s*(TRUE|FALSE|NOT|AND|OR|[()])")
_ACTIONS: Final = ("AlarmActions", "OKActions", "InsufficientDataActions")
_ACTION: Final = re.compile(r"arn:[^:]+:[^:]+:[^:]*:[^:]*:.+", re.ASCII)
_SHORT_PERIODS: Final = (10, 20, 30)
_MINUTE: Final = 60
_DEFAULT_TYPES: Final = ("MetricAlarm",)


def install() -> None:
    """Answer the calls on alarms from here on."""
    extend(CloudWatchResponse, put_composite_alarm=_put_composite)
    wrap(CloudWatchResponse, "put_metric_alarm", _checked)
    wrap(CloudWatchResponse, "describe_alarms", _of_the_types)
    wrap(CloudWatchBackend, "delete_alarms", _delete)


def _put_composite(response: CloudWatchResponse) -> EmptyResult:
    asked = response.params
    backend, name = response.cloudwatch_backend, asked["AlarmName"]
    suppressor = asked.get("ActionsSuppressor")
    _check_actions(asked)
    needed = [*_alarms_in(asked["AlarmRule"]), *([suppressor] if suppressor else [])]
    missing = [one for one in needed if _name(one) not in backend.alarms]
    if missing:
        raise ValidationError(
            f"Could not save the composite alarm as alarms [{', '.join(missing)}] in the alarm rule do not exist"
        )
    # moto's call takes a rule as well.
    answer = _put_metric(response)
    alarm: Any = backend.alarms[name]
    alarm.needed = frozenset(map(_name, needed))
    alarm.actions_suppressor = suppressor
    alarm.actions_suppressor_wait_period = asked.get("ActionsSuppressorWaitPeriod")
    alarm.actions_suppressor_extension_period = asked.get("ActionsSuppressorExtensionPeriod")
    return answer


# moto's own call, before anything is checked here.
_put_metric: Final[Callable[[CloudWatchResponse], EmptyResult]] = CloudWatchResponse.put_metric_alarm  # type: ignore[assignment]  # moto says ActionResult


def _checked(otherwise: Callable[[CloudWatchResponse], EmptyResult]) -> Callable[[CloudWatchResponse], EmptyResult]:
    def put_metric_alarm(response: CloudWatchResponse) -> EmptyResult:
        asked = response.params
        _check_actions(asked)
        queries = asked.get("Metrics") or []
        periods = [asked.get("Period"), *((query.get("MetricStat") or {}).get("Period") for query in queries)]
        for period in (int(period) for period in periods if period is not None):
            if period not in _SHORT_PERIODS and (period < _MINUTE or period % _MINUTE):
                raise ValidationError("Metric period must be 10, 20, 30 or a multiple of 60 seconds")
        if queries:
            _check_queries(asked, queries)
        return otherwise(response)

    return put_metric_alarm


def _check_queries(asked: dict[str, Any], queries: list[dict[str, Any]]) -> None:
    ids = [query["Id"] for query in queries]
    if len(set(ids)) != len(ids):
        raise ValidationError("The values for parameter id in MetricDataQueries are not unique.")
    # One that is compared with a band returns the band as well.
    returned = [query["Id"] for query in queries if query.get("ReturnData") is not False]
    band = asked.get("ThresholdMetricId")
    if len(set(returned) - {band}) != 1:
        raise ValidationError("Exactly one element of the metrics list should return data.")
    if band is not None and band not in ids:
        raise ValidationError(f"The threshold metric id {band} is not in the metrics list")


def _check_actions(asked: dict[str, Any]) -> None:
    for action in (action for key in _ACTIONS for action in asked.get(key) or []):
        if not _ACTION.fullmatch(action):
            raise ValidationError(f"Invalid arn syntax: {action}")


def _alarms_in(rule: str) -> list[str]:
    """List the alarms of a rule, by name or ARN, in its order."""
    found = [next(filter(None, match.groups())) for match in _STATE.finditer(rule)]
    words = _words(_STATE.sub(" TRUE ", rule))
    if _expression(words) or words:
        raise ValidationError(f"AlarmRule is not valid: {rule}")
    return found


def _words(text: str) -> list[str]:
    words, at = [], 0
    while match := _WORD.match(text, at):
        words.append(match[1])
        at = match.end()
    # What is no word of the language makes the expression wrong.
    return [*words, "?"] if text[at:].strip() else words


def _expression(words: list[str]) -> bool:
    """Take an expression off the front of `words`; return whether it is wrong."""
    while words and words[0] == "NOT":
        words.pop(0)
    first = words.pop(0) if words else "?"
    if first == "(":
        if _expression(words) or not words or words.pop(0) != ")":
            return True
    elif first not in {"TRUE", "FALSE"}:
        return True
    if words and words[0] in {"AND", "OR"}:
        words.pop(0)
        return _expression(words)
    return False


def _name(name_or_arn: str) -> str:
    return name_or_arn.rpartition(":alarm:")[2]


def _of_the_types(otherwise: Callable[..., ActionResult]) -> Callable[..., ActionResult]:
    def describe_alarms(response: CloudWatchResponse) -> ActionResult:
        answer = otherwise(response)
        asked = response.params.get("AlarmTypes") or _DEFAULT_TYPES
        found: dict[str, list[Alarm]] = answer.result  # type: ignore[assignment]  # moto says object
        return ActionResult({key: alarms for key, alarms in found.items() if key.removesuffix("s") in asked})

    return describe_alarms


def _delete(otherwise: Callable[..., None]) -> Callable[..., None]:
    def delete_alarms(backend: CloudWatchBackend, alarm_names: list[str]) -> None:
        for alarm in backend.alarms.values():
            depends_on: frozenset[str] = getattr(alarm, "needed", frozenset())
            needed = depends_on & set(alarm_names)
            if needed and alarm.name not in alarm_names:
                first = min(needed)
                raise ValidationError(f"Cannot delete {first} as there are composite alarm(s) depending on it.")
        gone = [backend.alarms[name].alarm_arn for name in alarm_names if name in backend.alarms]
        otherwise(backend, alarm_names)
        for arn in gone:
            # An alarm made anew under the same name must not find the tags of the last one.
            backend.tagger.delete_all_tags_for_resource(arn)

    return delete_alarms
