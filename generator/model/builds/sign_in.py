"""How CodeBuild signs in at the server that holds the code: what the spec's connection and credential come to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

if TYPE_CHECKING:
    from generator.model.environment import EnvironmentSpec
    from generator.parts.connection.source_section import Source

# What AWS calls the servers, where it makes connections to them.
PROVIDERS: Final = {
    "github": "GitHub",
    "github-enterprise": "GitHubEnterpriseServer",
    "gitlab": "GitLab",
    "gitlab-self-managed": "GitLabSelfManaged",
    "bitbucket": "Bitbucket",
}
GITHUB: Final = frozenset({"github", "github-enterprise"})
# Servers of one's own, which AWS reaches through a host.
HOSTED: Final = frozenset({"github-enterprise", "gitlab-self-managed"})


@dataclass(frozen=True, slots=True)
class SignIn:
    """A way to sign in that works now.

    Attributes:
        kind: a connection, a secret of these builds, or the credential of the account.
        arn: of the connection or the secret; None where the stack makes the connection, and of an account's credential.
    """

    kind: Literal["connection", "secret", "account"]
    arn: str | None


def sign_in(spec: EnvironmentSpec) -> SignIn | None:
    """Return how the builds sign in; None where they cannot, so that nothing may need it."""
    connection, credential = spec.source.connection, spec.source.credential
    if spec.source.type not in PROVIDERS:
        return None
    if connection is not None:
        return SignIn("connection", connection.arn) if connection.arn or connection.approved else None
    if credential is None:
        return None
    return SignIn("account", None) if credential.scope == "account" else SignIn("secret", credential.secret)


def connection_service(source: Source) -> str:
    """Return the service that a connection's permissions belong to: connections keep the name they were made under."""
    arn = source.connection.arn if source.connection else None
    return arn.split(":")[2] if arn else "codeconnections"


def makes_connection(source: Source) -> bool:
    """Tell whether the stack makes a connection, approved or not."""
    return source.connection is not None and source.connection.arn is None
