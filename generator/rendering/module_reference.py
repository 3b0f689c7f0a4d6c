"""The reference of a module in its README: what it needs, makes, takes and gives, read from its rendered HCL.

The format is that of terraform-docs (https://terraform-docs.io/reference/markdown-table/), without anchors. It stands
between the marks that the tool itself would look for.
"""

from __future__ import annotations

import json
from html import escape
from itertools import chain
from textwrap import dedent
from typing import TYPE_CHECKING, Final

from generator.hcl.structure import UnreadableError, entries, read
from generator.rendering.markdown import code, prose

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from generator.hcl.structure import Block

BEGIN: Final = "<!-- BEGIN_TF_DOCS -->"
END: Final = "<!-- END_TF_DOCS -->"
README: Final = "README.md"
_REGISTRY: Final = "https://registry.terraform.io/providers/hashicorp/aws/latest/docs"


def with_reference(readme: str, files: Mapping[str, str]) -> str:
    """Put the reference of a module between the marks of its README; one without marks stays as it is.

    Args:
        readme: the rendered README.
        files: text of the module's files by path; those below its folder are no part of it.
    """
    before, begin, rest = readme.partition(BEGIN)
    _, end, after = rest.partition(END)
    return f"{before}{BEGIN}\n{reference(files)}{END}{after}" if begin and end else readme


def reference(files: Mapping[str, str]) -> str:
    """Write the sections of a module: Requirements, Providers, Modules, Resources, Inputs, Outputs."""
    blocks: list[Block] = []
    notes: list[str] = []
    for path, text in sorted(files.items()):
        if not path.endswith(".tf"):
            continue
        try:
            blocks += read(text).blocks
        except UnreadableError as error:
            # Terraform refuses such a file with its own words; the list must not look whole until then.
            notes.append(f"{code(path)} cannot be read, and what it declares is not listed: {prose(str(error))}.\n")
    tables = [
        _table("Requirements", ("Name", "Version"), _requirements(blocks)),
        _table("Providers", ("Name", "Version"), _providers(blocks)),
        _table("Modules", ("Name", "Source"), _modules(blocks)),
        _table("Resources", ("Name", "Type"), _resources(blocks)),
        _table("Inputs", ("Name", "Description", "Type", "Default", "Required"), _inputs(blocks)),
        _table("Outputs", ("Name", "Description"), _outputs(blocks)),
    ]
    return "\n".join([*notes, *tables])


def _table(title: str, columns: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [f"| {' | '.join(row)} |" for row in rows]
    if not lines:
        return f"## {title}\n\nNo {title.lower()}.\n"
    rule = "|".join("-" * (len(column) + 2) for column in columns)
    return "\n".join([f"## {title}", "", f"| {' | '.join(columns)} |", f"|{rule}|", *lines, ""])


def _of(blocks: Iterable[Block], kind: str) -> Iterator[tuple[str, Block]]:
    """Yield the blocks of a type by their labels, sorted."""
    found = [(block.name.removeprefix(f"{kind}."), block) for block in blocks if block.name.startswith(f"{kind}.")]
    yield from sorted(found, key=lambda each: each[0])


def _settings(blocks: Iterable[Block]) -> list[Block]:
    return [block for block in blocks if block.name == "terraform"]


def _required(blocks: Iterable[Block]) -> dict[str, str]:
    """Return the version that is asked of each provider."""
    named = chain.from_iterable(block.of("required_providers") for block in _settings(blocks))
    asked = {name: entries(each.source) or {} for block in named for name, each in block.attributes.items()}
    return {name: _words(held.get("version", "")) for name, held in sorted(asked.items())}


def _requirements(blocks: Sequence[Block]) -> Iterator[tuple[str, str]]:
    for block in _settings(blocks):
        if version := block.source("required_version"):
            yield "terraform", code(_words(version))
    for name, version in _required(blocks).items():
        yield name, code(version) if version else "n/a"


def _providers(blocks: Sequence[Block]) -> Iterator[tuple[str, str]]:
    asked = _required(blocks)
    used = {name.partition("_")[0] for kind in ("resource", "data") for name, _ in _of(blocks, kind)}
    for name in sorted(used):
        yield name, code(asked[name]) if asked.get(name) else "n/a"


def _modules(blocks: Sequence[Block]) -> Iterator[tuple[str, str]]:
    for name, block in _of(blocks, "module"):
        yield name, code(_words(block.source("source")))


def _resources(blocks: Sequence[Block]) -> Iterator[tuple[str, str]]:
    for kind, folder, shown in (("resource", "resources", "resource"), ("data", "data-sources", "data source")):
        for name, _ in _of(blocks, kind):
            kind_of, _, _ = name.partition(".")
            page = f"{_REGISTRY}/{folder}/{kind_of.removeprefix('aws_')}"
            yield f"[{name}]({page})" if kind_of.startswith("aws_") else name, shown


def _inputs(blocks: Sequence[Block]) -> Iterator[tuple[str, ...]]:
    for name, block in _of(blocks, "variable"):
        default = block.source("default")
        described = prose(_words(block.source("description")))
        shown = _value(default) if default else "n/a"
        yield name, described or "n/a", _value(block.source("type") or "any"), shown, "no" if default else "yes"


def _outputs(blocks: Sequence[Block]) -> Iterator[tuple[str, str]]:
    for name, block in _of(blocks, "output"):
        yield name, prose(_words(block.source("description"))) or "n/a"


def _words(source: str) -> str:
    """Return what a quoted text says; anything else stays as it is written."""
    try:
        return str(json.loads(source)) if source.startswith('"') else source
    except ValueError:  # an escape that JSON does not have
        return source


def _value(source: str) -> str:
    """Show an expression in a cell, in the lines that it is written in."""
    if "\n" not in source:
        return code(source)
    first, _, rest = source.partition("\n")
    text = _cell(f"{first}\n{dedent(rest)}".rstrip())
    return f"<pre>{text.replace(chr(10), '<br/>')}</pre>"


def _cell(text: str) -> str:
    """Keep a cell whole: neither HTML nor a pipe, and no mark of Markdown."""
    return escape(text, quote=False).replace("|", "&#124;").replace("*", "&#42;").replace("`", "&#96;")
