"""Load the rules that a workspace has in Python."""

from __future__ import annotations

import sys
import traceback
from contextlib import contextmanager, redirect_stdout
from dataclasses import replace
from types import ModuleType
from typing import TYPE_CHECKING, Final

from generator.checks.policies.rule import MARK, Rule
from generator.problems import Place, Problem

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

PACKAGE: Final = "policies"


def load_python(folder: Path) -> tuple[list[Rule], list[Problem]]:
    """Run every rule file of a folder; names that begin with `_` are left to those that import them.

    Args:
        folder: the workspace's `policies/`.

    Returns:
        The rules, in the order in which they stand, and what is wrong.
    """
    rules: list[Rule] = []
    problems: list[Problem] = []
    files = sorted(file for file in folder.glob("*.py") if not file.name.startswith(("_", "test_")))
    with _importable(folder):
        for file in files:
            try:
                found = _load(file)
            except (Exception, SystemExit) as error:  # noqa: BLE001  # whatever a user's file does, it is told with its place
                problems.append(_problem(file, error))
                continue
            rules += found
            if not found:
                hint = "decorate a function with @rule, or begin the file's name with _"
                problems.append(Problem(Place(display(file)), "", "holds no rule", hint, rule="policy"))
    return rules, problems


def display(file: Path) -> str:
    """Return a rule file as a person in the workspace would type it."""
    return f"{PACKAGE}/{file.name}"


def place_of(error: BaseException, folder: Path) -> Place | None:
    """Return the last line in a folder that an error went through."""
    if isinstance(error, SyntaxError) and error.filename and error.filename.startswith(str(folder)):
        file, line, column = error.filename, error.lineno or 1, error.offset or 1
        return Place(f"{PACKAGE}{file.removeprefix(str(folder))}", line, max(column, 1))
    frames = [frame for frame in traceback.extract_tb(error.__traceback__) if frame.filename.startswith(str(folder))]
    if not frames:
        return None
    last = frames[-1]
    return Place(f"{PACKAGE}{last.filename.removeprefix(str(folder))}", last.lineno or 1, (last.colno or 0) + 1)


def said(error: BaseException) -> str:
    """Say an error in one line: its kind, and its text."""
    text = error.msg if isinstance(error, SyntaxError) else str(error)
    return " ".join(f"{type(error).__name__}: {text}".removesuffix(": ").split())


@contextmanager
def _importable(folder: Path) -> Iterator[None]:
    """Let rule files import each other as `policies.<name>`, and leave no compiled files behind."""
    for name in [name for name in sys.modules if name == PACKAGE or name.startswith(f"{PACKAGE}.")]:
        del sys.modules[name]
    package = ModuleType(PACKAGE)
    package.__path__ = [str(folder)]
    sys.modules[PACKAGE] = package
    before, sys.dont_write_bytecode = sys.dont_write_bytecode, True
    try:
        # Stdout belongs to the result: what a rule prints must not get into a JSON document.
        with redirect_stdout(sys.stderr):
            yield
    finally:
        sys.dont_write_bytecode = before


def _load(file: Path) -> list[Rule]:
    code = compile(file.read_bytes(), str(file), "exec", dont_inherit=True)
    module = ModuleType(f"{PACKAGE}.{file.stem}")
    module.__file__ = str(file)
    sys.modules[module.__name__] = module
    exec(code, module.__dict__)  # noqa: S102  # a rule is code of the workspace, as its Makefile is
    marked = [value for value in vars(module).values() if isinstance(getattr(value, MARK, None), Rule)]
    own = dict.fromkeys(value for value in marked if getattr(value, "__module__", "") == module.__name__)
    return [replace(getattr(value, MARK), place=_stands(file, value)) for value in own]


def _stands(file: Path, function: object) -> str:
    code = getattr(function, "__code__", None)
    return f"{display(file)}:{code.co_firstlineno if code else 1}"


def _problem(file: Path, error: BaseException) -> Problem:
    place = place_of(error, file.parent) or Place(display(file))
    return Problem(place, "", f"cannot be loaded: {said(error)}", rule="policy")
