"""What the encoder writes is read by the real terraform: back come the same bytes, and nothing that ran."""

from __future__ import annotations

import base64
import itertools
import json
import os
import random
import subprocess
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from generator.hcl.reference import Reference
from generator.rendering.hcl import EncodingError, encode
from generator.text import check_text

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

pytestmark = pytest.mark.terraform

SEED = 20_260
WORDS = [
    *'$%{}"\\\n\taé',
    "${",
    "%{",
    "$${",
    "%%{",
    "<<EOT\n",
    "\nEOT\n",
    "#",
    "//",
    "/*",
    "*/",
    "\U0001f600",
    "\u2028",
]
WORDS += ['${file("/etc/hostname")}', "%{ if true }", "%{ endif }", "\\u0041", "null", "terraform"]
MARKS = [
    *"aeAo=<\u0301\u0308\u0338\u0327\u05b0\u0e38\u3099か가각ᄀ",
    "\U0001d15e",
    "\U00011099",
    "\U000110ba",
    "\U0001f3fb",
    "\ufe0f",
]
TOKENS = ["$", "%", "{", "}", '"', "\\", "\n"]


@dataclass(frozen=True)
class Item:
    name: str
    null: object
    nested: object


def terraform(folder: Path, *arguments: str, text: str | None = None) -> str:
    variables = {name: value for name, value in os.environ.items() if not name.startswith("TF_")}
    done = subprocess.run(
        ["terraform", *arguments], cwd=folder, env=variables, input=text, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def held_by_terraform(folder: Path, expressions: Iterable[str], held: str) -> list[str]:
    """Return what terraform holds for each expression, as `held` (an expression over `local.values`) makes of it."""
    values = "".join(f"    {expression},\n" for expression in expressions)
    folder.mkdir()
    (folder / "main.tf").write_text(
        f'locals {{\n  values = [\n{values}  ]\n}}\noutput "held" {{\n  sensitive = true\n  value     = {held}\n}}\n'
    )
    terraform(folder, "apply", "-auto-approve", "-input=false", "-no-color")
    state = json.loads((folder / "terraform.tfstate").read_text())
    result: list[str] = state["outputs"]["held"]["value"]
    return result


def assert_same_bytes(folder: Path, texts: list[str]) -> None:
    held = held_by_terraform(folder, map(encode, texts), "[for text in local.values : base64encode(text)]")
    wrong = [text for text, data in zip(texts, held, strict=True) if base64.b64decode(data) != text.encode()]
    assert wrong == []


def accepted_scalars() -> list[str]:
    """Return every Unicode scalar that is accepted, each after a pipe: a mark needs a character to stand on."""
    scalars = (chr(point) for point in range(sys.maxunicode + 1))
    return [pair for scalar in scalars if check_text(pair := f"|{scalar}") is None]


@pytest.mark.slow
def test_every_accepted_unicode_scalar_comes_back_to_the_byte(tmp_path: Path) -> None:
    pairs = accepted_scalars()
    assert len(pairs) > 200_000
    assert_same_bytes(tmp_path / "root", ["".join(pairs[at : at + 200]) for at in range(0, len(pairs), 200)])


@pytest.mark.slow
def test_fifty_thousand_hostile_strings_come_back_to_the_byte(tmp_path: Path) -> None:
    exhaustive = ["".join(tokens) for length in range(6) for tokens in itertools.product(TOKENS, repeat=length)]
    source = random.Random(SEED)  # noqa: S311  # a seed makes the strings the same in every run
    heavy = {"".join(source.choices(WORDS, k=source.randint(1, 12))) for _ in range(42_000)}
    marks = {"".join(source.choices(MARKS, k=source.randint(2, 6))) for _ in range(12_000)}
    candidates = (*exhaustive, *sorted(heavy), *sorted(marks), *drawn())
    accepted = [text for text in candidates if check_text(text) is None]
    assert len(accepted) > 50_000
    assert_same_bytes(tmp_path / "root", accepted)


def drawn() -> list[str]:
    """Return strings that hypothesis thinks of."""
    found: set[str] = set()

    @settings(max_examples=100, database=None, derandomize=True, deadline=None, suppress_health_check=list(HealthCheck))
    @given(st.lists(st.text(), min_size=20, max_size=60))
    def collect(texts: list[str]) -> None:
        found.update(texts)

    collect()
    return sorted(found)


def test_keys_of_mappings_come_back_to_the_byte(tmp_path: Path) -> None:
    keys = ["".join(tokens) for length in range(1, 4) for tokens in itertools.product(TOKENS, repeat=length)]
    keys += ["null", "true", "for", "0", "012", "1.5", " ", "a.b", "é", "a b", "(a)", "${local.values}", "terraform"]
    mapping = encode(dict.fromkeys(keys, 1), indent=4)
    held = held_by_terraform(tmp_path / "root", [mapping], "[for key in keys(local.values[0]) : base64encode(key)]")
    assert sorted(base64.b64decode(key).decode() for key in held) == sorted(keys)


def test_values_of_every_type_come_back_as_they_are(tmp_path: Path) -> None:
    numbers = [0, 1, -1, 2**63, 10**30, -(10**30), 123_456_789_012]
    value = [
        *numbers,
        True,
        False,
        None,
        "",
        [],
        {},
        [[], [1]],
        {"a": {"b": [None, "x"]}},
        Item("${x}", None, {"k": [1, "2"]}),
    ]
    expected = [*value[:-1], {"name": "${x}", "null": None, "nested": {"k": [1, "2"]}}]
    for name, indent in (("lines", 4), ("one-line", None)):
        held = held_by_terraform(tmp_path / name, [encode(value, indent=indent)], "[jsonencode(local.values[0])]")
        assert json.loads(held[0]) == expected


def test_a_template_in_a_value_does_not_run(tmp_path: Path) -> None:
    assert_same_bytes(tmp_path / "root", ['${file("/etc/hostname")} %{ if true }"\n}'])


SCALARS = st.one_of(
    st.text(st.sampled_from('ab ${}"\\%\né')),
    st.integers(-(10**30), 10**30),
    st.booleans(),
    st.none(),
    st.sampled_from([Reference("module.logs.group_name"), Reference('data.a.b[0].c["d"]'), Reference("a.b[*].c")]),
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.one_of(
        st.lists(inner, max_size=5),
        st.dictionaries(st.text(st.sampled_from('abc ${}"\\'), max_size=6), inner, max_size=6),
        st.builds(Item, st.text(max_size=3), inner, inner),
        st.lists(st.text("abcdefgh", min_size=10, max_size=30), min_size=3, max_size=6),
    ),
    max_leaves=20,
)


def test_terraform_fmt_leaves_the_layout_as_it_is(tmp_path: Path) -> None:
    lines: list[str] = []

    @settings(max_examples=400, database=None, derandomize=True, deadline=None, suppress_health_check=list(HealthCheck))
    @given(VALUES)
    def collect(value: object) -> None:
        try:
            lines.append(f"  v{len(lines)} = {encode(value, indent=2)}\n\n  o{len(lines)} = {encode(value)}\n")
        except EncodingError:
            return

    collect()
    assert len(lines) > 200
    text = "locals {\n" + "\n".join(lines) + "}\n"
    assert terraform(tmp_path, "fmt", "-", text=text) == text
