"""Local modules elsewhere in the workspace: taken along into every copy of a root, and told where they cannot be."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from generator.errors import SpecError
from generator.fleet.member import member_of, read_member
from generator.kept.binding import source_digest
from generator.terraform.outer_modules import as_in_workspace, outer_modules
from generator.terraform.scratch import relative_files, update_copy
from generator.workspace import Workspace

if TYPE_CHECKING:
    from pathlib import Path

CALL = 'module "net" {\n  # ../../shared/network\n  source = "../../shared/network"\n}\n'
SHARED = {
    "shared/network/main.tf": 'module "zone" {\n  source = "../zone"\n}\n',
    "shared/network/files/policy.json": "{}",
    "shared/network/.hidden": "x",
    "shared/network/old.tfstate": "x",
    "shared/zone/main.tf": 'resource "aws_route53_zone" "this" {\n  name = "a.example"\n}\n',
    "shared/unused/main.tf": "",
}


def tree(root: Path, files: dict[str, str]) -> Path:
    for path, text in {"modules_out/dev/main.tf": "locals {}\n", **SHARED, **files}.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text)
    return root / "modules_out" / "dev"


def test_a_copy_holds_what_the_root_calls_and_what_that_calls(tmp_path: Path) -> None:
    source = tree(tmp_path, {"modules_out/dev/extra.tf": CALL})

    update_copy(source, tmp_path / "copy", {})

    below = "modules/_workspace/shared"
    assert sorted(relative_files(tmp_path / "copy")) == [
        "extra.tf",
        "main.tf",
        f"{below}/network/files/policy.json",
        f"{below}/network/main.tf",
        f"{below}/zone/main.tf",
    ]
    assert (tmp_path / "copy" / "extra.tf").read_text() == CALL.replace('"../../shared', '"./modules/_workspace/shared')
    assert (tmp_path / "copy" / below / "network/main.tf").read_text() == SHARED["shared/network/main.tf"]
    (source / "extra.tf").unlink()
    update_copy(source, tmp_path / "copy", {})
    assert sorted(relative_files(tmp_path / "copy")) == ["main.tf"]


def test_what_terraform_overrides_in_a_copy_wins(tmp_path: Path) -> None:
    source = tree(tmp_path, {"modules_out/dev/extra.tf": CALL})
    update_copy(source, tmp_path / "copy", {"extra.tf": b"locals {}\n"})
    assert (tmp_path / "copy" / "extra.tf").read_text() == "locals {}\n"


def test_a_member_of_a_fleet_has_them_from_the_disk_and_from_memory(tmp_path: Path) -> None:
    source = tree(tmp_path, {"modules_out/dev/extra.tf": CALL})
    workspace = Workspace(tmp_path)
    read = read_member(workspace, "dev", account="1", region="eu-west-1")
    assert sorted(read.modules["_workspace"]) == ["shared/network/files/policy.json", "shared/network/main.tf",
                                                   "shared/zone/main.tf"]  # fmt: skip
    assert "aws_route53_zone" in read.types
    files = {path: (source / path).read_text() for path in relative_files(source)}
    assert member_of(workspace, "dev", account="1", region="eu-west-1", files=files).digest == read.digest
    (tmp_path / "shared/zone/main.tf").write_text("locals {}\n")
    assert read_member(workspace, "dev", account="1", region="eu-west-1").digest != read.digest


def test_a_kept_plan_is_of_their_text_too(tmp_path: Path) -> None:
    tree(tmp_path, {"modules_out/dev/extra.tf": CALL})
    before = source_digest(Workspace(tmp_path), "dev")
    (tmp_path / "shared/unused/main.tf").write_text("locals {}\n")
    assert source_digest(Workspace(tmp_path), "dev") == before
    (tmp_path / "shared/zone/main.tf").write_text("locals {}\n")
    assert source_digest(Workspace(tmp_path), "dev") != before


def test_a_call_inside_a_module_is_led_within_that_module(tmp_path: Path) -> None:
    text = 'module "zone" {\n  source = "../../../../../shared/zone/"\n}\n'
    root = tree(tmp_path, {"modules_out/dev/modules/logs/sub/main.tf": text})
    found = outer_modules(root, {"modules/logs/sub/main.tf": text})
    assert found.texts["modules/logs/sub/main.tf"].splitlines()[1] == '  source = "../_workspace/shared/zone"'
    assert list(found.files) == ["modules/logs/_workspace/shared/zone/main.tf"]


def test_modules_that_call_one_another_and_the_root_of_the_workspace_end(tmp_path: Path) -> None:
    files = {
        "modules_out/dev/extra.tf": 'module "all" {\n  source = "../.."\n}\nmodule "b" {\n  source = "../prod"\n}\n',
        "top.tf": 'module "a" {\n  source = "./shared/a"\n}\n',
        "shared/a/main.tf": 'module "b" {\n  source = "../../modules_out/prod"\n}\n',
        "modules_out/prod/main.tf": 'module "a" {\n  source = "../../shared/a"\n}\n',
    }
    root = tree(tmp_path, files)
    found = outer_modules(root, {"extra.tf": files["modules_out/dev/extra.tf"]})
    assert sorted(found.files) == [f"modules/_workspace/{each}" for each in
                                   ("modules_out/prod/main.tf", "shared/a/main.tf", "top.tf")]  # fmt: skip
    assert 'source = "./modules/_workspace"' in found.texts["extra.tf"].replace('/."', '"')
    assert found.problems == ()


@pytest.mark.parametrize(
    "text",
    [
        'module "x" {\n  source = "./modules/../modules/logs"\n}\n',
        'resource "aws_s3_object" "x" {\n  source = "../../shared/zone/main.tf"\n}\n',
        'module "x" {\n  source = "git::https://x.example/../y"\n}\n',
        'module "x" {\n  source = "../../${var.x}"\n}\n',
        'module "x" {\n  version = "../x"\n}\n',
        'module "x" {\n  source = "../../shared/zone"\n',
        '# module "x" { source = "../../shared/zone" }\n',
    ],
)
def test_everything_else_stays_as_it_is(tmp_path: Path, text: str) -> None:
    found = outer_modules(tree(tmp_path, {}), {"extra.tf": text})
    assert (found.texts, found.files, found.problems) == ({}, {}, ())


def test_all_that_cannot_be_taken_along_is_told_with_its_place(tmp_path: Path) -> None:
    (tmp_path / "outside").mkdir()
    calls = "".join(
        f'module "m{number}" {{\n  source = "{source}"\n}}\n'
        for number, source in enumerate(("../../shared/nowhere", "../../../outside", "../../link", "../../shared/bad"))
    )
    files = {"modules_out/dev/extra.tf": calls, "shared/bad/main.tf": '\nmodule "x" {\n  source = "../none"\n}\n'}
    root = tree(tmp_path / "ws", files)
    (tmp_path / "ws" / "link").symlink_to(tmp_path / "outside")
    with pytest.raises(SpecError) as caught:
        update_copy(root, tmp_path / "copy", {})
    missing, outside, linked, inner = map(str, caught.value.problems)
    assert missing == (
        "modules_out/dev/extra.tf:2:1: module ../../shared/nowhere is missing: there is no folder shared/nowhere; "
        "the path counts from the file's own folder"
    )
    assert outside.startswith(
        "modules_out/dev/extra.tf:5:1: module ../../../outside does not lie in the workspace; put"
    )
    assert linked.startswith("modules_out/dev/extra.tf:8:1: module ../../link does not lie in the workspace; put")
    assert inner.startswith("shared/bad/main.tf:3:1: module ../none is missing: there is no folder shared/none; ")
    assert not (tmp_path / "copy").exists()


def test_what_terraform_says_of_them_names_their_own_files() -> None:
    assert as_in_workspace("modules/_workspace/shared/zone/main.tf") == "../../shared/zone/main.tf"
    assert as_in_workspace("on modules/logs/_workspace/a.tf line 1") == "on ../../a.tf line 1"
    assert as_in_workspace("modules/logs/main.tf") == "modules/logs/main.tf"
