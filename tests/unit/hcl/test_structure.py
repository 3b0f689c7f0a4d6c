"""HCL is taken apart as Terraform does, and what is none is told."""

from __future__ import annotations

from pathlib import Path

import pytest

from generator.hcl.structure import UnreadableError, entries, items, read

REPOSITORY = Path(__file__).parents[3]


def test_all_that_we_render_can_be_read() -> None:
    files = list((REPOSITORY / "modules_out").rglob("*.tf"))
    assert len(files) > 100
    for file in files:
        body = read(file.read_text())
        assert body.blocks or body.attributes or not file.read_text().strip() or "#" in file.read_text()


def test_strings_comments_and_heredocs_hide_nothing() -> None:
    text = 'a = "x } \\" ${f("}")} $${"\n/* { */ b {\n  c = <<-EOT\n    }\n  EOT\n  d = [1, # ]\n  2]\n}\n# }\ne = { x = 1 }\n'
    body = read(text)
    assert set(body.attributes) == {"a", "e"}
    (inner,) = body.of("b")
    assert (set(inner.attributes), items(inner.source("d"))) == ({"c", "d"}, ["1", "2"])
    assert entries(body.source("e")) == {"x": "1"}


@pytest.mark.parametrize("text", ["{", "a = [", "a {", "a b", 'a = "', "}", "1 = 2", 'a = "${'])
def test_what_is_no_hcl_is_told(text: str) -> None:
    with pytest.raises(UnreadableError):
        read(text)


def test_lists_and_objects_are_told_from_what_makes_them() -> None:
    assert items("[for x in y : x]") is None
    assert items("[1, ") is None
    assert entries("{ for k, v in x : k => v }") is None
    assert entries("{ (x) = 1 }") is None
    assert entries("{ a == 1 }") is None
    assert entries('{ "${x}" = 1 }') is None
    assert entries("{ a = 1, a = 2 }") is None
    assert entries("[1]") is None
    assert items("{}") is None
    assert items("[1] + [2]") is None
    assert (items("[]"), entries("{}")) == ([], {})
    assert entries('{ "a" : 1, b = 2\n c = 3 }') == {"a": "1", "b": "2", "c": "3"}
