"""Keys of a spec: a name and how its value goes with what is inherited, or a refusal with the way to write it."""

from __future__ import annotations

import pytest

from generator.language.keys import WrittenKey, read_key


@pytest.mark.parametrize(
    ("text", "name", "operator"),
    [
        ("timeout", "timeout", ""),
        ("email+", "email", "+"),
        ("tags=", "tags", "="),
        ("+", "+", ""),
        ("a+b", "a+b", ""),
        ("a=b", "a=b", ""),
        ("é", "é", ""),
        ("a b", "a b", ""),
    ],
)
def test_a_key_is_a_name_and_an_operator(text: str, name: str, operator: str) -> None:
    assert read_key(text, quoted=False) == WrittenKey(name, operator, "", "", "")


@pytest.mark.parametrize("text", ["email+", "tags=", "no", "012", "", "12", "true", "a +", "a+="])
def test_a_key_in_quotes_is_a_name_whatever_it_looks_like(text: str) -> None:
    assert read_key(text, quoted=True) == WrittenKey(text)


@pytest.mark.parametrize(
    ("text", "message", "hint", "rule"),
    [
        ("", "a key is missing before this colon", "write key: value", "key"),
        ("on", "the key on is ambiguous: some YAML readers take it as true", 'quote it: "on"', "ambiguous-scalar"),
        ("=", "the key = is ambiguous: it has a meaning of its own in YAML", 'quote it: "="', "ambiguous-scalar"),
        ("12", "the key 12 is not text", 'quote it: "12"', "ambiguous-scalar"),
        ("true", "the key true is not text", 'quote it: "true"', "ambiguous-scalar"),
        ("null", "the key null is not text", 'quote it: "null"', "ambiguous-scalar"),
        ("a +", "the key a + has a space before its +", "write a+", "operator"),
        ("a b\t=", "the key a b\t= has a space before its =", "write a b=", "operator"),
        (
            "a++",
            "the key a++ has two operators",
            'end it in one + or =, or quote the whole key: "a++"',
            "operator",
        ),
        (
            "a=+",
            "the key a=+ has two operators",
            'end it in one + or =, or quote the whole key: "a=+"',
            "operator",
        ),
    ],
)
def test_a_key_that_could_be_misread_is_refused_with_the_way_to_write_it(
    text: str, message: str, hint: str, rule: str
) -> None:
    assert read_key(text, quoted=False) == WrittenKey(text, "", message, hint, rule)


@pytest.mark.parametrize("quoted", [False, True])
def test_a_key_that_hides_something_is_refused_even_in_quotes(quoted: bool) -> None:  # noqa: FBT001  # a table of one
    assert read_key("a\u200b", quoted=quoted) == WrittenKey(
        "a\u200b",
        "",
        "the key holds U+200B ZERO WIDTH SPACE, an invisible formatting character",
        "retype it without that character",
        "refused-text",
    )


@pytest.mark.parametrize("text", ["0" * 99, "x" * 99 + "+=", "x" * 99 + " +"])
def test_a_long_key_is_cut_in_what_is_said_of_it(text: str) -> None:
    key = read_key(text, quoted=False)
    assert key.name == text
    assert text[:60] + "…" in key.message
    assert len(key.hint) < 130
