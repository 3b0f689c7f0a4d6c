"""`tfstencil affected`, and `--affected` of other commands, in a real repository."""

from __future__ import annotations

import json
import shutil
import subprocess
from typing import TYPE_CHECKING, Any

import pytest

from generator.workspace import bundled_templates

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from generator.workspace import Workspace

    Runner = Callable[..., subprocess.CompletedProcess[str]]

_LOGS = "modules/logs/main.tf.j2"


def git(folder: Path, *arguments: str) -> str:
    call = ["git", "-c", "user.name=t", "-c", "user.email=t@example.com", "-c", "init.defaultBranch=main", *arguments]
    return subprocess.run(call, cwd=folder, check=True, capture_output=True, text=True).stdout


def _commit(folder: Path) -> None:
    git(folder, "add", "-A")
    git(folder, "commit", "-qm", "as it was")


@pytest.fixture
def clone(call: Runner, workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> Workspace:
    """The small workspace with a template of its own, rendered and committed."""
    for name in ("GITHUB_ACTIONS", "GITLAB_CI", "CODEBUILD_BUILD_ID"):
        monkeypatch.delenv(name, raising=False)
    own = workspace.root / "templates" / _LOGS
    own.parent.mkdir(parents=True)
    shutil.copy(bundled_templates() / _LOGS, own)
    (workspace.root / ".gitignore").write_text(".tfstencil/\n.terraform/\n")
    assert call("-C", workspace.root, "render").returncode == 0
    git(workspace.root, "init", "-q")
    _commit(workspace.root)
    return workspace


@pytest.fixture
def found(call: Runner, clone: Workspace) -> Callable[..., list[dict[str, Any]]]:
    """Return what is affected, as data."""

    def run(*arguments: str) -> list[dict[str, Any]]:
        done = call("-C", clone.root, "affected", *arguments, "--json")
        assert done.returncode == 0, done.stderr
        environments: list[dict[str, Any]] = json.loads(done.stdout)["environments"]
        return environments

    return run


def _replace(file: Path, before: str, after: str) -> None:
    text = file.read_text()
    assert before in text
    file.write_text(text.replace(before, after))


def test_nothing_is_printed_where_nothing_is_affected(call: Runner, clone: Workspace) -> None:
    done = call("-C", clone.root, "affected")
    assert (done.returncode, done.stdout) == (0, "")
    assert "0 environments affected since" in done.stderr


def test_comments_formatting_and_the_order_of_keys_affect_nothing(
    clone: Workspace, found: Callable[..., list[dict[str, Any]]]
) -> None:
    base = clone.spec_path("_base")
    _replace(base, "stack: shop\nregion: us-east-1\n", "# the shop\nregion: us-east-1\nstack:   shop\n")
    own = clone.root / "templates" / _LOGS
    own.write_text("{# the group #}\n# What is logged.\n" + own.read_text().replace("\n\n", "\n\n\n"))
    assert found() == []
    _commit(clone.root)
    assert found("--since", "HEAD~1") == []


def test_a_macro_that_is_taken_out_of_a_template_affects_nothing(
    clone: Workspace, found: Callable[..., list[dict[str, Any]]]
) -> None:
    own = clone.root / "templates" / _LOGS
    _replace(own, "retention_in_days", "{% macro days() %}retention_in_days{% endmacro %}{{ days() }}")
    assert found() == []


def test_a_changed_value_names_its_environments_and_the_line_of_the_spec(
    clone: Workspace, found: Callable[..., list[dict[str, Any]]]
) -> None:
    _replace(clone.spec_path("dev"), "extends: _base\n", "extends: _base\nlogs: {retention_days: 30}\n")
    (dev,) = found()
    assert (dev["name"], dev["change"]) == ("dev", "changed")
    (because,) = [each for each in dev["because"] if each["path"] == "retention_days"]
    assert (because["file"], because["address"], because["after"]) == ("main.tf", "module.logs", "30")
    assert because["spec"] == [{"file": "environments/dev.yaml", "line": 2, "column": 24, "key": "logs.retention_days"}]


@pytest.mark.thorough
def test_a_template_that_says_something_else_is_named_with_its_line(
    clone: Workspace, found: Callable[..., list[dict[str, Any]]]
) -> None:
    own = clone.root / "templates" / _LOGS
    _replace(own, "var.retention_days", "var.retention_days + 1")
    environments = found()
    assert [each["name"] for each in environments] == ["dev", "prod"]
    line = 1 + own.read_text().split("var.retention_days + 1")[0].count("\n")
    assert {each["because"][0]["template"]["line"] for each in environments} == {line}


@pytest.mark.thorough
def test_an_environment_that_is_new_and_one_whose_spec_is_gone_are_told_apart(
    call: Runner, clone: Workspace, found: Callable[..., list[dict[str, Any]]]
) -> None:
    clone.spec_path("dev").unlink()
    clone.spec_path("staging").write_text('extends: _base\naccount: "222233334444"\n')
    assert [(each["name"], each["change"]) for each in found()] == [("dev", "deleted"), ("staging", "created")]
    assert call("-C", clone.root, "affected", "--output", "names").stdout == "staging\n"
    assert "tfstencil destroy dev" in call("-C", clone.root, "affected").stdout


@pytest.mark.thorough
def test_a_file_written_by_hand_counts_before_git_knows_it(
    clone: Workspace, found: Callable[..., list[dict[str, Any]]]
) -> None:
    extra = clone.modules_out / "dev" / "extra.tf"
    extra.write_text('resource "terraform_data" "x" {}\n')
    assert [each["name"] for each in found()] == ["dev"]
    extra.write_text("# a note\n")
    assert found() == []


def test_documentation_affects_nothing_unless_a_configuration_reads_it(
    clone: Workspace, found: Callable[..., list[dict[str, Any]]]
) -> None:
    (clone.modules_out / "dev" / "NOTES.md").write_text("notes\n")
    assert found() == []
    (clone.modules_out / "dev" / "extra.tf").write_text('output "notes" {\n  value = file("NOTES.md")\n}\n')
    _commit(clone.root)
    (clone.modules_out / "dev" / "NOTES.md").write_text("other notes\n")
    assert [each["because"][0]["file"] for each in found()] == ["NOTES.md"]


@pytest.mark.thorough
def test_a_module_elsewhere_in_the_workspace_affects_who_calls_it(
    clone: Workspace, found: Callable[..., list[dict[str, Any]]]
) -> None:
    shared = clone.root / "shared" / "site" / "main.tf"
    shared.parent.mkdir(parents=True)
    shared.write_text('variable "a" {}\n')
    (clone.modules_out / "prod" / "site.tf").write_text('module "site" { source = "../../shared/site" }\n')
    _commit(clone.root)
    shared.write_text('variable "a" {} # why\n')
    assert found() == []
    shared.write_text('variable "a" {\n  default = 2\n}\n')
    (prod,) = found()
    assert (prod["name"], prod["because"][0]["changed_files"]) == ("prod", ["shared/site/main.tf"])


@pytest.mark.thorough
def test_what_judges_plans_affects_all_of_them_and_a_contract_its_own(
    clone: Workspace, found: Callable[..., list[dict[str, Any]]]
) -> None:
    (clone.root / "guards.yaml").write_text("max_deletions: 4\n")
    assert [each["name"] for each in found()] == ["dev", "prod"]
    _commit(clone.root)
    (clone.root / "guards.yaml").write_text("# fewer\nmax_deletions:   4\n")
    contract = clone.root / "tests" / "plans" / "prod.yaml"
    contract.parent.mkdir(parents=True)
    contract.write_text("{}\n")
    assert [each["name"] for each in found()] == ["prod"]


@pytest.mark.thorough
def test_where_modules_are_not_committed_the_base_is_rendered(
    clone: Workspace, found: Callable[..., list[dict[str, Any]]]
) -> None:
    git(clone.root, "rm", "-rq", "--cached", "modules_out")
    (clone.root / ".gitignore").write_text(".tfstencil/\nmodules_out/\n")
    _commit(clone.root)
    assert found() == []
    _replace(clone.spec_path("prod"), "eu-central-1", "eu-west-1")
    assert [each["name"] for each in found()] == ["prod"]


@pytest.mark.thorough
def test_a_workspace_may_be_a_folder_of_its_repository(call: Runner, clone: Workspace, tmp_path: Path) -> None:
    outer = tmp_path / "outer"
    outer.mkdir()
    shutil.copytree(clone.root, outer / "infra", ignore=shutil.ignore_patterns(".git", "outer"))
    git(outer, "init", "-q")
    (outer / "app.py").write_text("1\n")
    _commit(outer)
    (outer / "app.py").write_text("2\n")
    assert call("-C", outer / "infra", "affected").stdout == ""
    _replace(outer / "infra" / "environments" / "dev.yaml", "extends: _base\n", "extends: _base\nregion: eu-west-1\n")
    assert call("-C", outer / "infra", "affected", "--output", "names").stdout == "dev\n"


def test_the_matrix_is_a_line_of_github_output(call: Runner, clone: Workspace) -> None:
    _replace(clone.spec_path("dev"), "extends: _base\n", "extends: _base\nregion: eu-west-1\n")
    matrix, count, *classes = call("-C", clone.root, "affected", "--output", "github").stdout.splitlines()
    assert classes == ["dev=dev", "staging=", "prod="]
    assert json.loads(matrix.removeprefix("matrix=")) == {"include": [{"shard": "1/1", "environments": "dev"}]}
    assert count == "count=1"


@pytest.mark.thorough
def test_other_commands_take_what_is_affected_as_their_selection(call: Runner, clone: Workspace) -> None:
    _replace(clone.spec_path("dev"), "extends: _base\n", "extends: _base\nregion: eu-west-1\n")
    done = json.loads(call("-C", clone.root, "render", "--affected", "--json").stdout)
    assert [each["name"] for each in done["environments"]] == ["dev"]
    none = call("-C", clone.root, "validate", "prod", "--since", "HEAD", "--json")
    assert (none.returncode, json.loads(none.stdout)["affected"]) == (0, [])


def test_wrong_specs_stop_it_with_their_places(call: Runner, clone: Workspace) -> None:
    _replace(clone.spec_path("dev"), "extends: _base\n", "extends: _base\nregoin: eu-west-1\n")
    done = call("-C", clone.root, "affected")
    assert done.returncode == 1
    assert "environments/dev.yaml:2:1" in done.stderr
    assert call("-C", clone.root, "affected", "--since", "nowhere").returncode == 2
