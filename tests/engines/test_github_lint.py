"""The workflow before it runs: its schema, its expressions and scripts, and what an attacker could make of it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from generator.engines.pipeline import pipeline

if TYPE_CHECKING:
    from collections.abc import Callable

    Checked = Callable[..., subprocess.CompletedProcess[str]]

pytestmark = pytest.mark.engines
_BIN = Path(sys.executable).parent
_CHECKS = (
    ("check-jsonschema", "--builtin-schema", "github-workflows"),
    ("actionlint", "-color"),
    ("zizmor", "--offline", "--persona", "pedantic", "--no-progress"),
)


@pytest.fixture
def checked(tmp_path: Path) -> Checked:
    """Run one of the checks over a workflow."""

    def check(words: tuple[str, ...], text: str) -> subprocess.CompletedProcess[str]:
        file = tmp_path / ".github" / "workflows" / "w.yml"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
        call = [str(_BIN / words[0]), *words[1:], str(file)]
        return subprocess.run(call, cwd=tmp_path, capture_output=True, text=True, check=False)

    return check


@pytest.mark.parametrize("folder", ["", "stacks/builds"])
@pytest.mark.parametrize("words", _CHECKS, ids=lambda words: str(words[0]))
def test_a_workflow_passes(checked: Checked, words: tuple[str, ...], folder: str) -> None:
    (file,) = pipeline("github", folder)
    done = checked(words, file.text)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize(
    ("number", "before", "after"),
    [
        (0, "timeout-minutes: 30", "timeout-minuets: 30"),
        (1, "needs: [check, affected]", "needs: [check, effected]"),
        (2, '--shards "$SHARDS"', "--shards ${{ github.head_ref }}"),
    ],
    ids=["schema", "expressions", "injection"],
)
def test_a_check_notices(checked: Checked, number: int, before: str, after: str) -> None:
    (file,) = pipeline("github")
    assert before in file.text
    assert checked(_CHECKS[number], file.text.replace(before, after)).returncode != 0
