"""Reads back the pipeline: its stages, what starts it, and what its roles may do."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, Final

from generator.model.builds.starts import pipeline_builds, pipeline_steps
from generator.parts.access.permissions.calls import beyond, permitted_calls
from generator.readback.check import Check
from generator.readback.expectation import tag_map
from generator.readback.listing import Listing
from generator.readback.roles import allowed, may_assume, policies

if TYPE_CHECKING:
    from collections.abc import Iterator

    from generator.parts.pipeline.section import Pipeline
    from generator.readback.expectation import Expectation

_PROVIDERS: Final = {"build": "CodeBuild", "bucket": "S3", "service": "ECS", "stack": "CloudFormation"}


def checks(expected: Expectation) -> Iterator[Check]:
    """Compare the pipeline with the spec; nothing where the spec has none."""
    asked, names = expected.spec.pipeline, expected.names
    if asked is None:
        return
    answer = expected.clients.ask("codepipeline", "get_pipeline", name=names.pipeline)
    check = partial(Check, f"Pipeline {names.pipeline}")
    yield check("exists", True, answer is not None, "pipeline")  # noqa: FBT003  # a value like any other
    if answer is None:
        return
    found, arn = answer["pipeline"], names.arn("codepipeline", names.pipeline)
    yield check("type", "V2", found.get("pipelineType"), "pipeline")
    yield check("role", names.pipeline_role_arn, found.get("roleArn"), "pipeline.role_arn")
    yield check("execution mode", asked.execution_mode.upper(), found.get("executionMode"), "pipeline.execution_mode")
    store = found["artifactStore"]
    yield check("keeps artifacts in", names.bucket, store["location"], "artifacts.bucket")
    yield check("encryption key", expected.key_arn, store.get("encryptionKey", {}).get("id", ""), "encryption")
    yield from _stages(check, expected, asked, found["stages"])
    wanted = {name: each.default for name, each in asked.variables.items()}
    variables = {one["name"]: one.get("defaultValue") for one in found.get("variables", [])}
    yield check("variables", wanted, variables, "pipeline.variables")
    tags = expected.clients.ask("codepipeline", "list_tags_for_resource", resourceArn=arn) or {}
    yield check("tags", expected.tags, tag_map(tags.get("tags")), "tags")
    if asked.role_arn is None:
        yield from _role(expected, arn)


def _stages(
    check: partial[Check], expected: Expectation, asked: Pipeline, stages: list[dict[str, Any]]
) -> Iterator[Check]:
    approve, deploy = ["Approve"] if asked.approval else [], ["Deploy"] if asked.deploy else []
    named = {stage["name"]: stage["actions"] for stage in stages}
    yield check("stages", ["Source", "Build", *approve, *deploy], list(named), "pipeline")
    steps = [[expected.names.projects[name] for name in sorted(step)] for step in pipeline_steps(expected.spec)]
    built: dict[int, list[str]] = {}
    for action in named.get("Build", []):
        built.setdefault(action.get("runOrder", 1), []).append(action["configuration"]["ProjectName"])
    yield check("builds by step", steps, [sorted(built[order]) for order in sorted(built)], "pipeline.builds")
    if asked.deploy:
        (kind,) = (kind for kind in _PROVIDERS if getattr(asked.deploy, kind))
        providers = [action["actionTypeId"]["provider"] for action in named.get("Deploy", [])]
        yield check("deploys with", [_PROVIDERS[kind]], providers, "pipeline.deploy")


def _stores(expected: Expectation, passed: str) -> list[str]:
    """Return what the source stage does with an ACL: only what comes through a connection."""
    pipeline = expected.spec.pipeline
    is_connected = pipeline is not None and pipeline.source is None and expected.spec.source.type != "codecommit"
    return [f"s3:PutObjectAcl {passed}"] if is_connected else []


def _role(expected: Expectation, arn: str) -> Iterator[Check]:
    names, clients = expected.names, expected.clients
    check = partial(Check, f"IAM role {names.pipeline_role}")
    role = (clients.ask("iam", "get_role", RoleName=names.pipeline_role) or {}).get("Role")
    yield check("exists", True, role is not None, "pipeline")  # noqa: FBT003  # as above
    if role is None:
        return
    takers = ((arn, names.account), (f"{arn}-of-others", names.account), (arn, "000000000000"))
    trust = role["AssumeRolePolicyDocument"]
    taken = [may_assume(trust, "codepipeline.amazonaws.com", source, account) for source, account in takers]
    yield check("taken by the pipeline, and no other", [True, False, False], taken, "pipeline")
    bucket = f"arn:{names.partition}:s3:::{names.bucket}"
    passed = f"{bucket}/{names.pipeline_prefix}/source/a"
    own = pipeline_builds(expected.spec)
    needed = [
        *(f"codebuild:StartBuild {names.project_arn(build)}" for build in sorted(own)),
        f"s3:GetObject {passed}",
        f"s3:PutObject {passed}",
        *_stores(expected, passed),
    ]
    foreign = [
        *(f"codebuild:StartBuild {names.project_arn(build)}" for build in sorted(names.projects) if build not in own),
        f"codebuild:StartBuild {names.arn('codebuild', 'project/of-others')}",
        f"iam:PassRole {names.global_arn('iam', 'role/of-others')}",
        f"s3:DeleteBucket {bucket}",
        f"s3:PutObject arn:{names.partition}:s3:::bucket-of-others/a",
    ]
    permissions = expected.spec.pipeline.permissions if expected.spec.pipeline else None
    needed += permitted_calls(permissions, names)
    foreign = beyond(foreign, permissions, names)
    documents = list(policies(clients, names.pipeline_role))
    yield check("may", needed, allowed(documents, needed), "pipeline")
    yield check("may not", [], allowed(documents, foreign), "pipeline")


LISTINGS: Final = (Listing("pipeline", "codepipeline", "list_pipelines", "pipelines", "name"),)
