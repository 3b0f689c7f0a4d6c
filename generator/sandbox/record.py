"""What is written down about a running sandbox, and whether its process is still that one."""

from __future__ import annotations

import http.client
import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal

from generator.files import PRIVATE, replace
from generator.json_files import read_json

if TYPE_CHECKING:
    from generator.workspace import Workspace

HOST: Final = "127.0.0.1"
HEALTH: Final = "/_tfstencil/health"
_LAST_PID: Final = 2**31 - 1
_LAST_PORT: Final = 65_535
_LOG_TAIL_LINES: Final = 12
_ANSWER_SECONDS: Final = 5.0

Liveness = Literal["answering", "silent", "gone"]


@dataclass(frozen=True, slots=True)
class ServerRecord:
    """Content of `server.json`.

    Attributes:
        pid: process of the server.
        port: TCP port on the loopback address.
        instance: random name of this run; the server's health page answers it.
        started: start time of the process in clock ticks since boot, "" where the system does not tell.
        version: of tfstencil, as the server runs it.
    """

    pid: int
    port: int
    instance: str
    started: str
    version: str

    @classmethod
    def read(cls, file: Path) -> ServerRecord | None:
        """Return what `file` says; None where it is missing or not ours to understand."""
        try:
            record = cls(**read_json(file))
        except (OSError, ValueError, TypeError):
            return None
        numbers = type(record.pid) is type(record.port) is int and 0 < record.pid <= _LAST_PID and record.port > 0
        texts = (record.instance, record.started, record.version)
        return record if numbers and record.port <= _LAST_PORT and all(type(text) is str for text in texts) else None

    def write(self, file: Path) -> None:
        """Replace `file` in one step, readable by its owner alone."""
        replace(file, json.dumps(asdict(self), indent=2).encode(), mode=PRIVATE)

    def liveness(self) -> Liveness:
        """Tell whether the server answers, is there but silent, or is gone.

        A process with the same id that neither answers our name nor has our start time is somebody else's.
        """
        if self._answers():
            return "answering"
        ours = self.started != "" and process_start(self.pid) == self.started
        return "silent" if ours else "gone"

    def _answers(self) -> bool:
        found = health(self.port)
        return found is not None and (found.get("instance"), found.get("pid")) == (self.instance, self.pid)


@dataclass(frozen=True, slots=True)
class Folder:
    """The sandbox's places in a workspace."""

    path: Path

    @classmethod
    def of(cls, workspace: Workspace) -> Folder:
        """Return the sandbox folder of `workspace`."""
        return cls(workspace.scratch / "sandbox")

    @property
    def record(self) -> Path:
        """File that describes the running server."""
        return self.path / "server.json"

    @property
    def log(self) -> Path:
        """File that receives what the server prints."""
        return self.path / "server.log"

    @property
    def lock(self) -> Path:
        """File whose lock is held while a server is started or stopped."""
        return self.path / "lock"

    @property
    def state(self) -> Path:
        """Folder of the Terraform state of what was applied in the sandbox."""
        return self.path / "state"

    def log_tail(self) -> str:
        """Return the last lines of the log, "" where there are none."""
        try:
            lines = self.log.read_text(encoding="utf-8", errors="replace").splitlines()
        except OSError:
            return ""
        return "\n".join(lines[-_LOG_TAIL_LINES:])


def health(port: int) -> dict[str, Any] | None:
    """Ask a sandbox how it is; None where no sandbox answers at `port`."""
    # Not urllib: a proxy that the user has set must not be asked for an address of this machine.
    connection = http.client.HTTPConnection(HOST, port, timeout=_ANSWER_SECONDS)
    try:
        connection.request("GET", HEALTH)
        found = json.loads(connection.getresponse().read())
    except (OSError, ValueError, http.client.HTTPException):
        return None
    finally:
        connection.close()
    return found if isinstance(found, dict) else None


def process_start(pid: int) -> str:
    """Return when process `pid` started, in clock ticks since boot; "" where it is gone or the system does not tell."""
    try:
        # The second field, the command, may hold spaces and parentheses: count from behind the last parenthesis.
        fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()
    except OSError:
        return ""
    state, start = fields[0], fields[19]
    return "" if state in {"Z", "X"} else start
