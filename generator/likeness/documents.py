"""What a file holds that a spec is to be like: each kind in the form in which CodeBuild describes a project."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import yaml

from generator.adoption.answer import LARGEST, answer_of, read_document
from generator.errors import UsageError
from generator.likeness.state import projects_in

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    Project = dict[str, Any]

_YAML: Final = (".yml", ".yaml")
_KINDS: Final = "an answer of aws codebuild batch-get-projects, a Terraform state, or a buildspec"


def read_project(path: Path, name: str = "") -> Project:
    """Read the project that a file describes.

    Args:
        path: the file.
        name: of the project, where the file describes several.

    Raises:
        UsageError: it is none of the kinds that are known, holds no project, or several and none was named.
    """
    if path.suffix in _YAML:
        return {"source": {"buildspec": _buildspec(path)}}
    document = read_document(path)
    projects = _projects(document, path)
    named = [each for each in projects if not name or each.get("name") == name]
    if len(named) == 1:
        return named[0]
    names = ", ".join(str(each.get("name")) for each in projects)
    if not projects:
        raise UsageError(f"{path} holds no CodeBuild project", hint=f"hand in {_KINDS}")
    problem = f"has no project {name}" if name else "holds several projects"
    raise UsageError(f"{path} {problem}: {names}", hint="choose one of them with --project NAME")


def _projects(document: object, path: Path) -> Sequence[Project]:
    if isinstance(document, dict):
        if "projects" in document or "projectsNotFound" in document:
            return answer_of(document, path).projects
        if "terraform_version" in document or "values" in document:
            return list(projects_in(document))
    raise UsageError(f"{path} is of no kind that is known here", hint=f"hand in {_KINDS}")


def _buildspec(path: Path) -> str:
    try:
        with path.open("rb") as file:
            data = file.read(LARGEST + 1)
        text = data.decode()
        document = yaml.safe_load(text) if len(data) <= LARGEST else None
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror}", hint=f"hand in {_KINDS}") from error
    except (UnicodeDecodeError, yaml.YAMLError, RecursionError) as error:
        raise UsageError(f"{path} is not YAML", hint=f"hand in {_KINDS}") from error
    if not isinstance(document, dict) or "version" not in document:
        raise UsageError(f"{path} is not a buildspec: it has no version", hint=f"hand in {_KINDS}")
    return text
