"""From the schema of a merged environment to that of one file among its layers.

A file may leave anything out, because a base or the class says it. It may remove with null, append with `key+`,
replace with `key=`, and use variables in its texts.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, TypeAlias

from generator.language.keys import APPEND, REPLACE
from generator.model.loading.interpolation import VARIABLES

if TYPE_CHECKING:
    from collections.abc import Collection

Schema: TypeAlias = dict[str, Any]  # JSON: a value of any type can stand below a keyword

VARIABLE_TEXT: Final = "textWithVariables"
TEXT_WITH_VARIABLES: Final[Schema] = {
    "description": "Text with variables of the environment; @@{ stands for the text @{.",
    "type": "string",
    # A run of @ before a brace: of an even run half stays, the last of an odd run begins a variable.
    "pattern": rf"^(?=[\s\S]*@\{{)(?:[^@]|@(?!@*\{{)|(?:@@)+\{{|(?:@@)*@\{{(?:{'|'.join((*VARIABLES, 'build'))})\}})*$",
}
_BASE: Final[Schema] = {"type": "string", "pattern": r"^(?![\s\S]*\.ya?ml$)[^./\\][^/\\]*$"}
EXTENDS_SCHEMA: Final[Schema] = {
    "description": "The base of this spec, or several in their order, where a later one wins: names of specs in "
    "environments/, without .yaml.",
    "anyOf": [_BASE, {"type": "array", "items": _BASE, "minItems": 1, "uniqueItems": True}],
    "examples": ["_base", ["_base", "_eu"]],
}

_WITHOUT_VARIABLES: Final = r"^(?![\s\S]*@\{)"
_ABOUT: Final[tuple[str, ...]] = ("description", "default", "examples")


def loosen_section(section: Schema, *, literal: Collection[str] = ()) -> None:
    """Loosen a mapping with known keys, in place.

    Args:
        section: schema of the mapping.
        literal: keys whose texts take no variables.
    """
    section.pop("required", None)
    operated: Schema = {}
    for key, value in section["properties"].items():
        operator = _operator(value)
        loose = _loose(value, variables=key not in literal)
        if operator:
            operated[f"^{key}[{operator}]$"] = _operand(loose)
        section["properties"][key] = _removable(loose)
    if operated:
        # No properties: an editor would offer every key twice.
        section["patternProperties"] = operated


def _operator(value: Schema) -> str:
    """Return the operator that a key with such a value may carry, "" for none."""
    choices = value.get("anyOf", [value])
    if any(choice.get("type") == "array" for choice in choices):
        return APPEND
    return REPLACE if any(choice.get("type") == "object" or "$ref" in choice for choice in choices) else ""


def _loose(value: Schema, *, variables: bool = True) -> Schema:
    about = {word: value[word] for word in _ABOUT if value.get(word) is not None}
    # Of the model's own nulls only the meaning stays: null removes, and so leaves the key without a value.
    choices = [choice for choice in value.get("anyOf", [value]) if choice.get("type") != "null"]
    loose = [_loose_choice({key: rule for key, rule in choice.items() if key not in _ABOUT}) for choice in choices]
    if variables and any("string" in _types(choice) and "enum" not in choice for choice in loose):
        loose = [_without_variables(choice) for choice in loose] + [{"$ref": f"#/$defs/{VARIABLE_TEXT}"}]
    return {**about, **loose[0]} if len(loose) == 1 else {**about, "anyOf": loose}


def _loose_choice(choice: Schema) -> Schema:
    if choice.get("type") == "array":
        return {**choice, "items": _loose(choice["items"])}
    if choice.get("type") == "object":
        return _loose_mapping(choice)
    return choice


def _loose_mapping(choice: Schema) -> Schema:
    """Loosen a mapping whose keys the user chooses: its names may carry an operator, its values may be null."""
    value, names = choice["additionalProperties"], choice["propertyNames"]
    loose = {word: rule for word, rule in choice.items() if word not in ("minProperties", "maxProperties")}
    loose["additionalProperties"] = _removable(_loose(value))
    operator = _operator(value)
    if not operator:
        return loose
    loose["patternProperties"] = {f"[{operator}]$": _operand(_loose(value))}
    if "enum" in names:
        loose["propertyNames"] = {"enum": [name + sign for name in names["enum"] for sign in ("", operator)]}
    else:
        pattern = f"{names['pattern'].removesuffix('$')}[{operator}]$"
        longer = {word: limit + 1 for word, limit in names.items() if word in ("minLength", "maxLength")}
        loose["propertyNames"] = {"anyOf": [names, {**longer, "pattern": pattern}]}
    return loose


def _operand(loose: Schema) -> Schema:
    """Return the schema of a value behind an operator: appending nothing is no mistake, removing is one."""
    return {word: rule for word, rule in loose.items() if word not in (*_ABOUT, "minItems")}


def _removable(loose: Schema) -> Schema:
    """Let null stand for the removal of what is inherited."""
    about = {word: loose[word] for word in _ABOUT if word in loose}
    rules = {word: rule for word, rule in loose.items() if word not in _ABOUT}
    if set(rules) == {"anyOf"}:
        return {**about, "anyOf": [*rules["anyOf"], {"type": "null"}]}
    if "type" in rules and "enum" not in rules:
        return {**about, **rules, "type": [*_types(rules), "null"]}
    if "enum" in rules:
        return {**about, "enum": [*rules["enum"], None]}
    return {**about, "anyOf": [rules, {"type": "null"}]}


def _types(rules: Schema) -> list[str]:
    types = rules.get("type", [])
    return [types] if isinstance(types, str) else types


def _without_variables(choice: Schema) -> Schema:
    """Leave texts with variables to the schema made for them; a pattern of the model never matches them."""
    return choice if "pattern" in choice else {**choice, "pattern": _WITHOUT_VARIABLES}
