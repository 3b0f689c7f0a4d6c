"""Drift in the document: told as a plan tells it, excused where an entry speaks of it, and nothing passed over."""

from __future__ import annotations

import datetime as dt
import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import jsonschema_rs
import pytest
from guard_plans import ACCOUNT, allow, policy, resource
from plan_documents import THERE

from generator.checks.drift.classify import classify
from generator.checks.drift.known import read_known
from generator.plans.plan import parse_plan
from generator.reports.plan.assembly import Knowledge
from generator.reports.plan.document import Environment, Verdict
from generator.reports.plan.drifts import Looked, drift_document
from generator.reports.plan.formats.as_json import as_data
from generator.reports.plan.formats.html import html
from generator.reports.plan.formats.markdown import markdown
from generator.reports.plan.formats.terminal import Terminal

if TYPE_CHECKING:
    from generator.reports.plan.document import Document
    from generator.workspace import Workspace

TODAY = dt.date(2026, 11, 24)
COLOR = re.compile(r"\x1b\[\d*m")


def looked(
    name: str, outside: tuple[Any, ...] = (), code: tuple[Any, ...] = (), known: Any = (), **more: Any
) -> Looked:
    """Look at an environment in which `outside` was changed, and of which `code` is not applied yet."""
    about = Environment(name, "shop", "dev", ACCOUNT, "us-east-1", Verdict.NOTHING)
    refreshed = parse_plan({"resource_drift": list(outside), "resource_changes": []})
    planned = parse_plan({"resource_changes": [THERE, *code], **more})
    return Looked(about, classify(refreshed, planned, name, known, TODAY), refreshed, planned)


def document_of(*found: Looked) -> Document:
    return drift_document(found, Knowledge(), mode="sandbox")


def lines(document: Document, *, verbose: bool = False) -> list[str]:
    return [COLOR.sub("", line).rstrip() for line in Terminal(200, verbose=verbose).lines(document)]


SHORTER = resource("module.x.aws_logs.this", {"days": 7, "tags": None}, {"days": 30, "tags": {}})
LONGER = resource("module.x.aws_logs.this", {"days": 7}, {"days": 14})


def entries(workspace: Workspace, *texts: str) -> Any:
    listed = "".join(f"  - {{{text}, reason: an incident, until: '{until}'}}\n" for text, until in map(_dated, texts))
    (workspace.root / "drift.yaml").write_text(f"allow:\n{listed}")
    return read_known(workspace)


def _dated(text: str) -> tuple[str, str]:
    plain, _, until = text.partition(" until ")
    return plain, until or "2999-12-31"


def test_both_sides_of_one_value_are_told_apart() -> None:
    assert lines(document_of(looked("dev", (SHORTER,), (LONGER,)))) == [
        f"dev: account {ACCOUNT}, us-east-1 (sandbox)",
        "  1 resource changed outside, 1 change not applied yet",
        "  Changed outside since the last apply",
        "  ~ changed  module.x.aws_logs.this",
        "      ~ days: 7 → 30",
        "  Not applied yet: updates",
        "  ~ update  module.x.aws_logs.this",
        "      ~ days: 7 → 14",
        "",
    ]


def test_a_policy_that_somebody_opened_is_told_by_its_statements() -> None:
    read = allow("s3:GetObject", Sid="Read")
    after = policy(read | {"Action": ["s3:GetObject", "s3:*"]})
    opened = resource("module.x.aws_iam_role_policy.this", {"role": "r", **policy(read)}, {"role": "r", **after})
    (environment,) = document_of(looked("dev", (opened,))).environments
    ((difference,),) = [change.differences for change in environment.outside]
    assert difference.statements[0].details[0].startswith("actions wider")


def test_what_became_of_whole_resources_is_told() -> None:
    gone, back = resource("aws_x.gone", {"a": 1}, None), resource("aws_x.back", None, {"a": 1})
    moved = resource("aws_x.new", {"a": 1}, {"a": 1}, actions=["no-op"]) | {"previous_address": "aws_x.old"}
    outputs = {"o": {"actions": ["update"], "before": 1, "after": 2}, "p": {"actions": ["no-op"]}}
    made = resource("aws_x.made", None, {"a": 1})
    told = lines(document_of(looked("dev", (gone, back), (made, moved), output_changes=outputs)))
    for line in (
        "  - deleted  aws_x.gone",
        "  + is there again  aws_x.back",
        "  + create  aws_x.made",
        "  > move  aws_x.new",
        "      moved from aws_x.old",
        "  output o: to update",
    ):
        assert line in told, line


def test_what_the_list_knows_is_excused_and_what_it_knew_is_drift(workspace: Workspace) -> None:
    known = entries(workspace, "address: module.x.*, path: days", "address: aws_y.*, path: a until 2026-11-23")
    other = resource("aws_y.o", {"a": 1, "b": 1}, {"a": 2, "b": 2})
    document = document_of(looked("dev", (SHORTER, other), known=known))
    (environment,) = document.environments
    assert [(each.change.address, each.is_expired) for each in environment.excused] == [
        ("module.x.aws_logs.this", False),
        ("aws_y.o", True),
    ]
    assert [each.path for change in environment.outside for each in change.differences] == ["b"]
    text = "\n".join(lines(document))
    assert "1 resource changed outside, 1 change allowed once and not any more" in text
    assert "Known, as drift.yaml says\n  ~ changed  module.x.aws_logs.this\n      ~ days: 7 → 30\n" in text
    assert "      until 2999-12-31 (drift.yaml:2:5): an incident" in text


def test_known_drift_alone_is_none(workspace: Workspace) -> None:
    document = document_of(looked("dev", (SHORTER,), known=entries(workspace, "address: module.x.*")))
    assert document.verdict is Verdict.NOTHING
    assert lines(document)[1] == "  No drift, but for what is known"
    assert lines(document_of(looked("dev")))[1] == "  No drift"


def test_a_value_of_which_half_is_known_stays_drift(workspace: Workspace) -> None:
    role = resource("aws_x.r", {"l": [{"name": "a", "v": 1}]}, {"l": [{"name": "a", "v": 2, "w": 3}]})
    found = looked("dev", (role,), known=entries(workspace, "address: aws_x.r, path: l.0.v"))
    (environment,) = document_of(found).environments
    assert [each.path for change in environment.outside for each in change.differences] == ["l[a].w"]
    assert [each.path for one in environment.excused for each in one.change.differences] == ["l[a].v"]


def test_drift_that_the_document_does_not_see_by_itself_is_told_as_it_is() -> None:
    """A principal in two forms says the same to the words, and is another text to whoever decides on drift."""
    before = policy(allow("s3:GetObject") | {"Principal": "*"})
    after = policy(allow("s3:GetObject") | {"Principal": {"AWS": "*"}})
    change = resource("aws_s3_bucket_policy.b", {"bucket": "b", **before}, {"bucket": "b", **after})
    found = looked("dev", (change,))
    assert found.drift
    assert found.drift.outside
    (environment,) = document_of(found).environments
    assert environment.verdict is Verdict.DRIFTED
    assert [each.path.startswith("policy") for one in environment.outside for each in one.differences] == [True] * len(
        found.drift.outside
    )


def test_sensitive_values_that_somebody_changed_are_masked() -> None:
    holder = resource("module.x.aws_holder.this", {"token": "before-canary"}, {"token": "canary-value"})
    holder["change"] |= {"after_sensitive": {"token": True}, "before_sensitive": {"token": True}}
    other = resource("aws_x.y", {"url": "a"}, {"url": "https://canary-value@host"})
    document = document_of(looked("dev", (holder, other)))
    for text in ("\n".join(lines(document, verbose=True)), markdown(document), html(document), repr(as_data(document))):
        assert "canary" not in text
        assert "(sensitive)" in text


def test_environments_with_the_same_drift_are_told_once() -> None:
    document = document_of(looked("dev", (SHORTER,)), looked("prod", (SHORTER,)), looked("odd", (LONGER,)))
    assert [group.names for group in document.groups] == [("dev", "prod"), ("odd",)]
    assert [(each.address, each.path) for each in document.groups[1].differs] == [
        ("module.x.aws_logs.this (outside)", "days")
    ]


def test_one_that_is_not_applied_is_told_in_a_line_and_listed_for_who_asks() -> None:
    about = Environment("new", "shop", "dev", ACCOUNT, "us-east-1", Verdict.NOTHING)
    code = parse_plan({"resource_changes": [resource("aws_x.y", None, {"a": 1})]})
    refreshed = parse_plan({})
    document = document_of(Looked(about, classify(refreshed, code, "new", [], TODAY), refreshed, code))
    assert lines(document)[1:] == ["  Not applied yet: 1 to create", ""]
    assert "  + create  aws_x.y" in lines(document, verbose=True)


def test_what_could_not_be_looked_at_is_no_environment_without_drift() -> None:
    about = Environment("lost", "shop", "dev", ACCOUNT, "us-east-1", Verdict.NOTHING, error="no credentials")
    document = document_of(looked("dev"), Looked(about))
    assert document.verdict is Verdict.FAILED
    assert "no credentials" in markdown(document)
    assert "no credentials" in html(document)


@pytest.mark.parametrize("write", [markdown, html], ids=["Markdown", "HTML"])
def test_comment_and_page_say_what_the_terminal_says(write: Any, workspace: Workspace) -> None:
    known = entries(workspace, "address: aws_y.*, path: a")
    other = resource("aws_y.o", {"a": 1}, {"a": 2})
    text = write(document_of(looked("dev", (SHORTER, other), (LONGER,), known)))
    for said in ("days", "30", "14", "Changed outside since the last apply", "an incident", "2999-12-31"):
        assert said in text, said
    assert "not applied yet" in text.lower()


def test_the_data_is_as_the_schema_of_plans_says(workspace: Workspace) -> None:
    schema = json.loads((Path(__file__).parents[3] / "docs" / "plan.schema.json").read_text("utf-8"))
    known = entries(workspace, "address: module.x.*, path: days", "address: aws_y.* until 2026-11-23")
    other = resource("aws_y.o", {"a": "x" * 5000}, {"a": None})
    data = as_data(document_of(looked("dev", (SHORTER, other), (LONGER,), known)))
    jsonschema_rs.validator_for(schema).validate(data)
    (dev,) = data["environments"]
    assert dev["known"][0]["change"]["values"][0]["before"] == {"kind": "known", "value": 7}
    assert dev["expired"][0]["change"]["values"][0]["before"]["value"] == "x" * 5000
    assert data["verdict"] == "drifted"
