"""`tfstencil render`: what is written, what is refused, what is told."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest

from generator.model.loading.load import load_environments
from generator.output.freshness.code import stamp_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from generator.workspace import Workspace

    Runner = Callable[..., subprocess.CompletedProcess[str]]


def _contents(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_a_render_writes_each_environment_and_the_next_one_nothing(call: Runner, workspace: Workspace) -> None:
    first = call("-C", workspace.root, "render")
    before = _contents(workspace.modules_out)
    second = call("-C", workspace.root, "render")
    assert (first.returncode, second.returncode) == (0, 0)
    assert {path.split("/")[0] for path in before} == {"dev", "prod"}
    assert second.stdout == "2 environments up to date, nothing written\n"
    assert _contents(workspace.modules_out) == before


def test_each_file_that_was_written_is_named_where_details_are_asked_for(call: Runner, workspace: Workspace) -> None:
    told = call("-C", workspace.root, "-v", "render", "dev").stderr.splitlines()
    written = [f"created modules_out/{path}" for path in _contents(workspace.modules_out)]
    assert sorted(told) == sorted(line for line in written if not line.endswith(".tfstencil.json"))
    assert call("-C", workspace.root, "render", "prod").stderr == ""


def test_only_the_named_environments_are_rendered(call: Runner, workspace: Workspace) -> None:
    assert call("-C", workspace.root, "render", "d*").returncode == 0
    assert [folder.name for folder in workspace.modules_out.iterdir()] == ["dev"]


def test_a_change_of_one_spec_renders_that_environment_alone(call: Runner, workspace: Workspace) -> None:
    call("-C", workspace.root, "render")
    workspace.spec_path("dev").write_text('extends: _base\naccount: "999988887777"\n')
    document = json.loads(call("-C", workspace.root, "render", "--json").stdout)
    assert document["ok"] is True
    assert document["skipped"] == ["prod"]
    assert [item["name"] for item in document["environments"]] == ["dev"]
    assert "providers.tf" in document["environments"][0]["changed"]


def test_check_holds_after_a_render(call: Runner, workspace: Workspace) -> None:
    call("-C", workspace.root, "render")
    ended = call("-C", workspace.root, "render", "--check")
    assert (ended.returncode, ended.stdout) == (0, "2 environments up to date\n")


def test_check_names_a_file_in_which_one_byte_changed_and_writes_nothing(call: Runner, workspace: Workspace) -> None:
    call("-C", workspace.root, "render")
    file = workspace.modules_out / "prod" / "modules" / "logs" / "main.tf"
    file.write_bytes(file.read_bytes().replace(b"resource", b"resourcf", 1))
    before = _contents(workspace.modules_out)
    ended = call("-C", workspace.root, "render", "--check")
    assert ended.returncode == 1
    assert ended.stdout == "modules_out/prod/modules/logs/main.tf: edited by hand since it was rendered\n"
    assert "tfstencil render prod --force" in ended.stderr
    assert _contents(workspace.modules_out) == before


def test_check_tells_which_spec_changed_as_data(call: Runner, workspace: Workspace) -> None:
    call("-C", workspace.root, "render")
    workspace.spec_path("dev").write_text('extends: _base\naccount: "999988887777"\n')
    ended = call("-C", workspace.root, "render", "--check", "--json")
    document = json.loads(ended.stdout)
    assert ended.returncode == 1
    assert document["ok"] is False
    assert {item["environment"] for item in document["stale"]} == {"dev"}
    assert {item["reason"] for item in document["stale"]} == {"spec-changed"}


def test_diff_shows_the_lines_that_would_change(call: Runner, workspace: Workspace) -> None:
    call("-C", workspace.root, "render")
    workspace.spec_path("dev").write_text('extends: _base\naccount: "999988887777"\n')
    lines = call("-C", workspace.root, "render", "--check", "--diff").stdout.splitlines()
    assert '-  allowed_account_ids = ["111122223333"]' in lines
    assert '+  allowed_account_ids = ["999988887777"]' in lines


def test_diff_of_a_render_shows_what_it_then_writes(call: Runner, workspace: Workspace) -> None:
    call("-C", workspace.root, "render")
    workspace.spec_path("dev").write_text('extends: _base\naccount: "999988887777"\n')
    ended = call("-C", workspace.root, "render", "--diff")
    assert '+  allowed_account_ids = ["999988887777"]' in ended.stdout
    assert "999988887777" in (workspace.modules_out / "dev" / "providers.tf").read_text()


def test_an_edited_file_is_not_overwritten_without_force(call: Runner, workspace: Workspace) -> None:
    call("-C", workspace.root, "render")
    file = workspace.modules_out / "dev" / "main.tf"
    file.write_text("mine\n")
    refused = call("-C", workspace.root, "render")
    assert refused.returncode == 1
    assert "modules_out/dev/main.tf: edited by hand" in refused.stderr
    assert file.read_text() == "mine\n"
    assert call("-C", workspace.root, "render", "--force").returncode == 0
    assert file.read_text() != "mine\n"


def test_out_renders_elsewhere_and_leaves_modules_out_alone(call: Runner, workspace: Workspace, tmp_path: Path) -> None:
    ended = call("-C", workspace.root, "render", "--out", tmp_path / "elsewhere")
    assert ended.returncode == 0
    assert (tmp_path / "elsewhere" / "dev" / "main.tf").is_file()
    assert not workspace.modules_out.exists()


def test_a_removed_environment_is_warned_of_and_pruned_on_request(call: Runner, workspace: Workspace) -> None:
    call("-C", workspace.root, "render")
    workspace.spec_path("prod").unlink()
    warned = call("-C", workspace.root, "render")
    assert "tfstencil destroy prod" in warned.stderr
    assert (workspace.modules_out / "prod" / "main.tf").is_file()
    pruned = call("-C", workspace.root, "render", "--prune-removed")
    assert pruned.returncode == 0
    assert "deleted modules_out/prod" in pruned.stdout
    assert not (workspace.modules_out / "prod").exists()


@pytest.mark.parametrize("option", ["--force", "--prune-removed"])
def test_check_does_not_go_with_what_writes(option: str, call: Runner, workspace: Workspace) -> None:
    assert call("-C", workspace.root, "render", "--check", option).returncode == 2


def test_an_output_that_is_a_file_is_refused_and_nothing_is_written(call: Runner, workspace: Workspace) -> None:
    workspace.modules_out.write_text("a file")
    ended = call("-C", workspace.root, "render")
    assert ended.returncode == 1
    assert "modules_out is a file" in ended.stderr
    assert workspace.modules_out.read_text() == "a file"


@pytest.mark.thorough
def test_a_disk_that_takes_no_more_leaves_nothing_half_written(repository: Path, workspace: Workspace) -> None:
    # A limit on the size of files stops root, too, which permissions do not. A shell sets it: a function that runs between
    # fork and exec would run among what the threads of this process left behind, and gRPC ends such a child.
    limited = ["sh", "-c", 'ulimit -f 1; exec "$@"', "sh"]
    command = [*limited, sys.executable, "-m", "generator", "-C", str(workspace.root), "render"]
    # The measuring of coverage could not write its data either, and would say so. Python would leave bytecode that is
    # cut off beside the sources, and could start nothing from it again.
    variables = {name: value for name, value in os.environ.items() if not name.startswith("COVERAGE_")}
    variables["PYTHONDONTWRITEBYTECODE"] = "1"
    ended = subprocess.run(
        command,
        cwd=repository,
        env=variables,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert ended.returncode == 1
    assert "Traceback" not in ended.stderr
    assert "ulimit" in ended.stderr
    assert not list(workspace.modules_out.glob("*/main.tf"))


def test_a_template_error_names_template_line_and_spec_line(call: Runner, workspace: Workspace) -> None:
    own = workspace.root / "templates"
    own.mkdir()
    (own / "providers.tf.j2").write_text('provider "aws" {\n  region = {{ environment.region.nonsense | hcl }}\n}\n')
    ended = call("-C", workspace.root, "render")
    assert ended.returncode == 1
    assert "templates/providers.tf.j2:2" in ended.stderr
    assert "environments/_base.yaml:2" in ended.stderr
    assert not workspace.modules_out.exists()


def test_a_template_of_the_workspace_replaces_the_shipped_one(call: Runner, workspace: Workspace) -> None:
    call("-C", workspace.root, "render")
    own = workspace.root / "templates"
    own.mkdir()
    (own / "versions.tf.j2").write_text("# ours\nterraform {}\n")
    checked = json.loads(call("-C", workspace.root, "render", "--check", "--json").stdout)
    assert {item["reason"] for item in checked["stale"]} == {"template-changed"}
    call("-C", workspace.root, "render")
    assert "# ours" in (workspace.modules_out / "dev" / "versions.tf").read_text()


@pytest.mark.thorough
def test_what_another_code_learnt_of_unchanged_environments_is_not_trusted(
    call: Runner, workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    call("-C", workspace.root, "render")
    monkeypatch.setattr("generator.output.freshness.index.code_stamp", lambda: "other code")
    document = json.loads(call("-C", workspace.root, "render", "--json").stdout)
    assert document["skipped"] == []


@pytest.mark.thorough
def test_an_edit_in_any_package_of_ours_counts_even_with_size_and_time_of_before(
    repository: Path, tmp_path: Path
) -> None:
    """An edit of a section of the model changes what is rendered, and so does one of a table beside it."""
    copied = tmp_path / "generator"
    shutil.copytree(repository / "generator", copied, ignore=shutil.ignore_patterns("__pycache__"))
    one_each = {(file.parent, file.suffix): file for file in sorted(copied.rglob("*")) if file.is_file()}
    assert {file.parent for file in one_each.values()} >= {file.parent for file in copied.rglob("*.py")}
    for file in one_each.values():
        stamp, seen = stamp_of(copied), file.stat()
        file.write_bytes(file.read_bytes()[:-1] + b"#")
        os.utime(file, ns=(seen.st_atime_ns, seen.st_mtime_ns))
        assert stamp_of(copied) != stamp, file
    stamp = stamp_of(copied)
    (copied / "rendering" / "__pycache__").mkdir(exist_ok=True)
    (copied / "rendering" / "__pycache__" / "names.cpython-311.pyc").write_bytes(b"")
    assert stamp_of(copied) == stamp


@pytest.mark.thorough
def test_an_edit_of_our_code_is_rendered_and_is_not_blamed_on_a_hand(repository: Path, tmp_path: Path) -> None:
    for part in ("generator", "templates", "environments"):
        shutil.copytree(repository / part, tmp_path / part, ignore=shutil.ignore_patterns("__pycache__"))

    def render(*words: str) -> dict[str, Any]:
        command = [sys.executable, "-m", "generator", "render", "small", "--json", *words]
        environ = {**os.environ, "PYTHONPATH": os.fspath(tmp_path), "PYTHONDONTWRITEBYTECODE": "1"}
        ended = subprocess.run(command, cwd=tmp_path, env=environ, capture_output=True, timeout=120, check=False)
        found: dict[str, Any] = json.loads(ended.stdout)
        return found

    render()
    assert render()["skipped"] == ["small"]
    file = next(file for file in (tmp_path / "generator").rglob("*.py") if "class ArtifactsShape" in file.read_text())
    file.write_text(f"{file.read_text()}\n# edited\n")
    assert render()["skipped"] == []
    names = tmp_path / "generator" / "rendering" / "header.py"
    names.write_text(names.read_text().replace("Do not edit", "Never edit"))
    told = render("--check")["stale"]
    assert {item["reason"] for item in told} == {"template-changed"}
    assert render()["environments"][0]["changed"]


def test_nothing_heavy_is_imported_where_nothing_changed(repository: Path, call: Runner, workspace: Workspace) -> None:
    call("-C", workspace.root, "render")
    code = (
        f"import sys\nfrom generator.cli.main import run\ncode = run(['-C', {os.fspath(workspace.root)!r}, 'render'])\n"
        "print(code, [name for name in ('pydantic', 'jinja2', 'rich') if name in sys.modules])"
    )
    ended = subprocess.run(
        [sys.executable, "-c", code], cwd=repository, capture_output=True, text=True, check=True, timeout=60
    )
    assert ended.stdout.endswith("0 []\n")


def test_a_spec_that_is_saved_while_it_is_read_is_read_again(
    call: Runner, workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    saves = iter(['extends: _base\naccount: "999988887777"\n'])

    def load_while_somebody_saves(*arguments: object) -> object:
        loaded = load_environments(*arguments)  # type: ignore[arg-type]  # handed on
        for text in saves:
            workspace.spec_path("dev").write_text(text)
        return loaded

    monkeypatch.setattr("generator.model.loading.load.load_environments", load_while_somebody_saves)
    assert call("-C", workspace.root, "render").returncode == 0
    assert "999988887777" in (workspace.modules_out / "dev" / "providers.tf").read_text()


def test_specs_that_never_come_to_rest_are_refused(
    call: Runner, workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    def load_while_somebody_saves(*arguments: object) -> object:
        loaded = load_environments(*arguments)  # type: ignore[arg-type]  # handed on
        with workspace.spec_path("dev").open("a") as spec:
            spec.write("# more\n")
        return loaded

    monkeypatch.setattr("generator.model.loading.load.load_environments", load_while_somebody_saves)
    ended = call("-C", workspace.root, "render")
    assert ended.returncode == 2
    assert "keep changing" in ended.stderr
    assert not workspace.modules_out.exists()
