"""What a state was before a change is noted, and can be brought back."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, cast

import pytest

from generator.errors import OutputError, TfstencilError
from generator.terraform.layout import version_folder
from generator.terraform.mode import Mode
from generator.terraform.state.versions import KEPT, StateVersions, restored

if TYPE_CHECKING:
    from pathlib import Path

    from noted_terraform import Stand

    from generator.terraform.stack import TerraformStack


def state_of(serial: int, lineage: str = "abc", **resources: str) -> dict[str, Any]:
    held = [
        {"mode": "managed", "type": "a_b", "name": name, "instances": [{"attributes": {"id": value}}]}
        for name, value in resources.items()
    ]
    return {"version": 4, "lineage": lineage, "serial": serial, "resources": held, "outputs": {}}


class _Object:
    """A state in a bucket."""

    def __init__(self, versions: dict[str, bytes], *, answers: bool = True) -> None:
        self.versions = versions
        self.answers = answers

    def read(self, version: str | None = None) -> tuple[bytes, str] | None:
        if not self.answers:
            raise TfstencilError("boto3 is not installed")
        if version is None:
            return next(((content, name) for name, content in reversed(self.versions.items())), None)
        return (self.versions[version], version) if version in self.versions else None


@dataclass
class _Layout:
    local_state: Path | None
    state_object: _Object | None


@dataclass
class _Stack:
    """A stack whose state lies in a file, or in a bucket."""

    file: Path
    bucket: _Object | None = None
    pushed: list[dict[str, Any]] = field(default_factory=list)

    @property
    def layout(self) -> _Layout:
        return _Layout(None if self.bucket else self.file, self.bucket)

    def state(self) -> dict[str, Any]:
        return dict(json.loads(self.file.read_text())) if self.file.exists() else {}

    def push(self, file: Path) -> None:
        assert file.stat().st_mode & 0o077 == 0
        content = json.loads(file.read_text())
        self.pushed.append(content)
        self.file.write_text(json.dumps(content))

    def write(self, state: dict[str, Any]) -> TerraformStack:
        self.file.write_text(json.dumps(state))
        return self.as_stack

    @property
    def as_stack(self) -> TerraformStack:
        return cast("TerraformStack", self)


@pytest.fixture
def stack(tmp_path: Path) -> _Stack:
    return _Stack(tmp_path / "terraform.tfstate")


@pytest.fixture
def versions(tmp_path: Path) -> StateVersions:
    return StateVersions(tmp_path / "versions")


def test_a_copy_for_its_owner_alone_is_kept_where_no_bucket_keeps_versions(
    stack: _Stack, versions: StateVersions, tmp_path: Path
) -> None:
    noted = versions.note(stack.write(state_of(7, one="1", two="2")), "apply")
    assert noted is not None
    assert (noted.serial, noted.resources, noted.verb, noted.object_version) == (7, 2, "apply", "")
    assert versions.all() == [noted]
    assert versions.content(noted, None) == state_of(7, one="1", two="2")
    files = list((tmp_path / "versions").iterdir())
    assert {file.suffix for file in files} == {".json", ".tfstate"}
    assert all(file.stat().st_mode & 0o077 == 0 for file in [*files, tmp_path / "versions"])


def test_of_a_versioned_bucket_the_version_is_noted_and_nothing_is_copied(
    stack: _Stack, versions: StateVersions, tmp_path: Path
) -> None:
    stack.bucket = _Object({"v1": json.dumps(state_of(3)).encode(), "v2": json.dumps(state_of(4, one="1")).encode()})
    noted = versions.note(stack.as_stack, "destroy")
    assert noted is not None
    assert (noted.serial, noted.object_version) == (4, "v2")
    assert [file.suffix for file in (tmp_path / "versions").iterdir()] == [".json"]
    place: Any = stack.bucket
    assert versions.content(noted, place) == state_of(4, one="1")
    stack.bucket.versions.clear()
    with pytest.raises(TfstencilError, match="version v2 in the bucket is not there any more"):
        versions.content(noted, place)


def test_where_s3_cannot_be_asked_terraform_is_and_a_copy_is_kept(stack: _Stack, versions: StateVersions) -> None:
    stack.write(state_of(5, one="1"))
    stack.bucket = _Object({}, answers=False)
    noted = versions.note(stack.as_stack, "apply")
    assert noted is not None
    assert noted.object_version == ""
    assert versions.content(noted, None) == state_of(5, one="1")


def test_without_a_state_nothing_is_noted(stack: _Stack, versions: StateVersions) -> None:
    assert versions.note(stack.as_stack, "apply") is None
    stack.bucket = _Object({})
    assert versions.note(stack.as_stack, "apply") is None
    assert versions.all() == []


def test_the_newest_are_kept(stack: _Stack, versions: StateVersions, tmp_path: Path) -> None:
    for serial in range(KEPT + 5):
        versions.note(stack.write(state_of(serial)), "apply")
    assert [version.serial for version in versions.all()] == list(range(KEPT + 4, 4, -1))
    assert len(list((tmp_path / "versions").iterdir())) == 2 * KEPT


def test_what_cannot_be_written_stops_the_change(stack: _Stack, tmp_path: Path) -> None:
    (tmp_path / "versions").write_text("a file")
    with pytest.raises(OutputError, match="cannot be written"):
        StateVersions(tmp_path / "versions").note(stack.write(state_of(1)), "apply")


@pytest.mark.parametrize(
    "damage",
    [b"", b"[" * 100_000, b"{}", b'{"format": 1}', b'"\\ud800"', None],
    ids=["empty", "brackets", "no fields", "no name", "a surrogate", "a time that no clock has"],
)
def test_a_damaged_note_is_passed_over(
    stack: _Stack, versions: StateVersions, tmp_path: Path, damage: bytes | None
) -> None:
    noted = versions.note(stack.write(state_of(1)), "apply")
    assert noted is not None
    file = tmp_path / "versions" / f"{noted.name}.json"
    content = json.loads(file.read_text()) | {"noted": 10**40}
    file.write_bytes(json.dumps(content).encode() if damage is None else damage)
    assert versions.all() == []


def test_a_copy_that_was_changed_is_not_brought_back(stack: _Stack, versions: StateVersions, tmp_path: Path) -> None:
    noted = versions.note(stack.write(state_of(1)), "apply")
    assert noted is not None
    copy = tmp_path / "versions" / f"{noted.name}.tfstate"
    copy.write_text(json.dumps(state_of(1, other="2")))
    with pytest.raises(TfstencilError, match="its content has changed"):
        versions.content(noted, None)
    copy.unlink()
    with pytest.raises(TfstencilError, match="the copy of it is not there any more"):
        versions.content(noted, None)


def test_a_state_comes_back_above_what_is_there(stack: _Stack, tmp_path: Path) -> None:
    stack.write(state_of(9, two="2"))
    there = restored(stack.as_stack, state_of(4, one="1"), folder=tmp_path)
    assert (there["serial"], there["resources"]) == (10, state_of(4, one="1")["resources"])
    stack.file.unlink()
    assert restored(stack.as_stack, state_of(4, one="1"), folder=tmp_path)["serial"] == 5
    assert not list(tmp_path.glob("restored*"))


def test_a_state_never_takes_the_place_of_another_one(stack: _Stack, tmp_path: Path) -> None:
    stack.write(state_of(9, lineage="xyz", two="2"))
    with pytest.raises(TfstencilError, match="another one"):
        restored(stack.as_stack, state_of(4, one="1"), folder=tmp_path)
    assert stack.pushed == []


def test_another_state_that_is_read_back_is_told(
    stack: _Stack, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stack.write(state_of(9, two="2"))
    monkeypatch.setattr(_Stack, "push", lambda *_: None)
    with pytest.raises(TfstencilError, match="another one is read back"):
        restored(stack.as_stack, state_of(4, one="1"), folder=tmp_path)


class TestCommand:
    """`tfstencil state restore`, and what an apply notes for it."""

    @pytest.fixture
    def changed(self, stand: Stand) -> Stand:
        """Apply once, above a state that lies in the folder of the modules."""
        file = stand.workspace.modules_out / "dev" / "terraform.tfstate"
        file.write_text(json.dumps(state_of(7, one="1")))
        assert stand.run(["apply", "dev", "--yes"]).returncode == 0
        file.write_text(json.dumps(state_of(8, two="2")))
        stand.write(
            state=f'case "$2" in pull) cat {file} ;; push) for f in "$@"; do [ -f "$f" ] && cp "$f" {file}; done ;; esac'
        )
        return stand

    def noted(self, stand: Stand) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = json.loads(stand.run(["state", "restore", "dev", "--json"]).stdout)["versions"]
        return found

    def test_what_the_state_was_before_an_apply_comes_back_and_can_be_undone(self, changed: Stand) -> None:
        (version,) = self.noted(changed)
        assert (version["before"], version["serial"], version["resources"]) == ("apply", 7, 1)
        ended = changed.run(["state", "restore", "dev", version["version"], "--yes"])
        assert ended.returncode == 0, ended.stderr
        assert "a_b.two (2)" in ended.stdout
        assert "a_b.one (1)" in ended.stdout
        file = changed.workspace.modules_out / "dev" / "terraform.tfstate"
        assert json.loads(file.read_text()) == state_of(9, one="1")
        assert [each["before"] for each in self.noted(changed)] == ["restore", "apply"]

    def test_it_is_asked_first(self, changed: Stand) -> None:
        (version,) = self.noted(changed)
        ended = changed.run(["state", "restore", "dev", version["version"]])
        assert ended.returncode == 2
        assert f"tfstencil state restore dev {version['version']} --yes" in ended.stderr
        assert changed.run(["state", "restore", "dev", version["version"]], typed="n").returncode == 1
        assert [each["before"] for each in self.noted(changed)] == ["apply"]
        assert changed.run(["state", "restore", "dev", version["version"]], typed="y").returncode == 0

    def test_a_version_that_was_not_noted_is_wrong_usage(self, changed: Stand) -> None:
        ended = changed.run(["state", "restore", "dev", "9-00000000", "--yes"])
        assert ended.returncode == 2
        assert "there are: 7-" in ended.stderr
        assert "nothing was changed from this workspace" in changed.run(["state", "restore", "prod"]).stdout

    def test_the_state_of_another_environment_does_not_come_back(self, changed: Stand) -> None:
        folder = version_folder(changed.workspace, "dev", Mode.REAL)
        foreign = state_of(7, one="1")
        foreign["resources"][0]["instances"][0]["attributes"]["tags_all"] = {"Stack": "shop", "Environment": "one"}
        other = _Stack(changed.workspace.root / "other.tfstate")
        version = StateVersions(folder).note(other.write(foreign), "apply")
        assert version is not None
        ended = changed.run(["state", "restore", "dev", version.name, "--yes"])
        assert ended.returncode == 1
        assert "resources of one (stack shop)" in ended.stderr

    def test_a_state_that_cannot_be_noted_is_not_changed(self, stand: Stand) -> None:
        (stand.workspace.modules_out / "dev" / "terraform.tfstate").write_text(json.dumps(state_of(7)))
        (stand.workspace.scratch / "versions").write_text("a file")
        ended = stand.run(["apply", "dev", "--yes"])
        assert ended.returncode == 1
        assert "cannot be written" in ended.stderr
        assert "apply" not in stand.verbs()
