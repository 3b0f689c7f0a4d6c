"""`tfstencil validate`: specs only, no terraform."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Literal

import click

from generator.cli.group import Command
from generator.cli.session import Session, environments_argument, with_session
from generator.display import plural
from generator.errors import SpecError
from generator.operations.assembly import Assembly
from generator.operations.unread import selected
from generator.rendering.overrides import additions, judge_templates
from generator.reports.problem_formats import as_data, ordered, sarif, workflow_command
from generator.reports.problems import CAP, count_line, problem_lines
from generator.spec.folder import judge_folder

if TYPE_CHECKING:
    from collections.abc import Sequence

    from generator.problems import Problem

Format = Literal["text", "json", "sarif", "github"]


@click.command(
    "validate",
    cls=Command,
    short_help="Check specs; every problem at once, with its place and a hint.",
    example="tfstencil validate 'prod-*' --format github",
)
@environments_argument()
@click.option(
    "--format",
    "output_format",
    type=click.Choice(["text", "json", "sarif", "github"]),
    default="text",
    show_default=True,
    help="How problems are written; `github` makes annotations in GitHub Actions, `sarif` feeds code scanners.",
)
@with_session
def command(session: Session, patterns: tuple[str, ...], output_format: Format) -> int:
    """Check the specs of ENV... (by default all), without terraform and without writing anything but a cache.

    Every problem of every environment is reported at once, each with file:line:column and what to do. Names, state keys
    and buckets are judged against all other environments of the workspace, too.
    """
    workspace = session.workspace()
    names = selected(workspace, patterns)
    try:
        environments = Assembly(workspace).load(names)
    except SpecError as error:
        problems: Sequence[Problem] = error.problems
    else:
        # What a base says is warned of once, however many environments extend it.
        problems = list(dict.fromkeys(warning for environment in environments for warning in environment.warnings))
    # A selection was checked without the rest of the folder, which may hold what was meant by it.
    lying = (*judge_folder(workspace), *judge_templates(workspace), *additions(workspace))
    problems = list(dict.fromkeys([*problems, *lying]))
    failed = any(problem.severity == "error" for problem in problems)
    _print(session, names, ordered(problems), "json" if session.console.json else output_format)
    return 1 if failed else 0


def _print(session: Session, names: Sequence[str], problems: Sequence[Problem], output_format: Format) -> None:
    console = session.console
    failed = any(problem.severity == "error" for problem in problems)
    if output_format == "json":
        found = [as_data(problem) for problem in problems]
        console.raw(json.dumps({"ok": not failed, "environments": list(names), "problems": found}, indent=2))
        return
    if output_format == "sarif":
        console.raw(json.dumps(sarif(problems), indent=2))
        return
    if output_format == "github":
        for problem in problems:
            console.raw(workflow_command(problem))
        return
    for line in problem_lines(problems, cap=None if console.options.verbose else CAP):
        console.show(line)
    checked = plural(len(names), "environment")
    if problems:
        console.note(f"{checked} checked: {count_line(problems)}")
    else:
        console.done(f"{checked} checked: no problem")
