"""The document in its outputs: nothing breaks an address, a limit, or the page that it stands in."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path

import jsonschema_rs
import pytest
from guard_plans import resource
from plan_documents import ATTACK, LONG, document_of, everything, many, planned

from generator.redaction import MASK, Redactor
from generator.refusal import Refusal
from generator.reports.graph.drawing import Arrow, Box, Column, Drawing
from generator.reports.graph.mermaid import mermaid
from generator.reports.graph.svg import svg
from generator.reports.plan.formats.as_json import as_data
from generator.reports.plan.formats.html import html
from generator.reports.plan.formats.markdown import markdown
from generator.reports.plan.formats.terminal import Terminal
from generator.reports.plan.hosts import HOSTS

COLOR = re.compile(r"\x1b\[\d*m")


@pytest.mark.parametrize("columns", [80, 120, 200], ids=str)
@pytest.mark.parametrize("verbose", [False, True], ids=["short", "verbose"])
def test_a_terminal_folds_words_and_never_an_address(columns: int, *, verbose: bool) -> None:
    text = COLOR.sub("", "\n".join(Terminal(columns, verbose=verbose).lines(everything())))
    assert LONG in text
    assert not re.search(r"[\x1b\u202e\u2028]", text)
    for line in text.split("\n"):
        # Longer is only what has no blank to fold at.
        assert len(line) <= columns or max(map(len, line.split())) > columns - 30, line


def test_an_address_that_fits_a_line_of_its_own_gets_one() -> None:
    lines = COLOR.sub("", "\n".join(Terminal(100).lines(everything()))).split("\n")
    assert f"    {LONG}" in lines
    assert f"  ~ update  {LONG}" in COLOR.sub("", "\n".join(Terminal(140).lines(everything()))).split("\n")


def test_a_terminal_tells_the_gravest_first() -> None:
    text = COLOR.sub("", "\n".join(Terminal(120).lines(everything())))
    order = [
        "Refused for 1 reason",
        "! replace",
        "a.yaml:1:2",
        "--allow replace:",
        "Destroyed",
        "Replaced",
        "forces replacement",
    ]
    order += ["Permissions wider", "Updates", "New", "Changed outside", "Plan: 1 to create, 2 to update, 1 to replace"]
    places = [text.index(each) for each in order]
    assert places == sorted(places)


@pytest.mark.thorough
@pytest.mark.parametrize("host", HOSTS)
@pytest.mark.parametrize("count", [1, 11, 60, 300], ids=str)
def test_markdown_fits_its_host_and_keeps_every_refusal(host: str, count: int) -> None:
    text = markdown(many(count), HOSTS[host])
    assert len(text) <= HOSTS[host].limit
    assert text.count("```") % 2 == 0
    assert text.count("<details>") == text.count("</details>")
    for number in range(min(count, 40)):
        assert text.count(f"aws\\_s3\\_bucket.b{number}`") + text.count(f"aws_s3_bucket.b{number}`") > 0
        assert f"- delete module.x.aws_s3_bucket.b{number}\n" in text
    if (host, count) == ("bitbucket", 300):
        assert "Left out" in text
    if count == 1:
        assert "Left out" not in text


def test_markdown_holds_what_a_spec_says_as_text() -> None:
    text = markdown(everything())
    assert "<img" not in re.sub(r"(`{3,})diff\n.*?\n\1", "", text, flags=re.DOTALL).replace("\\<img", "").replace(
        "\\<", ""
    )
    assert "\x1b" not in text
    # A longer fence than any in the text holds it.
    assert "``````diff" in text


def test_html_holds_what_a_spec_says_as_text() -> None:
    page = html(everything(), {"dev": svg(Drawing("t", (Column("c", (Box("a", ATTACK),)),), ()))})
    assert page.count("</script>") == 2
    assert "<img" not in page
    data = json.loads(re.search(r'id="data">(.*?)</script>', page, re.DOTALL)[1])  # type: ignore[index]
    assert any("onerror" in text for text in data["texts"])


def test_html_shows_characters_that_would_turn_a_text_around() -> None:
    hidden = "\u202e\u200b\x1b"
    refusal = Refusal("delete", f'aws_y.a["{hidden}"]', f"{hidden} loses", ("a",), before=hidden, after="x")
    change = resource(f'aws_y.a["{hidden}"]', {hidden: 1}, {hidden: 2})
    page = html(document_of(planned(f"dev{hidden}", change, stack=f"s{hidden}", refusals=(refusal,))))
    assert not set(hidden) & set(page)
    assert "<U+202E>" in page.replace("&lt;", "<").replace("&gt;", ">")


def test_what_is_replaced_is_told_once_where_nothing_else_of_it_changes() -> None:
    def replaced(**more: str) -> str:
        before, after = {"bucket": "a"} | dict.fromkeys(more, "x"), {"bucket": "b"} | more
        bucket = resource("aws_s3_bucket.b", before, after, actions=["delete", "create"])
        bucket["change"]["replace_paths"] = [["bucket"]]
        return markdown(document_of(planned("dev", bucket)))

    assert replaced().count("! replace aws_s3_bucket.b") == 1
    assert replaced(acl="y").count("! replace aws_s3_bucket.b") == 2


def test_outputs_warnings_and_what_a_replacement_left_behind_are_told() -> None:
    left = resource("aws_y.a", {"a": 1}, None) | {"deposed": "1a2b3c4d"}
    outputs = {name: {"actions": ["update"], "before": 1, "after": 2} for name in ("topic", "bucket")}
    changed = planned("dev", left, output_changes=outputs | {"same": {"actions": ["no-op"]}})
    made = document_of(replace(changed, warnings=("Argument is deprecated",)))
    terminal = COLOR.sub("", "\n".join(Terminal(200).lines(made)))
    assert "Plan: 1 to delete; 2 of 3 outputs change: bucket (update), topic (update)" in terminal
    for text in (terminal, markdown(made), html(made)):
        assert "an object that a replacement left behind (1a2b3c4d)" in text
        assert "2 of 3 outputs change" in text
    assert "Warning: Argument is deprecated" in markdown(made)
    assert "warning: Argument is deprecated" in html(made)


@pytest.mark.thorough
def test_html_of_two_hundred_environments_stays_small() -> None:
    assert len(html(many(200)).encode()) < 10_000_000


def test_the_data_is_as_its_schema_says() -> None:
    schema = json.loads((Path(__file__).parents[3] / "docs" / "plan.schema.json").read_text("utf-8"))
    validator = jsonschema_rs.validator_for(schema)
    data = as_data(everything())
    validator.validate(data)
    data["environments"][0]["changes"][0]["risk"] = "nonsense"
    assert not validator.is_valid(data)


def test_every_key_of_the_data_stands_in_the_schema() -> None:
    schema = json.loads((Path(__file__).parents[3] / "docs" / "plan.schema.json").read_text("utf-8"))
    environment = as_data(everything())["environments"][0]
    assert environment.keys() <= schema["$defs"]["environment"]["properties"].keys()
    for change in environment["changes"]:
        assert change.keys() <= schema["$defs"]["change"]["properties"].keys()


def test_a_secret_that_is_part_of_an_address_is_masked_beside_it_alone() -> None:
    redactor = Redactor({})
    redactor.add(["production"])
    redactor.spare(['module.x.aws_y.this["production"]'])
    assert (
        redactor.clean('module.x.aws_y.this["production"]: production') == f'module.x.aws_y.this["production"]: {MASK}'
    )
    assert redactor.clean("password production") == f"password {MASK}"


def test_a_drawing_holds_what_a_spec_says_as_text() -> None:
    boxes = (Box("a", ATTACK, ATTACK), Box("b", '"quoted" <b>'))
    drawing = Drawing(ATTACK, (Column("one", boxes[:1]), Column("two", boxes[1:])), (Arrow("a", "b"),))
    assert not re.search(r"<img|<script|<b>|\x1b|\u202e", svg(drawing))
    assert "<" not in mermaid(drawing)
    assert "b0 --> b1" in mermaid(drawing)
