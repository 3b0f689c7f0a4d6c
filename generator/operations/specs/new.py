"""New: write the spec of a new environment."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from generator.errors import UsageError
from generator.explain.scaffold import new_spec
from generator.model.documents.schema import SCHEMA_FILE
from generator.text_files import create_file

if TYPE_CHECKING:
    from generator.explain.scaffold import NewSpec
    from generator.explain.starter_values import Wishes
    from generator.workspace import Workspace


@dataclass(frozen=True, slots=True)
class NewEnvironment:
    """An environment whose spec was written.

    Attributes:
        name: of the environment.
        path: of its spec, as a person in the workspace would type it.
        spec: what stands there.
        editors_complete: whether the workspace has the schema by which editors complete.
    """

    name: str
    path: str
    spec: NewSpec
    editors_complete: bool


def new(workspace: Workspace, name: str, wishes: Wishes) -> NewEnvironment:
    """Write the spec of a new environment; nothing is overwritten.

    Args:
        workspace: where.
        name: of the environment.
        wishes: what the user says about it.

    Raises:
        UsageError: the name or a wish is wrong, something is missing that cannot be made up, or the spec exists.
        SpecError: a base is wrong.
    """
    made = new_spec(workspace, name, wishes)
    path = workspace.spec_path(name)
    shown = workspace.relative(path)
    try:
        create_file(path, made.text)
    except FileExistsError as error:
        raise UsageError(f"{shown} exists", hint="edit it, or choose another name") from error
    return NewEnvironment(name, shown, made, (workspace.root / SCHEMA_FILE).is_file())
