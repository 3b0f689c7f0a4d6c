"""Unquoted words: text, whole numbers, true, false and null mean one thing; all else is refused."""

from __future__ import annotations

import re

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from generator.language.scalars import Ambiguity, resolve, shorten

YAML_12_CORE = re.compile(
    r"null|Null|NULL|~|true|True|TRUE|false|False|FALSE|[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+"
    r"|[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?|[-+]?(\.inf|\.Inf|\.INF)|\.nan|\.NaN|\.NAN"
)


@pytest.mark.parametrize(
    ("word", "value"),
    [
        ("true", True),
        ("false", False),
        ("null", None),
        ("0", 0),
        ("7", 7),
        ("-7", -7),
        ("10", 10),
        ("11122223333", 11122223333),
        ("1112222333344", 1112222333344),
        ("-111122223333", -111122223333),
        ("1" + "0" * 30, 10**30),
        ("-1" + "0" * 30, -(10**30)),
    ],
)
def test_a_word_with_one_meaning_has_it(word: str, value: object) -> None:
    found = resolve(word)
    assert found == value
    assert type(found) is type(value)


@pytest.mark.parametrize(
    "word",
    [
        "main", "_base", "us-east-1", "15m", "1h30m", "18.x", "1.2.3", "v1", "0x", "0xg", "0b", "1e", "e3", "+", "-", "--",
        ".", "..", ".inf2", "infinity", "nan", ".name", "-x", "+x", "none", "nothing", "yess", "onward", "12:", ":12",
        "12:ab", "2026-01", "2026-1-1x", "20260-01-01", "2026-01-011", "2026-01-01x", "10.0.0.0/16", "10.1.2.3", "/path",
        "arn:aws:s3:::bucket", "é", "<", "<<<", "==", "1 2", "$x", "(a)", "~x", "12-34", "0.1.", "1x2", "1_x", "nullable",
        "0-1",
    ],
)  # fmt: skip
def test_any_other_word_is_text_as_it_stands(word: str) -> None:
    assert resolve(word) == word


@pytest.mark.parametrize(
    ("word", "hint"),
    [
        ("yes", 'quote it: "yes", or write true'),
        ("No", 'quote it: "No", or write false'),
        ("ON", 'quote it: "ON", or write true'),
        ("off", 'quote it: "off", or write false'),
        ("y", 'quote it: "y", or write true'),
        ("N", 'quote it: "N", or write false'),
        ("True", 'quote it: "True", or write true'),
        ("FALSE", 'quote it: "FALSE", or write false'),
        ("tRue", 'quote it: "tRue", or write true'),
        ("Null", 'quote it: "Null", or write null'),
        ("~", 'quote it: "~", or write null'),
        ("012", 'quote it: "012", or write 12'),
        ("00", 'quote it: "00", or write 0'),
        ("-0", 'quote it: "-0", or write 0'),
        ("+0", 'quote it: "+0", or write 0'),
        ("+5", 'quote it: "+5", or write 5'),
        ("-05", 'quote it: "-05", or write -5'),
        ("1_000", 'quote it: "1_000", or write 1000'),
        ("-1_000", 'quote it: "-1_000", or write -1000'),
        ("0x1F", 'quote it: "0x1F"'),
        ("-0x1f", 'quote it: "-0x1f"'),
        ("0o7", 'quote it: "0o7"'),
        ("0b1_0", 'quote it: "0b1_0"'),
        ("22:30", 'quote it: "22:30"'),
        ("1:2:3", 'quote it: "1:2:3"'),
        ("1:2:3.5", 'quote it: "1:2:3.5"'),
        ("-1:20", 'quote it: "-1:20"'),
        ("1.10", 'quote it: "1.10"'),
        ("1.", 'quote it: "1."'),
        (".5", 'quote it: ".5"'),
        ("-.5", 'quote it: "-.5"'),
        ("+1.5e-3", 'quote it: "+1.5e-3"'),
        ("1e3", 'quote it: "1e3"'),
        ("1_0.5", 'quote it: "1_0.5"'),
        (".inf", 'quote it: ".inf"'),
        ("-.INF", 'quote it: "-.INF"'),
        (".NaN", 'quote it: ".NaN"'),
        ("2026-01-31", 'quote it: "2026-01-31"'),
        ("2026-01-0", 'quote it: "2026-01-0"'),
        ("2026-1-1", 'quote it: "2026-1-1"'),
        ("2026-01-31T10:00:00Z", 'quote it: "2026-01-31T10:00:00Z"'),
        ("2026-01-31t10", 'quote it: "2026-01-31t10"'),
        ("2026-01-31 10:00", 'quote it: "2026-01-31 10:00"'),
        ("=", 'quote it: "="'),
        ("<<", 'quote it: "<<"'),
        ("012345670123", 'quote it: "012345670123"'),
        ("111122223333", 'quote it: "111122223333"'),
    ],
)
def test_an_ambiguous_word_is_refused_with_the_spellings_to_choose_from(word: str, hint: str) -> None:
    refusal = resolve(word)
    assert isinstance(refusal, Ambiguity)
    assert refusal.hint == hint


@pytest.mark.parametrize(
    ("word", "message"),
    [
        ("yes", "is ambiguous: some YAML readers take it as true"),
        ("~", "is ambiguous: some YAML readers take it as null"),
        ("012", "is ambiguous: YAML readers differ over signs, leading zeros and underscores"),
        ("0x1F", "is ambiguous: some YAML readers take it as a number in another base"),
        ("1.10", "is ambiguous: YAML readers take it as a number with a fraction, and lose its spelling"),
        (".inf", "is ambiguous: YAML readers take it as a number with a fraction, and lose its spelling"),
        ("22:30", "is ambiguous: some YAML readers take it as a number to the base 60"),
        ("2026-01-31", "is ambiguous: some YAML readers take it as a date"),
        ("<<", "is ambiguous: it has a meaning of its own in YAML"),
        (
            "012345670123",
            "is twelve digits: an account id is text, and would lose its leading zeros as a number",
        ),
        ("1" + "0" * 29 + "01", "is too large for a number, the largest is 10^30"),
    ],
)
def test_a_refusal_says_what_others_make_of_the_word(word: str, message: str) -> None:
    refusal = resolve(word)
    assert isinstance(refusal, Ambiguity)
    assert refusal.message == message


@pytest.mark.parametrize("word", ["1" + "0" * 29 + "1", "-1" + "0" * 29 + "1", "2" + "0" * 30, "9" * 32, "9" * 5000])
def test_a_number_beyond_ten_to_the_thirty_is_refused_however_long(word: str) -> None:
    refusal = resolve(word)
    assert isinstance(refusal, Ambiguity)
    assert refusal.message == "is too large for a number, the largest is 10^30"
    assert len(refusal.hint) < 100


def test_long_text_is_cut_for_messages() -> None:
    assert shorten("x" * 60) == "x" * 60
    assert shorten("x" * 61) == "x" * 60 + "…"


WORDS = st.text(st.sampled_from("0123456789+-_.:eExXoObBaAfFnNyYtTuUlLrRsSiI~=<Zz "), min_size=1, max_size=12).filter(
    lambda word: word == word.strip()
)


@settings(deadline=None)
@given(WORDS | st.from_regex(YAML_12_CORE, fullmatch=True) | st.text(min_size=1))
def test_no_word_ever_becomes_something_that_is_spelt_otherwise(word: str) -> None:
    value = resolve(word)
    if isinstance(value, bool) or value is None:
        assert word == {True: "true", False: "false", None: "null"}[value]
    elif isinstance(value, (int, str)):
        assert str(value) == word


@settings(deadline=None)
@given(WORDS)
def test_what_a_yaml_1_1_reader_takes_for_no_text_is_no_text_here(word: str) -> None:
    resolver = yaml.SafeLoader("")
    tag = resolver.resolve(yaml.ScalarNode, word, (True, False))  # type: ignore[no-untyped-call]
    if tag != "tag:yaml.org,2002:str":
        assert not isinstance(resolve(word), str)


@settings(deadline=None)
@given(st.from_regex(YAML_12_CORE, fullmatch=True))
def test_what_a_yaml_1_2_reader_takes_for_no_text_is_no_text_here(word: str) -> None:
    assert not isinstance(resolve(word), str)
