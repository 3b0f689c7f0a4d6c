"""One lock and one whole write, for all that several processes use."""

from __future__ import annotations

import os
import re
import stat
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Final

import pytest

from generator.files import PRIVATE, LockHeldError, create, keep_checksummed, lock, read_checksummed, replace, update

if TYPE_CHECKING:
    from pathlib import Path

# Where the kernel's own calls stand for something else than a lock or a whole write.
_OPENED_OTHERWISE: Final = {
    "control.py": "opens a log that the server of the sandbox writes",
    "history.py": "appends a line",
    "logs.py": "opens a file that terraform writes",
    "main.py": "opens what swallows the rest of the output",
    "memory.py": "fills a file in memory",
    "tree.py": "reads",
}


def _mode(file: Path) -> int:
    return stat.S_IMODE(file.stat().st_mode)


def _names(folder: Path) -> list[str]:
    return [entry.name for entry in folder.iterdir()]


def test_a_lock_is_waited_for_and_tells_who_holds_it(tmp_path: Path) -> None:
    path = tmp_path / "folder" / "lock"
    with lock(path), pytest.raises(LockHeldError) as held:
        lock(path, patience=0.05)
    assert held.value.holder == str(os.getpid())
    lock(path, patience=0).close()
    assert _mode(path) == PRIVATE


def test_a_file_is_replaced_as_a_whole_with_the_mode_that_is_asked_for(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_text("old")
    file.chmod(0o644)
    with file.open() as old:
        replace(file, b"new", mode=PRIVATE, flush=True)
        assert old.read() == "old"
    assert (file.read_bytes(), _mode(file), _names(tmp_path)) == (b"new", PRIVATE, ["file"])


@pytest.mark.parametrize("failing", ["create", "rename"])
def test_what_cannot_be_written_leaves_the_old_file_and_nothing_beside_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, failing: str
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    file = tmp_path / "file"
    file.write_text("old")
    if failing == "create":
        monkeypatch.setattr(os, "write", refuse)
    else:
        monkeypatch.setattr(type(file), "replace", refuse)
    with pytest.raises(OSError, match="No space"):
        replace(file, b"new")
    assert (file.read_text(), _names(tmp_path)) == ("old", ["file"])


def test_threads_of_one_process_do_not_write_into_each_others_files(tmp_path: Path) -> None:
    contents = [bytes([65 + number]) * 100_000 for number in range(8)]
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda content: replace(tmp_path / "file", content), contents * 20))
    assert (tmp_path / "file").read_bytes() in contents
    assert _names(tmp_path) == ["file"]


def test_one_of_many_creates_a_file(tmp_path: Path) -> None:
    start = threading.Barrier(8)

    def attempt(number: int) -> bool:
        start.wait()
        try:
            create(tmp_path / "file", str(number).encode(), PRIVATE)
        except FileExistsError:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(attempt, range(8))) == 1


def test_a_file_that_holds_just_that_is_not_written(tmp_path: Path) -> None:
    file = tmp_path / "folder" / "file"
    assert update(file, b"text")
    seen = file.stat()
    assert not update(file, b"text")
    assert file.stat() == seen


@pytest.mark.parametrize("damage", [lambda data: data[:-1], lambda data: b"x" + data[1:], lambda _: b""])
def test_a_damaged_file_counts_as_absent(tmp_path: Path, damage: object) -> None:
    file = tmp_path / "folder" / "file"
    keep_checksummed(file, b"content")
    assert (read_checksummed(file), _mode(file), _mode(file.parent)) == (b"content", PRIVATE, 0o700)
    file.write_bytes(damage(file.read_bytes()))  # type: ignore[operator]  # one of those above
    assert read_checksummed(file) is None


def test_locks_and_whole_writes_are_made_here_alone(repository: Path) -> None:
    """A second way of doing it is a second place to forget the mode, the leftovers or the name."""
    wanted = re.compile(r"\b(?:flock|lockf|mkstemp|NamedTemporaryFile)\b|\bos\.open\(")
    found = {file.name for file in (repository / "generator").rglob("*.py") if wanted.search(file.read_text("utf-8"))}
    assert found - {"files.py"} == set(_OPENED_OTHERWISE)
