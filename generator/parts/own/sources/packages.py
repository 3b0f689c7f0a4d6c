"""Parts of installed packages: entry points of the group `tfstencil.parts`, where a workspace's lock names the package.

What is installed is trusted, as tfstencil itself is. An entry point leads to a `Part`, or to a folder with a
`part.yaml`: a path, or a module or package beside which it lies.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from importlib.metadata import EntryPoint, PackageNotFoundError, distribution
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Final

from generator.parts.catalog import OURS, Catalog
from generator.parts.framework.part import Part
from generator.parts.own.file.reading import PART_FILE
from generator.parts.own.sources.folders import LOCK_FILE
from generator.problems import Place, Problem

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from generator.workspace import Workspace

GROUP: Final = "tfstencil.parts"


@dataclass(frozen=True, slots=True)
class Offer:
    """A part that an installed package brings.

    Attributes:
        name: of the entry point.
        part: the part, where it is one of Python.
        folder: the folder of its file, where it is one of YAML.
    """

    name: str
    part: Part | None = None
    folder: Path | None = None


class PackageError(Exception):
    """A package that brings no part that can be used; `hint` says what to do."""

    def __init__(self, message: str, hint: str) -> None:
        super().__init__(message)
        self.hint = hint


def offers_of(package: str) -> list[Offer]:
    """List what an installed package brings.

    Raises:
        PackageError: it is not installed, or brings nothing that is a part.
    """
    try:
        entries = [each for each in distribution(package).entry_points if each.group == GROUP]
    except PackageNotFoundError:
        raise PackageError(f"package {package} is not installed", f"pip install {package}") from None
    if not entries:
        raise PackageError(f"package {package} brings no parts", f"its author declares entry points in {GROUP}")
    return [_offer(package, entry) for entry in entries]


def version_of(package: str) -> str:
    """Return the version of an installed package."""
    return distribution(package).version


def _offer(package: str, entry: EntryPoint) -> Offer:
    try:
        found = entry.load()
    except Exception as error:  # the code of others may fail in any way
        raise PackageError(f"{entry.name} of package {package} cannot be loaded: {error}", "ask its author") from error
    if isinstance(found, Part):
        return Offer(entry.name, part=found)
    if isinstance(found, ModuleType) and found.__file__:
        found = Path(found.__file__).parent
    if isinstance(found, Path) and (found / PART_FILE).is_file():
        return Offer(entry.name, folder=found)
    raise PackageError(
        f"{entry.name} of package {package} is neither a part nor a folder with {PART_FILE}", "ask its author"
    )


def parts_of_packages(_: Workspace, packages: Sequence[str]) -> tuple[list[Part], list[Problem]]:
    """Return the parts of packages that a workspace uses, and what is wrong with them."""
    found: list[Part] = []
    problems: list[Problem] = []
    for package in packages:
        try:
            for offer in offers_of(package):
                problems += _add(offer, package, found)
        except PackageError as error:
            place = Place(LOCK_FILE)
            problems.append(Problem(place, f"packages.{package}", str(error), error.hint, rule="part-package"))
    return found, problems


def _add(offer: Offer, package: str, found: list[Part]) -> Iterator[Problem]:
    from generator.parts.own.compilation import compile_part  # noqa: PLC0415  # pydantic and Jinja's parser
    from generator.parts.own.file.reading import read_part  # noqa: PLC0415  # as above

    part = offer.part
    if part is not None:
        taken = {each.name for each in (*OURS.parts, *found)}
        if part.name in taken:
            yield Problem(
                Place(LOCK_FILE), f"packages.{package}", f"part {part.name} is there already",
                "use another package", rule="part-package",
            )  # fmt: skip
            return
    elif offer.folder is not None:
        source = read_part(offer.folder, f"{package}:{offer.name}")
        part = compile_part(source, Catalog((*OURS.parts, *found)))
        yield from source.problems
    if part is not None:
        found.append(replace(part, templates=replace(part.templates, is_trusted=True) if part.templates else None))
