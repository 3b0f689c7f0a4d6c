"""The tutorial, from its first file to its last plan, as a newcomer would follow it."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pytest

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Callable

    Runner = Callable[..., subprocess.CompletedProcess[str]]

PAGE: Final = (Path(__file__).parents[2] / "docs" / "tutorial.md").read_text("utf-8")
STEP: Final = re.compile(
    r"`(environments/\w+\.yaml)`[^`]*?:\n\n```yaml\n(.*?)```|```sh\n(.*?)```|```text\n(.*?)```", re.DOTALL
)


def _follow(folder: Path, call: Runner, *, offline: bool) -> list[str]:
    """Write each file and run each command in their order; a mistake is taken out again, as the page says."""
    (folder / "environments").mkdir()
    ran, versions = [], []
    for path, spec, commands, answer in STEP.findall(PAGE):
        if path:
            versions.append((folder / path, spec))
            (folder / path).write_text(spec)
        if answer:
            wrong = call("-C", folder, "validate")
            assert wrong.returncode == 1
            assert answer.strip() in wrong.stdout
            assert "did you mean timeout?" in wrong.stdout
            mended, text = versions[-2]
            mended.write_text(text)
        for line in commands.splitlines():
            if "--offline" not in line or offline:
                ended = call("-C", folder, *line.split()[1:])
                assert ended.returncode == 0, f"{line}\n{ended.stdout}{ended.stderr}"
                assert "warning" not in ended.stdout + ended.stderr, f"{line}\n{ended.stdout}{ended.stderr}"
                ran.append(line)
    return ran


def test_every_file_and_command_of_the_tutorial_does_what_it_says(tmp_path: Path, call: Runner) -> None:
    ran = _follow(tmp_path, call, offline=False)
    assert ran == [
        "tfstencil validate",
        "tfstencil render",
        "tfstencil explain dev builds.main.timeout",
        "tfstencil where modules_out/dev/main.tf:12",
        "tfstencil render",
        "tfstencil diff dev prod",
    ]


@pytest.mark.terraform
@pytest.mark.slow
def test_the_plans_of_the_tutorial_are_made_without_a_warning(tmp_path: Path, call: Runner) -> None:
    assert _follow(tmp_path, call, offline=True).count("tfstencil plan --offline") == 2
