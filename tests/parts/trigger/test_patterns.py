"""Patterns of webhooks and expressions of schedules: what is refused, and that what is accepted means what it says."""

from __future__ import annotations

import json
import os
import random
import re
import subprocess
from typing import TYPE_CHECKING

import pytest

from generator.aws.cron import expression_fault
from generator.aws.webhook_patterns import Pattern, anchored, literal

if TYPE_CHECKING:
    from pathlib import Path

SEED = 20_261
PIECES = [
    *r"ab/-._ :]}&~|[(){*+?^$\,=!#<>",
    *("[a-c]", "[^/]", "[]a]", "[a&&b]", "[[:alpha:]]", "[a--b]", r"[\]\\]", r"\d", r"\.", r"\b", r"\s", r"\S", r"\1"),
    *(r"\Z", r"\p{L}", "(?:", "(?i:", "(?=", "(?!", "(?<=", "(?<n>", "(?P<n>", "(?>", "(?i)", "(?#", "{2}", "{1,3}"),
    *("{,3}", "{2001}", "{2}?", "++", "*?", "?+", "main", "release", "v1", "🚀"),
]
TEXTS = ["", "a", "b", "ab", "main", "release/1.0", "refs/heads/main", "v1", "a/b-c", "]", "🚀", "a\n", "A", "aa", "ba"]


def some_patterns(number: int) -> list[str]:
    """Make expressions of pieces, and keep those that are accepted, without repeats."""
    chosen, found = random.Random(SEED), dict[str, None]()  # noqa: S311  # the same patterns in every run
    while len(found) < number:
        text = "".join(chosen.choices(PIECES, k=chosen.randint(1, 6)))
        if not Pattern(text, is_regex=True, excludes=False).fault():
            found[text] = None
    return list(found)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("/[/", "has a [ that is never closed"),
        ("/a(/", "missing )"),
        ("/a)/", "unbalanced parenthesis"),
        ("/*/", "nothing to repeat"),
        ("/[z-a]/", "bad character range"),
        ("//", "is empty between its slashes"),
        ("/^main/", "has ^: it is anchored for you"),
        ("/main$/", "has $: it is anchored for you"),
        ("/a++/", "possessive"),
        ("/a{2,1001}/", "RE2 repeats 1000 times at most"),
        ("/a{/", r"has {, which repeats nothing; write \{"),
        ("/(?=a)b/", "has (?=…"),
        ("/(?<!a)b/", "has (?<!…"),
        ("/(?P<n>a)/", "has (?P<n>…"),
        ("/(?>a)/", "has (?>a…"),
        ("/(?i)a/", "has (?i…"),
        (r"/(a)\1/", r"has \1"),
        (r"/\p{L}/", r"has \p"),
        (r"/a\Z/", r"has \Z"),
        ("/[[:alpha:]]/", r"put a \ before"),
        ("/[a&&b]/", r"put a \ before"),
        ("/[a--b]/", r"put a \ before"),
    ],
)
def test_an_expression_that_not_every_engine_takes_is_refused(text: str, reason: str) -> None:
    assert reason in Pattern.read(text).fault()


@pytest.mark.parametrize(
    "text",
    [r"/release\/.+/", r"/v\d+\.\d+/", "/a|b/", "/[^/]+?/", "/(?i:fix)-.{1,3}/", r"/[\[\]&-]/", "/a{2}/", r"/\^/"],
)
def test_a_usual_expression_is_accepted(text: str) -> None:
    assert Pattern.read(text).fault() == ""


@pytest.mark.parametrize(
    ("written", "pattern"),
    [
        ("main", Pattern("main", is_regex=False, excludes=False)),
        ("!main", Pattern("main", is_regex=False, excludes=True)),
        ("/a/b/", Pattern("a/b", is_regex=True, excludes=False)),
        ("!/a/", Pattern("a", is_regex=True, excludes=True)),
        ("a/b/", Pattern("a/b/", is_regex=False, excludes=False)),
        ("/", Pattern("/", is_regex=False, excludes=False)),
    ],
)
def test_slashes_make_an_expression_and_an_exclamation_mark_excludes(written: str, pattern: Pattern) -> None:
    assert Pattern.read(written) == pattern


def test_a_name_matches_itself_alone() -> None:
    text = r"a.b*c(d)[e]{f}|g^h$i\j+k?"
    assert re.fullmatch(literal(text), text)
    assert not re.fullmatch(literal("1.0"), "1x0")


def test_several_ways_are_anchored_together() -> None:
    assert anchored(["1234"]) == "^1234$"
    assert anchored(["1", "2"]) == "^(?:1|2)$"
    assert not re.search(anchored(["1", "2"]), "12")
    either = Pattern.read("/a|b/").expression
    assert not re.search(anchored([f"refs/heads/{either}"]), "refs/heads/ax")


@pytest.mark.terraform
def test_what_is_accepted_matches_in_re2_what_it_matches_in_python(tmp_path: Path) -> None:
    expressions = [anchored([Pattern(text, is_regex=True, excludes=False).expression]) for text in some_patterns(1500)]
    (tmp_path / "main.tf").write_text('locals {\n  given = jsondecode(file("${path.module}/given.json"))\n}\n')
    (tmp_path / "given.json").write_text(json.dumps({"expressions": expressions, "texts": TEXTS}))
    ask = (
        "jsonencode([for e in local.given.expressions : "
        "try([for t in local.given.texts : length(regexall(e, t)) > 0], null)])\n"
    )
    variables = {name: value for name, value in os.environ.items() if not name.startswith("TF_")}
    done = subprocess.run(
        ["terraform", "console"], cwd=tmp_path, env=variables, input=ask, capture_output=True, text=True, check=True
    )
    answers = json.loads(json.loads(done.stdout))
    for expression, answer in zip(expressions, answers, strict=True):
        # Of Python's $ the newline before the end is no concern of RE2.
        inner = expression.removeprefix("^").removesuffix("$")
        assert answer == [bool(re.fullmatch(inner, text, re.ASCII)) for text in TEXTS], expression


@pytest.mark.parametrize(
    "expression",
    [
        *("cron(0 3 ? * MON-FRI *)", "cron(0/15 8-17 1,15 JAN-MAR ? 2027-2030)", "cron(0 3 LW * ? *)"),
        *("cron(59 23 L 12 ? *)", "cron(0 0 ? * 2#1 *)", "cron(0 0 ? * 6L *)", "cron(0 12 15W * ? *)"),
        *("cron(0 0 ? * FRI-MON *)", "rate(1 day)", "rate(12 hours)", "at(2027-12-31T23:59:59)", "cron(*/5 * * * ? *)"),
    ],
)
def test_an_expression_of_a_schedule_is_accepted(expression: str) -> None:
    assert expression_fault(expression) == ""


@pytest.mark.parametrize(
    ("expression", "reason"),
    [
        ("cron(0 3 * * *)", "has 5 fields; AWS wants six"),
        ("cron(0 3 * * * *)", "one of day-of-month and day-of-week must be ?"),
        ("cron(0 3 ? * ? *)", "one of day-of-month and day-of-week must be ?"),
        ("cron(60 3 ? * MON *)", "60 is not a value of minutes, 0-59"),
        ("cron(0 24 ? * MON *)", "24 is not a value of hours"),
        ("cron(0 3 0 * ? *)", "0 is not a value of day-of-month"),
        ("cron(0 3 1 13 ? *)", "13 is not a value of month, 1-12 or JAN-DEC"),
        ("cron(0 3 ? * 0 *)", "0 is not a value of day-of-week"),
        ("cron(0 3 ? * MON 1969)", "1969 is not a value of year"),
        ("cron(0 3 ? * mon *)", "mon is not a value of day-of-week, 1-7 or SUN-SAT"),
        ("cron(9-3 3 ? * MON *)", "9-3 of minutes ends before it begins"),
        ("cron(0/0 3 ? * MON *)", "has a step that is not 1 to 59"),
        ("cron(0,, 3 ? * MON *)", " is not a value of minutes"),
        ("cron(? 3 ? * MON *)", "? is not a value of minutes"),
        ("rate(1 days)", "is written rate(1 day)"),
        ("rate(2 day)", "is written rate(2 days)"),
        ("rate(0 days)", "is not a rate"),
        ("rate(1 week)", "is not a rate"),
        ("at(2027-02-30T03:00:00)", "is not a point in time"),
        ("at(2027-02-03 03:00)", "is not a point in time"),
    ],
)
def test_an_expression_that_aws_would_refuse_says_what_is_wrong(expression: str, reason: str) -> None:
    assert reason in expression_fault(expression)
