"""Which profiles the AWS configuration of this machine has: found without boto3, and without reading what is secret."""

from __future__ import annotations

from configparser import ConfigParser
from configparser import Error as ConfigError
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


def profiles(environ: Mapping[str, str]) -> list[str]:
    """List their names, sorted.

    Args:
        environ: our environment, which may name other files.
    """
    home = Path(environ.get("HOME") or Path.home())
    files = [
        Path(environ.get("AWS_SHARED_CREDENTIALS_FILE") or home / ".aws" / "credentials"),
        Path(environ.get("AWS_CONFIG_FILE") or home / ".aws" / "config"),
    ]
    found: set[str] = set()
    for file in files:
        # Values may hold per cent signs, and nothing here reads them.
        parser = ConfigParser(interpolation=None, strict=False)
        try:
            parser.read(file, encoding="utf-8")
        except (ConfigError, OSError, UnicodeDecodeError):
            continue
        sections = [section for section in parser.sections() if not section.startswith(("sso-session ", "services "))]
        found.update(section.removeprefix("profile ") for section in sections)
    return sorted(found)
