"""Guards judge what protects an owner, whatever resource says it and under whatever address."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from guard_plans import ACCOUNT, consents, refused, resource, same

from generator.checks.guards.classification.explanation import close_type, explained, type_of
from generator.checks.guards.classification.table import table
from generator.checks.guards.judge import findings
from generator.checks.guards.settings import Settings
from generator.checks.guards.spec import spec_texts
from generator.checks.guards.subject import Surroundings
from generator.kept.sensitive import lacks_watched
from generator.language.nodes import mapping
from generator.language.reader import read_spec
from generator.plans.plan import parse_plan

BUCKET = same("aws_s3_bucket.b", {"id": "b", "bucket": "b", "arn": "arn:aws:s3:::b"})
OTHER = same("aws_s3_bucket.c", {"id": "c", "bucket": "c", "arn": "arn:aws:s3:::c"})
ON = {"versioning_configuration": [{"status": "Enabled"}]}
SHUT = dict.fromkeys(
    ("block_public_acls", "block_public_policy", "ignore_public_acls", "restrict_public_buckets"), True
)
OPEN = dict.fromkeys(SHUT, False)
VERSIONING = "aws_s3_bucket_versioning"
BLOCK = "aws_s3_bucket_public_access_block"
MOST = dict[str, Any]


def of(bucket: str, values: MOST) -> MOST:
    return {"bucket": bucket, **values}


# Twins, moves and removals


def test_a_second_guardian_of_one_kind_is_refused_and_named() -> None:
    found = refused(BUCKET, same(f"{BLOCK}.one", of("b", SHUT)), resource(f"{BLOCK}.two", None, of("b", SHUT)))
    assert [each.consent for each in found] == [f"unprotect:{BLOCK}.two"]
    assert (
        "is a second s3 bucket public access block of bucket b, beside aws_s3_bucket_public_access_block.one"
        in found[0].reason
    )


def test_a_second_guardian_that_protects_less_is_refused_for_that_too() -> None:
    found = refused(BUCKET, same(f"{BLOCK}.one", of("b", SHUT)), resource(f"{BLOCK}.two", None, of("b", OPEN)))
    assert len(found) == 5
    assert {each.address for each in found} == {f"{BLOCK}.two"}


def test_of_two_new_guardians_the_second_is_one_too_many() -> None:
    new = resource("aws_s3_bucket.n", None, {"bucket": "n"})
    both = [resource(f"{BLOCK}.{name}", None, of("n", SHUT)) for name in ("one", "two")]
    assert consents(new, *both) == [f"unprotect:{BLOCK}.two"]


def test_two_guardians_that_were_there_are_no_news() -> None:
    both = [same(f"{BLOCK}.{name}", of("b", SHUT)) for name in ("one", "two")]
    assert refused(BUCKET, *both) == []


def test_a_guardian_under_another_address_is_the_same() -> None:
    gone = resource(f"{VERSIONING}.old", of("b", ON), None)
    assert refused(BUCKET, gone, resource(f"{VERSIONING}.new", None, of("b", ON))) == []
    suspended = of("b", {"versioning_configuration": [{"status": "Suspended"}]})
    assert consents(BUCKET, gone, resource(f"{VERSIONING}.new", None, suspended)) == [f"unprotect:{VERSIONING}.new"]


def test_of_several_of_one_owner_each_goes_on_under_its_name() -> None:
    def target(address: str, before: MOST | None, after: MOST | None) -> MOST:
        return resource(f"aws_cloudwatch_event_target.{address}", before, after)

    rule = same("aws_cloudwatch_event_rule.r", {"id": "r", "name": "r"})
    topic = f"arn:aws:sns:us-east-1:{ACCOUNT}:"
    one, other = ({"rule": "r", "target_id": name, "arn": f"{topic}{name}"} for name in "ab")
    assert refused(rule, target("old", one, None), target("new", None, one)) == []
    assert consents(rule, target("old", one, None), target("new", None, other)) == [
        "unprotect:aws_cloudwatch_event_target.old",
        "widen:aws_cloudwatch_event_target.new",
    ]


def test_a_refusal_says_what_allows_it() -> None:
    (found,) = refused(BUCKET, resource(f'{BLOCK}.b["x"]', of("b", SHUT), None))
    assert found.flag == f"--allow 'unprotect:{BLOCK}.b[\"x\"]'"
    assert replace(found, can_be_allowed=False).flag == ""


def test_a_guardian_that_moves_to_another_owner_leaves_the_first_without() -> None:
    moved = resource(f"{VERSIONING}.v", of("b", ON), of("c", ON), actions=["delete", "create"])
    (found,) = refused(BUCKET, OTHER, moved)
    assert (found.kind, found.address) == ("unprotect", f"{VERSIONING}.v")
    assert found.reason == "is taken away from it, and bucket b stays without versioning"
    assert found.after == "nothing"


def test_a_guardian_that_protected_nothing_may_go() -> None:
    gone = resource(f"{BLOCK}.b", of("b", OPEN), None)
    assert refused(BUCKET, gone) == []


def test_a_new_guardian_of_what_exists_is_judged() -> None:
    suspended = of("b", {"versioning_configuration": [{"status": "Suspended"}]})
    assert consents(BUCKET, resource(f"{VERSIONING}.v", None, suspended)) == [f"unprotect:{VERSIONING}.v"]
    assert consents(BUCKET, resource("aws_s3_bucket_acl.a", None, of("b", {"acl": "public-read"}))) == [
        "unprotect:aws_s3_bucket_acl.a"
    ]
    weaker = {"rule": [{"object_ownership": "ObjectWriter"}]}
    assert consents(BUCKET, resource("aws_s3_bucket_ownership_controls.o", None, of("b", weaker)))
    assert refused(BUCKET, resource(f"{VERSIONING}.v", None, of("b", ON))) == []


def test_a_guardian_of_an_owner_of_somebody_else_is_refused_unless_the_spec_names_it() -> None:
    new = resource(f"{VERSIONING}.v", None, of("theirs", ON))
    (found,) = refused(new)
    assert (found.kind, found.address) == ("foreign", f"{VERSIONING}.v")
    assert "speaks of bucket theirs, which is not of this stack" in found.reason
    assert refused(new, surroundings={"spec_texts": lambda: frozenset({"theirs"})}) == []
    assert refused(new, surroundings={"spec_texts": lambda: frozenset({"arn:aws:s3:::theirs"})}) == []


def test_a_guardian_of_nobody_knows_whom_is_refused() -> None:
    moved = resource(f"{VERSIONING}.v", of("b", ON), ON, unknown={"bucket": True}, actions=["delete", "create"])
    assert consents(BUCKET, moved) == [f"unprotect:{VERSIONING}.v", f"foreign:{VERSIONING}.v"]


# An owner that is made again


def replaced_bucket() -> MOST:
    before = {"id": "old", "bucket": "old", "arn": "arn:aws:s3:::old"}
    return resource(
        "aws_s3_bucket.b",
        before,
        {"bucket": "new"},
        unknown={"id": True, "arn": True},
        actions=["delete", "create"],
        replace_paths=[["bucket"]],
    )


def test_an_owner_that_is_made_anew_is_one_refusal() -> None:
    guardian = resource(f"{VERSIONING}.v", of("old", ON), of("new", ON), actions=["delete", "create"])
    assert consents(replaced_bucket(), guardian) == ["replace:aws_s3_bucket.b"]


def test_an_owner_that_is_made_anew_without_its_guardian_is_two() -> None:
    gone = resource(f"{VERSIONING}.v", of("old", ON), None)
    assert consents(replaced_bucket(), gone) == ["replace:aws_s3_bucket.b", f"unprotect:{VERSIONING}.v"]


def test_what_names_an_owner_that_is_made_anew_names_the_same() -> None:
    def project(location: str) -> MOST:
        return {"name": "p", "artifacts": [{"type": "S3", "location": location}]}

    moved = resource("aws_codebuild_project.p", project("old"), project("new"))
    assert consents(replaced_bucket(), moved) == ["replace:aws_s3_bucket.b"]
    elsewhere = resource("aws_codebuild_project.p", project("old"), project("elsewhere"))
    assert "widen:aws_codebuild_project.p" in consents(replaced_bucket(), elsewhere)


def test_what_a_broken_apply_left_is_not_worth_keeping() -> None:
    tainted = resource(
        "aws_sqs_queue.q",
        {"name": "q", "id": "u", "url": "u", "message_retention_seconds": 345600},
        {"name": "q", "message_retention_seconds": 60},
        actions=["delete", "create"],
        action_reason="replace_because_tainted",
    )
    assert consents(tainted) == ["replace:aws_sqs_queue.q", "expire:aws_sqs_queue.q"]
    assert consents(tainted, surroundings={"half_made": frozenset({"aws_sqs_queue.q"})}) == []


# References of the plan's configuration, where the rendered text is not at hand


def configured(kind: str, name: str, **expressions: Any) -> MOST:
    return {"mode": "managed", "type": kind, "name": name, "expressions": expressions}


def test_an_owner_is_found_by_the_reference_in_the_plan() -> None:
    inner = configured(VERSIONING, "v", bucket={"references": ["var.bucket"]})
    outputs = {"bucket": {"expression": {"references": ["aws_s3_bucket.n.id", "aws_s3_bucket.n"]}}}
    configuration: MOST = {
        "root_module": {
            "module_calls": {
                "x": {
                    "module": {"resources": [inner]},
                    "expressions": {"bucket": {"references": ["module.y.bucket", "module.y"]}},
                },
                "y": {"module": {"resources": [], "outputs": outputs}},
            }
        }
    }
    new = resource("module.y.aws_s3_bucket.n", None, {}, unknown={"id": True})
    new |= {"module_address": "module.y", "type": "aws_s3_bucket", "name": "n"}
    guardian = resource("module.x.aws_s3_bucket_versioning.v", None, ON, unknown={"bucket": True})
    assert refused(new, guardian, configuration=configuration) == []
    configuration["root_module"]["module_calls"]["x"]["expressions"]["bucket"] = {"references": ["local.which"]}
    assert consents(new, guardian, configuration=configuration) == ["foreign:module.x.aws_s3_bucket_versioning.v"]


# Attributes


def changed(kind: str, before: MOST, after: MOST, **more: Any) -> list[str]:
    return consents(BUCKET, resource(f"{kind}.x", {"name": "x", **before}, {"name": "x", **after}, **more))


@pytest.mark.parametrize(
    ("kind", "before", "after"),
    [
        ("aws_kms_key", {"deletion_window_in_days": 30}, {"deletion_window_in_days": 7}),
        ("aws_secretsmanager_secret", {"recovery_window_in_days": 30}, {"recovery_window_in_days": 0}),
        ("aws_kms_key", {"rotation_period_in_days": 90}, {"rotation_period_in_days": 2560}),
        ("aws_codebuild_project", {"service_role": "arn:aws:iam::111122223333:role/a"}, {"service_role": "arn:aws:iam::111122223333:role/b"}),
        ("aws_codebuild_project", {"environment": [{"privileged_mode": False}]}, {"environment": [{"privileged_mode": True}]}),
        ("aws_codebuild_project", {"environment": [{"image": "aws/codebuild/standard:7.0"}]}, {"environment": [{"image": "somebody/else:1"}]}),
        ("aws_codebuild_project", {"source": [{"type": "GITHUB", "location": "https://github.com/a/b"}]}, {"source": [{"type": "GITHUB", "location": "https://github.com/c/d"}]}),
        ("aws_codebuild_project", {"source": [{"type": "GITHUB", "auth": [{"type": "CODECONNECTIONS"}]}]}, {"source": [{"type": "GITHUB", "auth": []}]}),
        ("aws_codebuild_project", {"source_version": "main"}, {"source_version": "other"}),
        ("aws_codebuild_project", {"source_version": None}, {"source_version": "a" * 40}),
        ("aws_codebuild_project", {"encryption_key": "arn:aws:kms:us-east-1:111122223333:key/x"}, {"encryption_key": "arn:aws:kms:us-east-1:999988887777:key/x"}),
        ("aws_codebuild_project", {"vpc_config": [{"vpc_id": "vpc-1", "subnets": ["s"], "security_group_ids": ["g"]}]}, {"vpc_config": []}),
        ("aws_codebuild_project", {"cache": [{"type": "LOCAL"}]}, {"cache": [{"type": "S3", "location": "elsewhere/x"}]}),
        ("aws_codebuild_project", {"logs_config": [{"cloudwatch_logs": [{"group_name": "a"}]}]}, {"logs_config": [{"cloudwatch_logs": [{"group_name": "other"}]}]}),
        ("aws_budgets_budget", {"limit_amount": "20"}, {"limit_amount": "2000"}),
        ("aws_budgets_budget", {"notification": [{"subscriber_email_addresses": ["a", "b"]}]}, {"notification": [{"subscriber_email_addresses": ["a"]}]}),
        ("aws_cloudwatch_composite_alarm", {"alarm_rule": 'ALARM("a") OR ALARM("b")'}, {"alarm_rule": 'ALARM("a")'}),
        ("aws_cloudwatch_composite_alarm", {"alarm_rule": 'ALARM("a")'}, {"alarm_rule": 'NOT ALARM("a")'}),
        ("aws_xray_encryption_config", {"type": "KMS", "key_id": "k"}, {"type": "NONE"}),
        ("aws_cloudwatch_log_data_protection_policy", {"policy_document": '{"a": 1}'}, {"policy_document": '{"a": 2}'}),
        ("aws_backup_vault_lock_configuration", {"min_retention_days": 30}, {"min_retention_days": 1}),
        ("aws_iam_group_membership", {"users": ["a"]}, {"users": ["a", "b"]}),
        ("aws_lambda_permission", {"source_arn": "arn:aws:s3:::b"}, {"source_arn": None}),
        ("aws_sqs_queue", {"redrive_policy": '{"deadLetterTargetArn": "a"}'}, {"redrive_policy": ""}),
    ],
)  # fmt: skip
def test_what_weakens_is_refused(kind: str, before: MOST, after: MOST) -> None:
    assert changed(kind, before, after)


@pytest.mark.parametrize(
    ("kind", "before", "after"),
    [
        ("aws_kms_key", {"deletion_window_in_days": 7}, {"deletion_window_in_days": 30}),
        ("aws_codebuild_project", {"tags": {"a": "b"}, "description": "x"}, {"tags": {}, "description": "y"}),
        ("aws_codebuild_project", {"environment": [{"image": "a:1"}]}, {"environment": [{"image": "aws/codebuild/standard:7.0"}]}),
        ("aws_codebuild_project", {"environment": [{"image": "a:1"}]}, {"environment": [{"image": f"{ACCOUNT}.dkr.ecr.us-east-1.amazonaws.com/x:1"}]}),
        ("aws_codebuild_project", {"environment": [{"image": "a:1"}]}, {"environment": [{"image": f"a:1@sha256:{'0' * 64}"}]}),
        ("aws_codebuild_project", {"cache": [{"type": "LOCAL"}]}, {"cache": [{"type": "S3", "location": "b/x"}]}),
        ("aws_codebuild_project", {"secondary_sources": [{"source_identifier": "a", "type": "GITHUB", "location": "l", "auth": [{"type": "x"}]}]}, {"secondary_sources": []}),
        ("aws_codebuild_project", {"environment": [{"environment_variable": []}]}, {"environment": [{"environment_variable": [{"name": "A", "type": "PLAINTEXT", "value": "1"}]}]}),
        ("aws_cloudwatch_composite_alarm", {"alarm_rule": 'ALARM("a")'}, {"alarm_rule": 'ALARM("b") OR ALARM("a")'}),
        ("aws_cloudwatch_log_data_protection_policy", {"policy_document": '{"a": 1, "b": ["x", "y"]}'}, {"policy_document": '{"b":["y","x"],"a":1}'}),
        ("aws_budgets_budget", {"limit_amount": "20"}, {"limit_amount": "10"}),
        ("aws_lambda_permission", {"source_arn": "arn:aws:s3:::b"}, {"source_arn": f"arn:aws:events:us-east-1:{ACCOUNT}:rule/x"}),
    ],
)  # fmt: skip
def test_what_is_harmless_is_not(kind: str, before: MOST, after: MOST) -> None:
    assert changed(kind, before, after) == []


@pytest.mark.parametrize(
    ("kind", "unknown"),
    [
        ("aws_codebuild_project", {"service_role": True}),
        ("aws_codebuild_project", {"encryption_key": True}),
        ("aws_codebuild_project", {"artifacts": True}),
        ("aws_codebuild_project", {"environment": [{"image": True}]}),
        ("aws_codebuild_project", {"cache": [{"location": True}]}),
        ("aws_codebuild_project", {"source_version": True}),
        ("aws_kms_key", {"deletion_window_in_days": True}),
        ("aws_budgets_budget", {"limit_amount": True}),
        ("aws_cloudwatch_composite_alarm", {"alarm_rule": True}),
        ("aws_cloudwatch_composite_alarm", {"alarm_actions": [True]}),
        ("aws_iam_group_membership", {"users": True}),
        ("aws_lambda_permission", {"source_arn": True}),
        ("aws_sqs_queue", {"redrive_policy": True}),
        ("aws_cloudwatch_log_data_protection_policy", {"policy_document": True}),
    ],
)
def test_what_is_not_known_counts_as_the_worst(kind: str, unknown: MOST) -> None:
    before = {"service_role": "r", "deletion_window_in_days": 30, "limit_amount": "1", "alarm_rule": 'ALARM("a")'}
    before |= {"alarm_actions": ["a"], "source_arn": "a", "redrive_policy": "{}", "policy_document": "{}"}
    before |= {"environment": [{"image": "a"}], "cache": [{"location": "b"}], "artifacts": [{"location": "b"}]}
    after = {key: value for key, value in before.items() if key not in unknown}
    after |= {key: [{}] for key, mark in unknown.items() if isinstance(mark, list) and isinstance(mark[0], dict)}
    after |= {key: [None] for key, mark in unknown.items() if mark == [True]}
    assert changed(kind, before, after, unknown=unknown)


# What nobody has classified


def test_what_nobody_has_classified_is_refused_for_prod_and_told_elsewhere() -> None:
    change = resource("aws_s3_bucket.b", {"bucket": "b", "brand_new": 1}, {"bucket": "b", "brand_new": 2})
    plan = parse_plan({"resource_changes": [change]})
    (found,) = findings(plan, Settings(), Surroundings(ACCOUNT)).refusals
    assert found.consent == "unclassified:aws_s3_bucket.b"
    assert found.reason == "changes brand_new, of which nobody has decided whether it protects something"
    for environment_class in ("dev", "staging"):
        told = findings(plan, Settings(), Surroundings(ACCOUNT, environment_class=environment_class))
        assert (told.refusals, [each.consent for each in told.told]) == ((), [found.consent])


def test_what_aws_fills_in_is_not_ours() -> None:
    change = resource("aws_s3_bucket.b", {"bucket": "b", "made_up": 1}, {"bucket": "b"}, unknown={"made_up": True})
    configuration = {"root_module": {"resources": [configured("aws_s3_bucket", "b", bucket={})]}}
    assert refused(change, configuration=configuration) == []
    assert consents(change) == ["unclassified:aws_s3_bucket.b"]


def test_what_happens_to_a_type_that_no_table_knows_is_asked() -> None:
    kind, values = "aws_any_thing.x", {"strange": 1, "tags": {"a": "b"}}
    asked = ["unclassified:aws_any_thing.x"]
    assert consents(resource(kind, values, values | {"strange": 2})) == asked
    assert consents(resource(kind, None, values)) == asked
    assert consents(resource(kind, values, None)) == asked
    assert consents(resource(kind, values, values, actions=["delete", "create"])) == asked
    assert refused(resource(kind, values, values | {"tags": {}})) == []
    first = parse_plan({"resource_changes": [resource(kind, None, values)]})
    assert findings(first, Settings(), Surroundings(ACCOUNT)).refusals == (), "a first apply has nothing to lose"
    for one in ("null_resource.x", "random_id.x", "time_sleep.x"):
        assert refused(resource(one, {"any": 1}, {"any": 2}), resource(one, None, {"any": 1})) == []


# Explained


def test_a_type_is_explained_by_its_name_or_by_an_address() -> None:
    assert type_of('module.a["b.c"].aws_s3_bucket.this["x"]') == "aws_s3_bucket"
    assert (type_of("aws_s3_bucket"), type_of("nonsense")) == ("aws_s3_bucket", "")
    assert close_type("aws_s3_buckt", table()) == "aws_s3_bucket"


def test_an_explanation_says_how_and_why() -> None:
    found = explained(VERSIONING, table())
    (status,) = [each for each in found.watched if each.path == "versioning_configuration.status"]
    assert (status.how, status.why) == ("best", "versioning: the first of Enabled, Suspended, Disabled protects best")
    assert any("Its owner may have one only" in fact for fact in found.facts)
    assert found.as_data()["type"] == VERSIONING
    assert any("holds objects" in fact for fact in explained("aws_s3_bucket", table()).facts)
    assert any("opens a way in (a key to act as it)" in fact for fact in explained("aws_iam_access_key", table()).facts)
    assert any(
        "a new one is refused" in fact for fact in explained("aws_cloudwatch_log_subscription_filter", table()).facts
    )
    assert any("same role and name is written over" in fact for fact in explained("aws_iam_role_policy", table()).facts)
    assert any("general rules hold" in fact for fact in explained("aws_db_instance", table()).facts)
    unknown = explained("aws_any_thing", table())
    assert not unknown.is_known
    assert {each.path for each in unknown.watched} >= {"force_destroy", "kms_key_id"}


# The tables


def test_the_nearest_row_of_a_table_is_the_one_that_counts() -> None:
    def how(kind: str, path: str) -> list[str]:
        return [rule.how for rule in table().rules_of(kind, path)]

    assert how("aws_codebuild_project", "artifacts.location") == ["same", "place"]
    assert how("aws_codebuild_project", "artifacts.encryption_disabled") == ["off"]
    assert how("aws_codebuild_project", "artifacts.packaging") == ["harmless"]
    assert how("aws_codebuild_project", "tags.Owner") == ["harmless"]
    assert how("aws_codebuild_project", "nothing.such") == []
    assert table().row("aws_any_thing").is_loose
    assert all(rule.how for its in table().rows.values() for rules in its.rules.values() for rule in rules)


# Cached plans


def test_a_plan_without_what_guards_must_see_says_so() -> None:
    def plan(name: str, mark: object) -> Any:
        change = resource("aws_codebuild_project.p", {name: "(sensitive)"}, {name: "(sensitive)"}, actions=["no-op"])
        change["change"] |= {"before_sensitive": mark, "after_sensitive": mark}
        return parse_plan({"resource_changes": [change]})

    assert lacks_watched(plan("service_role", {"service_role": True}), table())
    assert lacks_watched(plan("brand_new", {"brand_new": True}), table())
    assert not lacks_watched(plan("description", {"description": True}), table())
    assert not lacks_watched(plan("service_role", mark=False), table())


def test_all_texts_of_a_spec_are_found(tmp_path: Any) -> None:
    file = tmp_path / "x.yaml"
    file.write_text('a: {b: [one, {c: "two"}], d: 3, e: bucket/folder/key, f: null}\n')
    root = read_spec(file, "x.yaml")
    assert mapping(root)
    assert spec_texts(root) == {"a", "b", "one", "c", "two", "d", "3", "e", "bucket/folder/key", "bucket", "f"}


# Values that are not known yet, and are certain to be those of resources of the plan

MODULE = """
resource "aws_iam_role" "new" {}
resource "aws_kms_key" "new" {}
resource "aws_sqs_queue" "new" {}
resource "aws_sns_topic" "t" {}
resource "aws_codebuild_project" "p" {
  service_role   = aws_iam_role.new.arn
  encryption_key = aws_kms_key.new.arn
  vpc_config {
    subnets = [aws_sqs_queue.new.arn]
  }
}
resource "aws_cloudwatch_event_target" "e" {
  arn = aws_sns_topic.t.arn
  dynamic "dead_letter_config" {
    for_each = var.queues
    content {
      arn = aws_sqs_queue.new.arn
    }
  }
}
"""


def rendered_case(folder: Any, change: MOST, *others: MOST) -> list[str]:
    (folder / "main.tf").write_text(MODULE)
    new = [
        resource(f"{kind}.new", None, {}, unknown={"arn": True})
        for kind in ("aws_iam_role", "aws_kms_key", "aws_sqs_queue")
    ]
    return consents(*new, *others, change, surroundings={"configuration": folder})


def test_a_new_key_of_the_stack_is_a_key_of_ours(tmp_path: Any) -> None:
    known = resource("aws_codebuild_project.p", {"name": "p"}, {"name": "p"}, unknown={"encryption_key": True})
    assert rendered_case(tmp_path, known) == []
    role = resource(
        "aws_codebuild_project.p", {"name": "p", "service_role": "r"}, {"name": "p"}, unknown={"service_role": True}
    )
    assert rendered_case(tmp_path, role) == ["widen:aws_codebuild_project.p"], "another role, whichever it is"
    subnets = resource(
        "aws_codebuild_project.p",
        {"name": "p"},
        {"name": "p", "vpc_config": [{}]},
        unknown={"vpc_config": [{"subnets": [True]}]},
    )
    assert rendered_case(tmp_path, subnets) == []


def test_what_is_made_anew_is_named_by_a_reference_too(tmp_path: Any) -> None:
    old = {"name": "t", "arn": "arn:aws:sns:us-east-1:111122223333:t", "id": "x"}
    topic = resource("aws_sns_topic.t", old, {"name": "u"}, unknown={"arn": True}, actions=["delete", "create"])
    before = {"rule": "e", "target_id": "e", "arn": old["arn"]}
    after = {"rule": "e", "target_id": "e", "dead_letter_config": [{}]}
    target = resource(
        "aws_cloudwatch_event_target.e", before, after, unknown={"arn": True, "dead_letter_config": [{"arn": True}]}
    )
    assert rendered_case(tmp_path, target, topic) == ["replace:aws_sns_topic.t"]
    elsewhere = resource("aws_cloudwatch_event_target.e", before | {"arn": "other"}, after, unknown={"arn": True})
    assert "widen:aws_cloudwatch_event_target.e" in rendered_case(tmp_path, elsewhere, topic)


@pytest.mark.parametrize(
    "unknown",
    [
        True,
        [True],
        [{"expiration": True}],
        [{"expiration": [True]}],
        [{"expiration": [{"days": True}]}],
        [{"filter": [True], "expiration": [{"days": True}]}],
        [
            {
                "filter": [{"prefix": True}],
                "noncurrent_version_expiration": [{"newer_noncurrent_versions": True, "noncurrent_days": True}],
            }
        ],
    ],
    ids=str,
)
def test_rules_that_are_not_known_may_delete_anything(unknown: Any) -> None:
    rule = {"id": "r", "status": "Enabled", "expiration": [{"days": 30}], "filter": [{"prefix": "a/"}]}
    kind = "aws_s3_bucket_lifecycle_configuration"
    change = resource(f"{kind}.l", of("b", {"rule": [rule]}), of("b", {"rule": [rule]}), unknown={"rule": unknown})
    assert consents(BUCKET, change) == [f"expire:{kind}.l"]


def test_objects_that_a_date_deletes_go_however_new_they_are() -> None:
    rule = {"id": "r", "status": "Enabled", "filter": [{"and": [{"prefix": "a/", "tags": {"x": "y"}}]}]}
    dated = rule | {"expiration": [{"date": "2020-01-01T00:00:00Z"}]}
    kind = "aws_s3_bucket_lifecycle_configuration"
    (found,) = refused(BUCKET, resource(f"{kind}.l", of("b", {"rule": [rule]}), of("b", {"rule": [dated]})))
    assert (found.before, "on 2020-01-01, however new they are" in found.reason) == ("never", True)
