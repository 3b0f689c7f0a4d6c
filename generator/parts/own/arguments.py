"""What the templates of a part get: types made from its file, and their values in one environment."""

from __future__ import annotations

from dataclasses import make_dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from generator.parts.framework.module import Module

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from generator.parts.framework.contribution import Contribution
    from generator.parts.framework.scope import Scope
    from generator.parts.own.compiled import Compiled


@lru_cache(maxsize=1024)
def record(name: str, fields: tuple[str, ...]) -> Any:  # noqa: ANN401  # a class that is made here
    """Return a frozen dataclass with some fields: one class for one name and fields, whoever asks."""
    made = make_dataclass(name, fields, frozen=True)
    made.__reduce__ = _reduced  # type: ignore[assignment]  # a worker unpickles what it has no module of
    return made


def _reduced(self: Any) -> tuple[Any, ...]:  # noqa: ANN401  # a record
    fields = tuple(self.__dataclass_fields__)
    return _restored, (type(self).__name__, fields, tuple(getattr(self, name) for name in fields))


def _restored(name: str, fields: tuple[str, ...], values: tuple[object, ...]) -> object:
    return record(name, fields)(*values)


def argument_type(part: Compiled) -> type[object]:
    """Return the type of the arguments of a part's module."""
    says = part.says
    kind: type[object] = record(f"{part.model.__name__}Context", (*says.inputs, *says.names, *says.arguments))
    return kind


def shape_type(part: Compiled) -> type[object]:
    """Return the type of the features of a part's module."""
    kind: type[object] = record(f"{part.model.__name__}Shape", tuple(part.says.shape))
    return kind


def deriving(part: Compiled) -> Callable[[Scope, Contribution], Module | None]:
    """Return what derives a part's module; None where the part is off."""
    kind: Any = argument_type(part)
    shape: Any = shape_type(part)

    def derive(scope: Scope, _: Contribution) -> Module | None:
        if getattr(scope.spec, part.section) is None:
            return None
        words = part.words(scope)
        features = {name: bool(part.expressions["shape", name].value(words)) for name in part.says.shape}
        return Module(kind(**_values(part, words, scope)), shape(**features))

    return derive


def _values(part: Compiled, words: Mapping[str, Any], scope: Scope) -> dict[str, object]:
    found: dict[str, object] = {name: words["inputs"].get(name) for name in part.says.inputs}
    found |= words["names"]
    for name, each in part.says.arguments.items():
        at = ("arguments", name)
        is_on = part.is_on(at, words)
        if each.reference is not None:
            found[name] = is_on and (each.condition is not None or is_there(scope, each.reference))
        elif each.text is not None:
            found[name] = part.texts[*at, "text"].value(words) if is_on else None
        else:
            found[name] = part.expressions[*at, "value"].value(words) if is_on else None
    return found


def is_there(scope: Scope, reference: str) -> bool:
    """Tell whether an environment has the part whose output a reference names."""
    module = reference.partition(".")[0]
    catalog = type(scope.spec).catalog
    owner = next((name for name, each in catalog.derivations.items() if module in each.modules), module)
    part = next((part for part in catalog.parts if part.name == owner), None)
    return part is not None and (part.key is None or getattr(scope.spec, owner) is not None)
