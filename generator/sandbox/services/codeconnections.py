"""CodeConnections, and CodeStar Connections, its former name: two names for the same connections and hosts.

A connection is PENDING until somebody signs in at the provider, in AWS's console; nobody can do that here.
https://docs.aws.amazon.com/codeconnections/latest/APIReference/Welcome.html
"""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any

from moto.core.base_backend import BaseBackend
from moto.core.exceptions import JsonRESTError
from moto.core.responses import ActionResult, EmptyResult
from moto.utilities.tagging_service import TaggingService

from generator.sandbox.service import Calls, add, sent, stores_of
from generator.sandbox.tag_calls import TagCalls

if TYPE_CHECKING:
    from collections.abc import Collection


class Store(BaseBackend):
    """Connections and hosts of one account and region, by ARN."""

    def __init__(self, region_name: str, account_id: str) -> None:
        super().__init__(region_name, account_id)
        self.connections: dict[str, dict[str, Any]] = {}
        self.hosts: dict[str, dict[str, Any]] = {}
        self.tags = TaggingService()


_STORES = stores_of(Store)


class CodeConnections(TagCalls, Calls):
    """The calls, under the name that is current."""

    SERVICE = "codeconnections"
    STORES = _STORES
    ARN_KEY = "ResourceArn"

    def create_connection(self) -> ActionResult:
        """Answer CreateConnection."""
        asked = sent(self)
        host = self._found(self.store.hosts, asked["HostArn"]) if "HostArn" in asked else None
        provider = host["ProviderType"] if host else asked.get("ProviderType")
        if provider is None:
            raise _error("InvalidInputException", "Either ProviderType or HostArn must be specified")
        made = {
            "ConnectionName": asked["ConnectionName"],
            "ConnectionArn": self._arn("connection"),
            "ProviderType": provider,
            "OwnerAccountId": self.current_account,
            "ConnectionStatus": "PENDING",
        }
        if host:
            made["HostArn"] = host["HostArn"]
        self.store.connections[made["ConnectionArn"]] = made
        self.store.tags.tag_resource(made["ConnectionArn"], asked.get("Tags", []))
        return ActionResult({"ConnectionArn": made["ConnectionArn"], "Tags": asked.get("Tags", [])})

    def get_connection(self) -> ActionResult:
        """Answer GetConnection."""
        return ActionResult({"Connection": self._found(self.store.connections, sent(self)["ConnectionArn"])})

    def list_connections(self) -> ActionResult:
        """Answer ListConnections."""
        asked = sent(self)
        filters = {"ProviderType": asked.get("ProviderTypeFilter"), "HostArn": asked.get("HostArnFilter")}
        found = [
            connection
            for connection in self.store.connections.values()
            if all(wanted is None or connection.get(key) == wanted for key, wanted in filters.items())
        ]
        return ActionResult({"Connections": found})

    def delete_connection(self) -> EmptyResult:
        """Answer DeleteConnection."""
        arn = sent(self)["ConnectionArn"]
        self._found(self.store.connections, arn)
        del self.store.connections[arn]
        self.store.tags.delete_all_tags_for_resource(arn)
        return EmptyResult()

    def create_host(self) -> ActionResult:
        """Answer CreateHost."""
        asked = sent(self)
        tags = asked.pop("Tags", [])
        arn = self._arn(f"host/{asked['Name']}", length=8)
        self.store.hosts[arn] = {**asked, "HostArn": arn, "Status": "PENDING"}
        self.store.tags.tag_resource(arn, tags)
        return ActionResult({"HostArn": arn, "Tags": tags})

    def get_host(self) -> ActionResult:
        """Answer GetHost."""
        return ActionResult(self._found(self.store.hosts, sent(self)["HostArn"]))

    def list_hosts(self) -> ActionResult:
        """Answer ListHosts."""
        return ActionResult({"Hosts": list(self.store.hosts.values())})

    def update_host(self) -> EmptyResult:
        """Answer UpdateHost: the fields that are sent replace, the others stay."""
        asked = sent(self)
        self._found(self.store.hosts, asked["HostArn"]).update(asked)
        return EmptyResult()

    def delete_host(self) -> EmptyResult:
        """Answer DeleteHost; a host with connections stays."""
        arn = sent(self)["HostArn"]
        self._found(self.store.hosts, arn)
        if any(connection.get("HostArn") == arn for connection in self.store.connections.values()):
            raise _error("ResourceUnavailableException", f"Host {arn} is used by connections")
        del self.store.hosts[arn]
        self.store.tags.delete_all_tags_for_resource(arn)
        return EmptyResult()

    def tagged(self) -> tuple[TaggingService, Collection[str]]:
        """Connections and hosts have tags."""
        return self.store.tags, {*self.store.connections, *self.store.hosts}

    def _arn(self, kind: str, length: int = 36) -> str:
        joint = "/" if kind == "connection" else "-"
        owner = f"arn:{self.partition}:{self.SERVICE}:{self.region}:{self.current_account}"
        return f"{owner}:{kind}{joint}{str(uuid.uuid4())[:length]}"

    def _found(self, things: dict[str, dict[str, Any]], arn: str) -> dict[str, Any]:
        if arn not in things:
            raise _error("ResourceNotFoundException", f"Resource not found: {arn}")
        return things[arn]


class CodeStarConnections(CodeConnections):
    """The calls, under their former name."""

    SERVICE = "codestar-connections"


def install() -> None:
    """Answer the calls of both names from here on."""
    add(CodeConnections)
    add(CodeStarConnections)


def _error(code: str, message: str) -> JsonRESTError:
    return JsonRESTError(code, message)
