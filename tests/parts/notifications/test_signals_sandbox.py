"""Notifications, alarms, budget and traces in the sandbox: applied, read back, tampered with, updated, destroyed."""

from __future__ import annotations

import io
import json
import zipfile
from typing import TYPE_CHECKING, Any, Final

import pytest

from generator.model.loading.load import load_environment
from generator.model.names import Names
from generator.parts.framework.stack import derive
from generator.readback.left_over import left_over
from generator.readback.read_back import read_back
from generator.rendering.engine import TemplateEngine
from generator.rendering.render import render_stack
from generator.terraform.mode import Mode
from generator.terraform.stack import open_stack

if TYPE_CHECKING:
    from collections.abc import Callable

    from generator.model.loading.load import Environment
    from generator.sandbox.control import SandboxInfo
    from generator.terraform.stack import TerraformStack
    from generator.workspace import Workspace

    Aws = Callable[..., Any]

pytestmark = [pytest.mark.terraform, pytest.mark.slow]

BASE: Final = """\
class: dev
stack: shop
region: us-east-1
account: "{account}"
tags: {{Owner: team, CostCenter: "1"}}
source: {{type: github, repository: https://github.com/acme-platform/shop}}
builds:
  main: {{runtime: {{nodejs: 22}}, phases: {{build: [npm test]}}}}
  docs-site: {{runtime: {{nodejs: 22}}, timeout: 1h}}
encryption: {{}}
"""
FIRST: Final = """\
notifications:
  statuses: [FAILED, STOPPED, SUCCEEDED]
  phases: [FAILED]
  email: [builds@acme.example]
  sqs: ["arn:aws:sqs:us-east-1:{account}:messages"]
  lambda: ["arn:aws:lambda:us-east-1:{account}:function:messages"]
  subscriber_accounts: ["444455556666"]
  alarm_on_undelivered: true
alarms:
  failed_builds: {{}}
  failure_rate: {{}}
  duration: {{threshold: 10m}}
  queued_duration: {{}}
  composite: true
  notify_recovery: true
  dashboard: {{}}
budget: {{amount: 50, email: [finance@acme.example]}}
tracing: {{sampling_percent: 25}}
"""
SECOND: Final = """\
notifications:
  statuses: [FAILED]
  phases: [FAILED, STOPPED]
  email: [builds@acme.example]
  sqs: ["arn:aws:sqs:us-east-1:{account}:messages"]
  lambda: ["arn:aws:lambda:us-east-1:{account}:function:messages"]
  retry_for: 1h
  keep_undelivered_days: 4
  message: event
  alarm_on_undelivered: true
alarms:
  failed_builds: {{threshold: 2, period: 15m}}
  failure_rate: {{threshold: 20}}
  duration: {{}}
  queued_duration: {{}}
  composite: true
  dashboard: {{period: 5m}}
budget: {{amount: 60, actual: [50, 80], email: [finance@acme.example]}}
tracing: {{sampling_percent: 50, insights: true, collector: false}}
"""

LOST_BY_THE_TARGET: Final = {
    *("EventBridge undelivered goes to", "EventBridge message"),
    *("EventBridge tried for (seconds)", "EventBridge tried again"),
}


@pytest.fixture
def subscribers(aws: Aws) -> Callable[[], None]:
    """Make what is subscribed and belongs to somebody else; returns what takes it away again."""
    queue = aws("sqs").create_queue(QueueName="messages")["QueueUrl"]
    trust = {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
    document = json.dumps({"Version": "2012-10-17", "Statement": [trust]})
    role = aws("iam").create_role(RoleName="messages", AssumeRolePolicyDocument=document)["Role"]["Arn"]
    code = io.BytesIO()
    with zipfile.ZipFile(code, "w") as archive:
        archive.writestr("index.py", "def handler(event, context): ...\n")
    aws("lambda").create_function(
        FunctionName="messages",
        Runtime="python3.12",
        Role=role,
        Handler="index.handler",
        Code={"ZipFile": code.getvalue()},
    )

    def gone() -> None:
        aws("lambda").delete_function(FunctionName="messages")
        aws("iam").delete_role(RoleName="messages")
        aws("sqs").delete_queue(QueueUrl=queue)

    return gone


class Live:
    """One environment, rendered and applied as a user would."""

    def __init__(self, workspace: Workspace, endpoint: str, account: str) -> None:
        self.workspace = workspace
        self.endpoint = endpoint
        self.account = account

    def apply(self, addition: str) -> dict[str, set[str]]:
        """Apply a spec; returns the addresses by what was done to them."""
        text = (BASE + addition).format(account=self.account)
        self.workspace.spec_path("live").write_text(text)
        files = render_stack(TemplateEngine(self.workspace.template_folders), derive(self.environment))
        for path, content in files.items():
            file = self.workspace.modules_out / "live" / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(content, encoding="utf-8")
        planned = self.stack.plan()
        self.stack.apply(planned)
        done: dict[str, set[str]] = {}
        for change in planned.plan.resources:
            if change.mode == "managed":
                done.setdefault("/".join(change.actions), set()).add(change.address)
        return done

    @property
    def environment(self) -> Environment:
        return load_environment(self.workspace, "live")

    @property
    def stack(self) -> TerraformStack:
        return open_stack(
            self.workspace, "live", Mode.SANDBOX, account=self.account, region="us-east-1", endpoint=self.endpoint
        )

    def wrong(self) -> set[str]:
        checks = read_back(self.endpoint, self.environment)
        return {f"{check.subject.split()[0]} {check.aspect}" for check in checks if not check.ok}


@pytest.fixture
def live(sandbox: SandboxInfo, workspace_of: Callable[..., Workspace], account: str) -> Live:
    return Live(workspace_of({}), sandbox.endpoint, account)


def test_everything_is_applied_read_back_updated_in_place_and_destroyed_without_a_trace(
    live: Live, subscribers: Callable[[], None], aws: Aws
) -> None:
    assert set(live.apply(FIRST)) == {"create"}
    assert live.wrong() == set()
    assert not live.stack.plan().has_changes

    tamper(aws, live)
    assert set(live.apply(FIRST)) - {"no-op"} <= {"create", "update"}
    # The provider does not miss a block that a target has lost.
    assert live.wrong() == LOST_BY_THE_TARGET

    done = live.apply(SECOND)
    # Nothing is replaced; only the permission of another account, a statement of a policy, goes with the key that had it.
    assert set(done) <= {"no-op", "update"}
    assert {address.split(".")[2] for address in done["update"]} == {
        *(
            "aws_budgets_budget",
            "aws_cloudwatch_composite_alarm",
            "aws_cloudwatch_dashboard",
            "aws_cloudwatch_event_rule",
        ),
        *(
            "aws_cloudwatch_event_target",
            "aws_cloudwatch_metric_alarm",
            "aws_codebuild_project",
            "aws_sns_topic_policy",
        ),
        *("aws_sqs_queue", "aws_xray_group", "aws_xray_sampling_rule"),
    }
    assert live.wrong() == set()
    assert not live.stack.plan().has_changes

    live.stack.destroy()
    subscribers()
    assert left_over(live.endpoint, live.account, "us-east-1") == []


def tamper(aws: Aws, live: Live) -> None:
    """Change one thing after the other behind Terraform's back; each shows, and nothing else."""
    names = Names.of("live", live.environment.spec)
    topic, alarm = names.arn("sns", names.topic), names.alarm("main", "failed_builds")
    sns, events, sqs, cloudwatch, budgets, xray = (
        aws(service) for service in ("sns", "events", "sqs", "cloudwatch", "budgets", "xray")
    )
    wide = {"Effect": "Allow", "Principal": "*", "Action": "sns:Publish", "Resource": topic}
    open_policy = json.dumps({"Version": "2012-10-17", "Statement": [wide]})
    queue = sqs.get_queue_url(QueueName=names.undelivered)["QueueUrl"]
    subscriptions = sns.list_subscriptions_by_topic(TopicArn=topic)["Subscriptions"]
    (by_queue,) = (one["SubscriptionArn"] for one in subscriptions if one["Protocol"] == "sqs")
    pattern = {"source": ["aws.codebuild"], "detail": {"build-status": ["SUCCEEDED"]}}
    at_budget = {"AccountId": names.account, "BudgetName": names.prefix}
    (notification,) = (
        one
        for one in budgets.describe_notifications_for_budget(**at_budget)["Notifications"]
        if one["NotificationType"] == "ACTUAL"
    )
    target = events.list_targets_by_rule(Rule=names.topic)["Targets"][0]
    tampered: list[tuple[Callable[..., Any], dict[str, Any], set[str]]] = [
        (
            sns.set_topic_attributes,
            {"TopicArn": topic, "AttributeName": "Policy", "AttributeValue": open_policy},
            {"SNS strangers, or plain HTTP, may publish"},
        ),
        (
            sns.set_topic_attributes,
            {"TopicArn": topic, "AttributeName": "KmsMasterKeyId", "AttributeValue": "alias/aws/sns"},
            {"SNS encryption key"},
        ),
        (sns.untag_resource, {"ResourceArn": topic, "TagKeys": ["Owner"]}, {"SNS tags"}),
        (sns.unsubscribe, {"SubscriptionArn": by_queue}, {"SNS sqs subscribers"}),
        (events.disable_rule, {"Name": names.phase_rule}, {"EventBridge state"}),
        (
            events.put_rule,
            {"Name": names.topic, "EventPattern": json.dumps(pattern)},
            {"EventBridge event", "EventBridge projects", "EventBridge states"},
        ),
        (
            events.put_targets,
            {"Rule": names.topic, "Targets": [{"Id": target["Id"], "Arn": topic}]},
            LOST_BY_THE_TARGET,
        ),
        (
            sqs.set_queue_attributes,
            {"QueueUrl": queue, "Attributes": {"MessageRetentionPeriod": "60", "SqsManagedSseEnabled": "false"}},
            {"SQS keeps (seconds)", "SQS encrypted"},
        ),
        (
            cloudwatch.put_metric_alarm,
            {
                "AlarmName": alarm,
                "Namespace": "AWS/CodeBuild",
                "MetricName": "Builds",
                "Statistic": "Sum",
                "Period": 60,
                "EvaluationPeriods": 1,
                "Threshold": 9,
                "AlarmActions": [topic],
                "ComparisonOperator": "GreaterThanThreshold",
                "Dimensions": [{"Name": "ProjectName", "Value": names.projects["docs-site"]}],
            },
            {
                *("alarm metrics", "alarm project", "alarm threshold", "alarm period (seconds)"),
                *("alarm without data", "alarm tells", "alarm periods over the threshold, and looked at"),
            },
        ),
        (cloudwatch.delete_dashboards, {"DashboardNames": [f"{names.prefix}-builds"]}, {"dashboard exists"}),
        (
            budgets.delete_notification,
            {**at_budget, "Notification": notification},
            {"budget alerts, actual (%)"},
        ),
        (
            xray.update_sampling_rule,
            {"SamplingRuleUpdate": {"RuleName": names.prefix, "FixedRate": 1.0}},
            {"X-Ray keeps (share)"},
        ),
        (xray.update_group, {"GroupName": names.prefix, "FilterExpression": 'service("x")'}, {"X-Ray shows"}),
    ]
    before: set[str] = set()
    for call, arguments, expected in tampered:
        call(**arguments)
        after = live.wrong()
        assert after - before == expected, arguments
        before = after
