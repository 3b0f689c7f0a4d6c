"""The mistakes of a first week, each with the whole text of its answer."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pytest
import yaml

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Callable, Mapping

    from generator.workspace import Workspace

    Runner = Callable[..., subprocess.CompletedProcess[str]]

FILE: Final = Path(__file__).parents[2] / "mistakes" / "first_week.yaml"
KEPT: Final[dict[str, Any]] = yaml.safe_load(FILE.read_text(encoding="utf-8"))


@pytest.mark.parametrize("mistake", KEPT["mistakes"], ids=lambda mistake: str(mistake["name"]))
def test_a_mistake_of_the_first_week_is_answered_as_it_is_kept(
    mistake: Mapping[str, str], call: Runner, workspace_of: Callable[[Mapping[str, str]], Workspace]
) -> None:
    assert mistake["instead of"] in KEPT["base"]
    text = KEPT["base"].replace(mistake["instead of"], mistake["written"])
    workspace = workspace_of({"dev": text})
    ended = call("-C", workspace.root, "validate")
    answer = (ended.stdout + ended.stderr).replace(str(workspace.root), "…")
    if os.environ.get("UPDATE_SNAPSHOTS"):
        keep(mistake["name"], answer)
        return
    assert answer == mistake["answer"]
    assert ended.returncode == 1 or ": warning: " in answer


def test_what_is_right_is_not_answered(call: Runner, workspace_of: Callable[[Mapping[str, str]], Workspace]) -> None:
    ended = call("-C", workspace_of({"dev": KEPT["base"]}).root, "validate")
    assert (ended.returncode, ended.stdout, ended.stderr) == (0, "1 environment checked: no problem\n", "")


def keep(name: str, answer: str) -> None:
    kept = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    head = FILE.read_text(encoding="utf-8").partition("mistakes:\n")[0]
    lines = [head, "mistakes:\n"]
    for each in kept["mistakes"]:
        said = answer if each["name"] == name else each["answer"]
        lines += [f"  - name: {json.dumps(each['name'])}\n"]
        lines += [f"    {key}: {json.dumps(each[key])}\n" for key in ("instead of", "written")]
        lines += ["    answer: |\n", *(f"      {line}\n" for line in said.splitlines())]
    FILE.write_text("".join(lines), encoding="utf-8")
