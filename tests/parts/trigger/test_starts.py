"""What starts the builds, on plans of the real provider: connections, webhooks, schedules, runners and pipelines."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

import pytest

from generator.aws.policy import Call, Verdict, judge
from generator.plans.iam_statements import statements
from generator.plans.planned import UNKNOWN

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from generator.plans.planned import PlannedStack

pytestmark = [pytest.mark.terraform, pytest.mark.slow]

ACCOUNT: Final = "111122223333"
CONNECTION: Final = f"arn:aws:codestar-connections:us-east-1:{ACCOUNT}:connection/aaaa-bbbb"
SECRET: Final = f"arn:aws:secretsmanager:eu-west-1:{ACCOUNT}:secret:github-AbCdEf"
QUEUE: Final = f"arn:aws:sqs:eu-west-1:{ACCOUNT}:failed-starts"
BASE: Final = f"""\
class: dev
stack: shop
region: eu-west-1
account: "{ACCOUNT}"
tags: {{Owner: team, CostCenter: "1"}}
notifications: null
alarms: null
source: {{type: github, repository: https://github.com/acme-platform/shop}}
builds: {{main: {{runtime: {{nodejs: 22}}}}}}
"""
BOUNDED: Final = f"encryption: {{}}\naccess: {{permissions_boundary: 'arn:aws:iam::{ACCOUNT}:policy/boundary'}}"
VARIANTS: Final = {
    "alone": "builds: {main: {trigger: {push: {branches: [main]}}}}",
    "pending": "source: {connection: {}}",
    "approved": "source: {connection: {approved: true, name: acme-github}}",
    "existing": f"source: {{connection: {{arn: '{CONNECTION}'}}}}",
    "more-sources": f"""
source: {{connection: {{arn: '{CONNECTION}'}}}}
builds:
  main:
    secondary_sources:
      tools: {{type: github, repository: https://github.com/acme-platform/tools}}
      lint: {{type: s3, object: acme-tools/lint.zip}}
  tools-alone:
    runtime: {{nodejs: 22}}
    phases: {{build: [make]}}
    source: {{type: none}}
    secondary_sources: {{tools: {{type: github, repository: https://github.com/acme-platform/tools}}}}
  nothing: {{runtime: {{nodejs: 22}}, phases: {{build: [make]}}, source: {{type: none}}}}
""",
    "hosted": f"""
source:
  type: github-enterprise
  repository: https://git.acme.test/acme/shop
  connection: {{approved: true, host: 'arn:aws:codeconnections:eu-west-1:{ACCOUNT}:host/acme-git-1'}}
""",
    "token": f"source: {{credential: {{secret: '{SECRET}'}}}}",
    "account-token": f"source: {{credential: {{scope: account, secret: '{SECRET}'}}}}",
    "account-has-one": "source: {credential: {scope: account}}",
    "filters": f"""
source: {{connection: {{arn: '{CONNECTION}'}}}}
builds:
  main:
    trigger:
      push: {{branches: [main, '/release\\/.+/'], paths: ['!docs/'], actors: [1234567]}}
      also: {{tags: {{push: {{tags: ['/v.+/']}}}}}}
  review:
    runtime: {{nodejs: 22}}
    phases: {{build: [npm test]}}
    trigger: {{pull_requests: {{actors: [1234567, 7654321], targets: [main]}}}}
  everywhere:
    runtime: {{nodejs: 22}}
    trigger: {{organization: {{name: acme-platform, repositories: ['/web-.+/']}}}}
  by-hand: {{runtime: {{nodejs: 22}}, trigger: {{releases: {{}}, by_hand: true}}}}
  never: {{runtime: {{nodejs: 22}}, trigger: {{manual: true}}}}
""",
    "runners": f"""
source: {{connection: {{arn: '{CONNECTION}'}}}}
builds:
  main: {{runner: {{workflows: [CI]}}}}
  enterprise: {{runtime: {{nodejs: 22}}, runner: {{enterprise: {{name: acme, organizations: [acme-platform]}}}}}}
""",
    "schedules": f"""
{BOUNDED}
builds:
  main: {{schedule: {{expression: cron(0 3 ? * MON-FRI *), timezone: Europe/Berlin, flexible_window: 15m}}}}
  batch:
    runtime: {{nodejs: 22}}
    batch: {{}}
    schedule: {{expression: rate(1 day), build_type: batch, dead_letter_queue: '{QUEUE}', retry_attempts: 5}}
  other: {{runtime: {{nodejs: 22}}}}
""",
    "piped": f"""
{BOUNDED}
source: {{connection: {{arn: '{CONNECTION}'}}}}
builds:
  lint: {{runtime: {{nodejs: 22}}, artifact: {{type: none}}}}
  deploy: {{runtime: {{nodejs: 22}}}}
  other: {{runtime: {{nodejs: 22}}}}
pipeline:
  builds: [[lint], [main]]
  trigger: {{branches: [main, '!release/**'], paths: ['services/**']}}
  execution_mode: queued
  variables: {{LEVEL: {{default: info, description: How much is told}}}}
  retry: failed-actions
  approval: {{message: Is it well?, url: 'https://grafana.acme.example/d/shop', timeout: 2d}}
  deploy: {{build: deploy, on_failure: rollback}}
notifications: {{email: [builds@acme.example]}}
""",
    "piped-tags": f"""
source: {{connection: {{arn: '{CONNECTION}'}}}}
pipeline:
  full_clone: true
  trigger: {{tags: ['v*']}}
  approval: {{message: Is it well?, url: 'https://acme.example/d'}}
""",
    "piped-bucket": "pipeline: {source: {bucket: acme-sources, key: shop.zip}, deploy: {bucket: {bucket: acme-site, key: site}}}",
    "piped-batch": f"""
source: {{connection: {{arn: '{CONNECTION}'}}}}
builds:
  main: {{batch: {{combine_artifacts: true}}}}
  lint: {{runtime: {{nodejs: 22}}}}
  deploy: {{runtime: {{nodejs: 22}}, batch: {{}}}}
pipeline: {{builds: [[lint], [main]], deploy: {{build: deploy}}}}
""",
    "piped-codecommit": f"""
source: {{type: codecommit, repository: 'https://git-codecommit.eu-west-1.amazonaws.com/v1/repos/shop'}}
pipeline:
  deploy:
    service: {{cluster: shop, service: api, task_roles: ['arn:aws:iam::{ACCOUNT}:role/task']}}
    on_failure: retry
""",
    "piped-stack": f"""
source: {{connection: {{arn: '{CONNECTION}'}}}}
pipeline:
  deploy:
    stack: {{name: shop-api, role: 'arn:aws:iam::{ACCOUNT}:role/cfn', capabilities: [CAPABILITY_IAM], configuration: p.json}}
""",
}


@pytest.fixture(scope="module")
def planned(planned_fleet: Callable[[Mapping[str, str]], dict[str, PlannedStack]]) -> dict[str, PlannedStack]:
    """Plan all variants, in one terraform."""
    return planned_fleet({"_base": BASE} | {name: f"extends: _base\n{text}\n" for name, text in VARIANTS.items()})


def one(stack: PlannedStack, address: str) -> Mapping[str, Any]:
    return stack.resources[f"module.{address}"].values


def kinds(stack: PlannedStack) -> set[str]:
    return {found.type for found in stack.resources.values() if not found.is_data}


def project(stack: PlannedStack, build: str = "main") -> Mapping[str, Any]:
    return one(stack, f'builds.aws_codebuild_project.this["{build}"]')


def groups(stack: PlannedStack, build: str) -> list[set[tuple[str, str, bool]]]:
    webhook = one(stack, f'trigger.aws_codebuild_webhook.this["{build}"]')
    found = [
        {(each["type"], each["pattern"], bool(each["exclude_matched_pattern"])) for each in group["filter"]}
        for group in webhook["filter_group"]
    ]
    return sorted(found, key=sorted)


def allowed(stack: PlannedStack, address: str) -> dict[str, Any]:
    return {str(each.get("sid", "")): each for each in statements(stack.resources[f"module.{address}"]) or []}


@pytest.mark.parametrize("name", ["alone", "pending"])
def test_without_a_way_to_sign_in_no_webhook_is_planned(planned: dict[str, PlannedStack], name: str) -> None:
    assert not kinds(planned[name]) & {"aws_codebuild_webhook", "aws_codebuild_source_credential"}
    assert project(planned[name])["source"][0]["auth"] == []


@pytest.mark.parametrize("name", ["approved", "existing", "token", "account-token", "account-has-one"])
def test_with_one_a_push_of_the_branch_starts_the_build(planned: dict[str, PlannedStack], name: str) -> None:
    assert groups(planned[name], "main") == [{("EVENT", "PUSH", False), ("HEAD_REF", "^refs/heads/main$", False)}]


def test_one_more_source_on_the_same_server_is_read_as_the_repository_is(planned: dict[str, PlannedStack]) -> None:
    def signs_in(build: str) -> dict[str, bool]:
        found = project(planned["more-sources"], build)["secondary_sources"]
        assert all(auth["resource"] == CONNECTION for source in found for auth in source["auth"])
        return {source["source_identifier"]: bool(source["auth"]) for source in found}

    def may(build: str) -> bool:
        return "UseConnection" in allowed(
            planned["more-sources"], f'access.data.aws_iam_policy_document.builds["{build}"]'
        )

    assert (signs_in("main"), may("main")) == ({"tools": True, "lint": False}, True)
    assert (signs_in("tools-alone"), may("tools-alone")) == ({"tools": True}, True)
    assert (signs_in("nothing"), may("nothing")) == ({}, False)


@pytest.mark.parametrize(
    ("name", "auth", "made"),
    [
        ("pending", [], {"aws_codeconnections_connection"}),
        ("approved", [{"type": "CODECONNECTIONS", "resource": UNKNOWN}], {"aws_codeconnections_connection"}),
        ("existing", [{"type": "CODECONNECTIONS", "resource": CONNECTION}], set()),
        ("token", [{"type": "SECRETS_MANAGER", "resource": SECRET}], set()),
        ("account-token", [], {"aws_codebuild_source_credential"}),
        ("account-has-one", [], set()),
    ],
)
def test_the_project_signs_in_as_the_spec_says_and_only_what_is_missing_is_made(
    planned: dict[str, PlannedStack], name: str, auth: list[Any], made: set[str]
) -> None:
    assert project(planned[name])["source"][0]["auth"] == auth
    makers = {"aws_codeconnections_connection", "aws_codebuild_source_credential"}
    assert kinds(planned[name]) & makers == made


def test_a_connection_is_named_and_goes_to_the_server_or_its_host(planned: dict[str, PlannedStack]) -> None:
    made = one(planned["approved"], "connection.aws_codeconnections_connection.this")
    assert (made["name"], made["provider_type"]) == ("acme-github", "GitHub")
    assert made["tags"]["Environment"] == "approved"
    hosted = one(planned["hosted"], "connection.aws_codeconnections_connection.this")
    assert hosted["host_arn"].endswith(":host/acme-git-1")


def test_no_token_is_in_a_plan_only_where_it_lies(planned: dict[str, PlannedStack]) -> None:
    credential = one(planned["account-token"], "connection.aws_codebuild_source_credential.this")
    assert (credential["auth_type"], credential["server_type"]) == ("SECRETS_MANAGER", "GITHUB")
    for name in ("token", "account-token"):
        policy = allowed(planned[name], 'access.data.aws_iam_policy_document.builds["main"]')
        assert policy["ReadSecrets"]["resources"] == [SECRET]


def test_the_build_may_use_its_connection_under_the_name_that_it_was_made_under(
    planned: dict[str, PlannedStack],
) -> None:
    old = allowed(planned["existing"], 'access.data.aws_iam_policy_document.builds["main"]')["UseConnection"]
    assert old["resources"] == [CONNECTION]
    assert set(old["actions"]) == {
        f"codestar-connections:{action}" for action in ("GetConnection", "GetConnectionToken", "UseConnection")
    }
    new = allowed(planned["approved"], 'access.data.aws_iam_policy_document.builds["main"]')["UseConnection"]
    assert "codeconnections:UseConnection" in new["actions"]
    assert "UseConnection" not in allowed(planned["pending"], 'access.data.aws_iam_policy_document.builds["main"]')


def test_filters_are_planned_as_written(planned: dict[str, PlannedStack]) -> None:
    found = groups(planned["filters"], "main")
    assert len(found) == 2
    assert {
        ("EVENT", "PUSH", False),
        ("HEAD_REF", r"^(?:refs/heads/main|refs/heads/(?:release\/.+))$", False),
        ("FILE_PATH", "^docs/.+$", True),
        ("ACTOR_ACCOUNT_ID", "^1234567$", False),
    } in found
    assert {("EVENT", "PUSH", False), ("HEAD_REF", "^refs/tags/(?:v.+)$", False)} in found
    (review,) = groups(planned["filters"], "review")
    assert ("ACTOR_ACCOUNT_ID", "^(?:1234567|7654321)$", False) in review
    assert 'module.trigger.aws_codebuild_webhook.this["never"]' not in planned["filters"].resources


@pytest.mark.parametrize("name", VARIANTS)
def test_no_pattern_of_any_webhook_is_left_open(planned: dict[str, PlannedStack], name: str) -> None:
    for found in planned[name].resources.values():
        for group in found.values["filter_group"] if found.type == "aws_codebuild_webhook" else ():
            assert [each["pattern"] for each in group["filter"] if each["type"] == "EVENT"] != []
            for each in group["filter"]:
                open_ended = not (each["pattern"].startswith("^") and each["pattern"].endswith("$"))
                assert open_ended == (each["type"] == "EVENT"), each


def test_a_webhook_of_an_organisation_has_no_repository_of_its_own(planned: dict[str, PlannedStack]) -> None:
    webhook = one(planned["filters"], 'trigger.aws_codebuild_webhook.this["everywhere"]')
    (scope,) = webhook["scope_configuration"]
    assert (scope["scope"], scope["name"]) == ("GITHUB_ORGANIZATION", "acme-platform")
    source = project(planned["filters"], "everywhere")["source"][0]
    assert source["location"] == "CODEBUILD_DEFAULT_WEBHOOK_SOURCE_LOCATION"
    assert project(planned["filters"])["source"][0]["location"] == "https://github.com/acme-platform/shop"


def test_a_webhook_that_is_entered_by_hand_gives_address_and_secret(planned: dict[str, PlannedStack]) -> None:
    assert one(planned["filters"], 'trigger.aws_codebuild_webhook.this["by-hand"]')["manual_creation"] is True
    assert set(planned["filters"].outputs) >= {"webhook_urls", "webhook_payload_urls", "webhook_secrets"}
    assert "webhook_secrets" not in planned["existing"].outputs


def test_runners_wait_for_jobs_and_say_their_label(planned: dict[str, PlannedStack]) -> None:
    (group,) = groups(planned["runners"], "main")
    assert group == {("EVENT", "WORKFLOW_JOB_QUEUED", False), ("WORKFLOW_NAME", "^CI$", False)}
    label = "codebuild-shop-runners-main-${{ github.run_id }}-${{ github.run_attempt }}"
    assert planned["runners"].outputs["runner_labels"]["main"] == label
    assert project(planned["runners"])["artifacts"][0]["type"] == "NO_ARTIFACTS"
    enterprise = one(planned["runners"], 'trigger.aws_codebuild_webhook.this["enterprise"]')
    assert enterprise["scope_configuration"][0]["scope"] == "GITHUB_GLOBAL"
    assert enterprise["manual_creation"] is True


def test_a_schedule_starts_its_build_at_its_time(planned: dict[str, PlannedStack]) -> None:
    schedule = one(planned["schedules"], 'schedule.aws_scheduler_schedule.this["main"]')
    assert schedule["schedule_expression"] == "cron(0 3 ? * MON-FRI *)"
    assert schedule["schedule_expression_timezone"] == "Europe/Berlin"
    assert schedule["flexible_time_window"] == [{"mode": "FLEXIBLE", "maximum_window_in_minutes": 15}]
    (retry,) = schedule["target"][0]["retry_policy"]
    assert retry == {"maximum_retry_attempts": 2, "maximum_event_age_in_seconds": 3600}
    batch = one(planned["schedules"], 'schedule.aws_scheduler_schedule.this["batch"]')
    assert batch["target"][0]["arn"] == "arn:aws:scheduler:::aws-sdk:codebuild:startBuildBatch"
    assert batch["target"][0]["dead_letter_config"] == [{"arn": QUEUE}]
    assert "other" not in str([address for address in planned["schedules"].resources if "scheduler" in address])


def test_the_role_of_schedules_starts_the_scheduled_builds_alone(planned: dict[str, PlannedStack]) -> None:
    policy = allowed(planned["schedules"], "schedule.data.aws_iam_policy_document.start")
    arn = f"arn:aws:codebuild:eu-west-1:{ACCOUNT}:project/shop-schedules"
    assert {sid: (each["actions"], each["resources"]) for sid, each in policy.items()} == {
        "StartBuilds": (["codebuild:StartBuild"], [f"{arn}-main"]),
        "StartBatches": (["codebuild:StartBuildBatch"], [f"{arn}-batch"]),
        "ReportFailedStarts": (["sqs:SendMessage"], [QUEUE]),
        "ReadSchedules": (["kms:Decrypt"], [UNKNOWN]),
    }
    role = one(planned["schedules"], "schedule.aws_iam_role.this")
    group = f"arn:aws:scheduler:eu-west-1:{ACCOUNT}:schedule-group/shop-schedules"
    assert taken(role, "scheduler.amazonaws.com", group)
    assert not taken(role, "scheduler.amazonaws.com", f"{group}-of-others")
    assert role["permissions_boundary"].endswith(":policy/boundary")


def taken(role: Mapping[str, Any], service: str, source: str) -> bool:
    context = {"aws:sourcearn": source, "aws:sourceaccount": source.split(":")[4]}
    call = Call("sts:AssumeRole", service=service, context=context)
    return judge(json.loads(role["assume_role_policy"]), call) is Verdict.ALLOWED


def stages(stack: PlannedStack) -> dict[str, list[Mapping[str, Any]]]:
    pipeline = one(stack, "pipeline.aws_codepipeline.this")
    return {stage["name"]: stage["action"] for stage in pipeline["stage"]}


def test_a_pipeline_goes_from_source_over_builds_and_approval_to_deployment(planned: dict[str, PlannedStack]) -> None:
    pipeline = one(planned["piped"], "pipeline.aws_codepipeline.this")
    assert (pipeline["pipeline_type"], pipeline["execution_mode"]) == ("V2", "QUEUED")
    assert pipeline["artifact_store"][0]["encryption_key"] == [{"id": UNKNOWN, "type": "KMS"}]
    found = stages(planned["piped"])
    assert list(found) == ["Source", "Build", "Approve", "Deploy"]
    (source,) = found["Source"]
    assert source["configuration"] == {
        "ConnectionArn": CONNECTION,
        "FullRepositoryId": "acme-platform/shop",
        "BranchName": "main",
        "DetectChanges": "true",
        "OutputArtifactFormat": "CODE_ZIP",
    }
    builds = [(action["name"], action["run_order"], action["output_artifacts"]) for action in found["Build"]]
    assert builds == [("lint", 1, []), ("main", 2, ["main"])]
    (approval,) = found["Approve"]
    assert (approval["provider"], approval["timeout_in_minutes"]) == ("Manual", 2880)
    # The topic's ARN is known after the apply, and with it all of them.
    assert approval["configuration"] == UNKNOWN
    (approval,) = stages(planned["piped-tags"])["Approve"]
    assert approval["configuration"] == {"CustomData": "Is it well?", "ExternalEntityLink": "https://acme.example/d"}
    (deploy,) = found["Deploy"]
    assert (deploy["provider"], deploy["input_artifacts"]) == ("CodeBuild", ["main"])


def test_a_build_with_batches_is_one_in_its_pipeline_too(planned: dict[str, PlannedStack]) -> None:
    found = stages(planned["piped-batch"])
    told = {
        action["name"]: {key: action["configuration"].get(key) for key in ("BatchEnabled", "CombineArtifacts")}
        for action in (*found["Build"], *found["Deploy"])
    }
    assert told == {
        "lint": {"BatchEnabled": None, "CombineArtifacts": None},
        "main": {"BatchEnabled": "true", "CombineArtifacts": "true"},
        "Deploy": {"BatchEnabled": "true", "CombineArtifacts": "false"},
    }
    policy = allowed(planned["piped-batch"], "pipeline.data.aws_iam_policy_document.pipeline")
    assert policy["RunBatches"]["resources"] == [
        f"arn:aws:codebuild:eu-west-1:{ACCOUNT}:project/shop-piped-batch-{build}" for build in ("deploy", "main")
    ]
    assert "RunBatches" not in allowed(planned["piped"], "pipeline.data.aws_iam_policy_document.pipeline")


def test_what_a_build_exports_can_be_read_below_its_name(planned: dict[str, PlannedStack]) -> None:
    assert [action["namespace"] for action in stages(planned["piped"])["Build"]] == ["lint", "main"]


def test_a_failure_in_a_pipeline_is_answered_as_the_spec_says(planned: dict[str, PlannedStack]) -> None:
    def answers(name: str) -> dict[str, Any]:
        pipeline = one(planned[name], "pipeline.aws_codepipeline.this")
        return {
            stage["name"]: (answer["result"], [retry["retry_mode"] for retry in answer["retry_configuration"]])
            for stage in pipeline["stage"]
            for answer in stage["on_failure"]
        }

    assert answers("piped") == {"Build": ("RETRY", ["FAILED_ACTIONS"]), "Deploy": ("ROLLBACK", [])}
    assert answers("piped-codecommit") == {"Deploy": ("RETRY", ["ALL_ACTIONS"])}
    assert answers("piped-tags") == {}


def test_pushes_that_start_a_pipeline_are_filtered_by_globs(planned: dict[str, PlannedStack]) -> None:
    def pushes(name: str) -> Mapping[str, Any]:
        (trigger,) = one(planned[name], "pipeline.aws_codepipeline.this")["trigger"]
        (push,) = trigger["git_configuration"][0]["push"]
        return dict(push)

    piped = pushes("piped")
    assert piped["branches"] == [{"includes": ["main"], "excludes": ["release/**"]}]
    assert piped["file_paths"] == [{"includes": ["services/**"], "excludes": None}]
    assert piped["tags"] == []
    assert pushes("piped-tags")["tags"] == [{"includes": ["v*"], "excludes": None}]


def test_builds_of_a_pipeline_take_and_give_through_it_and_others_do_not(planned: dict[str, PlannedStack]) -> None:
    for build in ("lint", "main", "deploy"):
        found = project(planned["piped"], build)
        assert (found["source"][0]["type"], found["artifacts"][0]["type"]) == ("CODEPIPELINE", "CODEPIPELINE")
        assert (found["source"][0]["location"], found["source"][0]["auth"], found["source_version"]) == (None, [], None)
    other = project(planned["piped"], "other")
    assert (other["source"][0]["type"], other["artifacts"][0]["type"]) == ("GITHUB", "S3")
    webhooks = [address for address in planned["piped"].resources if "aws_codebuild_webhook" in address]
    assert webhooks == ['module.trigger.aws_codebuild_webhook.this["other"]']


def test_a_build_of_a_pipeline_reads_the_repository_only_for_its_history(planned: dict[str, PlannedStack]) -> None:
    def sids(name: str, build: str) -> set[str]:
        return set(allowed(planned[name], f'access.data.aws_iam_policy_document.builds["{build}"]'))

    assert "PassArtifactsOn" in sids("piped", "main")
    assert "UseConnection" not in sids("piped", "main")
    assert "UseConnection" in sids("piped-tags", "main")
    (source,) = project(planned["piped-tags"])["source"]
    assert (source["type"], source["auth"]) == ("CODEPIPELINE", [])
    assert "PassArtifactsOn" not in sids("piped", "other")
    assert "CloneRepositories" not in sids("piped-codecommit", "main")


def test_variables_of_a_pipeline_reach_every_build(planned: dict[str, PlannedStack]) -> None:
    (variable,) = one(planned["piped"], "pipeline.aws_codepipeline.this")["variable"]
    assert variable == {"name": "LEVEL", "default_value": "info", "description": "How much is told"}
    found = stages(planned["piped"])
    for action in (*found["Build"], *found["Deploy"]):
        told = json.loads(action["configuration"]["EnvironmentVariables"])
        assert told == [{"name": "LEVEL", "type": "PLAINTEXT", "value": "#{variables.LEVEL}"}]


DEPLOYMENTS: Final = {
    "piped-bucket": ("S3", {"DeployObjects": ["s3:PutObject"]}),
    "piped-codecommit": (
        "ECS",
        {
            "DeployService": ["ecs:DescribeServices", "ecs:UpdateService"],
            "ListTasks": ["ecs:ListTasks"],
            "PassRoles": ["iam:PassRole"],
            "ReadTaskDefinition": ["ecs:DescribeTaskDefinition"],
            "RegisterTaskDefinition": ["ecs:RegisterTaskDefinition", "ecs:TagResource"],
            "WatchTasks": ["ecs:DescribeTasks"],
        },
    ),
    "piped-stack": (
        "CloudFormation",
        {
            "DeployStack": [
                "cloudformation:CreateStack",
                "cloudformation:DescribeStackEvents",
                "cloudformation:DescribeStackResource",
                "cloudformation:DescribeStackResources",
                "cloudformation:DescribeStacks",
                "cloudformation:GetStackPolicy",
                "cloudformation:GetTemplate",
                "cloudformation:SetStackPolicy",
                "cloudformation:TagResource",
                "cloudformation:UpdateStack",
            ],
            "PassRoles": ["iam:PassRole"],
            "StoreSource": ["s3:PutObjectAcl"],
            "ValidateTemplate": ["cloudformation:ValidateTemplate"],
        },
    ),
    "piped": ("CodeBuild", {"AskForApproval": ["sns:Publish"], "StoreSource": ["s3:PutObjectAcl"]}),
}
EVERY_PIPELINE: Final = {"FindArtifactBucket", "PassArtifactsOn", "ReadRepository", "RunBuilds", "UseKey"}


@pytest.mark.parametrize("name", DEPLOYMENTS)
def test_the_role_of_a_pipeline_may_deploy_to_its_target_and_no_other(
    planned: dict[str, PlannedStack], name: str
) -> None:
    provider, expected = DEPLOYMENTS[name]
    assert stages(planned[name])["Deploy"][0]["provider"] == provider
    policy = allowed(planned[name], "pipeline.data.aws_iam_policy_document.pipeline")
    found = {sid: sorted(each["actions"]) for sid, each in policy.items()}
    assert {
        sid: actions for sid, actions in found.items() if sid not in EVERY_PIPELINE | {"ReadSource", "FindSource"}
    } == expected
    starred = {sid for sid, each in policy.items() if "*" in each["resources"]}
    assert starred <= {"ListTasks", "ReadTaskDefinition", "ValidateTemplate"}
    if "PassRoles" in policy:
        assert policy["PassRoles"]["conditions"]["StringEquals"]["iam:PassedToService"]


@pytest.mark.parametrize(
    ("name", "source", "key"),
    [("piped-codecommit", "aws.codecommit", "resources"), ("piped-bucket", "aws.s3", "detail")],
)
def test_without_a_connection_eventbridge_starts_the_pipeline_and_nothing_polls(
    planned: dict[str, PlannedStack], name: str, source: str, key: str
) -> None:
    assert stages(planned[name])["Source"][0]["configuration"]["PollForSourceChanges"] == "false"
    pattern = json.loads(one(planned[name], "pipeline.aws_cloudwatch_event_rule.source")["event_pattern"])
    assert pattern["source"] == [source]
    assert "shop" in json.dumps(pattern[key])
    policy = allowed(planned[name], "pipeline.data.aws_iam_policy_document.start")
    arn = f"arn:aws:codepipeline:eu-west-1:{ACCOUNT}:shop-{name}"
    assert policy["StartPipeline"]["resources"] == [arn]
    role = one(planned[name], "pipeline.aws_iam_role.start")
    rule = f"arn:aws:events:eu-west-1:{ACCOUNT}:rule/shop-{name}-source"
    assert taken(role, "events.amazonaws.com", rule)
    assert not taken(role, "events.amazonaws.com", f"{rule}-of-others")


def test_only_the_pipeline_takes_its_role(planned: dict[str, PlannedStack]) -> None:
    role = one(planned["piped"], "pipeline.aws_iam_role.this")
    arn = f"arn:aws:codepipeline:eu-west-1:{ACCOUNT}:shop-piped"
    assert taken(role, "codepipeline.amazonaws.com", arn)
    assert not taken(role, "codepipeline.amazonaws.com", f"{arn}-of-others")
    assert not taken(role, "codepipeline.amazonaws.com", arn.replace(ACCOUNT, "444455556666"))


@pytest.mark.parametrize("name", VARIANTS)
def test_everything_that_can_be_tagged_is(planned: dict[str, PlannedStack], name: str) -> None:
    for address, found in planned[name].resources.items():
        if "tags_all" in found.values:
            assert (found.values["tags"] or {}).get("Environment") == name, address
