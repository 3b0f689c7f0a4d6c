"""Whether a secret or a parameter is there; what it holds is never asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from generator.readback.need import looked_up

if TYPE_CHECKING:
    from collections.abc import Mapping

    from generator.readback.clients import Clients
    from generator.readback.need import Need


def secret(clients: Clients, name: str, spec_key: str) -> Need:
    """Look for a secret in Secrets Manager.

    Args:
        clients: where to look.
        name: its name or ARN.
        spec_key: dotted key of the spec that asks for it.
    """
    return looked_up(
        f"Secret {name}",
        spec_key,
        lambda: clients.ask("secretsmanager", "describe_secret", SecretId=name),
        _deleted,
        "write it: aws secretsmanager create-secret",
    )


def parameter(clients: Clients, name: str, spec_key: str) -> Need:
    """Look for a parameter in Systems Manager.

    Args:
        clients: where to look.
        name: its name.
        spec_key: dotted key of the spec that asks for it.
    """

    def ask() -> dict[str, Any] | None:
        # Not decrypted: whether it is there is all that anybody needs to know.
        answer = clients.ask("ssm", "get_parameters", Names=[name], WithDecryption=False) or {}
        return {"name": name} if answer.get("Parameters") else None

    remedy = "write it: aws ssm put-parameter --type SecureString"
    return looked_up(f"Parameter {name}", spec_key, ask, lambda _: "", remedy)


def _deleted(found: Mapping[str, Any]) -> str:
    return "is about to be deleted" if found.get("DeletedDate") else ""
