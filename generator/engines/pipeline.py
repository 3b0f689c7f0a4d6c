"""The pipeline files of each engine, as text."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from generator import __version__
from generator.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping

ENGINES: Final = ("github",)
# Full commits, which nobody can move as a tag can be moved; all of them run on Node 24.
ACTIONS: Final[Mapping[str, str]] = {
    "checkout": "actions/checkout@de0fac2e4500dabe0009e67214ff5f5447ce83dd # v6.0.2",
    "setup_python": "actions/setup-python@a309ff8b426b58ec0e2a45f0f869d46889d02405 # v6.2.0",
    "setup_terraform": "hashicorp/setup-terraform@5e8dbf3c6d9deaf4193ca7a8fb23f2ac83bb6c85 # v4.0.0",
    "upload": "actions/upload-artifact@043fb46d1a93c77aae656e7c1c64a875d1fc6a0a # v7.0.1",
    "download": "actions/download-artifact@3e5f45b2cfb9172054b4087a40e8e0b5a5461e7c # v8.0.1",
    "aws": "aws-actions/configure-aws-credentials@8df5847569e6427dd6c4fb1cf565c83acfa8afa7 # v6.0.0",
}
_TEMPLATES: Final = Path(__file__).parent / "templates"
# What a shell, YAML and a path of an artifact all take as it stands.
_PLAIN: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*(/[A-Za-z0-9][A-Za-z0-9._-]*)*")


@dataclass(frozen=True, slots=True)
class PipelineFile:
    """A file of an engine.

    Attributes:
        path: from the root of the repository.
        text: what stands in it.
    """

    path: str
    text: str


def pipeline(engine: str, folder: str = "") -> tuple[PipelineFile, ...]:
    """Return the files by which an engine runs tfstencil.

    Args:
        engine: one of `ENGINES`.
        folder: the workspace, from the root of the repository; "" where it is the root.

    Raises:
        UsageError: the folder's name cannot stand in a file of the engine.
    """
    if folder and not _PLAIN.fullmatch(folder):
        hint = "rename it: letters, digits, dots, hyphens and underscores, and no dot or hyphen first"
        raise UsageError(f"{folder!r} is not a folder that a pipeline can name", hint=hint)
    # GitHub's expressions and the shell have most brackets already.
    templates = Environment(  # noqa: S701  # YAML, not HTML
        loader=FileSystemLoader(_TEMPLATES),
        undefined=StrictUndefined,
        variable_start_string="[=",
        variable_end_string="=]",
        block_start_string="[%",
        block_end_string="%]",
        comment_start_string="[#",
        comment_end_string="#]",
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    text = templates.get_template(f"{engine}.yml.j2").render(
        action=ACTIONS,
        classes=("dev", "staging", "prod"),
        folder=folder,
        prefix=f"{folder}/" if folder else "",
        version=__version__,
    )
    name = "-".join(("tfstencil", *folder.split("/"))) if folder else "tfstencil"
    return (PipelineFile(f".github/workflows/{name}.yml", text),)
