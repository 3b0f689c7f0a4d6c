"""What exists of part `notifications`, and how it is taken over: topics, queues and who may call."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from generator.adoption.importable import ARN, OF_PLACE, Importable, has

if TYPE_CHECKING:
    from collections.abc import Mapping

    from generator.adoption.importable import Imports, Values
    from generator.readback.clients import Clients


def _statement(answer: Mapping[str, Any], values: Values) -> object:
    return any(each.get("Sid") == values["statement_id"] for each in json.loads(answer["Policy"])["Statement"])


def _subscription(clients: Clients, values: Values) -> str | None:
    found = clients.ask_all("sns", "list_subscriptions_by_topic", "Subscriptions", TopicArn=values["topic_arn"])
    same = (each for each in found if (each["Protocol"], each["Endpoint"]) == (values["protocol"], values["endpoint"]))
    # One that nobody has confirmed yet has no ARN of its own.
    return next((each["SubscriptionArn"] for each in same if each["SubscriptionArn"].startswith("arn:")), None)


def _queue(clients: Clients, values: Values) -> str | None:
    answer = clients.ask("sqs", "get_queue_url", QueueName=values["name"])
    return str(answer["QueueUrl"]) if answer else None


IMPORTS: Final[Imports] = {
    "aws_lambda_permission": Importable(
        "{function_name}/{statement_id}", "lambda", "get_policy", {"FunctionName": "{function_name}"}, _statement
    ),
    "aws_sns_topic": Importable(
        f"{ARN}sns{OF_PLACE}{{name}}", "sns", "get_topic_attributes", {"TopicArn": f"{ARN}sns{OF_PLACE}{{name}}"}
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
        has("Attributes.Policy"),
    ),
}
