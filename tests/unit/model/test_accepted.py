"""Risks that a spec takes knowingly: told with their reason, over at their last day, and never written in vain."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from generator.errors import SpecError
from generator.model.loading.load import load_environment
from generator.operations.targets.targets import target_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from generator.problems import Problem
    from generator.workspace import Workspace

    MakeWorkspace = Callable[[Mapping[str, str]], Workspace]

SPEC = """\
stack: shop
region: eu-west-1
account: "111122223333"
tags: {{Owner: team, CostCenter: "1"}}
notifications: {{email: [builds@acme.example]}}
source: {{type: github, repository: https://github.com/acme-platform/shop, connection: {{approved: true}}}}
builds:
  main: {{runtime: {{nodejs: 22}}}}
  review: {{runtime: {{nodejs: 22}}, phases: {{build: [make]}}, trigger: {{pull_requests: {{}}}}{build}}}
accepted:
  open: {accepted}
"""
RISK, AT, REASON = "risk: pull-requests-of-strangers", "at: builds.review", "reason: strangers write it"
UNTIL = 'until: "2999-01-01"'


def accepting(*words: str) -> str:
    return f"{{{', '.join(words)}}}"


OPEN = accepting(RISK, AT, REASON, UNTIL)


def loaded(make: MakeWorkspace, name: str = "dev", accepted: str = OPEN, build: str = "") -> Sequence[Problem]:
    try:
        return load_environment(make({name: SPEC.format(accepted=accepted, build=build)}), name).warnings
    except SpecError as error:
        return error.problems


def test_what_is_accepted_is_a_warning_with_its_reason(workspace_of: MakeWorkspace) -> None:
    (told,) = loaded(workspace_of)
    assert (told.severity, told.rule) == ("warning", "accepted-risk")
    assert told.message.endswith("accepted until 2999-01-01: strangers write it")


@pytest.mark.parametrize(("name", "severity"), [("dev", "warning"), ("prod", "error")])
def test_after_its_last_day_it_is_told_and_refused_in_prod(
    workspace_of: MakeWorkspace, name: str, severity: str
) -> None:
    found = loaded(workspace_of, name, accepting(RISK, AT, REASON, 'until: "2026-01-01"'))
    (over,) = (each for each in found if each.rule == "acceptance-over")
    assert over.severity == severity
    assert "accepted until 2026-01-01, which is over" in over.message


@pytest.mark.parametrize(
    ("build", "rule"),
    [
        (", secrets: {TOKEN: {parameter: /shop/token}}", "pull-request-secret"),
        (", permissions: {buckets: {read: [acme-public]}}", "pull-request-permissions"),
        (", privileged: true", "pull-request-privileged"),
    ],
)
def test_nothing_gives_strangers_secrets_permissions_or_root(
    workspace_of: MakeWorkspace, build: str, rule: str
) -> None:
    assert [each.rule for each in loaded(workspace_of, build=build) if each.severity == "error"] == [rule]


def test_whoever_plans_is_told(workspace_of: MakeWorkspace) -> None:
    workspace = workspace_of({"dev": SPEC.format(accepted=OPEN, build="")})
    target = target_of(load_environment(workspace, "dev"))
    assert [each.key for each in target.accepted] == ["builds.review.trigger.pull_requests.actors"]


@pytest.mark.parametrize(
    ("accepted", "key"),
    [
        ("true", "accepted.open"),
        ("{}", "accepted.open.at"),
        (accepting("risk: everything", AT, REASON, UNTIL), "accepted.open.risk"),
        (accepting(AT, REASON, UNTIL), "accepted.open.risk"),
        (accepting(RISK, REASON, UNTIL), "accepted.open.at"),
        (accepting(RISK, "at: builds.*", REASON, UNTIL), "accepted.open.at"),
        (accepting(RISK, AT, UNTIL), "accepted.open.reason"),
        (accepting(RISK, AT, 'reason: ""', UNTIL), "accepted.open.reason"),
        (accepting(RISK, AT, REASON), "accepted.open.until"),
        (accepting(RISK, AT, REASON, 'until: "2999-02-30"'), "accepted.open.until"),
        (accepting(RISK, AT, REASON, "until: never"), "accepted.open.until"),
        (accepting(RISK, AT, REASON, UNTIL, "who: me"), "accepted.open.who"),
    ],
)
def test_an_acceptance_that_is_written_wrongly_is_refused_at_its_key(
    workspace_of: MakeWorkspace, accepted: str, key: str
) -> None:
    found = [each for each in loaded(workspace_of, accepted=accepted) if each.key.startswith("accepted")]
    assert key in {each.key for each in found}
    assert all(each.place is not None and each.severity == "error" for each in found)
