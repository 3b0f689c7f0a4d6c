"""The fast path: telling from looks alone which environments need no render, and never telling so wrongly."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import time
from typing import TYPE_CHECKING

import pytest

from generator.output import ownership
from generator.output.freshness import up_to_date
from generator.output.freshness.up_to_date import unchanged
from generator.output.rendered import Inputs, RenderedEnvironment, SourceFile
from generator.output.writing import writer
from generator.output.writing.writer import write_all
from generator.rendering.header import header_for

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from generator.workspace import Workspace

NAMES = ["dev", "prod"]


def render(workspace: Workspace, name: str, text: str = "a\n", templates: str = "t") -> RenderedEnvironment:
    """Render as the real stages do: sources are what lies on the disk."""
    files = [workspace.spec_path(each) for each in ("_base", name)]
    sources = tuple(
        SourceFile(f"environments/{file.name}", hashlib.sha256(file.read_bytes()).hexdigest()) for file in files
    )
    return RenderedEnvironment(name, {"main.tf": text, "modules/logs/main.tf": "m\n"}, Inputs(sources, templates, "1"))


def current(workspace: Workspace, templates: str = "t", generator: str = "1", *, refresh: bool = True) -> set[str]:
    return unchanged(workspace, NAMES, templates=templates, generator=generator, refresh=refresh)


def settle(workspace: Workspace) -> None:
    """Let the clock tick, then learn what could not be trusted in the tick in which it was written."""
    time.sleep(0.02)
    current(workspace)


@pytest.fixture
def workspace(workspace_of: Callable[[Mapping[str, str]], Workspace]) -> Workspace:
    """Return a workspace in which both environments are rendered and known."""
    made = workspace_of({"_base": "base", "dev": "dev", "prod": "prod"})
    write_all(made, [render(made, name) for name in NAMES])
    settle(made)
    return made


@pytest.fixture
def forbid_reading(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """Return what makes every digest of a file fail from then on: looks must do."""

    def refuse(*_: object) -> bytes:
        raise AssertionError("a file was read")

    def forbid() -> None:
        monkeypatch.setattr(up_to_date, "read", refuse)
        monkeypatch.setattr(ownership, "read", refuse)

    return forbid


def test_environments_that_nobody_touched_are_known_without_reading_a_file(
    workspace: Workspace, forbid_reading: Callable[[], None]
) -> None:
    forbid_reading()

    assert current(workspace) == {"dev", "prod"}


def test_an_environment_of_which_nothing_is_known_is_not_unchanged(workspace: Workspace) -> None:
    assert unchanged(workspace, ["new"], templates="t", generator="1") == set()


@pytest.mark.parametrize(
    ("disturb", "left"),
    [
        pytest.param(
            lambda root: (root / "environments/dev.yaml").write_text("DEV"), {"prod"}, id="its spec is edited"
        ),
        pytest.param(lambda root: (root / "environments/dev.yaml").unlink(), {"prod"}, id="its spec is deleted"),
        pytest.param(
            lambda root: (root / "environments/_base.yaml").write_text("BASE"), set(), id="the base is edited"
        ),
        pytest.param(
            lambda root: (root / "modules_out/dev/main.tf").write_text("b\n"), {"prod"}, id="a file is edited"
        ),
        pytest.param(lambda root: (root / "modules_out/dev/main.tf").unlink(), {"prod"}, id="a file is deleted"),
        pytest.param(lambda root: shutil.rmtree(root / "modules_out/dev"), {"prod"}, id="the folder is deleted"),
        pytest.param(
            lambda root: (root / "modules_out/dev/modules/copy.tf").write_text(header_for("copy.tf")),
            {"prod"},
            id="a file with our header appears",
        ),
        pytest.param(
            lambda root: (root / "modules_out/dev/.tfstencil.json").write_text("{}"),
            {"prod"},
            id="a manifest is edited",
        ),
        pytest.param(lambda root: (root / "modules_out/dev/notes.txt").write_text("x"), {"dev", "prod"}, id="a note"),
        pytest.param(lambda root: os.utime(root / "modules_out/dev/main.tf"), {"dev", "prod"}, id="a file is touched"),
        pytest.param(lambda root: os.utime(root / "environments/_base.yaml"), {"dev", "prod"}, id="a spec is touched"),
        pytest.param(lambda root: (root / ".tfstencil/index.json").unlink(), set(), id="the index is lost"),
        pytest.param(lambda root: (root / ".tfstencil/index.json").write_text("{"), set(), id="the index is cut off"),
        pytest.param(lambda root: (root / ".tfstencil/index.json").write_text("[1]"), set(), id="the index is a list"),
        pytest.param(
            lambda root: (root / ".tfstencil/index.json").write_text('{"format": 2}'), set(), id="the index is of later"
        ),
        pytest.param(
            lambda root: (root / ".tfstencil/index.json").write_text(
                '{"format": 1, "sources": [3], "environments": []}'
            ),
            set(),
            id="the index makes no sense",
        ),
    ],
)
def test_what_was_touched_is_noticed_and_only_that(
    workspace: Workspace, disturb: Callable[[Path], object], left: set[str]
) -> None:
    disturb(workspace.root)

    assert current(workspace) == left


@pytest.mark.parametrize("changed", [True, False])
def test_there_is_something_to_do_meanwhile_only_where_a_render_is_sure(workspace: Workspace, *, changed: bool) -> None:
    if changed:
        workspace.spec_path("dev").write_text("dev, edited")
    calls: list[str] = []
    found = unchanged(workspace, NAMES, templates="t", generator="1", meanwhile=lambda: calls.append("called"))
    assert found == ({"prod"} if changed else {"dev", "prod"})
    assert len(calls) == changed


def test_other_templates_or_another_tfstencil_leave_nothing_unchanged(workspace: Workspace) -> None:
    assert current(workspace, templates="t2") == set()
    assert current(workspace, generator="2") == set()


def test_an_edit_that_keeps_size_and_mtime_is_noticed(workspace: Workspace) -> None:
    main = workspace.modules_out / "dev/main.tf"
    before = main.stat()
    main.write_text("b\n")
    os.utime(main, ns=(before.st_atime_ns, before.st_mtime_ns))

    assert current(workspace) == {"prod"}


@pytest.mark.parametrize("since", [0, 1 << 62], ids=["before all was written", "after all was written"])
def test_a_look_at_the_output_is_trusted_only_if_all_was_written_before_it(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch, forbid_reading: Callable[[], None], since: int
) -> None:
    monkeypatch.setattr(up_to_date, "clock", lambda _: since)
    write_all(workspace, [render(workspace, "dev", "b\n")])

    forbid_reading()
    if since:
        assert current(workspace) == {"dev", "prod"}
    else:
        with pytest.raises(AssertionError, match="a file was read"):
            current(workspace)


@pytest.mark.parametrize("since", [0, 1 << 62], ids=["before it was written", "after it was written"])
def test_a_look_at_a_spec_is_trusted_only_if_it_was_written_before_it(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch, since: int
) -> None:
    workspace.spec_path("dev").write_text("new")
    monkeypatch.setattr(up_to_date, "clock", lambda _: since)
    write_all(workspace, [render(workspace, "dev", "b\n")])

    sources = json.loads((workspace.scratch / "index.json").read_text())["sources"]
    trusted = {file for file, _, *stamp in sources if stamp}
    assert ("environments/dev.yaml" in trusted) is bool(since)
    assert "environments/prod.yaml" in trusted


@pytest.mark.thorough
def test_edits_right_after_a_render_are_always_noticed(workspace: Workspace) -> None:
    main = workspace.modules_out / "dev/main.tf"
    for count in range(100):
        text = f"{count:03}\n"
        write_all(workspace, [render(workspace, "dev", text)])
        main.write_text("xxx\n")
        assert current(workspace, refresh=bool(count % 2)) == {"prod"}
        main.write_text(text)


@pytest.mark.thorough
def test_specs_edited_right_after_a_render_are_always_noticed(workspace: Workspace) -> None:
    spec = workspace.spec_path("dev")
    for count in range(100):
        spec.write_text(f"{count:03}")
        write_all(workspace, [render(workspace, "dev", f"{count}\n")])
        spec.write_text("xxx")
        assert current(workspace) == {"prod"}


def test_a_spec_edited_between_reading_and_writing_is_noticed(workspace: Workspace) -> None:
    environment = render(workspace, "dev", "b\n")
    workspace.spec_path("dev").write_text("DEV")
    write_all(workspace, [environment])
    settle(workspace)

    assert current(workspace) == {"prod"}


def test_an_output_edited_between_writing_and_remembering_is_noticed(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    def edit(*_: object) -> None:
        (workspace.modules_out / "dev/main.tf").write_text("mine\n")

    monkeypatch.setattr(writer, "bury", edit)
    monkeypatch.setattr(up_to_date, "clock", lambda _: 1 << 62)
    write_all(workspace, [render(workspace, "dev", "b\n")])

    assert current(workspace) == {"prod"}


def test_what_had_to_be_read_is_remembered(workspace: Workspace, forbid_reading: Callable[[], None]) -> None:
    for path in [workspace.spec_path("_base"), *workspace.modules_out.rglob("*.tf")]:
        os.utime(path)
    time.sleep(0.02)
    assert current(workspace) == {"dev", "prod"}

    forbid_reading()
    assert current(workspace) == {"dev", "prod"}


def looks(workspace: Workspace) -> dict[Path, tuple[int, int, int]]:
    # Not the time of the last access: our own look may change that.
    found = {path: os.lstat(path) for path in workspace.root.rglob("*")}
    return {path: (status.st_ino, status.st_size, status.st_mtime_ns) for path, status in found.items()}


def test_nothing_is_written_when_asked_so(workspace: Workspace) -> None:
    os.utime(workspace.spec_path("_base"))
    before = looks(workspace)

    assert current(workspace, refresh=False) == {"dev", "prod"}

    assert looks(workspace) == before


def test_rendering_one_environment_keeps_what_is_known_of_the_others(workspace: Workspace) -> None:
    write_all(workspace, [render(workspace, "dev", "b\n", templates="t2")])
    settle(workspace)

    assert current(workspace) == {"prod"}
    assert current(workspace, templates="t2") == {"dev"}


def test_an_environment_with_a_stray_file_is_looked_at_anew_each_time(workspace: Workspace) -> None:
    (workspace.modules_out / "dev/copy.tf").write_text(header_for("copy.tf"))
    write_all(workspace, [render(workspace, "dev", "b\n")])

    assert current(workspace) == {"prod"}


def test_an_index_that_cannot_be_written_costs_only_time(workspace: Workspace) -> None:
    index = workspace.scratch / "index.json"
    index.unlink()
    (index / "in the way").mkdir(parents=True)

    write_all(workspace, [render(workspace, "dev", "b\n")])

    assert current(workspace) == set()
    assert sorted(entry.name for entry in workspace.scratch.iterdir()) == ["index.json", "render.lock"]


def test_the_index_stays_small(workspace: Workspace) -> None:
    content = json.loads((workspace.scratch / "index.json").read_text())

    assert len(content["shapes"]) == len(content["origins"]) == 1
    assert len(content["sources"]) == 3
