"""`tfstencil completion`."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    Runner = Callable[..., subprocess.CompletedProcess[str]]

PROGRAM = Path(sys.executable).parent / "tfstencil"
TRY = """
eval "$("$1" completion bash)"
COMP_WORDS=(tfstencil {words}) COMP_CWORD={last}
_tfstencil_completion "$1"
printf '%s\\n' "${{COMPREPLY[@]}}"
"""


@pytest.mark.thorough
@pytest.mark.parametrize(
    ("words", "found"), [("valid", ["validate"]), ("explain d", ["dev"]), ("plan --offl", ["--offline"])]
)
def test_bash_completes_commands_options_and_environments(words: str, found: list[str], repository: Path) -> None:
    script = TRY.format(words=words, last=len(words.split()))
    ended = subprocess.run(
        ["bash", "-c", script, "bash", PROGRAM], cwd=repository, capture_output=True, text=True, timeout=60, check=False
    )
    assert ended.stdout.split() == found, ended.stderr


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_each_shell_gets_a_script(shell: str, call: Runner) -> None:
    document = json.loads(call("completion", shell, "--json").stdout)
    assert document["shell"] == shell
    assert "_TFSTENCIL_COMPLETE" in document["script"]


def test_an_unknown_shell_is_told(call: Runner) -> None:
    ended = call("completion", "tcsh")
    assert ended.returncode == 2
    assert "'tcsh' is not one of" in ended.stderr
