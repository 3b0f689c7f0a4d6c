"""The programs of a run: which terraform, and which provider it will use."""

from __future__ import annotations

import os
import re
from contextlib import nullcontext
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from generator.aws.provider_versions import SUPPORTED
from generator.errors import ToolError
from generator.terraform.process.run_lock import held
from generator.terraform.tools import cli_config
from generator.terraform.tools.binary import TerraformBinary, find_binary
from generator.terraform.tools.provider import ADVICE, ProviderSource, find_provider, shared_cache

if TYPE_CHECKING:
    from collections.abc import Mapping
    from contextlib import AbstractContextManager
    from pathlib import Path

    from generator.errors import TerraformError

_UNREACHABLE: Final = re.compile(
    r"could not connect to|no such host|Failed to install provider|Client\.Timeout|i/o timeout|connection refused"
)


@dataclass(frozen=True, slots=True)
class Tools:
    """What a run works with; find it once and share it between environments.

    Attributes:
        binary: the terraform.
        provider: where its AWS provider comes from.
        cache: folder of the shared provider cache, used where terraform would make copies otherwise.
    """

    binary: TerraformBinary
    provider: ProviderSource
    cache: Path

    @property
    def identity(self) -> str:
        """Text that changes when an initialised folder made with these tools is no longer good for others."""
        return f"{self.binary.path} {self.binary.version} {self.provider.folder} {self.provider.version}"

    def variables(self, run_folder: Path, *, throwaway_lock: bool) -> dict[str, str]:
        """Return the variables that tell terraform where its provider is; writes the CLI configuration they name.

        Args:
            run_folder: where the CLI configuration goes.
            throwaway_lock: the folder's lock file is ours, so that the cache may fill it without the registry's
                checksums.
        """
        variables: dict[str, str] = {}
        source = self.provider
        if source.config:
            variables[cli_config.VARIABLE] = str(source.config)
        if source.kind == "mirror" and source.folder:
            path = run_folder / "terraformrc"
            own = source.config.read_text(encoding="utf-8") if source.config else ""
            cli_config.write_mirror_config(path, source.folder, source.providers, own)
            variables[cli_config.VARIABLE] = str(path)
        if source.needs_cache:
            self.cache.mkdir(parents=True, exist_ok=True)
            variables["TF_PLUGIN_CACHE_DIR"] = str(self.cache)
            if throwaway_lock:
                variables["TF_PLUGIN_CACHE_MAY_BREAK_DEPENDENCY_LOCK_FILE"] = "1"
        return variables

    def initialising(self) -> AbstractContextManager[object]:
        """Keep other inits away while one may write into the shared provider cache.

        Two inits at once can each find the other's half-written provider there
        (https://github.com/hashicorp/terraform/issues/31964).
        """
        if not self.provider.needs_cache:
            return nullcontext()
        return held(self.cache / ".tfstencil.lock", purpose="filling the provider cache", patience=1800.0)

    def explain(self, error: TerraformError) -> TerraformError | ToolError:
        """Turn a failed init into an error about the provider, where that is what it failed of."""
        if self.provider.version is not None or not _UNREACHABLE.search(" ".join(error.stderr.split())):
            return error
        return ToolError(
            f"the AWS provider {SUPPORTED} cannot be had from {self.provider.found_by}, and no mirror was found\n"
            f"{error.stderr.strip()}",
            hint=ADVICE,
        )


def find_tools(environ: Mapping[str, str] | None = None) -> Tools:
    """Find terraform and the provider.

    Args:
        environ: our environment; by default this process's.

    Raises:
        ToolError: one of them is missing or does not fit, or the provider would be another than was checked; the
            message says what to do.
    """
    own = os.environ if environ is None else environ
    binary = find_binary(own)
    cli_config.refuse_overrides(own, is_tofu=binary.is_tofu)
    provider = find_provider(own, binary)
    return Tools(binary, provider, shared_cache(own))
