"""What starts the builds: which have a webhook, what its filters let through, and how CodeBuild signs in."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest

from generator.model.loading.load import load_environment
from generator.parts.framework.stack import derive

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from generator.workspace import Workspace

    MakeWorkspace = Callable[[Mapping[str, str]], Workspace]

BASE = """\
stack: shop
region: eu-west-1
account: "111122223333"
tags: {Owner: team, CostCenter: "1"}
source: {type: github, repository: https://github.com/acme-platform/shop, branch: develop}
builds: {main: {runtime: {nodejs: 22}}}
"""
CONNECTION = "arn:aws:codeconnections:us-east-1:111122223333:connection/aaaa-bbbb"
SECRET = "arn:aws:secretsmanager:eu-west-1:111122223333:secret:github-AbCdEf"
SIGNED_IN = f"source: {{connection: {{arn: '{CONNECTION}'}}}}\n"


@pytest.fixture
def root(workspace_of: MakeWorkspace) -> Callable[[str], Mapping[str, Any]]:
    """Derive an environment from an addition to BASE; returns the context of the root templates."""

    def of(addition: str) -> Mapping[str, Any]:
        workspace = workspace_of({"_base": BASE, "dev": f"extends: _base\n{addition}\n"})
        return derive(load_environment(workspace, "dev")).root

    return of


@pytest.fixture
def groups(root: Callable[[str], Mapping[str, Any]]) -> Callable[[str], list[Any]]:
    """Derive the filter groups of build main, from its trigger or its runner."""

    def of(addition: str) -> list[Any]:
        derived = root(f"{SIGNED_IN}builds: {{main: {{{addition}}}}}")
        (webhook,) = derived["trigger"].webhooks
        return [(group.match, group.exclude) for group in webhook.filter_groups]

    return of


@pytest.mark.parametrize(
    "addition",
    [
        "",
        "builds: {main: {trigger: {push: {branches: [main]}}}}",
        "source: {connection: {}}",
        "source: {connection: {}}\nbuilds: {main: {trigger: {releases: {}}}}",
    ],
    ids=["nothing said", "a trigger alone", "a connection that nobody approved", "both"],
)
def test_without_a_way_to_sign_in_there_is_no_webhook_whatever_the_trigger_says(
    root: Callable[[str], Mapping[str, Any]], addition: str
) -> None:
    derived = root(addition)
    assert derived["trigger"] is None
    assert derived["source"].auth_type is None


@pytest.mark.parametrize(
    ("source", "auth_type", "auth_arn"),
    [
        (f"{{connection: {{arn: '{CONNECTION}'}}}}", "CODECONNECTIONS", CONNECTION),
        ("{connection: {approved: true}}", "CODECONNECTIONS", None),
        (f"{{credential: {{secret: '{SECRET}'}}}}", "SECRETS_MANAGER", SECRET),
        ("{credential: {scope: account}}", None, None),
        (f"{{credential: {{scope: account, secret: '{SECRET}'}}}}", None, None),
    ],
)
def test_with_one_a_build_that_says_nothing_is_built_on_pushes_of_its_branch(
    root: Callable[[str], Mapping[str, Any]], source: str, auth_type: str | None, auth_arn: str | None
) -> None:
    derived = root(f"source: {source}")
    (webhook,) = derived["trigger"].webhooks
    assert [(group.match, group.exclude) for group in webhook.filter_groups] == [
        ({"EVENT": "PUSH", "HEAD_REF": "^refs/heads/develop$"}, {})
    ]
    assert (derived["source"].auth_type, derived["source"].auth_arn) == (auth_type, auth_arn)


@pytest.mark.parametrize(
    ("addition", "webhooks"),
    [
        ("builds: {main: {trigger: {manual: true}}}", []),
        ("builds: {main: {schedule: {expression: rate(1 day)}}}", []),
        ("builds: {main: {schedule: {expression: rate(1 day)}, trigger: {push: {}}}}", ["main"]),
        ("builds: {main: {batch: {}, trigger: {build_type: batch}}}", ["main"]),
        ("builds: {main: {source: {branch: stable}}}", ["main"]),
        ("builds: {main: {source: {type: none}, phases: {build: [make]}}}", []),
        ("pipeline: {}", []),
        ("builds: {other: {runtime: {nodejs: 22}}}\npipeline: {builds: [[main]]}", ["other"]),
    ],
)
def test_a_build_that_starts_otherwise_has_no_webhook_unless_it_asks_for_one(
    root: Callable[[str], Mapping[str, Any]], addition: str, webhooks: list[str]
) -> None:
    trigger = root(SIGNED_IN + addition)["trigger"]
    assert [webhook.key for webhook in (trigger.webhooks if trigger else ())] == webhooks


@pytest.mark.parametrize(
    ("trigger", "match", "exclude"),
    [
        ("push: {}", {"HEAD_REF": "^refs/heads/develop$"}, {}),
        ("push: {branches: [main]}", {"HEAD_REF": "^refs/heads/main$"}, {}),
        ("push: {branches: [release/1.0]}", {"HEAD_REF": r"^refs/heads/release/1\.0$"}, {}),
        (
            r"push: {branches: [main, '/v\d/'], tags: ['/v.+/']}",
            {"HEAD_REF": r"^(?:refs/heads/main|refs/heads/(?:v\d)|refs/tags/(?:v.+))$"},
            {},
        ),
        ("push: {branches: ['!main']}", {"HEAD_REF": "^refs/heads/.+$"}, {"HEAD_REF": "^refs/heads/main$"}),
        ("push: {tags: ['!/.*rc/']}", {"HEAD_REF": "^refs/tags/.+$"}, {"HEAD_REF": "^refs/tags/(?:.*rc)$"}),
        (
            "push: {paths: [api/, package.json, '!api/docs/']}",
            {"HEAD_REF": "^refs/heads/develop$", "FILE_PATH": r"^(?:api/.+|package\.json)$"},
            {"FILE_PATH": "^api/docs/.+$"},
        ),
        (
            "push: {messages: ['![skip ci]', '/fix: .*/']}",
            {"HEAD_REF": "^refs/heads/develop$", "COMMIT_MESSAGE": "^(?:fix: .*)$"},
            {"COMMIT_MESSAGE": r"^[\s\S]*\[skip ci\][\s\S]*$"},
        ),
        (
            "push: {actors: [1234, '5678']}",
            {"HEAD_REF": "^refs/heads/develop$", "ACTOR_ACCOUNT_ID": "^(?:1234|5678)$"},
            {},
        ),
        (
            "push: {}, organization: {name: acme, repositories: [shop, '!/.*-old/']}",
            {"HEAD_REF": "^refs/heads/develop$", "REPOSITORY_NAME": "^shop$"},
            {"REPOSITORY_NAME": "^(?:.*-old)$"},
        ),
    ],
)
def test_pushes_are_filtered_by_whole_regular_expressions(
    groups: Callable[[str], list[Any]], trigger: str, match: dict[str, str], exclude: dict[str, str]
) -> None:
    assert groups(f"trigger: {{{trigger}}}") == [({"EVENT": "PUSH", **match}, exclude)]


def test_pull_requests_are_filtered_by_who_sends_them_and_where_they_go(groups: Callable[[str], list[Any]]) -> None:
    asked = "events: [merged, created], actors: [1234], targets: [main], branches: ['/feature\\/.+/'], paths: ['!ci/']"
    ((match, exclude),) = groups(f"phases: {{build: [make]}}, trigger: {{pull_requests: {{{asked}}}}}")
    assert match == {
        "EVENT": "PULL_REQUEST_CREATED, PULL_REQUEST_MERGED",
        "HEAD_REF": r"^refs/heads/(?:feature\/.+)$",
        "BASE_REF": "^refs/heads/main$",
        "ACTOR_ACCOUNT_ID": "^1234$",
    }
    assert exclude == {"FILE_PATH": "^ci/.+$"}


def test_releases_are_filtered_by_tag_and_title(groups: Callable[[str], list[Any]]) -> None:
    found = groups("trigger: {releases: {events: [prereleased, released], tags: ['/v.+/'], names: ['!Draft']}}")
    assert found == [({"EVENT": "RELEASED, PRERELEASED", "TAG_NAME": "^(?:v.+)$"}, {"RELEASE_NAME": "^Draft$"})]


def test_several_groups_each_start_the_build(groups: Callable[[str], list[Any]]) -> None:
    found = groups("trigger: {push: {}, releases: {}, also: {hotfix: {push: {branches: [hotfix]}}}}")
    assert [match["EVENT"] for match, _ in found] == ["PUSH", "RELEASED", "PUSH"]
    assert found[2][0]["HEAD_REF"] == "^refs/heads/hotfix$"


def test_a_runner_waits_for_jobs_of_its_workflows(root: Callable[[str], Mapping[str, Any]]) -> None:
    runner = "{workflows: [CI], enterprise: {name: acme, organizations: [acme-platform], repositories: [shop]}}"
    derived = root(f"{SIGNED_IN}builds: {{main: {{runner: {runner}}}}}")
    (webhook,) = derived["trigger"].webhooks
    (group,) = webhook.filter_groups
    assert group.match == {
        "EVENT": "WORKFLOW_JOB_QUEUED",
        "WORKFLOW_NAME": "^CI$",
        "ORGANIZATION_NAME": "^acme-platform$",
        "REPOSITORY_NAME": "^shop$",
    }
    assert (webhook.scope.scope, webhook.scope.name, webhook.by_hand) == ("GITHUB_GLOBAL", "acme", True)
    labels = derived["trigger"].runner_labels
    assert labels == {"main": "codebuild-shop-dev-main-${{ github.run_id }}-${{ github.run_attempt }}"}


def test_a_runner_has_no_artifact_and_no_commands_of_its_own(root: Callable[[str], Mapping[str, Any]]) -> None:
    (project,) = root(f"{SIGNED_IN}builds: {{main: {{runner: {{}}, phases: {{install: [npm ci]}}}}}}")[
        "builds"
    ].projects
    assert project.artifact.type == "NO_ARTIFACTS"
    assert project.buildspec["phases"]["install"]["commands"] == ["npm ci"]
    assert "artifacts" not in project.buildspec


@pytest.mark.parametrize(
    ("source", "scope"),
    [
        ("type: github, repository: https://github.com/acme/shop", ("GITHUB_ORGANIZATION", "acme", None)),
        ("type: gitlab, repository: https://gitlab.com/acme/shop", ("GITLAB_GROUP", "acme", None)),
        (
            "type: github-enterprise, repository: https://git.acme.test/acme/shop",
            ("GITHUB_ORGANIZATION", "acme", "git.acme.test"),
        ),
    ],
)
def test_a_webhook_of_an_organisation_says_which_and_where(
    root: Callable[[str], Mapping[str, Any]], source: str, scope: tuple[str, ...]
) -> None:
    derived = root(
        f"source: {{{source}, connection: {{arn: '{CONNECTION}'}}}}\n"
        "builds: {main: {trigger: {organization: {name: acme}}}}"
    )
    (webhook,) = derived["trigger"].webhooks
    assert (webhook.scope.scope, webhook.scope.name, webhook.scope.domain) == scope
    (project,) = derived["builds"].projects
    assert project.source.location == "CODEBUILD_DEFAULT_WEBHOOK_SOURCE_LOCATION"


def test_every_pattern_is_anchored_and_compiles(groups: Callable[[str], list[Any]]) -> None:
    found = groups(
        "trigger: {push: {branches: [a, '/b|c/'], tags: ['/d/'], paths: [e/], messages: [f], actors: [1]}, "
        "also: {more: {releases: {tags: ['/g|h/', '!i'], names: [j]}}}}"
    )
    patterns = [pattern for group in found for kind in group for key, pattern in kind.items() if key != "EVENT"]
    assert len(patterns) == 7
    for pattern in patterns:
        assert pattern.startswith("^")
        assert pattern.endswith("$")
        assert not re.search(pattern, "x")
