"""Names that a spec gives: they reach every resource, and what refers to it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import pytest

from generator.claims.catalog import claims
from generator.errors import SpecError
from generator.model.loading.load import load_environment
from generator.model.names import Names

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from generator.plans.planned import PlannedStack
    from generator.workspace import Workspace

    MakeWorkspace = Callable[[Mapping[str, str]], Workspace]

BASE: Final = """\
class: dev
stack: shop
region: eu-west-1
account: "111122223333"
tags: {Owner: team, CostCenter: "1"}
source:
  type: github
  repository: https://github.com/acme-platform/shop
  connection: {arn: "arn:aws:codeconnections:eu-west-1:111122223333:connection/aaaa-bbbb"}
"""
NAMED: Final = f"""{BASE}
encryption: {{}}
notifications: {{}}
names:
  project: "@{{stack}}-@{{build}}"
  role: codebuild-@{{build}}-service-role
  batch_role: codebuild-@{{build}}-batch-service-role
  log_group: /acme/@{{stack}}
  key_alias: alias/acme/@{{stack}}
  topic: "@{{stack}}_told"
  pipeline: "@{{stack}}-release"
  pipeline_role: AWSCodePipelineServiceRole-@{{stack}}
builds:
  main:
    runtime: {{nodejs: 22}}
    batch: {{}}
    names: {{project: Legacy_CI, role: LegacyRole}}
    schedule: {{expression: rate(1 day)}}
  other: {{runtime: {{nodejs: 22}}, batch: {{}}}}
pipeline: {{builds: [[other]], approval: {{}}}}
"""


def test_names_that_a_spec_gives_are_claimed_with_the_keys_that_give_them(workspace_of: MakeWorkspace) -> None:
    spec = load_environment(workspace_of({"dev": NAMED}), "dev").spec
    claimed = {(text.split(" ")[0], text.split(" ", 2)[2]): path for text, path in claims("dev", spec)}
    assert claimed["project", "Legacy_CI"] == ("builds", "main")
    assert ("project", "shop-other") in claimed
    assert ("role", "legacyrole") in claimed
    assert ("role", "codebuild-other-service-role") in claimed
    assert claimed["log-group", "/acme/shop"] == ("names", "log_group")
    assert claimed["alias", "alias/acme/shop"] == ("names", "key_alias")
    assert claimed["topic", "shop_told"] == ("names", "topic")
    assert claimed["pipeline", "shop-release"] == ("names", "pipeline")
    assert claimed["role", "awscodepipelineservicerole-shop"] == ("names", "pipeline_role")


def test_a_spec_that_gives_no_names_has_those_of_stack_and_environment(workspace_of: MakeWorkspace) -> None:
    spec = load_environment(workspace_of({"dev": BASE + "builds: {main: {runtime: {nodejs: 22}}}\n"}), "dev").spec
    names = Names.of("dev", spec)
    assert names.projects == {"main": "shop-dev-main"}
    assert (names.role("main"), names.batch_role("main")) == ("shop-dev-main-build", "shop-dev-main-batch")
    assert names.log_groups == {"main": "/aws/codebuild/shop-dev"}
    assert (names.key_alias, names.topic) == ("alias/shop-dev", "shop-dev-builds")
    assert (names.pipeline, names.pipeline_role) == ("shop-dev", "shop-dev-pipeline")


@pytest.mark.parametrize("key", ["description", "tags"])
def test_a_build_stands_in_patterns_alone(workspace_of: MakeWorkspace, key: str) -> None:
    value = "x @{build}" if key == "description" else {"Owner": "@{build}", "CostCenter": "1"}
    spec = f"{BASE}builds: {{main: {{runtime: {{nodejs: 22}}}}}}\n"
    if key == "tags":
        spec = spec.replace("Owner: team", f'Owner: "{value["Owner"]}"')  # type: ignore[index]  # a mapping here
    else:
        spec += f'description: "{value}"\n'
    with pytest.raises(SpecError, match="no variable"):
        load_environment(workspace_of({"dev": spec}), "dev")


@pytest.mark.terraform
def test_given_names_are_planned(planned_fleet: Callable[[Mapping[str, str]], dict[str, PlannedStack]]) -> None:
    stack = planned_fleet({"dev": NAMED})["dev"]
    found: dict[str, Any] = {address: each.values for address, each in stack.resources.items()}

    def name_of(address: str) -> str:
        return str(found[address]["name"])

    assert name_of('module.builds.aws_codebuild_project.this["main"]') == "Legacy_CI"
    assert name_of('module.builds.aws_codebuild_project.this["other"]') == "shop-other"
    assert name_of('module.access.aws_iam_role.this["main"]') == "LegacyRole"
    assert name_of('module.access.aws_iam_role.batch["main"]') == "codebuild-main-batch-service-role"
    assert name_of("module.logs.aws_cloudwatch_log_group.this") == "/acme/shop"
    assert name_of("module.encryption.aws_kms_alias.this") == "alias/acme/shop"
    assert name_of("module.notifications.aws_sns_topic.this") == "shop_told"
    assert name_of("module.pipeline.aws_codepipeline.this") == "shop-release"
    assert name_of("module.pipeline.aws_iam_role.this") == "AWSCodePipelineServiceRole-shop"
