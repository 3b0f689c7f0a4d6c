"""The read-back: what exists is compared with the spec, and every difference shows."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest

from generator.errors import SandboxError
from generator.model.builds.images import image_of
from generator.model.loading.load import load_environment
from generator.model.names import Names
from generator.parts.framework.stack import derive
from generator.readback.check import Check
from generator.readback.clients import Clients
from generator.readback.expectation import tag_map
from generator.readback.left_over import left_over
from generator.readback.need import looked_up
from generator.readback.read_back import read_back
from generator.readback.readiness import readiness
from generator.rendering.engine import TemplateEngine
from generator.rendering.render import render_stack
from generator.terraform.mode import Mode
from generator.terraform.stack import open_stack
from generator.workspace import Workspace

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from generator.model.loading.load import Environment
    from generator.sandbox.control import SandboxInfo

    Aws = Callable[..., Any]

SPEC = """
class: prod
artifacts: {{access_logs: null}}
stack: shop
region: us-east-1
account: "{account}"
tags: {{Owner: platform, CostCenter: "7"}}
required_tags: [Owner]
source: {{type: github, repository: https://github.com/acme-platform/shop, branch: release}}
builds:
  main:
    runtime: {{nodejs: 18}}
    timeout: 20m
    phases: {{build: [npm test]}}
    variables: {{STAGE: live}}
    secrets: {{TOKEN: {{parameter: /shop/token}}}}
  docs: {{runtime: {{python: "3.12"}}, buildspec: docs/buildspec.yml, cache: none}}
access: {{permissions_boundary: "arn:aws:iam::{account}:policy/boundary"}}
notifications: null
alarms: null
budget: null
"""


@pytest.fixture
def environment(workspace_of: Callable[..., Workspace], account: str) -> Environment:
    return load_environment(workspace_of({"live": SPEC.format(account=account)}), "live")


def wrong(endpoint: str, environment: Environment) -> set[str]:
    checks = read_back(endpoint, environment)
    return {f"{check.subject.split()[0]} {check.aspect}" for check in checks if not check.ok}


def test_a_check_holds_where_both_are_equal_and_tells_all_it_knows() -> None:
    check = Check("Log group /a", "retention (days)", 7, 14, "logs.retention_days")
    assert not check.ok
    assert Check("Log group /a", "retention (days)", 7, 7).ok
    assert check.as_dict() == {
        "subject": "Log group /a",
        "aspect": "retention (days)",
        "expected": 7,
        "found": 14,
        "ok": False,
        "spec_key": "logs.retention_days",
    }


def test_tags_are_read_in_every_spelling_that_aws_has() -> None:
    for tags in ([{"Key": "a", "Value": "b"}], [{"key": "a", "value": "b"}], [{"TagKey": "a", "TagValue": "b"}]):
        assert tag_map(tags) == {"a": "b"}
    assert tag_map(None) == {}


def test_where_nothing_exists_every_resource_is_missed(sandbox: SandboxInfo, environment: Environment) -> None:
    checks = read_back(sandbox.endpoint, environment)
    assert {(check.aspect, check.expected, check.found) for check in checks} == {("exists", True, False)}
    assert len(checks) == 7


@pytest.mark.thorough
def test_without_a_server_the_error_says_what_to_do(environment: Environment) -> None:
    with pytest.raises(SandboxError) as caught:
        read_back("http://127.0.0.1:9", environment)
    assert "sandbox status" in caught.value.hint
    with pytest.raises(SandboxError, match="no sandbox answers"):
        left_over("http://127.0.0.1:9", "111122223333", "us-east-1")


def test_without_boto3_the_error_says_how_to_install_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "boto3", None)
    with pytest.raises(SandboxError) as caught:
        Clients("us-east-1", "111122223333", "http://127.0.0.1:9").client("s3")
    assert "tfstencil[aws]" in caught.value.hint


@pytest.mark.thorough
def test_boto3_is_loaded_only_when_something_is_read_back(repository: Path) -> None:
    code = "import sys, generator.readback.read_back, generator.readback.left_over, generator.sandbox.control;"
    loaded = subprocess.run(
        [sys.executable, "-c", code + "print(sorted({'boto3', 'botocore', 'moto'} & set(sys.modules)))"],
        cwd=repository,
        capture_output=True,
        text=True,
        check=True,
    )
    assert loaded.stdout == "[]\n"


def make_key(aws: Aws, names: Names, tags: dict[str, str]) -> str:
    group = names.arn("logs", f"log-group:{next(iter(names.log_groups.values()))}")
    use = {
        "Effect": "Allow",
        "Principal": {"Service": f"logs.{names.region}.amazonaws.com"},
        "Action": ["kms:Encrypt*", "kms:Decrypt*", "kms:GenerateDataKey*"],
        "Resource": "*",
        "Condition": {"ArnEquals": {"kms:EncryptionContext:aws:logs:arn": group}},
    }
    kms, tagged = aws("kms"), [{"TagKey": key, "TagValue": value} for key, value in tags.items()]
    made = kms.create_key(Policy=json.dumps({"Statement": [use]}), Tags=tagged, BypassPolicyLockoutSafetyCheck=True)
    key = str(made["KeyMetadata"]["Arn"])
    kms.create_alias(AliasName=names.key_alias, TargetKeyId=key)
    kms.enable_key_rotation(KeyId=key, RotationPeriodInDays=365)
    return key


def make_bucket(aws: Aws, names: Names, key: str, tags: dict[str, str]) -> None:
    s3, arn = aws("s3"), f"arn:aws:s3:::{names.bucket}"
    deny: dict[str, Any] = {"Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": [arn, f"{arn}/*"]}
    deny |= {"Condition": {"Bool": {"aws:SecureTransport": "false"}}}
    default = {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": key}
    put: dict[str, Any] = deny | {"Action": "s3:PutObject", "Resource": f"{arn}/*"}
    header = "s3:x-amz-server-side-encryption"
    foreign = [
        put | {"Condition": {"Null": {f"{header}-customer-algorithm": "false"}}},
        put | {"Condition": {"Null": {header: "false"}, "StringNotEquals": {header: "aws:kms"}}},
        put
        | {
            "Condition": {
                "Null": {f"{header}-aws-kms-key-id": "false"},
                "StringNotEquals": {f"{header}-aws-kms-key-id": key},
            }
        },
    ]
    encryption = {"Rules": [{"ApplyServerSideEncryptionByDefault": default, "BucketKeyEnabled": True}]}
    everything = {"Status": "Enabled", "Filter": {"Prefix": ""}}
    archived = {"Status": "Enabled", "Transitions": [{"Days": 90, "StorageClass": "GLACIER"}]}
    rules = [
        everything | {"ID": "a", "AbortIncompleteMultipartUpload": {"DaysAfterInitiation": 7}},
        everything | {"ID": "b", "NoncurrentVersionExpiration": {"NoncurrentDays": 90}},
        *(archived | {"ID": f"c-{build}", "Filter": {"Prefix": f"{build}/"}} for build in ("docs", "main")),
        everything | {"ID": "d", "Expiration": {"Days": 730}},
    ]
    blocks = ("BlockPublicAcls", "BlockPublicPolicy", "IgnorePublicAcls", "RestrictPublicBuckets")
    s3.create_bucket(Bucket=names.bucket, ObjectOwnership="BucketOwnerEnforced")
    s3.put_bucket_versioning(Bucket=names.bucket, VersioningConfiguration={"Status": "Enabled"})
    s3.put_bucket_encryption(Bucket=names.bucket, ServerSideEncryptionConfiguration=encryption)
    s3.put_public_access_block(Bucket=names.bucket, PublicAccessBlockConfiguration=dict.fromkeys(blocks, True))
    s3.put_bucket_policy(Bucket=names.bucket, Policy=json.dumps({"Statement": [deny, *foreign]}))
    s3.put_bucket_lifecycle_configuration(Bucket=names.bucket, LifecycleConfiguration={"Rules": rules})
    listed = [{"Key": name, "Value": value} for name, value in tags.items()]
    s3.put_bucket_tagging(Bucket=names.bucket, Tagging={"TagSet": listed})


def allow(*actions: str, on: list[str]) -> dict[str, Any]:
    return {"Effect": "Allow", "Action": list(actions), "Resource": on}


def make_role(aws: Aws, names: Names, build: str, key: str, tags: dict[str, str]) -> None:
    iam = aws("iam")
    trust = {
        "Effect": "Allow",
        "Principal": {"Service": "codebuild.amazonaws.com"},
        "Action": "sts:AssumeRole",
        "Condition": {
            "StringEquals": {"aws:SourceAccount": names.account},
            "ArnEquals": {"aws:SourceArn": names.project_arn(build)},
        },
    }
    group = names.arn("logs", f"log-group:{next(iter(names.log_groups.values()))}:log-stream:{build}/*")
    statements = [
        allow("s3:GetObject", "s3:PutObject", on=[f"arn:aws:s3:::{names.bucket}/{build}/*"]),
        allow("logs:CreateLogStream", "logs:PutLogEvents", on=[group]),
        allow("kms:Decrypt", "kms:GenerateDataKey", on=[key]),
    ]
    if build == "main":
        statements.append(allow("ssm:GetParameters", on=[names.arn("ssm", "parameter/shop/token")]))
    iam.create_role(
        RoleName=names.role(build),
        AssumeRolePolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [trust]}),
        PermissionsBoundary=f"arn:aws:iam::{names.account}:policy/boundary",
        Tags=[{"Key": name, "Value": value} for name, value in tags.items()],
    )
    document = json.dumps({"Version": "2012-10-17", "Statement": statements})
    iam.put_role_policy(RoleName=names.role(build), PolicyName="build", PolicyDocument=document)


def make_projects(aws: Aws, names: Names, key: str, tags: dict[str, str]) -> None:
    buildspec = {
        "version": "0.2",
        "phases": {"install": {"runtime-versions": {"nodejs": "18"}}, "build": {"commands": ["npm test"]}},
        "artifacts": {"files": ["**/*"]},
    }
    source = {"type": "GITHUB", "location": "https://github.com/acme-platform/shop", "gitCloneDepth": 1}
    machine = {"type": "LINUX_CONTAINER", "computeType": "BUILD_GENERAL1_SMALL"}
    variables = [
        {"name": "STAGE", "value": "live"},
        {"name": "TOKEN", "value": "/shop/token", "type": "PARAMETER_STORE"},
    ]
    common: dict[str, Any] = {
        "sourceVersion": "release",
        "artifacts": {"type": "S3", "location": names.bucket},
        "encryptionKey": key,
        "logsConfig": {"cloudWatchLogs": {"status": "ENABLED", "groupName": next(iter(names.log_groups.values()))}},
        "tags": [{"key": name, "value": value} for name, value in tags.items()],
    }
    codebuild = aws("codebuild")
    codebuild.create_project(
        name="shop-live-main",
        timeoutInMinutes=20,
        serviceRole=names.global_arn("iam", f"role/{names.role('main')}"),
        source=source | {"buildspec": json.dumps(buildspec)},
        environment=machine
        | {"image": "aws/codebuild/amazonlinux-x86_64-standard:5.0", "environmentVariables": variables},
        cache={"type": "LOCAL", "modes": ["LOCAL_SOURCE_CACHE"]},
        **common,
    )
    codebuild.create_project(
        name="shop-live-docs",
        timeoutInMinutes=15,
        serviceRole=names.global_arn("iam", f"role/{names.role('docs')}"),
        source=source | {"buildspec": "docs/buildspec.yml"},
        environment=machine | {"image": "aws/codebuild/amazonlinux-x86_64-standard:6.0"},
        **common,
    )


@pytest.fixture
def made(environment: Environment, aws: Aws) -> Names:
    """Make by hand, through boto3, just what the spec asks for."""
    names = Names.of(environment.name, environment.spec)
    tags = {"Owner": "platform", "CostCenter": "7", "Environment": "live", "ManagedBy": "tfstencil", "Stack": "shop"}
    key = make_key(aws, names, tags)
    make_bucket(aws, names, key, tags)
    aws("logs").create_log_group(logGroupName=next(iter(names.log_groups.values())), kmsKeyId=key, tags=tags)
    aws("logs").put_retention_policy(logGroupName=next(iter(names.log_groups.values())), retentionInDays=7)
    for build in names.projects:
        make_role(aws, names, build, key, tags)
    make_projects(aws, names, key, tags)
    return names


def test_every_difference_shows_and_no_other(
    sandbox: SandboxInfo, environment: Environment, aws: Aws, made: Names
) -> None:
    assert wrong(sandbox.endpoint, environment) == set()
    s3, kms, logs, iam, codebuild = (aws(service) for service in ("s3", "kms", "logs", "iam", "codebuild"))
    bucket, project, image = (
        {"Bucket": made.bucket},
        # An update without tags takes them all away.
        {
            "name": "shop-live-main",
            "tags": codebuild.batch_get_projects(names=["shop-live-main"])["projects"][0]["tags"],
        },
        {"image": "aws/codebuild/standard:7.0"},
    )
    environment_of = codebuild.batch_get_projects(names=["shop-live-main"])["projects"][0]["environment"]
    wide = json.dumps({"Version": "2012-10-17", "Statement": [allow("*", on=["*"])]})
    open_trust = {"Effect": "Allow", "Principal": {"Service": "codebuild.amazonaws.com"}, "Action": "sts:AssumeRole"}
    trust = json.dumps({"Version": "2012-10-17", "Statement": [open_trust]})
    role = {"RoleName": made.role("main")}
    aes = {"Rules": [{"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}}]}
    acls_only = {"BlockPublicAcls": True, "IgnorePublicAcls": True}
    suspended = {"Status": "Suspended"}
    key = {"KeyId": kms.describe_key(KeyId=made.key_alias)["KeyMetadata"]["KeyId"]}
    elsewhere = {"type": "GITHUB", "location": "https://github.com/stranger/shop", "buildspec": "x"}
    tampered: list[tuple[Callable[..., Any], dict[str, Any], set[str]]] = [
        (s3.put_bucket_versioning, bucket | {"VersioningConfiguration": suspended}, {"S3 versioning"}),
        (
            s3.put_bucket_encryption,
            bucket | {"ServerSideEncryptionConfiguration": aes},
            {"S3 encryption", "S3 encryption key", "S3 bucket key"},
        ),
        (
            s3.put_public_access_block,
            bucket | {"PublicAccessBlockConfiguration": acls_only},
            {"S3 public access blocked"},
        ),
        (s3.delete_bucket_ownership_controls, bucket, {"S3 object ownership"}),
        (
            s3.delete_bucket_policy,
            bucket,
            {"S3 refuses plain HTTP, allows TLS", "S3 refuses keys that the stack does not own"},
        ),
        (
            s3.delete_bucket_lifecycle,
            bucket,
            {
                "S3 archived (below, after days, class)",
                "S3 expire after (days)",
                "S3 old versions expire after (days)",
                "S3 unfinished uploads end after (days)",
            },
        ),
        (s3.delete_bucket_tagging, bucket, {"S3 tags"}),
        (kms.enable_key_rotation, key | {"RotationPeriodInDays": 90}, {"KMS rotated every (days)"}),
        (kms.untag_resource, key | {"TagKeys": ["Owner"]}, {"KMS tags"}),
        (
            logs.put_retention_policy,
            {"logGroupName": next(iter(made.log_groups.values())), "retentionInDays": 14},
            {"Log retention (days)"},
        ),
        (logs.disassociate_kms_key, {"logGroupName": next(iter(made.log_groups.values()))}, {"Log encryption key"}),
        (
            iam.update_assume_role_policy,
            role | {"PolicyDocument": trust},
            {"IAM taken by others"},
        ),
        (iam.delete_role_permissions_boundary, role, {"IAM permissions boundary"}),
        (iam.delete_role_policy, role | {"PolicyName": "build"}, {"IAM may"}),
        (iam.untag_role, role | {"TagKeys": ["Stack"]}, {"IAM tags"}),
        (codebuild.update_project, project | {"timeoutInMinutes": 30}, {"CodeBuild build timeout (minutes)"}),
        (codebuild.update_project, project | {"queuedTimeoutInMinutes": 30}, {"CodeBuild queued timeout (minutes)"}),
        (codebuild.update_project, project | {"concurrentBuildLimit": 1}, {"CodeBuild concurrent builds"}),
        (codebuild.update_project, project | {"cache": {"type": "NO_CACHE"}}, {"CodeBuild cache"}),
        (codebuild.update_project, project | {"sourceVersion": "main"}, {"CodeBuild branch"}),
        (codebuild.update_project, project | {"environment": environment_of | image}, {"CodeBuild image"}),
        (
            codebuild.update_project,
            project | {"environment": environment_of | image | {"environmentVariables": [], "privilegedMode": True}},
            {"CodeBuild environment variables", "CodeBuild privileged mode"},
        ),
        (
            codebuild.update_project,
            project | {"source": elsewhere},
            {
                "CodeBuild repository",
                "CodeBuild clone depth",
                "CodeBuild commands",
                "CodeBuild runtime versions",
                "CodeBuild artifact files",
            },
        ),
        (codebuild.update_project, project | {"artifacts": {"type": "NO_ARTIFACTS"}}, {"CodeBuild artifacts in"}),
        (codebuild.update_project, project | {"logsConfig": {}}, {"CodeBuild logs to"}),
        (codebuild.update_project, project | {"tags": []}, {"CodeBuild tags"}),
        (codebuild.delete_project, {"name": "shop-live-main"}, {"CodeBuild exists"}),
    ]
    before: set[str] = set()
    for call, arguments, expected in tampered[:-1]:
        call(**arguments)
        after = wrong(sandbox.endpoint, environment)
        assert after - before == expected, arguments
        assert before <= after
        before = after
    # A role that may do anything may what is needed, and what is not.
    iam.put_role_policy(**role, PolicyName="wide", PolicyDocument=wide)
    assert wrong(sandbox.endpoint, environment) == (before - {"IAM may"}) | {"IAM may not"}
    codebuild.delete_project(name="shop-live-main")
    assert "CodeBuild exists" in wrong(sandbox.endpoint, environment)
    # Others refer to the key: it shows where they do.
    kms.delete_alias(AliasName=made.key_alias)
    assert {"KMS exists", "Log encryption key", "CodeBuild encryption key"} <= wrong(sandbox.endpoint, environment)


def test_the_spec_key_of_every_check_exists(sandbox: SandboxInfo, environment: Environment, made: Names) -> None:
    spec = environment.spec.model_dump(by_alias=True)
    for check in read_back(sandbox.endpoint, environment):
        value: Any = spec
        for part in filter(None, check.spec_key.split(".")):
            assert part in value, f"{check.subject}: {check.spec_key}"
            value = value[part]


def test_what_is_left_over_is_listed_by_kind_and_name(
    sandbox: SandboxInfo, account: str, aws: Aws, made: Names
) -> None:
    found = left_over(sandbox.endpoint, account, "us-east-1")
    kinds = [entry.rsplit(" ", 1)[0] for entry in found]
    assert kinds == [*["CodeBuild project"] * 2, *["IAM role"] * 2, "KMS alias", "KMS key", "S3 bucket", "log group"]
    assert f"S3 bucket {made.bucket}" in found
    aws("kms").schedule_key_deletion(KeyId=aws("kms").list_keys()["Keys"][0]["KeyId"])
    assert not any(entry.startswith("KMS key") for entry in left_over(sandbox.endpoint, account, "us-east-1"))


def test_what_a_part_of_a_workspace_leaves_over_is_listed(
    sandbox: SandboxInfo, account: str, aws: Aws, repository: Path
) -> None:
    catalog = type(load_environment(Workspace(repository / "examples"), "dev").spec).catalog
    made = aws("efs").create_file_system(CreationToken="left")["FileSystemId"]
    assert left_over(sandbox.endpoint, account, "us-east-1") == []
    assert left_over(sandbox.endpoint, account, "us-east-1", catalog) == [f"EFS file system {made}"]


def test_what_is_there_from_the_beginning_is_not_left_over(sandbox: SandboxInfo, account: str, aws: Aws) -> None:
    aws("ec2").describe_vpcs()
    assert left_over(sandbox.endpoint, account, "us-east-1") == []
    vpc = aws("ec2").create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    assert left_over(sandbox.endpoint, account, "us-east-1") == [f"VPC {vpc}"]


@pytest.mark.terraform
@pytest.mark.slow
def test_an_environment_is_applied_read_back_and_destroyed_without_a_trace(
    sandbox: SandboxInfo, environment: Environment, workspace_of: Callable[..., Workspace], account: str
) -> None:
    workspace = workspace_of({})
    for path, text in render_stack(TemplateEngine(workspace.template_folders), derive(environment)).items():
        file = workspace.modules_out / "live" / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    stack = open_stack(workspace, "live", Mode.SANDBOX, account=account, region="us-east-1", endpoint=sandbox.endpoint)
    stack.apply(stack.plan())
    assert [check for check in read_back(sandbox.endpoint, environment) if not check.ok] == []
    assert not stack.plan().has_changes
    stack.destroy()
    assert left_over(sandbox.endpoint, account, "us-east-1") == []


NEEDY = """
class: dev
stack: shop
region: us-east-1
account: "{account}"
tags: {{Owner: platform, CostCenter: "7"}}
source: {{type: github, repository: https://github.com/acme-platform/shop, connection: {{}}}}
builds:
  main:
    runtime: {{nodejs: 22}}
    secrets: {{TOKEN: {{parameter: /shop/token}}, KEY: {{secrets_manager: shop/key}}}}
  image:
    runtime: {{nodejs: 22}}
    image: {account}.dkr.ecr.us-east-1.amazonaws.com/tools:1.2
    secrets: {{TOKEN: {{parameter: /shop/token}}}}
  public: {{runtime: {{nodejs: 22}}, image: "docker.io/library/node:22", registry_credential: shop/hub}}
notifications: {{email: [builds@acme.example]}}
alarms: null
budget: null
"""


def test_what_builds_need_is_missed_and_found_again(
    sandbox: SandboxInfo, workspace_of: Callable[..., Workspace], aws: Aws, account: str
) -> None:
    environment = load_environment(workspace_of({"live": NEEDY.format(account=account)}), "live")
    names = Names.of("live", environment.spec)
    image = f"Image {account}.dkr.ecr.us-east-1.amazonaws.com/tools:1.2"
    before = {need.subject: need.state for need in readiness(sandbox.endpoint, environment)}
    assert before == {
        f"Connection {names.prefix}": "missing",
        "Parameter /shop/token": "missing",
        "Secret shop/key": "missing",
        "Secret shop/hub": "missing",
        f"Image {image_of(environment.spec.builds['main'])}": "ready",
        image: "missing",
        "Image docker.io/library/node:22": "unknown",
        "Subscription of builds@acme.example": "missing",
    }
    aws("ssm").put_parameter(Name="/shop/token", Value="x", Type="SecureString")
    aws("secretsmanager").create_secret(Name="shop/key", SecretString="x")
    aws("secretsmanager").create_secret(Name="shop/hub", SecretString="x")
    aws("secretsmanager").delete_secret(SecretId="shop/hub")
    aws("ecr").create_repository(repositoryName="tools")
    manifest = {"schemaVersion": 2, "mediaType": "application/vnd.docker.distribution.manifest.v2+json", "layers": []}
    aws("ecr").put_image(repositoryName="tools", imageTag="1.2", imageManifest=json.dumps(manifest))
    topic = aws("sns").create_topic(Name=names.topic)["TopicArn"]
    aws("sns").subscribe(TopicArn=topic, Protocol="email", Endpoint="builds@acme.example")
    aws("codeconnections").create_connection(ConnectionName=names.prefix, ProviderType="GitHub")
    found = {need.subject: need for need in readiness(sandbox.endpoint, environment)}
    assert {found[key].state for key in ("Parameter /shop/token", "Secret shop/key", image)} == {"ready"}
    assert found["Secret shop/hub"].found == "is about to be deleted"
    assert found[f"Connection {names.prefix}"].found == "is PENDING"
    assert found["Subscription of builds@acme.example"].state in {"ready", "missing"}


def test_what_may_not_be_looked_at_is_unknown_and_not_ready() -> None:
    def refuse() -> None:
        raise SandboxError("reading back failed: AccessDenied")

    need = looked_up("Secret a", "source", refuse, lambda _: "", "write it")
    assert need.state == "unknown"
    assert "AccessDenied" in need.found
