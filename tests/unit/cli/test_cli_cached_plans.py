"""`plan --cached`: a plan against a state is shown again where that was asked for, with its time; nothing is applied from it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from generator.fleet.packed import read_packed, write_packed

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path
    from typing import Any

    from noted_terraform import Stand

SECRET = "hunter2-hunter2"


def kept(stand: Stand) -> list[Path]:
    return sorted((stand.workspace.scratch / "cache" / "refreshed").glob("*/*"))


def plans(stand: Stand) -> int:
    return stand.verbs().count("plan")


def aged(stand: Stand, minutes: float) -> None:
    """Make what was kept older."""
    for file in kept(stand):
        document = read_packed(file)
        assert document
        write_packed(file, document | {"at": document["at"] - minutes * 60})


def resource(address: str, **change: Any) -> dict[str, Any]:
    made = {"actions": ["update"], "before": {"size": 1}, "after": {"size": 2}, **change}
    return {"address": address, "type": "aws_x", "name": "x", "change": made}


def test_a_plan_is_shown_again_with_the_time_at_which_the_state_was_refreshed(stand: Stand) -> None:
    assert "last refreshed" not in stand.run(["plan", "dev", "--cached"]).stdout
    aged(stand, 12.5)
    again = stand.run(["plan", "dev", "--cached"])
    assert plans(stand) == 1
    assert "dev: account 111122223333, us-east-1 (real), last refreshed at " in again.stdout
    assert "UTC, 12 min ago" in again.stdout
    assert "+ create  a_b.c" in again.stdout
    assert "Reused 1 of 1 plan;" in again.stderr
    (data,) = json.loads(stand.run(["plan", "dev", "--cached", "--json"]).stdout)["environments"]
    assert data["refreshed_at"].endswith("+00:00")
    assert stand.run(["plan", "dev", "--cached", "--detailed-exitcode"]).returncode == 2


def test_without_the_option_every_plan_is_made_anew_and_none_is_kept(stand: Stand) -> None:
    for _ in range(2):
        ended = stand.run(["plan", "dev", "--json"])
        assert json.loads(ended.stdout)["environments"][0]["refreshed_at"] is None
    assert plans(stand) == 2
    assert kept(stand) == []


def test_only_what_is_missing_is_planned(stand: Stand) -> None:
    stand.run(["plan", "dev", "--cached"])
    ended = stand.run(["plan", "--cached"])
    assert plans(stand) == 2
    assert "Reused 1 of 2 plans;" in ended.stderr


@pytest.mark.parametrize(
    ("minutes", "options", "made"),
    [
        (59, [], 1),
        (61, [], 2),
        (61, ["--max-age", "2h"], 1),
        (6, ["--max-age", "5m"], 2),
        (-5, [], 2),
    ],
    ids=["young", "older than an hour", "young enough", "too old", "from the future"],
)
def test_what_is_too_old_is_planned_anew(minutes: float, options: list[str], made: int, stand: Stand) -> None:
    stand.run(["plan", "dev", "--cached"])
    aged(stand, minutes)
    assert stand.run(["plan", "dev", "--cached", *options]).returncode == 0
    assert plans(stand) == made


def other_spec(stand: Stand) -> None:
    spec = stand.workspace.spec_path("dev")
    spec.write_text(spec.read_text() + "logs: {retention_days: 30}\n")
    stand.run(["render"])


def other_lock_file(stand: Stand) -> None:
    (stand.workspace.modules_out / "dev" / ".terraform.lock.hcl").write_text("# another\n")


def other_terraform(stand: Stand) -> None:
    stand.program.write_text(stand.program.read_text().replace("1.11.4", "1.12.0"))


def damage(stand: Stand) -> None:
    (file,) = kept(stand)
    file.write_bytes(file.read_bytes()[:-1])


@pytest.mark.parametrize("change", [other_spec, other_lock_file, other_terraform, damage])
def test_a_plan_of_something_else_is_not_shown(change: Callable[[Stand], None], stand: Stand) -> None:
    stand.run(["plan", "dev", "--cached"])
    change(stand)
    assert "last refreshed" not in stand.run(["plan", "dev", "--cached"]).stdout
    assert plans(stand) == 2


@pytest.mark.parametrize("verb", ["apply", "destroy"])
def test_nothing_is_done_from_it_and_it_is_gone_afterwards(verb: str, stand: Stand) -> None:
    stand.run(["plan", "dev", "--cached"])
    assert stand.run([verb, "dev", "--yes"]).returncode == 0
    assert plans(stand) == 2
    assert kept(stand) == []


def test_what_is_kept_is_private_holds_nothing_sensitive_and_no_plan_file(stand: Stand) -> None:
    data = {"address": "data.aws_y.z", "mode": "data", "type": "aws_y", "values": {"token": SECRET, "name": "shown"}}
    stand.planned(
        resource("aws_x.x", after={"size": 2, "password": [SECRET]}, after_sensitive={"password": [True]}),
        planned_values={"outputs": {"password": {"value": SECRET}}},
        variables={"password": {"value": SECRET}},
        output_changes={"o": {"actions": ["create"], "after": SECRET, "after_sensitive": True}},
        prior_state={"values": {"root_module": {"resources": [data | {"sensitive_values": {"token": True}}]}}},
    )
    stand.run(["plan", "dev", "--cached"])
    (file,) = kept(stand)
    assert file.stat().st_mode & 0o077 == 0
    text = json.dumps(read_packed(file))
    assert SECRET not in text
    assert "shown" in text
    assert not list(stand.workspace.scratch.rglob("*.tfplan"))
    assert "~ update  aws_x.x" in stand.run(["plan", "dev", "--cached"]).stdout


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--cached", "--save"], "cannot be applied"),
        (["--cached", "--offline"], "offline plans are cached always"),
        (["--max-age", "1h"], "--max-age goes with --cached"),
        (["--cached", "--max-age", "soon"], "must be a duration from 1m to 30d"),
        (["--no-cache"], "--no-cache goes with --offline"),
    ],
)
def test_options_that_do_not_fit_are_wrong_usage(options: list[str], words: str, stand: Stand) -> None:
    ended = stand.run(["plan", "dev", *options])
    assert ended.returncode == 2
    assert words in ended.stderr
    assert plans(stand) == 0


def test_environments_of_which_guards_say_something_else_are_no_group(stand: Stand, tmp_path: Path) -> None:
    stand.planned(resource("aws_x.x"))
    ended = stand.run(["plan", "--markdown", str(tmp_path / "plan.md")])
    assert "Not as dev" in ended.stdout
    assert "only guards say something else" in ended.stdout
    assert "in prod" in (tmp_path / "plan.md").read_text()
    groups = json.loads(stand.run(["plan", "--json"]).stdout)["groups"]
    assert [group["environments"] for group in groups] == [["dev"], ["prod"]]


@pytest.mark.thorough
def test_of_many_environments_one_of_each_group_is_shown(stand: Stand) -> None:
    for number in range(4):
        text = f'extends: _base\nclass: dev\naccount: "22223333444{number}"\n'
        stand.workspace.spec_path(f"qa{number}").write_text(text)
    stand.run(["render"])
    ended = stand.run(["plan"])
    assert "same in 6 environments" in ended.stdout
    assert ended.stdout.count("+ create  a_b.c") == 1
    assert stand.run(["-v", "plan"]).stdout.count("+ create  a_b.c") == 6
