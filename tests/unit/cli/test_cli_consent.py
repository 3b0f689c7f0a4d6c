"""Nothing real is changed without consent: asked for on a real terminal, with a terraform that only notes its calls."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from noted_terraform import Stand


@pytest.mark.thorough
@pytest.mark.parametrize(
    ("arguments", "typed", "is_applied"),
    [
        (["apply", "dev"], "y", True),
        (["apply", "dev"], "n", False),
        (["apply", "dev"], "", False),
        (["apply", "prod"], "prod", True),
        (["apply", "prod"], "y", False),
        (["apply", "prod"], "", False),
        (["destroy", "dev"], "y", True),
        (["destroy", "prod"], "yes", False),
        (["apply", "dev", "--yes"], None, True),
        (["apply", "dev", "--yes", "dev"], None, True),
        (["apply", "--yes", "dev"], None, True),
        (["apply", "prod", "--yes", "prod"], None, True),
        (["apply", "--yes", "prod"], None, True),
        (["apply", "prod", "--yes"], None, False),
        (["apply", "prod", "--yes", "dev"], None, False),
        (["apply", "dev"], None, False),
        (["apply", "prod*", "--yes"], None, False),
        (["apply", "--yes", "prod*"], None, False),
        (["apply", "prod", "--yes", "prdo"], None, False),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else repr(value),
)
def test_what_was_shown_is_done_only_with_consent(
    arguments: list[str], typed: str | None, stand: Stand, *, is_applied: bool
) -> None:
    ended = stand.run(arguments, typed)
    assert ("apply" in stand.verbs()) is is_applied
    assert (ended.returncode == 0) is is_applied
    assert "Traceback" not in ended.stderr


def test_the_plan_is_shown_before_the_question(stand: Stand) -> None:
    ended = stand.run(["apply", "dev"], "n")
    assert "+ create  a_b.c" in ended.stdout
    assert "Apply dev? [y/N]" in ended.stderr
    assert "not applied: dev" in ended.stderr


@pytest.mark.parametrize("answer", ["n", "y"])
def test_no_plan_file_is_left_behind(answer: str, stand: Stand) -> None:
    stand.run(["apply", "dev"], answer)
    assert list(stand.workspace.scratch.rglob("*.tfplan")) == []


def test_nothing_is_asked_and_nothing_is_done_where_nothing_changes(stand: Stand) -> None:
    stand.write(changes=0)
    stand.plan.write_text("{}")
    ended = stand.run(["apply", "dev", "--yes"])
    assert ended.returncode == 0
    assert "No changes" in ended.stdout
    assert "apply" not in stand.verbs()


def test_a_kept_plan_is_applied_once_and_not_planned_again(stand: Stand) -> None:
    assert stand.run(["plan", "dev", "--save"]).returncode == 0
    first = stand.run(["apply", "dev", "--yes"])
    assert "dev: the plan that was kept is applied" in first.stderr
    assert stand.verbs().count("plan") == 1
    stand.run(["apply", "dev", "--yes"])
    assert stand.verbs().count("plan") == 2


def test_a_kept_plan_that_was_declined_is_kept(stand: Stand) -> None:
    stand.run(["plan", "dev", "--save"])
    stand.run(["apply", "dev"], "n")
    assert stand.run(["apply", "dev", "--yes"]).returncode == 0
    assert stand.verbs().count("plan") == 1


def test_a_kept_plan_is_refused_once_the_state_has_changed(stand: Stand) -> None:
    stand.run(["plan", "dev", "--save"])
    stand.write(state=f"echo '{json.dumps({'lineage': 'x', 'serial': 7})}'")
    ended = stand.run(["apply", "dev", "--yes"])
    assert ended.returncode == 1
    assert "the state has changed since" in ended.stderr
    assert "apply" not in stand.verbs()


def test_the_first_failure_ends_it_and_says_what_was_not_begun(stand: Stand) -> None:
    stand.write(apply_code=1)
    ended = stand.run(["apply", "dev", "prod", "--yes", "prod", "--json"])
    document = json.loads(ended.stdout)
    assert ended.returncode == 1
    assert document["error"]["exit_code"] == 1
    assert stand.verbs().count("apply") == 1


def test_progress_is_silent_in_ci_and_results_are_on_stdout(stand: Stand) -> None:
    ended = stand.run(["apply", "dev", "--yes"])
    assert "applied: 1 created" in ended.stdout
    assert ended.stderr == ""
