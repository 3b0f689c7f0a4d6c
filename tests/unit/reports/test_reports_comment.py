"""A comment is never longer than its host takes, and what weighs most is never left out, only shorter."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import pytest
from guard_plans import ACCOUNT, resource
from plan_documents import document_of, planned

from generator.redaction import MASK, Redactor
from generator.refusal import Refusal
from generator.reports.plan.assembly import Knowledge, Planned, document
from generator.reports.plan.document import Environment, Verdict
from generator.reports.plan.formats.markdown import markdown
from generator.reports.plan.formats.markdown_changes import length
from generator.reports.plan.hosts import HOSTS, Host

if TYPE_CHECKING:
    from generator.reports.plan.document import Document

SMALL = Host(4_000)


def failed(name: str, error: str) -> Planned:
    return Planned(Environment(name, "shop", "prod", ACCOUNT, "us-east-1", Verdict.NOTHING, error=error))


def refused(name: str, kinds: int, addresses: int) -> Planned:
    refusals = tuple(
        Refusal(f"kind-{kind}", f"module.x.aws_y.b{number}", f"{name} would lose {'much ' * 40}", ("a",))
        for kind in range(kinds)
        for number in range(addresses)
    )
    gone = [resource(f"module.x.aws_y.b{number}", {"a": 1}, None) for number in range(addresses)]
    return planned(name, *gone, refusals=refusals)


@cache
def grave(count: int) -> Document:
    """Return a document of so many refused environments, and as many without a plan."""
    environments = [refused(f"env-{number}", 3, 12) for number in range(count)]
    environments += [failed(f"lost-{number}", f"no credentials {'!' * 3_000}") for number in range(count)]
    return document_of(*environments)


@pytest.mark.thorough
@pytest.mark.parametrize("host", [*HOSTS.values(), SMALL], ids=[*HOSTS, "a small one"])
@pytest.mark.parametrize("count", [1, 11, 60, 300], ids=str)
def test_errors_refusals_and_what_goes_are_told_however_little_room_there_is(host: Host, count: int) -> None:
    text = markdown(grave(count), host)
    assert length(text) <= host.limit
    assert text.count("```") % 2 == 0
    for kind in range(3):
        assert f"kind-{kind}" in text
    assert "### ⛔ Refused" in text
    assert "### Destroyed or replaced" in text
    assert "no plan" in text
    assert "lost-0" in text
    if "--allow" not in text or "would lose" not in text:
        assert "Left out" in text


def test_what_is_only_counted_is_named_as_left_out() -> None:
    text = markdown(document_of(*(refused(f"env-{number}", 2, 60) for number in range(10))), Host(3_000))
    assert "- **kind-0** 600 times in 10 environments" in text
    assert "600 × delete aws\\_y" in text  # noqa: RUF001  # a sign for times
    assert "**Left out, for a comment holds no more:** each refusal, each resource that goes" in text.replace(
        "each resource that goes, each refusal", "each refusal, each resource that goes"
    )


def test_refusals_of_one_kind_are_listed_by_address_before_they_are_counted() -> None:
    text = markdown(document_of(*(refused(f"env-{number}", 1, 40) for number in range(10))), Host(6_000))
    assert "`module.x.aws_y.b39`" in text
    assert length(text) <= 6_000


def test_characters_that_count_twice_are_counted_twice() -> None:
    changes = [resource(f"module.x.aws_y.a{number}", {"v": "x"}, {"v": "🟥" * 280}) for number in range(300)]
    text = markdown(document_of(planned("dev", *changes)), HOSTS["bitbucket"])
    assert len(text.encode("utf-16-le")) // 2 <= HOSTS["bitbucket"].limit
    assert "Left out" in text


@pytest.mark.thorough
def test_five_thousand_changes_make_a_comment() -> None:
    changes = [resource(f"module.x.aws_y.a{number}", {"v": "x"}, {"v": str(number)}) for number in range(5_000)]
    text = markdown(document_of(planned("dev", *changes)))
    assert length(text) <= HOSTS["github"].limit
    assert "Updates: 5000" in text
    assert "updates of dev" in text


def test_a_token_that_markdown_would_escape_is_masked_before() -> None:
    token = "ghp_" + "a1" * 18
    secret = "under_scored_secret"
    redactor = Redactor({"API_TOKEN": secret})
    refusal = Refusal("policy", "module.x.aws_y.a", f"knows {secret} and {token}")
    environment = planned("dev", resource("module.x.aws_y.a", {"v": 1}, {"v": token}), refusals=(refusal,))
    text = markdown(document([environment], Knowledge(redact=redactor.clean), mode="offline"))
    for found in (secret, token, secret.replace("_", "\\_"), token.replace("_", "\\_")):
        assert found not in text
    assert MASK in text


def test_what_became_of_each_environment_stands_in_the_comment_of_an_apply() -> None:
    about = Environment(
        "dev", "shop", "dev", ACCOUNT, "us-east-1", Verdict.NOTHING, outcome="applied: 1 created in 5 s"
    )
    plan = planned("dev", resource("module.x.aws_y.a", None, {"v": 1})).plan
    text = markdown(document([Planned(about, plan, has_changes=True)], Knowledge(), mode="sandbox", verb="apply"))
    assert text.startswith("## Apply of 1 environment (sandbox)")
    assert "- dev: applied: 1 created in 5 s" in text
