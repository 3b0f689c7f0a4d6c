"""As whom AWS is called."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from generator.model.section import Section
from generator.model.types import Duration, Text

RoleArn = Annotated[
    str, Text(r"arn:aws[a-z-]*:iam::[0-9]{12}:role/[A-Za-z0-9_+=,.@/-]+", "the ARN of an IAM role", longest=2048)
]
ProfileName = Annotated[str, Text(r"[A-Za-z0-9_.@:/+-]+", "the name of a profile such as shop-prod", longest=100)]
# https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html
SessionName = Annotated[str, Text(r"[A-Za-z0-9_+=,.@-]+", "letters, digits and _ + = , . @ -", longest=64, shortest=2)]
ExternalId = Annotated[
    str, Text(r"[A-Za-z0-9_+=,.@:/-]+", "letters, digits and _ + = , . @ : / -", longest=1224, shortest=2)
]
TokenFile = Annotated[str, Text(r"/[A-Za-z0-9_.@+/-]+", "the absolute path of a file")]


class AssumedRole(Section):
    """A role that is assumed, with the profile, the web identity or what the shell has."""

    arn: RoleArn = Field(description="The role.", examples=["arn:aws:iam::111122223333:role/terraform"])
    external_id: ExternalId | None = Field(
        default=None, description="External id that its trust policy asks for; it is not a secret."
    )
    session_name: SessionName | None = Field(
        default=None, description="Name of the session in CloudTrail; by default `tfstencil-<environment>`."
    )
    duration: Annotated[int, Duration("15m", "12h")] | None = Field(
        default=None, description="How long the session lasts; by default AWS's hour."
    )


class WebIdentityRole(Section):
    """A role that is assumed with the token of an identity provider, as CI systems have one."""

    arn: RoleArn = Field(description="The role.", examples=["arn:aws:iam::111122223333:role/ci"])
    session_name: SessionName | None = Field(
        default=None, description="Name of the session in CloudTrail; by default `tfstencil-<environment>`."
    )
    token_file: TokenFile | None = Field(
        default=None, description="File that holds the token; by default what AWS_WEB_IDENTITY_TOKEN_FILE names."
    )


class Identity(Section):
    """As whom AWS is called: a profile or a web identity, and a role that is assumed with it."""

    profile: ProfileName | None = Field(
        default=None, description="Profile of the AWS configuration of this machine.", examples=["shop-prod"]
    )
    web_identity: WebIdentityRole | None = Field(default=None, description="Role that is assumed with a token.")
    assume_role: AssumedRole | None = Field(default=None, description="Role that is assumed.")


class CredentialsOfEnvironment(Identity):
    """As whom Terraform and tfstencil call AWS; without it, as whoever the shell is signed in as."""

    state: Identity | None = Field(
        default=None, description="As whom the state is read and written, where that is somebody else."
    )
