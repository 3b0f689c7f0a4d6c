"""How CodeBuild signs in at the server that holds the code."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from generator.model.arns import ConnectionArn, HostArn, SecretArn
from generator.model.section import Section
from generator.model.types import ConnectionName, KeyArn


class Connection(Section):
    """A connection of AWS CodeConnections: an existing one, or one that the stack makes and a person approves."""

    arn: ConnectionArn | None = Field(
        default=None,
        description="An existing connection, of any region; without it the stack makes one.",
        examples=["arn:aws:codeconnections:us-east-1:111122223333:connection/aEXAMPLE-8aad-4d5d-8878-dfcab0bc441f"],
    )
    approved: bool = Field(
        default=False,
        description="Whether a person has approved the connection that the stack made, which is PENDING at first; "
        "nothing uses it before.",
    )
    name: ConnectionName | None = Field(
        default=None,
        description="Name of the connection that the stack makes; by default `<stack>-<environment>`.",
        examples=["acme-github"],
    )
    host: HostArn | None = Field(
        default=None,
        description="Host of a server of your own; the connection that the stack makes to one needs it.",
        examples=["arn:aws:codeconnections:us-east-1:111122223333:host/acme-git-28aef605"],
    )


class Credential(Section):
    """A token, by reference alone: it lies in Secrets Manager, never in a spec, a plan or a state."""

    scope: Literal["project", "account"] = Field(
        default="project",
        description="`project` is for these builds alone. `account` is the one credential of the server type in the "
        "account and region, which all stacks there share.",
    )
    secret: SecretArn | None = Field(
        default=None,
        description="Secret with ServerType, AuthType and Token, as CodeBuild wants it; with scope `account` and no "
        "secret, the account has its credential already.",
        examples=["arn:aws:secretsmanager:us-east-1:111122223333:secret:codebuild/github-AbCdEf"],
    )
    kms_key: KeyArn | None = Field(
        default=None,
        description="Key that encrypts the secret, where that is not AWS's own.",
        examples=["arn:aws:kms:us-east-1:111122223333:key/11111111-2222-3333-4444-555555555555"],
    )
