"""Whether CodeBuild can sign in at the server that holds the code."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from generator.model.builds.sign_in import PROVIDERS, connection_service, makes_connection
from generator.readback.need import Need, looked_up
from generator.readback.secrets import secret

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from generator.readback.expectation import Expectation

_APPROVE = "finish it in the console: Developer Tools, Settings, Connections, Update pending connection"


def needs(expected: Expectation) -> Iterator[Need]:
    """Look at the connection or the credential of the source."""
    source = expected.spec.source
    if source.type not in PROVIDERS:
        return
    if source.connection is not None:
        yield _connection(expected)
    elif source.credential is not None and source.credential.secret:
        yield secret(expected.clients, source.credential.secret, "source.credential.secret")
    elif source.credential is not None:
        yield _credential(expected)


def _connection(expected: Expectation) -> Need:
    source, clients = expected.spec.source, expected.clients
    service, arn = connection_service(source), source.connection.arn if source.connection else None
    name = (source.connection.name if source.connection else None) or expected.names.prefix

    def ask() -> dict[str, Any] | None:
        if not makes_connection(source):
            answer = clients.ask(service, "get_connection", ConnectionArn=arn)
            return answer["Connection"] if answer else None
        every = clients.ask_all(service, "list_connections", "Connections")
        return next((each for each in every if each["ConnectionName"] == name), None)

    return looked_up(f"Connection {arn or name}", "source.connection", ask, _status, _APPROVE)


def _status(found: Mapping[str, Any]) -> str:
    return "" if found["ConnectionStatus"] == "AVAILABLE" else f"is {found['ConnectionStatus']}"


def _credential(expected: Expectation) -> Need:
    server = expected.spec.source.type.upper().replace("-", "_")

    def ask() -> dict[str, Any] | None:
        known = expected.clients.ask_all("codebuild", "list_source_credentials", "sourceCredentialsInfos")
        return next((each for each in known if each["serverType"] == server), None)

    remedy = "import it: aws codebuild import-source-credentials"
    return looked_up(f"CodeBuild credential for {server}", "source.credential", ask, lambda _: "", remedy)
