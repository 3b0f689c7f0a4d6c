"""The scratch copy: the rendered root, never touched, with an override that mocks it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from generator.errors import OutputError
from generator.terraform.overrides import FILE_NAME, offline_override, provider_aliases, sandbox_override
from generator.terraform.scratch import init_digest, relative_files, update_copy

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

PROVIDERS = """provider "aws" {
  region = "us-east-1"
}

provider "aws" {
  alias  = "billing"
  region = "us-east-1"
}

provider "aws" { alias = "short" }
"""


def build_file_tree(root: Path, files: Mapping[str, str]) -> Path:
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return root


def test_the_copy_holds_the_root_and_what_is_added(tmp_path: Path) -> None:
    source = build_file_tree(tmp_path / "s", {"main.tf": "a", "modules/logs/main.tf": "b"})

    update_copy(source, tmp_path / "t", {"x_override.tf.json": b"{}"})

    assert sorted(relative_files(tmp_path / "t")) == ["main.tf", "modules/logs/main.tf", "x_override.tf.json"]
    assert sorted(relative_files(source)) == ["main.tf", "modules/logs/main.tf"]


def test_state_and_working_files_are_not_copied(tmp_path: Path) -> None:
    foreign = [".terraform/providers/x", "terraform.tfstate", "terraform.tfstate.backup", ".terraform.lock.hcl"]
    foreign += ["dev.tfplan", "errored.tfstate", "crash.log", ".terraform.tfstate.lock.info"]
    source = build_file_tree(tmp_path / "s", {"main.tf": "a", **dict.fromkeys(foreign, "x")})

    update_copy(source, tmp_path / "t", {})

    assert [path.name for path in (tmp_path / "t").iterdir()] == ["main.tf"]


def test_an_unchanged_file_is_not_written_again(tmp_path: Path) -> None:
    source = build_file_tree(tmp_path / "s", {"main.tf": "a", "other.tf": "b"})
    update_copy(source, tmp_path / "t", {})
    before = (tmp_path / "t" / "main.tf").stat().st_mtime_ns
    (source / "other.tf").write_text("changed")

    update_copy(source, tmp_path / "t", {})

    assert (tmp_path / "t" / "main.tf").stat().st_mtime_ns == before
    assert (tmp_path / "t" / "other.tf").read_text() == "changed"


def test_a_file_that_left_the_root_leaves_the_copy_and_terraforms_own_stay(tmp_path: Path) -> None:
    source = build_file_tree(tmp_path / "s", {"main.tf": "a", "modules/old/main.tf": "b"})
    update_copy(source, tmp_path / "t", {"o_override.tf.json": b"{}"})
    build_file_tree(tmp_path / "t", {".terraform.lock.hcl": "lock"})
    (source / "modules/old/main.tf").unlink()

    update_copy(source, tmp_path / "t", {})

    assert list(relative_files(tmp_path / "t")) == ["main.tf"]
    assert (tmp_path / "t" / ".terraform.lock.hcl").read_text() == "lock"


def test_a_copy_that_was_tampered_with_is_put_right(tmp_path: Path) -> None:
    source = build_file_tree(tmp_path / "s", {"main.tf": "a"})
    update_copy(source, tmp_path / "t", {})
    (tmp_path / "t" / "main.tf").write_text("b")

    update_copy(source, tmp_path / "t", {})

    assert (tmp_path / "t" / "main.tf").read_text() == "a"


def test_a_copy_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    source = build_file_tree(tmp_path / "s", {"main.tf": "a"})
    (tmp_path / "t").write_text("a file in its place")

    with pytest.raises(OutputError, match=f"cannot be written to {tmp_path / 't'}"):
        update_copy(source, tmp_path / "t", {})


def test_every_aws_provider_of_a_root_is_found(tmp_path: Path) -> None:
    root = build_file_tree(tmp_path, {"providers.tf": PROVIDERS, "z.tf": 'provider "random" {\n}\n'})

    assert provider_aliases(root) == ["", "billing", "short"]


def read_override(content: bytes) -> Any:
    return json.loads(content)


def test_offline_no_account_is_asked_for_and_none_is_refused(tmp_path: Path) -> None:
    root = build_file_tree(tmp_path, {"providers.tf": PROVIDERS})

    providers = read_override(offline_override(root, "111122223333", tmp_path / "s"))["provider"]["aws"]

    assert [provider.get("alias") for provider in providers] == [None, "billing", "short"]
    for provider in providers:
        assert provider["access_key"] == "111122223333"
        assert provider["allowed_account_ids"] is None
        assert provider["skip_requesting_account_id"] is True


def test_in_the_sandbox_the_check_of_the_account_stays(tmp_path: Path) -> None:
    root = build_file_tree(tmp_path, {"providers.tf": PROVIDERS})

    document = read_override(sandbox_override(root, "111122223333", tmp_path / "s", "http://127.0.0.1:5000"))

    provider = document["provider"]["aws"][0]
    assert "allowed_account_ids" not in provider
    assert "skip_requesting_account_id" not in provider
    assert set(provider["endpoints"][0].values()) == {"http://127.0.0.1:5000"}
    assert document["terraform"]["backend"] == {"local": {"path": str(tmp_path / "s")}}


def test_a_path_that_looks_like_a_template_stays_text(tmp_path: Path) -> None:
    document = read_override(offline_override(tmp_path, "111122223333", tmp_path / "${file}"))

    assert document["terraform"]["backend"]["local"]["path"] == f"{tmp_path}/$${{file}}"


ROOT = {
    "main.tf": 'module "logs" {\n  source = "./modules/logs"\n  days   = 7\n}\n',
    "versions.tf": 'terraform {\n  required_version = ">= 1.10"\n}\n',
    FILE_NAME: '{"provider": 1}',
}


@pytest.mark.parametrize(
    ("name", "text", "changes"),
    [
        ("main.tf", ROOT["main.tf"].replace("days   = 7", "days   = 30"), False),
        (FILE_NAME, '{"provider": 2}', False),
        ("main.tf", ROOT["main.tf"].replace("./modules/logs", "./modules/other"), True),
        ("versions.tf", ROOT["versions.tf"].replace("1.10", "1.11"), True),
        ("more.tf", 'module "more" {\n  source = "./modules/logs"\n}\n', True),
    ],
    ids=["an argument", "the override", "a module's source", "a version", "one module more"],
)
def test_an_init_is_needed_only_after_a_change_that_it_reads(
    tmp_path: Path,
    name: str,
    text: str,
    changes: bool,  # noqa: FBT001  # a column of the table
) -> None:
    before = init_digest(build_file_tree(tmp_path, ROOT), "tools")
    build_file_tree(tmp_path, {name: text})

    assert (init_digest(tmp_path, "tools") != before) is changes
    assert init_digest(tmp_path, "other tools") != before
