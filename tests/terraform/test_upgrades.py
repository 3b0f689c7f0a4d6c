"""What earlier versions of this project have rendered is applied in the sandbox; what it renders now replaces none of it.

The archive holds specs and modules as they were committed on 2026-11-23, the first that were, and with version 0.1.0. One
terraform applies all of them, each as a module, and then plans what is rendered from the same specs today.
"""

from __future__ import annotations

import os
import re
import tarfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from estate_root import write_root

from generator.operations.plans.fleet_members import prepare
from generator.sandbox.control import start, stop
from generator.terraform.adapter import Terraform
from generator.terraform.mode import Mode
from generator.terraform.process.ignored_environment import child_environment, mock_credentials
from generator.terraform.tools.programs import find_tools
from generator.workspace import Workspace

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

pytestmark = [pytest.mark.terraform, pytest.mark.slow]

ARCHIVE = Path(__file__).parent / "upgrades" / "applied.tar.gz"
ACCOUNT, REGION = "111122223333", "eu-central-1"
Texts = dict[str, str]
# On the first day all builds of a stack had one role; each has had its own since, of another name, and nothing can be both.
GIVEN_UP = {"module.prod.module.access.aws_iam_role.this", "module.prod.module.access.aws_iam_role_policy.builds"}


def here(text: str) -> str:
    """Put all environments into one account and region: one provider plans them."""
    text = re.sub(r"\b(\d)\1{3}(\d)\2{3}(\d)\3{3}\b", ACCOUNT, text)
    return re.sub(r"\b[a-z]{2}-(?:central|east|west)-\d\b", REGION, text)


@pytest.fixture
def versions(tmp_path: Path) -> Iterator[list[Workspace]]:
    """Unpack each version as a workspace of its own."""
    with tarfile.open(ARCHIVE) as archive:
        archive.extractall(tmp_path, filter="data")
    for file in tmp_path.rglob("*"):
        if file.is_file():
            file.write_text(here(file.read_text(encoding="utf-8")), encoding="utf-8")
    found = [Workspace.find(folder) for folder in sorted(tmp_path.iterdir())]
    yield found
    for each in found:
        stop(each)


def as_it_was(workspace: Workspace, name: str) -> Texts:
    folder = workspace.modules_out / name
    return {file.relative_to(folder).as_posix(): file.read_text() for file in folder.rglob("*") if file.is_file()}


def as_it_is(workspace: Workspace, name: str) -> Texts:
    (prepared,) = prepare(workspace, [name], alone=True).environments
    return dict(prepared.files)


def test_an_upgrade_replaces_and_deletes_nothing(versions: list[Workspace]) -> None:
    first = versions[0]
    run, tools = first.scratch / "all", find_tools()
    endpoint, root, file = start(first).endpoint, run / "root", run / "plan"
    environment = child_environment(os.environ, Mode.SANDBOX) | tools.variables(run, throwaway_lock=True)
    environment |= mock_credentials(ACCOUNT, REGION, endpoint)
    terraform = Terraform(tools.binary.path, folder=root, environment=environment, logs=run / "logs")
    named = [(each, name) for each in versions for name in each.environment_names()]

    def write(stacks: Mapping[str, Texts]) -> None:
        write_root(root, stacks, account=ACCOUNT, region=REGION)
        terraform.init()

    write({name: as_it_was(workspace, name) for workspace, name in named})
    terraform.plan(file)
    terraform.apply(file, parallelism=25)

    write({name: as_it_is(workspace, name) for workspace, name in named})
    terraform.plan(file)
    plan = terraform.show(file)
    kept = [change for change in plan.resources if change.mode == "managed"]
    assert len(kept) > 100
    lost = {change.address for change in kept if {"delete", "forget"} & set(change.actions)}
    assert lost == GIVEN_UP
