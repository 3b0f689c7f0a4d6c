"""Finds where the AWS provider comes from, so that nobody waits for 700 MB that already lie on the machine."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal

from generator.aws.provider_versions import SUPPORTED
from generator.errors import ToolError
from generator.terraform.tools import cli_config, mirror
from generator.terraform.tools.user_folders import cache_folder, plugin_folders
from generator.terraform.tools.versions import provider_fits

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from generator.terraform.tools.binary import TerraformBinary
    from generator.terraform.tools.versions import Version

SETTING: Final = "TFSTENCIL_PROVIDER_MIRROR"
SOFTWARE_FOLDERS: Final = (Path("/opt"), Path("/usr/local/share"), Path("/usr/share"))
ADVICE: Final = (
    "connect to the registry once (the provider is then cached), or put an unpacked mirror (made elsewhere by "
    f"terraform providers mirror) where {SETTING} says"
)


@dataclass(frozen=True, slots=True)
class ProviderSource:
    """Where terraform gets the AWS provider from.

    Attributes:
        kind: `mirror` (we name it to terraform), `implied` (terraform finds that mirror by itself), `user` (the
            user's CLI configuration settles it) or `registry`.
        found_by: the setting, file or folder that led here.
        folder: of the mirror, or of the shared cache for `registry`; None for `user`.
        version: of the provider in the mirror; None where only terraform will know.
        unpacked: terraform links to it instead of unpacking a copy.
        providers: addresses of all providers in the mirror.
        config: the user's CLI configuration, None where there is none.
        versions: all fitting ones in the mirror; empty where only terraform will know.
    """

    kind: Literal["mirror", "implied", "user", "registry"]
    found_by: str
    folder: Path | None
    version: Version | None = None
    unpacked: bool = False
    providers: tuple[str, ...] = ()
    config: Path | None = None
    versions: tuple[Version, ...] = ()

    @property
    def needs_cache(self) -> bool:
        """Whether each init would make a copy of its own, were there no shared cache."""
        return self.kind == "registry" or (self.kind != "user" and not self.unpacked)


def find_provider(
    environ: Mapping[str, str], binary: TerraformBinary, *, software: Iterable[Path] = SOFTWARE_FOLDERS
) -> ProviderSource:
    """Find the AWS provider: the setting, the user's configuration, terraform's own folders, add-on software.

    Args:
        environ: our environment.
        binary: settles the platform, and the host that `hashicorp/aws` stands for.
        software: folders whose folders are searched for a mirror.

    Raises:
        ToolError: the setting names no mirror, or mirrors exist and none has a fitting version.
    """
    config = cli_config.user_config(environ, is_tofu=binary.is_tofu)
    address = f"{binary.registry}/hashicorp/aws"
    if environ.get(SETTING):
        return _named(Path(environ[SETTING]).absolute(), address, binary.platform, config)
    if config and cli_config.governs_providers(config.read_text(encoding="utf-8", errors="replace")):
        return ProviderSource("user", str(config), None, config=config)
    unfit: list[str] = []
    implied = [(folder, "implied") for folder in plugin_folders(environ)]
    added = [(folder, "mirror") for base in software for folder in _folders_in(base)]
    for folder, kind in implied + added:
        offers = mirror.offers(folder, address, binary.platform)
        best = _best(offers)
        if best:
            return ProviderSource(
                "implied" if kind == "implied" else "mirror",
                str(folder),
                folder,
                best.version,
                best.unpacked,
                mirror.providers(folder),
                config,
                _versions(offers),
            )
        unfit += [f"{folder} has {offer.version}" for offer in offers]
    if unfit:
        raise ToolError(f"no mirror has an AWS provider {SUPPORTED}: {', '.join(unfit)}", hint=ADVICE)
    return ProviderSource("registry", binary.registry, shared_cache(environ), config=config)


def _named(folder: Path, address: str, platform: str, config: Path | None) -> ProviderSource:
    offers = mirror.offers(folder, address, platform)
    best = _best(offers)
    if best is None:
        has = ", ".join(str(offer.version) for offer in offers)
        found = f"has only {has}" if has else f"has no {address} for {platform}"
        raise ToolError(f"{SETTING} names {folder}, which {found}; needed is {SUPPORTED}", hint=ADVICE)
    known = mirror.providers(folder)
    return ProviderSource("mirror", SETTING, folder, best.version, best.unpacked, known, config, _versions(offers))


def _versions(offers: Iterable[mirror.Offer]) -> tuple[Version, ...]:
    return tuple(sorted({offer.version for offer in offers if provider_fits(offer.version)}))


def _best(offers: Iterable[mirror.Offer]) -> mirror.Offer | None:
    fitting = [offer for offer in offers if provider_fits(offer.version)]
    return max(fitting, key=lambda offer: (offer.version, offer.unpacked), default=None)


def _folders_in(base: Path) -> list[Path]:
    try:
        return sorted(folder for folder in base.iterdir() if folder.is_dir())
    except OSError:
        return []


def shared_cache(environ: Mapping[str, str]) -> Path:
    """Return the folder in which all runs share what they took from a registry: the user's, else ours."""
    named = environ.get("TF_PLUGIN_CACHE_DIR", "")
    return Path(named).absolute() if named else cache_folder(environ) / "providers"
