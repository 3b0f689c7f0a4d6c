"""Init: make a workspace of example specs and what surrounds them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from generator.engines.pipeline import pipeline
from generator.errors import OutputError
from generator.model.documents.schema import SCHEMA_FILE, file_schema, schema_text
from generator.workspace import bundled_environments

_STARTER: Final = Path(__file__).parent / "starter"
_SPECS: Final = ("_base", "dev", "staging", "prod")
# What is new has a log group for each project; the examples, which were there before, share one.
_LOGS: Final = ("\nlogs:\n", "\nlogs:\n  group: project\n")
_SURROUNDINGS: Final = {
    ".gitignore": "gitignore",
    ".gitattributes": "gitattributes",
    ".pre-commit-config.yaml": "pre-commit-config.yaml",
}


@dataclass(frozen=True, slots=True)
class MadeWorkspace:
    """What a new workspace got.

    Attributes:
        root: the workspace.
        written: paths relative to the workspace.
        kept: paths of files that were there already, with the text that tfstencil would have written.
    """

    root: Path
    written: tuple[str, ...]
    kept: dict[str, str]


def init(root: Path) -> MadeWorkspace:
    """Write the example specs and what surrounds them; nothing that exists is touched.

    Args:
        root: the workspace, which may not exist yet.

    Raises:
        OutputError: a spec of one of the examples' names exists (nothing is written then), or the folder cannot be
            written.
    """
    specs = {f"environments/{name}.yaml": bundled_environments() / f"{name}.yaml" for name in _SPECS}
    taken = [path for path in specs if (root / path).exists()]
    if taken:
        raise OutputError(
            f"{root} is a workspace already: it has {', '.join(taken)}",
            hint="nothing was written; name another folder, or add an environment with a spec of its own",
        )
    surroundings = {path: (_STARTER / name).read_text("utf-8") for path, name in _SURROUNDINGS.items()}
    surroundings |= {each.path: each.text for each in pipeline("github")}
    # The first line of each spec names the schema, so that editors complete and check.
    surroundings[SCHEMA_FILE] = schema_text(file_schema())
    kept = {path: text for path, text in surroundings.items() if (root / path).exists()}
    wanted = {path: source.read_text("utf-8").replace(*_LOGS) for path, source in specs.items()}
    wanted |= {path: text for path, text in surroundings.items() if path not in kept}
    try:
        for path, text in wanted.items():
            _write_new(root / path, text)
    except OSError as error:
        raise OutputError(
            f"{error.filename or root}: {error.strerror}", hint="choose a folder that can be written"
        ) from error
    return MadeWorkspace(root, tuple(wanted), kept)


def _write_new(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    # "x": a file that appeared since we looked is not overwritten either.
    with path.open("x", encoding="utf-8", newline="\n") as file:
        file.write(text)
