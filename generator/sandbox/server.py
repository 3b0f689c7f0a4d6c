"""The process of the sandbox's server: `python -m generator.sandbox.server FOLDER PORT`.

It opens the port, leaves the terminal by a fork, writes `server.json`, and only then lets its starter go on: whoever
reads that file can connect at once, and a failure before it is the starter's exit code.
"""

from __future__ import annotations

import errno
import logging
import os
import secrets
import signal
import socket
import sys
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING, Final

from moto.moto_server.werkzeug_app import DomainDispatcherApplication, MotoRequestHandler, create_backend_app
from werkzeug.serving import make_server

from generator import __version__
from generator.sandbox import extensions
from generator.sandbox.control import PORT_FORBIDDEN, PORT_TAKEN
from generator.sandbox.door import Door
from generator.sandbox.record import HOST, Folder, ServerRecord, process_start

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import FrameType


# How long a stop may go unnoticed.
_POLL_SECONDS: Final = 0.05
_WATCH_SECONDS: Final = 1.0
_MISSES: Final = 2


def main(arguments: list[str]) -> int:
    """Serve until SIGTERM; return the exit code of the starter, or of the server itself."""
    folder, port = Folder(Path(arguments[0])), int(arguments[1])
    extensions.install()
    listener = _listener(port)
    ready, told = os.pipe()
    if os.fork():
        os.close(told)
        # Empty where the server died before it was ready.
        return 0 if os.read(ready, 1) else 1
    os.close(ready)
    os.setsid()
    _serve(folder, listener, told)
    return 0


def _listener(port: int) -> socket.socket:
    listener = socket.socket()
    # A sandbox started anew on the port of the last one: connections in TIME_WAIT do not count.
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((HOST, port))
    except OSError as error:
        codes = {errno.EADDRINUSE: PORT_TAKEN, errno.EACCES: PORT_FORBIDDEN}
        if error.errno not in codes:
            raise
        raise SystemExit(codes[error.errno]) from error
    listener.listen(128)
    return listener


def _serve(folder: Folder, listener: socket.socket, told: int) -> None:
    # Requests are many and say little; failures are printed where they happen.
    logging.getLogger("werkzeug").setLevel(logging.WARNING)
    port = listener.getsockname()[1]
    # moto sends some requests to itself.
    os.environ["MOTO_PORT"] = str(port)
    instance = secrets.token_hex(16)
    moto = DomainDispatcherApplication(create_backend_app)
    gate = Door(moto, instance, services=lambda: sorted(moto.app_instances))
    server = make_server(HOST, port, gate, threaded=True, request_handler=MotoRequestHandler, fd=listener.fileno())

    def leave(_number: int, _frame: FrameType | None) -> None:
        # shutdown() waits for the loop that this handler interrupts, so it must run beside it.
        threading.Thread(target=server.shutdown).start()

    signal.signal(signal.SIGTERM, leave)
    # A Ctrl-C is meant for the command in the foreground.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    ServerRecord(os.getpid(), port, instance, process_start(os.getpid()), __version__).write(folder.record)
    threading.Thread(target=_watch, args=(folder.record, instance, server.shutdown), daemon=True).start()
    os.write(told, b"1")
    os.close(told)
    server.serve_forever(poll_interval=_POLL_SECONDS)
    server.server_close()


def _watch(file: Path, instance: str, end: Callable[[], None]) -> None:
    """End the server once its record is gone: with its workspace deleted, nobody could ever stop it."""
    misses = 0
    while misses < _MISSES:
        time.sleep(_WATCH_SECONDS)
        record = ServerRecord.read(file)
        misses = 0 if record and record.instance == instance else misses + 1
    end()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
