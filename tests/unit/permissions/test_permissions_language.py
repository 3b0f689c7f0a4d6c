"""Patterns and intervals: whether sets of texts or numbers have anything in common is decided exactly."""

from __future__ import annotations

import functools
import itertools

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from policy_oracle import like

from generator.permissions.policy import identity
from generator.permissions.sets import interval, pattern
from generator.permissions.sets.language import ALL_TEXTS, Texts, UndecidedError, is_possible

# Every text of up to six of these; `c` stands for all that no pattern names.
WORDS = ["".join(word) for length in range(7) for word in itertools.product("ab:c", repeat=length)]
GLOBS = st.text(alphabet="ab:*?", max_size=3)
SETS = st.lists(st.tuples(st.frozensets(GLOBS, max_size=3), st.booleans()), min_size=1, max_size=3)


def texts(*globs: str, negated: bool = False) -> Texts:
    return Texts(frozenset(map(pattern.glob, globs)), negated)


@functools.cache
def matched(glob: str) -> frozenset[str]:
    return frozenset(word for word in WORDS if like(glob, word))


@pytest.mark.thorough
@settings(max_examples=300, deadline=None)
@given(SETS)
@example([(frozenset({"a*", "b*", ":*", "", "?*"}), True)])
@example([(frozenset({"*a*"}), False), (frozenset({"?a*", "a*"}), True)])
def test_sets_have_a_text_in_common_exactly_where_one_can_be_found(sets: list[tuple[frozenset[str], bool]]) -> None:
    left = set(WORDS)
    for globs, negated in sets:
        found = set().union(*map(matched, globs))
        left = left - found if negated else left & found
    assert is_possible(frozenset(texts(*globs, negated=negated) for globs, negated in sets)) is bool(left)


@pytest.mark.parametrize(
    ("inside", "outside", "is_inside"),
    [
        ("arn:aws:s3:::b/*", "arn:aws:s3:::b/*", True),
        ("arn:aws:s3:::b/x/*", "arn:aws:s3:::b/*", True),
        ("arn:aws:s3:::b?", "arn:aws:s3:::b/*", False),
        ("a?*", "a*?", True),
        ("home/${aws:username}", "home/*", True),
        ("home/${aws:username}", "home/${AWS:UserName}", True),
        ("home/${aws:username}", "home/${aws:userid}", False),
        ("home/${aws:username}", "home/?", False),
        ("home/${aws:username}", "home/bob", False),
        ("home/bob", "home/${aws:username}", False),
        ("home/${aws:username, 'x'}", "home/${aws:username}", False),
        ("a${*}", "a*", True),
        ("a*", "a${*}", False),
    ],
)
def test_a_pattern_is_inside_another_or_not(inside: str, outside: str, *, is_inside: bool) -> None:
    assert is_possible(frozenset({texts(inside), texts(outside, negated=True)})) is not is_inside


def test_a_variable_is_no_variable_where_the_policy_is_of_the_old_version() -> None:
    old = Texts(frozenset({pattern.glob("a${x}", has_variables=False)}))
    assert is_possible(frozenset({old, texts("a?{x}")}))
    assert pattern.is_fixed(next(iter(old.patterns)))


@pytest.mark.parametrize(
    ("text", "other", "meets"),
    [
        ("arn:aws:s3:*:1:x", "arn:aws:s3:eu:2:1:x", False),
        ("arn:aws:s3:*:1:x", "arn:aws:s3:eu:1:x", True),
        ("arn:aws:s3:::*", "arn:aws:s3:::a:b", True),
        ("arn:aws:s3:e?:1:x", "arn:aws:s3:e::1:x", False),
        ("arn:aws:s3:e?:1:x", "arn:aws:s3:eu:1:x", True),
        ("arn:aws:s3:*:1:x", "arn:aws:s3:${a}:1:x", False),
    ],
)
def test_an_arn_matches_field_by_field(text: str, other: str, *, meets: bool) -> None:
    found = pattern.arn(text)
    assert found is not None
    assert is_possible(frozenset({Texts(frozenset({found})), Texts(frozenset({pattern.literal(other)}))})) is meets


def test_a_name_of_the_plan_is_an_arn() -> None:
    assert pattern.arn(identity("x.arn")) == pattern.literal(identity("x.arn"))


def test_what_has_too_few_fields_is_no_arn() -> None:
    assert pattern.arn("arn:aws:s3") is None


def test_letters_of_either_case_are_one_where_case_is_ignored() -> None:
    either = Texts(frozenset({pattern.literal("aB1", folds_case=True)}))
    assert is_possible(frozenset({either, texts("Ab1")}))
    assert not is_possible(frozenset({either, texts("ab2")}))
    assert not is_possible(frozenset({texts("ab1"), either.complement}))


def test_a_variable_is_among_the_texts_that_have_one() -> None:
    having = Texts(frozenset({pattern.WITH_VARIABLE}))
    assert not is_possible(frozenset({texts("a${x}"), having.complement}))
    assert is_possible(frozenset({texts("a*", "a${x}"), having}))
    assert not is_possible(frozenset({texts("ab*"), having}))
    assert not is_possible(frozenset({having}))


def test_many_patterns_with_words_in_the_middle_are_compared_in_no_time() -> None:
    words = [f"*word{index}*" for index in range(60)]
    assert is_possible(frozenset({texts(*words), texts(*words[1:], negated=True)}))
    assert not is_possible(frozenset({texts("*word1*x*"), texts(*words, negated=True)}))


def test_what_takes_too_long_is_undecided(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("generator.permissions.sets.language._MOST_STATES", 3)
    with pytest.raises(UndecidedError):
        is_possible(frozenset({texts("*never*asked*"), texts("*before*", negated=True)}))


def test_a_pattern_is_written_as_a_policy_would() -> None:
    found = pattern.arn("arn:*:s?:::${aws:x}*")
    assert found is not None
    assert pattern.text_of(found) == "arn:*:s?:::${aws:x}*"
    assert pattern.text_of(pattern.loosened(found)) == "arn:*:s?:::*"
    assert pattern.glob("a**b") == pattern.glob("a*b")


NUMBERS = [n / 2 for n in range(-1, 10)]
RANGES = st.builds(
    interval.compared,
    st.sampled_from(["equals", "lessthan", "lessthanequals", "greaterthan", "greaterthanequals"]),
    st.sampled_from([0, 1, 2, 3, 4]),
)


def among(number: float, ranges: interval.Ranges) -> bool:
    return any(low <= (number, 0) < high for low, high in ranges.intervals)


@settings(deadline=None)
@given(st.lists(st.tuples(st.lists(RANGES, max_size=3), st.booleans()), min_size=1, max_size=3))
def test_intervals_have_a_number_in_common_exactly_where_one_can_be_found(
    sets: list[tuple[list[interval.Ranges], bool]],
) -> None:
    found = [interval.united(each).complement if negated else interval.united(each) for each, negated in sets]
    assert interval.is_possible(found) is any(all(among(number, each) for each in found) for number in NUMBERS)


@pytest.mark.parametrize(
    ("networks", "covers"),
    [
        (["0.0.0.0/1", "128.0.0.0/1"], "0.0.0.0/0"),
        (["10.0.0.0/8"], "10.1.2.3"),
        (["2001:db8::/32"], "2001:db8:1::/48"),
    ],
)
def test_networks_cover_what_is_in_them(networks: list[str], covers: str) -> None:
    whole = interval.united(map(interval.network, networks))
    assert not interval.is_possible([interval.network(covers), whole.complement])


def test_a_network_of_one_version_says_nothing_of_the_other() -> None:
    assert interval.is_possible([interval.network("::/0"), interval.network("0.0.0.0/0").complement])
    every = interval.united([interval.network("::/0"), interval.network("0.0.0.0/0")])
    assert not interval.is_possible([interval.ALL_ADDRESSES, every.complement])


@pytest.mark.parametrize(
    ("text", "seconds"), [("1970-01-02", 86400), ("1970-01-02T00:00:00Z", 86400), ("86400", 86400), ("1.5", 1.5)]
)
def test_a_date_is_read_as_seconds(text: str, seconds: float) -> None:
    assert interval.moment(text) == seconds


def test_all_texts_are_all_but_none() -> None:
    assert is_possible(frozenset({ALL_TEXTS}))
    assert not is_possible(frozenset({ALL_TEXTS.complement}))
