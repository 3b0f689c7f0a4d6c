"""What the model says about each key of a spec: its documentation, in words, and what may be written there."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from types import UnionType
from typing import TYPE_CHECKING, Annotated, Final, Literal, Union, get_args, get_origin

from pydantic import BaseModel, WithJsonSchema

from generator.language.nodes import find, plain
from generator.model.environment import EnvironmentSpec
from generator.model.loading.layers import CLASSES, defaults_of_class
from generator.model.types import Duration, Text, duration_text
from generator.parts.catalog import OURS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pydantic.fields import FieldInfo

    from generator.language.nodes import Node
    from generator.parts.catalog import Catalog

FREE: Final = "<name>"
ITEM: Final = "<item>"
_EITHER: Final = (Union, UnionType)
_USUAL_LENGTH: Final = 255


@dataclass(frozen=True, slots=True)
class Documentation:
    """What the model says about a key.

    Attributes:
        path: keys from the root of the spec; `<name>` stands for a key that the user chooses, `<item>` for an index.
        description: a sentence or two.
        kind: what may be written, as a phrase: `duration from 5m to 36h`.
        required: whether a spec must come to a value here.
        default: value without any layer, as a person writes it; None where there is none.
        examples: values as a person writes them.
        choices: all values that may be written, where they are few.
        duration: whether the value is a duration, which the model holds in minutes.
        section: the model of the keys below, None where there are none.
    """

    path: tuple[str, ...]
    description: str
    kind: str
    required: bool = False
    default: object = None
    examples: tuple[object, ...] = ()
    choices: tuple[object, ...] = ()
    duration: bool = False
    section: type[BaseModel] | None = None

    @property
    def key(self) -> str:
        """The path as people write it."""
        return ".".join(self.path)

    @property
    def is_named(self) -> bool:
        """Whether it is a key of the model, and not a name that the user chooses or an item of a list."""
        return self.path[-1] not in (FREE, ITEM)

    def written(self, typed: object) -> object:
        """Return what a person would write for a value of the model: `15m` for 15 minutes."""
        return duration_text(typed) if self.duration and isinstance(typed, int) else typed


@lru_cache(maxsize=16)
def documentation(model: type[BaseModel] = EnvironmentSpec) -> dict[tuple[str, ...], Documentation]:
    """Return the documentation of every key, in the order of the model."""
    return {entry.path: entry for entry in _section(model, ())}


def documentation_of(path: Sequence[str | int], model: type[BaseModel] = EnvironmentSpec) -> Documentation | None:
    """Return the documentation of the key at `path`, or of the nearest thing around it; None for the root.

    Args:
        path: keys and list indices, with the names that the user chose: `("builds", "main", "timeout")`.
        model: whose keys; that of a workspace with parts of its own knows more.
    """
    known = documentation(model)
    at: tuple[str, ...] = ()
    last: Documentation | None = None
    for part in path:
        below = [(*at, name) for name in (str(part), FREE, ITEM)]
        at = next((path for path in below if path in known), ())
        if not at:
            break
        last = known[at]
    return last


def class_defaults(path: Sequence[str], catalog: Catalog = OURS) -> dict[str, object]:
    """Return the default of the key at `path` by class of environment, without the classes that have none."""
    found = {name: [find(root, path) for root in roots] for name, roots in _classes(catalog).items()}
    return {name: plain(node) for name, nodes in found.items() for node in nodes if node is not None}


@lru_cache(maxsize=16)
def _classes(catalog: Catalog) -> dict[str, list[Node]]:
    of_parts = [part.section_defaults for part in catalog.parts if part.section_defaults]
    return {
        name: [*defaults_of_class(name, catalog=catalog), *(each[name] for each in of_parts if name in each)]
        for name in CLASSES
    }


def knows(path: Sequence[str | int], model: type[BaseModel] = EnvironmentSpec) -> bool:
    """Tell whether the model has exactly this key, names that users choose included."""
    found = documentation_of(path, model)
    return found is not None and len(found.path) == len(path)


def keys_below(path: Sequence[str | int], model: type[BaseModel] = EnvironmentSpec) -> list[str]:
    """Return the keys that the model knows directly below the key at `path`, without those that users choose."""
    found = documentation_of(path, model)
    above = found.path if found else ()
    return [path[-1] for path, entry in documentation(model).items() if path[:-1] == above and entry.is_named]


def _section(model: type[BaseModel], at: tuple[str, ...]) -> Iterator[Documentation]:
    for name, field in model.model_fields.items():
        path = (*at, field.alias or name)
        annotation, metadata = _core(field.annotation, field.metadata)
        yield _documentation(path, field, annotation, metadata)
        while get_origin(annotation) in (dict, list):
            path = (*path, FREE if get_origin(annotation) is dict else ITEM)
            annotation, metadata = _core(get_args(annotation)[-1], ())
            yield Documentation(
                path=path,
                description=_first_line(annotation) or field.description or "",
                kind=_kind(annotation, metadata),
                section=_model(annotation),
            )
        if section := _model(annotation):
            yield from _section(section, path)


def _documentation(
    path: tuple[str, ...], field: FieldInfo, annotation: object, metadata: Sequence[object]
) -> Documentation:
    default = None if field.is_required() else field.get_default(call_default_factory=True, validated_data={})
    duration = any(isinstance(item, Duration) for item in metadata)
    return Documentation(
        path=path,
        description=field.description or "",
        kind=_kind(annotation, metadata),
        required=field.is_required(),
        default=duration_text(default) if duration and isinstance(default, int) else _plain(default),
        examples=tuple(field.examples or ()),
        choices=_choices(annotation, metadata),
        duration=duration,
        section=_model(annotation),
    )


def _choices(annotation: object, metadata: Sequence[object]) -> tuple[object, ...]:
    if annotation is bool:
        return (True, False)
    if get_origin(annotation) is Literal:
        return get_args(annotation)
    schemas = (item.json_schema for item in metadata if isinstance(item, WithJsonSchema) and item.json_schema)
    return next((tuple(schema["enum"]) for schema in schemas if "enum" in schema), ())


def _plain(default: object) -> object:
    return default.model_dump(by_alias=True, exclude_none=True) if isinstance(default, BaseModel) else default


def _model(annotation: object) -> type[BaseModel] | None:
    """Return the section that an annotation is, or that may stand there beside text."""
    either = get_args(annotation) if get_origin(annotation) in _EITHER else (annotation,)
    return next((each for each in either if isinstance(each, type) and issubclass(each, BaseModel)), None)


def _first_line(annotation: object) -> str:
    model = _model(annotation)
    return (model.__doc__ or "").partition("\n")[0] if model else ""


def _core(annotation: object, metadata: Sequence[object]) -> tuple[object, tuple[object, ...]]:
    """Strip `Annotated` and `| None`, and collect what annotates the type inside."""
    found = tuple(metadata)
    while True:
        if get_origin(annotation) is Annotated:
            annotation, *more = get_args(annotation)
            found += tuple(more)
            continue
        arguments = [argument for argument in get_args(annotation) if argument is not type(None)]
        if len(arguments) == len(get_args(annotation)) or get_origin(annotation) in (dict, list, Literal):
            return annotation, found
        annotation = arguments[0]


def _kind(annotation: object, metadata: Sequence[object]) -> str:
    """Say in words what may be written for a type; the first annotation that knows decides."""
    annotated = (_annotated_kind(item) for item in metadata)
    return next((words for words in annotated if words), "") or _type_kind(annotation, metadata)


def _annotated_kind(item: object) -> str:
    if isinstance(item, Duration):
        return f"duration from {item.shortest} to {item.longest}"
    if isinstance(item, Text):
        limited = item.shortest != item.longest < _USUAL_LENGTH
        return f"text: {item.meaning}" + (f", at most {item.longest} characters" if limited else "")
    if isinstance(item, WithJsonSchema) and item.json_schema and "enum" in item.json_schema:
        return _choice(item.json_schema["enum"])
    return ""


def _type_kind(annotation: object, metadata: Sequence[object]) -> str:
    if get_origin(annotation) in _EITHER:
        return " or ".join(_kind(*_core(argument, ())) for argument in get_args(annotation))
    if _model(annotation):
        return "mapping"
    arguments = get_args(annotation)
    if get_origin(annotation) is Literal:
        return _choice(arguments)
    inner = [_kind(*_core(argument, ())).removeprefix("text: ") for argument in arguments]
    if get_origin(annotation) is dict:
        return f"mapping of names ({inner[0]}) to values ({inner[1]})"
    return f"list ({inner[0]})" if inner else _plain_kind(annotation, metadata)


def _choice(choices: Sequence[object]) -> str:
    return "one of " + ", ".join(map(str, choices))


def _plain_kind(annotation: object, metadata: Sequence[object]) -> str:
    if annotation is bool:
        return "true or false"
    limits = _limits(metadata)
    if annotation is int:
        return f"whole number{limits}"
    return f"text{limits} characters" if limits else "text"


def _limits(metadata: Sequence[object]) -> str:
    # pydantic wraps the constraints of Field in an annotation of its own when they belong to a type alias.
    flat = [part for item in metadata for part in getattr(item, "metadata", None) or (item,)]
    least, most = _limit(flat, "ge", "min_length"), _limit(flat, "le", "max_length")
    if most is None:
        return "" if least is None else f", {least} or more"
    return f", at most {most}" if least is None else f", {least} to {most}"


def _limit(constraints: Sequence[object], *names: str) -> object:
    found = (getattr(item, name, None) for item in constraints for name in names)
    return next((limit for limit in found if limit is not None), None)
