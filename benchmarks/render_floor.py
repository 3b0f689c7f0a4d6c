"""The floor of rendering: PyYAML and bare Jinja in one process, writing the same bytes file by file.

No inheritance, no checks, no places, no jail, no manifest, no atomic write: each spec is parsed with libyaml, each
template of the stack is rendered for each environment, and each file is written where it belongs. The contexts were
derived beforehand; they are read from a file. The two encoders are the project's own, since the bytes must be the same.
"""

from __future__ import annotations

import pickle
import sys
from pathlib import Path

import jinja2
import yaml

from generator.rendering.hcl import encode
from generator.rendering.markdown import code, label, prose, shell


def environments(templates: Path) -> dict[bool, jinja2.Environment]:
    """Return the bare Jinja environments for Markdown (True) and for HCL (False)."""
    loader = jinja2.FileSystemLoader(templates)
    bare = {
        markdown: jinja2.Environment(  # noqa: S701  # HCL and Markdown are not HTML
            loader=loader, trim_blocks=True, lstrip_blocks=True, keep_trailing_newline=True, finalize=finalize
        )
        for markdown, finalize in ((True, lambda text: text if isinstance(text, Done) else prose(text)), (False, None))
    }
    bare[True].filters["code"] = lambda value: Done(code(value))
    bare[True].filters["label"] = lambda value: Done(label(value))
    bare[True].filters["shell"] = lambda value: Done(shell(value))
    bare[False].filters["hcl"] = lambda value, indent=None: encode(value, indent=indent)
    return bare


class Done(str):
    """Text that needs no more encoding."""

    __slots__ = ()


def main(workspace: Path, templates: Path, contexts: Path, out: Path) -> None:
    """Parse all specs of `workspace`, render all templates with the pickled contexts, and write below `out`."""
    bare = environments(templates)
    for spec in sorted((workspace / "environments").glob("*.yaml")):
        with spec.open("rb") as stream:
            yaml.load(stream, Loader=yaml.CSafeLoader)  # the safe loader, in C
    for name, files in pickle.loads(contexts.read_bytes()):  # noqa: S301  # written by the benchmark itself
        for path, template, header, context in files:
            target = out / name / path
            target.parent.mkdir(parents=True, exist_ok=True)
            compiled = bare[path.endswith(".md")].get_template(template)
            target.write_text(header + compiled.render(context))


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:5]))
