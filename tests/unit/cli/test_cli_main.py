"""The command line as a whole: start-up, global options, help, exit codes, what a failure looks like."""

from __future__ import annotations

import json
import os
import resource
import signal
import subprocess
import sys
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

import click
import pytest

from generator import __version__
from generator.cli.index import SUMMARIES
from generator.cli.main import run

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from generator.workspace import Workspace

    Runner = Callable[..., subprocess.CompletedProcess[str]]

HEAVY = ("pydantic", "jinja2", "rich", "yaml", "python_terraform", "boto3", "moto")


def _family(name: str) -> Iterator[tuple[str, click.Command]]:
    command = import_module(f"generator.cli.commands.{name}").command
    if isinstance(command, click.Group):
        yield from ((f"{name} {child}", command.commands[child]) for child in command.commands)
    else:
        yield name, command


def test_importing_the_command_line_imports_no_heavy_library(repository: Path) -> None:
    code = f"import sys, generator.cli.main; print([name for name in {HEAVY} if name in sys.modules])"
    found = subprocess.run(
        [sys.executable, "-c", code], cwd=repository, capture_output=True, text=True, check=True, timeout=60
    )
    assert found.stdout.strip() == "[]"


@pytest.mark.parametrize("arguments", [["--help"], ["--version"]])
def test_help_and_version_import_no_command(arguments: list[str], repository: Path) -> None:
    code = (
        f"import sys\nfrom generator.cli.main import run\ncode = run({arguments})\n"
        "print('loaded:', [name for name in sys.modules if name.startswith('generator.cli.commands.')], code)"
    )
    found = subprocess.run(
        [sys.executable, "-c", code], cwd=repository, capture_output=True, text=True, check=True, timeout=60
    )
    assert found.stdout.endswith("loaded: [] 0\n")


@pytest.mark.thorough
def test_version_starts_within_a_few_times_what_python_takes(repository: Path) -> None:
    def seconds(*arguments: str) -> float:
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run([sys.executable, *arguments], cwd=repository, capture_output=True, check=True, timeout=60)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime

    # Processor time, the least of some, against Python itself: other tests share the machine.
    bare = min(seconds("-c", "pass") for _ in range(5))
    assert min(seconds("-m", "generator", "--version") for _ in range(5)) < 9 * bare


def test_version_names_the_version(tfstencil: Runner) -> None:
    assert tfstencil("--version").stdout == f"tfstencil {__version__}\n"


@pytest.mark.parametrize("name", SUMMARIES)
def test_every_command_has_help_with_an_example_that_names_it(name: str) -> None:
    for full_name, command in _family(name):
        with command.make_context(f"tfstencil {full_name}", [], resilient_parsing=True) as context:
            text = command.get_help(context)
        assert f"tfstencil {full_name}" in text.partition("Example:")[2]
        assert "--workspace" in text


@pytest.mark.parametrize("name", SUMMARIES)
def test_the_index_of_commands_says_what_each_command_says(name: str) -> None:
    command = import_module(f"generator.cli.commands.{name}").command
    assert (command.name, command.short_help) == (name, SUMMARIES[name])


def test_every_command_is_in_the_help_of_the_program(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["--help"]) == 0
    shown = capsys.readouterr().out
    assert all(f"  {name} " in shown for name in SUMMARIES)


@pytest.mark.parametrize(
    "arguments",
    [["--json", "-C", "FOLDER", "sandbox", "status"], ["sandbox", "status", "--json", "-C", "FOLDER"]],
    ids=["before the command", "after the command"],
)
def test_global_options_are_understood(
    arguments: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "environments").mkdir()
    assert run([str(tmp_path) if word == "FOLDER" else word for word in arguments]) == 0
    assert json.loads(capsys.readouterr().out) == {"ok": True, "running": False, "sandbox": None}


def test_an_option_given_before_the_command_outlives_the_command_s_default(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "environments").mkdir()
    assert run(["-C", str(tmp_path), "--json", "sandbox", "--no-color", "status"]) == 0
    assert json.loads(capsys.readouterr().out)["ok"] is True


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["validat"], "did you mean validate?"),
        (["frobnicate"], "there are: "),
        (["validate", "--frobnicate"], "--frobnicate"),
        (["sandbox", "strt"], "did you mean start?"),
        (["sandbox", "start", "--port", "0"], "1<=x<=65535"),
        (["-C", "nowhere", "validate"], "nowhere is not a workspace"),
    ],
)
@pytest.mark.parametrize("as_json", [False, True], ids=["as text", "as JSON"])
def test_wrong_usage_ends_with_exit_code_2_and_says_what_is_right(
    arguments: list[str], words: str, call: Runner, *, as_json: bool
) -> None:
    ended = call(*arguments, *(["--json"] if as_json else []))
    assert ended.returncode == 2
    assert words in ended.stderr
    assert "Traceback" not in ended.stderr
    if as_json:
        document = json.loads(ended.stdout)
        assert document["ok"] is False
        assert words in document["error"]["message"]
    else:
        assert ended.stdout == ""


def _broken(monkeypatch: pytest.MonkeyPatch, error: BaseException) -> None:
    def fail(_name: str) -> None:
        raise error

    monkeypatch.setattr("generator.cli.group.import_module", fail)


def test_a_defect_is_one_line_that_calls_itself_a_defect(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    _broken(monkeypatch, RuntimeError("boom\nbang"))
    assert run(["validate"]) == 1
    assert capsys.readouterr().err == "error: this is a defect in tfstencil: RuntimeError: boom bang; run with -v\n"


@pytest.mark.parametrize("arguments", [["-v", "validate"], ["validate", "--verbose"]])
def test_verbose_shows_the_traceback_of_a_defect(
    arguments: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    _broken(monkeypatch, RuntimeError("boom"))
    assert run(arguments) == 1
    shown = capsys.readouterr().err
    assert shown.startswith("Traceback")
    assert "this is a defect in tfstencil" in shown


def test_a_defect_is_one_json_document_too(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    _broken(monkeypatch, RuntimeError("boom"))
    assert run(["validate", "--json"]) == 1
    document = json.loads(capsys.readouterr().out)
    assert document == {
        "ok": False,
        "error": {"kind": "defect", "message": "RuntimeError: boom", "hint": "run with -v"},
    }


def test_a_secret_of_the_environment_is_not_printed_in_a_traceback(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("AWS_SESSION_TOKEN", "canary-canary")
    _broken(monkeypatch, RuntimeError("refused: canary-canary"))
    assert run(["-v", "validate", "--json"]) == 1
    shown = capsys.readouterr()
    assert "canary" not in shown.out + shown.err
    assert "«redacted»" in shown.err


def test_an_interrupt_ends_with_130(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    _broken(monkeypatch, KeyboardInterrupt())
    assert run(["validate"]) == 130
    assert capsys.readouterr().err.strip() == "error: interrupted"


def test_a_reader_that_leaves_early_ends_the_command_quietly(repository: Path) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    ended = subprocess.run(
        [sys.executable, "-m", "generator", "--help"],
        cwd=repository,
        stdout=writing,
        stderr=subprocess.PIPE,
        text=True,
        check=False,
        timeout=60,
    )
    os.close(writing)
    assert ended.stderr == ""
    assert ended.returncode == 1


@pytest.mark.thorough
@pytest.mark.skipif(not Path("/dev/full").exists(), reason="a disk that is always full exists on Linux only")
def test_a_full_disk_is_told_and_is_no_defect(workspace: Workspace) -> None:
    with Path("/dev/full").open("w") as full:
        ended = subprocess.run(
            [sys.executable, "-m", "generator", "-C", workspace.root, "explain", "prod"],
            stdout=full, stderr=subprocess.PIPE, text=True, check=False, timeout=60,
        )  # fmt: skip
    assert (ended.returncode, ended.stderr) == (1, "error: No space left on device\n")


@pytest.mark.thorough
@pytest.mark.parametrize("closed", ["1", "2"])
def test_a_closed_stream_changes_no_exit_code(closed: str, workspace: Workspace) -> None:
    command = f'exec "$0" -m generator -C "$1" validate {closed}>&-'
    ended = subprocess.run(
        ["sh", "-c", command, sys.executable, workspace.root], capture_output=True, text=True, check=False, timeout=60
    )
    assert ended.returncode == 0
    assert "defect" not in ended.stdout + ended.stderr


@pytest.mark.thorough
def test_what_the_terminal_s_encoding_lacks_is_replaced_by_what_looks_alike(
    tfstencil: Runner, workspace: Workspace
) -> None:
    workspace.spec_path("dev").write_text(
        "extends: _base\ndescription: Gr\u00fc\u00dfe\nregion: no # \u65e5\n", "utf-8"
    )
    ended = tfstencil("-C", workspace.root, "validate", "dev", variables={"PYTHONIOENCODING": "latin-1"})
    assert (ended.returncode, ended.stdout.splitlines()[-2:]) == (
        1,
        ["  3 | region: no # \\u65e5", "    |         ^"],
    )


def test_a_real_interrupt_leaves_no_traceback(tmp_path: Path, repository: Path) -> None:
    # A pipe in place of a spec: the command waits in reading it until it is interrupted.
    (tmp_path / "environments").mkdir()
    os.mkfifo(tmp_path / "slow")
    code = (
        "import generator.cli.group as group, generator.cli.main as main, sys\n"
        f"group.import_module = lambda name: open({str(tmp_path / 'slow')!r}).read()\n"
        "sys.exit(main.run(['validate']))"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", code], cwd=repository, stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    with (tmp_path / "slow").open("w"):
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=60)
    assert process.returncode == 130
    assert errors.strip() == "error: interrupted"


@pytest.mark.parametrize(
    ("variables", "options", "colored"),
    [
        ({"FORCE_COLOR": "1"}, [], True),
        ({}, [], False),
        ({"FORCE_COLOR": "1", "NO_COLOR": "1"}, [], False),
        ({"FORCE_COLOR": "1"}, ["--no-color"], False),
    ],
    ids=["forced", "no terminal", "NO_COLOR", "--no-color"],
)
def test_colours_are_for_terminals_and_can_be_switched(
    variables: dict[str, str], options: list[str], tfstencil: Runner, *, colored: bool
) -> None:
    ended = tfstencil(*options, "-C", "nowhere", "sandbox", "status", variables=variables)
    assert ("\x1b[" in ended.stderr) is colored
