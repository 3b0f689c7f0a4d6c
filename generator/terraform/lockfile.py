"""The dependency lock file of a scratch copy, made from the user's own, which is never written to."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from generator.terraform.tools import mirror
from generator.terraform.tools.versions import Version

if TYPE_CHECKING:
    from pathlib import Path

    from generator.terraform.tools.binary import TerraformBinary
    from generator.terraform.tools.provider import ProviderSource

NAME: Final = ".terraform.lock.hcl"
_BLOCK: Final = re.compile(r'^provider\s+"([^"]+)"\s*\{(.*?)^\}', re.MULTILINE | re.DOTALL)
_VERSION: Final = re.compile(r'^\s*version\s*=\s*"([^"]+)"', re.MULTILINE)


def scratch_lock(user_lock: Path, source: ProviderSource, binary: TerraformBinary) -> str:
    """Write the lock file for a scratch copy: the user's versions, as far as the provider source can serve them.

    From a mirror, versions are kept without their checksums: a lock file that was made elsewhere often has none that
    fits an unpacked provider, and terraform would refuse the folder.

    Args:
        user_lock: the lock file beside the rendered root; it need not exist.
        source: where providers come from.
        binary: settles the platform.

    Returns:
        Its text; "" for none.
    """
    if not user_lock.is_file():
        return ""
    text = user_lock.read_text(encoding="utf-8")
    if source.folder is None or source.kind in {"registry", "user"}:
        return text
    kept: list[str] = []
    for block in _BLOCK.finditer(text):
        version = _VERSION.search(block[2])
        if version and _served(source, source.folder, block[1], version[1], binary.platform):
            kept.append(f'provider "{block[1]}" {{\n  version = "{version[1]}"\n}}\n')
    return "\n".join(kept)


def provider_versions(folder: Path) -> str:
    """Return the providers that a folder is locked to, as `hashicorp/aws 5.100.0`; "" where nothing is locked."""
    file = folder / NAME
    blocks = _BLOCK.findall(file.read_text(encoding="utf-8")) if file.is_file() else []
    versions = {address.partition("/")[2]: _VERSION.search(block) for address, block in blocks}
    return ", ".join(f"{name} {found[1]}" for name, found in sorted(versions.items()) if found)


def _served(source: ProviderSource, folder: Path, address: str, version: str, platform: str) -> bool:
    if address not in source.providers:
        return True
    return Version.parse(version) in {offer.version for offer in mirror.offers(folder, address, platform)}
