"""Parts that are added, compared and updated; templates of ours that are replaced and upgraded."""

from __future__ import annotations

import shutil
import subprocess
from typing import TYPE_CHECKING

import pytest
from own_parts import FILES, PART, SPEC, USED, workspace_with

from generator.errors import SpecError, ToolError, UsageError
from generator.operations.inputs.unread import unread_and_foreign
from generator.operations.parts import added, overrides, sources
from generator.operations.parts.new import new
from generator.operations.parts.unused import unused_parts
from generator.parts.own.catalog import judge_parts, workspace_catalog
from generator.workspace import Workspace

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def offered(tmp_path: Path) -> Path:
    """Offer the part in a folder outside of the workspace."""
    folder = tmp_path / "shared" / "bot"
    for path, text in FILES.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text)
    return folder


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    root = tmp_path / "stacks"
    (root / "environments").mkdir(parents=True)
    (root / "environments" / "dev.yaml").write_text(SPEC + USED)
    return Workspace(root)


def test_a_new_part_can_be_used_as_it_is(workspace: Workspace) -> None:
    written = new(workspace, "site")
    assert "parts/site/part.yaml" in written
    assert judge_parts(workspace)[1] == []
    with pytest.raises(UsageError, match="is there already"):
        new(workspace, "site")


@pytest.mark.parametrize("name", ["../site", "Site", "a/b", "", "-x", "x" * 60])
def test_a_new_part_has_a_name_that_is_no_path(workspace: Workspace, name: str) -> None:
    with pytest.raises(UsageError, match="is not the name of a part"):
        new(workspace, name)
    assert not (workspace.root / "parts").exists()


def test_a_part_is_added_from_a_folder_and_locked(workspace: Workspace, offered: Path) -> None:
    found = added.add(workspace, "../shared/bot")
    assert (found.name, found.version, found.state) == ("alert-bot", "1.0.0", "added")
    assert workspace_catalog(workspace).parts[-1].name == "alert_bot"
    lock = (workspace.root / "parts.lock.yaml").read_text()
    assert "source: ../shared/bot" in lock
    assert "digest: sha256:" in lock
    assert [each.state for each in added.verify(workspace)] == ["as added"]
    with pytest.raises(UsageError, match="is there already"):
        added.add(workspace, str(offered))


def test_what_was_changed_here_is_told_and_shown(workspace: Workspace, offered: Path) -> None:
    added.add(workspace, str(offered))
    file = workspace.root / "parts/alert-bot/templates/outputs.tf.j2"
    file.write_text(f"# ours\n{FILES['templates/outputs.tf.j2']}")
    (found,) = added.verify(workspace)
    assert (found.state, found.changed, found.ok) == ("changed here", ["templates/outputs.tf.j2"], False)
    assert "+# ours" in added.diff(workspace)[0].diff
    shutil.rmtree(workspace.root / "parts/alert-bot")
    assert [each.state for each in added.verify(workspace)] == ["missing"]


def test_an_update_merges_what_was_changed_here(workspace: Workspace, offered: Path) -> None:
    added.add(workspace, str(offered))
    here = workspace.root / "parts/alert-bot/templates"
    (here / "variables.tf.j2").write_text(f"# ours\n{FILES['templates/variables.tf.j2']}")
    (offered / "part.yaml").write_text(PART.replace("1.0.0", "1.1.0"))
    (offered / "templates/variables.tf.j2").write_text(f"{FILES['templates/variables.tf.j2']}# theirs\n")
    (offered / "templates/more.tf.j2").write_text("# more\n")
    (found,) = added.update(workspace)
    assert (found.state, found.before, found.version, found.conflicts) == ("updated", "1.0.0", "1.1.0", [])
    text = (here / "variables.tf.j2").read_text()
    assert text.startswith("# ours\n")
    assert text.endswith("# theirs\n")
    assert (here / "more.tf.j2").is_file()
    assert [each.state for each in added.update(workspace)] == ["up to date"]


def test_a_conflict_of_an_update_stays_visible(workspace: Workspace, offered: Path) -> None:
    added.add(workspace, str(offered))
    here = workspace.root / "parts/alert-bot/templates/outputs.tf.j2"
    here.write_text(FILES["templates/outputs.tf.j2"].replace(".name\n", ".name # ours\n"))
    (offered / "templates/outputs.tf.j2").write_text(
        FILES["templates/outputs.tf.j2"].replace(".name\n", ".name # theirs\n")
    )
    (found,) = added.update(workspace)
    assert found.conflicts == ["templates/outputs.tf.j2"]
    assert not found.ok
    assert "<<<<<<< parts/alert-bot" in here.read_text()


def test_a_part_that_is_wrong_is_not_added(workspace: Workspace, offered: Path) -> None:
    (offered / "part.yaml").write_text(PART.replace("kind: log-group", "kind: x"))
    with pytest.raises(SpecError, match="x is not a kind of names"):
        added.add(workspace, str(offered))
    assert not (workspace.root / "parts/alert-bot").exists()
    assert added.verify(workspace) == []


def test_a_part_with_a_link_is_not_added(workspace: Workspace, offered: Path) -> None:
    (offered / "templates/x.tf").symlink_to("/etc/passwd")
    with pytest.raises(SpecError, match="is a link"):
        added.add(workspace, str(offered))


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("../nothing", "has no part.yaml"),
        ("git+https://example.com/x", "is not the address of a part"),
        ("git+https://example.com/x@--upload-pack=id", "is not the address of a part"),
        ("package:no-such-package-here", "is not installed"),
        ("package:pytest", "brings no parts"),
    ],
)
def test_a_source_that_is_none_is_told(workspace: Workspace, source: str, message: str) -> None:
    with pytest.raises(UsageError, match=message):
        added.add(workspace, source)


def test_a_part_is_added_from_git_by_its_tag(workspace: Workspace, offered: Path, tmp_path: Path) -> None:
    repository = tmp_path / "repository"
    shutil.copytree(offered, repository / "bots" / "alert")
    git = ["git", "-c", "user.name=x", "-c", "user.email=x@x", "-C", str(repository)]
    for words in (["init", "-q"], ["add", "."], ["commit", "-qm", "x"], ["tag", "v1"]):
        subprocess.run([*git, *words], check=True)
    found = added.add(workspace, f"git+file://{repository}//bots/alert@v1")
    assert found.name == "alert-bot"
    with pytest.raises(ToolError, match="git cannot fetch"), sources.fetched(workspace, f"git+file://{repository}@v9"):
        pass
    with (
        pytest.raises(UsageError, match="leads out of its repository"),
        sources.fetched(workspace, f"git+file://{repository}//../..@v1"),
    ):
        pass


def test_a_lock_that_is_wrong_is_told_with_its_place(tmp_path: Path) -> None:
    workspace = workspace_with(tmp_path, files={"parts.lock.yaml": "allow: {alert-bot: sha256:1}\npart: {}\n"})
    found = [str(each) for each in judge_parts(workspace)[1]]
    assert found[0].startswith("parts.lock.yaml:1:20: allow.alert-bot: must be a digest")
    assert "part: is not a key of parts.lock.yaml; did you mean parts?" in found[1]


def test_a_template_of_ours_is_ejected_and_upgraded(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    assert overrides.eject(workspace, "modules/logs/main.tf").state == "ejected"
    file = workspace.root / "templates/modules/logs/main.tf.j2"
    text = file.read_text()
    file.write_text(text + "# ours\n")
    assert [(each.name, each.state) for each in overrides.overrides(workspace)] == [
        ("modules/logs/main.tf.j2", "up to date")
    ]
    assert "+# ours" in overrides.diff(workspace)[0].diff
    # The text that it was made from was another: ours has changed since.
    base = workspace.root / "templates/.ejected/modules/logs/main.tf.j2"
    base.write_text(text.replace("# Made here and not by CodeBuild", "# Made before"))
    file.write_text(text.replace("# Made here and not by CodeBuild", "# Made before") + "# ours\n")
    assert len(overrides.stale_overrides(workspace)) == 1
    (done,) = overrides.upgrade(workspace)
    assert (done.state, done.conflicts) == ("upgraded", 0)
    assert file.read_text() == text + "# ours\n"
    assert overrides.stale_overrides(workspace) == []


def test_a_conflict_with_ours_stays_visible(workspace: Workspace) -> None:
    overrides.eject(workspace, "modules/logs/outputs.tf.j2")
    file = workspace.root / "templates/modules/logs/outputs.tf.j2"
    base = workspace.root / "templates/.ejected/modules/logs/outputs.tf.j2"
    text = file.read_text()
    file.write_text(text.replace("Name of the log group.", "Mine."))
    base.write_text(text.replace("Name of the log group.", "Old."))
    (done,) = overrides.upgrade(workspace)
    assert done.conflicts == 1
    assert "<<<<<<< templates/modules/logs/outputs.tf.j2" in file.read_text()


def test_what_was_replaced_by_hand_is_told_and_recorded(workspace: Workspace) -> None:
    file = workspace.root / "templates/modules/logs/main.tf.j2"
    file.parent.mkdir(parents=True)
    file.write_text("# mine\n")
    (workspace.root / "templates/site.tf.j2").write_text("# site\n")
    assert [each.state for each in overrides.overrides(workspace)] == ["not recorded", "added"]
    assert overrides.eject(workspace, "modules/logs/main.tf.j2").state == "recorded"
    assert file.read_text() == "# mine\n"
    with pytest.raises(UsageError, match="is there already"):
        overrides.eject(workspace, "modules/logs/main.tf.j2")
    with pytest.raises(UsageError, match=r"there is no template modules/log/main\.tf\.j2"):
        overrides.eject(workspace, "modules/log/main.tf.j2")


@pytest.mark.parametrize(
    ("spec", "is_unused"),
    [
        (SPEC, True),
        (f"{SPEC}# alert_bot: {{}}\n", True),
        (f"{SPEC}notes: my_alert_bot\n", True),
        (SPEC + USED, False),
        (f'{SPEC}"alert_bot" : null\n', False),
        ("{stack: shop, alert_bot: {schedule: rate(1 hour)}}\n", False),
    ],
)
def test_a_part_that_no_spec_uses_is_told(tmp_path: Path, spec: str, *, is_unused: bool) -> None:
    found = unread_and_foreign(workspace_with(tmp_path, spec=spec), ["dev"])
    told = "parts/alert-bot: no spec uses this part; write alert_bot: in one, or remove the part"
    assert (told in found) == is_unused


def test_a_base_that_uses_a_part_counts(tmp_path: Path) -> None:
    assert unused_parts(workspace_with(tmp_path, spec=SPEC, files={"environments/_base.yaml": USED})) == []
    assert unused_parts(Workspace(tmp_path / "environments")) == []
