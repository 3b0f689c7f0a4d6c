"""The document of plans: which values change, how they are told, and what is told once."""

from __future__ import annotations

import json
from typing import Any

import pytest
from guard_plans import allow, policy, resource
from plan_documents import differences, document_of, only, planned

from generator.refusal import Refusal
from generator.reports.plan.assembly import Knowledge, document
from generator.reports.plan.document import Risk, Verdict
from generator.reports.plan.formats.html import html
from generator.reports.plan.formats.markdown import markdown
from generator.reports.plan.formats.terminal import Terminal
from generator.reports.plan.members import Members
from generator.reports.plan.values.difference import Origin
from generator.reports.plan.words import difference_lines, divergence_words


def lines(before: Any, after: Any, **more: Any) -> list[str]:
    return [f"{sign} {text}" for each in differences(before, after, **more) for sign, text in difference_lines(each)]


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ({"timeout": 15}, {"timeout": 30}, ["~ timeout: 15 → 30"]),
        ({"a": {"b": True}}, {"a": {"b": False}}, ["~ a.b: true → false"]),
        ({"a": None}, {"a": "x"}, ["+ a: x"]),
        ({"a": "x"}, {"a": None}, ["- a: x → nothing"]),
        ({"a": "x"}, {"a": " x"}, ['~ a: x → " x"']),
        ({"a": ""}, {"a": None}, []),
        ({"env": [{"kind": "s"}]}, {"env": [{"kind": "m"}]}, ["~ env.kind: s → m"]),
        (
            {"v": [{"name": "A", "value": "1"}, {"name": "B", "value": "2"}]},
            {"v": [{"name": "N", "value": "0"}, {"name": "A", "value": "1"}, {"name": "B", "value": "3"}]},
            ["+ v[N]: name = N, value = 0", "~ v[B].value: 2 → 3"],
        ),
        ({"l": ["a", "b"]}, {"l": ["b", "c"]}, ["~ l:", "-   a", "+   c"]),
        ({"l": ["a", "b"]}, {"l": ["b", "a"]}, ["~ l: [a, b] → [b, a]"]),
        (
            {"set": [{"port": 1, "to": "x"}, {"port": 2, "to": "y"}]},
            {"set": [{"port": 2, "to": "y"}, {"port": 1, "to": "z"}]},
            ["~ set[1].to: x → z"],
        ),
        ({"j": '{"a": 1, "b": [1]}'}, {"j": '{"b":[1],"a":2}'}, ["~ j.a: 1 → 2"]),
        ({"j": '{"a": 1}'}, {"j": '{ "a" : 1 }'}, []),
        ({"s": "one\ntwo\nthree"}, {"s": "one\n2\nthree"}, ["~ s:", "    one", "-   two", "+   2", "    three"]),
        ({"m": {"a.b": 1}}, {"m": {"a.b": 2}}, ['~ m["a.b"]: 1 → 2']),
    ],
    ids=[
        "a number",
        "below",
        "from nothing",
        "to nothing",
        "blanks are seen",
        "nothing in two ways",
        "a single block needs no key",
        "blocks by their name",
        "members of a list",
        "their order",
        "a set without names",
        "JSON by structure",
        "JSON in another form is the same",
        "a text by lines",
        "a key with a dot",
    ],
)
def test_what_changes_is_told_from_old_to_new(before: Any, after: Any, told: list[str]) -> None:
    assert lines(before, after) == told


def test_a_long_value_is_cut_with_its_length() -> None:
    (difference,) = differences({"a": "x"}, {"a": "y" * 5000})
    ((_, text),) = difference_lines(difference, 100)
    assert text.endswith("… (5,000 characters)")
    assert len(text) < 200


def test_an_unknown_value_says_what_it_will_be() -> None:
    configuration = {
        "root_module": {
            "resources": [
                {
                    "mode": "managed",
                    "type": "aws_alarm",
                    "name": "a",
                    "expressions": {"actions": {"references": ["aws_sns_topic.t.arn", "aws_sns_topic.t"]}},
                }
            ]
        }
    }
    change = only(
        resource("aws_alarm.a", {"actions": "x"}, {}, unknown={"actions": True, "etag": True}),
        configuration=configuration,
    )
    ((_, text),) = difference_lines(change.differences[0])
    assert text == "actions: x → known after apply: ARN of aws_sns_topic.t"
    # Nobody asked for what AWS alone decides.
    assert change.computed == 1


def test_what_is_sensitive_anywhere_is_masked_everywhere_but_in_addresses() -> None:
    secret = "canary-value"
    sensitive = {"after_sensitive": {"token": True}, "before_sensitive": {"token": True}}
    holder = resource("module.x.aws_holder.this", {"token": "before-canary"}, {"token": secret})
    holder["change"] |= sensitive
    other = resource(
        f'module.x.aws_thing.this["{secret}"]',
        {"url": "a", "key": None, "text": "1\n2", "doc": '{"a": 1}', "list": ["a", "b"]},
        {
            "url": f"https://{secret}@host",
            "key": secret,
            "text": f"1\n{secret}",
            "doc": json.dumps({"a": secret}),
            "list": ["a", "b", secret],
        },
    )
    found = document_of(planned("dev", holder, other), planned("prod", other, stack="other"))
    for environment in found.environments:
        told = repr([change.differences for change in environment.changes])
        assert "canary" not in told
        assert "(sensitive)" in told
        assert any(secret in change.address for change in environment.changes)


def test_a_policy_is_told_by_its_statements() -> None:
    read = allow("s3:GetObject", Sid="Read")
    change = only(
        resource(
            "module.x.aws_iam_role_policy.this",
            {"role": "r", **policy(read)},
            {"role": "r", **policy(read | {"Action": ["s3:GetObject", "s3:PutObject"]}, allow("sns:Publish", "arn:t"))},
        )
    )
    (difference,) = change.differences
    changed, added = sorted(difference.statements, key=lambda each: each.action, reverse=True)
    assert changed.details == ("actions wider: adds s3:PutObject",)
    assert added.words == "it may call sns:Publish on arn:t"
    assert changed.is_wider
    assert added.is_wider
    assert change.risk is Risk.WIDER


def test_a_narrower_policy_is_an_update() -> None:
    before, after = policy(allow(["s3:GetObject", "s3:PutObject"])), policy(allow(["s3:GetObject"]))
    change = only(resource("aws_iam_role_policy.p", {"role": "r", **before}, {"role": "r", **after}))
    assert change.risk is Risk.UPDATED


def test_changes_stand_in_the_order_of_their_risk() -> None:
    bucket = resource("aws_s3_bucket.b", {"bucket": "a"}, {"bucket": "b"}, actions=["delete", "create"])
    bucket["change"]["replace_paths"] = [["bucket"]]
    moved = resource("aws_x.new", {"a": 1}, {"a": 1}, actions=["no-op"]) | {"previous_address": "aws_x.old"}
    found = document_of(
        planned(
            "dev",
            resource("aws_x.created", None, {"a": 1}),
            resource("aws_x.updated", {"a": 1}, {"a": 2}),
            resource("aws_x.tagged", {"a": 1, "tags": {"O": "a"}}, {"a": 1, "tags": {"O": "b"}}),
            moved,
            bucket,
            resource("aws_x.gone", {"a": 1}, None),
        )
    )
    (environment,) = found.environments
    assert [change.risk.value for change in environment.changes] == [
        *("destroyed", "replaced", "updated", "created", "moved", "tags"),
    ]
    assert environment.changes[1].differences[0].replaces
    assert environment.verdict is Verdict.CONSENT


def test_what_an_import_block_takes_over_is_told_and_counted() -> None:
    same = resource("aws_x.same", {"a": 1}, {"a": 1}, actions=["no-op"])
    other = resource("aws_x.other", {"a": 1}, {"a": 2})
    for each in (same, other):
        each["change"]["importing"] = {"id": "build/one"}
    found = document_of(planned("dev", same, other))
    (environment,) = found.environments
    assert [(change.risk, change.import_id) for change in environment.changes] == [
        (Risk.UPDATED, "build/one"),
        (Risk.IMPORTED, "build/one"),
    ]
    assert environment.has_changes
    for text in ("\n".join(Terminal(200).lines(found)), markdown(found)):
        assert "taken over by its ID build/one" in text
        assert "2 to import, 1 to update" in text


def test_sixty_equal_environments_are_one_group_and_stacks_are_never_compared() -> None:
    def of(name: str, stack: str, days: int) -> Any:
        change = resource("aws_x.b", {"n": f"shop-{name}", "d": 1}, {"n": f"shop-{name}", "d": days})
        return planned(name, change, stack=stack, environment_class="prod")

    names = [f"prod-{number}" for number in range(60)]
    found = document_of(*(of(name, "shop", 7) for name in names), of("odd", "shop", 9), of("else", "web", 7))
    assert [(group.stack, len(group.names), group.compared_with) for group in found.groups] == [
        ("shop", 60, ""),
        ("shop", 1, "prod-0"),
        ("web", 1, ""),
    ]
    assert [each.path for each in found.groups[1].differs] == ["d"]


class _Spec:
    """Says of each environment that its own spec says it."""

    def __init__(self, name: str) -> None:
        self._name = name

    def of_value(self, _address: str, path: Any, _words: str) -> tuple[Origin, ...]:
        return (Origin(f"environments/{self._name}.yaml:3:5", ".".join(map(str, path))),)

    def of_resource(self, _address: str) -> tuple[Origin, ...]:
        return (Origin("environments/_base.yaml:1:1", "builds"),)

    def of_block(self, *_: str) -> tuple[str, str]:
        return "", ""


def test_each_environment_of_a_group_says_where_its_own_spec_says_it() -> None:
    names = [f"prod-{number}" for number in range(30)]
    changes = {
        name: resource("aws_x.b", {"n": f"shop-{name}", "d": 1}, {"n": f"shop-{name}", "d": 7}) for name in names
    }
    every = [planned(name, change) for name, change in changes.items()]
    found = document(every, Knowledge(places=_Spec), mode="sandbox")  # type: ignore[arg-type]  # it answers the same
    (group,) = found.groups
    for name in names:
        (difference,) = found.environment(name).changes[0].differences
        assert [each.place for each in difference.origins] == [f"environments/{name}.yaml:3:5"]
    change = found.environment("prod-0").changes[0]
    places = Members(found, group).origins(change, change.differences[0])
    assert [each.place for each in places] == [f"environments/{name}.yaml:3:5" for name in names]
    assert [each.place for each in Members(found, group).origins(change)] == ["environments/_base.yaml:1:1"]
    assert "environments/prod-0.yaml:3:5, and 29 more" in "\n".join(Terminal(200).lines(found))
    assert (
        "# environments/prod-0.yaml:3:5, environments/prod-1.yaml:3:5, environments/prod-2.yaml:3:5, and 27 more"
        in (markdown(found))
    )
    page = html(found)
    assert "environments/prod-19.yaml:3:5" in page
    assert "and 10 more" in page


def test_what_is_not_the_same_is_told_with_nothing_and_false_apart() -> None:
    def of(name: str, **values: Any) -> Any:
        return planned(name, resource("aws_x.b", {"n": 1}, {"n": 2, **values}))

    found = document_of(of("one"), of("two"), of("odd", open=False, list=["a"]))
    assert [divergence_words(each) for each in found.groups[1].differs] == [
        "aws_x.b: open: false instead of nothing",
        "aws_x.b: list: [a] instead of nothing",
    ]
    assert '"false"' in html(found)


def test_a_refusal_makes_a_group_of_its_own() -> None:
    change = resource("aws_x.b", {"d": 1}, {"d": 7})
    refusal = Refusal("unprotect", "aws_x.b", "keeps less", ("d",))
    found = document_of(planned("dev", change), planned("prod", change, refusals=(refusal,)))
    assert [group.names for group in found.groups] == [("dev",), ("prod",)]
    assert found.verdict is Verdict.REFUSED
    assert found.environment("prod").changes[0].risk is Risk.UNPROTECTED


def test_what_another_resource_merely_shows_did_not_change_outside() -> None:
    bucket = resource("aws_s3_bucket.b", {"id": "b", "policy": ""}, {"id": "b", "policy": "{}x", "acl": "public"})
    writer = {"address": "aws_s3_bucket_policy.b", "mode": "managed", "type": "aws_s3_bucket_policy"}
    state = {"values": {"root_module": {"resources": [writer | {"values": {"bucket": "b"}}]}}}
    (environment,) = document_of(planned("dev", resource_drift=[bucket], prior_state=state)).environments
    (change,) = environment.outside
    assert [each.path for each in change.differences] == ["acl"]


def test_time_and_bill_are_told_without_prices() -> None:
    nat = resource("aws_nat_gateway.n", None, {"a": 1})
    gateway = resource("aws_vpc_endpoint.s3", None, {"vpc_endpoint_type": "Gateway"})
    gone = resource("aws_kms_key.k", {"a": 1}, None)
    found = document_of(planned("dev", nat, gateway, gone), seconds={"create aws_nat_gateway": 95.0})
    (environment,) = found.environments
    assert environment.seconds == 95.0
    assert [(each.sign, each.service) for each in environment.billed] == [("+", "Amazon EC2"), ("-", "AWS KMS")]


@pytest.mark.parametrize(
    ("kind", "values", "units"),
    [
        ("aws_codepipeline", {"pipeline_type": "V2"}, ["actionExecutionMinute"]),
        ("aws_codepipeline", {"pipeline_type": "V1"}, ["activePipeline"]),
        ("aws_codebuild_project", {"environment": [{"type": "LINUX_CONTAINER"}]}, ["Build-Min"]),
        ("aws_codebuild_project", {"environment": [{"type": "ARM_LAMBDA_CONTAINER"}]}, ["Build-Sec:Lambda"]),
        ("aws_cloudwatch_metric_alarm", {"period": 300}, ["CW:AlarmMonitorUsage"]),
        ("aws_cloudwatch_metric_alarm", {"period": 10}, ["CW:HighResAlarmMonitorUsage"]),
        ("aws_kms_key", {"a": 1}, ["KMS-Keys (not verified)", "KMS-Requests"]),
        ("aws_budgets_budget", {"a": 1}, []),
    ],
)
def test_what_is_counted_follows_the_settings(kind: str, values: dict[str, Any], units: list[str]) -> None:
    (environment,) = document_of(planned("dev", resource(f"{kind}.x", None, values))).environments
    assert [unit for each in environment.billed for unit in each.units] == units
