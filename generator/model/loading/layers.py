"""The layers of an environment become one: defaults of its class, bases in their order, its own spec."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from generator.errors import SpecError
from generator.language.bases import EXTENDS, Lineage
from generator.language.merging import Overlay
from generator.language.nodes import Node, SpecText, find, mapping
from generator.language.reader import Reading, load
from generator.model.loading.kinds import BACKEND, CLASS_FOLDER, replaceable, without_builds
from generator.parts.catalog import OURS
from generator.parts.own.catalog import workspace_catalog
from generator.suggestion import closest

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from generator.language.merging import Path as KeyPath
    from generator.model.section import Replaceable
    from generator.parts.catalog import Catalog
    from generator.problems import Place, Problem
    from generator.workspace import Workspace

CLASSES: Final = ("dev", "staging", "prod")
CLASS: Final = "class"

_CHOICE: Final = "dev, staging or prod"
_STAND_IN: Final = "dev"


@dataclass(frozen=True, slots=True)
class Merged:
    """One environment, merged.

    Attributes:
        root: top-level mapping, without `extends`; always has `class`.
        environment_class: `dev`, `staging` or `prod`.
        sources: the workspace's files that it was made of, lowest layer first, its own spec last.
        problems: what is wrong with the files, and with how they fit together; what was refused is left out of `root`.
        removed: nulls that removed something inherited, by the path of what they removed.
        written: texts as they stand in the files, by their places, where variables were replaced in them.
        is_torn: a base is missing or cannot be read; what seems to be missing may stand there.
    """

    root: Node
    environment_class: str
    sources: tuple[Path, ...]
    problems: tuple[Problem, ...] = ()
    removed: Mapping[KeyPath, Node] = field(default_factory=dict)
    written: Mapping[Place, str] = field(default_factory=dict)
    is_torn: bool = False


class SpecCache:
    """What was read and merged before, so that a thousand environments read and merge a base once.

    It never looks again whether a file changed: make a new one for every run.

    Attributes:
        class_folder: folder of the class defaults, `dev.yaml` and so on.
        readings: files that were read.
        overlays: bases merged over the defaults of a class, by class and files.
    """

    def __init__(self, class_folder: Path = CLASS_FOLDER) -> None:
        self._catalog: Catalog | None = None
        self.class_folder = class_folder
        self.readings: dict[Path, Reading] = {}
        self.overlays: dict[tuple[str | Path, ...], Overlay] = {}

    def catalog(self, workspace: Workspace) -> Catalog:
        """Return the parts of the workspace that the specs lie in, read once."""
        if self._catalog is None:
            self._catalog = workspace_catalog(workspace)
        return self._catalog


def resolve(workspace: Workspace, name: str, cache: SpecCache) -> Merged:
    """Read an environment and all its bases, and merge them over the defaults of its class.

    Args:
        workspace: where the specs lie.
        name: name of the environment.
        cache: what was read before; what is read now is kept there.

    Raises:
        UsageError: there is no such environment.
        SpecError: so much is wrong that it cannot be told what the files come to; holds the problems of all of them.
    """
    lineage = Lineage(workspace, cache.readings)
    lineage.follow(name)
    problems = tuple(dict.fromkeys(lineage.problems))
    torn = not lineage.is_known
    if lineage.layers[-1].reading.root is None:
        raise SpecError(problems)
    *bases, own = [(layer.path, layer.reading.root) for layer in lineage.layers if layer.reading.root is not None]
    node, wrong = _class_of(name, [root for _, root in (*bases, own)])
    environment_class = str(node.value)
    catalog = cache.catalog(workspace)
    present = _present([root for _, root in (*bases, own)], catalog)
    overlay = _beneath(cache, environment_class, bases, present, catalog).over(_entries(own[1]))
    if not torn:
        problems += tuple(problem for problem in wrong if not follows(CLASS, problems))
        problems += tuple(problem for problem in overlay.problems if not follows(problem.key, problems))
    sources = tuple(layer.path for layer in lineage.layers)
    # A wrong class must not come back from the layers: what stands in for it is what the defaults are of.
    root = own[1].copy({CLASS: node, **_of_its_kind(overlay.value, catalog), **({CLASS: node} if wrong else {})})
    return Merged(root, environment_class, sources, problems, overlay.removed, is_torn=torn)


def of_class(root: Node, name: str, catalog: Catalog = OURS) -> Node:
    """Return a merged mapping as it would be in another class: with its word and its defaults."""
    overlay = Overlay()
    for defaults in (*defaults_of_class(name, catalog=catalog), *_of_present(name, catalog, _present([root], catalog))):
        overlay = overlay.over(_entries(defaults))
    entries = mapping(_with_defaults(root, root.copy({**overlay.value})))
    return root.copy({**_of_its_kind(entries, catalog), CLASS: entries[CLASS].copy(name)})


def _with_defaults(node: Node, defaults: Node | None) -> Node:
    below = mapping(defaults) if defaults is not None else {}
    theirs = {key: child for key, child in mapping(node).items() if not child.layer.startswith(f"{CLASS} ")}
    merged = {
        key: _with_defaults(child, below.get(key)) if isinstance(child.value, dict) else child
        for key, child in theirs.items()
    }
    return node.copy({**below, **merged})


def follows(key: str, problems: Iterable[Problem]) -> bool:
    """Tell whether what is wrong at `key` may only follow from one of `problems`: at the same key, or around it."""
    return any(is_within(key, problem.key) for problem in problems if problem.key)


def is_within(key: str, around: str) -> bool:
    """Tell whether `key` is `around` or lies below it."""
    return f"{key}.".startswith((f"{around}.", f"{around}["))


def _beneath(
    cache: SpecCache,
    environment_class: str,
    bases: Sequence[tuple[Path, Node]],
    present: Sequence[str],
    catalog: Catalog,
) -> Overlay:
    """Return the defaults of a class with bases over them, each step of it made once."""
    steps: tuple[str | Path, ...] = (environment_class, *present)
    overlay = cache.overlays.get(steps)
    if overlay is None:
        overlay = Overlay()
        of_parts = _of_present(environment_class, catalog, present)
        for defaults in (*defaults_of_class(environment_class, cache.class_folder, catalog), *of_parts):
            overlay = overlay.over(_entries(defaults))
        cache.overlays[steps] = overlay
    for path, root in bases:
        steps = (*steps, path)
        lower, overlay = overlay, cache.overlays.get(steps)
        if overlay is None:
            overlay = cache.overlays[steps] = lower.over(_entries(root))
    return overlay


def _present(roots: Sequence[Node], catalog: Catalog) -> tuple[str, ...]:
    """Name the parts with defaults of their own that some layer speaks of: a default alone turns no part on."""
    return tuple(
        part.name
        for part in catalog.parts
        if part.section_defaults is not None and any(part.name in mapping(root) for root in roots)
    )


def _of_present(environment_class: str, catalog: Catalog, present: Sequence[str]) -> list[Node]:
    found = (part.section_defaults for part in catalog.parts if part.name in present)
    return [node for defaults in found if defaults and (node := defaults.get(environment_class))]


def _of_its_kind(entries: Mapping[str, Node], catalog: Catalog) -> Mapping[str, Node]:
    """Leave out what only a class says: about builds where there is a backend, about what is made where it exists."""
    sections = replaceable(catalog)
    made = {
        key: _without_class(node) if key in sections and _exists(sections[key], node) else node
        for key, node in entries.items()
    }
    backend = entries.get(BACKEND)
    if backend is None or backend.value is None:
        return made
    return {key: node for key, node in made.items() if key in without_builds(catalog) or not _is_of_class(node)}


def _is_of_class(node: Node) -> bool:
    return node.layer.startswith(f"{CLASS} ")


def _exists(section: type[Replaceable], node: Node) -> bool:
    named = mapping(node).get(section.names_existing)
    return named is not None and named.value is not None


def _without_class(node: Node) -> Node:
    return node.copy({key: child for key, child in mapping(node).items() if not _is_of_class(child)})


def _entries(root: Node) -> dict[str, Node]:
    """Return what a layer says itself, without the names of its bases."""
    return {key: node for key, node in mapping(root).items() if key != EXTENDS}


def defaults_of_class(environment_class: str, folder: Path = CLASS_FOLDER, catalog: Catalog = OURS) -> list[Node]:
    """Read the defaults of a class: of the frame, and of parts of the stack that keep theirs in their own folders.

    Args:
        environment_class: `dev`, `staging` or `prod`.
        folder: of the frame's defaults; those of parts belong to our own alone.
        catalog: the parts.

    Raises:
        SpecError: they cannot be read.
    """
    file = f"{environment_class}.yaml"
    folders = {
        "generator/model/loading/classes": folder,
        **(_folders_of_parts(file, catalog) if folder == CLASS_FOLDER else {}),
    }
    readings = [
        load(path / file, f"{display}/{file}", f"class {environment_class}") for display, path in folders.items()
    ]
    roots = [reading.root for reading in readings if reading.root is not None and not reading.problems]
    if len(roots) < len(readings):
        raise SpecError([problem for reading in readings for problem in reading.problems])
    return roots


def _folders_of_parts(file: str, catalog: Catalog) -> dict[str, Path]:
    return {
        f"generator/parts/{part.name}/classes": part.classes
        for part in catalog.parts
        if part.classes and (part.classes / file).exists()
    }


def _class_of(name: str, roots: Sequence[Node]) -> tuple[Node, tuple[Problem, ...]]:
    """Return the node of the environment's class: the highest layer that has one decides, else the name does.

    Where it is wrong, that is told beside a class that stands in, so that everything else is checked as well.
    """
    spec = roots[-1].source
    said = next((found for root in reversed(roots) if (found := find(root, (CLASS,))) is not None), None)
    by_name = SpecText(spec.display, spec.text, "environment name")
    stand_in = Node(_STAND_IN, by_name)
    if said is None or said.value is None:
        word = name.partition("-")[0]
        if word in CLASSES:
            return Node(word, by_name), ()
        message = f"the name {name} does not tell the class of the environment"
        return stand_in, (spec.problem(1, 1, CLASS, message, hint=f"write class: {_CHOICE}", rule=CLASS),)
    if said.value in CLASSES:
        return said, ()
    close = closest(str(said.value), CLASSES, cutoff=0.4)
    hint = f"did you mean {close}?" if close else "it chooses the defaults"
    return stand_in, (said.problem(CLASS, f"must be {_CHOICE}", hint=hint, rule=CLASS),)
