"""Load environments: read, merge, interpolate, check against the model and the rules, and keep every place."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from pydantic import ValidationError

from generator.errors import SpecError
from generator.spec import messages, rules
from generator.spec.interpolation import interpolate
from generator.spec.layers import SpecCache, resolve
from generator.spec.model.environment import EnvironmentSpec
from generator.spec.nodes import Node, dotted, find, plain

if TYPE_CHECKING:
    import pathlib
    from collections.abc import Sequence
    from collections.abc import Set as AbstractSet

    from generator.problems import Problem
    from generator.spec.rules.finding import Finding, Path
    from generator.workspace import Workspace


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
    sources: tuple[pathlib.Path, ...]
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
    spec, found = _check(name, merged.root)
    problems = [_problem(finding, merged.root) for finding in found]
    errors = [problem for problem in problems if problem.severity == "error"]
    if errors or spec is None:
        raise SpecError(problems)
    return Environment(name, spec, merged.root, merged.sources, tuple(problems))


def _check(name: str, root: Node) -> tuple[EnvironmentSpec | None, list[Finding]]:
    """Check against the model, then against the rules; a wrong value does not hide what the rules say of the others."""
    try:
        spec = EnvironmentSpec.model_validate(plain(root))
    except ValidationError as error:
        details = error.errors(include_url=False)
        found = messages.findings(details)
        wrong = {finding.path for finding in found}
        try:
            partial = EnvironmentSpec.model_validate(_without(root, wrong, ()))
        except ValidationError:
            return None, found
        return None, found + [finding for finding in rules.check(name, partial) if finding.path not in wrong]
    return spec, rules.check(name, spec)


def _without(node: Node, wrong: AbstractSet[Path], at: Path) -> object:
    """Return the plain value of `node`, each wrong value replaced by what it overrode, or left out."""
    value = node.value
    if isinstance(value, dict):
        sound = {key: _sound(child, wrong, (*at, key)) for key, child in value.items()}
        return {key: _without(child, wrong, (*at, key)) for key, child in sound.items() if child is not None}
    if isinstance(value, list):
        return [_without(child, wrong, (*at, index)) for index, child in enumerate(value) if (*at, index) not in wrong]
    return value


def _sound(node: Node, wrong: AbstractSet[Path], at: Path) -> Node | None:
    return node.overrides if at in wrong else node


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
