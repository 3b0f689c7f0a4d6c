"""The roles may do what AWS's services will call with them, and not what they will not: by AWS's own rules of evaluation.

Each case is a spec, the policies that a role gets, and calls: those of the service that takes the role, as AWS documents
them. The evaluator is the sandbox's own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import pytest
import yaml
from module_policies import ACCOUNT, HERE, KEY, documents, planned, write_call
from statement_faults import faults

from generator.aws.policy import Call, Verdict, judge
from generator.operations.plans.fleet_members import prepare
from generator.plans.iam_statements import from_json
from generator.workspace import Workspace

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.terraform

Calls = tuple[tuple[str, str, dict[str, str]], ...]
OTHERS: Final = "444455556666"
SECRET: Final = f"arn:aws:secretsmanager:eu-west-1:{OTHERS}:secret:npm-AbCdEf"
THEIR_KEY: Final = f"arn:aws:kms:eu-west-1:{OTHERS}:key/99999999-2222-3333-4444-555555555555"
OUR_KEY: Final = f"arn:aws:kms:{HERE}:key/88888888-2222-3333-4444-555555555555"
CONNECTION: Final = f"arn:aws:codeconnections:{HERE}:connection/abc"
ROLE: Final = f"arn:aws:iam::{ACCOUNT}:role/cloudformation"
STACK: Final = f"arn:aws:cloudformation:{HERE}:stack/api/1"
SOURCE: Final = "arn:aws:s3:::shop-artifacts/shop-NAME/source/a"
BASE: Final = f"""
class: dev
stack: shop
region: eu-west-1
account: "{ACCOUNT}"
tags: {{Owner: team, CostCenter: "1"}}
source: {{type: github, repository: https://github.com/acme-platform/shop, connection: {{arn: "{CONNECTION}"}}}}
builds: {{main: {{runtime: {{nodejs: 22}}, phases: {{build: [npm test]}}}}}}
"""
VIA_SECRETS: Final = {"kms:viaservice": "secretsmanager.eu-west-1.amazonaws.com"}
VIA_PARAMETERS: Final = {"kms:viaservice": "ssm.eu-west-1.amazonaws.com"}
VIA_S3: Final = {"kms:viaservice": "s3.eu-west-1.amazonaws.com"}
BUCKET: Final = "arn:aws:s3:::shop-artifacts"
PASSED: Final[Calls] = (
    ("s3:PutObject", SOURCE, {}),
    ("s3:GetObject", SOURCE, {}),
    ("s3:GetObjectVersion", SOURCE, {}),
    ("s3:GetBucketVersioning", BUCKET, {}),
    ("s3:GetBucketAcl", BUCKET, {}),
    ("s3:GetBucketLocation", BUCKET, {}),
)

# Case -> spec, module, the calls of its service, and calls that stay denied.
CASES: Final[dict[str, tuple[str, str, Calls, Calls]]] = {
    "connection": (
        "pipeline: {deploy: {bucket: {bucket: acme-live}}}",
        "pipeline",
        (
            *PASSED,
            ("s3:PutObjectAcl", SOURCE, {"s3:x-amz-acl": "bucket-owner-full-control"}),
            ("codeconnections:UseConnection", CONNECTION, {}),
            ("s3:PutObject", "arn:aws:s3:::acme-live/index.html", {}),
        ),
        (
            ("s3:PutObjectAcl", "arn:aws:s3:::shop-artifacts/main/1/a.zip", {}),
            ("s3:PutBucketAcl", BUCKET, {}),
            ("kms:GenerateDataKey", OUR_KEY, {}),
        ),
    ),
    "batch": (
        "{builds: {main: {phases: null, batch: {}}}, pipeline: {deploy: {bucket: {bucket: acme-live}}}}",
        "pipeline",
        (
            ("codebuild:StartBuildBatch", f"arn:aws:codebuild:{HERE}:project/shop-NAME-main", {}),
            ("codebuild:BatchGetBuildBatches", f"arn:aws:codebuild:{HERE}:project/shop-NAME-main", {}),
        ),
        (("codebuild:StartBuildBatch", f"arn:aws:codebuild:{HERE}:project/shop-of-others", {}),),
    ),
    "single": (
        "pipeline: {deploy: {bucket: {bucket: acme-live}}}",
        "pipeline",
        (("codebuild:StartBuild", f"arn:aws:codebuild:{HERE}:project/shop-NAME-main", {}),),
        (("codebuild:StartBuildBatch", f"arn:aws:codebuild:{HERE}:project/shop-NAME-main", {}),),
    ),
    "cache": (
        "builds: {main: {phases: {build: [npm ci]}, cache: s3, cache_paths: ['.npm/**/*']}}",
        "access",
        (
            ("s3:PutObject", f"{BUCKET}/_cache/main/1", {}),
            ("s3:GetObject", f"{BUCKET}/_cache/main/1", {}),
        ),
        (
            ("s3:GetObject", f"{BUCKET}/_cache/other/1", {}),
            ("s3:PutObject", f"{BUCKET}/_cache/main-2/1", {}),
            ("s3:DeleteObject", f"{BUCKET}/_cache/main/1", {}),
        ),
    ),
    "clone": (
        "{encryption: {}, pipeline: {full_clone: true, deploy: {bucket: {bucket: acme-live}}}}",
        "access",
        (
            ("codeconnections:UseConnection", CONNECTION, {}),
            ("codeconnections:GetConnectionToken", CONNECTION, {}),
            ("kms:Decrypt", KEY, {}),
        ),
        (("codeconnections:PassConnection", CONNECTION, {}),),
    ),
    "encrypted": (
        f"{{encryption: {{}}, source: {{connection: null}}, pipeline: {{source: {{bucket: acme-in, key: a.zip, kms_key: '{THEIR_KEY}'}}, deploy: {{bucket: {{bucket: acme-live, kms_key: '{OUR_KEY}'}}}}}}}}",
        "pipeline",
        (
            *PASSED,
            ("s3:GetObjectVersion", "arn:aws:s3:::acme-in/a.zip", {}),
            ("s3:GetBucketVersioning", "arn:aws:s3:::acme-in", {}),
            ("kms:Decrypt", THEIR_KEY, {}),
            ("kms:GenerateDataKey", OUR_KEY, {}),
            ("kms:Decrypt", OUR_KEY, {}),
            ("kms:GenerateDataKey", KEY, {}),
        ),
        (
            ("kms:GenerateDataKey", THEIR_KEY, {}),
            ("s3:PutObjectAcl", SOURCE, {}),
            ("kms:ScheduleKeyDeletion", OUR_KEY, {}),
        ),
    ),
    "stack": (
        f"pipeline: {{deploy: {{stack: {{name: api, role: '{ROLE}', capabilities: [CAPABILITY_AUTO_EXPAND]}}}}}}",
        "pipeline",
        (
            ("cloudformation:ValidateTemplate", "*", {}),
            ("cloudformation:CreateStack", STACK, {}),
            ("cloudformation:UpdateStack", STACK, {}),
            ("cloudformation:DescribeStacks", STACK, {}),
            ("cloudformation:DescribeStackEvents", STACK, {}),
            ("cloudformation:DescribeStackResources", STACK, {}),
            ("cloudformation:GetTemplate", STACK, {}),
            ("cloudformation:GetStackPolicy", STACK, {}),
            ("cloudformation:SetStackPolicy", STACK, {}),
            ("cloudformation:TagResource", STACK, {}),
            (
                "cloudformation:CreateChangeSet",
                "arn:aws:cloudformation:eu-west-1:aws:transform/Serverless-2016-10-31",
                {},
            ),
            ("iam:PassRole", ROLE, {"iam:passedtoservice": "cloudformation.amazonaws.com"}),
        ),
        (
            ("cloudformation:DeleteStack", STACK, {}),
            ("cloudformation:UpdateStack", f"arn:aws:cloudformation:{HERE}:stack/other/1", {}),
            ("iam:PassRole", ROLE, {"iam:passedtoservice": "lambda.amazonaws.com"}),
            (
                "iam:PassRole",
                f"arn:aws:iam::{ACCOUNT}:role/admin",
                {"iam:passedtoservice": "cloudformation.amazonaws.com"},
            ),
        ),
    ),
    "service": (
        f"pipeline: {{deploy: {{service: {{cluster: c, service: s, task_roles: ['{ROLE}']}}}}}}",
        "pipeline",
        (
            ("ecs:DescribeServices", f"arn:aws:ecs:{HERE}:service/c/s", {}),
            ("ecs:UpdateService", f"arn:aws:ecs:{HERE}:service/c/s", {}),
            ("ecs:DescribeTaskDefinition", "*", {}),
            ("ecs:RegisterTaskDefinition", f"arn:aws:ecs:{HERE}:task-definition/s:7", {}),
            ("ecs:TagResource", f"arn:aws:ecs:{HERE}:task-definition/s:7", {}),
            ("ecs:ListTasks", "*", {"ecs:cluster": f"arn:aws:ecs:{HERE}:cluster/c"}),
            ("ecs:DescribeTasks", f"arn:aws:ecs:{HERE}:task/c/1", {}),
            ("iam:PassRole", ROLE, {"iam:passedtoservice": "ecs-tasks.amazonaws.com"}),
        ),
        (
            ("ecs:UpdateService", f"arn:aws:ecs:{HERE}:service/c/other", {}),
            ("ecs:ListTasks", "*", {"ecs:cluster": f"arn:aws:ecs:{HERE}:cluster/other"}),
        ),
    ),
    "secrets": (
        f"builds: {{main: {{secrets: {{A: {{secrets_manager: '{SECRET}', kms_key: '{THEIR_KEY}'}}, P: {{parameter: /p, kms_key: '{OUR_KEY}'}}}}}}}}",
        "access",
        (
            ("secretsmanager:GetSecretValue", SECRET, {}),
            ("kms:Decrypt", THEIR_KEY, VIA_SECRETS),
            ("ssm:GetParameters", f"arn:aws:ssm:{HERE}:parameter/p", {}),
            ("kms:Decrypt", OUR_KEY, VIA_PARAMETERS),
        ),
        (
            ("kms:Decrypt", THEIR_KEY, {}),
            ("kms:Decrypt", THEIR_KEY, VIA_S3),
            ("kms:Encrypt", THEIR_KEY, VIA_SECRETS),
            ("secretsmanager:GetSecretValue", f"{SECRET[:-11]}-npm-AbCdEf", {}),
        ),
    ),
    "named": (
        f"builds: {{main: {{secrets: {{A: {{secrets_manager: 'arn:aws:secretsmanager:{HERE}:secret:shop/npm'}}, B: {{secrets_manager: 'arn:aws:secretsmanager:{HERE}:secret:npm-secret'}}}}}}}}",
        "access",
        (
            ("secretsmanager:GetSecretValue", f"arn:aws:secretsmanager:{HERE}:secret:shop/npm-AbCdEf", {}),
            ("secretsmanager:GetSecretValue", f"arn:aws:secretsmanager:{HERE}:secret:npm-secret-AbCdEf", {}),
            ("secretsmanager:GetSecretValue", f"arn:aws:secretsmanager:{HERE}:secret:npm-secret", {}),
        ),
        (("secretsmanager:GetSecretValue", f"arn:aws:secretsmanager:{HERE}:secret:shop/npm-other-AbCdEf", {}),),
    ),
    "registry": (
        f"builds: {{main: {{image: 'ghcr.io/acme/node:22', registry_credential: acme, registry_credential_kms_key: '{OUR_KEY}', certificate: acme-ca/ca.pem, certificate_kms_key: '{THEIR_KEY}'}}}}",
        "access",
        (
            ("secretsmanager:GetSecretValue", f"arn:aws:secretsmanager:{HERE}:secret:acme-AbCdEf", {}),
            ("kms:Decrypt", OUR_KEY, VIA_SECRETS),
            ("s3:GetObject", "arn:aws:s3:::acme-ca/ca.pem", {}),
            ("s3:GetBucketLocation", "arn:aws:s3:::acme-ca", {}),
            ("kms:Decrypt", THEIR_KEY, VIA_S3),
        ),
        (("s3:GetObject", "arn:aws:s3:::acme-ca/ca.key", {}),),
    ),
    "token": (
        f"source: {{connection: null, credential: {{secret: 'arn:aws:secretsmanager:{HERE}:secret:github-AbCdEf', kms_key: '{OUR_KEY}'}}}}",
        "access",
        (
            ("secretsmanager:GetSecretValue", f"arn:aws:secretsmanager:{HERE}:secret:github-AbCdEf", {}),
            ("kms:Decrypt", OUR_KEY, VIA_SECRETS),
        ),
        (("kms:Decrypt", OUR_KEY, VIA_S3),),
    ),
    "packages": (
        f"builds: {{main: {{package_repositories: [{{domain: acme, repository: npm}}, {{domain: acme, repository: own, owner: '{OTHERS}', publish: true}}]}}}}",
        "access",
        (
            ("codeartifact:GetAuthorizationToken", f"arn:aws:codeartifact:{HERE}:domain/acme", {}),
            ("sts:GetServiceBearerToken", "*", {"sts:awsservicename": "codeartifact.amazonaws.com"}),
            ("codeartifact:GetRepositoryEndpoint", f"arn:aws:codeartifact:{HERE}:repository/acme/npm", {}),
            ("codeartifact:ReadFromRepository", f"arn:aws:codeartifact:{HERE}:repository/acme/npm", {}),
            (
                "codeartifact:PublishPackageVersion",
                f"arn:aws:codeartifact:eu-west-1:{OTHERS}:package/acme/own/npm/acme/shop",
                {},
            ),
        ),
        (
            ("sts:GetServiceBearerToken", "*", {"sts:awsservicename": "ecr-public.amazonaws.com"}),
            ("codeartifact:PublishPackageVersion", f"arn:aws:codeartifact:{HERE}:package/acme/npm/npm/acme/shop", {}),
            ("codeartifact:ReadFromRepository", f"arn:aws:codeartifact:{HERE}:repository/acme/other", {}),
        ),
    ),
    "network": (
        "network: {existing: {vpc_id: vpc-0a1b2c3d, subnet_ids: [subnet-0a1b2c3d]}}",
        "access",
        (
            ("ec2:DescribeSubnets", "*", {}),
            ("ec2:DescribeDhcpOptions", "*", {}),
            ("ec2:CreateNetworkInterface", f"arn:aws:ec2:{HERE}:subnet/subnet-0a1b2c3d", {}),
            ("ec2:CreateNetworkInterface", f"arn:aws:ec2:{HERE}:security-group/sg-0a1b2c3d", {}),
            ("ec2:CreateNetworkInterface", f"arn:aws:ec2:{HERE}:network-interface/eni-1", {}),
            (
                "ec2:CreateNetworkInterfacePermission",
                f"arn:aws:ec2:{HERE}:network-interface/eni-1",
                {
                    "ec2:authorizedservice": "codebuild.amazonaws.com",
                    "ec2:subnet": f"arn:aws:ec2:{HERE}:subnet/subnet-0a1b2c3d",
                },
            ),
            (
                "ec2:DeleteNetworkInterface",
                f"arn:aws:ec2:{HERE}:network-interface/eni-1",
                {"ec2:subnet": f"arn:aws:ec2:{HERE}:subnet/subnet-0a1b2c3d"},
            ),
        ),
        (("ec2:CreateNetworkInterface", f"arn:aws:ec2:{HERE}:subnet/subnet-of-others", {}),),
    ),
}


def _merge(into: dict[str, Any], other: dict[str, Any]) -> dict[str, Any]:
    for key, value in other.items():
        into[key] = _merge(into.get(key) or {}, value) if isinstance(value, dict) else value
    return {key: value for key, value in into.items() if value is not None}


@pytest.fixture(scope="module")
def policies(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, Any]]:
    """Plan the module of each case, all in one root; returns policy documents by case and address."""
    specs, root = tmp_path_factory.mktemp("specs"), tmp_path_factory.mktemp("root")
    (specs / "environments").mkdir()
    for name, (text, *_) in CASES.items():
        spec = _merge(yaml.safe_load(BASE), yaml.safe_load(text))
        (specs / "environments" / f"{name}.yaml").write_text(yaml.safe_dump(spec))
    for prepared in prepare(Workspace.find(specs), list(CASES)).environments:
        write_call(root, CASES[prepared.name][1], prepared.name, prepared.files)
    return documents(planned(root, tmp_path_factory.mktemp("run")))


def granting(found: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield the documents of the role that the service takes; not those that say who may take it, or start it."""
    for address, document in found.items():
        if address.startswith("aws_iam_role_policy.") and not address.startswith("aws_iam_role_policy.start"):
            yield document


def may(found: dict[str, Any], action: str, resource: str, context: dict[str, str]) -> bool:
    verdicts = [judge(document, Call(action, resource, context=context)) for document in granting(found)]
    return Verdict.ALLOWED in verdicts and Verdict.DENIED not in verdicts


@pytest.mark.parametrize("case", CASES)
def test_a_role_may_do_what_its_service_calls_and_no_more(case: str, policies: dict[str, dict[str, Any]]) -> None:
    _, _, needed, refused = CASES[case]

    def place(resource: str) -> str:
        return resource.replace("NAME", case)

    found = policies[case]
    assert [call[:2] for call in needed if not may(found, call[0], place(call[1]), call[2])] == []
    assert [call[:2] for call in refused if may(found, call[0], place(call[1]), call[2])] == []


def test_every_statement_is_one_that_aws_knows(policies: dict[str, dict[str, Any]]) -> None:
    """The same as of whole environments; here nothing is left unknown."""
    for case, found in policies.items():
        for address, document in found.items():
            listed = document["Statement"]
            for statement in listed if isinstance(listed, list) else [listed]:
                assert list(faults(from_json(statement))) == [], (case, address)


@pytest.mark.parametrize(
    ("statement", "fault"),
    [
        ({"Action": "s3:PutObjects", "Resource": "*"}, "not an action of AWS"),
        ({"Action": "s3:GetObject", "Resource": "arn:aws:s3:::shop"}, "none of"),
        ({"Action": "s3:ListBucket", "Resource": "arn:aws:s3:::shop/*"}, "none of"),
        (
            {"Action": "ecr:GetAuthorizationToken", "Resource": "arn:aws:ecr:eu-west-1:111122223333:repository/a"},
            "no resource but",
        ),
        (
            {"Action": "ec2:CreateNetworkInterface", "Resource": "arn:aws:ec2:eu-west-1:111122223333:subnet/subnet-1"},
            "needs a network-interface",
        ),
        (
            {"Action": ["s3:GetObject"], "Resource": ["arn:aws:s3:::shop/*", "arn:aws:sqs:eu-west-1:111122223333:q"]},
            "is not a resource of",
        ),
        (
            {
                "Action": "kms:DescribeKey",
                "Resource": "*",
                "Condition": {"StringEquals": {"kms:EncryptionContext:a": "b"}},
            },
            "is not a condition key of",
        ),
        (
            {"Action": "s3:PutObject", "Resource": "*", "Condition": {"Bool": {"s3:x-amz-acl": "private"}}},
            "does not compare",
        ),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_statement_that_means_nothing_is_noticed(statement: dict[str, Any], fault: str) -> None:
    assert any(fault in found for found in faults(from_json(statement)))


def test_a_statement_of_trust_has_no_resource() -> None:
    assert (
        list(faults(from_json({"Action": "sts:AssumeRole", "Principal": {"Service": "codebuild.amazonaws.com"}}))) == []
    )
