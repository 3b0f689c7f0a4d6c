"""Rules of how CodeBuild signs in: a connection or a credential, of this account, for this server."""

from __future__ import annotations

from typing import TYPE_CHECKING

from generator.aws.limits import CONNECTION_NAME
from generator.model.builds.sign_in import HOSTED, PROVIDERS, makes_connection
from generator.model.names import Names
from generator.model.rules.finding import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from generator.model.environment import EnvironmentSpec
    from generator.model.rules.finding import Path
    from generator.parts.connection.section import Connection, Credential

_CONNECTION: Path = ("source", "connection")
_CREDENTIAL: Path = ("source", "credential")


def sign_in(environment: str, spec: EnvironmentSpec) -> Iterator[Finding]:
    """There is one way to sign in, and it fits the server."""
    source = spec.source
    if source.connection and source.credential:
        message = "the source has a connection already, and needs no token beside it"
        yield Finding(_CREDENTIAL, message, "keep the connection, and remove this", "two-sign-ins")
    for path, section in ((_CONNECTION, source.connection), (_CREDENTIAL, source.credential)):
        if section and source.type not in PROVIDERS:
            message = f"a {source.type} source is read with the builds' own roles, and needs none"
            yield Finding(path, message, "remove it, or change source.type", "sign-in-source")
    if source.connection and source.type in PROVIDERS:
        yield from _connection(environment, spec, source.connection)
    if source.credential and source.type in PROVIDERS:
        yield from _credential(spec, source.credential)


def _connection(environment: str, spec: EnvironmentSpec, connection: Connection) -> Iterator[Finding]:
    if connection.arn:
        # A connection can be used in every region, but by its own account alone.
        # https://docs.aws.amazon.com/dtconsole/latest/userguide/welcome-connections-how-it-works-global.html
        yield from foreign((*_CONNECTION, "arn"), connection.arn, spec, region=False)
        for key in ("name", "host", "approved"):
            if getattr(connection, key):
                message = "is for a connection that the stack makes, and arn names one that exists"
                yield Finding((*_CONNECTION, key), message, f"remove {key}, or arn", "connection-twice")
        return
    hosted = spec.source.type in HOSTED
    if hosted != bool(connection.host):
        server = f"a server of type {spec.source.type}"
        message = f"{server} is reached through a host" if hosted else f"{server} is reached without a host"
        hint = "make a host in the console and name it: host: arn:…:host/…" if hosted else "remove host"
        yield Finding((*_CONNECTION, "host"), message, hint, "connection-host")
    elif connection.host:
        yield from foreign((*_CONNECTION, "host"), connection.host, spec)
    name = connection.name or Names.of(environment, spec).prefix
    if len(name) > CONNECTION_NAME.most:
        message = f"would be called {name}, {len(name)} characters; AWS allows {CONNECTION_NAME.most}"
        yield Finding(_CONNECTION, message, "give it a shorter name: name: …", "connection-name")


def _credential(spec: EnvironmentSpec, credential: Credential) -> Iterator[Finding]:
    if credential.secret:
        yield from foreign((*_CREDENTIAL, "secret"), credential.secret, spec)
    elif credential.scope == "project":
        message = "says no token, and a spec must not hold one"
        hint = "name the secret that holds it: secret: arn:aws:secretsmanager:…"
        yield Finding(_CREDENTIAL, message, hint, "credential-secret")
    if credential.scope == "account" and credential.secret:
        yield Finding(
            (*_CREDENTIAL, "scope"),
            f"sets the only credential for {spec.source.type} in account {spec.account}, {spec.region}",
            "let one stack alone do this, or prefer scope: project or a connection",
            "account-credential",
            "warning",
        )


def foreign(path: Path, arn: str, spec: EnvironmentSpec, *, region: bool = True) -> Iterator[Finding]:
    """Refuse an ARN of another account, or of another region than the environment's.

    Args:
        path: where the ARN stands.
        arn: full ARN of a regional resource.
        spec: the environment.
        region: whether the resource can be used in its own region alone.
    """
    _, _, _, found_region, found_account, *_ = arn.split(":")
    if found_account != spec.account:
        message = f"belongs to account {found_account}, and the environment to {spec.account}"
        yield Finding(path, message, "name one of the environment's own account", "foreign-account")
    elif region and found_region != spec.region:
        message = f"lies in {found_region}, and the environment in {spec.region}"
        yield Finding(path, message, "name one of the environment's own region", "foreign-region")


def approval(_: str, spec: EnvironmentSpec) -> Iterator[Finding]:
    """A connection that the stack makes serves nothing before a person has approved it."""
    connection = spec.source.connection
    if connection and makes_connection(spec.source) and not connection.approved and spec.source.type in PROVIDERS:
        yield Finding(
            _CONNECTION,
            "is PENDING after the first apply: no webhook is rendered, and the builds do not use it",
            "approve it in the console (see the runbook), then set approved: true",
            "connection-pending",
            "warning",
        )
