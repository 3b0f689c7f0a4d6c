"""Executions of a pipeline: each action succeeds if the pipeline's role may do what the action does, and fails if not.

Nothing is built. A source is read, builds are started and a deployment is made in name alone; an approval waits.
https://docs.aws.amazon.com/codepipeline/latest/userguide/how-to-custom-role.html
"""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any, Final

from moto.codepipeline.models import CodePipelineBackend, PipelineExecution
from moto.codepipeline.responses import CodePipelineResponse
from moto.core.exceptions import JsonRESTError
from moto.core.responses import ActionResult
from moto.core.utils import unix_time, utcnow

from generator.sandbox.roles import may_do
from generator.sandbox.seams import extend, wrap
from generator.sandbox.service import sent

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    Action = dict[str, Any]
    Permission = tuple[str, str]

_ARTIFACT: Final = "AbCdEfG"
# What an action calls with the pipeline's role, by provider: the call, and what it is about (filled in by `_needs`).
_NEEDS: Final[dict[str, tuple[Permission, ...]]] = {
    "CodeStarSourceConnection": (("{connections}:UseConnection", "{ConnectionArn}"),),
    "CodeCommit": tuple(
        (f"codecommit:{call}", "arn:{partition}:codecommit:{region}:{account}:{RepositoryName}")
        for call in ("GetBranch", "GetCommit", "UploadArchive", "GetUploadArchiveStatus")
    ),
    "S3 Source": (
        ("s3:GetBucketVersioning", "arn:{partition}:s3:::{S3Bucket}"),
        ("s3:GetObject", "arn:{partition}:s3:::{S3Bucket}/{S3ObjectKey}"),
        ("s3:GetObjectVersion", "arn:{partition}:s3:::{S3Bucket}/{S3ObjectKey}"),
    ),
    "CodeBuild": (
        ("codebuild:StartBuild", "arn:{partition}:codebuild:{region}:{account}:project/{ProjectName}"),
        ("codebuild:BatchGetBuilds", "arn:{partition}:codebuild:{region}:{account}:project/{ProjectName}"),
    ),
    "CodeBuild batch": (
        ("codebuild:StartBuildBatch", "arn:{partition}:codebuild:{region}:{account}:project/{ProjectName}"),
        ("codebuild:BatchGetBuildBatches", "arn:{partition}:codebuild:{region}:{account}:project/{ProjectName}"),
    ),
    "S3 Deploy": (("s3:PutObject", "arn:{partition}:s3:::{BucketName}/{ObjectKey}"),),
    "ECS": (
        ("ecs:DescribeServices", "arn:{partition}:ecs:{region}:{account}:service/{ClusterName}/{ServiceName}"),
        ("ecs:UpdateService", "arn:{partition}:ecs:{region}:{account}:service/{ClusterName}/{ServiceName}"),
        ("ecs:DescribeTaskDefinition", "*"),
    ),
    "CloudFormation": (
        ("cloudformation:DescribeStacks", "arn:{partition}:cloudformation:{region}:{account}:stack/{StackName}/1"),
        ("cloudformation:UpdateStack", "arn:{partition}:cloudformation:{region}:{account}:stack/{StackName}/1"),
        ("iam:PassRole", "{RoleArn}"),
    ),
    "Manual": (("sns:Publish", "{NotificationArn}"),),
}


def install() -> None:
    """Run executions from here on."""
    wrap(CodePipelineBackend, "start_pipeline_execution", _started)
    extend(CodePipelineResponse, list_action_executions=_list_action_executions)
    extend(CodePipelineResponse, put_approval_result=_put_approval_result)


def actions_of(execution: PipelineExecution) -> list[Action]:
    """Return the actions that an execution has come to, in their order."""
    found: list[Action] = execution.__dict__.setdefault("sandbox_actions", [])
    return found


def stage_states(execution: PipelineExecution | None, stage: dict[str, Any]) -> dict[str, Any]:
    """Say how far an execution has come in one stage, as GetPipelineState does."""
    if execution is None:
        return {"actionStates": [{"actionName": action["name"]} for action in stage["actions"]]}
    reached = {each["actionName"]: each for each in actions_of(execution) if each["stageName"] == stage["name"]}
    states: list[dict[str, Any]] = []
    for action in stage["actions"]:
        told = reached.get(action["name"])
        latest = {"latestExecution": _latest(told)} if told else {}
        states.append({"actionName": action["name"], **latest})
    if not reached:
        return {"actionStates": states}
    statuses = {each["status"] for each in reached.values()}
    status = next((one for one in ("Failed", "InProgress") if one in statuses), "Succeeded")
    whole = {"pipelineExecutionId": execution.pipeline_execution_id, "status": status}
    return {"actionStates": states, "latestExecution": whole}


def _latest(told: Action) -> dict[str, Any]:
    kept = {"status": told["status"], "lastStatusChange": told["lastUpdateTime"]}
    kept |= {"token": told["token"]} if told.get("token") and told["status"] == "InProgress" else {}
    error = {"errorDetails": told["errorDetails"]} if "errorDetails" in told else {}
    return {"actionExecutionId": told["actionExecutionId"], **kept, **error}


def _started(otherwise: Callable[..., str]) -> Callable[..., str]:
    def start_pipeline_execution(
        backend: CodePipelineBackend, name: str, variables: list[dict[str, str]] | None
    ) -> str:
        execution_id = otherwise(backend, name, variables)
        _run(backend, name, backend.pipelines[name].executions[execution_id])
        return execution_id

    return start_pipeline_execution


def _run(backend: CodePipelineBackend, name: str, execution: PipelineExecution) -> None:
    """Run the actions that are left, until one fails or waits."""
    pipeline, ran = backend.pipelines[name].pipeline, actions_of(execution)
    done = {(each["stageName"], each["actionName"]) for each in ran}
    execution.status, execution.last_update_time = "Succeeded", utcnow()
    for stage in pipeline["stages"]:
        for action in sorted(stage["actions"], key=lambda action: int(action.get("runOrder", 1))):
            if (stage["name"], action["name"]) in done:
                continue
            told = _ran(backend, pipeline, stage["name"], action, execution)
            ran.append(told)
            if told["status"] == "Failed":
                execution.status = "Failed"
                execution.status_summary = f"Action {action['name']} of stage {stage['name']} failed"
                return
            if told["status"] == "InProgress":
                execution.status = "InProgress"
                return


def _ran(
    backend: CodePipelineBackend, pipeline: dict[str, Any], stage: str, action: Action, execution: PipelineExecution
) -> Action:
    kind, now = action["actionTypeId"], unix_time()
    told: Action = {
        "pipelineExecutionId": execution.pipeline_execution_id,
        "actionExecutionId": str(uuid.uuid4()),
        "pipelineVersion": execution.pipeline_version,
        "stageName": stage,
        "actionName": action["name"],
        "startTime": now,
        "lastUpdateTime": now,
        "status": "InProgress" if kind["provider"] == "Manual" else "Succeeded",
        "input": {"actionTypeId": kind, "configuration": action.get("configuration", {})},
    }
    if kind["provider"] == "Manual":
        told["token"] = str(uuid.uuid4())
    role = action.get("roleArn") or pipeline["roleArn"]
    lacking = next((each for each in _needs(backend, pipeline, action) if not may_do(backend, role, *each)), None)
    if lacking:
        call, resource = lacking
        message = f"The provided role does not have sufficient permissions: {role} is not authorized to perform {call}"
        told |= {"status": "Failed", "errorDetails": {"code": "PermissionError", "message": f"{message} on {resource}"}}
        told["output"] = {"executionResult": {"errorDetails": told["errorDetails"]}}
    return told


def _needs(backend: CodePipelineBackend, pipeline: dict[str, Any], action: Action) -> Iterator[Permission]:
    """Yield what an action calls with the pipeline's role."""
    kind, configuration = action["actionTypeId"], action.get("configuration", {})
    provider = kind["provider"]
    batched = provider == "CodeBuild" and configuration.get("BatchEnabled") == "true"
    key = next(
        (name for name in (f"{provider} batch" if batched else "", f"{provider} {kind['category']}") if name in _NEEDS),
        provider,
    )
    connection = configuration.get("ConnectionArn", "")
    facts = {"partition": backend.partition, "region": backend.region_name, "account": backend.account_id}
    facts |= {"connections": (connection.split(":")[2:3] or ["codeconnections"])[0], "ObjectKey": "object"}
    facts |= configuration
    for call, resource in _NEEDS.get(key, ()):
        about = resource.format_map(_Absent(facts))
        if about:
            yield call.format_map(facts), about
    yield from _artifact_needs(pipeline, action)


def _artifact_needs(pipeline: dict[str, Any], action: Action) -> Iterator[Permission]:
    """Yield what passes the artifacts on; the files of a connection are put there with an ACL.

    https://docs.aws.amazon.com/codepipeline/latest/userguide/troubleshooting.html
    """
    store = pipeline.get("artifactStore") or {}
    if not store or action["actionTypeId"]["provider"] == "Manual":
        return
    partition = pipeline["roleArn"].split(":")[1]
    folder = f"arn:{partition}:s3:::{store['location']}/{pipeline['name'][:20]}"
    for artifact in action.get("inputArtifacts", []):
        yield "s3:GetObject", f"{folder}/{artifact['name'][:10]}/{_ARTIFACT}"
    if action["actionTypeId"]["category"] != "Source":
        return
    for artifact in action.get("outputArtifacts", []):
        made = f"{folder}/{artifact['name'][:10]}/{_ARTIFACT}"
        yield "s3:PutObject", made
        if action["actionTypeId"]["provider"] == "CodeStarSourceConnection":
            yield "s3:PutObjectAcl", made
        if store.get("encryptionKey", {}).get("id", "").startswith("arn:"):
            yield "kms:GenerateDataKey", store["encryptionKey"]["id"]


class _Absent(dict[str, str]):
    """Facts of which any may be missing: what is about nothing is not called."""

    def __missing__(self, key: str) -> str:
        return ""


def _list_action_executions(response: CodePipelineResponse) -> ActionResult:
    asked = sent(response)
    response.codepipeline_backend.get_pipeline(asked["pipelineName"])
    executions = response.codepipeline_backend.pipelines[asked["pipelineName"]].executions.values()
    only = asked.get("filter", {}).get("pipelineExecutionId")
    found = [
        {key: value for key, value in action.items() if key not in {"token", "errorDetails"}}
        for execution in executions
        if only in {None, execution.pipeline_execution_id}
        for action in actions_of(execution)
    ]
    return ActionResult({"actionExecutionDetails": found[::-1]})


def _put_approval_result(response: CodePipelineResponse) -> ActionResult:
    asked, backend = sent(response), response.codepipeline_backend
    backend.get_pipeline(asked["pipelineName"])
    for execution in backend.pipelines[asked["pipelineName"]].executions.values():
        for action in actions_of(execution):
            if action.get("token") == asked["token"] and action["status"] == "InProgress":
                _decide(backend, asked, execution, action)
                return ActionResult({"approvedAt": action["lastUpdateTime"]})
    raise JsonRESTError("InvalidApprovalTokenException", "The approval token is not that of an approval that waits")


def _decide(backend: CodePipelineBackend, asked: dict[str, Any], execution: PipelineExecution, action: Action) -> None:
    action["lastUpdateTime"] = unix_time()
    if asked["result"]["status"] == "Approved":
        action["status"] = "Succeeded"
        _run(backend, asked["pipelineName"], execution)
        return
    summary = asked["result"]["summary"]
    action |= {"status": "Failed", "errorDetails": {"code": "Rejected", "message": f"Rejected: {summary}"}}
    execution.status, execution.status_summary = "Failed", f"Rejected: {summary}"
