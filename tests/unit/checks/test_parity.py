"""Two environments are the same, but for what a list allows: with a reason, and until a day."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import pytest

from generator.checks.parity.allowance import read_allowances
from generator.checks.parity.judge import Parity, compare
from generator.errors import SpecError
from generator.workspace import Workspace

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Callable
    from pathlib import Path

    from generator.plans.comparable import Facts

TODAY = dt.date(2026, 6, 1)
ENTRY = """\
allow:
  - address: {address}
    path: {path}
    between: {between}
    reason: because
    until: "{until}"
"""


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    (tmp_path / "environments").mkdir()
    return Workspace.find(tmp_path)


def facts(**values: object) -> dict[str, Facts]:
    return {'m.aws_x.this["main"]': {"(action)": "create", **values}}


def judged(workspace: Workspace, left: dict[str, Facts], right: dict[str, Facts], **entry: Any) -> Parity:
    fields = {
        "address": "'m.aws_x.this[\"main\"]'",
        "path": "days",
        "between": "[staging, prod]",
        "until": "2026-06-01",
    }
    (workspace.root / "parity.yaml").write_text(ENTRY.format(**(fields | entry)), "utf-8")
    return compare(left, right, ["staging", "prod"], read_allowances(workspace), TODAY)


def test_equal_environments_pass(workspace: Workspace) -> None:
    assert compare(facts(days=7), facts(days=7), ["staging", "prod"], [], TODAY).holds


def test_a_difference_that_nothing_allows_is_refused(workspace: Workspace) -> None:
    parity = judged(workspace, facts(days=7, size=1), facts(days=9, size=2))
    assert [item.path for item in parity.refused] == ["size"]
    assert [item.path for item, _ in parity.allowed] == ["days"]
    assert not parity.holds


def test_a_difference_is_allowed_to_the_end_of_its_last_day(workspace: Workspace) -> None:
    assert judged(workspace, facts(days=7), facts(days=9), until="2026-06-01").holds


def test_a_difference_is_refused_from_the_day_after(workspace: Workspace) -> None:
    parity = judged(workspace, facts(days=7), facts(days=9), until="2026-05-31")
    assert not parity.holds
    ((item, allowance),) = parity.expired
    assert (item.path, allowance.reason, str(allowance.place)) == ("days", "because", "parity.yaml:2:5")


def test_the_order_of_the_two_does_not_matter(workspace: Workspace) -> None:
    assert judged(workspace, facts(days=7), facts(days=9), between="[prod, staging]").holds


def test_what_is_allowed_between_others_is_not_allowed_here(workspace: Workspace) -> None:
    assert not judged(workspace, facts(days=7), facts(days=9), between="[dev, prod]").holds


@pytest.mark.parametrize(
    ("address", "path", "holds"),
    [
        ('"*"', "da*", True),
        ("m.aws_x.*", '"*"', True),
        ("m.aws_x.this", "days", False),
        ('"*"', "day", False),
    ],
    ids=["globs", "all paths", "not the whole address", "not the whole path"],
)
def test_patterns_match_as_a_whole(address: str, path: str, holds: bool, workspace: Workspace) -> None:  # noqa: FBT001  # the case's verdict
    assert judged(workspace, facts(days=7), facts(days=9), address=address, path=path).holds is holds


def test_a_resource_on_one_side_alone_can_be_allowed(workspace: Workspace) -> None:
    assert judged(workspace, {}, facts(days=9), path='"*"').holds


def test_an_entry_without_a_difference_is_reported_as_unused(workspace: Workspace) -> None:
    parity = judged(workspace, facts(days=7), facts(days=7))
    assert parity.holds
    assert [allowance.reason for allowance in parity.unused] == ["because"]


def test_an_entry_for_other_environments_is_not_unused(workspace: Workspace) -> None:
    assert judged(workspace, facts(), facts(), between="[dev, prod]").unused == ()


@pytest.mark.parametrize(
    ("text", "place", "message"),
    [
        ("allow:\n  - {address: x, until: '2026-01-01'}\n", "parity.yaml:2:5", "reason: is missing"),
        ("allow:\n  - {address: x, reason: r}\n", "parity.yaml:2:5", "until: is missing"),
        ("allow:\n  - {address: x, reason: r, until: soon}\n", "parity.yaml:2:36", "must be a date"),
        ("allow:\n  - {address: x, reason: '', until: '2026-01-01'}\n", "parity.yaml:2:26", "must be a text"),
        ("allow:\n  - {address: x, reason: r, until: '2026-01-01', pth: z}\n", "parity.yaml:2:50", "no such key"),
        (
            "allow:\n  - {address: x, reason: r, until: '2026-01-01', between: [a]}\n",
            "parity.yaml:2:59",
            "two environments",
        ),
        ("allow: {}\n", "parity.yaml:1:8", "must be a list"),
        ("alow: []\n", "parity.yaml:1:1", "no such key"),
    ],
    ids=[
        "no reason",
        "no date",
        "no real date",
        "empty reason",
        "unknown key",
        "one side",
        "no list",
        "unknown section",
    ],
)
def test_a_wrong_list_is_refused_with_its_place(text: str, place: str, message: str, workspace: Workspace) -> None:
    (workspace.root / "parity.yaml").write_text(text, "utf-8")
    with pytest.raises(SpecError) as caught:
        read_allowances(workspace)
    assert str(caught.value).startswith(f"{place}: ")
    assert message in str(caught.value)


@pytest.mark.terraform
@pytest.mark.slow
def test_the_command_fails_for_what_is_not_allowed_and_passes_for_the_shipped_list(
    repository: Path, tmp_path: Path, tfstencil: Callable[..., subprocess.CompletedProcess[str]]
) -> None:
    (tmp_path / "environments").mkdir()
    for file in (repository / "environments").glob("*.yaml"):
        (tmp_path / "environments" / file.name).write_bytes(file.read_bytes())
    shipped = (repository / "parity.yaml").read_text("utf-8")
    (tmp_path / "parity.yaml").write_text(shipped.replace("2027-", "2999-"), "utf-8")
    ended = tfstencil("parity", "staging", "prod")
    assert ended.returncode == 0, ended.stderr
    (tmp_path / "parity.yaml").write_text(shipped.replace("2027-", "2001-"), "utf-8")
    expired = tfstencil("parity", "staging", "prod")
    assert expired.returncode == 1
    assert "expired      module.builds.aws_codebuild_project.this" in expired.stdout
    assert "allowed until 2001-11-30 at parity.yaml:" in expired.stdout
    (tmp_path / "parity.yaml").unlink()
    assert tfstencil("parity", "prod", "staging").returncode == 1
    assert tfstencil("parity", "prod", "prod").returncode == 2
