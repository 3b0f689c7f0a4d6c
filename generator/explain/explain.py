"""Why an environment is as it is: for every key its value, where that was written, what it overrode, what it means."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, TypeAlias

from generator.errors import UsageError
from generator.language.nodes import dotted, mapping
from generator.model.builds.images import default_image
from generator.model.builds.sign_in import makes_connection
from generator.model.documents.documentation import Documentation, documentation_of, keys_below, knows
from generator.model.environment import EnvironmentSpec
from generator.model.loading.kinds import without_builds
from generator.model.names import Names
from generator.model.section import Replaceable
from generator.parts.catalog import catalog_of
from generator.provenance.values import COMPUTED, DEFAULT, UNSET, Origin, Origins, Saying
from generator.suggestion import closest

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from generator.language.nodes import Node
    from generator.model.loading.load import Environment
    from generator.workspace import Workspace

KeyPath: TypeAlias = tuple[str | int, ...]

_MOST_SHOWN: Final = 40


@dataclass(frozen=True, slots=True)
class Explanation:
    """One key of an environment, or the environment as a whole.

    Attributes:
        path: keys and list indices from the root.
        value: what holds, as a person writes it: variables replaced, defaults computed, durations with units.
        typed: the same as the model holds it: minutes for a duration.
        said: what stands in the file; None where no file says anything.
        origin: the layer and place that decided.
        overrides: what that replaced, the nearest layer first.
        removal: the null that removed an inherited value; None where there is none.
        documentation: of the key, or of what it is an item of; None for the root.
        children: keys or items below, in the order of the model.
        removed: names that would lie below, each with the null that removed it.
    """

    path: KeyPath
    value: object
    typed: object
    said: Saying | None
    origin: Origin
    overrides: tuple[Saying, ...] = ()
    removal: Saying | None = None
    documentation: Documentation | None = None
    children: tuple[Explanation, ...] = ()
    removed: tuple[Explanation, ...] = ()

    @property
    def key(self) -> str:
        """The path as people write it; "" for the root."""
        return dotted(self.path)

    def walk(self) -> Iterator[Explanation]:
        """Yield this explanation and all below it, in order."""
        yield self
        for child in self.children:
            yield from child.walk()


def explain(workspace: Workspace, environment: Environment) -> Explanation:
    """Explain every key of an environment.

    Args:
        workspace: where its files lie.
        environment: the environment, checked.
    """
    work = _Work(Origins(workspace, environment), _computed(environment), type(environment.spec))
    typed = environment.spec.model_dump(by_alias=True)
    for name, section in environment.spec:
        if isinstance(section, Replaceable) and section.exists:
            # Of what exists nobody reads what only the stack's own would have.
            typed[name] = {key: value for key, value in typed[name].items() if not section.says_of_made(key)}
    if environment.spec.backend:
        typed = {key: value for key, value in typed.items() if key in without_builds(catalog_of(environment.spec))}
    return work.explanation((), typed, environment.merged)


def find_key(root: Explanation, key: str, model: type[EnvironmentSpec] = EnvironmentSpec) -> Explanation:
    """Find a key as people write it: `builds.main.timeout`, `required_tags[0]`.

    Raises:
        UsageError: there is no such key.
    """
    everything = [found for part in root.walk() for found in (part, *part.removed)]
    explained = {found.key: found for found in everything if found.path}
    if key in explained:
        return explained[key]
    path = tuple(key.split("."))
    above = (explained.get(".".join(path[:depth])) for depth in range(len(path) - 1, 0, -1))
    around = next((found for found in above if found), None)
    if around and around.value is None and knows(path, model):
        return Explanation(path, None, None, None, UNSET, (), around.removal, documentation_of(path, model))
    raise UsageError(f"no key {key!r} here", hint=_remedy(key, explained, model))


def _remedy(key: str, explained: Mapping[str, Explanation], model: type[EnvironmentSpec]) -> str:
    above, _, last = key.rpartition(".")
    if above and above not in explained:
        close = closest(key, explained)
        return f"did you mean {close}?" if close else f"there is no {above} either"
    beside = {str(found.path[-1]): found.key for found in explained.values() if dotted(found.path[:-1]) == above}
    if above and not beside:
        # A section that is not set has its keys all the same.
        beside = {name: f"{above}.{name}" for name in keys_below(tuple(above.split(".")), model)}
    close = closest(last, beside)
    elsewhere = [found.key for found in explained.values() if found.path[-1] == last]
    if close or elsewhere:
        return f"did you mean {beside[close] if close else elsewhere[0]}?"
    return f"there are: {', '.join(list(beside)[:_MOST_SHOWN])}" if beside else f"{above} has no keys"


class _Work:
    def __init__(self, origins: Origins, computed: Mapping[KeyPath, object], model: type[EnvironmentSpec]) -> None:
        self._model = model
        self._origins = origins
        self._computed = computed

    def explanation(self, path: KeyPath, typed: object, node: Node | None) -> Explanation:
        """Explain the value at `path`, which the model holds as `typed` and `node` says where it is written."""
        known = documentation_of(path, self._model)
        own = known if known and len(known.path) == len(path) else None
        children = tuple(self._children(path, typed, node))
        value: object = own.written(typed) if own else typed
        if isinstance(typed, dict):
            value = {child.path[-1]: child.value for child in children}
        elif isinstance(typed, list):
            value = [child.value for child in children]
        if node is None:
            removal = self._origins.removal(path)
            origin = COMPUTED if path in self._computed else DEFAULT
            value = self._computed.get(path, value)
            return Explanation(path, value, typed, None, origin, (), removal, known, children)
        removed = tuple(self._removed(path, typed))
        overrides = tuple(self._origins.overridden(node))
        said = self._origins.said(node)
        if not children and str(said.value) == str(value):
            value = said.value  # 18 stays 18, though the model holds it as text
        return Explanation(path, value, typed, said, said.origin, overrides, None, known, children, removed)

    def _children(self, path: KeyPath, typed: object, node: Node | None) -> Iterator[Explanation]:
        if isinstance(typed, dict):
            below = mapping(node) if node else {}
            for key, value in typed.items():
                yield self.explanation((*path, key), value, below.get(key))
        elif isinstance(typed, list):
            items = node.value if node and isinstance(node.value, list) else []
            for index, value in enumerate(typed):
                yield self.explanation((*path, index), value, items[index] if index < len(items) else None)

    def _removed(self, path: KeyPath, typed: object) -> Iterator[Explanation]:
        for name in self._origins.removed_below(path):
            if isinstance(typed, dict) and name not in typed:
                gone = (*path, name)
                yield Explanation(
                    gone, None, None, None, UNSET, (), self._origins.removal(gone), documentation_of(gone, self._model)
                )


def _computed(environment: Environment) -> dict[KeyPath, object]:
    """Return the defaults that depend on other keys."""
    spec = environment.spec
    names = Names.of(environment.name, spec)
    found: dict[KeyPath, object] = {}
    for name, build in spec.builds.items():
        found["builds", name, "image"] = default_image(build)
        if build.phases is None:
            found["builds", name, "buildspec"] = "buildspec.yml"
        else:
            found["builds", name, "artifact_files"] = ["**/*"]
    if spec.backend:
        found["backend", "bucket"] = names.state_bucket
    elif not spec.artifacts.exists:
        found["artifacts", "bucket"] = names.bucket
    if spec.given_source and makes_connection(spec.given_source):
        found["source", "connection", "name"] = names.prefix
    if spec.state:
        found["state", "key"] = names.state_key
        found["state", "region"] = spec.region
    return found
