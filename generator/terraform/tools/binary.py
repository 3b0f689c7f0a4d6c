"""Finds the terraform to run: the one a setting names, else the one on PATH, else OpenTofu, else the one we fetched."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from generator.errors import ToolError
from generator.terraform.tools.user_folders import cache_folder
from generator.terraform.tools.versions import MINIMUM_TERRAFORM, PINNED_TERRAFORM, Version

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

SETTING: Final = "TFSTENCIL_TERRAFORM"
_PROBE_SECONDS: Final = 60
_ADVICE: Final = (
    f"run tfstencil doctor --install to fetch Terraform {PINNED_TERRAFORM}, or install Terraform or OpenTofu "
    f"{MINIMUM_TERRAFORM.major}.{MINIMUM_TERRAFORM.minor} or later, or name it in {SETTING}"
)


@dataclass(frozen=True, slots=True)
class TerraformBinary:
    """A terraform that runs and is new enough.

    Attributes:
        path: absolute.
        version: what it says of itself.
        platform: as terraform writes it (`linux_amd64`).
        found_by: why this one (`PATH`, the setting's name, `tfstencil's cache`).
    """

    path: Path
    version: Version
    platform: str
    found_by: str

    @property
    def is_tofu(self) -> bool:
        """Whether it is OpenTofu, whose default registry is another one."""
        return "tofu" in self.path.name

    @property
    def registry(self) -> str:
        """The host that `hashicorp/aws` means to this program."""
        return "registry.opentofu.org" if self.is_tofu else "registry.terraform.io"


def find_binary(environ: Mapping[str, str]) -> TerraformBinary:
    """Find the terraform to run.

    Args:
        environ: our environment: the setting, PATH, and the user's folders.

    Raises:
        ToolError: there is none, or none that is usable; the message says what was found and how to get one.
    """
    refused: list[str] = []
    for path, found_by in _candidates(environ):
        try:
            binary = probe(path, environ, found_by=found_by)
        except ToolError as error:
            refused.append(str(error))
        else:
            if binary.version >= MINIMUM_TERRAFORM:
                return binary
            needed = f"{MINIMUM_TERRAFORM.major}.{MINIMUM_TERRAFORM.minor}"
            refused.append(f"{path} ({found_by}) is version {binary.version}, and {needed} or later is needed")
    if refused:
        raise ToolError("; ".join(refused), hint=_ADVICE)
    raise ToolError("no terraform was found: neither terraform nor tofu is on PATH", hint=_ADVICE)


def installed_path(environ: Mapping[str, str], version: str = PINNED_TERRAFORM) -> Path:
    """Return where `doctor --install` puts terraform, whether or not it is there."""
    return cache_folder(environ) / "terraform" / version / "terraform"


def probe(path: Path, environ: Mapping[str, str], *, found_by: str) -> TerraformBinary:
    """Ask a program for its version.

    Raises:
        ToolError: it does not run, or is no terraform.
    """
    own = {key: environ[key] for key in ("PATH", "HOME", "TMPDIR") if key in environ} | {"CHECKPOINT_DISABLE": "1"}
    try:
        answer = subprocess.run(  # noqa: S603  # the program that the user chose, no shell
            [path, "version", "-json"],
            cwd=path.parent,
            env=own,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=_PROBE_SECONDS,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise ToolError(f"{path} ({found_by}) does not run: {error}", hint=_ADVICE) from error
    try:
        document = json.loads(answer.stdout)
        version, platform = Version.parse(document["terraform_version"]), str(document["platform"])
    except (ValueError, KeyError, TypeError) as error:
        raise ToolError(f"{path} ({found_by}) does not answer version -json as Terraform does", hint=_ADVICE) from error
    if version is None:
        unknown = document["terraform_version"]
        raise ToolError(f"{path} ({found_by}) has a version that cannot be read: {unknown!r}", hint=_ADVICE)
    return TerraformBinary(path, version, platform, found_by)


def _candidates(environ: Mapping[str, str]) -> Iterator[tuple[Path, str]]:
    wanted = environ.get(SETTING, "").strip()
    if wanted:
        found = shutil.which(wanted, path=environ.get("PATH", os.defpath))
        if found is None:
            raise ToolError(f"{SETTING} names {wanted!r}, which is not a program that can be run", hint=_ADVICE)
        yield Path(found).absolute(), SETTING
        return
    for name in ("terraform", "tofu"):
        found = shutil.which(name, path=environ.get("PATH", os.defpath))
        if found:
            yield Path(found).absolute(), "PATH"
    fetched = installed_path(environ)
    if fetched.is_file():
        yield fetched, "fetched by tfstencil"
