"""Notifications, alarms and budget on plans of the real provider: many environments, planned together once."""

from __future__ import annotations

import itertools
import json
from typing import TYPE_CHECKING, Any, Final

import pytest

from generator.aws.policy import Call, Verdict, judge
from generator.fleet.plan import plan_fleet
from generator.operations.plans.fleet_members import prepare
from generator.plans.iam_statements import statements
from generator.plans.planned import UNKNOWN, planned_stack
from generator.workspace import Workspace

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from generator.plans.planned import PlannedStack

pytestmark = [pytest.mark.terraform, pytest.mark.slow]

ACCOUNT: Final = "111122223333"
BASE: Final = f"""\
class: dev
stack: shop
region: eu-west-1
account: "{ACCOUNT}"
tags: {{Owner: team, CostCenter: "1"}}
source: {{type: github, repository: https://github.com/acme-platform/shop}}
builds:
  main: {{runtime: {{nodejs: 22}}, timeout: 20m}}
  docs-site: {{runtime: {{nodejs: 22}}, timeout: 1h}}
"""
# Each way to switch on, or off, what decides who publishes to the topic and how.
TOGGLES: Final[tuple[Mapping[str, str], ...]] = (
    {"plain": "", "key": "encryption: {}"},
    {
        "quiet": "alarms: {failed_builds: null, dashboard: {}}",
        "alarm": "alarms: {failed_builds: {}}",
        "composite": "alarms: {failed_builds: {}, queued_duration: {}, composite: true}",
    },
    {"unwatched": "alarm_on_undelivered: false", "watched": "alarm_on_undelivered: true"},
    {
        "free": "",
        "told": "budget: {amount: 10}",
        "mailed": "budget: {amount: 10, topic: false, email: [finance@acme.example]}",
    },
)
ALL_ON: Final = f"""\
encryption: {{}}
notifications:
  statuses: [SUCCEEDED, FAILED, STOPPED, IN_PROGRESS]
  phases: [FAILED, STOPPED]
  builds: [main]
  email: [ops@acme.example, builds@acme.example]
  https: ["https://hooks.acme.example/builds?team=shop"]
  https_auto_confirms: true
  sqs: ["arn:aws:sqs:eu-west-1:{ACCOUNT}:messages"]
  lambda: ["arn:aws:lambda:eu-west-1:{ACCOUNT}:function:messages:live"]
  subscriber_accounts: ["444455556666"]
  retry_for: 2h
  retries: 10
  keep_undelivered_days: 7
  alarm_on_undelivered: true
alarms:
  failed_builds: {{threshold: 3, period: 10m, evaluation_periods: 3, datapoints_to_alarm: 2}}
  failure_rate: {{threshold: 25, minimum_builds: 8, period: 6h}}
  duration: {{}}
  queued_duration: {{threshold: 5m, period: 1h}}
  notify_recovery: true
  dashboard: {{period: 5m}}
budget: {{amount: 300, actual: [100, 50], forecasted: [110], email: [finance@acme.example]}}
"""
VARIANTS: Final = {
    "all-on": ALL_ON,
    "events": "notifications: {message: event, phases: [SUCCEEDED]}",
    "chosen": "alarms: {builds: [docs-site], duration: {threshold: 50m}, composite: true, notify_recovery: true}",
    "silent": "notifications: null\nalarms: {failed_builds: {}, duration: {}}",
    "off": "notifications: null\nalarms: null",
    "codebuild": "budget: {amount: 5, scope: codebuild, actual: [], forecasted: [90]}",
    "account": "budget: {amount: 5, scope: account}",
    "delivered": "source: {connection: {approved: true}}\npipeline: {builds: [[main, docs-site]]}\nnotifications: {email: [builds@acme.example]}",
    "timed": "builds: {main: {schedule: {expression: rate(1 day)}}}\nnotifications: {email: [builds@acme.example]}\nalarms: null",
    "china": "region: cn-north-1\nbudget: {amount: 5, currency: CNY}",
}


def combinations() -> Iterator[tuple[str, str]]:
    """Yield every combination of the toggles: a name, and what it adds to the base."""
    for names in itertools.product(*TOGGLES):
        encryption, alarms, watched, budget = (choices[name] for choices, name in zip(TOGGLES, names, strict=True))
        notifications = f"notifications: {{email: [builds@acme.example], {watched}}}"
        yield "-".join(names), f"{encryption}\n{alarms}\n{notifications}\n{budget}"


COMBINATIONS: Final = dict(combinations())


@pytest.fixture(scope="module")
def planned(tmp_path_factory: pytest.TempPathFactory) -> dict[str, PlannedStack]:
    """Plan all of them, in one terraform."""
    folder = tmp_path_factory.mktemp("signals") / "environments"
    folder.mkdir()
    (folder / "_base.yaml").write_text(BASE)
    for name, addition in (VARIANTS | COMBINATIONS).items():
        (folder / f"{name}.yaml").write_text(f"extends: _base\n{addition}\n")
    workspace = Workspace.find(folder.parent)
    fleet = plan_fleet(workspace, prepare(workspace, workspace.environment_names()).members)
    assert not fleet.failures
    return {name: planned_stack(plan) for name, plan in fleet.plans.items()}


def one(stack: PlannedStack, address: str) -> Mapping[str, Any]:
    return stack.resources[f"module.{address}"].values


def of_type(stack: PlannedStack, kind: str) -> dict[str, Mapping[str, Any]]:
    return {address: found.values for address, found in stack.resources.items() if found.type == kind}


def publishers(stack: PlannedStack) -> set[str]:
    """Find in a plan, not in the spec, which services will publish to the topic."""
    alarms = of_type(stack, "aws_cloudwatch_metric_alarm") | of_type(stack, "aws_cloudwatch_composite_alarm")
    budgets = of_type(stack, "aws_budgets_budget").values()
    found = {
        "events.amazonaws.com": bool(of_type(stack, "aws_cloudwatch_event_target")),
        "cloudwatch.amazonaws.com": any(
            alarm.get("alarm_actions") or alarm.get("ok_actions") for alarm in alarms.values()
        ),
        "budgets.amazonaws.com": any(
            alert.get("subscriber_sns_topic_arns") for budget in budgets for alert in budget["notification"]
        ),
    }
    return {service for service, publishes in found.items() if publishes}


def may_encrypt(policy: dict[str, Any], service: str, topic_arn: str) -> bool:
    """Tell whether a key's policy lets a service publish to the topic, with what KMS sees when it does."""
    context = {"kms:encryptioncontext:aws:sns:topicarn": topic_arn}
    if service != "events.amazonaws.com":
        # EventBridge sends neither: https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html
        context |= {"aws:sourceaccount": ACCOUNT, "aws:sourcearn": f"arn:aws:cloudwatch:eu-west-1:{ACCOUNT}:alarm:any"}
    calls = (Call(action, "*", service=service, context=context) for action in ("kms:Decrypt", "kms:GenerateDataKey"))
    return all(judge(policy, call) is Verdict.ALLOWED for call in calls)


@pytest.mark.parametrize("name", COMBINATIONS)
def test_every_publisher_to_an_encrypted_topic_is_in_its_keys_policy(
    planned: dict[str, PlannedStack], name: str
) -> None:
    stack = planned[name]
    keys = of_type(stack, "aws_kms_key")
    topic = one(stack, "notifications.aws_sns_topic.this")
    # An encrypted topic has the stack's own key; a topic of a stack without a key is not encrypted.
    assert topic.get("kms_master_key_id") == (UNKNOWN if keys else None)
    arn = f"arn:aws:sns:eu-west-1:{ACCOUNT}:{topic['name']}"
    for key in keys.values():
        policy = json.loads(key["policy"])
        able = {service for service in SERVICES if may_encrypt(policy, service, arn)}
        assert able == publishers(stack)


SERVICES: Final = ("budgets.amazonaws.com", "cloudwatch.amazonaws.com", "events.amazonaws.com", "sns.amazonaws.com")


def sources(name: str) -> dict[str, str]:
    """Return, for each service, what it would publish for."""
    return {
        "events.amazonaws.com": f"arn:aws:events:eu-west-1:{ACCOUNT}:rule/shop-{name}-builds",
        "cloudwatch.amazonaws.com": f"arn:aws:cloudwatch:eu-west-1:{ACCOUNT}:alarm:shop-{name}-main-failed-builds",
        "budgets.amazonaws.com": f"arn:aws:budgets::{ACCOUNT}:budget/shop-{name}",
        "sns.amazonaws.com": f"arn:aws:sns:eu-west-1:{ACCOUNT}:shop-{name}-builds",
    }


def judged(policy: str, action: str, service: str, source: str, *, secure: str = "true") -> bool:
    (statement,) = {str(one["Resource"]) for one in json.loads(policy)["Statement"]}
    context = {"aws:sourcearn": source, "aws:sourceaccount": source.split(":")[4], "aws:securetransport": secure}
    return judge(json.loads(policy), Call(action, statement, service=service, context=context)) is Verdict.ALLOWED


@pytest.mark.parametrize("name", COMBINATIONS)
def test_only_who_publishes_may_publish_over_tls_and_for_this_stack(
    planned: dict[str, PlannedStack], name: str
) -> None:
    policy = one(planned[name], "notifications.aws_sns_topic_policy.this")["policy"]
    able = {service for service, source in sources(name).items() if judged(policy, "sns:Publish", service, source)}
    assert able == publishers(planned[name])
    for service, source in sources(name).items():
        assert not judged(policy, "sns:Publish", service, source, secure="false")
        if service == "events.amazonaws.com":
            continue  # see the next test
        stranger = source.replace(ACCOUNT, "444455556666")
        assert not judged(policy, "sns:Publish", service, stranger)
        assert not judged(
            policy, "sns:Publish", service, source.replace(f"shop-{name}", "of-others").replace("budgets", "x")
        )


def test_eventbridge_is_let_in_without_a_condition_since_it_supports_none(planned: dict[str, PlannedStack]) -> None:
    """What AWS's pages say of conditions here differs; without one it works under each reading."""
    for stack in planned.values():
        for found in of_type(stack, "aws_sns_topic_policy").values():
            (statement,) = (one for one in json.loads(found["policy"])["Statement"] if one["Sid"] == "EventsPublish")
            assert statement["Principal"] == {"Service": "events.amazonaws.com"}
            assert "Condition" not in statement


def test_a_pipeline_that_fails_is_told_and_so_is_an_approval_that_expires(planned: dict[str, PlannedStack]) -> None:
    execution = one(planned["delivered"], 'notifications.aws_cloudwatch_event_rule.pipeline["execution"]')
    action = one(planned["delivered"], 'notifications.aws_cloudwatch_event_rule.pipeline["action"]')
    assert json.loads(execution["event_pattern"])["detail"] == {
        "pipeline": ["shop-delivered"],
        "state": ["FAILED", "STOPPED"],
    }
    pattern = json.loads(action["event_pattern"])
    assert pattern["source"] == ["aws.codepipeline"]
    assert pattern["detail"]["state"] == ["FAILED"]
    assert "Approval" in pattern["detail"]["type"]["category"]
    targets = of_type(planned["delivered"], "aws_cloudwatch_event_target")
    assert sum("notifications" in address for address in targets) == 3


def test_a_schedule_that_starts_nothing_is_told(planned: dict[str, PlannedStack]) -> None:
    alarm = one(planned["timed"], "schedule.aws_cloudwatch_metric_alarm.missed")
    assert (alarm["namespace"], alarm["metric_name"]) == ("AWS/Scheduler", "InvocationDroppedCount")
    assert alarm["dimensions"] == {"ScheduleGroup": "shop-timed"}
    assert "cloudwatch.amazonaws.com" in publishers(planned["timed"])
    policy = one(planned["timed"], "notifications.aws_sns_topic_policy.this")["policy"]
    source = f"arn:aws:cloudwatch:eu-west-1:{ACCOUNT}:alarm:{alarm['alarm_name']}"
    assert judged(policy, "sns:Publish", "cloudwatch.amazonaws.com", source)


@pytest.mark.parametrize("name", COMBINATIONS)
def test_the_dead_letter_queue_needs_no_key_and_takes_from_the_rule_alone(
    planned: dict[str, PlannedStack], name: str
) -> None:
    queue = one(planned[name], "notifications.aws_sqs_queue.undelivered")
    assert queue["sqs_managed_sse_enabled"] is True
    assert not queue.get("kms_master_key_id")
    policy = one(planned[name], "notifications.aws_sqs_queue_policy.undelivered")["policy"]
    able = {service for service, source in sources(name).items() if judged(policy, "sqs:SendMessage", service, source)}
    assert able == {"events.amazonaws.com"}


def test_the_dead_letter_queue_takes_what_the_topic_could_not_deliver_to_programs(
    planned: dict[str, PlannedStack],
) -> None:
    policy = one(planned["all-on"], "notifications.aws_sqs_queue_policy.undelivered")["policy"]
    found = sources("all-on")
    assert judged(policy, "sqs:SendMessage", "sns.amazonaws.com", found["sns.amazonaws.com"])
    assert judged(
        policy, "sqs:SendMessage", "events.amazonaws.com", found["events.amazonaws.com"].replace("builds", "phases")
    )
    assert not judged(policy, "sqs:SendMessage", "sns.amazonaws.com", f"arn:aws:sns:eu-west-1:{ACCOUNT}:of-others")


def test_the_rule_matches_the_chosen_states_of_the_chosen_builds(planned: dict[str, PlannedStack]) -> None:
    rule = one(planned["all-on"], "notifications.aws_cloudwatch_event_rule.builds")
    assert json.loads(rule["event_pattern"]) == {
        "source": ["aws.codebuild"],
        "detail-type": ["CodeBuild Build State Change"],
        "detail": {
            "build-status": ["FAILED", "FAULT", "IN_PROGRESS", "STOPPED", "SUCCEEDED", "TIMED_OUT"],
            "project-name": ["shop-all-on-main"],
        },
    }
    phases = json.loads(one(planned["all-on"], "notifications.aws_cloudwatch_event_rule.phases")["event_pattern"])
    assert phases["detail-type"] == ["CodeBuild Build Phase Change"]
    assert phases["detail"]["completed-phase-status"] == ["CLIENT_ERROR", "FAILED", "FAULT", "STOPPED", "TIMED_OUT"]


def test_a_message_is_lines_of_text_with_links_to_log_and_builds(planned: dict[str, PlannedStack]) -> None:
    target = one(planned["all-on"], "notifications.aws_cloudwatch_event_target.builds")
    (transformer,) = target["input_transformer"]
    lines = [json.loads(line) for line in transformer["input_template"].split("\n")]
    names = set(transformer["input_paths"])
    used = {word for line in lines for word in names if f"<{word}>" in line}
    assert used == names
    console = (
        f"https://console.aws.amazon.com/codesuite/codebuild/{ACCOUNT}/projects/<project>/history?region=eu-west-1"
    )
    assert f"All builds: {console}" in lines
    assert "Log: <log>" in lines
    assert transformer["input_paths"]["log"] == "$.detail.additional-information.logs.deep-link"
    china = one(planned["china"], "notifications.aws_cloudwatch_event_target.builds")
    assert "https://console.amazonaws.cn/" in china["input_transformer"][0]["input_template"]


def test_events_can_be_told_as_they_are(planned: dict[str, PlannedStack]) -> None:
    targets = of_type(planned["events"], "aws_cloudwatch_event_target")
    assert len(targets) == 2
    assert [target["input_transformer"] for target in targets.values()] == [[], []]


def test_events_are_tried_again_and_kept_when_they_cannot_be_delivered(planned: dict[str, PlannedStack]) -> None:
    for target in of_type(planned["all-on"], "aws_cloudwatch_event_target").values():
        (retry,) = target["retry_policy"]
        assert (retry["maximum_event_age_in_seconds"], retry["maximum_retry_attempts"]) == (7200, 10)
        assert target["dead_letter_config"] == [{"arn": UNKNOWN}]
    assert one(planned["all-on"], "notifications.aws_sqs_queue.undelivered")["message_retention_seconds"] == 7 * 86400
    alarm = one(planned["all-on"], "notifications.aws_cloudwatch_metric_alarm.undelivered")
    assert alarm["dimensions"] == {"QueueName": "shop-all-on-undelivered"}


def test_each_subscriber_is_subscribed_in_its_own_way(planned: dict[str, PlannedStack]) -> None:
    found = of_type(planned["all-on"], "aws_sns_topic_subscription").values()
    assert sorted((one["protocol"], one["endpoint"], bool(one.get("redrive_policy"))) for one in found) == [
        ("email", "builds@acme.example", False),
        ("email", "ops@acme.example", False),
        ("https", "https://hooks.acme.example/builds?team=shop", True),
        ("lambda", f"arn:aws:lambda:eu-west-1:{ACCOUNT}:function:messages:live", True),
        ("sqs", f"arn:aws:sqs:eu-west-1:{ACCOUNT}:messages", True),
    ]
    (permission,) = of_type(planned["all-on"], "aws_lambda_permission").values()
    assert (permission["principal"], permission["source_account"]) == ("sns.amazonaws.com", ACCOUNT)
    document = planned["all-on"].resources["module.notifications.data.aws_iam_policy_document.topic"]
    (subscribe,) = (one for one in statements(document) or [] if one.get("sid") == "OtherAccountsSubscribe")
    assert (subscribe["actions"], subscribe["principals"]) == (["sns:Subscribe"], {"AWS": ["444455556666"]})


def test_each_build_has_its_alarms_and_no_data_is_no_alarm(planned: dict[str, PlannedStack]) -> None:
    alarms = of_type(planned["all-on"], "aws_cloudwatch_metric_alarm")
    names = {alarm["alarm_name"] for alarm in alarms.values()}
    kinds = ("failed-builds", "failure-rate", "duration", "queued-duration")
    assert names == {
        *(f"shop-all-on-{build}-{kind}" for build in ("main", "docs-site") for kind in kinds),
        "shop-all-on-undelivered",
    }
    assert {alarm["treat_missing_data"] for alarm in alarms.values()} == {"notBreaching"}


def test_thresholds_and_periods_are_in_cloudwatchs_units(planned: dict[str, PlannedStack]) -> None:
    failed = one(planned["all-on"], 'alarms.aws_cloudwatch_metric_alarm.failed_builds["main"]')
    figures = ("threshold", "period", "evaluation_periods", "datapoints_to_alarm", "statistic", "comparison_operator")
    assert [failed[figure] for figure in figures] == [3, 600, 3, 2, "Sum", "GreaterThanOrEqualToThreshold"]
    queued = one(planned["all-on"], 'alarms.aws_cloudwatch_metric_alarm.queued_duration["main"]')
    assert (queued["threshold"], queued["period"], queued["statistic"]) == (300, 3600, "Maximum")


def test_a_build_is_long_after_four_fifths_of_its_own_timeout_unless_said(planned: dict[str, PlannedStack]) -> None:
    of_build = 'alarms.aws_cloudwatch_metric_alarm.duration["{}"]'
    assert one(planned["all-on"], of_build.format("main"))["threshold"] == 16 * 60
    assert one(planned["all-on"], of_build.format("docs-site"))["threshold"] == 48 * 60
    assert one(planned["chosen"], of_build.format("docs-site"))["threshold"] == 50 * 60
    assert len(of_type(planned["chosen"], "aws_cloudwatch_metric_alarm")) == 2


def test_the_failure_rate_is_of_the_builds_that_finished(planned: dict[str, PlannedStack]) -> None:
    rate = one(planned["all-on"], 'alarms.aws_cloudwatch_metric_alarm.failure_rate["main"]')
    queries = {query["id"]: query for query in rate["metric_query"]}
    assert rate["threshold"] == 25
    assert queries["rate"]["expression"] == "IF(finished >= 8, 100 * FILL(failed, 0) / finished, 0)"
    assert queries["finished"]["expression"] == "FILL(failed, 0) + FILL(succeeded, 0)"
    for name, metric in (("failed", "FailedBuilds"), ("succeeded", "SucceededBuilds")):
        (source,) = queries[name]["metric"]
        assert (source["metric_name"], source["stat"], source["period"]) == (metric, "Sum", 21600)
        assert source["dimensions"] == {"ProjectName": "shop-all-on-main"}
    assert [query["id"] for query in queries.values() if query["return_data"]] == ["rate"]


def test_recovery_is_told_only_where_it_is_asked_for(planned: dict[str, PlannedStack]) -> None:
    of_main = 'alarms.aws_cloudwatch_metric_alarm.failed_builds["main"]'
    assert one(planned["all-on"], of_main)["ok_actions"] == UNKNOWN
    quiet = one(planned["key-alarm-unwatched-free"], of_main)
    assert (quiet["alarm_actions"], quiet.get("ok_actions") or []) == (UNKNOWN, [])


def test_alarms_without_a_topic_tell_nobody(planned: dict[str, PlannedStack]) -> None:
    alarms = of_type(planned["silent"], "aws_cloudwatch_metric_alarm")
    assert len(alarms) == 4
    assert not any(alarm.get("alarm_actions") for alarm in alarms.values())
    assert not of_type(planned["silent"], "aws_sns_topic")


def test_a_composite_alarm_speaks_for_all_of_them_and_they_are_silent(planned: dict[str, PlannedStack]) -> None:
    stack = planned["chosen"]
    composite = one(stack, "alarms.aws_cloudwatch_composite_alarm.any")
    assert composite["alarm_rule"] == (
        'ALARM("shop-chosen-docs-site-failed-builds") OR ALARM("shop-chosen-docs-site-duration")'
    )
    assert (composite["alarm_actions"], composite["ok_actions"]) == (UNKNOWN, UNKNOWN)
    assert not any(alarm.get("alarm_actions") for alarm in of_type(stack, "aws_cloudwatch_metric_alarm").values())


def test_the_dashboard_draws_each_build_and_fits_its_grid(planned: dict[str, PlannedStack]) -> None:
    # With alarms that are not there yet, the body is known only after the apply; without them, it is now.
    (name,) = (name for name in COMBINATIONS if name.startswith("plain-quiet-unwatched-free"))
    dashboard = one(planned[name], "alarms.aws_cloudwatch_dashboard.this")
    widgets = json.loads(dashboard["dashboard_body"])["widgets"]
    lines = [line for widget in widgets for line in widget["properties"]["metrics"]]
    drawn = {(line[1], line[3]) for line in lines if isinstance(line[0], str)}
    metrics = ("Duration", "FailedBuilds", "QueuedDuration", "SucceededBuilds")
    assert drawn == {(metric, f"shop-{name}-{build}") for metric in metrics for build in ("docs-site", "main")}
    shares = [line[0] for line in lines if isinstance(line[0], dict)]
    assert sorted(share["id"] for share in shares) == ["share_docs_site", "share_main"]
    assert all(widget["x"] + widget["width"] <= 24 for widget in widgets)
    tiles = [
        (x, y) for w in widgets for x in range(w["x"], w["x"] + w["width"]) for y in range(w["y"], w["y"] + w["height"])
    ]
    assert len(tiles) == len(set(tiles))


def test_the_budget_counts_what_carries_the_environments_tags(planned: dict[str, PlannedStack]) -> None:
    budget = one(planned["all-on"], "budget.aws_budgets_budget.this")
    assert (budget["limit_amount"], budget["limit_unit"], budget["time_unit"]) == ("300", "USD", "MONTHLY")
    assert budget["cost_filter"] == [{"name": "TagKeyValue", "values": ["user:Environment$all-on", "user:Stack$shop"]}]
    found = sorted((one["notification_type"], one["threshold"]) for one in budget["notification"])
    assert found == [("ACTUAL", 50), ("ACTUAL", 100), ("FORECASTED", 110)]
    for alert in budget["notification"]:
        assert alert["subscriber_email_addresses"] == ["finance@acme.example"]
        assert alert["subscriber_sns_topic_arns"] == UNKNOWN


def test_a_budget_can_count_codebuild_or_the_whole_account(planned: dict[str, PlannedStack]) -> None:
    codebuild = one(planned["codebuild"], "budget.aws_budgets_budget.this")
    assert codebuild["cost_filter"] == [{"name": "Service", "values": ["CodeBuild"]}]
    assert one(planned["account"], "budget.aws_budgets_budget.this").get("cost_filter") == UNKNOWN
    assert one(planned["china"], "budget.aws_budgets_budget.this")["limit_unit"] == "CNY"


def test_what_is_switched_off_leaves_nothing(planned: dict[str, PlannedStack]) -> None:
    modules = {address.split(".")[1] for address in planned["off"].resources if address.startswith("module.")}
    assert not modules & {"notifications", "alarms", "budget"}


@pytest.mark.parametrize("name", [*VARIANTS, *COMBINATIONS])
def test_whatever_can_have_tags_has_them(planned: dict[str, PlannedStack], name: str) -> None:
    tagged = {"aws_sns_topic", "aws_sqs_queue", "aws_cloudwatch_event_rule", "aws_cloudwatch_metric_alarm"}
    tagged |= {"aws_cloudwatch_composite_alarm", "aws_budgets_budget"}
    for address, found in planned[name].resources.items():
        if found.type in tagged:
            assert found.values["tags"] == {
                "CostCenter": "1", "Environment": name, "ManagedBy": "tfstencil", "Owner": "team", "Stack": "shop",
            }, address  # fmt: skip
