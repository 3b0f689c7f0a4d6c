"""Terraform's own configuration file: the user's, which we respect, and the one we write for a run."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import TYPE_CHECKING, Final

from generator.terraform.user_folders import home

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

VARIABLE: Final = "TF_CLI_CONFIG_FILE"
# A string, so that a # or // inside it opens no comment; or a comment of any of the three kinds.
_STRING_OR_COMMENT: Final = re.compile(r'("(?:\\.|[^"\\\n])*")|#[^\n]*|//[^\n]*|/\*.*?\*/', re.DOTALL)
_GOVERNS: Final = re.compile(r'^[\s{]*"?(?:provider_installation|plugin_cache_dir)\b', re.MULTILINE)


def user_config(environ: Mapping[str, str], *, is_tofu: bool = False) -> Path | None:
    """Return the user's CLI configuration file, None where there is none.

    A variable that names a file that does not exist counts as unset; terraform would warn at every call.
    """
    named = environ.get(VARIABLE, "")
    if named and Path(named).is_file():
        return Path(named)
    names = (".tofurc", ".terraformrc") if is_tofu else (".terraformrc",)
    found = (home(environ) / name for name in names)
    return next((path for path in found if path.is_file()), None)


def dangling_config(environ: Mapping[str, str]) -> str | None:
    """Return the file that TF_CLI_CONFIG_FILE names and that does not exist, None where all is well."""
    named = environ.get(VARIABLE, "")
    return named if named and not Path(named).is_file() else None


def governs_providers(text: str) -> bool:
    """Whether a CLI configuration says itself where providers come from or where they are cached."""
    bare = _STRING_OR_COMMENT.sub(lambda match: match[1] or " ", text)
    return bool(_GOVERNS.search(bare))


def write_mirror_config(path: Path, mirror: Path, providers: Sequence[str], user_text: str = "") -> None:
    """Write a CLI configuration that takes `providers` from a mirror, and all others from where they come from.

    Args:
        path: the file to write; readable for the owner alone, since the user's text may hold credentials.
        mirror: folder that holds `HOST/NAMESPACE/NAME/…`.
        providers: addresses (`registry.terraform.io/hashicorp/aws`) that the mirror has.
        user_text: the user's own configuration, kept in front.
    """
    addresses = ", ".join(_quoted(provider) for provider in providers)
    text = (
        (f"{user_text.rstrip()}\n\n" if user_text.strip() else "")
        + f"""provider_installation {{
  filesystem_mirror {{
    path    = {_quoted(str(mirror))}
    include = [{addresses}]
  }}
  direct {{
    exclude = [{addresses}]
  }}
}}
"""
    )
    if path.is_file() and path.read_text(encoding="utf-8") == text:
        return
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    path.unlink(missing_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        file.write(text)


def _quoted(text: str) -> str:
    # The CLI configuration is HCL 1, which interpolates ${…} as well.
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("${", "$${")
    return f'"{escaped}"'
