"""Where a part can come from: a folder, a Git address with a tag, or an installed package."""

from __future__ import annotations

import re
import shutil
import subprocess
import tempfile
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from generator.errors import ToolError, UsageError
from generator.parts.own.file.reading import PART_FILE
from generator.parts.own.sources.packages import PackageError, offers_of, version_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from generator.workspace import Workspace

# git+https://host/group/repository[//folder]@tag
_GIT: Final = re.compile(
    r"git\+(?P<address>(?:https|ssh|file)://(?:[\w.-]+@)?[^@\s]+?)(?://(?P<folder>[^@\s]+))?@(?P<tag>\w[\w./-]*)"
)
_PACKAGE: Final = re.compile(r"package:(?P<name>[A-Za-z0-9._-]+)(?:#(?P<entry>[\w.-]+))?")
_SECONDS: Final = 300.0
_FORMS: Final = "a folder, git+https://HOST/REPOSITORY[//FOLDER]@TAG, or package:NAME"


@dataclass(frozen=True, slots=True)
class Fetched:
    """A part where it comes from.

    Attributes:
        folder: with its file; None of a part that is Python, and stays in its package.
        source: as the lock file says it.
        package: name of the package, where it comes from one.
        package_version: of that package.
    """

    folder: Path | None
    source: str
    package: str = ""
    package_version: str = ""


@contextmanager
def fetched(workspace: Workspace, source: str) -> Iterator[Fetched]:
    """Fetch a part, for as long as the block takes.

    Args:
        workspace: folders are looked for from here.
        source: where from.

    Raises:
        UsageError: there is no part.
        ToolError: git is missing, or cannot fetch it.
    """
    if found := _PACKAGE.fullmatch(source):
        yield _of_package(found["name"], found["entry"] or "", source)
        return
    if source.startswith("git+"):
        with tempfile.TemporaryDirectory() as place:
            yield Fetched(_of_git(source, Path(place)), source)
        return
    folder = (workspace.root / source).resolve()
    _require(folder, source)
    yield Fetched(folder, source)


def _require(folder: Path, source: str) -> None:
    if not (folder / PART_FILE).is_file():
        raise UsageError(f"{source} has no {PART_FILE}", hint=f"name {_FORMS}")


def _of_package(package: str, entry: str, source: str) -> Fetched:
    try:
        offers = offers_of(package)
    except PackageError as error:
        raise UsageError(str(error), hint=error.hint) from error
    chosen = [offer for offer in offers if entry in {"", offer.name}]
    if len(chosen) != 1:
        names = ", ".join(f"package:{package}#{offer.name}" for offer in offers)
        raise UsageError(f"{package} brings {len(offers)} parts", hint=f"name one of {names}")
    return Fetched(chosen[0].folder, source, package, version_of(package))


def _of_git(source: str, place: Path) -> Path:
    found = _GIT.fullmatch(source)
    if found is None:
        raise UsageError(f"{source} is not the address of a part", hint=f"name {_FORMS}; a tag is needed")
    git = shutil.which("git")
    if git is None:
        raise ToolError("git is missing, which fetches parts", hint="install git, or add the part from a folder")
    # -- and the form of the tag keep an address from being taken for an option; no file of it runs by a clone.
    command = [git, "-c", "core.hooksPath=/dev/null", "clone", "--quiet", "--depth", "1", "--branch", found["tag"]]
    result = subprocess.run(  # noqa: S603  # see above
        [*command, "--", found["address"], str(place / "clone")],
        capture_output=True, check=False, text=True, timeout=_SECONDS,
    )  # fmt: skip
    if result.returncode:
        raise ToolError(f"git cannot fetch {source}: {result.stderr.strip()}", hint="look at the address and the tag")
    inside = (place / "clone" / (found["folder"] or "")).resolve()
    if not inside.is_relative_to((place / "clone").resolve()):
        raise UsageError(f"{source} leads out of its repository", hint="name a folder inside it")
    shutil.rmtree(place / "clone" / ".git", ignore_errors=True)
    _require(inside, source)
    return inside
