"""What the expressions and texts of a part can name, and what that is in one environment."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from generator.parts.own.file.expression import ANY

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from pydantic import BaseModel

    from generator.parts.catalog import Catalog
    from generator.parts.framework.scope import Scope
    from generator.parts.own.file.description import PartFile, Value
    from generator.parts.own.file.expression import Vocabulary
    from generator.parts.own.file.text_pattern import TextPattern

_FACTS: Final = ("name", "class", "description", "stack", "region", "account", "partition", "dns_suffix", "tags")
# Shorter words for what names are mostly made of; in a spec they mean the same.
_SHORT: Final = ("prefix", "stack", "region", "account", "partition")
# The keys of a spec that each word of an expression comes from.
_ORIGINS: Final[Mapping[str, str]] = {
    "class": "class",
    "description": "description",
    "stack": "stack",
    "prefix": "stack",
    "region": "region",
    "partition": "region",
    "dns_suffix": "region",
    "account": "account",
    "tags": "tags",
}


def vocabulary(says: PartFile, known: Catalog) -> Vocabulary:
    """Return what the part's expressions may name.

    Args:
        says: the part.
        known: the parts that come before it.
    """
    named = {part.name: part for part in known.parts if part.key is not None}
    return {
        "inputs": {name: _below(each) for name, each in says.inputs.items()},
        "environment": {name: ANY if name == "tags" else None for name in _FACTS},
        "names": dict.fromkeys(says.names),
        "parts": {
            name: dict.fromkeys(_keys(named[name].key.section), ANY)  # type: ignore[union-attr]  # see above
            for name in says.requires.parts
            if name in named
        },
        "builds": ANY,
        **dict.fromkeys(_SHORT),
    }


def _below(value: Value) -> Any:  # noqa: ANN401  # a vocabulary, or what ends one
    if value.type == "mapping":
        return dict.fromkeys(getattr(value, "inputs", {}), ANY)
    return ANY if value.type in {"list", "map"} else None


def _keys(section: type[BaseModel]) -> list[str]:
    return [field.alias or name for name, field in section.model_fields.items()]


def values(scope: Scope, section: str, patterns: Mapping[str, TextPattern], used: Iterable[str]) -> dict[str, object]:
    """Return what the words mean in one environment; only those that are used, since a thousand ask.

    Args:
        scope: the environment.
        section: the part's key.
        patterns: its names.
        used: the first words of all that its expressions name.
    """
    spec, names = scope.spec, scope.names
    said = getattr(spec, section)
    found: dict[str, object] = {
        "inputs": said.model_dump(by_alias=True) if said is not None else {},
        "prefix": names.prefix,
        "stack": spec.stack,
        "region": spec.region,
        "account": spec.account,
        "partition": names.partition,
        "environment": {
            "name": names.environment,
            "class": spec.environment_class,
            "description": spec.description,
            "stack": spec.stack,
            "region": spec.region,
            "account": spec.account,
            "partition": names.partition,
            "dns_suffix": names.dns_suffix,
            "tags": spec.tags,
        },
    }
    wanted = set(used)
    if "builds" in wanted:
        found["builds"] = {name: build.model_dump(by_alias=True) for name, build in spec.builds.items()}
    if "parts" in wanted:
        found["parts"] = _Sections(scope)
    found["names"] = {name: pattern.value(found) for name, pattern in patterns.items()}
    return found


class _Sections(dict[str, object]):
    """The sections of other parts, each dumped when it is asked for."""

    def __init__(self, scope: Scope) -> None:
        super().__init__()
        self._scope = scope

    def get(self, key: str, default: object = None) -> object:
        """Return what a spec says of a part."""
        if key not in self:
            section = getattr(self._scope.spec, key, None)
            self[key] = section.model_dump(by_alias=True) if section is not None else default
        return self[key]


def spec_keys(paths: Iterable[tuple[str, ...]], section: str) -> tuple[str, ...]:
    """Return the keys of a spec that some paths are derived from."""
    found: dict[str, None] = {}
    for first, *rest in paths:
        if first == "inputs":
            found[".".join((section, *rest[:1]))] = None
        elif first == "parts" and rest:
            found[".".join(rest[:2])] = None
        elif first == "builds":
            found["builds"] = None
        elif first == "names":
            found["stack"] = None
        else:
            word = rest[0] if first == "environment" and rest else first
            if word in _ORIGINS:
                found[_ORIGINS[word]] = None
    return tuple(found)
