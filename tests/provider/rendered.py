"""What templates render for the AWS provider, in every shape: arguments, blocks and the attributes that they read."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from generator.hcl.structure import Block, UnreadableError
from generator.hcl.structure import read as read_hcl

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_COMMENT: Final = re.compile(r"\{#.*?#\}", re.DOTALL)
# Two ways to open one block, of which one renders.
_OPENINGS: Final = re.compile(r"^\{% if [^\n]*\n[^\n]*\{\n\{% else %\}\n([^\n]*\{\n)\{% endif %\}\n", re.MULTILINE)
_CONTROL: Final = re.compile(r"^[ \t]*\{%.*?%\}[ \t]*\n", re.MULTILINE | re.DOTALL)
_OUTPUT: Final = re.compile(r"\{\{.*?\}\}", re.DOTALL)
_READ: Final = re.compile(r"(?<![\w.])(data\.)?(aws_\w+)\.\w+(?:\[[^]]*\])?\.(\w+)")
_TWICE: Final = re.compile(r"line (\d+): (\S+) is set twice")
# Terraform's own, in every resource.
_META: Final = frozenset({"for_each", "count", "depends_on", "provider"})
_META_BLOCKS: Final = frozenset({"lifecycle", "timeouts"})


@dataclass(frozen=True)
class Use:
    """An argument, a block or an attribute that a template names.

    Attributes:
        kind: `resource`, `data` or `provider`.
        type: of the resource; "" of the provider.
        path: names from the outermost block to it.
        file: of the template.
    """

    kind: str
    type: str
    path: tuple[str, ...]
    file: str

    def __str__(self) -> str:
        return f"{self.file}: {self.kind} {self.type} {'.'.join(self.path)}"


def without_branches(text: str) -> str:
    """Return the HCL of all branches of a template at once."""
    return _OUTPUT.sub("x", _CONTROL.sub("", _OPENINGS.sub(r"\1", _COMMENT.sub("", text))))


def _read(text: str) -> Block:
    """Read the HCL of all branches, which set many an argument twice: each is read, the later ones as `name--line`."""
    lines = text.split("\n")
    while True:
        try:
            return read_hcl("\n".join(lines))
        except UnreadableError as error:
            twice = _TWICE.fullmatch(str(error))
            if twice is None:
                raise
            line = int(twice[1]) - 1
            lines[line] = lines[line].replace(twice[2], f"{twice[2]}--{line}", 1)


def bodies(templates: Path) -> Iterator[tuple[str, Block, str]]:
    """Yield each file of Terraform that templates make: its name, its blocks and its text."""
    for file in sorted(templates.rglob("*.tf.j2")):
        text = without_branches(file.read_text(encoding="utf-8"))
        yield file.relative_to(templates).as_posix(), _read(text), text


def written(templates: Path) -> Iterator[Use]:
    """Yield each argument and block that templates write."""
    for name, body, _ in bodies(templates):
        for inner in body.blocks:
            kind, *labels = inner.name.split(".")
            if kind in {"resource", "data", "ephemeral"} and labels[0].startswith("aws_"):
                yield from (Use(kind, labels[0], path, name) for path in _paths(inner))
            elif kind == "provider" and labels == ["aws"]:
                yield from (Use(kind, "", path, name) for path in _paths(inner))


def read(templates: Path) -> Iterator[Use]:
    """Yield each attribute that expressions of templates read of a resource or a data source."""
    for name, _, text in bodies(templates):
        for data, type_, attribute in _READ.findall(text):
            yield Use("data" if data else "resource", type_, (attribute,), name)


def _paths(body: Block, above: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    names = dict.fromkeys(name.partition("--")[0] for name in body.attributes)
    yield from ((*above, name) for name in names if above or name not in _META)
    for inner in body.blocks:
        kind, *labels = inner.name.split(".")
        if kind in _META_BLOCKS and not above:
            continue
        name = labels[0] if kind == "dynamic" else kind
        yield (*above, name)
        contents = inner.of("content") if kind == "dynamic" else (inner,)
        for each in contents:
            yield from _paths(each, (*above, name))
