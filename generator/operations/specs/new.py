"""New: write the spec of a new environment."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from generator.errors import UsageError
from generator.explain.scaffold import new_spec
from generator.likeness.composition import spec_like
from generator.likeness.documents import read_project
from generator.likeness.project import likeness
from generator.model.documents.schema import SCHEMA_FILE
from generator.readback.clients import Clients
from generator.text_files import create_file

if TYPE_CHECKING:
    from generator.explain.scaffold import NewSpec
    from generator.explain.starter_values import Wishes
    from generator.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Like:
    """What a spec is to be like.

    Attributes:
        what: a file, or the name of a CodeBuild project in AWS.
        project: which one, where a file describes several.
        endpoint: of the sandbox, where the project is looked for there.
    """

    what: str
    project: str = ""
    endpoint: str | None = None


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


def new(workspace: Workspace, name: str, wishes: Wishes, like: Like | None = None) -> NewEnvironment:
    """Write the spec of a new environment; nothing is overwritten.

    Args:
        workspace: where.
        name: of the environment.
        wishes: what the user says about it.
        like: what exists and it is to be like.

    Raises:
        UsageError: the name or a wish is wrong, something is missing that cannot be made up, or the spec exists.
        SpecError: a base is wrong.
    """
    made = new_spec(workspace, name, wishes) if like is None else _like(workspace, name, wishes, like)
    path = workspace.spec_path(name)
    shown = workspace.relative(path)
    try:
        create_file(path, made.text)
    except FileExistsError as error:
        raise UsageError(f"{shown} exists", hint="edit it, or choose another name") from error
    return NewEnvironment(name, shown, made, (workspace.root / SCHEMA_FILE).is_file())


def _like(workspace: Workspace, name: str, wishes: Wishes, like: Like) -> NewSpec:
    path = Path(like.what)
    is_file = path.exists() or path.suffix in {".json", ".yml", ".yaml", ".tfstate"} or "/" in like.what
    project = read_project(path, like.project) if is_file else _asked(wishes, like)
    return spec_like(workspace, name, wishes, likeness(project))


def _asked(wishes: Wishes, like: Like) -> dict[str, Any]:
    """Ask CodeBuild for a project."""
    region = wishes.region or os.environ.get("AWS_REGION") or os.environ.get("AWS_DEFAULT_REGION")
    if not region:
        raise UsageError(
            f"{like.what} is not a file, and of a project the region must be known", hint="give --region REGION"
        )
    clients = Clients(region, wishes.account or "", like.endpoint)
    answer = clients.ask("codebuild", "batch_get_projects", names=[like.what]) or {}
    projects = answer.get("projects") or []
    if not projects:
        raise UsageError(
            f"there is no file {like.what}, and no project of that name in {region}", hint="correct the name"
        )
    return dict(projects[0])
