"""CreateProject, UpdateProject, DeleteProject and what reads them."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any, Final

from moto.codebuild.exceptions import ResourceAlreadyExistsException
from moto.core.responses import ActionResult, EmptyResult
from moto.core.utils import unix_time

from generator.sandbox.services.codebuild.calls import Calls, Project
from generator.sandbox.services.codebuild.rules import enforce

if TYPE_CHECKING:
    from generator.sandbox.services.codebuild.calls import Store

# Fields that are answered as they were sent, and are absent until then or after an empty value was sent.
_OPTIONAL: Final = (
    "buildBatchConfig",
    "concurrentBuildLimit",
    "description",
    "fileSystemLocations",
    "logsConfig",
    "secondarySourceVersions",
    "sourceVersion",
    "vpcConfig",
)
_UNSET_LIMIT: Final = -1


class ProjectCalls(Calls):
    """The calls on projects."""

    def create_project(self) -> ActionResult:
        """Answer CreateProject."""
        sent = self.sent()
        name = sent["name"]
        if name in self.store.codebuild_projects:
            raise ResourceAlreadyExistsException(f"Project already exists: {self.store.arn('project', name)}")
        project = _merged(self.store, _blank(self.store, name), sent)
        self.store.codebuild_projects[name] = Project(project)
        self.store.build_history[name] = []
        return ActionResult({"project": project})

    def update_project(self) -> ActionResult:
        """Answer UpdateProject: the fields that are sent replace, the others stay."""
        sent = self.replacement()
        project = self.store.project(sent["name"])
        changed = _merged(self.store, project, sent | {"name": project["name"]})
        self.store.codebuild_projects[project["name"]] = Project(changed)
        return ActionResult({"project": changed})

    def update_project_visibility(self) -> ActionResult:
        """Answer UpdateProjectVisibility."""
        sent = self.sent()
        project = self.store.project(sent["projectArn"])
        project["projectVisibility"] = sent["projectVisibility"]
        for key in ("resourceAccessRole", "publicProjectAlias"):
            project.pop(key, None)
        if sent["projectVisibility"] == "PUBLIC_READ":
            project["publicProjectAlias"] = str(uuid.uuid5(uuid.NAMESPACE_URL, project["arn"]))
            project |= {key: sent[key] for key in ("resourceAccessRole",) if key in sent}
        kept = ("projectVisibility", "publicProjectAlias")
        return ActionResult({"projectArn": project["arn"]} | {key: project[key] for key in kept if key in project})

    def batch_get_projects(self) -> ActionResult:
        """Answer BatchGetProjects, for names and ARNs."""
        known, found, missing = self.store.codebuild_projects, [], []
        for asked in self.sent()["names"]:
            project = known.get(asked.rpartition(":project/")[2])
            if project is None or asked not in {project.arn, project.project_metadata["name"]}:
                missing.append(asked)
            else:
                found.append(project.project_metadata)
        return ActionResult({"projects": found, "projectsNotFound": missing})

    def delete_project(self) -> EmptyResult:
        """Answer DeleteProject, for a name or an ARN; one that is gone is no error, as in AWS."""
        name = self.sent()["name"].rpartition(":project/")[2]
        self.store.delete_project(name)
        self.store.extra.policies.pop(self.store.arn("project", name), None)
        self.store.extra.batches.pop(name, None)
        self.store.build_history.pop(name, None)
        self.store.build_metadata_history.pop(name, None)
        return EmptyResult()


def _blank(store: Store, name: str) -> dict[str, Any]:
    arn = store.arn("project", name)
    return {
        "name": name,
        "arn": arn,
        "created": unix_time(),
        "badge": {"badgeEnabled": False},
        "cache": {"type": "NO_CACHE"},
        "encryptionKey": f"arn:{store.partition}:kms:{store.region_name}:{store.account_id}:alias/aws/s3",
        "projectVisibility": "PRIVATE",
        "queuedTimeoutInMinutes": 480,
        "secondaryArtifacts": [],
        "secondarySources": [],
        "tags": [],
        "timeoutInMinutes": 60,
    }


def _merged(store: Store, project: dict[str, Any], sent: dict[str, Any]) -> dict[str, Any]:
    changed = project | {key: value for key, value in sent.items() if key != "badgeEnabled"}
    if "badgeEnabled" in sent:
        changed["badge"] = _badge(store, project["name"], enabled=sent["badgeEnabled"])
    for key in _OPTIONAL:
        if changed.get(key) in ({}, [], "", _UNSET_LIMIT):
            del changed[key]
    changed["source"] = _source(changed["source"])
    changed["secondarySources"] = [_source(source) for source in changed["secondarySources"]]
    changed["environment"] = _environment(changed["environment"])
    changed["lastModified"] = unix_time()
    enforce(store, changed)
    return changed


def _badge(store: Store, name: str, *, enabled: bool) -> dict[str, Any]:
    if not enabled:
        return {"badgeEnabled": False}
    token = uuid.uuid5(uuid.NAMESPACE_URL, store.arn("project", name)).hex
    address = f"https://codebuild.{store.region_name}.amazonaws.com/badges?uuid={token}&branch=main"
    return {"badgeEnabled": True, "badgeRequestUrl": address}


def _source(source: dict[str, Any]) -> dict[str, Any]:
    return {"insecureSsl": False} | source


def _environment(environment: dict[str, Any]) -> dict[str, Any]:
    defaults: dict[str, Any] = {
        "environmentVariables": [],
        "imagePullCredentialsType": "CODEBUILD",
        "privilegedMode": False,
    }
    filled = defaults | environment
    filled["environmentVariables"] = [{"type": "PLAINTEXT"} | one for one in filled["environmentVariables"]]
    return filled
