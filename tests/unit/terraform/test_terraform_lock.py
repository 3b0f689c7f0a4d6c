"""`tfstencil lock`, with the real terraform and mirrors of the test's making: no provider is ever started."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from generator.errors import TerraformError, UsageError
from generator.operations.doctor import examine
from generator.operations.rendered.lock import lock
from generator.operations.rendered.render import RenderRequest, render
from generator.operations.run import Run

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from generator.workspace import Workspace

    MakeWorkspace = Callable[[Mapping[str, str]], Workspace]

pytestmark = pytest.mark.terraform
AWS = "registry.terraform.io/hashicorp/aws"
SPEC = """\
stack: shop
class: dev
region: eu-west-1
account: "111122223333"
tags: {Owner: team, CostCenter: "1"}
notifications: null
source: {type: github, repository: https://github.com/acme-platform/shop}
builds: {main: {runtime: {nodejs: 22}}}
"""


@pytest.fixture
def mirror(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Make a mirror of both major versions."""
    folder = tmp_path / "mirror"
    for version in ("5.100.0", "6.62.0"):
        program = folder / AWS / version / "linux_amd64" / f"terraform-provider-aws_v{version}_x5"
        program.parent.mkdir(parents=True)
        program.write_text(f"provider {version}")
        program.chmod(0o755)
    monkeypatch.setenv("TFSTENCIL_PROVIDER_MIRROR", str(folder))
    return folder


def rendered(make: MakeWorkspace, **constraints: str) -> Run:
    run = Run(make({name: f'{SPEC}provider_version: "{asked}"\n' for name, asked in constraints.items()}))
    render(run, RenderRequest())
    return run


@pytest.mark.usefixtures("mirror")
def test_each_environment_is_locked_to_the_newest_version_that_it_admits(workspace_of: MakeWorkspace) -> None:
    run = rendered(workspace_of, five="~> 5.100", any=">= 5.100.0")
    found = {each.name: (each.status, each.providers) for each in lock(run)}
    assert found == {"five": ("written", "hashicorp/aws 5.100.0"), "any": ("written", "hashicorp/aws 6.62.0")}
    text = (run.workspace.modules_out / "any" / ".terraform.lock.hcl").read_text()
    assert '"h1:' in text
    assert [each.status for each in lock(run)] == ["unchanged", "unchanged"]


@pytest.mark.usefixtures("mirror")
def test_what_is_locked_stays_locked_until_it_is_upgraded(workspace_of: MakeWorkspace) -> None:
    run = rendered(workspace_of, dev="5.100.0")
    lock(run)
    spec = run.workspace.environments / "dev.yaml"
    spec.write_text(spec.read_text().replace('"5.100.0"', '">= 5.100.0"'))
    render(run, RenderRequest())
    (kept,) = lock(run)
    assert kept.providers == "hashicorp/aws 5.100.0"
    (upgraded,) = lock(run, upgrade=True)
    assert (upgraded.status, upgraded.providers) == ("changed", "hashicorp/aws 6.62.0")


@pytest.mark.usefixtures("mirror")
def test_a_platform_that_the_mirror_lacks_is_told_and_nothing_is_written(workspace_of: MakeWorkspace) -> None:
    run = rendered(workspace_of, dev="~> 5.100")
    with pytest.raises(TerraformError, match="not available for"):
        lock(run, platforms=["darwin_arm64"])
    with pytest.raises(UsageError, match="'darwin' is not a platform"):
        lock(run, platforms=["darwin"])
    assert not (run.workspace.modules_out / "dev" / ".terraform.lock.hcl").exists()


def test_doctor_says_which_environment_the_mirror_cannot_serve(
    workspace_of: MakeWorkspace, mirror: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_CONFIG_FILE", "/dev/null")
    own = {"five": "~> 5.100", "new": ">= 6.63"}
    specs = {name: f'{SPEC}provider_version: "{asked}"\n' for name, asked in own.items()}
    specs["five"] += "credentials: {profile: shop}\n"
    workspace = workspace_of(specs)
    environ = {"PATH": "/usr/local/bin:/usr/bin", "HOME": str(mirror), "TFSTENCIL_PROVIDER_MIRROR": str(mirror)}
    found = [each for each in examine(workspace.root, environ) if each.verdict == "absent"]
    told = [each.detail for each in found if each.subject in {"AWS provider", "AWS credentials"}]
    assert f"new asks for >= 6.63, and {mirror} has 5.100.0, 6.62.0" in told
    assert any(
        "environments/five.yaml:10:24: credentials.profile: this machine has no AWS profile" in each for each in told
    )
