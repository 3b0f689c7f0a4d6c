"""What a workspace's own `templates/` holds beside overrides of ours: additions, and names that nothing asks for.

A file of the same name as one of ours takes its place. Another one is rendered beside ours, which is what its author
wants, or is what a slip of the pen makes of an override.
"""

from __future__ import annotations

import re
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Final

from generator.problems import Place, Problem
from generator.rendering.library import MODULES, SUFFIX, names_of, output_of
from generator.suggestion import closest
from generator.workspace import bundled_templates

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from generator.workspace import Workspace

_OTHER_SUFFIXES: Final = re.compile(r"\.(?:j2|jinja2?|tmpl|tpl)$", re.IGNORECASE)
# Alike enough that a letter was lost, doubled or swapped, and no more.
_SLIP: Final = 0.8


def judge_templates(workspace: Workspace) -> list[Problem]:
    """Warn of files in the workspace's own templates that are never rendered, or may be misspelt overrides."""
    folder = workspace.template_folders[0]
    if folder == bundled_templates():
        return []
    ours = _ours()
    return [problem for name in sorted(names_of(folder)) if name not in ours for problem in _judged(name, ours)]


def additions(workspace: Workspace) -> list[Problem]:
    """List the files of the workspace's own templates that are rendered beside ours, on purpose as it seems."""
    folder = workspace.template_folders[0]
    ours = _ours()
    judged = {problem.place.file for problem in judge_templates(workspace) if problem.place}
    added = (name for name in sorted(names_of(folder)) if name not in ours and f"templates/{name}" not in judged)
    return [_warning(name, "is rendered beside ours", "") for name in added]


def _ours() -> set[str]:
    """Return the names by which templates of ours are replaced: their own, or that of the file that they make."""
    return {each for name in names_of(bundled_templates()) for each in (name, f"{output_of(name)}{SUFFIX}")}


def _judged(name: str, ours: set[str]) -> Iterator[Problem]:
    modules = {PurePosixPath(each).parts[1] for each in ours if each.startswith(f"{MODULES}/")}
    parts = name.split("/")
    if parts[0] == MODULES and len(parts) > len((MODULES, "name")) and parts[1] not in modules:
        close = closest(parts[1], modules)
        hint = f"did you mean {MODULES}/{close}/?" if close else f"there are: {', '.join(sorted(modules))}"
        yield _warning(name, f"is never rendered: there is no module {parts[1]}", hint)
    elif parts[0] != MODULES and len(parts) > 1 and closest(parts[0], (MODULES,)):
        message = f"is rendered to {name.removesuffix(SUFFIX)}, a folder that no module has"
        yield _warning(name, message, f"did you mean {MODULES}/?")
    elif meant := _meant(name, ours):
        message = "takes the place of none of our templates, and is rendered beside them"
        yield _warning(name, message, f"did you mean {meant}?")


def _meant(name: str, ours: Iterable[str]) -> str:
    """Return the template of ours that `name` may be a slip of; "" for an addition."""
    folder, _, file = name.rpartition("/")
    beside = {each.rpartition("/")[2] for each in ours if each.rpartition("/")[0] == folder}
    bare = _OTHER_SUFFIXES.sub("", file)
    close = f"{bare}{SUFFIX}" if f"{bare}{SUFFIX}" in beside else closest(file, beside, cutoff=_SLIP)
    return f"{folder}/{close}" if close and folder else close


def _warning(name: str, message: str, hint: str) -> Problem:
    return Problem(Place(f"templates/{name}"), "", message, hint, rule="template-name", severity="warning")
