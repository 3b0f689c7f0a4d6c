"""`tfstencil init`."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
import yaml

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Callable
    from pathlib import Path

    Runner = Callable[..., subprocess.CompletedProcess[str]]


def _contents(folder: Path) -> dict[str, str]:
    return {str(path.relative_to(folder)): path.read_text() for path in folder.rglob("*") if path.is_file()}


@pytest.mark.thorough
def test_a_new_workspace_validates(tfstencil: Runner, tmp_path: Path) -> None:
    assert tfstencil("init", "stacks").returncode == 0
    checked = tfstencil("-C", "stacks", "validate", "--json")
    assert json.loads(checked.stdout)["environments"] == ["dev", "prod", "staging"]
    assert checked.returncode == 0


@pytest.mark.thorough
def test_a_new_workspace_has_its_surroundings(tfstencil: Runner, tmp_path: Path) -> None:
    document = json.loads(tfstencil("init", "--json").stdout)
    assert document["ok"] is True
    assert sorted(document["written"]) == sorted(_contents(tmp_path))
    assert ".tfstencil/" in (tmp_path / ".gitignore").read_text()
    for path in (".pre-commit-config.yaml", ".github/workflows/tfstencil.yml"):
        assert "tfstencil render --check" in str(yaml.safe_load((tmp_path / path).read_text()))


@pytest.mark.thorough
def test_the_workspace_of_the_option_is_where_it_is_made(tfstencil: Runner, tmp_path: Path) -> None:
    assert tfstencil("-C", tmp_path / "there", "init").returncode == 0
    assert (tmp_path / "there" / "environments" / "dev.yaml").is_file()


def test_a_workspace_is_not_made_over_another(tfstencil: Runner, tmp_path: Path) -> None:
    (tmp_path / "environments").mkdir()
    (tmp_path / "environments" / "prod.yaml").write_text("mine")
    before = _contents(tmp_path)
    ended = tfstencil("init")
    assert ended.returncode == 1
    assert "environments/prod.yaml" in ended.stderr
    assert _contents(tmp_path) == before


@pytest.mark.thorough
def test_files_around_the_specs_are_kept_and_what_is_missing_is_shown(tfstencil: Runner, tmp_path: Path) -> None:
    (tmp_path / ".gitignore").write_text("mine\n")
    ended = tfstencil("init")
    assert ended.returncode == 0
    assert (tmp_path / ".gitignore").read_text() == "mine\n"
    assert ".tfstencil/" in ended.stderr


@pytest.mark.thorough
def test_a_place_that_cannot_be_written_is_an_error_with_its_name(tfstencil: Runner, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    ended = tfstencil("init", "file/inside")
    assert ended.returncode == 1
    assert "file" in ended.stderr
    assert "Traceback" not in ended.stderr
