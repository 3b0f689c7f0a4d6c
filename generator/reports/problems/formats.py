"""Problems for programs: plain JSON, GitHub workflow commands, SARIF."""

from __future__ import annotations

from pathlib import PurePath
from typing import TYPE_CHECKING, Final
from urllib.parse import quote

from generator import __version__

if TYPE_CHECKING:
    from collections.abc import Sequence

    from generator.problems import Problem

_SARIF_SCHEMA: Final = "https://json.schemastore.org/sarif-2.1.0.json"


def ordered(problems: Sequence[Problem]) -> list[Problem]:
    """Put problems into the order of their positions."""
    return sorted(problems, key=lambda problem: problem.sort_key)


def as_data(problem: Problem) -> dict[str, object]:
    """Write a problem as JSON data."""
    place = problem.place
    return {
        "file": place.file if place else None,
        "line": place.line if place else None,
        "column": place.column if place else None,
        "key": problem.key,
        "message": problem.message,
        "hint": problem.hint,
        "excerpt": problem.excerpt,
        "excerpt_column": problem.excerpt_column,
        "rule": problem.rule,
        "severity": problem.severity,
    }


def workflow_command(problem: Problem) -> str:
    """Write a problem as a GitHub workflow command, which makes an annotation at the line.

    The escapes are those of https://github.com/actions/toolkit/blob/main/packages/core/src/command.ts.
    """
    properties: dict[str, object] = {}
    if problem.place:
        properties |= {"file": problem.place.file, "line": problem.place.line, "col": problem.place.column}
    properties["title"] = problem.key or problem.rule
    listed = ",".join(f"{name}={_escaped_property(str(value))}" for name, value in properties.items())
    message = f"{problem.message}; {problem.hint}" if problem.hint else problem.message
    return f"::{problem.severity} {listed}::{_escaped(message)}"


def _escaped(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _escaped_property(text: str) -> str:
    return _escaped(text).replace(":", "%3A").replace(",", "%2C")


def sarif(problems: Sequence[Problem]) -> dict[str, object]:
    """Write problems as a SARIF 2.1.0 log (https://docs.oasis-open.org/sarif/sarif/v2.1.0/)."""
    rules = sorted({problem.rule for problem in problems})
    driver = {
        "name": "tfstencil",
        "version": __version__,
        "rules": [{"id": rule, "shortDescription": {"text": rule.replace("-", " ")}} for rule in rules],
    }
    run = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "results": [_sarif_result(problem, rules.index(problem.rule)) for problem in ordered(problems)],
    }
    return {"$schema": _SARIF_SCHEMA, "version": "2.1.0", "runs": [run]}


def _sarif_result(problem: Problem, rule_index: int) -> dict[str, object]:
    text = ": ".join(part for part in (problem.key, problem.message) if part)
    result: dict[str, object] = {
        "ruleId": problem.rule,
        "ruleIndex": rule_index,
        "level": problem.severity,
        "message": {"text": f"{text}; {problem.hint}" if problem.hint else text},
    }
    if problem.place:
        region: dict[str, object] = {"startLine": problem.place.line, "startColumn": problem.place.column}
        if problem.excerpt:
            region["snippet"] = {"text": problem.excerpt}
        uri = quote(PurePath(problem.place.file).as_posix())
        result["locations"] = [{"physicalLocation": {"artifactLocation": {"uri": uri}, "region": region}}]
    return result
