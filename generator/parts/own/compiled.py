"""A part whose every expression and text has been read and judged: what can be asked."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

from generator.parts.own import context

if TYPE_CHECKING:
    from collections.abc import Mapping

    from generator.model.rules.finding import Path
    from generator.model.section import Section
    from generator.parts.framework.scope import Scope
    from generator.parts.own.file.description import PartFile
    from generator.parts.own.file.expression import Expression
    from generator.parts.own.file.text_pattern import TextPattern

# Every module gets the tags of all resources under this name, where it declares the variable.
TAGS: Final = "tags"


@dataclass(frozen=True, eq=False)
class Compiled:
    """A part that can be asked.

    Attributes:
        section: its key in a spec, and the name of its module.
        says: its file.
        expressions: by their paths in the file.
        texts: texts with variables, by their paths in the file.
        model: of its section.
    """

    section: str
    says: PartFile
    expressions: Mapping[Path, Expression]
    texts: Mapping[Path, TextPattern]
    model: type[Section]
    names: Mapping[str, TextPattern] = field(default_factory=dict)
    _last: list[Any] = field(default_factory=list, repr=False)

    def words(self, scope: Scope) -> dict[str, object]:
        """Return what its expressions can name in an environment, made once for all that ask one after the other."""
        if not self._last or self._last[0] is not scope.spec or self._last[1] != scope.names.environment:
            found = context.values(scope, self.section, self.names, self.used)
            self._last[:] = (scope.spec, scope.names.environment, found)
        known: dict[str, object] = self._last[2]
        return known

    def is_on(self, path: Path, words: Mapping[str, object]) -> bool:
        """Tell whether what stands at a path of the file counts: whether its `if` holds, or there is none."""
        condition = self.expressions.get((*path, "if"))
        return condition is None or bool(condition.value(words))

    @cached_property
    def paths(self) -> tuple[tuple[str, ...], ...]:
        """Everything that its expressions and texts name."""
        every = [each.paths for each in self.expressions.values()] + [each.paths for each in self.texts.values()]
        return tuple(path for paths in every for path in paths)

    @cached_property
    def used(self) -> frozenset[str]:
        """The first word of everything that is named."""
        return frozenset(path[0] for path in self.paths)

    @property
    def used_inputs(self) -> frozenset[str]:
        """The inputs that some expression or text names."""
        return frozenset(path[1] for path in self.paths if path[0] == "inputs" and len(path) > 1)
