"""Each rule of a spec, with a spec that keeps it and one that breaks it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from generator.errors import SpecError
from generator.spec.environment import load_environment

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from generator.problems import Problem
    from generator.workspace import Workspace

    MakeWorkspace = Callable[[Mapping[str, str]], Workspace]

BASE = """\
stack: shop
region: eu-west-1
account: "111122223333"
tags: {Owner: team, CostCenter: "1"}
source: {type: github, repository: https://github.com/acme-platform/shop}
builds:
  main:
    runtime: {nodejs: 22}
"""

# rule, name of the environment, what is added to a good base, the key that is named
BROKEN = [
    ("environment-name", "prod-Eu", "class: prod", ""),
    ("environment-name", "dev-" + "x" * 30, "stack: s\nclass: dev", ""),
    ("reserved-tag", "dev", "tags: {Environment: prod}", "tags.Environment"),
    ("reserved-tag", "dev", "tags: {managedby: me}", "tags.managedby"),
    ("required-tag", "dev", "tags: {Owner: null}", "tags"),
    ("required-tag", "dev", 'tags: {Owner: " "}', "tags"),
    ("required-tag", "prod", "required_tags: [Owner, DataClass]", "tags"),
    ("repository-url", "dev", "source: {repository: git@github.com/a/b}", "source.repository"),
    ("repository-url", "dev", "source: {repository: http://github.com/a/b}", "source.repository"),
    ("repository-url", "dev", "source: {repository: https://github.com}", "source.repository"),
    ("repository-url", "dev", "source: {repository: 'https://github.com/a/b?token=1'}", "source.repository"),
    ("repository-url", "dev", "source: {repository: 'https://[::1/a'}", "source.repository"),
    ("repository-credentials", "dev", "source: {repository: https://u:t@github.com/a/b}", "source.repository"),
    ("repository-host", "dev", "source: {type: gitlab}", "source.repository"),
    ("repository-placeholder", "prod", "source: {repository: https://github.com/your-org/shop}", "source.repository"),
    ("repository-placeholder", "staging", "source: {repository: https://github.com/acme/example.git}", "source.repository"),
    (
        "repository-placeholder",
        "prod",
        "source: {type: github-enterprise, repository: https://git.example.com/acme/shop}",
        "source.repository",
    ),
    ("kms-without-key", "dev", "artifacts: {encryption: kms}", "artifacts.encryption"),
    ("bucket-key-without-kms", "dev", "artifacts: {bucket_key: true}", "artifacts.bucket_key"),
    ("expire-before-archive", "prod", "artifacts: {expire_after_days: 90}", "artifacts.expire_after_days"),
    ("force-destroy", "staging", "artifacts: {force_destroy: true}", "artifacts.force_destroy"),
    ("image-runtime", "dev", "builds: {main: {image: 'aws/codebuild/standard:8.0', runtime: {nodejs: 18}}}", "builds.main.image"),
    ("image-architecture", "dev", "builds: {main: {image: 'aws/codebuild/standard:7.0', architecture: arm64}}", "builds.main.image"),
    ("runtime-unavailable", "dev", "builds: {main: {runtime: {nodejs: 16}}}", "builds.main.runtime"),
    ("runtime-unavailable", "dev", 'builds: {main: {runtime: {nodejs: 18, php: "8.1"}}}', "builds.main.runtime"),
    ("two-buildspecs", "dev", "builds: {main: {buildspec: ci.yml, phases: {build: [make]}}}", "builds.main.phases"),
    ("artifact-files", "dev", "builds: {main: {artifact_files: [dist]}}", "builds.main.artifact_files"),
    ("reserved-variable", "dev", "builds: {main: {variables: {CODEBUILD_X: a}}}", "builds.main.variables.CODEBUILD_X"),
    ("plain-text-secret", "dev", "builds: {main: {variables: {NPM_TOKEN: a}}}", "builds.main.variables.NPM_TOKEN"),
    ("plain-text-secret", "dev", "builds: {main: {variables: {A: 'AKIAIOSFODNN7EXAMPLE'}}}", "builds.main.variables.A"),
    ("plain-text-secret", "dev", "builds: {main: {variables: {DB: 'postgres://u:pw@db/x'}}}", "builds.main.variables.DB"),
    (
        "variable-twice",
        "dev",
        "builds: {main: {variables: {A: b}, secrets: {A: {parameter: /a}}}}",
        "builds.main.secrets.A",
    ),
    ("secret-source", "dev", "builds: {main: {secrets: {A: {}}}}", "builds.main.secrets.A"),
    ("secret-source", "dev", "builds: {main: {secrets: {A: {parameter: /a, secrets_manager: b}}}}", "builds.main.secrets.A"),
    ("secret-json-key", "dev", "builds: {main: {secrets: {A: {parameter: /a, json_key: b}}}}", "builds.main.secrets.A.json_key"),
    ("name-too-long", "dev-europe-west-one", "stack: a-long-name-for-a-stack\nclass: dev", "stack"),
    (
        "boundary-account",
        "dev",
        "access: {permissions_boundary: 'arn:aws:iam::999999999999:policy/b'}",
        "access.permissions_boundary",
    ),
]  # fmt: skip

KEPT = [
    ("dev", "source: {repository: https://github.com/your-org/shop}"),
    ("dev", "source: {type: github-enterprise, repository: https://git.acme.test/acme/shop}"),
    ("prod", "source: {type: gitlab, repository: https://gitlab.com/acme-platform/group/shop.git}"),
    ("prod", "source: {repository: https://github.com/acme-platform/example-service}"),
    ("dev", "encryption: {enabled: true}\nartifacts: {encryption: kms, bucket_key: true}"),
    ("prod", "artifacts: {archive_after_days: null, expire_after_days: 10}"),
    ("prod", "artifacts: {expire_after_days: null}"),
    ("dev", "builds: {main: {image: 'ghcr.io/acme/builder:1.2', runtime: {nodejs: 16}}}"),
    ("dev", "builds: {main: {architecture: arm64, runtime: {nodejs: 18, python: '3.12', java: corretto21}}}"),
    ("dev", "builds: {main: {variables: {TOKEN_TTL: '60', NPM_TOKEN_ARN: 'arn:aws:ssm:eu-west-1:111122223333:p', API_KEY: ''}}}"),
    ("dev", "builds: {main: {secrets: {A: {secrets_manager: a, json_key: b}, B: {parameter: /b}}}}"),
    ("dev", "builds: {main: {phases: {build: [make]}, artifact_files: [dist]}}"),
    ("dev", "access: {permissions_boundary: 'arn:aws:iam::111122223333:policy/b'}"),
    ("dev", "access: {permissions_boundary: 'arn:aws:iam::aws:policy/PowerUserAccess'}"),
    ("dev-europe-west-one", "class: dev\nstack: a-long-name-for-a-stack\nartifacts: {bucket: short}"),
]  # fmt: skip


def problems_of(make: MakeWorkspace, environment: str, addition: str) -> tuple[Problem, ...]:
    workspace = make({"_base": BASE, environment: f"extends: _base\n{addition}\n"})
    with pytest.raises(SpecError) as caught:
        load_environment(workspace, environment)
    return caught.value.problems


@pytest.mark.parametrize(("rule", "environment", "addition", "key"), BROKEN)
def test_a_broken_rule_is_named_at_its_key_with_a_remedy(
    workspace_of: MakeWorkspace, rule: str, environment: str, addition: str, key: str
) -> None:
    errors = [problem for problem in problems_of(workspace_of, environment, addition) if problem.severity == "error"]
    assert [(problem.rule, problem.key) for problem in errors] == [(rule, key)]
    assert errors[0].place is not None
    assert errors[0].hint


@pytest.mark.parametrize(("environment", "addition"), KEPT)
def test_a_spec_that_keeps_the_rules_is_accepted(workspace_of: MakeWorkspace, environment: str, addition: str) -> None:
    workspace = workspace_of({"_base": BASE, environment: f"extends: _base\n{addition}\n"})
    assert load_environment(workspace, environment).name == environment


def test_every_rule_has_a_spec_that_breaks_it(repository: Path) -> None:
    source = (repository / "generator/spec/rules.py").read_text()
    known = set(re.findall(r'^ +"([a-z]+(?:-[a-z]+)+)",?$', source, re.MULTILINE))
    known |= set(re.findall(r', "([a-z]+(?:-[a-z]+)+)"\)', source))
    assert known - {rule for rule, *_ in BROKEN} == {"runtime-end-of-life"}


def test_a_runtime_past_its_end_of_life_is_a_warning_that_stops_nothing(workspace_of: MakeWorkspace) -> None:
    workspace = workspace_of({"_base": BASE, "dev": "extends: _base\nbuilds: {main: {runtime: {nodejs: 18}}}\n"})
    environment = load_environment(workspace, "dev")
    assert [(problem.rule, problem.severity) for problem in environment.warnings] == [
        ("runtime-end-of-life", "warning")
    ]


def test_the_value_of_a_secret_is_never_repeated(workspace_of: MakeWorkspace) -> None:
    token = "ghp_" + "a1B2" * 9
    problems = problems_of(workspace_of, "dev", f"builds: {{main: {{variables: {{GIT: {token}}}}}}}")
    assert "GitHub token" in str(problems[0])
    assert token not in str(problems[0])


def test_a_wrong_type_does_not_hide_what_the_rules_say(workspace_of: MakeWorkspace) -> None:
    problems = problems_of(workspace_of, "prod", "logs: {retention_days: 8}\nartifacts: {force_destroy: true}")
    assert [problem.rule for problem in problems] == ["retention", "force-destroy"]


def test_a_computed_name_that_is_too_long_points_at_the_value_that_made_it_so(workspace_of: MakeWorkspace) -> None:
    problems = problems_of(workspace_of, "dev-europe-west-one", "class: dev\nstack: a-long-name-for-a-stack")
    assert "S3 bucket 66 characters" in problems[0].message
    assert str(problems[0].place) == "environments/dev-europe-west-one.yaml:3:8"
