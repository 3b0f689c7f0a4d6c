"""Values in Markdown stay text: no markup, no HTML, no broken table."""

from __future__ import annotations

import subprocess

import pytest

from generator.rendering.encoded import EncodedText
from generator.rendering.hcl import EncodingError
from generator.rendering.markdown import code, label, line, prose, shell


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        pytest.param("Builds of the API", "Builds of the API", id="plain text"),
        pytest.param("us-east-1, 2.5 + 1 = 3.5!", "us-east-1, 2.5 + 1 = 3.5!", id="harmless signs"),
        pytest.param("https://github.com/acme/api", "https://github.com/acme/api", id="address"),
        pytest.param("a*b* _c_ `d` ~e~ $f$", r"a\*b\* \_c\_ \`d\` \~e\~ \$f\$", id="emphasis, code, strike, math"),
        pytest.param("[a](b) ![c](d)", r"\[a\](b) !\[c\](d)", id="links and images"),
        pytest.param("<script>&lt;", r"\<script\>\&lt;", id="HTML and entities"),
        pytest.param("a|b", r"a\|b", id="table cell"),
        pytest.param("a\\b", r"a\\b", id="backslash"),
        pytest.param("# a", r"\# a", id="heading"),
        pytest.param("- a", r"\- a", id="list"),
        pytest.param("+ a", r"\+ a", id="list with plus"),
        pytest.param("===", r"\===", id="underline"),
        pytest.param("1. a", r"1\. a", id="numbered list"),
        pytest.param("12) a", r"12\) a", id="numbered list with parenthesis"),
        pytest.param("    a ", "a", id="indentation"),
        pytest.param("a\n\n# b\tc", r"a \# b c", id="line breaks"),
        pytest.param("", "", id="nothing"),
        pytest.param(7, "7", id="number"),
        pytest.param(True, "true", id="true"),
        pytest.param(False, "false", id="false"),
        pytest.param("é", "é", id="Latin"),
    ],
)
def test_running_text(value: object, expected: str) -> None:
    assert prose(value) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        pytest.param("main.tf", "`main.tf`", id="plain text"),
        pytest.param("a*b_<c>&amp;\\", "`a*b_<c>&amp;\\`", id="markup means nothing in code"),
        pytest.param("a`b", "``a`b``", id="back-tick"),
        pytest.param("`a``b", "``` `a``b ```", id="back-ticks at an end"),
        pytest.param("a`", "`` a` ``", id="back-tick at the other end"),
        pytest.param(" a", "`  a `", id="blank at an end"),
        pytest.param("a ", "` a  `", id="blank at the other end"),
        pytest.param("XaX", "`XaX`", id="other signs at the ends"),
        pytest.param("a|b*c", "<code>a&#124;b&#42;c</code>", id="pipe"),
        pytest.param("</code>|", "<code>&#60;/code&#62;&#124;</code>", id="pipe and HTML"),
        pytest.param("", "<code></code>", id="nothing"),
        pytest.param(" ", "<code> </code>", id="only a blank"),
        pytest.param(7, "`7`", id="number"),
        pytest.param(True, "`true`", id="true"),
    ],
)
def test_a_code_span(value: object, expected: str) -> None:
    assert code(value) == expected


@pytest.mark.parametrize("encode", [prose, code, shell, label])
@pytest.mark.parametrize(
    ("value", "reason"),
    [
        pytest.param(
            None, "^the value is of type NoneType, which has no Markdown form; print its parts$", id="nothing at all"
        ),
        pytest.param(["a"], "is of type list", id="list"),
        pytest.param(1.5, "is of type float", id="float"),
        pytest.param("a\u202eb", "holds U\\+202E RIGHT-TO-LEFT OVERRIDE", id="hidden direction"),
        pytest.param("a\x1b[0m", "holds U\\+001B", id="escape sequence"),
    ],
)
def test_what_has_no_markdown_form_is_refused(encode: object, value: object, reason: str) -> None:
    assert callable(encode)
    with pytest.raises(EncodingError, match=reason):
        encode(value)


def test_a_code_span_is_one_line() -> None:
    with pytest.raises(EncodingError, match=r"^the value spans several lines, and a code span is one line$"):
        code("a\nb")


def test_encoded_text_is_not_encoded_again() -> None:
    with pytest.raises(
        EncodingError, match=r"^the value is encoded already; apply the filter once, to the value itself$"
    ):
        code(EncodedText("`a`"))


@pytest.mark.parametrize(
    "text", ["dev", "", "a b", "it's", "$(id)", "`id`", "a;b|c&d", "-rf *", "```", "é", "!!", "\\", '"'], ids=repr
)
def test_a_word_of_a_command_reaches_the_command_as_it_is(text: str) -> None:
    command = ["bash", "-c", f"printf %s {shell(text)}"]
    assert subprocess.run(command, capture_output=True, check=True, text=True).stdout == text


def test_a_word_of_a_command_is_one_line() -> None:
    with pytest.raises(EncodingError, match=r"^the value spans several lines, and a word of a command is one line$"):
        shell("a\n```\nrm")


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        pytest.param("shop-dev/main:1", '"shop-dev/main:1"', id="plain text"),
        pytest.param('a"] --> b', '"a#34;#93; --#62; b"', id="an end of the label"),
        pytest.param("#35;\n<b>", '"#35;35#59; #60;b#62;"', id="references, line breaks and HTML"),
    ],
)
def test_a_label_of_a_diagram(value: object, expected: str) -> None:
    assert label(value) == expected


def test_a_line_of_a_block_stands_as_it_is() -> None:
    assert line("curl -fsS $URL | tar x") == "curl -fsS $URL | tar x"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("a\nb", "spans several lines, and this is to be one line of a block"),
        ("```", "would end the block that it stands in"),
    ],
)
def test_a_line_of_a_block_cannot_leave_it(text: str, reason: str) -> None:
    with pytest.raises(EncodingError, match=f"^the value {reason}$"):
        line(text)
