"""Rules of what is put together from many keys, and may grow beyond what AWS takes: policies, patterns, documents.

Each is measured as it will be sent, but only where the spec is so large that it could come near its limit: the others
cost nothing. What is sent, the derivation knows, which is asked here and by no other rule.
"""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Final

from generator.aws.limits import (
    ACTION_CONFIGURATION,
    BUILDSPEC,
    EVENT_PATTERN,
    KEPT_INSIDE_ROLE,
    PIPELINE_VARIABLE_NAME,
    REPOSITORY_POLICY,
    ROLE_POLICIES,
    TOPIC_PRINCIPALS,
)
from generator.language.nodes import dotted
from generator.model.names import Names
from generator.model.rules.finding import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from generator.aws.limits import Limit
    from generator.model.environment import EnvironmentSpec
    from generator.model.rules.finding import Path
    from generator.parts.builds.section.build import Build

# An ARN around a name, with its quotes and comma; what a role may do whatever the spec says, at most.
_ARN: Final = 90
_FIXED: Final = 5_300
# A project's name has at most a stack's, an environment's and a build's, with two hyphens.
_PROJECT: Final = 40 + 32 + 30 + 2
_HINTS: Final = {
    "secrets": "keep several values in one secret of Secrets Manager, each with its json_key, or split the build",
    "push_to": "push fewer images from this build, or split it",
    "reports": "split the build",
    "secondary_sources": "split the build",
    "image": "split the build",
    "package_repositories": "split the build",
    "network": "name fewer subnets",
    "deploy": "pass fewer roles on",
    "permissions": "permit less, or more: beyond 2,048 characters all of it goes into managed policies",
    "builds": "shorten stack or the builds' names, or use fewer builds",
}


def sizes(environment: str, spec: EnvironmentSpec) -> Iterator[Finding]:
    """What follows from the whole spec fits into AWS."""
    # A name that stands for nothing is the business of another rule, and cannot be measured.
    with contextlib.suppress(LookupError):
        yield from _roles(environment, spec)
    yield from _buildspecs(environment, spec)
    yield from _pipeline(spec)
    yield from _events(environment, spec)
    yield from _shared(environment, spec)


def _over(size: int, limit: Limit) -> str:
    return f"{size:,} {limit.unit}; AWS allows {limit.most:,}, so {size - limit.most:,} must go"


def _roles(environment: str, spec: EnvironmentSpec) -> Iterator[Finding]:
    started = len(spec.builds) * (_ARN + _PROJECT) + (
        KEPT_INSIDE_ROLE if spec.pipeline and spec.pipeline.permissions else 0
    )
    if _FIXED + max(started, *(_reach(build) for build in spec.builds.values())) <= ROLE_POLICIES.most:
        return
    from generator.parts.access.role_policies import role_policies  # noqa: PLC0415  # for large specs only

    for role in role_policies(spec, Names.of(environment, spec)):
        if role.characters > ROLE_POLICIES.most:
            (most, share), *others = role.shares.items()
            also = "".join(f", {dotted(key)} for {size:,}" for key, size in others)
            message = (
                f"makes the policies of IAM role {role.name} {_over(role.characters, ROLE_POLICIES)} "
                f"(this key accounts for {share:,}{also})"
            )
            yield Finding(
                most,
                message,
                _HINTS.get(str(most[-1]), "ask for less here, or split the build"),
                "role-policies-too-large",
            )


def _reach(build: Build) -> int:
    secrets = sum(_ARN + len(each.secrets_manager or each.parameter or "") for each in build.secrets.values())
    others = sum(_ARN + len(each.object or each.repository or "") for each in build.secondary_sources.values())
    # Of what is permitted, no more stays inside the role.
    permitted = KEPT_INSIDE_ROLE if build.permissions else 0
    return permitted + secrets + others + sum(2 * _ARN + len(each) for each in (*build.push_to, *build.reports))


def _buildspecs(environment: str, spec: EnvironmentSpec) -> Iterator[Finding]:
    for key, build in spec.builds.items():
        phases = (*(build.phases or {}).values(), *build.finally_.values())
        commands = sum(len(each) for phase in phases for each in phase)
        listed = (*build.cache_paths, *(build.artifact_files or ()), *build.exported_variables)
        # One sign can become six, and a line gets its indent: this is far below what could be too much.
        if commands + sum(len(each) for each in listed) < BUILDSPEC.most // 8:
            continue
        from generator.aws.documents import yaml_text  # noqa: PLC0415  # for large specs only
        from generator.parts.builds.buildspec import buildspec  # noqa: PLC0415
        from generator.parts.framework.scope import Scope  # noqa: PLC0415
        from generator.parts.framework.stack import contributions  # noqa: PLC0415

        scope = Scope.of(environment, spec)
        whole = buildspec(key, build, scope.names, contributions(scope).commands)
        size = len(yaml_text(whole or {}).encode())
        if size > BUILDSPEC.most:
            at = "phases" if commands else "cache_paths"
            hint = "move the commands to a script or a buildspec in the repository"
            message = f"makes the buildspec {_over(size, BUILDSPEC)}"
            yield Finding(("builds", key, at), message, hint, "buildspec-too-large")


def _pipeline(spec: EnvironmentSpec) -> Iterator[Finding]:
    asked = spec.pipeline
    if asked is None or not asked.variables:
        return
    from generator.aws.documents import json_text  # noqa: PLC0415  # for pipelines only

    for name in asked.variables:
        if len(name) > PIPELINE_VARIABLE_NAME.most:
            message = (
                f"has {len(name)} characters; CodePipeline takes {PIPELINE_VARIABLE_NAME.most} in a variable's name"
            )
            yield Finding(("pipeline", "variables", name), message, "shorten it", "pipeline-variable-name")
    passed = [
        {"name": name, "type": "PLAINTEXT", "value": f"#{{variables.{name}}}"} for name in sorted(asked.variables)
    ]
    size = len(json_text(passed))
    if size > ACTION_CONFIGURATION.most:
        message = (
            f"{len(passed)} variables make what the pipeline passes to each build "
            f"{_over(size, ACTION_CONFIGURATION)} (each costs 53 and twice its name)"
        )
        hint = "use fewer variables or shorter names; what no start sets belongs in the variables of a build"
        yield Finding(("pipeline", "variables"), message, hint, "pipeline-variables-too-large")


def _events(environment: str, spec: EnvironmentSpec) -> Iterator[Finding]:
    section = spec.notifications
    if section is None:
        return
    if len(section.builds or spec.builds) * _PROJECT < EVENT_PATTERN.most // 2:
        return
    from generator.parts.notifications.module import event_patterns  # noqa: PLC0415  # for large specs only

    projects = Names.of(environment, spec).projects
    watched = [projects[build] for build in section.builds or spec.builds if build in projects]
    size = max(len(pattern) for pattern in event_patterns(section, watched))
    if size > EVENT_PATTERN.most:
        at = ("notifications", "builds") if section.builds else ("notifications",)
        message = f"names {len(watched)} projects in the event pattern, which makes it {_over(size, EVENT_PATTERN)}"
        hint = "announce fewer builds (notifications.builds), or shorten stack, the environment's name or the builds'"
        yield Finding(at, message, hint, "event-pattern-too-large")


def _shared(environment: str, spec: EnvironmentSpec) -> Iterator[Finding]:
    accounts = spec.registry.pull_accounts if spec.registry else []
    if len(accounts) * _ARN > REPOSITORY_POLICY.most:
        from generator.parts.registry.module import pull_policy  # noqa: PLC0415  # for large specs only

        size = len(pull_policy(accounts, Names.of(environment, spec)))
        if size > REPOSITORY_POLICY.most:
            message = f"makes the policy of each repository {_over(size, REPOSITORY_POLICY)}"
            hint = "let fewer accounts pull, or replicate the images to a registry that they share"
            yield Finding(("registry", "pull_accounts"), message, hint, "repository-policy-too-large")
    listed: Path = ("notifications", "subscriber_accounts")
    count = len(spec.notifications.subscriber_accounts) if spec.notifications else 0
    if count > TOPIC_PRINCIPALS.most:
        message = f"lets {count} accounts subscribe; a statement of an SNS topic's policy names {TOPIC_PRINCIPALS.most}"
        yield Finding(listed, message, "name fewer accounts", "topic-principals")
