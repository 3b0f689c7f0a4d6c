"""Parts of installed packages: by entry point, where the workspace's lock names the package."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from typing import TYPE_CHECKING, Any

import pytest
from own_parts import FILES, SPEC, USED

from generator.errors import UsageError
from generator.model.loading.load import load_environment
from generator.operations.parts import added
from generator.parts.framework.stack import derive
from generator.parts.own.catalog import judge_parts
from generator.rendering.engine import TemplateEngine
from generator.rendering.render import render_stack
from generator.workspace import Workspace

if TYPE_CHECKING:
    from pathlib import Path

PYTHON = """\
from pathlib import Path

from pydantic import Field

from generator.model.section import Section
from generator.parts.framework.part import Key, Part


class Greeting(Section):
    \"\"\"A greeting.\"\"\"

    word: str = Field(default="hello", description="What is said.")


PART = Part("greeting", key=Key(Greeting, "Greets."))
FOLDER = Path(__file__).parent / "bot"
WRONG = 5
"""
METADATA = "Metadata-Version: 2.1\nName: acme-parts\nVersion: 1.2\n"
WHEEL = "Wheel-Version: 1.0\nGenerator: tests\nRoot-Is-Purelib: true\nTag: py3-none-any\n"


@pytest.fixture
def install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Build a wheel, install it with pip, and see it as any installed package."""

    def run(entry_points: str) -> None:
        wheel = tmp_path / "acme_parts-1.2-py3-none-any.whl"
        with zipfile.ZipFile(wheel, "w") as archive:
            archive.writestr("acme_parts/__init__.py", PYTHON)
            for path, text in FILES.items():
                archive.writestr(f"acme_parts/bot/{path}", text)
            info = "acme_parts-1.2.dist-info"
            archive.writestr(f"{info}/METADATA", METADATA)
            archive.writestr(f"{info}/WHEEL", WHEEL)
            archive.writestr(f"{info}/entry_points.txt", f"[tfstencil.parts]\n{entry_points}")
            archive.writestr(f"{info}/RECORD", "")
        target = tmp_path / "site"
        command = [sys.executable, "-m", "pip", "install", "-q", "--no-deps", "--no-index", "--target", str(target)]
        subprocess.run([*command, str(wheel)], check=True)
        monkeypatch.syspath_prepend(str(target))
        for name in [name for name in sys.modules if name.startswith("acme_parts")]:
            monkeypatch.delitem(sys.modules, name)

    return run


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    root = tmp_path / "stacks"
    (root / "environments").mkdir(parents=True)
    (root / "environments" / "dev.yaml").write_text(f"{SPEC}")
    return Workspace(root)


@pytest.mark.thorough
def test_a_part_of_python_is_used_where_the_lock_names_its_package(workspace: Workspace, install: Any) -> None:
    install("greeting = acme_parts:PART\n")
    assert [part.name for part in judge_parts(workspace)[0].parts[-1:]] != ["greeting"], "installed is not used"
    assert added.add(workspace, "package:acme-parts").version == "1.2"
    assert "packages:\n  acme-parts:" in (workspace.root / "parts.lock.yaml").read_text()
    (workspace.root / "environments" / "dev.yaml").write_text(f"{SPEC}greeting: {{word: hi}}\n")
    spec: Any = load_environment(workspace, "dev").spec
    assert spec.greeting.word == "hi"


@pytest.mark.thorough
def test_a_part_of_yaml_is_copied_from_its_package(workspace: Workspace, install: Any) -> None:
    install("bot = acme_parts:FOLDER\n")
    found = added.add(workspace, "package:acme-parts#bot")
    assert (found.name, found.state) == ("alert-bot", "added")
    (workspace.root / "environments" / "dev.yaml").write_text(f"{SPEC}{USED}")
    texts = render_stack(TemplateEngine.of(workspace), derive(load_environment(workspace, "dev")))
    assert "alert_bot.tf" in texts


@pytest.mark.thorough
def test_what_a_package_brings_that_is_no_part_is_told(workspace: Workspace, install: Any) -> None:
    install("a = acme_parts:WRONG\n")
    with pytest.raises(UsageError, match="a of package acme-parts is neither a part nor a folder"):
        added.add(workspace, "package:acme-parts")
    (workspace.root / "parts.lock.yaml").write_text(
        "packages: {acme-parts: {version: '1.2'}, gone: {version: '1.0'}}\n"
    )
    found = [str(problem) for problem in judge_parts(workspace)[1]]
    assert len(found) == 2
    assert "packages.gone: package gone is not installed; pip install gone" in found[1]


@pytest.mark.thorough
def test_a_package_with_several_parts_is_asked_for_one(workspace: Workspace, install: Any) -> None:
    install("bot = acme_parts:FOLDER\nlost = acme_parts:NOTHING\n")
    with pytest.raises(UsageError, match="lost of package acme-parts cannot be loaded"):
        added.add(workspace, "package:acme-parts")
