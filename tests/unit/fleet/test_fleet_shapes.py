"""Environments that differ in constants alone, as instances of one module."""

from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator.fleet.calls import ModuleCall, calls_of
from generator.fleet.literals import Parted, part
from generator.fleet.member import Member
from generator.fleet.split import split_plan


def member(name: str, **files: str) -> Member:
    return Member(name, "111122223333", "us-east-1", files, "")


def call(arguments: str) -> str:
    return f'module "logs" {{\n  source = "./modules/logs"\n{arguments}}}\n'


def constants(text: str) -> list[tuple[str, bool]]:
    parted = part(text)
    return list(zip(parted.constants, parted.whole, strict=True))


def joined(parted: Parted) -> str:
    pairs = zip(parted.around, (*parted.constants, ""), strict=True)
    return "".join(around + constant for around, constant in pairs)


@pytest.mark.parametrize(
    ("value", "found"),
    [
        ('"plain"', [('"plain"', True)]),
        ('"a \\" b \\\\"', [('"a \\" b \\\\"', True)]),
        ('"$${x} %%{y} $ % $$"', [('"$${x} %%{y} $ % $$"', True)]),
        ("-1.5e3", [("-1.5e3", True)]),
        ("null", [("null", True)]),
        ('["a", {b = 1, "c" : [true]}]', [('["a", {b = 1, "c" : [true]}]', True)]),
        ('{\n    a = "1" # why\n    "b" = 2\n  }', [('{\n    a = "1" \n    "b" = 2\n  }', True)]),
        ('{ a = var.x, b = "y" }', [('"y"', False)]),
        ('jsonencode({ "a" = ["b"] })', [('{ "a" = ["b"] }', False)]),
        ('merge(local.tags, { "a" = "b" }, "c")', [('{ "a" = "b" }', False), ('"c"', False)]),
        ('[module.x.arn, "b"]', [('"b"', False)]),
    ],
)
def test_a_literal_is_found_whole(value: str, found: list[tuple[str, bool]]) -> None:
    assert constants(f'module "x" {{\n  a = {value}\n}}\n') == found
    assert constants(f"locals {{\n  a = {value}\n}}\n") == found


@pytest.mark.parametrize(
    "text",
    [
        'module "x" {\n  source = "./x"\n  version = "1"\n  providers = { aws = "x" }\n}\n',
        'terraform {\n  required_version = ">= 1.11"\n}\n',
        'variable "x" {\n  default = 1\n}\n',
        'resource "a" "b" {\n  count = 1\n  lifecycle {\n    prevent_destroy = true\n  }\n}\n',
        'output "x" {\n  description = "x"\n  sensitive = true\n}\n',
        'locals {\n  a = "${x}"\n  b = "${f("(")}"\n  c = "${y["}"]}" \n}\n',
        "locals {\n  a = <<EOT\nb = 1\n# no comment\nEOT\n}\n",
        'locals {\n  a = module.x["b"].c\n  d = 1 + 2\n  e = "a" == "b"\n  f = [for k in x : "k"]\n  g = x ? "a" : "b"\n}\n',
        'locals {\n  a = { x = local.y, "b" = local.z }\n}\n',
        "locals {\n  a = [1",
    ],
    ids=["module", "terraform", "variable", "resource", "output", "template", "heredoc", "operand", "key", "torn"],
)
def test_what_must_stand_as_it_is_is_no_constant(text: str) -> None:
    assert constants(text) == []
    assert joined(part(text)) == text


@given(st.text(st.sampled_from("ab\"'${}%[]()=,:#/*<-E\n \\1."), max_size=80))
def test_no_character_is_lost(text: str) -> None:
    whole = f"locals {{\n  a = {text}"
    kept = re.sub(r"\s", "", joined(part(whole)))
    assert joined(part(joined(part(whole)))) == joined(part(whole))
    if not re.search(r"#|//|/\*", whole):
        assert kept == re.sub(r"\s", "", whole)


def test_environments_that_differ_in_constants_share_a_call() -> None:
    one = member("one", **{"main.tf": "# of one\n" + call('  name = "one"\n  days = 7\n  tags = ["a"]\n')})
    two = member("two", **{"main.tf": "# of two\n" + call('  name = "two"\n  days = 7\n  tags = ["a", "b"]\n')})
    (shared,) = calls_of([two, one])
    assert (shared.name, shared.folder) == ("two_and_others", "stacks/two_and_others")
    assert shared.address(one) == 'module.two_and_others["one"]'
    assert (
        shared.files["main.tf"].strip()
        == call("  name = var.tfstencil.value_0\n  days = 7\n  tags = var.tfstencil.value_1\n").strip()
    )
    assert shared.values == {
        "two": {"value_0": '"two"', "value_1": '["a", "b"]'},
        "one": {"value_0": '"one"', "value_1": '["a"]'},
    }


def test_who_asks_for_it_gets_a_call_an_environment() -> None:
    members = [member("one", **{"main.tf": ""}), member("two", **{"main.tf": ""})]
    calls = calls_of(members, shared=False)
    assert [item.address(item.members[0]) for item in calls] == ["module.one", "module.two"]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ({"main.tf": call("  a = 1\n")}, {"main.tf": call("  b = 1\n")}),
        ({"main.tf": call("  a = 1\n")}, {"main.tf": call("  a = local.x\n")}),
        ({"main.tf": call("  a = 1\n")}, {"main.tf": call("  a = 1\n"), "more.tf": ""}),
        ({"main.tf": 'locals {\n  a = "${x}/1"\n}\n'}, {"main.tf": 'locals {\n  a = "${x}/2"\n}\n'}),
        ({"main.tf": "", "policy.json": "1"}, {"main.tf": "", "policy.json": "2"}),
        ({"main.tf": "", "modules/a/main.tf": "a = 1"}, {"main.tf": "", "modules/a/main.tf": "a = 2"}),
        ({"main.tf": 'provider "aws" {\n}\n'}, {"main.tf": 'provider "aws" {\n}\n'}),
        ({"main.tf": 'data "a" "b" {\n  depends_on = [x.y]\n}\n'},) * 2,
        ({"main.tf": "", "modules/a/main.tf": 'module "a" {\n  b = {\n  }\n  depends_on = [x.y]\n}\n'},) * 2,
    ],
    ids=[
        "argument",
        "expression",
        "file",
        "template",
        "other file",
        "module",
        "provider",
        "data waits",
        "module waits",
    ],
)
def test_other_differences_and_what_instances_may_not_share_keep_a_call_of_their_own(
    first: dict[str, str], second: dict[str, str]
) -> None:
    calls: list[ModuleCall] = calls_of([member("one", **first), member("two", **second)])
    assert sorted(item.name for item in calls) == ["one", "two"]


def test_what_stands_in_providers_and_backend_makes_no_shape() -> None:
    one = member("one", **{"main.tf": "", "providers.tf": 'provider "aws" {\n  a = 1\n}\n', "backend.tf": "a"})
    two = member("two", **{"main.tf": "", "providers.tf": 'provider "aws" {\n  a = 2\n}\n', "backend.tf": "b"})
    assert len(calls_of([one, two])) == 1


def planned(*statuses: str) -> dict[str, Any]:
    """Return the plan of two instances, as far as splitting reads it; one status for each that has a check."""
    checked = [
        {"address": {"to_display": f'module.one_and_others["{name}"].module.logs.var.days'}, "status": status}
        for name, status in zip(("one", "two"), statuses, strict=False)
    ]
    argument = {"expression": {"references": ["var.tfstencil.value_0", "var.tfstencil"]}}
    part_of = {"expression": {"references": ["local.tags", "var.tfstencil.value_0", "var.tfstencil"]}}
    configured = {
        "for_each_expression": {"constant_value": {"one": {"value_0": "1"}, "two": {"value_0": "2"}}},
        "module": {"outputs": {"days": argument, "tags": part_of}, "variables": {"tfstencil": {}}},
    }
    return {
        "configuration": {"root_module": {"module_calls": {"one_and_others": configured}}},
        "checks": [
            {
                "address": {"to_display": "module.one_and_others.module.logs.var.days"},
                "status": "of all",
                "instances": checked,
            }
        ],
        "output_changes": {
            "one_and_others": {"after": {"one": {"days": "1"}, "two": {}}, "after_unknown": {"two": {"days": True}}}
        },
    }


def split(raw: dict[str, Any]) -> list[dict[str, Any]]:
    files = ({"main.tf": f'output "days" {{\n  value = "{number}"\n}}\n'} for number in (1, 2))
    members = [member(name, **texts) for name, texts in zip(("one", "two"), files, strict=True)]
    plans = split_plan(raw, calls_of(members))
    return [plans["one"], plans["two"]]


@pytest.mark.parametrize(
    ("statuses", "found"),
    [
        (("pass", "fail"), ["pass", "fail"]),
        (("error", "unknown"), ["error", "unknown"]),
        (("fail",), ["fail", "pass"]),
        ((), ["of all", "of all"]),
    ],
)
def test_a_check_of_one_environment_is_not_told_of_another(statuses: tuple[str, ...], found: list[str]) -> None:
    checks = [plan["checks"][0] for plan in split(planned(*statuses))]
    assert [check["status"] for check in checks] == found
    assert [check["address"]["to_display"] for check in checks] == ["module.logs.var.days"] * 2
    own = [[item["address"]["to_display"] for item in check.get("instances", ())] for check in checks]
    assert own == [["module.logs.var.days"] if number < len(statuses) else [] for number in range(2)]


def test_what_is_unknown_in_one_environment_is_known_in_another() -> None:
    one, two = (plan["output_changes"]["days"] for plan in split(planned()))
    assert (one["after"], one["after_unknown"]) == ("1", False)
    assert ("after" in two, two["after_unknown"]) == (False, True)


def test_the_configuration_has_each_environments_own_constants() -> None:
    for plan, constant in zip(split(planned()), ("1", "2"), strict=True):
        assert plan["configuration"]["root_module"] == {
            "outputs": {
                "days": {"expression": {"constant_value": constant}},
                "tags": {"expression": {"references": ["local.tags"]}},
            }
        }
