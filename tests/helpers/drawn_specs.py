"""Specs that hypothesis draws from the model: a key that the model gets is drawn from then on, without a word here."""

from __future__ import annotations

import copy
import re
import types
from functools import cache, reduce
from typing import TYPE_CHECKING, Annotated, Any, Final, Literal, TypeAlias, Union, get_args, get_origin

from hypothesis import strategies as st
from pydantic import BaseModel, TypeAdapter, ValidationError

from generator.language.nodes import plain
from generator.model import rules
from generator.model.documents.documentation import FREE, ITEM, documentation
from generator.model.environment import EnvironmentSpec
from generator.model.loading.kinds import BACKEND, replaceable, without_builds
from generator.model.loading.layers import defaults_of_class
from generator.model.types import Duration, duration_text, minutes
from generator.parts.catalog import OURS
from generator.text import check_text

if TYPE_CHECKING:
    from collections.abc import Callable
    from random import Random

Spec: TypeAlias = dict[str, Any]
Strategy: TypeAlias = st.SearchStrategy[Any]
Path: TypeAlias = tuple[str, ...]

NAMES: Final = ("dev", "staging", "prod", "prod-eu-1")
# What a spec must say at least; what was drawn gives way to this where rules cannot be kept otherwise. Account and region
# are those of the model's examples, which are drawn often.
LEAST: Final[Spec] = {
    "stack": "shop",
    "region": "us-east-1",
    "account": "111122223333",
    "tags": {"Owner": "team", "CostCenter": "1"},
    "source": {
        "type": "github",
        "repository": "https://github.com/acme-platform/shop",
        "connection": {"arn": "arn:aws:codeconnections:us-east-1:111122223333:connection/aaaa-bbbb"},
    },
    "builds": {"main": {"runtime": {"nodejs": 22}}},
}
_OWN_SERVER: Final[Spec] = {
    "source": {"type": "github-enterprise", "repository": "https://git.acme-platform.net/acme/shop"}
}
_PHASES: Final[Spec] = {"builds": {FREE: {"phases": {"build": ["make"]}}}}
# What rules ask for beside a wanted key, where chance would hardly ever bring it; `<name>` is each name that was drawn.
COMPANIONS: Final[dict[Path, Spec]] = {
    ("source", "connection", "host"): _OWN_SERVER,
    ("source", "credential"): _OWN_SERVER,
    ("builds", FREE, "artifact_files"): _PHASES,
    ("builds", FREE, "secondary_artifacts", FREE, "files"): _PHASES,
    ("builds", FREE, "file_systems"): {
        "network": {"existing": {"vpc_id": "vpc-0a1b2c3d", "subnet_ids": ["subnet-0a1b2c3d"]}},
        "builds": {FREE: {"privileged": True, "network": True}},
    },
    ("backend",): {"encryption": {}},
    ("backend", "kms_key"): {"encryption": None},
}
PATHS: Final = tuple(path for path, entry in documentation().items() if entry.is_named)
_FAMILIAR: Final = ("main", "Owner")
_PATIENCE: Final = 40
_WIDEST: Final = 3
_BESIDE: Final = 0.4
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


def specs(wanted: Path | None = None) -> st.SearchStrategy[tuple[str, Spec]]:
    """Draw an environment's name and a spec of it that keeps every rule.

    Args:
        wanted: a key that it is to have, as `documentation()` names it, if the rules let it; any key by default.
    """
    paths = st.sampled_from(PATHS) if wanted is None else st.just(wanted)
    drawn = paths.flatmap(lambda path: st.tuples(st.just(path), of_some(EnvironmentSpec, path)))
    parts = st.tuples(st.sampled_from(NAMES), drawn, st.randoms(use_true_random=False))
    return parts.map(lambda part: (part[0], kept(part[0], *part[1], part[2])))


@cache
def of_some(model: type[BaseModel], wanted: Path = ()) -> st.SearchStrategy[Spec]:
    """Draw a few sections of a spec, and leave the others as they are at least: so more of what is drawn is kept."""
    names = {field.alias or name: name for name, field in model.model_fields.items()}
    alone = wanted[:1] == (BACKEND,)
    least = {key: st.just(value) for key, value in LEAST.items() if not alone or key in without_builds(OURS)}

    def drawn(keys: set[str]) -> st.SearchStrategy[Spec]:
        below = {key: wanted[1:] if wanted[:1] == (key,) else () for key in sorted({*keys, *wanted[:1]})}
        return st.fixed_dictionaries(
            {**least, **{key: of_field(model, names[key], rest) for key, rest in below.items()}}
        )

    # The builds have the most keys.
    some = (
        st.sampled_from(sorted(without_builds(OURS))) if alone else st.sampled_from(sorted(names)) | st.just("builds")
    )
    chosen = st.sets(some, min_size=1, max_size=_MOST_OPTIONAL)
    return chosen.flatmap(drawn)


@cache
def of_model(model: type[BaseModel], wanted: Path = ()) -> st.SearchStrategy[Spec]:
    """Draw what a section of a spec may say, each optional key or none, and the wanted one always."""
    needed: dict[str, Strategy] = {}
    others: dict[str, Strategy] = {}
    for name, field in model.model_fields.items():
        key = field.alias or name
        if wanted[:1] == (key,):
            needed[key] = of_field(model, name, wanted[1:])
        else:
            (needed if field.is_required() else others)[key] = of_field(model, name)
    if len(others) <= _MOST_OPTIONAL:
        return st.fixed_dictionaries(needed, optional=others)
    # Half of all keys of a large section are more than hypothesis draws at once: it would keep to the smallest specs.
    chosen = st.lists(st.sampled_from(sorted(others)), min_size=1, max_size=_MOST_OPTIONAL, unique=True)
    return chosen.flatmap(lambda keys: st.fixed_dictionaries({**needed, **{key: others[key] for key in keys}}))


@cache
def of_field(model: type[BaseModel], name: str, wanted: Path = ()) -> Strategy:
    field = model.model_fields[name]
    drawn = of_type(field.annotation, tuple(field.metadata), wanted)
    return st.sampled_from(field.examples).map(copy.deepcopy) | drawn if field.examples and not wanted else drawn


def of_type(annotation: Any, metadata: tuple[Any, ...] = (), wanted: Path = ()) -> Strategy:
    """Draw a value as a file says it, for a type with what annotates it."""
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        return of_type(arguments[0], (*arguments[1:], *metadata), wanted)
    if origin in (Union, types.UnionType):
        return st.one_of([of_type(each, metadata, wanted) for each in arguments if each is not types.NoneType])
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return st.deferred(lambda: of_model(annotation, wanted))
    # Of a collection just the limits are asked for, and what lies in it would take time.
    asked = origin if origin in (dict, list) else annotation
    adapter: TypeAdapter[Any] = TypeAdapter(Annotated[asked, *metadata] if metadata else asked)
    if origin in (dict, list):
        return _of_collection(arguments, adapter.json_schema(), wanted)
    return _of_scalar(annotation, metadata, adapter)


def _of_collection(arguments: tuple[Any, ...], schema: Spec, wanted: Path) -> Strategy:
    *keys, inner = arguments
    items = [*map(of_type, keys), of_type(inner, (), wanted[1:])]
    least = max(schema.get("minItems", 0), schema.get("minProperties", 0), bool(wanted))
    most = min(schema.get("maxItems", _WIDEST), schema.get("maxProperties", _WIDEST), _WIDEST)
    if schema["type"] == "array":
        return st.lists(*items, min_size=least, max_size=most, unique_by=repr)
    return st.dictionaries(*items, min_size=least, max_size=most)


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
    # What one key names and another refers to is seldom drawn twice, so that some texts are drawn often.
    drawn = st.from_regex(pattern, fullmatch=True).filter(
        lambda text: least <= len(text) <= most and check_text(text) is None and "@{" not in text
    )
    familiar = [text for text in _FAMILIAR if least <= len(text) <= most and pattern.fullmatch(text)]
    return st.sampled_from(familiar) | drawn if familiar else drawn


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


def kept(name: str, wanted: Path, drawn: Spec, choice: Random) -> Spec:
    """Take out of a drawn spec what rules across keys refuse, or what lies beside it, until they refuse nothing."""
    own = drawn
    for _ in range(_PATIENCE):
        own = _with_companions(own, wanted)
        paths = refused(name, own)
        if not paths:
            return own
        if not all(_take_out(own, path, wanted, choice) for path in paths):
            break
    return copy.deepcopy(LEAST)


def _with_companions(own: Spec, wanted: Path) -> Spec:
    """Lay over a spec what rules ask for beside the wanted key."""
    whole = copy.deepcopy(own)
    for path, needed in COMPANIONS.items():
        if wanted[: len(path)] == path:
            whole = _over(whole, _named(needed, whole))
    return whole


def _named(needed: Spec, own: Spec) -> Spec:
    """Put the names that were drawn into the place of `<name>`."""
    names = {key: sorted(own) if key == FREE else [key] for key in needed}
    return {
        name: _named(below, own.get(name, {})) if isinstance(below, dict) else below
        for key, below in needed.items()
        for name in names[key]
    }


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
    defaults = _defaults(environment_class)
    if own.get(BACKEND) is not None:
        defaults = {key: value for key, value in defaults.items() if key in without_builds(OURS)}
    for key, section in replaceable(OURS).items():
        # Of what exists, a class says nothing.
        if isinstance(own.get(key), dict) and own[key].get(section.names_existing) is not None:
            defaults = {name: value for name, value in defaults.items() if name != key}
    return copy.deepcopy({"class": environment_class, **_over(defaults, own)})


@cache
def _defaults(environment_class: str) -> Any:
    return reduce(_over, map(plain, defaults_of_class(environment_class)))


def _over(lower: Any, upper: Any) -> Any:
    if isinstance(lower, dict) and isinstance(upper, dict):
        both = {key: _over(lower[key], upper[key]) for key in lower.keys() & upper.keys()}
        return {**lower, **upper, **both}
    return upper


def _take_out(own: Spec, path: tuple[str | int, ...], wanted: Path, choice: Random) -> bool:
    """Remove the value at a path, or the nearest thing around it; False where that leaves nothing to try.

    A rule blames one of two keys. So that either is seen without the other, now and then something beside or below goes
    instead, and always where the wanted key is blamed.
    """
    trail: list[tuple[Any, Any]] = []
    here: Any = own
    for part in path:
        if part not in _keys(here):
            break
        trail.append((here, part))
        here = here[part]
    if not trail:
        return False
    holder, last = trail[-1]
    at = path[: len(trail)]
    beside = [(holder, key, (*at[:-1], key)) for key in _keys(holder) if key != last and len(trail) > 1]
    others = [*beside, *((here, key, (*at, key)) for key in _keys(here))]
    spared = [(place, key) for place, key, where in others if not _is_on_the_way(where, wanted)]
    if spared and (_is_on_the_way(at, wanted) or choice.random() < _BESIDE):
        holder, last = choice.choice(spared)
    elif holder is own and LEAST.get(last) == here:
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


def _keys(value: Any) -> list[Any]:
    return sorted(value) if isinstance(value, dict) else list(range(len(value))) if isinstance(value, list) else []


def _is_on_the_way(path: tuple[str | int, ...], wanted: Path) -> bool:
    return len(path) <= len(wanted) and all(
        name in (part, FREE, ITEM) for part, name in zip(path, wanted, strict=False)
    )
