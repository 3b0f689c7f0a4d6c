"""Asks a provider for its schema, as terraform does: it is a program that answers calls on a socket.

How it is started and where its socket is stands in
https://github.com/hashicorp/go-plugin/blob/main/docs/internals.md.
"""

from __future__ import annotations

import os
import select
import subprocess
import tempfile
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from generator.errors import ToolError
from generator.terraform.tools.temporary_folder import temporary_folder

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

GET_SCHEMA: Final = "/tfplugin5.Provider/GetSchema"
# What tells a provider that it is not a person who starts it; no secret, and the same for all providers.
_COOKIE: Final = {
    "TF_PLUGIN_MAGIC_COOKIE": "d602bf8f470bc67ca7faa0386276bbdd4330efaf76d1a219cb4d6991ca9872b2",
    "PLUGIN_PROTOCOL_VERSIONS": "5",
}
# The provider goes when the shell's input ends, which it does however we end.
_KEEPER: Final = '"$0" </dev/null & exec >&-; read -r _; kill -9 $!'
_PATIENCE: Final = 60.0
_PARTS: Final = 5


def read_schema(program: Path) -> bytes:
    """Return the answer of a provider to `GetProviderSchema`.

    Args:
        program: the provider; it is given no environment, and so no credentials.

    Raises:
        ToolError: it does not start, does not answer, or does not speak the protocol.
    """
    # It takes a tenth of a second, and is needed where a plan is made only.
    import grpc  # noqa: PLC0415  # see above

    with _running(program) as address:
        options = [("grpc.max_receive_message_length", -1)]
        with grpc.insecure_channel(address, options=options) as channel:
            try:
                call: grpc.UnaryUnaryMultiCallable[bytes, bytes] = channel.unary_unary(GET_SCHEMA)
                return call(b"", timeout=_PATIENCE)
            except grpc.RpcError as error:
                raise ToolError(f"{program} does not tell its schema: {error}") from error


@contextmanager
def _running(program: Path) -> Iterator[str]:
    """Run a provider, and yield the address at which it listens."""
    with (
        tempfile.TemporaryDirectory(prefix="tfstencil-", dir=temporary_folder(os.environ)) as folder,
        subprocess.Popen(  # noqa: S603  # our own words, and a program that terraform has compared with its checksum
            ["/bin/sh", "-c", _KEEPER, str(program)],
            env={**_COOKIE, "TMPDIR": folder, "PLUGIN_UNIX_SOCKET_DIR": folder},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        ) as keeper,
    ):
        try:
            yield _address(keeper, program)
        finally:
            # It ends the shell, and that the provider; both are gone when Popen has waited.
            if keeper.stdin:
                keeper.stdin.close()


def _address(keeper: subprocess.Popen[bytes], program: Path) -> str:
    """Read the one line that a provider writes: `1|5|unix|/tmp/plugin123|grpc|`."""
    line = ""
    if keeper.stdout and select.select([keeper.stdout], [], [], _PATIENCE)[0]:
        line = keeper.stdout.readline().decode(errors="replace").strip()
    parts = line.split("|")
    if len(parts) < _PARTS or parts[1] != "5" or parts[4] != "grpc":
        raise ToolError(f"{program} does not speak the protocol of providers; it said {line!r}")
    return f"unix:{parts[3]}" if parts[2] == "unix" else parts[3]
