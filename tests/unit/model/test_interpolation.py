"""Variables in strings: replaced by plain text, told where they cannot be, and never code."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from generator.language.nodes import find, plain
from generator.language.reader import read_text
from generator.model.loading.interpolation import interpolate
from generator.model.loading.layers import Merged
from generator.problems import Place, Problem

if TYPE_CHECKING:
    from generator.language.nodes import Node

SET = 'stack: web\nregion: eu-west-1\naccount: "111122223333"\nclass: prod\n'


def merged(text: str) -> Merged:
    return Merged(read_text(text.encode(), "x.yaml"), "prod", ())


def replaced(text: str, name: str = "prod-eu") -> Node:
    return interpolate(merged(SET + text), name).root


def value_of(text: str) -> object:
    node = find(replaced(f"a: {text}"), ("a",))
    assert node is not None
    return plain(node)


def problems_of(text: str, name: str = "dev") -> list[Problem]:
    return sorted(interpolate(merged(text), name).problems, key=lambda problem: problem.sort_key)


def told(text: str) -> list[str]:
    """Return the problems as a person sees them, with lines counted from the first of `text`."""
    lines = []
    for problem in problems_of(f"{SET}{text}", "prod-eu"):
        assert problem.place
        assert problem.rule == "variable"
        rest = str(problem).removeprefix(str(problem.place))
        lines.append(f"{problem.place.line - SET.count(chr(10))}:{problem.place.column}{rest}")
    return lines


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("'@{stack}'", "web"),
        ("'@{environment}'", "prod-eu"),
        ("'@{class}'", "prod"),
        ("'@{region}'", "eu-west-1"),
        ("'@{account}'", "111122223333"),
        ("x-@{stack}-@{stack}.y", "x-web-web.y"),
        ("'@{stack}@{class}'", "webprod"),
        ("[{b: ['@{stack}', c]}]", [{"b": ["web", "c"]}]),
        ("|\n  one @{stack}\n  two @{class}\n", "one web\ntwo prod\n"),
        ("user@example", "user@example"),
        ("'@'", "@"),
        ("'{stack}'", "{stack}"),
        ("'${stack} %{if} {{ stack }}'", "${stack} %{if} {{ stack }}"),
        ("x@@{stack}", "x@{stack}"),
        ("x@@{", "x@{"),
        ("x@@{no such}", "x@{no such}"),
        ("x@@{a@{stack}}", "x@{aweb}"),
        ("x@@@{stack}", "x@web"),
        ("x@@@@{stack}", "x@@{stack}"),
        ("x@@stack", "x@@stack"),
        ("7", 7),
        ("true", True),
    ],
)
def test_variables_are_replaced_and_nothing_else_is(text: str, value: object) -> None:
    assert value_of(text) == value


def test_what_was_put_in_is_not_looked_at_again() -> None:
    assert plain(replaced("a: x@{environment}", "@{stack}"))["a"] == "x@{stack}"  # type: ignore[index]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a: x-@{regoin}", "1:6: a: there is no variable @{regoin}; did you mean @{region}? (write @@{ for the text @{)"),
        ("a: x-@{ Stack }", "1:6: a: there is no variable @{ Stack }; did you mean @{stack}? (write @@{ for the text @{)"),
        (
            "a: x@{}",
            "1:5: a: there is no variable @{}; there are: account, class, environment, region, stack (write @@{ for the text @{)",
        ),
        (
            "a: [b, 'x@{stacks()}']",
            "1:10: a[1]: there is no variable @{stacks()}; did you mean @{stack}? (write @@{ for the text @{)",
        ),
        ("a: x@{stack", "1:5: a: @{ opens a variable that is not closed; close it with }, or write @@{ for the text @{"),
        ("a: x@{stack{", "1:5: a: @{ opens a variable that is not closed; close it with }, or write @@{ for the text @{"),
        ("a: |\n  x@{stack\n  }\n", "2:4: a: @{ opens a variable that is not closed; close it with }, or write @@{ for the text @{"),
        ("a:\n  b@{stack}: c", "2:3: a.b@{stack}: variables work in values, not in keys; write @@{ for the text @{"),
    ],
)  # fmt: skip
def test_what_is_no_variable_is_told_at_its_column(text: str, expected: str) -> None:
    assert told(text) == [expected]


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("a: '@{x}'", "1:5"),
        ('a: "@{x}"', "1:5"),
        ("a: z@@{stack} @{x}", "1:15"),
        ("a: z@@@{x}", "1:7"),
        ("a: zz@@@{x}", "1:8"),
        ("a: z@{stack} @{x} z", "1:14"),
        ("a: z@{stack} @{x", "1:14"),
        ("a: [b, 'é@{x}']", "1:10"),
        ("a: |\n  z\n  @{x}", "3:3"),
        ("a: | # @{x}\n  z\n   @{x}", "3:4"),
        ("a: >- # @{x}\n  z @{x}", "2:5"),
        ("a: z\n  @{x}", "2:3"),
        ('a: "z\n  z @{x}"', "2:5"),
        # Hidden behind escapes: the value has to do.
        ('a: "z\\u0040{x}"', "1:4"),
        ('a: "\\u0040{stack} @{x}"', "1:4"),
    ],
)
def test_the_place_is_that_of_the_variable_itself(text: str, place: str) -> None:
    assert [line.split(": ")[0] for line in told(text)] == [place]


def test_a_place_is_not_guessed_where_escapes_hide_some_of_several_variables() -> None:
    found = told('a: "\\u0040{q} @{x} @{q}"')
    assert [line.split(": ")[0] for line in found] == ["1:4", "1:4", "1:4"]


def test_the_line_that_is_shown_is_that_of_the_variable() -> None:
    assert problems_of("a: |\n  one\n  two @{x}\n")[0].excerpt == "  two @{x}"


def test_a_variable_that_is_not_set_is_named_with_where_it_is_used() -> None:
    (problem,) = problems_of("a:\n  b: x@{account}\n")
    assert str(problem) == (
        "x.yaml:2:7: a.b: uses @{account}, but account is not set; set account, or write @@{ for the text @{"
    )


def test_of_several_variables_the_one_that_is_not_set_is_shown() -> None:
    (problem,) = problems_of("a: x@{environment} @{account}\n")
    assert str(problem.place) == "x.yaml:1:20"


def test_a_variable_that_was_refused_is_not_called_unset() -> None:
    refused = Problem(Place("x.yaml"), "account", "is refused")
    before = replace(merged("a: 'x@{account} @{region}'\n"), problems=(refused,))
    after = interpolate(before, "dev")
    assert [problem.key for problem in after.problems] == ["account", "a"]
    assert "uses @{region}" in after.problems[1].message


def test_a_text_is_remembered_as_it_was_written() -> None:
    after = interpolate(merged(f"{SET}a: 'x@{{stack}}'\nb: [c, 'y@@{{']\nc: d\n"), "dev")
    assert after.written == {Place("x.yaml", 5, 4): "x@{stack}", Place("x.yaml", 6, 8): "y@@{"}


def test_a_variable_of_the_wrong_kind_is_left_to_who_checks_kinds() -> None:
    root = interpolate(merged("region: [a]\nb: x@{region}"), "dev").root
    assert plain(root) == {"region": ["a"], "b": "x@{region}"}


@pytest.mark.parametrize(("text", "sign"), [("x@{environment}", 2), ("x@@{", 3)])
@pytest.mark.parametrize("name", ["stack", "region", "account", "class"])
def test_a_variable_holds_no_variables(name: str, text: str, sign: int) -> None:
    found = problems_of(f"b: {{{name}: 'z@{{environment}}'}}\n{name}: '{text}'\n")
    assert [str(problem) for problem in found] == [
        f"x.yaml:2:{len(name) + 3 + sign}: {name}: a variable cannot stand in {name}, which is one itself; write it out"
    ]


def test_a_key_named_as_a_variable_deeper_down_is_like_any_other() -> None:
    assert plain(replaced("a: {stack: 'x@{stack}'}"))["a"] == {"stack": "xweb"}  # type: ignore[index]


def test_a_value_below_a_key_named_as_a_variable_is_like_any_other() -> None:
    assert plain(interpolate(merged("stack: web\nregion: {a: 'x@{stack}'}"), "dev").root) == {
        "stack": "web",
        "region": {"a": "xweb"},
    }


def test_all_problems_are_told_at_once() -> None:
    found = told("a: x@{y} @{z}\nb: ['c@{d']\n'e@{f}': 'g@{h}'")
    assert [line.split(": ")[0] for line in found] == ["1:5", "1:10", "2:7", "3:1", "3:12"]


def test_text_that_only_together_becomes_refused_text_is_refused() -> None:
    (problem,) = problems_of("stack: e\na: '@{stack}\u0301'\n")
    assert str(problem) == (
        "x.yaml:2:5: a: is not in Unicode normal form NFC, and Terraform would change it, once its variables are "
        "replaced; put other text around them"
    )


def test_places_stay_and_what_has_no_variables_is_shared() -> None:
    before = merged(f"{SET}a: {{b: c}}\nd: [e, 'x@{{stack}}']\n")
    after = interpolate(before, "dev")
    paths: list[tuple[str | int, ...]] = [("a",), ("d", 0), ("stack",)]
    for path in paths:
        assert find(after.root, path) is find(before.root, path)
    old, new = find(before.root, ("d", 1)), find(after.root, ("d", 1))
    assert old is not None
    assert new is not None
    assert (old.value, new.value) == ("x@{stack}", "xweb")
    assert (old.place, old.key_place) == (new.place, new.key_place)
    assert (after.environment_class, after.sources) == (before.environment_class, before.sources)


def test_an_environment_without_variables_stays_the_same() -> None:
    before = merged("a: {b: [c]}\n")
    assert interpolate(before, "dev").root is before.root


def test_what_was_overridden_is_still_known() -> None:
    before = merged(SET + "a: {b: 'x@{stack}'}\nc: ['@{stack}']")
    older = read_text(b"a: {b: z}", "base.yaml")
    paths: list[tuple[str | int, ...]] = [("a",), ("a", "b"), ("c",), ("c", 0)]
    for path in paths:
        node = find(before.root, path)
        assert node is not None
        node.overrides = older
    after = interpolate(before, "dev")
    for path in paths:
        node = find(after.root, path)
        assert node is not None
        assert node.overrides is older


@settings(deadline=None)
@given(st.text(st.sampled_from("@{}stack x$%"), max_size=20))
def test_doubling_every_sign_before_a_brace_gives_the_text_itself(text: str) -> None:
    written = ""
    signs = 0
    for char in text:
        if char == "{":
            written += "@" * signs
        signs = signs + 1 if char == "@" else 0
        written += char
    node = merged(SET + "a: '" + written + "'")
    assert find(interpolate(node, "dev").root, ("a",)).value == text  # type: ignore[union-attr]
