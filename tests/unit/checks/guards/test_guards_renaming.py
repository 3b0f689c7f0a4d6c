"""What is made again under another name is the same to whoever names it, and nothing that merely holds the name is."""

from __future__ import annotations

from typing import Any

import pytest
from guard_plans import ACCOUNT, consents, resource, same

from generator.checks.guards.classification.table import table
from generator.checks.guards.owners.renaming import composed
from generator.checks.guards.subject import Subject, Surroundings
from generator.plans.plan import parse_plan

REPLACE = ["delete", "create"]
ROLE_ARN = f"arn:aws:iam::{ACCOUNT}:role/team"


def anew(kind: str, before: dict[str, Any], after: dict[str, Any]) -> dict[str, Any]:
    return resource(f"{kind}.x", before, after, actions=REPLACE, unknown={"arn": True, "id": True})


@pytest.fixture(scope="module")
def subject() -> Subject:
    changes = [
        anew("aws_iam_role", {"name": "acme", "id": "acme", "arn": f"{ROLE_ARN}/acme"}, {"name": "evil"}),
        anew("aws_s3_bucket", {"bucket": "shop", "id": "shop", "arn": "arn:aws:s3:::shop"}, {"bucket": "store"}),
        resource(
            "aws_sqs_queue.q",
            {"name": "one", "url": "https://sqs.eu-west-1.amazonaws.com/1/one"},
            {"name": "two", "url": "https://sqs.eu-west-1.amazonaws.com/1/two"},
            actions=REPLACE,
        ),
        same("aws_sns_topic.t", {"name": "kept", "arn": "arn:aws:sns:eu-west-1:1:kept"}),
    ]
    return Subject(parse_plan({"resource_changes": changes}), Surroundings(ACCOUNT), table())


@pytest.mark.parametrize(
    ("attribute", "before", "after"),
    [
        ("service_role", f"{ROLE_ARN}/acme", f"{ROLE_ARN}/evil"),
        ("role", "acme", "evil"),
        ("target.role_arn", f"{ROLE_ARN}/acme", f"{ROLE_ARN}/evil"),
        ("bucket", "shop", "store"),
        ("artifacts.location", "shop", "store"),
        ("cache.location", "shop/some/path", "store/some/path"),
        ("anything", "arn:aws:s3:::shop/path", "arn:aws:s3:::store/path"),
        ("queue_url", "https://sqs.eu-west-1.amazonaws.com/1/one", "https://sqs.eu-west-1.amazonaws.com/1/two"),
        ("dimensions.QueueName", "one", "two"),
        ("members_of_role", ["b", "acme"], ["evil", "b"]),
        ("x", 7, 7),
    ],
)
def test_a_whole_name_of_what_is_made_anew_is_the_same(
    subject: Subject, attribute: str, before: Any, after: Any
) -> None:
    assert subject.is_same(before, after, attribute)


@pytest.mark.parametrize(
    ("attribute", "before", "after"),
    [
        # The same letters, in the name of something else.
        ("source.location", "https://github.com/acme/app", "https://github.com/evil/app"),
        ("source.location", "acme/app", "evil/app"),
        ("endpoint", "https://hooks.example/acme", "https://hooks.example/evil"),
        ("endpoint", "acme@example.com", "evil@example.com"),
        ("user_name", "acme", "evil"),
        ("artifacts.location", "acme", "evil"),
        ("environment.certificate", "workshop/ca.pem", "workstore/ca.pem"),
        ("cache.location", "shop-other/path", "store-other/path"),
        ("role", "acme/x", "evil/x"),
        # A part of the name, or another part behind it.
        ("service_role", f"{ROLE_ARN}/acme-admin", f"{ROLE_ARN}/evil-admin"),
        ("service_role", f"{ROLE_ARN}/acme", f"{ROLE_ARN}/evil-admin"),
        ("service_role", f"{ROLE_ARN}/acme", "arn:aws:iam::999988887777:role/team/evil"),
        ("service_role", f"{ROLE_ARN}/acme", "arn:aws:iam::111122223333:role/evil"),
        ("bucket", "arn:aws:s3:::shop/a", "arn:aws:s3:::store/b"),
        ("cache.location", "shop/a", "store/b"),
        ("role", "evil", "acme"),
        ("role", "acme", "else"),
        ("role", "else", "evil"),
        ("members_of_role", ["acme", "b"], ["evil"]),
        ("members_of_role", ["acme"], ["else"]),
        ("topic", "kept", "other"),
        ("role", "acme", 7),
        ("role", None, "evil"),
    ],
)
def test_what_merely_holds_the_name_is_another_thing(subject: Subject, attribute: str, before: Any, after: Any) -> None:
    assert not subject.is_same(before, after, attribute)


def test_a_source_that_moves_with_a_name_is_refused() -> None:
    moved = anew("aws_iam_role", {"name": "acme", "id": "acme", "arn": f"{ROLE_ARN}/acme"}, {"name": "evil"})
    project = {"name": "p", "id": "p", "service_role": f"{ROLE_ARN}/acme", "source": [{"type": "GITHUB", "location": "https://github.com/acme/app"}]}  # fmt: skip
    follows = project | {"service_role": f"{ROLE_ARN}/evil"}
    stolen = follows | {"source": [{"type": "GITHUB", "location": "https://github.com/evil/app"}]}
    assert consents(moved, resource("aws_codebuild_project.p", project, follows)) == []
    assert consents(moved, resource("aws_codebuild_project.p", project, stolen)) == ["widen:aws_codebuild_project.p"]


def test_an_arn_is_composed_of_the_new_name_where_it_ends_in_the_old_one() -> None:
    assert set(composed({"a", "arn:x:a", "arn:x/a", "arn:xa"}, {"b", "arn:y"})) == {("arn:x:a", "arn:x:b"), ("arn:x/a", "arn:x/b")}  # fmt: skip
