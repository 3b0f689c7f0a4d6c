"""The first stage of a pipeline: where its code comes from, and what starts it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from collections.abc import Iterable

    from generator.model.environment import EnvironmentSpec
    from generator.model.names import Names
    from generator.parts.pipeline.section import BucketSource, Pipeline


@dataclass(frozen=True, slots=True)
class PipelineSourceContext:
    """The source action of CodePipeline, and what its role may read.

    Attributes:
        kind: `connection`, `codecommit` or `bucket`.
        provider: of the action, in CodePipeline's words.
        configuration: of the action; the ARN of a connection is added where it is called.
        repository_arn: of CodeCommit.
        bucket_arn: of S3.
        bucket: of S3.
        object_key: of S3.
        key_arn: KMS key of the user's that encrypts it.
    """

    kind: str
    provider: str
    configuration: dict[str, str]
    repository_arn: str | None = None
    bucket_arn: str | None = None
    bucket: str | None = None
    object_key: str | None = None
    key_arn: str | None = None


@dataclass(frozen=True, slots=True)
class PipelineFilterContext:
    """Patterns of one kind, in CodePipeline's words; None where there are none, since it takes no empty list."""

    includes: list[str] | None
    excludes: list[str] | None


@dataclass(frozen=True, slots=True)
class PipelineTriggerContext:
    """The filters of pushes; None where a kind is not filtered by."""

    branches: PipelineFilterContext | None
    tags: PipelineFilterContext | None
    file_paths: PipelineFilterContext | None


def pipeline_source(spec: EnvironmentSpec, asked: Pipeline, names: Names) -> PipelineSourceContext:
    """Derive the source action."""
    if asked.source:
        return _bucket(asked.source, names)
    form = {"OutputArtifactFormat": "CODEBUILD_CLONE_REF" if asked.full_clone else "CODE_ZIP"}
    path = urlsplit(spec.source.repository).path.strip("/").removesuffix(".git")
    if spec.source.type == "codecommit":
        repository = path.rpartition("/")[2]
        named = {"RepositoryName": repository, "BranchName": spec.source.branch, "PollForSourceChanges": "false"}
        arn = names.arn("codecommit", repository)
        return PipelineSourceContext("codecommit", "CodeCommit", named | form, repository_arn=arn)
    manual = asked.trigger is not None and asked.trigger.manual
    named = {"FullRepositoryId": path, "BranchName": spec.source.branch, "DetectChanges": "false" if manual else "true"}
    return PipelineSourceContext("connection", "CodeStarSourceConnection", named | form)


def _bucket(asked: BucketSource, names: Names) -> PipelineSourceContext:
    configuration = {"S3Bucket": asked.bucket, "S3ObjectKey": asked.key, "PollForSourceChanges": "false"}
    arn = f"arn:{names.partition}:s3:::{asked.bucket}"
    return PipelineSourceContext(
        "bucket", "S3", configuration, bucket_arn=arn, bucket=asked.bucket, object_key=asked.key, key_arn=asked.kms_key
    )


def pipeline_trigger(asked: Pipeline) -> PipelineTriggerContext | None:
    """Derive the filters of pushes; None where every push of the branch counts."""
    trigger = asked.trigger
    if trigger is None or not (trigger.branches or trigger.tags or trigger.paths):
        return None
    return PipelineTriggerContext(_filter(trigger.branches), _filter(trigger.tags), _filter(trigger.paths))


def _filter(written: Iterable[str]) -> PipelineFilterContext | None:
    patterns = list(written)
    if not patterns:
        return None
    return PipelineFilterContext(
        includes=[text for text in patterns if not text.startswith("!")] or None,
        excludes=[text[1:] for text in patterns if text.startswith("!")] or None,
    )


# Origins of the source's own values, below `pipeline.source`, and of the trigger's, below `pipeline.trigger`.
SOURCE_ORIGINS: Final[dict[str, tuple[str, ...]]] = {
    "kind": ("source.type", "pipeline.source"),
    "provider": ("source.type", "pipeline.source"),
    "configuration": ("source.repository", "source.branch", "pipeline.source", "pipeline.full_clone"),
    "configuration.*": ("source.repository", "source.branch", "pipeline.source", "pipeline.full_clone"),
    "repository_arn": ("source.repository",),
    "bucket_arn": ("pipeline.source.bucket",),
    "bucket": ("pipeline.source.bucket",),
    "object_key": ("pipeline.source.key",),
    "key_arn": ("pipeline.source.kms_key",),
}
TRIGGER_ORIGINS: Final[dict[str, tuple[str, ...]]] = {
    f"{kind}{below}": (f"pipeline.trigger.{key}",)
    for kind, key in (("branches", "branches"), ("tags", "tags"), ("file_paths", "paths"))
    for below in ("", ".includes", ".excludes")
}
