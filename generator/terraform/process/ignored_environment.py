"""Which of our environment variables terraform gets to see: few, so that nobody's shell changes a plan.

`TF_CLI_ARGS_plan=-destroy`, `TF_WORKSPACE` or `TF_DATA_DIR` in a shell would turn one plan into another. So the
child's environment is written anew from a list of what may pass.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Final

from generator.terraform.tools.temporary_folder import temporary_folder

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from generator.terraform.mode import Mode

_PASSED: Final = {
    *("PATH", "HOME", "USER", "LOGNAME", "LANG", "LANGUAGE", "TZ"),
    *("SSL_CERT_FILE", "SSL_CERT_DIR"),
    *("HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "no_proxy", "all_proxy"),
}
_PASSED_PREFIXES: Final = ("LC_", "XDG_", "TF_TOKEN_")
_REGISTRY: Final = {"TF_REGISTRY_CLIENT_TIMEOUT": "20", "TF_REGISTRY_DISCOVERY_RETRY": "2"}
# These we read ourselves and hand on in our own way.
_ANSWERED: Final = frozenset({"TF_CLI_CONFIG_FILE", "TF_PLUGIN_CACHE_DIR", *_REGISTRY})


def child_environment(environ: Mapping[str, str], mode: Mode, *, verbose: bool = False) -> dict[str, str]:
    """Write the environment of a terraform process, without what a run adds for itself.

    Args:
        environ: our own environment.
        mode: credentials pass in real mode alone.
        verbose: let `TF_LOG` pass.

    Returns:
        A new mapping.

    Raises:
        ToolError: there is no folder for temporary files.
    """
    passed = {key: value for key, value in environ.items() if key in _PASSED or key.startswith(_PASSED_PREFIXES)}
    if not mode.is_mocked:
        passed |= {key: value for key, value in environ.items() if key.startswith("AWS_")}
    if verbose:
        passed |= {key: environ[key] for key in ("TF_LOG", "TF_LOG_CORE", "TF_LOG_PROVIDER") if key in environ}
    return passed | {
        "TMPDIR": temporary_folder(environ),
        "CHECKPOINT_DISABLE": "1",
        "TF_IN_AUTOMATION": "1",
        "TF_INPUT": "0",
        # Terraform and the provider spend a third of their CPU seconds in the garbage collector otherwise.
        "GOGC": environ.get("GOGC", "400"),
        **{key: environ.get(key, default) for key, default in _REGISTRY.items()},
    }


def mock_credentials(account: str, region: str, endpoint: str) -> dict[str, str]:
    """Return variables that keep the provider away from the user's own AWS configuration, and from AWS.

    Args:
        account: twelve digits; the sandbox takes an access key of that form for the account.
        region: the stack's region.
        endpoint: the URL that every service is reached at, also those that the override file does not list.
    """
    return {
        "AWS_ACCESS_KEY_ID": account,
        "AWS_SECRET_ACCESS_KEY": "mock",
        "AWS_REGION": region,
        "AWS_ENDPOINT_URL": endpoint,
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
    }


def ignored_variables(environ: Mapping[str, str]) -> list[str]:
    """List the variables in `environ` that would steer terraform and that we keep from it, sorted."""
    kept = [key for key in environ if key.startswith("TF_") and not key.startswith("TF_TOKEN_")]
    return sorted(key for key in kept if key not in _ANSWERED)


def with_run_folders(environment: Mapping[str, str], data: Path) -> dict[str, str]:
    """Add the variable that keeps terraform's own working data out of the rendered modules."""
    return {**environment, "TF_DATA_DIR": str(data)}
