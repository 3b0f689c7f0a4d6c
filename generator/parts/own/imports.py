"""How what exists of a part's own types is found and taken over: what the file may say of it, and what it comes to."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Annotated, Final

from pydantic import Field

from generator.adoption.importable import Importable, always, has, named
from generator.model.section import Section
from generator.model.types import Text
from generator.parts.own.file.api_calls import OperationName, ServiceName

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from generator.adoption.importable import Holds, Imports
    from generator.parts.own.file.reading import PartSource

ImportText = Annotated[
    str,
    Text(
        r"(?:[^@{}\n]|@\{[a-z][a-z0-9_]*\})+",
        "text with @{…} for attributes of the resource, and for account, region and partition",
        longest=300,
    ),
]
AnswerPath = Annotated[
    str, Text(r"[A-Za-z0-9]+(?:\.[A-Za-z0-9]+)*", "a path in the answer such as Configuration.Role", longest=100)
]
_ATTRIBUTE: Final = re.compile(r"@(\{(\w+)\})")
_PLACE: Final = ("account", "region", "partition")


class ImportedItem(Section):
    """One item of a listing, which is the one that is looked for."""

    items: AnswerPath = Field(description="Where in the answer the list stands.", examples=["Rules"])
    field: AnswerPath = Field(description="Of each item: what it is known by.", examples=["Name"])
    attribute: Annotated[str, Text(r"[a-z][a-z0-9_]*", "an attribute such as name", longest=60)] = Field(
        description="Attribute of the resource that is the same.", examples=["name"]
    )


class PartImport(Section):
    """How one that exists is found in AWS, and what Terraform imports it by."""

    identifier: ImportText | None = Field(
        default=None, description="What Terraform imports it by.", examples=["@{function_name}/@{statement_id}"]
    )
    service: ServiceName | None = Field(default=None, description="Whom to ask for it.", examples=["lambda"])
    operation: OperationName | None = Field(
        default=None, description="What to ask: AWS says that there is none, or answers.", examples=["get_function"]
    )
    arguments: dict[str, ImportText | list[ImportText]] = Field(
        default_factory=dict,
        max_length=10,
        description="Of the operation.",
        examples=[{"FunctionName": "@{function_name}"}],
    )
    holds: AnswerPath | None = Field(
        default=None, description="What the answer must have, where an answer alone says nothing.", examples=["Status"]
    )
    among: ImportedItem | None = Field(default=None, description="The same of a listing: which item it must have.")
    because: Annotated[str, Text(r"[^\n]+", "a sentence or two", longest=300)] | None = Field(
        default=None,
        description="Why none is looked for, in place of all other keys.",
        examples=["AWS makes up its ID"],
    )


def judge_imports(source: PartSource, says: Mapping[str, PartImport], known: Imports) -> None:
    """Judge what a part says of the types that are taken over; mistakes go to its source.

    Args:
        source: the file.
        says: what stands below its `imports`.
        known: how we look for types.
    """
    for kind, row in says.items():
        at = ("imports", kind)
        if kind in known:
            source.fault(at, "tfstencil looks for it already", "remove it", at_key=True)
        for key, message, hint in _faults(row):
            source.fault((*at, key) if key else at, message, hint, at_key=True)


def _faults(row: PartImport) -> Iterator[tuple[str, str, str]]:
    """Yield what is wrong: the key, the message, and what to do."""
    said = row.model_fields_set
    if row.because is not None:
        for key in sorted(said - {"because"}):
            yield key, "counts never: because says that none is looked for", "remove one of the two"
        return
    missing = [key for key in ("identifier", "service", "operation") if getattr(row, key) is None]
    if missing:
        yield "", f"says no {', and no '.join(missing)}", "add it, or say why none is looked for: because: …"
    known = {*_PLACE, *_names(row.identifier or "")}
    asked = {name for value in row.arguments.values() for name in _names(*_listed(value))}
    asked |= {row.among.attribute} if row.among is not None else set()
    if row.identifier is not None and asked - known:
        message = f"names {', '.join(sorted(asked - known))}, which the identifier does not have"
        yield "", message, "look by what the identifier says: from it, one that is adopted is found again"
    if row.holds is not None and row.among is not None:
        yield "among", "is said beside holds", "remove one of the two"


def import_rows(says: Mapping[str, PartImport]) -> Imports:
    """Return how what exists of a part's types is found, as ours are."""
    return {kind: row.because or _row(row) for kind, row in says.items()}


def _row(row: PartImport) -> Importable:
    holds: Holds = always
    compared = ""
    if row.holds is not None:
        holds = has(row.holds)
    elif row.among is not None:
        compared = row.among.attribute
        holds = named(row.among.items, row.among.field, compared)
    arguments = {name: _filled(value) for name, value in row.arguments.items()}
    identifier = _form(str(row.identifier))
    return Importable(identifier, str(row.service), str(row.operation), arguments, holds, compared=compared)


def _names(*texts: str) -> Iterator[str]:
    """Yield what the texts name."""
    return (found[2] for text in texts for found in _ATTRIBUTE.finditer(text))


def _listed(value: str | list[str]) -> list[str]:
    return value if isinstance(value, list) else [value]


def _filled(value: str | list[str]) -> str | list[str]:
    return [_form(each) for each in value] if isinstance(value, list) else _form(value)


def _form(text: str) -> str:
    """Write `@{name}` as the fields of `Importable` are."""
    return _ATTRIBUTE.sub(r"\1", text)
