"""What starts the builds, applied in the sandbox by the real terraform and the real provider, read back, and destroyed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import pytest

from generator.errors import StatePlaceError, TerraformError
from generator.parts.connection.source_rules import HOSTS
from generator.parts.trigger.webhook_events import expected_events, starts
from generator.readback.left_over import left_over
from generator.readback.read_back import read_back

if TYPE_CHECKING:
    from collections.abc import Callable

    from generator.sandbox.control import SandboxInfo

pytestmark = [pytest.mark.terraform, pytest.mark.slow]

BASE: Final = """\
class: dev
stack: shop
region: us-east-1
account: "@ACCOUNT@"
tags: {Owner: team, CostCenter: "1"}
notifications: null
alarms: null
"""
EVERYTHING: Final = f"""\
{BASE}
encryption: {{}}
source:
  type: github
  repository: https://github.com/acme-platform/shop
  connection: {{approved: true}}
builds:
  main:
    runtime: {{nodejs: 22}}
    trigger:
      push: {{branches: [main, '/release\\/.+/'], paths: ['!docs/'], messages: ['![skip ci]'], actors: [1234567]}}
      also: {{releases: {{releases: {{names: [Shop]}}}}}}
  review:
    runtime: {{nodejs: 22}}
    phases: {{build: [npm test]}}
    secondary_artifacts: {{coverage: {{name: one.zip}}}}
    trigger: {{pull_requests: {{actors: [1234567, 7654321], targets: [main]}}}}
  actions: {{runtime: {{nodejs: 22}}, runner: {{workflows: [CI], organization: {{name: acme, repositories: [shop]}}}}}}
  by-hand: {{runtime: {{nodejs: 22}}, trigger: {{push: {{}}, by_hand: true}}}}
  nightly: {{runtime: {{nodejs: 22}}, schedule: {{expression: rate(1 day), flexible_window: 15m}}}}
  batch: {{runtime: {{nodejs: 22}}, batch: {{}}, schedule: {{expression: 'cron(0 3 ? * MON *)', build_type: batch}}}}
  lint: {{runtime: {{nodejs: 22}}, artifact: {{type: none}}}}
  package: {{runtime: {{nodejs: 22}}, batch: {{}}}}
pipeline:
  builds: [[lint], [package]]
  trigger: {{branches: [main]}}
  variables: {{LEVEL: {{default: info}}}}
  retry: failed-actions
  approval: {{message: Is it well}}
  deploy: {{bucket: {{bucket: acme-site}}, on_failure: rollback}}
"""
CHANGED: Final = (
    ("branches: [main, ", "branches: [trunk, "),
    ("rate(1 day)", "rate(2 days)"),
    ("default: info", "default: debug"),
    ("one.zip", "two.zip"),
)
ACCOUNT_TOKEN: Final = f"""\
{BASE}
source:
  type: @SERVER@
  repository: https://@SERVER_HOST@/acme-platform/shop
  credential: {{scope: account, secret: 'arn:aws:secretsmanager:us-east-1:@ACCOUNT@:secret:gitlab-AbCdEf'}}
builds: {{main: {{runtime: {{nodejs: 22}}}}}}
"""
NO_TOKEN: Final = f"""\
{BASE}
source:
  type: github
  repository: https://github.com/acme-platform/shop
  credential: {{scope: account}}
builds: {{main: {{runtime: {{nodejs: 22}}}}}}
"""


def changed(text: str) -> str:
    for before, after in CHANGED:
        text = text.replace(before, after)
    return text


def changes(planned: Any) -> dict[str, tuple[str, ...]]:
    return {change.address: change.actions for change in planned.plan.resources if change.actions != ("no-op",)}


def wrong(sandbox: SandboxInfo, environment: Any) -> list[Any]:
    return [check for check in read_back(sandbox.endpoint, environment) if not check.ok]


def test_all_that_starts_builds_lives_from_apply_over_a_change_to_destroy(
    sandbox: SandboxInfo, account: str, live_stack: Callable[[str], tuple[Any, Any]]
) -> None:
    environment, stack = live_stack(EVERYTHING)
    stack.apply(stack.plan())
    assert wrong(sandbox, environment) == []
    assert changes(stack.plan()) == {}
    environment, stack = live_stack(changed(EVERYTHING))
    planned = stack.plan()
    assert changes(planned) == {
        'module.builds.aws_codebuild_project.this["review"]': ("update",),
        'module.schedule.aws_scheduler_schedule.this["nightly"]': ("update",),
        'module.trigger.aws_codebuild_webhook.this["main"]': ("update",),
        "module.pipeline.aws_codepipeline.this": ("update",),
    }
    stack.apply(planned)
    assert wrong(sandbox, environment) == []
    assert changes(stack.plan()) == {}
    _, stack = live_stack(changed(EVERYTHING).replace("acme-platform/shop", "acme-platform/store"))
    webhooks = {key: done for key, done in changes(stack.plan()).items() if "aws_codebuild_webhook" in key}
    assert webhooks == {
        f'module.trigger.aws_codebuild_webhook.this["{build}"]': ("delete", "create")
        for build in ("by-hand", "main", "review")
    }
    _, stack = live_stack(changed(EVERYTHING).replace("us-east-1", "eu-west-1"))
    for work in (stack.plan, stack.destroy):
        with pytest.raises(StatePlaceError, match="live is applied in region us-east-1, not in eu-west-1"):
            work()
    _, stack = live_stack(changed(EVERYTHING))
    stack.destroy()
    assert left_over(sandbox.endpoint, account, "us-east-1") == []


@pytest.mark.parametrize("server", ["gitlab", "bitbucket"])
def test_a_credential_of_the_account_comes_before_the_webhook_that_needs_it(
    sandbox: SandboxInfo, account: str, live_stack: Callable[[str], tuple[Any, Any]], server: str
) -> None:
    environment, stack = live_stack(ACCOUNT_TOKEN.replace("@SERVER_HOST@", HOSTS[server]).replace("@SERVER@", server))
    stack.apply(stack.plan())
    assert wrong(sandbox, environment) == []
    assert changes(stack.plan()) == {}
    stack.destroy()
    assert left_over(sandbox.endpoint, account, "us-east-1") == []


def test_a_webhook_that_is_forced_without_a_credential_fails_with_the_words_of_aws(
    sandbox: SandboxInfo, account: str, live_stack: Callable[[str], tuple[Any, Any]]
) -> None:
    """The spec says that the account has a credential, and it has none."""
    _, stack = live_stack(NO_TOKEN)
    with pytest.raises(TerraformError, match="Could not find access token for server type github"):
        stack.apply(stack.plan())
    stack.destroy()
    assert left_over(sandbox.endpoint, account, "us-east-1") == []


def test_what_the_webhook_in_the_sandbox_lets_through_is_what_the_spec_says(
    live_stack: Callable[[str], tuple[Any, Any]],
) -> None:
    """The read-back tries events on the filters: it must notice filters that let too much, or too little, through."""
    environment, _ = live_stack(EVERYTHING)
    (event, _) = expected_events(environment.spec, "main")
    push: list[dict[str, Any]] = [
        {"type": "EVENT", "pattern": "PUSH"},
        {"type": "HEAD_REF", "pattern": "^refs/heads/main$"},
        {"type": "ACTOR_ACCOUNT_ID", "pattern": "^1234567$"},
    ]
    assert starts([push], event.values)
    assert not any(starts([push], values) for values in event.near_misses())
    loose: list[dict[str, Any]] = [*push[:2], {"type": "ACTOR_ACCOUNT_ID", "pattern": "1234567"}]
    assert any(starts([loose], values) for values in event.near_misses())
    excluded: list[dict[str, Any]] = [
        *push,
        {"type": "HEAD_REF", "pattern": "^refs/heads/main$", "excludeMatchedPattern": True},
    ]
    assert not starts([excluded], event.values)
