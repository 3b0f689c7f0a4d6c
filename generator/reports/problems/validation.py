"""Problems of specs in each of their formats: text, JSON, SARIF, workflow commands."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Literal

from generator.display import plural
from generator.problems import count_line
from generator.reports.problems.formats import as_data, ordered, sarif, workflow_command
from generator.reports.problems.lines import CAP, problem_lines
from generator.reports.report import Message, shown

if TYPE_CHECKING:
    from collections.abc import Iterator

    from generator.operations.specs.validate import ValidationResult

Format = Literal["text", "json", "sarif", "github"]


def validation_messages(result: ValidationResult, output_format: Format, *, verbose: bool) -> Iterator[Message]:
    """Show what is wrong.

    Args:
        result: of a validation.
        output_format: how it is written.
        verbose: leave nothing out.
    """
    problems = ordered(result.problems)
    if output_format == "json":
        found = [as_data(problem) for problem in problems]
        document = {"ok": result.ok, "environments": list(result.names), "problems": found}
        yield Message("raw", json.dumps(document, indent=2))
    elif output_format == "sarif":
        yield Message("raw", json.dumps(sarif(problems), indent=2))
    elif output_format == "github":
        for problem in problems:
            yield Message("raw", workflow_command(problem))
    else:
        yield from shown(problem_lines(problems, cap=None if verbose else CAP))
        checked = f"{plural(len(result.names), 'environment')} checked"
        yield (
            Message("note", f"{checked}: {count_line(problems)}")
            if problems
            else Message("done", f"{checked}: no problem")
        )
