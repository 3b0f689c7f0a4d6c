"""What was asked of the stack, asserted with tftest on the real provider's plans of the shipped environments."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from generator.plans.iam_statements import statements
from generator.plans.plan import parse_plan
from generator.plans.planned import planned_stack

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    Plan = Any

pytestmark = [
    pytest.mark.terraform,
    pytest.mark.fleet,
]

NAMES = ("dev", "staging", "prod")
ACCOUNTS = {"dev": "111122223333", "staging": "222233334444", "prod": "333344445555"}
TAGGABLE = {"aws_s3_bucket", "aws_codebuild_project", "aws_iam_role", "aws_cloudwatch_log_group", "aws_kms_key"}


@pytest.fixture(params=NAMES)
def name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def planned(plan: Callable[[str], Plan], name: str) -> Plan:
    return plan(name)


def values(planned: Plan, module: str, resource: str) -> dict[str, Any]:
    found: dict[str, Any] = planned.modules[f"module.{module}"].resources[resource]["values"]
    return found


def project(planned: Plan) -> dict[str, Any]:
    return values(planned, "builds", 'aws_codebuild_project.this["main"]')


def policy(planned: Plan, address: str) -> dict[str, dict[str, Any]]:
    stack = planned_stack(parse_plan(planned))
    return {str(item.get("sid", "")): item for item in statements(stack.resources[address]) or []}


def resources(planned: Plan) -> Iterator[dict[str, Any]]:
    for module in planned.modules.values():
        yield from module.resources.values()


def test_the_artifact_bucket_is_versioned_by_a_resource_of_its_own(planned: Plan) -> None:
    versioning = values(planned, "artifacts", "aws_s3_bucket_versioning.this")
    assert versioning["versioning_configuration"][0]["status"] == "Enabled"
    assert not values(planned, "artifacts", "aws_s3_bucket.this").get("versioning")


def test_builds_run_on_node_18_and_on_an_image_that_carries_it(planned: Plan) -> None:
    buildspec = yaml.safe_load(project(planned)["source"][0]["buildspec"])
    assert buildspec["phases"]["install"]["runtime-versions"] == {"nodejs": "18"}
    assert project(planned)["environment"][0]["image"] == "aws/codebuild/amazonlinux-x86_64-standard:5.0"


def test_only_the_projects_of_this_account_may_assume_the_role(planned: Plan, name: str) -> None:
    (statement,) = policy(planned, 'module.access.aws_iam_role.this["main"]').values()
    assert statement["principals"] == {"Service": ["codebuild.amazonaws.com"]}
    assert statement["conditions"]["StringEquals"] == {"aws:SourceAccount": [ACCOUNTS[name]]}
    (project_arn,) = statement["conditions"]["ArnEquals"]["aws:SourceArn"]
    assert project_arn.endswith(f":{ACCOUNTS[name]}:project/nodejs-microservice-{name}-main")


def test_the_role_may_do_what_builds_need_and_nothing_else(planned: Plan, name: str) -> None:
    allowed = policy(planned, 'module.access.data.aws_iam_policy_document.builds["main"]')
    expected = {
        "WriteLogs": ["logs:CreateLogStream", "logs:PutLogEvents"],
        "ReadAndWriteArtifacts": ["s3:GetObject", "s3:GetObjectVersion", "s3:PutObject"],
        "FindArtifactBucket": ["s3:GetBucketAcl", "s3:GetBucketLocation"],
    }
    if name != "dev":
        expected["UseKey"] = ["kms:Decrypt", "kms:DescribeKey", "kms:GenerateDataKey"]
        expected["ReadParameters"] = ["ssm:GetParameters"]
    if name == "prod":
        expected["ReadSecrets"] = ["secretsmanager:GetSecretValue"]
    assert {sid: statement["actions"] for sid, statement in allowed.items()} == expected


def test_no_statement_of_the_role_has_a_wildcard(planned: Plan) -> None:
    for statement in policy(planned, 'module.access.data.aws_iam_policy_document.builds["main"]').values():
        assert not [action for action in statement["actions"] if "*" in action]
        assert "*" not in statement.get("resources", [])


def test_prod_is_bounded_and_reads_its_own_secrets_only(plan: Callable[[str], Plan]) -> None:
    prod = plan("prod")
    role = values(prod, "access", 'aws_iam_role.this["main"]')
    assert role["permissions_boundary"].endswith(":policy/build-boundary")
    secrets = policy(prod, 'module.access.data.aws_iam_policy_document.builds["main"]')["ReadSecrets"]["resources"]
    assert secrets == ["arn:aws:secretsmanager:eu-central-1:333344445555:secret:nodejs-microservice/signing-??????"]


def test_logs_expire_after_a_week(planned: Plan) -> None:
    assert values(planned, "logs", "aws_cloudwatch_log_group.this")["retention_in_days"] == 7


def test_builds_log_into_the_group_that_expires(planned: Plan) -> None:
    group = values(planned, "logs", "aws_cloudwatch_log_group.this")["name"]
    cloudwatch = project(planned)["logs_config"][0]["cloudwatch_logs"][0]
    assert (cloudwatch["status"], cloudwatch["group_name"]) == ("ENABLED", group)


def test_builds_end_after_15_minutes(planned: Plan) -> None:
    assert project(planned)["build_timeout"] == 15


def test_builds_run_on_small_compute_without_privileges(planned: Plan) -> None:
    environment = project(planned)["environment"][0]
    assert environment["compute_type"] == "BUILD_GENERAL1_SMALL"
    assert environment["privileged_mode"] is False


def test_everything_taggable_carries_its_environment(planned: Plan, name: str) -> None:
    tagged = [resource for resource in resources(planned) if resource.get("values", {}).get("tags_all") is not None]
    assert {resource["type"] for resource in tagged} >= TAGGABLE - ({"aws_kms_key"} if name == "dev" else set())
    required = {"Environment": name, "Stack": "nodejs-microservice", "Owner": "platform-team", "CostCenter": "1234"}
    for resource in tagged:
        assert required.items() <= resource["values"]["tags"].items(), resource["address"]


def test_outputs_name_what_was_made(planned: Plan, name: str) -> None:
    assert planned.outputs["artifact_bucket_name"] == f"nodejs-microservice-{name}-artifacts-{ACCOUNTS[name]}"
    assert planned.outputs["build_project_names"] == {"main": f"nodejs-microservice-{name}-main"}
    assert planned.outputs["log_group_name"] == f"/aws/codebuild/nodejs-microservice-{name}"
    assert {"artifact_bucket_arn", "build_project_arns", "build_role_arns"} <= set(planned.outputs)


def test_builds_read_the_repository_of_the_spec(planned: Plan, name: str) -> None:
    source = project(planned)["source"][0]
    assert (source["type"], source["location"]) == (
        "GITHUB",
        "https://github.com/acme-platform/nodejs-microservice",
    )
    assert project(planned)["source_version"] == {"dev": "develop", "staging": "main", "prod": "release"}[name]


def test_no_webhook_without_a_token(planned: Plan) -> None:
    types = {resource["type"] for resource in resources(planned)}
    assert not types & {"aws_codebuild_webhook", "aws_codebuild_source_credential"}


def test_the_artifact_bucket_is_encrypted(planned: Plan, name: str) -> None:
    (rule,) = values(planned, "artifacts", "aws_s3_bucket_server_side_encryption_configuration.this")["rule"]
    algorithm = rule["apply_server_side_encryption_by_default"][0]["sse_algorithm"]
    assert algorithm == ("AES256" if name == "dev" else "aws:kms")


def test_the_bucket_policy_denies_everything_without_tls(planned: Plan) -> None:
    statement = policy(planned, "module.artifacts.data.aws_iam_policy_document.bucket")["DenyInsecureTransport"]
    assert (statement["effect"], statement["actions"]) == ("Deny", ["s3:*"])
    assert statement["principals"] == {"*": ["*"]}
    assert statement["conditions"] == {"Bool": {"aws:SecureTransport": ["false"]}}


def test_the_bucket_is_closed_to_the_public(planned: Plan) -> None:
    block = values(planned, "artifacts", "aws_s3_bucket_public_access_block.this")
    assert {key for key, value in block.items() if value is True} >= {
        *("block_public_acls", "block_public_policy", "ignore_public_acls", "restrict_public_buckets"),
    }


def test_the_key_is_rotated_and_serves_this_log_group_alone(plan: Callable[[str], Plan]) -> None:
    for name in ("staging", "prod"):
        key = values(plan(name), "encryption", "aws_kms_key.this")
        assert key["enable_key_rotation"] is True
        by_logs = {item["Sid"]: item for item in json.loads(key["policy"])["Statement"]}["LogsUseKey"]
        ((group,),) = by_logs["Condition"]["ArnEquals"].values()
        assert group.endswith(f":{ACCOUNTS[name]}:log-group:/aws/codebuild/nodejs-microservice-{name}")
