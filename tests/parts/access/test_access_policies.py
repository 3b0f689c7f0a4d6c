"""What the builds' roles may do, and what not: moto's own evaluator asks the policies of every combination of features.

The policies are those that the real provider plans. So that it knows them in full before anything exists, the module's
inputs that other modules would give are written out.
"""

from __future__ import annotations

import itertools
import json
from typing import TYPE_CHECKING, Any, Final

import pytest
import yaml
from module_policies import ACCOUNT, HERE, KEY, documents, planned, write_call
from moto.iam.access_control import IAMPolicy, PermissionResult

from generator.aws.policy import Call, Verdict, judge
from generator.operations.plans.fleet_members import prepare
from generator.workspace import Workspace

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

pytestmark = pytest.mark.terraform

CONNECTION: Final = f"arn:aws:codeconnections:{HERE}:connection/abc"
BASE: Final = f"""
class: dev
stack: shop
region: eu-west-1
account: "{ACCOUNT}"
tags: {{Owner: team, CostCenter: "1"}}
source: {{type: github, repository: https://github.com/acme-platform/shop}}
builds:
  main: {{runtime: {{nodejs: 22}}, phases: {{build: [npm test]}}}}
  other: {{runtime: {{nodejs: 22}}, phases: {{build: [npm test]}}, secrets: {{B: {{parameter: /other}}}}}}
"""
# Feature -> what it adds to the spec, and the calls that build `main` may make with it and not without it.
FEATURES: Final[dict[str, tuple[str, tuple[tuple[str, str], ...]]]] = {
    "key": ("encryption: {}", (("kms:GenerateDataKey", KEY), ("kms:Decrypt", KEY))),
    "secret": (
        "builds: {main: {secrets: {A: {secrets_manager: npm}}}}",
        (("secretsmanager:GetSecretValue", f"arn:aws:secretsmanager:{HERE}:secret:npm-AbCdEf"),),
    ),
    "parameter": (
        "builds: {main: {secrets: {P: {parameter: /npm/token}}}}",
        (("ssm:GetParameters", f"arn:aws:ssm:{HERE}:parameter/npm/token"),),
    ),
    "image": (
        f"builds: {{main: {{image: '{ACCOUNT}.dkr.ecr.eu-west-1.amazonaws.com/tools/node:22'}}}}",
        (("ecr:BatchGetImage", f"arn:aws:ecr:{HERE}:repository/tools/node"), ("ecr:GetAuthorizationToken", "*")),
    ),
    "object": (
        "builds: {main: {secondary_sources: {lint: {type: s3, object: acme-tools/lint.zip}}}}",
        (("s3:GetObject", "arn:aws:s3:::acme-tools/lint.zip"),),
    ),
    "report": (
        "builds: {main: {reports: {unit: {files: [junit.xml]}}}}",
        (("codebuild:CreateReport", f"arn:aws:codebuild:{HERE}:report-group/shop-NAME-main-unit"),),
    ),
    "connection": (
        f"source: {{connection: {{arn: '{CONNECTION}'}}}}",
        (("codeconnections:UseConnection", CONNECTION), ("codeconnections:GetConnectionToken", CONNECTION)),
    ),
}
ALWAYS: Final = (
    ("logs:PutLogEvents", f"arn:aws:logs:{HERE}:log-group:/aws/codebuild/shop:log-stream:main/1"),
    ("s3:PutObject", "arn:aws:s3:::shop-artifacts/main/1/artifact.zip"),
    ("s3:GetObject", "arn:aws:s3:::shop-artifacts/main/1/artifact.zip"),
)
# Whatever is on: another build's things, other keys, and all that would let a build become more than it is.
NEVER: Final = (
    ("logs:PutLogEvents", f"arn:aws:logs:{HERE}:log-group:/aws/codebuild/shop:log-stream:other/1"),
    ("logs:PutLogEvents", f"arn:aws:logs:{HERE}:log-group:/aws/lambda/x:log-stream:main/1"),
    ("logs:DeleteLogGroup", f"arn:aws:logs:{HERE}:log-group:/aws/codebuild/shop"),
    ("s3:PutObject", "arn:aws:s3:::shop-artifacts/other/1/artifact.zip"),
    ("s3:GetObject", "arn:aws:s3:::shop-artifacts/other/1/artifact.zip"),
    ("s3:GetObject", "arn:aws:s3:::shop-artifacts/_cache/main/1"),
    ("s3:DeleteObject", "arn:aws:s3:::shop-artifacts/main/1/artifact.zip"),
    ("s3:PutBucketPolicy", "arn:aws:s3:::shop-artifacts"),
    ("s3:GetObject", "arn:aws:s3:::acme-tools/other.zip"),
    ("ssm:GetParameters", f"arn:aws:ssm:{HERE}:parameter/other"),
    ("ssm:PutParameter", f"arn:aws:ssm:{HERE}:parameter/npm/token"),
    ("secretsmanager:GetSecretValue", f"arn:aws:secretsmanager:{HERE}:secret:npm-token-AbCdEf"),
    ("secretsmanager:PutSecretValue", f"arn:aws:secretsmanager:{HERE}:secret:npm-AbCdEf"),
    ("kms:Decrypt", f"arn:aws:kms:{HERE}:key/other"),
    ("kms:ScheduleKeyDeletion", KEY),
    ("ecr:PutImage", f"arn:aws:ecr:{HERE}:repository/tools/node"),
    ("codebuild:StartBuild", f"arn:aws:codebuild:{HERE}:project/shop-NAME-main"),
    ("iam:PassRole", f"arn:aws:iam::{ACCOUNT}:role/shop-NAME-main-build"),
    ("sts:AssumeRole", f"arn:aws:iam::{ACCOUNT}:role/admin"),
)


def combinations() -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield each set of features with a name: all 128 of them."""
    sets = itertools.chain.from_iterable(itertools.combinations(FEATURES, size) for size in range(len(FEATURES) + 1))
    for number, features in enumerate(sets):
        yield f"c{number:03}", features


def merge(into: dict[str, Any], other: Mapping[str, Any]) -> dict[str, Any]:
    for key, value in other.items():
        into[key] = merge(into.get(key, {}), value) if isinstance(value, dict) else value
    return into


@pytest.fixture(scope="module")
def policies(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, Any]]:
    """Plan module access of all combinations in one root; returns policy documents by combination and address."""
    specs = tmp_path_factory.mktemp("specs")
    (specs / "environments").mkdir()
    for name, features in combinations():
        spec = yaml.safe_load(BASE)
        for feature in features:
            merge(spec, yaml.safe_load(FEATURES[feature][0]))
        (specs / "environments" / f"{name}.yaml").write_text(yaml.safe_dump(spec))
    workspace = Workspace.find(specs)
    root = tmp_path_factory.mktemp("root")
    for prepared in prepare(workspace, [name for name, _ in combinations()]).environments:
        write_call(root, "access", prepared.name, prepared.files)
    return documents(planned(root, tmp_path_factory.mktemp("run")))


def may(document: Mapping[str, Any], action: str, resource: str) -> bool:
    # moto reads a resource as a regular expression, but for its stars: a single character is a dot there.
    policy = IAMPolicy({"policy_document": json.dumps(document).replace("?", ".")})
    return bool(policy.is_action_permitted(action, resource) == PermissionResult.PERMITTED)


def test_every_combination_has_its_policies(policies: dict[str, dict[str, Any]]) -> None:
    assert set(policies) == {name for name, _ in combinations()}
    assert len(policies) == 2 ** len(FEATURES)


def test_a_build_may_do_what_its_features_need_and_nothing_of_those_it_lacks(
    policies: dict[str, dict[str, Any]],
) -> None:
    for name, features in combinations():
        document = policies[name]['aws_iam_role_policy.this["main"]']
        for action, resource in ALWAYS:
            assert may(document, action, resource), (features, action, resource)
        for feature, (_, calls) in FEATURES.items():
            for action, resource in calls:
                allowed = may(document, action, resource.replace("NAME", name))
                assert allowed == (feature in features), (features, feature, action, resource)


def test_no_build_may_ever_touch_what_is_not_its_own(policies: dict[str, dict[str, Any]]) -> None:
    for name, features in combinations():
        document = policies[name]['aws_iam_role_policy.this["main"]']
        for action, resource in NEVER:
            assert not may(document, action, resource.replace("NAME", name)), (features, action, resource)


def test_a_role_trusts_its_own_project_of_its_own_account_alone(policies: dict[str, dict[str, Any]]) -> None:
    for name, _ in combinations():
        trust = policies[name]['aws_iam_role.this["main"]']
        project = f"arn:aws:codebuild:{HERE}:project/shop-{name}-main"

        def verdict(
            source: str, account: str, service: str = "codebuild.amazonaws.com", *, trust: Any = trust
        ) -> Verdict:
            context = {"aws:sourcearn": source, "aws:sourceaccount": account}
            return judge(trust, Call("sts:AssumeRole", service=service, context=context))

        assert verdict(project, ACCOUNT) is Verdict.ALLOWED
        assert verdict(project.replace("-main", "-other"), ACCOUNT) is not Verdict.ALLOWED
        assert verdict(project.replace(ACCOUNT, "999999999999"), "999999999999") is not Verdict.ALLOWED
        assert verdict(project, ACCOUNT, "lambda.amazonaws.com") is not Verdict.ALLOWED


def test_only_the_sign_in_to_the_registry_is_for_every_resource(policies: dict[str, dict[str, Any]]) -> None:
    for name, features in combinations():
        for address, document in policies[name].items():
            statements = document["Statement"]
            for statement in statements if isinstance(statements, list) else [statements]:
                actions = statement["Action"] if isinstance(statement["Action"], list) else [statement["Action"]]
                assert not any("*" in action for action in actions), (features, address)
                if statement.get("Resource") == "*":
                    assert actions == ["ecr:GetAuthorizationToken"], (features, address)
