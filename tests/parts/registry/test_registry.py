"""The container registry: planned by the real provider in its variety, and applied in the sandbox."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from generator.plans.iam_statements import statements
from generator.readback.left_over import left_over
from generator.readback.read_back import read_back

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from generator.plans.planned import PlannedStack
    from generator.sandbox.control import SandboxInfo

    Fleet = Mapping[str, PlannedStack]

ACCOUNT = "111122223333"
BASE = f"""\
stack: shop
class: dev
region: eu-west-1
account: "{ACCOUNT}"
tags: {{Owner: team, CostCenter: "1"}}
source: {{type: github, repository: https://github.com/acme-platform/shop}}
builds:
  main: {{runtime: {{nodejs: 22}}, privileged: true, push_to: [web-app], variables: {{LEVEL: info}}}}
  other: {{runtime: {{nodejs: 22}}}}
"""
VARIANTS = {
    "plain": "registry: {repositories: [web-app, api]}",
    "tuned": "registry: {repositories: [web-app], immutable_tags: false, scan_on_push: false, keep_images: 5, "
    "expire_untagged_after_days: 1, force_delete: true, pull_accounts: ['555566667777', '444455556666']}",
    "kms": "encryption: {}\nregistry: {repositories: [web-app]}",
    "own": "encryption: {}\nregistry: {repositories: [web-app], encryption: aes256}",
}
REPOSITORY = 'module.registry.aws_ecr_repository.this["web-app"]'


def values(stack: PlannedStack, address: str) -> Mapping[str, Any]:
    return stack.resources[address].values


@pytest.fixture(scope="module")
def fleet(planned_fleet: Callable[[Mapping[str, str]], Fleet]) -> Fleet:
    return planned_fleet({"_base": BASE, **{name: f"extends: _base\n{text}\n" for name, text in VARIANTS.items()}})


@pytest.mark.terraform
class TestPlan:
    """What the real provider plans; one terraform for all of it."""

    def test_images_stay_under_their_tags_and_are_scanned(self, fleet: Fleet) -> None:
        repository = values(fleet["plain"], REPOSITORY)
        assert repository["name"] == "shop-plain/web-app"
        assert repository["image_tag_mutability"] == "IMMUTABLE"
        assert repository["image_scanning_configuration"] == [{"scan_on_push": True}]
        assert repository["force_delete"] is False
        assert repository["tags"]["Environment"] == "plain"
        assert 'module.registry.aws_ecr_repository.this["api"]' in fleet["plain"].resources

    def test_the_spec_can_say_otherwise(self, fleet: Fleet) -> None:
        repository = values(fleet["tuned"], REPOSITORY)
        assert (repository["image_tag_mutability"], repository["force_delete"]) == ("MUTABLE", True)
        assert repository["image_scanning_configuration"] == [{"scan_on_push": False}]

    def test_images_are_encrypted_with_the_key_of_the_stack_where_it_has_one(self, fleet: Fleet) -> None:
        kinds = {
            name: values(stack, REPOSITORY)["encryption_configuration"][0]["encryption_type"]
            for name, stack in fleet.items()
        }
        assert kinds == {"plain": "AES256", "tuned": "AES256", "kms": "KMS", "own": "AES256"}

    def test_old_images_go(self, fleet: Fleet) -> None:
        def rules(name: str) -> dict[str, int]:
            address = 'module.registry.aws_ecr_lifecycle_policy.this["web-app"]'
            found = json.loads(values(fleet[name], address)["policy"])["rules"]
            return {rule["selection"]["tagStatus"]: rule["selection"]["countNumber"] for rule in found}

        assert rules("plain") == {"untagged": 7, "tagged": 50}
        assert rules("tuned") == {"untagged": 1, "tagged": 5}

    def test_only_the_named_accounts_pull_from_elsewhere(self, fleet: Fleet) -> None:
        address = 'module.registry.aws_ecr_repository_policy.this["web-app"]'
        (statement,) = statements(fleet["tuned"].resources[address]) or []
        roots = {f"arn:aws:iam::{account}:root" for account in ("444455556666", "555566667777")}
        assert set(statement["principals"]["AWS"]) == roots
        assert not [action for action in statement["actions"] if "Put" in action or "Upload" in action]
        assert address not in fleet["plain"].resources

    def test_a_build_pushes_to_the_repositories_that_it_names_and_signs_in(self, fleet: Fleet) -> None:
        policy = fleet["plain"].resources['module.access.aws_iam_role_policy.push["main"]']
        allowed = {item["sid"]: item for item in statements(policy) or []}
        arn = f"arn:aws:ecr:eu-west-1:{ACCOUNT}:repository/shop-plain/web-app"
        assert allowed["PushImages"]["resources"] == [arn]
        assert "ecr:PutImage" in allowed["PushImages"]["actions"]
        assert allowed["SignInToRegistry"]["actions"] == ["ecr:GetAuthorizationToken"]
        assert 'module.access.aws_iam_role_policy.push["other"]' not in fleet["plain"].resources

    def test_a_build_that_pushes_knows_where_to(self, fleet: Fleet) -> None:
        def variables(build: str) -> dict[str, str]:
            project = values(fleet["plain"], f'module.builds.aws_codebuild_project.this["{build}"]')
            return {one["name"]: one["value"] for one in project["environment"][0]["environment_variable"]}

        registry = f"{ACCOUNT}.dkr.ecr.eu-west-1.amazonaws.com"
        assert variables("main") == {
            "ECR_REGISTRY": registry,
            "ECR_REPOSITORY_WEB_APP": f"{registry}/shop-plain/web-app",
            "LEVEL": "info",
        }
        assert variables("other") == {}

    def test_the_addresses_are_told(self, fleet: Fleet) -> None:
        assert set(fleet["plain"].outputs) >= {"repository_urls"}


LIVE = """\
stack: shop
class: dev
region: us-east-1
account: "@ACCOUNT@"
tags: {Owner: team, CostCenter: "1"}
source: {type: github, repository: https://github.com/acme-platform/shop}
builds:
  main: {runtime: {nodejs: 22}, privileged: true, push_to: [api]}
  other: {runtime: {nodejs: 22}}
encryption: {}
registry: {repositories: [api, web], pull_accounts: ["444455556666"]}
"""


@pytest.mark.terraform
def test_a_registry_is_applied_read_back_changed_and_destroyed(
    sandbox: SandboxInfo, live_stack: Callable[..., Any], account: str, aws: Callable[..., Any]
) -> None:
    def differences() -> set[str]:
        checks = read_back(sandbox.endpoint, environment)
        return {f"{check.subject} {check.aspect}" for check in checks if not check.ok}

    environment, stack = live_stack(LIVE)
    stack.apply(stack.plan())
    assert differences() == set()
    assert not stack.plan().has_changes

    ecr, name = aws("ecr"), "shop-live/api"
    ecr.put_image_tag_mutability(repositoryName=name, imageTagMutability="MUTABLE")
    ecr.put_image_scanning_configuration(repositoryName=name, imageScanningConfiguration={"scanOnPush": False})
    ecr.delete_lifecycle_policy(repositoryName=name)
    ecr.delete_repository_policy(repositoryName=name)
    aws("iam").delete_role_policy(RoleName="shop-live-main-build", PolicyName="push")
    assert differences() == {
        "ECR repository shop-live/api tags of images",
        "ECR repository shop-live/api scans on push",
        "ECR repository shop-live/api images kept",
        "ECR repository shop-live/api untagged images expire after (days)",
        "ECR repository shop-live/api pulled by",
        "IAM role shop-live-main-build pushes",
    }

    environment, stack = live_stack(
        LIVE.replace("pull_accounts: [", "keep_images: 9, pull_accounts: [").replace("[api, web]", "[api]")
    )
    stack.apply(stack.plan())
    assert differences() == set()
    assert not stack.plan().has_changes
    stack.destroy()
    assert left_over(sandbox.endpoint, account, "us-east-1") == []
