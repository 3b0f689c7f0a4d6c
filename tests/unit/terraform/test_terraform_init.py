"""Initialising: links instead of copies, the user's lock file respected, safe side by side.

The provider here is a small file: terraform installs a provider without starting it.
"""

from __future__ import annotations

import os
import platform
import zipfile
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest

from generator.errors import OutputError, TerraformError
from generator.terraform import Mode, TerraformStack, Tools, open_stack
from generator.terraform.tools.binary import find_binary
from generator.terraform.tools.provider import find_provider
from generator.workspace import Workspace

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

pytestmark = pytest.mark.terraform

AWS = "registry.terraform.io/hashicorp/aws"
PLATFORM = "linux_arm64" if platform.machine() == "aarch64" else "linux_amd64"
ROOT = """terraform {
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "~> 5.100"
    }
  }

  backend "local" {}
}

provider "aws" {
  region = "us-east-1"
}
"""


def build_mirror(mirror: Path, *versions: str, packed: bool) -> Path:
    for version in versions:
        program = f"terraform-provider-aws_v{version}_x5"
        if packed:
            (mirror / AWS).mkdir(parents=True, exist_ok=True)
            with zipfile.ZipFile(mirror / AWS / f"terraform-provider-aws_{version}_{PLATFORM}.zip", "w") as archive:
                archive.writestr(program, f"provider {version}")
        else:
            folder = mirror / AWS / version / PLATFORM
            folder.mkdir(parents=True)
            (folder / program).write_text(f"provider {version}")
            (folder / program).chmod(0o755)
    return mirror


class Machine:
    """A machine whose only provider is in a mirror of the test's making."""

    def __init__(self, root: Path, mirror: Path, names: Sequence[str] = ("dev",)) -> None:
        self.environ = {"PATH": os.environ["PATH"], "HOME": str(root), "XDG_CACHE_HOME": str(root / "cache")}
        self.environ["TFSTENCIL_PROVIDER_MIRROR"] = str(mirror)
        binary = find_binary(self.environ)
        self.tools = Tools(binary, find_provider(self.environ, binary), root / "cache" / "providers")
        (root / "environments").mkdir()
        self.workspace = Workspace.find(root)
        for name in names:
            (root / "modules_out" / name).mkdir(parents=True)
            (root / "modules_out" / name / "main.tf").write_text(ROOT)

    def open(self, name: str = "dev", mode: Mode = Mode.OFFLINE) -> TerraformStack:
        return open_stack(
            self.workspace,
            name,
            mode,
            account="111122223333",
            region="us-east-1",
            tools=self.tools,
            environ=self.environ,
        )

    def installed(self, name: str = "dev", mode: Mode = Mode.OFFLINE) -> Path:
        """Return what terraform put into the stack's working data for the provider."""
        data = self.workspace.scratch / "run" / mode / name / "data" / "providers" / AWS
        (found,) = data.glob(f"*/{PLATFORM}")
        return found

    def lock(self) -> Path:
        return self.workspace.modules_out / "dev" / ".terraform.lock.hcl"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    folder = tmp_path / "w"
    folder.mkdir()
    return folder


def test_an_unpacked_mirror_is_linked_to(tmp_path: Path, root: Path) -> None:
    mirror = build_mirror(tmp_path / "mirror", "5.100.0", packed=False)
    machine = Machine(root, mirror)

    machine.open().init()

    assert machine.installed().resolve() == mirror / AWS / "5.100.0" / PLATFORM


def test_a_packed_mirror_is_unpacked_once_for_all_environments_at_once(tmp_path: Path, root: Path) -> None:
    names = ["a", "b", "c", "d"]
    machine = Machine(root, build_mirror(tmp_path / "mirror", "5.100.0", packed=True), names)
    stacks = [machine.open(name) for name in names]

    with ThreadPoolExecutor(len(stacks)) as pool:
        assert list(pool.map(lambda stack: stack.init(), stacks)) == [True] * len(stacks)

    unpacked = root / "cache" / "providers" / AWS / "5.100.0" / PLATFORM
    assert {machine.installed(name).resolve() for name in names} == {unpacked}


def test_the_users_lock_settles_the_version_and_is_never_written(tmp_path: Path, root: Path) -> None:
    machine = Machine(root, build_mirror(tmp_path / "mirror", "5.100.0", "5.101.0", packed=False))
    machine.lock().write_text(
        f'provider "{AWS}" {{\n  version = "5.100.0"\n  hashes  = ["h1:made=", "zh:elsewhere"]\n}}\n'
    )
    before = machine.lock().read_bytes()

    machine.open().init()

    assert machine.installed().parent.name == "5.100.0"
    assert machine.lock().read_bytes() == before


def test_a_lock_that_the_mirror_cannot_serve_does_not_stop_an_offline_run(tmp_path: Path, root: Path) -> None:
    machine = Machine(root, build_mirror(tmp_path / "mirror", "5.101.0", packed=False))
    machine.lock().write_text(f'provider "{AWS}" {{\n  version = "5.100.0"\n}}\n')

    machine.open().init()

    assert machine.installed().parent.name == "5.101.0"


def test_a_changed_lock_needs_another_init(tmp_path: Path, root: Path) -> None:
    machine = Machine(root, build_mirror(tmp_path / "mirror", "5.100.0", "5.101.0", packed=False))
    machine.open().init()
    machine.lock().write_text(f'provider "{AWS}" {{\n  version = "5.100.0"\n}}\n')

    assert machine.open().init() is True
    assert machine.open().init() is False


def test_the_first_real_init_writes_a_lock_for_everyone_to_read(tmp_path: Path, root: Path) -> None:
    machine = Machine(root, build_mirror(tmp_path / "mirror", "5.100.0", packed=False))
    umask = os.umask(0o022)
    try:
        machine.open(mode=Mode.REAL).init()
    finally:
        os.umask(umask)

    assert machine.lock().stat().st_mode & 0o777 == 0o644
    assert machine.open(mode=Mode.REAL).init() is False


def test_a_real_init_refuses_a_provider_that_is_not_the_locked_one(tmp_path: Path, root: Path) -> None:
    mirror = build_mirror(tmp_path / "mirror", "5.100.0", packed=False)
    machine = Machine(root, mirror)
    machine.open(mode=Mode.REAL).init()
    before = machine.lock().read_bytes()
    (program,) = (mirror / AWS).rglob("terraform-provider-*")
    program.write_text("tampered")

    with pytest.raises(TerraformError, match="checksums") as caught:
        machine.open(mode=Mode.REAL).init(force=True)

    assert "terraform providers lock" in caught.value.hint
    assert machine.lock().read_bytes() == before


def test_a_real_init_does_not_extend_a_lock(tmp_path: Path, root: Path) -> None:
    machine = Machine(root, build_mirror(tmp_path / "mirror", "5.100.0", packed=False))
    machine.lock().write_text("# nothing is locked yet\n")

    with pytest.raises(TerraformError, match="terraform init failed"):
        machine.open(mode=Mode.REAL).init()

    assert machine.lock().read_text() == "# nothing is locked yet\n"


def test_a_run_folder_that_cannot_be_made_is_named(tmp_path: Path, root: Path) -> None:
    machine = Machine(root, build_mirror(tmp_path / "mirror", "5.100.0", packed=False))
    (root / ".tfstencil").write_text("a file in its place")

    with pytest.raises(OutputError, match=r"the run folder cannot be written to .*\.tfstencil"):
        machine.open()
