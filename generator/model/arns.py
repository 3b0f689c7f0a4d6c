"""ARNs of things that exist already: which service, which kind."""

from __future__ import annotations

from typing import Annotated, Final

from generator.model.types import Text

_LONGEST: Final = 2048


def arn(service: str, resource: str, meaning: str) -> Text:
    """Return the annotation of a field that holds the full ARN of a regional resource.

    Args:
        service: regular expression of the service's part.
        resource: regular expression of all that follows the account.
        meaning: ends the sentence "must be the ARN of …".
    """
    return Text(
        rf"arn:aws[a-z-]*:{service}:[a-z0-9-]+:[0-9]{{12}}:{resource}", f"the ARN of {meaning}", longest=_LONGEST
    )


# Connections that were made before 2024 keep the service's former name.
ConnectionArn = Annotated[
    str, arn("(?:codeconnections|codestar-connections)", "connection/[A-Za-z0-9-]+", "a connection of CodeConnections")
]
HostArn = Annotated[
    str, arn("(?:codeconnections|codestar-connections)", "host/[A-Za-z0-9-]+", "a host of CodeConnections")
]
SecretArn = Annotated[
    str,
    arn(
        "secretsmanager",
        "secret:[A-Za-z0-9/_+=.@-]+-[A-Za-z0-9]{6}",
        "a secret in Secrets Manager, with its last six characters",
    ),
]
QueueArn = Annotated[str, arn("sqs", "[A-Za-z0-9_-]{1,80}", "a queue of SQS (not a FIFO one)")]
RoleArn = Annotated[
    str,
    Text(r"arn:aws[a-z-]*:iam::[0-9]{12}:role/[A-Za-z0-9_+=,.@/-]+", "the ARN of an IAM role", longest=_LONGEST),
]
RepositoryArn = Annotated[
    str,
    arn("ecr", "repository/[a-z0-9]+(?:[._-][a-z0-9]+)*(?:/[a-z0-9]+(?:[._-][a-z0-9]+)*)*", "a repository of ECR"),
]
TopicArn = Annotated[str, arn("sns", "[A-Za-z0-9_-]{1,256}", "a topic of SNS (not a FIFO one)")]
FleetArn = Annotated[str, arn("codebuild", "fleet/[A-Za-z0-9_:-]+", "a fleet of CodeBuild")]
