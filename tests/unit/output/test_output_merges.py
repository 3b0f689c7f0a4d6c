"""Two branches that change different things merge, and what comes of it is what a render would write."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

import pytest

from generator.output.freshness.check import compare
from generator.output.manifest import MANIFEST
from generator.output.rendered import Inputs, RenderedEnvironment, SourceFile
from generator.output.writing.writer import write_all
from generator.workspace import Workspace

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

LINES = {path: "".join(f"{path} {number}\n" for number in range(20)) for path in ("a.tf", "b.tf", "c.tf", "d.tf")}
SPECS = {"environments/_base.yaml": "base", "environments/dev.yaml": "dev"}


def rendered(files: Mapping[str, str] = {}, specs: Mapping[str, str] = {}, templates: str = "t") -> RenderedEnvironment:
    sources = tuple(SourceFile(file, digest) for file, digest in (SPECS | dict(specs)).items())
    return RenderedEnvironment("dev", LINES | dict(files), Inputs(sources, templates, "1.0"))


def git(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    identity = ("-c", "user.name=t", "-c", "user.email=t@acme.example", "-c", "init.defaultBranch=main")
    return subprocess.run(["git", "-C", folder, *identity, *arguments], capture_output=True, text=True, check=False)


def merged(tmp_path: Path, mine: RenderedEnvironment, theirs: RenderedEnvironment) -> Workspace:
    (tmp_path / "environments").mkdir()
    (tmp_path / "environments" / "dev.yaml").write_text("stack: shop\n")
    (tmp_path / ".gitignore").write_text(".tfstencil/\n")
    workspace = Workspace(tmp_path)
    git(tmp_path, "init")

    def commit(made: RenderedEnvironment) -> None:
        write_all(workspace, [made])
        git(tmp_path, "add", "-A")
        git(tmp_path, "commit", "-m", "render")

    commit(rendered())
    git(tmp_path, "switch", "-c", "theirs")
    commit(theirs)
    git(tmp_path, "switch", "main")
    commit(mine)
    git(tmp_path, "merge", "theirs")
    return workspace


def of(file: str, line: str) -> dict[str, str]:
    return {file: LINES[file].replace(f"{file} {line}\n", f"changed {line}\n")}


@pytest.mark.parametrize(
    ("mine", "theirs", "both"),
    [
        pytest.param(
            rendered(of("a.tf", "3"), templates="mine"),
            rendered(of("d.tf", "3"), templates="theirs"),
            rendered(of("a.tf", "3") | of("d.tf", "3"), templates="both"),
            id="two templates",
        ),
        pytest.param(
            rendered(of("b.tf", "3"), templates="mine"),
            rendered(of("c.tf", "3"), templates="theirs"),
            rendered(of("b.tf", "3") | of("c.tf", "3"), templates="both"),
            id="two templates whose files are neighbours",
        ),
        pytest.param(
            rendered(of("b.tf", "3"), {"environments/_base.yaml": "mine"}),
            rendered(of("c.tf", "3"), {"environments/dev.yaml": "theirs"}),
            rendered(
                of("b.tf", "3") | of("c.tf", "3"),
                {"environments/_base.yaml": "mine", "environments/dev.yaml": "theirs"},
            ),
            id="a spec and its base",
        ),
        pytest.param(
            rendered(of("b.tf", "3") | {"aa.tf": "new\n"}),
            rendered(of("d.tf", "3") | {"cc.tf": "new\n"}),
            rendered(of("b.tf", "3") | of("d.tf", "3") | {"aa.tf": "new\n", "cc.tf": "new\n"}),
            id="new files in two places",
        ),
    ],
)
def test_what_two_branches_rendered_merges_into_what_a_render_would_write(
    mine: RenderedEnvironment, theirs: RenderedEnvironment, both: RenderedEnvironment, tmp_path: Path
) -> None:
    workspace = merged(tmp_path, mine, theirs)

    assert git(tmp_path, "status", "--porcelain").stdout == ""
    assert compare(workspace, [both]) == []


def test_a_file_that_both_branches_changed_is_left_to_a_render(tmp_path: Path) -> None:
    workspace = merged(tmp_path, rendered(of("a.tf", "3")), rendered(of("a.tf", "15")))
    assert git(tmp_path, "diff", "--name-only", "--diff-filter=U").stdout == f"modules_out/dev/{MANIFEST}\n"

    both = rendered({"a.tf": of("a.tf", "3")["a.tf"].replace("a.tf 15\n", "changed 15\n")})
    write_all(workspace, [both])

    assert compare(workspace, [both]) == []
