"""What the command line shows: the help of every command, and one call of each as text and as JSON, kept as files.

A change of one shows in the diff of a commit. `UPDATE_SNAPSHOTS=1 pytest tests/unit/cli/test_cli_snapshots.py` writes them anew.
"""

from __future__ import annotations

import json
import os
import re
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click
import pytest

from generator import __version__
from generator.cli.index import SUMMARIES

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Callable, Iterator, Sequence

    from noted_terraform import Stand

    from generator.workspace import Workspace

    Runner = Callable[..., subprocess.CompletedProcess[str]]

SNAPSHOTS: Final = Path(__file__).parents[2] / "snapshots"
# What differs from one run to the next, and what stands for it.
VARYING: Final = (
    (re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:\.\d+)?(?:\+00:00| UTC|Z)?"), "INSTANT"),
    (re.compile(r"\d{8}T\d{6}(?:\.?\d+)?Z?"), "INSTANT"),
    (re.compile(r"\b\d{16,}\b"), "INSTANT"),
    (re.compile(r"/self/fd/\d+"), "/self/fd/NUMBER"),
    (re.compile(r"differ in \d+ values"), "differ in MANY values"),
    (re.compile(r'("\w*seconds": )[\d.]+'), r"\1SECONDS"),
    (re.compile(r"\b(in|took) [\d.]+ s\b"), r"\1 SECONDS s"),
    (re.compile(r"^((?:dev|prod) +(?:dev|prod) .*?) +\d+$", re.MULTILINE), r"\1 SECONDS"),
    (re.compile(r"\b[0-9a-f]{64}\b"), "DIGEST"),
    (re.compile(r"/self/fd/\d+"), "/self/fd/NUMBER"),
    (re.compile(rf"\b{re.escape(__version__)}\b"), "VERSION"),
)
STATE: Final = '{"version": 4, "serial": 7, "lineage": "abc", "resources": [], "outputs": {}}'
# Each a story: commands that follow one another in one workspace, in front of a terraform that only notes its calls.
STORIES: Final[dict[str, Sequence[str]]] = {
    "validate": ["validate", "validate dev --format github", "validate --format sarif"],
    "explain": ["explain dev builds.main.timeout"],
    "diff": ["diff dev prod"],
    "new": ["new extra --from _base"],
    "render": ["render", "render --check", "render --prune-removed", "render dev --out elsewhere"],
    "where": ["where modules_out/dev/main.tf:12"],
    "coverage": ["coverage dev"],
    "plan": [
        "plan dev",
        "plan",
        "plan --detailed-exitcode",
        "plan dev --save",
        "plan prod --cached",
        "plan prod --cached",
    ],
    "show": ["show dev", "plan dev --save", "show", "apply dev --yes"],
    "graph": ["graph dev --format mermaid", "graph --format mermaid"],
    "plan-refused": [
        "plan dev --enforce",
        "apply dev --yes",
        "apply dev --yes --allow delete:module.a.aws_s3_bucket.b",
    ],
    "plan-fails": ["plan", "apply dev --yes", "drift dev"],
    "apply": [
        "apply dev --yes",
        "apply --yes prod --yes dev --wave",
        "apply --resume --yes prod",
        "apply dev",
        "apply prod --yes",
    ],
    "apply-fails": ["apply dev --yes", "apply --yes prod --yes dev --wave", "apply --resume --yes prod --yes dev"],
    "destroy": ["destroy dev --yes", "destroy --yes prod --yes dev --wave"],
    "drift": ["drift", "drift dev --outside-only"],
    "bootstrap": ["bootstrap dev", "bootstrap state --print"],
    "state": ["state restore dev", "state restore dev nothing --yes", "state rescue dev", "state unlock dev abc"],
    "status": ["status"],
    "outputs": ["outputs dev --sandbox", "outputs nowhere"],
    "sandbox": ["sandbox status", "sandbox stop"],
    "guards": ["guards explain aws_sns_topic", "guards explain nonsense"],
    "parity": ["parity dev dev"],
    "test": ["test"],
    "usage": [
        "plan --offline --sandbox",
        "plan --save --offline",
        "plan nowhere",
        "plan --nonsense",
        "apply --resume dev",
    ],
}
# What these say changes with every key and template: kept is which keys their documents have.
SHAPES: Final = frozenset({"coverage", "diff"})
BACKEND: Final = (
    'stack: shop\nregion: us-east-1\naccount: "111122223333"\ntags: {Owner: a, CostCenter: "1"}\nbackend: {}\n'
)
DELETED: Final = {
    "address": "module.a.aws_s3_bucket.b",
    "type": "aws_s3_bucket",
    "name": "b",
    "mode": "managed",
    "provider_name": "registry.terraform.io/hashicorp/aws",
    "change": {"actions": ["delete"], "before": {"bucket": "b"}, "after": None},
}


def _commands() -> Iterator[tuple[str, ...]]:
    for name in SUMMARIES:
        yield (name,)
        command = import_module(f"generator.cli.commands.{name}").command
        if isinstance(command, click.Group):
            yield from ((name, below) for below in command.commands)


def _hold(name: str, text: str) -> None:
    file = SNAPSHOTS / name
    if os.environ.get("UPDATE_SNAPSHOTS"):
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, "utf-8")
    assert text == file.read_text("utf-8"), f"{name} differs; UPDATE_SNAPSHOTS=1 writes it"


def _settled(text: str, *folders: Path) -> str:
    for folder in folders:
        text = text.replace(os.fspath(folder), "FOLDER")
    for pattern, word in VARYING:
        text = pattern.sub(word, text)
    return "".join(f"{line.rstrip()}\n" for line in text.splitlines())


def _shape(value: object) -> object:
    if isinstance(value, dict):
        return {key: _shape(each) for key, each in value.items()}
    if isinstance(value, list):
        return [_shape(each) for each in value[:1]]
    return type(value).__name__


@pytest.fixture(autouse=True)
def plain(monkeypatch: pytest.MonkeyPatch) -> None:
    """Take away what lets output depend on the terminal."""
    monkeypatch.setenv("COLUMNS", "120")
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.delenv("FORCE_COLOR", raising=False)


@pytest.mark.parametrize("words", [(), *_commands()], ids=lambda words: " ".join(words) or "tfstencil")
def test_the_help_is_as_kept(words: tuple[str, ...], call: Runner) -> None:
    _hold(f"help/{'-'.join(words) or 'tfstencil'}.txt", call(*words, "--help").stdout)


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch, workspace: Workspace, tmp_path: Path) -> Callable[..., str]:
    """Return a function that runs commands one after the other, and returns what they show."""
    monkeypatch.chdir(workspace.root)

    def run(call: Runner, lines: Sequence[str], flag: str, *, shape: bool = False) -> str:
        transcript = ""
        for line in lines:
            words = [*line.split(), *([flag] if flag else [])]
            ended = call("-C", workspace.root, *words)
            shown = ended.stdout
            if shape:
                shown = json.dumps(_shape(json.loads(shown)), indent=2) + "\n" if flag else ""
            said = f"{shown}--- stderr\n{ended.stderr}--- exit code {ended.returncode}"
            transcript += f"$ tfstencil {' '.join(words)}\n{said}\n\n"
        return _settled(transcript, workspace.root, tmp_path)

    return run


@pytest.mark.thorough
@pytest.mark.parametrize("story", STORIES)
@pytest.mark.parametrize("flag", ["", "--json"], ids=["text", "json"])
def test_what_a_command_shows_is_as_kept(story: str, flag: str, stand: Stand, told: Callable[..., str]) -> None:
    if story == "bootstrap":
        (stand.workspace.environments / "state.yaml").write_text(BACKEND)
    stand.write(
        state=f"echo '{STATE}'",
        apply_code=1 if story == "apply-fails" else 0,
        plan_fails_in="dev" if story == "plan-fails" else "nowhere",
    )
    if story == "plan-refused":
        stand.planned(DELETED)
    transcript = told(stand.call, STORIES[story], flag, shape=story in SHAPES)
    _hold(f"calls/{story}{'.json' if flag else ''}.txt", transcript)


@pytest.mark.thorough
@pytest.mark.fleet
@pytest.mark.terraform
def test_what_commands_with_offline_plans_show_is_as_kept(call: Runner, told: Callable[..., str]) -> None:
    lines = ["render", "plan --offline", "test --update", "test", "parity dev prod"]
    _hold("calls/offline.json.txt", told(call, lines, "--json", shape=True))
