"""The commands of the rendered guides, run against a sandbox as a person would run them."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

from generator.sandbox.control import running
from generator.terraform.process.ignored_environment import mock_credentials

if TYPE_CHECKING:
    from generator.model.loading.load import Environment
    from generator.workspace import Workspace

BLOCK = re.compile(r"^```sh\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def commands_of(guide: Path) -> list[str]:
    """Return the lines of a guide's blocks of commands."""
    return [line for block in BLOCK.findall(guide.read_text(encoding="utf-8")) for line in block.splitlines()]


def failures(workspace: Workspace, environment: Environment, commands: list[str]) -> list[str]:
    """Run commands where terraform's sandbox copy of an environment lies, two at a time; return those that failed."""
    folder, endpoint = workspace.scratch / "run" / "sandbox" / environment.name, running(workspace).endpoint
    variables = {
        **os.environ,
        **mock_credentials(environment.spec.account, environment.spec.region, endpoint),
        "AWS_PAGER": "",
        "AWS_DEFAULT_REGION": environment.spec.region,
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
        "TF_DATA_DIR": str(folder / "data"),
    }
    if (folder / "terraformrc").exists():
        variables["TF_CLI_CONFIG_FILE"] = str(folder / "terraformrc")

    def run(command: str) -> str:
        # Version 1 of the AWS command line, the one that pip installs, takes no address for SQS from a variable.
        asked = command.replace("aws sqs ", f"aws --endpoint-url {endpoint} sqs ")
        cwd = workspace.root if command.startswith("tfstencil") else folder / "root"
        result = subprocess.run(
            ["bash", "-c", asked], cwd=cwd, env=variables, capture_output=True, text=True, check=False
        )
        return f"{command}\n{result.stderr}" if result.returncode else ""

    with ThreadPoolExecutor(2) as pool:
        return list(filter(None, pool.map(run, commands)))
