"""As whom AWS is called: a profile, a role to assume, a web identity, or whatever the shell has.

Rendered modules say it to Terraform, and we read it there again: so what was rendered last is what everything uses,
also for an environment whose spec is gone.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

# What boto3 and the provider would use by themselves.
STATIC: Final = ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN")
PROFILES: Final = ("AWS_PROFILE", "AWS_DEFAULT_PROFILE")
TOKEN_FILE: Final = "AWS_WEB_IDENTITY_TOKEN_FILE"  # noqa: S105  # the name of a variable
_WEB: Final = (TOKEN_FILE, "AWS_ROLE_ARN", "AWS_ROLE_SESSION_NAME")
_BLOCK: Final = re.compile(
    r"^[ \t]*(?P<name>assume_role|assume_role_with_web_identity)[ \t]*=?[ \t]*\{\n(?P<body>.*?)^[ \t]*\}[ \t]*\n?",
    re.MULTILINE | re.DOTALL,
)
# Nothing of what stands there holds what HCL would escape: the model sees to that.
_SETTING: Final = re.compile(r'^[ \t]*(\w+)[ \t]*=[ \t]*"([^"]*)"[ \t]*$', re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Role:
    """A role to assume.

    Attributes:
        arn: of the role.
        session_name: by which CloudTrail knows who it was.
        external_id: that its trust policy asks for; None where it asks for none.
        duration: of the session, as Terraform writes it (`1h30m`); None for AWS's default.
    """

    arn: str
    session_name: str
    external_id: str | None = None
    duration: str | None = None

    @property
    def account(self) -> str:
        """The account that the role belongs to."""
        return self.arn.split(":")[4]


@dataclass(frozen=True, slots=True)
class WebIdentity:
    """A role that is assumed with a token of an identity provider, as CI systems have one.

    Attributes:
        arn: of the role.
        session_name: by which CloudTrail knows who it was.
        token_file: that holds the token; None for the one that `AWS_WEB_IDENTITY_TOKEN_FILE` names.
    """

    arn: str
    session_name: str
    token_file: str | None = None

    @property
    def account(self) -> str:
        """The account that the role belongs to."""
        return self.arn.split(":")[4]


@dataclass(frozen=True, slots=True)
class Credentials:
    """As whom AWS is called.

    Attributes:
        profile: of the AWS configuration; None for what the shell has.
        web_identity: is exchanged first.
        role: is assumed last, with what the others give.
    """

    profile: str | None = None
    web_identity: WebIdentity | None = None
    role: Role | None = None

    @classmethod
    def in_hcl(cls, text: str) -> Credentials:
        """Read what a rendered provider or backend block says.

        Args:
            text: of the block, or of its file.
        """
        blocks = {found["name"]: dict(_SETTING.findall(found["body"])) for found in _BLOCK.finditer(text)}
        around = dict(_SETTING.findall(_BLOCK.sub("", text)))
        return cls(
            around.get("profile"),
            _web_identity(blocks.get("assume_role_with_web_identity")),
            _role(blocks.get("assume_role")),
        )

    @property
    def takes_what_is_around(self) -> bool:
        """Whether the shell's own credentials are used: by themselves, or to assume the role."""
        return self.profile is None and self.web_identity is None

    @property
    def account(self) -> str | None:
        """The account of the role that is assumed last; None where only AWS knows."""
        last = self.role or self.web_identity
        return last.account if last else None


AMBIENT: Final = Credentials()


def without_blocks(text: str) -> str:
    """Return a provider's HCL without the roles that it would assume."""
    return _BLOCK.sub("", text)


def usable_environment(environ: Mapping[str, str], *used: Credentials) -> dict[str, str]:
    """Leave out the credentials of the shell that none of `used` means, so that none is taken silently.

    Args:
        environ: variables.
        used: all credentials that a process is to use.
    """
    unwanted: set[str] = set()
    if not any(each.takes_what_is_around for each in used):
        unwanted |= {*STATIC, *PROFILES, *_WEB}
        if any(each.web_identity and each.web_identity.token_file is None for each in used):
            unwanted.discard(TOKEN_FILE)
    return {key: value for key, value in environ.items() if key not in unwanted}


def _role(said: Mapping[str, str] | None) -> Role | None:
    if not said or "role_arn" not in said:
        return None
    return Role(said["role_arn"], said.get("session_name", ""), said.get("external_id"), said.get("duration"))


def _web_identity(said: Mapping[str, str] | None) -> WebIdentity | None:
    if not said or "role_arn" not in said:
        return None
    return WebIdentity(said["role_arn"], said.get("session_name", ""), said.get("web_identity_token_file"))
