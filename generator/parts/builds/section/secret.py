"""References to secrets."""

from __future__ import annotations

from pydantic import Field

from generator.model.section import Section
from generator.model.types import JsonKey, KeyArn, ParameterName, SecretId


class Secret(Section):
    """Reference to a secret: resolved by CodeBuild at build time, never part of the plan or the state."""

    secrets_manager: SecretId | None = Field(
        default=None,
        description="Name or ARN of a secret in Secrets Manager; of another account, the full ARN.",
        examples=["nodejs-microservice/npm"],
    )
    json_key: JsonKey | None = Field(
        default=None, description="Key inside the secret's JSON; only with secrets_manager.", examples=["token"]
    )
    parameter: ParameterName | None = Field(
        default=None, description="Name of an SSM parameter.", examples=["/nodejs-microservice/npm-token"]
    )
    kms_key: KeyArn | None = Field(
        default=None,
        description="Key that encrypts it, where that is not AWS's own: the build may then decrypt with it. A secret "
        "of another account always has one.",
        examples=["arn:aws:kms:us-east-1:444455556666:key/11111111-2222-3333-4444-555555555555"],
    )
