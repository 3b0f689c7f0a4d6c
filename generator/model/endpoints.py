"""Where messages can be sent, as a spec writes it."""

from __future__ import annotations

from typing import Annotated, Final

from generator.model.types import Text

_ARN: Final = r"arn:aws[a-z-]*"
_HOST: Final = r"[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?(?:\.[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?)+"

Email = Annotated[
    str, Text(rf"[A-Za-z0-9_'+%-]+(?:\.[A-Za-z0-9_'+%-]+)*@{_HOST}", "an e-mail address such as builds@acme.example")
]
# Without user and password: both would stand in the plan and in the state.
HttpsUrl = Annotated[
    str,
    Text(
        rf"https://{_HOST}(?::[0-9]{{1,5}})?(?:/[A-Za-z0-9._~:/?&=%+,;@!$()*-]*)?",
        "an https address such as https://hooks.acme.example/builds, without user and password",
        longest=2048,
    ),
]
QueueArn = Annotated[
    str,
    Text(
        rf"{_ARN}:sqs:[a-z0-9-]+:[0-9]{{12}}:[A-Za-z0-9_-]{{1,80}}",
        "the ARN of a standard SQS queue, such as arn:aws:sqs:us-east-1:111122223333:messages",
        longest=512,
    ),
]
FunctionArn = Annotated[
    str,
    Text(
        rf"{_ARN}:lambda:[a-z0-9-]+:[0-9]{{12}}:function:[A-Za-z0-9_-]{{1,64}}(?::[A-Za-z0-9_-]{{1,128}})?",
        "the ARN of a Lambda function, such as arn:aws:lambda:us-east-1:111122223333:function:on-build",
        longest=512,
    ),
]
