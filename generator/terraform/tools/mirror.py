"""What a filesystem mirror of providers holds, in terraform's two layouts.

Unpacked: `HOST/NAMESPACE/NAME/VERSION/OS_ARCH/terraform-provider-NAME…`; terraform links to it.
Packed: `HOST/NAMESPACE/NAME/terraform-provider-NAME_VERSION_OS_ARCH.zip`; terraform unpacks a copy.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from generator.terraform.tools.versions import Version

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


class Offer(NamedTuple):
    """One version of a provider, for our platform."""

    version: Version
    unpacked: bool


def offers(folder: Path, address: str, platform: str) -> list[Offer]:
    """List what a mirror has of one provider, for one platform.

    Args:
        folder: that would hold `HOST/…`; it need not exist.
        address: `HOST/NAMESPACE/NAME`.
        platform: `OS_ARCH`.
    """
    try:
        return [*_unpacked(folder / address, platform), *_packed(folder / address, platform)]
    except OSError:
        # A folder that we may not read is no mirror of ours.
        return []


def providers(folder: Path) -> tuple[str, ...]:
    """List the addresses of all providers in a mirror, sorted."""
    found = folder.glob("*.*/*/*")
    return tuple(sorted(path.relative_to(folder).as_posix() for path in found if path.is_dir()))


def _unpacked(provider: Path, platform: str) -> Iterator[Offer]:
    program = f"terraform-provider-{provider.name}*"
    for folder in sorted(provider.glob(f"*/{platform}")):
        version = Version.parse(folder.parent.name)
        if version and any(folder.glob(program)):
            yield Offer(version, unpacked=True)


def _packed(provider: Path, platform: str) -> Iterator[Offer]:
    prefix, suffix = f"terraform-provider-{provider.name}_", f"_{platform}.zip"
    for file in sorted(provider.glob(f"{prefix}*{suffix}")):
        version = Version.parse(file.name.removeprefix(prefix).removesuffix(suffix))
        if version:
            yield Offer(version, unpacked=False)
