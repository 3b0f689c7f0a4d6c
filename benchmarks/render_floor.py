"""The floor of rendering: PyYAML and bare Jinja in one process, writing the same bytes file by file.

No inheritance, no checks, no places, no jail, no manifest, no atomic write: each spec is parsed with libyaml, each
template of the stack is rendered for each environment, and each file is written where it belongs. The contexts were
derived beforehand; they are read from a file. The two encoders are the project's own, since the bytes must be the same.
"""

from __future__ import annotations

import pickle
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import jinja2
import yaml

from generator.rendering.hcl import encode, identifier
from generator.rendering.markdown import code, label, line, prose, shell

if TYPE_CHECKING:
    from collections.abc import Callable


def environments(templates: Path) -> dict[bool, jinja2.Environment]:
    """Return the bare Jinja environments for Markdown (True) and for HCL (False)."""
    loader = jinja2.FileSystemLoader(templates)
    bare = {
        markdown: jinja2.Environment(  # noqa: S701  # HCL and Markdown are not HTML
            loader=loader, trim_blocks=True, lstrip_blocks=True, keep_trailing_newline=True, finalize=finalize
        )
        for markdown, finalize in ((True, lambda text: text if isinstance(text, Done) else prose(text)), (False, None))
    }
    bare[True].filters |= {"code": done(code), "label": done(label), "line": done(line), "shell": done(shell)}
    bare[False].filters |= {"hcl": hcl, "identifier": identifier}
    return bare


class Done(str):
    """Text that needs no more encoding."""

    __slots__ = ()


def hcl(value: object, indent: int | None = None) -> str:
    """Encode a value as HCL."""
    return encode(value, indent=indent)


def done(write: Callable[[object], str]) -> Callable[[object], Done]:
    """Return a filter whose text is not encoded once more."""
    return lambda value: Done(write(value))


def main(workspace: Path, templates: Path, contexts: Path, out: Path) -> None:
    """Parse all specs of `workspace`, render all templates with the pickled contexts, and write below `out`."""
    bare = environments(templates)
    for spec in sorted((workspace / "environments").glob("*.yaml")):
        with spec.open("rb") as stream:
            yaml.load(stream, Loader=yaml.CSafeLoader)  # the safe loader, in C
    for name, files in pickle.loads(contexts.read_bytes()):  # noqa: S301  # written by the benchmark itself
        for path, template, header, context in files:
            text = bare[path.endswith(".md")].get_template(template).render(context)
            # A file of a part that the environment does not have is empty, and not written.
            if text.strip():
                target = out / name / path
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_text(header + text)


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:5]))
