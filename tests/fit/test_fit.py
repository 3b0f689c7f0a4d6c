"""Configurations of people who do this job, as specs after their public sources: docs/fit.md says what could not be said."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pytest

from generator.errors import SpecError
from generator.model.loading.load import load_environment
from generator.plans.iam_statements import statements

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from generator.plans.planned import PlannedStack
    from generator.workspace import Workspace

    Fleet = Mapping[str, PlannedStack]
    MakeWorkspace = Callable[[Mapping[str, str]], Workspace]

SPECS: Final = {file.stem: file.read_text(encoding="utf-8") for file in sorted(Path(__file__).parent.glob("*.yaml"))}
DOCUMENT: Final = Path(__file__).parents[2] / "docs" / "fit.md"
# The names that the sources give, which a plan must keep.
PROJECTS: Final = {
    "aws-ia-codebuild": {"terraform-modules-examples"},
    "beneficiary-fhir-data": {f"bfd-non-prod-platform-{each}" for each in ("lambda", "small", "large", "docker")},
    "bichard7": {"deploy-uat", "seed-uat", "integration-test-e2e-test", "e2e-pull-requests"},
    "byu-codepipeline": {"cp-test-dev-Build"},
    "dos-integration": {
        "uec-dos-int-dev-build-deploy-test-release-stage",
        "uec-dos-int-dev-destroy-nonprod-environments-stage",
        "uec-dos-int-dev-destroy-nonprod-environment-on-pr-merged-stage",
    },
    "esdk-python": {"AWS-ESDK-Python", "AWS-ESDK-Python-test-release", "AWS-ESDK-Python-prod-release"},
    "pwsh-bedrock": {"pwshBedrock-pwsh_gha_cb_linux"},
    "tmknom-codebuild": {"example"},
}
# What the sources say and a spec refuses: what takes its place in the spec, where it is told, and a word of it.
REFUSED: Final = {
    "a privileged build of pull requests of strangers": (
        "bichard7",
        "trigger: {push: {branches: [master]}}",
        'trigger: {pull_requests: {branches: ["!master"]}}',
        "builds.integration-test-e2e-test.privileged",
        "root on the build machine",
    ),
    "a buildspec that a merged pull request may bring": (
        "dos-integration",
        'paths: ["!infrastructure/',
        'messages: ["!infrastructure/',
        "builds.destroy-on-merge.trigger.pull_requests.paths",
        "could bring its own",
    ),
    "runners on Windows": (
        "pwsh-bedrock",
        "image: aws/codebuild/standard:7.0",
        "image: aws/codebuild/windows-base:2019-3.0",
        "builds.linux.image",
        "Windows",
    ),
    "an image that AWS has withdrawn": (
        "tmknom-codebuild",
        "image: aws/codebuild/standard:7.0",
        "image: aws/codebuild/docker:18.09.0",
        "builds.main.image",
        "is not an image of AWS's that is known here",
    ),
    "CodeDeploy": (
        "byu-codepipeline",
        "deploy: {bucket: {bucket: test-bucket-111122223333}}",
        "deploy: {codedeploy: {application: parking-api-codedeploy}}",
        "pipeline.deploy.codedeploy",
        "CodeDeploy",
    ),
    "the same project several times": (
        "dos-integration",
        "accepted:\n",
        "pipeline: {builds: [[destroy-from-tag], [destroy-from-tag]]}\naccepted:\n",
        "pipeline.builds[1][0]",
        "under another name",
    ),
}


@pytest.fixture(scope="module")
def fleet(planned_fleet: Callable[[Mapping[str, str]], Fleet]) -> Fleet:
    return planned_fleet(SPECS)


def of_type(stack: PlannedStack, kind: str) -> dict[str, Mapping[str, Any]]:
    """Return what a plan makes of one type, by address."""
    return {address: each.values for address, each in stack.resources.items() if f".{kind}." in f".{address}"}


@pytest.mark.parametrize("name", SPECS)
def test_each_is_valid_and_says_its_source(name: str, workspace_of: MakeWorkspace) -> None:
    loaded = load_environment(workspace_of({name: SPECS[name]}), name)
    assert loaded.name == name
    assert SPECS[name].startswith("# ")
    assert name in DOCUMENT.read_text(encoding="utf-8")


@pytest.mark.parametrize("wish", REFUSED)
def test_what_could_not_be_said_is_refused_at_its_key(wish: str, workspace_of: MakeWorkspace) -> None:
    name, said, wanted, key, words = REFUSED[wish]
    assert said in SPECS[name]
    with pytest.raises(SpecError) as caught:
        load_environment(workspace_of({name: SPECS[name].replace(said, wanted)}), name)
    found = {problem.key: f"{problem.message} {problem.hint}" for problem in caught.value.problems}
    assert words in found[key]


@pytest.mark.terraform
class TestPlan:
    """What the real provider plans; one terraform for all."""

    def test_every_project_keeps_its_name_and_its_log_group(self, fleet: Fleet) -> None:
        found = {
            name: {each["name"] for each in of_type(stack, "aws_codebuild_project").values()}
            for name, stack in fleet.items()
        }
        assert found == PROJECTS
        groups = {each["name"] for each in of_type(fleet["esdk-python"], "aws_cloudwatch_log_group").values()}
        assert groups == {f"/aws/codebuild/{each}" for each in PROJECTS["esdk-python"]}
        assert [each["name"] for each in of_type(fleet["pwsh-bedrock"], "aws_cloudwatch_log_group").values()] == [
            "pwshBedrock-linux-pwsh"
        ]

    def test_runners_wait_for_jobs_of_workflows(self, fleet: Fleet) -> None:
        for name in ("beneficiary-fhir-data", "pwsh-bedrock"):
            hooks = of_type(fleet[name], "aws_codebuild_webhook")
            patterns = [
                item["pattern"] for hook in hooks.values() for group in hook["filter_group"] for item in group["filter"]
            ]
            assert patterns == ["WORKFLOW_JOB_QUEUED"] * len(PROJECTS[name])

    def test_roles_that_exist_are_used_and_roles_of_their_own_keep_their_names(self, fleet: Fleet) -> None:
        projects = of_type(fleet["dos-integration"], "aws_codebuild_project").values()
        existing = "arn:aws:iam::111122223333:role/UECDoSINTPipelineRole"
        assert {each["service_role"] for each in projects} == {existing}
        assert not of_type(fleet["dos-integration"], "aws_iam_role")
        (batch,) = (each["build_batch_config"][0] for each in projects if each["build_batch_config"])
        assert batch["service_role"] == existing
        names = {each["name"] for each in of_type(fleet["bichard7"], "aws_iam_role").values()}
        assert {f"{each}-service-role" for each in PROJECTS["bichard7"]} <= names

    def test_what_builds_may_do_is_what_the_source_lets_them(self, fleet: Fleet) -> None:
        release = statements(fleet["esdk-python"].resources[_policy("test-release")]) or []
        secrets = [each["resources"] for each in release if each["sid"] == "ReleaseSecret"]
        assert secrets == [["arn:aws:secretsmanager:us-west-2:111122223333:secret:test-pypi-AbCdEf"]]
        checks = statements(fleet["esdk-python"].resources[_policy("ci")]) or []
        assert "ReleaseSecret" not in {each["sid"] for each in checks}
        attached = {
            each["policy_arn"]
            for name in ("aws-ia-codebuild", "tmknom-codebuild")
            for each in of_type(fleet[name], "aws_iam_role_policy_attachment").values()
        }
        assert {each.rpartition("/")[2] for each in attached} == {
            "AdministratorAccess",
            "AmazonEC2ContainerRegistryPowerUser",
        }

    def test_pull_requests_start_a_project_of_their_own_for_listed_people(self, fleet: Fleet) -> None:
        hooks = {each["project_name"]: each for each in of_type(fleet["bichard7"], "aws_codebuild_webhook").values()}
        assert set(hooks) == {"integration-test-e2e-test", "e2e-pull-requests"}
        (group,) = hooks["e2e-pull-requests"]["filter_group"]
        found = {(each["type"], each["pattern"]) for each in group["filter"]}
        assert ("ACTOR_ACCOUNT_ID", "^1234567$") in found

    def test_a_pipeline_deploys_to_the_bucket_of_the_source(self, fleet: Fleet) -> None:
        (pipeline,) = of_type(fleet["byu-codepipeline"], "aws_codepipeline").values()
        assert pipeline["name"] == "cp-test-dev-pipeline"
        assert pipeline["stage"][-1]["action"][0]["configuration"]["BucketName"] == "test-bucket-111122223333"


def _policy(build: str) -> str:
    return f'module.access.data.aws_iam_policy_document.parts["{build}"]'
