"""What the CodeBuild calls have in common: the request as sent, checked, and the store of its account and region."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, cast

from moto.codebuild import urls
from moto.codebuild.exceptions import ResourceNotFoundException
from moto.codebuild.models import CodeBuildBackend
from moto.codebuild.responses import CodeBuildResponse

from generator.sandbox import service

if TYPE_CHECKING:
    from types import ModuleType


@dataclass(slots=True)
class Project:
    """A project, in the shape in which moto's own calls (StartBuild and the like) look at it.

    Attributes:
        project_metadata: the project as BatchGetProjects answers it.
    """

    project_metadata: dict[str, Any]

    @property
    def arn(self) -> str:
        """ARN of the project."""
        return str(self.project_metadata["arn"])

    @property
    def service_role(self) -> str:
        """ARN of the role of its builds."""
        return str(self.project_metadata["serviceRole"])


@dataclass(slots=True)
class Extra:
    """What moto's store has no room for, each by ARN; batches by the name of their project."""

    batches: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    credentials: dict[str, dict[str, Any]] = field(default_factory=dict)
    fleets: dict[str, dict[str, Any]] = field(default_factory=dict)
    report_groups: dict[str, dict[str, Any]] = field(default_factory=dict)
    policies: dict[str, str] = field(default_factory=dict)


class Store(CodeBuildBackend):
    """CodeBuild of one account and region."""

    def __init__(self, region_name: str, account_id: str) -> None:
        super().__init__(region_name, account_id)
        self.codebuild_projects: dict[str, Project] = {}  # type: ignore[assignment]  # the same to moto's calls
        self.extra = Extra()

    @property
    def _url_module(self) -> ModuleType:
        # moto finds a backend's addresses by the name of its module.
        return urls

    def arn(self, kind: str, name: str) -> str:
        """Return the ARN of the resource `name` of a kind (`project`, `report-group`, `fleet`, `token`)."""
        return f"arn:{self.partition}:codebuild:{self.region_name}:{self.account_id}:{kind}/{name}"

    def project(self, name_or_arn: str) -> dict[str, Any]:
        """Return the project as stored.

        Raises:
            ResourceNotFoundException: there is none.
        """
        name = name_or_arn.rpartition(":project/")[2]
        found = self.codebuild_projects.get(name)
        if found is None:
            raise ResourceNotFoundException(f"Project cannot be found: {self.arn('project', name)}")
        return found.project_metadata


class Calls(CodeBuildResponse):
    """Base of the groups of calls."""

    @property
    def store(self) -> Store:
        """The store of the caller's account and region."""
        return cast("Store", self.codebuild_backend)

    def sent(self) -> dict[str, Any]:
        """Return the request, checked against AWS's description of the call."""
        return service.sent(self)

    def replacement(self) -> dict[str, Any]:
        """Return a request to update: its tags are all the tags, so that none sent are none left.

        The provider counts on it: it leaves the field out where a resource is to have no tags.
        """
        return {"tags": []} | self.sent()
