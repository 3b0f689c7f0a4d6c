"""Problems as people and programs get them."""

from __future__ import annotations

import re
from dataclasses import replace

import click
import jsonschema_rs
import pytest

from generator.display import visible
from generator.problems import Place, Problem, count_line
from generator.reports.problems import lines as problem_view
from generator.reports.problems.excerpt import excerpt, width
from generator.reports.problems.formats import sarif, workflow_command
from generator.reports.problems.lines import problem_lines

# The parts of the SARIF 2.1.0 schema that a consumer relies on, with the same names and limits.
SARIF_ESSENTIALS = {
    "type": "object",
    "required": ["version", "runs"],
    "properties": {
        "$schema": {"type": "string", "format": "uri"},
        "version": {"const": "2.1.0"},
        "runs": {
            "type": "array",
            "minItems": 1,
            "items": {
                "type": "object",
                "required": ["tool", "results"],
                "additionalProperties": False,
                "properties": {
                    "columnKind": {"enum": ["utf16CodeUnits", "unicodeCodePoints"]},
                    "tool": {
                        "type": "object",
                        "required": ["driver"],
                        "properties": {
                            "driver": {
                                "type": "object",
                                "required": ["name", "rules"],
                                "properties": {
                                    "rules": {
                                        "type": "array",
                                        "uniqueItems": True,
                                        "items": {"type": "object", "required": ["id"]},
                                    }
                                },
                            }
                        },
                    },
                    "results": {
                        "type": "array",
                        "items": {
                            "type": "object",
                            "required": ["message", "ruleId", "level"],
                            "additionalProperties": False,
                            "properties": {
                                "ruleId": {"type": "string"},
                                "ruleIndex": {"type": "integer", "minimum": 0},
                                "level": {"enum": ["none", "note", "warning", "error"]},
                                "message": {"type": "object", "required": ["text"]},
                                "locations": {
                                    "type": "array",
                                    "items": {
                                        "type": "object",
                                        "properties": {
                                            "physicalLocation": {
                                                "type": "object",
                                                "required": ["artifactLocation", "region"],
                                                "properties": {
                                                    "artifactLocation": {
                                                        "properties": {"uri": {"type": "string", "pattern": "^[!-~]+$"}}
                                                    },
                                                    "region": {
                                                        "properties": {
                                                            "startLine": {"type": "integer", "minimum": 1},
                                                            "startColumn": {"type": "integer", "minimum": 1},
                                                            "snippet": {"type": "object", "required": ["text"]},
                                                        },
                                                        "additionalProperties": False,
                                                    },
                                                },
                                            }
                                        },
                                    },
                                },
                            },
                        },
                    },
                },
            },
        },
    },
}


def _problem(line: int = 1, column: int = 1, message: str = "is wrong", **rest: str) -> Problem:
    file = rest.pop("file", "environments/dev.yaml")
    return Problem(Place(file, line, column), rest.pop("key", "region"), message, **rest)  # type: ignore[arg-type]


def _plain(problems: list[Problem], **settings: int | None) -> list[str]:
    return [click.unstyle(line) for line in problem_lines(problems, **settings)]


def test_a_problem_is_place_key_message_hint_then_the_line_with_a_caret() -> None:
    problem = _problem(12, 11, "must be 5m to 36h, got 900h", hint="say 36h", excerpt="    timeout: 900h", key="a.b")
    assert _plain([problem]) == [
        "environments/dev.yaml:12:11: a.b: must be 5m to 36h, got 900h; say 36h",
        "  12 │     timeout: 900h",
        "     │           ^",
    ]


@pytest.mark.parametrize(
    ("line", "column", "cells_before"),
    [
        ("key: value", 6, 5),
        ("名前: value", 5, 6),
        ("e\u0301: value", 5, 3),
        ("\tkey: value", 2, 4),
        ("ab\tkey: value", 4, 4),
        ("🚀🚀: value", 5, 6),
        ("key: value", 11, 10),
    ],
    ids=["ASCII", "wide", "combining", "tab", "tab after text", "emoji", "behind the end"],
)
def test_the_caret_stands_below_the_column(line: str, column: int, cells_before: int) -> None:
    _, caret = excerpt(line, column)
    assert caret == " " * cells_before + "^"


def test_a_tab_behind_the_column_is_aligned_as_in_an_editor() -> None:
    assert excerpt("ab: c\td", 5)[0] == "ab: c   d"


@pytest.mark.parametrize("column", [1, 60, 150, 300])
def test_a_long_line_is_cut_to_a_window_with_the_column_in_it(column: int) -> None:
    line = "".join(chr(0x100 + position % 200) for position in range(300))
    shown, caret = excerpt(line, column)
    assert width(shown) <= 101
    assert "…" in shown
    if column < 300:
        assert shown[len(caret) - 1] == line[column - 1]


@pytest.mark.parametrize("columns", [20, 60, 200])
def test_a_line_and_its_caret_fit_the_terminal(columns: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(problem_view, "terminal_width", lambda: columns)
    _, shown, caret = _plain([_problem(7, 250, excerpt="x" * 249 + "here" + "y" * 100)])
    assert width(shown) <= min(columns, 106)
    assert shown[caret.index("^") :].startswith("here"[: columns // 10])


@pytest.mark.parametrize("text", ["\x1b[31m", "\u202e", "\x07", "\x7f", "\r"])
def test_text_that_would_steer_the_terminal_is_shown_and_does_not_act(text: str) -> None:
    lines = _plain([_problem(message=f"got {text}", excerpt=f"a: {text}", hint=text, key=text)])
    assert not any(text in line for line in lines)
    assert visible(text) != text


def test_a_problem_is_one_line_whatever_its_texts_hold() -> None:
    (line,) = _plain([_problem(message="got a\nb", key="c\td", hint="\n")])
    assert line == "environments/dev.yaml:1:1: c␉d: got a␤b; ␤"


def test_far_to_the_right_the_part_of_the_line_around_the_caret_is_shown() -> None:
    problem = replace(_problem(1, 501, excerpt="x" * 100 + "here and on"), excerpt_column=401)
    _, shown, caret = _plain([problem])
    assert shown.startswith("  1 │ …xxx")
    assert shown[caret.index("^") :] == "here and on"


def test_newlines_of_a_message_stay() -> None:
    assert visible("one\ntwo\tthree") == "one\ntwo\tthree"


def test_problems_are_ordered_by_file_line_and_column() -> None:
    problems = [_problem(2, 1), _problem(1, 9), _problem(1, 10), _problem(1, 1, file="environments/a.yaml")]
    places = [line.split(": ")[0] for line in _plain(problems)]
    assert places == [
        "environments/a.yaml:1:1",
        "environments/dev.yaml:1:9",
        "environments/dev.yaml:1:10",
        "environments/dev.yaml:2:1",
    ]


def test_problems_beyond_the_cap_are_counted() -> None:
    lines = _plain([_problem(line) for line in range(1, 63)])
    assert len(lines) == 51
    assert lines[-1].startswith("… and 12 more")


def test_no_cap_shows_all() -> None:
    assert len(_plain([_problem(line) for line in range(1, 63)], cap=None)) == 62


def test_warnings_come_after_errors_and_say_that_they_are_warnings() -> None:
    lines = _plain([_problem(1, severity="warning"), _problem(2)])
    assert lines == [
        "environments/dev.yaml:2:1: region: is wrong",
        "environments/dev.yaml:1:1: region: warning: is wrong",
    ]


@pytest.mark.parametrize(
    ("severities", "words"),
    [
        (["error"], "1 error"),
        (["error", "error", "warning"], "2 errors, 1 warning"),
        (["warning", "warning"], "2 warnings"),
        ([], "0 errors"),
    ],
)
def test_problems_are_counted_in_words(severities: list[str], words: str) -> None:
    assert count_line([_problem(severity=severity) for severity in severities]) == words


def test_a_workflow_command_escapes_what_would_end_it() -> None:
    problem = _problem(3, 4, "50% of\r\nit::error", file="environments/a,b:c.yaml", key="tags.a,b", hint="do it")
    assert workflow_command(problem) == (
        "::error file=environments/a%2Cb%3Ac.yaml,line=3,col=4,title=tags.a%2Cb::50%25 of%0D%0Ait::error; do it"
    )


def test_a_workflow_command_without_a_place_has_no_file() -> None:
    assert workflow_command(Problem(None, "", "x", rule="r", severity="warning")) == "::warning title=r::x"


def test_sarif_has_the_structure_that_consumers_rely_on() -> None:
    problems = [
        _problem(3, 4, rule="unknown-key", excerpt="a: b", file="environments/ä b.yaml"),
        _problem(1, 1, rule="bad-type", severity="warning"),
        Problem(None, "", "no place"),
    ]
    log = sarif(problems)
    jsonschema_rs.validate(SARIF_ESSENTIALS, log)
    runs = log["runs"]
    assert isinstance(runs, list)
    results, rules = runs[0]["results"], [rule["id"] for rule in runs[0]["tool"]["driver"]["rules"]]
    assert [rules[result["ruleIndex"]] for result in results] == [result["ruleId"] for result in results]
    assert {result["level"] for result in results} == {"error", "warning"}
    assert any(re.search("%C3%A4%20b", str(result)) for result in results)


def test_sarif_of_no_problem_is_a_log_with_an_empty_list() -> None:
    log = sarif([])
    jsonschema_rs.validate(SARIF_ESSENTIALS, log)
    assert log["runs"][0]["results"] == []  # type: ignore[index]
