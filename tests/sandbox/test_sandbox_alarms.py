"""CloudWatch alarms as the sandbox answers them, asked through boto3."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError

if TYPE_CHECKING:
    from collections.abc import Callable

FAILED: dict[str, Any] = {
    "AlarmName": "failed",
    "Namespace": "AWS/CodeBuild",
    "MetricName": "FailedBuilds",
    "Statistic": "Sum",
    "Period": 300,
    "EvaluationPeriods": 1,
    "Threshold": 1,
    "ComparisonOperator": "GreaterThanOrEqualToThreshold",
}
MATH: dict[str, Any] = {
    "AlarmName": "rate",
    "EvaluationPeriods": 1,
    "Threshold": 20,
    "ComparisonOperator": "GreaterThanThreshold",
}


@pytest.fixture
def cloudwatch(aws: Callable[..., Any]) -> Any:
    return aws("cloudwatch")


def query(name: str, **more: Any) -> dict[str, Any]:
    metric = {"Namespace": "AWS/CodeBuild", "MetricName": "Builds"}
    return {"Id": name, "MetricStat": {"Metric": metric, "Period": 300, "Stat": "Sum"}, **more}


def composite(cloudwatch: Any, rule: str, name: str = "both", **more: Any) -> None:
    cloudwatch.put_composite_alarm(AlarmName=name, AlarmRule=rule, **more)


@pytest.mark.parametrize(
    "rule",
    [
        "ALARM(failed)",
        'ALARM("failed") OR OK(other)',
        "NOT ALARM('failed') AND (TRUE OR INSUFFICIENT_DATA(other))",
        "(ALARM(failed))",
        "NOT NOT FALSE",
    ],
)
def test_a_rule_of_alarms_that_exist_is_kept(cloudwatch: Any, rule: str) -> None:
    cloudwatch.put_metric_alarm(**FAILED)
    cloudwatch.put_metric_alarm(**(FAILED | {"AlarmName": "other"}))
    composite(cloudwatch, rule, ActionsSuppressor="other", ActionsSuppressorWaitPeriod=5)
    found = cloudwatch.describe_alarms(AlarmTypes=["CompositeAlarm"])["CompositeAlarms"]
    assert [(one["AlarmRule"], one["ActionsSuppressor"], one["ActionsSuppressorWaitPeriod"]) for one in found] == [
        (rule, "other", 5)
    ]


@pytest.mark.parametrize(
    ("rule", "message"),
    [
        ("ALARM(failed) OR ALARM(missing)", r"alarms \[missing\] in the alarm rule do not exist"),
        ("ALARM(failed) AND", "not valid"),
        ("ALARM(failed) ALARM(failed)", "not valid"),
        ("(ALARM(failed)", "not valid"),
        ("ALARM(failed))", "not valid"),
        ("failed", "not valid"),
        ("RED(failed)", "not valid"),
        ("OR", "not valid"),
    ],
)
def test_a_rule_that_aws_would_refuse_is_refused(cloudwatch: Any, rule: str, message: str) -> None:
    cloudwatch.put_metric_alarm(**FAILED)
    with pytest.raises(ClientError, match=message) as caught:
        composite(cloudwatch, rule)
    assert caught.value.response["Error"]["Code"] == "ValidationError"
    assert cloudwatch.describe_alarms(AlarmTypes=["CompositeAlarm"])["CompositeAlarms"] == []


def test_an_alarm_stays_while_a_composite_one_needs_it(cloudwatch: Any) -> None:
    cloudwatch.put_metric_alarm(**FAILED)
    cloudwatch.put_metric_alarm(**(FAILED | {"AlarmName": "quiet"}))
    arn = cloudwatch.describe_alarms(AlarmNames=["failed"])["MetricAlarms"][0]["AlarmArn"]
    composite(cloudwatch, f'ALARM("{arn}")', ActionsSuppressor="quiet")
    for name in ("failed", "quiet"):
        with pytest.raises(ClientError, match=f"Cannot delete {name} as there are composite alarm"):
            cloudwatch.delete_alarms(AlarmNames=[name])
    cloudwatch.delete_alarms(AlarmNames=["both"])
    cloudwatch.delete_alarms(AlarmNames=["failed", "quiet"])
    assert cloudwatch.describe_alarms()["MetricAlarms"] == []


def test_composite_alarms_are_told_only_where_they_are_asked_for(cloudwatch: Any) -> None:
    cloudwatch.put_metric_alarm(**FAILED)
    composite(cloudwatch, "ALARM(failed)")
    told = cloudwatch.describe_alarms()
    assert [one["AlarmName"] for one in told["MetricAlarms"]] == ["failed"]
    assert told.get("CompositeAlarms", []) == []
    told = cloudwatch.describe_alarms(AlarmTypes=["CompositeAlarm", "MetricAlarm"])
    assert [len(told[key]) for key in ("MetricAlarms", "CompositeAlarms")] == [1, 1]


@pytest.mark.parametrize(
    ("different", "message"),
    [
        ({"Period": 45}, "period must be 10, 20, 30 or a multiple of 60"),
        ({"AlarmActions": ["arn:aws:sns:builds"]}, "Invalid arn syntax: arn:aws:sns:builds"),
        ({"OKActions": ["mail@acme.example"]}, "Invalid arn syntax"),
    ],
)
def test_an_alarm_that_aws_would_refuse_is_refused(cloudwatch: Any, different: dict[str, Any], message: str) -> None:
    with pytest.raises(ClientError, match=message):
        cloudwatch.put_metric_alarm(**(FAILED | different))
    assert cloudwatch.describe_alarms()["MetricAlarms"] == []


@pytest.mark.parametrize(
    ("queries", "message"),
    [
        ([query("a"), query("b")], "Exactly one element"),
        ([query("a", ReturnData=False)], "Exactly one element"),
        ([query("a"), query("a", ReturnData=False)], "not unique"),
    ],
    ids=["two return data", "none returns data", "one name twice"],
)
def test_metric_math_returns_the_data_of_one_query(cloudwatch: Any, queries: list[Any], message: str) -> None:
    with pytest.raises(ClientError, match=message):
        cloudwatch.put_metric_alarm(**MATH, Metrics=queries)


def test_metric_math_is_kept(cloudwatch: Any) -> None:
    queries = [query("a", ReturnData=False), {"Id": "rate", "Expression": "a / 2", "ReturnData": True}]
    cloudwatch.put_metric_alarm(**MATH, Metrics=queries)
    kept = cloudwatch.describe_alarms()["MetricAlarms"][0]["Metrics"]
    assert [(one["Id"], one.get("Expression"), one["ReturnData"]) for one in kept] == [
        ("a", None, False),
        ("rate", "a / 2", True),
    ]


def test_a_band_is_compared_with_the_metric_it_surrounds(cloudwatch: Any) -> None:
    band = {"Id": "band", "Expression": "ANOMALY_DETECTION_BAND(a, 2)"}
    alarm = MATH | {"ComparisonOperator": "GreaterThanUpperThreshold", "ThresholdMetricId": "band"}
    del alarm["Threshold"]
    cloudwatch.put_metric_alarm(**alarm, Metrics=[query("a"), band])
    with pytest.raises(ClientError, match="threshold metric id other"):
        cloudwatch.put_metric_alarm(**(alarm | {"ThresholdMetricId": "other"}), Metrics=[query("a")])


def test_an_alarm_made_anew_has_not_the_tags_of_the_last_one(cloudwatch: Any) -> None:
    cloudwatch.put_metric_alarm(**FAILED, Tags=[{"Key": "a", "Value": "b"}])
    arn = cloudwatch.describe_alarms()["MetricAlarms"][0]["AlarmArn"]
    cloudwatch.delete_alarms(AlarmNames=["failed"])
    cloudwatch.put_metric_alarm(**FAILED)
    assert cloudwatch.list_tags_for_resource(ResourceARN=arn)["Tags"] == []
