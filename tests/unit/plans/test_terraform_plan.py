"""Plans, events and diagnostics: terraform's JSON as data."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from generator.diagnostics import Diagnostic, parse_diagnostic, parse_validation
from generator.errors import ToolError
from generator.plans.plan import Plan, parse_plan
from generator.plans.tftest_plan import as_tftest
from generator.terraform.failures.failed_command import failure
from generator.terraform.process.events import diagnostics_in, parse_event
from generator.terraform.process.runner import CommandResult


def change(address: str, actions: list[str], **more: Any) -> dict[str, Any]:
    kind, name = address.rsplit(".", 2)[-2:]
    entry = {
        key: more.pop(key) for key in ("mode", "deposed", "previous_address", "index", "module_address") if key in more
    }
    return {"address": address, "type": kind, "name": name, "change": {"actions": actions, **more}} | entry


def plan_of(*changes: dict[str, Any], **more: Any) -> Plan:
    return parse_plan(
        {"format_version": "1.2", "terraform_version": "1.11.4", "resource_changes": list(changes), **more}
    )


@pytest.mark.parametrize(
    ("actions", "action"),
    [
        (["create"], "create"),
        (["update"], "update"),
        (["delete"], "delete"),
        (["delete", "create"], "replace"),
        (["create", "delete"], "replace"),
        (["create", "forget"], "create"),
        (["forget"], "forget"),
        (["read"], "read"),
        (["no-op"], "no-op"),
    ],
)
def test_actions_in_one_word(actions: list[str], action: str) -> None:
    assert plan_of(change("aws_s3_bucket.this", actions)).resources[0].action == action


def test_what_the_state_held_is_read_from_all_modules() -> None:
    def resource(address: str, mode: str, **more: Any) -> dict[str, Any]:
        return {"address": address, "mode": mode, "type": "a", "name": "x", "values": {"k": address}, **more}

    below = {"resources": [resource("module.m.a.x", "managed")], "child_modules": [{"address": "module.m.module.n"}]}
    root = {"resources": [resource("data.a.x", "data", sensitive_values={"k": True})], "child_modules": [below]}
    plan = plan_of(prior_state={"values": {"root_module": root}})
    found = {each.address: each for each in plan.state()}
    assert {address: each.mode for address, each in found.items()} == {"data.a.x": "data", "module.m.a.x": "managed"}
    assert found["data.a.x"].sensitive == {"k": True}
    assert list(plan_of(prior_state={}).state()) == []


def test_plan_json_is_read_in_one_place(repository: Path) -> None:
    """A second reading forgets what the first has learnt: deposed objects, modules below modules, null for nothing."""
    wanted = re.compile(
        r'\["(?:resource_changes|prior_state|resource_drift)"\]|get\("(?:resource_changes|prior_state|resource_drift)"'
    )
    found = {
        file.relative_to(repository / "generator").as_posix()
        for file in (repository / "generator").rglob("*.py")
        if wanted.search(file.read_text("utf-8"))
    }
    # The split of a plan of many environments writes such documents.
    assert {name for name in found if not name.startswith("plans/")} == {"fleet/split.py"}


def test_counts_leave_out_what_does_not_change() -> None:
    plan = plan_of(
        change("a.x", ["create"]),
        change("a.y", ["create"]),
        change("a.z", ["delete", "create"]),
        change("a.same", ["no-op"]),
        change("data.a.read", ["read"], mode="data"),
    )

    assert plan.counts() == {"create": 2, "replace": 1}
    assert [resource.name for resource in plan.changes] == ["x", "y", "z"]
    assert [resource.name for resource in plan.resources if resource.destroys] == ["z"]


def test_a_plan_of_nothing_but_reads_is_empty() -> None:
    assert plan_of(change("a.same", ["no-op"]), change("data.a.read", ["read"], mode="data")).is_empty


def test_a_moved_resource_is_a_change() -> None:
    assert not plan_of(change("a.new", ["no-op"], previous_address="a.old")).is_empty


@pytest.mark.parametrize(("action", "empty"), [("create", False), ("no-op", True)])
def test_a_changed_output_makes_a_plan_not_empty(action: str, empty: bool) -> None:  # noqa: FBT001  # a column of the table
    plan = plan_of(output_changes={"name": {"actions": [action], "before": None, "after": "x", "after_unknown": False}})

    assert plan.is_empty is empty


def test_an_output_says_whether_it_is_known_and_sensitive() -> None:
    changes = {
        "known": {"actions": ["create"], "after": "x", "after_unknown": False, "after_sensitive": False},
        "secret": {"actions": ["create"], "after_unknown": True, "after_sensitive": True},
    }
    outputs = plan_of(output_changes=changes).outputs

    assert (outputs["known"].is_known, outputs["known"].is_sensitive) == (True, False)
    assert (outputs["secret"].is_known, outputs["secret"].is_sensitive) == (False, True)


def test_a_replacement_says_which_attributes_force_it() -> None:
    plan = plan_of(change("a.x", ["delete", "create"], replace_paths=[["name"], ["rule", 0, "id"]]))

    assert plan.resources[0].replace_paths == (("name",), ("rule", 0, "id"))


def test_a_resource_is_found_by_its_address_and_not_by_a_deposed_object() -> None:
    plan = plan_of(change("a.x", ["delete"], deposed="byebye"), change("a.x", ["update"]))

    assert plan.resource("a.x").action == "update"
    with pytest.raises(KeyError):
        plan.resource("a.y")


def test_drift_is_kept_apart_from_what_is_planned() -> None:
    plan = parse_plan({"resource_drift": [change("a.x", ["update"])]})

    assert [resource.address for resource in plan.drift] == ["a.x"]
    assert plan.is_empty


def test_tftest_reads_our_plan() -> None:
    planned = {
        "root_module": {"resources": [{"address": "aws_s3_bucket.this", "values": {"bucket": "b"}}]},
        "outputs": {"name": {"value": "b"}},
    }

    seen = as_tftest(plan_of(change("aws_s3_bucket.this", ["create"]), planned_values=planned))

    assert seen.resources["aws_s3_bucket.this"]["values"]["bucket"] == "b"
    assert seen.outputs["name"] == "b"
    assert "aws_s3_bucket.this" in seen.resource_changes


def test_without_tftest_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "tftest", None)

    with pytest.raises(ToolError, match="tftest is not installed"):
        as_tftest(plan_of())


RAW = {
    "severity": "error",
    "summary": "Unsupported argument",
    "detail": 'An argument named "bukket" is not expected here.',
    "range": {"filename": "modules/artifacts/main.tf", "start": {"line": 3, "column": 5, "byte": 40}},
    "snippet": {"context": 'resource "aws_s3_bucket" "this"', "code": '    bukket = "x"', "start_line": 3},
}


def test_a_diagnostic_says_where_what_and_in_which_block() -> None:
    diagnostic = parse_diagnostic(RAW)

    assert (diagnostic.file, diagnostic.line, diagnostic.column) == ("modules/artifacts/main.tf", 3, 5)
    assert (diagnostic.context, diagnostic.snippet) == ('resource "aws_s3_bucket" "this"', '    bukket = "x"')
    assert str(diagnostic).startswith("modules/artifacts/main.tf:3:5: Unsupported argument\nAn argument")


def test_a_diagnostic_without_a_place_has_none() -> None:
    diagnostic = parse_diagnostic({"severity": "warning", "summary": "Old", "address": "aws_s3_bucket.this"})

    assert not diagnostic.is_error
    assert str(diagnostic) == "aws_s3_bucket.this: Old"


@pytest.mark.parametrize("text", ["", "panic: oh no", "[]", '{"format": 1}'])
def test_what_is_no_validation_is_none(text: str) -> None:
    assert parse_validation(text) is None


def test_a_validation_keeps_terraforms_order() -> None:
    text = json.dumps({"valid": False, "diagnostics": [RAW, {"severity": "warning", "summary": "w"}]})

    assert [found.severity for found in parse_validation(text) or ()] == ["error", "warning"]


@pytest.mark.parametrize(
    "summary",
    ["Module not installed", 'Backend initialization required, please run "terraform init"'],
)
def test_a_wish_for_init_is_recognised(summary: str) -> None:
    assert Diagnostic("error", summary).asks_for_init
    assert not Diagnostic("error", "Unsupported argument", "See the documentation").asks_for_init


def test_progress_of_a_resource_says_which_and_how_long() -> None:
    line = {
        "@message": "aws_s3_bucket.this: Still creating... [10s elapsed]",
        "type": "apply_progress",
        "hook": {"resource": {"addr": "aws_s3_bucket.this"}, "action": "create", "elapsed_seconds": 10},
    }

    event = parse_event(json.dumps(line).encode())

    assert event
    assert (event.kind, event.address, event.action, event.seconds) == (
        "apply_progress",
        "aws_s3_bucket.this",
        "create",
        10,
    )


@pytest.mark.parametrize("line", [b"", b"panic: oh no", b"[1]", b'{"a": 1}', b"\xff"])
def test_a_line_that_is_no_event_is_none(line: bytes) -> None:
    assert parse_event(line) is None


def test_diagnostics_are_found_between_other_lines(tmp_path: Path) -> None:
    lines = [{"type": "version"}, {"type": "diagnostic", "diagnostic": RAW}]
    log = tmp_path / "out"
    log.write_text("\n".join(json.dumps(line) for line in lines) + "\nnoise\n")

    assert [found.summary for found in diagnostics_in(log)] == ["Unsupported argument"]


def failed(tmp_path: Path, *, code: int = 1, err: str = "") -> CommandResult:
    (tmp_path / "out").write_text("")
    (tmp_path / "err").write_text(err)
    return CommandResult(
        ("/bin/terraform", "plan", "-json"), Path("run"), code, tmp_path / "out", tmp_path / "err", 0.1
    )


def test_a_failure_says_command_folder_code_and_reason(tmp_path: Path) -> None:
    error = failure(failed(tmp_path), [parse_diagnostic(RAW)])

    assert str(error).startswith("terraform plan failed with exit code 1 in run\nmodules/artifacts/main.tf:3:5: Unsupp")
    assert (error.code, error.folder, error.command[1]) == (1, Path("run"), "plan")
    assert [diagnostic.line for diagnostic in error.diagnostics] == [3]


def test_a_failure_without_json_shows_the_error_output(tmp_path: Path) -> None:
    error = failure(failed(tmp_path, err="Error: no such flag\n"), [])

    assert str(error).endswith("Error: no such flag")
    assert str(tmp_path / "out") in error.hint


def test_a_death_by_signal_is_called_one(tmp_path: Path) -> None:
    assert "was ended by signal 9" in str(failure(failed(tmp_path, code=-9), []))


def test_a_flood_of_errors_is_cut_and_counted(tmp_path: Path) -> None:
    message = str(failure(failed(tmp_path), [Diagnostic("error", f"e{number}") for number in range(14)]))

    assert "e9" in message
    assert "e10" not in message
    assert message.endswith("… and 4 more errors")
