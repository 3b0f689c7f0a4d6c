"""Two versions of a folder of Terraform: what says the same, and where they say something else."""

from __future__ import annotations

import pytest

from generator.affected.difference import differences

_MODULE = """
# What builds.
module "builds" {
  source = "./modules/builds"
  tags   = local.tags

  projects = {
    "main" = {
      timeout = 15
      cache   = ["LOCAL_CUSTOM_CACHE", "LOCAL_SOURCE_CACHE"]
      spec    = yamlencode({ phases = { build = { commands = ["npm test"] } } })
    }
  }

  dynamic "rule" {
    for_each = var.rules
    content { id = rule.value }
  }
}

locals {
  tags = { Owner = "platform", Stack = "shop" }
}
"""


def _differing(old: str, new: str, path: str = "main.tf") -> list[tuple[str, str, str, str]]:
    found = differences({path: old.encode()}, {path: new.encode()})
    return [(each.address, each.path, each.before, each.after) for each in found]


@pytest.mark.parametrize(
    ("what", "before", "after"),
    [
        ("a comment", "# What builds.", "/* Other\nwords. */"),
        ("white space", "  tags   = local.tags\n", "\n  tags = local.tags // why\n\n"),
        (
            "the order of arguments",
            '  source = "./modules/builds"\n  tags   = local.tags\n',
            '  tags = local.tags\n  source = "./modules/builds"\n',
        ),
        ("the order of keys", '{ Owner = "platform", Stack = "shop" }', '{ Stack = "shop", Owner = "platform" }'),
        ("lines for commas", '{ Owner = "platform", Stack = "shop" }', '{\n  Owner = "platform"\n  Stack = "shop"\n}'),
        ("quotes around a key", '{ Owner = "platform"', '{ "Owner" = "platform"'),
        ("a colon in an object", '{ Owner = "platform"', '{ Owner : "platform"'),
        ("a last comma", '"LOCAL_SOURCE_CACHE"]', '"LOCAL_SOURCE_CACHE",\n]'),
        ("line ends of Windows", "\n", "\r\n"),
        ("a locals of two parts", "locals {\n  tags", "locals {}\nlocals {\n  tags"),
    ],
)
def test_what_says_the_same_is_no_difference(what: str, before: str, after: str) -> None:
    assert before in _MODULE, what
    assert _differing(_MODULE, _MODULE.replace(before, after)) == []


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ("timeout = 15", "timeout = 30", ("module.builds", "projects.main.timeout", "15", "30")),
        ("timeout = 15", "", ("module.builds", "projects.main.timeout", "15", "")),
        (
            '["npm test"]',
            '["npm ci"]',
            ("module.builds", "projects.main.spec.phases.build.commands.0", '"npm test"', '"npm ci"'),
        ),
        ("id = rule.value", "id = rule.key", ("module.builds", "dynamic.rule.content.id", "rule.value", "rule.key")),
        (
            '"LOCAL_CUSTOM_CACHE", "LOCAL_SOURCE_CACHE"',
            '"LOCAL_SOURCE_CACHE", "LOCAL_CUSTOM_CACHE"',
            ("module.builds", "projects.main.cache.0", '"LOCAL_CUSTOM_CACHE"', '"LOCAL_SOURCE_CACHE"'),
        ),
        ('"shop"', '"shop "', ("local.tags", "value.Stack", '"shop"', '"shop "')),
        ('module "builds"', 'module "build"', ("module.build", "", "", "module.build {…}")),
        ("locals {", "moved {\n from = a.b\n to = a.c\n}\nlocals {", ("moved", "", "", "moved {…}")),
    ],
)
def test_what_says_something_else_is_named_with_both_values(before: str, after: str, expected: tuple[str, ...]) -> None:
    assert before in _MODULE
    assert expected in _differing(_MODULE, _MODULE.replace(before, after))


def test_a_block_may_move_to_another_file_of_its_folder_and_not_to_another_folder() -> None:
    block = b'resource "x" "y" {\n  a = 1\n}\n'
    assert differences({"main.tf": block}, {"other.tf": block}) == []
    assert len(differences({"main.tf": block}, {"modules/a/main.tf": block})) == 2


def test_a_block_of_an_override_file_is_not_the_block_that_it_overrides() -> None:
    block = b'resource "x" "y" {\n  a = 1\n}\n'
    assert differences({"main.tf": block}, {"main_override.tf": block})


def test_of_several_blocks_of_one_name_the_one_that_is_new_is_named() -> None:
    one, two = "moved {\n  from = a.b\n  to = a.c\n}\n", "moved {\n  from = a.d\n  to = a.e\n}\n"
    assert _differing(one + two, two + one) == []
    assert _differing(one + two, two) == [("moved", "", "moved {…}", "")]


def test_the_line_is_that_of_the_new_file() -> None:
    (found,) = differences({"main.tf": b"locals {\n  a = 1\n}\n"}, {"main.tf": b"\n\nlocals {\n  a = 2\n}\n"})
    assert (found.file, found.line) == ("main.tf", 4)


@pytest.mark.parametrize(
    "broken", ["resource {", "x = {", "x = ]", '"a" = 1', "a = 1\na = 2\n", "a {\n", "x =\n", "a b c", "x = {a}", "}"]
)
def test_what_cannot_be_read_is_compared_byte_by_byte(broken: str) -> None:
    assert _differing(broken, broken) == []
    assert _differing(broken, f"{broken} ") == [("", "", f"{len(broken)} bytes", f"{len(broken) + 1} bytes")]


def test_json_is_compared_by_what_it_says_and_everything_else_by_its_bytes() -> None:
    assert _differing('{"a": 1, "b": 2}', '{"b":2,"a":1}', "x.tf.json") == []
    assert _differing('{"a": 1}', '{"a": 2}', "x.tf.json")
    assert _differing('{"a": 1', '{"a": 1 ', "x.tf.json")
    assert _differing("echo", "echo ", "run.sh")


def test_a_file_of_comments_alone_may_come_and_go() -> None:
    assert differences({}, {"notes.tf": b"# nothing\n"}) == []
    assert differences({"notes.tf": b"# nothing\n"}, {}) == []


def test_values_of_variables_are_compared_by_name() -> None:
    assert differences({"a.tfvars": b"a = 1\nb = 2\n"}, {"a.tfvars": b"b = 2\na = 1\n"}) == []
    (found,) = differences({"a.tfvars": b"a = 1\n"}, {"a.tfvars": b"a = 3\n"})
    assert (found.path, found.before, found.after) == ("a", "1", "3")


def test_a_long_value_is_shortened() -> None:
    (found,) = differences({"a.tf": b"locals {\n a = 1\n}\n"}, {"a.tf": b'locals {\n a = "' + b"x" * 200 + b'"\n}\n'})
    assert len(found.after) == 60
    assert found.after.endswith("…")
