"""Git as far as it is asked: what stood where at a commit, and what differs from it now. Nothing is checked out."""

from __future__ import annotations

import os
import re
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from generator.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

_MISSING: Final = "git is not installed, or not on PATH"
_HUNK: Final = re.compile(r"@@ -\S+ \+(\d+)(?:,(\d+))? @@")
# A caller's own settings must not change what git answers.
_NEUTRAL: Final = {"GIT_OPTIONAL_LOCKS": "0", "GIT_LITERAL_PATHSPECS": "1", "LC_ALL": "C"}


@dataclass(frozen=True, slots=True)
class Blob:
    """A file at a commit.

    Attributes:
        path: relative to the workspace, with `/`.
        name: git's name of its content.
        mode: six octal digits, such as 100644.
    """

    path: str
    name: str
    mode: str


@dataclass(frozen=True, slots=True)
class ChangedLines:
    """What stands in files now and did not stand there.

    Attributes:
        files: those that changed, with the numbers of new or changed lines; None where all of the file is new.
    """

    files: Mapping[str, Collection[int] | None]

    def holds(self, file: str, line: int) -> bool:
        """Tell whether a line is new or changed."""
        lines = self.files.get(file, ())
        return lines is None or line in lines


@dataclass(frozen=True, slots=True)
class Repository:
    """The repository that a workspace lies in; the workspace may be a folder of it.

    Attributes:
        root: the workspace's folder; all paths are relative to it.
    """

    root: Path

    @classmethod
    def of(cls, root: Path) -> Repository:
        """Open it.

        Raises:
            UsageError: the workspace does not lie in a repository, or there is no git.
        """
        repository = cls(root)
        if repository.answer("rev-parse", "--is-inside-work-tree") != "true":
            raise UsageError(f"{root} is not in a Git repository", hint="run git init, and commit")
        return repository

    def top(self) -> Path:
        """Return the folder of the whole repository.

        Raises:
            UsageError: git does not say.
        """
        found = self.answer("rev-parse", "--show-toplevel")
        if not found:
            raise UsageError(f"git does not say which repository {self.root} lies in", hint="run git status there")
        return Path(found).resolve()

    def answer(self, *arguments: str) -> str | None:
        """Return what git prints, without the line's end; None where it says no."""
        done = self._done(arguments)
        return done.stdout.decode(errors="replace").strip() if done.returncode == 0 else None

    def commit(self, revision: str) -> str | None:
        """Return the commit that a revision names; None where this clone has none of that name."""
        # A leading hyphen would be an option.
        return (
            None
            if revision.startswith("-")
            else self.answer("rev-parse", "--verify", "--quiet", f"{revision}^{{commit}}")
        )

    def merge_base(self, one: str, other: str = "HEAD") -> str | None:
        """Return the commit at which two histories part; None where they share none."""
        return self.answer("merge-base", one, other)

    @property
    def is_shallow(self) -> bool:
        """Whether the clone ends before the history does."""
        return self.answer("rev-parse", "--is-shallow-repository") == "true"

    def changed(self, commit: str) -> set[str]:
        """List the files that are now otherwise than at a commit, and those that git does not know yet.

        Args:
            commit: what to compare with; the working tree is what it is compared to.

        Returns:
            Paths relative to the workspace; those outside it are left out.
        """
        with (
            self._begun("diff", "--name-only", "--no-renames", "--relative", "-z", commit) as differing,
            self._begun("ls-files", "--others", "--exclude-standard", "-z") as unknown,
        ):
            outputs = [process.communicate() for process in (differing, unknown)]
        for (_, error), process in zip(outputs, (differing, unknown), strict=True):
            if process.returncode:
                raise UsageError(f"git cannot compare with {commit}: {error.decode(errors='replace').strip()}")
        return {path for output, _ in outputs for path in _split(output)}

    def changed_lines(self, commit: str, paths: Collection[str]) -> ChangedLines:
        """Tell which lines of changed files are new.

        Args:
            commit: what to compare with.
            paths: files that changed, as `changed` lists them.
        """
        if not paths:
            return ChangedLines({})
        options = ("--unified=0", "--no-renames", "--no-color", "--no-ext-diff", "--no-prefix", "--relative")
        text = self._must("diff", *options, commit, "--", *sorted(paths)).decode(errors="replace")
        found: dict[str, set[int]] = {}
        lines: set[int] = set()
        for line in text.splitlines():
            if line.startswith("+++ "):
                lines = found.setdefault(line[4:].rstrip("\t"), set())
            elif at := _HUNK.match(line):
                first, count = int(at[1]), int(at[2] or 1)
                lines.update(range(first, first + count))
        return ChangedLines({path: found.get(path) for path in paths})

    def files(self, commit: str, folders: Iterable[str]) -> list[Blob]:
        """List the files below folders at a commit.

        Args:
            commit: when.
            folders: relative to the workspace; "." for all of it.
        """
        listed = self._must("ls-tree", "-r", "-z", commit, "--", *(f"{folder.rstrip('/')}/" for folder in folders))
        found = []
        for entry in _split(listed):
            about, _, path = entry.partition("\t")
            mode, kind, name = about.split(" ")[:3]
            if kind == "blob":
                found.append(Blob(path, name, mode))
        return found

    def names(self, commit: str, folder: str) -> list[str]:
        """List what lies in a folder at a commit, not in folders below it: names, sorted; none where there is none."""
        listed = self._must("ls-tree", "--name-only", "-z", commit, "--", f"{folder}/")
        return sorted(path.rpartition("/")[2] for path in _split(listed))

    def read(self, blobs: Sequence[Blob]) -> Mapping[str, bytes]:
        """Return the contents of files by path."""
        names = list(dict.fromkeys(blob.name for blob in blobs))
        if not names:
            return {}
        output = self._must("cat-file", "--batch", given="".join(f"{name}\n" for name in names).encode())
        contents: dict[str, bytes] = {}
        at = 0
        for name in names:
            end = output.index(b"\n", at)
            size = int(output[at:end].split()[2])
            contents[name] = output[end + 1 : end + 1 + size]
            at = end + 2 + size
        return {blob.path: contents[blob.name] for blob in blobs}

    def is_ignored(self, path: str) -> bool:
        """Tell whether git is told to pass a path over."""
        return self._done(["check-ignore", "--quiet", "--", path]).returncode == 0

    def _must(self, *arguments: str, given: bytes | None = None) -> bytes:
        done = self._done(arguments, given)
        if done.returncode:
            raise UsageError(f"git {arguments[0]} failed: {done.stderr.decode(errors='replace').strip()}")
        return done.stdout

    def _done(self, arguments: Sequence[str], given: bytes | None = None) -> subprocess.CompletedProcess[bytes]:
        try:
            return subprocess.run(  # noqa: S603  # git, without a shell
                self._call(arguments), cwd=self.root, env=_environment(), input=given, capture_output=True, check=False
            )
        except FileNotFoundError:
            raise UsageError(_MISSING, hint="install git") from None

    def _begun(self, *arguments: str) -> subprocess.Popen[bytes]:
        try:
            return subprocess.Popen(  # noqa: S603  # as above
                self._call(arguments),
                cwd=self.root,
                env=_environment(),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
            )
        except FileNotFoundError:
            raise UsageError(_MISSING, hint="install git") from None

    @staticmethod
    def _call(arguments: Sequence[str]) -> list[str]:
        return ["git", "-c", "core.quotePath=false", *arguments]


def _environment() -> dict[str, str]:
    return os.environ | _NEUTRAL


def _split(output: bytes) -> list[str]:
    return [os.fsdecode(part) for part in output.split(b"\0") if part]
