"""The answer of `aws codebuild batch-get-projects`, kept in a file: what it says that there is."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from generator.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

LARGEST: Final = 8 << 20
_HOW: Final = "aws codebuild batch-get-projects --names NAME > FILE writes one"


@dataclass(frozen=True, slots=True)
class Answer:
    """What a kept answer says, asked as AWS would be: of the projects in it, their webhooks and their roles.

    Attributes:
        projects: as CodeBuild describes them.
    """

    projects: Sequence[dict[str, Any]]

    def ask(self, service: str, operation: str, **arguments: Any) -> dict[str, Any] | None:  # noqa: ANN401  # as those of boto3
        """Answer one call; None where the file does not say that there is one."""
        if (service, operation) == ("codebuild", "batch_get_projects"):
            return {"projects": [each for each in self.projects if each["name"] in arguments["names"]]}
        if (service, operation) == ("iam", "get_role"):
            roles = {str(each.get("serviceRole", "")).rpartition("/")[2] for each in self.projects}
            return {} if arguments["RoleName"] in roles else None
        return None

    def ask_all(self, _service: str, _operation: str, _key: str, **_arguments: object) -> list[Any]:
        """Answer a listing: the file lists nothing else."""
        return []


def read_document(path: Path) -> Any:  # noqa: ANN401  # any JSON
    """Read a JSON file that somebody hands in.

    Raises:
        UsageError: it cannot be read, is too large, or is not JSON.
    """
    try:
        if not path.is_file():
            raise UsageError(f"{path} is not a file", hint=_HOW)
        with path.open("rb") as file:
            data = file.read(LARGEST + 1)
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror}", hint=_HOW) from error
    if len(data) > LARGEST:
        raise UsageError(f"{path} is larger than {LARGEST >> 20} MiB", hint=_HOW)
    if not data.strip():
        raise UsageError(f"{path} is empty", hint=_HOW)
    try:
        return json.loads(data.decode())
    except (ValueError, RecursionError) as error:
        place = f":{error.lineno}:{error.colno}" if isinstance(error, json.JSONDecodeError) else ""
        raise UsageError(f"{path}{place} is not JSON", hint=_HOW) from error


def answer_of(document: object, path: Path) -> Answer:
    """Take a document for an answer of `batch-get-projects`.

    Raises:
        UsageError: it is something else, or says that a project is not there.
    """
    projects = document.get("projects") if isinstance(document, dict) else None
    missing = document.get("projectsNotFound") if isinstance(document, dict) else None
    if missing:
        raise UsageError(
            f"{path}: CodeBuild knows no project {', '.join(map(str, missing))}", hint="name one that there is"
        )
    if not isinstance(projects, list) or not all(
        isinstance(each, dict) and isinstance(each.get("name"), str) for each in projects
    ):
        raise UsageError(f"{path} is not an answer of batch-get-projects: it has no list of projects", hint=_HOW)
    if not projects:
        raise UsageError(f"{path} holds no project", hint=_HOW)
    return Answer(projects)
