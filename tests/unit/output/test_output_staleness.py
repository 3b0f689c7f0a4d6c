"""Telling what is stale and why, and showing it as a diff, without writing anything."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
from typing import TYPE_CHECKING

import pytest

from generator.output.difference import unified_diff
from generator.output.freshness.check import StaleReason, compare, verify
from generator.output.manifest import MANIFEST
from generator.output.rendered import Inputs, RenderedEnvironment, SourceFile
from generator.output.writing.writer import write_all
from generator.rendering.header import header_for

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from generator.workspace import Workspace

FILES = {"main.tf": "a\n", "modules/logs/main.tf": "b\n", "outputs.tf": "o\n"}
SPECS = {"environments/_base.yaml": "base", "environments/dev.yaml": "dev"}


def rendered(
    files: Mapping[str, str],
    *,
    name: str = "dev",
    specs: Mapping[str, str] | None = None,
    templates: str = "t1",
    generator: str = "1.0",
) -> RenderedEnvironment:
    texts = (SPECS if specs is None else specs).items()
    sources = tuple(SourceFile(file, hashlib.sha256(text.encode()).hexdigest()) for file, text in texts)
    return RenderedEnvironment(name, files, Inputs(sources, templates, generator))


def snapshot(folder: Path) -> dict[str, object]:
    return {str(path): (os.lstat(path), path.is_file() and path.read_bytes()) for path in folder.rglob("*")}


@pytest.fixture
def workspace(workspace_of: Callable[[Mapping[str, str]], Workspace]) -> Workspace:
    """Return a workspace in which `dev` is rendered."""
    made = workspace_of({"_base": "base", "dev": "dev"})
    write_all(made, [rendered(FILES)])
    return made


def test_what_was_just_rendered_is_current(workspace: Workspace) -> None:
    assert compare(workspace, [rendered(FILES)]) == []
    assert verify(workspace, ["dev"]) == []


@pytest.mark.thorough
def test_every_single_changed_byte_of_ours_is_noticed(workspace: Workspace) -> None:
    dev = workspace.modules_out / "dev"
    for path in [path for path in dev.rglob("*") if path.is_file()]:
        good = path.read_bytes()
        for position in range(len(good)):
            path.write_bytes(good[:position] + bytes([good[position] ^ 1]) + good[position + 1 :])
            assert compare(workspace, [rendered(FILES)]), f"{path} at {position}"
        path.write_bytes(good)
    assert compare(workspace, [rendered(FILES)]) == []


def test_both_file_and_digest_edited_alike_are_noticed(workspace: Workspace) -> None:
    dev = workspace.modules_out / "dev"
    (dev / "main.tf").write_text("mine\n")
    manifest = json.loads((dev / ".tfstencil.json").read_text())
    manifest["files"]["main.tf"] = hashlib.sha256(b"mine\n").hexdigest()
    (dev / ".tfstencil.json").write_text(json.dumps(manifest))

    stale = compare(workspace, [rendered(FILES)])

    assert {item.path for item in stale} == {"modules_out/dev/.tfstencil.json", "modules_out/dev/main.tf"}
    assert {item.reason for item in stale} == {StaleReason.EDITED}


def test_what_other_code_of_the_same_version_rendered_is_not_blamed_on_a_hand(workspace: Workspace) -> None:
    """In a checkout our code changes and the version does not: the files are as their manifest says."""
    (stale, *others) = compare(workspace, [rendered(FILES | {"main.tf": "# what newer code writes\n"})])

    assert {stale.reason, *(item.reason for item in others)} == {StaleReason.TEMPLATE}
    assert "the code of 1.0" in stale.detail
    assert "edited" not in stale.detail


@pytest.mark.parametrize(
    ("now", "reason", "detail"),
    [
        pytest.param(
            rendered(FILES | {"main.tf": "new\n"}, specs=SPECS | {"environments/_base.yaml": "new"}),
            StaleReason.SPEC,
            "environments/_base.yaml changed",
            id="a spec changed",
        ),
        pytest.param(
            rendered(FILES | {"main.tf": "new\n"}, specs=SPECS | {"environments/_more.yaml": "new"}),
            StaleReason.SPEC,
            "environments/_more.yaml is new",
            id="a spec came",
        ),
        pytest.param(
            rendered(FILES | {"main.tf": "new\n"}, specs={"environments/dev.yaml": "dev"}),
            StaleReason.SPEC,
            "environments/_base.yaml is no longer used",
            id="a spec went",
        ),
        pytest.param(
            rendered(FILES | {"main.tf": "new\n"}, specs=dict(reversed(SPECS.items()))),
            StaleReason.SPEC,
            "the order of its specs changed",
            id="specs changed their order",
        ),
        pytest.param(
            rendered(FILES | {"main.tf": "new\n"}, templates="t2"),
            StaleReason.TEMPLATE,
            "a template changed, or a default of its class, or the code of 1.0",
            id="a template changed",
        ),
        pytest.param(
            rendered(FILES | {"main.tf": "new\n"}, generator="2.0"),
            StaleReason.GENERATOR,
            "rendered by tfstencil 1.0, this is 2.0",
            id="tfstencil is another",
        ),
        pytest.param(
            rendered(FILES | {"main.tf": "new\n"}, specs=SPECS | {"environments/dev.yaml": "new"}, generator="2.0"),
            StaleReason.SPEC,
            "environments/dev.yaml changed, rendered by tfstencil 1.0, this is 2.0",
            id="spec and tfstencil changed",
        ),
    ],
)
def test_an_outdated_file_tells_what_it_was_rendered_from_that_changed(
    workspace: Workspace, now: RenderedEnvironment, reason: StaleReason, detail: str
) -> None:
    stale = {item.path: item for item in compare(workspace, [now])}

    assert set(stale) == {"modules_out/dev/main.tf", "modules_out/dev/.tfstencil.json"}
    main = stale["modules_out/dev/main.tf"]
    assert (main.reason, main.detail) == (reason, detail)


def test_a_spec_that_changes_no_text_shows_at_the_manifest(workspace: Workspace) -> None:
    stale = compare(workspace, [rendered(FILES, specs=SPECS | {"environments/dev.yaml": "new"})])

    assert [str(item) for item in stale] == ["modules_out/dev/.tfstencil.json: environments/dev.yaml changed"]


def test_a_template_that_changes_no_text_leaves_every_file_as_it_is(workspace: Workspace) -> None:
    assert compare(workspace, [rendered(FILES, templates="t2")]) == []


def test_a_manifest_of_the_first_form_is_read_and_told(workspace: Workspace) -> None:
    file = workspace.modules_out / "dev" / MANIFEST
    file.write_text(json.dumps(json.loads(file.read_text()) | {"format": 1, "templates": "t1"}))

    (stale,) = compare(workspace, [rendered(FILES)])

    assert (stale.reason, stale.detail) == (StaleReason.GENERATOR, "its manifest is of an earlier form")


@pytest.mark.parametrize(
    ("disturb", "path", "reason"),
    [
        pytest.param(lambda dev: (dev / "main.tf").unlink(), "main.tf", StaleReason.MISSING, id="deleted"),
        pytest.param(lambda dev: (dev / "main.tf").write_text("x"), "main.tf", StaleReason.EDITED, id="edited"),
        pytest.param(
            lambda dev: (dev / "more.tf").write_text(header_for("more.tf")),
            "more.tf",
            StaleReason.STRAY,
            id="with our header",
        ),
        pytest.param(
            lambda dev: (dev / ".tfstencil.json").unlink(),
            ".tfstencil.json",
            StaleReason.MISSING,
            id="manifest deleted",
        ),
        pytest.param(
            lambda dev: (dev / ".tfstencil.json").write_text("{"),
            ".tfstencil.json",
            StaleReason.DAMAGED,
            id="manifest cut",
        ),
    ],
)
def test_what_was_done_by_hand_is_told_with_and_without_specs(
    workspace: Workspace, disturb: Callable[[Path], object], path: str, reason: StaleReason
) -> None:
    disturb(workspace.modules_out / "dev")

    for stale in (compare(workspace, [rendered(FILES)]), verify(workspace, ["dev"])):
        assert (f"modules_out/dev/{path}", reason) in {(item.path, item.reason) for item in stale}


def test_a_file_of_ours_that_is_no_longer_rendered_is_stale(workspace: Workspace) -> None:
    stale = compare(workspace, [rendered({"main.tf": "a\n", "outputs.tf": "o\n"})])

    assert ("modules_out/dev/modules/logs/main.tf", StaleReason.SPENT) in {(item.path, item.reason) for item in stale}


def test_a_foreign_file_where_we_would_write_is_stale_and_one_elsewhere_is_not(workspace: Workspace) -> None:
    (workspace.modules_out / "dev/notes.txt").write_text("mine")
    (workspace.modules_out / "dev/new.tf").write_text("mine")

    stale = compare(workspace, [rendered(FILES | {"new.tf": "ours\n"})])

    assert ("modules_out/dev/new.tf", StaleReason.FOREIGN) in {(item.path, item.reason) for item in stale}
    assert not any("notes.txt" in item.path for item in stale)


def test_an_environment_that_was_never_rendered_misses_every_file(workspace: Workspace) -> None:
    stale = compare(workspace, [rendered(FILES, name="new")])

    assert {item.reason for item in stale} == {StaleReason.MISSING}
    assert len(stale) == len(FILES) + 1


def test_telling_writes_nothing(workspace: Workspace) -> None:
    before = snapshot(workspace.root)

    compare(workspace, [rendered(FILES, templates="t2"), rendered(FILES, name="new")])
    list(unified_diff(workspace, [rendered(FILES, templates="t2"), rendered(FILES, name="new")]))
    verify(workspace, ["dev", "new"])

    assert snapshot(workspace.root) == before


@pytest.mark.parametrize(
    "now",
    [
        pytest.param(FILES | {"main.tf": "a\nmore\n"}, id="a line more"),
        pytest.param(FILES | {"main.tf": ""}, id="emptied"),
        pytest.param(FILES | {"main.tf": "a"}, id="the last newline gone"),
        pytest.param(FILES | {"main.tf": "a\u2028b\x0cc\r\n"}, id="line ends that only Python knows"),
        pytest.param({"main.tf": "a\n", "new/x.tf": "x\n"}, id="files come and go"),
        pytest.param(FILES | {"new.tf": "no newline"}, id="a new file without a last newline"),
    ],
)
def test_the_diff_makes_of_the_output_what_a_render_would_write(workspace: Workspace, now: Mapping[str, str]) -> None:
    lines = list(unified_diff(workspace, [rendered(now)]))

    patch = "".join(f"{line}\n" for line in lines)
    subprocess.run(
        ["git", "apply", "--unsafe-paths", "-p1"], cwd=workspace.root, input=patch.encode(), check=True, timeout=60
    )
    dev = workspace.modules_out / "dev"
    files = {str(path.relative_to(dev)): path.read_bytes() for path in dev.rglob("*.tf")}
    assert files == {path: text.encode() for path, text in now.items()}


def test_the_diff_of_what_is_current_is_empty(workspace: Workspace) -> None:
    assert list(unified_diff(workspace, [rendered(FILES)])) == []


def test_the_diff_names_files_as_a_person_types_them(workspace: Workspace) -> None:
    lines = list(unified_diff(workspace, [rendered(FILES | {"main.tf": "z\n"})]))

    assert lines == ["--- a/modules_out/dev/main.tf", "+++ b/modules_out/dev/main.tf", "@@ -1 +1 @@", "-a", "+z"]
