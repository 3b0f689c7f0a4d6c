"""Small settings that moto forgets or does not know, and that stacks here use: asked through boto3."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError

if TYPE_CHECKING:
    from collections.abc import Callable

    Aws = Callable[..., Any]


def code_of(caught: pytest.ExceptionInfo[ClientError]) -> str:
    return str(caught.value.response["Error"]["Code"])


@pytest.fixture
def logged(aws: Aws, account: str) -> tuple[Any, dict[str, Any]]:
    """Make a bucket and one for its access logs, and return what asks for the logs."""
    s3 = aws("s3")
    for name in ("seen", "logs"):
        s3.create_bucket(Bucket=f"{name}-{account}")
    form = {"PartitionedPrefix": {"PartitionDateSource": "EventTime"}}
    enabled = {"TargetBucket": f"logs-{account}", "TargetPrefix": "", "TargetObjectKeyFormat": form}
    return s3, {"Bucket": f"seen-{account}", "BucketLoggingStatus": {"LoggingEnabled": enabled}}


def put_target_policy(s3: Any, account: str, **condition: Any) -> None:
    bucket = f"arn:aws:s3:::logs-{account}"
    deny: dict[str, Any] = {"Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": f"{bucket}/*"}
    deny |= {"Condition": {"Bool": {"aws:SecureTransport": "false"}}}
    allow: dict[str, Any] = {
        "Effect": "Allow",
        "Principal": {"Service": "logging.s3.amazonaws.com"},
        "Action": "s3:PutObject",
    }
    allow |= {"Resource": f"{bucket}/*", "Condition": condition}
    policy = json.dumps({"Version": "2012-10-17", "Statement": [deny, allow]})
    s3.put_bucket_policy(Bucket=f"logs-{account}", Policy=policy)


def test_access_logs_keep_the_format_of_their_keys(logged: tuple[Any, dict[str, Any]], account: str) -> None:
    s3, request = logged
    put_target_policy(s3, account, ArnEquals={"aws:SourceArn": f"arn:aws:s3:::seen-{account}"})
    s3.put_bucket_logging(**request)
    told = s3.get_bucket_logging(Bucket=request["Bucket"])["LoggingEnabled"]
    assert told == request["BucketLoggingStatus"]["LoggingEnabled"]
    # They come hours later, if at all: a bucket that fills with every call could not be destroyed.
    assert s3.list_objects_v2(Bucket=f"logs-{account}")["KeyCount"] == 0
    s3.put_bucket_logging(Bucket=request["Bucket"], BucketLoggingStatus={})
    assert "LoggingEnabled" not in s3.get_bucket_logging(Bucket=request["Bucket"])


@pytest.mark.parametrize("condition", [None, {"ArnEquals": {"aws:SourceArn": "arn:aws:s3:::another"}}])
def test_access_logs_need_a_target_that_takes_them(
    logged: tuple[Any, dict[str, Any]], account: str, condition: dict[str, Any] | None
) -> None:
    s3, request = logged
    if condition:
        put_target_policy(s3, account, **condition)
    with pytest.raises(ClientError) as caught:
        s3.put_bucket_logging(**request)
    assert code_of(caught) == "InvalidTargetBucketForLogging"


def test_a_bucket_tells_that_it_tells_eventbridge(aws: Aws, account: str) -> None:
    s3, name = aws("s3"), f"told-{account}"
    s3.create_bucket(Bucket=name)
    assert "EventBridgeConfiguration" not in s3.get_bucket_notification_configuration(Bucket=name)
    s3.put_bucket_notification_configuration(Bucket=name, NotificationConfiguration={"EventBridgeConfiguration": {}})
    assert s3.get_bucket_notification_configuration(Bucket=name)["EventBridgeConfiguration"] == {}


ARN = "arn:aws:dataprotection::aws:data-identifier/AwsSecretKey"
MASK = {
    "Name": "mask",
    "Version": "2021-06-01",
    "Statement": [
        {"Sid": "Audit", "DataIdentifier": [ARN], "Operation": {"Audit": {"FindingsDestination": {}}}},
        {"Sid": "Mask", "DataIdentifier": [ARN], "Operation": {"Deidentify": {"MaskConfig": {}}}},
    ],
}


def test_a_log_group_keeps_its_class_and_what_it_masks(aws: Aws) -> None:
    logs = aws("logs")
    logs.create_log_group(logGroupName="/a")
    logs.create_log_group(logGroupName="/b", logGroupClass="INFREQUENT_ACCESS")
    classes = [group["logGroupClass"] for group in logs.describe_log_groups()["logGroups"]]
    assert classes == ["STANDARD", "INFREQUENT_ACCESS"]
    assert "policyDocument" not in logs.get_data_protection_policy(logGroupIdentifier="/a")
    logs.put_data_protection_policy(logGroupIdentifier="/a", policyDocument=json.dumps(MASK))
    assert json.loads(logs.get_data_protection_policy(logGroupIdentifier="/a")["policyDocument"]) == MASK
    logs.delete_data_protection_policy(logGroupIdentifier="/a")
    with pytest.raises(ClientError) as caught:
        logs.delete_data_protection_policy(logGroupIdentifier="/a")
    assert code_of(caught) == "ResourceNotFoundException"


@pytest.mark.parametrize(
    ("group", "document"),
    [("/b", json.dumps(MASK)), ("/a", "{"), ("/a", json.dumps(MASK | {"Statement": MASK["Statement"][:1]}))],
    ids=["a class that masks nothing", "no document", "only half of it"],
)
def test_a_policy_that_masks_nothing_is_refused(aws: Aws, group: str, document: str) -> None:
    logs = aws("logs")
    logs.create_log_group(logGroupName=group, logGroupClass="STANDARD" if group == "/a" else "INFREQUENT_ACCESS")
    with pytest.raises(ClientError) as caught:
        logs.put_data_protection_policy(logGroupIdentifier=group, policyDocument=document)
    assert code_of(caught) == "InvalidParameterException"


def test_rules_for_groups_and_prefix_lists_keep_their_description_and_can_be_revoked(aws: Aws) -> None:
    ec2 = aws("ec2")
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    own, other = (ec2.create_security_group(GroupName=n, Description=n, VpcId=vpc)["GroupId"] for n in ("a", "b"))
    lists = ec2.describe_prefix_lists()["PrefixLists"][0]["PrefixListId"]
    ports = {"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443}
    permissions = [
        ports | {"UserIdGroupPairs": [{"GroupId": other, "Description": "to the other"}]},
        ports | {"PrefixListIds": [{"PrefixListId": lists, "Description": "to S3"}]},
    ]
    for permission in permissions:
        ec2.authorize_security_group_egress(GroupId=own, IpPermissions=[permission])

    def told() -> set[str | None]:
        rules = ec2.describe_security_group_rules(Filters=[{"Name": "group-id", "Values": [own]}])["SecurityGroupRules"]
        return {rule.get("Description") for rule in rules}

    assert told() == {None, "to the other", "to S3"}
    for permission in permissions:
        ec2.revoke_security_group_egress(GroupId=own, IpPermissions=[permission])
    assert told() == {None}


def test_a_repeated_call_for_flow_logs_is_answered_as_the_first(aws: Aws) -> None:
    ec2 = aws("ec2")
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    call = {
        "ResourceIds": [vpc],
        "ResourceType": "VPC",
        "TrafficType": "ALL",
        "LogGroupName": "/a",
        "DeliverLogsPermissionArn": "arn:aws:iam::111122223333:role/a",
    }
    first = ec2.create_flow_logs(**call, ClientToken="one")["FlowLogIds"]
    assert ec2.create_flow_logs(**call, ClientToken="one")["FlowLogIds"] == first
    with pytest.raises(ClientError) as caught:
        ec2.create_flow_logs(**call, ClientToken="two")
    assert code_of(caught) == "FlowLogAlreadyExists"
