"""A service that moto has no backend for: its store, its calls, and its place among moto's own."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from moto import backend_index, backends
from moto.core.base_backend import BackendDict, BaseBackend
from moto.core.responses import BaseResponse
from moto.core.utils import get_service_model
from moto.moto_server.werkzeug_app import DomainDispatcherApplication

from generator.sandbox.seams import UnknownServiceError, wrap
from generator.sandbox.shapes import check

if TYPE_CHECKING:
    from collections.abc import Callable


def sent(response: BaseResponse) -> dict[str, Any]:
    """Return the JSON request that `response` is to answer, checked against AWS's description of the call.

    Raises:
        ValidationError: it is not of that shape.
    """
    request: dict[str, Any] = json.loads(response.body or "{}")
    request = {key: value for key, value in request.items() if value is not None}
    model = get_service_model(response.boto3_service_name)
    check(model.operation_model(response._get_action()).input_shape, request)  # noqa: SLF001  # moto's way to the name
    return request


class Calls(BaseResponse):
    """Base of the calls of a service of our own.

    Attributes:
        SERVICE: boto3's name of the service.
        STORES: its stores, by account and region.
    """

    SERVICE: str
    STORES: BackendDict[Any]

    def __init__(self) -> None:
        super().__init__(service_name=self.SERVICE)

    @property
    def store(self) -> Any:  # noqa: ANN401  # each service has its own
        """The store of the caller's account and region."""
        return self.STORES[self.current_account][self.region]


def install() -> None:
    """Name services that nobody answers from here on; moto trips over them."""
    wrap(DomainDispatcherApplication, "get_backend_for_host", _known)


def _known(otherwise: Callable[..., str | None]) -> Callable[..., str | None]:
    def get_backend_for_host(dispatcher: DomainDispatcherApplication, host: str | None) -> str | None:
        found = otherwise(dispatcher, host)
        if host is not None and found is None:
            raise UnknownServiceError(host.partition(".")[0])
        return found

    return get_backend_for_host


def stores_of(store: type[BaseBackend]) -> BackendDict[Any]:
    """Make room for one store an account and region."""
    # boto3 does not list the regions of every service; those of CodeBuild are where our stacks can be.
    return BackendDict(store, "codebuild")


def add(calls: type[Calls]) -> None:
    """Answer the calls of a service, which moto does not know, from here on."""
    name = calls.SERVICE
    # moto asks one store of a service which paths it answers.
    door = type("Door", (BaseBackend,), {"flask_paths": {"/": calls.dispatch}})
    doors = stores_of(door)
    backend_index.backend_url_patterns.append((name, re.compile(rf"https?://{name}\.(.+)\.amazonaws\.com")))

    def with_ours(otherwise: Callable[[str], Any]) -> Callable[[str], Any]:
        return lambda asked: doors if asked == name else otherwise(asked)

    wrap(backends, "get_backend", with_ours)
