"""Specs that hypothesis draws from the model: a key that the model gets is drawn from then on, without a word here."""

from __future__ import annotations

import copy
import re
import types
from functools import cache
from typing import TYPE_CHECKING, Annotated, Any, Final, Literal, TypeAlias, Union, get_args, get_origin

import yaml
from hypothesis import strategies as st
from pydantic import BaseModel, TypeAdapter, ValidationError

from generator.spec import rules
from generator.spec.layers import CLASS_FOLDER
from generator.spec.model.environment import EnvironmentSpec
from generator.spec.types import Duration, duration_text, minutes
from generator.text import check_text

if TYPE_CHECKING:
    from collections.abc import Callable
    from random import Random

Spec: TypeAlias = dict[str, Any]
Strategy: TypeAlias = st.SearchStrategy[Any]

NAMES: Final = ("dev", "staging", "prod", "prod-eu-1")
# What a spec must say at least; what was drawn gives way to this where rules cannot be kept otherwise.
LEAST: Final[Spec] = {
    "stack": "shop",
    "region": "eu-west-1",
    "account": "111122223333",
    "tags": {"Owner": "team", "CostCenter": "1"},
    "source": {
        "type": "github",
        "repository": "https://github.com/acme-platform/shop",
        "connection": {"arn": "arn:aws:codeconnections:eu-west-1:111122223333:connection/aaaa-bbbb"},
    },
    "builds": {"main": {"runtime": {"nodejs": 22}}},
}
_WIDEST: Final = 3
_BESIDE: Final = 0.6
_LONGEST: Final = 40
_LONGEST_WORD: Final = 200  # of a pattern: an ARN has 80 characters before it says anything
_MOST_OPTIONAL: Final = 4
# Where YAML and the file's own notation leave no choice: variables are drawn nowhere, twelve digits need quotes.
_CHARACTERS: Final = st.characters(
    codec="utf-8", categories=("L", "N", "P", "S", "Zs", "Mn"), include_characters="\n\t"
)
_TEXT: Final = st.text(_CHARACTERS, max_size=_LONGEST).filter(
    lambda text: check_text(text) is None and "@{" not in text
)


def specs() -> st.SearchStrategy[tuple[str, Spec]]:
    """Draw an environment's name and a spec of it that keeps every rule."""
    parts = st.tuples(st.sampled_from(NAMES), of_some(EnvironmentSpec), st.randoms(use_true_random=False))
    return parts.map(lambda drawn: (drawn[0], kept(*drawn)))


def of_some(model: type[BaseModel]) -> st.SearchStrategy[Spec]:
    """Draw a few sections of a spec, and leave the others as they are at least: so more of what is drawn is kept."""
    drawn = {field.alias or name: of_field(field) for name, field in model.model_fields.items()}
    # The builds have the most keys.
    chosen = st.sets(st.sampled_from(sorted(drawn)) | st.just("builds"), min_size=1, max_size=_MOST_OPTIONAL)
    least = {key: st.just(value) for key, value in LEAST.items()}
    return chosen.flatmap(lambda keys: st.fixed_dictionaries({**least, **{key: drawn[key] for key in sorted(keys)}}))


@cache
def of_model(model: type[BaseModel]) -> st.SearchStrategy[Spec]:
    """Draw what a section of a spec may say, each optional key or none."""
    drawn = {field.alias or name: (field.is_required(), of_field(field)) for name, field in model.model_fields.items()}
    needed = {key: strategy for key, (required, strategy) in drawn.items() if required}
    others = {key: strategy for key, (required, strategy) in drawn.items() if not required}
    if len(others) <= _MOST_OPTIONAL:
        return st.fixed_dictionaries(needed, optional=others)
    # Half of all keys of a large section are more than hypothesis draws at once: it would keep to the smallest specs.
    chosen = st.lists(st.sampled_from(sorted(others)), min_size=1, max_size=_MOST_OPTIONAL, unique=True)
    return chosen.flatmap(lambda keys: st.fixed_dictionaries({**needed, **{key: others[key] for key in keys}}))


def of_field(field: Any) -> Strategy:
    drawn = of_type(field.annotation, tuple(field.metadata))
    return st.sampled_from(field.examples) | drawn if field.examples else drawn


def of_type(annotation: Any, metadata: tuple[Any, ...] = ()) -> Strategy:
    """Draw a value as a file says it, for a type with what annotates it."""
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        return of_type(arguments[0], (*arguments[1:], *metadata))
    if origin in (Union, types.UnionType):
        return st.one_of([of_type(each, metadata) for each in arguments if each is not types.NoneType])
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return st.deferred(lambda: of_model(annotation))
    adapter: TypeAdapter[Any] = TypeAdapter(Annotated[annotation, *metadata] if metadata else annotation)
    if origin in (dict, list):
        return _of_collection(arguments, adapter.json_schema())
    return _of_scalar(annotation, metadata, adapter)


def _of_collection(arguments: tuple[Any, ...], schema: Spec) -> Strategy:
    items = [of_type(each) for each in arguments]
    if schema["type"] == "array":
        most = min(schema.get("maxItems", _WIDEST), _WIDEST)
        return st.lists(*items, min_size=schema.get("minItems", 0), max_size=most, unique_by=repr)
    most = min(schema.get("maxProperties", _WIDEST), _WIDEST)
    return st.dictionaries(*items, min_size=schema.get("minProperties", 0), max_size=most)


def _of_scalar(annotation: Any, metadata: tuple[Any, ...], adapter: TypeAdapter[Any]) -> Strategy:
    duration = next((item for item in metadata if isinstance(item, Duration)), None)
    if duration:
        return st.integers(minutes(duration.shortest), minutes(duration.longest)).map(duration_text)
    if get_origin(annotation) is Literal:
        return st.sampled_from(get_args(annotation))
    return _of_schema(adapter.json_schema()).filter(lambda value: _fits(adapter, value))


def _of_schema(schema: Spec) -> Strategy:
    """Draw a scalar from what its type says of itself."""
    if "enum" in schema:
        return st.sampled_from(schema["enum"])
    kinds = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
    return st.one_of([_KINDS[kind](schema) for kind in kinds])


def _text(schema: Spec) -> Strategy:
    least, most = schema.get("minLength", 0), min(schema.get("maxLength", _LONGEST), _LONGEST_WORD)
    if "pattern" not in schema:
        return _TEXT.filter(lambda text: least <= len(text) <= most)
    pattern = re.compile(schema["pattern"].removeprefix("^").removesuffix("$"), re.ASCII)
    drawn = st.from_regex(pattern, fullmatch=True)
    return drawn.filter(lambda text: least <= len(text) <= most and check_text(text) is None and "@{" not in text)


def _number(schema: Spec) -> Strategy:
    drawn = st.integers(schema.get("minimum", 0), schema.get("maximum", 10**6))
    return drawn.filter(lambda number: not 10**11 <= number < 10**12)


_KINDS: Final[dict[str, Callable[[Spec], Strategy]]] = {
    "string": _text,
    "integer": _number,
    "boolean": lambda _: st.booleans(),
}


def _fits(adapter: TypeAdapter[Any], value: object) -> bool:
    try:
        adapter.validate_python(value, strict=True)
    except ValidationError:
        return False
    return True


def kept(name: str, drawn: Spec, choice: Random) -> Spec:
    """Take out of a drawn spec what rules across keys refuse, or what lies beside it, until they refuse nothing."""
    own = copy.deepcopy(drawn)
    while paths := refused(name, own):
        for path in paths:
            if not _take_out(own, path, choice):
                return copy.deepcopy(LEAST)
    return own


def refused(name: str, own: Spec) -> list[tuple[str | int, ...]]:
    """List where the model or a rule refuses a spec over the defaults of its class."""
    try:
        spec = EnvironmentSpec.model_validate(over_class(name, own))
    except ValidationError as error:
        return [tuple(part for part in detail["loc"] if part != "[key]") for detail in error.errors()]
    return [finding.path for finding in rules.check(name, spec) if finding.severity == "error"]


def over_class(name: str, own: Spec) -> Spec:
    """Merge a spec over the defaults of its class, by the plainest reading of the rules for merging."""
    environment_class = own.get("class", name.partition("-")[0])
    defaults = yaml.safe_load((CLASS_FOLDER / f"{environment_class}.yaml").read_text("utf-8"))
    return {"class": environment_class, **_over(defaults, own)}


def _over(lower: Any, upper: Any) -> Any:
    if isinstance(lower, dict) and isinstance(upper, dict):
        both = {key: _over(lower[key], upper[key]) for key in lower.keys() & upper.keys()}
        return {**lower, **upper, **both}
    return upper


def _take_out(own: Spec, path: tuple[str | int, ...], choice: Random) -> bool:
    """Remove the value at a path, or the nearest thing around it; False where that leaves nothing to try.

    A rule blames one of two keys; so that either is seen without the other, now and then the other goes.
    """
    holder: Any = None
    here: Any = own
    last: Any = None
    for part in path:
        known: Any = here if isinstance(here, dict) else range(len(here)) if isinstance(here, list) else ()
        if part not in known:
            break
        holder, last, here = here, part, here[part]
    if isinstance(here, dict) and here and choice.random() < _BESIDE and len(path) > 1:
        del here[choice.choice(sorted(here))]
        return True
    if isinstance(holder, dict) and holder is not own and choice.random() < _BESIDE:
        last = choice.choice(sorted(holder))
    if holder is None or (holder is own and LEAST.get(last) == here):
        # What is least cannot give way: something else must.
        drawn = sorted(key for key in own if own[key] != LEAST.get(key))
        if not drawn:
            return False
        holder, last = own, "required_tags" if path[0] == "tags" and "required_tags" in own else choice.choice(drawn)
    del holder[last]
    if holder is own and last in LEAST:
        own[last] = copy.deepcopy(LEAST[last])
    elif last == "runtime":
        # Few versions have an image: without one that has, hardly a build would be left.
        holder[last] = copy.deepcopy(LEAST["builds"]["main"]["runtime"])
    return True
