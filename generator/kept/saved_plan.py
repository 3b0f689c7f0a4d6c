"""A plan that was kept to be applied later: sealed, bound to all that it was made from, and used once.

Terraform itself applies a plan of one environment in the folder of another, a plan whose configuration has changed
since, and one that somebody has edited. So each kept plan has a sidecar that says what it belongs to, a seal covers
both, and a plan that does not fit any more is refused.

    .tfstencil/plans/<mode>/<env>.tfplan   the plan (0600), encrypted where that was wished
    .tfstencil/plans/<mode>/<env>.json     its sidecar
    .tfstencil/plans/fresh/                plans at work, each for one process; deleted when it ends
    .tfstencil/plans/used/                 which plans were used
    .tfstencil/keys/plans.key              what seals them
"""

from __future__ import annotations

import json
import secrets
import time
from dataclasses import asdict
from typing import TYPE_CHECKING, Any, Final

from generator.errors import SavedPlanError
from generator.files import PRIVATE, make_private_folder, replace
from generator.json_files import read_json
from generator.kept import encryption, used_plans
from generator.kept.encryption import PassphraseSeal
from generator.kept.seal import BrokenSeal, KeySeal, existing_key
from generator.model.types import duration_text
from generator.terraform.process.memory import empty, fill

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from generator.kept.binding import Binding
    from generator.kept.seal import Seal
    from generator.workspace import Workspace

FORMAT: Final = 2
# Clocks of two machines differ a little.
_SLACK_SECONDS: Final = 60


class SavedPlan:
    """The kept plan of one environment in one mode.

    Args:
        workspace: where.
        environment: its name.
        mode: `sandbox` or `real`.

    Attributes:
        file: the plan file, whether or not there is one.
    """

    def __init__(self, workspace: Workspace, environment: str, mode: str) -> None:
        self._folder = workspace.scratch / "plans" / mode
        self.file: Path = self._folder / f"{environment}.tfplan"
        self._sidecar = self._folder / f"{environment}.json"
        self._workspace = workspace
        self._environment = environment
        self._mode = mode

    @property
    def exists(self) -> bool:
        """Whether a plan was kept."""
        return self.file.is_file()

    def keep(self, draft: Path, binding: Binding, seal: Seal, taints: Sequence[str] = ()) -> None:
        """Seal a plan and keep it in place of an older one.

        Args:
            draft: the plan file, which is emptied or deleted.
            binding: what it was made from.
            seal: what seals it.
            taints: why it must never be applied.

        Raises:
            SavedPlanError: it cannot be written.
        """
        header: dict[str, Any] = {
            "format": FORMAT,
            "id": secrets.token_hex(16),
            "made": int(time.time()),
            "binding": asdict(binding),
            "taints": list(taints),
        }
        try:
            make_private_folder(self._folder, below=self._workspace.scratch)
            sealed, content = seal.close(header, draft.read_bytes())
            self.drop()
            replace(self.file, content, mode=PRIVATE)
            replace(self._sidecar, json.dumps(header | {"seal": sealed}, indent=2).encode(), mode=PRIVATE)
        except OSError as error:
            raise self._unwritable(error) from error
        finally:
            empty(draft)

    def open(self, now: Binding, copy: Path, *, oldest: int) -> OpenPlan:
        """Check the plan against its seal and against how things stand, and hand over a private copy.

        Args:
            now: how things stand.
            copy: the file to copy it to; no other process uses it, so that what was checked is what is applied.
            oldest: up to how many minutes old it may be.

        Raises:
            SavedPlanError: it is not what it was, or does not fit any more: with every reason that can be told.
            ToolError: it is encrypted, and encryption is not installed.
        """
        header, sealed = self._header()
        seal = self._seal(sealed)
        try:
            plan = seal.open(header, sealed, self.file.read_bytes())
        except BrokenSeal as broken:
            # Nothing that the sidecar says can be believed.
            raise self._refused([str(broken)]) from None
        except OSError as error:
            raise self._refused([f"it cannot be read ({error.strerror})"]) from error
        reasons = now.differences(header["binding"]) + [str(taint) for taint in header["taints"]]
        age = time.time() - header["made"]
        if age < -_SLACK_SECONDS:
            reasons.append("it was made in the future, as this machine's clock has it")
        if age > oldest * 60:
            reasons.append(
                f"it is {duration_text(int(age / 60))} old, and {duration_text(oldest)} is the oldest allowed"
            )
        used = used_plans.used(self._workspace, header["id"])
        if used:
            reasons.append(f"it was used already, {used}")
        if reasons:
            raise self._refused(reasons)
        try:
            fill(copy, plan)
        except OSError as error:
            raise self._unwritable(error) from error
        return OpenPlan(self, header["id"], copy)

    def use_up(self, plan: str) -> None:
        """Note that the plan is used, and delete what was kept of it.

        Raises:
            SavedPlanError: somebody else was first.
        """
        used_plans.claim(self._workspace, plan)
        self.drop()

    def refuse(self, reasons: Sequence[str]) -> None:
        """Refuse the plan for what its content says.

        Raises:
            SavedPlanError: there is a reason.
        """
        if reasons:
            raise self._refused(reasons)

    def drop(self) -> None:
        """Delete what was kept: it holds values in plain text."""
        self.file.unlink(missing_ok=True)
        self._sidecar.unlink(missing_ok=True)

    def _header(self) -> tuple[dict[str, Any], dict[str, Any]]:
        try:
            header = read_json(self._sidecar)
            sealed = dict(header.pop("seal"))
            usable = (
                header["format"] == FORMAT
                and isinstance(header["id"], str)
                and header["id"].isalnum()
                and isinstance(header["made"], int)
                and isinstance(header["binding"], dict)
                and isinstance(header["taints"], list)
            )
        except (OSError, ValueError, TypeError, KeyError, AttributeError, RecursionError):
            usable = False
        if not usable:
            # Who was first to apply it has deleted the plan, then the sidecar.
            if not self.file.exists():
                raise self._refused(["it is gone: another apply has just used it, or somebody has deleted it"])
            raise self._refused(
                ["nothing tells what it was made from (its sidecar is missing, damaged or of another format)"]
            )
        return header, sealed

    def _seal(self, sealed: dict[str, Any]) -> Seal:
        kind = sealed.get("kind")
        if kind == KeySeal.KIND:
            return existing_key(self._workspace)
        if kind == PassphraseSeal.KIND:
            return PassphraseSeal(encryption.passphrase())
        raise self._refused([f"its seal is of a kind that nobody knows: {kind}"])

    def _refused(self, reasons: Sequence[str]) -> SavedPlanError:
        name, file = self._environment, self._workspace.relative(self.file)
        target = " --sandbox" if self._mode == "sandbox" else ""
        return SavedPlanError(
            f"the kept plan {file} cannot be applied: {'; '.join(reasons)}",
            hint=f"make a new one with tfstencil plan {name}{target} --save, or delete it to apply a fresh plan",
        )

    def _unwritable(self, error: OSError) -> SavedPlanError:
        return SavedPlanError(
            f"{self._workspace.relative(self._folder)} cannot be written: {error.strerror}",
            hint="check the folder and its permissions",
        )


class OpenPlan:
    """A kept plan that was checked.

    Attributes:
        file: the private copy.
    """

    def __init__(self, kept: SavedPlan, identifier: str, file: Path) -> None:
        self.file = file
        self._kept = kept
        self._identifier = identifier

    def use_up(self) -> None:
        """Note that the plan is used, at the last moment before it is.

        Raises:
            SavedPlanError: another process was first.
        """
        self._kept.use_up(self._identifier)
