"""What the specs of an earlier commit come to, rendered by the tfstencil of today."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Final

from generator.operations.inputs.assembly import Assembly
from generator.workspace import Workspace

if TYPE_CHECKING:
    from collections.abc import Mapping

    from generator.affected.repository import Repository

_INPUTS: Final = ("environments", "templates")


def rendered_at(repository: Repository, commit: str) -> Mapping[str, Mapping[str, bytes]]:
    """Render all environments of a commit.

    Args:
        repository: the clone.
        commit: when.

    Returns:
        Files by environment.

    Raises:
        SpecError: a spec of then is wrong by the rules of today.
        TemplateError: a template of then is wrong.
    """
    blobs = [blob for blob in repository.files(commit, _INPUTS) if blob.mode.startswith("100")]
    if not any(blob.path.startswith(_INPUTS[0]) for blob in blobs):
        return {}
    with TemporaryDirectory(prefix="tfstencil-") as folder:
        root = Path(folder)
        for path, data in repository.read(blobs).items():
            (root / path).parent.mkdir(parents=True, exist_ok=True)
            (root / path).write_bytes(data)
        workspace = Workspace(root)
        assembly = Assembly(workspace)
        rendered = assembly.render(assembly.load(workspace.environment_names(), alone=True))
        return {
            environment.name: {path: text.encode() for path, text in environment.files.items()}
            for environment in rendered
        }
