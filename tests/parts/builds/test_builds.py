"""CodeBuild projects in all their variety: planned together by the real provider, one applied in the sandbox."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from generator.fleet.plan import plan_fleet
from generator.model.loading.load import load_environment
from generator.operations.plans.fleet_members import prepare
from generator.plans.planned import planned_stack
from generator.readback.read_back import read_back
from generator.sandbox.control import running
from generator.workspace import Workspace

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Callable
    from pathlib import Path

    from generator.plans.planned import PlannedStack

    Command = Callable[..., subprocess.CompletedProcess[str]]

BASE = """\
class: dev
stack: shop
region: eu-west-1
account: "111122223333"
tags: {Owner: team, CostCenter: "1"}
source: {type: github, repository: https://github.com/acme-platform/shop}
"""
NODE = "runtime: {nodejs: 22}, phases: {build: [npm test]}"
VARIANTS = {
    "arm": f"builds: {{main: {{{NODE}, architecture: arm64, compute: 2xlarge}}}}",
    "gpu": f"builds: {{main: {{{NODE}, compute: gpu-small}}}}",
    "lambda": f"builds: {{main: {{{NODE}, compute: lambda-4gb}}, small: {{runtime: {{python: '3.13'}}, compute: lambda-1gb, architecture: arm64}}}}",
    "own-image": "builds: {main: {runtime: {nodejs: 22}, image: '999988887777.dkr.ecr.eu-west-1.amazonaws.com/tools/node:22'}}",
    "private-image": "builds: {main: {runtime: {nodejs: 22}, image: 'ghcr.io/acme/node:22', registry_credential: acme/registry, certificate: acme-ca/ca.pem}}",
    "batch": "builds: {main: {runtime: {nodejs: 22}, batch: {timeout: 2h, max_builds: 5, compute_allowed: [small, gpu-small]}}, plain: {runtime: {nodejs: 22}}}",
    "fleet": f"builds: {{main: {{{NODE}, fleet: {{machines: 2, max_machines: 4}}}}, shared: {{{NODE}, fleet: {{arn: 'arn:aws:codebuild:eu-west-1:111122223333:fleet/shared:1'}}}}}}",
    "sources": f"builds: {{main: {{{NODE}, secondary_sources: {{tools: {{type: github, repository: 'https://github.com/acme-platform/tools', branch: v3}}, lint: {{type: s3, object: acme-tools/lint.zip}}}}}}, clock: {{{NODE}, source: {{type: none}}}}, docs: {{runtime: {{nodejs: 22}}, source: {{repository: 'https://github.com/acme-platform/docs', branch: stable}}}}}}",
    "artifacts": f"builds: {{main: {{{NODE}, artifact: {{name: site, packaging: none, per_build: false}}, secondary_artifacts: {{coverage: {{files: [coverage/**/*]}}}}}}, check: {{{NODE}, artifact: {{type: none}}}}}}",
    "reports": f"builds: {{main: {{{NODE}, reports: {{unit: {{files: ['junit/*.xml'], export: true}}, cover: {{files: [clover.xml], format: CLOVERXML}}}}}}}}",
    "rest": f"builds: {{main: {{{NODE}, badge: true, cache: s3, cache_paths: [node_modules/**/*], s3_logs: true, commit_status: {{context: acme/build}}, exported_variables: [VERSION]}}}}",
    "disks": f"network: {{existing: {{vpc_id: vpc-0a1b2c3d, subnet_ids: [subnet-0a1b2c3d]}}}}\nbuilds: {{main: {{{NODE}, privileged: true, file_systems: {{cache: {{id: fs-01234567, directory: /builds, mount_point: /mnt/cache}}}}}}}}",
}


def workspace_with(root: Path, specs: dict[str, str]) -> Workspace:
    folder = root / "environments"
    folder.mkdir()
    for name, spec in specs.items():
        (folder / f"{name}.yaml").write_text(f"{BASE}{spec}\n")
    return Workspace.find(root)


@pytest.fixture(scope="module")
def stacks(tmp_path_factory: pytest.TempPathFactory) -> dict[str, PlannedStack]:
    workspace = workspace_with(tmp_path_factory.mktemp("builds"), VARIANTS)
    planned = plan_fleet(workspace, prepare(workspace, list(VARIANTS)).members)
    assert not planned.failures, "\n".join(map(str, planned.failures.values()))
    return {name: planned_stack(plan) for name, plan in planned.plans.items()}


def project(stack: PlannedStack, build: str = "main") -> Any:
    return stack.resources[f'module.builds.aws_codebuild_project.this["{build}"]'].values


def statement(stack: PlannedStack, build: str, sid: str) -> Any:
    document = stack.resources[f'module.access.data.aws_iam_policy_document.builds["{build}"]'].values
    return next((item for item in document["statement"] if item["sid"] == sid), None)


pytestmark = pytest.mark.terraform


@pytest.mark.parametrize(
    ("variant", "build", "expected"),
    [
        ("arm", "main", ("ARM_CONTAINER", "BUILD_GENERAL1_2XLARGE", "aws/codebuild/amazonlinux-aarch64-standard:4.0")),
        (
            "gpu",
            "main",
            ("LINUX_GPU_CONTAINER", "BUILD_GENERAL1_SMALL", "aws/codebuild/amazonlinux-x86_64-standard:6.0"),
        ),
        (
            "lambda",
            "main",
            ("LINUX_LAMBDA_CONTAINER", "BUILD_LAMBDA_4GB", "aws/codebuild/amazonlinux-x86_64-lambda-standard:nodejs22"),
        ),
        (
            "lambda",
            "small",
            (
                "ARM_LAMBDA_CONTAINER",
                "BUILD_LAMBDA_1GB",
                "aws/codebuild/amazonlinux-aarch64-lambda-standard:python3.13",
            ),
        ),
    ],
)
def test_a_word_chooses_machine_and_image(
    stacks: dict[str, PlannedStack], variant: str, build: str, expected: tuple[str, ...]
) -> None:
    (environment,) = project(stacks[variant], build)["environment"]
    assert (environment["type"], environment["compute_type"], environment["image"]) == expected


def test_a_build_on_lambda_has_no_timeouts_and_no_cache(stacks: dict[str, PlannedStack]) -> None:
    planned = project(stacks["lambda"])
    assert not isinstance(planned.get("build_timeout"), int)
    assert planned["cache"][0]["type"] == "NO_CACHE"
    assert "runtime-versions" not in planned["source"][0]["buildspec"]


def test_an_image_of_ones_own_is_pulled_by_the_builds_role(stacks: dict[str, PlannedStack]) -> None:
    pull = statement(stacks["own-image"], "main", "PullImage")
    assert pull["resources"] == ["arn:aws:ecr:eu-west-1:999988887777:repository/tools/node"]
    (environment,) = project(stacks["private-image"])["environment"]
    assert environment["image_pull_credentials_type"] == "SERVICE_ROLE"
    assert environment["registry_credential"] == [
        {"credential": "acme/registry", "credential_provider": "SECRETS_MANAGER"}
    ]
    assert environment["certificate"] == "arn:aws:s3:::acme-ca/ca.pem"
    assert statement(stacks["private-image"], "main", "ReadObjects")["resources"] == ["arn:aws:s3:::acme-ca/ca.pem"]
    assert statement(stacks["private-image"], "main", "ReadSecrets")["resources"] == [
        "arn:aws:secretsmanager:eu-west-1:111122223333:secret:acme/registry-??????"
    ]


def test_a_batch_is_started_by_a_role_of_its_own(stacks: dict[str, PlannedStack]) -> None:
    (batch,) = project(stacks["batch"])["build_batch_config"]
    assert (batch["timeout_in_mins"], batch["restrictions"][0]["maximum_builds_allowed"]) == (120, 5)
    assert batch["restrictions"][0]["compute_types_allowed"] == ["BUILD_GENERAL1_SMALL", "BUILD_GENERAL1_SMALL"]
    assert project(stacks["batch"], "plain")["build_batch_config"] == []
    assert 'module.access.aws_iam_role.batch["main"]' in stacks["batch"].resources
    assert 'module.access.aws_iam_role.batch["plain"]' not in stacks["batch"].resources


def test_a_fleet_is_made_only_where_none_is_named(stacks: dict[str, PlannedStack]) -> None:
    fleets = [address for address in stacks["fleet"].resources if "aws_codebuild_fleet" in address]
    assert fleets == ['module.builds.aws_codebuild_fleet.this["main"]']
    planned = stacks["fleet"].resources[fleets[0]].values
    assert (planned["base_capacity"], planned["scaling_configuration"][0]["max_capacity"]) == (2, 4)
    assert project(stacks["fleet"], "shared")["environment"][0]["fleet"] == [
        {"fleet_arn": "arn:aws:codebuild:eu-west-1:111122223333:fleet/shared:1"}
    ]


def test_builds_read_sources_of_their_own(stacks: dict[str, PlannedStack]) -> None:
    stack = stacks["sources"]
    secondary = {item["source_identifier"]: item["location"] for item in project(stack)["secondary_sources"]}
    assert secondary == {"tools": "https://github.com/acme-platform/tools", "lint": "acme-tools/lint.zip"}
    assert project(stack)["secondary_source_version"] == [{"source_identifier": "tools", "source_version": "v3"}]
    assert statement(stack, "main", "ReadObjects")["resources"] == ["arn:aws:s3:::acme-tools/lint.zip"]
    assert project(stack, "clock")["source"][0]["type"] == "NO_SOURCE"
    docs = project(stack, "docs")
    assert (docs["source"][0]["location"], docs["source_version"]) == (
        "https://github.com/acme-platform/docs",
        "stable",
    )


def test_artifacts_lie_where_the_spec_says(stacks: dict[str, PlannedStack]) -> None:
    (first,) = project(stacks["artifacts"])["artifacts"]
    assert (first["name"], first["packaging"], first["namespace_type"]) == ("site", "NONE", "NONE")
    (second,) = project(stacks["artifacts"])["secondary_artifacts"]
    assert (second["artifact_identifier"], second["packaging"]) == ("coverage", "ZIP")
    assert project(stacks["artifacts"], "check")["artifacts"][0]["type"] == "NO_ARTIFACTS"


def test_each_report_has_a_group_that_only_its_build_may_write(stacks: dict[str, PlannedStack]) -> None:
    groups = {
        address: resource.values["type"]
        for address, resource in stacks["reports"].resources.items()
        if resource.type == "aws_codebuild_report_group"
    }
    assert groups == {
        'module.builds.aws_codebuild_report_group.this["main/cover"]': "CODE_COVERAGE",
        'module.builds.aws_codebuild_report_group.this["main/unit"]': "TEST",
    }
    assert statement(stacks["reports"], "main", "WriteReports")["resources"] == [
        "arn:aws:codebuild:eu-west-1:111122223333:report-group/shop-reports-main-cover",
        "arn:aws:codebuild:eu-west-1:111122223333:report-group/shop-reports-main-unit",
    ]


def test_the_rest_reaches_the_project(stacks: dict[str, PlannedStack]) -> None:
    planned = project(stacks["rest"])
    assert planned["badge_enabled"] is True
    assert planned["cache"][0]["type"] == "S3"
    assert planned["logs_config"][0]["s3_logs"][0]["status"] == "ENABLED"
    assert planned["source"][0]["report_build_status"] is True
    assert planned["source"][0]["build_status_config"][0]["context"] == "acme/build"
    (mount,) = project(stacks["disks"])["file_system_locations"]
    assert mount["location"] == "fs-01234567.efs.eu-west-1.amazonaws.com:/builds"


@pytest.mark.slow
def test_a_project_with_everything_applies_in_the_sandbox_reads_back_and_plans_empty(
    tfstencil: Command, tmp_path: Path
) -> None:
    everything = f"""\
builds:
  main:
    {NODE.split(", phases", maxsplit=1)[0]}
    phases: {{build: [npm test]}}
    badge: true
    cache: s3
    s3_logs: true
    commit_status: {{context: acme/build}}
    secondary_sources: {{lint: {{type: s3, object: acme-tools/lint.zip}}}}
    secondary_artifacts: {{coverage: {{files: [coverage/**/*]}}}}
    reports: {{unit: {{files: ['junit/*.xml'], export: true}}}}
    fleet: {{machines: 1}}
  many: {{runtime: {{nodejs: 22}}, batch: {{max_builds: 5}}}}
  clock: {{{NODE}, source: {{type: none}}, artifact: {{type: none}}}}
  quick: {{{NODE}, compute: lambda-2gb}}
"""
    workspace = workspace_with(tmp_path, {"dev": everything})
    try:
        assert tfstencil("render").returncode == 0
        applied = tfstencil("apply", "dev", "--sandbox", "--yes", timeout=400)
        assert applied.returncode == 0, applied.stdout + applied.stderr
        endpoint = running(workspace).endpoint
        wrong = [check.as_dict() for check in read_back(endpoint, load_environment(workspace, "dev")) if not check.ok]
        assert wrong == []
        again = tfstencil("plan", "dev", "--sandbox", "--detailed-exitcode", timeout=200)
        assert again.returncode == 0, again.stdout + again.stderr
        assert tfstencil("destroy", "dev", "--sandbox", "--yes", timeout=400).returncode == 0
    finally:
        tfstencil("sandbox", "stop")
