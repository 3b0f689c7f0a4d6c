"""Everything in `environments/` is seen: what was meant to be a spec is an error, what else lies there is told.

Documentation (`README.md`, `*.txt`), hidden files and the copies that editors leave (`dev.yaml~`) are no mistake.
"""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING, Final, Literal

from generator.problems import Place, Problem
from generator.suggestion import closest
from generator.workspace import SPEC_SUFFIX

if TYPE_CHECKING:
    from collections.abc import Iterator

    from generator.workspace import Workspace

_LIKE_A_SPEC: Final = re.compile(r"(?P<name>.+?)\.(?:ya?ml|yam|yaml\.txt|yml\.txt)", re.IGNORECASE)
_HARMLESS: Final = re.compile(
    r"\..*|.*~|#.*#|.*\.(?:md|rst|adoc|txt|orig|rej|bak|sw[a-p])|README|LICENSE|CODEOWNERS|Thumbs\.db", re.IGNORECASE
)
_HIDDEN: Final = re.compile(r"\.[^.].*\.ya?ml", re.IGNORECASE)
_SHOWN: Final = 5
# What is read, and names so like them that a letter was lost, doubled or swapped, and no more.
_FOLDERS: Final = ("environments", "templates", "parts")
_SLIP: Final = 0.85
_DEEPEST: Final = 4


def judge_folder(workspace: Workspace) -> list[Problem]:
    """Say what lies in `environments/` and is not read, in the order of the names."""
    with os.scandir(workspace.environments) as entries:
        others = sorted((entry for entry in entries if not _is_read(entry)), key=lambda entry: entry.name)
    found: list[Problem] = []
    for entry in others:
        if entry.is_dir(follow_symlinks=False):
            found += _of_folder(workspace, entry)
        else:
            found += _of_file(workspace, entry.name)
    return found


def judge_root(workspace: Workspace) -> list[Problem]:
    """Warn of folders beside `environments/` that may be a slip of the pen for one that is read."""
    with os.scandir(workspace.root) as entries:
        folders = sorted(entry.name for entry in entries if entry.is_dir() and not entry.name.startswith("."))
    return [
        Problem(
            Place(name),
            "",
            f"is not read, and is like {close}/",
            f"did you mean {close}/? Else give it another name",
            rule="folder-name",
            severity="warning",
        )
        for name in folders
        if name not in _FOLDERS and (close := closest(name, _FOLDERS, cutoff=_SLIP))
    ]


def _is_read(entry: os.DirEntry[str]) -> bool:
    return entry.name.endswith(SPEC_SUFFIX) and not entry.name.startswith(".")


def _of_file(workspace: Workspace, name: str) -> Iterator[Problem]:
    meant = _LIKE_A_SPEC.fullmatch(name)
    if _HIDDEN.fullmatch(name):
        yield _problem(workspace, name, "is hidden, and not read", f"rename it {name.lstrip('.')}", "warning")
    elif name.startswith("."):
        return
    elif meant:
        right = f"{meant['name']}{SPEC_SUFFIX}"
        hint = f"rename it {right}"
        # A file system that takes no notice of case shows prod.YAML under the right name, too.
        if right in os.listdir(workspace.environments):  # noqa: PTH208  # names are compared
            hint = f"{right} is there as well: move what it lacks there, and delete {name}"
        yield _problem(workspace, name, f"is not read: the name of a spec ends in {SPEC_SUFFIX}", hint)
    elif not _HARMLESS.fullmatch(name):
        hint = f"a spec is a file NAME{SPEC_SUFFIX}; keep other files elsewhere"
        yield _problem(workspace, name, "is not a spec, and is not read", hint, "warning")


def _of_folder(workspace: Workspace, entry: os.DirEntry[str]) -> Iterator[Problem]:
    """Tell once of all specs in a folder, however many there are."""
    if entry.name.startswith("."):
        return
    specs = sorted(_specs_below(entry.path, entry.name, 1))
    if not specs:
        return
    listed = ", ".join(specs[:_SHOWN]) + (f" and {len(specs) - _SHOWN} more" if len(specs) > _SHOWN else "")
    right = re.sub(r"\.[^.]*$", "", specs[0].replace("/", "-")) + SPEC_SUFFIX
    hint = f"move them up, each under a name of its own: {specs[0].rpartition('/')[2]} could be {right}"
    yield _problem(workspace, entry.name, f"specs in a folder below environments/ are not read: {listed}", hint)


def _specs_below(folder: str, shown: str, depth: int) -> Iterator[str]:
    try:
        with os.scandir(folder) as entries:
            inside = list(entries)
    except OSError:
        return
    for entry in inside:
        if entry.name.startswith("."):
            continue
        if entry.is_dir(follow_symlinks=False):
            if depth < _DEEPEST:
                yield from _specs_below(entry.path, f"{shown}/{entry.name}", depth + 1)
        elif _LIKE_A_SPEC.fullmatch(entry.name):
            yield f"{shown}/{entry.name}"


def _problem(
    workspace: Workspace, name: str, message: str, hint: str, severity: Literal["error", "warning"] = "error"
) -> Problem:
    place = Place(workspace.relative(workspace.environments / name))
    return Problem(place, "", message, hint, rule="not-a-spec", severity=severity)
