"""Load environments: read, merge, interpolate, check against the model and the rules, and keep every place."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from pydantic import ValidationError

from generator.errors import SpecError
from generator.spec import messages, rules
from generator.spec.interpolation import interpolate
from generator.spec.layers import SpecCache, resolve
from generator.spec.model import EnvironmentSpec
from generator.spec.nodes import Node, dotted, find, plain

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from generator.problems import Problem
    from generator.spec.rules import Finding
    from generator.workspace import Workspace

SPEC_ROOT: Final = ()


@dataclass(frozen=True, slots=True)
class Environment:
    """One environment, checked.

    Attributes:
        name: name of its file, without suffix.
        spec: the typed spec.
        merged: the merged mapping, each value with its place, its layer and what it overrode.
        sources: every file that was read for it, in the order of the layers.
        warnings: problems that stop nothing.
    """

    name: str
    spec: EnvironmentSpec
    merged: Node
    sources: tuple[Path, ...]
    warnings: tuple[Problem, ...]


def load_environments(workspace: Workspace, names: Sequence[str]) -> list[Environment]:
    """Load the named environments.

    Raises:
        SpecError: with the problems of all of them.
    """
    cache = SpecCache()
    environments: list[Environment] = []
    problems: dict[Problem, None] = {}
    for name in names:
        try:
            environments.append(load_environment(workspace, name, cache))
        except SpecError as error:
            # A mistake in a shared base is one mistake, however many environments extend it.
            problems.update(dict.fromkeys(error.problems))
    if problems:
        raise SpecError(list(problems))
    return environments


def load_environment(workspace: Workspace, name: str, cache: SpecCache | None = None) -> Environment:
    """Load one environment.

    Raises:
        SpecError: with all its problems, ordered by position.
    """
    merged = interpolate(resolve(workspace, name, cache or SpecCache()), name)
    spec, found = _check(name, plain(merged.root))
    problems = [_problem(finding, merged.root) for finding in found]
    errors = [problem for problem in problems if problem.severity == "error"]
    if errors or spec is None:
        raise SpecError(problems)
    return Environment(name, spec, merged.root, merged.sources, tuple(problems))


def _check(name: str, values: object) -> tuple[EnvironmentSpec | None, list[Finding]]:
    """Check against the model, then against the rules; a wrong value does not hide what the rules say of the others."""
    try:
        spec = EnvironmentSpec.model_validate(values)
    except ValidationError as error:
        details = error.errors(include_url=False)
        found = messages.findings(details)
        try:
            partial = EnvironmentSpec.model_validate(_without(values, [detail["loc"] for detail in details]))
        except ValidationError:
            return None, found
        wrong = {finding.path for finding in found}
        return None, found + [finding for finding in rules.check(name, partial) if finding.path not in wrong]
    return spec, rules.check(name, spec)


def _without(values: object, paths: Iterable[tuple[int | str, ...]]) -> object:
    """Copy `values` without what lies at `paths`, so that defaults take its place."""
    drop = {tuple(part for part in path if part != "[key]") for path in paths}

    def copy(value: object, at: tuple[int | str, ...]) -> object:
        if isinstance(value, dict):
            return {key: copy(item, (*at, key)) for key, item in value.items() if (*at, key) not in drop}
        if isinstance(value, list):
            return [copy(item, (*at, index)) for index, item in enumerate(value) if (*at, index) not in drop]
        return value

    return copy(values, SPEC_ROOT)


def _problem(finding: Finding, root: Node) -> Problem:
    """Give a finding its place: the value, or where it is missing the nearest thing around it."""
    node, at_key = root, finding.rule in ("unknown-key", "key-name", "reserved-tag")
    for depth in range(len(finding.path), -1, -1):
        nearest = find(root, finding.path[:depth])
        if nearest is not None:
            node, at_key = nearest, at_key or depth < len(finding.path)
            break
    problem = node.problem(dotted(finding.path), finding.message, hint=finding.hint, rule=finding.rule, at_key=at_key)
    return replace(problem, severity=finding.severity)
