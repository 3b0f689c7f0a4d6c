"""A small stack in an account of AWS: applied, one build run, verified, destroyed. It costs some cents and ten minutes.

Opt-in, and never in CI: `make test-aws ACCOUNT=123456789012 [REGION=eu-central-1]`, with credentials of that account, which must
allow what docs/cookbook.md lists. Whatever fails, what was applied is destroyed.
"""

from __future__ import annotations

import os
import time
import uuid
from typing import TYPE_CHECKING, Any, Literal

import pytest

from generator import apply, destroy, drift, load, render
from generator.errors import RefusedError
from generator.model.names import Names
from generator.operations.checks.verify import verify
from generator.operations.run import Run
from generator.readback.clients import Clients
from generator.readback.read_back import read_back
from generator.sandbox.control import running
from generator.terraform.mode import Mode
from generator.workspace import Workspace

if TYPE_CHECKING:
    from pathlib import Path

    from generator.model.loading.load import Environment
    from generator.operations.changes.run_result import RunResult

    Where = Literal["sandbox", "real"]

ACCOUNT = os.environ.get("TFSTENCIL_TEST_ACCOUNT", "")
REGION = os.environ.get("TFSTENCIL_TEST_REGION", "us-east-1")
NAME = "small"
BUILDSPEC = """\
version: 0.2
phases: {build: {commands: [echo built > built.txt]}}
artifacts: {files: [built.txt]}
"""
LONGEST = 20 * 60  # seconds, of which a cold machine takes a minute or two

pytestmark = [
    pytest.mark.terraform,
    pytest.mark.slow,
    pytest.mark.skipif(not ACCOUNT or "CI" in os.environ, reason="needs an account of AWS: make test-aws ACCOUNT=…"),
]


def workspace_in(folder: Path, repository: Path, account: str, region: str) -> Workspace:
    """Take the shipped example into the account, under a name that nobody has."""
    text = (repository / "environments" / f"{NAME}.yaml").read_text("utf-8")
    for before, after in (
        ('account: "111122223333"', f'account: "{account}"'),
        ("region: us-east-1", f"region: {region}"),
        ("stack: hello", f"stack: tfs-{uuid.uuid4().hex[:8]}"),
    ):
        assert before in text
        text = text.replace(before, after)
    (folder / "environments").mkdir(parents=True)
    (folder / "environments" / f"{NAME}.yaml").write_text(text, "utf-8")
    return Workspace.find(folder)


def live(workspace: Workspace, mode: Where) -> None:
    """Go the whole way, and destroy what was applied whatever happens."""
    root = workspace.root
    (environment,) = load(NAME, workspace=root)
    render(NAME, workspace=root)
    try:
        succeeded(apply(NAME, workspace=root, mode=mode, agree=[NAME]))
        clients = clients_of(workspace, environment, mode)
        build(clients, Names.of(NAME, environment.spec))
        result = verify(Run(workspace), NAME, Mode(mode))
        assert [check.as_dict() for check in result.wrong] == []
        assert [need.as_dict() for need in result.needs if need.state == "missing"] == []
        assert drift(NAME, workspace=root, mode=mode).ok
    finally:
        empty(clients_of(workspace, environment, mode), Names.of(NAME, environment.spec).bucket)
        succeeded(destroyed(workspace, mode))
    checks = read_back(clients.endpoint, environment)
    assert [check.subject for check in checks if check.aspect == "exists" and check.found] == []


def clients_of(workspace: Workspace, environment: Environment, mode: Where) -> Clients:
    endpoint = running(workspace).endpoint if mode == "sandbox" else None
    return Clients(environment.spec.region, environment.spec.account, endpoint)


def succeeded(result: RunResult) -> None:
    assert [(outcome.status, str(outcome.error)) for outcome in result.outcomes if not outcome.is_good] == []


def build(clients: Clients, names: Names) -> None:
    """Run one build of the project, with commands of our own: the repository of the example does not exist."""
    codebuild = clients.client("codebuild")
    started = codebuild.start_build(
        projectName=names.projects["main"], sourceTypeOverride="NO_SOURCE", buildspecOverride=BUILDSPEC
    )["build"]
    give_up, found = time.monotonic() + LONGEST, started
    while found["buildStatus"] == "IN_PROGRESS":
        assert time.monotonic() < give_up, f"build {started['id']} does not end"
        time.sleep(5)
        (found,) = codebuild.batch_get_builds(ids=[started["id"]])["builds"]
    assert found["buildStatus"] == "SUCCEEDED", found.get("phases")


def empty(clients: Clients, bucket: str) -> None:
    """Delete all versions of all objects: no bucket is destroyed that holds any."""
    pages = clients.ask_all("s3", "list_object_versions", "Versions", Bucket=bucket)
    marks = clients.ask_all("s3", "list_object_versions", "DeleteMarkers", Bucket=bucket)
    for each in (*pages, *marks):
        clients.ask("s3", "delete_object", Bucket=bucket, Key=each["Key"], VersionId=each["VersionId"])


def destroyed(workspace: Workspace, mode: Where) -> RunResult:
    """Destroy all of it: what guards refuse, since it holds data, is allowed by its name."""
    result = destroy(NAME, workspace=workspace.root, mode=mode, agree=[NAME])
    error: Any = result.outcomes[0].error
    if not isinstance(error, RefusedError):
        return result
    allow = sorted({refusal.consent for refusal in error.refusals})
    return destroy(NAME, workspace=workspace.root, mode=mode, agree=[NAME], allow=allow)


def test_a_small_stack_lives_in_an_account(tmp_path: Path, repository: Path) -> None:
    live(workspace_in(tmp_path / "workspace", repository, ACCOUNT, REGION), "real")
