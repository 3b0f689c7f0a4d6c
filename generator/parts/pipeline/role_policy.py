"""What the policy of the pipeline's role says, as its template writes it: to be measured before anything exists."""

from __future__ import annotations

from typing import TYPE_CHECKING

from generator.parts.access.statements import ARTIFACTS, USE_KEY, Policy, RolePolicies

if TYPE_CHECKING:
    from generator.parts.access.role_policies import RoleNeighbours
    from generator.parts.access.statements import Path
    from generator.parts.pipeline.module import PipelineContext


def pipeline_policies(
    found: PipelineContext, connection_service: str, around: RoleNeighbours, *, asks: bool
) -> RolePolicies:
    """Return the policy of the pipeline's role.

    Args:
        found: the pipeline.
        connection_service: whose permissions a connection needs.
        around: what other modules give.
        asks: whether a topic tells of an approval that waits.
    """
    policy = Policy("pipeline")
    _allow_reading(policy, found, connection_service, around)
    policy.allow("PassArtifactsOn", ARTIFACTS, [f"{around.bucket}/{found.artifact_prefix}/*"])
    actions = ["s3:GetBucketAcl", "s3:GetBucketLocation", "s3:GetBucketVersioning"]
    policy.allow("FindArtifactBucket", actions, [around.bucket])
    if around.key:
        policy.allow("UseKey", USE_KEY, [around.key])
    actions = ["codebuild:BatchGetBuilds", "codebuild:StartBuild", "codebuild:StopBuild"]
    policy.allow("RunBuilds", actions, found.build_arns, ("pipeline", "builds"))
    if found.batch_arns:
        actions = ["codebuild:BatchGetBuildBatches", "codebuild:StartBuildBatch", "codebuild:StopBuildBatch"]
        policy.allow("RunBatches", actions, found.batch_arns, ("pipeline", "builds"))
    if found.approval and asks:
        policy.allow("AskForApproval", ["sns:Publish"], [around.topic])
    _allow_deployment(policy, found)
    own = Policy("permissions")
    for sid, each in found.statements.items():
        conditions: dict[str, dict[str, list[str]]] = {}
        for one in each.conditions:
            conditions.setdefault(one.test, {})[one.variable] = one.values
        own.allow(sid, each.actions, [str(one) for one in each.resources], ("pipeline", "permissions"), conditions)
    return RolePolicies(found.role_name, (*policy.statements, *own.statements))


def _allow_reading(policy: Policy, found: PipelineContext, connection_service: str, around: RoleNeighbours) -> None:
    """Let it read its source."""
    source = found.source
    if source.kind == "codecommit":
        actions = ["CancelUploadArchive", "GetBranch", "GetCommit", "GetRepository", "GetUploadArchiveStatus"]
        actions = [f"codecommit:{action}" for action in (*actions, "UploadArchive")]
        policy.allow("ReadRepository", actions, [str(source.repository_arn)])
    elif source.kind == "bucket":
        actions = ["s3:GetObject", "s3:GetObjectVersion"]
        policy.allow("ReadSource", actions, [f"{source.bucket_arn}/{source.object_key}"])
        actions = ["s3:GetBucketAcl", "s3:GetBucketLocation", "s3:GetBucketVersioning"]
        policy.allow("FindSource", actions, [str(source.bucket_arn)])
    else:
        policy.allow("ReadRepository", [f"{connection_service}:UseConnection"], [around.connection])
        policy.allow("StoreSource", ["s3:PutObjectAcl"], [f"{around.bucket}/{found.artifact_prefix}/*"])
    if source.key_arn:
        policy.allow("DecryptSource", ["kms:Decrypt"], [source.key_arn])


def _allow_deployment(policy: Policy, found: PipelineContext) -> None:
    deploy = found.deploy
    if deploy is None:
        return
    key: Path = ("pipeline", "deploy")
    services = ["cloudformation.amazonaws.com"]
    if deploy.kind == "bucket":
        policy.allow("DeployObjects", ["s3:PutObject"], [deploy.arns["objects"]], key)
        if "key" in deploy.arns:
            policy.allow("EncryptObjects", ["kms:Decrypt", "kms:GenerateDataKey"], [deploy.arns["key"]], key)
    elif deploy.kind == "service":
        services = ["ecs-tasks.amazonaws.com", "ecs.amazonaws.com"]
        policy.allow("DeployService", ["ecs:DescribeServices", "ecs:UpdateService"], [deploy.arns["service"]], key)
        policy.allow("WatchTasks", ["ecs:DescribeTasks"], [deploy.arns["tasks"]], key)
        cluster = {"ArnEquals": {"ecs:cluster": [deploy.arns["cluster"]]}}
        policy.allow("ListTasks", ["ecs:ListTasks"], ["*"], key, cluster)
        actions = ["ecs:RegisterTaskDefinition", "ecs:TagResource"]
        policy.allow("RegisterTaskDefinition", actions, [deploy.arns["families"]], key)
        policy.allow("ReadTaskDefinition", ["ecs:DescribeTaskDefinition"], ["*"], key)
    elif deploy.kind == "stack":
        actions = [f"Describe{each}" for each in ("StackEvents", "StackResource", "StackResources", "Stacks")]
        actions += ["CreateStack", "GetStackPolicy", "GetTemplate", "SetStackPolicy", "TagResource", "UpdateStack"]
        policy.allow("DeployStack", [f"cloudformation:{each}" for each in actions], [deploy.arns["stacks"]], key)
        policy.allow("ValidateTemplate", ["cloudformation:ValidateTemplate"], ["*"], key)
        if "transforms" in deploy.arns:
            policy.allow(
                "ExpandMacros",
                ["cloudformation:CreateChangeSet"],
                [deploy.arns["macros"], deploy.arns["transforms"]],
                key,
            )
    if deploy.role_arns and deploy.kind in {"service", "stack"}:
        passed = {"StringEquals": {"iam:PassedToService": services}}
        policy.allow("PassRoles", ["iam:PassRole"], deploy.role_arns, key, passed)
