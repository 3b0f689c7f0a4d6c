"""A copy of a rendered root to run terraform in, so that nothing is ever added to the rendered folder."""

from __future__ import annotations

import hashlib
import os
import re
from pathlib import Path
from typing import TYPE_CHECKING, Final

from generator.files import update
from generator.terraform import lockfile, overrides
from generator.terraform.outer_modules import outer_modules
from generator.terraform.writing import writing

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

# Terraform's own working files, and state: what a scratch copy must not inherit.
_FOREIGN: Final = re.compile(r"\.terraform(\..*)?|.*\.tfstate(\..*)?|.*\.tfplan|crash(\..*)?\.log|\.git")
# What an init depends on: where modules, providers and the backend come from.
_INIT_LINE: Final = re.compile(r'^\s*(?:(?:module|backend|cloud|provider)\s+"|(?:source|version)\s*=)')
_INIT_FILES: Final = frozenset({"backend.tf", "versions.tf"})


def update_copy(source: Path, target: Path, generated: Mapping[str, bytes]) -> None:
    """Make `target` a copy of `source` with some files more; files that are right already are not touched.

    Modules in the workspace that `source` calls and that do not lie in it are taken along.

    Args:
        source: the rendered root.
        target: the copy; terraform's working files in it stay.
        generated: files to add, by name.

    Raises:
        OutputError: the copy cannot be written.
        SpecError: it calls a local module that is not there, or does not lie in the workspace.
    """
    wanted = {name: source / name for name in relative_files(source)}
    outer = outer_modules(source, hcl_texts(source)).require_all()
    wanted |= outer.files
    generated = {name: text.encode() for name, text in outer.texts.items()} | dict(generated)
    with writing(target, "the scratch copy"):
        target.mkdir(mode=0o700, parents=True, exist_ok=True)
        for name in set(relative_files(target)) - wanted.keys() - generated.keys():
            (target / name).unlink()
        for name, path in wanted.items():
            if name not in generated:
                update(target / name, path.read_bytes())
        for name, content in generated.items():
            update(target / name, content)


def hcl_texts(folder: Path) -> dict[str, str]:
    """Read the HCL of a root module and of the modules in it, by path."""
    return {
        name: (folder / name).read_text("utf-8", "replace") for name in relative_files(folder) if name.endswith(".tf")
    }


def relative_files(folder: Path) -> Iterator[str]:
    """List the files of a root module and its local modules, without what is terraform's own or state."""
    # No Path for each file: a fleet has ten thousand.
    top = len(os.fspath(folder)) + 1
    for parent, folders, files in os.walk(os.fspath(folder)):
        folders[:] = sorted(name for name in folders if not _FOREIGN.fullmatch(name))
        prefix = f"{parent[top:]}/" if len(parent) > top else ""
        for name in sorted(files):
            if not _FOREIGN.fullmatch(name):
                yield prefix + name


def init_digest(root: Path, *extra: str) -> str:
    """Digest what an init of `root` depends on: when it has not changed, the last init still holds.

    Args:
        root: the folder to be initialised.
        extra: what else it depends on, such as the programs.
    """
    digest = hashlib.sha256("\0".join(extra).encode())
    for name in relative_files(root):
        if name == overrides.FILE_NAME or not name.endswith((".tf", ".tf.json")):
            continue
        text = (root / name).read_text(encoding="utf-8", errors="replace")
        whole = Path(name).name in _INIT_FILES or name.endswith(".json")
        lines = text.splitlines() if whole else [line for line in text.splitlines() if _INIT_LINE.match(line)]
        digest.update("\0".join((name, *lines)).encode())
    return digest.hexdigest()


def write_lock(root: Path, text: str) -> None:
    """Put a lock file into a scratch copy; "" removes the one that is there.

    Raises:
        OutputError: it cannot be written.
    """
    path = root / lockfile.NAME
    with writing(path, "the lock file"):
        if text:
            update(path, text.encode())
        else:
            path.unlink(missing_ok=True)
