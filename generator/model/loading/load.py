"""Load environments: read, merge, interpolate, check against the model and the rules, and keep every place."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from pydantic import ValidationError

from generator.errors import SpecError
from generator.language.nodes import Gap, Node, dotted, find, plain
from generator.language.scalars import shorten
from generator.model import rules
from generator.model.documents.documentation import class_defaults
from generator.model.environment import EnvironmentSpec, spec_model
from generator.model.folder import judge_folder
from generator.model.loading import messages
from generator.model.loading.interpolation import interpolate
from generator.model.loading.layers import CLASS, CLASSES, SpecCache, follows, is_within, of_class, resolve
from generator.model.loading.needs import WrittenNeeds, judge_needs, needs_of_wrong
from generator.model.loading.partial import path_of, what_rules_say

if TYPE_CHECKING:
    import pathlib
    from collections.abc import Callable, Collection, Iterator, Mapping, Sequence

    from generator.model.loading.layers import Merged
    from generator.model.rules.finding import Finding, Path
    from generator.problems import Place, Problem
    from generator.workspace import Workspace

    Judge = Callable[[Sequence[str], Sequence["Environment"]], Sequence[Problem]]

_ABSENCE: Final = frozenset({"missing-key", "too-short"})
_SOURCE: Final = ("source",)
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
    """Load the named environments; where these are all, what else lies in their folder must be no misnamed spec.

    Args:
        workspace: where their specs lie.
        names: which.
        judge: lists what speaks against those of them that could be loaded, all specs of the workspace considered.

    Raises:
        SpecError: with the problems of all of them.
    """
    cache = SpecCache()
    environments: list[Environment] = []
    wrong: dict[str, Sequence[Problem]] = {}
    problems: dict[Problem, None] = {}
    if set(names) == set(workspace.environment_names()):
        problems.update(dict.fromkeys(found for found in judge_folder(workspace) if found.severity == "error"))
    for name in names:
        try:
            environments.append(load_environment(workspace, name, cache))
        except SpecError as error:
            # A mistake in a shared base is one mistake, however many environments extend it.
            problems.update(dict.fromkeys(error.problems))
            wrong[name] = error.problems
    if judge is not None:
        problems.update(dict.fromkeys(_judge_needs(workspace, environments, wrong, cache)))
        problems.update(dict.fromkeys(judge(names, environments)))
    if problems:
        raise SpecError(list(problems))
    return environments


def _judge_needs(
    workspace: Workspace, environments: Sequence[Environment], wrong: Mapping[str, Sequence[Problem]], cache: SpecCache
) -> Iterator[Problem]:
    """Judge what environments need, those included whose specs are wrong elsewhere."""

    def needs(name: str) -> WrittenNeeds:
        try:
            found = load_environment(workspace, name, cache)
        except SpecError as error:
            return needs_of_wrong(workspace, name, error.problems, cache)
        return WrittenNeeds.of(name, found.spec.needs, found.merged)

    written = [WrittenNeeds.of(each.name, each.spec.needs, each.merged) for each in environments]
    written += [needs_of_wrong(workspace, name, problems, cache) for name, problems in wrong.items()]
    return judge_needs(workspace, written, needs)


def load_environment(workspace: Workspace, name: str, cache: SpecCache | None = None) -> Environment:
    """Load one environment.

    Raises:
        SpecError: with all its problems, ordered by position.
    """
    cache = cache or SpecCache()
    merged = interpolate(resolve(workspace, name, cache), name)
    model = spec_model(cache.catalog(workspace))
    spec, found = _check(name, merged, model)
    is_misspelt = (CLASS,) in _misspelt(found, merged.root, model)
    told = [problem for problem in merged.problems if not (is_misspelt and problem.key == CLASS)]
    problems = [*told, *(_problem(finding, merged) for finding in found)]
    errors = [problem for problem in problems if problem.severity == "error"]
    if errors or spec is None:
        raise SpecError(problems)
    return Environment(name, spec, merged.root, merged.sources, tuple(problems), merged.removed, merged.written)


def _check(name: str, merged: Merged, model: type[EnvironmentSpec]) -> tuple[EnvironmentSpec | None, list[Finding]]:
    """Check against the model, then against the rules; a wrong value does not hide what the rules say of the others."""
    root = merged.root
    refused = {path_of(problem.key, root) for problem in merged.problems if problem.key}
    try:
        spec = model.model_validate(plain(root))
    except ValidationError as error:
        found = messages.findings(error.errors(include_url=False), model)
        meant = _misspelt(found, root, model)
        if any(problem.key == CLASS for problem in merged.problems):
            meant |= {
                finding.path for finding in found if class_defaults([str(part) for part in finding.path], model.catalog)
            }
        found = [finding for finding in found if not (finding.rule == "missing-key" and finding.path in meant)]
        if merged.problems:
            found = [finding for finding in found if not _was_told(finding, merged)]
        wrong = refused | meant | {finding.path for finding in found}
        wrong |= {_path_of_error(each["loc"]) for each in error.errors(include_url=False)}
        return None, found + _what_rules_say(name, merged, wrong, model)
    if merged.is_torn or refused:
        return spec, _what_rules_say(name, merged, refused, model)
    found = rules.check(name, spec)
    # Without it most rules have nothing to look at.
    if any(finding.path == _SOURCE for finding in found):
        known = {finding.path for finding in found}
        found += [finding for finding in what_rules_say(name, root, {_SOURCE}, model) if finding.path not in known]
    return spec, found


def _misspelt(found: Sequence[Finding], root: Node, model: type[EnvironmentSpec]) -> set[Path]:
    """Return the keys that somebody wrote under another name: what they hold is not known, and they are not missing."""
    return {path for path in messages.meant_keys(found, model) if not _is_written(find(root, path))}


def _is_written(node: Node | None) -> bool:
    return node is not None and not node.layer.startswith(("class ", "environment name"))


def _what_rules_say(name: str, merged: Merged, wrong: Collection[Path], model: type[EnvironmentSpec]) -> list[Finding]:
    if merged.is_torn:
        return []
    at_class = (CLASS,)
    if at_class not in wrong:
        return what_rules_say(name, merged.root, wrong, model)
    # What holds in every class holds whichever was meant; what a class advises may not be of this environment.
    roots = [of_class(merged.root, word, model.catalog) for word in CLASSES]
    found, *others = [what_rules_say(name, root, set(wrong) - {at_class}, model) for root in roots]
    return [
        finding
        for finding in found
        if finding.path != at_class and finding.severity == "error" and all(finding in other for other in others)
    ]


def _path_of_error(location: tuple[str | int, ...]) -> Path:
    return tuple(part for part in location if part != "[key]")


def _was_told(finding: Finding, merged: Merged) -> bool:
    """Tell whether a finding only follows from what was refused before, or from a layer that could not be read."""
    key = dotted(finding.path)
    if merged.is_torn and (finding.rule in _ABSENCE or _is_null(find(merged.root, finding.path))):
        return True
    if finding.rule == "too-short":  # what was refused may have been all there was
        return any(is_within(problem.key, key) for problem in merged.problems)
    return isinstance(find(merged.root, finding.path), Gap) or follows(key, merged.problems)


def _is_null(node: Node | None) -> bool:
    return node is not None and node.value is None


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
