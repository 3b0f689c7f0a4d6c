"""Fetches a pinned Terraform into the user's cache, for machines that have none."""

from __future__ import annotations

import os
import platform
import sys
import tempfile
import zipfile
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Final

from generator.errors import ToolError
from generator.terraform.process.run_lock import held
from generator.terraform.tools.binary import TerraformBinary, installed_path, probe
from generator.terraform.tools.download import download, read_text
from generator.terraform.tools.versions import PINNED_TERRAFORM

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

SETTING: Final = "TFSTENCIL_RELEASES_URL"
RELEASES: Final = "https://releases.hashicorp.com"
_MACHINES: Final = {
    "x86_64": "amd64",
    "amd64": "amd64",
    "aarch64": "arm64",
    "arm64": "arm64",
    "armv7l": "arm",
    "armv6l": "arm",
    "i386": "386",
    "i686": "386",
}
_LARGEST_PROGRAM: Final = 1 << 30
_BLOCK: Final = 1 << 20


def this_platform() -> str:
    """Return this machine as terraform writes it (`linux_amd64`).

    Raises:
        ToolError: HashiCorp builds nothing for it.
    """
    system = "linux" if sys.platform.startswith("linux") else sys.platform
    machine = _MACHINES.get(platform.machine().lower())
    if system not in {"linux", "darwin"} or machine is None:
        raise ToolError(
            f"there is no Terraform release for {sys.platform} on {platform.machine()}",
            hint="build Terraform or OpenTofu yourself and put it on PATH",
        )
    return f"{system}_{machine}"


def install_terraform(
    environ: Mapping[str, str],
    *,
    version: str = PINNED_TERRAFORM,
    on_progress: Callable[[int, int], None] | None = None,
) -> TerraformBinary:
    """Fetch a Terraform release, unless it is there already.

    The zip's digest must be the one in the release's SHA256SUMS. The program appears under its name only once it is
    whole, and has answered with its version.

    Args:
        environ: our environment: the setting for where releases are, and the cache folder.
        version: of the release.
        on_progress: called with bytes so far and bytes in all (0 where the server does not say).

    Returns:
        The installed program.

    Raises:
        ToolError: it could not be fetched, or is not what it should be; nothing is left behind.
    """
    target = installed_path(environ, version)
    with held(target.parent / "lock", purpose="installing terraform", patience=900.0):
        if target.is_file():
            with suppress(ToolError):
                return probe(target, environ, found_by="fetched by tfstencil")
        return _install(target, environ, version, on_progress)


def _install(
    target: Path, environ: Mapping[str, str], version: str, on_progress: Callable[[int, int], None] | None
) -> TerraformBinary:
    base = f"{environ.get(SETTING, RELEASES).rstrip('/')}/terraform/{version}"
    archive = f"terraform_{version}_{this_platform()}.zip"
    sums = f"{base}/terraform_{version}_SHA256SUMS"
    wanted = _digest_of(archive, read_text(sums), sums)
    try:
        with tempfile.TemporaryDirectory(dir=target.parent, prefix=".new-") as name:
            folder = Path(name)
            found = download(f"{base}/{archive}", folder / archive, on_progress=on_progress)
            if found != wanted:
                raise ToolError(
                    f"{base}/{archive} is not the file that its SHA256SUMS names: {found} instead of {wanted}",
                    hint=f"nothing was installed; try again, and if it stays so, do not trust {base}",
                )
            program = folder / "terraform"
            _unpack(folder / archive, program)
            _check_version(program, environ, version)
            program.replace(target)
    except OSError as error:
        raise ToolError(
            f"terraform could not be put into {target.parent}: {error}", hint="free the disk, or set XDG_CACHE_HOME"
        ) from error
    return probe(target, environ, found_by="fetched by tfstencil")


def _digest_of(archive: str, text: str, source: str) -> str:
    for line in text.splitlines():
        digest, _, name = line.strip().partition("  ")
        if name == archive:
            return digest.lower()
    raise ToolError(f"{source} does not name {archive}", hint="this release was not built for this machine")


def _unpack(archive: Path, program: Path) -> None:
    try:
        with zipfile.ZipFile(archive) as members:
            for member in members.infolist():
                # We write one file under a name of our own, so such a member could do no harm; but an archive that
                # holds one is none of HashiCorp's.
                if member.filename.startswith(("/", "\\")) or ".." in Path(member.filename).parts:
                    raise ToolError(f"{archive.name} is refused: it holds a path that leads out, {member.filename!r}")
            with members.open("terraform") as source, program.open("xb") as file:
                for size in range(0, _LARGEST_PROGRAM, _BLOCK):
                    block = source.read(_BLOCK)
                    if not block:
                        break
                    if size + len(block) >= _LARGEST_PROGRAM:
                        raise ToolError(f"{archive.name} is refused: what it holds is larger than any terraform")
                    file.write(block)
                file.flush()
                os.fsync(file.fileno())
    except (zipfile.BadZipFile, KeyError) as error:
        raise ToolError(f"{archive.name} is not a zip file that holds terraform: {error}") from error
    program.chmod(0o755)


def _check_version(program: Path, environ: Mapping[str, str], version: str) -> None:
    found = probe(program, environ, found_by="just fetched")
    if str(found.version) != version:
        raise ToolError(f"the program in the archive is version {found.version}, and not {version}")
