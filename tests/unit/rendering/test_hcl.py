"""Values become HCL expressions that say the same, or are refused with a reason."""

from __future__ import annotations

from collections import UserDict
from dataclasses import dataclass, make_dataclass
from enum import IntEnum, StrEnum

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator.hcl.reference import Reference
from generator.rendering.encoded import EncodedText
from generator.rendering.hcl import EncodingError, encode, identifier


@dataclass(frozen=True)
class Variable:
    name: str
    value: object = None


class Compute(StrEnum):
    SMALL = "BUILD_GENERAL1_SMALL"


class Port(IntEnum):
    TLS = 443


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        pytest.param("", '""', id="empty text"),
        pytest.param("us-east-1", '"us-east-1"', id="plain text"),
        pytest.param(" !#$%&()~[]^_`", '" !#$%&()~[]^_`"', id="the edges of what is written as it is"),
        pytest.param('say "hi"', '"say \\"hi\\""', id="quotes"),
        pytest.param("a\\b", '"a\\\\b"', id="a backslash"),
        pytest.param("a\nb\tc", '"a\\nb\\tc"', id="newline and tab"),
        pytest.param("${x}", '"$${x}"', id="an interpolation"),
        pytest.param("%{ if x }", '"%%{ if x }"', id="a directive"),
        pytest.param("$${x} %%{y}", '"$$${x} %%%{y}"', id="what looks escaped already"),
        pytest.param("$ 5% {} $", '"$ 5% {} $"', id="signs that open nothing"),
        pytest.param("$\\{", '"$\\\\{"', id="a sign kept from its brace by a backslash"),
        pytest.param("é", '"\\u00E9"', id="Latin"),
        pytest.param("\u2028\uffee", '"\\u2028\\uFFEE"', id="up to four digits"),
        pytest.param("\U00010000\U0001f600", '"\\U00010000\\U0001F600"', id="beyond four digits"),
        pytest.param(Compute.SMALL, '"BUILD_GENERAL1_SMALL"', id="a text enum"),
        pytest.param(7, "7", id="a number"),
        pytest.param(-5, "-5", id="a negative number"),
        pytest.param(10**30, "1" + "0" * 30, id="the greatest number"),
        pytest.param(-(10**30), "-1" + "0" * 30, id="the least number"),
        pytest.param(Port.TLS, "443", id="a number enum"),
        pytest.param(True, "true", id="true"),
        pytest.param(False, "false", id="false"),
        pytest.param(None, "null", id="null"),
        pytest.param([], "[]", id="empty list"),
        pytest.param({}, "{}", id="empty mapping"),
        pytest.param(make_dataclass("Nothing", [])(), "{}", id="empty object"),
        pytest.param(["a", 1, None], '["a", 1, null]', id="list"),
        pytest.param(("a",), '["a"]', id="tuple"),
        pytest.param({"a": 1, "b c": [{}]}, '{ "a" = 1, "b c" = [{}] }', id="mapping"),
        pytest.param(UserDict({"a": 1}), '{ "a" = 1 }', id="any kind of mapping"),
        pytest.param(Variable("A"), '{ name = "A", value = null }', id="object, null fields included"),
        pytest.param({"${k}": 1}, '{ "$${k}" = 1 }', id="template in a key"),
        pytest.param(Reference("module.logs.group_name"), "module.logs.group_name", id="reference"),
        pytest.param([Reference("a.b")], "[a.b]", id="reference in a list"),
    ],
)
def test_a_value_on_one_line(value: object, expected: str) -> None:
    assert encode(value) == expected


@pytest.mark.parametrize("word", ["null", "true", "false"])
def test_an_attribute_that_reads_as_a_constant_is_quoted(word: str) -> None:
    assert encode(make_dataclass("Odd", [word])(1)) == f'{{ "{word}" = 1 }}'


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        pytest.param("a", '"a"', id="text"),
        pytest.param({}, "{}", id="empty mapping"),
        pytest.param([], "[]", id="empty list"),
        pytest.param(["a", Reference("a.b"), 2, None], '["a", a.b, 2, null]', id="scalars"),
        pytest.param({"a": 1}, '{\n    "a" = 1\n  }', id="mapping"),
        pytest.param(Variable("A"), '{\n    name  = "A"\n    value = null\n  }', id="object"),
        pytest.param([{"a": 1}, "b"], '[\n    {\n      "a" = 1\n    },\n    "b",\n  ]', id="list of mappings"),
        pytest.param([[1], ()], "[\n    [1],\n    [],\n  ]", id="list of lists"),
        pytest.param(["x" * 48, "y" * 46], f'["{"x" * 48}", "{"y" * 46}"]', id="widest list on one line"),
        pytest.param(
            ["x" * 48, "y" * 47], f'[\n    "{"x" * 48}",\n    "{"y" * 47}",\n  ]', id="list too wide for one line"
        ),
        pytest.param(
            {"a": 1, "bbb": 2, "m": {"k": 3}, "dd": 4, "e": 5},
            '{\n    "a"   = 1\n    "bbb" = 2\n    "m" = {\n      "k" = 3\n    }\n    "dd" = 4\n    "e"  = 5\n  }',
            id="runs of one-line entries, each padded by itself",
        ),
        pytest.param(
            {"long": {"k": 1}, "m": {"k": 2}},
            '{\n    "long" = {\n      "k" = 1\n    }\n    "m" = {\n      "k" = 2\n    }\n  }',
            id="entries of several lines are not padded",
        ),
    ],
)
def test_a_value_laid_out_below_a_line_that_is_indented_by_two(value: object, expected: str) -> None:
    assert encode(value, indent=2) == expected


@pytest.mark.parametrize("indent", [0, 1, 6])
@pytest.mark.parametrize("value", [{"a": {"b": 1}}, [{"a": 1}], Variable("A", [{}])])
def test_deeper_indentation_moves_every_line_but_the_first(value: object, indent: int) -> None:
    first, *rest = encode(value, indent=2).split("\n")
    moved = [line.removeprefix("  ").rjust(len(line) - 2 + indent) for line in rest]
    assert encode(value, indent=indent) == "\n".join([first, *moved])


def test_a_wide_list_stays_on_one_line_where_one_line_is_asked_for() -> None:
    assert "\n" not in encode(["x" * 200, {"k": ["y" * 200]}])


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        pytest.param(1.0, "the value is of type float, which has no HCL form", id="float"),
        pytest.param(float("nan"), "the value is of type float, which has no HCL form", id="not a number"),
        pytest.param(b"a", "the value is of type bytes, which has no HCL form", id="bytes"),
        pytest.param({1}, "the value is of type set, which has no HCL form", id="set"),
        pytest.param(Variable, "the value is of type type, which has no HCL form", id="class"),
        pytest.param({}.items, "builtin_function_or_method", id="method"),
        pytest.param(10**30 + 1, "the value is a number beyond 10^30, which Terraform would round", id="great number"),
        pytest.param(-(10**30) - 1, "the value is a number beyond 10^30", id="small number"),
        pytest.param("a\x00b", "the value holds U+0000, a control character", id="control character"),
        pytest.param("e\u0301", "the value is not in Unicode normal form NFC", id="not NFC"),
        pytest.param("\ud800", "the value holds U+D800", id="surrogate"),
        pytest.param({1: "a"}, "the value has a key of type int, where HCL needs text", id="number as key"),
        pytest.param({"a": {"b": [1, 2.5]}}, "a.b.1 is of type float", id="deep inside"),
        pytest.param([{"a": "\x1b"}], "0.a holds U+001B", id="deep inside a list"),
        pytest.param(Variable("A", "\u200b"), "value holds U+200B", id="in a field"),
        pytest.param({"a\x00": 1}, "a\x00 holds U+0000", id="in a key"),
        pytest.param(EncodedText('"a"'), "encoded already; apply the filter once", id="encoded text"),
        pytest.param(make_dataclass("Odd", ["é"])(1), "cannot be an identifier", id="attribute that HCL cannot name"),
    ],
)
@pytest.mark.parametrize("indent", [None, 0])
def test_what_cannot_be_encoded_is_refused_with_its_path_and_the_reason(
    value: object, reason: str, indent: int | None
) -> None:
    with pytest.raises(EncodingError) as caught:
        encode(value, indent=indent)
    assert reason in str(caught.value)


def test_the_error_names_the_path_and_the_reason_apart() -> None:
    with pytest.raises(EncodingError) as caught:
        encode({"a": [{"b": 1.5}]})
    assert (caught.value.path, caught.value.reason) == (("a", "0", "b"), "is of type float, which has no HCL form")


def test_text_that_is_encoded_already_is_refused_in_plain_words() -> None:
    with pytest.raises(EncodingError) as caught:
        encode(EncodedText('"a"'))
    assert caught.value.reason == "is encoded already; apply the filter once, to the value itself"


def test_a_value_of_more_than_a_mebibyte_is_refused() -> None:
    assert len(encode(["x" * (2**20 - 4)])) == 2**20
    with pytest.raises(EncodingError, match="the value takes more than 1 MiB as HCL"):
        encode(["x" * (2**20 - 3)])


@pytest.mark.thorough
def test_a_value_that_doubles_forty_times_is_refused_at_once() -> None:
    value: object = "x"
    for _ in range(40):
        value = [value, value]
    with pytest.raises(EncodingError, match="more than 1 MiB"):
        encode(value)


@pytest.mark.parametrize("text", ["a", "_", "A-b_9", "this", "a" * 500])
def test_an_identifier_is_returned_as_it_is(text: str) -> None:
    assert identifier(text) == text


@pytest.mark.parametrize("text", ["", "9a", "-a", "a b", "a.b", 'a"', "a\n", "é", "a${b}", "a/*", 7, None])
def test_what_is_no_identifier_is_refused_and_shown_in_ascii(text: object) -> None:
    with pytest.raises(EncodingError, match="cannot be an identifier") as caught:
        identifier(text)
    assert ascii(text) in str(caught.value)


def test_a_long_refused_identifier_is_cut_in_the_message() -> None:
    with pytest.raises(EncodingError) as caught:
        identifier("é" * 10_000)
    assert len(str(caught.value)) < 250


@pytest.mark.parametrize(
    "expression",
    [
        "a",
        "module.logs.group_name",
        "a[0].b-c",
        "a.*.b",
        "a[*].b",
        'a["k/1.2:3_-"]',
        "x[each.key]",
        "x[each.value].y",
        "_a._b",
    ],
)
def test_a_reference_prints_bare(expression: str) -> None:
    assert encode(Reference(expression)) == expression


@pytest.mark.parametrize(
    "expression",
    [
        "",
        "9",
        "a b",
        "a.",
        ".a",
        "a..b",
        "a[",
        "a[]",
        "a[b]",
        'a["${b}"]',
        'a["\\""]',
        "a(b)",
        "a\n",
        "a + b",
        '"a"',
        "a[-1]",
        "é",
    ],
)
def test_what_is_no_reference_is_refused(expression: str) -> None:
    with pytest.raises(ValueError, match=r"is not a reference such as module\.logs\.group_name"):
        Reference(expression)


@given(st.text(st.characters(codec="utf-8")))
def test_encoded_text_is_one_line_of_printable_ascii_between_quotes(text: str) -> None:
    try:
        encoded = encode(text)
    except EncodingError:
        return
    assert encoded[0] == encoded[-1] == '"'
    assert encoded.isascii()
    assert encoded.isprintable()
