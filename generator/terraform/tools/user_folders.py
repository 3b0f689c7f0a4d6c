"""The folders of the user who runs us: home, cache, data."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


def home(environ: Mapping[str, str]) -> Path:
    """Return the user's home folder, as `environ` has it."""
    return Path(environ["HOME"]) if environ.get("HOME") else Path.home()


def cache_folder(environ: Mapping[str, str]) -> Path:
    """Return the folder of what we may fetch again at any time: terraform and providers."""
    xdg = environ.get("XDG_CACHE_HOME", "")
    # The XDG specification says that a relative path is to be ignored.
    if xdg and Path(xdg).is_absolute():
        return Path(xdg) / "tfstencil"
    if sys.platform == "darwin":
        return home(environ) / "Library" / "Caches" / "tfstencil"
    return home(environ) / ".cache" / "tfstencil"


def plugin_folders(environ: Mapping[str, str]) -> list[Path]:
    """List the folders in which terraform looks for providers by itself, best first."""
    own = home(environ)
    data = environ.get("XDG_DATA_HOME") or str(own / ".local" / "share")
    shared = (environ.get("XDG_DATA_DIRS") or "/usr/local/share:/usr/share").split(":")
    folders = [own / ".terraform.d" / "plugins"]
    if sys.platform == "darwin":
        folders += [base / "io.terraform" / "plugins" for base in _application_support(own)]
    return folders + [Path(base) / "terraform" / "plugins" for base in (data, *shared) if base]


def _application_support(own: Path) -> list[Path]:
    return [own / "Library" / "Application Support", Path("/Library/Application Support")]
