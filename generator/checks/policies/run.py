"""Ask the rules of a workspace about a plan."""

from __future__ import annotations

import sys
from contextlib import redirect_stdout
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from generator.checks.policies.model import Plan, Problem
from generator.checks.policies.python_rules import PACKAGE, load_python, place_of, said
from generator.checks.policies.rego_rules import load_rego
from generator.errors import SpecError
from generator.problems import Place
from generator.problems import Problem as Wrong
from generator.refusal import Refusal

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from generator.checks.policies.rule import Rule
    from generator.workspace import Workspace


@dataclass(slots=True)
class RuleVerdict:
    """What the rules say of a plan.

    Attributes:
        refusals: what speaks against applying it.
        advice: what advisory rules found.
    """

    refusals: list[Refusal] = field(default_factory=list)
    advice: list[Refusal] = field(default_factory=list)


def load_rules(workspace: Workspace) -> list[Rule]:
    """Load the rules of a workspace; none where it has no `policies/`.

    Raises:
        SpecError: with everything that is wrong with them.
    """
    folder = workspace.root / PACKAGE
    if not folder.is_dir():
        return []
    python, problems = load_python(folder)
    rego, others = load_rego(folder)
    rules = [*python, *rego]
    problems += others
    seen: dict[str, Rule] = {}
    for rule in rules:
        first = seen.setdefault(rule.name, rule)
        if first is not rule:
            file, _, line = rule.place.rpartition(":")
            hint = "give one of them another name"
            message = f"a second rule is called {rule.name}; the first stands in {first.place}"
            problems.append(Wrong(Place(file, int(line)), "", message, hint, rule="policy"))
    if problems:
        raise SpecError(problems)
    return rules


def run_rules(workspace: Workspace, rules: Iterable[Rule], plan: Plan) -> RuleVerdict:
    """Ask each rule; one that fails refuses the plan, since nobody knows what it would have said."""
    verdict = RuleVerdict()
    folder = workspace.root / PACKAGE
    addresses = {change.address for change in plan.resources}
    for rule in rules:
        try:
            with redirect_stdout(sys.stderr):
                found = [_problem(item, addresses) for item in _asked(rule, plan)]
        except (Exception, SystemExit) as error:  # noqa: BLE001  # whatever a rule raises is told with its place
            refusal = Refusal(rule.name, plan.environment, _failed(rule, error, folder), can_be_allowed=False)
            verdict.refusals.append(refusal)
            continue
        into = verdict.advice if rule.level == "advisory" else verdict.refusals
        into += [_refusal(rule, problem, plan) for problem in found]
    return verdict


def _asked(rule: Rule, plan: Plan) -> list[Problem | str]:
    answer: object = rule.check(plan)
    if answer is None or isinstance(answer, (str, Problem)):
        raise TypeError("a rule yields problems or returns a list of them, which may be empty")
    return list(answer)  # type: ignore[call-overload, no-any-return]  # what is no iterable raises, and is told


def _problem(item: Problem | str, addresses: set[str]) -> Problem:
    problem = Problem(item) if isinstance(item, str) else item
    if not isinstance(problem, Problem):
        raise TypeError(f"a rule yields problems or texts, not {type(item).__name__}")
    if problem.address and problem.address not in addresses:
        raise ValueError(f"a problem names {problem.address!r}, which the plan does not have")
    return problem


def _refusal(rule: Rule, problem: Problem, plan: Plan) -> Refusal:
    path = tuple(int(part) if part.isdigit() else part for part in problem.path.split(".") if part)
    return Refusal(
        rule.name,
        problem.address or plan.environment,
        f"{problem.message} ({rule.place})",
        path,
        can_be_allowed=rule.level != "hard-mandatory",
    )


def _failed(rule: Rule, error: BaseException, folder: Path) -> str:
    place = place_of(error, folder)
    where = f"{place.file}:{place.line}" if place else rule.place
    return f"the rule failed, so that nobody knows whether it would refuse: {where}: {said(error)}"
