"""What is published: the files of the wheel and of the source distribution, and what they say they need."""

from __future__ import annotations

import re
import subprocess
import sys
import tarfile
import zipfile
from email import message_from_bytes
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pytest
from distributions import build

import generator

if TYPE_CHECKING:
    from email.message import Message

ROOT: Final = Path(__file__).parents[2]
# What each extra is for is told by `tfstencil doctor`; none of it may come with a minimal install.
HEAVY: Final = ("boto3", "moto", "grpcio", "cryptography", "regopy", "watchfiles", "regex")


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build(tmp_path_factory.mktemp("dist"))


@pytest.fixture(scope="module")
def wheel(built: Path) -> dict[str, bytes]:
    """Read the wheel: its files by their names."""
    (path,) = built.glob("*.whl")
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


@pytest.fixture(scope="module")
def metadata(wheel: dict[str, bytes]) -> Message:
    (name,) = (name for name in wheel if name.endswith(".dist-info/METADATA"))
    return message_from_bytes(wheel[name])


def test_a_minimal_install_brings_neither_clients_of_aws_nor_the_sandbox(metadata: Message) -> None:
    needs = metadata.get_all("Requires-Dist", [])
    always = [need for need in needs if "extra ==" not in need]
    assert len(always) == 6, always
    assert not [need for need in always if need.lower().startswith(HEAVY)]
    optional = [need for need in needs if "extra ==" in need]
    assert all(any(need.startswith(name) for need in optional) for name in HEAVY), "an extra has lost its package"


def test_every_extra_is_part_of_all(metadata: Message) -> None:
    needs: dict[str, set[str]] = {}
    for need in metadata.get_all("Requires-Dist", []):
        package, _, extra = need.partition("; extra == ")
        needs.setdefault(extra.strip("'"), set()).add(package)
    everything = needs.pop("all")
    assert everything == set().union(*(packages for extra, packages in needs.items() if extra))


def test_every_extra_that_the_code_names_exists(metadata: Message) -> None:
    named = {
        name
        for file in (ROOT / "generator").rglob("*.py")
        for name in re.findall(r"tfstencil\[(\w+)\]", file.read_text("utf-8"))
    }
    assert named >= {"aws", "encrypt", "rego", "sandbox"}
    assert named <= {*metadata.get_all("Provides-Extra", [])}


def test_the_wheel_says_what_it_is(metadata: Message) -> None:
    assert metadata["Name"] == "tfstencil"
    assert metadata["Version"] == generator.__version__
    assert metadata["License-Expression"] == "Apache-2.0"
    assert metadata["Requires-Python"] == ">=3.11"
    assert metadata["Description-Content-Type"] == "text/markdown"
    assert {*metadata.get_all("License-File", [])} == {"LICENSE", "generator/aws/NOTICE"}


def test_the_wheel_brings_both_names_and_their_types(wheel: dict[str, bytes]) -> None:
    assert {"generator/py.typed", "tfstencil/py.typed", "tfstencil/__init__.py", "tfstencil/errors.py"} <= set(wheel)
    (scripts,) = (text for name, text in wheel.items() if name.endswith("entry_points.txt"))
    assert b"tfstencil = generator.cli.main:main" in scripts
    tops = {name.split("/")[0] for name in wheel}
    assert tops == {"generator", "tfstencil", f"tfstencil-{generator.__version__}.dist-info"}


@pytest.mark.parametrize(
    ("folder", "bundled"),
    [("docs", "bundled_docs"), ("templates", "bundled_templates"), ("environments", "bundled_environments")],
)
def test_the_wheel_brings_every_page_template_and_example(folder: str, bundled: str, wheel: dict[str, bytes]) -> None:
    expected = {
        f"generator/{bundled}/{path.relative_to(ROOT / folder).as_posix()}"
        for path in (ROOT / folder).rglob("*")
        if path.is_file()
    }
    assert {name for name in wheel if name.startswith(f"generator/{bundled}/")} == expected


def test_the_source_distribution_builds_the_same_wheel(built: Path, wheel: dict[str, bytes], tmp_path: Path) -> None:
    (path,) = built.glob("*.tar.gz")
    with tarfile.open(path) as archive:
        archive.extractall(tmp_path, filter="data")
    (source,) = tmp_path.iterdir()
    assert {"README.md", "CHANGELOG.md", "SECURITY.md", "LICENSE", "pyproject.toml"} <= {
        file.name for file in source.iterdir()
    }
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path / "again")]
    subprocess.run(command, cwd=source, capture_output=True, check=True)
    (again,) = (tmp_path / "again").glob("*.whl")
    with zipfile.ZipFile(again) as archive:
        assert {name: archive.read(name) for name in archive.namelist()} == wheel
