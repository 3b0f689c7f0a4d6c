"""What a spec permits roles: the statements that it comes to, where they stand, and what is told of them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

import pytest
import yaml

from generator.aws import actions as known
from generator.aws.limits import MANAGED_POLICY
from generator.claims.catalog import claims
from generator.model.loading.load import load_environment
from generator.model.names import Names
from generator.parts.access.permissions.policies import is_inside, managed
from generator.parts.access.permissions.statements import RESERVED, statements
from generator.parts.access.permissions.width import takes_no_resource
from generator.parts.access.role_policies import role_policies
from generator.parts.framework.stack import derive
from generator.plans.iam_statements import statements as planned_statements

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from generator.model.loading.load import Environment
    from generator.plans.planned import PlannedStack

BASE: Final = """
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
KEY: Final = "arn:aws:kms:eu-west-1:111122223333:key/00000000-0000-0000-0000-000000000001"
ALL: Final = f"""
buckets: {{read: [acme-tools/lint, acme-tools/more], write: [acme-releases], sync: [acme-site]}}
repositories: {{pull: [tools/node], push: ["arn:aws:ecr:us-east-1:444455556666:repository/api"]}}
functions: [shop-api]
distributions: [E1A2B3C4D5E6F7]
tables: {{read: [prices], write: [deployments]}}
keys: {{decrypt: ["{KEY}"], encrypt: ["{KEY}"]}}
assume_roles: ["arn:aws:iam::444455556666:role/deploy"]
"""
FEW: Final = """
statements:
  Tell:
    actions: ["sns:Publish"]
    resources: ["arn:aws:sns:eu-west-1:111122223333:told", "arn:aws:sns:eu-west-1:111122223333:${aws:PrincipalTag/x}"]
    conditions: {StringEquals: {"aws:ResourceTag/Stack": [shop, web]}, Bool: {"aws:SecureTransport": ["true"]}}
  Pass: {actions: ["iam:PassRole"], resources: ["arn:aws:iam::111122223333:role/app"], reason: the service runs as this role}
policies: [{arn: "arn:aws:iam::aws:policy/ReadOnlyAccess", reason: the audit reads everything}]
"""


def spec_of(*permissions: str, pipeline: str = "") -> str:
    """Return a spec whose builds are permitted something, one after the other, and its pipeline."""
    builds = {
        f"b{number}": {"runtime": {"nodejs": 22}, "permissions": yaml.safe_load(text)}
        for number, text in enumerate(permissions)
    }
    found: dict[str, Any] = {"builds": builds}
    if pipeline:
        found["pipeline"] = {"builds": [list(builds)], "permissions": yaml.safe_load(pipeline)}
    return BASE + yaml.safe_dump(found)


SPECS: Final = {"few": spec_of(FEW, pipeline=FEW), "all": spec_of(ALL, FEW, pipeline=ALL)}


@pytest.fixture
def loaded(workspace_of: Callable[..., Any]) -> Callable[..., Environment]:
    return lambda name, specs=SPECS: load_environment(workspace_of(specs), name)


def test_short_words_make_statements_of_actions_that_aws_has_on_resources_that_they_take(
    loaded: Callable[..., Environment],
) -> None:
    spec = loaded("all").spec
    made = statements(spec.builds["b0"].permissions, Names.of("all", spec), ("x",), "b0")
    assert {each.sid for each in made} - {"ListFolders1"} == RESERVED
    for each in made:
        for action in each.actions:
            found = known.action(action)
            assert found, action
            assert ("*" in each.resources) == takes_no_resource(action), action


def test_each_short_word_comes_to_its_statement(loaded: Callable[..., Environment]) -> None:
    spec = loaded("all").spec
    made = {each.sid: each for each in statements(spec.builds["b0"].permissions, Names.of("all", spec), (), "b0")}
    assert made["ReadObjects"].resources == ("arn:aws:s3:::acme-tools/lint/*", "arn:aws:s3:::acme-tools/more/*")
    assert made["ListFolders1"].resources == ("arn:aws:s3:::acme-tools",)
    assert made["ListFolders1"].conditions == {"StringLike": {"s3:prefix": ("lint", "lint/*", "more", "more/*")}}
    assert made["ListBuckets"].resources == ("arn:aws:s3:::acme-releases", "arn:aws:s3:::acme-site")
    assert made["WriteObjects"].resources == ("arn:aws:s3:::acme-releases/*", "arn:aws:s3:::acme-site/*")
    assert made["DeleteObjects"].resources == ("arn:aws:s3:::acme-site/*",)
    assert made["PullImages"].resources == ("arn:aws:ecr:eu-west-1:111122223333:repository/tools/node",)
    assert made["PushImages"].resources == ("arn:aws:ecr:us-east-1:444455556666:repository/api",)
    assert "arn:aws:lambda:eu-west-1:111122223333:function:shop-api:*" in made["DeployFunctions"].resources
    assert made["InvalidateDistributions"].resources == (
        "arn:aws:cloudfront::111122223333:distribution/E1A2B3C4D5E6F7",
    )
    assert "arn:aws:dynamodb:eu-west-1:111122223333:table/prices/index/*" in made["ReadTables"].resources
    assert made["AssumeRoles"].resources == ("arn:aws:iam::444455556666:role/deploy",)


def test_what_is_large_stands_in_managed_policies_of_which_each_fits_and_is_claimed(
    loaded: Callable[..., Environment],
) -> None:
    many = {
        f"S{number:03}": {
            "actions": ["sqs:SendMessage"],
            "resources": [f"arn:aws:sqs:eu-west-1:111122223333:{number:080}"],
        }
        for number in range(40)
    }
    environment = loaded(
        "many", {"many": spec_of(json.dumps({"statements": many}), pipeline=json.dumps({"statements": many}))}
    )
    names = Names.of("many", environment.spec)
    made = statements(environment.spec.builds["b0"].permissions, names, (), "b0")
    assert not is_inside(made)
    policies = managed(made, names.role("b0"))
    assert [each.sid for held in policies.values() for each in held] == sorted(many)
    for held in policies.values():
        document = {
            "Version": "2012-10-17",
            "Statement": [
                {"Sid": e.sid, "Effect": "Allow", "Action": e.actions[0], "Resource": e.resources[0]} for e in held
            ],
        }
        assert len(json.dumps(document, separators=(",", ":"))) <= MANAGED_POLICY.most
    claimed = {text.split(" ")[2] for text, _ in claims("many", environment.spec) if text.startswith("policy ")}
    assert claimed == {"shop-many-b0-build-1", "shop-many-b0-build-2", "shop-many-pipeline-1", "shop-many-pipeline-2"}
    inside = {each.name: each.policies for each in role_policies(environment.spec, names)}
    assert "parts" not in inside[names.role("b0")]
    assert "permissions" not in inside[names.pipeline_role]
    assert len(derive(environment).root["access"].roles[0].managed_policies) == 2  # type: ignore[attr-defined]


@pytest.mark.terraform
def test_what_is_permitted_is_planned_as_it_is_measured(
    planned_fleet: Callable[[Mapping[str, str]], dict[str, PlannedStack]], loaded: Callable[..., Environment]
) -> None:
    planned = planned_fleet(SPECS)
    for name, stack in planned.items():
        spec = loaded(name).spec
        names = Names.of(name, spec)
        asked = {
            ("access", key): statements(build.permissions, names, (), key)
            for key, build in spec.builds.items()
            if build.permissions
        }
        assert spec.pipeline
        asked["pipeline", ""] = statements(spec.pipeline.permissions, names, (), "")
        for (module, build), made in asked.items():
            wanted = {each.sid: (sorted(each.actions), sorted(map(str, each.resources))) for each in made}
            assert wanted == _planned(stack, module, build), (name, module, build)
        attached = {
            each.address
            for each in stack.resources.values()
            if each.address.endswith("]") and "existing" in each.address
        }
        assert len(attached) == (2 if name == "few" else 1)


def _planned(stack: PlannedStack, module: str, build: str) -> dict[str, tuple[list[str], list[str]]]:
    """Return the statements of a role's permissions in a plan, by name."""
    start = f"module.{module}.data.aws_iam_policy_document."
    found: dict[str, tuple[list[str], list[str]]] = {}
    for resource in stack.resources.values():
        kind, _, index = resource.address.removeprefix(start).partition("[")
        is_own = kind in {"parts", "permissions", "managed"} and (
            not build or f'"{build}"' in index or f"-{build}-" in index
        )
        if resource.address.startswith(start) and is_own:
            for each in planned_statements(resource) or ():
                found[each["sid"]] = (sorted(each["actions"]), sorted(each["resources"]))
    return found


def test_a_reason_stands_in_the_readme(loaded: Callable[..., Environment]) -> None:
    root = derive(loaded("few")).root
    reasons = {"access": root["roles"].reasons, "pipeline": root["pipeline"].reasons}  # type: ignore[attr-defined]
    for part, role in (("access", "shop-few-b0-build"), ("pipeline", "shop-few-pipeline")):
        told = [(each.role, each.what, each.reason) for each in reasons[part]]
        assert told == [
            (role, "Pass: iam:PassRole", "the service runs as this role"),
            (role, "arn:aws:iam::aws:policy/ReadOnlyAccess", "the audit reads everything"),
        ]
