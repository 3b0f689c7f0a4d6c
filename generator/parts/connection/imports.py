"""What exists of part `connection`, and how it is taken over: connections."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from generator.adoption.importable import Importable

if TYPE_CHECKING:
    from generator.adoption.importable import Imports, Values
    from generator.readback.clients import Clients


def _connection(clients: Clients, values: Values) -> str | None:
    found = clients.ask_all("codeconnections", "list_connections", "Connections")
    return next((each["ConnectionArn"] for each in found if each["ConnectionName"] == values["name"]), None)


IMPORTS: Final[Imports] = {
    "aws_codeconnections_connection": Importable(
        "{arn}", "codeconnections", "get_connection", {"ConnectionArn": "{arn}"}, find=_connection
    ),
    "aws_codebuild_source_credential": "AWS tells nobody the token that it holds; it is written again",
}
