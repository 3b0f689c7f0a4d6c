"""Local modules that lie in the workspace, but not below the rendered root that calls them.

Terraform follows `source = "../../shared/network"` from where it runs. A copy of the root lies elsewhere, so these
modules are taken along into it, at the same places below a folder that stands for the workspace, and calls of them are
led there:

    modules_out/dev/extra.tf            source = "../../shared/network"
    <copy>/extra.tf                     source = "./modules/_workspace/shared/network"
    <copy>/modules/_workspace/shared/network/main.tf
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final

from generator.errors import SpecError
from generator.hcl.calls import local_calls
from generator.problems import Place, Problem

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from typing import Self

# No module of ours, and no section of a part, is called so.
FOLDER: Final = "_workspace"
_TAKEN_ALONG: Final = re.compile(rf"(?<![\w./-])modules/(?:[\w-]+/)?{FOLDER}/")
# Hidden files, states and plans are no part of a module.
_NO_SOURCE: Final = re.compile(r"\..*|.*\.tfstate(\..*)?|.*\.tfplan")
_HCL: Final = ".tf"


@dataclass(frozen=True, slots=True)
class OuterModules:
    """What a copy of a root needs besides the root's own files.

    Attributes:
        texts: files of the root that call such modules, as they read in the copy, by path.
        files: the modules' files, by their paths in the copy.
        problems: calls of modules that are not there, or do not lie in the workspace.
    """

    texts: Mapping[str, str] = field(default_factory=dict)
    files: Mapping[str, Path] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()

    def require_all(self) -> Self:
        """Return this, where every module could be taken along.

        Raises:
            SpecError: with every one that could not.
        """
        if self.problems:
            raise SpecError(self.problems)
        return self


def outer_modules(root: Path, texts: Mapping[str, str]) -> OuterModules:
    """Find the modules outside of a root that it calls, and those that they call.

    Args:
        root: the rendered root: `modules_out/<environment>` of a workspace.
        texts: its files, by path.
    """
    # Next to no root calls any, and a fleet has a thousand of them.
    asking = {path: text for path, text in texts.items() if path.endswith(_HCL) and "../" in text}
    return _Search(root).found(asking) if asking else OuterModules()


def as_in_workspace(text: str) -> str:
    """Write paths of modules that were taken along as seen from the rendered root."""
    return _TAKEN_ALONG.sub("../../", text)


class _Search:
    """Goes over the calls of one root.

    Args:
        root: the rendered root.
    """

    def __init__(self, root: Path) -> None:
        root = root.absolute()
        self._root, self._workspace = str(root), str(root.parents[1])
        self._texts: dict[str, str] = {}
        self._files: dict[str, Path] = {}
        self._seen: set[tuple[str, str]] = set()
        self._problems: list[Problem] = []

    def found(self, texts: Mapping[str, str]) -> OuterModules:
        for path, text in texts.items():
            lines = text.split("\n")
            for line, source in local_calls(text):
                if led := self._led(path, line, source):
                    lines[line - 1] = lines[line - 1].replace(f'"{source}"', f'"{led}"', 1)
                    self._texts[path] = "\n".join(lines)
        return OuterModules(self._texts, self._files, tuple(self._problems))

    def _led(self, path: str, line: int, source: str) -> str:
        """Return the source of a call as it reads in the copy; "" where it stays as it is."""
        here, container = path.rpartition("/")[0], _container(path)
        target = _joined(self._root, here, source)
        if _is_within(target, self._root):
            return ""
        if not self._take(container, target, Place(self._shown(_joined(self._root, path)), line), source):
            return ""
        inside = os.path.relpath(f"{container}/{self._shown(target)}", here or ".")
        return inside if inside.startswith("../") else f"./{inside}"

    def _take(self, container: str, target: str, place: Place, source: str) -> bool:
        """Take a module along, and what it calls; tell what speaks against it."""
        if (container, target) in self._seen:
            return True
        if wrong := self._wrong(target):
            self._problems.append(Problem(place, "", f"module {source} {wrong[0]}", wrong[1]))
            return False
        self._seen.add((container, target))
        for path in self._files_of(Path(target)):
            shown = self._shown(str(path))
            self._files[f"{container}/{shown}"] = path
            if path.name.endswith(_HCL):
                for line, inner in local_calls(path.read_text("utf-8", "replace")):
                    self._take(container, _joined(str(path.parent), inner), Place(shown, line), inner)
        return True

    def _wrong(self, target: str) -> tuple[str, str] | None:
        """Return what speaks against a module, and what to do."""
        if not _is_within(os.path.realpath(target), os.path.realpath(self._workspace)):
            return "does not lie in the workspace", "put it there: plans offline and in the sandbox run in a copy"
        if not Path(target).is_dir():
            return f"is missing: there is no folder {self._shown(target)}", "the path counts from the file's own folder"
        return None

    def _files_of(self, folder: Path) -> Iterator[Path]:
        """Yield the files of a module: of one that holds the rendered root, or lies above it, not those below."""
        is_above = _is_within(self._root, str(folder))
        for parent, folders, names in os.walk(folder):
            folders[:] = [] if is_above else sorted(name for name in folders if not name.startswith("."))
            yield from (Path(parent, name) for name in sorted(names) if not _NO_SOURCE.fullmatch(name))

    def _shown(self, path: str) -> str:
        return os.path.relpath(path, self._workspace)


def _is_within(path: str, folder: str) -> bool:
    return path == folder or path.startswith(f"{folder}/")


def _joined(*parts: str) -> str:
    # Not resolved: links are followed only where it is asked what lies in the workspace.
    return os.path.normpath("/".join(parts))


def _container(path: str) -> str:
    """Return the folder that stands for the workspace, for a file: the root's, or that of the module it belongs to."""
    parts = path.split("/")
    is_of_module = parts[0] == "modules" and len(parts) > 2  # noqa: PLR2004  # modules/<module>/<path>
    return f"modules/{parts[1]}/{FOLDER}" if is_of_module else f"modules/{FOLDER}"
