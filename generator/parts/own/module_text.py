"""What the templates of a part's module declare: variables and outputs, as far as their text says."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

from generator.parts.own.compiled import TAGS
from generator.suggestion import closest
from generator.workspace import bundled_templates

if TYPE_CHECKING:
    from generator.parts.own.compiled import Compiled
    from generator.parts.own.file.reading import PartSource

TEMPLATES: Final = "templates"
ROOT_TEMPLATE: Final = "root.tf.j2"
_VARIABLE: Final = re.compile(r'^[ \t]*variable\s+"([^"]+)"', re.MULTILINE)
_OUTPUT: Final = re.compile(r'^[ \t]*output\s+"([^"]+)"', re.MULTILINE)
_RESOURCE: Final = re.compile(r'^[ \t]*resource\s+"([^"]+)"', re.MULTILINE)
_HCL: Final = (".tf", ".tf.j2")


@dataclass(frozen=True, slots=True)
class ModuleText:
    """The text of a part's module.

    Attributes:
        variables: that some shape of it declares.
        outputs: that some shape of it declares.
        types: of the resources that some shape of it declares.
        has_root: whether the part writes the call of its module itself.
        is_there: whether there is any.
    """

    variables: frozenset[str]
    outputs: frozenset[str]
    types: frozenset[str]
    has_root: bool
    is_there: bool

    @classmethod
    def read(cls, source: PartSource) -> ModuleText:
        """Read the templates of a part."""
        folder = source.folder / TEMPLATES
        texts = [_text(path) for path in _files(folder) if path.name != ROOT_TEMPLATE]
        return cls(
            frozenset(name for text in texts for name in _VARIABLE.findall(text)),
            frozenset(name for text in texts for name in _OUTPUT.findall(text)),
            frozenset(name for text in texts for name in _RESOURCE.findall(text)),
            (folder / ROOT_TEMPLATE).is_file(),
            bool(texts),
        )

    def judge(self, source: PartSource, part: Compiled) -> None:
        """Compare what the file of the part says with what its templates declare."""
        says = part.says
        if not self.is_there:
            source.fault((), f"has no {TEMPLATES}/: a part is a module of Terraform", f"write {TEMPLATES}/main.tf.j2")
            return
        for name in says.outputs:
            if name not in self.outputs:
                close = closest(name, self.outputs)
                hint = f"did you mean {close}?" if close else f"write output {name} in {TEMPLATES}/outputs.tf.j2"
                source.fault(("outputs", name), f"no template of the module has an output {name}", hint, at_key=True)
        for kind in says.imports:
            if kind not in self.types:
                close = closest(kind, self.types)
                hint = f"did you mean {close}?" if close else "remove it, or write the resource"
                source.fault(("imports", kind), f"no template of the module has a {kind}", hint, at_key=True)
        if self.has_root:
            return
        known = {*says.inputs, *says.names, *says.arguments, TAGS}
        for name in sorted(self.variables - known):
            close = closest(name, known)
            hint = f"did you mean {close}? " if close else ""
            message = f"the module has a variable {name}, which is not an input, a name or an argument"
            source.fault((), message, f"{hint}Add it to inputs: or arguments:, or write {TEMPLATES}/{ROOT_TEMPLATE}")
        for name in [*says.inputs, *says.arguments]:
            if name not in self.variables and name not in part.used_inputs:
                kind = "inputs" if name in says.inputs else "arguments"
                message = "has no effect: the module has no such variable, and no expression names it"
                hint = f"declare variable {name} in {TEMPLATES}/variables.tf.j2, or remove it"
                source.fault((kind, name), message, hint, at_key=True)


@lru_cache(maxsize=64)
def outputs_of_ours(module: str) -> frozenset[str]:
    """Return the outputs that a module of ours has in some shape."""
    folder = bundled_templates() / "modules" / module
    texts = [_text(path) for path in _files(folder) if path.parent == folder]
    return frozenset(name for text in texts for name in _OUTPUT.findall(text))


def _files(folder: Path) -> list[Path]:
    found: list[Path] = []
    for parent, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if not name.startswith(".")]
        found += [Path(parent, name) for name in names if name.endswith(_HCL) and not name.startswith(".")]
    return found


def _text(path: Path) -> str:
    # What cannot be read is told by whoever renders it, with its place.
    try:
        return path.read_bytes().decode("utf-8", "replace")
    except OSError:
        return ""
