"""The documents are true: README commands run, the committed modules are fresh, the recipes are valid specs."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import yaml

from generator.model.loading.load import load_environment

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from generator.workspace import Workspace

REPOSITORY = Path(__file__).parents[2]
README = (REPOSITORY / "README.md").read_text(encoding="utf-8")
DOCUMENTS = [REPOSITORY / "README.md", *sorted((REPOSITORY / "docs").glob("*.md"))]
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
MINIMAL = """\
stack: shop
region: eu-west-1
account: "111122223333"
tags: {Owner: team, CostCenter: "1"}
source: {type: github, repository: https://github.com/acme-platform/shop}
builds: {main: {runtime: {nodejs: 22}}}
"""


def blocks(text: str, language: str) -> list[str]:
    return [code for kind, code in BLOCK.findall(text) if kind == language]


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Copy what a clone would hold."""
    folder = tmp_path_factory.mktemp("clone") / "tfstencil"
    for part in ("environments", "modules_out", "templates", "tests/plans"):
        shutil.copytree(REPOSITORY / part, folder / part)
    shutil.copyfile(REPOSITORY / "parity.yaml", folder / "parity.yaml")
    return folder


def in_shell(command: str, folder: Path) -> subprocess.CompletedProcess[str]:
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    return subprocess.run(
        ["bash", "-c", command],
        cwd=folder,
        env=os.environ | {"PATH": path, "CI": "true"},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.terraform
@pytest.mark.slow
def test_every_command_of_the_tour_does_what_the_readme_says(checkout: Path) -> None:
    commands = [line for block in blocks(README, "sh") for line in block.splitlines()]
    assert len(commands) >= 14, "the tour has lost its commands"
    (checkout / "test_stack.py").write_text(blocks(README, "python")[0], "utf-8")
    for command in commands:
        # The README's apply asks a person; here nobody answers.
        ended = in_shell(command, checkout)
        assert ended.returncode == 0, f"{command}\n{ended.stdout}\n{ended.stderr}"
    assert "sandbox is stopped" in ended.stdout + ended.stderr


def test_the_make_targets_of_the_readme_exist_and_ci_runs_them() -> None:
    targets = set(re.findall(r"(?:`|^ {4})make ([a-z-]+)", README, re.MULTILINE))
    makefile = (REPOSITORY / "Makefile").read_text()
    assert targets >= {"demo", "test", "install"}
    for target in targets:
        assert re.search(rf"^{target}:", makefile, re.MULTILINE), target
    calls = re.findall(r"^make (.+)$", (REPOSITORY / ".ci" / "run").read_text(), re.MULTILINE)
    assert {"demo", "test", "lint"} <= {word for call in calls for word in call.split()}


def test_the_specs_in_the_readme_are_a_valid_environment(
    workspace_of: Callable[[Mapping[str, str]], Workspace],
) -> None:
    base, prod, *_ = blocks(README, "yaml")
    assert load_environment(workspace_of({"_base": base, "prod": prod}), "prod").name == "prod"


@pytest.mark.thorough
def test_every_mistake_in_the_readme_is_answered_as_it_says(
    workspace_of: Callable[[Mapping[str, str]], Workspace], tfstencil: Callable[..., subprocess.CompletedProcess[str]]
) -> None:
    base, prod, *_ = blocks(README, "yaml")
    wrong = prod + "    timeout: 900h\n    tiemout: 900h\n"
    workspace = workspace_of({"_base": base, "prod": wrong})
    ended = tfstencil("-C", workspace.root, "validate")
    (answer,) = blocks(README, "text")
    assert answer in ended.stdout
    assert ended.returncode == 1


RECIPES = blocks((REPOSITORY / "docs" / "cookbook.md").read_text(), "yaml")


@pytest.mark.parametrize("recipe", RECIPES, ids=lambda recipe: recipe.splitlines()[0])
def test_every_recipe_of_the_cookbook_is_a_valid_spec(
    workspace_of: Callable[[Mapping[str, str]], Workspace], recipe: str
) -> None:
    european = "extends: _base\nregion: eu-central-1\n"
    alone = {"extends", "backend"} & set(yaml.safe_load(recipe))
    spec = recipe if alone else f"extends: _base\n{recipe}"
    workspace = workspace_of(
        {"_base": MINIMAL, "_european": european, "staging": spec.replace("Team: checkout", "Team: a")}
    )
    assert load_environment(workspace, "staging").name == "staging"


@pytest.mark.terraform
@pytest.mark.slow
def test_the_tests_of_the_testing_page_run_as_written(checkout: Path) -> None:
    page = (REPOSITORY / "docs" / "testing.md").read_text("utf-8")
    (contract,), (example,) = blocks(page, "yaml"), blocks(page, "python")
    (checkout / "tests" / "plans" / "dev.yaml").write_text(contract, encoding="utf-8")
    kept = in_shell("tfstencil test dev", checkout)
    assert kept.returncode == 0, kept.stdout
    (checkout / "test_stack.py").write_text(example, encoding="utf-8")
    without_autoload = "PYTEST_DISABLE_PLUGIN_AUTOLOAD=1 python -m pytest -q -p tfstencil test_stack.py"
    for command in ("python -m pytest -q test_stack.py", without_autoload):
        ended = in_shell(command, checkout)
        assert "5 passed" in ended.stdout, ended.stdout + ended.stderr


def test_the_committed_modules_are_what_a_render_writes(
    tfstencil: Callable[..., subprocess.CompletedProcess[str]],
) -> None:
    ended = tfstencil("-C", REPOSITORY, "render", "--check", "--diff")
    assert ended.returncode == 0, ended.stdout


@pytest.mark.terraform
def test_the_committed_modules_are_as_terraform_fmt_leaves_them() -> None:
    ended = subprocess.run(
        ["terraform", "fmt", "-check", "-recursive", REPOSITORY / "modules_out"], capture_output=True, check=False
    )
    assert ended.returncode == 0, ended.stdout


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_links_between_the_documents_lead_somewhere(document: Path) -> None:
    for target in re.findall(r"\]\((?!https?:)([^)#]+)", document.read_text(encoding="utf-8")):
        assert (document.parent / target).exists(), target
    for target in re.findall(r"`(docs/[\w./-]+\.\w+)`", document.read_text(encoding="utf-8")):
        assert (REPOSITORY / target).exists(), target


def test_architecture_names_every_package_and_no_other() -> None:
    text = (REPOSITORY / "docs" / "architecture.md").read_text()
    named = set(re.findall(r"^\| .*?`generator\.(\w+)[\w.]*`", text, re.MULTILINE))
    packages = {path.parent.name for path in (REPOSITORY / "generator").glob("*/__init__.py")}
    assert packages <= named | {"generator"}


@pytest.mark.parametrize("path", ["docs/cookbook.md", "environments/everything.yaml"])
def test_no_image_is_tagged_by_its_commit_alone(path: str) -> None:
    """Tags are immutable: the second build of a commit could not push."""
    text = (REPOSITORY / path).read_text("utf-8")
    tags = re.findall(r"\$ECR_REPOSITORY_\w+:([^\"]+)\"", text)
    assert tags
    assert all("$CODEBUILD_BUILD_NUMBER" in tag for tag in tags)
