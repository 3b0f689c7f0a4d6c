"""A build, a report or a repository gets another name, in every file that an environment with it is made of."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from generator.errors import UsageError
from generator.language.reader import read_spec
from generator.model.environment import spec_model
from generator.model.loading.layers import SpecCache
from generator.model.loading.load import load_environments
from generator.model.names import Names
from generator.model.types import BuildName
from generator.parts.registry.section import RepositoryName
from generator.renaming.draft import Draft
from generator.renaming.mentions import mentions
from generator.renaming.request import Renamed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from generator.model.loading.load import Environment
    from generator.renaming.request import Renaming
    from generator.workspace import Workspace

    At = tuple[str, ...]

_REPOSITORY: Final = re.compile(r"registry\.repositories\.(?P<name>.+)")
_REPORT: Final = re.compile(r"builds\.(?P<build>[^.]+)\.reports\.(?P<name>[^.]+)")


def rename_build(workspace: Workspace, asked: Renaming) -> Renamed:
    """Let a build be called otherwise."""
    work = _Work(workspace, asked, "build", lambda each: list(each.spec.builds))
    at = ("builds", asked.after)
    work.replace(BuildName, asked.before, asked.after)
    work.readdress(("build", "report", "policy"), asked.before, asked.after)
    work.remember(at, asked.before)
    for path in work.files:
        work.qualify_reports(path, at, asked.before)
    if asked.physical:
        work.drop((*at, "names", "label"))
    else:
        work.label(at, asked.before, asked.after)
    return work.done()


def rename_entry(workspace: Workspace, asked: Renaming) -> Renamed:
    """Let a repository or a report be called otherwise."""
    if found := _REPOSITORY.fullmatch(asked.before):
        return _rename_repository(workspace, asked, found["name"])
    if found := _REPORT.fullmatch(asked.before):
        return _rename_report(workspace, asked, found["build"], found["name"])
    raise UsageError(
        f"{asked.before} is not an entry that resources are kept under",
        hint="name registry.repositories.NAME or builds.BUILD.reports.NAME; change any other key in the spec itself",
    )


def _rename_repository(workspace: Workspace, asked: Renaming, name: str) -> Renamed:
    work = _Work(
        workspace, asked, "repository", lambda each: each.spec.registry.repositories if each.spec.registry else []
    )
    work.require(name)
    work.replace(RepositoryName, name, asked.after)
    work.readdress(("repository",), name, asked.after)
    for path in work.files:
        edits = work.draft.edits(path)
        if edits.has(("registry", "repositories")) and asked.after in _texts(edits.value(("registry", "repositories"))):
            work.remember_in(path, ("registry", "formerly", asked.after), name, asked.after)
    for each in work.before if not asked.physical else ():
        work.pin(each.name, ("registry", "names", asked.after), Names.of(each.name, each.spec).repository(name))
    if asked.physical:
        work.drop(("registry", "names", asked.after))
    return work.done()


def _rename_report(workspace: Workspace, asked: Renaming, build: str, name: str) -> Renamed:
    work = _Work(
        workspace,
        asked,
        "report",
        lambda each: list(each.spec.builds[build].reports) if build in each.spec.builds else [],
    )
    work.require(name)
    at = ("builds", build, "reports", name)
    for path in work.files:
        work.rename_key(path, at, asked.after)
    work.readdress(("report",), f"{build}/{name}", f"{build}/{asked.after}")
    at = (*at[:-1], asked.after)
    work.remember(at, name)
    for each in work.before:
        if each.spec.builds[build].phases is None:
            raise UsageError(
                f"the buildspec of build {build} in the repository finds its report group by the name {name}",
                hint="nothing was changed; rename it there first, and in the spec by hand",
            )
        if not asked.physical:
            work.pin(each.name, (*at, "name"), Names.of(each.name, each.spec).report_group(build, name))
    if asked.physical:
        work.drop((*at, "name"))
    return work.done()


def _texts(value: object) -> list[object]:
    return value if isinstance(value, list) else []


class _Work:
    """The files and the environments that a renaming concerns: all that share a file which names the thing.

    Args:
        workspace: where the specs lie.
        asked: the renaming.
        noun: what the thing is.
        there: lists the things of its kind that an environment has.
    """

    def __init__(
        self, workspace: Workspace, asked: Renaming, noun: str, there: Callable[[Environment], list[str]]
    ) -> None:
        self._workspace = workspace
        self._asked = asked
        self._noun = noun
        self._there = there
        self.draft = Draft(workspace)
        self._layers = {name: self.draft.layers(name) for name in workspace.environment_names()}
        self._catalog = SpecCache().catalog(workspace)
        self.files, names = self._concerned()
        self.before = load_environments(workspace, names)
        if noun == "build":
            self.require(asked.before)

    def require(self, name: str) -> None:
        """Refuse what is not there, and a name that is taken."""
        asked, noun = self._asked, self._noun
        chosen = next(each for each in self.before if each.name == asked.environment)
        if name == asked.after:
            raise UsageError(f"{noun} {name} has that name already", hint="choose another name")
        if name not in self._there(chosen):
            known = ", ".join(self._there(chosen)) or "none"
            raise UsageError(f"{asked.environment} has no {noun} {name}", hint=f"there are: {known}")
        for each in self.before:
            if asked.after in self._there(each):
                hint = "choose another name, or rename that one first"
                raise UsageError(f"{each.name} has a {noun} {asked.after} already", hint=hint)

    def _concerned(self) -> tuple[list[Path], list[str]]:
        """Find the environments that share a file with the one that was named, and all their files."""
        names, files = [self._asked.environment], dict.fromkeys(self._naming(self._asked.environment))
        while more := [name for name, layers in self._layers.items() if name not in names and files.keys() & {*layers}]:
            names += more
            files |= dict.fromkeys(path for name in more for path in self._naming(name))
        every = dict.fromkeys(path for name in names for path in self._layers[name])
        return list(every), sorted(names)

    def _naming(self, environment: str) -> Iterator[Path]:
        """Yield the files of an environment in which the thing stands."""
        asked = self._asked
        for path in self._layers[environment]:
            at = asked.before.split(".")
            if asked.kind == "build":
                is_there = any(True for _ in self._mentions(path, BuildName, asked.before))
            elif self._noun == "repository":
                is_there = any(True for _ in self._mentions(path, RepositoryName, ".".join(at[2:])))
            else:
                is_there = self.draft.edits(path).has(at)
            if is_there:
                yield path

    def _mentions(self, path: Path, kind: object, name: str) -> Iterator[tuple[tuple[str | int, ...], bool]]:
        root = read_spec(path, self._workspace.relative(path))
        return mentions(root, kind, name, spec_model(self._catalog))

    def replace(self, kind: object, before: str, after: str) -> None:
        """Put another name wherever a file names the thing."""
        for path in self.files:
            edits = self.draft.edits(path)
            for at, is_key in self._mentions(path, kind, before):
                edits = edits.renamed([str(part) for part in at], after) if is_key else edits.with_value(at, after)
            self.draft.keep(path, edits)

    def readdress(self, kinds: tuple[str, ...], before: str, after: str) -> None:
        """Let what is taken over be taken over under the address that it has now."""
        keyed = {
            f"{module}.{each.resource}"
            for module, resources in self._catalog.keyed.items()
            for each in resources
            if each.by in kinds
        }
        for path in self.files:
            edits = self.draft.edits(path)
            adopted = edits.value(("adopted",))
            for address in adopted if isinstance(adopted, dict) else ():
                resource, _, key = address.removesuffix("]").partition("[")
                # A report is keyed by its build and its name, a policy by the build and its ARN.
                if resource in keyed and (key == before or key.startswith((f"{before}/", f"{before} "))):
                    now = f"{resource}[{after}{key.removeprefix(before)}]"
                    edits = edits.renamed(("adopted", address), now)
            self.draft.keep(path, edits)

    def rename_key(self, path: Path, at: At, after: str) -> None:
        """Put another key where a file has one."""
        edits = self.draft.edits(path)
        if edits.has(at):
            self.draft.keep(path, edits.renamed(at, after))

    def remember(self, at: At, before: str) -> None:
        """Write what a thing was called where it is first spoken of, or where earlier names stand."""
        holding = [path for path in self.files if self.draft.edits(path).has(at)]
        known = [path for path in holding if self.draft.edits(path).has((*at, "formerly"))]
        for path in self._lowest(known or holding):
            self.remember_in(path, (*at, "formerly"), before, at[-1])

    def remember_in(self, path: Path, at: At, before: str, after: str) -> None:
        """Add a name to a list of former ones; one that is taken again is no former one."""
        edits = self.draft.edits(path)
        held = [str(each) for each in _texts(edits.value(at))]
        if after in held:
            edits = edits.without(at).with_items(at, [*(each for each in held if each != after), before])
        else:
            edits = edits.with_items(at, [before])
        self.draft.keep(path, edits)

    def _lowest(self, files: list[Path]) -> list[Path]:
        """Return of each environment the first of some files, each once."""
        lowest = (next((path for path in self._layers[each.name] if path in files), None) for each in self.before)
        return list(dict.fromkeys(path for path in lowest if path))

    def label(self, at: At, before: str, after: str) -> None:
        """Let what is made keep the name that it was made under."""
        holding = [path for path in self.files if self.draft.edits(path).has((*at, "names", "label"))]
        for path in holding:
            edits = self.draft.edits(path)
            if edits.value((*at, "names", "label")) == after:
                self.draft.keep(path, edits.without((*at, "names", "label")))
        if not holding:
            for path in self._lowest([path for path in self.files if self.draft.edits(path).has(at)]):
                self.draft.keep(path, self.draft.edits(path).with_key((*at, "names", "label"), before))

    def qualify_reports(self, path: Path, at: At, before: str) -> None:
        """Say of what reports were called that it was in a build of another name."""
        edits = self.draft.edits(path)
        reports = edits.value((*at, "reports"))
        for name, report in reports.items() if isinstance(reports, dict) else ():
            former = _texts(report.get("formerly")) if isinstance(report, dict) else []
            for index, each in enumerate(former):
                if "/" not in str(each):
                    edits = edits.with_value((*at, "reports", name, "formerly", index), f"{before}/{each}")
        self.draft.keep(path, edits)

    def pin(self, environment: str, at: At, value: str) -> None:
        """Let one environment say a value itself."""
        path = self._workspace.spec_path(environment)
        edits = self.draft.edits(path)
        self.draft.keep(path, edits.with_value(at, value) if edits.has(at) else edits.with_key(at, value))

    def drop(self, at: At) -> None:
        """Take a key out wherever it stands."""
        for path in self.files:
            edits = self.draft.edits(path)
            if edits.has(at):
                self.draft.keep(path, edits.without(at))

    def done(self) -> Renamed:
        """Check the specs as they would be."""
        after = self.draft.load([each.name for each in self.before])
        return Renamed(self.draft, self.before, after, {})
