"""The same rendered text gives the same bytes, whatever the folder, the process and the Python."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from generator.errors import OutputError
from generator.output.manifest import Manifest, parse
from generator.output.rendered import SourceFile

WRITE = """
import sys
from pathlib import Path
from generator.output.rendered import Inputs, RenderedEnvironment, SourceFile
from generator.output.writing.writer import write_all
from generator.workspace import Workspace
root = Path(sys.argv[1])
(root / "environments").mkdir(parents=True)
(root / "environments/dev.yaml").write_text("spec")
paths = {f"modules/{name}/main.tf" for name in ("a", "b", "c", "d", "e")} | {"main.tf", "\\u00e9t\\u00e9.tf"}
inputs = Inputs((SourceFile("environments/_base.yaml", "b"), SourceFile("environments/dev.yaml", "d")), "t", "1")
for old in ("old.tf", "modules/a/main.tf"):
    write_all(Workspace(root), [RenderedEnvironment("dev", {old: "x"}, inputs)])
write_all(Workspace(root), [RenderedEnvironment("dev", {path: f"# {path}\\n" for path in paths}, inputs)])
"""


def pythons() -> list[str]:
    """Return the interpreters that are here and work, our own first."""
    # Version managers keep interpreters side by side, and off the PATH.
    beside = Path(sys.base_prefix).parent.glob("3.1[1-9]*/bin/python3")
    found = {shutil.which(f"python3.{minor}") for minor in range(11, 20)} | set(map(str, beside))
    works = {
        program: subprocess.run([program, "-c", ""], capture_output=True, check=False).returncode == 0
        for program in sorted(filter(None, found))
    }
    return [sys.executable, *(program for program in works if works[program])]


def digest_of_output(folder: Path, python: str, **variables: str) -> str:
    subprocess.run(
        [python, "-c", WRITE, str(folder)],
        env={"PATH": os.environ["PATH"], "PYTHONPATH": str(Path(__file__).parents[3]), **variables},
        check=True,
        timeout=60,
    )
    out = folder / "modules_out"
    files = sorted(path for path in out.rglob("*") if path.is_file())
    content = b"".join(str(path.relative_to(out)).encode() + b"\0" + path.read_bytes() for path in files)
    return hashlib.sha256(content).hexdigest()


@pytest.mark.thorough
def test_the_output_depends_on_nothing_but_what_was_rendered(tmp_path: Path) -> None:
    surroundings = [
        {"PYTHONHASHSEED": "1", "TZ": "UTC", "LANG": "C.UTF-8", "PYTHONDONTWRITEBYTECODE": "1"},
        {"PYTHONHASHSEED": "2", "TZ": "Asia/Kathmandu", "LANG": "C", "PYTHONDONTWRITEBYTECODE": "1"},
    ]
    digests = {
        digest_of_output(tmp_path / str(number) / variables["TZ"], python, **variables)
        for number, python in enumerate(pythons())
        for variables in surroundings
    }

    assert len(digests) == 1


def test_a_manifest_comes_back_as_it_was_written() -> None:
    sources = (SourceFile("environments/_base.yaml", "b"), SourceFile('environments/q"uo\\te.yaml', "q"))
    manifest = Manifest("dev", sources, "1.0", {"é.tf": "1", "a/b.tf": "2"}, removed=True)

    assert parse(manifest.text().encode()) == manifest


def test_a_manifest_without_files_is_sound() -> None:
    manifest = Manifest("dev", (), "1.0", {})

    assert parse(manifest.text().encode()) == manifest


def test_a_manifest_reads_well_in_a_review() -> None:
    manifest = Manifest("dev", (SourceFile("environments/dev.yaml", "d"),), "1.0", {"b.tf": "2", "a.tf": "1"})

    assert manifest.text() == (
        "{\n"
        '  "format": 2,\n'
        '  "environment": "dev",\n'
        '  "generator": "1.0",\n'
        '  "sources": {\n    "environments/dev.yaml":\n      "d"\n  },\n'
        '  "files": {\n    "a.tf":\n      "1",\n    "b.tf":\n      "2"\n  }\n'
        "}\n"
    )


def test_a_manifest_that_is_no_manifest_is_refused_with_a_reason() -> None:
    with pytest.raises(OutputError, match="is damaged"):
        parse(b"")
