"""Load environments: read, merge, interpolate, check against the model and the rules, and keep every place."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from pydantic import ValidationError

from generator.errors import SpecError
from generator.spec import messages, rules
from generator.spec.interpolation import interpolate
from generator.spec.layers import SpecCache, follows, is_within, resolve
from generator.spec.model.environment import EnvironmentSpec
from generator.spec.nodes import Gap, Node, dotted, find, plain
from generator.spec.scalars import shorten

if TYPE_CHECKING:
    import pathlib
    from collections.abc import Callable, Mapping, Sequence
    from collections.abc import Set as AbstractSet

    from generator.problems import Place, Problem
    from generator.spec.layers import Merged
    from generator.spec.rules.finding import Finding, Path
    from generator.workspace import Workspace

    Judge = Callable[[Sequence[str], Sequence["Environment"]], Sequence[Problem]]

_ABSENCE: Final = frozenset({"missing-key", "too-short"})
_AT_KEY: Final = frozenset({"key-name", "reserved-tag", "unknown-key"})


@dataclass(frozen=True, slots=True)
class Environment:
    """One environment, checked.

    Attributes:
        name: name of its file, without suffix.
        spec: the typed spec.
        merged: the merged mapping, each value with its place, its layer and what it overrode.
        sources: every file that was read for it, in the order of the layers.
        warnings: problems that stop nothing.
        removed: nulls that removed something inherited, by the path of what they removed.
        written: texts as they stand in the files, by their places, where variables were replaced in them.
    """

    name: str
    spec: EnvironmentSpec
    merged: Node
    sources: tuple[pathlib.Path, ...]
    warnings: tuple[Problem, ...]
    removed: Mapping[Path, Node]
    written: Mapping[Place, str]


def load_environments(workspace: Workspace, names: Sequence[str], judge: Judge | None = None) -> list[Environment]:
    """Load the named environments.

    Args:
        workspace: where their specs lie.
        names: which.
        judge: lists what speaks against those of them that could be loaded, all specs of the workspace considered.

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
    if judge is not None:
        problems.update(dict.fromkeys(judge(names, environments)))
    if problems:
        raise SpecError(list(problems))
    return environments


def load_environment(workspace: Workspace, name: str, cache: SpecCache | None = None) -> Environment:
    """Load one environment.

    Raises:
        SpecError: with all its problems, ordered by position.
    """
    merged = interpolate(resolve(workspace, name, cache or SpecCache()), name)
    spec, found = _check(name, merged)
    problems = [*merged.problems, *(_problem(finding, merged) for finding in found)]
    errors = [problem for problem in problems if problem.severity == "error"]
    if errors or spec is None:
        raise SpecError(problems)
    return Environment(name, spec, merged.root, merged.sources, tuple(problems), merged.removed, merged.written)


def _check(name: str, merged: Merged) -> tuple[EnvironmentSpec | None, list[Finding]]:
    """Check against the model, then against the rules; a wrong value does not hide what the rules say of the others.

    Where values were refused before, the rules have to wait: they compare values, and some would not be the user's.
    """
    root = merged.root
    try:
        spec = EnvironmentSpec.model_validate(plain(root))
    except ValidationError as error:
        found = messages.findings(error.errors(include_url=False))
        if merged.problems:
            return None, [finding for finding in found if not _was_told(finding, merged)]
        return None, found + _what_rules_say(name, root, {finding.path for finding in found})
    return spec, [] if merged.problems else rules.check(name, spec)


def _was_told(finding: Finding, merged: Merged) -> bool:
    """Tell whether a finding only follows from what was refused before."""
    key = dotted(finding.path)
    if finding.rule == "too-short":  # what was refused may have been all there was
        return any(is_within(problem.key, key) for problem in merged.problems)
    return isinstance(find(merged.root, finding.path), Gap) or follows(key, merged.problems)


def _what_rules_say(name: str, root: Node, wrong: AbstractSet[Path]) -> list[Finding]:
    """Apply the rules to what is left without the wrong values; they say nothing of what replaced those."""
    try:
        partial = EnvironmentSpec.model_validate(_without(root, wrong, ()))
    except ValidationError:
        return []
    return [
        finding
        for finding in rules.check(name, partial)
        if not any(finding.path[:depth] in wrong for depth in range(len(finding.path) + 1))
        and not (finding.rule in _ABSENCE and any(path[: len(finding.path)] == finding.path for path in wrong))
    ]


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


def _problem(finding: Finding, merged: Merged) -> Problem:
    """Give a finding its place: the value, or where it is missing the null that removed it, or what is around it."""
    message, hint = finding.message, finding.hint
    node, depth = _nearest(finding.path, merged.root)
    missing = depth < len(finding.path)
    # Below its key, a mapping or list begins with its first item, which is not what is meant.
    below = isinstance(node.value, dict | list) and node.line > node.key_line > 0
    at_key = missing or below or finding.rule in _AT_KEY
    removal = merged.removed.get(finding.path) if finding.rule == "missing-key" else None
    if removal:
        node, at_key = removal, False
        message, hint = "is removed, but must have a value", "give it a value, or take this null out"
    elif node.place in merged.written and finding.rule == "text-length":
        message = f'{message} (it is "{shorten(str(node.value))}" once its variables are replaced)'
    problem = node.problem(dotted(finding.path), message, hint=hint, rule=finding.rule, at_key=at_key)
    return replace(problem, severity=finding.severity)


def nearest(path: Path, root: Node) -> Node:
    """Return the node at `path`, or the nearest around it that a person wrote."""
    return _nearest(path, root)[0]


def _nearest(path: Path, root: Node) -> tuple[Node, int]:
    """Return the node at `path`, or the nearest around it that a person wrote, and how far down it lies."""
    found = ((find(root, path[:depth]), depth) for depth in range(len(path), 0, -1))
    # The defaults of a class lie in the package, where nobody can mend anything.
    written = ((node, depth) for node, depth in found if node is not None and not node.layer.startswith("class "))
    return next(written, (root, 0))
