"""Messages about the builds."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from generator.model.arns import TopicArn
from generator.model.endpoints import Email, FunctionArn, HttpsUrl, QueueArn
from generator.model.section import Replaceable
from generator.model.types import AccountId, BuildName, Duration

BuildStatus = Literal["FAILED", "STOPPED", "SUCCEEDED", "IN_PROGRESS"]
PhaseStatus = Literal["FAILED", "STOPPED", "SUCCEEDED"]


class Notifications(Replaceable):
    """An SNS topic for messages about the builds, the events that reach it, and who hears them."""

    names_existing: ClassVar[str] = "topic_arn"
    of_made: ClassVar[frozenset[str]] = frozenset(
        {"email", "https", "https_auto_confirms", "sqs", "lambda", "subscriber_accounts"}
    )

    topic_arn: TopicArn | None = Field(
        default=None,
        description="A topic that exists, in place of one that the stack makes; nothing of it is changed, and who "
        "hears the messages is its owner's business. README.md says what its policy must allow.",
        examples=["arn:aws:sns:us-east-1:111122223333:acme-builds"],
    )

    statuses: list[BuildStatus] = Field(
        default=["FAILED", "STOPPED"],
        min_length=1,
        description="States of a build that are announced. FAILED includes builds that timed out or met a fault.",
        examples=[["FAILED", "STOPPED", "SUCCEEDED"]],
    )
    phases: list[PhaseStatus] = Field(
        default_factory=list,
        description="States in which single phases end that are announced as well; by default none.",
        examples=[["FAILED"]],
    )
    builds: list[BuildName] | None = Field(
        default=None, min_length=1, description="Builds that are announced; by default all.", examples=[["main"]]
    )
    message: Literal["text", "event"] = Field(
        default="text",
        description="`text` for people, with links to the log and to the builds; `event` is EventBridge's own JSON, "
        "for programs and for Amazon Q Developer in chat applications.",
    )
    email: list[Email] = Field(
        default_factory=list,
        description="Addresses that get the messages, each once its owner has confirmed the mail that SNS sends first.",
        examples=[["builds@acme.example"]],
    )
    https: list[HttpsUrl] = Field(
        default_factory=list,
        description="Addresses that SNS posts the messages to, once they have confirmed the subscription.",
        examples=[["https://hooks.acme.example/builds"]],
    )
    https_auto_confirms: bool = Field(
        default=False,
        description="Whether the https addresses confirm by themselves, as PagerDuty's do; Terraform waits for it.",
    )
    sqs: list[QueueArn] = Field(
        default_factory=list,
        description="Standard queues of the account; their policies must let the topic send.",
        examples=[["arn:aws:sqs:us-east-1:111122223333:build-messages"]],
    )
    functions: list[FunctionArn] = Field(
        alias="lambda",
        default_factory=list,
        description="Lambda functions of the account; the permission to be called by the topic is added to them.",
        examples=[["arn:aws:lambda:us-east-1:111122223333:function:build-messages"]],
    )
    subscriber_accounts: list[AccountId] = Field(
        default_factory=list,
        description="Other accounts that may subscribe to the topic from their side.",
        examples=[["444455556666"]],
    )
    retry_for: Annotated[int, Duration("1m", "24h")] = Field(
        default=1440, description="How long EventBridge tries to deliver an event to the topic.", examples=["24h"]
    )
    retries: Annotated[int, Field(ge=0, le=185)] = Field(
        default=185, description="How often EventBridge tries again within that time."
    )
    keep_undelivered_days: Annotated[int, Field(ge=1, le=14)] = Field(
        default=14, description="Days for which the dead-letter queue keeps what could not be delivered."
    )
    alarm_on_undelivered: bool = Field(
        default=False, description="Whether an alarm tells the topic that the dead-letter queue is not empty."
    )
