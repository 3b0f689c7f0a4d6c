"""`tfstencil init`."""

from __future__ import annotations

import json
import os
import pty
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
import yaml

from generator.explain.starter_values import stack_name
from generator.explain.starter_workspace import LANGUAGES, SOURCES

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    Runner = Callable[..., subprocess.CompletedProcess[str]]


def _contents(folder: Path) -> dict[str, str]:
    """Return what lies in a folder, but for modules and scratch."""
    files = {str(path.relative_to(folder)): path for path in folder.rglob("*") if path.is_file()}
    return {
        name: path.read_text() for name, path in files.items() if not name.startswith(("modules_out/", ".tfstencil/"))
    }


@pytest.mark.thorough
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("source", SOURCES)
def test_a_new_workspace_validates_without_a_warning(language: str, source: str, call: Runner, tmp_path: Path) -> None:
    assert call("-C", tmp_path, "init", "--language", language, "--source", source, "--yes").returncode == 0
    checked = call("-C", tmp_path, "validate", "--json")
    document = json.loads(checked.stdout)
    assert (document["environments"], document["problems"]) == (["dev", "prod", "staging"], [])
    assert checked.returncode == 0


def test_what_is_said_stands_in_the_specs(call: Runner, tmp_path: Path) -> None:
    address = "https://gitlab.com/ours/shop"
    said = ("--stack", "shop", "--repository", address, "--classes", "dev,prod", "--region", "eu-west-1")
    accounts = ("--account", "dev=444455556666", "--account", "prod=555566667777")
    assert call("-C", tmp_path, "init", "--source", "gitlab", *said, *accounts, "--yes").returncode == 0
    specs = {path.stem: yaml.safe_load(path.read_text()) for path in (tmp_path / "environments").glob("*.yaml")}
    assert specs.keys() == {"_base", "dev", "prod"}
    assert (specs["_base"]["stack"], specs["_base"]["region"]) == ("shop", "eu-west-1")
    assert specs["_base"]["source"] == {"type": "gitlab", "repository": address, "branch": "main"}
    assert (specs["dev"]["account"], specs["prod"]["account"]) == ("444455556666", "555566667777")
    assert "CHANGE THIS" not in (tmp_path / "environments" / "prod.yaml").read_text()


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("--language", "cobol"), 2, "'cobol' is not one of"),
        (("--source", "svn"), 2, "'svn' is not one of"),
        (("--engine", "jenkins"), 2, "'jenkins' is not one of"),
        (("--classes", "dev,test"), 2, "'test': not a class"),
        (("--classes", ""), 2, "not a class"),
        (("--account", "444455556666"), 2, "write it as ENV=ID"),
        (("--account", "qa=444455556666"), 2, "names no environment"),
        (("--account", "dev=12"), 2, "account"),
        (("--region", "moon-1"), 2, "region"),
        (("--stack", "My Shop"), 2, "stack"),
        (("--repository", "git@github.com:ours/shop"), 2, "source.repository"),
        (("--stack", "My Shop", "--region", "moon-1"), 2, 'such as eu-central-1, got "moon-1"'),
    ],
)
def test_a_wrong_wish_is_told_and_nothing_is_written(
    arguments: tuple[str, ...], code: int, said: str, call: Runner, tmp_path: Path
) -> None:
    ended = call("-C", tmp_path, "init", *arguments, "--yes")
    assert ended.returncode == code
    assert said in ended.stderr
    assert _contents(tmp_path) == {}


def test_a_new_workspace_has_its_surroundings(call: Runner, tmp_path: Path) -> None:
    document = json.loads(call("-C", tmp_path, "init", "--json").stdout)
    assert document["ok"] is True
    assert document["rendered"] == ["dev", "prod", "staging"]
    # So that the next command that it names, a plan, has something to plan.
    assert call("-C", tmp_path, "render", "--check").returncode == 0
    assert sorted(document["written"]) == sorted(_contents(tmp_path))
    assert ".tfstencil/" in (tmp_path / ".gitignore").read_text()
    for path in (".pre-commit-config.yaml", ".github/workflows/tfstencil.yml"):
        assert "tfstencil render --check" in str(yaml.safe_load((tmp_path / path).read_text()))


@pytest.mark.parametrize(
    ("arguments", "has_workflow"),
    [((), True), (("--source", "bitbucket"), False), (("--engine", "none"), False), (("--bare",), False)],
)
def test_ci_is_that_of_the_server_unless_told_otherwise(
    arguments: tuple[str, ...], call: Runner, tmp_path: Path, *, has_workflow: bool
) -> None:
    ended = call("-C", tmp_path, "init", *arguments, "--classes", "dev", "--yes")
    assert ended.returncode == 0
    assert (tmp_path / ".github").exists() is has_workflow
    assert ("No pipeline of CI was written" in ended.stderr) is not (has_workflow or "--bare" in arguments)


def test_bare_is_the_specs_alone(call: Runner, tmp_path: Path) -> None:
    ended = call("-C", tmp_path, "init", "--bare", "--classes", "dev")
    assert ended.returncode == 0
    assert _contents(tmp_path).keys() == {"environments/_base.yaml", "environments/dev.yaml"}
    assert [path.name for path in tmp_path.iterdir()] == ["environments"]
    assert f"Next: tfstencil -C {tmp_path} render" in ended.stderr


def test_what_cannot_be_rendered_leaves_nothing_behind(call: Runner, tmp_path: Path) -> None:
    (tmp_path / "templates").mkdir()
    (tmp_path / "templates" / "main.tf.j2").write_text("{{ nothing")
    assert call("-C", tmp_path, "init", "--yes").returncode == 1
    assert _contents(tmp_path).keys() == {"templates/main.tf.j2"}
    assert not (tmp_path / "environments").exists()


@pytest.mark.terraform
def test_the_first_commands_in_an_empty_folder_end_well(call: Runner, tmp_path: Path) -> None:
    said = ("--language", "python", "--source", "gitlab", "--yes")
    for words in (("init", ".", *said), ("validate",), ("plan", "--offline")):
        ended = call("-C", tmp_path, *words)
        assert ended.returncode == 0, ended.stdout + ended.stderr
        assert "warning" not in ended.stdout + ended.stderr


def test_the_workspace_of_the_option_is_where_it_is_made(call: Runner, tmp_path: Path) -> None:
    assert call("-C", tmp_path / "there", "init").returncode == 0
    assert (tmp_path / "there" / "environments" / "dev.yaml").is_file()
    assert "stack: there" in (tmp_path / "there" / "environments" / "_base.yaml").read_text()


def test_a_workspace_is_not_made_over_another(call: Runner, tmp_path: Path) -> None:
    (tmp_path / "environments").mkdir()
    (tmp_path / "environments" / "prod.yaml").write_text("mine")
    before = _contents(tmp_path)
    ended = call("-C", tmp_path, "init")
    assert ended.returncode == 1
    assert "environments/prod.yaml" in ended.stderr
    assert _contents(tmp_path) == before


def test_files_around_the_specs_are_kept_and_what_is_missing_is_shown(call: Runner, tmp_path: Path) -> None:
    (tmp_path / ".gitignore").write_text("mine\n")
    ended = call("-C", tmp_path, "init")
    assert ended.returncode == 0
    assert (tmp_path / ".gitignore").read_text() == "mine\n"
    assert ".tfstencil/" in ended.stderr


def test_a_place_that_cannot_be_written_is_an_error_with_its_name(call: Runner, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    ended = call("-C", tmp_path, "init", "file/inside")
    assert ended.returncode == 1
    assert "file" in ended.stderr
    assert "Traceback" not in ended.stderr


@pytest.mark.thorough
def test_in_a_terminal_it_asks_for_what_is_not_said(tmp_path: Path, repository: Path) -> None:
    ours, theirs = pty.openpty()
    command = [sys.executable, "-m", "generator", "init", str(tmp_path / "shop"), "--source", "gitlab"]
    with subprocess.Popen(
        command, stdin=theirs, stdout=theirs, stderr=theirs, env=os.environ | {"PYTHONPATH": str(repository)}
    ) as process:
        os.write(ours, b"python\n\n")
        assert process.wait(30) == 0
    os.close(theirs)
    os.close(ours)
    base = (tmp_path / "shop" / "environments" / "_base.yaml").read_text()
    assert "stack: shop" in base
    assert "python:" in base
    assert "https://gitlab.com/" in base


@pytest.mark.parametrize(
    ("folder", "stack"), [("Build Stacks", "build-stacks"), ("9lives", "stack-9lives"), ("", "stack"), ("x" * 90, None)]
)
def test_a_stack_is_named_after_its_folder(folder: str, stack: str | None) -> None:
    named = stack_name(folder, "staging")
    assert named == stack if stack else len(named) < 40
