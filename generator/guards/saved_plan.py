"""A plan that was kept to be applied later, bound to all that it was made from, and used once.

Terraform itself applies a plan of one environment in the folder of another, and a plan whose configuration has changed
since. So each kept plan has a sidecar that says what it belongs to, and a plan that does not fit any more is refused.
"""

from __future__ import annotations

import hashlib
import json
import os
import time
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Final

from generator import __version__
from generator.errors import OutputError

if TYPE_CHECKING:
    from pathlib import Path

    from generator.workspace import Workspace

OLDEST_SECONDS: Final = 24 * 3600
_MANIFEST: Final = ".tfstencil.json"
_LOCK: Final = ".terraform.lock.hcl"


@dataclass(frozen=True, slots=True)
class Binding:
    """What a plan was made from and for.

    Attributes:
        environment: its name.
        mode: where its effects go.
        account: of the environment.
        endpoint: of the sandbox; "" for AWS.
        modules: digest of the rendered modules' manifest and of the dependency lock file.
        lineage: of the state that was planned on; "" for none.
        serial: of that state.
        generator: version of tfstencil.
    """

    environment: str
    mode: str
    account: str
    endpoint: str
    modules: str
    lineage: str
    serial: int
    generator: str = __version__


_WORDS: Final = {
    "environment": "it was made for another environment",
    "mode": "it was made for another target",
    "account": "it was made for another account",
    "endpoint": "it was made for another sandbox",
    "modules": "the modules have changed since",
    "lineage": "the state is another one now",
    "serial": "the state has changed since",
    "generator": "it was made by another version of tfstencil",
}


class SavedPlan:
    """The kept plan of one environment in one mode.

    Args:
        workspace: where.
        environment: its name.
        mode: `sandbox` or `real`.

    Attributes:
        file: the plan file (0600), whether or not there is one.
    """

    def __init__(self, workspace: Workspace, environment: str, mode: str) -> None:
        folder = workspace.scratch / "plans" / mode
        self.file: Path = folder / f"{environment}.tfplan"
        self._sidecar = folder / f"{environment}.json"
        self._workspace = workspace
        self._environment = environment

    @property
    def exists(self) -> bool:
        """Whether a plan was kept."""
        return self.file.is_file()

    def make_room(self) -> None:
        """Prepare the folder (0700), and drop a plan that was kept before.

        Raises:
            OutputError: the folder cannot be written.
        """
        try:
            self.file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as error:
            raise OutputError(f"{self.file.parent} cannot be made: {error.strerror}") from error
        self.drop()

    def bind(self, binding: Binding) -> None:
        """Write down what the plan file belongs to."""
        content = {"binding": asdict(binding), "plan": _digest(self.file), "made": int(time.time())}
        descriptor = os.open(self._sidecar, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as sidecar:
            json.dump(content, sidecar, indent=2)

    def require(self, now: Binding) -> None:
        """Refuse a plan that is not what it was, or does not fit what there is now.

        Args:
            now: how things stand.

        Raises:
            OutputError: with every reason.
        """
        reasons = self._reasons(now)
        if reasons:
            name, file = self._environment, self._workspace.relative(self.file)
            target = " --sandbox" if now.mode == "sandbox" else ""
            raise OutputError(
                f"the kept plan {file} cannot be applied: {', '.join(reasons)}",
                hint=f"make a new one with tfstencil plan {name}{target} --save, or delete it to apply a fresh plan",
            )

    def drop(self) -> None:
        """Delete the plan: it is used once, and it holds values in plain text."""
        self.file.unlink(missing_ok=True)
        self._sidecar.unlink(missing_ok=True)

    def _reasons(self, now: Binding) -> list[str]:
        try:
            content = json.loads(self._sidecar.read_text("utf-8"))
            bound, plan, made = dict(content["binding"]), str(content["plan"]), int(content["made"])
        except (OSError, ValueError, TypeError, KeyError):
            return ["nothing tells what it was made from"]
        reasons = [_WORDS[key] for key, value in asdict(now).items() if bound.get(key) != value]
        if _digest(self.file) != plan:
            reasons.append("its content has changed since")
        if not 0 <= time.time() - made <= OLDEST_SECONDS:
            reasons.append(f"it is older than {OLDEST_SECONDS // 3600} hours")
        return reasons


def modules_digest(workspace: Workspace, environment: str) -> str:
    """Digest the manifest and the lock file of an environment's modules: they change with every file of ours."""
    digest = hashlib.sha256()
    for name in (_MANIFEST, _LOCK):
        file = workspace.modules_out / environment / name
        digest.update(file.read_bytes() if file.is_file() else b"")
        digest.update(b"\0")
    return digest.hexdigest()


def _digest(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()
