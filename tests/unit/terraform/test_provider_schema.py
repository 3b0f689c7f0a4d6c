"""A plan is read with the schema of what is in it, and where that does not do, with the provider as ever."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
import zipfile
from concurrent.futures import Future
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from generator.errors import ToolError
from generator.files import keep_checksummed, read_checksummed
from generator.fleet.member import Member
from generator.fleet.plan import plan_fleet
from generator.terraform import adapter
from generator.terraform.provider_schema import cache, plugin, server
from generator.terraform.provider_schema.cache import few_types, schema_in_use
from generator.terraform.provider_schema.plugin import read_schema
from generator.terraform.provider_schema.selection import for_texts

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from generator.workspace import Workspace

    WorkspaceOf = Callable[[Mapping[str, str]], Workspace]

HCL = """\
terraform {
  required_providers {
    aws = { source = "hashicorp/aws" }
  }
}

data "aws_iam_policy_document" "this" {
  statement {
    actions   = ["s3:GetObject"]
    resources = ["*"]
  }
}

resource "aws_ssm_parameter" "this" {
  name  = "secret"
  type  = "SecureString"
  value = data.aws_iam_policy_document.this.json
}

resource "aws_s3_bucket" "this" {}
"""


def field(number: int, content: bytes) -> bytes:
    assert len(content) < 128
    return bytes([number << 3 | 2, len(content)]) + content


def entry(kind: int, name: str, content: bytes = b"what it looks like") -> bytes:
    return field(kind, field(1, name.encode()) + field(2, content))


OTHER = field(1, b"the provider's own") + bytes([5 << 3, 0x96, 0x01])
RESOURCES = [entry(2, "aws_s3_bucket"), entry(2, "aws_s3_bucket_policy")]
DATA = [entry(3, "aws_region"), entry(3, "aws_s3_bucket")]


def test_types_that_no_text_names_are_left_out() -> None:
    schema = OTHER + b"".join(RESOURCES + DATA)
    assert for_texts(schema, [b'resource "aws_s3_bucket_policy" "this" {}']) == OTHER + RESOURCES[1]
    assert for_texts(schema, [b"x", b'{"aws_region": {}}', b"aws_s3_bucket"]) == OTHER + RESOURCES[0] + b"".join(DATA)
    assert for_texts(schema, []) == OTHER


@pytest.mark.parametrize(
    "schema",
    [b"\x0a", b"\x0a\x05abcd", b"\x0a\x80", b"\x28", b"\x80", b"\x0d1234", entry(2, "aws_region")[:-1]],
    ids=["no size", "too short", "torn size", "no number", "torn tag", "unknown kind", "torn entry"],
)
def test_a_damaged_schema_is_refused(schema: bytes) -> None:
    with pytest.raises(ValueError, match="schema"):
        for_texts(schema, [b"aws_region"])


def program(folder: Path, text: str) -> Path:
    file = folder / "terraform-provider-false"
    file.write_text(f"#!/bin/sh\n{text}\n")
    file.chmod(0o755)
    return file


@pytest.mark.parametrize(
    "text",
    [
        "exit 1",
        "echo something else",
        "echo '1|6|unix|/nowhere|grpc|'",
        "echo '1|5|unix|/nowhere|netrpc|'",
        "echo '1|5|unix|/nowhere|grpc|'; exec sleep 100",
        "exec sleep 100",
        "printf '\\377\\376|5\\n'",
    ],
)
def test_what_is_no_provider_is_refused_and_does_not_stay(
    text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(plugin, "_PATIENCE", 0.5)
    false = program(tmp_path, f"echo $$ > {tmp_path}/pid\n{text}")
    with pytest.raises(ToolError, match="terraform-provider-false"):
        read_schema(false)
    assert is_gone(int((tmp_path / "pid").read_text()))


def test_a_program_that_cannot_be_started_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ToolError, match="does not speak the protocol"):
        read_schema(tmp_path / "absent")


@pytest.mark.thorough
def test_a_provider_goes_with_us_however_we_go(tmp_path: Path) -> None:
    false = program(tmp_path, f"echo $$ > {tmp_path}/pid\nexec sleep 100")
    code = (
        "import sys\nfrom pathlib import Path\nfrom generator.terraform.provider_schema.plugin import read_schema\n"
        "read_schema(Path(sys.argv[1]))"
    )
    reader = subprocess.Popen([sys.executable, "-c", code, false])
    pid = tmp_path / "pid"
    wait_until(lambda: pid.is_file() and pid.read_text().strip())
    reader.send_signal(signal.SIGKILL)
    reader.wait()
    assert is_gone(int(pid.read_text()))


def is_gone(process: int) -> bool:
    return wait_until(lambda: not _runs(process))


def _runs(process: int) -> bool:
    """Tell whether a process runs; one that has ended may wait for a while until somebody takes notice."""
    try:
        state = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"


def wait_until(true: Callable[[], object], seconds: float = 10.0) -> bool:
    end = time.monotonic() + seconds
    while not true():
        if time.monotonic() > end:
            return False
        time.sleep(0.02)
    return True


def test_a_damaged_file_counts_as_absent(tmp_path: Path) -> None:
    file = tmp_path / "folder" / "file"
    assert read_checksummed(file) is None
    keep_checksummed(file, b"content")
    assert (read_checksummed(file), file.stat().st_mode & 0o777) == (b"content", 0o600)
    file.write_bytes(file.read_bytes()[:-1])
    assert read_checksummed(file) is None
    keep_checksummed(file / "below" / "a file", b"content")
    assert [path.name for path in tmp_path.rglob("*")] == ["folder", "file"]


def installed(data: Path, version: str, text: str) -> None:
    folder = data / "providers" / "registry.terraform.io" / "hashicorp" / "aws" / version / "linux_amd64"
    folder.mkdir(parents=True)
    program(folder, text).rename(folder / f"terraform-provider-aws_v{version}_x5")


def test_of_two_versions_of_a_provider_none_is_asked(tmp_path: Path) -> None:
    environment = {"TF_DATA_DIR": str(tmp_path / "data"), "HOME": str(tmp_path)}
    assert schema_in_use(tmp_path, environment) is None
    installed(tmp_path / "data", "5.0.0", "exit 1")
    one = schema_in_use(tmp_path, environment)
    assert one is not None
    assert (one.address, one.message.result()) == ("registry.terraform.io/hashicorp/aws", None)
    installed(tmp_path / "data", "5.1.0", "exit 1")
    assert schema_in_use(tmp_path, environment) is None


def test_a_provider_that_is_gone_is_not_asked(tmp_path: Path) -> None:
    installed(tmp_path / ".terraform", "5.0.0", "exit 1")
    (linked,) = tmp_path.rglob("terraform-provider-aws*")
    linked.unlink()
    linked.symlink_to(tmp_path / "absent")
    assert schema_in_use(tmp_path, {"HOME": str(tmp_path)}) is None


def test_a_plan_of_which_nothing_can_be_told_is_printed_by_the_provider(tmp_path: Path) -> None:
    with few_types(tmp_path / "absent", None) as variables:
        assert variables == {}
    installed(tmp_path / ".terraform", "5.0.0", "exit 1")
    schema = schema_in_use(tmp_path, {"HOME": str(tmp_path)})
    (tmp_path / "plan").write_bytes(b"no archive")
    with few_types(tmp_path / "plan", schema) as variables:
        assert variables == {}


def test_a_folder_for_temporary_files_that_no_socket_can_lie_in_is_no_harm(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    message: Future[bytes | None] = Future()
    message.set_result(OTHER)
    with zipfile.ZipFile(tmp_path / "plan", "w") as plan:
        plan.writestr("tfconfig/m-/main.tf", HCL)
    with few_types(
        tmp_path / "plan", cache.ProviderSchema("registry.terraform.io/hashicorp/aws", message)
    ) as variables:
        assert "TF_REATTACH_PROVIDERS" in variables
    deep = tmp_path / ("x" * 120)
    deep.mkdir()
    monkeypatch.setattr(server, "temporary_folder", lambda _: str(deep))
    with few_types(
        tmp_path / "plan", cache.ProviderSchema("registry.terraform.io/hashicorp/aws", message)
    ) as variables:
        assert variables == {}
    assert list(deep.iterdir()) == []


def test_without_grpcio_the_provider_itself_prints_a_plan(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "grpc", None)  # what Python then says is what it says where it is not installed
    installed(tmp_path / ".terraform", "5.0.0", "exit 1")
    schema = schema_in_use(tmp_path, {"HOME": str(tmp_path)})
    assert schema is not None
    assert schema.message.result() is None
    with zipfile.ZipFile(tmp_path / "plan", "w") as plan:
        plan.writestr("tfconfig/m-/main.tf", HCL)
    message: Future[bytes | None] = Future()
    message.set_result(OTHER)  # another machine's user had it, and left the schema in the cache
    for known in (schema, cache.ProviderSchema("registry.terraform.io/hashicorp/aws", message)):
        with few_types(tmp_path / "plan", known) as variables:
            assert variables == {}


@pytest.mark.terraform
@pytest.mark.slow
def test_a_plan_is_read_as_the_provider_itself_would_have_it_read(
    workspace_of: WorkspaceOf, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    workspace = workspace_of({})
    member = Member("dev", "111122223333", "us-east-1", {"main.tf": HCL})
    environ = {**os.environ, "XDG_CACHE_HOME": str(tmp_path / "cache")}
    shares: list[float] = []

    def noted(schema: bytes, texts: list[bytes]) -> bytes:
        few = for_texts(schema, texts)
        shares.append(len(few) / len(schema))
        return few

    def raw() -> object:
        planned = plan_fleet(workspace, [member], cache=False, environ=environ)
        assert not planned.failures
        return {**planned.plans["dev"].raw, "timestamp": ""}

    monkeypatch.setattr(cache, "for_texts", noted)
    folder = tmp_path / "cache" / "tfstencil" / "schemas"
    for number in range(6):
        keep_checksummed(folder / str(number), b"of another provider")
        os.utime(folder / str(number), (number, number))
    stood_in = raw()
    others = sorted(file.name for file in folder.iterdir() if len(file.name) == 1)
    assert others == ["3", "4", "5"]
    assert 0 < shares[0] < 0.1
    # One that lacks what is in the plan, and one that is none.
    (kept,) = (file for file in folder.iterdir() if file.name not in others)
    for wrong in (OTHER, b"\x0a"):
        keep_checksummed(kept, wrong)
        cache._begun.cache_clear()
        assert raw() == stood_in
    monkeypatch.setattr(adapter, "schema_in_use", lambda *_: None)
    assert raw() == stood_in
    assert len(shares) == 2
