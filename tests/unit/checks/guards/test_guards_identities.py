"""New ways in, principals whom nobody knows, and permissions with which a role takes over what the stack runs."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from guard_plans import ACCOUNT, OTHER_ARN, ROOT_ARN, allow, policy, resource, same

from generator.checks.guards.access.acquaintance import SERVED, TRUSTED
from generator.checks.guards.classification.table import table
from generator.checks.guards.judge import Findings, findings
from generator.checks.guards.settings import Settings
from generator.checks.guards.subject import Surroundings
from generator.permissions.judgement.takeover import STARTS, USES, is_takeover
from generator.plans.plan import parse_plan

if TYPE_CHECKING:
    from collections.abc import Iterator

MOST = dict[str, Any]
REPOSITORY = Path(__file__).parents[4]
REGION = "eu-west-1"
USER = same("aws_iam_user.u", {"name": "u", "id": "u", "arn": f"arn:aws:iam::{ACCOUNT}:user/u"})
PROJECT = same(
    "aws_codebuild_project.p",
    {"name": "p", "id": "p", "arn": f"arn:aws:codebuild:{REGION}:{ACCOUNT}:project/p", "service_role": "build"},
)


def said(*resources: MOST, texts: tuple[str, ...] = (), kind: str = "prod") -> Findings:
    surroundings = Surroundings(ACCOUNT, environment_class=kind, spec_texts=lambda: frozenset(texts))
    return findings(parse_plan({"resource_changes": list(resources)}), Settings(), surroundings)


def consents(*resources: MOST, texts: tuple[str, ...] = (), kind: str = "prod") -> list[str]:
    found = said(*resources, texts=texts, kind=kind)
    return list(dict.fromkeys(each.consent for each in found.refusals))


def trust(principal: Any, **more: Any) -> str:
    statement = {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": principal, **more}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def role(name: str, principal: Any, **more: Any) -> MOST:
    return {"name": name, "id": name, "arn": f"arn:aws:iam::{ACCOUNT}:role/{name}", "assume_role_policy": trust(principal), **more}  # fmt: skip


# Ways in


@pytest.mark.parametrize(
    ("kind", "values"),
    [
        ("aws_iam_user", {"name": "x"}),
        ("aws_iam_access_key", {"user": "n"}),
        ("aws_iam_user_login_profile", {"user": "n"}),
        ("aws_iam_user_ssh_key", {"username": "n", "public_key": "ssh-rsa A"}),
        ("aws_iam_service_specific_credential", {"user_name": "n", "service_name": "codecommit.amazonaws.com"}),
        ("aws_iam_signing_certificate", {"user_name": "n", "certificate_body": "x"}),
        ("aws_iam_group_membership", {"group": "g", "name": "m", "users": ["u"]}),
        ("aws_iam_user_group_membership", {"user": "n", "groups": ["g"]}),
        ("aws_iam_saml_provider", {"name": "x", "saml_metadata_document": "<x/>"}),
        ("aws_iam_openid_connect_provider", {"url": "https://x.example", "client_id_list": ["a"]}),
        ("aws_iam_instance_profile", {"name": "x", "role": "r"}),
        ("aws_rolesanywhere_trust_anchor", {"name": "x"}),
        ("aws_rolesanywhere_profile", {"name": "x", "role_arns": ["r"]}),
        ("aws_ssoadmin_account_assignment", {"target_id": ACCOUNT}),
        ("aws_eks_pod_identity_association", {"role_arn": "r"}),
        ("aws_iot_role_alias", {"role_arn": "r"}),
        ("aws_identitystore_group", {"display_name": "x"}),
        ("aws_iam_organizations_features", {"enabled_features": ["RootSessions"]}),
    ],
)
def test_a_new_way_in_is_refused_for_prod_and_told_elsewhere_whoever_it_belongs_to(kind: str, values: MOST) -> None:
    # The user and the group are new too, so that nothing of theirs gets less protected.
    new = [resource("aws_iam_user.n", None, {"name": "n"}), resource("aws_iam_group.g", None, {"name": "g"})]
    there = f"{kind}.x"
    assert f"widen:{there}" in consents(*new, resource(there, None, values))
    elsewhere = said(*new, resource(there, None, values), kind="dev")
    assert not elsewhere.refusals
    assert there in {each.address for each in elsewhere.told}


def test_a_way_to_act_as_a_user_who_exists_is_refused_everywhere() -> None:
    key = resource("aws_iam_access_key.k", None, {"user": "u"})
    assert consents(USER, key) == consents(USER, key, kind="dev") == ["widen:aws_iam_access_key.k"]


def test_a_group_that_exists_tells_who_joins_and_is_not_refused_twice() -> None:
    group = same("aws_iam_group.g", {"name": "g", "id": "g"})
    joined = resource("aws_iam_group_membership.m", None, {"name": "m", "group": "g", "users": ["u"]})
    (refusal,) = said(group, USER, joined).refusals
    assert refusal.reason.startswith("adds u to its members")


def test_what_the_spec_names_in_full_is_no_news() -> None:
    user = resource("aws_iam_user.n", None, {"name": "deploy", "path": "/ci/"})
    assert consents(user, texts=("deploy",)) == ["widen:aws_iam_user.n"]
    assert consents(user, texts=(f"arn:aws:iam::{ACCOUNT}:user/ci/deploy",)) == []
    assert consents(user, texts=(f"arn:aws:iam::{ACCOUNT}:user/deploy",)) == ["widen:aws_iam_user.n"]


def test_what_goes_and_what_stays_opens_nothing() -> None:
    assert consents(USER, resource("aws_iam_access_key.k", {"user": "u"}, None)) == []
    assert consents(USER, same("aws_iam_access_key.k", {"user": "u"})) == []


# Trusts of new roles


@pytest.mark.parametrize(
    ("principal", "texts", "is_refused"),
    [
        ({"Service": "codebuild.amazonaws.com"}, (), False),
        ({"Service": "codepipeline.amazonaws.com"}, (), False),
        ({"Service": "ec2.amazonaws.com"}, (), True),
        ({"Service": ["codebuild.amazonaws.com", "lambda.amazonaws.com"]}, (), True),
        ({"AWS": ROOT_ARN}, (), True),
        ({"AWS": ACCOUNT}, (ACCOUNT,), True),
        ({"AWS": f"arn:aws:iam::{ACCOUNT}:role/stranger"}, (), True),
        ({"AWS": f"arn:aws:iam::{ACCOUNT}:role/stranger"}, ("stranger",), True),
        ({"AWS": f"arn:aws:iam::{ACCOUNT}:role/known"}, (f"arn:aws:iam::{ACCOUNT}:role/known",), False),
        ({"AWS": f"arn:aws:iam::{ACCOUNT}:user/u"}, (), False),
        ({"AWS": OTHER_ARN}, (), True),
        ({"Federated": f"arn:aws:iam::{ACCOUNT}:oidc-provider/x.example"}, (), True),
        ("*", (), True),
    ],
)
def test_a_new_role_is_assumed_by_whom_the_stack_knows(
    principal: Any,
    texts: tuple[str, ...],
    is_refused: bool,  # noqa: FBT001
) -> None:
    condition = {"Condition": {"StringEquals": {"x.example:sub": "repo"}}} if "Federated" in principal else {}
    new = resource("aws_iam_role.n", None, role("n", principal) | {"assume_role_policy": trust(principal, **condition)})
    assert consents(USER, new, texts=texts) == (["widen:aws_iam_role.n"] if is_refused else [])


def test_a_trust_of_a_stranger_names_him_and_is_told_outside_of_prod() -> None:
    new = resource("aws_iam_role.n", None, role("n", {"Service": "ec2.amazonaws.com"}))
    (refusal,) = said(new).refusals
    assert refusal.reason.endswith("; neither the stack nor the spec knows ec2.amazonaws.com")
    elsewhere = said(new, kind="staging")
    assert (elsewhere.refusals, [each.address for each in elsewhere.told]) == ((), ["aws_iam_role.n"])


# Strangers in the policies of resources

BUCKET = {"id": "b", "bucket": "b", "arn": "arn:aws:s3:::b"}
TOPIC_ARN = f"arn:aws:sns:{REGION}:{ACCOUNT}:t"
KEY_ARN = f"arn:aws:kms:{REGION}:{ACCOUNT}:key/k"
OWN_SOURCE = {"Condition": {"StringEquals": {"aws:SourceAccount": ACCOUNT}}}


def bucket_policy(principal: Any, **more: Any) -> list[MOST]:
    statement = {"Effect": "Allow", "Principal": principal, "Action": "s3:GetObject", "Resource": "arn:aws:s3:::b/*"}
    said_by = {"bucket": "b", **policy(statement | more)}
    return [same("aws_s3_bucket.b", BUCKET), resource("aws_s3_bucket_policy.b", None, said_by)]


def key_policy(principal: Any) -> list[MOST]:
    statement = {"Effect": "Allow", "Principal": principal, "Action": "kms:Decrypt", "Resource": "*"}
    values = {"key_id": "k", "id": "k", "arn": KEY_ARN}
    empty = {"Effect": "Allow", "Principal": {"AWS": ROOT_ARN}, "Action": "kms:DescribeKey", "Resource": "*"}
    return [resource("aws_kms_key.k", values | policy(empty), values | policy(empty, statement))]


@pytest.mark.parametrize(
    ("plan", "texts", "is_refused"),
    [
        (bucket_policy({"AWS": f"arn:aws:iam::{ACCOUNT}:role/stranger"}), (), True),
        (bucket_policy({"AWS": f"arn:aws:iam::{ACCOUNT}:user/stranger"}), ("stranger",), True),
        (bucket_policy({"AWS": f"arn:aws:iam::{ACCOUNT}:role/known"}), (f"arn:aws:iam::{ACCOUNT}:role/known",), False),
        (bucket_policy({"AWS": f"arn:aws:iam::{ACCOUNT}:user/u"}), (), False),
        (bucket_policy({"AWS": f"arn:aws:sts::{ACCOUNT}:assumed-role/r/session"}), (), False),
        (bucket_policy({"AWS": f"arn:aws:sts::{ACCOUNT}:assumed-role/other/r"}), (), True),
        (bucket_policy({"AWS": ROOT_ARN}), (), True),
        (bucket_policy({"AWS": ACCOUNT}), (ACCOUNT,), True),
        (bucket_policy("*", Condition={"StringEquals": {"aws:PrincipalAccount": ACCOUNT}}), ("",), True),
        (bucket_policy({"Service": "lambda.amazonaws.com"}, **OWN_SOURCE), (), True),
        (bucket_policy({"Service": "logging.s3.amazonaws.com"}, **OWN_SOURCE), (), False),
        (key_policy({"AWS": ROOT_ARN}), (), False),
        (key_policy({"AWS": f"arn:aws:iam::{ACCOUNT}:role/stranger"}), (), True),
        (key_policy({"AWS": f"arn:aws:iam::{ACCOUNT}:role/r"}), (), False),
    ],
)
def test_a_policy_of_a_resource_lets_in_whom_the_stack_knows(
    plan: list[MOST],
    texts: tuple[str, ...],
    is_refused: bool,  # noqa: FBT001
) -> None:
    there = [USER, same("aws_iam_role.r", role("r", {"Service": "codebuild.amazonaws.com"}))]
    address = plan[-1]["address"]
    assert consents(*there, *plan, texts=texts) == ([f"widen:{address}"] if is_refused else [])
    assert consents(*there, *plan, texts=texts, kind="dev") == []


def test_a_role_of_which_only_path_and_name_are_known_is_known_by_them() -> None:
    new = resource("aws_iam_role.n", None, {"name": "n", "path": "/ci/", "assume_role_policy": trust({"Service": "codebuild.amazonaws.com"})}, unknown={"arn": True})  # fmt: skip
    assert consents(new, *bucket_policy({"AWS": f"arn:aws:iam::{ACCOUNT}:role/ci/n"})) == []
    assert consents(new, *bucket_policy({"AWS": f"arn:aws:iam::{ACCOUNT}:role/other/n"})) == [
        "widen:aws_s3_bucket_policy.b"
    ]


def test_the_services_that_the_modules_let_in_are_those_that_are_known() -> None:
    texts = [file.read_text() for file in (REPOSITORY / "templates" / "modules").rglob("*.tf.j2")]
    named = {name for text in texts for name in re.findall(r'"([a-z0-9.-]+)\.amazonaws\.com"', text)}
    assert named >= TRUSTED
    assert (SERVED - {"logging.s3"}) & named
    # EventBridge starts a pipeline as a role, and sends to topics and queues as itself.
    assert {"events"} == TRUSTED & SERVED


# Who acts as whom


@pytest.mark.parametrize(
    ("kind", "values"),
    [
        ("aws_lambda_function", {"function_name": "n", "role": "ROLE"}),
        ("aws_ecs_task_definition", {"family": "n", "task_role_arn": "ROLE"}),
        ("aws_glue_job", {"name": "n", "default_arguments": {"x": "ROLE"}}),
    ],
)
def test_what_is_new_acts_as_a_role_that_the_stack_knows(kind: str, values: MOST) -> None:
    def new(arn: str) -> MOST:
        return resource(f"{kind}.n", None, json.loads(json.dumps(values).replace("ROLE", arn)))

    there = same("aws_iam_role.r", role("r", {"Service": "codebuild.amazonaws.com"}))
    admin = f"arn:aws:iam::{ACCOUNT}:role/admin"
    # A type that no table knows asks besides.
    asked = [] if table().is_known(kind) else [f"unclassified:{kind}.n"]
    assert consents(there, new(admin), texts=("admin",)) == [f"widen:{kind}.n", *asked]
    assert consents(there, new(OTHER_ARN)) == [f"widen:{kind}.n", *asked]
    assert consents(there, new(admin), texts=(admin,)) == asked
    assert consents(there, new(f"arn:aws:iam::{ACCOUNT}:role/r")) == asked
    assert consents(new(f"arn:aws:iam::{ACCOUNT}:role/aws-service-role/x.amazonaws.com/y")) == []
    elsewhere = said(there, new(admin), kind="staging")
    assert (elsewhere.refusals, {each.address for each in elsewhere.told}) == ((), {f"{kind}.n"})


def test_what_exists_and_acted_as_nobody_acts_as_a_role_that_the_stack_knows() -> None:
    before = PROJECT["change"]["after"]
    after = before | {"build_batch_config": [{"service_role": f"arn:aws:iam::{ACCOUNT}:role/admin"}]}
    (refusal,) = said(resource("aws_codebuild_project.p", before, after)).refusals
    assert refusal.reason.startswith(
        f"acts as arn:aws:iam::{ACCOUNT}:role/admin, a role that neither the stack nor the spec"
    )
    assert said(resource("aws_codebuild_project.p", after, after | {"tags": {"a": "b"}})).refusals == ()
    assert said(resource("aws_codebuild_project.p", after, None)).refusals == ()


# Takeover


def granted(name: str, action: Any, on: Any, principal: Any = None) -> list[MOST]:
    acts_for = principal or {"Service": "codebuild.amazonaws.com"}
    said_by = {"name": "p", "role": name, **policy(allow(action, on))}
    return [
        PROJECT,
        same(f"aws_iam_role.{name}", role(name, acts_for)),
        resource(f"aws_iam_role_policy.{name}", None, said_by),
    ]


@pytest.mark.parametrize(
    ("action", "on"),
    [
        ("codebuild:UpdateProject", PROJECT["change"]["after"]["arn"]),
        ("codebuild:StartBuild", PROJECT["change"]["after"]["arn"]),
        ("codebuild:StartBuildBatch", PROJECT["change"]["after"]["arn"]),
        ("codebuild:UpdateWebhook", PROJECT["change"]["after"]["arn"]),
        ("events:PutTargets", f"arn:aws:events:{REGION}:{ACCOUNT}:rule/own"),
        ("events:PutRule", f"arn:aws:events:{REGION}:{ACCOUNT}:rule/own"),
        ("codepipeline:UpdatePipeline", f"arn:aws:codepipeline:{REGION}:{ACCOUNT}:own"),
        ("codepipeline:PutApprovalResult", f"arn:aws:codepipeline:{REGION}:{ACCOUNT}:own/stage/action"),
        ("scheduler:UpdateSchedule", f"arn:aws:scheduler:{REGION}:{ACCOUNT}:schedule/default/own"),
        ("lambda:UpdateFunctionCode", f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:own"),
        ("lambda:UpdateFunctionConfiguration", f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:own"),
        ("cloudwatch:DeleteAlarms", f"arn:aws:cloudwatch:{REGION}:{ACCOUNT}:alarm:own"),
        ("cloudwatch:DisableAlarmActions", f"arn:aws:cloudwatch:{REGION}:{ACCOUNT}:alarm:own"),
        ("logs:DeleteLogGroup", f"arn:aws:logs:{REGION}:{ACCOUNT}:log-group:own"),
        ("logs:PutRetentionPolicy", f"arn:aws:logs:{REGION}:{ACCOUNT}:log-group:own"),
        ("secretsmanager:PutSecretValue", f"arn:aws:secretsmanager:{REGION}:{ACCOUNT}:secret:own-??????"),
        ("secretsmanager:UpdateSecret", f"arn:aws:secretsmanager:{REGION}:{ACCOUNT}:secret:own-??????"),
        ("ssm:PutParameter", f"arn:aws:ssm:{REGION}:{ACCOUNT}:parameter/own"),
        ("s3:PutBucketVersioning", "arn:aws:s3:::own"),
        ("s3:PutLifecycleConfiguration", "arn:aws:s3:::own"),
        ("s3:DeleteObjectVersion", "arn:aws:s3:::own/*"),
        ("s3:PutBucketPolicy", "arn:aws:s3:::own"),
        ("kms:ScheduleKeyDeletion", KEY_ARN),
        ("kms:PutKeyPolicy", KEY_ARN),
        ("sns:SetTopicAttributes", TOPIC_ARN),
        ("ecr:PutImageTagMutability", f"arn:aws:ecr:{REGION}:{ACCOUNT}:repository/own"),
        ("ecr:BatchDeleteImage", f"arn:aws:ecr:{REGION}:{ACCOUNT}:repository/own"),
        ("iam:CreateUser", f"arn:aws:iam::{ACCOUNT}:user/own"),
        ("lambda:AddPermission", f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:own"),
    ],
)
def test_what_changes_a_resource_of_the_stack_is_wider_though_it_is_own(action: str, on: str) -> None:
    # The name of the resource alone does not ask for it.
    assert consents(*granted("build", action, on), texts=("own", "k", "t")) == ["widen:aws_iam_role_policy.build"]


@pytest.mark.parametrize(
    ("action", "on"),
    [
        ("codebuild:CreateReport", f"arn:aws:codebuild:{REGION}:{ACCOUNT}:report-group/own"),
        ("logs:PutLogEvents", f"arn:aws:logs:{REGION}:{ACCOUNT}:log-group:own:*"),
        ("s3:PutObject", "arn:aws:s3:::own/*"),
        ("ecr:PutImage", f"arn:aws:ecr:{REGION}:{ACCOUNT}:repository/own"),
        ("sns:Publish", f"arn:aws:sns:{REGION}:{ACCOUNT}:own"),
        ("secretsmanager:GetSecretValue", f"arn:aws:secretsmanager:{REGION}:{ACCOUNT}:secret:own-??????"),
    ],
)
def test_what_a_build_does_with_them_is_shown(action: str, on: str) -> None:
    assert consents(*granted("build", action, on), texts=("own",)) == []
    assert consents(*granted("build", action, on)) == ["widen:aws_iam_role_policy.build"]


def test_an_action_that_the_spec_names_is_asked_for() -> None:
    plan = granted("build", "codebuild:UpdateProject", PROJECT["change"]["after"]["arn"])
    assert consents(*plan, texts=("codebuild:updateproject",)) == []
    assert consents(*plan, texts=("UpdateProject", "codebuild:*")) == ["widen:aws_iam_role_policy.build"]


STARTED = PROJECT["change"]["after"]["arn"]


@pytest.mark.parametrize(
    ("principal", "action", "is_refused"),
    [
        ({"Service": "codepipeline.amazonaws.com"}, "codebuild:StartBuild", False),
        ({"Service": "scheduler.amazonaws.com"}, ["codebuild:StartBuild", "codebuild:StopBuild"], False),
        ({"Service": ["events.amazonaws.com", "scheduler.amazonaws.com"]}, "codebuild:StartBuild", False),
        ({"Service": ["events.amazonaws.com", "codebuild.amazonaws.com"]}, "codebuild:StartBuild", True),
        ({"AWS": f"arn:aws:iam::{ACCOUNT}:user/u"}, "codebuild:StartBuild", True),
        ({"Service": "codepipeline.amazonaws.com"}, "codebuild:UpdateProject", True),
    ],
)
def test_who_is_there_to_start_builds_may_start_one_more(principal: Any, action: Any, is_refused: bool) -> None:  # noqa: FBT001
    found = consents(USER, *granted("x", action, STARTED, principal))
    assert found == (["widen:aws_iam_role_policy.x"] if is_refused else [])


def test_a_role_of_batches_starts_the_builds_of_its_project() -> None:
    def found(service_role: str, batch_role: Any) -> list[str]:
        values = PROJECT["change"]["after"] | {
            "service_role": service_role,
            "build_batch_config": [{"service_role": batch_role}],
        }
        _, *rest = granted("batch", "codebuild:StartBuild", STARTED)
        return consents(same("aws_codebuild_project.p", values), *rest)

    arn = f"arn:aws:iam::{ACCOUNT}:role/batch"
    assert found("build", arn) == []
    # A build that acts as it would start others.
    assert found("batch", arn) == found("build", f"{arn}-other") == found("build", None) == [
        "widen:aws_iam_role_policy.batch"
    ]  # fmt: skip


@pytest.mark.parametrize(("expression", "is_refused"), [("aws_iam_role.batch.arn", False), ("var.other", True)])
def test_a_role_of_batches_that_is_known_later_is_found_by_its_reference(
    tmp_path: Path,
    expression: str,
    is_refused: bool,  # noqa: FBT001
) -> None:
    (tmp_path / "main.tf").write_text(
        'resource "aws_iam_role" "batch" {\n  name = "batch"\n}\n'
        f'resource "aws_codebuild_project" "p" {{\n  build_batch_config {{\n    service_role = {expression}\n  }}\n}}\n'
    )
    values = PROJECT["change"]["after"]
    later = {"build_batch_config": [{"service_role": True}]}
    project = resource("aws_codebuild_project.p", values, values | {"build_batch_config": [{}]}, unknown=later)
    _, _, started = granted("batch", "codebuild:StartBuild", STARTED)
    acts_for = {"name": "batch", "assume_role_policy": trust({"Service": "codebuild.amazonaws.com"})}
    plan = [project, resource("aws_iam_role.batch", None, acts_for, unknown={"arn": True, "id": True}), started]
    surroundings = Surroundings(ACCOUNT, configuration=tmp_path, spec_texts=frozenset[str])
    found = findings(parse_plan({"resource_changes": plan}), Settings(), surroundings).refusals
    assert ("aws_iam_role_policy.batch" in {each.address for each in found}) is is_refused


def test_a_user_who_starts_builds_is_no_schedule() -> None:
    said_by = {"name": "p", "user": "u", **policy(allow("codebuild:StartBuild", STARTED))}
    assert consents(PROJECT, USER, resource("aws_iam_user_policy.x", None, said_by)) == ["widen:aws_iam_user_policy.x"]


def test_a_policy_of_a_resource_hands_out_no_takeover() -> None:
    there = same("aws_iam_role.r", role("r", {"Service": "codebuild.amazonaws.com"}))
    plan = bucket_policy({"AWS": f"arn:aws:iam::{ACCOUNT}:role/r"}, Action="s3:PutLifecycleConfiguration", Resource="arn:aws:s3:::b")  # fmt: skip
    assert consents(there, *plan) == ["widen:aws_s3_bucket_policy.b"]


def test_each_use_is_an_action_that_changes_something_and_each_start_is_a_takeover() -> None:
    assert [name for name in USES if is_takeover(name)] == []
    assert [name for name in STARTS if not is_takeover(name)] == []
    assert not is_takeover("s3:GetObject")
    assert not is_takeover("s3:PutObjectTagging")
    assert not is_takeover("dynamodb:DeleteTable")
    assert not is_takeover("codebuild:NoSuchAction")
    assert is_takeover("CodeBuild:UpdateProject")


# Twins


def twins(kind: str, first: MOST, second: MOST, *others: MOST, unknown: MOST | None = None) -> list[str]:
    new = resource(f"{kind}.two", None, second, unknown=unknown)
    found = said(*others, same(f"{kind}.one", first), new).refusals
    return [each.reason for each in found if "chance decides" in each.reason]


ROLE = same("aws_iam_role.r", role("r", {"Service": "codebuild.amazonaws.com"}))
DENIAL = policy({"Effect": "Deny", "Action": "s3:*", "Resource": "*"})


def pairs_of_one_name() -> Iterator[tuple[str, MOST, MOST]]:
    yield "aws_iam_role_policy", {"role": "r", "name": "p", **DENIAL}, {"role": "r", "name": "p", **policy()}
    yield "aws_iam_role_policy", {"role": "r", "name": "p", **DENIAL}, {"role": f"arn:aws:iam::{ACCOUNT}:role/r", "name": "p", **policy()}  # fmt: skip
    yield "aws_iam_user_policy", {"user": "u", "name": "p", **DENIAL}, {"user": "u", "name": "p", **policy()}
    yield "aws_iam_group_policy", {"group": "g", "name": "p", **DENIAL}, {"group": "g", "name": "p", **policy()}
    yield "aws_iam_role_policy_attachment", {"role": "r", "policy_arn": "a"}, {"role": "r", "policy_arn": "a"}
    yield "aws_cloudwatch_metric_alarm", {"alarm_name": "a", "threshold": 1}, {"alarm_name": "a", "threshold": 99, "dimensions": {"ProjectName": "p"}}  # fmt: skip
    yield "aws_cloudwatch_composite_alarm", {"alarm_name": "a"}, {"alarm_name": "a"}
    yield "aws_cloudwatch_event_target", {"rule": "e", "target_id": "t", "arn": "a"}, {"rule": "e", "target_id": "t", "arn": "b"}  # fmt: skip
    yield "aws_cloudwatch_event_rule", {"name": "e"}, {"name": "e", "event_bus_name": "default"}
    yield "aws_codebuild_source_credential", {"server_type": "GITHUB", "arn": "a"}, {"server_type": "GITHUB"}
    yield "aws_cloudwatch_log_resource_policy", {"policy_name": "x"}, {"policy_name": "x"}
    yield "aws_cloudwatch_log_subscription_filter", {"log_group_name": "g", "name": "f"}, {"log_group_name": "g", "name": "f"}  # fmt: skip
    yield "aws_cloudwatch_event_permission", {"statement_id": "s", "principal": ACCOUNT}, {"statement_id": "s", "principal": ACCOUNT, "event_bus_name": "default"}  # fmt: skip
    yield "aws_sns_topic", {"name": "t"}, {"name": "t"}


@pytest.mark.parametrize(("kind", "first", "second"), list(pairs_of_one_name()))
def test_a_second_resource_of_one_name_is_written_over_the_first_and_refused(
    kind: str, first: MOST, second: MOST
) -> None:
    others = [ROLE, USER, same("aws_iam_group.g", {"name": "g", "id": "g"})]
    (reason,) = twins(kind, first, second, *others)
    assert f"is written over {kind}.one, which has the same" in reason
    names = table().rows[kind].overwrites
    # Where one of its names is another, it is another thing.
    assert twins(kind, first, second | {names[-1]: "another"}, *others) == []


def test_a_name_that_is_known_later_may_be_that_of_any() -> None:
    first = {"role": "r", "name": "p", **DENIAL}
    assert twins("aws_iam_role_policy", first, {"role": "r", **policy()}, ROLE, unknown={"name": True})
    assert twins("aws_iam_role_policy", first, {"name": "p", **policy()}, ROLE, unknown={"role": True})
    assert not twins("aws_iam_role_policy", first, {"name": "q", **policy()}, ROLE, unknown={"role": True})
    # AWS makes up a name where nobody gives one.
    assert not twins("aws_iam_role_policy", first, {"role": "r", **policy()}, ROLE)


def test_two_that_were_there_are_no_news_and_two_new_ones_are() -> None:
    both = [same(f"aws_iam_role_policy.{name}", {"role": "r", "name": "p", **DENIAL}) for name in ("one", "two")]
    assert said(ROLE, *both).refusals == ()
    new = [resource(f"aws_iam_role_policy.{name}", None, {"role": "r", "name": "p", **DENIAL}) for name in ("one", "two")]  # fmt: skip
    assert consents(ROLE, *new) == ["unprotect:aws_iam_role_policy.two"]


def test_one_that_takes_the_name_of_another_is_written_over_it() -> None:
    stays = same("aws_iam_role_policy.one", {"role": "r", "name": "p", **DENIAL})
    before = {"role": "r", "name": "q", **policy()}
    renamed = resource("aws_iam_role_policy.two", before, before | {"name": "p"}, actions=["delete", "create"])
    assert consents(ROLE, stays, renamed) == ["unprotect:aws_iam_role_policy.two"]
    free = resource("aws_iam_role_policy.one", {"role": "r", "name": "p", **policy()}, {"role": "r", "name": "x", **policy()})  # fmt: skip
    assert consents(ROLE, free, renamed) == []


def test_of_two_that_are_one_thing_the_one_that_goes_takes_the_other_along() -> None:
    stays = same("aws_iam_role_policy.one", {"role": "r", "name": "p", **DENIAL})
    gone = resource("aws_iam_role_policy.two", {"role": "r", "name": "p", **DENIAL}, None)
    (refusal,) = said(ROLE, stays, gone).refusals
    assert refusal.reason == "is deleted, and aws_iam_role_policy.one with it: to AWS both are one thing"
    other = resource("aws_iam_role_policy.two", {"role": "r", "name": "q", **policy()}, None)
    assert said(ROLE, stays, other).refusals == ()


def test_a_list_of_all_to_whom_a_policy_is_attached_takes_it_from_others() -> None:
    arn = "arn:aws:iam::aws:policy/AWSDenyAll"
    one = same("aws_iam_role_policy_attachment.one", {"role": "r", "policy_arn": arn})
    all_of_them = resource("aws_iam_policy_attachment.x", None, {"name": "x", "policy_arn": arn, "users": ["u"]})
    reasons = [each.reason for each in said(ROLE, USER, one, all_of_them).refusals if each.kind == "unprotect"]
    assert reasons == [
        "takes the policy away from all whom it does not list, and aws_iam_role_policy_attachment.one attaches it too"
    ]
    other = resource("aws_iam_policy_attachment.x", None, {"name": "x", "policy_arn": f"{arn}2", "users": ["u"]})
    assert not [each for each in said(ROLE, USER, one, other).refusals if each.kind == "unprotect"]
    alone = said(ROLE, USER, same("aws_iam_policy_attachment.y", {"policy_arn": arn}), resource("aws_iam_policy_attachment.x", {"policy_arn": arn}, None))  # fmt: skip
    assert not [each for each in alone.refusals if each.kind == "unprotect"]


def test_a_policy_in_the_owner_beside_one_in_a_resource_of_its_own_is_a_twin() -> None:
    denial = {"Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": "*"}
    apart = same("aws_s3_bucket_policy.b", {"bucket": "b", **policy(denial)})

    def found(after: MOST, unknown: MOST | None = None) -> list[str]:
        bucket = resource("aws_s3_bucket.b", BUCKET | policy(denial), BUCKET | after, unknown=unknown)
        return [each.reason for each in said(bucket, apart).refusals if each.kind == "unprotect"]

    said_too = ["says in policy what aws_s3_bucket_policy.b says too: chance decides which of them holds"]
    assert found(policy({**denial, "Resource": "x"})) == said_too
    assert found({}, {"policy": True}) == said_too
    assert found(policy(denial)) == found(policy(denial) | {"tags": {"a": "b"}}) == found({}) == []
    role_values = role("r", {"Service": "codebuild.amazonaws.com"})
    inside = resource("aws_iam_role.r", role_values, role_values | {"inline_policy": [{"name": "p", **policy()}]})
    beside = same("aws_iam_role_policy.p", {"role": "r", "name": "p", **DENIAL})
    assert [each.kind for each in said(inside, beside).refusals] == ["unprotect"]
    elsewhere = same("aws_iam_role_policy.p", {"role": "q", "name": "p", **DENIAL})
    assert said(inside, elsewhere).refusals == ()


# Functions


def test_a_function_of_the_stack_is_no_stranger_to_its_permission() -> None:
    values = {"function_name": "f", "id": "f", "arn": f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:f", "role": "r"}
    function = same("aws_lambda_function.f", values)
    topic = same("aws_sns_topic.t", {"name": "t", "id": TOPIC_ARN, "arn": TOPIC_ARN})
    entry = {"function_name": "f", "statement_id": "s", "principal": "sns.amazonaws.com", "action": "lambda:InvokeFunction"}  # fmt: skip

    def found(**more: Any) -> list[str]:
        return consents(function, topic, resource("aws_lambda_permission.s", None, entry | more))

    assert found(source_arn=TOPIC_ARN) == found(function_name=values["arn"], source_account=ACCOUNT) == []
    assert found() == ["widen:aws_lambda_permission.s"]
    assert found(source_arn=f"arn:aws:sns:{REGION}:999988887777:t") == ["widen:aws_lambda_permission.s"]
    assert found(source_arn=TOPIC_ARN, principal=OTHER_ARN) == ["widen:aws_lambda_permission.s"]
    assert found(source_arn=TOPIC_ARN, function_name="other") == ["foreign:aws_lambda_permission.s"]


@pytest.mark.parametrize(
    ("attribute", "value", "is_refused"),
    [
        ("role", "other", True),
        ("image_uri", "x.example/other", True),
        ("s3_bucket", "other", True),
        ("s3_key", "other", False),
        ("layers", ["other"], True),
        ("code_signing_config_arn", None, True),
        ("handler", "other", False),
        ("timeout", 9, False),
        ("runtime", "python3.13", False),
        ("environment", [{"variables": {"A": "c"}}], False),
    ],
)
def test_what_a_function_runs_and_as_whom_must_stay(attribute: str, value: Any, is_refused: bool) -> None:  # noqa: FBT001
    values = {"function_name": "f", "role": "r", "image_uri": "i", "s3_bucket": "b", "s3_key": "k", "layers": ["l"], "handler": "h", "timeout": 3, "code_signing_config_arn": "c", "environment": [{"variables": {"A": "b"}}]}  # fmt: skip
    change = resource("aws_lambda_function.f", values, values | {attribute: value})
    assert bool(consents(change)) is is_refused


def test_who_may_call_a_function_and_what_starts_it_is_watched() -> None:
    function = same("aws_lambda_function.f", {"function_name": "f", "id": "f"})

    def found(kind: str, before: MOST | None, after: MOST) -> list[str]:
        of = {"function_name": "f"}
        return consents(function, resource(f"{kind}.x", None if before is None else of | before, of | after))

    url = "aws_lambda_function_url"
    assert found(url, {"authorization_type": "AWS_IAM"}, {"authorization_type": "NONE"}) == [f"unprotect:{url}.x"]
    mapping = "aws_lambda_event_source_mapping"
    assert found(mapping, {"event_source_arn": "a"}, {"event_source_arn": "b"}) == [f"widen:{mapping}.x"]
    assert found(mapping, {"batch_size": 1}, {"batch_size": 2}) == []
    queue = f"arn:aws:sqs:{REGION}:{{}}:q"
    assert found(mapping, None, {"event_source_arn": queue.format(ACCOUNT)}) == []
    assert found(mapping, None, {"event_source_arn": queue.format("999988887777")}) == [f"widen:{mapping}.x"]
    assert found(mapping, None, {"self_managed_event_source": [{"endpoints": {"K": "evil.example:9092"}}]}) == [
        f"widen:{mapping}.x"
    ]


def test_a_list_of_the_only_policies_keeps_those_that_stay() -> None:
    def found(*names: str, more: MOST | None = None) -> list[str]:
        kind = "aws_iam_role_policies_exclusive.x"
        change = resource(kind, {"role_name": "r", "policy_names": ["a", "b"]}, {"role_name": "r", "policy_names": list(names)})  # fmt: skip
        return consents(ROLE, change, *([more] if more else []))

    assert found("a") == ["unprotect:aws_iam_role_policies_exclusive.x"]
    assert found("a", "b", "c") == ["widen:aws_iam_role_policies_exclusive.x"]
    # A policy that goes leaves the list.
    assert found("a", more=resource("aws_iam_role_policy.b", {"role": "r", "name": "b", **policy()}, None)) == []


def test_whom_something_lets_in_is_said_once() -> None:
    key = same("aws_kms_key.k", {"key_id": "k", "id": "k", "arn": KEY_ARN})
    grant = resource("aws_kms_grant.g", None, {"key_id": "k", "grantee_principal": f"arn:aws:iam::{ACCOUNT}:role/x"})
    (refusal,) = said(key, grant).refusals
    assert refusal.reason.startswith("lets in arn:aws:iam::")


def test_a_provider_of_the_stack_signs_in_to_its_new_roles() -> None:
    arn = f"arn:aws:iam::{ACCOUNT}:oidc-provider/x.example"
    provider = same("aws_iam_openid_connect_provider.p", {"url": "https://x.example", "arn": arn})
    bound = trust({"Federated": arn}, Condition={"StringEquals": {"x.example:sub": "repo"}})
    new = resource("aws_iam_role.n", None, {"name": "n", "assume_role_policy": bound})
    assert consents(provider, new) == []
    assert consents(new) == ["widen:aws_iam_role.n"]
