"""Where the values of an environment come from: the layer, the place, and the words that stand there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

from generator.language.nodes import plain

if TYPE_CHECKING:
    from collections.abc import Iterator

    from generator.language.nodes import Node
    from generator.model.loading.load import Environment
    from generator.problems import Place
    from generator.workspace import Workspace

LayerKind = Literal["environment", "base", "class", "name", "default", "computed", "unset"]


@dataclass(frozen=True, slots=True)
class Origin:
    """A layer, and the place in it.

    Attributes:
        kind: what sort of layer; `name` is the environment's name, `default` and `computed` are tfstencil's own.
        layer: the layer in words: `base _base`, `class prod`.
        place: where, None for what no file says.
    """

    kind: LayerKind
    layer: str
    place: Place | None = None


@dataclass(frozen=True, slots=True)
class Saying:
    """A value that a layer gives.

    Attributes:
        value: as it stands in the file, its variables not replaced.
        origin: where.
    """

    value: object
    origin: Origin


DEFAULT: Final = Origin("default", "default")
COMPUTED: Final = Origin("computed", "computed")
UNSET: Final = Origin("unset", "not set")


class Origins:
    """The origins of one environment's values."""

    def __init__(self, workspace: Workspace, environment: Environment) -> None:
        self._layers: dict[str, tuple[LayerKind, str]] = {}
        self._environment = environment
        for path in environment.sources:
            display = workspace.relative(path)
            name = path.stem
            own = name == environment.name
            self._layers[display] = ("environment" if own else "base", f"{'environment' if own else 'base'} {name}")

    def said(self, node: Node) -> Saying:
        """Return what stands in the file at the place of a merged node."""
        return Saying(self._environment.written.get(node.place, plain(node)), self.origin(node))

    def origin(self, node: Node) -> Origin:
        """Return the layer and place of a merged node."""
        layer = node.source.layer
        if layer.startswith("class "):
            return Origin("class", layer, node.place)
        kind, words = self._layers[node.source.display]
        # The class may be read off the environment's name, and then stands nowhere in the file.
        return Origin("name", layer) if layer != node.source.display else Origin(kind, words, node.place)

    def overridden(self, node: Node) -> Iterator[Saying]:
        """Yield what a node replaced, the nearest layer first."""
        below = node.overrides
        while below is not None:
            yield self.said(below)
            below = below.overrides

    def removed_below(self, path: tuple[str | int, ...]) -> list[str]:
        """Name the keys directly below `path` that a null removed."""
        return [str(gone[-1]) for gone in self._environment.removed if gone[:-1] == path]

    def removal(self, path: tuple[str | int, ...]) -> Saying | None:
        """Return the null that removed the value at `path`, or something around it; None where there is none."""
        found = (self._environment.removed.get(path[:depth]) for depth in range(len(path), 0, -1))
        node = next((node for node in found if node is not None), None)
        return self.said(node) if node else None
