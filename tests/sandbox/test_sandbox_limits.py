"""The sandbox says no where AWS does: descriptions of calls, maps and patterns included, and the table of limits."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import botocore.session
import pytest
from botocore.exceptions import ClientError
from botocore.model import ListShape, MapShape, StringShape, StructureShape

from generator.aws import limits
from generator.sandbox.limits import _SERVICES
from generator.sandbox.shapes import _pattern, faults

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    Clients = Callable[..., Any]

TRUST = json.dumps(
    {
        "Statement": [
            {"Effect": "Allow", "Principal": {"Service": "codebuild.amazonaws.com"}, "Action": "sts:AssumeRole"}
        ]
    }
)
OWN_SERVICES = ("budgets", "codebuild", "codeconnections", "xray")


def policy(size: int) -> str:
    """Return a policy of so many characters, without its spaces."""
    document = {
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::"}],
    }
    document["Statement"][0]["Resource"] += "x" * (size - len(json.dumps(document).replace(" ", "")))  # type: ignore[index]
    text = json.dumps(document, indent=4)
    assert len("".join(text.split())) == size
    return text


def shapes(service: str) -> Iterator[Any]:
    model = botocore.session.get_session().get_service_model(service)
    return (model.shape_for(name) for name in model.shape_names)


@pytest.mark.parametrize("service", [*sorted(_SERVICES), *OWN_SERVICES])
def test_every_pattern_of_the_services_of_a_stack_is_understood(service: str) -> None:
    patterns = {shape.metadata["pattern"] for shape in shapes(service) if "pattern" in getattr(shape, "metadata", {})}
    assert all(_pattern(text) is not None for text in patterns)


def test_keys_and_values_of_maps_are_checked_and_scripts_are_told_apart() -> None:
    model = botocore.session.get_session().get_service_model("logs")
    shape = model.operation_model("CreateLogGroup").input_shape
    assert isinstance(shape, StructureShape)
    assert isinstance(shape.members["tags"], MapShape)

    def told(tags: dict[str, Any]) -> list[str]:
        return list(faults(shape, {"logGroupName": "builds", "tags": tags}))

    assert told({"Größe": "5 ½ Ⅷ"}) == []
    assert told({"ok": "a, b"}) == [
        (
            "Value at 'tags' failed to satisfy constraint: Map value must satisfy constraint: [Member must satisfy regular "
            r"expression pattern: ^([\p{L}\p{Z}\p{N}_.:/=+\-@]*)$]"
        )
    ]
    assert (
        "Map keys must satisfy constraint: [Member must have length less than or equal to 128]"
        in told({"k" * 129: ""})[0]
    )
    assert "have length greater than or equal to 1" in told({})[0]
    assert "be a string" in told({"a": 5})[0]
    assert isinstance(shape.members["logGroupName"], StringShape)
    assert not isinstance(shape, ListShape)


def test_the_inline_policies_of_a_role_count_together_and_without_their_spaces(aws: Clients) -> None:
    iam = aws("iam")
    iam.create_role(RoleName="builds", AssumeRolePolicyDocument=TRUST)
    iam.put_role_policy(RoleName="builds", PolicyName="first", PolicyDocument=policy(10_000))
    iam.put_role_policy(RoleName="builds", PolicyName="other", PolicyDocument=policy(240))
    with pytest.raises(
        iam.exceptions.LimitExceededException, match="Maximum policy size of 10240 bytes exceeded for role"
    ):
        iam.put_role_policy(RoleName="builds", PolicyName="other", PolicyDocument=policy(241))
    iam.put_role_policy(RoleName="builds", PolicyName="first", PolicyDocument=policy(9_999))
    iam.put_role_policy(RoleName="builds", PolicyName="other", PolicyDocument=policy(241))


def test_a_trust_policy_has_its_own_limit(aws: Clients) -> None:
    with pytest.raises(ClientError, match="Cannot exceed quota for ACLSizePerRole: 2048"):
        aws("iam").create_role(RoleName="builds", AssumeRolePolicyDocument=policy(2_049))


def tags(count: int) -> list[dict[str, str]]:
    return [{"Key": f"key-{number}", "Value": "x"} for number in range(count)]


def lower(some: list[dict[str, str]]) -> list[dict[str, str]]:
    return [{key.lower(): value for key, value in tag.items()} for tag in some]


def make_role(aws: Clients, some: list[dict[str, str]]) -> None:
    aws("iam").create_role(RoleName="tagged", AssumeRolePolicyDocument=TRUST, Tags=some)


def make_topic(aws: Clients, some: list[dict[str, str]]) -> None:
    aws("sns").create_topic(Name="tagged", Tags=some)


def make_queue(aws: Clients, some: list[dict[str, str]]) -> None:
    aws("sqs").create_queue(QueueName="tagged", tags={tag["Key"]: tag["Value"] for tag in some})


def make_key(aws: Clients, some: list[dict[str, str]]) -> None:
    aws("kms").create_key(Tags=[{f"Tag{key}": value for key, value in tag.items()} for tag in some])


def make_repository(aws: Clients, some: list[dict[str, str]]) -> None:
    aws("ecr").create_repository(repositoryName="tagged", tags=some)


def make_rule(aws: Clients, some: list[dict[str, str]]) -> None:
    aws("events").put_rule(Name="tagged", EventPattern='{"source": ["aws.codebuild"]}', Tags=some)


def make_group(aws: Clients, some: list[dict[str, str]]) -> None:
    aws("scheduler").create_schedule_group(Name="tagged", Tags=some)


def make_bucket_tags(aws: Clients, some: list[dict[str, str]]) -> None:
    s3 = aws("s3")
    if not s3.list_buckets()["Buckets"]:
        s3.create_bucket(Bucket=f"tagged-{aws('sts').get_caller_identity()['Account']}")
    (bucket,) = s3.list_buckets()["Buckets"]
    s3.put_bucket_tagging(Bucket=bucket["Name"], Tagging={"TagSet": some})


@pytest.mark.parametrize(
    "make",
    [make_role, make_topic, make_queue, make_key, make_repository, make_rule, make_group, make_bucket_tags],
)
def test_fifty_tags_are_taken_of_letters_digits_and_some_signs(
    aws: Clients, make: Callable[[Clients, list[dict[str, str]]], None]
) -> None:
    for refused in (tags(51), [{"Key": "a", "Value": "b, c"}], [{"Key": "aws:a", "Value": "b"}]):
        with pytest.raises(ClientError):
            make(aws, refused)
    make(aws, [*tags(49), {"Key": "Größe", "Value": "a_b.c:d/e=f+g-h@i 1"}])


def test_keys_of_a_roles_tags_are_the_same_in_upper_and_lower_case(aws: Clients) -> None:
    with pytest.raises(ClientError, match="Duplicate tag keys found"):
        make_role(aws, [{"Key": "Owner", "Value": "a"}, {"Key": "owner", "Value": "a"}])
    make_topic(aws, [{"Key": "Owner", "Value": "a"}, {"Key": "owner", "Value": "a"}])


def test_an_event_pattern_has_2048_characters(aws: Clients) -> None:
    def pattern(length: int) -> str:
        empty = json.dumps({"source": [""]})
        return json.dumps({"source": ["x" * (length - len(empty))]})

    events = aws("events")
    events.put_rule(Name="long", EventPattern=pattern(limits.EVENT_PATTERN.most))
    with pytest.raises(ClientError, match="at most 2048 characters, and has 2049"):
        events.put_rule(Name="long", EventPattern=pattern(limits.EVENT_PATTERN.most + 1))


def test_policies_of_other_services_have_their_limits(aws: Clients, account: str) -> None:
    with pytest.raises(ClientError, match="less than or equal to 10240"):
        aws("ecr").set_repository_policy(repositoryName="none", policyText=policy(10_241))
    with pytest.raises(ClientError, match="LimitExceeded"):
        aws("kms").create_key(Policy=policy(32_769))
    topic = aws("sns").create_topic(Name="acme")["TopicArn"]
    who = [f"{number:012}" for number in range(201)]
    shared = {"Effect": "Allow", "Principal": {"AWS": who}, "Action": "sns:Subscribe", "Resource": topic}
    with pytest.raises(ClientError, match="at most 200 principals, and has 201"):
        set_policy(aws, topic, [shared])
    set_policy(aws, topic, [shared | {"Principal": {"AWS": who[:200]}}])
    queue = aws("sqs").create_queue(QueueName="acme")["QueueUrl"]
    with pytest.raises(ClientError, match="at most 8192 bytes"):
        aws("sqs").set_queue_attributes(QueueUrl=queue, Attributes={"Policy": policy(8_193)})
    assert account in queue


def set_policy(aws: Clients, topic: str, statements: list[dict[str, Any]]) -> None:
    text = json.dumps({"Version": "2012-10-17", "Statement": statements})
    aws("sns").set_topic_attributes(TopicArn=topic, AttributeName="Policy", AttributeValue=text)


def test_a_composite_alarm_speaks_for_a_hundred(aws: Clients) -> None:
    cloudwatch = aws("cloudwatch")
    for number in range(101):
        cloudwatch.put_metric_alarm(
            AlarmName=f"a{number}", ComparisonOperator="GreaterThanThreshold", EvaluationPeriods=1, Threshold=1,
            MetricName="FailedBuilds", Namespace="AWS/CodeBuild", Period=60, Statistic="Sum",
        )  # fmt: skip
    rule = " OR ".join(f'ALARM("a{number}")' for number in range(101))
    with pytest.raises(ClientError, match="at most 100 alarms, and has 101"):
        cloudwatch.put_composite_alarm(AlarmName="any", AlarmRule=rule)
    cloudwatch.put_composite_alarm(AlarmName="any", AlarmRule=rule.rpartition(" OR ")[0])


def test_a_schedule_group_is_made_once_and_keeps_its_schedules(aws: Clients, account: str) -> None:
    scheduler, iam = aws("scheduler"), aws("iam")
    trust = json.loads(TRUST.replace("codebuild", "scheduler"))
    role = iam.create_role(RoleName="clock", AssumeRolePolicyDocument=json.dumps(trust))["Role"]["Arn"]
    scheduler.create_schedule_group(Name="shop")
    target = {"Arn": f"arn:aws:codebuild:us-east-1:{account}:project/shop", "RoleArn": role}
    named = {"Name": "nightly", "GroupName": "shop"}
    scheduler.create_schedule(
        **named, ScheduleExpression="rate(1 day)", FlexibleTimeWindow={"Mode": "OFF"}, Target=target
    )
    with pytest.raises(scheduler.exceptions.ConflictException, match="Schedule group shop already exists"):
        scheduler.create_schedule_group(Name="shop")
    assert scheduler.get_schedule(**named)["Name"] == "nightly"


@pytest.mark.parametrize("name", ["sthree-acme", "amzn-s3-demo-acme", "acme-s3alias", "acme--ol-s3", "acme--table-s3"])
def test_names_that_s3_keeps_for_itself_make_no_bucket(aws: Clients, name: str) -> None:
    with pytest.raises(ClientError, match="InvalidBucketName"):
        aws("s3").create_bucket(Bucket=name)
