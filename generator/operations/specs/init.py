"""Init: make a workspace of specs, what surrounds them, and their modules."""

from __future__ import annotations

import tempfile
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from generator.engines.pipeline import pipeline
from generator.errors import OutputError, SpecError, TfstencilError, UsageError
from generator.explain.starter_workspace import starter_specs
from generator.model.documents.schema import SCHEMA_FILE, file_schema, schema_text
from generator.model.loading.load import load_environment
from generator.operations.rendered.render import RenderRequest, render
from generator.operations.run import Run
from generator.workspace import Workspace

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from generator.explain.starter_workspace import WorkspaceWishes
    from generator.problems import Problem

_STARTER: Final = Path(__file__).parent / "starter"
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
        written: paths relative to the workspace, without the modules.
        kept: paths of files that were there already, with the text that tfstencil would have written.
        rendered: environments whose modules were written.
        engine: of CI, whose files were written; None for none.
    """

    root: Path
    written: tuple[str, ...]
    kept: dict[str, str]
    rendered: tuple[str, ...]
    engine: str | None


def init(root: Path, wishes: WorkspaceWishes, *, engine: str | None, bare: bool = False) -> MadeWorkspace:
    """Write specs, what surrounds them, and their modules; nothing that exists is touched.

    Args:
        root: the workspace, which may not exist yet.
        wishes: what the user says about the specs.
        engine: of CI, whose files are written; None for none.
        bare: write the specs alone.

    Raises:
        UsageError: a wish makes no valid spec.
        TfstencilError: a spec of one of the names exists, or something cannot be written or rendered; nothing is left.
    """
    specs = {f"environments/{name}.yaml": text for name, text in starter_specs(wishes).items()}
    taken = [path for path in specs if (root / path).exists()]
    if taken:
        raise OutputError(
            f"{root} is a workspace already: it has {', '.join(taken)}",
            hint="nothing was written; name another folder, or add an environment with tfstencil new",
        )
    _require_valid(specs, wishes.classes)
    surroundings = {} if bare else _surroundings(engine)
    kept = {path: text for path, text in surroundings.items() if (root / path).exists()}
    wanted = specs | {path: text for path, text in surroundings.items() if path not in kept}
    rendered = _write_all(root, wanted, renders=not bare)
    return MadeWorkspace(root, tuple(wanted), kept, rendered, None if bare else engine)


def _surroundings(engine: str | None) -> dict[str, str]:
    files = {path: (_STARTER / name).read_text("utf-8") for path, name in _SURROUNDINGS.items()}
    files |= {each.path: each.text for each in pipeline(engine)} if engine else {}
    # The first line of each spec names the schema, so that editors complete and check.
    return files | {SCHEMA_FILE: schema_text(file_schema())}


def _require_valid(specs: Mapping[str, str], names: tuple[str, ...]) -> None:
    """Refuse wishes before anything is written."""
    with tempfile.TemporaryDirectory(prefix="tfstencil-init-") as folder:
        Path(folder, "environments").mkdir()
        for path, text in specs.items():
            Path(folder, path).write_text(text, "utf-8")
        try:
            for name in names:
                load_environment(Workspace.find(Path(folder)), name)
        except SpecError as error:
            errors = (each for each in error.problems if each.severity == "error")
            said = dict.fromkeys(
                f"{each.key} {each.message}" + (f" ({each.hint})" if each.hint else "") for each in errors
            )
            raise UsageError("; ".join(said), hint="choose other values; nothing was written") from None


def _said(problem: Problem) -> str:
    return f"{problem.key} {problem.message}" + (f" ({problem.hint})" if problem.hint else "")


def _write_all(root: Path, wanted: Mapping[str, str], *, renders: bool) -> tuple[str, ...]:
    """Write files and, where that is wanted, render; where one of them fails, take away what was written."""
    written: list[Path] = []
    try:
        for path, text in wanted.items():
            (root / path).parent.mkdir(parents=True, exist_ok=True)
            # "x": a file that appeared since we looked is not overwritten either.
            with (root / path).open("x", encoding="utf-8", newline="\n") as file:
                written.append(root / path)
                file.write(text)
        return tuple(render(Run(Workspace.find(root)), RenderRequest()).names) if renders else ()
    except OSError as error:
        _take_away(root, written)
        raise OutputError(
            f"{error.filename or root}: {error.strerror}", hint="choose a folder that can be written"
        ) from error
    except TfstencilError:
        _take_away(root, written)
        raise


def _take_away(root: Path, written: Sequence[Path]) -> None:
    for path in written:
        path.unlink(missing_ok=True)
    below = {parent for path in written for parent in path.parents if root in parent.parents}
    for folder in sorted(below, reverse=True):
        # A folder that holds something else stays.
        with suppress(OSError):
            folder.rmdir()
