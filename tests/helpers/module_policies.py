"""Policies of single modules, as the real provider plans them: what other modules would give is written out.

So the documents are known in full before anything exists.
"""

from __future__ import annotations

import json
import re
import subprocess
from typing import TYPE_CHECKING, Any, Final

from generator.terraform.mode import Mode
from generator.terraform.process.ignored_environment import child_environment, mock_credentials
from generator.terraform.tools.programs import find_tools

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

ACCOUNT: Final = "111122223333"
HERE: Final = f"eu-west-1:{ACCOUNT}"
KEY: Final = f"arn:aws:kms:{HERE}:key/11111111-2222-3333-4444-555555555555"
GIVEN: Final = {
    "module.artifacts.bucket_arn": '"arn:aws:s3:::shop-artifacts"',
    "module.artifacts.bucket_name": '"shop-artifacts"',
    "module.logs.group_arn": f'"arn:aws:logs:{HERE}:log-group:/aws/codebuild/shop"',
    "module.encryption.key_arn": f'"{KEY}"',
    "module.notifications.topic_arn": f'"arn:aws:sns:{HERE}:shop-builds"',
    "module.egress.security_group_arn": f'"arn:aws:ec2:{HERE}:security-group/sg-0a1b2c3d"',
}


def write_call(root: Path, module: str, name: str, files: Mapping[str, str]) -> None:
    """Write one environment's call of one module into a root that plans many."""
    for path, text in files.items():
        if path.startswith(f"modules/{module}/") and path.endswith(".tf"):
            file = root / module / name / path.rsplit("/", 1)[-1]
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text)
    call = files[f"{module}.tf"].replace(f'module "{module}"', f'module "{module}-{name}"')
    call = call.replace(f"./modules/{module}", f"./{module}/{name}")
    for reference, value in GIVEN.items():
        call = call.replace(reference, value)
    call = re.sub(r'module\.builds\.project_names\[("[^"]+")\]', r"\1", call)
    assert "module." not in re.sub(r"#.*", "", call)
    (root / f"{module}-{name}.tf").write_text(call)


def planned(root: Path, run_folder: Path) -> dict[str, Any]:
    """Plan what was written, without a server; returns the plan as JSON."""
    tools = find_tools()
    environment = child_environment({}, Mode.OFFLINE) | mock_credentials(ACCOUNT, "eu-west-1", "http://127.0.0.1:9")
    environment |= tools.variables(run_folder, throwaway_lock=True) | {"TF_DATA_DIR": str(run_folder / "data")}
    provider = 'provider "aws" {\n  skip_credentials_validation = true\n  skip_requesting_account_id = true\n}\n'
    (root / "providers.tf").write_text(provider)
    (root / "main.tf").write_text("locals {\n  tags = {}\n}\n")

    def terraform(*words: str) -> str:
        command = [str(tools.binary.path), *words]
        result = subprocess.run(command, cwd=root, env=environment, capture_output=True, text=True, check=False)
        assert result.returncode == 0, result.stderr
        return result.stdout

    terraform("init", "-input=false")
    terraform("plan", "-input=false", "-out=all.tfplan")
    found: dict[str, Any] = json.loads(terraform("show", "-json", "all.tfplan"))
    return found


def documents(plan: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """Return policy documents by environment and address in its module."""
    found: dict[str, dict[str, Any]] = {}
    for change in plan["resource_changes"]:
        after = change["change"]["after"] or {}
        text = after.get("policy") or after.get("assume_role_policy")
        if text:
            _, name, address = change["address"].split(".", 2)
            found.setdefault(name.partition("-")[2], {})[address] = json.loads(text)
    return found
