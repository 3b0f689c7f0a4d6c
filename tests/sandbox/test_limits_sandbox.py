"""What is at AWS's limits is applied in the sandbox, which enforces them; and an account has what a spec says it has."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import large_specs
import pytest
import yaml
from role_sizes import wrong_sizes

from generator.aws.documents import json_text
from generator.aws.limits import BUILDSPEC, ROLE_POLICIES, TAGS
from generator.model.loading.load import load_environment
from generator.readback.clients import Clients
from generator.readback.read_back import read_back
from generator.sandbox.control import running, stop
from generator.workspace import Workspace

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Callable, Iterator
    from pathlib import Path

    Command = Callable[..., subprocess.CompletedProcess[str]]

pytestmark = [pytest.mark.terraform, pytest.mark.slow]

ACCOUNT = "111122223333"
CREDENTIAL = """
class: dev
stack: shop
region: eu-west-1
account: "111122223333"
tags: {Owner: team, CostCenter: "1"}
source: {type: github, repository: https://github.com/acme-platform/shop, credential: {scope: account}}
builds: {main: {runtime: {nodejs: 22}, phases: {build: [npm test]}, trigger: {push: {}}}}
"""


def at_every_limit() -> dict[str, Any]:
    """Return one spec with as much of everything as AWS takes."""
    names = ["role-policies-too-large", "buildspec-too-large", "pipeline-variables-too-large"]
    names += ["repository-policy-too-large", "topic-principals"]
    spec: dict[str, Any] = yaml.safe_load(CREDENTIAL) | {"source": None, "builds": {}}
    own = {"role-policies-too-large": "secretive", "buildspec-too-large": "talkative"}
    for name in names:
        make, most, _ = large_specs.LIMITS[name]
        # A role that uses a connection, of a build with a longer name, has room for that much less.
        found = make(most - 247 if make is large_specs.secrets else most)
        builds = {own.get(name, "main"): build for build in found.pop("builds", {}).values()}
        spec["builds"] |= builds
        for section, content in found.items():
            spec[section] = (spec.get(section) or {}) | content
    for build in spec["builds"].values():
        build |= {"runtime": {"nodejs": 22}, "phases": build.get("phases", {"build": ["make"]})}
    spec["source"] |= {"type": "github", "repository": "https://github.com/acme-platform/shop"}
    spec["pipeline"]["builds"] = [["main"]]
    spec["tags"] |= {f"T{number}": "x" for number in range(TAGS.most - 5)}
    return spec


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Workspace]:
    folder = tmp_path / "environments"
    folder.mkdir()
    (folder / "full.yaml").write_text(large_specs.text(at_every_limit()))
    (folder / "account.yaml").write_text(CREDENTIAL)
    place = Workspace.find(tmp_path)
    yield place
    stop(place)


def test_what_is_at_every_limit_is_applied_and_so_is_what_an_account_is_said_to_have(
    tfstencil: Command, workspace: Workspace
) -> None:
    def run(*arguments: str) -> str:
        ended = tfstencil(*arguments, timeout=900)
        assert ended.returncode == 0, ended.stdout + ended.stderr
        return ended.stdout + ended.stderr

    run("render")
    shown = run("apply", "--sandbox", "--yes")
    assert (
        f"Gave the sandbox's account {ACCOUNT} a source credential for GITHUB in eu-west-1: the spec of account"
        in shown
    )

    endpoint, clients = running(workspace).endpoint, Clients("eu-west-1", ACCOUNT, running(workspace).endpoint)
    for name in ("account", "full"):
        environment = load_environment(workspace, name)
        assert [check.as_dict() for check in read_back(endpoint, environment) if not check.ok] == []
        assert wrong_sizes(endpoint, environment) == []
    (project,) = clients.client("codebuild").batch_get_projects(names=["shop-full-talkative"])["projects"]
    assert len(project["source"]["buildspec"].encode()) == BUILDSPEC.most
    assert len(project["tags"]) == TAGS.most
    policies = clients.client("iam").list_role_policies(RoleName="shop-full-secretive-build")["PolicyNames"]
    assert policies == ["build"]
    assert ROLE_POLICIES.most - _size(clients, "shop-full-secretive-build") < 10  # just below


def _size(clients: Clients, role: str) -> int:

    return len(json_text(clients.client("iam").get_role_policy(RoleName=role, PolicyName="build")["PolicyDocument"]))
