"""`doctor`, `status`, `where`, `coverage` and `watch`."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import pytest

from generator.operations.doctor import diagnose
from generator.operations.inputs.file_watcher import changes
from generator.provenance.template_coverage import TemplateCoverage, measure

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

    from generator.parts.framework.stack import Stack
    from generator.rendering.engine import TemplateEngine
    from generator.workspace import Workspace

    Runner = Callable[..., subprocess.CompletedProcess[str]]


def _findings(environ: dict[str, str]) -> dict[str, tuple[str, str]]:
    return {finding.subject: (finding.verdict, finding.detail) for finding in diagnose(environ)}


def test_doctor_fails_where_terraform_is_missing_and_says_how_to_get_it(
    call: Runner, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    ended = call("doctor", "--json")
    document = json.loads(ended.stdout)
    assert ended.returncode == 1
    assert document["ok"] is False
    missing = [finding for finding in document["findings"] if finding["verdict"] == "missing"]
    assert [finding["subject"] for finding in missing] == ["terraform"]
    assert "doctor --install" in missing[0]["hint"]


@pytest.mark.terraform
def test_doctor_finds_terraform_and_the_provider(call: Runner) -> None:
    ended = call("doctor")
    assert ended.returncode == 0
    assert "Terraform 1." in ended.stdout


def test_doctor_names_credentials_and_never_shows_them(tmp_path: Path) -> None:
    (tmp_path / ".aws").mkdir()
    (tmp_path / ".aws" / "credentials").write_text("[default]\naws_secret_access_key = can%ary\n[ci]\n")
    (tmp_path / ".aws" / "config").write_text("[profile prod]\n[sso-session corp]\n")
    environ = {
        "HOME": str(tmp_path),
        "PATH": str(tmp_path),
        "AWS_ACCESS_KEY_ID": "canary",
        "AWS_SECRET_ACCESS_KEY": "canary",
        "AWS_PROFILE": "prod",
    }
    verdict, detail = _findings(environ)["AWS credentials"]
    assert verdict == "ok"
    assert detail == "variables AWS_ACCESS_KEY_ID, AWS_PROFILE=prod; profiles ci, default, prod"


def test_doctor_says_what_works_without_credentials(tmp_path: Path) -> None:
    verdict, detail = _findings({"HOME": str(tmp_path), "PATH": str(tmp_path)})["AWS credentials"]
    assert verdict == "absent"
    assert "--offline" in detail


def test_doctor_survives_an_aws_configuration_that_is_broken(tmp_path: Path) -> None:
    (tmp_path / ".aws").mkdir()
    (tmp_path / ".aws" / "config").write_bytes(b"\xff no section\n")
    assert _findings({"HOME": str(tmp_path), "PATH": str(tmp_path)})["AWS credentials"][0] == "absent"


def test_doctor_names_the_variables_that_are_kept_from_terraform(tmp_path: Path) -> None:
    environ = {"HOME": str(tmp_path), "PATH": str(tmp_path), "TF_CLI_ARGS_plan": "-destroy", "TF_VAR_secret": "canary"}
    verdict, detail = _findings(environ)["environment"]
    assert verdict == "note"
    assert "TF_CLI_ARGS_plan, TF_VAR_secret" in detail
    assert "canary" not in detail


def test_doctor_notes_a_configuration_file_that_does_not_exist(tmp_path: Path) -> None:
    environ = {"HOME": str(tmp_path), "PATH": str(tmp_path), "TF_CLI_CONFIG_FILE": str(tmp_path / "none")}
    verdict, detail = _findings(environ)["TF_CLI_CONFIG_FILE"]
    assert verdict == "note"
    assert "does not exist" in detail


@pytest.mark.thorough
def test_status_tells_fresh_stale_unrendered_and_wrong(call: Runner, workspace: Workspace) -> None:
    call("-C", workspace.root, "render")
    base = workspace.spec_path("dev").read_text()
    workspace.spec_path("new").write_text(base + "class: dev\n")
    workspace.spec_path("wrong").write_text("nonsense: 1\n")
    workspace.spec_path("dev").write_text(base.replace("1111", "9999"))
    lines = json.loads(call("-C", workspace.root, "status", "--json").stdout)["environments"]
    modules = {line["name"]: line["modules"] for line in lines}
    assert modules["prod"] == "fresh"
    assert modules["dev"].startswith("stale (")
    assert modules["new"] == "not rendered"
    assert modules["wrong"].startswith("wrong spec: ")


def test_status_shows_each_environment_on_a_line(call: Runner, workspace: Workspace) -> None:
    shown = call("-C", workspace.root, "status", "prod").stdout.splitlines()
    assert shown[1].split() == ["prod", "prod", "333344445555", "eu-central-1", "not", "rendered", "nothing"]
    assert shown[-1] == "Sandbox: not running"


def test_status_names_environments_whose_spec_is_gone(call: Runner, workspace: Workspace) -> None:
    call("-C", workspace.root, "render")
    workspace.spec_path("dev").unlink()
    assert "its spec is gone" in call("-C", workspace.root, "status").stdout


def _line_of(file: Path, text: str) -> int:
    return next(number for number, line in enumerate(file.read_text().splitlines(), 1) if text in line)


def test_where_names_the_template_line_and_the_spec_line(call: Runner, workspace: Workspace) -> None:
    call("-C", workspace.root, "render")
    line = _line_of(workspace.modules_out / "prod" / "providers.tf", "eu-central-1")
    ended = call("-C", workspace.root, "where", f"modules_out/prod/providers.tf:{line}")
    assert ended.returncode == 0
    assert "templates/providers.tf.j2:" in ended.stdout
    assert "environments/prod.yaml:3:9  region" in ended.stdout


def test_where_without_a_line_tells_every_line_as_data(call: Runner, workspace: Workspace) -> None:
    call("-C", workspace.root, "render")
    file = workspace.modules_out / "dev" / "main.tf"
    document = json.loads(call("-C", workspace.root, "where", file, "--json").stdout)
    assert [line["text"] for line in document["lines"]] == file.read_text().splitlines()
    assert any(line["spec"] for line in document["lines"])


@pytest.mark.parametrize(
    ("position", "words"),
    [
        ("modules_out/dev/main.tf:99999", "has "),
        ("modules_out/dev/nothing.tf:1", "is not a file of an environment"),
        ("environments/dev.yaml:1", "is not a file of an environment"),
    ],
)
def test_where_refuses_what_is_no_rendered_line(position: str, words: str, call: Runner, workspace: Workspace) -> None:
    call("-C", workspace.root, "render")
    ended = call("-C", workspace.root, "where", position)
    assert ended.returncode == 2
    assert words in ended.stderr


@pytest.mark.thorough
def test_coverage_counts_branches_and_names_the_missed_ones(
    call: Runner, workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    measured: list[TemplateCoverage] = []

    def measure_once(engine: TemplateEngine, stacks: Iterable[Stack]) -> TemplateCoverage:
        # Two seconds, and the same whichever way it is shown.
        measured.extend([] if measured else [measure(engine, stacks)])
        return measured[0]

    monkeypatch.setattr("generator.operations.provenance.coverage.measure", measure_once)
    own = workspace.root / "templates"
    own.mkdir()
    (own / "versions.tf.j2").write_text('{% if environment.name == "nowhere" %}\n# never\n{% endif %}\nterraform {}\n')
    document = json.loads(call("-C", workspace.root, "coverage", "--json").stdout)
    missed = {(item["file"], item["line"]) for item in document["missed"]}
    assert ("templates/versions.tf.j2", 1) in missed
    assert document["covered"] == document["branches"] - len(document["missed"])
    assert "never runs" in call("-C", workspace.root, "coverage").stdout


@pytest.fixture
def watching(workspace: Workspace, repository: Path) -> Iterator[subprocess.Popen[str]]:
    """Run `watch` on a rendered workspace; it is ended afterwards."""
    process = subprocess.Popen(
        [sys.executable, "-u", "-m", "generator", "-C", str(workspace.root), "watch"],
        cwd=repository,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=os.environ | {"PYTHONUNBUFFERED": "1"},
    )
    yield process
    process.kill()
    process.communicate()


def _line_with(process: subprocess.Popen[str], words: str) -> str:
    assert process.stdout is not None
    for line in process.stdout:
        if words in line:
            return line
    raise AssertionError(f"the output ended without {words!r}")


@pytest.mark.thorough
def test_watch_renders_at_each_save_shows_problems_and_ends_with_an_interrupt(
    watching: subprocess.Popen[str], workspace: Workspace
) -> None:
    _line_with(watching, "2 environments fine")
    good = workspace.spec_path("dev").read_text()
    # Written again until it is noticed: nothing tells when the watch has begun.
    _save_until(watching, workspace.spec_path("dev"), good + "nonsense: 1\n", "environments/dev.yaml:3:1: nonsense")
    _save_until(watching, workspace.spec_path("dev"), good.replace("1111", "9999"), "modules_out/dev/providers.tf")
    assert "99992222" in (workspace.modules_out / "dev" / "providers.tf").read_text()
    watching.send_signal(signal.SIGINT)
    assert watching.wait(timeout=30) == 0


def _save_until(process: subprocess.Popen[str], file: Path, text: str, words: str) -> None:
    time.sleep(1.5)
    file.write_text(text)
    _line_with(process, words)


def test_watch_has_no_json_document(call: Runner, workspace: Workspace) -> None:
    assert call("-C", workspace.root, "watch", "--json").returncode == 2


@pytest.mark.parametrize("with_watchfiles", [True, False], ids=["told by the system", "polled"])
def test_changes_are_noticed_soon(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, with_watchfiles: bool) -> None:
    if not with_watchfiles:
        monkeypatch.setattr("importlib.util.find_spec", lambda _name: None)
    (tmp_path / "below").mkdir()
    (tmp_path / "below" / "loop").symlink_to("loop")
    (tmp_path / "below" / "nowhere").symlink_to("gone")
    script = f"sleep 0.7; echo x > {tmp_path / 'below' / 'file'}; exec sleep 30"
    writer = subprocess.Popen(["sh", "-c", script])
    try:
        next(changes([tmp_path, tmp_path / "missing"]))
        assert (tmp_path / "below" / "file").exists()
    finally:
        writer.kill()
        writer.wait()


@pytest.mark.parametrize(
    "arguments",
    [
        ("init", "new-workspace"),
        ("render",),
        ("render", "--check"),
        ("validate",),
        ("schema", "--write"),
        ("new", "qa", "--account", "444455556666"),
        ("sandbox", "stop"),
    ],
)
def test_what_went_well_is_not_printed_with_q(call: Runner, workspace: Workspace, arguments: tuple[str, ...]) -> None:
    assert call("-C", workspace.root, "-q", "render").returncode == 0
    folder = workspace.root / "new-workspace"
    words = [folder if word == folder.name else word for word in arguments]

    ended = call("-C", workspace.root, *words, "-q")

    assert ended.returncode == 0, ended.stderr
    assert ended.stdout == ""
    warnings = [line for line in ended.stderr.splitlines() if line and "warning" not in line and not line[0].isspace()]
    assert warnings == []


def test_no_sandbox_is_started_to_say_that_nothing_is_applied(call: Runner, workspace: Workspace) -> None:
    assert call("-C", workspace.root, "render").returncode == 0
    ended = call("-C", workspace.root, "outputs", "dev", "--sandbox")
    assert ended.returncode == 0
    assert "nothing is applied" in ended.stdout
    assert not (workspace.scratch / "sandbox").exists()
