"""JSON Schema and reference of `part.yaml`, from the model that judges it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from generator.model.documents.documentation import documentation
from generator.model.documents.schema import DIALECT
from generator.model.notation import text_of
from generator.parts.own.file.description import PartFile

if TYPE_CHECKING:
    from collections.abc import Iterator

    from generator.model.documents.documentation import Documentation

PART_SCHEMA_FILE: Final = "docs/part.schema.json"
PART_REFERENCE_FILE: Final = "docs/part-reference.md"
_OPENING: Final = """\
<!-- Written by `tfstencil schema --part-reference`; edit the descriptions in generator/parts/own/ instead. -->
# Reference of part.yaml

A part lies in `parts/<name>/`; [parts.md](parts.md) leads through the first one. Expressions are Jinja's, to compare
and choose values: `inputs`, `environment`, `names`, `builds`, and `parts.<key>` of each part in `requires.parts`. Texts
take `@{…}` with such an expression inside; `prefix`, `stack`, `region`, `account` and `partition` stand for themselves.
"""


def part_schema() -> dict[str, Any]:
    """Return the JSON Schema 2020-12 of `part.yaml`."""
    schema = PartFile.model_json_schema(by_alias=True)
    names = {"$schema": DIALECT, "$id": "urn:tfstencil:part", "title": "tfstencil part"}
    return {**schema, **names}


def part_reference() -> str:
    """Return the reference of all keys of `part.yaml`, as Markdown."""
    known = documentation(PartFile)
    lines = [_OPENING, *_section("Top level", (), known)]
    for path, entry in known.items():
        if entry.section:
            lines += _section(f"`{entry.key}`", path, known)
    return "\n".join(lines)


def _section(title: str, at: tuple[str, ...], known: dict[tuple[str, ...], Documentation]) -> Iterator[str]:
    yield f"## {title}\n"
    yield "| Key | What may be written | Default | Meaning |"
    yield "|---|---|---|---|"
    for path, entry in known.items():
        if path[:-1] == at and entry.is_named:
            default = "**required**" if entry.required else _default(entry.default)
            example = f" Example: `{text_of(entry.examples[0])}`." if entry.examples else ""
            cells = (f"`{path[-1]}`", entry.kind, default, f"{entry.description}{example}")
            yield "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"
    yield ""


def _default(value: object) -> str:
    empty = value in (None, "", [], {}) or (isinstance(value, dict) and not any(value.values()))
    return "none" if empty else f"`{text_of(value)}`"
