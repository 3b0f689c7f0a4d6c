"""Where a spec names something: what is, to the model, the name of a build, a repository or an environment."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Annotated, Any, get_args, get_origin

from generator.model.section import Section

if TYPE_CHECKING:
    from collections.abc import Iterator

    from generator.language.nodes import Node

    Path = tuple[str | int, ...]


def mentions(root: Node, kind: object, name: str, model: type[Section]) -> Iterator[tuple[Path, bool]]:
    """Yield where a spec names something.

    Args:
        root: the spec.
        kind: type of the names, such as `BuildName`.
        name: what is looked for.
        model: of the spec.

    Yields:
        Its path, and whether it stands there as a key; what lies deeper comes first.
    """
    yield from _below(root, model, _mark(kind), name, ())


def _below(node: Node, annotation: Any, mark: object, name: str, path: Path) -> Iterator[tuple[Path, bool]]:  # noqa: ANN401  # any type of the model
    kinds = list(_kinds(annotation))
    if node.value == name and any(_mark(kind) is mark for kind in kinds):
        yield path, False
    for kind in kinds:
        if isinstance(node.value, dict):
            yield from _entries(node, kind, mark, name, path)
        elif isinstance(node.value, list) and get_origin(kind) is list:
            for index, item in enumerate(node.value):
                yield from _below(item, get_args(kind)[0], mark, name, (*path, index))


def _entries(node: Node, kind: Any, mark: object, name: str, path: Path) -> Iterator[tuple[Path, bool]]:  # noqa: ANN401  # as above
    entries = node.value if isinstance(node.value, dict) else {}
    for key, child in entries.items():
        below = (*path, key)
        if get_origin(kind) is dict:
            of_keys, of_values = get_args(kind)
            yield from _below(child, of_values, mark, name, below)
            if key == name and _mark(of_keys) is mark:
                yield below, True
        elif isinstance(kind, type) and issubclass(kind, Section) and key in _fields(kind):
            yield from _below(child, _fields(kind)[key], mark, name, below)


def _kinds(annotation: Any) -> Iterator[Any]:  # noqa: ANN401  # as above
    """Yield the types that an annotation admits: those of a union one by one."""
    inner = get_args(annotation)
    if inner and get_origin(annotation) not in (dict, list) and not hasattr(annotation, "__metadata__"):
        for each in inner:
            yield from _kinds(each)
    elif hasattr(annotation, "__metadata__") and get_origin(annotation.__origin__) is not None:
        yield from _kinds(annotation.__origin__)
    else:
        yield annotation


def _mark(kind: Any) -> object:  # noqa: ANN401  # as above
    """Return what tells a kind of names from others with the same letters."""
    return next(iter(getattr(kind, "__metadata__", ())), kind)


@cache
def _fields(section: type[Section]) -> dict[str, Any]:
    return {
        field.alias or name: Annotated[(field.annotation, *field.metadata)] if field.metadata else field.annotation
        for name, field in section.model_fields.items()
    }
