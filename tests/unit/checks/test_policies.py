"""Rules of a workspace's own: each can fail, what is wrong with one is told with its place, and refuses."""

from __future__ import annotations

import dataclasses
import json
import re
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from generator.checks.policies import Change, Plan, Problem, rule
from generator.checks.policies.as_data import plan_data, plan_of
from generator.checks.policies.build import build_plan
from generator.checks.policies.run import RuleVerdict, load_rules, run_rules
from generator.checks.policies.testing import findings
from generator.errors import SpecError
from generator.plans.plan import parse_plan
from generator.problems import Place
from generator.provenance.context_keys import SpecOrigin

if TYPE_CHECKING:
    from collections.abc import Callable

    from generator.checks.policies.rule import Rule
    from generator.workspace import Workspace

BUCKET = "module.artifacts.aws_s3_bucket.this"
BAD: dict[str, Any] = {
    "environment": "dev",
    "environment_class": "prod",
    "resources": [{"address": BUCKET, "after": {"bucket": "b", "tags": {}}}],
}
GOOD = BAD | {"resources": [{"address": BUCKET, "after": {"bucket": "b", "tags": {"Owner": "x"}}}]}
PYTHON = """\
from collections.abc import Iterator

from generator.checks.policies import Plan, Problem, rule


@rule
def buckets_have_owners(plan: Plan) -> Iterator[Problem]:
    \"\"\"Somebody answers for each bucket.\"\"\"
    for bucket in plan.of_type("aws_s3_bucket"):
        if not bucket.get("tags.Owner"):
            yield bucket.problem("has no owner", path="tags.Owner")
"""
REGO = """\
# Somebody answers for each bucket.
package policies.bucket_owners

import rego.v1

deny contains {"message": "has no owner", "address": bucket.address, "path": "tags.Owner"} if {
	some bucket in input.resources
	bucket.type == "aws_s3_bucket"
	not bucket.after.tags.Owner
}
"""


@pytest.fixture
def policies(workspace: Workspace) -> Callable[..., Workspace]:
    """Write rule files."""

    def write(**files: str) -> Workspace:
        folder = workspace.root / "policies"
        folder.mkdir(exist_ok=True)
        for name, text in files.items():
            stem, _, suffix = name.rpartition("__")
            (folder / f"{stem}.{suffix}").write_text(text)
        return workspace

    return write


def judged(workspace: Workspace, data: dict[str, Any] = BAD) -> RuleVerdict:
    return run_rules(workspace, load_rules(workspace), plan_of(data))


def only(workspace: Workspace, data: dict[str, Any] = BAD) -> str:
    (refusal,) = judged(workspace, data).refusals
    return refusal.reason


def problems(workspace: Workspace) -> list[str]:
    with pytest.raises(SpecError) as caught:
        load_rules(workspace)
    return [str(problem) for problem in caught.value.problems]


# Python


def test_a_rule_in_python_refuses_a_bad_plan_and_no_good_one(policies: Callable[..., Workspace]) -> None:
    workspace = policies(owners__py=PYTHON)
    (refusal,) = judged(workspace).refusals
    assert (refusal.kind, refusal.address, refusal.path) == ("buckets-have-owners", BUCKET, ("tags", "Owner"))
    assert refusal.reason == "has no owner (policies/owners.py:6)"
    assert refusal.flag == f"--allow buckets-have-owners:{BUCKET}"
    assert judged(workspace, GOOD) == RuleVerdict()


def test_a_workspace_without_policies_has_no_rules(workspace: Workspace) -> None:
    assert load_rules(workspace) == []


def rule_of(body: str, decorator: str = "@rule") -> str:
    return f"from generator.checks.policies import Plan, Problem, rule\n\n\n{decorator}\ndef one(plan):\n    {body}\n"


def test_a_text_is_a_problem_of_the_environment(policies: Callable[..., Workspace]) -> None:
    (refusal,) = judged(policies(a__py=rule_of("return ['no deployments today']"))).refusals
    assert (refusal.address, refusal.reason) == ("dev", "no deployments today (policies/a.py:4)")


def test_what_is_advisory_is_shown_and_refuses_nothing(policies: Callable[..., Workspace]) -> None:
    verdict = judged(policies(a__py=rule_of("return ['hm']", '@rule(level="advisory", name="some-advice")')))
    assert verdict.refusals == []
    assert [item.kind for item in verdict.advice] == ["some-advice"]


def test_what_is_hard_mandatory_cannot_be_allowed(policies: Callable[..., Workspace]) -> None:
    (refusal,) = judged(policies(a__py=rule_of("return ['no']", '@rule(level="hard-mandatory")'))).refusals
    assert not refusal.can_be_allowed
    assert refusal.flag == ""


def test_rules_share_what_an_underscore_keeps_from_being_rules(policies: Callable[..., Workspace]) -> None:
    workspace = policies(
        _shared__py="WORD = 'shared'\n",
        test_x__py="raise SystemExit('tests are not rules')\n",
        a__py="from policies._shared import WORD\n" + rule_of("return [WORD]"),
    )
    assert "shared" in only(workspace)
    assert not list(workspace.root.rglob("__pycache__")), "compiled files are left beside the rules"


def test_a_rule_that_another_file_imports_runs_once(policies: Callable[..., Workspace]) -> None:
    workspace = policies(
        a__py=rule_of("return ['x']"), b__py="from policies.a import one\n" + rule_of("return []", "@rule(name='two')")
    )
    assert [each.name for each in load_rules(workspace)] == ["one", "two"]


def test_rules_may_hold_dataclasses(policies: Callable[..., Workspace]) -> None:
    text = "from __future__ import annotations\nfrom dataclasses import dataclass\n\n@dataclass\nclass A:\n    b: list[int]\n\n"
    assert load_rules(policies(a__py=text.replace("\n\n", "\n", 1) + rule_of("return []")))


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ("return [plan.nothing]", "policies/a.py:6: AttributeError: 'Plan' object has no attribute 'nothing'"),
        ("return 1 / 0", "policies/a.py:6: ZeroDivisionError"),
        ("raise SystemExit(0)", "policies/a.py:6: SystemExit: 0"),
        ("return one(plan)", "policies/a.py:6: RecursionError"),
        ("return None", "policies/a.py:4: TypeError: a rule yields problems or returns a list of them"),
        ("return 'x'", "policies/a.py:4: TypeError: a rule yields problems"),
        ("return 3", "policies/a.py:4: TypeError: 'int' object is not iterable"),
        ("return [3]", "policies/a.py:4: TypeError: a rule yields problems or texts, not int"),
        ("yield Problem('x', address='nowhere')", "policies/a.py:4: ValueError: a problem names 'nowhere', which the plan does not have"),
        ("plan.resources[0].after['tags'] = {}; return []", "policies/a.py:6: TypeError"),
        ("plan.environment = 'x'; return []", "policies/a.py:6: FrozenInstanceError"),
        ("raise ValueError('two\\nlines')", "policies/a.py:6: ValueError: two lines"),
    ],
)  # fmt: skip
def test_a_rule_that_fails_is_told_with_its_line_and_refuses(
    body: str, told: str, policies: Callable[..., Workspace]
) -> None:
    (refusal,) = judged(policies(a__py=rule_of(body)), GOOD).refusals
    assert told in refusal.reason
    assert "nobody knows whether it would refuse" in refusal.reason
    assert not refusal.can_be_allowed
    assert "\n" not in refusal.reason


def test_a_failing_rule_does_not_silence_the_others(policies: Callable[..., Workspace]) -> None:
    workspace = policies(a__py=rule_of("return 1 / 0"), owners__py=PYTHON)
    assert [refusal.kind for refusal in judged(workspace).refusals] == ["one", "buckets-have-owners"]


def test_an_error_in_a_shared_file_is_told_there(policies: Callable[..., Workspace]) -> None:
    workspace = policies(
        _shared__py="def f():\n    return 1 / 0\n", a__py="from policies._shared import f\n" + rule_of("return f()")
    )
    assert "policies/_shared.py:2: ZeroDivisionError" in only(workspace)


def test_an_interrupt_is_nobodys_error(policies: Callable[..., Workspace]) -> None:
    with pytest.raises(KeyboardInterrupt):
        judged(policies(a__py=rule_of("raise KeyboardInterrupt")))
    with pytest.raises(KeyboardInterrupt):
        load_rules(policies(a__py="raise KeyboardInterrupt\n"))


def test_what_a_rule_prints_stays_out_of_the_result(
    policies: Callable[..., Workspace], capsys: pytest.CaptureFixture[str]
) -> None:
    judged(policies(a__py="print('loading')\n" + rule_of("print('running'); return []")))
    shown = capsys.readouterr()
    assert shown.out == ""
    assert shown.err == "loading\nrunning\n"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("def x(:\n", "policies/a.py:1:7: cannot be loaded: SyntaxError: invalid syntax"),
        ("x = 1\nimport nosuch\n", "policies/a.py:2:1: cannot be loaded: ModuleNotFoundError: No module named 'nosuch'"),
        ("raise SystemExit(3)\n", "policies/a.py:1:1: cannot be loaded: SystemExit: 3"),
        ("x = 1\n", "policies/a.py:1:1: holds no rule; decorate a function with @rule"),
        ("", "holds no rule"),
        (rule_of("return []", '@rule(level="soft")'), "policies/a.py:4:2: cannot be loaded: ValueError: level must be one of advisory, soft-mandatory, hard-mandatory, not 'soft'"),
        (rule_of("return []", '@rule(name="delete")'), "'delete' is what tfstencil calls a guard of its own"),
        (rule_of("return []", '@rule(name="No Name")'), "'No Name' cannot be the name of a rule"),
        (rule_of("return []").replace("(plan)", "()"), "a rule is a function that takes one argument, the plan"),
        (rule_of("return []").replace("(plan)", "(plan, more)"), "a rule is a function that takes one argument"),
        ("x = '\\ud800'.encode()\n", "UnicodeEncodeError"),
        ("\x00", "policies/a.py:1:1: cannot be loaded"),
    ],
)  # fmt: skip
def test_a_rule_file_that_cannot_be_loaded_is_told_with_its_place(
    text: str, told: str, policies: Callable[..., Workspace]
) -> None:
    (said,) = problems(policies(a__py=text))
    assert told in said
    assert "Traceback" not in said


def test_all_wrong_rule_files_are_told_at_once(policies: Callable[..., Workspace]) -> None:
    said = problems(
        policies(a__py="x = (", b__py="", c__rego="package", d__py=rule_of("return []"), e__py=rule_of("return []"))
    )
    assert len(said) == 4, said


def test_two_rules_of_one_name_are_told(policies: Callable[..., Workspace]) -> None:
    (said,) = problems(policies(a__py=rule_of("return []"), b__py=rule_of("return []")))
    assert "policies/b.py:4:1: a second rule is called one; the first stands in policies/a.py:4" in said


# Rego


def test_a_rule_in_rego_refuses_a_bad_plan_and_no_good_one(policies: Callable[..., Workspace]) -> None:
    workspace = policies(owners__rego=REGO)
    (refusal,) = judged(workspace).refusals
    assert (refusal.kind, refusal.address, refusal.path) == ("bucket-owners", BUCKET, ("tags", "Owner"))
    assert refusal.reason == "has no owner (policies/owners.rego:6)"
    assert judged(workspace, GOOD) == RuleVerdict()
    (loaded,) = load_rules(workspace)
    assert loaded.description == "Somebody answers for each bucket."


def rego(body: str, package: str = "policies.one") -> str:
    return f"package {package}\n\nimport rego.v1\n\n{body}\n"


@pytest.mark.parametrize(
    ("body", "messages"),
    [
        ('deny contains "x"', ["x"]),
        ('deny contains "x" if false', []),
        ('deny contains {"msg": "of conftest"}', ["of conftest"]),
        ('deny := "x"', ["x"]),
        ("deny := true", ["it is denied"]),
        ('default deny := false\n\ndeny if input.environment == "prod"', []),
        ('deny := "x" if input.nothing', []),
        ('deny := ["x", "y"]', ["x", "y"]),
        ('deny["x"]', ["x"]),
    ],
)
def test_every_way_to_write_a_denial_is_understood(
    body: str, messages: list[str], policies: Callable[..., Workspace]
) -> None:
    found = [refusal.reason.rsplit(" (", 1)[0] for refusal in judged(policies(a__rego=rego(body))).refusals]
    assert sorted(found) == messages


def test_warnings_are_advice(policies: Callable[..., Workspace]) -> None:
    workspace = policies(
        a__rego=rego('warn contains "w"\n\ndeny contains "d"'), b__rego=rego('warn contains "v"', "only_warns")
    )
    verdict = judged(workspace)
    assert [(item.kind, item.reason) for item in verdict.advice] == [
        ("one-warning", "w (policies/a.rego:5)"),
        ("only-warns", "v (policies/b.rego:5)"),
    ]
    assert [item.kind for item in verdict.refusals] == ["one"]


def test_rego_files_share_packages(policies: Callable[..., Workspace]) -> None:
    workspace = policies(
        _lib__rego=rego('word := "shared"', "lib"),
        a__rego=rego("import data.lib\n\ndeny contains lib.word"),
        a_test__rego="no rego",
    )
    assert "shared" in only(workspace)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("deny := true\n", "policies/a.rego:1:1: names no package"),
        ("package a\n", "policies/a.rego:1:1: holds no rule; define deny or warn"),
        (rego("deny contains x if {\n  x == }"), "policies/a.rego:6:5: cannot be loaded: Invalid boolean operator"),
        (rego("deny contains x if {"), "policies/a.rego:5:20: cannot be loaded: this is unclosed"),
        (rego("deny := true", "delete"), "policies/a.rego:1:1: 'delete' is what tfstencil calls a guard of its own"),
    ],
)
def test_a_rego_file_that_cannot_be_loaded_is_told_with_its_place(
    text: str, told: str, policies: Callable[..., Workspace], capfd: pytest.CaptureFixture[str]
) -> None:
    (said,) = problems(policies(a__rego=text))
    assert told in said
    assert capfd.readouterr() == ("", ""), "rego-cpp prints past us"


def test_a_rego_file_that_is_no_text_is_told(policies: Callable[..., Workspace]) -> None:
    workspace = policies(a__rego="")
    (workspace.root / "policies" / "a.rego").write_bytes(b"\xff\xfe")
    assert problems(workspace) == ["policies/a.rego:1:1: is not UTF-8; save it as UTF-8"]


@pytest.mark.parametrize(
    ("body", "told"),
    [
        (
            "p := input.environment\n\np := input.account\n\ndeny contains p",
            "Rego failed, and regopy does not say of what",
        ),
        ("deny if nosuch(input.environment)", "Function not found: nosuch"),
        ("deny contains 3", "a rule gives texts, or objects with a message; not 3"),
        ('deny contains {"severity": "high"}', "or objects with a message"),
        ('deny contains {"message": "x", "address": "nowhere"}', "a problem names 'nowhere'"),
    ],
)
def test_a_rego_rule_that_fails_is_told_with_its_line_and_refuses(
    body: str, told: str, policies: Callable[..., Workspace]
) -> None:
    (refusal,) = judged(policies(a__rego=rego(body)), GOOD | {"account": "1"}).refusals
    assert told in refusal.reason
    assert "policies/a.rego:" in refusal.reason
    assert not refusal.can_be_allowed


def test_without_regopy_rego_is_an_error_that_names_the_remedy(
    policies: Callable[..., Workspace], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "regopy", None)
    (said,) = problems(policies(a__rego=REGO))
    assert (
        said
        == "policies/a.rego:1:1: needs the Python package regopy; run pip install 'tfstencil[rego]', or write the rule in Python"
    )


# The model


def test_a_plan_of_terraform_becomes_the_model() -> None:
    change = {
        "actions": ["delete", "create"],
        "before": {"bucket": "a", "secret": "canary"},
        "after": {"bucket": "b", "secret": "canary", "list": [{"x": 1}]},
        "after_unknown": {"arn": True, "list": [{"y": True}]},
        "before_sensitive": {"secret": True},
        "after_sensitive": {"secret": True},
        "replace_paths": [["bucket"]],
    }
    raw = {
        "resource_changes": [
            {"address": 'module.a.aws_s3_bucket.b["k"]', "type": "aws_s3_bucket", "name": "b", "index": "k", "module_address": "module.a", "change": change},
            {"address": "data.x.y", "mode": "data", "type": "x", "name": "y", "change": {"actions": ["read"]}},
            {"address": "aws_x.all", "type": "aws_x", "name": "all", "change": {"actions": ["create"], "after": {"a": "canary"}, "after_sensitive": True}},
        ],
        "output_changes": {
            "shown": {"actions": ["create"], "after": [1]},
            "secret": {"actions": ["create"], "after": "canary", "after_sensitive": True},
            "later": {"actions": ["create"], "after_unknown": True},
        },
    }  # fmt: skip
    plan = build_plan(parse_plan(raw), None, environment="dev", account="1")
    one, hidden = plan.resources
    assert (one.action, one.index, one.module, one.replace_paths) == ("replace", "k", "module.a", (("bucket",),))
    assert (one.was("bucket"), one.get("bucket"), one.get("list.0.x"), one.get("secret")) == (
        "a",
        "b",
        1,
        "(sensitive)",
    )
    assert one.is_unknown("arn")
    assert one.is_unknown("arn.deeper")
    assert one.is_unknown("list.0.y")
    assert not one.is_unknown("bucket")
    assert hidden.get("a") == "(sensitive)"
    assert dict(plan.outputs) == {"shown": (1,)}
    assert "canary" not in json.dumps(plan_data(plan))
    assert plan.changes == plan.resources
    assert [each.address for each in plan.of_type("aws_x", "aws_y")] == ["aws_x.all"]


def test_the_value_at_a_path_that_is_not_there_is_the_default() -> None:
    change = Change("aws_x.y", "aws_x", "create", after={"a": (1,)})
    assert change.get("a.1") is None
    assert change.get("a.x", "default") == "default"
    assert change.get("b.c") is None
    assert change.was("a") is None


def test_where_the_spec_says_a_value_is_looked_up_when_asked() -> None:
    asked: list[str] = []

    def locate(address: str, path: Any) -> list[SpecOrigin]:
        asked.append(f"{address} {path[0]}")
        return (
            [SpecOrigin("logs.retention_days", Place("environments/dev.yaml", 3, 8))] if path[0] == "retention" else []
        )

    raw = {
        "address": "aws_x.y",
        "type": "aws_x",
        "name": "y",
        "change": {"actions": ["create"], "after": {"retention": 7, "name": "n"}},
    }
    plan = build_plan(parse_plan({"resource_changes": [raw]}), locate, environment="dev")
    (change,) = plan.resources
    assert asked == []
    assert [str(origin) for origin in change.origins["retention"]] == [
        "environments/dev.yaml:3:8 (logs.retention_days)"
    ]
    assert asked == ["aws_x.y retention"]
    assert list(change.origins) == ["retention"]
    assert len(change.origins) == 1
    assert change.origins.get("nothing") is None
    assert plan_data(plan)["resources"][0]["origins"] == {
        "retention": [{"key": "logs.retention_days", "file": "environments/dev.yaml", "line": 3, "column": 8}]
    }


def test_a_plan_that_is_written_as_data_reads_back_the_same() -> None:
    plan = plan_of(BAD)
    assert plan_of(plan_data(plan)) == plan
    with pytest.raises(TypeError):
        plan_of({"enviroment": "dev"})


def test_nobody_can_change_a_plan() -> None:
    plan = plan_of(BAD)
    with pytest.raises(dataclasses.FrozenInstanceError):
        plan.environment = "x"  # type: ignore[misc]  # that is the test
    with pytest.raises(TypeError):
        plan.resources[0].after["bucket"] = "x"  # type: ignore[index]  # that is the test


def test_a_decorated_function_is_still_the_function() -> None:
    @rule
    def nothing(plan: Plan) -> list[Problem]:
        return []

    assert nothing(plan_of(BAD)) == []


# The documentation


PAGE = (Path(__file__).parents[3] / "docs" / "policies.md").read_text()
EXAMPLES = re.findall(r"^```(?:python|rego)\n(?:#|//) (policies/\S+)\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)


def written(root: Path) -> list[str]:
    for path, text in EXAMPLES:
        file = root / path
        file.parent.mkdir(exist_ok=True)
        file.write_text(text)
    return [path for path, _ in EXAMPLES]


def documented(workspace: Workspace) -> list[Rule]:
    written(workspace.root)
    return load_rules(workspace)


# For each example a plan that breaks it, and one that does not.
SEEDS: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "images-are-pinned": (
        {"address": "module.builds.aws_codebuild_project.this", "after": {"environment": [{"image": "x/builder:latest"}]}},
        {"address": "module.builds.aws_codebuild_project.this", "after": {"environment": [{"image": "x/builder:1.4.0"}]}},
    ),
    "prod-keeps-its-logs": (
        {"address": "module.logs.aws_cloudwatch_log_group.this", "after": {"retention_in_days": 7}},
        {"address": "module.logs.aws_cloudwatch_log_group.this", "after": {"retention_in_days": 365}},
    ),
    "bucket-names": (
        {"address": "module.artifacts.aws_s3_bucket.this", "after": {"bucket": "wrong"}},
        {"address": "module.artifacts.aws_s3_bucket.this", "after": {"bucket": "shop-x"}},
    ),
}  # fmt: skip


def test_every_documented_example_has_a_seeded_bad_plan(workspace: Workspace) -> None:
    assert {each.name for each in documented(workspace)} == set(SEEDS)


@pytest.mark.parametrize("name", SEEDS)
def test_every_documented_example_can_fail(name: str, workspace: Workspace) -> None:
    documented(workspace)
    bad, good = ({"environment": "prod", "environment_class": "prod", "resources": [each]} for each in SEEDS[name])
    assert [item.address for item in findings(workspace.root, bad)[name]] == [SEEDS[name][0]["address"]]
    assert findings(workspace.root, good)[name] == []


def test_a_rule_that_fails_fails_the_test_that_asks_it(policies: Callable[..., Workspace]) -> None:
    with pytest.raises(AssertionError, match=r"policies/a.py:6: ZeroDivisionError"):
        findings(policies(a__py=rule_of("return 1 / 0")).root, BAD)


@pytest.mark.thorough
def test_the_documented_test_of_a_rule_passes(workspace: Workspace) -> None:
    assert "policies/test_rules.py" in written(workspace.root)
    ended = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "policies/test_rules.py"],
        cwd=workspace.root,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 0, ended.stdout + ended.stderr


@pytest.mark.parametrize("model", [Plan, Change, Problem], ids=lambda model: model.__name__)
def test_every_field_of_the_model_is_documented(model: type) -> None:
    for each in dataclasses.fields(model):
        assert f"`{each.name}`" in PAGE, each.name
