"""What exists is taken over, and what is renamed is moved: in the sandbox, with the real terraform.

One stack is made by hand, adopted, applied, and renamed in all ways at once: each step is followed by a plan.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from generator.explain.starter_values import Wishes
from generator.model.loading.load import load_environment
from generator.operations.changes.consent import Consent
from generator.operations.plans.plan import plan
from generator.operations.rendered.render import RenderRequest, render
from generator.operations.rendered.status import status
from generator.operations.reporter import Silent
from generator.operations.requests import PlanRequest
from generator.operations.run import Run
from generator.operations.specs.adopt import AdoptRequest, adopt
from generator.operations.specs.new import Like, new
from generator.operations.specs.rename import rename
from generator.operations.state.move import move
from generator.operations.targets.stacks import open_stacks
from generator.operations.targets.targets import targets_of
from generator.readback.clients import Clients
from generator.renaming.request import Renaming
from generator.reports.report import Message
from generator.reports.specs.adopt import adopt_report
from generator.sandbox.control import start, stop
from generator.terraform import Mode
from generator.workspace import Workspace

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from generator.plans.plan import Plan

pytestmark = [pytest.mark.terraform, pytest.mark.slow]

ACCOUNT = "111122223333"
SPEC = f"""\
# Somebody made this by hand.
stack: shop
class: dev
region: us-east-1
account: "{ACCOUNT}"
tags: {{Owner: platform-team, CostCenter: "1234"}}
source: {{type: github, repository: https://github.com/acme-platform/shop, branch: main}}
names: {{log_group: /shop/builds}}
artifacts: {{bucket: acme-shop-artifacts}}
builds:
  main:
    names: {{project: shop-ci, role: shop-ci-role}}
    runtime: {{nodejs: 22}}
    phases: {{build: [npm test]}}
    reports: {{unit: {{files: ["*.xml"]}}}}
    push_to: [api]
    schedule: {{expression: "rate(1 day)"}}
registry: {{repositories: [api]}}
notifications: null
alarms: null
"""
TRUST = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": "codebuild.amazonaws.com"}}],
}


class ByHand:
    """A workspace, and what somebody made by hand in its sandbox."""

    def __init__(self, folder: Path) -> None:
        (folder / "environments").mkdir(parents=True)
        (folder / "environments" / "dev.yaml").write_text(SPEC)
        # The provider waits a minute for the rules of a bucket, and nothing here is about them.
        rules = folder / "templates" / "modules" / "artifacts" / "lifecycle.tf.j2"
        rules.parent.mkdir(parents=True)
        rules.write_text("# The lifecycle rules are left out.\n")
        self.workspace = Workspace.find(folder)
        self.run = Run(self.workspace, Silent())
        self.endpoint = start(self.workspace).endpoint
        self.make()

    def make(self) -> None:
        clients = Clients("us-east-1", ACCOUNT, self.endpoint)
        clients.client("logs").create_log_group(logGroupName="/shop/builds")
        clients.client("s3").create_bucket(Bucket="acme-shop-artifacts")
        clients.client("s3").put_bucket_versioning(
            Bucket="acme-shop-artifacts", VersioningConfiguration={"Status": "Enabled"}
        )
        clients.client("ecr").create_repository(repositoryName="shop-dev/api")
        clients.client("iam").create_role(RoleName="shop-ci-role", AssumeRolePolicyDocument=json.dumps(TRUST))
        self.make_project(clients)
        self.make_another(clients)

    def make_project(self, clients: Clients) -> None:
        clients.client("codebuild").create_project(
            name="shop-ci",
            source={"type": "GITHUB", "location": "https://github.com/acme-platform/shop", "buildspec": "a.yml"},
            artifacts={"type": "NO_ARTIFACTS"},
            environment={
                "type": "LINUX_CONTAINER",
                "image": "aws/codebuild/standard:7.0",
                "computeType": "BUILD_GENERAL1_SMALL",
            },
            serviceRole=f"arn:aws:iam::{ACCOUNT}:role/shop-ci-role",
            timeoutInMinutes=60,
        )

    def make_another(self, clients: Clients) -> None:
        """Make a project that no spec speaks of, with a name, a role, a bucket and a log group of its own."""
        clients.client("logs").create_log_group(logGroupName="/legacy/ci-logs")
        clients.client("s3").create_bucket(Bucket="acme-legacy-artifacts")
        clients.client("iam").create_role(
            RoleName="LegacyBuildRole",
            AssumeRolePolicyDocument=json.dumps(TRUST),
            Tags=[{"Key": "Owner", "Value": "legacy-team"}],
        )
        clients.client("codebuild").create_project(
            name="LegacyApp_CI",
            description="Made in the console.",
            source={"type": "GITHUB", "location": "https://github.com/acme-platform/legacy", "gitCloneDepth": 1},
            sourceVersion="refs/heads/main",
            artifacts={"type": "S3", "location": "acme-legacy-artifacts", "name": "app.zip", "packaging": "ZIP"},
            environment={
                "type": "LINUX_CONTAINER",
                "image": "aws/codebuild/standard:7.0",
                "computeType": "BUILD_GENERAL1_MEDIUM",
                "environmentVariables": [{"name": "STAGE", "value": "legacy"}],
            },
            serviceRole=f"arn:aws:iam::{ACCOUNT}:role/LegacyBuildRole",
            timeoutInMinutes=20,
            logsConfig={"cloudWatchLogs": {"status": "ENABLED", "groupName": "/legacy/ci-logs"}},
            tags=[{"key": "Owner", "value": "legacy-team"}, {"key": "CostCenter", "value": "9"}],
        )

    def answer(self, name: str) -> Path:
        """Write the answer of `aws codebuild batch-get-projects` to a file."""
        found = Clients("us-east-1", ACCOUNT, self.endpoint).ask("codebuild", "batch_get_projects", names=[name])
        file = self.workspace.root / f"{name}.json"
        file.write_text(json.dumps(found, default=str))
        return file

    def plan(self, name: str) -> Plan:
        result = plan(self.run, PlanRequest((name,), Mode.SANDBOX))
        assert not result.plans.failures
        return result.plans.made[name].plan

    def apply(self, name: str) -> None:
        (stack,) = open_stacks(self.run, targets_of(self.workspace, [name]), Mode.SANDBOX)
        stack.runner.apply(stack.runner.plan())

    def rename(self, kind: Any, environment: str, before: str, after: str) -> None:
        assert rename(self.run, Renaming(kind, environment, before, after), Consent(given=False)).replaced == []


@pytest.fixture(scope="module")
def by_hand(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ByHand]:
    """Make a stack by hand, render its spec."""
    made = ByHand(tmp_path_factory.mktemp("byhand") / "workspace")
    render(made.run, RenderRequest())
    yield made
    stop(made.workspace)


def test_what_exists_is_adopted_applied_and_renamed_and_nothing_is_made_again(by_hand: ByHand) -> None:
    result = adopt(by_hand.run, AdoptRequest("dev", Mode.SANDBOX))
    assert dict(result.found) == {
        "access.aws_iam_role.this[main]": "shop-ci-role",
        "artifacts.aws_s3_bucket.this": "acme-shop-artifacts",
        "artifacts.aws_s3_bucket_versioning.this": "acme-shop-artifacts",
        "builds.aws_codebuild_project.this[main]": "shop-ci",
        "logs.aws_cloudwatch_log_group.this": "/shop/builds",
        "registry.aws_ecr_repository.this[api]": "shop-dev/api",
    }
    assert "# Somebody made this by hand." in by_hand.workspace.spec_path("dev").read_text()
    planned = by_hand.plan("dev")
    assert [change.address for change in planned.changes if change.destroys] == []
    assert {change.import_id for change in planned.changes} - {""} == set(result.found.values())

    by_hand.apply("dev")
    assert by_hand.plan("dev").is_empty
    (line,) = (each for each in status(by_hand.workspace).lines if each.name == "dev")
    assert "all are in the sandbox's state, and tfstencil adopt dev --done --sandbox takes" in line.adopted
    assert dict(adopt(by_hand.run, AdoptRequest("dev", Mode.SANDBOX)).found) == {}

    done = adopt(by_hand.run, AdoptRequest("dev", Mode.SANDBOX, done=True))
    assert sorted(done.removed) == sorted(result.found)
    assert done.waiting == []
    assert load_environment(by_hand.workspace, "dev").spec.adopted == {}
    assert by_hand.plan("dev").is_empty

    by_hand.rename("entry", "dev", "registry.repositories.api", "service")
    by_hand.rename("entry", "dev", "builds.main.reports.unit", "tests")
    by_hand.rename("build", "dev", "main", "ci")
    by_hand.rename("environment", "dev", "dev", "trial")
    by_hand.rename("stack", "", "shop", "store")
    render(by_hand.run, RenderRequest())
    assert move(by_hand.run, "trial", Mode.SANDBOX).status == "moved"
    moved = by_hand.plan("trial")
    assert {change.action for change in moved.changes} <= {"no-op", "update"}
    assert [change.address for change in moved.changes if '["main' in change.address or '["api' in change.address] == []
    sources = {change.previous_address for change in moved.changes}
    for address in (
        'module.builds.aws_codebuild_project.this["main"]',
        'module.builds.aws_codebuild_report_group.this["main/unit"]',
        'module.access.aws_iam_role.this["main"]',
        'module.schedule.aws_scheduler_schedule.this["main"]',
        'module.registry.aws_ecr_repository.this["api"]',
    ):
        assert address in sources
    by_hand.apply("trial")
    assert by_hand.plan("trial").is_empty


def test_a_spec_that_is_like_a_project_adopts_it_and_replaces_and_deletes_nothing(by_hand: ByHand) -> None:
    new(by_hand.workspace, "legacy", Wishes(), Like(str(by_hand.answer("LegacyApp_CI"))))
    render(by_hand.run, RenderRequest(("legacy",)))
    result = adopt(by_hand.run, AdoptRequest("legacy", Mode.SANDBOX))
    assert set(result.found.items()) >= {
        ("access.aws_iam_role.this[main]", "LegacyBuildRole"),
        ("artifacts.aws_s3_bucket.this", "acme-legacy-artifacts"),
        ("builds.aws_codebuild_project.this[main]", "LegacyApp_CI"),
        ("logs.aws_cloudwatch_log_group.this", "/legacy/ci-logs"),
    }
    changes = by_hand.plan("legacy").changes
    assert [change.address for change in changes if change.destroys] == []
    assert {change.import_id for change in changes} - {""} == set(result.found.values())
    assert {change.action for change in changes if change.import_id} <= {"no-op", "update"}


def test_what_the_spec_uses_is_looked_for_as_well(by_hand: ByHand) -> None:
    spec = SPEC.replace("artifacts: {bucket: acme-shop-artifacts}", "artifacts: {existing: {bucket: acme-nowhere}}")
    spec = (
        spec.replace("shop-ci", "used-ci").replace("/shop/builds", "/used/builds").replace("stack: shop", "stack: used")
    )
    by_hand.workspace.spec_path("uses").write_text(spec)
    render(by_hand.run, RenderRequest(("uses",)))
    result = adopt(by_hand.run, AdoptRequest("uses", Mode.SANDBOX))
    assert result.found == {}
    assert [(need.subject, need.found) for need in result.unmet or ()] == [("S3 bucket acme-nowhere", "there is none")]
    told = [str(each.content) for each in adopt_report(result).messages if isinstance(each, Message)]
    assert any(
        line.startswith("S3 bucket acme-nowhere (artifacts.existing.bucket): there is none; see") for line in told
    )
