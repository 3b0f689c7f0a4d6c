"""`tfstencil validate`: what is wrong is said with place and remedy, in the format that was asked for."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Callable
    from pathlib import Path

    from generator.workspace import Workspace

    Runner = Callable[..., subprocess.CompletedProcess[str]]


def test_good_specs_end_with_0_and_say_how_many_they_are(call: Runner, workspace: Workspace) -> None:
    ended = call("-C", workspace.root, "validate")
    assert (ended.returncode, ended.stdout) == (0, "2 environments checked: no problem\n")


def test_only_the_named_environments_are_checked(call: Runner, workspace: Workspace) -> None:
    workspace.spec_path("dev").write_text("nonsense: 1\n")
    assert call("-C", workspace.root, "validate", "pro*").returncode == 0


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("extends: _missing\n", "environments/dev.yaml:1:10: "),
        ('extends: _base\naccount: "111122223333"\nregoin: us-east-1\n', "environments/dev.yaml:3:1: regoin: "),
        ('extends: _base\naccount: "111122223333"\nbuilds: 7\n', "environments/dev.yaml:3:9: builds: "),
        ("extends: _base\naccount: 111122223333\n", "environments/dev.yaml:2:10: account: "),
        ("extends: [_base\n", "environments/dev.yaml:"),
        ('extends: _base\naccount: "111122223333"\nbuilds: {main: {timeout: 900h}}\n', "3:26: builds.main.timeout: "),
    ],
    ids=["missing file", "unknown key", "bad type", "number for an account", "syntax", "out of range"],
)
def test_a_wrong_spec_is_told_with_its_place_and_writes_nothing(
    text: str, message: str, call: Runner, workspace: Workspace
) -> None:
    workspace.spec_path("dev").write_text(text)
    for command in ("validate", "render"):
        ended = call("-C", workspace.root, command)
        assert ended.returncode == 1
        assert message in ended.stdout + ended.stderr
        assert "Traceback" not in ended.stderr
    assert not workspace.modules_out.exists()


def test_an_unknown_environment_is_wrong_usage(call: Runner, workspace: Workspace) -> None:
    ended = call("-C", workspace.root, "validate", "staging")
    assert ended.returncode == 2
    assert "no environment 'staging'" in ended.stderr


def test_problems_of_all_environments_come_together_with_a_caret(call: Runner, workspace: Workspace) -> None:
    for name in ("dev", "prod"):
        workspace.spec_path(name).write_text('extends: _base\naccount: "111122223333"\nrefion: x\n')
    ended = call("-C", workspace.root, "validate")
    assert "environments/dev.yaml:3:1" in ended.stdout
    assert "environments/prod.yaml:3:1" in ended.stdout
    assert "  3 │ refion: x\n    │ ^\n" in ended.stdout
    assert "2 environments checked: 2 errors" in ended.stderr


def test_warnings_are_shown_once_and_do_not_fail(call: Runner, workspace: Workspace) -> None:
    base = workspace.spec_path("_base")
    base.write_text(base.read_text().replace("nodejs: 22", "nodejs: 18"))
    ended = call("-C", workspace.root, "validate")
    assert ended.returncode == 0
    assert ended.stdout.count("warning: ") == 1


@pytest.mark.parametrize("arguments", [["--json"], ["--format", "json"]])
def test_json_has_every_problem_as_data(arguments: list[str], call: Runner, workspace: Workspace) -> None:
    workspace.spec_path("dev").write_text('extends: _base\naccount: "111122223333"\nregoin: x\n')
    ended = call("-C", workspace.root, "validate", *arguments)
    document = json.loads(ended.stdout)
    (problem,) = document["problems"]
    assert ended.returncode == 1
    assert document["ok"] is False
    assert (problem["file"], problem["line"], problem["column"]) == ("environments/dev.yaml", 3, 1)
    assert (problem["key"], problem["rule"]) == ("regoin", "unknown-key")


def test_github_annotations_stand_at_the_line(call: Runner, workspace: Workspace) -> None:
    workspace.spec_path("dev").write_text('extends: _base\naccount: "111122223333"\nregoin: x\n')
    ended = call("-C", workspace.root, "validate", "--format", "github")
    assert ended.stdout.startswith("::error file=environments/dev.yaml,line=3,col=1,title=regoin::")


def test_sarif_names_the_rule(call: Runner, workspace: Workspace) -> None:
    workspace.spec_path("dev").write_text('extends: _base\naccount: "111122223333"\nregoin: x\n')
    log = json.loads(call("-C", workspace.root, "validate", "--format", "sarif").stdout)
    (result,) = log["runs"][0]["results"]
    assert result["ruleId"] == "unknown-key"


def test_an_escape_sequence_in_a_spec_does_not_reach_the_terminal(call: Runner, workspace: Workspace) -> None:
    workspace.spec_path("dev").write_text('extends: _base\naccount: "\\e[31m"\n"\\e[2J": x\n')
    ended = call("-C", workspace.root, "validate")
    assert ended.returncode == 1
    assert "\x1b" not in ended.stdout + ended.stderr


def test_a_folder_without_environments_is_no_workspace(call: Runner, tmp_path: Path) -> None:
    ended = call("-C", tmp_path, "validate", "--json")
    assert ended.returncode == 2
    assert json.loads(ended.stdout)["error"]["kind"] == "UsageError"


def test_an_empty_workspace_says_how_to_begin(call: Runner, workspace: Workspace) -> None:
    for name in ("dev", "prod"):
        workspace.spec_path(name).unlink()
    ended = call("-C", workspace.root, "validate")
    assert ended.returncode == 2
    assert "tfstencil new" in ended.stderr


def test_all_wrong_templates_are_told_at_once_by_validate_and_by_render(workspace: Workspace, call: Runner) -> None:
    for name, text in {
        "outputs.tf.j2": "{{ nothing.here | hcl }}",
        "modules/logs/main.tf.j2": "{% if %}",
        "modules/vpc/main.tf.j2": "{% endfor %}",
        "more.tf.j2": "\nx = {{ unknown | hcl }}",
    }.items():
        file = workspace.root / "templates" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    told, rendered = (call("-C", workspace.root, command) for command in ("validate", "render"))
    assert told.returncode == rendered.returncode == 1
    for place in ("outputs.tf.j2:1", "modules/logs/main.tf.j2:1", "modules/vpc/main.tf.j2:1", "more.tf.j2:2"):
        assert f"templates/{place}" in told.stdout
        assert f"templates/{place}" in rendered.stderr
    assert not workspace.modules_out.exists()
