"""The template files of a workspace: its own over the bundled ones, file by file."""

from __future__ import annotations

import hashlib
import os
import stat
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Final

from generator.errors import TemplateError
from generator.problems import Place
from generator.text import conflicts
from generator.workspace import bundled_templates

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

SUFFIX: Final = ".j2"
MODULES: Final = "modules"
# Folder beside the templates of a module: what a part of the stack adds to the root module.
ROOT: Final = "root"
LARGEST: Final = 4 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class TemplateFile:
    """One file below a template folder.

    Attributes:
        name: path below the folder, with `/`.
        display: path as a person would type it.
        text: what it says.
        is_ours: whether it ships with tfstencil, was made by it or installed beside it.
        may_all: whether it may hold what runs programs or brings providers.
    """

    name: str
    display: str
    text: str
    is_ours: bool = True
    may_all: bool = True

    @property
    def is_template(self) -> bool:
        """Whether it is rendered; any other file is copied as it is."""
        return self.name.endswith(SUFFIX)

    @property
    def is_partial(self) -> bool:
        """Whether it only serves other templates: its name begins with an underscore."""
        return self.name.rsplit("/", 1)[-1].startswith("_")

    @property
    def output(self) -> str:
        """Path of the rendered file: `modules/logs/root/x.tf.j2` makes `x.tf`."""
        return output_of(self.name)

    @property
    def module(self) -> str:
        """Name of the module that it belongs to; "" for the root."""
        parts = self.name.split("/")
        within = parts[0] == MODULES and len(parts) > len((MODULES, "name")) and parts[2] != ROOT
        return parts[1] if within else ""


class Library:
    """All template files, read once.

    Attributes:
        sources: by name, sorted.
    """

    def __init__(self, folders: Sequence[Path], more: Mapping[str, TemplateFile] | None = None) -> None:
        """Read the files.

        Args:
            folders: of files that make the same, the one in the first folder counts.
            more: files of parts, below all folders but the last.
        """
        found: dict[str, TemplateFile] = {}
        for folder in reversed(folders):
            names = sorted(names_of(folder))
            outputs = {output_of(name) for name in names}
            # The workspace's own `alarms.tf.j2` takes the place of whatever template of ours makes `alarms.tf`.
            found = {name: file for name, file in found.items() if output_of(name) not in outputs}
            found |= {name: _read(folder, name, is_ours=folder == bundled_templates()) for name in names}
            if folder == folders[-1]:
                found |= more or {}
        self.sources: Mapping[str, TemplateFile] = dict(sorted(found.items()))
        made: dict[str, TemplateFile] = {}
        for source in self.sources.values():
            other = made.setdefault(source.output, source)
            if other is not source:
                hint = f"keep one of them; without {SUFFIX} a file is copied as it is"
                raise TemplateError(f"makes the same file as {source.display}", Place(other.display), hint=hint)

    @cached_property
    def by_module(self) -> Mapping[str, list[TemplateFile]]:
        """What can become files, by module; the root is always there, under ""."""
        modules: dict[str, list[TemplateFile]] = {"": []}
        for source in self.sources.values():
            if not (source.is_template and source.is_partial):
                modules.setdefault(source.module, []).append(source)
        return modules

    @cached_property
    def digest(self) -> str:
        """Hexadecimal SHA-256 over the names and the contents of all files."""
        total = hashlib.sha256()
        for name, source in self.sources.items():
            for part in (name, source.text, *(() if source.is_ours else ("not ours",))):
                data = part.encode()
                total.update(b"%d:" % len(data))
                total.update(data)
        return total.hexdigest()


def output_of(name: str) -> str:
    """Return the path of the file that a template of this name makes."""
    parts = name.removesuffix(SUFFIX).split("/")
    in_root = len(parts) > len((MODULES, "name", ROOT)) and parts[0] == MODULES and parts[2] == ROOT
    # A partial makes no file, and keeps its place: several parts have one of the same name.
    return "/".join(parts[3:] if in_root and not parts[-1].startswith("_") else parts)


def names_of(folder: Path) -> list[str]:
    """List the template files of a folder, by name, without reading them.

    Raises:
        TemplateError: a folder is named as a template.
    """
    return list(_names(folder))


def _names(folder: Path) -> Iterator[str]:
    for parent, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if not name.startswith((".", "__"))]
        for name in folders:
            if name.endswith(SUFFIX):
                place = Place(Path(folder.name, Path(parent, name).relative_to(folder)).as_posix())
                raise TemplateError(
                    "is a folder, and would be taken for a template", place, hint=f"name it without {SUFFIX}"
                )
        below = "" if parent == str(folder) else f"{Path(parent).relative_to(folder).as_posix()}/"
        for name in names:
            # What editors and file managers leave behind: .DS_Store, main.tf.j2~, .main.tf.j2.swp
            if not name.endswith("~") and (name.endswith(SUFFIX) or not name.startswith(".")):
                yield f"{below}{name}"


def _read(folder: Path, name: str, *, is_ours: bool = True) -> TemplateFile:
    display = f"{folder.name}/{name}"
    return TemplateFile(name, display, read_text(folder, name, display), is_ours)


def read_text(folder: Path, name: str, display: str) -> str:
    """Read a file of a folder of templates.

    Raises:
        TemplateError: it cannot be read, is too large, is not UTF-8, or a link leads out of the folder.
    """
    path = folder / name
    # Path.resolve raises where a link leads round to itself.
    if path.is_symlink() and not Path(os.path.realpath(path)).is_relative_to(os.path.realpath(folder)):
        hint = "put the file itself there; what is rendered lies in the workspace"
        raise TemplateError("is a link that leads out of the template folder", Place(display), hint=hint)
    try:
        # Opening a pipe or a device would wait for ever.
        if not stat.S_ISREG(path.stat().st_mode):
            raise TemplateError("is not a file", Place(display), hint="a template is a text file")
        with path.open("rb") as file:
            data = file.read(LARGEST + 1)
        if len(data) > LARGEST:
            raise TemplateError(f"is larger than {LARGEST // 1024**2} MiB", Place(display), hint="split it")
        text = data.decode()
    except UnicodeDecodeError as error:
        before = error.object[: error.start]
        raise TemplateError(
            "is not UTF-8", Place(display, before.count(b"\n") + 1), hint="save the template as UTF-8"
        ) from None
    except OSError as error:
        hint = "correct the link, or put the file itself there" if path.is_symlink() else ""
        raise TemplateError(f"cannot be read: {error.strerror}", Place(display), hint=hint) from None
    for line in conflicts(text):
        hint = "keep one of the two versions, and remove the lines of <, = and >"
        raise TemplateError("a merge has left a conflict here", Place(display, line), hint=hint)
    return text
