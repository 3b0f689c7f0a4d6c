"""What exists of part `encryption`, and how it is taken over: keys and their aliases."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from generator.adoption.importable import Importable

if TYPE_CHECKING:
    from generator.adoption.importable import Imports, Values
    from generator.readback.clients import Clients


def _key(clients: Clients, values: Values) -> str | None:
    aliases = clients.ask_all("kms", "list_aliases", "Aliases")
    return next((each.get("TargetKeyId") for each in aliases if each["AliasName"] == values["alias"]), None)


def _alias(clients: Clients, values: Values) -> str | None:
    return values["name"] if _key(clients, {"alias": values["name"]}) else None


IMPORTS: Final[Imports] = {
    "aws_kms_alias": Importable("{name}", "kms", "describe_key", {"KeyId": "{name}"}, find=_alias),
    "aws_kms_key": Importable("{key_id}", "kms", "describe_key", {"KeyId": "{key_id}"}, find=_key),
}
