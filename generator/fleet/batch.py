"""One batch: one terraform that plans its environments together, in a scratch root that stays initialised."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from generator.errors import InterruptedRunError, TerraformError
from generator.fleet.calls import calls_of
from generator.fleet.failed_environments import provider_died
from generator.fleet.installed import write_modules
from generator.fleet.root import write_root
from generator.fleet.split import split_plan
from generator.terraform import lockfile, overrides, scratch
from generator.terraform.adapter import Terraform
from generator.terraform.mode import Mode
from generator.terraform.plan_options import PlanOptions
from generator.terraform.process import ignored_environment
from generator.terraform.process.memory import close, file_in_memory

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from generator.diagnostics import Diagnostic
    from generator.fleet.calls import ModuleCall
    from generator.fleet.member import Member
    from generator.terraform.tools.programs import Tools

# The provider writes a trace of all that it does, for terraform to read and throw away: a tenth of its time.
_SILENT: Final = {"TF_LOG_SDK": "OFF", "TF_LOG_SDK_PROTO": "OFF", "TF_LOG_PROVIDER": "OFF"}
# Garbage is collected when this is reached, not earlier. Two full batches side by side then peak at 1,850 to 1,920 MiB.
_MEMORY: Final = {"GOGC": "off", "GOMEMLIMIT": "400MiB"}
_HASHES: Final = re.compile(r"^\s*hashes\s*=\s*\[[^]]*\]\n", re.MULTILINE)
_COMMENT: Final = re.compile(r"^#.*\n", re.MULTILINE)
_REQUIREMENT: Final = re.compile(r"^\s*(?:required_version|required_providers)\b", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class BatchPlan:
    """What came of a batch.

    Attributes:
        plans: plan JSON by environment.
        warnings: what terraform warned of.
    """

    plans: Mapping[str, dict[str, Any]]
    warnings: tuple[Diagnostic, ...]


class BatchFailed(Exception):  # noqa: N818  # not for users: it says that a batch has to be taken apart
    """Terraform refused the batch.

    Attributes:
        error: what it said.
        calls: how the environments were called.
        users: the environments that use each shared module folder.
    """

    def __init__(
        self, error: TerraformError, calls: Sequence[ModuleCall], users: Mapping[str, tuple[str, ...]]
    ) -> None:
        super().__init__(str(error))
        self.error = error
        self.calls = calls
        self.users = users


class Slot:
    """A scratch root that one batch after the other is planned in; not for two at a time.

    Args:
        folder: everything of it (0700).
        tools: terraform and provider.
        environ: our own environment.
        verbose: let TF_LOG through.
    """

    def __init__(self, folder: Path, tools: Tools, environ: Mapping[str, str], *, verbose: bool = False) -> None:
        self.folder = folder
        self._tools = tools
        self._environ = environ
        self._verbose = verbose
        self._root = folder / "root"
        self._data = folder / "data"
        self._stamp = folder / "initialised"

    def plan(self, members: Sequence[Member], *, shared: bool = True) -> BatchPlan:
        """Plan environments together.

        Args:
            members: the environments.
            shared: whether those of the same shape may be instances of one module, as is much faster. What terraform
                then says of an error is not what it would say of the environment alone.

        Raises:
            BatchFailed: terraform refused one of them, or all.
            ToolError: the provider cannot be had.
            OutputError: the scratch root cannot be written.
            TerraformError: terraform was interrupted, or it or its provider was killed.
        """
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        calls = calls_of(members, shared=shared)
        users = write_root(self._root, calls, self.folder / "fleet.tfstate")
        terraform = self._terraform(members)
        file = file_in_memory("fleet", self.folder / "fleet.tfplan")
        try:
            self._prepare(terraform, members, calls)
            options = PlanOptions(lock=False)
            try:
                run = terraform.plan(file, options)
            except TerraformError as error:
                if not any(diagnostic.asks_for_init for diagnostic in error.diagnostics):
                    raise
                self._init(terraform, members)
                run = terraform.plan(file, options)
            raw = terraform.show_raw(file)
        except InterruptedRunError:
            raise
        except TerraformError as error:
            if error.code < 0 or provider_died(error):
                error.hint = (
                    "terraform or its provider was killed, most likely for lack of memory: plan fewer at a time"
                )
                raise
            raise BatchFailed(error, calls, users) from error
        finally:
            # It holds every value in plain text, and nobody can apply it.
            close(file)
        return BatchPlan(split_plan(raw, calls), run.diagnostics)

    def _terraform(self, members: Sequence[Member]) -> Terraform:
        first = members[0]
        child = ignored_environment.child_environment(self._environ, Mode.OFFLINE, verbose=self._verbose)
        child |= self._tools.variables(self.folder, throwaway_lock=True)
        child |= ignored_environment.mock_credentials(first.account, first.region, overrides.NOWHERE)
        child |= _MEMORY | ({} if self._verbose else _SILENT)
        environment = ignored_environment.with_run_folders(child, self._data)
        return Terraform(self._tools.binary.path, folder=self._root, environment=environment, logs=self.folder / "logs")

    def _prepare(self, terraform: Terraform, members: Sequence[Member], calls: Sequence[ModuleCall]) -> None:
        stamped = self._stamp.is_file() and self._stamp.read_text("utf-8") == self._need(members)
        folders = {call.name: call.folder for call in calls}
        if not (stamped and write_modules(self._data, self._root, folders)):
            self._init(terraform, members)

    def _init(self, terraform: Terraform, members: Sequence[Member]) -> None:
        self._stamp.unlink(missing_ok=True)
        locked = self.folder / "locked.hcl"
        locked.unlink(missing_ok=True)
        if members[0].lock:
            locked.write_text(members[0].lock, "utf-8")
        scratch.write_lock(self._root, lockfile.scratch_lock(locked, self._tools.provider, self._tools.binary))
        with self._tools.initialising():
            try:
                terraform.init(reconfigure=True)
            except TerraformError as error:
                explained = self._tools.explain(error)
                if explained is error:
                    raise
                raise explained from error
        # Init has just compared the provider with its checksums. With them gone from our own lock file, no plan reads
        # 700 MB to compare them again, until another provider is to be used.
        lock = self._root / lockfile.NAME
        lock.write_text(_HASHES.sub("", lock.read_text("utf-8")), "utf-8")
        self._stamp.write_text(self._need(members), "utf-8")

    def _need(self, members: Sequence[Member]) -> str:
        """Digest what an init depends on, but for where local modules lie."""
        texts = {text for member in members for text in member.files.values()}
        # Without their headers, which name the environment.
        wanted = sorted({_COMMENT.sub("", text) for text in texts if _REQUIREMENT.search(text)})
        parts = (self._tools.identity, members[0].lock, str(self._root), *wanted)
        return hashlib.sha256("\0".join(parts).encode()).hexdigest()
