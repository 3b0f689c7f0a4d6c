"""Finds what still exists in an account of the sandbox, to prove that a destroy left nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from generator.errors import SandboxError
from generator.parts.catalog import OURS
from generator.readback.clients import Clients
from generator.readback.listing import ACCOUNT, Listing
from generator.sandbox.record import health

if TYPE_CHECKING:
    from collections.abc import Iterator

    from generator.parts.catalog import Catalog

# What no part makes, and what a test or a user could have left.
_OTHERS: Final = (
    Listing("DynamoDB table", "dynamodb", "list_tables", "TableNames"),
    Listing("secret", "secretsmanager", "list_secrets", "SecretList", "Name"),
    Listing("SSM parameter", "ssm", "describe_parameters", "Parameters", "Name"),
)


def left_over(endpoint: str, account: str, region: str, catalog: Catalog = OURS) -> list[str]:
    """List every resource of an account and region of the sandbox.

    Args:
        endpoint: address of the sandbox.
        account: twelve digits.
        region: of the regional resources.
        catalog: the parts whose kinds of resources are looked for; those of a workspace say theirs themselves.

    Returns:
        Such as `S3 bucket acme-artifacts`, sorted. Keys that wait for their deletion are gone, as far as one can tell
        right after a destroy.

    Raises:
        SandboxError: boto3 is missing, or nothing answers.
    """
    clients, used = Clients(region, account, endpoint), _services_used(endpoint)
    # A set, since one connection is listed by two services.
    found = {
        f"{listing.kind} {_named(thing, listing.name)}"
        for listing in (*_OTHERS, *(listing for part in catalog.parts for listing in part.read_back().listings))
        if listing.service in used
        for thing in clients.ask_all(listing.service, listing.operation, listing.items, **_filled(listing, account))
        if listing.counts(thing)
    }
    return sorted([*found, *(_keys(clients) if "kms" in used else ())])


def _named(thing: Any, name: str) -> str:  # noqa: ANN401  # an item of an answer
    for part in filter(None, name.split(".")):
        thing = thing[part]
    return str(thing)


def _filled(listing: Listing, account: str) -> dict[str, object]:
    return {key: account if value is ACCOUNT else value for key, value in listing.arguments.items()}


def _keys(clients: Clients) -> Iterator[str]:
    for key in clients.ask_all("kms", "list_keys", "Keys"):
        metadata = (clients.ask("kms", "describe_key", KeyId=key["KeyId"]) or {}).get("KeyMetadata", {})
        if metadata.get("KeyManager") == "CUSTOMER" and metadata.get("KeyState") != "PendingDeletion":
            yield f"KMS key {key['KeyId']}"


def _services_used(endpoint: str) -> frozenset[str]:
    """Ask the sandbox which services were ever called: the others are empty, and slow to ask."""
    found = health(urlsplit(endpoint).port or 80)
    if found is None:
        raise SandboxError(f"no sandbox answers at {endpoint}", hint="run tfstencil sandbox start")
    return frozenset(found["services"])
