"""What guards and rules refuse, on the command line: shown by plan, enforced by apply and destroy, allowed by name."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from generator.kept.history import BEGUN, DONE, FAILED, History, HistoryEntry

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Callable

    from noted_terraform import Stand

    Runner = Callable[..., subprocess.CompletedProcess[str]]

BUCKET = "module.artifacts.aws_s3_bucket.this"
GROUP = 'module.logs.aws_cloudwatch_log_group.this["a b"]'
RULE = "from generator.checks.policies import rule\n\n\n@rule{level}\ndef no_fridays(plan):\n    return {answer}\n"


def change(address: str, before: Any, after: Any, actions: list[str], **more: Any) -> dict[str, Any]:
    kind, name = address.split("[", maxsplit=1)[0].split(".")[-2:]
    made = {"actions": actions, "before": before, "after": after, **more}
    return {
        "address": address,
        "module_address": address.split(".aws_", maxsplit=1)[0],
        "type": kind,
        "name": name,
        "change": made,
    }


DELETED = change(BUCKET, {"bucket": "b"}, None, ["delete"])
SHORTER = change(GROUP, {"retention_in_days": 30}, {"retention_in_days": 7}, ["update"])


def test_plan_shows_what_apply_would_refuse_and_succeeds(stand: Stand) -> None:
    stand.planned(DELETED, SHORTER)
    ended = stand.run(["plan", "dev"])
    assert ended.returncode == 0
    assert f"! delete {BUCKET}" in ended.stdout
    assert "holds objects; it would be deleted" in ended.stdout
    assert f"--allow 'expire:{GROUP}'" in ended.stdout


def test_plan_fails_where_that_is_asked_for(stand: Stand) -> None:
    stand.planned(DELETED)
    assert stand.run(["plan", "dev", "--enforce"]).returncode == 1
    stand.planned()
    assert stand.run(["plan", "dev", "--enforce"]).returncode == 0


@pytest.mark.parametrize("verb", ["apply", "destroy"])
def test_what_is_refused_is_not_done_though_everybody_agreed(verb: str, stand: Stand) -> None:
    stand.planned(DELETED)
    ended = stand.run([verb, "dev", "--yes"])
    assert ended.returncode == 1
    assert "apply" not in stand.verbs()
    assert f"- delete  {BUCKET}" in ended.stdout, "the plan itself is not shown"
    assert f"tfstencil {verb} dev --allow delete:{BUCKET}" in ended.stderr


def test_nobody_is_asked_about_what_is_refused(stand: Stand) -> None:
    stand.planned(DELETED)
    ended = stand.run(["apply", "dev"], "y")
    assert ended.returncode == 1
    assert "Apply dev?" not in ended.stderr


def test_each_refusal_needs_an_allow_of_its_own(stand: Stand) -> None:
    stand.planned(DELETED, SHORTER)
    half = stand.run(["apply", "dev", "--yes", "--allow", f"delete:{BUCKET}"])
    assert half.returncode == 1
    assert f"allowed: delete {BUCKET}" in half.stdout
    assert f"--allow 'expire:{GROUP}'" in half.stderr
    whole = stand.run(["apply", "dev", "--yes", "--allow", f"delete:{BUCKET}", "--allow", f"expire:{GROUP}"])
    assert whole.returncode == 0
    assert "apply" in stand.verbs()


@pytest.mark.parametrize(
    ("allow", "said"),
    [
        (f"delete:{BUCKET[:-1]}", f"did you mean delete:{BUCKET}?"),
        (f"replace:{BUCKET}", f"did you mean delete:{BUCKET}?"),
        ("delete:*", f"refused are: delete:{BUCKET}"),
        ("delete", "is not KIND:ADDRESS"),
    ],
)
def test_a_wrong_allow_is_wrong_usage_and_nothing_is_done(allow: str, said: str, stand: Stand) -> None:
    stand.planned(DELETED)
    ended = stand.run(["apply", "dev", "--yes", "--json", "--allow", allow])
    assert ended.returncode == 2
    assert said in ended.stderr
    assert said in json.loads(ended.stdout)["error"]["hint"] + json.loads(ended.stdout)["error"]["message"]
    assert "apply" not in stand.verbs()


def test_an_allow_that_is_left_over_is_wrong_usage(stand: Stand) -> None:
    ended = stand.run(["apply", "dev", "--yes", "--allow", f"delete:{BUCKET}"])
    assert ended.returncode == 2
    assert "nothing is refused: leave it out" in ended.stderr
    assert "apply" not in stand.verbs()


def test_allow_speaks_for_one_environment(stand: Stand) -> None:
    ended = stand.run(["apply", "--yes", "prod", "--yes", "dev", "--allow", f"delete:{BUCKET}"])
    assert ended.returncode == 2
    assert "--allow speaks for one environment, and there are dev, prod" in ended.stderr
    assert stand.verbs() == []


def test_where_one_environment_is_refused_none_of_its_wave_is_done(stand: Stand) -> None:
    stand.planned(DELETED)
    ended = stand.run(["apply", "--yes", "prod", "--yes", "dev", "--json"])
    assert ended.returncode == 1
    assert [item["status"] for item in json.loads(ended.stdout)["environments"]] == ["refused", "refused"]
    assert "apply" not in stand.verbs()


def test_a_refusal_is_data_too(stand: Stand) -> None:
    stand.planned(DELETED)
    planned = json.loads(stand.run(["plan", "dev", "--json"]).stdout)
    applied = json.loads(stand.run(["apply", "dev", "--yes", "--json"]).stdout)
    wanted = {"kind": "delete", "address": BUCKET, "allow": f"delete:{BUCKET}", "path": [], "origins": []}
    assert planned["environments"][0]["refusals"][0].items() >= wanted.items()
    assert applied["error"]["refusals"][0].items() >= wanted.items()
    assert applied["error"]["kind"] == "RefusedError"


@pytest.mark.thorough
def test_a_kept_plan_that_is_refused_stays_and_can_be_allowed(stand: Stand) -> None:
    stand.planned(DELETED)
    assert stand.run(["plan", "dev", "--save"]).returncode == 0
    assert stand.run(["apply", "dev", "--yes"]).returncode == 1
    assert stand.run(["apply", "dev", "--yes", "--allow", f"delete:{BUCKET}"]).returncode == 0
    assert stand.verbs().count("plan") == 1


def test_a_kept_plan_with_a_mocked_provider_is_never_applied_for_real(stand: Stand) -> None:
    expressions = {"secret_key": {"constant_value": "mock"}}
    stand.planned(DELETED, configuration={"provider_config": {"aws": {"name": "aws", "expressions": expressions}}})
    assert stand.run(["plan", "dev", "--save"]).returncode == 0
    ended = stand.run(["apply", "dev", "--yes", "--allow", f"delete:{BUCKET}"])
    assert ended.returncode == 1
    assert "its provider aws is a mocked one" in ended.stderr
    assert "apply" not in stand.verbs()


def test_the_workspace_decides_how_much_may_be_deleted(stand: Stand) -> None:
    gone = [change(f"module.a.aws_iam_role.r{n}", {"name": f"r{n}"}, None, ["delete"]) for n in range(2)]
    stand.planned(*gone)
    assert stand.run(["plan", "dev", "--enforce"]).returncode == 0
    (stand.workspace.root / "guards.yaml").write_text("max_deletions: 1\n")
    ended = stand.run(["plan", "dev", "--enforce"])
    assert ended.returncode == 1
    assert "--allow deletions:2" in ended.stdout
    assert stand.run(["apply", "dev", "--yes", "--allow", "deletions:2"]).returncode == 0


def test_wrong_settings_end_a_command_before_terraform(stand: Stand) -> None:
    (stand.workspace.root / "guards.yaml").write_text("max_deletion: 1\n")
    ended = stand.run(["apply", "dev", "--yes"])
    assert ended.returncode == 1
    assert "guards.yaml:1:1: max_deletion" in ended.stdout + ended.stderr
    assert stand.verbs() == []


@pytest.mark.parametrize("age", ["soon", "31d", "4"])
def test_a_wrong_age_is_wrong_usage(age: str, stand: Stand) -> None:
    ended = stand.run(["apply", "dev", "--yes", "--max-age", age])
    assert ended.returncode == 2
    assert "must be a duration from 1m to 30d" in ended.stderr


# Kept plans


@pytest.mark.thorough
def test_encrypt_goes_with_save_and_wants_a_passphrase(stand: Stand, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TFSTENCIL_PLAN_PASSPHRASE", raising=False)
    assert stand.run(["plan", "dev", "--encrypt"]).returncode == 2
    ended = stand.run(["plan", "dev", "--save", "--encrypt"])
    assert ended.returncode == 1
    assert "set TFSTENCIL_PLAN_PASSPHRASE" in ended.stderr
    (stand.workspace.root / "guards.yaml").write_text("encrypt_plans: true\n")
    assert stand.run(["plan", "dev", "--save"]).returncode == 1
    assert stand.verbs() == [], "a plan was made that could not be kept"
    monkeypatch.setenv("TFSTENCIL_PLAN_PASSPHRASE", "correct horse battery")
    assert stand.run(["plan", "dev", "--save"]).returncode == 0
    assert stand.run(["apply", "dev", "--yes"]).returncode == 0


@pytest.mark.thorough
def test_the_passphrase_is_never_printed(stand: Stand, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TFSTENCIL_PLAN_PASSPHRASE", "correct horse battery")
    stand.planned(change("module.a.aws_x.correct", {"a": 1}, {"a": 2}, ["update"], reason="correct horse battery"))
    ended = stand.run(["plan", "dev", "-v", "--save", "--encrypt"])
    assert "horse" not in ended.stdout + ended.stderr


# Rules


def rule(stand: Stand, answer: str, level: str = "") -> None:
    folder = stand.workspace.root / "policies"
    folder.mkdir(exist_ok=True)
    (folder / "days.py").write_text(RULE.format(answer=answer, level=level))


def test_a_rule_refuses_an_apply_and_can_be_allowed(stand: Stand) -> None:
    rule(stand, "['it is Friday']")
    assert "it is Friday (policies/days.py:4)" in stand.run(["plan", "dev"]).stdout
    assert stand.run(["apply", "dev", "--yes"]).returncode == 1
    assert stand.run(["apply", "dev", "--yes", "--allow", "no-fridays:dev"]).returncode == 0


def test_advice_keeps_nobody_from_applying(stand: Stand) -> None:
    rule(stand, "['it is Friday']", '(level="advisory")')
    ended = stand.run(["apply", "dev", "--yes"])
    assert ended.returncode == 0
    assert "advice no-fridays dev: it is Friday" in ended.stdout


def test_what_is_hard_mandatory_is_refused_whatever_is_allowed(stand: Stand) -> None:
    rule(stand, "['it is Friday']", '(level="hard-mandatory")')
    assert "nothing allows it" in stand.run(["apply", "dev", "--yes"]).stdout
    ended = stand.run(["apply", "dev", "--yes", "--allow", "no-fridays:dev"])
    assert ended.returncode == 2
    assert "nothing can allow that" in ended.stderr
    assert "apply" not in stand.verbs()


def test_a_rule_that_fails_is_told_with_its_line_and_nothing_is_applied(stand: Stand) -> None:
    rule(stand, "[1 / 0]")
    ended = stand.run(["apply", "dev", "--yes"])
    assert ended.returncode == 1
    assert "policies/days.py:6: ZeroDivisionError: division by zero" in ended.stdout
    assert "Traceback" not in ended.stdout + ended.stderr
    assert "apply" not in stand.verbs()


def test_a_rule_file_that_cannot_be_loaded_ends_the_command_before_terraform(stand: Stand) -> None:
    rule(stand, "[")
    ended = stand.run(["plan", "dev"])
    assert ended.returncode == 1
    assert "policies/days.py:" in ended.stdout + ended.stderr
    assert stand.verbs() == []


def test_a_rule_sees_which_environment_it_judges(stand: Stand) -> None:
    facts = "plan.environment, plan.environment_class, plan.account, plan.region, plan.mode, plan.is_destroy"
    rule(stand, f"[' '.join(map(str, ({facts})))]")
    assert "prod prod 333344445555 eu-central-1 real False" in stand.run(["plan", "prod"]).stdout
    assert "dev dev 111122223333 us-east-1 real True" in stand.run(["destroy", "dev", "--yes"]).stdout


# Secrets

CANARY = "canary-4f9d1c7e"


def test_sensitive_values_of_a_plan_are_masked_wherever_they_turn_up(stand: Stand) -> None:
    secret = change(
        "module.a.aws_x.y", {"token": CANARY}, {"token": CANARY, "b": 1}, ["update"], before_sensitive={"token": True}
    )
    rule(stand, f"['{CANARY} leaked']")
    stand.planned(secret)
    stand.write(apply_code=1, apply_says=f"provider said {CANARY}")
    ended = stand.run(["apply", "dev", "--yes", "-v", "--json", "--allow", "no-fridays:dev"])
    assert ended.returncode == 1
    assert CANARY not in ended.stdout + ended.stderr
    assert "«redacted»" in ended.stderr
    shown = stand.run(["plan", "dev"])
    assert CANARY not in shown.stdout + shown.stderr


# Drift


def test_drift_of_an_environment_that_fails_does_not_hide_the_others(stand: Stand) -> None:
    stand.planned(resource_drift=[SHORTER])
    stand.write(plan_fails_in="prod")
    ended = stand.run(["drift", "--json"])
    document = json.loads(ended.stdout)
    assert ended.returncode == 1
    assert [item["name"] for item in document["environments"]] == ["dev"]
    assert list(document["failures"]) == ["prod"]


def test_known_drift_is_no_failure_and_an_unused_entry_is_warned_of(stand: Stand) -> None:
    there = change(GROUP, {"retention_in_days": 30}, {"retention_in_days": 30}, ["no-op"])
    stand.planned(there, resource_drift=[SHORTER])
    (stand.workspace.root / "drift.yaml").write_text(
        "allow:\n"
        "  - {address: 'module.logs.*', path: retention_in_days, reason: one, until: '2999-01-01'}\n"
        "  - {address: 'module.nothing.*', environments: [dev], reason: two, until: '2999-01-01'}\n"
    )
    ended = stand.run(["drift", "dev"])
    assert ended.returncode == 0
    assert "retention_in_days: 30 → 7" in ended.stdout
    assert "until 2999-01-01 (drift.yaml:2:5): one" in ended.stdout
    assert "drift.yaml:3:5: nothing drifts there any more (two)" in ended.stderr


def test_a_wrong_list_is_answered_before_terraform(stand: Stand) -> None:
    (stand.workspace.root / "drift.yaml").write_text("allow:\n  - {address: x, environments: dev, until: soon}\n")
    ended = stand.run(["drift"])
    said = ended.stdout + ended.stderr
    assert ended.returncode == 1
    assert "allow[0].reason: is missing" in said
    assert "must be a list of environments" in said
    assert "must be a date" in said
    assert stand.verbs() == []


def test_drift_counts_resources_as_a_plan_does_and_no_outputs(stand: Stand) -> None:
    change: dict[str, object] = {"actions": ["create"], "before": None, "after": {}}
    outputs = {name: {"actions": ["create"], "before": None, "after": name} for name in ("one", "two")}
    stand.planned({"address": "a_b.c", "type": "a_b", "name": "c", "change": change}, output_changes=outputs)
    assert "Not applied yet: 1 to create\n" in stand.run(["drift", "dev"]).stdout
    assert "Plan: 1 to create" in stand.run(["plan", "dev"]).stdout


def test_a_destroy_of_nothing_says_that_nothing_is_applied(stand: Stand) -> None:
    stand.write(changes=0)
    stand.planned()
    ended = stand.run(["destroy", "dev", "--yes"])
    assert ended.returncode == 0
    assert "Nothing is applied, so there is nothing to destroy" in ended.stdout


def test_an_environment_that_was_never_applied_is_all_unapplied_code(stand: Stand) -> None:
    ended = stand.run(["drift", "dev"])
    assert ended.returncode == 1
    assert "Not applied yet: 1 to create" in ended.stdout
    assert "tfstencil apply applies it" in ended.stderr
    assert stand.run(["drift", "dev", "--outside-only"]).returncode == 0


def test_drift_leaves_no_plan_file(stand: Stand) -> None:
    stand.run(["drift", "dev"])
    assert list(stand.workspace.scratch.rglob("*.tfplan")) == []
    calls = stand.log.read_text()
    assert "-refresh-only" in calls
    assert "-refresh=false" in calls


# Reasons, and the record


def test_prod_wants_a_reason_and_it_is_recorded(stand: Stand) -> None:
    stand.planned(DELETED)
    ended = stand.run(["apply", "prod", "--yes", "prod", "--allow", f"delete:{BUCKET}"])
    assert ended.returncode == 2
    assert f"--allow delete:{BUCKET} gives no reason" in ended.stderr
    assert "apply" not in stand.verbs()
    ended = stand.run(["apply", "prod", "--yes", "prod", "--allow", f"delete:{BUCKET}=moved to another account"])
    assert ended.returncode == 0
    (record,) = stand.workspace.scratch.glob("applied/real/prod.jsonl")
    begun, done = map(json.loads, record.read_text().splitlines())
    assert [begun["outcome"], done["outcome"]] == ["begun", "done"]
    assert begun["allowed"][0].items() >= {"refusal": f"delete:{BUCKET}", "reason": "moved to another account"}.items()


def test_an_apply_that_fails_leaves_what_it_did_not_finish_in_the_record(stand: Stand) -> None:
    stand.planned(change(GROUP, None, {"retention_in_days": 7}, ["create"]))
    stand.write(apply_code=1, apply_says="no")
    assert stand.run(["apply", "dev", "--yes"]).returncode == 1
    (record,) = stand.workspace.scratch.glob("applied/real/dev.jsonl")
    failed = json.loads(record.read_text().splitlines()[-1])
    assert (failed["outcome"], failed["makes"]) == ("failed", [GROUP])


def test_what_that_apply_left_is_made_anew_without_a_question(stand: Stand) -> None:
    queue = "module.a.aws_sqs_queue.q"
    stand.planned(change(queue, None, {"name": "q"}, ["create"]))
    stand.write(apply_code=1, apply_says="no")
    assert stand.run(["apply", "dev", "--yes"]).returncode == 1
    tainted = change(queue, {"name": "q"}, {"name": "q"}, ["delete", "create"])
    tainted["action_reason"] = "replace_because_tainted"
    stand.planned(tainted)
    assert stand.run(["plan", "dev", "--enforce"]).returncode == 0
    assert stand.run(["plan", "prod", "--enforce"]).returncode == 1, "another environment knows nothing of it"


def test_who_applied_and_what_was_allowed_is_told(stand: Stand) -> None:
    ended = stand.run(["guards", "history", "dev"])
    assert (ended.returncode, ended.stdout.strip()) == (0, "dev was never applied (real)")
    history = History.of(stand.workspace, "dev", "real")
    allowed = ({"refusal": "delete:a.b", "says": "holds objects; it would be deleted", "reason": "copied before"},)
    history.add(HistoryEntry("apply", BEGUN, ("a.b",), allowed))
    history.add(HistoryEntry("apply", DONE, (), allowed))
    history.add(HistoryEntry("destroy", FAILED, (), ({"refusal": "delete:c.d", "says": "goes", "reason": ""},)))
    history.add(HistoryEntry("apply", BEGUN))
    said = stand.run(["guards", "history", "dev"]).stdout
    assert said.count("apply done, by ") == said.count("apply begun, and not ended, by ") == 1
    assert "  allowed delete:a.b: copied before\n    it holds objects; it would be deleted\n" in said
    assert "destroy failed, by " in said
    assert "  allowed delete:c.d: no reason was given" in said
    document = json.loads(stand.run(["guards", "history", "dev", "--json"]).stdout)
    assert [each["outcome"] for each in document["entries"]] == ["begun", "done", "failed", "begun"]
    assert stand.run(["guards", "history", "nowhere"]).returncode == 2


def test_guards_explain_a_type_and_an_address(stand: Stand) -> None:
    ended = stand.run(["guards", "explain", 'module.a.aws_s3_bucket_versioning.this["x"]'])
    assert ended.returncode == 0
    assert "versioning: the first of Enabled, Suspended, Disabled protects best" in ended.stdout
    document = json.loads(stand.run(["guards", "explain", "aws_s3_bucket", "--json"]).stdout)
    assert (document["type"], document["is_known"]) == ("aws_s3_bucket", True)
    ended = stand.run(["guards", "explain", "aws_s3_buckt"])
    assert "every change of it is refused for prod" in ended.stdout
    assert "Did you mean aws_s3_bucket?" in ended.stdout
    ended = stand.run(["guards", "explain", "aws-s3-bucket"])
    assert ended.returncode == 2
    assert "did you mean aws_s3_bucket?" in ended.stderr
