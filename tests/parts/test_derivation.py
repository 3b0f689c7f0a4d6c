"""What is derived from a spec: names, ARNs, tags, project settings, and where each comes from."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

import pytest

from generator.credentials.identity import Credentials, Role, WebIdentity
from generator.model.documents.documentation import knows
from generator.model.loading.load import load_environment
from generator.parts.access.roles import RoleContext, RolesContext
from generator.parts.artifacts.module import BucketContext
from generator.parts.builds.projects import ProjectContext
from generator.parts.catalog import OURS
from generator.parts.encryption.module import KeyContext
from generator.parts.framework.facts import AcceptedContext, EnvironmentContext, SourceContext, StateContext
from generator.parts.framework.origins import ORIGINS
from generator.parts.framework.stack import Runbook, derive
from generator.parts.logs.module import LogGroupsContext
from generator.parts.network.placement import NetworkContext

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

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


SECTIONS: dict[str, type[Any]] = {
    "environment": EnvironmentContext,
    "state": StateContext,
    "credentials": Credentials,
    "credentials.role": Role,
    "credentials.web_identity": WebIdentity,
    "state.credentials": Credentials,
    "state.credentials.role": Role,
    "state.credentials.web_identity": WebIdentity,
    "accepted.*": AcceptedContext,
    "source": SourceContext,
    "network": NetworkContext,
    "key": KeyContext,
    "bucket": BucketContext,
    "log_groups": LogGroupsContext,
    "roles": RolesContext,
    **{name: module.arguments for name, module in OURS.modules.items()},
    "access.roles.*": RoleContext,
    "builds.projects.*": ProjectContext,
}
SHAPES = {f"shapes.{name}": module.shape for name, module in OURS.modules.items()}


@pytest.fixture
def derived(workspace_of: MakeWorkspace) -> Callable[..., Any]:
    """Derive an environment from a base and an addition; returns the stack."""

    def of(addition: str = "", environment: str = "dev", base: str = BASE) -> Any:
        workspace = workspace_of({"_base": base, environment: f"extends: _base\n{addition}\n"})
        return derive(load_environment(workspace, environment))

    return of


def test_names_carry_stack_and_environment(derived: Callable[..., Any]) -> None:
    root = derived().root
    assert root["artifacts"].bucket_name == "shop-dev-artifacts-111122223333"
    assert [role.name for role in root["access"].roles] == ["shop-dev-main-build"]
    assert root["logs"].group_name == "/aws/codebuild/shop-dev"
    assert [project.name for project in root["builds"].projects] == ["shop-dev-main"]


def test_an_explicit_bucket_name_wins(derived: Callable[..., Any]) -> None:
    assert derived("artifacts: {bucket: acme-artifacts}").root["artifacts"].bucket_name == "acme-artifacts"


@pytest.mark.parametrize(
    ("region", "partition"), [("eu-west-1", "aws"), ("cn-north-1", "aws-cn"), ("us-gov-west-1", "aws-us-gov")]
)
def test_arns_are_of_the_partition_of_the_region(derived: Callable[..., Any], region: str, partition: str) -> None:
    (role,) = derived(f"region: {region}").root["access"].roles
    assert role.project_arn == f"arn:{partition}:codebuild:{region}:111122223333:project/shop-dev-main"


def test_every_resource_is_tagged_with_its_own_environment_and_stack(derived: Callable[..., Any]) -> None:
    tags = derived(environment="staging").root["environment"].tags
    assert tags == {
        "CostCenter": "1",
        "Environment": "staging",
        "ManagedBy": "tfstencil",
        "Owner": "team",
        "Stack": "shop",
    }


def test_the_key_exists_only_where_the_spec_has_encryption(derived: Callable[..., Any]) -> None:
    assert "encryption" not in derived().shapes
    assert derived().root["encryption"] is None
    assert "encryption" in derived(environment="prod").shapes


def test_the_default_image_carries_the_runtimes_for_the_architecture(derived: Callable[..., Any]) -> None:
    builds = "builds: {main: {runtime: {nodejs: 18}}, arm: {runtime: {nodejs: 22}, architecture: arm64}}"
    projects = {project.key: project for project in derived(builds).root["builds"].projects}
    assert projects["main"].image == "aws/codebuild/amazonlinux-x86_64-standard:5.0"
    assert projects["arm"].image == "aws/codebuild/amazonlinux-aarch64-standard:4.0"
    assert projects["arm"].environment_type == "ARM_CONTAINER"


def test_an_image_of_ones_own_is_pulled_with_the_role(derived: Callable[..., Any]) -> None:
    (project,) = derived("builds: {main: {image: 'ghcr.io/acme/builder:1'}}").root["builds"].projects
    assert project.image_credentials == "SERVICE_ROLE"


def test_variables_are_sorted_by_name_and_secrets_are_references(derived: Callable[..., Any]) -> None:
    (project,) = (
        derived(
            "builds: {main: {variables: {Z: last, A: first}, "
            "secrets: {M: {parameter: /m}, K: {secrets_manager: s, json_key: k}}}}"
        )
        .root["builds"]
        .projects
    )
    assert [(variable.name, variable.type, variable.value) for variable in project.variables] == [
        ("A", "PLAINTEXT", "first"),
        ("K", "SECRETS_MANAGER", "s:k"),
        ("M", "PARAMETER_STORE", "/m"),
        ("Z", "PLAINTEXT", "last"),
    ]


def test_a_role_may_read_just_the_secrets_that_its_build_names(derived: Callable[..., Any]) -> None:
    stack = derived(
        "builds: {main: {secrets: {A: {secrets_manager: npm}, B: {parameter: /a/b}, C: {parameter: /a/b}}}, "
        "docs: {runtime: {nodejs: 22}, secrets: {D: {parameter: /d}}}}"
    )
    docs, main = stack.root["access"].roles
    assert (docs.key, main.key) == ("docs", "main")
    assert main.secret_arns == ["arn:aws:secretsmanager:eu-west-1:111122223333:secret:npm-??????"]
    assert main.parameter_arns == ["arn:aws:ssm:eu-west-1:111122223333:parameter/a/b"]
    assert (docs.secret_arns, docs.parameter_arns) == ([], ["arn:aws:ssm:eu-west-1:111122223333:parameter/d"])
    assert stack.shapes["access"].secrets
    assert stack.shapes["access"].parameters


def test_a_secret_named_by_its_arn_is_granted_as_it_is(derived: Callable[..., Any]) -> None:
    arn = "arn:aws:secretsmanager:eu-west-1:111122223333:secret:npm-AbCdEf"
    stack = derived(f"builds: {{main: {{secrets: {{A: {{secrets_manager: '{arn}'}}}}}}}}")
    assert stack.root["access"].roles[0].secret_arns == [arn]


def test_a_codecommit_repository_can_be_cloned_by_the_role(derived: Callable[..., Any]) -> None:
    source = (
        "{type: codecommit, repository: 'https://git-codecommit.eu-west-1.amazonaws.com/v1/repos/shop', branch: main}"
    )
    (role,) = derived(f"source: {source}").root["access"].roles
    assert role.repository_arns == ["arn:aws:codecommit:eu-west-1:111122223333:shop"]


def test_phases_make_a_buildspec_with_pinned_runtimes(derived: Callable[..., Any]) -> None:
    (project,) = derived("builds: {main: {phases: {build: [npm test]}}}").root["builds"].projects
    assert project.buildspec_file is None
    assert project.buildspec == {
        "version": "0.2",
        "phases": {"install": {"runtime-versions": {"nodejs": "22"}}, "build": {"commands": ["npm test"]}},
        "artifacts": {"files": ["**/*"]},
    }


def test_without_phases_the_buildspec_lies_in_the_repository(derived: Callable[..., Any]) -> None:
    (project,) = derived().root["builds"].projects
    assert (project.buildspec_file, project.buildspec) == ("buildspec.yml", None)


VPC = "network: {existing: {vpc_id: vpc-0a1b2c3d, subnet_ids: [subnet-0a1b2c3d]}}"


@pytest.mark.parametrize(
    ("addition", "cache"),
    [
        pytest.param("builds: {main: {compute: large}}", "LOCAL", id="a machine that stays warm"),
        pytest.param("builds: {main: {compute: 2xlarge}}", "NO_CACHE", id="the largest machine"),
        pytest.param("builds: {main: {compute: gpu-large}}", "NO_CACHE", id="a machine with a GPU"),
        pytest.param(f"{VPC}\nbuilds: {{main: {{}}}}", "NO_CACHE", id="a machine in a VPC"),
        pytest.param(f"{VPC}\nbuilds: {{main: {{network: false}}}}", "LOCAL", id="a machine outside the VPC"),
        pytest.param("builds: {main: {compute: 2xlarge, cache: s3}}", "S3", id="a cache in the bucket"),
    ],
)
def test_a_build_that_says_nothing_has_the_cache_that_its_machine_keeps(
    derived: Callable[..., Any], addition: str, cache: str
) -> None:
    (project,) = derived(addition).root["builds"].projects
    assert project.cache_type == cache
    assert bool(project.cache_modes) == (cache == "LOCAL")


def test_docker_layers_are_cached_only_where_docker_may_run(derived: Callable[..., Any]) -> None:
    (plain,) = derived().root["builds"].projects
    (docker,) = derived("builds: {main: {privileged: true}}").root["builds"].projects
    (none,) = derived("builds: {main: {cache: none}}").root["builds"].projects
    assert "LOCAL_DOCKER_LAYER_CACHE" not in plain.cache_modes
    assert "LOCAL_DOCKER_LAYER_CACHE" in docker.cache_modes
    assert (none.cache_type, none.cache_modes) == ("NO_CACHE", [])


def test_shapes_are_shared_by_environments_that_have_the_same_features_on(derived: Callable[..., Any]) -> None:
    one, other = derived(environment="dev-one"), derived("logs: {retention_days: 30}", environment="dev-two")
    assert one.shapes == other.shapes
    assert hash(tuple(one.shapes.values())) == hash(tuple(other.shapes.values()))


def test_every_context_field_says_which_spec_keys_it_comes_from() -> None:
    fields = {
        f"{name}.{field.name}" for name, kind in (SECTIONS | SHAPES).items() for field in dataclasses.fields(kind)
    }
    assert fields - set(ORIGINS) == set()


def test_every_origin_is_a_key_of_the_spec() -> None:
    for context, keys in ORIGINS.items():
        for key in keys:
            assert knows(key.split(".")), f"{context} comes from {key}, which is no key"


def test_the_contexts_of_the_root_are_the_ones_that_templates_know(derived: Callable[..., Any]) -> None:
    root = derived("state: {bucket: acme-state}", environment="prod").root
    kinds = {"accepted": list, "existing": list, "imports": list, "moves": list, "outputs": dict, "runbook": Runbook}
    assert {*root} == {*kinds, *(name for name in SECTIONS if "." not in name)}
    found = {name: type(value) for name, value in root.items() if value is not None}
    assert found.items() <= {**SECTIONS, **kinds}.items()
