"""CodeBuild as the sandbox answers it, asked through boto3."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any
from urllib.request import Request, urlopen

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

if TYPE_CHECKING:
    from collections.abc import Callable

    from generator.sandbox.control import SandboxInfo

    Make = Callable[..., dict[str, Any]]

REPOSITORY = {"type": "GITHUB", "location": "https://github.com/acme/service.git"}
NOTHING = {"type": "NO_ARTIFACTS"}
SMALL = {"type": "LINUX_CONTAINER", "image": "aws/codebuild/standard:7.0", "computeType": "BUILD_GENERAL1_SMALL"}
LAMBDA = {"type": "LINUX_LAMBDA_CONTAINER", "image": "lambda:nodejs18", "computeType": "BUILD_LAMBDA_1GB"}


@pytest.fixture
def codebuild(aws: Callable[..., Any]) -> Any:
    return aws("codebuild")


@pytest.fixture
def role(aws: Callable[..., Any]) -> str:
    trust = {"Effect": "Allow", "Principal": {"Service": "codebuild.amazonaws.com"}, "Action": "sts:AssumeRole"}
    made = aws("iam").create_role(RoleName="builds", AssumeRolePolicyDocument=json.dumps({"Statement": [trust]}))
    return str(made["Role"]["Arn"])


@pytest.fixture
def make(codebuild: Any, role: str) -> Make:
    """Create a project that AWS would take, with the given differences."""

    def create(**different: Any) -> dict[str, Any]:
        asked = {"name": "demo", "source": REPOSITORY, "artifacts": NOTHING, "environment": SMALL, "serviceRole": role}
        project: dict[str, Any] = codebuild.create_project(**(asked | different))["project"]
        return project

    return create


def get(codebuild: Any, name: str = "demo") -> dict[str, Any]:
    found = codebuild.batch_get_projects(names=[name])["projects"]
    assert len(found) == 1
    return dict(found[0])


def test_a_client_that_lost_an_answer_gets_it_when_it_asks_again(make: Make, codebuild: Any) -> None:
    def ask_and_lose_the_answer(request: Any, **_: Any) -> None:
        headers = {key: value.decode() if isinstance(value, bytes) else value for key, value in request.headers.items()}
        urlopen(Request(request.url, request.body, headers, method="POST")).close()  # noqa: S310  # the sandbox

    codebuild.meta.events.register("before-send.codebuild.CreateProject", ask_and_lose_the_answer)
    assert make()["name"] == "demo"
    codebuild.meta.events.unregister("before-send.codebuild.CreateProject", ask_and_lose_the_answer)
    with pytest.raises(ClientError, match="ResourceAlreadyExistsException"):
        make()


def test_a_project_has_the_defaults_of_aws(make: Make, codebuild: Any, account: str) -> None:
    make()
    project = get(codebuild)
    assert (project["timeoutInMinutes"], project["queuedTimeoutInMinutes"]) == (60, 480)
    assert project["encryptionKey"] == f"arn:aws:kms:us-east-1:{account}:alias/aws/s3"
    assert project["cache"] == {"type": "NO_CACHE"}
    assert project["badge"] == {"badgeEnabled": False}
    assert project["environment"]["privilegedMode"] is False
    assert project["environment"]["imagePullCredentialsType"] == "CODEBUILD"
    assert project["environment"]["environmentVariables"] == []
    assert project["projectVisibility"] == "PRIVATE"
    assert "concurrentBuildLimit" not in project
    assert "vpcConfig" not in project


def test_everything_that_is_sent_is_kept(make: Make, codebuild: Any, role: str) -> None:
    sent: dict[str, Any] = {
        "description": "Tests",
        "sourceVersion": "main",
        "timeoutInMinutes": 15,
        "queuedTimeoutInMinutes": 30,
        "encryptionKey": "arn:aws:kms:us-east-1:111122223333:key/abc",
        "concurrentBuildLimit": 3,
        "secondarySources": [
            {"type": "S3", "location": "bucket/a.zip", "sourceIdentifier": "more", "insecureSsl": False}
        ],
        "secondarySourceVersions": [{"sourceIdentifier": "more", "sourceVersion": "1"}],
        "secondaryArtifacts": [{"type": "S3", "location": "bucket", "artifactIdentifier": "more", "name": "more"}],
        "artifacts": {"type": "S3", "location": "bucket", "path": "a", "namespaceType": "BUILD_ID", "packaging": "ZIP"},
        "cache": {"type": "LOCAL", "modes": ["LOCAL_SOURCE_CACHE"]},
        "vpcConfig": {"vpcId": "vpc-1", "subnets": ["subnet-1"], "securityGroupIds": ["sg-1"]},
        "logsConfig": {"cloudWatchLogs": {"status": "ENABLED", "groupName": "g", "streamName": "s"}},
        "fileSystemLocations": [{"type": "EFS", "location": "fs:/a", "mountPoint": "/mnt", "identifier": "fs"}],
        "buildBatchConfig": {"serviceRole": role, "timeoutInMins": 60, "combineArtifacts": True},
        "tags": [{"key": "Owner", "value": "Ünïcode + Co"}],
    }
    make(**sent)
    project = get(codebuild)
    assert {key: project[key] for key in sent} == sent


def test_a_badge_has_an_address(make: Make, codebuild: Any) -> None:
    make(badgeEnabled=True)
    badge = get(codebuild)["badge"]
    assert badge["badgeEnabled"] is True
    assert badge["badgeRequestUrl"].startswith("https://codebuild.us-east-1.amazonaws.com/badges?")
    codebuild.update_project(name="demo", badgeEnabled=False)
    assert get(codebuild)["badge"] == {"badgeEnabled": False}


def test_an_update_changes_the_fields_that_are_sent_and_no_other(make: Make, codebuild: Any) -> None:
    make(description="before", timeoutInMinutes=15, concurrentBuildLimit=2, tags=[{"key": "a", "value": "b"}])
    before = get(codebuild)
    codebuild.update_project(name="demo", timeoutInMinutes=30)
    after = get(codebuild)
    assert after["timeoutInMinutes"] == 30
    unchanged = before.keys() - {"timeoutInMinutes", "lastModified", "tags"}
    assert {key: after[key] for key in unchanged} == {key: before[key] for key in unchanged}
    assert after["lastModified"] > before["lastModified"]


def test_the_tags_of_an_update_are_all_the_tags(make: Make, codebuild: Any) -> None:
    make(tags=[{"key": "a", "value": "b"}])
    codebuild.update_project(name="demo", tags=[{"key": "c", "value": "d"}])
    assert get(codebuild)["tags"] == [{"key": "c", "value": "d"}]
    codebuild.update_project(name="demo", description="none sent, none left")
    assert get(codebuild)["tags"] == []


def test_an_update_can_name_the_project_by_its_arn(make: Make, codebuild: Any) -> None:
    arn = make()["arn"]
    codebuild.update_project(name=arn, description="new")
    assert get(codebuild, arn)["description"] == "new"
    assert get(codebuild)["name"] == "demo"


@pytest.mark.parametrize(
    ("field", "set_to", "emptied_by"),
    [
        ("concurrentBuildLimit", 2, -1),
        ("vpcConfig", {"vpcId": "vpc-1", "subnets": ["s"], "securityGroupIds": ["g"]}, {}),
        ("buildBatchConfig", {"timeoutInMins": 60}, {}),
        ("description", "something", ""),
        ("sourceVersion", "main", ""),
        ("fileSystemLocations", [{"type": "EFS", "location": "fs:/", "mountPoint": "/m", "identifier": "f"}], []),
        ("secondarySourceVersions", [{"sourceIdentifier": "a", "sourceVersion": "1"}], []),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_an_empty_value_removes_the_field(make: Make, codebuild: Any, field: str, set_to: Any, emptied_by: Any) -> None:
    make(**{field: set_to})
    assert field in get(codebuild)
    codebuild.update_project(name="demo", **{field: emptied_by})
    assert field not in get(codebuild)


def test_an_update_that_is_refused_changes_nothing(make: Make, codebuild: Any) -> None:
    make(description="before")
    with pytest.raises(ClientError, match="requires a buildspec"):
        codebuild.update_project(name="demo", description="after", source={"type": "NO_SOURCE"})
    assert get(codebuild)["description"] == "before"


def test_a_project_that_does_not_exist_cannot_be_updated(codebuild: Any) -> None:
    with pytest.raises(codebuild.exceptions.ResourceNotFoundException, match="project/missing"):
        codebuild.update_project(name="missing", description="x")


@pytest.mark.parametrize("by", ["arn", "name"])
def test_a_project_is_deleted_by_its_arn_and_by_its_name(make: Make, codebuild: Any, by: str) -> None:
    codebuild.delete_project(name=make()[by])
    assert codebuild.list_projects()["projects"] == []
    assert codebuild.batch_get_projects(names=["demo"])["projectsNotFound"] == ["demo"]


def test_deleting_what_is_not_there_is_no_error(codebuild: Any) -> None:
    codebuild.delete_project(name="missing")


def test_a_name_cannot_be_used_twice(make: Make, codebuild: Any) -> None:
    make()
    with pytest.raises(codebuild.exceptions.ResourceAlreadyExistsException, match="already exists"):
        make()


def test_projects_of_another_region_are_others(make: Make, aws: Callable[..., Any]) -> None:
    make()
    assert aws("codebuild", region="eu-central-1").list_projects()["projects"] == []


@pytest.mark.parametrize(
    ("different", "message"),
    [
        ({"name": "a b"}, "failed to satisfy constraint|Only alphanumeric"),
        ({"source": {"type": "GITHUB"}}, "location is required"),
        ({"source": {"type": "NO_SOURCE"}}, "requires a buildspec"),
        ({"source": {"type": "NO_SOURCE", "buildspec": "x", "location": "y"}}, "null location"),
        ({"source": {"type": "CVS", "location": "x"}}, r"'CVS' at 'source.type' .* enum value set: .*GITHUB"),
        ({"artifacts": {"type": "S3"}}, "location is required for artifact type S3"),
        ({"artifacts": {"type": "NO_ARTIFACTS", "location": "x"}}, "null location"),
        ({"artifacts": {"type": "CODEPIPELINE"}}, "both be of type CODEPIPELINE"),
        ({"cache": {"type": "LOCAL"}}, "at least one mode"),
        ({"cache": {"type": "S3"}}, "location is required for cache"),
        ({"timeoutInMinutes": 4}, "'timeoutInMinutes' .* greater than or equal to 5"),
        ({"timeoutInMinutes": 2161}, "'timeoutInMinutes' .* less than or equal to 2160"),
        ({"queuedTimeoutInMinutes": 481}, "less than or equal to 480"),
        ({"secondarySources": [REPOSITORY]}, "source identifier is required"),
        ({"secondaryArtifacts": [{"type": "S3", "location": "b"}]}, "artifact identifier is required"),
        ({"environment": SMALL | {"computeType": "BUILD_LAMBDA_1GB"}}, "not available for environment type"),
        ({"environment": LAMBDA | {"computeType": "BUILD_GENERAL1_SMALL"}}, "not available for environment type"),
        ({"environment": SMALL | {"type": "LINUX_GPU_CONTAINER", "computeType": "BUILD_GENERAL1_MEDIUM"}}, "GPU"),
        ({"environment": SMALL | {"type": "LINUX_EC2"}}, "requires a fleet"),
        ({"environment": LAMBDA | {"privilegedMode": True}}, "does not support privileged mode"),
        ({"environment": LAMBDA, "cache": {"type": "LOCAL", "modes": ["LOCAL_SOURCE_CACHE"]}}, "support a cache"),
        ({"environment": LAMBDA, "vpcConfig": {"vpcId": "v", "subnets": ["s"]}}, "does not support a VPC"),
        ({"environment": SMALL | {"environmentVariables": [{"name": "A", "value": "1"}] * 2}}, "Duplicate .* A"),
        ({"tags": [{"key": str(number), "value": "v"} for number in range(51)]}, "less than or equal to 50"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_aws_refuses_is_refused(
    sandbox: SandboxInfo, account: str, role: str, different: dict[str, Any], message: str
) -> None:
    codebuild = boto3.client(
        "codebuild",
        endpoint_url=sandbox.endpoint,
        region_name="us-east-1",
        aws_access_key_id=account,
        aws_secret_access_key="x",
        # boto3 knows some of the limits itself; the provider does not.
        config=Config(parameter_validation=False),
    )
    asked = {"name": "demo", "source": REPOSITORY, "artifacts": NOTHING, "environment": SMALL, "serviceRole": role}
    with pytest.raises(ClientError, match=message) as caught:
        codebuild.create_project(**(asked | different))
    assert caught.value.response["Error"]["Code"] in {"InvalidInputException", "ValidationException"}
    assert codebuild.list_projects()["projects"] == []


@pytest.mark.parametrize(
    "environment",
    [
        SMALL | {"computeType": "BUILD_GENERAL1_XLARGE"},
        SMALL | {"type": "ARM_CONTAINER", "computeType": "BUILD_GENERAL1_LARGE"},
        SMALL | {"type": "WINDOWS_SERVER_2022_CONTAINER", "computeType": "BUILD_GENERAL1_MEDIUM"},
        LAMBDA,
        LAMBDA | {"type": "ARM_LAMBDA_CONTAINER", "computeType": "BUILD_LAMBDA_10GB"},
    ],
    ids=lambda environment: f"{environment['type']} {environment['computeType']}",
)
def test_every_kind_of_machine_that_aws_has_can_be_asked_for(
    make: Make, codebuild: Any, environment: dict[str, Any]
) -> None:
    make(environment=environment)
    assert get(codebuild)["environment"]["type"] == environment["type"]


def test_sources_without_a_place_can_be_asked_for(make: Make) -> None:
    make(name="inline", source={"type": "NO_SOURCE", "buildspec": "version: 0.2"})
    make(name="pipeline", source={"type": "CODEPIPELINE"}, artifacts={"type": "CODEPIPELINE"})


def test_the_role_must_exist_and_let_codebuild_take_it_for_this_project(
    make: Make, aws: Callable[..., Any], account: str
) -> None:
    def trust(project: str) -> str:
        condition = {
            "StringEquals": {"aws:SourceAccount": account},
            "ArnLike": {"aws:SourceArn": f"arn:aws:codebuild:us-east-1:{account}:project/{project}"},
        }
        principal = {"Service": "codebuild.amazonaws.com"}
        statement = {"Effect": "Allow", "Principal": principal, "Action": "sts:AssumeRole", "Condition": condition}
        return json.dumps({"Version": "2012-10-17", "Statement": [statement]})

    other = f"arn:aws:iam::{account}:role/other"
    with pytest.raises(ClientError, match="not authorized to perform: sts:AssumeRole"):
        make(serviceRole=other)
    aws("iam").create_role(RoleName="other", AssumeRolePolicyDocument=trust("stranger-*"))
    with pytest.raises(ClientError, match="not authorized to perform: sts:AssumeRole"):
        make(serviceRole=other)
    aws("iam").update_assume_role_policy(RoleName="other", PolicyDocument=trust("de*"))
    make(serviceRole=other)


def test_the_role_of_another_account_is_refused(make: Make) -> None:
    with pytest.raises(ClientError, match="does not match caller's account"):
        make(serviceRole="arn:aws:iam::999999999999:role/builds")


def test_a_public_project_has_an_alias_until_it_is_private_again(make: Make, codebuild: Any, role: str) -> None:
    arn = make()["arn"]
    codebuild.update_project_visibility(projectArn=arn, projectVisibility="PUBLIC_READ", resourceAccessRole=role)
    public = get(codebuild)
    assert public["projectVisibility"] == "PUBLIC_READ"
    assert public["publicProjectAlias"]
    assert public["resourceAccessRole"] == role
    codebuild.update_project_visibility(projectArn=arn, projectVisibility="PRIVATE")
    assert "publicProjectAlias" not in get(codebuild)


def test_builds_can_still_be_started_and_looked_at(make: Make, codebuild: Any) -> None:
    make()
    build = codebuild.start_build(projectName="demo")["build"]["id"]
    assert codebuild.list_builds_for_project(projectName="demo")["ids"] == [build]
    assert codebuild.batch_get_builds(ids=[build])["builds"][0]["buildStatus"] == "SUCCEEDED"


PUSH = [[{"type": "EVENT", "pattern": "PUSH"}, {"type": "HEAD_REF", "pattern": "^refs/heads/main$"}]]


def kept(groups: list[list[dict[str, Any]]]) -> list[list[dict[str, Any]]]:
    return [[{"excludeMatchedPattern": False} | entry for entry in group] for group in groups]


def test_a_webhook_needs_a_credential_or_a_connection(make: Make, codebuild: Any) -> None:
    make()
    missing = "Could not find access token for server type github"
    with pytest.raises(codebuild.exceptions.ResourceNotFoundException, match=missing):
        codebuild.create_webhook(projectName="demo", filterGroups=PUSH)
    codebuild.import_source_credentials(token="t", serverType="BITBUCKET", authType="OAUTH")
    with pytest.raises(codebuild.exceptions.ResourceNotFoundException, match=missing):
        codebuild.create_webhook(projectName="demo", filterGroups=PUSH)
    codebuild.import_source_credentials(token="t", serverType="GITHUB", authType="PERSONAL_ACCESS_TOKEN")
    hook = codebuild.create_webhook(projectName="demo", filterGroups=PUSH)["webhook"]
    assert hook["url"].startswith("https://api.github.com/repos/acme/service/hooks/")
    assert get(codebuild)["webhook"]["filterGroups"] == kept(PUSH)


@pytest.mark.parametrize(
    ("kind", "location", "address"),
    [
        (
            "BITBUCKET",
            "https://bitbucket.org/acme/service.git",
            "https://api.bitbucket.org/2.0/repositories/acme/service/",
        ),
        ("GITLAB", "https://gitlab.com/acme/service", "https://gitlab.com/api/v4/projects/acme/service/"),
        ("GITLAB_SELF_MANAGED", "https://git.acme.example/a/b", "https://git.acme.example/api/v4/projects/a/b/"),
    ],
)
def test_a_webhook_of_another_server_needs_the_credential_of_that_server(
    make: Make, codebuild: Any, kind: str, location: str, address: str
) -> None:
    make(source={"type": kind, "location": location})
    with pytest.raises(codebuild.exceptions.ResourceNotFoundException, match=f"server type {kind.lower()}$"):
        codebuild.create_webhook(projectName="demo")
    codebuild.import_source_credentials(token="t", serverType=kind, authType="PERSONAL_ACCESS_TOKEN")
    assert codebuild.create_webhook(projectName="demo")["webhook"]["url"].startswith(address)


def test_a_webhook_of_github_enterprise_is_entered_there_with_its_secret(make: Make, codebuild: Any) -> None:
    make(source={"type": "GITHUB_ENTERPRISE", "location": "https://ghe.acme.example/acme/service"})
    codebuild.import_source_credentials(token="t", serverType="GITHUB_ENTERPRISE", authType="PERSONAL_ACCESS_TOKEN")
    hook = codebuild.create_webhook(projectName="demo")["webhook"]
    assert hook["secret"]
    assert hook["payloadUrl"].startswith("https://codebuild.us-east-1.amazonaws.com/webhooks?")
    assert "url" not in hook


def test_a_connection_of_the_source_is_enough_for_a_webhook(make: Make, codebuild: Any) -> None:
    connection = "arn:aws:codeconnections:us-east-1:111122223333:connection/abc"
    make(source=REPOSITORY | {"auth": {"type": "CODECONNECTIONS", "resource": connection}})
    codebuild.create_webhook(projectName="demo")
    assert "buildType" not in get(codebuild)["webhook"]


def test_a_webhook_is_changed_and_deleted(make: Make, codebuild: Any) -> None:
    make()
    codebuild.import_source_credentials(token="t", serverType="GITHUB", authType="PERSONAL_ACCESS_TOKEN")
    codebuild.create_webhook(projectName="demo", filterGroups=PUSH)
    with pytest.raises(codebuild.exceptions.ResourceAlreadyExistsException):
        codebuild.create_webhook(projectName="demo")
    tag = [[{"type": "EVENT", "pattern": "RELEASED"}]]
    codebuild.update_webhook(projectName="demo", filterGroups=tag, buildType="BUILD_BATCH")
    hook = get(codebuild)["webhook"]
    assert (hook["filterGroups"], hook["buildType"]) == (kept(tag), "BUILD_BATCH")
    codebuild.update_project(name="demo", description="a webhook survives this")
    assert "webhook" in get(codebuild)
    codebuild.delete_webhook(projectName="demo")
    assert "webhook" not in get(codebuild)
    with pytest.raises(codebuild.exceptions.ResourceNotFoundException):
        codebuild.delete_webhook(projectName="demo")


def test_a_webhook_that_is_entered_by_hand_shows_its_secret(make: Make, codebuild: Any) -> None:
    make()
    hook = codebuild.create_webhook(projectName="demo", manualCreation=True)["webhook"]
    assert hook["secret"]
    rotated = codebuild.update_webhook(projectName="demo", rotateSecret=True)["webhook"]
    assert rotated["secret"] != hook["secret"]


@pytest.mark.parametrize(
    ("groups", "message"),
    [
        ([[{"type": "EVENT", "pattern": "PUSH"}, {"type": "HEAD_REF", "pattern": "["}]], "Invalid regex"),
        ([[{"type": "HEAD_REF", "pattern": "main"}]], "at least one EVENT"),
        ([[{"type": "EVENT", "pattern": "PUSH, PULL"}]], "'PULL' is not an event"),
        ([[{"type": "WEATHER", "pattern": "rain"}]], "enum value set"),
    ],
    ids=["a broken regular expression", "a group without events", "an unknown event", "an unknown kind of filter"],
)
def test_wrong_filters_are_refused(make: Make, codebuild: Any, groups: Any, message: str) -> None:
    make(source=REPOSITORY | {"auth": {"type": "CODECONNECTIONS", "resource": "arn:x"}})
    with pytest.raises(ClientError, match=message):
        codebuild.create_webhook(projectName="demo", filterGroups=groups)


def test_a_project_without_repository_has_webhooks_of_buildkite_only(make: Make, codebuild: Any) -> None:
    make(source={"type": "NO_SOURCE", "buildspec": ""})
    with pytest.raises(ClientError, match="not supported for source type NO_SOURCE"):
        codebuild.create_webhook(projectName="demo")
    hook = codebuild.create_webhook(projectName="demo", buildType="RUNNER_BUILDKITE_BUILD")["webhook"]
    assert hook["secret"]
    make(name="other")
    with pytest.raises(ClientError, match="RUNNER_BUILDKITE_BUILD are not supported for source type GITHUB"):
        codebuild.create_webhook(projectName="other", buildType="RUNNER_BUILDKITE_BUILD", manualCreation=True)


def test_the_webhook_of_an_organisation_keeps_its_scope(make: Make, codebuild: Any) -> None:
    make(source=REPOSITORY | {"location": "CODEBUILD_DEFAULT_WEBHOOK_SOURCE_LOCATION"})
    codebuild.import_source_credentials(token="t", serverType="GITHUB", authType="PERSONAL_ACCESS_TOKEN")
    scope = {"name": "acme", "scope": "GITHUB_ORGANIZATION"}
    codebuild.create_webhook(projectName="demo", scopeConfiguration=scope)
    assert get(codebuild)["webhook"]["scopeConfiguration"] == scope


def test_there_is_one_credential_a_server_and_its_secret_is_never_told(codebuild: Any, account: str) -> None:
    arn = codebuild.import_source_credentials(token="s3cret", serverType="GITHUB", authType="OAUTH")["arn"]
    assert arn == f"arn:aws:codebuild:us-east-1:{account}:token/github"
    with pytest.raises(codebuild.exceptions.ResourceAlreadyExistsException):
        codebuild.import_source_credentials(token="x", serverType="GITHUB", authType="OAUTH", shouldOverwrite=False)
    listed = codebuild.list_source_credentials()["sourceCredentialsInfos"]
    assert listed == [{"arn": arn, "serverType": "GITHUB", "authType": "OAUTH"}]
    codebuild.delete_source_credentials(arn=arn)
    assert codebuild.list_source_credentials()["sourceCredentialsInfos"] == []
    with pytest.raises(codebuild.exceptions.ResourceNotFoundException):
        codebuild.delete_source_credentials(arn=arn)


def test_a_name_and_a_password_need_the_name(codebuild: Any) -> None:
    with pytest.raises(ClientError, match="Username is required"):
        codebuild.import_source_credentials(token="t", serverType="BITBUCKET", authType="BASIC_AUTH")


def test_a_report_group_is_made_changed_and_deleted(codebuild: Any) -> None:
    nowhere = {"exportConfigType": "NO_EXPORT"}
    arn = codebuild.create_report_group(name="unit", type="TEST", exportConfig=nowhere)["reportGroup"]["arn"]
    with pytest.raises(codebuild.exceptions.ResourceAlreadyExistsException):
        codebuild.create_report_group(name="unit", type="TEST", exportConfig=nowhere)
    bucket = {"exportConfigType": "S3", "s3Destination": {"bucket": "reports", "packaging": "ZIP"}}
    codebuild.update_report_group(arn=arn, exportConfig=bucket, tags=[{"key": "a", "value": "b"}])
    group = codebuild.batch_get_report_groups(reportGroupArns=[arn, "arn:none"])
    assert group["reportGroups"][0]["exportConfig"] == bucket
    assert group["reportGroups"][0]["tags"] == [{"key": "a", "value": "b"}]
    assert group["reportGroupsNotFound"] == ["arn:none"]
    assert codebuild.list_reports_for_report_group(reportGroupArn=arn)["reports"] == []
    codebuild.delete_report_group(arn=arn, deleteReports=True)
    assert codebuild.list_report_groups()["reportGroups"] == []
    with pytest.raises(codebuild.exceptions.ResourceNotFoundException):
        codebuild.update_report_group(arn=arn, exportConfig=nowhere)


FLEET = {"computeType": "BUILD_GENERAL1_SMALL", "environmentType": "LINUX_CONTAINER", "baseCapacity": 1}


def test_a_fleet_is_made_changed_and_deleted(codebuild: Any) -> None:
    scaling = {"scalingType": "TARGET_TRACKING_SCALING", "maxCapacity": 3}
    arn = codebuild.create_fleet(name="fleet", scalingConfiguration=scaling, **FLEET)["fleet"]["arn"]
    with pytest.raises(codebuild.exceptions.ResourceAlreadyExistsException):
        codebuild.create_fleet(name="fleet", **FLEET)
    found = codebuild.batch_get_fleets(names=[arn, "none"])
    assert found["fleets"][0]["scalingConfiguration"] == scaling | {"desiredCapacity": 1}
    assert found["fleetsNotFound"] == ["none"]
    codebuild.update_fleet(arn=arn, baseCapacity=2, scalingConfiguration={})
    fleet = codebuild.batch_get_fleets(names=["fleet"])["fleets"][0]
    assert (fleet["baseCapacity"], fleet["overflowBehavior"], fleet["status"]["statusCode"]) == (2, "QUEUE", "ACTIVE")
    assert "scalingConfiguration" not in fleet
    codebuild.delete_fleet(arn=arn)
    assert codebuild.list_fleets()["fleets"] == []
    with pytest.raises(codebuild.exceptions.ResourceNotFoundException):
        codebuild.update_fleet(arn=arn, baseCapacity=3)


@pytest.mark.parametrize(
    ("different", "message"),
    [
        ({"environmentType": "LINUX_LAMBDA_CONTAINER", "computeType": "BUILD_LAMBDA_1GB"}, "not available"),
        ({"baseCapacity": 0}, "at least 1"),
        ({"scalingConfiguration": {"maxCapacity": 1}}, "greater than the base capacity"),
        ({"computeType": "ATTRIBUTE_BASED_COMPUTE"}, "configuration is required"),
    ],
    ids=["Lambda", "no machine", "a maximum that is no more", "a size without its attributes"],
)
def test_a_fleet_that_aws_would_refuse_is_refused(codebuild: Any, different: dict[str, Any], message: str) -> None:
    with pytest.raises(codebuild.exceptions.InvalidInputException, match=message):
        codebuild.create_fleet(name="fleet", **(FLEET | different))


def test_reports_can_be_exported_to_a_bucket_only(codebuild: Any) -> None:
    with pytest.raises(ClientError, match="a bucket is required"):
        codebuild.create_report_group(name="unit", type="TEST", exportConfig={"exportConfigType": "S3"})


def test_a_resource_policy_is_kept_until_it_is_deleted(make: Make, codebuild: Any) -> None:
    arn = make()["arn"]
    codebuild.put_resource_policy(resourceArn=arn, policy="{}")
    assert codebuild.get_resource_policy(resourceArn=arn)["policy"] == "{}"
    codebuild.delete_resource_policy(resourceArn=arn)
    with pytest.raises(codebuild.exceptions.ResourceNotFoundException):
        codebuild.get_resource_policy(resourceArn=arn)


def test_a_resource_policy_goes_with_what_it_is_for(make: Make, codebuild: Any) -> None:
    arn = make()["arn"]
    codebuild.put_resource_policy(resourceArn=arn, policy="{}")
    codebuild.delete_project(name=arn)
    with pytest.raises(codebuild.exceptions.ResourceNotFoundException):
        codebuild.get_resource_policy(resourceArn=arn)
    with pytest.raises(codebuild.exceptions.ResourceNotFoundException):
        codebuild.put_resource_policy(resourceArn=arn, policy="{}")


def test_a_resource_policy_that_is_no_json_is_refused(make: Make, codebuild: Any) -> None:
    with pytest.raises(codebuild.exceptions.InvalidInputException, match="JSON"):
        codebuild.put_resource_policy(resourceArn=make()["arn"], policy="{")


def test_a_batch_is_started_only_where_the_project_says_how_and_goes_with_it(
    make: Make, codebuild: Any, role: str, account: str
) -> None:
    make()
    with pytest.raises(ClientError, match="no batch configuration"):
        codebuild.start_build_batch(projectName="demo")
    codebuild.update_project(name="demo", buildBatchConfig={"serviceRole": role, "timeoutInMins": 30})
    first, second = (codebuild.start_build_batch(projectName="demo")["buildBatch"] for _ in range(2))
    assert first["arn"] == f"arn:aws:codebuild:us-east-1:{account}:build-batch/{first['id']}"
    assert first["buildBatchConfig"]["timeoutInMins"] == 30
    assert codebuild.list_build_batches_for_project(projectName="demo")["ids"] == [second["id"], first["id"]]
    answer = codebuild.batch_get_build_batches(ids=[first["arn"], "demo:none"])
    assert ([each["id"] for each in answer["buildBatches"]], answer["buildBatchesNotFound"]) == (
        [first["id"]],
        ["demo:none"],
    )
    codebuild.delete_project(name="demo")
    assert codebuild.list_build_batches()["ids"] == []
    with pytest.raises(ClientError, match="Project cannot be found"):
        codebuild.start_build_batch(projectName="demo")


@pytest.mark.parametrize(
    "machine",
    [
        {"computeType": "BUILD_GENERAL1_2XLARGE"},
        {"type": "ARM_CONTAINER", "computeType": "BUILD_GENERAL1_2XLARGE"},
        {"type": "LINUX_GPU_CONTAINER"},
    ],
)
def test_the_largest_machines_and_those_with_a_gpu_have_no_local_cache(make: Make, machine: dict[str, str]) -> None:
    local = {"type": "LOCAL", "modes": ["LOCAL_SOURCE_CACHE"]}
    with pytest.raises(ClientError, match="cache type LOCAL is not supported for"):
        make(environment=SMALL | machine, cache=local)
    make(environment=SMALL | machine, cache={"type": "S3", "location": "bucket/cache"})


def test_a_buildspec_has_25600_bytes(make: Make) -> None:
    with pytest.raises(ClientError, match="length less than or equal to 25600"):
        make(source=REPOSITORY | {"buildspec": "é" * 12_801})
    make(source=REPOSITORY | {"buildspec": "é" * 12_800})


def test_a_webhook_that_its_project_left_behind_cannot_be_changed(make: Make, codebuild: Any) -> None:
    make()
    codebuild.import_source_credentials(token="t", serverType="GITHUB", authType="PERSONAL_ACCESS_TOKEN")
    codebuild.create_webhook(projectName="demo", filterGroups=PUSH)
    codebuild.update_project(name="demo", source=REPOSITORY | {"location": "https://github.com/acme/other.git"})
    assert "acme/service" in get(codebuild)["webhook"]["url"]
    with pytest.raises(ClientError, match=r"OAuthProvider.*not one of https://github\.com/acme/other\.git"):
        codebuild.update_webhook(projectName="demo", filterGroups=PUSH)
    codebuild.delete_webhook(projectName="demo")
    assert "acme/other" in codebuild.create_webhook(projectName="demo", filterGroups=PUSH)["webhook"]["url"]
