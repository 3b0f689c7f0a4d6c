"""`plan`, `apply`, `destroy` and `outputs`: what they refuse, and what they show of a real plan."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Callable
    from pathlib import Path

    from generator.workspace import Workspace

    Runner = Callable[..., subprocess.CompletedProcess[str]]

COMMANDS = (["plan", "--offline"], ["apply", "--sandbox"], ["destroy", "--sandbox"])


@pytest.fixture
def rendered(call: Runner, workspace: Workspace) -> Workspace:
    """Render the workspace."""
    assert call("-C", workspace.root, "render").returncode == 0
    return workspace


@pytest.fixture
def no_terraform(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Take terraform away from this process."""
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.delenv("TFSTENCIL_TERRAFORM", raising=False)


@pytest.mark.parametrize("arguments", COMMANDS, ids=lambda words: words[0])
def test_modules_that_were_never_rendered_are_refused(arguments: list[str], call: Runner, workspace: Workspace) -> None:
    ended = call("-C", workspace.root, *arguments, "dev")
    assert ended.returncode == 1
    assert "run tfstencil render dev" in ended.stderr


@pytest.mark.parametrize("arguments", COMMANDS, ids=lambda words: words[0])
def test_modules_with_one_changed_byte_are_refused(arguments: list[str], call: Runner, rendered: Workspace) -> None:
    file = rendered.modules_out / "dev" / "main.tf"
    file.write_text(file.read_text() + "#")
    ended = call("-C", rendered.root, *arguments, "dev")
    assert ended.returncode == 1
    assert "modules_out/dev/main.tf: edited by hand" in ended.stderr


@pytest.mark.parametrize("arguments", COMMANDS, ids=lambda words: words[0])
def test_modules_of_an_older_spec_are_refused(arguments: list[str], call: Runner, rendered: Workspace) -> None:
    rendered.spec_path("dev").write_text('extends: _base\naccount: "999988887777"\n')
    ended = call("-C", rendered.root, *arguments, "dev", "--json")
    assert ended.returncode == 1
    assert "environments/dev.yaml changed" in json.loads(ended.stdout)["error"]["message"]


def test_stale_modules_of_others_do_not_matter(no_terraform: None, call: Runner, rendered: Workspace) -> None:
    rendered.spec_path("prod").write_text('extends: _base\naccount: "999988887777"\n')
    ended = call("-C", rendered.root, "plan", "dev", "--offline")
    assert "no terraform was found" in ended.stderr


@pytest.mark.parametrize("arguments", COMMANDS, ids=lambda words: words[0])
def test_a_machine_without_terraform_is_told_how_to_get_it(
    arguments: list[str], no_terraform: None, call: Runner, rendered: Workspace
) -> None:
    ended = call("-C", rendered.root, *arguments, "dev")
    assert ended.returncode == 1
    assert "no terraform was found" in ended.stderr
    assert "tfstencil doctor --install" in ended.stderr
    assert "Traceback" not in ended.stderr


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["plan", "--offline", "--sandbox"], "exclude each other"),
        (["plan", "--offline", "--save"], "cannot be applied"),
        (["plan", "nowhere"], "no environment 'nowhere'"),
        (["outputs", "*"], "it fits dev, prod"),
        (["outputs"], "Missing argument"),
    ],
)
def test_wrong_usage_is_refused_before_anything_runs(
    arguments: list[str], words: str, call: Runner, rendered: Workspace
) -> None:
    ended = call("-C", rendered.root, *arguments)
    assert ended.returncode == 2
    assert words in ended.stderr


@pytest.mark.parametrize("verb", ["apply", "destroy"])
def test_without_a_terminal_a_real_change_needs_yes(verb: str, call: Runner, rendered: Workspace) -> None:
    ended = call("-C", rendered.root, verb, "dev")
    assert ended.returncode == 2
    assert f"tfstencil {verb} dev --yes" in ended.stderr


@pytest.mark.parametrize("verb", ["apply", "destroy"])
@pytest.mark.parametrize("patterns", [[], ["pro*"]], ids=["none named", "a glob"])
def test_yes_alone_does_not_speak_for_prod(verb: str, patterns: list[str], call: Runner, rendered: Workspace) -> None:
    ended = call("-C", rendered.root, verb, *patterns, "--yes")
    assert ended.returncode == 2
    assert "class prod" in ended.stderr


@pytest.mark.parametrize("verb", ["apply", "destroy"])
def test_yes_with_the_name_of_prod_is_consent(verb: str, no_terraform: None, call: Runner, rendered: Workspace) -> None:
    # It gets as far as looking for terraform.
    assert "no terraform was found" in call("-C", rendered.root, verb, "prod", "--yes", "prod").stderr


def test_an_environment_whose_spec_is_gone_can_be_destroyed_by_name_with_the_care_of_prod(
    no_terraform: None, call: Runner, rendered: Workspace
) -> None:
    rendered.spec_path("dev").unlink()
    assert "there is no terminal" in call("-C", rendered.root, "destroy", "dev").stderr
    assert "class prod" in call("-C", rendered.root, "destroy", "dev", "--yes").stderr
    assert "no terraform was found" in call("-C", rendered.root, "destroy", "--yes", "dev").stderr
    assert call("-C", rendered.root, "apply", "dev", "--yes").returncode == 2


def test_modules_of_a_gone_environment_that_were_edited_are_not_destroyed_with(
    call: Runner, rendered: Workspace
) -> None:
    rendered.spec_path("dev").unlink()
    file = rendered.modules_out / "dev" / "providers.tf"
    file.write_text(file.read_text().replace("111122223333", "999988887777"))
    ended = call("-C", rendered.root, "destroy", "dev", "--sandbox")
    assert ended.returncode == 1
    assert "modules_out/dev/providers.tf: edited by hand" in ended.stderr


@pytest.mark.terraform
def test_a_provider_setting_that_names_no_mirror_is_an_error(
    call: Runner, rendered: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TFSTENCIL_PROVIDER_MIRROR", str(tmp_path))
    ended = call("-C", rendered.root, "plan", "dev", "--offline")
    assert ended.returncode == 1
    assert "TFSTENCIL_PROVIDER_MIRROR" in ended.stderr


@pytest.mark.terraform
def test_an_offline_plan_lists_every_change_as_data(call: Runner, rendered: Workspace) -> None:
    ended = call("-C", rendered.root, "plan", "dev", "--offline", "--json", "--detailed-exitcode")
    document = json.loads(ended.stdout)
    (environment,) = document["environments"]
    assert ended.returncode == 2
    assert (document["ok"], document["mode"], environment["has_changes"]) == (True, "offline", True)
    assert environment["counts"] == {"create": len(environment["changes"])}
    assert "module.artifacts.aws_s3_bucket.this" in {change["address"] for change in environment["changes"]}


@pytest.mark.terraform
def test_terraform_s_own_error_is_told_with_its_advice_and_as_data(
    tfstencil: Runner, call: Runner, rendered: Workspace, tmp_path: Path
) -> None:
    script = tmp_path / "terraform"
    script.write_text(
        "#!/bin/sh\n"
        'case "$*" in\n'
        '*version*) echo \'{"terraform_version": "1.11.4", "platform": "linux_amd64"}\' ;;\n'
        '*init*) echo "Error: No valid credential sources found" >&2; exit 1 ;;\n'
        "esac\n"
    )
    script.chmod(0o755)
    ended = tfstencil(
        "-C", rendered.root, "plan", "dev", "--json", variables={"PATH": f"{tmp_path}:{os.environ['PATH']}"}
    )
    error = json.loads(ended.stdout)["error"]
    assert ended.returncode == 1
    assert error["kind"] == "TerraformError"
    assert error["exit_code"] == 1
    assert "--offline" in error["hint"]
