"""Each rule of a spec, with a spec that keeps it and one that breaks it."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import large_specs
import pytest
import yaml

from generator.errors import SpecError
from generator.model.loading.load import load_environment

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from generator.problems import Problem
    from generator.workspace import Workspace

    MakeWorkspace = Callable[[Mapping[str, str]], Workspace]

FOLDER = Path(__file__).parents[2] / "rules"
BASE = (FOLDER / "_base.yaml").read_text()
TABLES = {path.stem: yaml.safe_load(path.read_text()) for path in sorted(FOLDER.glob("[!_]*.yaml"))}
TABLES["sizes"] = large_specs.table()


def cases(kind: str, *facts: str) -> list[Any]:
    """List the cases of all tables, each with the rule that it is about."""
    return [
        pytest.param(rule, *(case.get(fact) for fact in facts), id=f"{rule} {number}")
        for table in TABLES.values()
        for rule, specs in table.items()
        for number, case in enumerate(specs.get(kind, ()))
    ]


def judged(make: MakeWorkspace, environment: str, addition: str) -> tuple[Problem, ...]:
    """Return errors and warnings of a spec over BASE."""
    workspace = make({"_base": BASE, environment: f"extends: _base\n{addition}\n"})
    try:
        return load_environment(workspace, environment).warnings
    except SpecError as error:
        return tuple(error.problems)


def problems_of(make: MakeWorkspace, environment: str, addition: str) -> tuple[Problem, ...]:
    workspace = make({"_base": BASE, environment: f"extends: _base\n{addition}\n"})
    with pytest.raises(SpecError) as caught:
        load_environment(workspace, environment)
    return caught.value.problems


@pytest.mark.parametrize(
    ("rule", "environment", "addition", "key", "besides"), cases("breaks", "environment", "spec", "at", "besides")
)
def test_a_broken_rule_is_named_at_its_key_with_a_remedy(  # noqa: PLR0913, PLR0917  # the facts of a case
    workspace_of: MakeWorkspace, rule: str, environment: str, addition: str, key: str, besides: list[str] | None
) -> None:
    found = [each for each in judged(workspace_of, environment, addition) if each.rule not in (besides or ())]
    assert [(problem.rule, problem.key) for problem in found] == [(rule, key)]
    assert found[0].place is not None
    assert found[0].hint


@pytest.mark.parametrize(("rule", "environment", "addition"), cases("keeps", "environment", "spec"))
def test_a_spec_that_keeps_a_rule_is_accepted(
    workspace_of: MakeWorkspace, rule: str, environment: str, addition: str
) -> None:
    assert rule not in {problem.rule for problem in judged(workspace_of, environment, addition)}
    workspace = workspace_of({"_base": BASE, environment: f"extends: _base\n{addition}\n"})
    assert load_environment(workspace, environment).name == environment


@pytest.mark.parametrize("kind", ["breaks", "keeps"])
def test_every_rule_has_a_spec_that_breaks_it_and_one_that_keeps_it(repository: Path, kind: str) -> None:
    sources = [
        path
        for path in (repository / "generator").rglob("*.py")
        # Rules that a part of a workspace brings have their cases in tests/parts/own.
        if "own" not in path.parts
        if "rules" in path.parts[-2:-1] or path.stem.endswith("rules")
    ]
    assert len(sources) > len(TABLES)
    cases = {rule for table in TABLES.values() for rule, specs in table.items() if specs.get(kind)}
    for source in sources:
        text = source.read_text()
        known = set(re.findall(r'^ +"([a-z]+(?:-[a-z]+)+)",?$', text, re.MULTILINE))
        known |= set(re.findall(r', "([a-z]+(?:-[a-z]+)+)"(?:, "warning")?\)', text))
        assert known - cases == set(), source


def test_a_runtime_past_its_end_of_life_is_a_warning_that_stops_nothing(workspace_of: MakeWorkspace) -> None:
    workspace = workspace_of({"_base": BASE, "dev": "extends: _base\nbuilds: {main: {runtime: {nodejs: 18}}}\n"})
    environment = load_environment(workspace, "dev")
    assert [(problem.rule, problem.severity) for problem in environment.warnings] == [
        ("runtime-end-of-life", "warning")
    ]


def test_the_value_of_a_secret_is_never_repeated(workspace_of: MakeWorkspace) -> None:
    token = "ghp_" + "a1B2" * 9
    problems = problems_of(workspace_of, "dev", f"builds: {{main: {{variables: {{GIT: {token}}}}}}}")
    assert "GitHub token" in str(problems[0])
    assert token not in str(problems[0])


def test_a_wrong_type_does_not_hide_what_the_rules_say(workspace_of: MakeWorkspace) -> None:
    problems = problems_of(workspace_of, "prod", "logs: {retention_days: 8}\nartifacts: {force_destroy: true}")
    assert [problem.rule for problem in problems] == ["retention", "force-destroy"]


def test_a_computed_name_that_is_too_long_points_at_the_value_that_made_it_so(workspace_of: MakeWorkspace) -> None:
    problems = problems_of(workspace_of, "dev-europe-west-one", "class: dev\nstack: a-long-name-for-a-stack")
    assert "S3 bucket 66 characters" in problems[0].message
    assert str(problems[0].place) == "environments/dev-europe-west-one.yaml:3:8"


def test_a_policy_that_is_too_large_says_how_far_over_and_which_keys_make_it_so(workspace_of: MakeWorkspace) -> None:
    reports = {"reports": {"unit": {"files": ["junit.xml"]}}}
    spec = large_specs.secrets(400)
    spec["builds"]["main"] |= reports | {"phases": {"build": ["make"]}}
    problem = next(problem for problem in problems_of(workspace_of, "dev", large_specs.text(spec)) if problem.rule)
    assert "AWS allows 10,240, so 370 must go" in problem.message
    assert "this key accounts for 9,795, builds.main.reports for 250" in problem.message
    assert "json_key" in problem.hint


def test_the_limits_of_a_spec_are_told_all_at_once(workspace_of: MakeWorkspace) -> None:
    spec = large_specs.secrets(400) | large_specs.accounts(400) | {"tags": {f"T{number}": "x" for number in range(46)}}
    found = {problem.rule for problem in problems_of(workspace_of, "dev", large_specs.text(spec))}
    assert found == {"role-policies-too-large", "repository-policy-too-large", "too-many-tags"}
