"""Module `notifications`: the topic, the events that reach it, and who hears them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from generator.aws.documents import json_text
from generator.parts.framework.contribution import BUDGETS, CLOUDWATCH, EVENTS, NOTHING, Contribution
from generator.parts.framework.module import Module

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from generator.model.names import Names
    from generator.parts.framework.scope import Scope
    from generator.parts.notifications.section import Notifications

# A build that timed out or met a fault has failed, in the eyes of the one who waits for it.
BUILD_STATES: Final = {"FAILED": ("FAILED", "FAULT", "TIMED_OUT")}
PHASE_STATES: Final = {"FAILED": ("CLIENT_ERROR", "FAILED", "FAULT", "TIMED_OUT")}
# What an execution of a pipeline calls the states of a build.
PIPELINE_STATES: Final = {"IN_PROGRESS": ("STARTED",)}
CONSOLES: Final = {"aws-cn": "console.amazonaws.cn", "aws-us-gov": "console.amazonaws-us-gov.com"}


@dataclass(frozen=True, slots=True)
class NotificationsContext:
    """Arguments of module `notifications`; None or empty where its shape has no such argument."""

    topic_name: str
    topic_arn: str | None
    display_name: str
    partition: str
    region: str
    account_id: str
    rule_name: str
    phase_rule_name: str
    project_names: list[str]
    build_statuses: list[str]
    phase_statuses: list[str]
    builds_url: str | None
    pipeline_name: str
    pipeline_rule_name: str
    pipeline_states: list[str]
    pipeline_url: str | None
    action_rule_name: str | None
    retry_seconds: int
    retries: int
    queue_name: str
    retention_seconds: int
    email: list[str]
    https: list[str]
    https_auto_confirms: bool
    queue_arns: list[str]
    function_arns: list[str]
    subscriber_account_ids: list[str]
    alarm_arns: list[str]
    budgets: bool


@dataclass(frozen=True, slots=True)
class NotificationsShape:
    """Features of module `notifications`: what it says, who publishes, who is subscribed."""

    topic: bool
    kms: bool
    text: bool
    phases: bool
    pipeline: bool
    failed_actions: bool
    alarms: bool
    budgets: bool
    watched: bool
    email: bool
    https: bool
    queues: bool
    functions: bool
    accounts: bool


def notifications(scope: Scope, asked: Contribution) -> Module | None:
    """Derive module `notifications`; None where nobody is told."""
    spec, names = scope.spec, scope.names
    section = spec.notifications
    if section is None:
        return None
    speakers, is_text = () if section.exists else asked.publishers, section.message == "text"
    pipeline_states = _states(section.statuses, PIPELINE_STATES) if spec.pipeline else []
    arguments = NotificationsContext(
        topic_name=names.topic,
        topic_arn=section.topic_arn,
        display_name=names.prefix,
        partition=names.partition,
        region=spec.region,
        account_id=spec.account,
        rule_name=names.topic,
        phase_rule_name=names.phase_rule,
        project_names=sorted(names.projects[build] for build in section.builds or spec.builds),
        build_statuses=_states(section.statuses, BUILD_STATES),
        phase_statuses=_states(section.phases, PHASE_STATES),
        builds_url=_builds_url(names) if is_text else None,
        pipeline_name=names.pipeline,
        pipeline_rule_name=names.pipeline_rule,
        pipeline_states=pipeline_states,
        pipeline_url=_pipeline_url(names) if is_text else None,
        action_rule_name=names.action_rule if "FAILED" in pipeline_states else None,
        retry_seconds=section.retry_for * 60,
        retries=section.retries,
        queue_name=names.undelivered,
        retention_seconds=section.keep_undelivered_days * 24 * 60 * 60,
        email=sorted(section.email),
        https=sorted(section.https),
        https_auto_confirms=section.https_auto_confirms,
        queue_arns=sorted(section.sqs),
        function_arns=sorted(section.functions),
        subscriber_account_ids=sorted(section.subscriber_accounts),
        alarm_arns=alarm_arns(scope) if CLOUDWATCH in speakers else [],
        budgets=BUDGETS in speakers,
    )
    watched = section.alarm_on_undelivered
    shape = _shape(arguments, kms=spec.encryption is not None, watched=watched, topic=not section.exists)
    return Module(arguments, shape)


def _shape(arguments: NotificationsContext, *, kms: bool, watched: bool, topic: bool) -> NotificationsShape:
    return NotificationsShape(
        topic=topic,
        kms=kms and topic,
        text=arguments.builds_url is not None,
        phases=bool(arguments.phase_statuses),
        pipeline=bool(arguments.pipeline_states),
        failed_actions=arguments.action_rule_name is not None,
        alarms=bool(arguments.alarm_arns),
        budgets=arguments.budgets,
        watched=watched,
        email=bool(arguments.email),
        https=bool(arguments.https),
        queues=bool(arguments.queue_arns),
        functions=bool(arguments.function_arns),
        accounts=bool(arguments.subscriber_account_ids),
    )


def alarm_arns(scope: Scope) -> list[str]:
    """Return ARNs, with * at their ends, of the alarms that may publish: those of a project begin with its name."""
    names = scope.names
    starts = [f"{names.prefix}-", *(f"{project}-" for project in sorted(names.projects.values()))]
    return [
        names.arn("cloudwatch", f"alarm:{each}*")
        for each in starts
        if each == starts[0] or not each.startswith(starts[0])
    ]


def event_patterns(section: Notifications, projects: Iterable[str]) -> list[str]:
    """Return the patterns of the rules, as they are sent: to be measured, since each names every project."""
    named = sorted(projects)
    states = {"build-status": _states(section.statuses, BUILD_STATES), "project-name": named}
    phases = {"completed-phase-status": _states(section.phases, PHASE_STATES), "project-name": named}
    kinds = {"CodeBuild Build State Change": states} | (
        {"CodeBuild Build Phase Change": phases} if section.phases else {}
    )
    return [
        json_text({"source": ["aws.codebuild"], "detail-type": [kind], "detail": detail})
        for kind, detail in kinds.items()
    ]


def _states(wanted: Iterable[str], includes: Mapping[str, tuple[str, ...]]) -> list[str]:
    return sorted(state for name in wanted for state in includes.get(name, (name,)))


def _builds_url(names: Names) -> str:
    """Return the console's page of a project's builds; EventBridge puts the project's name in place of <project>."""
    return _page(names, f"codebuild/{names.account}/projects/<project>/history")


def _pipeline_url(names: Names) -> str:
    return _page(names, f"codepipeline/pipelines/{names.pipeline}/view")


def _page(names: Names, page: str) -> str:
    console = CONSOLES.get(names.partition, "console.aws.amazon.com")
    return f"https://{console}/codesuite/{page}?region={names.region}"


def has_topic(scope: Scope) -> bool:
    """Tell whether somebody is told."""
    return scope.spec.notifications is not None


def contributes(scope: Scope) -> Contribution:
    """Make the topic, and publish to it: events, and the alarm on what could not be delivered."""
    section = scope.spec.notifications
    if section is None:
        return NOTHING
    watched = (CLOUDWATCH,) if section.alarm_on_undelivered else ()
    return Contribution(topics=() if section.exists else (scope.names.topic_arn,), publishers=(EVENTS, *watched))


ORIGINS: Final[dict[str, tuple[str, ...]]] = {
    "notifications": ("notifications",),
    "notifications.topic_name": ("stack", "names.topic"),
    "notifications.topic_arn": ("notifications.topic_arn",),
    "shapes.notifications.topic": ("notifications.topic_arn",),
    "notifications.display_name": ("stack",),
    "notifications.partition": ("region",),
    "notifications.region": ("region",),
    "notifications.account_id": ("account",),
    "notifications.rule_name": ("stack", "names.topic"),
    "notifications.phase_rule_name": ("stack",),
    "notifications.project_names": ("notifications.builds", "builds", "stack", "names.project"),
    "notifications.build_statuses": ("notifications.statuses",),
    "notifications.phase_statuses": ("notifications.phases",),
    "notifications.builds_url": ("region", "account", "notifications.message"),
    "notifications.pipeline_name": ("stack", "names.pipeline"),
    "notifications.pipeline_rule_name": ("stack",),
    "notifications.pipeline_states": ("notifications.statuses", "pipeline"),
    "notifications.pipeline_url": ("region", "stack", "names.pipeline", "notifications.message"),
    "notifications.action_rule_name": ("notifications.statuses", "pipeline", "stack"),
    "notifications.retry_seconds": ("notifications.retry_for",),
    "notifications.retries": ("notifications.retries",),
    "notifications.queue_name": ("stack",),
    "notifications.retention_seconds": ("notifications.keep_undelivered_days",),
    "notifications.email": ("notifications.email",),
    "notifications.https": ("notifications.https",),
    "notifications.https_auto_confirms": ("notifications.https_auto_confirms",),
    "notifications.queue_arns": ("notifications.sqs",),
    "notifications.function_arns": ("notifications.lambda",),
    "notifications.subscriber_account_ids": ("notifications.subscriber_accounts",),
    "notifications.alarm_arns": (
        "names.project",
        *("stack", "region", "account", "alarms", "notifications.alarm_on_undelivered", "builds.*.schedule"),
    ),
    "notifications.budgets": ("budget", "budget.topic"),
    "shapes.notifications.accounts": ("notifications.subscriber_accounts",),
    "shapes.notifications.alarms": ("alarms", "notifications.alarm_on_undelivered", "builds.*.schedule"),
    "shapes.notifications.budgets": ("budget", "budget.topic"),
    "shapes.notifications.email": ("notifications.email",),
    "shapes.notifications.functions": ("notifications.lambda",),
    "shapes.notifications.https": ("notifications.https",),
    "shapes.notifications.kms": ("encryption", "notifications.topic_arn"),
    "shapes.notifications.failed_actions": ("notifications.statuses", "pipeline"),
    "shapes.notifications.pipeline": ("pipeline",),
    "shapes.notifications.phases": ("notifications.phases",),
    "shapes.notifications.queues": ("notifications.sqs",),
    "shapes.notifications.text": ("notifications.message",),
    "shapes.notifications.watched": ("notifications.alarm_on_undelivered",),
}
