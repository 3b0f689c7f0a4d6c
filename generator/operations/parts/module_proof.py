"""Proves a module with the real terraform, in every shape at once: its format, its types, and its own tests."""

from __future__ import annotations

import os
import re
import shutil
from typing import TYPE_CHECKING, Final

from generator.problems import Place, Problem
from generator.terraform.adapter import Terraform
from generator.terraform.mode import Mode
from generator.terraform.process.ignored_environment import child_environment
from generator.terraform.tools.programs import find_tools
from generator.text_files import replace_file

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from generator.diagnostics import Diagnostic
    from generator.operations.parts.shapes import Shapes

_VARIABLE: Final = re.compile(r'^variable "([^"]+)"', re.MULTILINE)
_RUN: Final = re.compile(r'^run "[\w-]+" \{\n', re.MULTILINE)
_VERSIONS: Final = """\
terraform {
  required_providers {
    aws = {
      source = "hashicorp/aws"
    }
  }
}

provider "aws" {
  region = "eu-west-1"
}
"""


def prove_module(folder: Path, shapes: Shapes, display: str) -> tuple[list[Problem], int]:
    """Format, validate and test a module in all its shapes.

    Args:
        folder: to work in.
        shapes: the module.
        display: the part's folder as a person would type it.

    Returns:
        What is wrong, and how many tests passed.

    Raises:
        ToolError: terraform or the provider is missing or does not fit.
        TerraformError: terraform could not even begin.
    """
    shutil.rmtree(folder, ignore_errors=True)
    names = {f"shape{number}": texts for number, texts in enumerate(shapes.texts.values())}
    _write(folder, names)
    tools = find_tools()
    environment = child_environment(os.environ, Mode.OFFLINE) | tools.variables(folder / "run", throwaway_lock=True)
    terraform = Terraform(tools.binary.path, folder=folder, environment=environment, logs=folder / "logs")
    problems = [_unformatted(path, display) for path in terraform.unformatted() if path.startswith("modules/")]
    with tools.initialising():
        terraform.init()
    problems += [_told(found, display) for found in terraform.validate() if found.is_error]
    if problems or not any(path.startswith("tests/") for texts in names.values() for path in texts):
        return list(dict.fromkeys(problems)), 0
    passed, output = terraform.test()
    if passed < 0:
        return [
            Problem(Place(f"{display}/tests"), "", f"terraform test fails:\n{output}", "mend it", rule="part-test")
        ], 0
    return [], passed


def _write(folder: Path, names: Mapping[str, Mapping[str, str]]) -> None:
    """Write a root that calls every shape, and runs the tests of each."""
    calls: list[str] = [_VERSIONS]
    for name, texts in names.items():
        for path, text in texts.items():
            replace_file(folder / "modules" / name / path, text)
        variables = sorted(
            {found for path, text in texts.items() if path.endswith(".tf") for found in _VARIABLE.findall(text)}
        )
        calls += [f'variable "{name}_{each}" {{\n  type = any\n}}\n' for each in variables]
        arguments = "".join(f"  {each} = var.{name}_{each}\n" for each in variables)
        calls.append(f'module "{name}" {{\n  source = "./modules/{name}"\n{arguments}}}\n')
        for path, text in texts.items():
            if path.startswith("tests/") and path.endswith(".tftest.hcl"):
                inside = f'  module {{\n    source = "./modules/{name}"\n  }}\n'
                led = _RUN.sub(rf"\g<0>{inside}", text)
                replace_file(folder / "tests" / f"{name}_{path.rpartition('/')[2]}", led)
    replace_file(folder / "main.tf", "\n".join(calls))


def _unformatted(path: str, display: str) -> Problem:
    return Problem(Place(_template(path, display)), "", "terraform fmt would change what it renders to",
                   "lay it out as terraform fmt does", rule="part-format")  # fmt: skip


def _told(found: Diagnostic, display: str) -> Problem:
    line = f" (line {found.line} of what it renders to)" if found.line else ""
    message = f"{found.summary}{': ' if found.detail else ''}{' '.join(found.detail.split())}{line}"
    return Problem(Place(_template(found.file, display)), "", message, rule="part-validate")


def _template(path: str, display: str) -> str:
    """Return the template that a file of a shape was rendered from."""
    parts = path.split("/")
    if parts[0] == "modules" and len(parts) > 2:  # noqa: PLR2004  # modules/<shape>/<path>
        inside = "/".join(parts[2:])
        return f"{display}/{inside}.j2" if inside.startswith("tests/") else f"{display}/templates/{inside}.j2"
    return f"{display}/tests" if parts[0] == "tests" else f"{display}/templates"
