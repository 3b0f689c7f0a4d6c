"""A rendered workspace, and in place of terraform a program that notes its calls and answers as it is told."""

from __future__ import annotations

import json
import os
import pty
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from generator.workspace import Workspace

    Runner = Callable[..., subprocess.CompletedProcess[str]]

SCRIPT = """\
#!/bin/sh
echo "$*" >> {log}
for word in "$@"; do
  case "$word" in -out=*) echo plan > "${{word#-out=}}" ;; esac
done
case "$1" in
version) echo '{{"terraform_version": "1.11.4", "platform": "linux_amd64"}}' ;;
plan) case "$PWD" in */{plan_fails_in}) echo broken >&2; exit 1 ;; esac
  exit {changes} ;;
show) cat {plan} ;;
apply) echo '{{"type": "apply_complete", "hook": {{"resource": {{"addr": "a_b.c"}}, "action": "create"}}}}'
  if [ {apply_code} != 0 ]; then
    echo '{{"type": "diagnostic", "diagnostic": {{"severity": "error", "summary": "{apply_says}"}}}}'
  fi
  exit {apply_code} ;;
state) {state} ;;
esac
"""


class Stand:
    """A rendered workspace, and a terraform that notes how it is called."""

    def __init__(self, call: Runner, workspace: Workspace, folder: Path) -> None:
        self.call = call
        self.workspace = workspace
        self.log = folder / "calls"
        self.plan = folder / "plan.json"
        self.program = folder / "bin" / "terraform"
        self.program.parent.mkdir()
        change: dict[str, object] = {"actions": ["create"], "before": None, "after": {}}
        resource = {"address": "a_b.c", "type": "a_b", "name": "c", "change": change}
        self.plan.write_text(json.dumps({"resource_changes": [resource]}))
        self.write()

    def write(self, **answers: object) -> None:
        """Write the program; `answers` are those that differ from what it says by itself."""
        usual = {"changes": 2, "apply_code": 0, "apply_says": "broken", "plan_fails_in": "nowhere", "state": ":"}
        text = SCRIPT.format(log=self.log, plan=self.plan, **(usual | answers))
        self.program.write_text(text)
        self.program.chmod(0o755)

    def planned(self, *resources: dict[str, Any], **raw: Any) -> None:
        """Let terraform plan this."""
        self.plan.write_text(json.dumps({"resource_changes": list(resources), **raw}))

    def run(self, arguments: Sequence[str], typed: str | None = None) -> subprocess.CompletedProcess[str]:
        """Run the command line on a terminal on which `typed` is typed; without it there is no terminal."""
        if typed is None:
            return self.call("-C", self.workspace.root, *arguments)
        above, below = pty.openpty()
        os.write(above, f"{typed}\n".encode())
        with pytest.MonkeyPatch.context() as patch, os.fdopen(below) as terminal:
            patch.setattr("sys.stdin", terminal)
            ended = self.call("-C", self.workspace.root, *arguments)
        os.close(above)
        return ended

    def verbs(self) -> list[str]:
        """List the commands that terraform was given."""
        return [line.split()[0] for line in self.log.read_text().splitlines()] if self.log.exists() else []
