"""Module `connection`: what the stack makes so that CodeBuild can sign in at the server that holds the code."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from generator.model.builds.sign_in import PROVIDERS, makes_connection
from generator.parts.framework.facts import SOURCE_TYPES
from generator.parts.framework.module import Module

if TYPE_CHECKING:
    from generator.parts.framework.contribution import Contribution
    from generator.parts.framework.scope import Scope


@dataclass(frozen=True, slots=True)
class ConnectionContext:
    """Arguments of module `connection`; None where its shape has no such argument."""

    name: str | None
    provider: str | None
    host_arn: str | None
    approved: bool
    server_type: str | None
    secret_arn: str | None


@dataclass(frozen=True, slots=True)
class ConnectionShape:
    """Features of module `connection`: a connection or a credential, and whether the connection goes to a host."""

    connection: bool
    host: bool


def is_made(scope: Scope) -> bool:
    """Tell whether the stack makes a connection."""
    source = scope.spec.source
    return source.connection is not None and makes_connection(source) and source.type in PROVIDERS


def connection(scope: Scope, _: Contribution) -> Module | None:
    """Derive module `connection`; None where nothing is to be made, because it exists or is not wanted."""
    spec, names = scope.spec, scope.names
    source = spec.source
    made, credential = source.connection, source.credential
    if made is not None and makes_connection(source) and source.type in PROVIDERS:
        arguments = ConnectionContext(
            name=made.name or names.prefix,
            provider=PROVIDERS[source.type],
            host_arn=made.host,
            approved=made.approved,
            server_type=None,
            secret_arn=None,
        )
        return Module(arguments, ConnectionShape(connection=True, host=made.host is not None))
    if made is None and credential is not None and credential.scope == "account" and credential.secret:
        arguments = ConnectionContext(
            name=None,
            provider=None,
            host_arn=None,
            approved=True,
            server_type=SOURCE_TYPES[source.type],
            secret_arn=credential.secret,
        )
        return Module(arguments, ConnectionShape(connection=False, host=False))
    return None


ORIGINS: Final[dict[str, tuple[str, ...]]] = {
    "connection": ("source.connection", "source.credential"),
    "connection.name": ("source.connection.name", "stack"),
    "connection.provider": ("source.type",),
    "connection.host_arn": ("source.connection.host",),
    "connection.approved": ("source.connection.approved",),
    "connection.server_type": ("source.type",),
    "connection.secret_arn": ("source.credential.secret",),
    "shapes.connection.connection": ("source.connection",),
    "shapes.connection.host": ("source.connection.host",),
}
