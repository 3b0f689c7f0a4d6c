"""What a plan was made from and for: all that must still hold when it is applied."""

from __future__ import annotations

import hashlib
import re
from dataclasses import asdict, dataclass, fields
from typing import TYPE_CHECKING, Final

from generator import __version__
from generator.terraform import lockfile
from generator.terraform.outer_modules import outer_modules
from generator.terraform.scratch import hcl_texts, relative_files

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from generator.workspace import Workspace

_BACKEND: Final = re.compile(
    r'^  backend\s+"(\w+)"\s*\{(.*?)^  \}|^  backend\s+"(\w+)"\s*\{\s*\}', re.MULTILINE | re.DOTALL
)
_SETTING: Final = re.compile(r'^\s*(\w+)\s*=\s*"?(.*?)"?\s*$', re.MULTILINE)
# Which values are worth showing; the others are digests.
_SHOWN: Final = frozenset({"environment", "mode", "account", "region", "endpoint", "serial", "terraform", "provider"})


@dataclass(frozen=True, slots=True)
class Binding:
    """What a plan was made from and for.

    Attributes:
        environment: its name.
        mode: where its effects go.
        account: of the environment.
        region: of the environment.
        backend: where its state lies.
        endpoint: of the sandbox; "" for AWS.
        source: digest of the rendered modules.
        lock: digest of the dependency lock file; "" where there is none.
        lineage: of the state that was planned on; "" for none.
        serial: of that state.
        terraform: version of the program.
        provider: versions of the providers.
        generator: version of tfstencil.
    """

    environment: str
    mode: str
    account: str
    region: str
    backend: str
    endpoint: str
    source: str
    lock: str
    lineage: str
    serial: int
    terraform: str
    provider: str
    generator: str = __version__

    def differences(self, kept: Mapping[str, object]) -> list[str]:
        """Say how things stand otherwise than when a plan was made; empty where everything is as it was.

        Args:
            kept: the binding of the plan, read back.
        """
        now = asdict(self)
        return [
            f"{_WORDS[name]} ({kept.get(name)!s}, now {now[name]})" if name in _SHOWN else _WORDS[name]
            for name in now
            if kept.get(name) != now[name]
        ]


_WORDS: Final = {
    "environment": "it was made for another environment",
    "mode": "it was made for another target",
    "account": "it was made for another account",
    "region": "it was made for another region",
    "backend": "it was made for another backend",
    "endpoint": "it was made for another sandbox",
    "source": "the modules have changed since",
    "lock": "the dependency lock file has changed since",
    "lineage": "the state is another one now",
    "serial": "the state has changed since",
    "terraform": "it was made by another version of Terraform",
    "provider": "it was made with another version of the provider",
    "generator": "it was made by another version of tfstencil",
}
assert set(_WORDS) == {field.name for field in fields(Binding)}  # noqa: S101  # a field without words could not be told


def source_digest(workspace: Workspace, environment: str) -> str:
    """Digest every file of an environment's modules, also one that is not ours, or lies elsewhere in the workspace.

    What is terraform's own does not count.
    """
    folder = workspace.modules_out / environment
    digest = hashlib.sha256()
    files = {path: folder / path for path in relative_files(folder)}
    files |= outer_modules(folder, hcl_texts(folder)).files
    for path, file in sorted(files.items()):
        digest.update(f"{path}\0{hashlib.sha256(file.read_bytes()).hexdigest()}\0".encode())
    return digest.hexdigest()


def lock_digest(workspace: Workspace, environment: str) -> str:
    """Digest the dependency lock file of an environment; "" where there is none."""
    file = workspace.modules_out / environment / lockfile.NAME
    return hashlib.sha256(file.read_bytes()).hexdigest() if file.is_file() else ""


def modules_digest(workspace: Workspace, environment: str) -> str:
    """Digest modules and lock file together."""
    both = f"{source_digest(workspace, environment)} {lock_digest(workspace, environment)}"
    return hashlib.sha256(both.encode()).hexdigest()


def backend_of(folder: Path) -> str:
    """Say where the rendered modules of a folder keep their state: `s3 bucket=… key=…`, or `local`."""
    for file in sorted(folder.glob("*.tf")):
        found = _BACKEND.search(file.read_text("utf-8", errors="replace"))
        if found:
            settings = sorted(_SETTING.findall(found[2] or ""))
            return " ".join([found[1] or found[3], *(f"{name}={value}" for name, value in settings)])
    return "local"
