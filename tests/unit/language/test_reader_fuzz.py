"""Whatever bytes a spec holds, the answer is its values or a list of problems with their places."""

from __future__ import annotations

import json
import os
import random
import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from generator.errors import SpecError
from generator.language.nodes import Node, plain
from generator.language.reader import Reading, parse
from generator.model.loading.load import load_environment
from generator.text import check_text

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Callable, Mapping, Sequence

    from generator.workspace import Workspace

SEED = int(os.environ.get("TFSTENCIL_FUZZ_SEED", "20260131"))
SHIPPED = {path.stem: path.read_bytes() for path in (Path(__file__).parents[3] / "environments").glob("*.yaml")}
SPECS = (
    *(SHIPPED[name] for name in sorted(SHIPPED)),
    b"""# a base
stack: nodejs-microservice
region: us-east-1
tags: {Owner: platform-team, CostCenter: "1234"}
source:
  type: github
  repository: https://github.com/acme-platform/nodejs-microservice
builds:
  main:
    runtime: {nodejs: 18}
    timeout: 15m
    phases:
      install:
        - npm ci --no-audit --no-fund
        - "echo \\"\\u00e9\\t\\""
    variables:
      STAGE: "@{environment}"
logs: {retention_days: 7}
""",
    """extends: [_base, _eu]
account: "111122223333"
description: >-
  Käufe und Verkäufe,
  built nightly 🚀
artifacts:
  archive_after_days: 60
  encryption: null
notifications:
  email+: ['ops@acme.example', builds@acme.example]
tags=:
  Owner: 'it''s us'
script: |
  set -eu
  make
""".encode(),
)
# Bytes that mean something to YAML, to UTF-8 or to a terminal.
ODD = (
    b":", b"-", b"{", b"}", b"[", b"]", b",", b"&a ", b"*a", b"!!str ", b"|", b">", b"'", b'"', b"%", b"@", b"`", b"\t", b"\n", b" ",
    b"#", b"?", b"---\n", b"...\n", b"\x00", b"\x85", b"\xff", b"\xef\xbb\xbf", b"\xe2\x80\xae", b"\xed\xa0\x80", b"\xf0\x9f", b"\r",
    b"<<: ", b"~", b"no", b"0x1F", b"1e9", b"\\", b"\x1b[", b"\xc2\xa0", b"e\xcc\x81", b"null", b"=", b"+: ",
)  # fmt: skip


def mutated(rng: random.Random, specs: Sequence[bytes] = SPECS) -> bytes:
    """Change a realistic spec in one to four places."""
    data = bytearray(rng.choice(specs))
    for _ in range(rng.randint(1, 4)):
        at = rng.randrange(len(data) + 1)
        match rng.randrange(5):
            case 0:
                data[at : at + 1] = bytes([rng.randrange(256)])
            case 1:
                data[at:at] = rng.choice(ODD)
            case 2:
                del data[at : at + rng.randint(1, 8)]
            case 3:
                data[at:at] = data[at : at + rng.randint(1, 40)]
            case _:
                data[at : at + 1] = rng.choice(ODD)
    return bytes(data)


def check(reading: Reading, data: bytes) -> None:
    """Assert that a reading is a tree of clean values, or problems that point into the text."""
    lines = data.decode("utf-8", "replace").split("\n")
    for problem in reading.problems:
        assert problem.place
        assert isinstance(problem.key, str)
        assert problem.rule
        assert problem.message
        assert problem.hint
        assert 1 <= problem.place.line <= len(lines)
        assert 1 <= problem.place.column <= len(lines[problem.place.line - 1]) + 1
    if not reading.problems:
        assert reading.root
        check_node(reading.root)


def check_node(node: Node) -> None:
    value = node.value
    if isinstance(value, dict):
        for key, child in value.items():
            assert check_text(key) is None
            assert child.key_line
            check_node(child)
    elif isinstance(value, list):
        for child in value:
            check_node(child)
    elif isinstance(value, str):
        assert check_text(value) is None
    else:
        assert value is None or isinstance(value, int)


@pytest.mark.thorough
@pytest.mark.parametrize("part", range(4))
def test_20000_mutations_of_specs_are_values_or_problems_with_places(part: int) -> None:
    rng = random.Random(SEED + part)  # noqa: S311  # repeatable, not secret
    refused = 0
    for _ in range(5_000):
        data = mutated(rng)
        reading = parse(data, "x.yaml")
        check(reading, data)
        refused += bool(reading.problems)
    assert 1_000 < refused < 4_900


@pytest.mark.thorough
def test_mutations_of_shipped_specs_are_environments_or_problems_with_places(
    workspace_of: Callable[[Mapping[str, str]], Workspace],
) -> None:
    rng = random.Random(SEED)  # noqa: S311  # repeatable, not secret
    workspace = workspace_of({})
    refused = 0
    for _ in range(1_000):
        mutate(workspace, rng)
        try:
            problems = load_environment(workspace, "prod").warnings
        except SpecError as error:
            problems = error.problems
            refused += 1
        for problem in problems:
            assert problem.place
            lines = workspace.root.joinpath(problem.place.file).read_bytes().decode("utf-8", "replace").split("\n")
            assert problem.place.column <= len(lines[problem.place.line - 1]) + 1
    assert 200 < refused < 1000


def mutate(workspace: Workspace, rng: random.Random) -> None:
    """Change one of the two shipped specs that prod is made of, and put the other back."""
    changed = rng.choice(["_base", "prod"])
    for name in ("_base", "prod"):
        data = mutated(rng, [SHIPPED[name]]) if name == changed else SHIPPED[name]
        workspace.spec_path(name).write_bytes(data)


@pytest.mark.thorough
def test_the_command_answers_mutations_with_places_and_writes_nothing(
    workspace_of: Callable[[Mapping[str, str]], Workspace],
    call: Callable[..., subprocess.CompletedProcess[str]],
) -> None:
    rng = random.Random(SEED)  # noqa: S311  # repeatable, not secret
    workspace = workspace_of({})
    refused = 0
    while refused < 60:
        mutate(workspace, rng)
        ended = call("-C", workspace.root, "validate", "prod")
        if ended.returncode == 0:
            continue
        refused += 1
        ended = call("-C", workspace.root, "render", "prod")
        assert ended.returncode == 1
        assert re.match(r"environments/\w+\.yaml:\d+:\d+: ", ended.stderr)
        assert "Traceback" not in ended.stderr
        assert [path.name for path in workspace.root.iterdir()] == ["environments"]


@settings(deadline=None)  # how long one case takes says more of the machine than of the code
@given(st.binary(max_size=200))
def test_any_bytes_are_values_or_problems_with_places(data: bytes) -> None:
    check(parse(data, "x.yaml"), data)


@settings(deadline=None)
@given(st.text(st.sampled_from("ab: -{}[],&*!|>'\"%@`#?\n\t\r0~=+\u00e9\u200b\U0001f680"), max_size=60))
def test_any_text_of_yaml_signs_is_values_or_problems_with_places(text: str) -> None:
    data = text.encode()
    check(parse(data, "x.yaml"), data)


CLEAN = st.text(max_size=20).filter(lambda text: check_text(text) is None)
NUMBERS = st.integers(-(10**30), 10**30).filter(lambda number: not 10**11 <= number < 10**12)
# At the end of an unquoted key, + and = are the spec's own notation.
NAMES = CLEAN.filter(lambda text: not text.endswith(("+", "=")))
VALUES = st.recursive(
    st.booleans() | NUMBERS | CLEAN,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(NAMES, inner, max_size=4),
    max_leaves=12,
)
TREES = st.dictionaries(NAMES, VALUES, min_size=1, max_size=5)


@pytest.mark.thorough
@settings(deadline=None)
@given(TREES)
def test_quoted_values_come_back_as_they_were_written(tree: dict[str, object]) -> None:
    text = json.dumps(tree, ensure_ascii=False).replace("\u2028", r"\u2028").replace("\u2029", r"\u2029")
    reading = parse(text.encode(), "x.yaml")
    assert reading.problems == ()
    assert reading.root
    assert plain(reading.root) == tree


@pytest.mark.thorough
@settings(deadline=None)
@given(tree=TREES, flow=st.booleans())
def test_what_another_program_wrote_is_never_read_otherwise(tree: dict[str, object], *, flow: bool) -> None:
    text = yaml.safe_dump(tree, default_flow_style=flow, allow_unicode=True, sort_keys=False)
    reading = parse(text.encode(), "x.yaml")
    assert {problem.rule for problem in reading.problems} <= {"ambiguous-scalar", "invisible-text", "alias", "anchor"}
    if not reading.problems:
        assert reading.root
        assert plain(reading.root) == tree
