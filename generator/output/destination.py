"""Where an output folder keeps its environments, its lock and what is being staged."""

from __future__ import annotations

import errno
import os
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from generator.errors import OutputError
from generator.output.manifest import MANIFEST

if TYPE_CHECKING:
    from collections.abc import Iterator

    from generator.workspace import Workspace

HIDDEN = ".tfstencil"

_NEEDED = ("environments", "templates")
_SHOWN = 5
_REMEDIES = {
    errno.ENOSPC: "free some space on that disk, then render again",
    errno.EDQUOT: "free some of the disk quota, then render again",
    errno.EFBIG: "raise the limit on file sizes (ulimit -f), then render again",
    errno.EROFS: "that file system is mounted read-only; remount it, or name another folder with --out",
    errno.EACCES: "make it writable for you, or name another folder with --out",
    errno.EPERM: "make it writable for you, or name another folder with --out",
    errno.EBUSY: "it is a mount point; mount the folder above it instead",
}


@dataclass(frozen=True, slots=True)
class Destination:
    """A folder that environments are rendered into.

    Attributes:
        folder: absolute; one folder an environment inside it.
        scratch: absolute; the lock and the index lie here.
        workspace: what paths are shown relative to.
    """

    folder: Path
    scratch: Path
    workspace: Workspace

    @classmethod
    def of(cls, workspace: Workspace, out: Path | None = None) -> Destination:
        """Return the destination of a workspace.

        Args:
            workspace: whose environments are rendered.
            out: another folder than its `modules_out/`.
        """
        if out is None or out.absolute() == workspace.modules_out:
            return cls(workspace.modules_out, workspace.scratch, workspace)
        folder = out.absolute()
        return cls(folder, folder / HIDDEN, workspace)

    @property
    def staging(self) -> Path:
        """Folder in which new trees are built.

        It lies inside the output folder, because a rename never leaves a mount and the scratch folder may be on
        another one. It exists only while we write, or after a crash until the next render.
        """
        return self.folder / HIDDEN

    @property
    def lock(self) -> Path:
        """File that is locked while we write."""
        return self.scratch / "render.lock"

    @property
    def index(self) -> Path:
        """File that remembers what the files looked like when they were last known to be current."""
        return self.scratch / "index.json"

    @property
    def is_default(self) -> bool:
        """Whether this is the workspace's own `modules_out/`."""
        return self.folder == self.workspace.modules_out

    def live(self, name: str) -> Path:
        """Return the folder of the environment `name`."""
        return self.folder / name

    def show(self, name: str, path: str = "") -> str:
        """Return a file of an environment as a person would type it."""
        shown = self.workspace.relative(self.folder / name)
        return f"{shown}/{path}" if path else shown

    def open_staging(self) -> None:
        """Make the staging folder, hidden from git for the case that a crash leaves it there."""
        self.staging.mkdir(parents=True, exist_ok=True)
        (self.staging / ".gitignore").write_text("*\n")

    def close_staging(self) -> None:
        """Remove the staging folder, unless something is still in it, or it is also the scratch folder."""
        if self.staging == self.scratch or not self.staging.is_dir():
            return
        if {entry.name for entry in self.staging.iterdir()} <= {".gitignore"}:
            (self.staging / ".gitignore").unlink(missing_ok=True)
            self.staging.rmdir()

    def require_folder(self) -> None:
        """Refuse an output folder that is no folder of its own.

        Raises:
            OutputError: it is a file or a symbolic link.
        """
        shown = self.workspace.relative(self.folder)
        if self.folder.is_symlink():
            raise OutputError(
                f"{shown} is a symbolic link; tfstencil writes into a real folder only",
                hint="remove the link, or name the folder it points to with --out",
            )
        if self.folder.exists() and not self.folder.is_dir():
            raise OutputError(f"{shown} is a file, where a folder is needed", hint="move it away, then render again")

    def require_room(self, *, force: bool = False) -> None:
        """Refuse another output folder than `modules_out/` that holds what is not ours.

        Args:
            force: use it in spite of what lies there; never one that the workspace itself needs.

        Raises:
            OutputError: it is in the way of the workspace, or holds anything and nothing that we rendered.
        """
        if self.is_default:
            return
        shown, folder, own = self.workspace.relative(self.folder), self.folder.resolve(), self.workspace
        root = own.root.resolve()
        taken = [root / name for name in (*_NEEDED, own.modules_out.name, own.scratch.name)]
        if ".git" in folder.parts:
            raise OutputError(f"{shown} is git's own folder", hint="name a new folder, such as --out build/modules")
        if root.is_relative_to(folder) or any(folder.is_relative_to(each) for each in taken):
            raise OutputError(
                f"{shown} is part of the workspace, or holds it: no place for another output",
                hint="name a new folder, such as --out build/modules",
            )
        if force or not folder.is_dir():
            return
        with self.faults(shown, "it could not be looked at"), os.scandir(folder) as entries:
            names = sorted(entry.name for entry in entries)
        if names and not any(os.path.lexists(folder / name / MANIFEST) for name in names):
            listed = ", ".join(names[:_SHOWN]) + (f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else "")
            raise OutputError(
                f"{shown} is not empty, and nothing in it was rendered by tfstencil: {listed}",
                hint="name a new or empty folder; to use this one all the same, add --force",
            )

    @contextmanager
    def faults(self, shown: str, outcome: str) -> Iterator[None]:
        """Turn what the operating system refuses into an error for the user.

        Args:
            shown: the place concerned, as a person would type it.
            outcome: what became of the output.

        Raises:
            OutputError: for any OSError inside.
        """
        try:
            yield
        except OSError as error:
            culprit = Path(os.fsdecode(error.filename)) if isinstance(error.filename, str | bytes) else self.staging
            if not culprit.is_relative_to(self.staging):
                shown = self.workspace.relative(culprit)
            reason = error.strerror or str(error)
            raise OutputError(f"{shown}: {reason}; {outcome}", hint=_REMEDIES.get(error.errno or 0, "")) from error
