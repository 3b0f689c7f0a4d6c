"""Gives the model of a spec the keys of every part in the catalog."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from pydantic import Field, create_model

from generator.model.section import Section
from generator.parts.catalog import OURS

if TYPE_CHECKING:
    from collections.abc import Iterable

    from generator.parts.framework.part import Key, Part

S = TypeVar("S", bound=Section)


def with_sections(model: type[S]) -> type[S]:
    """Return the model of a spec with the sections of our parts, in the order of the catalog."""
    return with_parts(model, OURS.parts)


def with_parts(model: type[S], parts: Iterable[Part]) -> type[S]:
    """Return the model of a spec with the sections of some more parts, in their order."""
    return _with(model, {part.name: _section(part.key) for part in parts if part.key is not None})


def with_build_keys(model: type[S]) -> type[S]:
    """Return the model of a build with the keys that parts have in it."""
    keys = [part.build_keys for part in OURS.parts if part.build_keys is not None]
    return _with(model, {name: (field.annotation, field) for each in keys for name, field in each.model_fields.items()})


def _section(key: Key) -> tuple[Any, Any]:
    if key.absent is not None:
        return key.section, Field(default_factory=key.absent, description=key.description)
    return key.section | None, Field(default=None, description=key.description)


def _with(model: type[S], fields: dict[str, Any]) -> type[S]:
    if not fields:
        return model
    known = model.model_fields.keys() & fields.keys()
    if known:
        raise TypeError(f"two parts have the key {', '.join(sorted(known))} of {model.__name__}")
    extended = create_model(
        model.__name__, __base__=model, __module__=model.__module__, __doc__=model.__doc__, **fields
    )
    extended.__qualname__ = model.__qualname__
    return extended
