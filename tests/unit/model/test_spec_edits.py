"""Edits of a spec's text: one thing changes, and every other byte stays."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from generator.model.spec_edits import SpecEdits

if TYPE_CHECKING:
    from collections.abc import Callable

BLOCK = """\
# The shop.
builds:
  main:  # the first
    # Node, as in production
    runtime: {nodejs: 22}
    phases:
      build:
        - npm test

  # the last
  other: {runtime: {}}
tags: {Owner: team}
"""


@pytest.mark.parametrize(
    ("edit", "gone", "come"),
    [
        pytest.param(
            lambda spec: spec.renamed(("builds", "main"), "ci"), ["  main:  # the first"], ["  ci:  # the first"], id="key"
        ),
        pytest.param(
            lambda spec: spec.renamed(("builds", "other"), "on"), ["  other: {runtime: {}}"], ['  "on": {runtime: {}}'],
            id="key that YAML would take for a word",
        ),
        pytest.param(
            lambda spec: spec.with_key(("builds", "main", "names", "label"), "old"), [],
            ["    names:", "      label: old"], id="mapping in a block",
        ),
        pytest.param(
            lambda spec: spec.with_key(("builds", "other", "names", "label"), "old"),
            ["  other: {runtime: {}}"], ["  other: {runtime: {}, names: {label: old}}"], id="mapping in braces",
        ),
        pytest.param(
            lambda spec: spec.with_key(("builds", "other", "runtime", "nodejs"), "22"),
            ["  other: {runtime: {}}"], ['  other: {runtime: {nodejs: "22"}}'], id="key of an empty mapping",
        ),
        pytest.param(
            lambda spec: spec.with_items(("builds", "main", "phases", "build"), ["echo: 1"]), [],
            ['        - "echo: 1"'], id="item of a block",
        ),
        pytest.param(
            lambda spec: spec.with_items(("formerly",), ["a/b"]), [], ["formerly: [a/b]"], id="list that is new"
        ),
        pytest.param(
            lambda spec: spec.with_value(("tags", "Owner"), "no"), ["tags: {Owner: team}"], ['tags: {Owner: "no"}'],
            id="value",
        ),
        pytest.param(
            lambda spec: spec.without(("builds", "other", "runtime")), ["  other: {runtime: {}}"], [],
            id="mapping that is emptied",
        ),
        pytest.param(
            lambda spec: spec.without(("tags", "Owner")), ["tags: {Owner: team}"], [], id="key that is the only one"
        ),
    ],
)  # fmt: skip
def test_an_edit_changes_its_lines_alone(
    edit: Callable[[SpecEdits], SpecEdits], gone: list[str], come: list[str]
) -> None:
    before, after = BLOCK.splitlines(), edit(SpecEdits(BLOCK)).text.splitlines()
    assert [line for line in before if line not in after] == gone
    assert [line for line in after if line not in before] == come
    assert [line for line in before if line in after] == [line for line in after if line in before]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a: {b: [1, 2]}\n", "a: {b: [1, 2, x]}\n"),
        ("a:\n  b: []\n", "a:\n  b: [x]\n"),
        ("a:\n  b:\n  # below\n", "a:\n  b: [x]\n  # below\n"),
        ("a: {}", "a: {b: [x]}"),
        ("a:", "a: {b: [x]}"),
        ("a:\n  b+: [y]", "a:\n  b+: [y, x]"),
        ("a:\n  c: |\n    text\n", "a:\n  c: |\n    text\n  b: [x]\n"),
        ("z: 1", "z: 1\na:\n  b: [x]"),
    ],
)
def test_a_list_grows_whatever_stands_there(text: str, expected: str) -> None:
    assert SpecEdits(text).with_items(("a", "b"), ["x"]).text == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a: {b: 1, c: 2}\n", "a: {c: 2}\n"),
        ("a: {c: 2, b: 1}\n", "a: {c: 2}\n"),
        ("a:\n  b:  # why\n    d: 1\n  c: 2\n", "a:\n  c: 2\n"),
        ("a:\n  b: |\n    x\n  c: 2\n", "a:\n  c: 2\n"),
        ("x: 1\na: {b: 1}\n", "x: 1\n"),
    ],
)
def test_a_key_goes_with_what_is_below_it(text: str, expected: str) -> None:
    assert SpecEdits(text).without(("a", "b")).text == expected


def test_what_is_not_there_is_told_and_what_is_no_spec_refused() -> None:
    edits = SpecEdits("a: [1]\n")
    assert not edits.has(("a", 1))
    assert edits.value(("a",)) == [1]
    assert edits.value(("b",)) is None
    with pytest.raises(LookupError, match="nothing stands at b"):
        edits.with_value(("b",), "x")
    with pytest.raises(LookupError, match="a mapping"):
        SpecEdits("- 1\n").has(("a",))
