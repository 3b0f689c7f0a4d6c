"""What real stacks need, row by row: each has a spec that validates, renders and plans."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import pytest
import yaml
from demands import ACCOUNT, BASE, DEMANDS, ELSEWHERE, KEY, OVER_EXISTING, THE_REST

from generator.errors import SpecError
from generator.model.loading.load import load_environment
from generator.plans.iam_statements import statements

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from generator.plans.planned import PlannedStack
    from generator.workspace import Workspace

    Fleet = Mapping[str, PlannedStack]
    MakeWorkspace = Callable[[Mapping[str, str]], Workspace]

# What is for later: where a spec would say it, and a word of what it is told.
REFUSED: Final = {
    "a Windows image": (
        "builds: {main: {image: 'aws/codebuild/windows-base:2022-1.0'}}",
        "builds.main.image",
        "other platforms",
    ),
    "Windows by its name": ("builds: {main: {architecture: windows}}", "builds.main.architecture", "builds on Windows"),
    "a Windows machine": ("builds: {main: {compute: windows-medium}}", "builds.main.compute", "builds on Windows"),
    "the same build again": ("pipeline: {builds: [[main], [main]]}", "pipeline.builds[1][0]", "under another name"),
    "variables of an action": ("pipeline: {builds: [[main]], actions: {}}", "pipeline.actions", "under another name"),
    "several sources": ("pipeline: {builds: [[main]], sources: [{bucket: a}]}", "pipeline.sources", "one source"),
    "stages of one's own": ("pipeline: {builds: [[main]], stages: []}", "pipeline.stages", "by step"),
    "CodeDeploy": (
        "pipeline: {builds: [[main]], deploy: {artifact: main, codedeploy: {}}}",
        "pipeline.deploy.codedeploy",
        "CodeDeploy",
    ),
}
PROJECT: Final = 'module.builds.aws_codebuild_project.this["main"]'


@pytest.fixture(scope="module")
def fleet(planned_fleet: Callable[[Mapping[str, str]], Fleet]) -> Fleet:
    return planned_fleet({"_base": BASE, **{name: f"extends: _base\n{text}\n" for name, text in DEMANDS.items()}})


def types(stack: PlannedStack) -> set[str]:
    return {address.partition("[")[0].rpartition(".")[0].rpartition(".")[2] for address in stack.resources}


def project(stack: PlannedStack) -> Mapping[str, Any]:
    return stack.resources[PROJECT].values


@pytest.mark.terraform
class TestPlan:
    """What the real provider plans; one terraform for all rows."""

    def test_every_row_is_planned(self, fleet: Fleet) -> None:
        assert set(fleet) == set(DEMANDS)
        assert all(PROJECT in stack.resources for stack in fleet.values())

    def test_names_are_kept(self, fleet: Fleet) -> None:
        assert project(fleet["names"])["name"] == "Acme_main"
        assert fleet["names"].resources['module.access.aws_iam_role.this["main"]'].values["name"] == "acme-main+role"
        assert fleet["names"].resources["module.pipeline.aws_codepipeline.this"].values["name"] == "acme-release"

    def test_each_project_has_a_log_group_that_its_role_alone_writes_to(self, fleet: Fleet) -> None:
        group = 'module.logs.aws_cloudwatch_log_group.each["/aws/codebuild/shop-log-groups-main"]'
        assert group in fleet["log-groups"].resources
        assert 'module.logs.aws_cloudwatch_log_group.each["/acme/ci"]' in fleet["given-log-groups"].resources
        assert 'module.logs.aws_cloudwatch_log_group.each["/acme/other"]' in fleet["given-log-groups"].resources

    def test_a_bucket_that_exists_is_written_to_below_its_folder_and_left_alone(self, fleet: Fleet) -> None:
        assert not [kind for kind in types(fleet["bucket"]) if kind.startswith("aws_s3_bucket")]
        found = project(fleet["bucket"])
        assert (found["artifacts"][0]["location"], found["artifacts"][0]["path"]) == ("acme-builds", "shop/bucket/main")
        assert found["cache"][0]["location"] == "acme-builds/shop/bucket/_cache/main"
        assert found["logs_config"][0]["s3_logs"][0]["location"] == "acme-builds/shop/bucket/main/logs"
        policy = fleet["bucket"].resources['module.access.data.aws_iam_policy_document.builds["main"]']
        allowed = {item["sid"]: item["resources"] for item in statements(policy) or []}
        assert allowed["ReadAndWriteArtifacts"] == ["arn:aws:s3:::acme-builds/shop/bucket/main/*"]
        assert allowed["ReadAndWriteCache"] == ["arn:aws:s3:::acme-builds/shop/bucket/_cache/main/*"]

    def test_a_role_that_exists_is_used_and_no_policy_is_put_on_it(self, fleet: Fleet) -> None:
        arn = f"arn:aws:iam::{ACCOUNT}:role/ci/shop"
        assert project(fleet["roles"])["service_role"] == arn
        roles = {each for each in fleet["roles"].resources if each.startswith("module.access.aws_iam_role")}
        assert roles == {'module.access.aws_iam_role.this["other"]', 'module.access.aws_iam_role_policy.this["other"]'}
        assert not [each for each in fleet["every-role"].resources if each.startswith("module.access")]

    def test_a_pipeline_runs_as_a_role_that_exists_and_no_policy_is_put_on_it(self, fleet: Fleet) -> None:
        stack = fleet["pipeline-role"]
        arn = f"arn:aws:iam::{ACCOUNT}:role/ci/release"
        assert stack.resources["module.pipeline.aws_codepipeline.this"].values["role_arn"] == arn
        assert [each for each in stack.resources if each.startswith("module.pipeline")] == [
            "module.pipeline.aws_codepipeline.this"
        ]

    def test_a_key_a_topic_a_repository_and_a_log_group_that_exist_are_not_made(self, fleet: Fleet) -> None:
        assert project(fleet["key"])["encryption_key"] == KEY
        assert not {"aws_kms_key", "aws_kms_alias"} & types(fleet["key"])
        assert not {"aws_sns_topic", "aws_sns_topic_policy"} & types(fleet["topic"])
        target = fleet["topic"].resources["module.notifications.aws_cloudwatch_event_target.builds"].values
        assert target["arn"] == f"arn:aws:sns:us-east-1:{ACCOUNT}:acme-builds"
        assert "aws_ecr_repository" not in types(fleet["repositories"])
        assert "aws_cloudwatch_log_group" not in types(fleet["logs"])
        assert project(fleet["logs"])["logs_config"][0]["cloudwatch_logs"][0]["group_name"] == "/acme/builds"

    def test_what_one_build_has_carries_its_tags(self, fleet: Fleet) -> None:
        stack = fleet["tags"]
        group = 'module.logs.aws_cloudwatch_log_group.each["/aws/codebuild/shop-tags-main"]'
        its = (PROJECT, 'module.access.aws_iam_role.this["main"]', group)
        found = [{key: stack.resources[each].values["tags"].get(key) for key in ("CostCenter", "Team")} for each in its]
        assert found == [{"CostCenter": "2", "Team": "web"}] * 3
        other = stack.resources[PROJECT.replace("main", "other")].values["tags"]
        assert (other["CostCenter"], "Team" in other) == ("1", False)

    def test_a_build_has_several_sources(self, fleet: Fleet) -> None:
        found = project(fleet["sources"])["secondary_sources"]
        assert {each["source_identifier"]: each["type"] for each in found} == {"tools": "GITHUB", "data": "S3"}

    def test_one_buildspec_runs_twice_in_a_pipeline_with_other_variables(self, fleet: Fleet) -> None:
        stack = fleet["same-build"]
        projects = [stack.resources[PROJECT.replace("main", name)].values for name in ("main", "again")]
        assert {each["source"][0]["buildspec"] for each in projects} == {"ci.yml"}
        values = [
            {item["name"]: item["value"] for item in each["environment"][0]["environment_variable"]}
            for each in projects
        ]
        assert [each["TARGET"] for each in values] == ["test", "live"]

    def test_pull_requests_of_listed_people_and_of_strangers_are_built_where_that_is_accepted(
        self, fleet: Fleet
    ) -> None:
        listed, open_to_all = _filters(fleet["listed-people"]), _filters(fleet["strangers"])
        assert "1234567" in listed["ACTOR_ACCOUNT_ID"]
        assert "7654321" in listed["ACTOR_ACCOUNT_ID"]
        assert "ACTOR_ACCOUNT_ID" not in open_to_all
        assert open_to_all["EVENT"] == listed["EVENT"] == "PULL_REQUEST_CREATED, PULL_REQUEST_UPDATED"
        assert project(fleet["listed-people"])["environment"][0]["privileged_mode"] is True

    def test_what_is_adopted_has_the_names_that_it_had(self, fleet: Fleet) -> None:
        stack = fleet["adopted"]
        role, group = "access.aws_iam_role.this", "logs.aws_cloudwatch_log_group.each"
        assert project(stack)["name"] == "Acme-main"
        assert stack.resources[f'module.{role}["main"]'].values["name"] == "acme-main-role"
        assert f'module.{group}["/aws/codebuild/Acme-main"]' in stack.resources


def _filters(stack: PlannedStack) -> dict[str, str]:
    """Return the patterns of the one filter group of a webhook, by what they are about."""
    (group,) = stack.resources['module.trigger.aws_codebuild_webhook.this["main"]'].values["filter_group"]
    return {each["type"]: each["pattern"] for each in group["filter"]}


@pytest.mark.parametrize("wish", REFUSED)
def test_what_is_for_later_is_refused_at_its_key(workspace_of: MakeWorkspace, wish: str) -> None:
    text, key, words = REFUSED[wish]
    with pytest.raises(SpecError) as caught:
        load_environment(workspace_of({"_base": BASE, "dev": f"extends: _base\n{text}\n"}), "dev")
    assert [problem.key for problem in caught.value.problems if words in problem.hint] == [key]


# Below these keys stand names that somebody chose.
NAMED: Final = {"builds", "accepted", "secondary_sources", "secrets", "variables", "existing", "tags"}


def keys_of(value: object, path: tuple[str, ...] = ()) -> set[tuple[str, ...]]:
    """Return the keys that a spec says, whatever the names in it are."""
    if not isinstance(value, dict) or not value:
        return {path}
    is_named = bool(path) and path[-1] in NAMED and path not in {("artifacts", "existing"), ("logs", "existing")}
    return {key for name, below in value.items() for key in keys_of(below, (*path, "*" if is_named else name))}


@pytest.mark.parametrize("row", DEMANDS.keys() - ELSEWHERE.keys())
def test_each_row_is_part_of_a_stack_that_is_applied(row: str) -> None:
    applied = [keys_of(yaml.safe_load(text)) for text in (OVER_EXISTING, THE_REST)]
    asked = keys_of(yaml.safe_load(DEMANDS[row])) - {("builds", "*", "runtime")}
    assert any(asked <= keys for keys in applied), [asked - keys for keys in applied]
