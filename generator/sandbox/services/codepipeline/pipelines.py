"""CodePipeline: what AWS demands of a pipeline, and times as clients read them."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any, Final

from moto.codepipeline.exceptions import InvalidStructureException
from moto.codepipeline.models import CodePipeline, CodePipelineBackend
from moto.codepipeline.responses import CodePipelineResponse
from moto.core.exceptions import JsonRESTError
from moto.core.responses import ActionResult
from moto.core.utils import unix_time

from generator.sandbox.roles import may_take
from generator.sandbox.seams import extend, wrap
from generator.sandbox.service import sent
from generator.sandbox.services.codepipeline.executions import stage_states

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    Tags = list[dict[str, str]]

_CONNECTION: Final = "CodeStarSourceConnection"
_DEFAULTS: Final = {"pipelineType": "V1", "executionMode": "SUPERSEDED"}
_FEWEST_STAGES: Final = 2
_V2_ONLY: Final = ("triggers", "variables")


def install() -> None:
    """Check pipelines from here on."""
    # moto's own call wants the trust policy written in one way.
    extend(CodePipelineBackend, create_pipeline=_create)
    wrap(CodePipelineBackend, "update_pipeline", _checked)
    for call in ("create_pipeline", "update_pipeline"):
        wrap(CodePipelineResponse, call, _shaped)
    extend(CodePipeline, metadata=property(_metadata))
    extend(CodePipelineResponse, get_pipeline_state=_state)


def _shaped(otherwise: Callable[[CodePipelineResponse], str]) -> Callable[[CodePipelineResponse], str]:
    def call(response: CodePipelineResponse) -> str:
        sent(response)
        return otherwise(response)

    return call


def _metadata(pipeline: CodePipeline) -> dict[str, Any]:
    # moto writes the times as text, which the provider does not read.
    arn, created, updated = pipeline._arn, pipeline._created, pipeline._updated  # noqa: SLF001  # it has no other way
    return {"pipelineArn": arn, "created": unix_time(created), "updated": unix_time(updated)}


def _state(response: CodePipelineResponse) -> ActionResult:
    name = sent(response)["name"]
    pipeline, metadata = response.codepipeline_backend.get_pipeline(name)
    executions = list(response.codepipeline_backend.pipelines[name].executions.values())
    stages = [
        {
            "stageName": stage["name"],
            "inboundTransitionState": {"enabled": True},
            **stage_states(executions[-1] if executions else None, stage),
        }
        for stage in pipeline["stages"]
    ]
    times = {key: metadata[key] for key in ("created", "updated")}
    return ActionResult({"pipelineName": name, "pipelineVersion": pipeline["version"], "stageStates": stages, **times})


def _create(backend: CodePipelineBackend, pipeline: dict[str, Any], tags: Tags | None) -> tuple[dict[str, Any], Tags]:
    if pipeline["name"] in backend.pipelines:
        raise JsonRESTError(
            "PipelineNameInUseException",
            f"A pipeline with the name '{pipeline['name']}' already exists in account '{backend.account_id}'",
        )
    _check(backend, pipeline)
    made = CodePipeline(backend.account_id, backend.region_name, _DEFAULTS | pipeline)
    made.validate_tags(tags or [])
    made.tags = {tag["key"]: tag["value"] for tag in tags or []}
    backend.pipelines[pipeline["name"]] = made
    return made.pipeline, tags or []


def _checked(otherwise: Callable[..., dict[str, Any]]) -> Callable[..., dict[str, Any]]:
    def update_pipeline(backend: CodePipelineBackend, pipeline: dict[str, Any]) -> dict[str, Any]:
        _check(backend, pipeline)
        return otherwise(backend, _DEFAULTS | pipeline)

    return update_pipeline


def _check(backend: CodePipelineBackend, pipeline: dict[str, Any]) -> None:
    for fault in _faults(backend, pipeline):
        raise InvalidStructureException(fault)


def _faults(backend: CodePipelineBackend, pipeline: dict[str, Any]) -> Iterator[str]:
    arn = f"arn:{backend.partition}:codepipeline:{backend.region_name}:{backend.account_id}:{pipeline['name']}"
    context = {"aws:sourcearn": arn, "aws:sourceaccount": backend.account_id}
    if not may_take(backend, pipeline["roleArn"], "codepipeline.amazonaws.com", context):
        yield f"CodePipeline is not authorized to perform AssumeRole on role {pipeline['roleArn']}"
    if pipeline.get("pipelineType", "V1") != "V2":
        yield from (f"Pipelines of type V1 do not support {name}" for name in _V2_ONLY if pipeline.get(name))
        if pipeline.get("executionMode", "SUPERSEDED") != "SUPERSEDED":
            yield f"Pipelines of type V1 do not support execution mode {pipeline['executionMode']}"
    stages = pipeline["stages"]
    if len(stages) < _FEWEST_STAGES:
        yield (
            f"Pipeline has only {len(stages)} stage(s). There should be a minimum of {_FEWEST_STAGES} stages in a"
            " pipeline"
        )
        return
    yield from _stage_faults(stages)
    yield from _artifact_faults(stages)
    yield from _trigger_faults(pipeline)


def _stage_faults(stages: list[dict[str, Any]]) -> Iterator[str]:
    first, *others = ([action["actionTypeId"]["category"] for action in stage["actions"]] for stage in stages)
    if set(first) != {"Source"}:
        yield "Pipeline should start with a stage that only contains source actions"
    if any("Source" in categories for categories in others):
        yield "Pipeline should have source actions in its first stage only"
    yield from (f"Stage name must be unique: {name}" for name in _repeated(stage["name"] for stage in stages))
    for stage in stages:
        for name in _repeated(action["name"] for action in stage["actions"]):
            yield f"Action name must be unique within stage {stage['name']}: {name}"


def _artifact_faults(stages: list[dict[str, Any]]) -> Iterator[str]:
    made: list[str] = []
    for stage in stages:
        for action in sorted(stage["actions"], key=lambda action: int(action.get("runOrder", 1))):
            for artifact in action.get("inputArtifacts", []):
                if artifact["name"] not in made:
                    yield (
                        f"Input Artifact Bundle {artifact['name']} in action {action['name']} is not declared as"
                        " Output Artifact Bundle in any of the preceding actions"
                    )
            made += [artifact["name"] for artifact in action.get("outputArtifacts", [])]
    for name in _repeated(made):
        yield f"Output Artifact Bundle name must be unique within the pipeline. {name} has been used more than once."


def _trigger_faults(pipeline: dict[str, Any]) -> Iterator[str]:
    sources = {action["name"]: action["actionTypeId"]["provider"] for action in pipeline["stages"][0]["actions"]}
    for trigger in pipeline.get("triggers", []):
        name = trigger["gitConfiguration"]["sourceActionName"]
        if sources.get(name) != _CONNECTION:
            yield f"Trigger refers to {name}, which is not a source action with provider {_CONNECTION}"


def _repeated(names: Iterator[str] | list[str]) -> list[str]:
    return [name for name, times in Counter(names).items() if times > 1]
