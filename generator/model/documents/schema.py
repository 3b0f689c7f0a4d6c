"""JSON Schema of a spec: of one file as an editor sees it, and of an environment after all layers are merged.

pydantic writes the schema of the model, which is that of a merged environment. A file may say less (a base or the
class says the rest) and more: `extends`, null to remove, `key+` and `key=`, and variables in its texts.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

from generator.language.bases import EXTENDS
from generator.model.documents.documentation import class_defaults, documentation
from generator.model.documents.loosening import EXTENDS_SCHEMA, TEXT_WITH_VARIABLES, VARIABLE_TEXT, loosen_section
from generator.model.environment import EnvironmentSpec
from generator.model.loading.interpolation import VARIABLES
from generator.model.loading.layers import CLASSES
from generator.model.notation import text_of
from generator.model.section import Replaceable
from generator.model.types import duration_text

if TYPE_CHECKING:
    from generator.model.documents.loosening import Schema

DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"
SCHEMA_FILE: Final = "docs/spec.schema.json"
MODELINE: Final = f"# yaml-language-server: $schema=../{SCHEMA_FILE}"


def merged_schema(model: type[EnvironmentSpec] = EnvironmentSpec) -> Schema:
    """Return the JSON Schema 2020-12 of an environment after all its layers are merged."""
    schema = _schema(model)
    sections = [part.key.section for part in model.catalog.parts if part.key is not None]
    for section in sections:
        if issubclass(section, Replaceable) and section.__name__ in schema["$defs"]:
            _require_of_made(section, schema["$defs"][section.__name__])
    return schema


def _schema(model: type[EnvironmentSpec]) -> Schema:
    schema = model.model_json_schema(by_alias=True)
    defs = schema.pop("$defs")
    for part in (schema, *defs.values()):
        _settle(part)
    _add_class_defaults(schema, defs, model)
    names = {"$schema": DIALECT, "$id": "urn:tfstencil:spec:merged", "title": "tfstencil spec, merged"}
    return {**names, **schema, "$defs": defs}


def file_schema(model: type[EnvironmentSpec] = EnvironmentSpec) -> Schema:
    """Return the JSON Schema 2020-12 of one file in environments/: an environment, or a base."""
    schema = _schema(model)
    schema["$id"] = "urn:tfstencil:spec"
    schema["title"] = "tfstencil spec"
    schema["description"] = "A file in environments/: an environment or, with a leading underscore, a base of some."
    for part in (schema, *schema["$defs"].values()):
        loosen_section(part, literal=VARIABLES if part is schema else ())
    schema["properties"] = {EXTENDS: EXTENDS_SCHEMA, **schema["properties"]}
    schema["$defs"][VARIABLE_TEXT] = TEXT_WITH_VARIABLES
    return schema


def _require_of_made(section: type[Replaceable], schema: Schema) -> None:
    """Let what is about made things alone be required only where they are made."""
    required = [key for key in schema.get("required", ()) if key in section.unread]
    if required:
        schema["required"] = [key for key in schema["required"] if key not in required]
        schema["anyOf"] = [{"required": [section.names_existing]}, {"required": required}]


def _settle(schema: Schema) -> None:
    """Say in place what pydantic does not: durations as text, no made-up titles, no key beyond the patterns."""
    schema.pop("title", None)
    if "x-range" in schema:
        schema["description"] = f"{schema.get('description', '')} From {schema.pop('x-range')}.".strip()
        # \d is any digit of Unicode in some dialects.
        schema["pattern"] = schema["pattern"].replace(r"\d", "[0-9]")
        if isinstance(schema.get("default"), int):
            schema["default"] = duration_text(schema["default"])
    if "patternProperties" in schema:
        # pydantic lets a key pass that matches no pattern; the model refuses it.
        ((pattern, values),) = schema.pop("patternProperties").items()
        schema["propertyNames"] = {**schema.get("propertyNames", {}), "pattern": pattern}
        schema["additionalProperties"] = values
    for child in _children(schema):
        _settle(child)


def _children(schema: Schema) -> list[Schema]:
    """Return the schemas inside a schema, definitions excepted."""
    single = [schema[word] for word in ("additionalProperties", "items") if isinstance(schema.get(word), dict)]
    return [*single, *schema.get("properties", {}).values(), *schema.get("anyOf", ())]


def _add_class_defaults(root: Schema, defs: Schema, model: type[EnvironmentSpec]) -> None:
    known = documentation(model)
    for path, entry in known.items():
        values = class_defaults(path, model.catalog)
        if not values or entry.section:
            continue
        holder = known[path[:-1]].section if path[:-1] else None
        found = (defs[holder.__name__] if holder else root)["properties"][path[-1]]
        found.pop("default", None)
        texts = {name: text_of(values.get(name, entry.default)) for name in CLASSES}
        if len(set(texts.values())) == 1:
            found["default"] = next(iter(values.values()))
        else:
            by_class = ", ".join(f"{name} {text}" for name, text in texts.items())
            found["description"] = f"{found['description']} Default by class: {by_class}."


def schema_text(schema: Schema) -> str:
    """Write a schema as the text of a file."""
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"
