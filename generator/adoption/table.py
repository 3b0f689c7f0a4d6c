"""Every type of resource that we render: how one that exists is taken over, or why none is looked for.

The identifiers are those of the provider's documentation, in the section "Import" of each resource; a test takes over
resources of these types in the sandbox.
"""

from __future__ import annotations

import json
from operator import itemgetter
from typing import TYPE_CHECKING, Any, Final

from generator.adoption.importable import Importable, always

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from generator.readback.clients import Clients

    Values = Mapping[str, Any]
    Holds = Callable[[Mapping[str, Any], Values], object]


def _has(key: str) -> Holds:
    """Return a check of an answer: something stands at `key`, which has dots where it is nested."""

    def holds(answer: Mapping[str, Any], _: Values) -> object:
        found: Any = answer
        for part in key.split("."):
            found = (found or {}).get(part)
        return found

    return holds


def _named(items: str, field: str, attribute: str) -> Holds:
    """Return a check of an answer: one of its items bears the name that is looked for."""

    def holds(answer: Mapping[str, Any], values: Values) -> object:
        return any(item[field] == values[attribute] for item in answer[items])

    return holds


def _of_bucket(operation: str, holds: Holds = always) -> Importable:
    arguments = {"Bucket": "{bucket}"}
    return Importable("{bucket}", "s3", operation, arguments, holds)


def _webhook(answer: Mapping[str, Any], _: Values) -> object:
    return any(project.get("webhook") for project in answer["projects"])


def _notification(answer: Mapping[str, Any], _: Values) -> object:
    return answer.keys() - {"ResponseMetadata"}


def _statement(answer: Mapping[str, Any], values: Values) -> object:
    return any(each.get("Sid") == values["statement_id"] for each in json.loads(answer["Policy"])["Statement"])


def _fleet(clients: Clients, values: Values) -> str | None:
    answer = clients.ask("codebuild", "batch_get_fleets", names=[values["name"]]) or {}
    return next((fleet["arn"] for fleet in answer.get("fleets", [])), None)


def _connection(clients: Clients, values: Values) -> str | None:
    found = clients.ask_all("codeconnections", "list_connections", "Connections")
    return next((each["ConnectionArn"] for each in found if each["ConnectionName"] == values["name"]), None)


def _subscription(clients: Clients, values: Values) -> str | None:
    found = clients.ask_all("sns", "list_subscriptions_by_topic", "Subscriptions", TopicArn=values["topic_arn"])
    same = (each for each in found if (each["Protocol"], each["Endpoint"]) == (values["protocol"], values["endpoint"]))
    # One that nobody has confirmed yet has no ARN of its own.
    return next((each["SubscriptionArn"] for each in same if each["SubscriptionArn"].startswith("arn:")), None)


def _queue(clients: Clients, values: Values) -> str | None:
    answer = clients.ask("sqs", "get_queue_url", QueueName=values["name"])
    return str(answer["QueueUrl"]) if answer else None


def _trace_group(clients: Clients, values: Values) -> str | None:
    groups = clients.ask_all("xray", "get_groups", "Groups")
    return next((each["GroupARN"] for each in groups if each["GroupName"] == values["group_name"]), None)


def _trace_rule(clients: Clients, values: Values) -> str | None:
    records = map(itemgetter("SamplingRule"), clients.ask_all("xray", "get_sampling_rules", "SamplingRuleRecords"))
    return next((each["RuleName"] for each in records if each["RuleName"] == values["rule_name"]), None)


def _key(clients: Clients, values: Values) -> str | None:
    aliases = clients.ask_all("kms", "list_aliases", "Aliases")
    return next((each.get("TargetKeyId") for each in aliases if each["AliasName"] == values["alias"]), None)


def _alias(clients: Clients, values: Values) -> str | None:
    return values["name"] if _key(clients, {"alias": values["name"]}) else None


def _security_group(clients: Clients, values: Values) -> str | None:
    wanted = {"group-name": values["name"], "vpc-id": values["vpc_id"]}
    filters = [{"Name": name, "Values": [value]} for name, value in wanted.items()]
    found = clients.ask_all("ec2", "describe_security_groups", "SecurityGroups", Filters=filters)
    return next((each["GroupId"] for each in found), None)


_ARN: Final = "arn:{partition}:"
_OF_PLACE: Final = ":{region}:{account}:"

TABLE: Final[Mapping[str, Importable]] = {
    "aws_budgets_budget": Importable(
        "{account}:{name}", "budgets", "describe_budget", {"AccountId": "{account}", "BudgetName": "{name}"}
    ),
    "aws_cloudwatch_composite_alarm": Importable(
        "{alarm_name}",
        "cloudwatch",
        "describe_alarms",
        {"AlarmNames": ["{alarm_name}"], "AlarmTypes": ["CompositeAlarm"]},
        _has("CompositeAlarms"),
    ),
    "aws_cloudwatch_dashboard": Importable(
        "{dashboard_name}", "cloudwatch", "get_dashboard", {"DashboardName": "{dashboard_name}"}
    ),
    "aws_cloudwatch_event_rule": Importable("{name}", "events", "describe_rule", {"Name": "{name}"}),
    "aws_cloudwatch_event_target": Importable(
        "{rule}/{target_id}",
        "events",
        "list_targets_by_rule",
        {"Rule": "{rule}"},
        _named("Targets", "Id", "target_id"),
    ),
    "aws_cloudwatch_log_data_protection_policy": Importable(
        "{log_group_name}",
        "logs",
        "get_data_protection_policy",
        {"logGroupIdentifier": "{log_group_name}"},
        _has("policyDocument"),
    ),
    "aws_cloudwatch_log_group": Importable(
        "{name}",
        "logs",
        "describe_log_groups",
        {"logGroupNamePrefix": "{name}"},
        _named("logGroups", "logGroupName", "name"),
    ),
    "aws_cloudwatch_metric_alarm": Importable(
        "{alarm_name}", "cloudwatch", "describe_alarms", {"AlarmNames": ["{alarm_name}"]}, _has("MetricAlarms")
    ),
    "aws_codebuild_fleet": Importable(
        "{arn}", "codebuild", "batch_get_fleets", {"names": ["{arn}"]}, _has("fleets"), _fleet
    ),
    "aws_codebuild_project": Importable(
        "{name}", "codebuild", "batch_get_projects", {"names": ["{name}"]}, _has("projects")
    ),
    "aws_codebuild_report_group": Importable(
        f"{_ARN}codebuild{_OF_PLACE}report-group/{{name}}",
        "codebuild",
        "batch_get_report_groups",
        {"reportGroupArns": [f"{_ARN}codebuild{_OF_PLACE}report-group/{{name}}"]},
        _has("reportGroups"),
    ),
    "aws_codebuild_webhook": Importable(
        "{project_name}", "codebuild", "batch_get_projects", {"names": ["{project_name}"]}, _webhook
    ),
    "aws_codeconnections_connection": Importable(
        "{arn}", "codeconnections", "get_connection", {"ConnectionArn": "{arn}"}, find=_connection
    ),
    "aws_codepipeline": Importable("{name}", "codepipeline", "get_pipeline", {"name": "{name}"}),
    "aws_ecr_lifecycle_policy": Importable(
        "{repository}", "ecr", "get_lifecycle_policy", {"repositoryName": "{repository}"}
    ),
    "aws_ecr_repository": Importable("{name}", "ecr", "describe_repositories", {"repositoryNames": ["{name}"]}),
    "aws_ecr_repository_policy": Importable(
        "{repository}", "ecr", "get_repository_policy", {"repositoryName": "{repository}"}
    ),
    "aws_iam_policy": Importable(
        f"{_ARN}iam::{{account}}:policy/{{name}}",
        "iam",
        "get_policy",
        {"PolicyArn": f"{_ARN}iam::{{account}}:policy/{{name}}"},
    ),
    "aws_iam_role": Importable("{name}", "iam", "get_role", {"RoleName": "{name}"}),
    "aws_iam_role_policy": Importable(
        "{role}:{name}", "iam", "get_role_policy", {"RoleName": "{role}", "PolicyName": "{name}"}
    ),
    "aws_iam_role_policy_attachment": Importable(
        "{role}/{policy_arn}",
        "iam",
        "list_attached_role_policies",
        {"RoleName": "{role}"},
        _named("AttachedPolicies", "PolicyArn", "policy_arn"),
    ),
    "aws_kms_alias": Importable("{name}", "kms", "describe_key", {"KeyId": "{name}"}, find=_alias),
    "aws_kms_key": Importable("{key_id}", "kms", "describe_key", {"KeyId": "{key_id}"}, find=_key),
    "aws_lambda_permission": Importable(
        "{function_name}/{statement_id}", "lambda", "get_policy", {"FunctionName": "{function_name}"}, _statement
    ),
    "aws_s3_bucket": _of_bucket("get_bucket_location"),
    "aws_s3_bucket_lifecycle_configuration": _of_bucket("get_bucket_lifecycle_configuration"),
    "aws_s3_bucket_logging": _of_bucket("get_bucket_logging", _has("LoggingEnabled")),
    "aws_s3_bucket_notification": _of_bucket("get_bucket_notification_configuration", _notification),
    "aws_s3_bucket_ownership_controls": _of_bucket("get_bucket_ownership_controls"),
    "aws_s3_bucket_policy": _of_bucket("get_bucket_policy"),
    "aws_s3_bucket_public_access_block": _of_bucket("get_public_access_block"),
    "aws_s3_bucket_server_side_encryption_configuration": _of_bucket("get_bucket_encryption"),
    "aws_s3_bucket_versioning": _of_bucket("get_bucket_versioning", _has("Status")),
    "aws_scheduler_schedule": Importable(
        "{group_name}/{name}", "scheduler", "get_schedule", {"GroupName": "{group_name}", "Name": "{name}"}
    ),
    "aws_scheduler_schedule_group": Importable("{name}", "scheduler", "get_schedule_group", {"Name": "{name}"}),
    "aws_security_group": Importable(
        "{group_id}", "ec2", "describe_security_groups", {"GroupIds": ["{group_id}"]}, find=_security_group
    ),
    "aws_sns_topic": Importable(
        f"{_ARN}sns{_OF_PLACE}{{name}}", "sns", "get_topic_attributes", {"TopicArn": f"{_ARN}sns{_OF_PLACE}{{name}}"}
    ),
    "aws_sns_topic_policy": Importable("{arn}", "sns", "get_topic_attributes", {"TopicArn": "{arn}"}),
    "aws_sns_topic_subscription": Importable(
        "{arn}", "sns", "get_subscription_attributes", {"SubscriptionArn": "{arn}"}, find=_subscription
    ),
    "aws_sqs_queue": Importable("{url}", "sqs", "get_queue_attributes", {"QueueUrl": "{url}"}, find=_queue),
    "aws_sqs_queue_policy": Importable(
        "{queue_url}",
        "sqs",
        "get_queue_attributes",
        {"QueueUrl": "{queue_url}", "AttributeNames": ["Policy"]},
        _has("Attributes.Policy"),
    ),
    "aws_xray_group": Importable("{arn}", "xray", "get_group", {"GroupARN": "{arn}"}, find=_trace_group),
    "aws_xray_sampling_rule": Importable(
        "{rule_name}",
        "xray",
        "get_sampling_rules",
        holds=lambda answer, values: any(
            each["SamplingRule"]["RuleName"] == values["rule_name"] for each in answer["SamplingRuleRecords"]
        ),
        find=_trace_rule,
    ),
}

_NETWORK: Final = "a network that exists is named by network.vpc, and a stack makes none beside it"
# Types of which none is looked for, and why.
NOT_LOOKED_FOR: Final[Mapping[str, str]] = {
    **dict.fromkeys(
        (
            *("aws_default_security_group", "aws_eip", "aws_flow_log", "aws_internet_gateway", "aws_nat_gateway"),
            *("aws_route", "aws_route_table", "aws_route_table_association", "aws_subnet", "aws_vpc"),
            *("aws_vpc_endpoint", "aws_vpc_security_group_ingress_rule"),
        ),
        _NETWORK,
    ),
    "aws_vpc_security_group_egress_rule": "AWS knows its rules by numbers alone; one that is there twice is refused",
    "aws_codebuild_source_credential": "AWS tells nobody the token that it holds; it is written again",
    "terraform_data": "it is in the state alone",
}
