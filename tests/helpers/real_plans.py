"""Plans of changes, made by the real terraform and the real provider without a server.

The state before the change is written from the plan that makes it: each resource as planned, with names in place of
what only AWS would know.
"""

from __future__ import annotations

import hashlib
import json
import os
from typing import TYPE_CHECKING, Any

from generator.plans.plan import parse_plan
from generator.terraform import Mode, find_tools
from generator.terraform.adapter import Terraform
from generator.terraform.overrides import NOWHERE
from generator.terraform.plan_options import PlanOptions
from generator.terraform.process.ignored_environment import child_environment, mock_credentials
from generator.terraform.process.run_lock import held

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from generator.plans.plan import Plan

ACCOUNT = "111122223333"
HEAD = """\
terraform {
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "~> 5.100"
    }
  }
  backend "local" {}
}

provider "aws" {
  region                      = "us-east-1"
  access_key                  = "111122223333"
  secret_key                  = "mock"
  skip_credentials_validation = true
  skip_requesting_account_id  = true
  skip_metadata_api_check     = "true"
}
"""


def plan_of_change(folder: Path, before: Mapping[str, str], after: Mapping[str, str]) -> Plan:
    """Plan the change from one root module to another; the answer is kept in `folder` for who asks again.

    Args:
        folder: shared by all processes of a test session.
        before: files by path; empty for nothing.
        after: files by path.
    """
    digest = hashlib.sha256(json.dumps([before, after]).encode()).hexdigest()[:12]
    kept = folder / f"{digest}.json"
    with held(folder / f"{digest}.lock", purpose="planning for a test"):
        if not kept.is_file():
            plan = _planned(folder / digest, before, after)
            kept.write_text(json.dumps(plan.raw))
    return parse_plan(json.loads(kept.read_text()))


def _planned(folder: Path, before: Mapping[str, str], after: Mapping[str, str]) -> Plan:
    terraform = _terraform(folder)
    if before:
        _write(folder, before)
        terraform.init()
        terraform.plan(folder / "before.tfplan")
        state = _state(terraform.show(folder / "before.tfplan"))
        (folder / "terraform.tfstate").write_text(json.dumps(state))
        for path in before:
            (folder / path).unlink()
    _write(folder, after)
    terraform.init(reconfigure=True)
    terraform.plan(folder / "after.tfplan", PlanOptions(refresh=False))
    return terraform.show(folder / "after.tfplan")


def _write(folder: Path, files: Mapping[str, str]) -> None:
    for path, text in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(HEAD + text if path == "main.tf" else text)


def _terraform(folder: Path) -> Terraform:
    folder.mkdir(parents=True)
    tools = find_tools()
    environment = child_environment(os.environ, Mode.OFFLINE) | tools.variables(folder, throwaway_lock=True)
    environment |= mock_credentials(ACCOUNT, "us-east-1", NOWHERE)
    return Terraform(tools.binary.path, folder=folder, environment=environment, logs=folder / "logs")


def _state(plan: Plan) -> dict[str, Any]:
    resources: dict[tuple[str, str, str], dict[str, Any]] = {}
    for module, resource in _planned_resources(plan.raw["planned_values"]["root_module"]):
        key = (module, resource["type"], resource["name"])
        entry = resources.setdefault(
            key,
            {
                **({"module": module} if module else {}),
                "mode": "managed",
                "type": resource["type"],
                "name": resource["name"],
                "provider": f'provider["{resource["provider_name"]}"]',
                "instances": [],
            },
        )
        values = dict(resource.get("values") or {})
        name = next((values[each] for each in ("bucket", "name") if values.get(each)), resource["name"])
        service = resource["type"].split("_")[1]
        region = "" if service in {"iam", "s3"} else "us-east-1"
        arn = f"arn:aws:{service}:{region}:{ACCOUNT}:{name}"
        # A queue goes by its URL, which is its id as well.
        url = f"https://sqs.us-east-1.amazonaws.com/{ACCOUNT}/{name}"
        own = {"id": url, "url": url} if resource["type"] == "aws_sqs_queue" else {"id": name}
        values = own | {"arn": arn} | values
        index = {"index_key": resource["index"]} if "index" in resource else {}
        entry["instances"].append({"schema_version": resource["schema_version"], "attributes": values, **index})
    return {
        "version": 4,
        "terraform_version": plan.terraform_version,
        "serial": 1,
        "lineage": "made-for-a-test",
        "outputs": {},
        "resources": list(resources.values()),
    }


def _planned_resources(module: Mapping[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for resource in module.get("resources", ()):
        if resource["mode"] == "managed":
            yield module.get("address", ""), resource
    for child in module.get("child_modules", ()):
        yield from _planned_resources(child)
