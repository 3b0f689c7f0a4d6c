"""The package, installed as people install it: with pip, pipx and uv, with little, and with old dependencies.

Each test makes environments of its own from the package index: `make test-install` and `make test-lowest` run them.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pytest
from distributions import build

import generator

if TYPE_CHECKING:
    from collections.abc import Mapping

pytestmark = pytest.mark.install
ROOT: Final = Path(__file__).parents[2]
NEWEST: Final = 14
ABSENT: Final = ("boto3", "botocore", "moto", "grpc", "cryptography", "regopy", "watchfiles", "regex")
SPEC: Final = """\
stack: shop
region: eu-west-1
account: "111122223333"
tags: {Owner: team, CostCenter: "1"}
source: {type: github, repository: https://github.com/acme-platform/shop}
logs: {group: project}
builds: {main: {runtime: {python: "3.13"}, phases: {build: [make]}}}
"""


def run(
    *words: str | Path, folder: Path | None = None, settings: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """Run a program as somebody who knows nothing of the environment of these tests."""
    foreign = ("VIRTUAL_ENV", "PYTHONPATH", "PYTHONHOME", "UV_PYTHON")
    variables = {key: value for key, value in os.environ.items() if key not in foreign}
    variables |= {"UV_PYTHON_DOWNLOADS": "never", **(settings or {})}
    return subprocess.run(words, cwd=folder, env=variables, capture_output=True, text=True, check=False)


def done(*words: str | Path, folder: Path | None = None, settings: Mapping[str, str] | None = None) -> str:
    ended = run(*words, folder=folder, settings=settings)
    assert ended.returncode == 0, f"{words}\n{ended.stdout}\n{ended.stderr}"
    return ended.stdout


def tool(name: str) -> Path:
    found = shutil.which(name)
    assert found, f"{name} is not on PATH: make test-install brings it"
    return Path(found)


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build(tmp_path_factory.mktemp("dist"))


@pytest.fixture(scope="module")
def wheel(built: Path) -> Path:
    (path,) = built.glob("*.whl")
    return path


@pytest.fixture(scope="module")
def minimal(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Install the wheel with pip into an environment with nothing else, and return the folder of its programs."""
    folder = tmp_path_factory.mktemp("minimal")
    done(sys.executable, "-m", "venv", folder)
    done(folder / "bin" / "python", "-m", "pip", "install", "--quiet", wheel)
    return folder / "bin"


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    (tmp_path / "environments").mkdir()
    (tmp_path / "environments" / "dev.yaml").write_text(SPEC)
    return tmp_path


def works(program: Path, workspace: Path) -> None:
    """Go from a spec to an offline plan, and read a page."""
    assert done(program, "--version").strip() == f"tfstencil {generator.__version__}"
    done(program, "validate", folder=workspace)
    done(program, "render", folder=workspace)
    planned = json.loads(done(program, "plan", "--offline", "--json", folder=workspace))
    assert (planned["ok"], [each["name"] for each in planned["environments"]]) == (True, ["dev"])
    assert done(program, "docs", "tutorial").startswith("# Tutorial\n")


def test_pip_installs_a_minimal_package_that_plans(minimal: Path, workspace: Path) -> None:
    works(minimal / "tfstencil", workspace)
    question = "import importlib.util, sys; print([n for n in sys.argv[1:] if importlib.util.find_spec(n)])"
    assert done(minimal / "python", "-c", question, *ABSENT).strip() == "[]"


def test_the_api_is_imported_under_either_name(minimal: Path, workspace: Path) -> None:
    for name in ("generator", "tfstencil"):
        code = f"from {name} import load, plan; print([each.name for each in load()], plan().ok)"
        done(minimal / "tfstencil", "render", "-q", folder=workspace)
        assert done(minimal / "python", "-c", code, folder=workspace).strip() == "['dev'] True"
        assert done(minimal / "python", "-m", name, "--version").strip() == f"tfstencil {generator.__version__}"


@pytest.mark.parametrize(
    ("command", "extra"),
    [
        ("sandbox start", "sandbox"),
        ("plan dev --sandbox", "sandbox"),
        ("verify dev", "aws"),
        ("plan dev --save --encrypt", "encrypt"),
    ],
)
def test_a_command_that_misses_an_extra_says_which(command: str, extra: str, minimal: Path, workspace: Path) -> None:
    done(minimal / "tfstencil", "render", "-q", folder=workspace)
    secret = {"TFSTENCIL_PLAN_PASSPHRASE": "correct horse battery staple"}
    ended = run(minimal / "tfstencil", *command.split(), folder=workspace, settings=secret)
    assert ended.returncode == 1
    assert f"tfstencil[{extra}]" in ended.stderr
    assert "Traceback" not in ended.stderr


def test_doctor_names_every_extra_that_is_missing(minimal: Path, workspace: Path) -> None:
    shown = json.loads(run(minimal / "tfstencil", "doctor", "--json", folder=workspace).stdout)
    missing = {each["subject"] for each in shown["findings"] if each["verdict"] == "absent"}
    assert {f"extra: {name}" for name in ("aws", "encrypt", "fast", "rego", "sandbox", "watch")} <= missing


def test_pipx_installs_the_command(wheel: Path, workspace: Path, tmp_path: Path) -> None:
    places = {"PIPX_HOME": str(tmp_path / "pipx"), "PIPX_BIN_DIR": str(tmp_path / "bin"), "PIPX_MAN_DIR": str(tmp_path)}
    done(tool("pipx"), "install", "--python", sys.executable, wheel, settings=places)
    works(tmp_path / "bin" / "tfstencil", workspace)


def test_uv_installs_the_command(wheel: Path, workspace: Path, tmp_path: Path) -> None:
    places = {"UV_TOOL_DIR": str(tmp_path / "tools"), "UV_TOOL_BIN_DIR": str(tmp_path / "bin")}
    done(tool("uv"), "tool", "install", "--quiet", "--python", sys.executable, wheel, settings=places)
    works(tmp_path / "bin" / "tfstencil", workspace)


@pytest.mark.parametrize("minor", range(11, NEWEST + 1))
def test_every_python_that_this_machine_has_runs_it(minor: int, wheel: Path, workspace: Path, tmp_path: Path) -> None:
    found = _python(minor)
    if found is None:
        pytest.skip(f"this machine has no Python 3.{minor}")
    done(tool("uv"), "venv", "--quiet", "--python", found, tmp_path / "venv")
    done(tool("uv"), "pip", "install", "--quiet", "--python", tmp_path / "venv" / "bin" / "python", wheel)
    works(tmp_path / "venv" / "bin" / "tfstencil", workspace)


def test_the_source_distribution_installs_too(built: Path, workspace: Path, tmp_path: Path) -> None:
    (source,) = built.glob("*.tar.gz")
    done(tool("uv"), "venv", "--quiet", "--python", sys.executable, tmp_path / "venv")
    done(tool("uv"), "pip", "install", "--quiet", "--python", tmp_path / "venv" / "bin" / "python", source)
    works(tmp_path / "venv" / "bin" / "tfstencil", workspace)


@pytest.mark.parametrize("extras", [(), ("--extra", "all")], ids=["minimal", "all extras"])
def test_the_lowest_dependencies_that_are_admitted_will_do(
    extras: tuple[str, ...], wheel: Path, workspace: Path, tmp_path: Path
) -> None:
    python = tmp_path / "venv" / "bin" / "python"
    done(tool("uv"), "venv", "--quiet", "--python", _python(11) or sys.executable, tmp_path / "venv")
    lowest = ("--resolution", "lowest-direct", "-r", str(ROOT / "pyproject.toml"), *extras)
    done(tool("uv"), "pip", "install", "--quiet", "--python", python, *lowest)
    done(tool("uv"), "pip", "install", "--quiet", "--python", python, "--no-deps", wheel)
    works(tmp_path / "venv" / "bin" / "tfstencil", workspace)
    if extras:
        done(tmp_path / "venv" / "bin" / "tfstencil", "sandbox", "start", folder=workspace)
        done(tmp_path / "venv" / "bin" / "tfstencil", "sandbox", "stop", folder=workspace)


def _python(minor: int) -> str | None:
    """Find an interpreter of that version that runs; a version manager may have it where no PATH names it."""
    ended = run(tool("uv"), "python", "find", "--no-python-downloads", "--system", f"3.{minor}")
    kept = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv")) / "versions"
    candidates = [
        *sorted(kept.glob(f"3.{minor}.*/bin/python")),
        *([Path(ended.stdout.strip())] if ended.returncode == 0 else []),
    ]
    return next((str(each) for each in candidates if run(each, "--version").returncode == 0), None)
