"""The artifact bucket, its access logs, the builds' logs and the key, planned by the real provider in many variants."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from generator.plans.iam_statements import statements
from generator.readback.left_over import left_over
from generator.readback.read_back import read_back

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from generator.plans.planned import PlannedStack
    from generator.sandbox.control import SandboxInfo

    Fleet = Mapping[str, PlannedStack]

BASE = """\
stack: shop
class: dev
region: eu-west-1
account: "111122223333"
tags: {Owner: team, CostCenter: "1"}
source: {type: github, repository: https://github.com/acme-platform/shop}
builds: {main: {runtime: {nodejs: 22}}}
"""
VARIANTS = {
    "plain": "",
    "logged": "artifacts: {access_logs: {expire_after_days: 90}, eventbridge: true}",
    "named": "artifacts: {access_logs: {bucket: acme-access-logs}}",
    "kms": "encryption: {}\nartifacts: {encryption: kms, bucket_key: true, access_logs: {}}",
    "forever": "artifacts: {expire_after_days: null, archive_after_days: 30, archive_storage_class: DEEP_ARCHIVE}",
    "cached": """\
encryption: {}
artifacts: {encryption: kms, archive_after_days: 20, expire_after_days: 110}
source: {connection: {approved: true}}
builds:
  main: {phases: {build: [npm ci]}, cache: s3, cache_paths: [.npm/**/*], s3_logs: true}
  side: {runtime: {nodejs: 22}, cache: none}
pipeline: {builds: [[side]]}""",
    "masked": "logs: {mask_credentials: true}",
    "rare": "logs: {log_class: INFREQUENT_ACCESS, retention_days: 365}",
}


def resource(stack: PlannedStack, address: str) -> Mapping[str, Any]:
    return stack.resources[address].values


def by_sid(stack: PlannedStack, address: str) -> dict[str, dict[str, Any]]:
    return {item["sid"]: item for item in statements(stack.resources[address]) or []}


@pytest.fixture(scope="module")
def fleet(planned_fleet: Callable[[Mapping[str, str]], Fleet]) -> Fleet:
    return planned_fleet({"_base": BASE, **{name: f"extends: _base\n{text}\n" for name, text in VARIANTS.items()}})


@pytest.mark.terraform
class TestPlan:
    """What the real provider plans; one terraform for all of it."""

    def test_access_logs_go_into_a_closed_bucket_of_their_own(self, fleet: Fleet) -> None:
        stack, at = fleet["logged"], "module.artifacts.aws_s3_bucket"
        assert resource(stack, f"{at}.access_logs")["bucket"] == "shop-logged-access-logs-111122223333"
        assert stack.outputs["access_log_bucket_name"] == "shop-logged-access-logs-111122223333"
        for part in ("ownership_controls", "public_access_block", "versioning", "policy", "lifecycle_configuration"):
            assert f"{at}_{part}.access_logs" in stack.resources
        (rule,) = resource(stack, f"{at}_lifecycle_configuration.access_logs")["rule"]
        assert rule["expiration"][0]["days"] == 90
        encryption = resource(stack, f"{at}_server_side_encryption_configuration.access_logs")["rule"][0]
        assert encryption["apply_server_side_encryption_by_default"][0]["sse_algorithm"] == "AES256"
        form = resource(stack, f"{at}_logging.this")["target_object_key_format"][0]
        assert form["partitioned_prefix"][0]["partition_date_source"] == "EventTime"

    def test_only_the_logging_service_writes_access_logs_and_only_those_of_this_bucket(self, fleet: Fleet) -> None:
        allowed = by_sid(fleet["logged"], "module.artifacts.data.aws_iam_policy_document.access_logs")
        assert allowed["WriteAccessLogs"]["principals"] == {"Service": ["logging.s3.amazonaws.com"]}
        assert allowed["WriteAccessLogs"]["conditions"]["StringEquals"] == {"aws:SourceAccount": ["111122223333"]}
        assert set(allowed["WriteAccessLogs"]["conditions"]) == {"ArnEquals", "StringEquals"}
        assert allowed["DenyInsecureTransport"]["effect"] == "Deny"

    def test_the_log_bucket_has_the_name_of_the_spec(self, fleet: Fleet) -> None:
        assert resource(fleet["named"], "module.artifacts.aws_s3_bucket.access_logs")["bucket"] == "acme-access-logs"

    def test_without_access_logs_there_is_one_bucket(self, fleet: Fleet) -> None:
        buckets = [item.address for item in fleet["plain"].resources.values() if item.type == "aws_s3_bucket"]
        assert buckets == ["module.artifacts.aws_s3_bucket.this"]
        assert "access_log_bucket_name" not in fleet["plain"].outputs

    def test_eventbridge_is_told_only_where_the_spec_says_so(self, fleet: Fleet) -> None:
        address = "module.artifacts.aws_s3_bucket_notification.this"
        assert resource(fleet["logged"], address)["eventbridge"] is True
        assert address not in fleet["plain"].resources

    def test_keys_from_requests_are_refused_everywhere_and_other_keys_where_the_stack_has_one(
        self, fleet: Fleet
    ) -> None:
        address = "module.artifacts.data.aws_iam_policy_document.bucket"
        assert set(by_sid(fleet["plain"], address)) == {"DenyInsecureTransport", "DenyKeysFromRequests"}
        own = {"DenyOtherEncryption", "DenyOtherKeys"}
        assert set(by_sid(fleet["kms"], address)) - set(by_sid(fleet["plain"], address)) == own

    def test_an_archive_without_end_drops_what_is_left_of_deleted_objects(self, fleet: Fleet) -> None:
        rules = resource(fleet["forever"], "module.artifacts.aws_s3_bucket_lifecycle_configuration.this")["rule"]
        assert [rule["id"] for rule in rules] == ["tidy", "archive-main"]
        assert rules[0]["expiration"][0]["expired_object_delete_marker"] is True
        (move,) = rules[1]["transition"]
        assert (move["days"], move["storage_class"]) == (30, "DEEP_ARCHIVE")

    def test_nothing_is_archived_but_what_the_builds_make(self, fleet: Fleet) -> None:
        rules = resource(fleet["cached"], "module.artifacts.aws_s3_bucket_lifecycle_configuration.this")["rule"]
        moved = [[each["prefix"] for each in rule["filter"]] for rule in rules if rule["transition"]]
        # Neither caches nor what a pipeline passes on, which lies below shop-cached/.
        assert moved == [["main/"], ["side/"]]
        (cache,) = (rule for rule in rules if rule["id"] == "cache")
        assert [each["prefix"] for each in cache["filter"]] == ["_cache/"]
        assert cache["expiration"][0]["days"] == 30
        assert cache["noncurrent_version_expiration"][0]["noncurrent_days"] == 1

    def test_a_cache_lies_where_nothing_is_archived_and_is_the_builds_own(self, fleet: Fleet) -> None:
        stack, at = fleet["cached"], "module.builds.aws_codebuild_project.this"
        cache = resource(stack, f'{at}["main"]')["cache"][0]
        assert cache["location"] == "shop-cached-artifacts-111122223333/_cache/main"
        document = "module.access.data.aws_iam_policy_document.builds"
        assert "ReadAndWriteCache" in by_sid(stack, f'{document}["main"]')
        assert "ReadAndWriteCache" not in by_sid(stack, f'{document}["side"]')

    def test_an_expiry_needs_no_rule_for_delete_markers(self, fleet: Fleet) -> None:
        rules = resource(fleet["plain"], "module.artifacts.aws_s3_bucket_lifecycle_configuration.this")["rule"]
        assert not rules[0].get("expiration")

    def test_credentials_are_masked_only_where_the_spec_says_so(self, fleet: Fleet) -> None:
        address = "module.logs.data.aws_cloudwatch_log_data_protection_policy_document.mask"
        audit, mask = resource(fleet["masked"], address)["statement"]
        assert audit["data_identifiers"] == mask["data_identifiers"]
        assert "arn:aws:dataprotection::aws:data-identifier/AwsSecretKey" in mask["data_identifiers"]
        assert address not in fleet["plain"].resources

    def test_the_log_group_has_class_and_retention_of_the_spec(self, fleet: Fleet) -> None:
        group = resource(fleet["rare"], "module.logs.aws_cloudwatch_log_group.this")
        assert (group["log_group_class"], group["retention_in_days"]) == ("INFREQUENT_ACCESS", 365)


LIVE = """\
stack: shop
class: dev
region: us-east-1
account: "@ACCOUNT@"
tags: {Owner: team, CostCenter: "1"}
source: {type: github, repository: https://github.com/acme-platform/shop}
builds: {main: {runtime: {nodejs: 22}, phases: {build: [npm ci]}, cache: s3, cache_paths: [.npm/**/*], s3_logs: true}}
encryption: {}
artifacts: {encryption: kms, bucket_key: true, eventbridge: true, archive_after_days: 20, access_logs: {}}
logs: {mask_credentials: true}
"""


@pytest.mark.terraform
def test_everything_about_artifacts_and_logs_is_applied_read_back_changed_and_destroyed(
    sandbox: SandboxInfo, live_stack: Callable[..., Any], account: str, aws: Callable[..., Any]
) -> None:
    def differences() -> set[str]:
        checks = read_back(sandbox.endpoint, environment)
        return {f"{check.subject.removesuffix(f'-{account}')} {check.aspect}" for check in checks if not check.ok}

    environment, stack = live_stack(LIVE)
    stack.apply(stack.plan())
    assert differences() == set()
    assert not stack.plan().has_changes

    # What somebody changes by hand shows, and the next apply puts it back.
    s3, bucket = aws("s3"), environment.spec.stack + f"-live-artifacts-{account}"
    s3.put_bucket_logging(Bucket=bucket, BucketLoggingStatus={})
    s3.put_bucket_notification_configuration(Bucket=bucket, NotificationConfiguration={})
    s3.delete_bucket_policy(Bucket=f"shop-live-access-logs-{account}")
    aws("logs").delete_data_protection_policy(logGroupIdentifier="/aws/codebuild/shop-live")
    assert differences() == {
        "S3 bucket shop-live-artifacts access logs in",
        "S3 bucket shop-live-artifacts tells EventBridge",
        "S3 bucket shop-live-access-logs refuses plain HTTP, allows TLS",
        "S3 bucket shop-live-access-logs takes the logs of the artifact bucket, and no other",
        "Log group /aws/codebuild/shop-live masks",
    }

    changed = LIVE.replace("access_logs: {}", "access_logs: {expire_after_days: 30}").replace(
        "mask_credentials: true", ""
    )
    environment, stack = live_stack(changed)
    planned = stack.plan()
    assert not {one.address for one in planned.plan.resources if "delete" in one.actions and "create" in one.actions}
    stack.apply(planned)
    assert differences() == set()
    assert not stack.plan().has_changes

    stack.destroy()
    assert left_over(sandbox.endpoint, account, "us-east-1") == []
