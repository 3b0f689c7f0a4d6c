"""What is renamed in a spec moves in the state: every resource with instances is keyed by something, and says by what."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

import pytest

from generator.model.loading.load import load_environment
from generator.parts.catalog import OURS
from generator.parts.framework.stack import derive

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

# Instances that are keyed by nothing that a spec can rename, and by what instead.
OTHERS: Final = {
    "access.aws_iam_policy.managed": "its own name",
    "access.aws_iam_role_policy_attachment.managed": "the name of its policy",
    "egress.aws_vpc_security_group_egress_rule.this": "the rule: another name is another description",
    "logs.aws_cloudwatch_log_data_protection_policy.each": "the name of its group",
    "logs.aws_cloudwatch_log_group.each": "its own name",
    "notifications.aws_cloudwatch_event_rule.pipeline": "the kind of event",
    "notifications.aws_cloudwatch_event_target.pipeline": "the kind of event",
    "notifications.aws_lambda_permission.topic": "the function",
    "notifications.aws_sns_topic_subscription.email": "the address",
    "notifications.aws_sns_topic_subscription.https": "the address",
    "notifications.aws_sns_topic_subscription.lambda": "the function",
    "notifications.aws_sns_topic_subscription.sqs": "the queue",
    "pipeline.aws_iam_policy.managed": "its own name",
    "pipeline.aws_iam_role_policy_attachment.existing": "the policy",
    "pipeline.aws_iam_role_policy_attachment.managed": "the name of its policy",
}
_RESOURCE: Final = re.compile(r'^resource "(\w+)" "(\w+)" \{\n(.*?)^\}', re.MULTILINE | re.DOTALL)
FRAME: Final = """\
stack: shop
region: us-east-1
account: "111122223333"
tags: {Owner: team, CostCenter: "1"}
source: {type: github, repository: https://github.com/acme-platform/shop}
"""
BASE: Final = """\
notifications: null
registry: {repositories: [api, web], formerly: {api: [older, old]}}
builds:
  ci:
    runtime: {nodejs: 22}
    formerly: [main, lint]
    phases: {build: [npm test]}
    reports: {tests: {files: ["*.xml"], formerly: [main/unit]}}
    push_to: [api]
    schedule: {expression: rate(1 day)}
"""


@pytest.fixture
def moves_of(workspace_of: Callable[..., Any]) -> Callable[[str], Any]:
    """Return the moves of an environment with builds as a text says."""

    def of(text: str) -> Any:
        return derive(load_environment(workspace_of({"dev": FRAME + text}), "dev")).root["moves"]

    return of


def test_every_resource_with_instances_says_by_what_it_is_keyed(repository: Path) -> None:
    found = set()
    for folder in (repository / "templates" / "modules").iterdir():
        for path in folder.glob("*.tf.j2"):
            for kind, name, body in _RESOURCE.findall(path.read_text()):
                if re.search(r"^  for_each", body, re.MULTILINE) and folder.name != "vpc":
                    found.add(f"{folder.name}.{kind}.{name}")
    said = {f"{module}.{each.resource}" for module, resources in OURS.keyed.items() for each in resources}
    assert found == said | OTHERS.keys()
    assert not said & OTHERS.keys()


def test_a_feature_is_one_of_the_shape_of_its_module() -> None:
    for module, resources in OURS.keyed.items():
        fields = set(OURS.modules[module].shape.__annotations__)
        assert {each.feature for each in resources} - {""} <= fields


def test_names_move_step_by_step_from_the_oldest_to_the_present_one(moves_of: Callable[[str], Any]) -> None:
    moves = moves_of(BASE)
    steps: dict[str, list[tuple[str, str]]] = {}
    for each in moves:
        steps.setdefault(f"{each.type}.{each.name}", []).append((each.before, each.after))
    assert steps["aws_codebuild_project.this"] == [("main", "lint"), ("lint", "ci")]
    assert steps["aws_ecr_repository.this"] == [("older", "old"), ("old", "api")]
    assert steps["aws_scheduler_schedule.this"] == [("main", "lint"), ("lint", "ci")]
    assert steps["aws_codebuild_report_group.this"] == [
        ("main/unit", "main/tests"),
        ("main/tests", "lint/tests"),
        ("lint/tests", "ci/tests"),
    ]
    for pairs in steps.values():
        # Terraform takes one way from an address, and one way to it.
        assert len({before for before, _ in pairs}) == len({after for _, after in pairs}) == len(pairs)


def test_what_is_not_there_is_not_moved(moves_of: Callable[[str], Any]) -> None:
    kinds = {each.type for each in moves_of(BASE)}
    assert "aws_codebuild_fleet" not in kinds
    assert "aws_ecr_repository_policy" not in kinds
    assert moves_of("builds: {main: {runtime: {nodejs: 22}}}\n") == []
