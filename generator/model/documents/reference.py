"""The reference of all keys of a spec, as Markdown, from the same source as the schema and `explain`."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from generator.model.documents.documentation import class_defaults, documentation
from generator.model.environment import EnvironmentSpec
from generator.model.loading.interpolation import VARIABLES
from generator.model.loading.layers import CLASS, CLASSES
from generator.model.notation import text_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pydantic import BaseModel

    from generator.model.documents.documentation import Documentation
    from generator.parts.catalog import Catalog

REFERENCE_FILE: Final = "docs/spec-reference.md"

_OPENING: Final = """\
<!-- Written by `tfstencil schema --reference`; edit the descriptions in generator/model/ instead. -->
# Spec reference

A spec is a YAML file in `environments/`: an environment, named like the file, or with a leading underscore a base
that others extend. The layers of an environment are, from the lowest: the defaults of its class ({classes}),
its bases in their order, its own file. `tfstencil explain ENV KEY` shows where a value comes from.

| in a file | does |
|---|---|
| `extends: _base`, `extends: [_base, _eu]` | names the bases; of several, a later one wins |
| `key: value` | merges a mapping into the inherited one; replaces an inherited text, number or list |
| `key: null` | removes what is inherited |
| `key+: [item]` | appends to the inherited list |
| `key=: {{name: value}}` | replaces the inherited mapping as a whole |
| {variables} | are replaced in texts; `@@{{` stands for `@{{` |

Texts that YAML readers take differently (`no`, `012`, `1.10`, `22:30`) must be quoted. A required key must have a value
after all layers are merged, in whichever of them it stands.
"""
_HEADER: Final = ("Key", "What may be written", "Default", "Meaning")


def reference(model: type[EnvironmentSpec] = EnvironmentSpec) -> str:
    """Return the reference as Markdown."""
    variables = ", ".join(f"`@{{{name}}}`" for name in VARIABLES)
    parts = [_OPENING.format(classes=", ".join(CLASSES), variables=variables)]
    parts += _section("Top level", (model.__doc__ or "").partition("\n")[0], (), model)
    for path, entry in documentation(model).items():
        if entry.section:
            parts += _section(f"`{entry.key}`", _about(entry.section, entry.description), path, model)
    return "\n".join(parts)


def _about(section: type[BaseModel], description: str) -> str:
    own = (section.__doc__ or "").partition("\n")[0]
    return own or description


def _section(title: str, about: str, at: tuple[str, ...], model: type[EnvironmentSpec]) -> Iterator[str]:
    """Write a heading and the table of the keys directly below `at`."""
    yield f"## {title}\n\n{about}\n"
    yield _row(_HEADER)
    yield "|" + "---|" * len(_HEADER)
    for path, entry in documentation(model).items():
        if path[:-1] == at and entry.is_named:
            yield _row((f"`{path[-1]}`", entry.kind, _default(entry, model.catalog), _meaning(entry)))
    yield ""


def _row(cells: tuple[str, ...]) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def _default(entry: Documentation, catalog: Catalog) -> str:
    values = class_defaults(entry.path, catalog)
    if entry.section:
        return "by key, see there" if entry.required and values else _presence(entry)
    texts = {name: _code(values.get(name, entry.default)) for name in CLASSES} if values else {}
    if len(set(texts.values())) > 1:
        return "<br>".join(f"{name}: {text}" for name, text in texts.items())
    return next(iter(texts.values()), "") or _presence(entry)


def _presence(entry: Documentation) -> str:
    if entry.path == (CLASS,):
        return "from the name"
    if entry.required:
        return "**required**"
    return _code(entry.default) if entry.default not in (None, "", {}, []) else "none"


def _code(value: object) -> str:
    return "none" if value is None else f"`{text_of(value)}`"


def _meaning(entry: Documentation) -> str:
    example = f" Example: `{text_of(entry.examples[0])}`." if entry.examples else ""
    below = f" See [`{entry.key}`](#{_anchor(entry)})." if entry.section else ""
    return f"{entry.description}{example}{below}"


def _anchor(entry: Documentation) -> str:
    """Return the anchor that GitHub gives to the heading of a section."""
    return re.sub(r"[^a-z0-9_-]", "", entry.key.lower())
