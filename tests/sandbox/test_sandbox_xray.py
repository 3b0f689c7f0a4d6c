"""X-Ray's settings as the sandbox answers them, asked through boto3."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

RULE: dict[str, Any] = {
    "RuleName": "acme",
    "Priority": 100,
    "FixedRate": 0.1,
    "ReservoirSize": 1,
    "Version": 1,
    **dict.fromkeys(("ResourceARN", "ServiceName", "ServiceType", "Host", "HTTPMethod", "URLPath"), "*"),
}


@pytest.fixture
def xray(aws: Callable[..., Any]) -> Any:
    return aws("xray")


def test_a_group_is_made_changed_and_deleted(xray: Any, account: str) -> None:
    expression = 'service("acme")'
    arn = xray.create_group(GroupName="acme", FilterExpression=expression)["Group"]["GroupARN"]
    assert arn.startswith(f"arn:aws:xray:us-east-1:{account}:group/acme/")
    with pytest.raises(xray.exceptions.InvalidRequestException, match="already exists"):
        xray.create_group(GroupName="acme", FilterExpression=expression)
    xray.update_group(GroupARN=arn, InsightsConfiguration={"InsightsEnabled": True, "NotificationsEnabled": True})
    group = xray.get_group(GroupName="acme")["Group"]
    assert group["FilterExpression"] == expression
    assert group["InsightsConfiguration"] == {"InsightsEnabled": True, "NotificationsEnabled": True}
    xray.update_group(GroupName="acme", InsightsConfiguration={"InsightsEnabled": False, "NotificationsEnabled": True})
    insights = xray.get_group(GroupARN=arn)["Group"]["InsightsConfiguration"]
    assert insights == {"InsightsEnabled": False, "NotificationsEnabled": False}
    xray.delete_group(GroupName="acme")
    with pytest.raises(xray.exceptions.InvalidRequestException, match="Group not found"):
        xray.get_group(GroupARN=arn)


def test_the_default_group_and_the_default_rule_are_there_and_stay(xray: Any) -> None:
    assert [group["GroupName"] for group in xray.get_groups()["Groups"]] == ["Default"]
    with pytest.raises(xray.exceptions.InvalidRequestException):
        xray.delete_group(GroupName="Default")
    with pytest.raises(xray.exceptions.InvalidRequestException):
        xray.delete_sampling_rule(RuleName="Default")
    with pytest.raises(xray.exceptions.InvalidRequestException, match="rate and the reservoir"):
        xray.update_sampling_rule(SamplingRuleUpdate={"RuleName": "Default", "Priority": 1})
    xray.update_sampling_rule(SamplingRuleUpdate={"RuleName": "Default", "FixedRate": 0.5})
    rule = xray.get_sampling_rules()["SamplingRuleRecords"][0]["SamplingRule"]
    assert (rule["FixedRate"], rule["Priority"]) == (0.5, 10000)


def test_a_sampling_rule_is_made_changed_and_deleted(xray: Any) -> None:
    made = xray.create_sampling_rule(SamplingRule=RULE)["SamplingRuleRecord"]
    arn = made["SamplingRule"]["RuleARN"]
    with pytest.raises(xray.exceptions.InvalidRequestException, match="already exists"):
        xray.create_sampling_rule(SamplingRule=RULE)
    time.sleep(0.01)
    changed = xray.update_sampling_rule(SamplingRuleUpdate={"RuleARN": arn, "FixedRate": 0.2})["SamplingRuleRecord"]
    assert changed["SamplingRule"] == made["SamplingRule"] | {"FixedRate": 0.2}
    assert changed["CreatedAt"] == made["CreatedAt"]
    xray.delete_sampling_rule(RuleName="acme")
    with pytest.raises(xray.exceptions.InvalidRequestException, match="does not exist"):
        xray.update_sampling_rule(SamplingRuleUpdate={"RuleName": "acme", "FixedRate": 0.2})


def test_a_rate_is_from_nothing_to_all(xray: Any) -> None:
    with pytest.raises(xray.exceptions.ClientError, match=r"FixedRate' .* less than or equal to 1"):
        xray.create_sampling_rule(SamplingRule=RULE | {"FixedRate": 1.5})


def test_traces_are_encrypted_with_a_key_that_exists(xray: Any, aws: Callable[..., Any]) -> None:
    assert xray.get_encryption_config()["EncryptionConfig"]["Type"] == "NONE"
    key = aws("kms").create_key()["KeyMetadata"]["Arn"]
    aws("kms").create_alias(AliasName="alias/traces", TargetKeyId=key)
    for name in (key, "alias/traces"):
        assert xray.put_encryption_config(Type="KMS", KeyId=name)["EncryptionConfig"]["KeyId"] == name
    for wrong in ({"Type": "KMS"}, {"Type": "NONE", "KeyId": key}, {"Type": "KMS", "KeyId": "alias/none"}):
        with pytest.raises(xray.exceptions.InvalidRequestException):
            xray.put_encryption_config(**wrong)
    assert xray.get_encryption_config()["EncryptionConfig"] == {
        "Type": "KMS",
        "KeyId": "alias/traces",
        "Status": "ACTIVE",
    }


def test_tags_are_added_and_taken_away(xray: Any) -> None:
    tags = [{"Key": "a", "Value": "1"}]
    group = xray.create_group(GroupName="acme", FilterExpression="", Tags=tags)["Group"]["GroupARN"]
    made = xray.create_sampling_rule(SamplingRule=RULE, Tags=tags)
    for arn in (group, made["SamplingRuleRecord"]["SamplingRule"]["RuleARN"]):
        xray.tag_resource(ResourceARN=arn, Tags=[{"Key": "b", "Value": "2"}])
        xray.untag_resource(ResourceARN=arn, TagKeys=["a"])
        assert xray.list_tags_for_resource(ResourceARN=arn)["Tags"] == [{"Key": "b", "Value": "2"}]
    with pytest.raises(xray.exceptions.ResourceNotFoundException):
        xray.list_tags_for_resource(ResourceARN=f"{group}x")


def test_traces_themselves_are_still_taken(xray: Any) -> None:
    segment: dict[str, Any] = {
        "name": "acme",
        "id": "70de5b6f19ff9a0a",
        "trace_id": "1-581cf771-a006649127e371903a2de979",
    }
    segment |= {"start_time": 1.0, "end_time": 2.0}
    assert xray.put_trace_segments(TraceSegmentDocuments=[json.dumps(segment)])["UnprocessedTraceSegments"] == []
