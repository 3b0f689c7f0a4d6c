"""What is measured before anything exists is what the provider plans: statements of roles, patterns, documents."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, Final

import pytest
import yaml

from generator.aws.documents import json_text, yaml_text
from generator.model.loading.load import load_environment
from generator.model.names import Names
from generator.parts.access.role_policies import role_policies
from generator.parts.builds.buildspec import buildspec
from generator.parts.framework.scope import Scope
from generator.parts.framework.stack import contributions
from generator.parts.notifications.module import event_patterns
from generator.parts.registry.module import pull_policy
from generator.plans.iam_statements import from_json, statements

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from generator.model.loading.load import Environment
    from generator.plans.planned import PlannedStack

pytestmark = pytest.mark.terraform

BASE: Final = """
class: dev
stack: shop
region: eu-west-1
account: "111122223333"
tags: {Owner: team, CostCenter: "1"}
"""
GITHUB: Final = """
source:
  type: github
  repository: https://github.com/acme-platform/shop
  connection: {arn: "arn:aws:codeconnections:eu-west-1:111122223333:connection/aaaa-bbbb"}
"""
COMMITTED: Final = """
source: {type: codecommit, repository: "https://git-codecommit.eu-west-1.amazonaws.com/v1/repos/shop"}
"""
KEY: Final = "arn:aws:kms:eu-west-1:111122223333:key/00000000-0000-0000-0000-000000000001"
ROLE: Final = "arn:aws:iam::111122223333:role/deploy"
SPECS: Final = {
    "reach": f"""{BASE}{GITHUB}
encryption: {{}}
tracing: {{}}
network: {{existing: {{vpc_id: vpc-0a1b2c3d, subnet_ids: [subnet-0a1b2c3d, subnet-0a1b2c3e], security_group_ids: [sg-0a1b2c3d]}}}}
registry: {{repositories: [api, web], pull_accounts: ["444455556666", "555566667777"]}}
notifications: {{phases: [FAILED], statuses: [FAILED, SUCCEEDED]}}
builds:
  main:
    runtime: {{nodejs: 22}}
    image: 111122223333.dkr.ecr.eu-west-1.amazonaws.com/tools/node:22
    phases:
      install: ["echo 'a quote', a \\\\ and ü", "echo one", "{"word " * 60}"]
      build: ["for f in *; do\\n  echo $f\\ndone", "  indented\\nline\\n", "tab\\there", "x "]
    cache: s3
    cache_paths: [/root/.npm/**/*]
    reports: {{unit: {{files: [junit.xml]}}, cover: {{files: [c.xml], format: CLOVERXML}}}}
    package_repositories: [{{domain: acme, repository: npm, publish: true}}]
    secrets: {{A: {{secrets_manager: npm, kms_key: "{KEY}"}}, B: {{parameter: /shop/b}}, C: {{parameter: c}}}}
    secondary_sources:
      lint: {{type: s3, object: acme-tools/lint.zip}}
      more: {{type: codecommit, repository: "https://git-codecommit.eu-west-1.amazonaws.com/v1/repos/more"}}
    push_to: [api, web]
    privileged: true
  many:
    runtime: {{nodejs: 22}}
    batch: {{}}
    schedule: {{expression: rate(1 day), build_type: batch}}
  other:
    runtime: {{nodejs: 22}}
    schedule: {{expression: rate(1 day), dead_letter_queue: "arn:aws:sqs:eu-west-1:111122223333:lost"}}
""",
    "service": f"""{BASE}{COMMITTED}
notifications: {{}}
builds: {{main: {{runtime: {{nodejs: 22}}}}}}
pipeline:
  approval: {{message: Shall it, url: https://acme.example/x}}
  variables: {{LOG_LEVEL: {{default: info}}, REGION: {{default: <&>}}}}
  deploy: {{service: {{cluster: web, service: shop, task_roles: ["{ROLE}", "{ROLE}-2"]}}}}
""",
    "cloud": f"""{BASE}{GITHUB}
encryption: {{}}
builds: {{main: {{runtime: {{nodejs: 22}}}}, last: {{runtime: {{nodejs: 22}}, batch: {{}}}}}}
pipeline:
  builds: [[main], [last]]
  source: {{bucket: acme-sources, key: shop.zip, kms_key: "{KEY}"}}
  deploy: {{stack: {{name: shop, template: t.yaml, role: "{ROLE}", capabilities: [CAPABILITY_AUTO_EXPAND]}}}}
""",
    "site": f"""{BASE}{GITHUB}
builds: {{main: {{runtime: {{nodejs: 22}}}}}}
pipeline: {{deploy: {{bucket: {{bucket: acme-live, kms_key: "{KEY}"}}}}}}
""",
}
# Documents of the roles' inline policies, by the name of the policy; what else is one belongs to no role that grows.
DOCUMENTS: Final = {
    "module.access.data.aws_iam_policy_document.builds": "build",
    "module.access.data.aws_iam_policy_document.push": "push",
    "module.access.data.aws_iam_policy_document.network": "network",
    "module.access.data.aws_iam_policy_document.packages": "packages",
    "module.pipeline.data.aws_iam_policy_document.pipeline": "pipeline",
    "module.schedule.data.aws_iam_policy_document.start": "start",
}


@pytest.fixture(scope="module")
def planned(planned_fleet: Callable[[Mapping[str, str]], dict[str, PlannedStack]]) -> dict[str, PlannedStack]:
    return planned_fleet(SPECS)


@pytest.fixture
def loaded(workspace_of: Callable[..., Any]) -> Callable[[str], Environment]:
    return lambda name: load_environment(workspace_of(SPECS), name)


@pytest.mark.parametrize("name", SPECS)
def test_each_statement_of_a_role_is_measured_as_it_is_planned(
    planned: dict[str, PlannedStack], loaded: Callable[[str], Environment], name: str
) -> None:
    spec = loaded(name).spec
    measured: dict[tuple[str, str], set[str]] = {}
    for role in role_policies(spec, Names.of(name, spec)):
        for statement in role.statements:
            key = role.name.removesuffix("-build") if statement.policy in {"build", "push", "packages"} else ""
            measured.setdefault((statement.policy, key), set()).add(_plain(from_json(json.loads(statement.text))))
    found: dict[tuple[str, str], set[str]] = {}
    for resource in planned[name].resources.values():
        document, _, index = resource.address.partition("[")
        if policy := DOCUMENTS.get(document):
            key = f"shop-{name}-{index.strip(chr(34) + ']')}" if policy in {"build", "push", "packages"} else ""
            found[policy, key] = {_plain(each) for each in statements(resource) or ()}
    assert measured == found


def _plain(statement: dict[str, Any]) -> str:
    """Write a statement without what a plan cannot know yet: resources that do not exist."""
    known = {key: value for key, value in statement.items() if key != "resources"}
    # An unknown list has no length either: that is measured over the applied environments.
    return json_text(known)


def test_the_lists_that_grow_are_measured_as_they_are_planned(
    planned: dict[str, PlannedStack], loaded: Callable[[str], Environment]
) -> None:
    spec = loaded("reach").spec
    measured = {
        each["Sid"]: each["Resource"]
        for role in role_policies(spec, Names.of("reach", spec))
        for each in (json.loads(statement.text) for statement in role.statements)
        if role.name == "shop-reach-main-build"
    }
    resource = planned["reach"].resources['module.access.data.aws_iam_policy_document.builds["main"]']
    found = {each["sid"]: each["resources"] for each in statements(resource) or ()}
    for sid in ("ReadSecrets", "ReadParameters", "CloneRepositories", "ReadObjects", "PullImage", "WriteReports"):
        resources = measured[sid] if isinstance(measured[sid], list) else [measured[sid]]
        assert sorted(resources) == found[sid]


def test_buildspecs_are_measured_as_they_are_planned(
    planned: dict[str, PlannedStack], loaded: Callable[[str], Environment]
) -> None:
    spec = loaded("reach").spec
    scope = Scope.of("reach", spec)
    text = yaml_text(buildspec("main", spec.builds["main"], scope.names, contributions(scope).commands) or {})
    project = planned["reach"].resources['module.builds.aws_codebuild_project.this["main"]']
    (source,) = project.values["source"]
    found = source["buildspec"] if isinstance(source["buildspec"], str) else json_text(source["buildspec"])
    assert yaml.safe_load(text) == yaml.safe_load(found)
    assert text == found


def test_patterns_and_policies_of_repositories_are_measured_as_they_are_planned(
    planned: dict[str, PlannedStack], loaded: Callable[[str], Environment]
) -> None:
    spec, stack = loaded("reach").spec, planned["reach"]
    names = Names.of("reach", spec)
    assert spec.notifications
    assert spec.registry
    rules = [
        _text(resource.values["event_pattern"])
        for resource in stack.resources.values()
        if re.fullmatch(r"module\.notifications\.aws_cloudwatch_event_rule\.(?:builds|phases)", resource.address)
    ]
    assert sorted(rules) == sorted(event_patterns(spec.notifications, names.projects.values()))
    policy = _text(stack.resources['module.registry.aws_ecr_repository_policy.this["api"]'].values["policy"])
    measured = pull_policy(spec.registry.pull_accounts, names)
    assert len(policy) == len(measured)
    assert from_json(json.loads(policy)["Statement"][0]) == from_json(json.loads(measured)["Statement"][0])


def test_variables_of_a_pipeline_are_measured_as_they_are_planned(planned: dict[str, PlannedStack]) -> None:
    pipeline = planned["service"].resources["module.pipeline.aws_codepipeline.this"]
    (action,) = next(stage["action"] for stage in pipeline.values["stage"] if stage["name"] == "Build")
    sent = action["configuration"]["EnvironmentVariables"]
    listed = json.loads(sent) if isinstance(sent, str) else sent
    assert listed == [
        {"name": name, "type": "PLAINTEXT", "value": f"#{{variables.{name}}}"} for name in ("LOG_LEVEL", "REGION")
    ]


def _text(value: object) -> str:
    return json_text(json.loads(value) if isinstance(value, str) else value)
