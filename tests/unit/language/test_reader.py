"""Reading one spec: values with their places, or every problem with its place and remedy."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import pytest
import yaml

from generator.errors import SpecError, UsageError
from generator.language.construction import Construction
from generator.language.nodes import SpecText, dotted, find, mapping, plain
from generator.language.reader import LARGEST_FILE, load, parse, read_spec, read_text
from generator.problems import Place

if TYPE_CHECKING:
    from pathlib import Path

    from generator.problems import Problem


def problems_of(text: str | bytes) -> tuple[Problem, ...]:
    data = text.encode() if isinstance(text, str) else text
    with pytest.raises(SpecError) as caught:
        read_text(data, "x.yaml")
    assert all(isinstance(problem.key, str) for problem in caught.value.problems)
    return caught.value.problems


def told(text: str | bytes) -> list[str]:
    """Return the problems as a person sees them."""
    return [str(problem).removeprefix("x.yaml:") for problem in problems_of(text)]


def test_a_spec_becomes_its_values() -> None:
    text = b"""---
# a comment
stack: web
count: 3
on_call: true
nothing: null
tags: {Owner: "a team", 'Cost Center': "0123"}
list:
- one
- [2, {k: v}]
empty: {}
none: []
text: |
  two
  lines
folded: >-
  one
  line
"quoted": "\\u00e9\\t"
...
"""
    assert plain(read_text(text, "x.yaml")) == {
        "stack": "web",
        "count": 3,
        "on_call": True,
        "nothing": None,
        "tags": {"Owner": "a team", "Cost Center": "0123"},
        "list": ["one", [2, {"k": "v"}]],
        "empty": {},
        "none": [],
        "text": "two\nlines\n",
        "folded": "one line",
        "quoted": "é\t",
    }


def test_every_value_and_key_knows_its_place() -> None:
    root = read_text("é: {käse: [1, zwei]}\nbuilds:\n  main:\n    timeout: '15m'\n".encode(), "environments/x.yaml")
    timeout = find(root, ("builds", "main", "timeout"))
    second = find(root, ("é", "käse", 1))
    assert timeout is not None
    assert second is not None
    assert (timeout.place, timeout.key_place) == (
        Place("environments/x.yaml", 4, 14),
        Place("environments/x.yaml", 4, 5),
    )
    assert str(second.place) == "environments/x.yaml:1:15"
    paths: list[tuple[str | int, ...]] = [("é",), ("é", "käse"), ("é", "käse", 0), ("builds",), ("builds", "main")]
    places = [node and (node.place.line, node.place.column) for node in (find(root, path) for path in paths)]
    assert places == [(1, 4), (1, 11), (1, 12), (3, 3), (4, 5)]
    assert second.key_place == second.place
    assert (root.place, root.key_place) == (Place("environments/x.yaml", 1, 1), Place("environments/x.yaml", 1, 1))
    assert timeout.layer == "environments/x.yaml"
    assert repr(timeout) == "Node('15m', environments/x.yaml:4:14)"


def test_windows_line_ends_count_as_one_line() -> None:
    root = read_text(b"a: |\r\n  x\r\n  y\r\nb: c\r\n", "x.yaml")
    assert plain(root) == {"a": "x\ny\n", "b": "c"}
    assert str(mapping(root)["b"].place) == "x.yaml:4:4"
    assert problems_of(b"a: b\r\nc: no\r\n")[0].excerpt == "c: no"


def test_what_is_not_there_is_not_found() -> None:
    root = read_text(b"a: {b: [c]}", "x.yaml")
    paths = [("x",), ("a", "x"), ("a", 0), ("a", "b", 1), ("a", "b", -1), ("a", "b", "c"), ("a", "b", 0, "c")]
    assert [find(root, path) for path in paths] == [None] * len(paths)
    assert find(root, ()) is root
    assert mapping(root)["a"] is find(root, ("a",))
    leaf = find(root, ("a", "b", 0))
    assert leaf is not None
    assert mapping(leaf) == {}


def test_paths_are_written_as_people_do() -> None:
    assert dotted(("builds", "main", "timeout")) == "builds.main.timeout"
    assert dotted(("notifications", "email", 0, "to")) == "notifications.email[0].to"
    assert dotted(()) == ""


def test_a_key_ends_in_its_operator() -> None:
    root = mapping(read_text(b'email+: [x]\nb=: {c: d}\n"e+": f\n+: g\nh: i', "x.yaml"))
    assert {key: node.operator for key, node in root.items()} == {"email": "+", "b": "=", "e+": "", "+": "", "h": ""}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # scalars
        ("a: no", ['1:4: a: no is ambiguous: some YAML readers take it as false; quote it: "no", or write false']),
        (
            "a: {b: [012345670123]}",
            [
                ("1:9: a.b[0]: 012345670123 is twelve digits: an account id is text, and would lose its leading zeros "
                'as a number; quote it: "012345670123"')
            ],
        ),
        ("a:", ["1:3: a: has no value; give a value, or write null to remove what is inherited"]),
        ("a: # none", ["1:3: a: has no value; give a value, or write null to remove what is inherited"]),
        ("a: [null]", ['1:5: a[0]: null means nothing in a list; leave the item out, or quote it: "null"']),
        (
            'a: "\\u200b"',
            [
                ("1:4: a: holds U+200B ZERO WIDTH SPACE, an invisible formatting character; "
                "retype it without that character")
            ],
        ),
        (
            "a: e\u0301",
            [
                ("1:4: a: is not in Unicode normal form NFC, and Terraform would change it; "
                "retype it without that character")
            ],
        ),
        # keys
        ("on: x", ['1:1: the key on is ambiguous: some YAML readers take it as true; quote it: "on"']),
        ("a: {12: x}", ['1:5: a: the key 12 is not text; quote it: "12"']),
        ("true: x", ['1:1: the key true is not text; quote it: "true"']),
        ("null: x", ['1:1: the key null is not text; quote it: "null"']),
        ("a:\n  ? \n  : b", ["2:4: a: a key is missing before this colon; write key: value"]),
        ("<<: x", ['1:1: the key << is ambiguous: it has a meaning of its own in YAML; quote it: "<<"']),
        (
            '"\\u202e": x',
            [
                ("1:1: the key holds U+202E RIGHT-TO-LEFT OVERRIDE, an invisible formatting character; "
                "retype it without that character")
            ],
        ),
        (
            "a: e\nb: f\na: g",
            ["3:1: a: is given twice, first at x.yaml:1:1; keep one of them"],
        ),
        ("a+: [b]\na: [c]", ["2:1: a: is given twice, first at x.yaml:1:1; keep one of them"]),
        ("a=: {b: c}\n'a': d", ["2:1: a: is given twice, first at x.yaml:1:1; keep one of them"]),
        (
            "b: {a: *c,\n a: d}",
            [
                "1:8: b.a: aliases are not supported: *c; share values through a base named under extends, or repeat them",
                "2:2: b.a: is given twice, first at x.yaml:1:5; keep one of them",
            ],
        ),
        ("a: no\na: yes", [
            '1:4: a: no is ambiguous: some YAML readers take it as false; quote it: "no", or write false',
            "2:1: a: is given twice, first at x.yaml:1:1; keep one of them",
            '2:4: a: yes is ambiguous: some YAML readers take it as true; quote it: "yes", or write true',
        ]),
        ("[a]: b", ['1:1: a key must be text; write a word before the colon, or quote it: "…"']),
        ("[a]: {b: [c]}", ['1:1: a key must be text; write a word before the colon, or quote it: "…"']),
        ("[no]: yes\nb: no", [
            '1:1: a key must be text; write a word before the colon, or quote it: "…"',
            '2:4: b: no is ambiguous: some YAML readers take it as false; quote it: "no", or write false',
        ]),
        (
            "a: {{ name }}",
            [
                ("1:5: a: Jinja does not work in a spec; "
                'quote text that holds {{, or write a variable such as "@{stack}"')
            ],
        ),
        (
            "{{ name }}",
            [
                (
                    "1:2: Jinja does not work in a spec; "
                    'quote text that holds {{, or write a variable such as "@{stack}"'
                )
            ],
        ),
        (
            "ab: {{ name }}",
            [
                (
                    "1:6: ab: Jinja does not work in a spec; "
                    'quote text that holds {{, or write a variable such as "@{stack}"'
                )
            ],
        ),
        # operators
        (
            "x: {a+: b}",
            [
                ("1:5: x.a: a+ appends to a list, and this is none; "
                "write a: without the +, scalars and lists replace what is inherited")
            ],
        ),
        (
            "a=: [b]",
            [
                ("1:1: a: a= replaces a mapping, and this is none; "
                "write a: without the =, scalars and lists replace what is inherited")
            ],
        ),
        ("a+: no", ['1:5: a: no is ambiguous: some YAML readers take it as false; quote it: "no", or write false']),
        (
            "a +: [b]",
            ["1:1: the key a + has a space before its +; write a+"],
        ),
        (
            "x: {a =: {b: c}}",
            ["1:5: x: the key a = has a space before its =; write a="],
        ),
        (
            "a+=: [b]",
            ['1:1: the key a+= has two operators; end it in one + or =, or quote the whole key: "a+="'],
        ),
        # what YAML has and a spec does not
        ("a: &x b", ["1:4: a: anchors are not supported: &x; share values through a base named under extends, or repeat them"]),
        ("a: &x [b]", ["1:4: a: anchors are not supported: &x; share values through a base named under extends, or repeat them"]),
        ("a: *x", ["1:4: a: aliases are not supported: *x; share values through a base named under extends, or repeat them"]),
        ("&x a: b", ["1:1: anchors are not supported: &x; share values through a base named under extends, or repeat them"]),
        ("a: !!str 12", ["1:4: a: tags are not supported: tag:yaml.org,2002:str; remove it; a value in quotes is text, and one without is read as it looks"]),
        ("a: ! b", ["1:4: a: tags are not supported: !; remove it; a value in quotes is text, and one without is read as it looks"]),
        ("a: !!map {b: no}", [
            "1:4: a: tags are not supported: tag:yaml.org,2002:map; remove it; a value in quotes is text, and one without is read as it looks",
            '1:14: a.b: no is ambiguous: some YAML readers take it as false; quote it: "no", or write false',
        ]),
        ("!!str a: b", ["1:1: tags are not supported: tag:yaml.org,2002:str; remove it; a value in quotes is text, and one without is read as it looks"]),
        ("a: b\n---\nc: d", ["2:1: a second document begins here; write each spec to a file of its own"]),
        ("%YAML 1.1\n---\na: b", ["1:1: directives are not supported; remove the lines that begin with %"]),
        ("%TAG ! foo\n---\na: b", ["1:1: directives are not supported; remove the lines that begin with %"]),
        # documents
        ("", ["1:1: is empty; run tfstencil new to see what a spec looks like"]),
        ("# nothing\n", ["2:1: is empty; run tfstencil new to see what a spec looks like"]),
        ("a:b", ["1:1: must be a mapping of keys to values; write key: value, with a space after the colon"]),
        ("- a", ["1:1: must be a mapping of keys to values; write key: value, with a space after the colon"]),
    ],
)  # fmt: skip
def test_what_could_be_misread_is_refused_with_place_and_remedy(text: str, expected: list[str]) -> None:
    assert told(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a:\n\tb: c", "2:1: a tab stands where only spaces can; indent with spaces, two per level"),
        ("a:\n\tb: c\n", "2:1: a tab stands where only spaces can; indent with spaces, two per level"),
        ("a: 1\n\tb: 2\n", "2:1: a tab stands where only spaces can; indent with spaces, two per level"),
        ("a: |\n\tb\n", "2:1: a tab stands where only spaces can; indent with spaces, two per level"),
        (
            "a: b: c\n",
            ('1:5: a colon stands where no key can be; quote text that holds ": ", begin each key on a line of its own, '
            "and put a space after the colon of a key"),
        ),
        ("a: b\nfoo\nc: d\n", "2:1: a key without its colon; write key: value, with a space after the colon"),
        ("a:\n    b: c\n  d: e\n", "3:3: the indentation fits nothing above; align it with the key or item that it belongs to"),
        ("a: b\n}\n", "2:1: the indentation fits nothing above; align it with the key or item that it belongs to"),
        (
            "  a: b\nc: d\n",
            ("2:1: text follows the end of the spec; align every top-level key at column 1; quote text that holds quotes "
            "or brackets"),
        ),
        ("a: b\nc: 'd\n\n", "2:4: the quote that opens here is never closed; close it with the same quote"),
        ('a: "b\n---\n', "1:4: the quote that opens here is never closed; close it with the same quote"),
        (
            "a: {b: c\nd: e\n",
            "1:4: the { that opens here is never closed, or a comma is missing; separate entries by commas and close with }",
        ),
        (
            "a: [b, c\n",
            "1:4: the [ that opens here is never closed, or a comma is missing; separate items by commas and close with ]",
        ),
        ("a:\n- b\n c\nd\n", "4:1: a key without its colon; write key: value, with a space after the colon"),
        ("- a\nb: c\n", "2:1: a key stands among the items of a list; begin every item with -, or indent the list below its key"),
        ("a: @b\n", "1:4: text cannot begin with this character; put the whole value in quotes"),
        ("a: `b`\n", "1:4: text cannot begin with this character; put the whole value in quotes"),
        ("a: %b\n", "1:4: text cannot begin with this character; put the whole value in quotes"),
        ("a: *.js\n", "1:4: text cannot begin with * or &; put the whole value in quotes"),
        ("a: & b\n", "1:4: text cannot begin with * or &; put the whole value in quotes"),
        ("a: !x!y z\n", "1:4: tags are not supported; quote text that begins with !"),
        ("a: !<x\n", "1:4: tags are not supported; quote text that begins with !"),
        (
            "a: 'it's'\n",
            ("1:8: text follows a value that has ended; put the whole value in quotes; a ' inside single quotes is "
            "written ''"),
        ),
        (
            "a: {{ b }}/c\n",
            ("1:11: text follows a value that has ended; put the whole value in quotes; a ' inside single quotes is "
            "written ''"),
        ),
        (
            'a: "\\q"\n',
            "1:5: double quotes hold an escape that YAML does not know; write a backslash as \\\\, or use single quotes",
        ),
        (
            'a: "\\ud800"\n',
            "1:7: double quotes hold an escape that YAML does not know; write a backslash as \\\\, or use single quotes",
        ),
        ("a: - b\n", "1:4: a list cannot begin on the line of its key; begin each item with - on a line of its own, or write [a, b]"),
        ("a: | b\n", "1:6: text follows the | or > that opens a block; begin the text on the next line, indented"),
        (
            "a: ]\n",
            "1:4: a bracket or comma stands where a value should be; put text that holds brackets or commas in quotes",
        ),
        (
            "%YAML 2.0\n---\na: b\n",
            "1:1: this is not valid YAML (found incompatible YAML document); correct it, or quote the value",
        ),
        (
            "%FOO\n---\na: b\n",
            ("1:5: this is not valid YAML (while scanning a directive: found unknown directive name); "
            "correct it, or quote the value"),
        ),
    ],
)  # fmt: skip
def test_a_mistake_of_syntax_is_told_in_the_words_of_who_made_it(text: str, expected: str) -> None:
    assert told(text)[-1] == expected
    assert problems_of(text)[-1].rule == "syntax"


def test_a_syntax_error_does_not_hide_what_stands_above_it() -> None:
    assert [problem.place for problem in problems_of("a: no\nb: 'c\n")] == [
        Place("x.yaml", 1, 4),
        Place("x.yaml", 2, 4),
    ]


def test_all_problems_are_found_at_once_and_ordered_by_position() -> None:
    found = problems_of("a: no\non: {b: 012, c: &x d}\ne: [~, 1.10]\na: f\n")
    assert [(problem.place.line, problem.place.column, problem.rule) for problem in found if problem.place] == [
        (1, 4, "ambiguous-scalar"),
        (2, 1, "ambiguous-scalar"),
        (2, 9, "ambiguous-scalar"),
        (2, 17, "anchor"),
        (3, 5, "ambiguous-scalar"),
        (3, 8, "ambiguous-scalar"),
        (4, 1, "duplicate-key"),
    ]


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("a:", "no-value"),
        ("a: [null]", "null-item"),
        ("a: '\u0378'", "refused-text"),
        ("on: x", "ambiguous-scalar"),
        ("? \n: b", "key"),
        ("[a]: b", "key"),
        ("a+: b", "operator"),
        ("a+=: b", "operator"),
        ("a: *b", "alias"),
        ("a: &b c", "anchor"),
        ("a: !b c", "tag"),
        ("", "document"),
        ("a", "not-a-mapping"),
        ("'\\u200b\": x", "syntax"),
        ('"\\u200b": x', "refused-text"),
        ("\u200b", "invisible-text"),
    ],
)
def test_every_kind_of_problem_has_its_rule(text: str, rule: str) -> None:
    assert [problem.rule for problem in problems_of(text)] == [rule]


def test_a_problem_shows_its_line() -> None:
    assert problems_of("a: b\n  \nc: {d: no}   \n")[0].excerpt == "c: {d: no}"


def test_a_shown_line_hides_nothing_and_keeps_its_columns() -> None:
    assert problems_of("a: \x1b[31m\tb\u202e c\n")[0].excerpt == "a: \ufffd[31m b\ufffd c"


def test_of_a_line_too_long_to_show_the_part_around_the_place_is_shown() -> None:
    near, far = problems_of("a: [no, " + "x, " * 200 + "off" + ", x" * 200 + "]")
    assert (len(near.excerpt), near.excerpt_column) == (400, 1)
    assert far.place is not None
    assert (len(far.excerpt), far.excerpt_column) == (400, far.place.column - 100)
    assert far.excerpt[far.place.column - far.excerpt_column :].startswith("off, x")


def test_a_line_is_cut_from_the_column_on_that_would_not_be_seen() -> None:
    line = "".join(map(chr, range(0x4E00, 0x5200)))
    source = SpecText("x", line)
    assert source.excerpt(1, 400) == line[:400]
    assert source.excerpt(1, 401) == line[300:700]
    assert [source.problem(1, column, "", "").excerpt_column for column in (1, 400, 401)] == [1, 1, 301]


def test_there_is_no_line_to_show_outside_the_text() -> None:
    source = SpecText("x", "one\ntwo")
    assert [source.excerpt(line) for line in (0, 1, 2, 3)] == ["", "one", "two", ""]


def test_what_is_missing_at_the_end_is_told_at_the_last_line() -> None:
    # libyaml speaks of a line after the last one.
    assert [str(problem.place) for problem in problems_of("a: b\n? c")] == ["x.yaml:2:4"]
    assert [str(problem.place) for problem in problems_of("a: b\n? cd\n")] == ["x.yaml:3:1"]


def test_a_problem_can_point_at_the_value_or_at_its_key() -> None:
    node = mapping(read_text(b"a: b", "x.yaml"))["a"]
    at_value = node.problem("a", "is wrong", hint="right it")
    at_key = node.problem("a", "is wrong", rule="own", at_key=True)
    assert (str(at_value), at_value.excerpt, at_value.rule) == ("x.yaml:1:4: a: is wrong; right it", "a: b", "spec")
    assert (str(at_key), at_key.rule) == ("x.yaml:1:1: a: is wrong", "own")


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"\xef\xbb\xbfa: b", "1:1: begins with a byte order mark; save the file as UTF-8 without BOM"),
        ("a: b".encode("utf-16"), "1:1: begins with a byte order mark; save the file as UTF-8 without BOM"),
        (b"\xfe\xff\x00a", "1:1: begins with a byte order mark; save the file as UTF-8 without BOM"),
        ("é: x\nbé: ".encode() + b"\xff", "2:5: byte 0xff is not UTF-8; save the file as UTF-8"),
        (b"a: \xed\xa0\x80", "1:4: byte 0xed is not UTF-8; save the file as UTF-8"),
        (b"\xe9", "1:1: byte 0xe9 is not UTF-8; save the file as UTF-8"),
    ],
)
def test_a_file_in_another_encoding_is_refused_at_the_first_odd_byte(data: bytes, expected: str) -> None:
    assert told(data) == [expected]
    assert [problem.rule for problem in problems_of(data)] == ["encoding" if "byte 0x" in expected else "unreadable"]


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("a: b\x00\nc\x07: d\n", ["1:5", "2:2"]),
        ("a: b\n\nc: d\ne: \x07", ["4:4"]),
        ("a: b\rc: d", ["1:5"]),
        ("a: b\r\nc: \x0bd\x0c", ["2:4", "2:6"]),
        ("a: \x1b[31mred", ["1:4"]),
        ("a: b # \u202e comment", ["1:8"]),
        ("é: \u2028x\u2029", ["1:4", "1:6"]),
        ("XML: \u2028X\u2029", ["1:6", "1:8"]),
        ("é: \x85", ["1:4"]),
        ("a: \ufffe\uffff", ["1:4", "1:5"]),
        ("a: b\ufeff", ["1:5"]),
        ("é: \x7f\n\u200b: ]", ["1:4", "2:1"]),
    ],
)
def test_text_that_nobody_can_see_is_refused_wherever_it_stands(text: str, places: list[str]) -> None:
    found = problems_of(text)
    assert [str(problem.place).removeprefix("x.yaml:") for problem in found] == places
    assert {problem.rule for problem in found} == {"invisible-text"}


def test_invisible_text_is_named_with_the_remedy() -> None:
    assert told("a: \u202eb") == [
        (
            "1:4: holds U+202E RIGHT-TO-LEFT OVERRIDE, which nobody can see; "
            "remove it, or write it as an escape in double quotes where it may stand"
        )
    ]


def test_visible_text_of_any_script_is_read() -> None:
    assert plain(read_text("# ✓\t日本語\r\nté: 🚀\u00a0ü\n".encode(), "x.yaml")) == {"té": "🚀\u00a0ü"}


def test_a_file_of_one_mebibyte_is_read_and_one_byte_more_is_refused() -> None:
    data = b"a: b #".ljust(1024 * 1024, b"x")
    assert plain(read_text(data, "x.yaml")) == {"a": "b"}
    assert told(data + b"x") == ["1:1: is larger than 1 MiB; split it into bases and name them under extends"]


def test_nesting_of_32_levels_is_read_and_one_more_is_refused() -> None:
    # The top-level mapping is the first level.
    assert plain(read_text(b"a: " + b"[" * 31 + b"]" * 31, "x.yaml"))
    found = told(b"b: no\na: " + b"[" * 32 + b"]" * 32)
    assert found[1] == ("2:35: a" + "[0]" * 31 + ": nested more than 32 levels deep; flatten it; no spec needs this")
    assert len(found) == 2
    assert told(b"ab: " + b"[" * 32)[0].startswith("1:36: ab[0]")


@pytest.mark.thorough
def test_50000_values_are_read_and_one_more_is_refused() -> None:
    # The mapping, its key and the list are values too.
    at_most = "a: [" + "x, " * (50_000 - 4) + "x]"
    assert plain(read_text(at_most.encode(), "x.yaml"))
    found = problems_of(at_most.replace("]", ", x]"))
    assert [(problem.message, problem.hint, problem.rule) for problem in found] == [
        ("more than 50,000 values", "split the spec into bases", "too-large")
    ]
    keys = "".join(f"k{number}: x\n" for number in range(25_000))
    assert problems_of(keys)[0].rule == "too-large"


@pytest.mark.thorough
@pytest.mark.parametrize(
    "data",
    [
        b"[" * LARGEST_FILE,
        b"{" * LARGEST_FILE,
        b"- " * (LARGEST_FILE // 2),
        b"? " * (LARGEST_FILE // 2),
        b"a: " * (LARGEST_FILE // 3),
        b"a: [" + b"[],"*(LARGEST_FILE // 4),
        b'a: "' + b"\\x41" * (LARGEST_FILE // 5) + b'"',
        b"a: " + b"9" * (LARGEST_FILE - 4),
        b"a: " + b"0" * (LARGEST_FILE - 4),
        b"a: " + b"1:" * (LARGEST_FILE // 2 - 4),
        b"a: " + b"1_" * (LARGEST_FILE // 2 - 4),
        b"a: &a [x]\n" + b"b: *a\n" * 100_000,
        b"a: no\n" * 100_000,
        b"\x01" * 1000,
        "\u200b".encode() * 1000,
        b"\n" * LARGEST_FILE,
        b"!" * LARGEST_FILE,
        b"&" * LARGEST_FILE,
        b"a: |\n" + b" x\n" * (LARGEST_FILE // 4),
        b"a: >\n" + b" x\n\n" * (LARGEST_FILE // 5),
    ],
    ids=lambda data: repr(data[:12]).replace("\\", "/"),
)  # fmt: skip
def test_no_file_however_odd_takes_long(data: bytes) -> None:
    started = time.process_time()
    problems = parse(data, "x.yaml").problems
    assert time.process_time() - started < 10
    assert all(problem.place for problem in problems)
    assert all(len(str(problem)) < 2000 for problem in problems)


def test_a_spec_is_read_from_its_file(tmp_path: Path) -> None:
    (tmp_path / "dev.yaml").write_bytes(b"a: b\n")
    root = read_spec(tmp_path / "dev.yaml", "environments/dev.yaml")
    assert plain(root) == {"a": "b"}
    assert root.place == Place("environments/dev.yaml", 1, 1)


def test_a_layer_may_have_a_name_of_its_own(tmp_path: Path) -> None:
    (tmp_path / "prod.yaml").write_bytes(b"a: b\n")
    root = load(tmp_path / "prod.yaml", "classes/prod.yaml", "class prod").root
    assert root is not None
    assert (mapping(root)["a"].layer, str(mapping(root)["a"].place)) == ("class prod", "classes/prod.yaml:1:4")


def test_a_missing_file_is_wrong_usage(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"environments/dev\.yaml does not exist") as caught:
        read_spec(tmp_path / "dev.yaml", "environments/dev.yaml")
    assert caught.value.hint == "run tfstencil new, or correct the name"


def test_a_folder_a_pipe_and_a_link_in_circles_are_no_specs(tmp_path: Path) -> None:
    (tmp_path / "folder.yaml").mkdir()
    os.mkfifo(tmp_path / "pipe.yaml")
    (tmp_path / "loop.yaml").symlink_to(tmp_path / "loop.yaml")
    expected = {
        "folder.yaml": "x.yaml:1:1: is not a file; a spec is a YAML file in environments/",
        "pipe.yaml": "x.yaml:1:1: is not a file; a spec is a YAML file in environments/",
        "loop.yaml": (
            "x.yaml:1:1: is a link that leads round to itself, and to no file; "
            "correct the link, or put the file itself there"
        ),
    }
    for name, message in expected.items():
        with pytest.raises(SpecError) as caught:
            read_spec(tmp_path / name, "x.yaml")
        assert str(caught.value) == message
        assert caught.value.problems[0].rule == "unreadable"


def test_a_file_larger_than_allowed_is_not_read_to_its_end(tmp_path: Path) -> None:
    with (tmp_path / "huge.yaml").open("wb") as file:
        file.truncate(1 << 40)  # sparse: it takes no space
    with pytest.raises(SpecError, match="is larger than 1 MiB"):
        read_spec(tmp_path / "huge.yaml", "huge.yaml")


def test_a_file_as_large_as_allowed_is_read_to_its_end(tmp_path: Path) -> None:
    (tmp_path / "large.yaml").write_bytes(b"a: b\n#".ljust(LARGEST_FILE - 3, b"x") + b"\nc:")
    with pytest.raises(SpecError, match=r"large\.yaml:3:3: c: has no value"):
        read_spec(tmp_path / "large.yaml", "large.yaml")


def test_a_complaint_without_a_place_is_told_of_the_file_as_a_whole() -> None:
    # The pure Python parser lets chr() complain, which knows of no place.
    construction = Construction(SpecText("x.yaml", 'ab: c\nd: "\\U00110000"\n'), yaml.SafeLoader)
    assert construction.document(b'ab: c\nd: "\\U00110000"\n') is None
    (problem,) = construction.problems
    assert (str(problem.place), problem.excerpt) == ("x.yaml:1:1", "ab: c")


PLAIN_YAML = [
    "a: b", "a: no", "a: [1, {b: c}]", "a: |\n  b\n", "a: 'b'\n", "a: &x b", "a: *x", "a: !t b", "? a", "[a]: b", "",
    "a: b\n---\nc: d", "a: {b: c", "a: 'b", "a: b: c", "a:\n\tb: c", "a: @b", "a: %b", "a:\n    b: c\n  d: e", "- a\nb: c",
    "a: - b", 'a: "\\q"', 'a: "\\U00110000"', 'a: "\\UFFFFFFFF"', 'a: "\\ud800"', "a: ]", "a: é\n", "a: *.js", "a: | b", "a: 'it's'",
]  # fmt: skip


@pytest.mark.parametrize("text", PLAIN_YAML)
def test_the_parser_in_pure_python_agrees_with_libyaml(text: str) -> None:
    outcomes = []
    for loader in (yaml.CSafeLoader, yaml.SafeLoader):
        construction = Construction(SpecText("x.yaml", text), loader)
        root = construction.document(text.encode())
        outcomes.append(bool(construction.problems) or (root and plain(root)))
        assert all(problem.place for problem in construction.problems)
    assert outcomes[0] == outcomes[1]


@pytest.mark.parametrize("text", [text for text in PLAIN_YAML if '"\\' not in text and text != "? a"])
def test_the_parser_in_pure_python_finds_the_same_mistakes_at_the_same_places(text: str) -> None:
    first, second = (
        Construction(SpecText("x.yaml", text), yaml.CSafeLoader),
        Construction(SpecText("x.yaml", text), yaml.SafeLoader),
    )
    first.document(text.encode())
    second.document(text.encode())
    assert first.problems == second.problems


def test_specs_are_read_where_libyaml_is_missing(repository: Path) -> None:
    script = (
        "import sys; sys.modules['yaml._yaml'] = None; import yaml; assert not yaml.__with_libyaml__\n"
        "from generator.language.reader import read_text; from generator.language.nodes import plain\n"
        "print(plain(read_text(b'a: [1, b]', 'x.yaml')))"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=repository, capture_output=True, text=True, check=False, timeout=60
    )
    assert (done.stdout, done.stderr) == ("{'a': [1, 'b']}\n", "")
