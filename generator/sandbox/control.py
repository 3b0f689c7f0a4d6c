"""Start, stop and look after the sandbox of a workspace."""

from __future__ import annotations

import contextlib
import importlib.util
import os
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from generator.errors import SandboxError
from generator.files import lock
from generator.json_files import read_json
from generator.sandbox.record import HOST, Folder, ServerRecord

if TYPE_CHECKING:
    from collections.abc import Iterator

    from generator.workspace import Workspace

PORT_TAKEN: Final = 3
PORT_FORBIDDEN: Final = 4
_START_SECONDS: Final = 60
_STOP_SECONDS: Final = 5.0


@dataclass(frozen=True, slots=True)
class SandboxInfo:
    """A sandbox that runs.

    Attributes:
        endpoint: address for every AWS service, `http://127.0.0.1:PORT`.
        port: its port.
        pid: its process.
        fresh: True where this call started it.
        cleaned: what a server that died had left behind and was removed, for people; "" where nothing.
    """

    endpoint: str
    port: int
    pid: int
    fresh: bool = False
    cleaned: str = ""


@dataclass(frozen=True, slots=True)
class SandboxStatus:
    """What there is of a workspace's sandbox.

    Attributes:
        info: the running sandbox; None where it does not run.
        problem: why it does not run although it was started, with the end of its log; "" where all is well.
    """

    info: SandboxInfo | None
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Stopped:
    """What `stop` did.

    Attributes:
        was_running: whether a server was stopped.
        forgotten: the environments whose sandbox state was removed, since the resources went with the server.
    """

    was_running: bool
    forgotten: tuple[str, ...]


def start(workspace: Workspace, port: int | None = None) -> SandboxInfo:
    """Start the sandbox, or return the one that runs.

    Args:
        workspace: it has one sandbox at most.
        port: port on the loopback address; None lets the system choose a free one.

    Raises:
        SandboxError: moto is missing, the port is taken, or the server did not start.
    """
    folder = Folder.of(workspace)
    with _locked(folder):
        record = ServerRecord.read(folder.record)
        liveness = record.liveness() if record else "gone"
        if record and liveness == "answering":
            return _adopted(record, port)
        if record and liveness == "silent":
            # It may be busy, and what was applied in it would be lost: that is for the user to decide.
            raise SandboxError(
                f"the sandbox of this workspace (process {record.pid}) does not answer on port {record.port}",
                hint="try again, or end it with tfstencil sandbox stop (what was applied in it is lost)",
            )
        _forget(folder)
        return _launched(folder, port, f"a sandbox that had died (process {record.pid})" if record else "")


def stop(workspace: Workspace) -> Stopped:
    """Stop the sandbox and remove the Terraform state of what it held; do nothing where none runs."""
    folder = Folder.of(workspace)
    if not folder.path.is_dir():
        return Stopped(was_running=False, forgotten=())
    with _locked(folder):
        record = ServerRecord.read(folder.record)
        was_running = record is not None and _end(record)
        return Stopped(was_running=was_running, forgotten=_forget(folder))


def status(workspace: Workspace) -> SandboxStatus:
    """Look at the sandbox without changing anything."""
    folder = Folder.of(workspace)
    record = ServerRecord.read(folder.record)
    if record is None:
        return SandboxStatus(info=None)
    liveness = record.liveness()
    if liveness == "answering":
        return SandboxStatus(info=_info(record))
    what = "does not answer" if liveness == "silent" else "has died"
    tail = folder.log_tail()
    ending = f"; its log ends:\n{tail}" if tail else ""
    return SandboxStatus(info=None, problem=f"the sandbox (process {record.pid}, port {record.port}) {what}{ending}")


def runs(workspace: Workspace) -> bool:
    """Whether a sandbox runs.

    Raises:
        SandboxError: it was started, and has died or does not answer.
    """
    found = status(workspace)
    if found.problem:
        raise SandboxError(found.problem, hint="run tfstencil sandbox start for a new one")
    return found.info is not None


def running(workspace: Workspace) -> SandboxInfo:
    """Return the sandbox that runs.

    Raises:
        SandboxError: none runs; the message says whether it died, and how its log ends.
    """
    found = status(workspace)
    if found.info is None:
        raise SandboxError(found.problem or "no sandbox runs in this workspace", hint="run tfstencil sandbox start")
    return found.info


def _info(record: ServerRecord, *, fresh: bool = False, cleaned: str = "") -> SandboxInfo:
    return SandboxInfo(f"http://{HOST}:{record.port}", record.port, record.pid, fresh, cleaned)


def _adopted(record: ServerRecord, port: int | None) -> SandboxInfo:
    if port not in {None, 0, record.port}:
        raise SandboxError(
            f"the sandbox of this workspace already runs on port {record.port}, not on {port}",
            hint="leave out --port, or run tfstencil sandbox stop first (what was applied in it is lost)",
        )
    return _info(record)


@contextlib.contextmanager
def _locked(folder: Folder) -> Iterator[None]:
    try:
        folder.path.mkdir(parents=True, exist_ok=True, mode=0o700)
        held = lock(folder.lock)
    except OSError as error:
        raise SandboxError(
            f"the sandbox cannot use its folder {folder.path}: {error.strerror}",
            hint="make the folder writable, or choose another workspace with -C DIR",
        ) from error
    with held:
        yield


def _launched(folder: Folder, port: int | None, cleaned: str) -> SandboxInfo:
    if importlib.util.find_spec("moto") is None or importlib.util.find_spec("flask") is None:
        raise SandboxError(
            "the sandbox needs moto's server, which is not installed", hint="pip install 'tfstencil[sandbox]'"
        )
    command = [sys.executable, "-m", "generator.sandbox.server", str(folder.path), str(port or 0)]
    # The server runs the very code that starts it: from the folder that holds this package, not from PYTHONPATH.
    root = Path(__file__).resolve().parents[2]
    with os.fdopen(os.open(folder.log, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as log:
        try:
            code = subprocess.run(  # noqa: S603  # our own interpreter and module
                command,
                cwd=root,
                env=_environment(),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                timeout=_START_SECONDS,
                check=False,
            ).returncode
        except subprocess.TimeoutExpired:
            code = -1
    record = ServerRecord.read(folder.record)
    if code != 0 or record is None:
        raise _failure(folder, port, code)
    return _info(record, fresh=True, cleaned=cleaned)


def _environment() -> dict[str, str]:
    # AWS settings of the user must not reach the stand-in, MOTO ones would change what it is.
    kept = {key: value for key, value in os.environ.items() if not key.startswith(("AWS_", "MOTO_", "FLASK_"))}
    fixed = {
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        # A web page in the user's browser has no business here.
        "MOTO_DISABLE_GLOBAL_CORS": "true",
        # Roles attach AWS's managed policies by ARN.
        "MOTO_IAM_LOAD_MANAGED_POLICIES": "true",
    }
    return kept | fixed


def _failure(folder: Folder, port: int | None, code: int) -> SandboxError:
    if code == PORT_TAKEN:
        return SandboxError(
            f"port {port} on {HOST} is in use by another program",
            hint="choose another with --port, or leave --port out to get a free one",
        )
    if code == PORT_FORBIDDEN:
        return SandboxError(
            f"port {port} on {HOST} may not be opened by this user",
            hint="choose a port above 1023 with --port, or leave --port out to get a free one",
        )
    reason = "did not start in time" if code < 0 else f"ended at once with exit code {code}"
    return SandboxError(
        f"the sandbox {reason}; its log ends:\n{folder.log_tail() or '(it is empty)'}", hint=f"the log is {folder.log}"
    )


def _end(record: ServerRecord) -> bool:
    """End the server of `record`, and no other process; return whether there was one."""
    if record.liveness() == "gone":
        return False
    for number in (signal.SIGTERM, signal.SIGKILL):
        with contextlib.suppress(ProcessLookupError):
            os.kill(record.pid, number)
        deadline = time.monotonic() + _STOP_SECONDS
        while time.monotonic() < deadline:
            if record.liveness() == "gone":
                return True
            time.sleep(0.02)
    raise SandboxError(
        f"the sandbox (process {record.pid}) does not end", hint=f"end it yourself: kill -9 {record.pid}"
    )


def _forget(folder: Folder) -> tuple[str, ...]:
    # State without its resources would make the next plan refresh everything away, with confusing words.
    names = tuple(sorted(file.stem for file in folder.state.glob("*.tfstate") if _describes_something(file)))
    shutil.rmtree(folder.state, ignore_errors=True)
    folder.record.unlink(missing_ok=True)
    return names


def _describes_something(state: Path) -> bool:
    try:
        return bool(read_json(state)["resources"])
    except (OSError, ValueError, KeyError, TypeError):
        return False
