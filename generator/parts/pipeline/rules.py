"""Rules of the pipeline: what CodePipeline and CodeBuild cannot do together, and what would happen twice."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from generator.model.builds.sign_in import PROVIDERS, sign_in
from generator.model.builds.starts import pipeline_builds
from generator.model.rules.finding import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from generator.model.environment import EnvironmentSpec
    from generator.model.rules.finding import Path
    from generator.parts.pipeline.section import Pipeline, PipelineTrigger

_AT: Path = ("pipeline",)
_MOST_PATTERNS: Final = 8
# https://docs.aws.amazon.com/codepipeline/latest/userguide/reference-variables.html
_NAMESPACES: Final = ("codepipeline", "variables")


def pipeline(_: str, spec: EnvironmentSpec) -> Iterator[Finding]:
    """The pipeline has a source, and builds that nothing else starts."""
    asked = spec.pipeline
    if asked is None:
        return
    yield from _source(spec, asked)
    yield from _named_builds(spec, asked)
    yield from _starts(spec)
    if asked.trigger:
        yield from _trigger(spec, asked, asked.trigger)


def _source(spec: EnvironmentSpec, asked: Pipeline) -> Iterator[Finding]:
    if asked.source:
        if asked.full_clone:
            message = "an object in S3 has no history"
            yield Finding((*_AT, "full_clone"), message, "remove it", "pipeline-clone")
        return
    way = sign_in(spec)
    if spec.source.type == "codecommit" or (way and way.kind == "connection"):
        return
    if spec.source.connection:
        message, hint = (
            "cannot read the source before its connection is approved",
            "approve it, then set approved: true",
        )
    elif spec.source.type in PROVIDERS:
        message = "reads the source through a connection alone; a credential is for CodeBuild"
        hint = "add source.connection"
    else:
        message = f"cannot read a source of type {spec.source.type}"
        hint = "name an object in S3: pipeline: {source: {bucket: …, key: …}}"
    yield Finding(_AT, message, hint, "pipeline-source")


def _named_builds(spec: EnvironmentSpec, asked: Pipeline) -> Iterator[Finding]:
    if not asked.builds and len(spec.builds) > 1:
        message = f"must say which of the builds it runs: {', '.join(sorted(spec.builds))}"
        yield Finding(
            (*_AT, "builds"), message, "name them by step: builds: [[lint, test], [package]]", "pipeline-builds"
        )
    seen: dict[str, Path] = {}
    named: list[tuple[Path, str]] = [
        ((*_AT, "builds", number, index), name)
        for number, step in enumerate(asked.builds)
        for index, name in enumerate(step)
    ]
    if asked.deploy and asked.deploy.build:
        named.append(((*_AT, "deploy", "build"), asked.deploy.build))
    for path, name in named:
        if name not in spec.builds:
            message = f"there is no build {name}; there are {', '.join(sorted(spec.builds))}"
            yield Finding(path, message, "name one of them, or add it below builds", "pipeline-build")
        elif name in _NAMESPACES:
            message = f"CodePipeline has variables of its own below {name}, and a build's stand below the build's name"
            yield Finding(path, message, "give the build another name", "pipeline-namespace")
        elif name in seen:
            hint = "keep it once; to run it with other variables as well, write the same build under another name"
            yield Finding(path, f"{name} is in the pipeline twice", hint, "pipeline-twice")
        seen[name] = path
    for number, step in enumerate(asked.builds):
        if not step:
            yield Finding((*_AT, "builds", number), "is a step without builds", "remove it", "pipeline-step")


def _starts(spec: EnvironmentSpec) -> Iterator[Finding]:
    for name in sorted(pipeline_builds(spec)):
        build, at = spec.builds[name], ("builds", name)
        if build.trigger and not build.trigger.manual:
            message = "the pipeline builds it already: with a webhook, every push would be built twice"
            yield Finding(
                (*at, "trigger"), message, "remove it, or take the build out of the pipeline", "pipeline-webhook"
            )
        for key in ("schedule", "runner"):
            if getattr(build, key):
                message = "a build of a pipeline gets its source from there, and cannot start without it"
                hint = f"remove {key}, or take the build out of the pipeline"
                yield Finding((*at, key), message, hint, "pipeline-started")
        for key in ("source", "secondary_sources", "secondary_artifacts", "commit_status", "badge"):
            if getattr(build, key):
                message = "a build of a pipeline takes one source from it and gives one artifact back, and nothing else"
                hint = f"remove {key}, or take the build out of the pipeline"
                yield Finding((*at, key), message, hint, "pipeline-alone")


def _trigger(spec: EnvironmentSpec, asked: Pipeline, trigger: PipelineTrigger) -> Iterator[Finding]:
    at = (*_AT, "trigger")
    filters = {key: getattr(trigger, key) for key in ("branches", "tags", "paths")}
    if any(filters.values()) and (trigger.manual or asked.source or spec.source.type == "codecommit"):
        reason = "nothing starts it but a person" if trigger.manual else "only a connection tells of more than a change"
        yield Finding(at, f"has filters, but {reason}", "remove branches, tags and paths", "pipeline-filters")
    if trigger.manual and (asked.source or spec.source.type == "codecommit"):
        message = "is for a connection; here EventBridge starts the pipeline"
        yield Finding((*at, "manual"), message, "remove it", "pipeline-manual")
    if trigger.tags and (trigger.branches or trigger.paths):
        message = "CodePipeline filters by tags, or by branches and paths, not by both"
        yield Finding((*at, "tags"), message, "keep one of the two", "pipeline-tags")
    for key, patterns in filters.items():
        yield from _globs((*at, key), patterns)


def _globs(path: Path, patterns: list[str]) -> Iterator[Finding]:
    for index, text in enumerate(patterns):
        bare = text.removeprefix("!")
        if not bare or (len(bare) > 1 and bare[0] == bare[-1] == "/"):
            message = "is not a glob: CodePipeline knows *, ** and {a,b}, and no regular expressions"
            yield Finding((*path, index), message, "write it as in release/**", "pipeline-glob")
    excluding = sum(text.startswith("!") for text in patterns)
    most = max(excluding, len(patterns) - excluding)
    if most > _MOST_PATTERNS:
        message = f"has {most} patterns of one kind; CodePipeline takes {_MOST_PATTERNS} with ! and as many without"
        yield Finding(path, message, "join some with * or {a,b}", "pipeline-patterns")
