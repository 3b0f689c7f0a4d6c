"""Expressions of the rendered modules are followed as far as they are plain, and no further."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from generator.checks.guards.rendered.traversal import Rendered, Target

if TYPE_CHECKING:
    from pathlib import Path

    from generator.checks.guards.rendered.traversal import Scope

ROOT = """
locals {
  key  = module.keys.arn
  open = "${module.keys.arn}*"
  both = { "a" = aws_s3_bucket.one.arn, b = "arn:aws:s3:::b" }
  loop = local.loop
  whole = aws_s3_bucket.one
}

resource "aws_s3_bucket" "one" {}
resource "aws_s3_bucket" "many" {
  for_each = toset(["x", "y"])
}

module "keys" {
  source = "./keys"
}

module "far" {
  source = "registry.example/far"
}

module "use" {
  source  = "./use"
  key     = local.key
  buckets = local.both
  mixed   = merge(module.keys.roles, { "own" = "arn:aws:iam::111122223333:role/own" }, { b = aws_s3_bucket.one.arn })
  unsure  = merge({ a = aws_s3_bucket.one.arn }, module.keys.roles, {})
  written = merge({ a = aws_s3_bucket.one.arn }, { a = "arn:aws:s3:::late" })
  list    = [aws_s3_bucket.one.arn, "arn:aws:s3:::c"]
  roles = {
    "one" = { arns = [aws_s3_bucket.many["x"].arn], on = true }
    two   = { arns = [], on = false } # no more
  }
}
"""
KEYS = """
resource "aws_kms_key" "this" {}
resource "aws_iam_role" "each" {
  for_each = { for k, v in var.roles : k => v }
}
output "arn" {
  value = aws_kms_key.this.arn
}
output "roles" {
  value = { for name, role in aws_iam_role.each : name => role.arn }
}
output "all" {
  value = [for role in aws_iam_role.each : role.arn]
}
"""
USE = """
variable "key" {}
resource "aws_sns_topic" "each" {
  for_each = var.roles
}
data "aws_iam_policy_document" "d" {
  for_each = { for name, role in var.roles : name => role if role.on }
}
"""


@pytest.fixture
def rendered(tmp_path: Path) -> Rendered:
    for path, text in {"main.tf": ROOT, "keys/main.tf": KEYS, "use/main.tf": USE, "bad.tf": "{"}.items():
        (tmp_path / path).parent.mkdir(exist_ok=True)
        (tmp_path / path).write_text(text)
    return Rendered(tmp_path)


def scope(rendered: Rendered) -> Scope:
    found = rendered.block("module.use", "data", "aws_iam_policy_document", "d", "one")
    assert found
    return found[1]


KEY = Target("module.keys", "aws_kms_key", "this", None, "arn")
BUCKET = Target("", "aws_s3_bucket", "one", None, "arn")
MANY = Target("", "aws_s3_bucket", "many", "x", "arn")


@pytest.mark.parametrize(
    ("expression", "targets"),
    [
        ("var.key", [KEY]),
        ("[var.key]", [KEY]),
        ("tolist(toset([var.key]))", [KEY]),
        ('"${var.key}"', [KEY]),
        ('"${var.key}/a/${each.key}/*"', [Target("module.keys", "aws_kms_key", "this", None, "arn", "/a/one/*")]),
        ('"${var.key}:${var.suffix}"', [Target("module.keys", "aws_kms_key", "this", None, "arn", ":*")]),
        ("var.buckets.a", [BUCKET]),
        ('var.buckets["b"]', [Target(text="arn:aws:s3:::b")]),
        ('var.mixed["one"]', [Target("module.keys", "aws_iam_role", "each", "one", "arn")]),
        ('var.mixed["own"]', [Target(text="arn:aws:iam::111122223333:role/own")]),
        ("var.mixed.b", [BUCKET]),
        ("var.written.a", [Target(text="arn:aws:s3:::late")]),
        ("var.written.nothing", None),
        ("var.unsure.a", None),
        ("var.list", [BUCKET, Target(text="arn:aws:s3:::c")]),
        ("var.list[1]", [Target(text="arn:aws:s3:::c")]),
        ("concat(var.list, [var.key])", [BUCKET, Target(text="arn:aws:s3:::c"), KEY]),
        ("each.value.arns", [MANY]),
        ("each.key", [Target(text="one")]),
        ("aws_sns_topic.each[each.key].arn", [Target("module.use", "aws_sns_topic", "each", "one", "arn")]),
        ('"${var.key}*"', None),
        ('"x${var.key}"', None),
        ('replace(var.key, "a", "b")', None),
        ('var.key == "a" ? var.key : "b"', None),
        ("toset([var.key]) + toset([var.key])", None),
        ("concat(var.list) + concat(var.list)", None),
        ("var.nothing", None),
        ("var.buckets.nothing", None),
        ("var.list[7]", None),
        ("each.value.nothing", None),
        ("each.nothing", None),
        ("local.nothing", None),
        ("module.nothing.x", None),
        ("aws_s3_bucket.nothing.arn", None),
        ("aws_s3_bucket", None),
        ("terraform_data.x.output", None),
        ('[var.key, replace(var.key, "a", "b")]', None),
        ('"${var.suffix}"', None),
        ('"constant ${var.suffix}"', None),
    ],
)
def test_only_what_is_plain_is_followed(expression: str, targets: list[Target] | None, rendered: Rendered) -> None:
    assert rendered.targets(expression, scope(rendered)) == targets


@pytest.mark.parametrize(
    ("expression", "targets"),
    [
        ("local.key", [KEY]),
        ("local.open", None),
        ("local.loop", None),
        ("local.whole.arn", [BUCKET]),
        ('module.keys.roles["a"]', [Target("module.keys", "aws_iam_role", "each", "a", "arn")]),
        ("module.keys.all", [Target("module.keys", "aws_iam_role", "each", None, "arn")]),
        ("aws_s3_bucket.many[*].arn", [Target("", "aws_s3_bucket", "many", None, "arn")]),
        ("values(aws_s3_bucket.many)[*].arn", [Target("", "aws_s3_bucket", "many", None, "arn")]),
        ("[for each in values(aws_s3_bucket.many) : each.arn]", [Target("", "aws_s3_bucket", "many", None, "arn")]),
        ("module.far.x", None),
        ("module.use.key", None),
        ("var.x", None),
    ],
)  # fmt: skip
def test_the_root_is_followed_too(expression: str, targets: list[Target] | None, rendered: Rendered) -> None:
    found = rendered.block("", "managed", "aws_s3_bucket", "one", None)
    assert found
    assert rendered.targets(expression, found[1]) == targets


def test_a_dynamic_block_of_what_there_is_stands_for_it(rendered: Rendered) -> None:
    here = scope(rendered)
    inside = rendered.inside(here, "statement", "length(each.value.arns) > 0 ? [each.value.arns] : []")
    assert rendered.targets("statement.value", inside) == [MANY]
    inside = rendered.inside(here, "statement", "each.value.is_on ? [each.value.arns] : []")
    assert rendered.targets("statement.value", inside) == [MANY]
    two = rendered.inside(here, "statement", "each.value.is_on ? [each.value.arns, var.list] : []")
    assert rendered.targets("statement.value", two) is None
    assert rendered.targets("statement.value", rendered.inside(here, "statement", "var.list")) is None


def test_a_block_that_is_not_there_is_not_found(rendered: Rendered) -> None:
    assert rendered.block("module.use", "managed", "aws_s3_bucket", "one", None) is None
    assert rendered.block("module.nothing", "managed", "aws_s3_bucket", "one", None) is None
