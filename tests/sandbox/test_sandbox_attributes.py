"""Small things of many services that moto loses or mixes up, asked through boto3."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError

if TYPE_CHECKING:
    from collections.abc import Callable

    Aws = Callable[..., Any]


def trust(service: str, **condition: Any) -> str:
    statement = {"Effect": "Allow", "Principal": {"Service": service}, "Action": "sts:AssumeRole"}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement | condition]})


def test_a_queue_keeps_its_policy_when_something_else_changes(aws: Aws) -> None:
    sqs = aws("sqs")
    url = sqs.create_queue(QueueName="q")["QueueUrl"]
    allow = {"Effect": "Allow", "Principal": "*", "Action": "sqs:SendMessage", "Resource": "*"}
    policy = json.dumps({"Version": "2012-10-17", "Statement": [allow]})
    sqs.set_queue_attributes(QueueUrl=url, Attributes={"Policy": policy})
    sqs.set_queue_attributes(QueueUrl=url, Attributes={"VisibilityTimeout": "60"})
    assert json.loads(sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]["Policy"])
    sqs.set_queue_attributes(QueueUrl=url, Attributes={"Policy": ""})
    assert "Policy" not in sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]


def test_a_redrive_policy_is_told_without_spaces(aws: Aws, account: str) -> None:
    sqs = aws("sqs")
    sqs.create_queue(QueueName="dead")
    policy = {"deadLetterTargetArn": f"arn:aws:sqs:us-east-1:{account}:dead", "maxReceiveCount": 3}
    url = sqs.create_queue(QueueName="q", Attributes={"RedrivePolicy": json.dumps(policy)})["QueueUrl"]
    told = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["RedrivePolicy"])["Attributes"]["RedrivePolicy"]
    assert told == json.dumps(policy, separators=(",", ":"))


def test_a_topic_tells_whether_it_is_traced(aws: Aws) -> None:
    sns = aws("sns")
    topic = sns.create_topic(Name="t", Attributes={"TracingConfig": "Active"})["TopicArn"]
    assert sns.get_topic_attributes(TopicArn=topic)["Attributes"]["TracingConfig"] == "Active"
    sns.set_topic_attributes(TopicArn=topic, AttributeName="TracingConfig", AttributeValue="PassThrough")
    assert sns.get_topic_attributes(TopicArn=topic)["Attributes"]["TracingConfig"] == "PassThrough"
    with pytest.raises(sns.exceptions.InvalidParameterException):
        sns.set_topic_attributes(TopicArn=topic, AttributeName="TracingConfig", AttributeValue="Sometimes")
    plain = sns.create_topic(Name="plain")["TopicArn"]
    assert "TracingConfig" not in sns.get_topic_attributes(TopicArn=plain)["Attributes"]


def test_an_update_of_a_role_leaves_what_it_does_not_name(aws: Aws) -> None:
    iam = aws("iam")
    iam.create_role(RoleName="r", AssumeRolePolicyDocument=trust("ec2.amazonaws.com"), Description="before")
    iam.update_role(RoleName="r", MaxSessionDuration=7200)
    iam.update_role(RoleName="r", Description="after")
    role = iam.get_role(RoleName="r")["Role"]
    assert (role["Description"], role["MaxSessionDuration"]) == ("after", 7200)


def test_scanning_that_is_not_asked_for_is_off(aws: Aws) -> None:
    ecr = aws("ecr")
    ecr.create_repository(repositoryName="acme", imageScanningConfiguration={"scanOnPush": True})
    ecr.put_image_scanning_configuration(repositoryName="acme", imageScanningConfiguration={})
    found = ecr.describe_repositories()["repositories"][0]
    assert found["imageScanningConfiguration"] == {"scanOnPush": False}


def test_a_schedule_needs_a_role_that_lets_the_scheduler_take_it(aws: Aws, account: str) -> None:
    scheduler, iam = aws("scheduler"), aws("iam")
    target = {"Arn": "arn:aws:scheduler:::aws-sdk:codebuild:startBuild", "RoleArn": f"arn:aws:iam::{account}:role/s"}
    asked = {"Name": "s", "ScheduleExpression": "rate(1 day)", "FlexibleTimeWindow": {"Mode": "OFF"}, "Target": target}
    refused = pytest.raises(scheduler.exceptions.ValidationException, match="must allow AWS EventBridge Scheduler")
    with refused:
        scheduler.create_schedule(**asked)
    iam.create_role(RoleName="s", AssumeRolePolicyDocument=trust("events.amazonaws.com"))
    with refused:
        scheduler.create_schedule(**asked)
    group = f"arn:aws:scheduler:us-east-1:{account}:schedule-group/default"
    own = trust("scheduler.amazonaws.com", Condition={"ArnEquals": {"aws:SourceArn": group}})
    iam.update_assume_role_policy(RoleName="s", PolicyDocument=own)
    scheduler.create_schedule(**asked)
    with refused:
        scheduler.update_schedule(**(asked | {"Target": target | {"RoleArn": f"arn:aws:iam::{account}:role/none"}}))
    scheduler.update_schedule(**(asked | {"State": "DISABLED"}))
    assert scheduler.get_schedule(Name="s")["State"] == "DISABLED"


def test_flow_logs_go_to_a_folder_of_a_bucket_that_exists(aws: Aws, account: str) -> None:
    ec2 = aws("ec2")
    aws("s3").create_bucket(Bucket=f"flow-{account}")
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    asked = {"ResourceIds": [vpc], "ResourceType": "VPC", "TrafficType": "ALL", "LogDestinationType": "s3"}
    options = {"FileFormat": "parquet", "HiveCompatiblePartitions": False, "PerHourPartition": True}
    folder = f"arn:aws:s3:::flow-{account}/vpc"
    made = ec2.create_flow_logs(**asked, LogDestination=folder, DestinationOptions=options)
    found = ec2.describe_flow_logs(FlowLogIds=made["FlowLogIds"])["FlowLogs"][0]
    assert (found["LogDestination"], found["DestinationOptions"]) == (folder, options)
    failed = ec2.create_flow_logs(**asked, LogDestination=f"arn:aws:s3:::none-{account}/vpc")["Unsuccessful"]
    assert failed[0]["ResourceId"] == vpc


def test_the_interface_of_a_nat_gateway_goes_with_it(aws: Aws) -> None:
    ec2 = aws("ec2")
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    subnet = ec2.create_subnet(VpcId=vpc, CidrBlock="10.0.0.0/24")["Subnet"]["SubnetId"]
    address = ec2.allocate_address(Domain="vpc")["AllocationId"]
    gateway = ec2.create_nat_gateway(SubnetId=subnet, AllocationId=address)["NatGateway"]["NatGatewayId"]
    assert len(ec2.describe_network_interfaces()["NetworkInterfaces"]) == 1
    assert "AssociationId" in ec2.describe_addresses()["Addresses"][0]
    ec2.delete_nat_gateway(NatGatewayId=gateway)
    assert ec2.describe_network_interfaces()["NetworkInterfaces"] == []
    assert "AssociationId" not in ec2.describe_addresses()["Addresses"][0]


def test_keys_of_aws_are_not_the_customers(aws: Aws) -> None:
    kms, table = aws("kms"), {"AttributeName": "LockID"}
    aws("dynamodb").create_table(
        TableName="t",
        KeySchema=[table | {"KeyType": "HASH"}],
        AttributeDefinitions=[table | {"AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
        SSESpecification={"Enabled": True},
    )
    assert kms.describe_key(KeyId="alias/aws/dynamodb")["KeyMetadata"]["KeyManager"] == "AWS"
    own = kms.create_key()["KeyMetadata"]["KeyId"]
    kms.create_alias(AliasName="alias/own", TargetKeyId=own)
    assert kms.describe_key(KeyId="alias/own")["KeyMetadata"]["KeyManager"] == "CUSTOMER"


@pytest.fixture
def logs(aws: Aws) -> Any:
    aws("logs").create_log_group(logGroupName="g", tags={"a": "b"})
    return aws("logs")


def test_a_log_group_has_a_class(logs: Any) -> None:
    logs.create_log_group(logGroupName="rare", logGroupClass="INFREQUENT_ACCESS")
    classes = {group["logGroupName"]: group["logGroupClass"] for group in logs.describe_log_groups()["logGroups"]}
    assert classes == {"g": "STANDARD", "rare": "INFREQUENT_ACCESS"}


def test_a_log_group_made_anew_has_nothing_of_the_last_one(logs: Any) -> None:
    transformations = [{"metricName": "m", "metricNamespace": "n", "metricValue": "1"}]
    logs.put_metric_filter(logGroupName="g", filterName="f", filterPattern="x", metricTransformations=transformations)
    arn = logs.describe_log_groups()["logGroups"][0]["logGroupArn"]
    logs.delete_log_group(logGroupName="g")
    logs.create_log_group(logGroupName="g")
    assert logs.list_tags_for_resource(resourceArn=arn)["tags"] == {}
    assert logs.describe_metric_filters()["metricFilters"] == []


def test_a_metric_filter_is_replaced_by_one_of_its_name(logs: Any) -> None:
    transformations = [{"metricName": "m", "metricNamespace": "n", "metricValue": "1"}]
    for pattern in ("before", "after"):
        logs.put_metric_filter(
            logGroupName="g", filterName="f", filterPattern=pattern, metricTransformations=transformations
        )
    found = logs.describe_metric_filters(logGroupName="g")["metricFilters"]
    assert [one["filterPattern"] for one in found] == ["after"]


def test_a_query_is_saved_changed_and_deleted(logs: Any) -> None:
    number = logs.put_query_definition(name="a/b", queryString="limit 1", logGroupNames=["g"])["queryDefinitionId"]
    logs.put_query_definition(name="a/b", queryString="limit 2", queryDefinitionId=number)
    found = logs.describe_query_definitions(queryDefinitionNamePrefix="a/")["queryDefinitions"]
    assert [(one["queryDefinitionId"], one["queryString"]) for one in found] == [(number, "limit 2")]
    assert logs.describe_query_definitions(queryDefinitionNamePrefix="b")["queryDefinitions"] == []
    assert logs.delete_query_definition(queryDefinitionId=number)["success"]
    with pytest.raises(logs.exceptions.ResourceNotFoundException):
        logs.delete_query_definition(queryDefinitionId=number)


def protection(*operations: dict[str, Any], identifiers: tuple[str, ...] = ("k", "k")) -> str:
    pairs = zip(operations, identifiers, strict=False)
    statements = [{"DataIdentifier": [name], "Operation": operation} for operation, name in pairs]
    return json.dumps({"Name": "p", "Version": "2021-06-01", "Statement": statements})


AUDIT: dict[str, Any] = {"Audit": {"FindingsDestination": {}}}
MASK: dict[str, Any] = {"Deidentify": {"MaskConfig": {}}}


def test_data_is_protected_until_it_is_not(logs: Any) -> None:
    assert "policyDocument" not in logs.get_data_protection_policy(logGroupIdentifier="g")
    logs.put_data_protection_policy(logGroupIdentifier="g", policyDocument=protection(AUDIT, MASK))
    arn = logs.describe_log_groups()["logGroups"][0]["logGroupArn"]
    assert logs.get_data_protection_policy(logGroupIdentifier=arn)["policyDocument"] == protection(AUDIT, MASK)
    logs.delete_data_protection_policy(logGroupIdentifier="g")
    assert "policyDocument" not in logs.get_data_protection_policy(logGroupIdentifier="g")
    with pytest.raises(logs.exceptions.ResourceNotFoundException):
        logs.get_data_protection_policy(logGroupIdentifier="none")


@pytest.mark.parametrize(
    ("document", "message"),
    [
        ("{", "not valid"),
        ('{"Statement": 1}', "not valid"),
        (protection(AUDIT), "an Audit and a Deidentify"),
        (protection(AUDIT, AUDIT), "an Audit and a Deidentify"),
        (protection(AUDIT, MASK, identifiers=("a", "b")), "the same DataIdentifier"),
    ],
)
def test_a_protection_that_aws_would_refuse_is_refused(logs: Any, document: str, message: str) -> None:
    with pytest.raises(ClientError, match=message) as caught:
        logs.put_data_protection_policy(logGroupIdentifier="g", policyDocument=document)
    assert caught.value.response["Error"]["Code"] == "InvalidParameterException"
