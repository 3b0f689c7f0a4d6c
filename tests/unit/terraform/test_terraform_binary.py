"""Which terraform is used, and what is said when none will do."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from generator.errors import ToolError
from generator.terraform.tools.binary import find_binary, installed_path
from generator.terraform.tools.versions import Version


def fake_terraform(path: Path, version: str) -> Path:
    """Write a program that answers `version -json` as terraform does, and nothing else."""
    answer = json.dumps({"terraform_version": version, "platform": "linux_amd64"})
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n[ \"$1 $2\" = 'version -json' ] && echo '{answer}'\n")
    path.chmod(0o755)
    return path


def test_the_setting_wins_over_the_path(tmp_path: Path) -> None:
    fake_terraform(tmp_path / "bin" / "terraform", "1.11.0")
    own = fake_terraform(tmp_path / "own" / "my-terraform", "1.12.2")

    found = find_binary({"PATH": str(tmp_path / "bin"), "TFSTENCIL_TERRAFORM": str(own), "HOME": str(tmp_path)})

    assert (found.path, found.version, found.found_by) == (own, Version(1, 12, 2), "TFSTENCIL_TERRAFORM")


def test_the_setting_may_be_a_name_on_the_path(tmp_path: Path) -> None:
    own = fake_terraform(tmp_path / "terraform-1.12", "1.12.0")

    found = find_binary({"PATH": str(tmp_path), "TFSTENCIL_TERRAFORM": "terraform-1.12", "HOME": str(tmp_path)})

    assert found.path == own


def test_a_setting_that_names_nothing_is_refused_even_if_terraform_is_on_the_path(tmp_path: Path) -> None:
    fake_terraform(tmp_path / "terraform", "1.11.0")

    with pytest.raises(ToolError, match="TFSTENCIL_TERRAFORM names '/nowhere/terraform'"):
        find_binary({"PATH": str(tmp_path), "TFSTENCIL_TERRAFORM": "/nowhere/terraform", "HOME": str(tmp_path)})


def test_terraform_is_preferred_to_tofu(tmp_path: Path) -> None:
    fake_terraform(tmp_path / "tofu", "1.10.0")
    terraform = fake_terraform(tmp_path / "terraform", "1.11.0")

    assert find_binary({"PATH": str(tmp_path), "HOME": str(tmp_path)}).path == terraform


def test_tofu_is_used_where_there_is_no_terraform(tmp_path: Path) -> None:
    fake_terraform(tmp_path / "tofu", "1.10.0")

    found = find_binary({"PATH": str(tmp_path), "HOME": str(tmp_path)})

    assert found.registry == "registry.opentofu.org"


def test_one_that_is_too_old_says_what_was_found_and_what_is_needed(tmp_path: Path) -> None:
    old = fake_terraform(tmp_path / "terraform", "1.9.8")

    with pytest.raises(ToolError) as caught:
        find_binary({"PATH": str(tmp_path), "HOME": str(tmp_path)})

    assert str(caught.value) == f"{old} (PATH) is version 1.9.8, and 1.10 or later is needed"
    assert "tfstencil doctor --install" in caught.value.hint


def test_the_first_pre_release_of_the_needed_version_is_too_old(tmp_path: Path) -> None:
    fake_terraform(tmp_path / "terraform", "1.10.0-beta1")

    with pytest.raises(ToolError, match=r"is version 1\.10\.0 \(pre-release\)"):
        find_binary({"PATH": str(tmp_path), "HOME": str(tmp_path)})


def test_the_fetched_one_steps_in_for_one_that_is_too_old(tmp_path: Path) -> None:
    fake_terraform(tmp_path / "bin" / "terraform", "1.5.7")
    environ = {"PATH": str(tmp_path / "bin"), "HOME": str(tmp_path), "XDG_CACHE_HOME": str(tmp_path / "cache")}
    fetched = fake_terraform(installed_path(environ), "1.11.4")

    assert find_binary(environ).path == fetched


def test_none_at_all_says_how_to_get_one(tmp_path: Path) -> None:
    with pytest.raises(ToolError, match="no terraform was found") as caught:
        find_binary({"PATH": str(tmp_path), "HOME": str(tmp_path)})

    assert "tfstencil doctor --install" in caught.value.hint


@pytest.mark.parametrize(
    "script",
    [
        "#!/bin/sh\necho hello\n",
        "#!/bin/sh\necho '{}'\n",
        "#!/bin/sh\nexit 3\n",
        "#!/nowhere/sh\n",
        "#!/bin/sh\necho 7\n",
    ],
    ids=["prints text", "prints an empty object", "fails", "has no interpreter", "prints a number"],
)
def test_a_program_that_is_no_terraform_is_named(tmp_path: Path, script: str) -> None:
    program = tmp_path / "terraform"
    program.write_text(script)
    program.chmod(0o755)

    with pytest.raises(ToolError, match=str(program)):
        find_binary({"PATH": str(tmp_path), "HOME": str(tmp_path)})


def test_a_version_that_cannot_be_read_is_quoted(tmp_path: Path) -> None:
    fake_terraform(tmp_path / "terraform", "next")

    with pytest.raises(ToolError, match="cannot be read: 'next'"):
        find_binary({"PATH": str(tmp_path), "HOME": str(tmp_path)})


@pytest.mark.terraform
@pytest.mark.skipif(shutil.which("terraform") is None, reason="terraform is not on PATH")
def test_the_real_one_is_found_whatever_the_shell_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TF_CLI_ARGS", "-bogus")
    real = Path(str(shutil.which("terraform")))

    environ = {
        "PATH": str(real.parent),
        "HOME": str(tmp_path),
        "TF_CLI_ARGS": "-bogus",
        "TF_CLI_CONFIG_FILE": "/nowhere",
    }

    found = find_binary(environ)

    assert found.path == real
    assert found.version >= Version(1, 10, 0)
