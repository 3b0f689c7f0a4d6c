"""Lock: the versions of providers, and their checksums, written beside the modules for everybody who runs Terraform."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

from generator.errors import UsageError
from generator.files import update
from generator.operations.inputs.assembly import Assembly
from generator.operations.inputs.freshness import require_fresh
from generator.terraform import find_tools, lockfile, scratch
from generator.terraform.adapter import Terraform
from generator.terraform.mode import Mode
from generator.terraform.process.ignored_environment import child_environment, with_run_folders
from generator.terraform.process.run_lock import held

if TYPE_CHECKING:
    from collections.abc import Sequence

    from generator.operations.run import Run
    from generator.terraform import Tools

_PLATFORM: Final = re.compile(r"[a-z0-9]+_[a-z0-9]+")
_REQUIREMENT: Final = re.compile(r'^\s*(?:source|version)\s*=\s*"([^"]+)"', re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Locked:
    """The lock file of one environment.

    Attributes:
        name: the environment.
        status: `written`, `changed` or `unchanged`.
        providers: what it is locked to, as `hashicorp/aws 5.100.0`.
        file: where it lies, relative to the workspace.
    """

    name: str
    status: Literal["written", "changed", "unchanged"]
    providers: str
    file: str


def lock(
    run: Run, patterns: Sequence[str] = (), *, platforms: Sequence[str] = (), upgrade: bool = False
) -> list[Locked]:
    """Write the lock files of environments.

    Args:
        run: the call.
        patterns: names and globs of environments; none for all.
        platforms: whose checksums to add, such as `darwin_arm64`; those of this machine are always there.
        upgrade: take the newest versions that are admitted, whatever is locked.

    Raises:
        UsageError: a platform is none.
        OutputError: modules are stale.
        TerraformError: a provider cannot be had for one of the platforms.
    """
    for each in platforms:
        if not _PLATFORM.fullmatch(each):
            raise UsageError(f"{each!r} is not a platform", hint="write OS_ARCH, such as linux_amd64 or darwin_arm64")
    assembly = Assembly(run.workspace)
    environments = assembly.load(run.workspace.select(patterns))
    require_fresh(assembly, environments)
    locking = _Locking(run, find_tools(), platforms, upgrade=upgrade)
    with run.reporter.progress("reading the checksums of providers", total=len(environments)) as shown:
        found = []
        for environment in environments:
            found.append(locking.lock(environment.name))
            shown.advance()
    return found


class _Locking:
    """One call: what several environments ask for in the same words is looked up once."""

    def __init__(self, run: Run, tools: Tools, platforms: Sequence[str], *, upgrade: bool) -> None:
        self._workspace = run.workspace
        self._tools = tools
        self._platforms = list(dict.fromkeys([tools.binary.platform, *platforms]))
        self._upgrade = upgrade
        self._known: dict[tuple[str, ...], str] = {}

    def lock(self, name: str) -> Locked:
        folder = self._workspace.modules_out / name
        file = folder / lockfile.NAME
        before = file.read_text(encoding="utf-8") if file.is_file() else ""
        texts = [(folder / path).read_text("utf-8") for path in scratch.relative_files(folder) if path.endswith(".tf")]
        asked = sorted({" ".join(_REQUIREMENT.findall(text)) for text in texts if "required_providers" in text})
        key = (before, *asked)
        if key not in self._known:
            self._known[key] = self._look_up(name, "" if self._upgrade else before)
        text = self._known[key]
        if text != before:
            update(file, text.encode())
        status: Literal["written", "changed", "unchanged"] = "unchanged" if text == before else "changed"
        return Locked(
            name, status if before else "written", lockfile.provider_versions(folder), self._workspace.relative(file)
        )

    def _look_up(self, name: str, before: str) -> str:
        """Have terraform write a lock file in a copy of the modules, and return it."""
        run_folder = self._workspace.scratch / "run" / "lock" / name
        root = run_folder / "root"
        with held(run_folder / "lock", purpose=f"locking the providers of {name}"):
            scratch.update_copy(self._workspace.modules_out / name, root, {})
            scratch.write_lock(root, before)
            environment = child_environment(os.environ, Mode.OFFLINE)
            terraform = Terraform(
                self._tools.binary.path,
                folder=root,
                environment=with_run_folders(environment, run_folder / "data"),
                logs=run_folder / "logs",
            )
            source = self._tools.provider
            mirror = source.folder if source.kind in {"mirror", "implied"} else None
            terraform.lock_providers(self._platforms, mirror=mirror)
            return (root / lockfile.NAME).read_text(encoding="utf-8")
