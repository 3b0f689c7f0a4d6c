"""Terraform's own configuration file: the user's, which we respect, and the one we write for a run."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Final

from generator.errors import ToolError
from generator.files import PRIVATE, replace
from generator.terraform.tools.user_folders import home

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

VARIABLE: Final = "TF_CLI_CONFIG_FILE"
# A string, so that a # or // inside it opens no comment; or a comment of any of the three kinds.
_STRING_OR_COMMENT: Final = re.compile(r'("(?:\\.|[^"\\\n])*")|#[^\n]*|//[^\n]*|/\*.*?\*/', re.DOTALL)
_OVERRIDES: Final = re.compile(r"\bdev_overrides\b[\"\s:=]*\{")
# The word that says: yes, run a provider that no lock file knows.
ALLOW_OVERRIDES: Final = "TFSTENCIL_DEV_OVERRIDES"
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
    return bool(_GOVERNS.search(_without_comments(text)))


def overriding_config(environ: Mapping[str, str], *, is_tofu: bool = False) -> Path | None:
    """Return the configuration file whose `dev_overrides` make terraform run a provider of somebody's own.

    Such a provider is neither installed nor compared with the dependency lock file. Terraform also reads every
    `*.tfrc` in `~/.terraform.d` where `TF_CLI_CONFIG_FILE` names no file
    (https://developer.hashicorp.com/terraform/cli/config/config-file).

    Args:
        environ: our environment.
        is_tofu: OpenTofu has names of its own.
    """
    single = user_config(environ, is_tofu=is_tofu)
    named = environ.get(VARIABLE, "")
    folder = home(environ) / ".terraform.d"
    more = [] if named and single == Path(named) else sorted([*folder.glob("*.tfrc"), *folder.glob("*.tfrc.json")])
    for file in [*([single] if single else []), *more]:
        if _OVERRIDES.search(_without_comments(file.read_text(encoding="utf-8", errors="replace"))):
            return file
    return None


def refuse_overrides(environ: Mapping[str, str], *, is_tofu: bool = False) -> None:
    """Refuse a configuration with `dev_overrides`, unless the environment says that they are meant.

    Raises:
        ToolError: there are some, and nobody said so.
    """
    file = overriding_config(environ, is_tofu=is_tofu)
    if file and environ.get(ALLOW_OVERRIDES) != "1":
        raise ToolError(
            f"dev_overrides in {file} make terraform run a provider that no lock file has checked",
            hint=f"take them out of the file; to use that provider all the same, set {ALLOW_OVERRIDES}=1",
        )


def _without_comments(text: str) -> str:
    return _STRING_OR_COMMENT.sub(lambda match: match[1] or " ", text)


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
    replace(path, text.encode(), mode=PRIVATE)


def _quoted(text: str) -> str:
    # The CLI configuration is HCL 1, which interpolates ${…} as well.
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("${", "$${")
    return f'"{escaped}"'
