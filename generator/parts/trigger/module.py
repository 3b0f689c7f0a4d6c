"""Module `trigger`: the webhooks by which the server starts builds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from generator.model.builds.sign_in import HOSTED
from generator.model.builds.sources import source_of
from generator.model.builds.starts import asked_trigger, listens_anywhere, webhook_builds
from generator.parts.builds.settings import ANY_REPOSITORY
from generator.parts.framework.module import Module
from generator.parts.trigger.webhooks import FilterGroup, runner_group, trigger_groups

if TYPE_CHECKING:
    from generator.model.environment import EnvironmentSpec
    from generator.parts.framework.contribution import Contribution
    from generator.parts.framework.scope import Scope

BUILD_TYPES: Final = {"build": "BUILD", "batch": "BUILD_BATCH"}


@dataclass(frozen=True, slots=True)
class ScopeContext:
    """What a webhook listens to beyond one repository: an organisation, an enterprise or a group."""

    scope: str
    name: str
    domain: str | None


@dataclass(frozen=True, slots=True)
class WebhookContext:
    """One webhook."""

    key: str
    repository: str
    build_type: str
    by_hand: bool
    scope: ScopeContext | None
    filter_groups: list[FilterGroup]


@dataclass(frozen=True, slots=True)
class TriggerContext:
    """Arguments of module `trigger`, and the label of each runner, for `runs-on`."""

    webhooks: list[WebhookContext]
    runner_labels: dict[str, str]

    @property
    def by_hand(self) -> bool:
        """Whether some webhook is entered at the server by a person."""
        return any(webhook.by_hand for webhook in self.webhooks)

    @property
    def pull_requests(self) -> bool:
        """Whether some webhook starts builds of pull requests."""
        groups = (group for webhook in self.webhooks for group in webhook.filter_groups)
        return any("PULL_REQUEST" in group.match["EVENT"] for group in groups)


@dataclass(frozen=True, slots=True)
class TriggerShape:
    """Features of module `trigger`: webhooks that are entered by hand, have a scope, or wait for a credential."""

    by_hand: bool
    scope: bool
    credential: bool


def trigger(scope: Scope, _: Contribution) -> Module | None:
    """Derive module `trigger`; None where no build has a webhook, as without a way to sign in."""
    spec, names = scope.spec, scope.names
    webhooks = [_webhook(key, spec) for key in webhook_builds(spec)]
    if not webhooks:
        return None
    credential = spec.source.credential
    labels = {key: runner_label(names.projects[key]) for key in sorted(spec.builds) if spec.builds[key].runner}
    arguments = TriggerContext(webhooks, labels)
    shape = TriggerShape(
        by_hand=arguments.by_hand,
        scope=any(webhook.scope for webhook in webhooks),
        credential=credential is not None and credential.scope == "account" and credential.secret is not None,
    )
    return Module(arguments, shape)


def has_webhooks(scope: Scope) -> bool:
    """Tell whether the server starts some build."""
    return bool(webhook_builds(scope.spec))


def has_webhooks_by_hand(scope: Scope) -> bool:
    """Tell whether some webhook is entered at the server by a person."""
    return any(_by_hand(key, scope.spec) for key in webhook_builds(scope.spec))


def has_runners(scope: Scope) -> bool:
    """Tell whether some build is a runner of workflows that a webhook can start."""
    return has_webhooks(scope) and any(build.runner for build in scope.spec.builds.values())


def runner_label(project: str) -> str:
    """Return the label by which a workflow asks for a runner: GitHub fills in the run.

    https://docs.aws.amazon.com/codebuild/latest/userguide/action-runner.html
    """
    return f"codebuild-{project}-${{{{ github.run_id }}}}-${{{{ github.run_attempt }}}}"


def _webhook(key: str, spec: EnvironmentSpec) -> WebhookContext:
    build, asked = spec.builds[key], asked_trigger(spec, key)
    groups = [runner_group(build.runner)] if build.runner else []
    return WebhookContext(
        key=key,
        repository=ANY_REPOSITORY if listens_anywhere(build) else str(source_of(spec, key).location),
        build_type=BUILD_TYPES[asked.build_type if asked else "build"],
        by_hand=_by_hand(key, spec),
        scope=_scope(key, spec),
        filter_groups=[*groups, *(trigger_groups(asked, source_of(spec, key).version or "") if asked else ())],
    )


def _by_hand(key: str, spec: EnvironmentSpec) -> bool:
    build = spec.builds[key]
    # A GitHub server of one's own and an enterprise let nobody but their people enter a webhook.
    if source_of(spec, key).type == "github-enterprise" or (build.runner and build.runner.enterprise):
        return True
    return build.trigger is not None and build.trigger.by_hand


def _scope(key: str, spec: EnvironmentSpec) -> ScopeContext | None:
    build, source = spec.builds[key], source_of(spec, key)
    organization = build.trigger.organization if build.trigger else None
    enterprise = build.runner.enterprise if build.runner else None
    if build.runner:
        organization = build.runner.organization
    domain = urlsplit(source.location or "").hostname if source.type in HOSTED else None
    if enterprise:
        return ScopeContext("GITHUB_GLOBAL", enterprise.name, domain)
    if organization:
        kind = "GITLAB_GROUP" if source.type.startswith("gitlab") else "GITHUB_ORGANIZATION"
        return ScopeContext(kind, organization.name, domain)
    return None


_STARTS: Final = ("builds.*.trigger", "builds.*.runner")
ORIGINS: Final[dict[str, tuple[str, ...]]] = {
    "trigger": ("source.connection", "source.credential", "builds.*.trigger", "builds.*.runner"),
    "trigger.webhooks": _STARTS,
    "trigger.webhooks.*": _STARTS,
    "trigger.webhooks.*.key": ("builds.*",),
    "trigger.webhooks.*.repository": ("builds.*.source.repository", "source.repository", *_STARTS),
    "trigger.webhooks.*.build_type": ("builds.*.trigger.build_type",),
    "trigger.webhooks.*.by_hand": ("builds.*.trigger.by_hand", "builds.*.runner.enterprise", "source.type"),
    "trigger.webhooks.*.scope": ("builds.*.trigger.organization", "builds.*.runner"),
    "trigger.webhooks.*.scope.*": ("builds.*.trigger.organization", "builds.*.runner"),
    "trigger.webhooks.*.filter_groups": _STARTS,
    "trigger.webhooks.*.filter_groups.*": _STARTS,
    "trigger.runner_labels": ("builds.*.runner", "stack"),
    "trigger.runner_labels.*": ("builds.*.runner", "stack", "names.project"),
    "shapes.trigger.by_hand": ("builds.*.trigger.by_hand", "builds.*.runner.enterprise"),
    "shapes.trigger.credential": ("source.credential",),
    "shapes.trigger.scope": ("builds.*.trigger.organization", "builds.*.runner"),
}
