"""One attribute before and after: each rule of the tables, with all of what it says."""

# ruff: noqa: FBT003  # the values are those of attributes
from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from generator.checks.guards.classification.rows import Rule
from generator.checks.guards.protection.comparison import Loss, Setting, loss
from generator.checks.guards.protection.places import place_loss
from generator.checks.guards.protection.values import alarms_of, is_foreign, meaning, shown
from generator.plans.value_pairs import Leaf

ACCOUNT = "111122223333"
OWN = f"arn:aws:iam::{ACCOUNT}:role/own"
OTHER = "arn:aws:iam::999988887777:role/other"
LATER = "(known after apply)"
NEVER = Setting(
    account=ACCOUNT,
    is_new=False,
    stands_for=lambda _types, _before: False,
    is_same=lambda one, other: one == other,
    is_gone=lambda _: False,
    is_of_stack=lambda _: False,
)
NEW = replace(NEVER, is_new=True)
CERTAIN = replace(NEVER, stands_for=lambda _types, _before: True)
RENAMED = replace(NEVER, is_same=lambda one, other: (one, other) == ("old", "new"))
GONE = replace(NEVER, is_gone=lambda name: name == "old")
WHAT = "the thing"


def found(  # noqa: PLR0913  # a value on both sides, and what is known of it
    how: str,
    before: Any,
    after: Any,
    setting: Setting = NEVER,
    *,
    unknown: bool = False,
    rule: dict[str, Any] | None = None,
    gone: bool = False,
) -> Loss | None:
    leaf = Leaf(("block", 0, "name"), before, None if unknown else after, is_unknown=unknown, is_of_gone_block=gone)
    judged = Rule(how, **{"what": WHAT, **(rule or {})})
    return place_loss(judged, leaf, setting) or loss(judged, leaf, setting)


def reason(*arguments: Any, **more: Any) -> str:
    lost = found(*arguments, **more)
    return lost.reason if lost else ""


def test_a_loss_says_its_kind_its_reason_and_both_sides() -> None:
    assert found("on", True, False) == Loss("unprotect", "loses the thing: block.name goes from true to false", "true", "false")  # fmt: skip
    assert found("on", None, None, unknown=True) == Loss(
        "unprotect", f"loses the thing: block.name becomes {LATER}", "nothing", LATER
    )
    assert found("same", "a", "b") == Loss("widen", "changes the thing: block.name goes from a to b", "a", "b")


@pytest.mark.parametrize(
    ("how", "before", "after", "is_lost"),
    [
        ("on", True, True, False), ("on", True, None, True), ("on", False, None, False), ("on", None, False, False), ("on", False, True, False),
        ("off", False, True, True), ("off", None, True, True), ("off", True, True, False), ("off", True, False, False), ("off", None, False, False),
        ("set", "a", None, True), ("set", "a", "b", False), ("set", None, "a", False), ("set", None, OTHER, True), ("set", ["a"], ["b", OTHER], True), ("set", "a", "", True),
        ("key", OWN, None, True), ("key", OWN, OTHER, True), ("key", None, OTHER, True), ("key", None, OWN, False), ("key", OWN, "arn:aws:iam::aws:x", False), ("key", False, None, False),
        ("longer", 30, 7, True), ("longer", 7, 30, False), ("longer", 30, None, True), ("longer", None, 7, False), ("longer", 30, "x", True), ("longer", 30, 30, False),
        ("forever", 30, 7, True), ("forever", 30, None, False), ("forever", 30, 0, False), ("forever", None, 30, True), ("forever", 0, 30, True), ("forever", 7, 30, False),
        ("atleast", 30, 7, True), ("atleast", 7, 30, False), ("atleast", 30, 30.0, False), ("atleast", None, 1, False), ("atleast", 30, None, True), ("atleast", "x", 30, True),
        ("atmost", 7, 30, True), ("atmost", 30, 7, False), ("atmost", None, 30, False), ("atmost", 7, None, True), ("atmost", 7, "7", False),
        ("kept", ["a", "b"], ["b"], True), ("kept", ["a"], ["b", "a"], False), ("kept", None, ["a"], False), ("kept", "a", None, True), ("kept", "a", "a", False),
        ("only", ["a"], ["a", "b"], True), ("only", ["a", "b"], ["a"], False), ("only", None, OWN, False), ("only", None, OTHER, True), ("only", None, "arn:aws:s3:::b", False),
        ("same", "a", None, True), ("same", None, "b", False), ("same", None, OTHER, True), ("same", None, OWN, False),
        ("bound", None, "b", False), ("bound", "a", None, True), ("bound", "a", "b", True), ("bound", "a", OWN, False), ("bound", "a", f"{OWN}*", True), ("bound", "a", f"{OWN}?", True), ("bound", "a", OTHER, True), ("bound", ["a"], ["b"], True),
        ("unchanged", "a", "b", True), ("unchanged", None, "b", True), ("unchanged", "a", None, True),
        ("fixed", "main", "other", True), ("fixed", "main", "0" * 40, True), ("fixed", None, "main", True), ("fixed", "main", None, True),
        ("terms", 'ALARM("a")', 'ALARM("a") OR ALARM(b)', False), ("terms", 'ALARM("a") OR ALARM("b")', "ALARM(a)", True), ("terms", "x", "ALARM(a)", True), ("terms", "ALARM(a)", "NOT ALARM(a)", True), ("terms", "ALARM(a)", None, True),
        ("harmless", "a", "b", False), ("policy", "a", "b", False),
    ],
)  # fmt: skip
def test_each_rule_knows_what_is_lost(how: str, before: Any, after: Any, is_lost: bool) -> None:  # noqa: FBT001
    assert bool(found(how, before, after)) is is_lost


@pytest.mark.parametrize(
    ("how", "before"),
    [
        *(("on", True), ("on", False), ("off", False), ("best", "a"), ("set", None), ("set", "a"), ("key", None)),
        *(("key", OWN), ("longer", 7), ("forever", None), ("atleast", None), ("atmost", None), ("atmost", 7)),
        *(("kept", ["a"]), ("only", None), ("only", ["a"]), ("same", None), ("same", "a"), ("place", None)),
        *(("bound", "a"), ("unchanged", None), ("unchanged", "a"), ("fixed", "main")),
        ("terms", "ALARM(a)"),
    ],
)
def test_what_is_known_later_only_is_the_worst_of_each_rule(how: str, before: Any) -> None:
    assert found(how, before, None, unknown=True, rule={"order": ("a", "b")})


@pytest.mark.parametrize(("how", "before"), [("off", True), ("kept", None), ("bound", None)])
def test_where_nothing_can_be_lost_later_is_no_loss(how: str, before: Any) -> None:
    assert found(how, before, None, unknown=True) is None


@pytest.mark.parametrize("how", ["set", "key", "kept", "only", "same", "bound", "unchanged"])
def test_what_is_certain_to_stand_for_a_resource_of_the_plan_is_known(how: str) -> None:
    assert found(how, "a", None, unknown=True)
    assert found(how, "a", None, CERTAIN, unknown=True) is None


@pytest.mark.parametrize("how", ["on", "best", "longer", "atleast", "fixed", "terms"])
def test_a_switch_or_a_number_stands_for_nothing(how: str) -> None:
    before = {"on": True, "longer": 7, "atleast": 7, "terms": "ALARM(a)"}.get(how, "a")
    assert found(how, before, None, CERTAIN, unknown=True, rule={"order": ("a",)})


def test_what_a_value_may_stand_for_is_asked_by_type_and_by_what_it_was() -> None:
    asked: list[tuple[Any, ...]] = []

    def stands_for(types: tuple[str, ...], before: object) -> bool:
        asked.append((types, before))
        return True

    setting = replace(NEVER, stands_for=stands_for)
    for how in ("set", "key", "kept", "only", "same", "bound", "unchanged"):
        assert found(how, "a", None, setting, unknown=True) is None
    keys = (("aws_kms_key", "aws_kms_alias"), None)
    assert asked == [((), None), keys, ((), ["a"]), ((), None), ((), "a"), ((), None), ((), "a")]


# What each sentence says


def test_a_time_is_said_in_words_on_both_sides() -> None:
    days = {"what": "days"}
    assert found("longer", 30, 7, rule=days) == Loss("expire", "keeps its data for 7 days and no longer for 30 days", "30 days", "7 days")  # fmt: skip
    assert found("longer", 30, None, rule=days) == Loss("expire", "keeps its data for 0 days and no longer for 30 days", "30 days", "0 days")  # fmt: skip
    assert found("forever", None, 7, rule=days) == Loss("expire", "keeps its data for 7 days and no longer for ever", "ever", "7 days")  # fmt: skip
    later = "a time that is known after apply only"
    assert found("longer", 30, None, unknown=True, rule=days) == Loss("expire", f"keeps its data for {later} and no longer for 30 days", "30 days", later)  # fmt: skip


def test_each_sentence_names_what_is_lost_or_comes() -> None:
    assert reason("off", False, True) == "loses the thing: block.name goes from false to true"
    assert reason("set", "a", None) == "loses the thing: block.name goes from a to nothing"
    assert reason("key", OWN, OTHER).startswith("loses the thing with a key of its own account: ")
    assert reason("key", OWN, None) == f"loses the thing: block.name goes from {OWN} to nothing"
    assert reason("key", None, None, unknown=True) == f"loses the thing: block.name becomes {LATER}"
    assert reason("atleast", 30, 7) == "loosens the thing: block.name goes from 30 to 7"
    assert reason("atmost", None, None, unknown=True) == f"loosens the thing: block.name becomes {LATER}"
    assert reason("kept", ["a", "b", "c"], ["b"]) == "loses a, c (the thing): block.name goes from a, b, c to b"
    assert reason("only", ["a"], ["a", "b", "c"]) == "adds b, c to the thing: block.name goes from a to a, b, c"
    assert reason("only", None, None, unknown=True) == f"adds somebody who is known only after apply to the thing: block.name becomes {LATER}"  # fmt: skip
    assert reason("place", "a", "b") == "changes the thing: block.name goes from a to b, which neither the stack nor the spec knows"  # fmt: skip
    assert reason("place", "a", None, unknown=True) == f"changes the thing: block.name goes from a to {LATER}"
    assert reason("bound", "a", None) == "drops the thing, name: block.name goes from a to nothing"
    assert reason("bound", "a", "b") == "changes the thing, name: block.name goes from a to b"
    assert reason("bound", "a", None, unknown=True) == f"changes the thing, name: block.name goes from a to {LATER}"
    assert reason("unchanged", "a", "b") == "changes the thing: block.name goes from a to b"
    assert reason("fixed", "a", "b") == "changes the thing: block.name goes from a to b"
    assert reason("terms", "ALARM(a)", "x") == "changes the thing: block.name goes from ALARM(a) to x"


@pytest.mark.parametrize(
    ("how", "kind"),
    [
        *(("on", "unprotect"), ("off", "unprotect"), ("best", "unprotect"), ("set", "unprotect"), ("key", "unprotect")),
        *(("atleast", "unprotect"), ("kept", "unprotect"), ("unchanged", "unprotect"), ("terms", "unprotect")),
        *(("only", "widen"), ("same", "widen"), ("place", "widen"), ("bound", "widen")),
        *(("fixed", "widen"), ("longer", "expire")),
    ],
)
def test_each_loss_is_of_its_kind(how: str, kind: str) -> None:
    before = {"on": True, "off": False, "atleast": 7, "longer": 7}.get(how, "a")
    lost = found(how, before, None, unknown=True, rule={"order": ("a",)})
    assert lost
    assert lost.kind == kind


# Names that change, things that go, places of the stack


def test_the_same_thing_under_another_name_is_no_change() -> None:
    for how in ("kept", "same", "bound", "unchanged"):
        assert found(how, "old", "new"), how
        assert found(how, "old", "new", RENAMED) is None, how
        assert found(how, "old", "else", RENAMED), how
    assert found("kept", ["old", "x"], ["x", "new"], RENAMED) is None
    assert found("kept", ["old", "y"], ["x", "new"], RENAMED)
    # What it was is no excuse for what nobody knows.
    assert found("unchanged", "old", "new", replace(NEVER, is_same=lambda _one, _other: True), unknown=True)


def test_what_the_plan_deletes_need_not_be_kept() -> None:
    assert found("kept", ["old", "a"], ["a"], GONE) is None
    assert found("kept", ["old", "a"], [], GONE)
    assert found("terms", "ALARM(old) OR ALARM(a)", "ALARM(a)", GONE) is None
    assert found("terms", "ALARM(old) OR ALARM(b)", "ALARM(old)", GONE)


def test_what_goes_with_its_block_names_nothing_any_more() -> None:
    assert found("same", "a", None)
    assert found("same", "a", None, gone=True) is None
    assert found("same", "a", "b", gone=True)


# The first to say it of what exists


def test_what_nothing_said_is_taken_for_the_best() -> None:
    assert found("on", None, False, NEW)
    assert found("on", None, True, NEW) is None
    assert found("off", None, True, NEW)
    assert found("off", None, False, NEW) is None
    order = {"order": ("a", "b")}
    assert reason("best", None, "b", NEW, rule=order) == "loses the thing: block.name becomes b"
    assert found("best", None, "a", NEW, rule=order) is None
    assert found("best", None, None, NEW, rule=order) is None
    assert found("best", None, None, NEW, unknown=True, rule=order)
    assert found("longer", None, 1, NEW) is None
    assert found("forever", None, 1, NEW)
    assert found("unchanged", None, "a", NEW) is None
    assert found("unchanged", None, "a", NEW, rule={"what": "privacy"})
    assert found("best", None, "b", NEW) is None


def test_a_table_may_say_what_nothing_is_worth() -> None:
    lost = {"order": ("a", "b", "c"), "start": "b"}
    assert found("best", None, "c", NEW, rule=lost) == Loss(
        "unprotect", "loses the thing: block.name becomes c", "nothing", "c"
    )
    assert found("best", None, "b", NEW, rule=lost) is None
    assert found("best", None, "c", rule=lost) == Loss("unprotect", "loses the thing: block.name becomes c", "nothing", "c")  # fmt: skip
    assert found("best", None, "a", rule=lost) is None
    assert found("on", None, False, NEW, rule={"start": False}) is None
    assert found("atleast", None, 7, NEW, rule={"start": 30}) == Loss("unprotect", "loosens the thing: block.name becomes 7", "nothing", "7")  # fmt: skip


@pytest.mark.parametrize(
    ("before", "after", "is_lost"),
    [("a", "b", True), ("b", "a", False), ("a", "c", True), ("b", "c", True), ("c", "d", False), ("c", "b", False),
     ("a", None, True), (None, "a", False), (None, "b", True), ("", "b", True)],
)  # fmt: skip
def test_what_is_not_on_the_list_is_worse_than_all(before: Any, after: Any, is_lost: bool) -> None:  # noqa: FBT001
    assert bool(found("best", before, after, rule={"order": ("a", "b")})) is is_lost


def test_a_list_may_hold_nothing_as_a_place_of_its_own() -> None:
    order = {"order": ("", "NONE", "FULL")}
    assert found("best", "NONE", "", rule=order) is None
    assert found("best", None, "FULL", rule=order)
    assert found("best", "FULL", None, rule=order) is None


# Images


@pytest.mark.parametrize(
    ("after", "is_lost"),
    [
        (f"{ACCOUNT}.dkr.ecr.eu-west-1.amazonaws.com/x:1", False),
        ("999988887777.dkr.ecr.eu-west-1.amazonaws.com/x:1", True),
        (f"{ACCOUNT}.dkr.ecr.evil.example/x:1", True),
        (None, True),
    ],
)
def test_the_code_of_a_function_stays_an_image_of_the_account(after: str | None, is_lost: bool) -> None:  # noqa: FBT001  # a row of a table
    before = f"{ACCOUNT}.dkr.ecr.eu-west-1.amazonaws.com/x:0"
    assert bool(found("image", before, after)) is is_lost
    assert found("image", before, None, unknown=True)


# Values


def test_the_layout_of_json_and_the_order_of_a_list_mean_nothing() -> None:
    assert meaning('{"b": 1, "a": ["y", "x"]}') == {"a": ["x", "y"], "b": 1} == meaning('{"a":["x","y"],"b":1}')
    assert list(meaning('{"b": {"d": 1, "c": 2}}')["b"]) == ["c", "d"]
    assert meaning('[{"b": 1}, {"a": 2}]') == [{"b": 1}, {"a": 2}] != meaning('[{"a": 2}, {"b": 1}]')
    assert meaning('["b", "a"]') == ["a", "b"]
    assert meaning("{no json") == "{no json"
    assert meaning("[" * 100_000) == "[" * 100_000
    assert meaning(["b", None, "a"]) == ["a", "b"]
    assert meaning([{"b": 1}, {"a": 1}]) == [{"a": 1}, {"b": 1}]
    assert meaning([None]) is None
    assert meaning([]) is None
    assert meaning("") is None
    assert meaning({}) is None
    assert (meaning(0), meaning(False)) == (0, False)
    assert (meaning("x"), meaning({"a": 1}), meaning(None)) == ("x", {"a": 1}, None)


def test_no_change_of_meaning_is_no_loss_but_one_that_is_not_known() -> None:
    assert found("unchanged", '{"a": 1, "b": 2}', '{"b":2,"a":1}') is None
    assert found("same", ["a", "b"], ["b", "a"]), "a plan sorts a set: in a list the order means something"
    assert found("unchanged", ["a", "b"], ["b", "a"]) is None
    assert found("on", None, None, unknown=True)


def test_a_value_is_shown_in_a_few_words() -> None:
    assert [shown(each) for each in (None, "", True, False, "x", 7)] == [
        "nothing",
        "nothing",
        "true",
        "false",
        "x",
        "7",
    ]
    assert shown(["a", "b"]) == "a, b"
    assert shown([{"a": 1}]) == '[{"a": 1}]'
    assert shown(["a", 1]) == '["a", 1]'
    assert shown({"a": {1}}) == json.dumps({"a": "{1}"})
    assert shown("x" * 120) == "x" * 120
    assert shown("x" * 121) == f"{'x' * 120} …"


def test_an_account_is_a_field_of_an_arn() -> None:
    assert is_foreign(OTHER, ACCOUNT)
    for own in (OWN, "arn:aws:s3:::b", "arn:aws:iam::aws:policy/x", "999988887777", None, 7):
        assert not is_foreign(own, ACCOUNT), own
    assert is_foreign(f"arn:aws-cn:sns:cn-north-1:999988887777:{ACCOUNT}", ACCOUNT)


def test_the_alarms_of_a_rule_are_those_any_of_which_set_it_off() -> None:
    assert alarms_of('ALARM("a") OR  ALARM( b)') == ["a", "b"]
    assert alarms_of("ALARM(a) AND ALARM(b)") is None
    assert alarms_of("OK(a)") is None
    assert alarms_of(None) is None
    assert alarms_of("") is None


def test_members_that_are_no_texts_are_compared_as_json() -> None:
    assert reason("kept", [{"a": 1}, {"b": 2}], [{"a": 1}]).startswith('loses {"b": 2} (the thing)')
    assert found("kept", [1, 2], [2, 1]) is None
    assert reason("only", [1], [1, 2]).startswith("adds 2 to the thing")


def test_a_reordered_statement_of_a_bound_condition_needs_a_text() -> None:
    assert found("bound", "a", 7)
    assert found("bound", "a", "arn:aws:s3:::b") is None
    assert found("bound", "a", "arn:aws:iam::aws:policy/x")


def test_each_side_is_said_as_it_is() -> None:
    assert found("set", "a", OWN) is None
    assert reason("set", "a", OTHER) == f"loses the thing: block.name goes from a to {OTHER}"
    assert reason("key", "a", None, unknown=True) == f"loses the thing: block.name goes from a to {LATER}"
    assert reason("key", "a", OTHER) == f"loses the thing with a key of its own account: block.name goes from a to {OTHER}"  # fmt: skip
    assert reason("same", "a", None, unknown=True) == f"changes the thing: block.name goes from a to {LATER}"
    assert reason("same", "a", OTHER) == f"changes the thing: block.name goes from a to {OTHER}"
    assert [lost.kind for lost in (found("atmost", None, None, unknown=True),) if lost] == ["unprotect"]


def test_a_number_is_compared_as_a_number_and_nothing_is_none_at_all() -> None:
    for how in ("longer", "forever", "atleast", "atmost"):
        assert found(how, "30", 30) is None, how
    assert found("longer", 1, None, unknown=True)
    assert found("longer", 1, None)


def test_what_nothing_is_worth_may_stand_on_no_list() -> None:
    assert found("best", None, "b", rule={"order": ("a", "b"), "start": "z"}) is None
    assert found("best", None, "y", rule={"order": ("a", "b"), "start": "z"}) is None
