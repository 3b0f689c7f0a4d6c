"""A workspace of its own in which a part's examples are environments: nothing of the user's is in the way."""

from __future__ import annotations

import shutil
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from generator.errors import OutputError
from generator.parts.own.sources.folders import LOCK_FILE, PARTS
from generator.text_files import replace_file
from generator.workspace import Workspace

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from generator.problems import Problem

EXAMPLES: Final = "examples"
CONTRACTS: Final = "contracts"
_BASE: Final = """\
stack: example
class: dev
account: "111122223333"
region: eu-west-1
tags: {Owner: team, CostCenter: "1"}
required_tags: [Owner]
source: {type: github, repository: https://github.com/acme-platform/example}
builds:
  main:
    runtime: {python: "3.13"}
"""


def prove_in(workspace: Workspace, folder: Path) -> tuple[Workspace, list[str]]:
    """Make the workspace in which a part is proved.

    Args:
        workspace: where the part lies.
        folder: of the part.

    Returns:
        The workspace, and its environments: one per example.

    Raises:
        OutputError: it cannot be written.
    """
    root = workspace.scratch / PARTS / folder.name
    examples = sorted((folder / EXAMPLES).glob("*.yaml")) if (folder / EXAMPLES).is_dir() else []
    try:
        for place in ("environments", "tests", PARTS, "modules_out"):
            shutil.rmtree(root / place, ignore_errors=True)
        (root / "environments").mkdir(parents=True)
        # Other parts come along: it may require one, and none may be in its way.
        shutil.copytree(workspace.root / PARTS, root / PARTS, symlinks=True, ignore=shutil.ignore_patterns(".*"))
        if (workspace.root / LOCK_FILE).is_file():
            shutil.copy(workspace.root / LOCK_FILE, root / LOCK_FILE)
    except OSError as error:
        raise OutputError(f"{root} cannot be written: {error.strerror}", hint="free its disk") from error
    replace_file(root / "environments" / "_base.yaml", _BASE)
    for example in examples:
        # At the end, so that every line keeps its number.
        text = f"{example.read_text('utf-8').rstrip()}\nextends: _base\n"
        replace_file(root / "environments" / example.name, text)
        contract = folder / CONTRACTS / example.name
        if contract.is_file():
            replace_file(root / "tests" / "plans" / example.name, contract.read_text("utf-8"))
    return Workspace(root), [example.stem for example in examples]


def retold(problems: Sequence[Problem], display: str) -> list[Problem]:
    """Return problems with the places that a person knows: of the part's examples, not of what was made of them."""
    found: list[Problem] = []
    for problem in problems:
        place = problem.place
        if place is not None and place.file.startswith("environments/"):
            place = replace(place, file=f"{display}/{EXAMPLES}/{place.file.removeprefix('environments/')}")
        elif place is not None and place.file.startswith("tests/plans/"):
            place = replace(place, file=f"{display}/{CONTRACTS}/{place.file.removeprefix('tests/plans/')}")
        found.append(replace(problem, place=place))
    return found
