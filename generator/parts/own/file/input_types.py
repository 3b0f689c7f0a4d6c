"""From an input of `part.yaml` to the typed key of a spec, of the same types that our own keys have."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Annotated, Any, Final, Literal

from pydantic import Field, TypeAdapter, ValidationError, create_model

from generator.model import types
from generator.model.section import Section
from generator.model.types import Duration, Text, minutes
from generator.parts.own.file.description import Input, Item, Leaf, Value

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from generator.model.rules.finding import Path

_SHORTEST_DURATION: Final = "1m"
_LONGEST_DURATION: Final = "365d"
_MOST: Final = 100
# What the keys of a map are: names that a person chooses.
_KEY: Final[Any] = types.BuildName
_PLAIN: Final[Mapping[str, Any]] = {
    "account": types.AccountId,
    "branch": types.GitBranch,
    "bucket": types.BucketName,
    "build": types.BuildName,
    "image": types.ImageName,
    "instant": types.Instant,
    "key-arn": types.KeyArn,
    "object-key": types.ObjectKey,
    "parameter": types.ParameterName,
    "path": types.RelativePath,
    "policy-arn": types.PolicyArn,
    "region": types.Region,
    "retention-days": types.RetentionDays,
    "schedule": types.ScheduleExpression,
    "secret": types.SecretId,
    "tag": types.TagValue,
    "time-zone": types.TimeZone,
    "variable": types.VariableName,
    "boolean": bool,
}
# Which words limit which types. A word that limits nothing would be a key without effect.
_LIMITS: Final[Mapping[str, frozenset[str]]] = {
    "text": frozenset({"pattern", "meaning", "shortest", "longest"}),
    "integer": frozenset({"minimum", "maximum", "unit"}),
    "duration": frozenset({"minimum", "maximum"}),
    "choice": frozenset({"choices"}),
    "arn": frozenset({"service"}),
    "reference": frozenset({"to"}),
    "list": frozenset({"of", "shortest", "longest"}),
    "map": frozenset({"of", "shortest", "longest"}),
    "mapping": frozenset({"inputs"}),
}
_NEEDED: Final = {"choice": "choices", "reference": "to", "list": "of", "map": "of", "mapping": "inputs"}
_WORDS: Final = frozenset().union(*_LIMITS.values())
# What Terraform calls them.
_HCL: Final = {"integer": "number", "duration": "number", "retention-days": "number", "boolean": "bool"}


class InputError(ValueError):
    """An input that cannot be: `path` leads to what is wrong in it."""

    def __init__(self, message: str, hint: str, path: Path = ()) -> None:
        super().__init__(message)
        self.hint = hint
        self.path = path


def faults(value: Value) -> Iterator[InputError]:
    """Yield what is wrong with an input, and with what lies in it."""
    allowed = _LIMITS.get(value.type, frozenset())
    for word in sorted(_WORDS & value.model_fields_set - allowed):
        where = ", ".join(sorted(kind for kind, words in _LIMITS.items() if word in words))
        yield InputError(f"does not limit a value of type {value.type}", f"it is for: {where}", (word,))
    needed = _NEEDED.get(value.type)
    if needed and not getattr(value, needed, None):
        yield InputError(f"an input of type {value.type} needs {needed}", f"add {needed}:", ())
        return
    if value.type in {"list", "map"} and not isinstance(value, Input):
        yield InputError("lists and maps stand directly below inputs", "choose another type", ("type",))
        return
    yield from _faulty_limits(value)
    for name, leaf in getattr(value, "inputs", {}).items():
        if reason := reserved(name):
            yield InputError(reason, "rename it", ("inputs", name))
        for fault in faults(leaf):
            yield InputError(str(fault), fault.hint, ("inputs", name, *fault.path))
        yield from _faulty_defaults(leaf, ("inputs", name))
    if isinstance(value, Input) and value.of is not None:
        for fault in faults(value.of):
            yield InputError(str(fault), fault.hint, ("of", *fault.path))


def reserved(name: str) -> str:
    """Say why no input can have a name; "" where it can."""
    # A model of pydantic has names of its own, which a field would hide.
    return f"{name} cannot be the name of an input: it is one of tfstencil's own" if hasattr(Section, name) else ""


def _faulty_limits(value: Value) -> Iterator[InputError]:
    for word in ("minimum", "maximum"):
        if (limit := getattr(value, word)) is not None and (reason := _faulty_limit(value.type, limit)):
            yield InputError(*reason, (word,))
    if value.pattern is not None:
        try:
            re.compile(value.pattern)
        except re.error as error:
            yield InputError(f"is not a regular expression: {error}", "correct it", ("pattern",))
    least, most = value.shortest, value.longest
    if least is not None and most is not None and least > most:
        yield InputError(f"is more than longest, {most}", "exchange them", ("shortest",))


def _faulty_limit(kind: str, limit: int | str) -> tuple[str, str] | None:
    if kind == "integer" and isinstance(limit, str):
        return "the limit of an integer is a whole number", "write it without quotes and without a unit"
    if kind == "duration":
        try:
            minutes(str(limit))
        except ValueError:
            return f"{limit!r} is not a duration", "write it with its unit, such as 15m or 8h"
    return None


def _faulty_defaults(leaf: Leaf, at: Path = ()) -> Iterator[InputError]:
    if leaf.required and leaf.default is not None:
        yield InputError("is required, so that its default counts never", "remove one of them", (*at, "default"))
    elif leaf.default is not None and (reason := misfit(leaf, leaf.default)):
        yield InputError(reason, "it must be a value that a spec may say", (*at, "default"))


def misfit(value: Value, given: object) -> str:
    """Say why a value is not one of an input's; "" where it is."""
    try:
        TypeAdapter(annotation(value, "Default")).validate_python(given, strict=True)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        return f"{given!r} {first['msg']}" if first["msg"].startswith("must") else f"{given!r}: {first['msg']}"
    except (ValueError, TypeError):
        return ""  # the input itself is wrong, which is told already
    return ""


def annotation(value: Value, name: str) -> Any:  # noqa: ANN401  # a type
    """Return the type of an input.

    Args:
        value: what `part.yaml` says of it.
        name: for the model of a mapping.
    """
    if value.type in _PLAIN:
        return _PLAIN[value.type]
    if value.type in {"list", "map"}:
        item: Any = annotation(_of(value), f"{name}Item")
        # Made from values, which no type checker can see through.
        many: Any = list.__class_getitem__(item) if value.type == "list" else dict.__class_getitem__((_KEY, item))
        return Annotated[many, Field(min_length=value.shortest or 0, max_length=value.longest or _MOST)]
    if value.type == "mapping":
        return section_model(getattr(value, "inputs", {}), name, value.description or "")
    return _limited(value)


def _limited(value: Value) -> Any:  # noqa: ANN401  # a type
    if value.type == "choice":
        return Literal[tuple(value.choices or ())]
    if value.type == "reference":
        return Literal[targets(value)]
    if value.type == "integer":
        return Annotated[int, Field(ge=value.minimum, le=value.maximum)]
    if value.type == "duration":
        shortest, longest = value.minimum or _SHORTEST_DURATION, value.maximum or _LONGEST_DURATION
        return Annotated[int, Duration(str(shortest), str(longest))]
    if value.type == "arn":
        service = value.service or "[a-z0-9-]+"
        meaning = f"the ARN of something of {value.service}" if value.service else "an ARN"
        pattern = rf"arn:aws(?:-[a-z]+)*:{service}:[a-z0-9-]*:(?:[0-9]{{12}})?:[ -~]+"
        return Annotated[str, Text(pattern, meaning, longest=2048)]
    pattern = value.pattern or r"[^\x00-\x1f\x7f]*"
    meaning = value.meaning or (f"text that matches {value.pattern}" if value.pattern else "text in one line")
    return Annotated[str, Text(pattern, meaning, longest=value.longest or 255, shortest=value.shortest or 0)]


def targets(value: Value) -> tuple[str, ...]:
    """Return the outputs that a reference may name."""
    return (value.to,) if isinstance(value.to, str) else tuple(value.to or ())


def section_model(inputs: Mapping[str, Leaf], name: str, about: str) -> type[Section]:
    """Return the model of a mapping with inputs as its keys.

    Args:
        inputs: its keys.
        name: of the model, unique in a spec: the schema's definitions bear it.
        about: a sentence for the reference.
    """
    fields: dict[str, Any] = {key: _field(key, each, name) for key, each in inputs.items()}
    model: type[Section] = create_model(name, __base__=Section, __module__=__name__, __doc__=about or None, **fields)
    return model


def _field(key: str, leaf: Leaf, name: str) -> tuple[Any, Any]:
    kind = annotation(leaf, f"{name}{camel(key)}")
    unit = f" In {leaf.unit}." if leaf.unit else ""
    about: dict[str, Any] = {"description": f"{leaf.description or ''}{unit}".strip() or None}
    examples = list(getattr(leaf, "examples", ())) or _examples(leaf)
    if examples:
        about["examples"] = examples
    default = None if _by_class(leaf) else leaf.default
    if leaf.required:
        return kind, Field(**about)
    if default is None and not _by_class_whole(leaf):
        if leaf.type == "list":
            return kind, Field(default_factory=list, **about)
        if leaf.type == "map":
            return kind, Field(default_factory=dict, **about)
        return kind | None, Field(default=None, **about)
    if default is None:
        # Every class says it, so that a spec always comes to a value.
        return kind, Field(**about)
    typed = TypeAdapter(kind).validate_python(default, strict=True)
    return kind, Field(default=typed, **about)


def _examples(leaf: Leaf) -> list[object]:
    """Return a value that stands in for what a person would write."""
    if leaf.type in {"choice", "reference"}:
        return [(targets(leaf) if leaf.type == "reference" else tuple(leaf.choices or ("",)))[0]]
    known = {"schedule": "rate(1 hour)", "bucket": "acme-site", "build": "main", "integer": leaf.minimum or 1}
    return [known[leaf.type]] if leaf.type in known else []


CLASSES: Final = ("dev", "staging", "prod")


def _by_class(leaf: Leaf) -> bool:
    """Tell whether the default of an input is one per class of environments."""
    given = leaf.default
    return isinstance(given, dict) and leaf.type not in {"map", "mapping"} and bool(given)


def _by_class_whole(leaf: Leaf) -> bool:
    return _by_class(leaf) and set(leaf.default) == set(CLASSES)


def defaults_by_class(leaf: Leaf) -> Mapping[str, object]:
    """Return the default of an input by class of environment, where it has one per class."""
    return leaf.default if _by_class(leaf) else {}


def _of(value: Value) -> Item:
    return getattr(value, "of", None) or Item(type="text")


def camel(name: str) -> str:
    """Write a name as that of a model: `alert_bot` as `AlertBot`."""
    return "".join(word.capitalize() for word in re.split(r"[_-]", name))


def terraform_type(value: Value) -> str:
    """Return the type of the variable that an input becomes."""
    if value.type == "list":
        return f"list({terraform_type(_of(value))})"
    if value.type == "map":
        return f"map({terraform_type(_of(value))})"
    if value.type == "mapping":
        leaves: Mapping[str, Leaf] = getattr(value, "inputs", {})
        inside = ", ".join(f"{name} = {_optional(leaf)}" for name, leaf in sorted(leaves.items()))
        return f"object({{ {inside} }})"
    return _HCL.get(value.type, "string")


def _optional(leaf: Leaf) -> str:
    kind = terraform_type(leaf)
    return kind if leaf.required or leaf.default is not None else f"optional({kind})"
