"""The guards' finer points, on plans written by hand; what the real terraform plans is in test_guards_real_plans."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from guard_plans import ACCOUNT, judged, policy, refused, resource

from generator.checks.guards.classification.table import table
from generator.checks.guards.consent import Leave, read_leaves, remaining, require_reasons
from generator.checks.guards.judge import judge
from generator.checks.guards.settings import Settings, plan_age, read_settings
from generator.errors import SpecError, UsageError
from generator.kept.unfit_plans import taints
from generator.plans.plan import parse_plan
from generator.refusal import KINDS, Refusal, flags
from generator.terraform import Mode

if TYPE_CHECKING:
    from generator.workspace import Workspace


# Destruction


def test_what_is_only_read_is_never_destroyed() -> None:
    assert judged(resource("data.aws_s3_bucket.x", {"id": "x"}, None, mode="data")) == []


def test_an_old_object_that_a_replacement_left_is_told_as_such() -> None:
    ((kind, _, reason),) = judged(resource("aws_sqs_queue.q", {"name": "q"}, None, deposed="12ab"))
    assert kind == "delete"
    assert "an old object that an earlier replacement left would be deleted" in reason


def test_a_replacement_that_leaves_the_old_one_behind_forgets_it() -> None:
    found = judged(resource("aws_s3_bucket.b", {"bucket": "b"}, {"bucket": "c"}, actions=["create", "forget"]))
    assert [kind for kind, _, _ in found] == ["forget"]


def test_a_replacement_without_a_path_says_why() -> None:
    change = resource(
        "aws_sqs_queue.q",
        {"name": "q"},
        {"name": "q"},
        actions=["delete", "create"],
        action_reason="replace_because_tainted",
    )
    assert (
        judged(change)[0][2]
        == "holds messages; it would be replaced: an apply left it half made, or somebody marked it as tainted"
    )


def test_a_deletion_without_a_reason_is_refused_all_the_same() -> None:
    assert judged(resource("aws_sqs_queue.q", {"name": "q"}, None))[0][2] == "holds messages; it would be deleted"


def test_a_replacement_names_the_attributes_that_force_it() -> None:
    change = resource(
        "aws_sqs_queue.q",
        {"name": "q"},
        {"name": "r"},
        actions=["create", "delete"],
        replace_paths=[["name"], ["tags", "x", 0]],
    )
    ((kind, _, reason),) = judged(change)
    assert (kind, reason) == ("replace", "holds messages; it would be replaced because of name, tags.x.0")


def test_more_deletions_than_are_set_are_refused_by_their_number() -> None:
    gone = [resource(f"aws_iam_role.r{number}", {"name": f"r{number}"}, None) for number in range(6)]
    assert judged(*gone) == [
        ("deletions", "6", "resources would be deleted or replaced by one apply, and 5 are allowed")
    ]
    assert judged(*gone[:5]) == []


def test_a_destroy_is_judged_for_data_alone() -> None:
    gone = [resource(f"aws_iam_role.r{number}", {"name": f"r{number}"}, None) for number in range(9)]
    gone += [resource("aws_sqs_queue.q", {"name": "q"}, None), resource("aws_flow_log.f", {"id": "f"}, None)]
    plan = parse_plan({"resource_changes": gone})
    assert [each.consent for each in judge(plan, Settings(), account=ACCOUNT, is_destroy=True)] == [
        "delete:aws_sqs_queue.q"
    ]


def test_what_is_forgotten_loses_no_protection() -> None:
    assert [kind for kind, _, _ in judged(resource("aws_flow_log.f", {"id": "f"}, None, actions=["forget"]))] == [
        "forget"
    ]


@pytest.mark.parametrize("kind", sorted(table().holdings))
def test_every_type_that_holds_data_is_guarded(kind: str) -> None:
    assert [kind for kind, _, _ in judged(resource(f"{kind}.x", {"id": "x"}, None))] == ["delete"]


# Protection


EVERYWHERE = table().general.rules


def everywhere(how: str) -> list[str]:
    """List the attributes that are judged alike in any resource."""
    return sorted(name for name, rules in EVERYWHERE.items() if rules[0].how == how)


@pytest.mark.parametrize("name", everywhere("on"))
def test_every_switch_that_protects_is_guarded_at_any_depth(name: str) -> None:
    before, after = {"block": [{"inner": [{name: True}]}]}, {"block": [{"inner": [{name: False}]}]}
    ((kind, _, reason),) = judged(resource("aws_any_thing.x", before, after))
    assert (kind, EVERYWHERE[name][0].what in reason) == ("unprotect", True)
    assert judged(resource("aws_any_thing.x", after, before)) == []


@pytest.mark.parametrize("name", everywhere("off"))
def test_every_switch_that_takes_protection_away_is_guarded(name: str) -> None:
    assert [kind for kind, _, _ in judged(resource("aws_any_thing.x", {name: False}, {name: True}))] == ["unprotect"]
    assert [kind for kind, _, _ in judged(resource("aws_any_thing.x", {name: None}, {}, unknown={name: True}))] == [
        "unprotect"
    ]
    assert judged(resource("aws_any_thing.x", {name: True}, {name: False})) == []


@pytest.mark.parametrize("name", everywhere("key"))
def test_every_key_of_encryption_that_becomes_nothing_is_guarded(name: str) -> None:
    assert [kind for kind, _, _ in judged(resource("aws_any_thing.x", {name: "arn"}, {name: None}))] == ["unprotect"]
    assert [kind for kind, _, _ in judged(resource("aws_any_thing.x", {name: "arn"}, {}))] == ["unprotect"]
    assert judged(resource("aws_any_thing.x", {name: "arn"}, {name: "other"})) == []
    assert [kind for kind, _, _ in judged(resource("aws_any_thing.x", {name: "arn"}, {}, unknown={name: True}))] == [
        "unprotect"
    ], "a key that nobody knows is not a key of ours"
    foreign = "arn:aws:kms:us-east-1:999988887777:key/x"
    assert [kind for kind, _, _ in judged(resource("aws_any_thing.x", {name: None}, {name: foreign}))] == ["unprotect"]


CLOSED = [
    (kind, path, rule.order)
    for kind, its in table().rows.items()
    for path, rules in its.rules.items()
    for rule in rules
    if rule.how == "best"
]


@pytest.mark.parametrize(("kind", "path", "order"), CLOSED, ids=str)
def test_every_closed_choice_is_guarded(kind: str, path: str, order: tuple[Any, ...]) -> None:
    def at(value: object) -> Any:
        *blocks, name = path.split(".")
        tree: Any = {name: value}
        for block in reversed(blocks):
            tree = {block: [tree]}
        return tree

    good = order[0] or None
    assert "unprotect" in [kind for kind, _, _ in judged(resource(f"{kind}.x", at(good), at("something else")))]
    assert "unprotect" in [
        kind for kind, _, _ in judged(resource(f"{kind}.x", at(order[0]), at(None), unknown=at(value=True)))
    ]
    for worse in order[1:]:
        assert "unprotect" in [kind for kind, _, _ in judged(resource(f"{kind}.x", at(good), at(worse)))]
    assert judged(resource(f"{kind}.x", at("something else"), at(good))) == []


# A rule of events protects as far as it tells somebody: test_guards_starts.
GUARDIANS = sorted(
    kind
    for kind, its in table().rows.items()
    if its.protects and kind not in {*table().holdings, "aws_cloudwatch_event_rule"}
)


@pytest.mark.parametrize("kind", GUARDIANS)
def test_every_resource_that_only_protects_is_guarded(kind: str) -> None:
    held: dict[str, Any] = {"id": "x", "name": "x"}
    for attribute in table().rows[kind].owners.values():
        held |= {} if "." in attribute else {attribute: "x"}
    for path, rules in table().rows[kind].rules.items():
        *blocks, name = path.split(".")
        value: Any = {rule.how: rule.order[0] if rule.order else True for rule in rules if rule.how in {"best", "on"}}
        if not value:
            continue
        tree: Any = {name: next(iter(value.values()))}
        for block in reversed(blocks):
            tree = {block: [tree]}
        held |= tree
    if any("block_public" in name for name in EVERYWHERE) and "public_access_block" in kind:
        held["block_public_acls"] = True
    assert "unprotect" in [kind for kind, _, _ in judged(resource(f"{kind}.x", held, None))]


def test_what_protects_a_bucket_may_go_with_it() -> None:
    found = judged(
        resource("aws_s3_bucket.x", {"id": "b", "bucket": "b"}, None),
        resource("aws_s3_bucket_versioning.x", {"id": "b", "bucket": "b"}, None),
        resource("aws_s3_bucket_policy.x", {"bucket": "b", **policy({"Effect": "Deny", "Action": "*"})}, None),
    )
    assert [kind for kind, _, _ in found] == ["delete"]


def test_what_protects_two_buckets_by_one_name_does_not_count_for_the_other() -> None:
    found = judged(
        resource("aws_s3_bucket.x", {"id": "b", "bucket": "b"}, None),
        resource("aws_s3_bucket_versioning.x", {"id": "c", "bucket": "c"}, None),
    )
    assert [kind for kind, _, _ in found] == ["delete", "unprotect"]


def test_blocks_are_paired_by_name_and_not_by_position() -> None:
    before = {
        "secondary_artifacts": [
            {"artifact_identifier": "a", "encryption_disabled": True},
            {"artifact_identifier": "b", "encryption_disabled": False},
        ]
    }
    after = {
        "secondary_artifacts": [
            {"artifact_identifier": "b", "encryption_disabled": False},
            {"artifact_identifier": "a", "encryption_disabled": True},
        ]
    }
    assert judged(resource("aws_codebuild_project.x", before, after)) == []


def test_a_block_that_goes_takes_its_protection_along() -> None:
    before = {"rule": [{"name": "a", "encrypted": True}, {"name": "b", "encrypted": True}]}
    found = judged(resource("aws_any_thing.x", before, {"rule": [{"name": "a", "encrypted": True}]}))
    lost = [reason for kind, _, reason in found if kind == "unprotect"]
    assert lost == ["loses encryption: rule.encrypted goes from true to nothing"]
    assert judged(resource("aws_any_thing.x", before, {"rule": None}))
    assert judged(resource("aws_any_thing.x", before, {}, unknown={"rule": True}))


def test_a_block_that_was_renamed_is_the_same_block() -> None:
    before, after = {"rule": [{"name": "a", "encrypted": True}]}, {"rule": [{"name": "b", "encrypted": False}]}
    assert [kind for kind, _, _ in judged(resource("aws_any_thing.x", before, after))] == ["unprotect", "unclassified"]


def test_an_unknown_value_in_a_list_of_blocks_is_found_at_its_place() -> None:
    before = {"rule": [{"encrypted": True}, {"encrypted": True}]}
    after, unknown = {"rule": [{"encrypted": True}, {}]}, {"rule": [{}, {"encrypted": True}]}
    found = judged(resource("aws_any_thing.x", before, after, unknown=unknown))
    assert [reason for _, _, reason in found] == [
        "loses encryption: rule.encrypted goes from true to (known after apply)"
    ]


# Time


LIFECYCLE = "aws_s3_bucket_lifecycle_configuration.x"


def rules_of(*rules: dict[str, Any]) -> dict[str, Any]:
    return {"bucket": "b", "rule": [{"id": "r", "status": "Enabled", **rule} for rule in rules]}


def expiring(days: int, **more: Any) -> dict[str, Any]:
    return {"expiration": [{"days": days}], **more}


def test_what_expires_sooner_is_told_with_all_there_is_to_say() -> None:
    group = resource("aws_cloudwatch_log_group.x", {"retention_in_days": 30}, {"retention_in_days": 7})
    assert refused(group) == [
        Refusal(
            "expire",
            "aws_cloudwatch_log_group.x",
            "keeps its data for 7 days and no longer for 30 days",
            ("retention_in_days",),
        )
    ]
    ever = resource("aws_cloudwatch_log_group.x", {}, {"retention_in_days": 7})
    assert [each.reason for each in refused(ever)] == ["keeps its data for 7 days and no longer for ever"]
    backups = resource("aws_db_instance.x", {"backup_retention_period": 7}, {"backup_retention_period": None})
    assert [each.reason for each in refused(backups)] == ["keeps its data for 0 days and no longer for 7 days"]
    kept = {"status": "Disabled", **expiring(1)}
    objects = resource(LIFECYCLE, rules_of(kept, expiring(90)), rules_of(kept, expiring(30, id=None)))
    objects["change"]["after"]["rule"][1].pop("id")
    assert refused(objects) == [
        Refusal(
            "expire",
            LIFECYCLE,
            "deletes objects after 30 days (rule 1), which is sooner than now",
            ("rule", 1, "expiration"),
        )
    ]


def test_rules_for_other_objects_are_other_rules() -> None:
    def chosen(**filters: Any) -> dict[str, Any]:
        return {"filter": [filters]}

    one, other = chosen(prefix="a/", tag=[]), chosen(tag=[], prefix="b/")
    assert refused(resource(LIFECYCLE, rules_of(expiring(30, **one)), rules_of(expiring(30, **other)))) != []
    assert refused(resource(LIFECYCLE, rules_of(expiring(30, prefix="a/")), rules_of(expiring(30)))) != []
    same = chosen(tag=[], prefix="a/")
    assert refused(resource(LIFECYCLE, rules_of(expiring(30, **one)), rules_of(expiring(30, **same)))) == []
    both = rules_of(expiring(30, **one), expiring(90, **other))
    assert refused(resource(LIFECYCLE, both, rules_of(expiring(90, **other), expiring(30, **one)))) == []
    assert [
        each.path for each in refused(resource(LIFECYCLE, both, rules_of(expiring(90, **one), expiring(30, **other))))
    ] == [("rule", 1, "expiration")]


def test_old_versions_are_told_from_objects() -> None:
    def versions(days: int) -> dict[str, Any]:
        return {"noncurrent_version_expiration": [{"noncurrent_days": days}]}

    before = rules_of({**expiring(30), **versions(90)})
    assert refused(resource(LIFECYCLE, before, rules_of({**expiring(30), **versions(60)}))) == [
        Refusal(
            "expire",
            LIFECYCLE,
            "deletes old versions of objects after 60 days (rule r), which is sooner than now",
            ("rule", 0, "noncurrent_version_expiration"),
        )
    ]


def test_fewer_old_versions_that_stay_whatever_their_age_are_refused() -> None:
    def kept(number: int | None, status: str = "Enabled", **more: Any) -> dict[str, Any]:
        block = {"noncurrent_days": 90, "newer_noncurrent_versions": number}
        return {"id": "r", "status": status, "noncurrent_version_expiration": [block], **more}

    other = kept(5, filter=[{"prefix": "a/"}])
    assert refused(resource(LIFECYCLE, rules_of(other, kept(20)), rules_of(other, kept(5)))) == [
        Refusal(
            "expire",
            LIFECYCLE,
            "keeps 5 old versions whatever their age, and no longer 20",
            ("rule", 1, "noncurrent_version_expiration"),
        )
    ]
    assert [each.reason for each in refused(resource(LIFECYCLE, rules_of(kept(20)), rules_of(kept(None))))] == [
        "keeps 0 old versions whatever their age, and no longer 20"
    ]
    for before, after in (
        (kept(5), kept(20)),
        (kept(None), kept(5)),
        (kept(20), kept(20)),
        (kept(20), kept(5, "Disabled")),
    ):
        assert refused(resource(LIFECYCLE, rules_of(before), rules_of(after))) == []
    switched_on = refused(resource(LIFECYCLE, rules_of(kept(20, "Disabled")), rules_of(kept(5))))
    assert [each.reason for each in switched_on] == [
        "deletes old versions of objects after 90 days (rule r), which is sooner than now"
    ]


def test_images_that_go_sooner_are_told_with_their_rule() -> None:
    def images(number: int, **selection: Any) -> dict[str, Any]:
        return {"selection": {"countType": "imageCountMoreThan", **selection, "countNumber": number}}

    def rules(*each: dict[str, Any]) -> dict[str, Any]:
        numbered = [{"rulePriority": number, **rule} for number, rule in enumerate(each, 1)]
        return {"repository": "r", "policy": json.dumps({"rules": numbered})}

    kind = "aws_ecr_lifecycle_policy.x"
    tagged = {"tagStatus": "tagged", "tagPrefixList": ["v"]}
    swapped = {"tagPrefixList": ["v"], "tagStatus": "tagged"}
    assert refused(resource(kind, rules(images(50, tagStatus="any")), rules(images(10, tagStatus="any")))) == [
        Refusal(
            "expire",
            kind,
            "deletes images beyond the newest 10 (rule 1), which is sooner than now",
            ("policy",),
        )
    ]
    assert refused(resource(kind, rules(images(50, **tagged)), rules(images(50, **swapped)))) == []
    assert refused(resource(kind, rules(images(50, tagStatus="any")), rules(images(50, **tagged)))) == []
    assert refused(resource(kind, rules(images(50, **tagged)), rules(images(50, tagStatus="any")))) != []
    assert refused(resource(kind, {"policy": None}, rules(images(50, **tagged)))) != []


def test_rules_of_images_that_keep_fewer_are_refused() -> None:
    def rules(number: int, **more: Any) -> dict[str, Any]:
        selection = {"tagStatus": "any", "countType": "imageCountMoreThan", "countNumber": number}
        return {
            "repository": "r",
            "policy": json.dumps({"rules": [{"rulePriority": 1, "selection": selection, **more}]}),
        }

    assert [kind for kind, _, _ in judged(resource("aws_ecr_lifecycle_policy.x", rules(50), rules(10)))] == ["expire"]
    assert judged(resource("aws_ecr_lifecycle_policy.x", rules(10), rules(50))) == []
    there = resource("aws_ecr_repository.r", {"name": "r"}, {"name": "r"}, actions=["no-op"])
    assert [kind for kind, _, _ in judged(there, resource("aws_ecr_lifecycle_policy.x", None, rules(10)))] == ["expire"]
    new = resource("aws_ecr_repository.r", None, {"name": "r"})
    assert judged(new, resource("aws_ecr_lifecycle_policy.x", None, rules(10))) == []


@pytest.mark.parametrize("text", ["no json", "[]", '{"rules": [{}]}', '{"rules": 3}'])
def test_rules_of_images_that_cannot_be_read_may_delete_anything(text: str) -> None:
    (found,) = refused(resource("aws_ecr_lifecycle_policy.x", {"policy": '{"rules": []}'}, {"policy": text}))
    assert (found.kind, found.reason) == ("expire", "deletes images by rules that cannot be read")
    assert refused(resource("aws_ecr_lifecycle_policy.x", {"policy": text}, {"policy": None})) == []


def test_a_rule_that_is_switched_on_lets_expire() -> None:
    def rule(status: str, **more: Any) -> dict[str, Any]:
        return {"bucket": "b", "rule": [{"id": "r", "status": status, **more}]}

    kind = "aws_s3_bucket_lifecycle_configuration.x"
    noncurrent = {"noncurrent_version_expiration": [{"noncurrent_days": 3}]}
    found = judged(resource(kind, rule("Disabled", **noncurrent), rule("Enabled", **noncurrent)))
    assert [reason for _, _, reason in found] == [
        "deletes old versions of objects after 3 days (rule r), which is sooner than now"
    ]
    assert judged(resource(kind, rule("Enabled"), rule("Enabled", expiration=[{"days": None}]))) == []


def test_the_same_rules_under_another_name_are_the_same() -> None:
    def rule(name: str) -> dict[str, Any]:
        return {"bucket": "b", "rule": [{"id": name, "status": "Enabled", "expiration": [{"days": 3}]}]}

    assert judged(resource("aws_s3_bucket_lifecycle_configuration.x", rule("one"), rule("two"))) == []


def test_caches_are_no_data_and_what_is_archived_is_not_deleted() -> None:
    """What an upgrade brings to a bucket whose rules were all for all of it."""

    def rule(prefix: str, **more: Any) -> dict[str, Any]:
        return {"id": prefix, "status": "Enabled", "filter": [{"prefix": prefix}], **more}

    kind = "aws_s3_bucket_lifecycle_configuration.x"
    move, end = {"transition": [{"days": 90}]}, {"expiration": [{"days": 730}]}
    before = {"bucket": "b", "rule": [rule("", **move), rule("", **end)]}
    old = {"noncurrent_version_expiration": [{"noncurrent_days": 1}]}
    cache = rule("_cache/", expiration=[{"days": 30}], **old)
    after = {"bucket": "b", "rule": [rule("main/", **move), rule("", **end), cache]}
    assert judged(resource(kind, before, after)) == []
    other = after | {"rule": [*after["rule"], rule("cache/", expiration=[{"days": 30}])]}
    assert [reason for _, _, reason in judged(resource(kind, before, other))] == [
        "deletes objects after 30 days (rule cache/), which is sooner than now"
    ]


def test_a_denial_that_leaves_out_less_is_not_lost() -> None:
    def deny(*left_out: str) -> dict[str, Any]:
        return policy({"Effect": "Deny", "Principal": "*", "Action": "s3:PutObject", "NotResource": list(left_out)})

    bucket = "arn:aws:s3:::some"
    before = deny(bucket, f"{bucket}/*/logs/*")
    for after in (deny(bucket), deny(bucket, f"{bucket}/main/logs/*", f"{bucket}/web/logs/*")):
        assert judged(resource("aws_s3_bucket_policy.x", before, after)) == []
    for after in (deny(bucket, f"{bucket}/*"), deny(bucket, f"{bucket}/main/*")):
        assert judged(resource("aws_s3_bucket_policy.x", before, after)), after


def test_of_two_rules_for_the_same_objects_the_shorter_one_counts() -> None:
    def rules(*days: int) -> dict[str, Any]:
        return {"bucket": "b", "rule": [{"status": "Enabled", "expiration": [{"days": each}]} for each in days]}

    kind = "aws_s3_bucket_lifecycle_configuration.x"
    assert judged(resource(kind, rules(90, 30), rules(30))) == []
    assert judged(resource(kind, rules(30), rules(30, 90))) == []
    assert judged(resource(kind, rules(90), rules(90, 30)))


@pytest.mark.parametrize(
    ("before", "after", "is_shorter"),
    [(0, 7, True), (None, 7, True), (7, 0, False), (7, None, False), (30, 7, True), (7, 30, False)],
)
def test_for_a_log_group_nothing_means_for_ever(before: int | None, after: int | None, *, is_shorter: bool) -> None:
    change = resource("aws_cloudwatch_log_group.x", {"retention_in_days": before}, {"retention_in_days": after})
    assert bool(judged(change)) is is_shorter


def test_a_time_that_is_not_known_yet_may_be_any() -> None:
    unknown = {"message_retention_seconds": True}
    (found,) = judged(resource("aws_sqs_queue.x", {"message_retention_seconds": 60}, {}, unknown=unknown))
    assert found[2] == "keeps its data for a time that is known after apply only and no longer for 60 seconds"


def test_backups_that_are_switched_off_are_refused() -> None:
    found = judged(resource("aws_db_instance.x", {"backup_retention_period": 7}, {"backup_retention_period": 0}))
    assert [kind for kind, _, _ in found] == ["expire"]


# Exact words: what a person acts on


def test_what_loses_protection_is_told_with_the_attribute_that_does() -> None:
    versioning = resource(
        "aws_s3_bucket_versioning.v",
        {"bucket": "b", "versioning_configuration": [{"status": "Enabled"}]},
        {"bucket": "b", "versioning_configuration": [{"status": "Suspended"}]},
    )
    assert refused(versioning) == [
        Refusal(
            "unprotect",
            "aws_s3_bucket_versioning.v",
            "loses versioning: versioning_configuration.status goes from Enabled to Suspended",
            ("versioning_configuration", 0, "status"),
        )
    ]
    gone = resource("aws_flow_log.f", {"id": "f"}, None)
    assert refused(gone) == [Refusal("unprotect", "aws_flow_log.f", "is deleted, and with it goes logging")]


def test_what_is_destroyed_is_told_with_the_attribute_that_forces_it() -> None:
    replaced = resource(
        "aws_s3_bucket.b", {"bucket": "a"}, {"bucket": "b"}, actions=["delete", "create"], replace_paths=[["bucket"]]
    )
    assert refused(replaced) == [
        Refusal("replace", "aws_s3_bucket.b", "holds objects; it would be replaced because of bucket", ("bucket",))
    ]
    gone = resource("aws_s3_bucket.b", {"bucket": "a"}, None, action_reason="delete_because_no_module")
    assert refused(gone) == [
        Refusal(
            "delete", "aws_s3_bucket.b", "holds objects; it would be deleted: its module is gone from the configuration"
        )
    ]
    left = resource("aws_x.y", {"a": 1}, None, actions=["forget"])
    assert refused(left) == [
        Refusal("forget", "aws_x.y", "is forgotten: it stays in AWS, and nothing manages it any more")
    ]


# Consent

REFUSALS = [
    Refusal("delete", "aws_s3_bucket.this", "x"),
    Refusal("widen", 'm.a["b c"]', "y"),
    Refusal("rule", "dev", "z", can_be_allowed=False),
]


def test_exactly_what_is_named_is_let_through() -> None:
    assert remaining(REFUSALS, ["delete:aws_s3_bucket.this"]) == REFUSALS[1:]
    assert remaining(REFUSALS, []) == REFUSALS


@pytest.mark.parametrize(
    ("consent", "hint"),
    [
        ("delete:aws_s3_bucket.thsi", "did you mean delete:aws_s3_bucket.this?"),
        ("replace:aws_s3_bucket.this", "did you mean delete:aws_s3_bucket.this?"),
        ("delete:*", "refused are: delete:aws_s3_bucket.this, widen:"),
    ],
)
def test_what_is_allowed_and_not_refused_is_an_error(consent: str, hint: str) -> None:
    with pytest.raises(UsageError, match="nothing of that name is refused") as caught:
        remaining(REFUSALS, [consent])
    assert hint in caught.value.hint


def test_where_nothing_is_refused_there_is_nothing_to_allow() -> None:
    with pytest.raises(UsageError) as caught:
        remaining([], ["delete:x"])
    assert caught.value.hint == "nothing is refused: leave it out"


def test_what_nothing_allows_stays_refused() -> None:
    with pytest.raises(UsageError, match="nothing can allow that"):
        remaining(REFUSALS, ["rule:dev"])


@pytest.mark.parametrize("consent", ["delete", "delete:", ":x", ""])
def test_an_allow_without_a_kind_or_an_address_is_wrong_usage(consent: str) -> None:
    with pytest.raises(UsageError, match="is not KIND:ADDRESS"):
        read_leaves([consent])


def test_a_misspelt_kind_is_corrected() -> None:
    with pytest.raises(UsageError) as caught:
        read_leaves(["widne"])
    assert "--allow widen:ADDRESS" in caught.value.hint
    assert read_leaves(["delete:a:b"]) == (Leave("delete:a:b"),)


def test_a_leave_may_give_its_reason() -> None:
    words = ["delete:a.b", "widen:a.b=the audit asked = for it", 'expire:a.b["k=v"]', 'expire:a.b["k=v"].c[0]= why ']
    assert read_leaves(words) == (
        Leave("delete:a.b"),
        Leave("widen:a.b", "the audit asked = for it"),
        Leave('expire:a.b["k=v"]'),
        Leave('expire:a.b["k=v"].c[0]', "why"),
    )


def test_prod_wants_a_reason_for_each_leave() -> None:
    require_reasons(read_leaves(["delete:a.b=moved to the new bucket"]))
    with pytest.raises(UsageError, match="gives no reason") as caught:
        require_reasons(read_leaves(["delete:a.b=x", "widen:a.b"]))
    assert "--allow 'widen:a.b=the reason'" in caught.value.hint


def test_flags_are_quoted_for_a_shell_and_each_given_once() -> None:
    assert flags([*REFUSALS, REFUSALS[0]]) == "--allow delete:aws_s3_bucket.this --allow 'widen:m.a[\"b c\"]'"


# Settings


def settings(workspace: Workspace, text: str) -> Settings:
    (workspace.root / "guards.yaml").write_text(text)
    return read_settings(workspace)


def test_without_a_file_the_defaults_hold(workspace: Workspace) -> None:
    assert read_settings(workspace) == Settings()
    assert settings(workspace, "plan_age: 2h\n") == Settings(plan_age=120)


def test_every_setting_is_read(workspace: Workspace) -> None:
    found = settings(
        workspace, "max_deletions: 0\nplan_age: 30m\nencrypt_plans: true\ntypes: {mine_thing: {holds: data}}\n"
    )
    assert (found.max_deletions, found.plan_age, found.encrypt_plans) == (0, 30, True)
    assert found.table.holdings["mine_thing"] == "what guards.yaml calls data"
    assert found.table.holdings["aws_s3_bucket"] == "objects"


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("max_deletion: 3", "guards.yaml:1:1: max_deletion: guards.yaml has no such key; did you mean max_deletions?"),
        (
            "zzz: 3",
            "guards.yaml:1:1: zzz: guards.yaml has no such key; it has max_deletions, plan_age, encrypt_plans, types",
        ),
        ("max_deletions: -1", "guards.yaml:1:16: max_deletions: must be a whole number from 0 to 10000"),
        ("max_deletions: true", "guards.yaml:1:16: max_deletions: must be a whole number from 0 to 10000"),
        ("max_deletions: 10001", "guards.yaml:1:16: max_deletions: must be a whole number from 0 to 10000"),
        ('max_deletions: "3"', "guards.yaml:1:16: max_deletions: must be a whole number from 0 to 10000"),
        ("plan_age: 3", "guards.yaml:1:11: plan_age: must be a duration from 1m to 30d, such as 4h"),
        ("plan_age: 31d", "guards.yaml:1:11: plan_age: must be a duration from 1m to 30d, such as 4h"),
        ("plan_age: 0m", "guards.yaml:1:11: plan_age: must be a duration from 1m to 30d, such as 4h"),
        ("plan_age: soon", "guards.yaml:1:11: plan_age: must be a duration from 1m to 30d, such as 4h"),
        ('encrypt_plans: "yes"', "guards.yaml:1:16: encrypt_plans: must be true or false"),
        ("types: [", "guards.yaml"),
    ],
)
def test_a_wrong_setting_is_answered_with_its_place(text: str, problem: str, workspace: Workspace) -> None:
    with pytest.raises(SpecError) as caught:
        settings(workspace, f"{text}\n")
    assert problem in str(caught.value)


def test_all_wrong_settings_are_told_at_once(workspace: Workspace) -> None:
    with pytest.raises(SpecError) as caught:
        settings(workspace, "max_deletions: x\nplan_age: 1\nx: 1\n")
    assert len(caught.value.problems) == 3


def test_the_age_of_a_plan_is_a_duration() -> None:
    assert plan_age("1h30m") == 90
    with pytest.raises(ValueError, match="must be a duration from 1m to 30d"):
        plan_age("tomorrow")


# Taints


def provider(**expressions: Any) -> dict[str, Any]:
    return {
        "configuration": {
            "provider_config": {"aws": {"name": "aws", "expressions": expressions}, "x": {"name": "random"}}
        }
    }


LOCAL = [{"s3": {"constant_value": "http://127.0.0.1:4566"}}]


@pytest.mark.parametrize(
    ("raw", "mode", "reason"),
    [
        ({}, Mode.REAL, ""),
        (provider(region={"constant_value": "us-east-1"}), Mode.REAL, ""),
        (provider(secret_key={"constant_value": "mock"}), Mode.REAL, "its provider aws is a mocked one"),
        (provider(endpoints=LOCAL), Mode.SANDBOX, ""),
        (provider(), Mode.SANDBOX, "it was made for AWS"),
        (provider(skip_requesting_account_id={"constant_value": True}), Mode.SANDBOX, "it was made offline"),
        (
            provider(endpoints=[{"s3": {"constant_value": "https://s3.example.com"}}]),
            Mode.SANDBOX,
            "leads to s3.example.com",
        ),
        (provider(endpoints={"s3": {"constant_value": "nowhere"}}), Mode.SANDBOX, "leads to nowhere"),
        ({"errored": True}, Mode.REAL, "stopped half way"),
        ({"complete": False}, Mode.REAL, "left a part of it"),
    ],
)
def test_a_plan_that_was_made_for_something_else_is_tainted(raw: dict[str, Any], mode: Mode, reason: str) -> None:
    found = taints(parse_plan(raw), mode)
    assert bool(found) is bool(reason), found
    assert not reason or reason in found[0]


def test_a_provider_of_a_module_is_the_roots_business() -> None:
    raw = provider()
    raw["configuration"]["provider_config"]["aws"]["module_address"] = "module.x"
    assert taints(parse_plan(raw), Mode.SANDBOX) == []


# What is documented


DOCUMENTED = "".join((Path(__file__).parents[4] / "docs" / name).read_text() for name in ("operating.md", "guards.md"))


@pytest.mark.parametrize("word", [*KINDS, *sorted(table().holdings), *GUARDIANS, *everywhere("on"), *everywhere("off"), *everywhere("key")])  # fmt: skip
def test_every_kind_type_and_attribute_is_documented(word: str) -> None:
    assert f"`{word}`" in DOCUMENTED
