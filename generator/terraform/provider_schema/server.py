"""Stands in for a provider where terraform wants nothing of it but its schema: when it prints a plan."""

from __future__ import annotations

import json
import os
import tempfile
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import TYPE_CHECKING

from generator.terraform.provider_schema.plugin import GET_SCHEMA
from generator.terraform.tools.temporary_folder import temporary_folder

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextmanager
def standing_in(address: str, schema: bytes) -> Iterator[dict[str, str]]:
    """Answer terraform's questions for the schema of a provider, on a socket that only we and it can reach.

    Args:
        address: of the provider (`registry.terraform.io/hashicorp/aws`).
        schema: the answer.

    Yields:
        Variables that make terraform ask here, instead of starting the provider. Any other question fails.
    """
    import grpc  # noqa: PLC0415  # a tenth of a second, for plans only

    def answer(_request: bytes, _context: grpc.ServicerContext) -> bytes:
        return schema

    handler: grpc.RpcMethodHandler[bytes, bytes] = grpc.unary_unary_rpc_method_handler(answer)
    service, _, method = GET_SCHEMA.removeprefix("/").partition("/")
    place = temporary_folder(os.environ)
    with tempfile.TemporaryDirectory(prefix="tfstencil-", dir=place) as folder, ThreadPoolExecutor(1) as pool:
        server = grpc.server(pool, options=[("grpc.max_send_message_length", -1)])
        server.add_generic_rpc_handlers((grpc.method_handlers_generic_handler(service, {method: handler}),))
        socket = f"{folder}/provider"
        server.add_insecure_port(f"unix:{socket}")
        server.start()
        try:
            yield {"TF_REATTACH_PROVIDERS": json.dumps({address: _reattachment(socket)})}
        finally:
            server.stop(None).wait()


def _reattachment(socket: str) -> dict[str, object]:
    """Say where a provider listens that terraform did not start, and shall not stop.

    See https://developer.hashicorp.com/terraform/plugin/debugging.
    """
    place = {"Network": "unix", "String": socket}
    return {"Protocol": "grpc", "ProtocolVersion": 5, "Pid": os.getpid(), "Test": True, "Addr": place}
