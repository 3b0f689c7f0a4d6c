"""Runs a generated workflow as GitHub would: nektos/act on this machine, a bare repository, and stand-ins for what is elsewhere."""

from __future__ import annotations

import json
import os
import re
import shlex
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from generator.engines.pipeline import ACTIONS

if TYPE_CHECKING:
    from collections.abc import Mapping

BIN = Path(sys.executable).parent
_STEPS = {
    "upload": 'mkdir -p "$STORE/artifacts" && cp $PATHS "$STORE/artifacts/"',
    "download": 'mkdir -p "$PATHS" && cp "$STORE"/artifacts/* "$PATHS/" || true',
}
_PROGRAMS = {
    # What is tested is installed already.
    "pip": "exit 0\n",
    # Comments of one pull request: the body of the last one, and how each call was made.
    "gh": 'echo "$*" >> "$STORE/gh.log"\n'
    'case "$*" in *--paginate*) if [ -f "$STORE/comment.md" ]; then echo repos/it/comments/1; fi ;; '
    '*) cp body.md "$STORE/comment.md" ;; esac\n',
    # In place of an account, the sandbox of the job's own copy; a shard may be killed while it plans.
    "tfstencil": 'echo "$*" >> "$STORE/calls.log"\n'
    'case "$1" in\n'
    'plan) if [ "$SHARD" = "$KILLED" ]; then kill -9 $$; fi; exec {program} "$@" ;;\n'
    'apply) {program} "$@" --sandbox; code=$?; {program} sandbox stop; exit $code ;;\n'
    '*) exec {program} "$@" ;;\n'
    "esac\n",
}


@dataclass(frozen=True, slots=True)
class Ended:
    """A run that is over.

    Attributes:
        code: exit code of act.
        log: what it printed.
    """

    code: int
    log: str

    def result(self, job: str) -> str:
        """Return what became of a job: `succeeded`, `failed`, or `did not run`."""
        found = re.findall(rf"\[[^\]]*/{re.escape(job)}\s*\].*Job (succeeded|failed)", self.log)
        return found[-1] if found else "did not run"


class Runner:
    """One repository on one machine.

    Args:
        clone: its working tree, with a workflow.
        folder: where stand-ins and what they note lie.
    """

    def __init__(self, clone: Path, folder: Path) -> None:
        self._clone = clone
        self._programs, self._actions, self.store = folder / "bin", folder / "actions", folder / "store"
        for each in (self._programs, self._actions, self.store):
            each.mkdir()
        for name, text in _PROGRAMS.items():
            program = self._programs / name
            program.write_text("#!/bin/bash\n" + text.replace("{program}", shlex.quote(str(BIN / "tfstencil"))))
            program.chmod(0o755)
        self._replaced = [argument for name in ACTIONS if name != "checkout" for argument in self._stand_in(name)]
        self._cache = folder / "cache"

    def _stand_in(self, name: str) -> tuple[str, str]:
        folder = self._actions / name
        folder.mkdir()
        words = (
            "name",
            "path",
            "pattern",
            "merge-multiple",
            "retention-days",
            "include-hidden-files",
            "python-version",
        )
        more = ("role-to-assume", "aws-region", "terraform_version", "terraform_wrapper")
        step = {"shell": "bash", "run": _STEPS.get(name, "true"), "env": {"PATHS": "${{ inputs.path }}"}}
        action = {
            "name": name,
            "description": name,
            "inputs": {word: {"description": word} for word in (*words, *more)},
            "runs": {"using": "composite", "steps": [step]},
        }
        (folder / "action.yml").write_text(json.dumps(action))
        return "--local-repository", f"{ACTIONS[name].split(' ')[0]}={folder}"

    def run(self, event: str, payload: Mapping[str, object], *, killed: str = "", **variables: str) -> Ended:
        """Run the workflows of an event.

        Args:
            event: `pull_request` or `push`.
            payload: of the event.
            killed: a shard that is killed while it plans.
            variables: of the repository.
        """
        file = self.store / "event.json"
        file.write_text(json.dumps(payload))
        call = [BIN / "act", event, "-P", "ubuntu-latest=-self-hosted", "--eventpath", file, "--no-cache-server"]
        call += ["--action-cache-path", self._cache, "--concurrent-jobs", "1", *self._replaced]
        call += ["--env", f"STORE={self.store}", "--env", f"KILLED={killed}"]
        call += [word for name, value in variables.items() for word in ("--var", f"{name}={value}")]
        environment = {
            **os.environ,
            "PATH": f"{self._programs}:{os.environ['PATH']}",
            "XDG_CACHE_HOME": str(self._cache),
        }
        done = subprocess.run(
            [str(word) for word in call], cwd=self._clone, env=environment, capture_output=True, text=True, check=False,
            timeout=900,
        )  # fmt: skip
        return Ended(done.returncode, done.stdout + done.stderr)

    def noted(self, name: str) -> str:
        """Return what a stand-in noted since the last call of this, and forget it."""
        file = self.store / name
        text = file.read_text() if file.exists() else ""
        if name.endswith(".log"):
            file.unlink(missing_ok=True)
        return text
