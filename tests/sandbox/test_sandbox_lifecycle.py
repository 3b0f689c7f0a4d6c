"""Lifecycle, logging and notification of buckets as the sandbox answers them, asked through boto3."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError

if TYPE_CHECKING:
    from collections.abc import Callable


@pytest.fixture
def s3(aws: Callable[..., Any]) -> Any:
    return aws("s3")


@pytest.fixture
def bucket(s3: Any, account: str) -> str:
    s3.create_bucket(Bucket=f"bucket-{account}")
    return f"bucket-{account}"


def rule(**different: Any) -> dict[str, Any]:
    return {"ID": "one", "Status": "Enabled", "Filter": {"Prefix": ""}, "Expiration": {"Days": 90}} | different


def put(s3: Any, bucket: str, *rules: dict[str, Any], **more: Any) -> None:
    s3.put_bucket_lifecycle_configuration(Bucket=bucket, LifecycleConfiguration={"Rules": list(rules)}, **more)


def test_every_part_of_a_rule_is_told_again(s3: Any, bucket: str) -> None:
    tags = [{"Key": "a", "Value": "1"}, {"Key": "b", "Value": "ü & <"}]
    full = rule(
        Filter={"And": {"Prefix": "x/", "Tags": tags, "ObjectSizeGreaterThan": 1, "ObjectSizeLessThan": 9}},
        Transitions=[{"Days": 30, "StorageClass": "STANDARD_IA"}, {"Days": 60, "StorageClass": "GLACIER"}],
        NoncurrentVersionTransitions=[{"NoncurrentDays": 30, "StorageClass": "GLACIER", "NewerNoncurrentVersions": 2}],
        NoncurrentVersionExpiration={"NoncurrentDays": 90, "NewerNoncurrentVersions": 3},
    )
    tidy = {"ID": "two", "Status": "Disabled", "Filter": {"ObjectSizeGreaterThan": 5}}
    tidy |= {"AbortIncompleteMultipartUpload": {"DaysAfterInitiation": 7}}
    put(s3, bucket, full, tidy, TransitionDefaultMinimumObjectSize="varies_by_storage_class")
    told = s3.get_bucket_lifecycle_configuration(Bucket=bucket)
    assert told["Rules"] == [full, tidy]
    assert told["TransitionDefaultMinimumObjectSize"] == "varies_by_storage_class"


def test_objects_under_128_kb_do_not_move_unless_told(s3: Any, bucket: str) -> None:
    put(s3, bucket, rule())
    told = s3.get_bucket_lifecycle_configuration(Bucket=bucket)
    assert told["TransitionDefaultMinimumObjectSize"] == "all_storage_classes_128K"


def test_rules_that_are_deleted_are_gone_and_the_bucket_stays(s3: Any, bucket: str) -> None:
    put(s3, bucket, rule())
    s3.delete_bucket_lifecycle(Bucket=bucket)
    with pytest.raises(ClientError, match="NoSuchLifecycleConfiguration"):
        s3.get_bucket_lifecycle_configuration(Bucket=bucket)
    s3.head_bucket(Bucket=bucket)


@pytest.mark.parametrize(
    ("rules", "message"),
    [
        ([rule(), rule()], "Rule ID must be unique. Found same ID for more than one rule: one"),
        ([rule(Transitions=[{"Days": 7, "StorageClass": "STANDARD_IA"}])], "greater than or equal to 30"),
        ([rule(Transitions=[{"Days": 90, "StorageClass": "GLACIER"}])], r"filter '\(prefix=\)' must be greater than"),
        (
            [rule(Filter={"And": {"Prefix": "x/", "ObjectSizeGreaterThan": 1}}, Expiration={"Days": 5})
             | {"Transitions": [{"Days": 6, "StorageClass": "GLACIER"}]}],
            r"filter '\(prefix=x/\)' must be greater than",
        ),
    ],
    ids=["one name twice", "too early for this class", "expired when archived", "expired before archived"],
)  # fmt: skip
def test_rules_that_aws_would_refuse_are_refused(s3: Any, bucket: str, rules: list[Any], message: str) -> None:
    with pytest.raises(ClientError, match=message) as caught:
        put(s3, bucket, *rules)
    assert caught.value.response["Error"]["Code"] == "InvalidArgument"
    with pytest.raises(ClientError, match="NoSuchLifecycleConfiguration"):
        s3.get_bucket_lifecycle_configuration(Bucket=bucket)


def test_malformed_rules_are_refused(s3: Any, bucket: str) -> None:
    with pytest.raises(ClientError, match="MalformedXML"):
        put(s3, bucket, rule(Expiration={"Days": 5, "ExpiredObjectDeleteMarker": True}))


def test_access_logs_keep_the_form_of_their_names_until_they_are_off(s3: Any, bucket: str, account: str) -> None:
    form = {"PartitionedPrefix": {"PartitionDateSource": "EventTime"}}
    enabled = {"TargetBucket": bucket, "TargetPrefix": "s3/", "TargetObjectKeyFormat": form}
    principal = {"Service": "logging.s3.amazonaws.com"}
    allow = {
        "Effect": "Allow",
        "Principal": principal,
        "Action": "s3:PutObject",
        "Resource": f"arn:aws:s3:::{bucket}/*",
    }
    s3.put_bucket_policy(Bucket=bucket, Policy=json.dumps({"Statement": [allow]}))
    s3.put_bucket_logging(Bucket=bucket, BucketLoggingStatus={"LoggingEnabled": enabled})
    assert s3.get_bucket_logging(Bucket=bucket)["LoggingEnabled"] == enabled
    s3.put_bucket_logging(Bucket=bucket, BucketLoggingStatus={})
    assert "LoggingEnabled" not in s3.get_bucket_logging(Bucket=bucket)


def test_events_go_to_eventbridge_until_they_are_off(s3: Any, bucket: str) -> None:
    s3.put_bucket_notification_configuration(Bucket=bucket, NotificationConfiguration={"EventBridgeConfiguration": {}})
    assert s3.get_bucket_notification_configuration(Bucket=bucket)["EventBridgeConfiguration"] == {}
    s3.put_bucket_notification_configuration(Bucket=bucket, NotificationConfiguration={})
    assert "EventBridgeConfiguration" not in s3.get_bucket_notification_configuration(Bucket=bucket)


def test_configurations_go_with_their_bucket(s3: Any, bucket: str) -> None:
    put(s3, bucket, rule())
    s3.delete_bucket(Bucket=bucket)
    s3.create_bucket(Bucket=bucket)
    with pytest.raises(ClientError, match="NoSuchLifecycleConfiguration"):
        s3.get_bucket_lifecycle_configuration(Bucket=bucket)
