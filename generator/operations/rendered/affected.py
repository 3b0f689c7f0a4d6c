"""Affected: which environments a change of the repository changes, why, and which ones it gives up."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from fnmatch import fnmatch
from typing import TYPE_CHECKING, Final

from generator.affected.base import base_of
from generator.affected.difference import Difference, differences
from generator.affected.repository import Repository
from generator.affected.versions import OUTPUT, Before, Differing, Now, changed_below
from generator.operations.inputs.assembly import Assembly
from generator.operations.inputs.past import rendered_at
from generator.operations.inputs.unread import selected
from generator.output.destination import Destination
from generator.output.freshness.up_to_date import known_foreign
from generator.rollout.durations import Durations
from generator.rollout.shards import packed
from generator.rollout.waves import CLASSES
from generator.terraform.mode import Mode

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from generator.affected.base import Base
    from generator.operations.run import Run
    from generator.problems import Place
    from generator.workspace import Workspace

CHANGED: Final = "changed"
CREATED: Final = "created"
DELETED: Final = "deleted"
# What is rendered, and what it is rendered from: looked at by its result.
_INPUTS: Final = ("environments/", "templates/")
_OURS: Final = (f"{OUTPUT}/", *_INPUTS)
# What judges every plan, and what holds of one environment alone.
_JUDGES: Final = ("guards.yaml", "policies")
# Of a matrix of GitHub.
_MOST_JOBS: Final = 256
_CONTRACTS: Final = "tests/plans"


@dataclass(frozen=True, slots=True)
class AffectedRequest:
    """What is to be compared.

    Attributes:
        patterns: names and globs of environments; none for all.
        since: the revision to compare with; None for what the engine of CI says, or the clone.
        origins: look for the lines of the spec and of the template behind each difference.
    """

    patterns: Sequence[str] = ()
    since: str | None = None
    origins: bool = True


@dataclass(frozen=True, slots=True)
class Because:
    """Why an environment is affected.

    Attributes:
        difference: what is said otherwise; None for a file outside of the environment's folder.
        files: changed files that it comes from, relative to the workspace; empty where nobody can say.
        places: lines of the spec behind it, each with its key.
        template: line of the template behind it; None where a line of the spec says it all.
    """

    difference: Difference | None
    files: tuple[str, ...] = ()
    places: tuple[tuple[Place, str], ...] = ()
    template: Place | None = None


@dataclass(frozen=True, slots=True)
class Affected:
    """An environment that a change concerns.

    Attributes:
        name: the environment.
        kind: changed, created or deleted.
        because: why; empty for what is deleted.
    """

    name: str
    kind: str
    because: tuple[Because, ...] = ()


@dataclass(frozen=True, slots=True)
class AffectedResult:
    """What a change concerns.

    Attributes:
        base: what was compared with.
        environments: by name; those that are deleted are still to be destroyed.
        unaffected: how many of those that were asked for mean what they meant.
        warnings: what could not be seen.
    """

    base: Base
    environments: Sequence[Affected]
    unaffected: int
    warnings: Sequence[str] = ()

    @property
    def names(self) -> list[str]:
        """The environments that have a spec: what there is to plan."""
        return [found.name for found in self.environments if found.kind != DELETED]


def jobs_of(workspace: Workspace, names: Sequence[str], shards: int | None) -> list[list[str]]:
    """Divide environments among jobs by how long their plans took the last time.

    Args:
        workspace: where that is remembered.
        names: the environments.
        shards: at most how many jobs; None for one per environment, as long as an engine takes so many.
    """
    seconds = Durations(workspace, f"{Mode.REAL} plan").known()
    return packed(names, seconds, shards or _MOST_JOBS)


def by_class(workspace: Workspace, names: Sequence[str]) -> dict[str, list[str]]:
    """Divide environments by their class, in the order in which classes are applied; a class may have none.

    Args:
        workspace: where.
        names: the environments.
    """
    loaded = Assembly(workspace).load(names, alone=True) if names else []
    return {title: [each.name for each in loaded if each.spec.environment_class == title] for title in CLASSES}


def affected(run: Run, request: AffectedRequest) -> AffectedResult:
    """Compare what a render would write now with what stood in `modules_out/` at another commit, by meaning.

    Nothing is written and nothing is checked out. Uncommitted work counts.

    Args:
        run: the call.
        request: what was asked for.

    Raises:
        SpecError: a spec is wrong, with all problems.
        TemplateError: a template is wrong.
        UsageError: there is no repository, or no commit to compare with.
    """
    workspace = run.workspace
    repository = Repository.of(workspace.root)
    base = base_of(repository, os.environ, request.since)
    names = selected(workspace, request.patterns)
    assembly = Assembly(workspace)
    with ThreadPoolExecutor(1) as beside:
        differing = beside.submit(repository.changed, base.commit)
        stale = assembly.changed(names)
        changed = differing.result()
    rendered = assembly.render(assembly.load(stale, beside=names)) if stale else []
    now = Now(workspace.root, {environment.name: environment.files for environment in rendered})
    before = _before(run, repository, base)
    found = _by_meaning(now, before, _suspects(names, stale, changed, before))
    warnings: list[str] = []
    _add(found, _through_others(workspace, names, now, before, changed, warnings))
    _add(found, _through_judges(names, before, changed))
    result = [*found.values(), *_deleted(workspace, request.patterns, before)]
    if request.origins and found:
        from generator.operations.provenance.affected import with_origins  # noqa: PLC0415  # loads the model

        sources = [path for path in changed if path.startswith(_INPUTS)]
        result = with_origins(assembly, result, repository.changed_lines(base.commit, sources))
    unaffected = len(names) - len(found)
    return AffectedResult(base, sorted(result, key=lambda each: each.name), unaffected, warnings)


def _before(run: Run, repository: Repository, base: Base) -> Before:
    """Return what stood there; where modules are not committed, what the specs of then come to."""
    before = Before(repository, base.commit)
    if repository.names(base.commit, OUTPUT) or not repository.is_ignored(f"{OUTPUT}/any/main.tf"):
        return before
    with run.reporter.progress("rendering the earlier specs"):
        return Before(repository, base.commit, rendered_at(repository, base.commit))


def _suspects(names: Sequence[str], stale: Iterable[str], changed: Iterable[str], before: Before) -> list[str]:
    """Return the environments that are not certain to be what they were."""
    if before.rendered is not None:
        return list(names)
    touched = {path.split("/")[1] for path in changed if path.startswith(f"{OUTPUT}/") and path.count("/") > 1}
    touched |= set(stale)
    return [name for name in names if name in touched]


def _by_meaning(now: Now, before: Before, names: Sequence[str]) -> dict[str, Affected]:
    before.look(names)
    differing: dict[str, tuple[dict[str, bytes], Differing]] = {}
    for name in names:
        files = now.files(name)
        found = before.differing(name, files).relevant(files)
        if found.paths:
            differing[name] = {path: files[path] for path in found.paths if path in files}, found
    before.read(found for _, found in differing.values())
    result = {}
    for name, (files, found) in differing.items():
        because = tuple(Because(each) for each in differences(before.contents(found), files))
        if because:
            result[name] = Affected(name, CHANGED if before.exists(name) else CREATED, because)
    return result


def _through_others(  # noqa: PLR0913, PLR0917  # two versions of a workspace, and what is told
    workspace: Workspace,
    names: Sequence[str],
    now: Now,
    before: Before,
    changed: Iterable[str],
    warnings: list[str],
) -> Iterator[Affected]:
    """Find environments by the modules that they call from elsewhere in the workspace."""
    others = [path for path in changed if not path.startswith(_OURS)]
    if not others and not _may_call_others(workspace, names):
        return
    for name in names:
        folders = now.called(name)
        if outside := sorted(folder for folder in folders if folder.startswith("..")):
            warnings.append(f"{name} calls a module outside of the workspace, whose changes are not seen: {outside[0]}")
        paths = changed_below(others, folders)
        if paths:
            files = {path: (workspace.root / path).read_bytes() for path in paths if (workspace.root / path).is_file()}
            found = tuple(Because(each, (each.file,)) for each in differences(before.outside(paths), files))
            if found:
                yield Affected(name, CHANGED, found)


def _may_call_others(workspace: Workspace, names: Sequence[str]) -> bool:
    foreign = known_foreign(Destination.of(workspace))
    if any(path.endswith(".tf") for name in names for path in foreign.get(name, ())):
        return True
    own = workspace.template_folders[:-1]
    return any(b'"../' in file.read_bytes() for folder in own for file in folder.rglob("*") if file.is_file())


def _through_judges(names: Sequence[str], before: Before, changed: Iterable[str]) -> Iterator[Affected]:
    """Find environments by what judges their plans."""
    judges = sorted(path for path in changed if path.split("/")[0] in _JUDGES)
    contracts = {f"{_CONTRACTS}/{name}.yaml": name for name in names}
    mine = sorted(path for path in changed if path in contracts)
    files = [path for path in (*judges, *mine) if not _says_the_same(before, path)]
    for name in names:
        because = tuple(Because(None, (path,)) for path in files if contracts.get(path, name) == name)
        if because:
            yield Affected(name, CHANGED, because)


def _says_the_same(before: Before, path: str) -> bool:
    """Tell whether a file of YAML says what it said."""
    file, old = before.repository.root / path, before.outside([path]).get(path)
    if not path.endswith(".yaml") or old is None or not file.is_file():
        return False
    import yaml  # noqa: PLC0415  # only where one has changed

    try:
        return bool(yaml.safe_load(old) == yaml.safe_load(file.read_bytes()))
    except yaml.YAMLError:
        return False


def _add(found: dict[str, Affected], more: Iterable[Affected]) -> None:
    for each in more:
        known = found.get(each.name)
        found[each.name] = replace(known, because=(*known.because, *each.because)) if known else each


def _deleted(workspace: Workspace, patterns: Sequence[str], before: Before) -> Iterator[Affected]:
    there = set(workspace.environment_names())
    for name in before.gone(there):
        if not patterns or any(fnmatch(name, pattern) for pattern in patterns):
            yield Affected(name, DELETED)
