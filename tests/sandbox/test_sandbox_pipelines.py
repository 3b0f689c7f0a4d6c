"""CodePipeline as the sandbox answers it, asked through boto3."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError

if TYPE_CHECKING:
    from collections.abc import Callable


@pytest.fixture
def pipelines(aws: Callable[..., Any]) -> Any:
    return aws("codepipeline")


@pytest.fixture
def role(aws: Callable[..., Any], account: str) -> str:
    services = ["codebuild.amazonaws.com", "codepipeline.amazonaws.com"]
    condition = {"StringEquals": {"aws:SourceAccount": account}}
    trust = {"Effect": "Allow", "Principal": {"Service": services}, "Action": "sts:AssumeRole", "Condition": condition}
    made = aws("iam").create_role(RoleName="pipeline", AssumeRolePolicyDocument=json.dumps({"Statement": [trust]}))
    return str(made["Role"]["Arn"])


def action(category: str, provider: str, name: str = "", **more: Any) -> dict[str, Any]:
    kind = {"category": category, "owner": "AWS", "provider": provider, "version": "1"}
    return {"name": name or category, "actionTypeId": kind, **more}


SOURCE = action("Source", "CodeStarSourceConnection", outputArtifacts=[{"name": "source"}])
BUILD = action("Build", "CodeBuild", inputArtifacts=[{"name": "source"}], outputArtifacts=[{"name": "built"}])
DEPLOY = action("Deploy", "S3", inputArtifacts=[{"name": "built"}])


def stages(*actions: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{"name": f"stage-{number}", "actions": some} for number, some in enumerate(actions)]


def pipeline(role: str, **different: Any) -> dict[str, Any]:
    store = {"type": "S3", "location": "artifacts"}
    made = {"name": "acme", "roleArn": role, "artifactStore": store, "stages": stages([SOURCE], [BUILD], [DEPLOY])}
    return {**made, "pipelineType": "V2", **different}


def test_a_pipeline_is_told_with_the_times_of_its_making(pipelines: Any, role: str) -> None:
    before = datetime.now(UTC).replace(microsecond=0)
    pipelines.create_pipeline(pipeline=pipeline(role, executionMode="QUEUED"), tags=[{"key": "a", "value": "b"}])
    told = pipelines.get_pipeline(name="acme")
    assert told["pipeline"]["version"] == 1
    assert told["pipeline"]["executionMode"] == "QUEUED"
    assert told["metadata"]["created"] >= before
    assert pipelines.list_tags_for_resource(resourceArn=told["metadata"]["pipelineArn"])["tags"] == [
        {"key": "a", "value": "b"}
    ]
    pipelines.update_pipeline(pipeline=pipeline(role))
    changed = pipelines.get_pipeline(name="acme")
    assert (changed["pipeline"]["version"], changed["pipeline"]["executionMode"]) == (2, "SUPERSEDED")
    assert changed["metadata"]["created"] == told["metadata"]["created"]
    assert changed["metadata"]["updated"] >= told["metadata"]["updated"]


def test_a_name_is_used_once(pipelines: Any, role: str) -> None:
    pipelines.create_pipeline(pipeline=pipeline(role))
    with pytest.raises(pipelines.exceptions.PipelineNameInUseException):
        pipelines.create_pipeline(pipeline=pipeline(role))


TRIGGER = {"providerType": "CodeStarSourceConnection", "gitConfiguration": {"sourceActionName": "Source"}}


@pytest.mark.parametrize(
    ("different", "message"),
    [
        ({"roleArn": "arn:aws:iam::111122223333:role/none"}, "not authorized to perform AssumeRole"),
        ({"stages": stages([SOURCE])}, "only 1 stage"),
        ({"stages": stages([SOURCE, BUILD], [DEPLOY])}, "only contains source actions"),
        ({"stages": stages([SOURCE], [BUILD, action("Source", "S3")])}, "in its first stage only"),
        ({"stages": [*stages([SOURCE], [BUILD]), {"name": "stage-1", "actions": [DEPLOY]}]}, "must be unique: stage-1"),
        ({"stages": stages([SOURCE], [BUILD, BUILD])}, "must be unique within stage stage-1: Build"),
        ({"stages": stages([SOURCE], [DEPLOY], [BUILD])}, "built in action Deploy is not declared"),
        ({"stages": stages([SOURCE], [BUILD | {"runOrder": 2}, DEPLOY])}, "built in action Deploy is not declared"),
        ({"stages": stages([SOURCE], [BUILD], [BUILD | {"name": "Again"}])}, "built has been used more than once"),
        ({"pipelineType": "V1", "triggers": [TRIGGER]}, "V1 do not support triggers"),
        ({"pipelineType": "V1", "variables": [{"name": "target"}]}, "V1 do not support variables"),
        ({"pipelineType": "V1", "executionMode": "PARALLEL"}, "V1 do not support execution mode PARALLEL"),
        ({"triggers": [TRIGGER | {"gitConfiguration": {"sourceActionName": "Build"}}]}, "refers to Build"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_pipeline_that_aws_would_refuse_is_refused_when_made_and_when_changed(
    pipelines: Any, role: str, different: dict[str, Any], message: str
) -> None:
    with pytest.raises(pipelines.exceptions.InvalidStructureException, match=message):
        pipelines.create_pipeline(pipeline=pipeline(role, **different))
    assert pipelines.list_pipelines()["pipelines"] == []
    pipelines.create_pipeline(pipeline=pipeline(role))
    with pytest.raises(pipelines.exceptions.InvalidStructureException, match=message):
        pipelines.update_pipeline(pipeline=pipeline(role, **different))
    assert pipelines.get_pipeline(name="acme")["pipeline"]["version"] == 1


def test_actions_that_run_one_after_the_other_hand_over_within_a_stage(pipelines: Any, role: str) -> None:
    pipelines.create_pipeline(pipeline=pipeline(role, stages=stages([SOURCE], [DEPLOY | {"runOrder": 2}, BUILD])))


def test_a_trigger_of_the_source_is_kept(pipelines: Any, role: str) -> None:
    pipelines.create_pipeline(pipeline=pipeline(role, triggers=[TRIGGER]))
    assert pipelines.get_pipeline(name="acme")["pipeline"]["triggers"] == [TRIGGER]


CONNECTION = "arn:aws:codeconnections:us-east-1:111122223333:connection/aaaa"
READ = SOURCE | {"configuration": {"ConnectionArn": CONNECTION, "FullRepositoryId": "acme/shop", "BranchName": "main"}}
MADE = BUILD | {"configuration": {"ProjectName": "shop"}}
ASKED = action("Approval", "Manual", "Ask")
SHIPPED = DEPLOY | {"configuration": {"BucketName": "live", "Extract": "true"}}
ARTIFACTS = "arn:aws:s3:::artifacts/acme/*"
NEEDED = {
    "codeconnections:UseConnection": CONNECTION,
    "s3:PutObject": ARTIFACTS,
    "s3:PutObjectAcl": ARTIFACTS,
    "s3:GetObject": ARTIFACTS,
    "codebuild:StartBuild": "*",
    "codebuild:BatchGetBuilds": "*",
    "s3:PutObject on the site": "arn:aws:s3:::live/*",
}


def let(aws: Callable[..., Any], *but: str) -> None:
    """Let the pipeline's role do what its actions do, but for some calls."""
    allowed = [(call.partition(" ")[0], about) for call, about in NEEDED.items() if call not in but]
    statements = [{"Effect": "Allow", "Action": call, "Resource": about} for call, about in allowed]
    document = json.dumps({"Version": "2012-10-17", "Statement": statements})
    aws("iam").put_role_policy(RoleName="pipeline", PolicyName="pipeline", PolicyDocument=document)


def run(pipelines: Any) -> dict[str, Any]:
    number = pipelines.start_pipeline_execution(name="acme")["pipelineExecutionId"]
    found: dict[str, Any] = pipelines.get_pipeline_execution(pipelineName="acme", pipelineExecutionId=number)
    return dict(found["pipelineExecution"])


def test_an_execution_runs_to_its_end_where_the_role_may_do_what_the_actions_do(
    aws: Callable[..., Any], pipelines: Any, role: str
) -> None:
    pipelines.create_pipeline(pipeline=pipeline(role, stages=stages([READ], [MADE], [SHIPPED])))
    state = pipelines.get_pipeline_state(name="acme")
    assert [stage["stageName"] for stage in state["stageStates"]] == ["stage-0", "stage-1", "stage-2"]
    assert "latestExecution" not in state["stageStates"][0]
    let(aws)
    execution = run(pipelines)
    assert execution["status"] == "Succeeded"
    stage = pipelines.get_pipeline_state(name="acme")["stageStates"][0]
    number = execution["pipelineExecutionId"]
    assert stage["latestExecution"] == {"pipelineExecutionId": number, "status": "Succeeded"}
    assert stage["actionStates"][0]["latestExecution"]["status"] == "Succeeded"
    actions = pipelines.list_action_executions(pipelineName="acme")["actionExecutionDetails"]
    assert [each["actionName"] for each in actions] == ["Deploy", "Build", "Source"]
    with pytest.raises(pipelines.exceptions.PipelineNotFoundException):
        pipelines.get_pipeline_state(name="none")


@pytest.mark.parametrize(
    ("call", "stage"),
    [
        ("codeconnections:UseConnection", "stage-0"),
        ("s3:PutObject", "stage-0"),
        ("s3:PutObjectAcl", "stage-0"),
        ("codebuild:StartBuild", "stage-1"),
        ("s3:PutObject on the site", "stage-2"),
    ],
)
def test_an_execution_fails_in_the_stage_whose_call_the_role_may_not_make(
    aws: Callable[..., Any], pipelines: Any, role: str, call: str, stage: str
) -> None:
    pipelines.create_pipeline(pipeline=pipeline(role, stages=stages([READ], [MADE], [SHIPPED])))
    let(aws, call)
    execution = run(pipelines)
    assert (execution["status"], stage in execution["statusSummary"]) == ("Failed", True)
    states = {each["stageName"]: each for each in pipelines.get_pipeline_state(name="acme")["stageStates"]}
    assert states[stage]["latestExecution"]["status"] == "Failed"
    error = states[stage]["actionStates"][0]["latestExecution"]["errorDetails"]
    assert error["code"] == "PermissionError"
    assert f"not authorized to perform {call.partition(' ')[0]} on" in error["message"]
    last = pipelines.list_action_executions(
        pipelineName="acme", filter={"pipelineExecutionId": execution["pipelineExecutionId"]}
    )["actionExecutionDetails"][0]
    assert (last["stageName"], last["status"]) == (stage, "Failed")
    assert last["output"]["executionResult"]["errorDetails"] == error
    let(aws)
    assert run(pipelines)["status"] == "Succeeded"


@pytest.mark.parametrize(("answer", "status"), [("Approved", "Succeeded"), ("Rejected", "Failed")])
def test_an_approval_waits_for_its_answer(
    aws: Callable[..., Any], pipelines: Any, role: str, answer: str, status: str
) -> None:
    pipelines.create_pipeline(pipeline=pipeline(role, stages=stages([READ], [MADE], [ASKED], [SHIPPED])))
    let(aws)
    number = run(pipelines)["pipelineExecutionId"]
    state = pipelines.get_pipeline_state(name="acme")["stageStates"][2]
    assert state["latestExecution"]["status"] == "InProgress"
    asked = {"pipelineName": "acme", "stageName": "stage-2", "actionName": "Ask"}
    result = {"summary": "looked at", "status": answer}
    with pytest.raises(ClientError, match="InvalidApprovalToken"):
        pipelines.put_approval_result(**asked, result=result, token="00000000-0000-0000-0000-000000000000")
    token = state["actionStates"][0]["latestExecution"]["token"]
    pipelines.put_approval_result(**asked, result=result, token=token)
    told = pipelines.get_pipeline_execution(pipelineName="acme", pipelineExecutionId=number)["pipelineExecution"]
    assert told["status"] == status


def test_a_value_in_the_configuration_of_an_action_has_a_thousand_characters(pipelines: Any, role: str) -> None:
    def asked(length: int) -> dict[str, Any]:
        build = BUILD | {"configuration": {"EnvironmentVariables": "x" * length}}
        return pipeline(role, stages=stages([SOURCE], [build], [DEPLOY]))

    with pytest.raises(ClientError, match=r"Map value must satisfy constraint: \[Member must have length less than"):
        pipelines.create_pipeline(pipeline=asked(1_001))
    pipelines.create_pipeline(pipeline=asked(1_000))


def test_what_is_of_the_wrong_shape_is_refused(pipelines: Any, role: str) -> None:
    with pytest.raises(ClientError, match=r"'pipeline.executionMode' .* enum value set"):
        pipelines.create_pipeline(pipeline=pipeline(role, executionMode="TURBO"))
